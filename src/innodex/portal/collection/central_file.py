"""Figures of central bodies in a file, wide or long, CSV or XLSX: each taken in, or the reason why not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from innodex.documents import Fault, Faulty, Table, exact, plain_figure, read_table, say
from innodex.formats import (
    Cell,
    DataColumns,
    DataReader,
    Folder,
    Grid,
    GridCell,
    is_archive,
    letters,
    read_grids,
)
from innodex.framework import Series
from innodex.panel import Status

# Columns that hold the period where the index does not say which one does.
_PERIODS = ("period", "year")
_MISSING = {
    Status.MISSING: "not_available",
    Status.NOT_APPLICABLE: "not_applicable",
    Status.CONFIDENTIAL: "confidential",
}
_BAD = {"b": "truth", "d": "date", "e": "error", "f": "formula", "p": "percent"}
_SILENT = frozenset({"unit-left-out"})
# What the index's own words would send people to files that they have not got here.
_REWORDED = frozenset({"unused-column", "decimal-comma", "decimal-point", "unknown-unit"})


@dataclass(frozen=True, slots=True)
class Central:
    """One figure of a central body: a canonical decimal, or a word that says why there is none."""

    unit: str
    series: str
    period: str
    value: str = ""
    missing: str = ""
    estimated: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """Which cell it is."""
        return self.unit, self.series, self.period


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one place of the file. `key` names a sentence of ours, else the fault has its own."""

    fault: Fault
    key: str = ""

    def place(self, lang: str) -> str:
        """The file, with row and column, or sheet and cell."""
        return self.fault.place(lang)

    def text(self, lang: str) -> str:
        """What happened and what to do."""
        if not self.key:
            return self.fault.text(lang)
        values: dict[str, Any] = dict(self.fault.values)
        return say(lang, self.key, **values)


@dataclass(slots=True)
class Reading:
    """What a file holds. With `problems` nothing of it can be taken in; `notes` stop nothing.

    `sources` are the notes on origin that stand in the file itself, by series.
    """

    figures: list[Central] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    left_out: int = 0  # figures of other periods

    @property
    def series(self) -> tuple[str, ...]:
        """The series with at least one cell, in the order of their codes."""
        return tuple(sorted({figure.series for figure in self.figures}))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What may be taken in: the index, the period, the units of the round; and how the file is written."""

    folder: Folder
    period: str
    units: frozenset[str]
    local: frozenset[str]
    decimal: str = ""
    ignore: tuple[str, ...] = ()


def read_central(data: bytes, name: str, wanted: Wanted) -> Reading:
    """Read a file. Nothing is raised: what cannot be read at all is a problem like any other."""
    try:
        sheets = list(_sheets(data, name)) if is_archive(data) or _is_old(data) else [_Sheet(name, data)]
    except Faulty as faulty:
        return Reading(problems=[Problem(fault) for fault in faulty.faults])
    reading = Reading()
    cells: _Cells = {}
    for sheet in sheets:
        _read_sheet(sheet, wanted, reading, cells)
    _judge(cells, wanted, reading)
    if not reading.figures and not reading.problems:
        reading.problems.append(Problem(Fault("no-figures", name), "collection.central.fault.no-figures"))
    reading.problems.sort(key=lambda problem: problem.fault.order())
    reading.notes.sort(key=lambda problem: problem.fault.order())
    return reading


def _is_old(data: bytes) -> bool:
    return data.startswith(b"\xd0\xcf\x11\xe0")


@dataclass(slots=True)
class _Sheet:
    """A table as CSV, and the way back from it to the cells of a workbook."""

    name: str
    data: bytes
    book: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    bad: dict[tuple[int, int], str] = field(default_factory=dict)  # (row, column) -> kind
    hidden: bool = False

    def placed(self, fault: Fault) -> Fault:
        """The same fault by sheet and cell, where this is a sheet of a workbook."""
        if not self.book:
            return fault
        at = self.columns.get(fault.column or "")
        cell = f"{letters(at)}{fault.row}" if at and fault.row else None
        return replace(fault, file=self.book, sheet=self.name, cell=cell)


_Cells = dict[tuple[str, str, str], tuple[Cell, _Sheet]]  # by unit, series, period


def _sheets(data: bytes, name: str) -> Iterator[_Sheet]:
    for grid in read_grids(data, name):
        if grid.cells and not grid.hidden:
            yield _as_table(grid, name)


def _as_table(grid: Grid, book: str) -> _Sheet:
    _, head = grid.head()
    rows = [[""] * grid.columns for _ in range(grid.rows)]
    sheet = _Sheet(grid.name, b"", book, {name: at for at, name in head.items()})
    for (row, at), cell in grid.cells.items():
        rows[row - 1][at - 1] = _words(cell)
        if cell.kind in _BAD:
            sheet.bad[row, at] = _BAD[cell.kind]
            rows[row - 1][at - 1] = ""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    sheet.data = text.getvalue().encode()
    return sheet


def _words(cell: GridCell) -> str:
    return cell.text.strip()


def _read_sheet(sheet: _Sheet, wanted: Wanted, reading: Reading, cells: _Cells) -> None:
    table = read_table(sheet.data, sheet.name, separator="," if sheet.book else None)
    columns = _columns(table, wanted, in_book=bool(sheet.book))
    if columns is None:
        fault = Fault("no-unit", sheet.name, table.head if table.sound else None)
        known = table.faults or [replace(fault, values={"column": wanted.folder.settings.data.unit})]
        key = "" if table.faults else "collection.central.fault.no-unit"
        reading.problems += [Problem(sheet.placed(fault), key) for fault in known]
        return
    _note_bad_cells(sheet, columns, reading)
    reader = DataReader(
        columns,
        period=wanted.period,
        territory=wanted.folder.territory,
        series=[series.id for series in wanted.folder.framework.series],
        chosen=wanted.units,
    )
    reader.read(sheet.data, sheet.name)
    for fault in reader.reading.faults:
        own = f"collection.central.fault.{fault.kind}"
        placed = Problem(sheet.placed(fault), own if fault.kind in _REWORDED else "")
        (reading.notes if fault.kind in _SILENT else reading.problems).append(placed)
    for (period, unit, series), cell in reader.reading.cells.items():
        at = (unit, series, period)
        if at in cells:
            values = {"first": f"{cells[at][1].name}, {cells[at][0].row}"}
            twice = Fault("twice", sheet.name, cell.row, cell.column, values)
            reading.problems.append(Problem(sheet.placed(twice), "collection.central.fault.twice"))
        else:
            cells[at] = (cell, sheet)


def _columns(table: Table, wanted: Wanted, *, in_book: bool) -> DataColumns | None:
    """How the table is written: as the index says; the columns of unit and period are found otherwise."""
    plain = wanted.folder.settings.data
    if not table.sound or not table.rows:
        return None
    unit = plain.unit if plain.unit in table.columns else _unit_column(table, wanted)
    if unit is None:
        return None
    near = [plain.period, *_PERIODS] if plain.period else list(_PERIODS)
    period = next((name for name in near if name in table.columns and name != unit), None)
    names = _name_columns(table, wanted, {unit, period})
    decimal = "." if in_book else wanted.decimal or plain.decimal
    return replace(
        plain,
        unit=unit,
        period=period,
        separator="," if in_book else None,
        decimal=decimal,
        ignore=(*plain.ignore, *wanted.ignore, *names),
    )


def _unit_column(table: Table, wanted: Wanted) -> str | None:
    """The first column most of whose cells name a unit of the territory."""
    return next(
        (name for name in table.columns if name[0] != "\x00" and _names_units(table, name, wanted)), None
    )


def _name_columns(table: Table, wanted: Wanted, known: set[str | None]) -> Iterator[str]:
    """Columns beside the code that only repeat the unit's name, for people."""
    series = {one.id for one in wanted.folder.framework.series}
    for name in table.columns:
        if (
            name not in known
            and name not in series
            and name[0] != "\x00"
            and _names_units(table, name, wanted)
        ):
            yield name


