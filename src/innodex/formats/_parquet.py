"""Parquet: figures and results as columnar files, and a table of figures read from one."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from innodex.documents import Fault, Faulty, exact
from innodex.formats._csv import table
from innodex.panel import Floats, Panel, Status
from innodex.result import Flag, Result

PARQUET_FILES = ("figures.parquet", "indicators.parquet", "results.parquet", "weights.parquet")
Array = npt.NDArray[Any]


def has_parquet() -> bool:
    """True where the extra `parquet` is installed."""
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None


def write_parquet(result: Result, panel: Panel, *, synthetic: bool = False) -> dict[str, bytes]:
    """{file name: bytes}: figures, indicators step by step, results and weights, a row for each place.

    Missing is null. What made them (digests, version, whether the figures are invented) stands in the
    metadata of each file. Needs the extra `parquet`; raises ImportError without it.
    """
    about = {
        "innodex": result.version,
        "synthetic": str(synthetic).lower(),
        **{f"digest.{name}": words for name, words in sorted(result.digests.items())},
    }
    made = {
        "figures.parquet": _figures(panel),
        "indicators.parquet": _indicators(result),
        "results.parquet": _results(result),
        "weights.parquet": _weights(result),
    }
    return {name: _written(columns, about) for name, columns in made.items()}


def _written(columns: Mapping[str, Any], about: Mapping[str, str]) -> bytes:
    import pyarrow
    from pyarrow import parquet

    made = pyarrow.table(dict(columns)).replace_schema_metadata(dict(about))
    stream = io.BytesIO()
    parquet.write_table(made, stream, compression="zstd")
    return stream.getvalue()


def _words(codes: Iterable[str], at: Array) -> Any:
    """A column of words, each kept once."""
    import pyarrow

    indices = pyarrow.array(at.ravel().astype(np.int32))
    return pyarrow.DictionaryArray.from_arrays(indices, pyarrow.array(list(codes), pyarrow.string()))


def _numbers(values: Floats) -> Any:
    import pyarrow

    return pyarrow.array(np.ascontiguousarray(values).ravel(), from_pandas=True)


def _axes(names: tuple[str, ...], *axes: tuple[str, ...]) -> dict[str, Any]:
    """The columns that name a place, in the order of the arrays."""
    at = np.indices([len(axis) for axis in axes])
    return {name: _words(axis, at[n]) for n, (name, axis) in enumerate(zip(names, axes, strict=True))}


def _figures(panel: Panel) -> dict[str, Any]:
    return {
        **_axes(("period", "unit", "series"), panel.periods, panel.units, panel.series),
        "value": _numbers(panel.values),
        "status": _words([status.word for status in Status], panel.status),
        "source": _words(panel.sources, panel.source),
    }


def _indicators(result: Result) -> dict[str, Any]:
    flags = np.unique(result.flags)
    leaves = tuple(result.nodes[at] for at in result.indicators)
    return {
        **_axes(("period", "unit", "node"), result.periods, result.units, leaves),
        "raw": _numbers(result.raw),
        "denominated": _numbers(result.denominated),
        "imputed": _numbers(result.imputed),
        "treated": _numbers(result.treated),
        "normalised": _numbers(result.normalised),
        "flags": _words([Flag(flag).word for flag in flags.tolist()], np.searchsorted(flags, result.flags)),
    }


def _results(result: Result) -> dict[str, Any]:
    """Every node of the tree, then those that a formula derives, place by place."""
    derived = result.derived
    shape = (*result.score.shape[:2], len(result.nodes) + len(derived))
    levels = tuple(dict.fromkeys((*result.levels, *(["derived"] if derived else []))))
    level = [levels.index(one) for one in (*result.levels, *("derived" for _ in derived))]

    def whole(own: Array, more: list[Array]) -> Array:
        return np.concatenate([own, *(one[:, :, None] for one in more)], axis=2)

    bracketed = result.bracketed if result.bracketed is not None else np.full(result.score.shape, np.nan)
    nothing = np.full(result.score.shape[:2], np.nan)
    columns = {
        **_axes(
            ("period", "unit", "node"), result.periods, result.units,
            (*result.nodes, *(one.code for one in derived)),
        ),
        "level": _words(levels, np.broadcast_to(level, shape)),
        "score": _numbers(whole(result.score, [one.value for one in derived])),
        "rank": _numbers(whole(result.rank, [one.rank for one in derived])),
        "bracketed": _numbers(whole(bracketed, [nothing for _ in derived])),
        "included": np.repeat(result.included.ravel(), shape[-1]),
    }  # fmt: skip
    if result.classes is not None:
        classes = whole(result.classes.astype(float), [np.zeros(shape[:2]) for _ in derived])
        columns["class"] = _numbers(np.where(classes > 0, classes, np.nan))
    return columns


def _weights(result: Result) -> dict[str, Any]:
    parents = ("", *dict.fromkeys(parent for parent in result.parents if parent))
    parent = np.broadcast_to([parents.index(one) for one in result.parents], result.weight.shape)
    there = result.applicable
    return {
        **_axes(("period", "node"), result.periods, result.nodes),
        "parent": _words(parents, parent),
        "weight": _numbers(result.weight),
        "share": _numbers(np.where(there, result.share, np.nan)),
        "effective": _numbers(np.where(there, result.effective, np.nan)),
    }


# ---- in --------------------------------------------------------------------------------------------------


def parquet_as_csv(data: bytes, file: str) -> bytes:
    """The table of a Parquet file as the CSV file that says the same, every digit kept; null is empty.

    Raises Faulty where the reader is not installed, the file cannot be read, or a column holds lists or
    records, which no table of figures has.
    """
    if not has_parquet():
        raise Faulty([Fault("no-parquet", file)])
    import pyarrow
    from pyarrow import parquet

    try:
        read = parquet.read_table(io.BytesIO(data))
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise Faulty(
            [Fault("not-parquet", file, None, None, {"reason": str(error).split("\n")[0]})]
        ) from error
    faults = [
        Fault("not-parquet", file, None, field.name, {"reason": str(field.type)})
        for field in read.schema
        if pyarrow.types.is_nested(field.type) or pyarrow.types.is_binary(field.type)
    ]
    if faults:
        raise Faulty(faults)
    columns = [[_cell(value) for value in column.to_pylist()] for column in read.columns]
    head = tuple(read.column_names)
    return table(head, zip(*columns, strict=True), empty=frozenset(head))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return exact(value) if isinstance(value, float) else str(value)
