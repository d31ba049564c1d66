"""Reading a table of text: rows counted as a spreadsheet counts them, every fault collected."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from innodex.documents._decode import decoded, encoding, is_foreign
from innodex.documents._fault import Fault, nearest
from innodex.documents._reason import reason

_SURROGATES = re.compile("[\udc80-\udcff]")
# Control characters, and those without width that make two equal-looking names differ.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\u200b\ufeff]")
_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
# What keeps a whole file, or the identifier in one row, from being known.
_FILE = frozenset({"empty-file", "no-rows", "missing-column", "open-quote", "broken-row", "ragged-row"})
_CELL = frozenset({"missing-cell", "bad-code", "duplicate-code", "not-utf8", "control-character"})


def uncertain(faults: Iterable[Fault], column: str) -> bool:
    """True when some row's `column` could not be read, so that a name elsewhere may have meant it."""
    return any(
        fault.kind in _FILE
        or (fault.kind in _CELL and fault.column == column)
        or (fault.kind == "not-utf8" and fault.column is None)
        for fault in faults
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in a spreadsheet (the head is 1) and its cells by column head."""

    number: int
    cells: dict[str, str]
    whole: bool = True  # False when the row had too many or too few cells

    def get(self, column: str) -> str:
        """The cell without surrounding blanks; empty where the table lacks the column."""
        return self.cells.get(column, "").strip()


@dataclass(slots=True)
class Table:
    """A head and rows read from text, with the faults found while reading.

    `sound` is False when the file as a whole could not be understood, so that nothing
    should be concluded from what is absent in it. `head` is the row of the head.
    """

    file: str
    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    sound: bool = True
    head: int = 1
    _meant: set[str] = field(default_factory=set)  # columns that an unknown one probably stands for
    obscure: bool = False  # some column has no name that could be read
    _unreadable: set[tuple[int, str]] = field(default_factory=set)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def fault(self, kind: str, row: int | None = None, column: str | None = None, **values: object) -> None:
        """Note a fault in this table; of a cell that could not be read nothing more is said."""
        if column is not None and column.startswith("\x00"):
            column = _letters(int(column[1:]) + 1)
        if (row, column) not in self._unreadable:
            self.faults.append(Fault(kind, self.file, row, column, values))

    def unreadable(self, kind: str, row: int, column: str, **values: object) -> None:
        """Note that a cell could not be read."""
        self.fault(kind, row, column, **values)
        self._unreadable.add((row, column))

    def read(self, row: Row, *columns: str) -> bool:
        """True when each of these cells of the row could be read."""
        return not any((row.number, column) in self._unreadable for column in columns)

    def hides(self, column: str) -> bool:
        """True when the column is missing and one with a wrong or unreadable name may stand for it."""
        return column not in self.columns and (self.obscure or not self._meant.isdisjoint((column, "")))

    def allow(self, columns: Iterable[str], patterns: Iterable[str] = ()) -> None:
        """Note each column that the table may not have."""
        known = list(columns)
        compiled = [re.compile(pattern) for pattern in patterns]
        for column in self.columns:
            if column in known or column[0] == "\x00" or any(p.fullmatch(column) for p in compiled):
                continue
            near = nearest(column, [name for name in known if name not in self.columns])
            self._meant.add(near)
            self.fault("unknown-column", self.head, column, near=near or "–", known=", ".join(known))

    def need(self, columns: Iterable[str]) -> None:
        """Note each column that the table must have and has not; without it, its rows tell nothing."""
        if not self.sound:
            return
        missing = [column for column in columns if column not in self.columns]
        for column in missing:
            if not (self.obscure or column in self._meant):
                near = nearest(column, [name for name in self.columns if name[0] != "\x00"]) or "–"
                self.fault("missing-column", self.head, column, near=near)
        self.sound = not missing

    def need_rows(self) -> None:
        """Note that the table has a head and nothing else."""
        if self.sound and not self.rows:
            self.fault("no-rows", self.head)
            self.sound = False


def _separator(text: str) -> str:
    head = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", head)
    return max(",;\t", key=lambda mark: (bare.count(mark), mark == ","))


def read_table(data: bytes, file: str, *, separator: str | None = None) -> Table:
    """The table in `data`; what is wrong with its bytes and shape stands in its `faults`.

    A byte-order mark and a first line `sep=;` are skipped; comma, semicolon or tab is recognised from the
    head unless given. Blank rows are skipped but counted, as are the lines within a quoted cell: a row is
    what a spreadsheet shows as one. Columns without a name and without a figure are left out silently.
    """
    table = Table(file)
    if is_foreign(data):
        table.fault("not-utf8", 1, None, found=encoding(data))
        table.sound = False
        return table
    text = decoded(data, "surrogateescape")
    if hint := _HINT.match(text):  # a spreadsheet takes this line in and does not count it
        text, separator = text[hint.end() :], separator or hint.group(1)
    records = _records(table, text, separator or _separator(text))
    if records:
        _fill(table, records, clean=not (_SURROGATES.search(text) or _CONTROL.search(text)))
    elif table.sound:
        table.fault("empty-file")
        table.sound = False
    return table


def _records(table: Table, text: str, separator: str) -> list[tuple[int, list[str]]]:
    """(number, cells) of every row that is not blank, up to the first that cannot be read."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, cells in enumerate(lines, start=1):
            if any(cell and not cell.isspace() for cell in cells):
                found.append((number, cells))
    except csv.Error as error:
        kind = "open-quote" if "unexpected end" in str(error) else "broken-row"
        table.fault(kind, number + 1, None, reason=reason(str(error)))
        table.sound = False
    return found


def _fill(table: Table, records: list[tuple[int, list[str]]], *, clean: bool) -> None:
    (table.head, names), *rows = records
    empty = _empty_columns(names, rows)
    most = least = len(names)
    while least - 1 in empty:
        least -= 1
    _take_head(table, names, empty)
    for number, cells in rows:
        whole = least <= len(cells) <= most
        if not whole:
            table.fault("ragged-row", number, None, found=len(cells), allowed=least)
        row = Row(number, dict(zip(table.columns, cells, strict=False)), whole)
        if not clean:
            _check_characters(table, row)
        table.rows.append(row)


def _empty_columns(names: list[str], rows: list[tuple[int, list[str]]]) -> set[int]:
    """Positions of columns with neither a name nor a filled cell, as spreadsheets leave them behind."""
    nameless = {at for at, name in enumerate(names) if not name.strip()}
    rows = [(number, cells) for number, cells in rows if len(cells) <= len(names)]  # others are ragged
    return {at for at in nameless if not any(at < len(cells) and cells[at].strip() for _, cells in rows)}


def _check_characters(table: Table, row: Row) -> None:
    for column, cell in row.cells.items():
        if _SURROGATES.search(cell):
            table.unreadable("not-utf8", row.number, column, found=encoding(b"\xff"))
            row.cells[column] = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", cell)
        elif _CONTROL.search(cell):
            table.unreadable("control-character", row.number, column)


def _letters(position: int) -> str:
    """The letters that a spreadsheet shows above a column: 1 is A, 27 is AA."""
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _take_head(table: Table, cells: list[str], empty: set[int]) -> None:
    names = [cell.strip() for cell in cells]
    # Of two columns of one name nobody knows which is meant, so neither is taken.
    twice = {name for name, count in Counter(names).items() if count > 1}
    seen: set[str] = set()
    for at, name in enumerate(names):
        if at in empty:
            names[at] = f"\x00{at}"
            continue
        if not name:
            table.fault("unnamed-column", table.head, _letters(at + 1))
        elif _SURROGATES.search(name):
            table.fault("not-utf8", table.head, _letters(at + 1), found=encoding(b"\xff"))
        elif _CONTROL.search(name):
            table.fault("control-character", table.head, _letters(at + 1))
        elif name not in twice:
            continue
        elif name in seen:
            table.fault("duplicate-column", table.head, name)
        seen.add(name)
        names[at] = f"\x00{at}"
        table.obscure = True
    table.columns = tuple(names)