def _names_units(table: Table, column: str, wanted: Wanted) -> bool:
    words = [row.get(column) for row in table if row.get(column)]
    found = sum(wanted.folder.territory.find(word) is not None for word in words)
    return bool(words) and 2 * found > len(words)


def _note_bad_cells(sheet: _Sheet, columns: DataColumns, reading: Reading) -> None:
    """Errors, truth values, dates, percentages and formulas without a result, in columns that are read."""
    heads = {at: name for name, at in sheet.columns.items()}
    for (row, at), kind in sheet.bad.items():
        head = heads.get(at, "")
        if head and head not in columns.ignore:
            fault = sheet.placed(Fault(f"cell-{kind}", sheet.name, row, head))
            reading.problems.append(Problem(fault, f"collection.central.fault.cell-{kind}"))


def _judge(cells: _Cells, wanted: Wanted, reading: Reading) -> None:
    """Keep what the round takes; say of all else why not."""
    known = wanted.folder.framework.series_by_id
    refused: set[tuple[str, str, str]] = set()
    periods: dict[str, tuple[Fault, int]] = {}
    sources: dict[str, set[str]] = {}
    for (unit, series, period), (cell, sheet) in cells.items():
        fault = sheet.placed(Fault("local", sheet.name, cell.row, cell.column, {"series": series}))
        if series in wanted.local:
            # One sentence for a column, or for a series that many rows of a long file name.
            if (sheet.name, cell.column, series) not in refused:
                refused.add((sheet.name, cell.column, series))
                reading.problems.append(Problem(fault, "collection.central.fault.local"))
        elif period != wanted.period:
            first, number = periods.get(period, (fault, 0))
            periods[period] = (first, number + 1)
        else:
            figure = _figure(unit, series, period, cell)
            if (kind := _off_limits(known[series], cell.value)) is not None:
                wrong = replace(fault, kind=kind)
                reading.problems.append(Problem(wrong, f"collection.central.fault.{kind}"))
            reading.figures.append(figure)
            sources.setdefault(series, set()).add(cell.source)
    for period, (first, number) in periods.items():
        reading.left_out += number
        values = {"period": period, "wanted": wanted.period, "number": number}
        note = replace(first, kind="other-period", values=values)
        reading.notes.append(Problem(note, "collection.central.fault.other-period"))
    reading.figures.sort(key=lambda figure: (figure.series, figure.unit))
    reading.sources = {series: "; ".join(sorted(one - {""})) for series, one in sources.items()}


def _figure(unit: str, series: str, period: str, cell: Cell) -> Central:
    if cell.status in _MISSING:
        return Central(unit, series, period, missing=_MISSING[cell.status])
    value = plain_figure(exact(cell.value))
    return Central(unit, series, period, value, estimated=cell.status is Status.ESTIMATED)


def _off_limits(series: Series, value: float) -> str | None:
    if value != value:
        return None
    low, high = series.minimum, series.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        return "off-limits"
    return "not-whole" if series.whole and value != int(value) else None


def as_content(figures: Iterable[Central]) -> list[list[object]]:
    """The figures as a list that has one canonical form."""
    ordered = sorted(figures, key=lambda figure: figure.key)
    return [[f.unit, f.series, f.period, f.value, f.missing, f.estimated] for f in ordered]
