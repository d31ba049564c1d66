"""Reading data files, wide or long, into a panel; every cell remembers where it stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from innodex.documents import CODE, Fault, Row, Table, nearest, number, read_table, without_marks
from innodex.formats._settings import DataColumns
from innodex.panel import STATUS_WORDS, Panel, Status
from innodex.territory import Territory

Key = tuple[str, str, str]  # period, unit, series


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure as read, and where it stood."""

    value: float
    status: Status
    source: str
    file: str
    row: int
    column: str


@dataclass(slots=True)
class DataReading:
    """All cells of all files. `whole` is False when some file or head could not be understood."""

    cells: dict[Key, Cell] = field(default_factory=dict)
    periods: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    series: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    whole: bool = True


class DataReader:
    """Reads data files one after the other into one `DataReading`."""

    def __init__(
        self,
        columns: DataColumns,
        *,
        period: str | None,
        territory: Territory | None,
        series: Iterable[str] | None,
        chosen: frozenset[str] | None,
    ) -> None:
        self.columns = columns
        self.period = period
        self.territory = territory
        self.series = None if series is None else frozenset(series)
        self.chosen = chosen  # the units wanted; None: those in the data
        self.reading = DataReading()
        self._left_out: set[str] = set()
        self._units: dict[str, str | None] = {}

    def read(self, data: bytes, file: str) -> None:
        """Take in one file."""
        table = read_table(data, file, separator=self.columns.separator)
        wanted = [self.columns.unit]
        if self.columns.period is not None:
            wanted.append(self.columns.period)
        if table.sound:
            table.need(wanted)
            if self.columns.period is None and self.period is None:
                table.fault("no-period", 1, None)
        long = {self.columns.series, self.columns.value} <= set(table.columns)
        if table.sound:
            (self._read_long if long else self._read_wide)(table)
        self.reading.whole &= table.sound
        self.reading.faults.extend(table.faults)

    def _read_wide(self, table: Table) -> None:
        heads = frozenset(table.columns)
        roles = [
            (column, series, f"{column}_status" in heads, f"{column}_source" in heads)
            for column, series in self._roles(table).items()
        ]
        seen: dict[tuple[str, str], int] = {}
        for row in table:
            place = self._place(table, row)
            if place is None:
                continue
            if place in seen:
                table.fault("duplicate-row", row.number, self.columns.unit, first=seen[place])
                continue
            seen[place] = row.number
            for column, series, has_status, has_source in roles if row.whole else ():
                status = row.get(f"{column}_status") if has_status else ""
                source = row.get(f"{column}_source") if has_source else ""
                self._take(table, row, column, (*place, series), status, source)

    def _roles(self, table: Table) -> dict[str, str]:
        """{column: series} of a wide file; a column neither used nor ignored is a warning."""
        cols = self.columns
        named = {column: cols.columns.get(column, column) for column in table.columns}
        roles = {
            column: series
            for column, series in named.items()
            if self.series is not None and series in self.series and column not in cols.ignore
        }
        beside = {f"{column}_{what}" for column in roles for what in ("status", "source")}
        passed = {cols.unit, cols.period, *cols.ignore, *roles, *beside}
        self.reading.series.update(roles.values())
        for column in table.columns:
            if column not in passed and column[0] != "\x00" and self.series is not None:
                near = nearest(column, self.series - set(roles.values())) or "–"
                table.fault("unused-column", 1, column, near=near)
        return roles

    def _read_long(self, table: Table) -> None:
        cols = self.columns
        passed = {cols.unit, cols.period, cols.series, cols.value, cols.status, cols.source, *cols.ignore}
        for column in table.columns:
            if column not in passed and column[0] != "\x00":
                table.fault("unused-column", 1, column, near="–")
        seen: dict[Key, int] = {}
        for row in table:
            place = self._place(table, row)
            series = self._series(table, row)
            if place is None or series is None:
                continue
            key = (*place, series)
            if key in seen:
                table.fault("duplicate-row", row.number, cols.series, first=seen[key])
                continue
            seen[key] = row.number
            self.reading.series.add(series)
            self._take(table, row, cols.value, key, row.get(cols.status), row.get(cols.source))

    def _series(self, table: Table, row: Row) -> str | None:
        written = row.get(self.columns.series)
        name = self.columns.columns.get(written, written)
        if not written:
            if row.whole:
                table.fault("missing-cell", row.number, self.columns.series)
        elif self.series is not None and name not in self.series:
            near = nearest(name, self.series) or "–"
            table.fault("unknown-series", row.number, self.columns.series, found=written, near=near)
        else:
            return name
        return None

    def _place(self, table: Table, row: Row) -> tuple[str, str] | None:
        """(period, unit) of a row, or None after a fault."""
        unit = self._unit(table, row)
        period = self.period
        if self.columns.period is not None:
            period = row.get(self.columns.period)
            if row.whole and not period:
                table.fault("missing-cell", row.number, self.columns.period)
            elif row.whole and not CODE.fullmatch(period):
                table.fault("bad-period", row.number, self.columns.period, found=period)
                return None
        if unit is None or not period:
            return None
        if self.chosen is not None and unit not in self.chosen:
            if unit not in self._left_out:
                self._left_out.add(unit)
                table.fault("unit-left-out", row.number, self.columns.unit, found=row.get(self.columns.unit))
            return None
        self.reading.periods.add(period)
        self.reading.units.add(unit)
        return period, unit

    def _unit(self, table: Table, row: Row) -> str | None:
        words = row.get(self.columns.unit)
        if not words:
            if row.whole:
                table.fault("missing-cell", row.number, self.columns.unit)
            return None
        if self.territory is None:
            return words
        if words not in self._units:
            self._units[words] = self.territory.find(words)
        code = self._units[words]
        if code is None and row.whole:
            self._unknown_unit(table, row, words, self.territory)
        return code

    def _unknown_unit(self, table: Table, row: Row, words: str, territory: Territory) -> None:
        if words.isascii() and words.isdigit():
            for code in territory.by_code:
                if code.isdigit() and int(code) == int(words):
                    table.fault("lost-zero", row.number, self.columns.unit, found=words, code=code)
                    return
        table.fault(
            "unknown-unit", row.number, self.columns.unit, found=words, near=_near_unit(words, territory)
        )

    def _take(self, table: Table, row: Row, column: str, key: Key, status_word: str, source: str) -> None:
        if not row.whole:
            return
        written = row.cells[column].strip()
        status = self._status(table, row, column, status_word) if status_word else None
        value = float("nan")
        if written not in self.columns.missing:
            parsed = number(written, self.columns.decimal)
            if isinstance(parsed, str):
                if not any(f.row == row.number and f.column == column for f in table.faults):
                    table.fault(parsed, row.number, column, found=written)
                self.reading.cells[key] = Cell(value, Status.MISSING, source, table.file, row.number, column)
                return
            value = parsed
            if status not in (None, Status.OBSERVED, Status.ESTIMATED):
                table.fault("value-despite-status", row.number, column, found=written, status=status_word)
        if status is None or (value != value and status in (Status.OBSERVED, Status.ESTIMATED)):
            status = Status.MISSING if value != value else status or Status.OBSERVED
        self._keep(table, key, Cell(value, status, self._source(key, source), table.file, row.number, column))

    def _source(self, key: Key, source: str) -> str:
        return source or self.columns.sources.get(key[2], "")

    def _keep(self, table: Table, key: Key, cell: Cell) -> None:
        other = self.reading.cells.get(key)
        if other is not None:
            place = f"{other.file}:{other.row}"
            if cell.value == cell.value and other.value == other.value:
                table.fault("duplicate-value", cell.row, cell.column, first=place)
            if cell.value != cell.value:
                return
        self.reading.cells[key] = cell

    def _status(self, table: Table, row: Row, column: str, word: str) -> Status | None:
        if word not in STATUS_WORDS:
            name = self.columns.status if column == self.columns.value else f"{column}_status"
            table.fault(
                "unknown-word", row.number, name, found=word, allowed=", ".join(STATUS_WORDS), near="–"
            )
            return None
        return STATUS_WORDS[word]


def _near_unit(words: str, territory: Territory) -> str:
    names = {without_marks(name): name for unit in territory.units for _, name in unit.name}
    close = nearest(without_marks(words), names)
    return names.get(close) or nearest(words, territory.by_code) or "–"


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
