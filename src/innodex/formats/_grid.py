"""The cells of a workbook, read in a process of its own that has little time and memory."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from innodex.documents import Fault, Faulty, Word, exact
from innodex.formats._container import LIMITS, Limits, check_book

_CHILD = Path(__file__).with_name("_child.py")
_GRACE = 10  # seconds on the clock beside those of the processor


class GridCell(NamedTuple):
    """A filled cell. `kind`: n number, p number shown as per cent, s text, b truth, d date, e error,
    f formula that was never computed. `formula` is True where a formula stands behind the value."""

    kind: str
    value: str | int | float | bool
    formula: bool = False

    @property
    def text(self) -> str:
        """The value as a file of text would hold it."""
        if isinstance(self.value, bool):
            return str(self.value).upper()
        return self.value if isinstance(self.value, str) else exact(float(self.value))


@dataclass(slots=True)
class Grid:
    """One sheet: its filled cells by (row, column), counted from 1."""

    name: str
    cells: dict[tuple[int, int], GridCell] = field(default_factory=dict)
    hidden: bool = False

    @property
    def rows(self) -> int:
        """The last row with a filled cell."""
        return max((row for row, _ in self.cells), default=0)

    @property
    def columns(self) -> int:
        """The last column with a filled cell."""
        return max((column for _, column in self.cells), default=0)

    def text(self, row: int, column: int) -> str:
        """The text of a cell without surrounding blanks; empty where it is empty."""
        cell = self.cells.get((row, column))
        return cell.text.strip() if cell is not None else ""

    def head(self) -> tuple[int, dict[int, str]]:
        """The first row with a filled cell, and {column: words} in it."""
        first = min((row for row, _ in self.cells), default=1)
        return first, {
            at: cell.text.strip() for (row, at), cell in sorted(self.cells.items()) if row == first
        }

    def by_row(self) -> Iterator[tuple[int, dict[int, GridCell]]]:
        """Each row with filled cells, as {column: cell}."""
        found: dict[int, dict[int, GridCell]] = {}
        for (row, column), cell in sorted(self.cells.items()):
            found.setdefault(row, {})[column] = cell
        yield from found.items()


def letters(column: int) -> str:
    """The letters above a column: 1 is A, 27 is AA."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def read_grids(data: bytes, name: str, limits: Limits = LIMITS) -> tuple[Grid, ...]:
    """The sheets of a workbook (.xlsx), in its order.

    Raises Faulty for what is no workbook, has macros or a password, or is too large or broken to be read.
    """
    check_book(data, name, limits)
    answer = _ask(data, name, limits)
    if "refused" in answer:
        raise Faulty([_refusal(answer["refused"], answer["reason"], name, limits)])
    return tuple(
        Grid(one["name"], {(r, c): GridCell(k, v, f) for r, c, k, v, f in one["cells"]}, one["hidden"])
        for one in answer["sheets"]
    )


def _refusal(kind: str, reason: str, name: str, limits: Limits) -> Fault:
    if kind == "too-large":
        found = Word("faults.reason.too-much")
        return Fault(kind, name, values={"found": found, "allowed": f"{limits.cells:,}"})
    return Fault(kind, name, values={"reason": reason})


def _ask(data: bytes, name: str, limits: Limits) -> dict[str, Any]:
    import subprocess

    sizes = [limits.seconds, limits.memory, limits.cells, limits.characters]
    words = [sys.executable, "-I", str(_CHILD), *map(str, sizes)]
    keep = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "LANG") if key in os.environ}
    try:
        child = subprocess.run(
            words, input=data, capture_output=True, timeout=limits.seconds + _GRACE, env=keep, check=False
        )
        answer: dict[str, Any] = json.loads(child.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:  # stopped by a limit before it could answer
        raise Faulty([_refusal("too-large", "", name, limits)]) from error
    return answer
