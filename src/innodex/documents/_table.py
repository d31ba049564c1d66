"""Reading a table of text: rows counted as a spreadsheet counts them, every fault collected."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from innodex.documents._fault import Fault, nearest

_SURROGATES = re.compile("[\udc80-\udcff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


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
    should be concluded from what is absent in it.
    """

    file: str
    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    sound: bool = True

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def fault(self, kind: str, row: int | None = None, column: str | None = None, **values: object) -> None:
        """Note a fault in this table."""
        self.faults.append(Fault(kind, self.file, row, column, values))

    def need(self, columns: Iterable[str]) -> None:
        """Note each column that the table must have and has not."""
        for column in columns:
            if column not in self.columns and self.sound:
                self.fault("missing-column", 1, column, near=nearest(column, self.columns) or "–")
                self.sound = False

    def allow(self, columns: Iterable[str], patterns: Iterable[str] = ()) -> None:
        """Note each column that the table may not have."""
        known = list(columns)
        compiled = [re.compile(pattern) for pattern in patterns]
        for column in self.columns:
            if (
                column not in known
                and column[0] != "\x00"
                and not any(pattern.fullmatch(column) for pattern in compiled)
            ):
                self.fault(
                    "unknown-column", 1, column, near=nearest(column, known) or "–", known=", ".join(known)
                )


def _separator(head: str, given: str | None) -> str:
    if given is not None:
        return given
    counts = {mark: head.count(mark) for mark in (",", ";", "\t")}
    return max(counts, key=lambda mark: (counts[mark], mark == ","))


def read_table(data: bytes, file: str, *, separator: str | None = None) -> Table:
    """The table in `data`; what is wrong with its bytes and shape stands in its `faults`.

    A byte-order mark is skipped; comma, semicolon or tab is recognised from the head unless given.
    Blank rows are skipped but counted.
    """
    table = Table(file)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        table.fault("not-utf8", 1, None, found="UTF-16")
        table.sound = False
        return table
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    if not text.strip():
        table.fault("empty-file")
        table.sound = False
        return table
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=_separator(text.partition("\n")[0], separator)
    )
    clean = not (_SURROGATES.search(text) or _CONTROL.search(text))
    number = 0
    try:
        for number, cells in enumerate(lines, start=1):
            _take(table, number, cells, clean)
    except csv.Error as error:
        table.fault("broken-row", number + 1, None, reason=str(error))
        table.sound = False
    if not table.columns:
        table.fault("empty-file")
        table.sound = False
    elif '"' in text:
        _check_quotes(table, text, number)
    return table


def _check_quotes(table: Table, text: str, last: int) -> None:
    if text.count('"') % 2:
        table.fault("open-quote", last)
        table.sound = False


def _take(table: Table, number: int, cells: list[str], clean: bool) -> None:
    if not any(cell and not cell.isspace() for cell in cells):
        return
    if not table.columns:
        _take_head(table, number, cells)
        return
    whole = len(cells) == len(table.columns)
    if not whole:
        table.fault("ragged-row", number, None, found=len(cells), allowed=len(table.columns))
    row = Row(number, dict(zip(table.columns, cells, strict=False)), whole)
    for column, cell in () if clean else row.cells.items():
        if _SURROGATES.search(cell):
            table.fault("not-utf8", number, column, found="Latin-1")
            row.cells[column] = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", cell)
        elif _CONTROL.search(cell):
            table.fault("control-character", number, column)
    table.rows.append(row)


def _take_head(table: Table, number: int, cells: list[str]) -> None:
    names = [cell.strip() for cell in cells]
    for position, name in enumerate(names, start=1):
        if not name:
            table.fault("unnamed-column", number, None, position=position)
            names[position - 1] = f"\x00{position}"
        elif name in names[: position - 1]:
            table.fault("duplicate-column", number, name)
            names[position - 1] = f"\x00{position}"
        elif _SURROGATES.search(name):
            table.fault("not-utf8", number, None, found="Latin-1")
    table.columns = tuple(names)
