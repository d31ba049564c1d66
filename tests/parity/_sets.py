"""The reference set: answers of a peer (COINr 1.1.14) on synthetic data, and who answers for each row of it.

`small` and `edge` are carried with the tests; `set_a` lies beside the repository and may be absent. A module
`answers_*.py` answers for files and calls with the decorators `file` and `call`.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).parents[1] / "reference"
SHARED = Path(__file__).parents[3] / "shared" / "reference"
# Folders that belong to the audit.
AUDIT = ("sensitivity", "correlation", "stats", "remove", "compare")
Floats = npt.NDArray[np.float64]
Cells = Mapping[tuple[str, ...], object]  # {(row key …, column): number or word}


def root(name: str) -> Path | None:
    """Where a set lies; None where it is absent."""
    found = HERE / name if name != "set_a" else SHARED / name
    return found if found.is_dir() else None


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(word: object) -> float:
    """A number as R writes it; NA is NaN."""
    if word is None or word in ("", "NA", "NaN"):
        return math.nan
    if word in ("Inf", "-Inf"):
        return math.inf if word == "Inf" else -math.inf
    return float(word)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Table:
    """A CSV file of units by columns, in the order of the file."""

    units: tuple[str, ...]
    columns: tuple[str, ...]
    x: Floats

    def __getitem__(self, columns: str | Iterable[str]) -> Floats:
        """(unit,) of one column, or (unit, column) of several."""
        if isinstance(columns, str):
            return self.x[:, self.columns.index(columns)]
        return self.x[:, [self.columns.index(one) for one in columns]]

    def only(self, units: Iterable[str]) -> Table:
        """The same with these units, in this order."""
        listed = tuple(units)
        return Table(listed, self.columns, self.x[[self.units.index(unit) for unit in listed]])


@cache
def table(path: str, *, key: str = "uCode") -> Table:
    """The table in "set_a/treat/default.csv"; words become NaN. Raises KeyError where the set is absent."""
    name, _, rest = path.partition("/")
    folder = root(name)
    if folder is None:
        raise KeyError(path)
    listed = rows(folder / rest)
    columns = tuple(column for column in listed[0] if column != key)
    x = np.array([[_or_nan(row[column]) for column in columns] for row in listed])
    return Table(tuple(row[key] for row in listed), columns, x)


def _or_nan(word: str) -> float:
    try:
        return number(word)
    except ValueError:
        return math.nan


@cache
def meta(name: str) -> dict[str, dict[str, str]]:
    """{iCode: its row of iMeta.csv}, in the order of the file."""
    folder = root(name)
    assert folder is not None
    return {row["iCode"]: row for row in rows(folder / "inputs" / "iMeta.csv")}


def indicators(name: str) -> tuple[str, ...]:
    """The codes of the indicators, in the order of iMeta."""
    return tuple(code for code, row in meta(name).items() if row["Type"] == "Indicator")


def children(name: str, code: str) -> tuple[str, ...]:
    """The codes directly under an aggregate."""
    return tuple(one for one, row in meta(name).items() if row.get("Parent") == code)


def directions(name: str) -> Floats:
    """(indicator): 1 or −1."""
    return np.array([float(meta(name)[code]["Direction"]) for code in indicators(name)])


def data(name: str, time: str | None = "2024") -> list[dict[str, str]]:
    """The rows of iData.csv, of one year where there are years."""
    folder = root(name)
    assert folder is not None
    return [
        row for row in rows(folder / "inputs" / "iData.csv") if time is None or row.get("Time", time) == time
    ]


@dataclass(frozen=True)
class Edge:
    """One call of edge_cases.json. `x` is the input vector or row, where it has one."""

    id: str
    call: str
    value: Any
    error: str | None
    input: str

    @property
    def name(self) -> str:
        """How the table of differences names it."""
        return f"edge: {self.id} | {self.call}"

    @property
    def x(self) -> Floats:
        """(n,): the vector ("vector:…") or the row ("row:…") by its name."""
        kind, _, name = self.id.partition(":")
        file = {"vector": "vectors.json", "row": "rows.json"}[kind]
        return np.array([number(value) for value in json.loads((HERE / "edge" / file).read_text())[name]])

    @property
    def table(self) -> Table:
        """The table that the call is about ("coin_base.csv", "matrix5x3.csv" …)."""
        name = re.split(r"[, ]", self.input)[0]
        first = rows(HERE / "edge" / name)[0]
        if "uCode" in first:
            return table(f"edge/{name}")
        listed = rows(HERE / "edge" / name)
        x = np.array([[_or_nan(row[column]) for column in first] for row in listed])
        return Table(tuple(str(n) for n in range(len(listed))), tuple(first), x)


def edges() -> list[Edge]:
    """Every call of edge_cases.json."""
    listed = json.loads((HERE / "edge" / "edge_cases.json").read_text(encoding="utf-8"))
    return [
        Edge(one["id"], one["call"], one.get("value"), one.get("error"), str(one["input"])) for one in listed
    ]


class Refused(Exception):
    """Ours refuses too: agrees with an error of the peer."""


Answer = Callable[[str], Cells]
# (kind of row, "agreed" | "different on purpose" | "not covered"): how many.
TALLY: Counter[tuple[str, str]] = Counter()
FILES: dict[str, Answer] = {}
CALLS: list[tuple[re.Pattern[str], Callable[[Edge], object]]] = []


def file(*names: str) -> Callable[[Answer], Answer]:
    """Answers for files by name ("set_a/treat/default.csv"): what ours makes of the cells of the file.

    The function takes the name and returns {(row keys …, column): value}, or what `same` makes of two
    objective values. Every cell of the file must be answered for; see `cells_of`.
    """

    def decorate(answer: Answer) -> Answer:
        for name in names:
            assert name not in FILES, name
            FILES[name] = answer
        return answer

    return decorate


def call(
    *patterns: str,
) -> Callable[[Callable[[Edge], object]], Callable[[Edge], object]]:
    """Answers for calls of edge_cases.json whose id and call ("vector:ties | skew(x)") match a pattern.

    The function returns the value in the shape of the case (list, number, {column: list}) or raises Refused.
    """

    def decorate(answer: Callable[[Edge], object]) -> Callable[[Edge], object]:
        CALLS.extend((re.compile(pattern), answer) for pattern in patterns)
        return answer

    return decorate


def cells_of(units: Iterable[str], columns: Iterable[str], x: Floats) -> dict[tuple[str, ...], object]:
    """{(unit, column): value} of an array (unit, column)."""
    listed = list(columns)
    return {(unit, column): float(x[u, c]) for u, unit in enumerate(units) for c, column in enumerate(listed)}


def near(one: object, other: object) -> bool:
    """|a − b| ≤ 1e-9 · max(1, |b|); missing equals missing; words and yes-or-no equal themselves."""
    if isinstance(one, bool | np.bool_) or isinstance(other, bool):
        return str(bool(one)).upper() == str(other).upper()
    try:
        a, b = number(one), number(other)
    except (TypeError, ValueError):
        return str(one) == str(other)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if math.isinf(a) or math.isinf(b):
        return a == b
    return abs(a - b) <= 1e-9 * max(1.0, abs(b))


def keys_of(path: str, listed: list[dict[str, str]]) -> tuple[str, ...]:
    """The columns that name a row: the first, and with it the year, indicator or level where it needs one."""
    columns = list(listed[0])
    keys = [columns[0]]
    for column in columns[1:]:
        if len({tuple(row[key] for key in keys) for row in listed}) == len(listed):
            break
        keys.append(column)
    assert len({tuple(row[key] for key in keys) for row in listed}) == len(listed), path
    return tuple(keys)
