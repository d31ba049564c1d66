"""The folder in memory as a workbook, written by a program that is not the package's writer."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import openpyxl
from openpyxl.utils import get_column_letter

from faults._book import Book, Document, Key, Line, Mark, Raw, Sheet, Unfit
from innodex.formats import LIMITS, Checked, read_workbook
from innodex.formats import _child as child
from innodex.formats._settings import INDEX_KEYS
from innodex.recipe import PREPARE

NAME = "index.xlsx"
LISTS = {"languages", "units", "data.ignore", "data.missing"}
KNOWN = {*INDEX_KEYS, *(key.removeprefix("data.") for key in INDEX_KEYS)}
RENAMED = {"missing-file": "missing-sheet", "unused-sheet": "unused-text"}
# Characters that no cell of a workbook can hold.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
Placed = tuple[str, str | None, int | None, str | None, str | None]  # kind, sheet, row, column, cell


@dataclass(frozen=True)
class Odd:
    """Neither text nor plain number: kind d date, b truth, e error, f formula, p per cent."""

    kind: str
    value: Any

    @property
    def fault(self) -> str:
        """The kind of fault that it is where text or a number belongs."""
        return {"d": "date", "b": "truth", "e": "error", "f": "formula", "p": "percent"}[self.kind] + "-cell"


ODD = (
    Odd("d", datetime.date(2024, 3, 1)), Odd("d", datetime.datetime(2024, 3, 1, 7, 30)),
    Odd("d", datetime.time(1, 2)), Odd("b", True), Odd("b", False), Odd("e", "#N/A"), Odd("e", "#DIV/0!"),
    Odd("e", "#REF!"), Odd("f", "=1+1"), Odd("f", "=SUM(A1:A9)"), Odd("p", 0.125), Odd("p", 1),
)  # fmt: skip


def _put(cell: Any, value: object) -> None:
    if isinstance(value, Odd):
        cell.value = value.value
        if value.kind in "ef":
            cell.data_type = value.kind
        if value.kind == "p":
            cell.number_format = "0.0%"
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = stays one


@dataclass
class Grid:
    """One sheet on its way: rows of cells, and where lines and keys of the model ended up."""

    name: str
    rows: list[list[object]] = field(default_factory=list)
    lines: dict[Line, int] = field(default_factory=dict)
    keys: dict[Key, int] = field(default_factory=dict)

    def add(self, *cells: object) -> int:
        """One more row; its number."""
        self.rows.append(list(cells))
        return len(self.rows)

    @property
    def head(self) -> list[object]:
        """The first row that is not blank."""
        return next(row for row in self.rows if any(cell not in (None, "") for cell in row))


def sheet_of(path: str) -> str:
    """The sheet for a file."""
    if path.startswith("sheets/"):
        return "sheets"
    name = path.rpartition(".")[0]
    return "data" if name == "data/data" else name.replace("/", " ")


@dataclass
class Workbook:
    """Sheets by file; the texts of nodes stand together in one."""

    grids: dict[str, Grid]
    texts: dict[str, int]

    @classmethod
    def of(cls, book: Book, gap: int = 0) -> Workbook:
        """The workbook for a folder. Raises Unfit for what only files can be like."""
        made = cls({}, {})
        for path, file in book.files.items():
            if path.startswith("sheets/"):
                continue
            if isinstance(file, bytes):
                raise Unfit
            grid = Grid(sheet_of(path))
            if isinstance(file, Sheet):
                _table(grid, file, gap)
            elif path == "index.toml":
                _index(grid, file)
            else:
                _recipe(grid, file)
            made.grids[path] = grid
        made._add_texts(book)
        return made

    def _add_texts(self, book: Book) -> None:
        paths = [path for path in book.files if path.startswith("sheets/")]
        if not paths:
            return
        grid = self.grids["sheets/"] = Grid("sheets")
        grid.add("code", "vi", "en", "note")
        for path in paths:
            code, _, lang = path.removeprefix("sheets/").removesuffix(".md").rpartition(".")
            data = book.files[path]
            if not isinstance(data, bytes) or lang not in ("vi", "en"):
                raise Unfit
            try:
                words = data.decode()
            except UnicodeDecodeError:
                raise Unfit from None
            row = self.texts.get(code) or grid.add(code, "", "", "")
            self.texts[code] = self.texts[path] = row
            grid.rows[row - 1][1 if lang == "vi" else 2] = words

    def write(self) -> bytes:
        """The bytes of the workbook."""
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for grid in self.grids.values():
            sheet = workbook.create_sheet(grid.name)
            for number, row in enumerate(grid.rows, start=1):
                for at, value in enumerate(row, start=1):
                    if isinstance(value, str) and (_IMPOSSIBLE.search(value) or len(value) > 32_000):
                        raise Unfit
                    if value not in (None, ""):
                        _put(sheet.cell(number, at), value)
        if not workbook.worksheets:
            workbook.create_sheet("empty")
        stream = io.BytesIO()
        workbook.save(stream)
        return stream.getvalue()

    def place(self, mark: Mark) -> Placed:
        """Where a fault of a file stands in the workbook."""
        kind = RENAMED.get(mark.kind, mark.kind)
        grid = self.grids.get(mark.file)
        if mark.file.startswith("sheets/"):
            row = self.texts[mark.file]
            return kind, "sheets", row, mark.column, f"A{row}"
        if grid is None:
            return kind, sheet_of(mark.file), None, None, None
        if isinstance(mark.where, tuple):
            return self._place_of_key(kind, grid, mark)
        row = grid.lines[mark.where] if isinstance(mark.where, Line) else mark.where
        return kind, grid.name, row, mark.column, _cell(grid, row, mark.column)

    def _place_of_key(self, kind: str, grid: Grid, mark: Mark) -> Placed:
        where = mark.where
        assert isinstance(where, tuple)
        while where and where not in grid.keys:
            where = where[:-1]
        row = grid.keys.get(where, 1)
        head = "ABCD"[grid.head.index("value")]
        words = [str(cell) for cell in grid.rows[row - 1]]
        cell: str | None = None
        if row > 1 and mark.column is not None:
            own = words[grid.head.index("key")]
            deeper = own.split(" / ")
            if (
                own == mark.column
                or own.endswith("." + mark.column)
                or (deeper[1:] and mark.column in deeper)
            ):
                column = "key" if kind in ("unknown-key", "unknown-policy") else "value"
                cell = f"{'ABCD'[grid.head.index(column)]}{row}"
            elif own == "weight" and words[1] == mark.column:
                cell = f"{head}{row}"
            elif grid.name == "recipe" and mark.column in ("step", words[0]):
                cell = f"A{row}"
            elif grid.name == "recipe" and mark.column in ("at", words[1]):
                cell = f"B{row}"
        return kind, grid.name, row, mark.column, cell


def _cell(grid: Grid, row: int | None, column: str | None) -> str | None:
    if row is None or column is None:
        return None
    head = [str(cell or "").strip() for cell in grid.head]
    positions = [at for at, name in enumerate(head) if name == column]
    if positions:
        return f"{get_column_letter(positions[-1] + 1)}{row}"
    return f"{column}{row}" if re.fullmatch("[A-Z]{1,2}", column) else None


def _table(grid: Grid, sheet: Sheet, gap: int) -> None:
    for position, line in enumerate((sheet.head, *sheet.lines)):
        if line.raw or line.ragged:
            raise Unfit
        if gap and position % gap == gap - 1:
            grid.add()
        grid.lines[line] = grid.add(*line.cells)


def _plain(value: Any) -> object:
    if isinstance(value, Raw | dict | list) or (isinstance(value, int | float) and abs(value) > 1e300):
        raise Unfit
    return value


def _index(grid: Grid, document: Document) -> None:
    if document.broken is not None:
        raise Unfit
    grid.add("key", "value")
    _keys(grid, (), document.content)


def _keys(grid: Grid, path: Key, table: dict[str, Any]) -> None:
    for key, value in table.items():
        here = (*path, key)
        name = ".".join(map(str, here))
        if isinstance(value, dict):
            if here not in (("data",), ("data", "columns"), ("data", "sources")):
                raise Unfit
            _keys(grid, here, value)
        elif isinstance(value, list):
            if name not in LISTS:
                raise Unfit
            if not all(isinstance(item, str) and ";" not in item for item in value) or not any(value):
                raise Unfit
            grid.keys[here] = grid.add(name, "; ".join(value))
        else:
            if isinstance(value, bool) and name != "synthetic" and key in KNOWN:
                raise Unfit
            grid.keys[here] = grid.add(name, _plain(value))


def _recipe(grid: Grid, document: Document) -> None:
    if document.broken is not None:
        raise Unfit
    grid.add("step", "at", "key", "value")
    steps = document.content.get("steps")
    if not isinstance(steps, list) or not all(isinstance(one, dict) for one in steps):
        raise Unfit
    names = [one.get("step") for one in steps]
    if not all(isinstance(name, str) and name for name in names):
        raise Unfit
    if len({name for name in names if name not in PREPARE}) < sum(name not in PREPARE for name in names):
        raise Unfit
    places = [
        f"{name}-{names[:at].count(name) + 1}" if name in names[:at] else name
        for at, name in enumerate(names)
    ]
    for key, value in document.content.items():
        if key != "steps":
            grid.keys[(key,)] = grid.add("", "", key, _plain(value))
    for number, step in enumerate(steps):
        path: Key = ("steps", number)
        of = "nodes" if step["step"] == "derive" else "at"
        _policies(
            grid, path, str(places[number]), "", {k: v for k, v in step.items() if k not in ("step", of)}
        )
        if path not in grid.keys and of == "at":
            raise Unfit  # a step without any policy has no row
        exceptions = step.get(of, {})
        if not isinstance(exceptions, dict):
            raise Unfit
        for code, one in exceptions.items():
            if not isinstance(one, dict) and step["step"] != "weigh":
                raise Unfit
            table = one if isinstance(one, dict) else {"weight": one}
            if set(table) == {"weight"} and isinstance(one, dict):
                raise Unfit  # a row of its own is the number itself
            here = (*path, of, code)
            _policies(grid, here, str(places[number]), code, table)
            if here not in grid.keys:
                raise Unfit
            grid.keys.setdefault((*path, of), grid.keys[here])
            grid.keys.setdefault(path, grid.keys[here])
        if path not in grid.keys:
            raise Unfit
        grid.keys[(*path, "step")] = grid.keys[path]


# Policies that are text whatever they look like.
TEXTS = ("formula", "sample")


def _in_a_list(item: object) -> bool:
    """An item that a cell can hold among others."""
    if isinstance(item, str):
        return bool(item) and ";" not in item and item == item.strip()
    return not isinstance(item, bool)


def _policies(grid: Grid, path: Key, step: str, code: str, table: dict[str, Any], before: str = "") -> None:
    for key, value in table.items():
        here = (*path, key)
        if isinstance(value, dict) and value:
            _policies(grid, here, step, code, value, f"{before}{key} / ")
            grid.keys.setdefault(path, grid.keys[here])
            continue
        if isinstance(value, list):
            if not value or not all(isinstance(one, str | int | float) for one in value):
                raise Unfit
            if any(
                isinstance(one, bool)
                or (isinstance(one, str) and (";" in one or one != one.strip() or not one))
                for one in value
            ):
                raise Unfit
            for at in range(len(value)):
                grid.keys[(*here, at)] = len(grid.rows) + 1
            value = "; ".join(map(str, value))
        elif isinstance(value, bool):
            value = str(value).lower()
        elif value == "" or (key not in TEXTS and isinstance(value, str) and _NUMBER.fullmatch(value)):
            raise Unfit  # a cell holds this as something else
        grid.keys[here] = grid.add(step, code, before + key, _plain(value))
        grid.keys.setdefault(path, grid.keys[here])


@contextmanager
def in_process() -> Iterator[None]:
    """Read workbooks without a child process: the same code, a hundred times as often."""

    def ask(data: bytes, name: str, limits: object) -> dict[str, Any]:
        return child.cells(data, LIMITS.cells, LIMITS.characters)

    with mock.patch("innodex.formats._grid._ask", ask):
        yield


def check(data: bytes) -> Checked:
    """Everything that is wrong with a workbook."""
    return read_workbook(data, NAME)


def found(checked: Checked) -> list[Placed]:
    """What the program says, as kind, sheet, row, column and cell."""
    faults = [*checked.faults, *checked.warnings]
    assert all(fault.file == NAME for fault in faults)
    return sorted({(f.kind, f.sheet, f.row, f.column, f.cell) for f in faults}, key=repr)
