"""Reading data files, wide or long, into a panel; every cell remembers where it stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from innodex.documents import Fault, Row, Table, is_period, nearest, number, read_table
from innodex.formats._settings import DataColumns
from innodex.panel import STATUS_WORDS, Panel, Status
from innodex.territory import Territory, unknown_unit

Key = tuple[str, str, str]  # period, unit, series
Place = tuple[str, str]  # period, unit
_FIGURED = (None, Status.OBSERVED, Status.ESTIMATED)


class Cell(NamedTuple):
    """One figure as read, and where it stood."""

    value: float
    status: Status
    source: str
    file: str
    row: int
    column: str


class Role(NamedTuple):
    """What a column of a wide file holds, and the columns beside it."""

    column: str
    series: str
    status: str
    source: str


@dataclass(slots=True)
class DataReading:
    """All cells of all files. `whole` is False when some file or head could not be understood."""

    cells: dict[Key, Cell] = field(default_factory=dict)
    periods: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    series: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    whole: bool = True
    files: int = 0


class DataReader:
    """Reads data files one after the other into one `DataReading`.

    What is not in `series` or `territory` is a fault only where `series_sure` and `units_sure`: otherwise
    those were not read in full themselves.
    """

    def __init__(
        self,
        columns: DataColumns,
        *,
        period: str | None,
        territory: Territory | None,
        series: Iterable[str],
        chosen: frozenset[str] | None,
        series_sure: bool = True,
        units_sure: bool = True,
    ) -> None:
        self.columns = columns
        self.period = period
        self.territory = territory
        self.series = frozenset(series)
        self.series_sure = series_sure
        self.units_sure = units_sure
        self.chosen = chosen  # the units wanted; None: those in the data
        self.reading = DataReading()
        self._left_out: set[str] = set()
        self._units: dict[str, str | None] = {}
        self._strangers: dict[str, tuple[str, dict[str, object]]] = {}
        self._nearest: dict[str, str] = {}

    def read(self, data: bytes, file: str) -> None:
        """Take in one file."""
        self.reading.files += 1
        table = read_table(data, file, separator=self.columns.separator)
        table.need([name for name in (self.columns.unit, self.columns.period) if name is not None])
        table.need_rows()
        if table.sound:
            if self.columns.period is None and self.period is None:
                table.fault("no-period", table.head, None)
            self._need_both(table)
        if table.sound:
            long = {self.columns.series, self.columns.value} <= set(table.columns)
            (self._read_long if long else self._read_wide)(table)
        self.reading.whole &= table.sound and not table.obscure
        self.reading.faults.extend(table.faults)

    def _need_both(self, table: Table) -> None:
        """A file with one of the two columns of a long file, and no column of a wide one, lacks the other."""
        pair = self.columns.series, self.columns.value
        series = {self.columns.columns.get(column, column) for column in table.columns} & self.series
        if sum(column in table.columns for column in pair) == 1 and not series:
            table.need(pair)

    def _read_wide(self, table: Table) -> None:
        roles = self._roles(table)
        seen: dict[Place, int] = {}
        for row in table:
            if not row.whole or self._leaves_out(table, row):
                continue
            place = self._place(table, row)
            if place in seen:
                table.fault("duplicate-row", row.number, self.columns.unit, first=seen[place])
                place = None
            elif place is not None:
                seen[place] = row.number
            clashes = [clash for role in roles if (clash := self._take(table, row, role, place))]
            self._note_clashes(table, row, clashes)

    def _note_clashes(self, table: Table, row: Row, clashes: list[tuple[str, Cell]]) -> None:
        """One figure that stands in another file is a fault; a whole row of them is one fault."""
        if len(clashes) > 1:
            other = clashes[0][1]
            first = f"{other.row} ({other.file})"
            table.fault("duplicate-row", row.number, self.columns.unit, first=first)
        for column, other in clashes if len(clashes) == 1 else ():
            table.fault("duplicate-value", row.number, column, first=f"{other.file}:{other.row}")

    def _roles(self, table: Table) -> list[Role]:
        """What each column of a wide file holds; one neither used nor ignored is a warning."""
        cols = self.columns
        passed = {cols.unit, cols.period, *cols.ignore}
        named = {column: cols.columns.get(column, column) for column in table.columns if column not in passed}
        roles = {column: series for column, series in named.items() if series in self.series}
        for column, series in list(roles.items()):
            if next(other for other, one in roles.items() if one == series) != column:
                table.fault("duplicate-column", table.head, column)
                passed.add(column)
                del roles[column]
        beside = {c: [f"{c}_{word}" for word in ("status", "source")] for c in roles}
        passed.update(roles, *beside.values())
        if table.obscure:  # what stands beside a column without name has lost its own
            passed.update(f"{series}_{word}" for series in self.series for word in ("status", "source"))
        self.reading.series.update(roles.values())
        for column in table.columns:
            if column not in passed and column[0] != "\x00" and self.series_sure:
                near = nearest(column, self.series - set(roles.values())) or "–"
                table.fault("unused-column", table.head, column, near=near)
        there = set(table.columns) - set(roles)
        return [
            Role(column, series, *(name if name in there else "" for name in beside[column]))
            for column, series in roles.items()
        ]

    def _read_long(self, table: Table) -> None:
        cols = self.columns
        passed = {cols.unit, cols.period, cols.series, cols.value, cols.status, cols.source, *cols.ignore}
        for column in table.columns:
            if column not in passed and column[0] != "\x00":
                table.fault("unused-column", table.head, column, near="–")
        seen: dict[Key, int] = {}
        for row in table:
            if not row.whole or self._leaves_out(table, row):
                continue
            place, series = self._place(table, row), self._series(table, row)
            if place is not None and series is not None:
                first = seen.setdefault((*place, series), row.number)
                if first != row.number:
                    table.fault("duplicate-row", row.number, cols.series, first=first)
                    place = None
                self.reading.series.add(series)
            role = Role(cols.value, series or "", cols.status, cols.source)
            clash = self._take(table, row, role, place if series else None)
            self._note_clashes(table, row, [clash] if clash else [])

    def _series(self, table: Table, row: Row) -> str | None:
        written = row.get(self.columns.series)
        name = self.columns.columns.get(written, written)
        if not written:
            table.fault("missing-cell", row.number, self.columns.series)
        elif name in self.series:
            return name
        elif self.series_sure:
            if name not in self._nearest:
                self._nearest[name] = nearest(name, self.series) or "–"
            near = self._nearest[name]
            table.fault("unknown-series", row.number, self.columns.series, found=written, near=near)
        return None

    # ---- where a row belongs -----------------------------------------------------------------------------

    def _leaves_out(self, table: Table, row: Row) -> bool:
        """True for a unit of the territory that is not among those wanted."""
        words = row.get(self.columns.unit)
        code = self._find(words)
        if code is None or self.chosen is None or code in self.chosen:
            return False
        if code not in self._left_out:
            self._left_out.add(code)
            table.fault("unit-left-out", row.number, self.columns.unit, found=words)
        return True

    def _place(self, table: Table, row: Row) -> Place | None:
        """(period, unit) of a row, or None after a fault."""
        unit, period = self._unit(table, row), self._period(table, row)
        if unit is None or period is None:
            return None
        self.reading.periods.add(period)
        self.reading.units.add(unit)
        return period, unit

    def _period(self, table: Table, row: Row) -> str | None:
        column = self.columns.period
        if column is None:
            return self.period
        period = row.get(column)
        if not period:
            table.fault("missing-cell", row.number, column)
        elif not is_period(period):
            table.fault("bad-period", row.number, column, found=period)
        else:
            return period
        return None

    def _find(self, words: str) -> str | None:
        if self.territory is None:
            return None
        if words not in self._units:
            self._units[words] = self.territory.find(words)
        return self._units[words]

    def _unit(self, table: Table, row: Row) -> str | None:
        words = row.get(self.columns.unit)
        if not words:
            table.fault("missing-cell", row.number, self.columns.unit)
            return None
        code = self._find(words)
        if code is None and self.units_sure and self.territory is not None:
            if words not in self._strangers:
                self._strangers[words] = unknown_unit(words, self.territory)
            kind, values = self._strangers[words]
            table.fault(kind, row.number, self.columns.unit, **values)
            return None
        return code or words

    # ---- one figure --------------------------------------------------------------------------------------

    def _take(self, table: Table, row: Row, role: Role, place: Place | None) -> tuple[str, Cell] | None:
        """Take in one figure; the result is its column and the earlier cell that holds the same, if any.

        Without a place the figure is checked and not kept.
        """
        written = row.cells[role.column].strip()
        status = self._status(table, row, role.status) if role.status else None
        value = float("nan")
        if written not in self.columns.missing:
            parsed = number(written, self.columns.decimal)
            if isinstance(parsed, str):
                table.fault(parsed, row.number, role.column, found=written)
                return None
            value = parsed
            if status not in _FIGURED:
                word = row.get(role.status)
                table.fault("value-despite-status", row.number, role.column, found=written, status=word)
        if place is None:
            return None
        if status in _FIGURED:
            status = Status.MISSING if value != value else status or Status.OBSERVED
        source = row.get(role.source) if role.source else ""
        source = source or self.columns.sources.get(role.series, "")
        assert status is not None
        cell = Cell(value, status, source, table.file, row.number, role.column)
        return self._keep((*place, role.series), cell)

    def _keep(self, key: Key, cell: Cell) -> tuple[str, Cell] | None:
        other = self.reading.cells.get(key)
        figure = cell.value == cell.value
        if other is not None and other.value == other.value:
            return (cell.column, other) if figure else None
        if other is None or figure or other.status is Status.MISSING:
            self.reading.cells[key] = cell
        return None

    def _status(self, table: Table, row: Row, column: str) -> Status | None:
        word = row.get(column)
        if not word or word in STATUS_WORDS:
            return STATUS_WORDS.get(word)
        near = nearest(word, STATUS_WORDS) or "–"
        allowed = ", ".join(STATUS_WORDS)
        table.fault("unknown-word", row.number, column, found=word, allowed=allowed, near=near)
        return None


def panel_of(reading: DataReading, *, units: Iterable[str], series: Iterable[str]) -> Panel:
    """The panel of what was read: periods and units in the order of their codes, series as given."""
    periods = tuple(sorted(reading.periods))
    unit_codes = tuple(sorted(units))
    ids = tuple(one for one in series if one in reading.series)
    shape = (len(periods), len(unit_codes), len(ids))
    values = np.full(shape, np.nan)
    status = np.full(shape, Status.MISSING, np.uint8)
    source = np.zeros(shape, np.int32)
    when, who, what = ({code: n for n, code in enumerate(axis)} for axis in (periods, unit_codes, ids))
    notes = ("", *sorted({cell.source for cell in reading.cells.values() if cell.source}))
    note_at = {note: n for n, note in enumerate(notes)}
    cells = reading.cells
    at = tuple(np.array([axis[key[n]] for key in cells], np.intp) for n, axis in enumerate((when, who, what)))
    values[at] = [cell.value for cell in cells.values()]
    status[at] = [cell.status for cell in cells.values()]
    source[at] = [note_at[cell.source] for cell in cells.values()]
    return Panel(periods, unit_codes, ids, values, status, source, notes)
