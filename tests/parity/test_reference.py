"""Every row of the reference set: agreed, different on purpose, or not covered (none may be).

The peer is COINr 1.1.14; its answers on synthetic data were computed once. A row is a file of a MANIFEST or
a call of edge_cases.json. The folders of the audit are left to the audit.
"""

from __future__ import annotations

import importlib
import json
import math
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from parity import _sets
from parity._sets import AUDIT, CALLS, FILES, TALLY, Edge, Refused, near

for module in sorted(Path(__file__).parent.glob("answers_*.py")):
    importlib.import_module(f"parity.{module.stem}")

with (Path(__file__).parent / "differences.toml").open("rb") as opened:
    DIFFERENCES = {one["row"]: one for one in tomllib.load(opened).get("difference", [])}


def manifest(name: str) -> list[str]:
    """The files of a set that are answers, as "set_a/treat/default.csv"."""
    folder = _sets.root(name)
    if folder is None:
        return []
    listed = [row["file"] for row in _sets.rows(folder / "MANIFEST.csv")]
    return [
        f"{name}/{file}" for file in listed if not file.startswith(("inputs/", *(f"{one}/" for one in AUDIT)))
    ]


def expected(path: str) -> dict[tuple[str, ...], object]:
    """{(row keys …, column): as written} of a file; what is not a number is a word."""
    name, _, rest = path.partition("/")
    folder = _sets.root(name)
    assert folder is not None
    if rest.endswith(".json"):
        return {tuple(key): value for key, value in _flat(json.loads((folder / rest).read_text()))}
    listed = _sets.rows(folder / rest)
    keys = _sets.keys_of(path, listed)
    found = {}
    for row in listed:
        place = tuple(row[key] for key in keys)
        found.update({(*place, column): value for column, value in row.items() if column not in keys})
    return found


def _flat(value: object, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _flat(one, (*at, key))
    elif isinstance(value, list):
        for n, one in enumerate(value):
            yield from _flat(one, (*at, str(n)))
    else:
        yield at, value


def settle(row: str, kind: str, wrong: list[str]) -> None:
    """Count the row, or fail it: what differs must be in the table, and what is in the table must differ."""
    difference = DIFFERENCES.get(row)
    if difference is None:
        assert not wrong, f"{row}: {len(wrong)} values differ, {wrong[:6]}"
        TALLY[kind, "agreed"] += 1
        return
    assert wrong, f"{row} agrees, but stands in the table of differences"
    unlisted = set(wrong) - set(difference.get("cells", wrong))
    assert not unlisted, f"{row}: {sorted(unlisted)[:6]} differ and are not in the table"
    TALLY[kind, "different on purpose"] += 1


@pytest.mark.parametrize("path", [*manifest("small"), *manifest("set_a")])
def test_a_file_agrees(path: str) -> None:
    kind = "/".join(path.split("/")[:2]) if path.startswith("set_a") else "small"
    if path not in FILES:
        TALLY[kind, "not covered"] += 1
        pytest.fail(f"{path} is not covered")
    theirs, ours = expected(path), FILES[path](path)
    absent = [key for key in theirs if key not in ours]
    assert not absent, f"{path}: no answer for {absent[:5]}"
    settle(path, kind, ["/".join(key) for key, value in theirs.items() if not near(ours[key], value)])


@pytest.mark.parametrize("edge", _sets.edges(), ids=lambda edge: edge.name)
def test_a_call_agrees(edge: Edge) -> None:
    kind = f"edge {edge.call.split('(')[0]}"
    found = [answer for pattern, answer in CALLS if pattern.search(f"{edge.id} | {edge.call}")]
    if not found:
        TALLY[kind, "not covered"] += 1
        pytest.fail(f"{edge.name} is not covered")
    try:
        ours = found[0](edge)
    except Refused:
        settle(edge.name, kind, [] if edge.error is not None else ["refused"])
        return
    if edge.error is not None:
        settle(edge.name, kind, ["answered"])
        return
    theirs = dict(_flat(edge.value))
    answers = dict(_flat(_plain(ours)))
    absent = [key for key in theirs if key not in answers and not _missing(theirs[key])]
    assert not absent, f"{edge.name}: no answer for {absent[:5]}"
    wrong = ["/".join(key) for key, value in theirs.items() if not near(answers.get(key, math.nan), value)]
    settle(edge.name, kind, wrong)


def _missing(value: object) -> bool:
    return value is None or value == "NaN"


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def test_every_difference_names_a_row_and_a_test_of_our_own_answer() -> None:
    rows = {*manifest("small"), *(edge.name for edge in _sets.edges())}
    for row, one in DIFFERENCES.items():
        assert row in rows or row.startswith("set_a/"), row
        for key in ("reason", "derivation"):
            assert len(one[key]) > 20, (row, key)
        file, _, name = one["test"].partition("::")
        path = Path(__file__).parents[2] / file
        assert f"def {name}(" in path.read_text(encoding="utf-8"), one["test"]


@pytest.mark.shared
def test_the_large_set_is_there() -> None:
    """Without it the files above are those of the small set and the edge cases."""
    if _sets.root("set_a") is None:
        pytest.skip("the large reference set is not beside the repository")
    assert len(manifest("set_a")) > 100
