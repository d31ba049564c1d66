"""An index in a workbook, a sheet for each file: turned into those files, and faults turned back to cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from innodex.documents import CODE, Fault, Table, nearest, read_table
from innodex.formats._container import LIMITS, Limits
from innodex.formats._grid import Grid, GridCell, letters, read_grids
from innodex.formats._rows import Lines, index_lines, recipe_lines, table_bytes
from innodex.formats._settings import DataColumns, read_settings

TABLES = ("series", "framework", "rubric", "aliases", "territory")
SHEETS = ("index", *TABLES[:3], "recipe", *TABLES[3:], "data", "sheets")
_DATES = frozenset({"valid_from", "valid_to"})
_REMARKS = frozenset({"note", "source"})
_NUMBERED = re.compile(r"(data|territory) +([^.\s].*)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
# What a fault of a file is called where the file is a sheet.
_RENAMED = {"missing-file": "missing-sheet", "empty-file": "missing-sheet", "unused-sheet": "unused-text"}
_UNREAD = frozenset({"unused-column", "unknown-column"})  # nobody looks into such a column
_ABSENT = frozenset({"missing-key", "missing-policy", "missing-step"})
_OF_KEYS = frozenset({"unknown-key", "unknown-policy"})
Place = tuple[int, int]  # row, column
_DOCUMENTS = {"index.toml": index_lines, "recipe.toml": recipe_lines}


@dataclass(slots=True)
class Source:
    """Where a file was read from: its sheet, the place of each column, and of each line in a document.

    `bad` are the cells that could not be taken as they are, with what to say of them.
    """

    sheet: str
    columns: dict[str, int] = field(default_factory=dict)
    lines: Lines | None = None
    bad: dict[Place, Fault] = field(default_factory=dict)
    at: Place | None = None  # the one cell that holds the whole file


@dataclass(slots=True)
class Book:
    """A workbook as the files of an index, and the way back from them to its cells."""

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    own: list[Fault] = field(default_factory=list)

    def placed(self, faults: Iterable[Fault]) -> list[Fault]:
        """The faults of the files by sheet and cell, with those of the cells themselves, in order."""
        listed = list(faults)
        unread = {(f.file, f.column) for f in listed if f.kind in _UNREAD}
        found = dict.fromkeys(self.own)
        for path, source in self.sources.items():
            silent = {source.columns[c] for file, c in unread if file == path and c in source.columns}
            sure = (fault for at, fault in source.bad.items() if at[1] not in silent)
            found.update(dict.fromkeys(fault for fault in sure if "deferred" not in fault.values))
        for fault in listed:
            for one in self._placed(fault):
                found.setdefault(one)
        return sorted(found, key=Fault.order)

    def _placed(self, fault: Fault) -> Iterator[Fault]:
        source = self.sources.get(fault.file)
        kind = _RENAMED.get(fault.kind, fault.kind)
        if source is None:
            sheet = sheet_of(fault.file)
            if sheet is None and fault.kind == "missing-file" and fault.file.endswith(".csv"):
                sheet = fault.file.removesuffix(".csv")
            yield fault if sheet is None else replace(fault, kind=kind, file=self.name, sheet=sheet)
            return
        if kind == "missing-sheet" and fault.file.endswith(".toml"):
            return  # it is there, and what is wrong with it has been said
        row, at = self._place(fault, source)
        place = (row or 0, at or 0)
        values = {name: self._renamed(value) for name, value in fault.values.items()}
        if source.lines is not None and fault.kind not in _ABSENT and source.lines.spoilt(row):
            return
        if place in source.bad:
            known = source.bad[place]
            if "deferred" in known.values:
                said = {name: value for name, value in known.values.items() if name != "deferred"}
                yield replace(known, values=said)
            return
        cell = f"{letters(at)}{row}" if at and row else None
        yield Fault(kind, self.name, row, fault.column, values, source.sheet, cell)

    def _place(self, fault: Fault, source: Source) -> tuple[int | None, int | None]:
        if source.at is not None:
            return source.at
        if source.lines is not None:
            return source.lines.place(fault.row, fault.column, of_key=fault.kind in _OF_KEYS)
        if fault.column is None:
            return fault.row, None
        return fault.row, source.columns.get(fault.column) or _position(fault.column)

    def _renamed(self, value: object) -> object:
        if isinstance(value, str) and type(value) is str:
            for path, source in self.sources.items():
                if path.startswith("data/") and path in value:
                    value = value.replace(path, source.sheet)
        return value


def _position(column: str) -> int | None:
    """The column that letters such as AB name."""
    if not re.fullmatch("[A-Z]{1,3}", column):
        return None
    at = 0
    for letter in column:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at


def sheet_of(path: str) -> str | None:
    """The sheet that stands for a file of an index folder; None for any other file."""
    if path in ("index.toml", "recipe.toml") or path.removesuffix(".csv") in TABLES:
        return path.rpartition(".")[0]
    folder, _, file = path.partition("/")
    if folder == "sheets":
        return "sheets"
    if folder in ("data", "territory") and file.endswith(".csv"):
        return folder if file == "data.csv" else f"{folder} {file.removesuffix('.csv')}"
    return None


def _path_of(sheet: str) -> str | None:
    """The file that a sheet stands for; None where its name is not one of those known."""
    name = sheet.strip()
    plain = name.lower()
    if plain in ("index", "recipe"):
        return f"{plain}.toml"
    if plain in TABLES:
        return f"{plain}.csv"
    if plain == "sheets":
        return "sheets/"
    if plain == "data":
        return "data/data.csv"
    if match := _NUMBERED.fullmatch(name):
        return f"{match[1].lower()}/{match[2]}.csv"
    return None


def open_book(data: bytes, name: str, limits: Limits = LIMITS) -> Book:
    """The files in a workbook. Raises Faulty for one that cannot be opened at all."""
    book = Book(name)
    grids: dict[str, Grid] = {}
    for grid in read_grids(data, name, limits):
        path = _path_of(grid.name)
        if not grid.cells:
            continue
        if path is not None and path not in grids:
            grids[path] = grid
        elif not grid.hidden:
            near = nearest(grid.name, SHEETS) or "–"
            values = {"found": grid.name, "near": near, "known": ", ".join(SHEETS)}
            book.own.append(Fault("unknown-sheet", name, None, None, values, grid.name))
    for path, take in _DOCUMENTS.items():
        if path in grids:
            _take_document(book, path, grids.pop(path), take)
    settings, _ = read_settings(book.files.get("index.toml", b""))
    columns = DataColumns() if settings is None else settings.data
    for path, grid in grids.items():
        if path == "sheets/":
            _take_texts(book, grid)
        else:
            _take_table(book, path, grid, columns)
    return book


def _take_document(
    book: Book, path: str, grid: Grid, take: Callable[[Table, Grid, dict[str, int]], Lines]
) -> None:
    csv, source = _as_table(book, grid, body=False)
    table = read_table(csv, path)
    lines = take(table, grid, source.columns)
    book.sources[path] = source
    for (row, at), (kind, found) in lines.bad.items():
        head = next((name for name, column in source.columns.items() if column == at), None)
        values = {"found": found} if found else {}
        book.own.append(Fault(kind, book.name, row, head, values, grid.name, f"{letters(at)}{row}"))
    for fault in table.faults:
        book.own.extend(book._placed(fault))
    if table.sound and not lines.nameless:  # what a key that cannot be read would have said, nobody knows
        book.files[path] = lines.bytes()
        source.lines = lines


def _take_table(book: Book, path: str, grid: Grid, columns: DataColumns) -> None:
    figures = path.startswith("data/")
    named = {columns.unit, columns.period, columns.series, columns.status}
    book.files[path], book.sources[path] = _as_table(
        book,
        grid,
        separator=(columns.separator if figures else None) or ",",
        decimal=columns.decimal if figures else ".",
        dates=_DATES if path.startswith("territory") else frozenset(),
        remarks=frozenset(columns.ignore) if figures else _REMARKS,
        sure=frozenset(name for name in named if name) if figures else None,
    )


def _as_table(
    book: Book,
    grid: Grid,
    *,
    separator: str = ",",
    decimal: str = ".",
    dates: frozenset[str] = frozenset(),
    remarks: frozenset[str] = frozenset(),
    sure: frozenset[str] | None = None,
    body: bool = True,
) -> tuple[bytes, Source]:
    """The cells as CSV, row by row, with what is to be said of those that are neither text nor number.

    `dates` are columns that take a date, `remarks` those that nobody reads. What is wrong with a cell in one
    of the `sure` columns (None: all) is said in any case, elsewhere only if the cell turns out to be read;
    without `body` nothing is said of the cells below the head.
    """
    source = Source(grid.name)
    first, head = grid.head()
    for at, name in head.items():
        source.columns[name] = at  # of two columns of one name the second is the one too many
    rows: list[list[str]] = [[""] * grid.columns for _ in range(grid.rows)]
    for (row, at), cell in grid.cells.items():
        name = head.get(at, "")
        words, kind = _words(cell, decimal, dates=row > first and name in dates)
        if kind and name not in remarks and (body or row == first):
            later = sure is not None and name not in sure and row > first
            values = {"found": cell.text} if cell.kind != "f" else {}
            values |= {"deferred": ""} if later else {}
            place = f"{letters(at)}{row}"
            shown = name if row > first else letters(at)
            source.bad[row, at] = Fault(kind, book.name, row, shown, values, grid.name, place)
            words = words if later else "\x01"  # read as a cell of which nothing more can be said
        rows[row - 1][at - 1] = words
    return table_bytes(rows, separator), source


def _words(cell: GridCell, decimal: str, *, dates: bool) -> tuple[str, str]:
    """A cell as a file holds it, and the kind of fault where it is neither text nor number."""
    match cell.kind:
        case "n":
            return cell.text.replace(".", decimal), ""
        case "s":
            return cell.text, ""
        case "d":
            return cell.text, "" if dates else "date-cell"
        case "p":
            return f"{float(cell.value) * 100:.10g}%", "percent-cell"
    return cell.text, {"b": "truth-cell", "e": "error-cell", "f": "formula-cell"}[cell.kind]


def _take_texts(book: Book, grid: Grid) -> None:
    """The sheet `sheets`: a row for each node, a column for each language."""
    csv, source = _as_table(book, grid, remarks=_REMARKS)
    table = read_table(csv, "sheets/")
    book.sources["sheets/"] = source
    table.allow(("code", "vi", "en", "note"), (_LANGUAGE.pattern,))
    table.need(("code",))
    seen: dict[str, int] = {}
    for row in table if table.sound else ():
        if code := _code(table, row.number, row.get("code"), seen):
            for lang in table.columns:
                cell = grid.cells.get((row.number, source.columns.get(lang, 0)))
                readable = cell is not None and (row.number, source.columns[lang]) not in source.bad
                if cell is not None and readable and _LANGUAGE.fullmatch(lang) and cell.text.strip():
                    path = f"sheets/{code}.{lang}.md"
                    book.files[path] = cell.text.encode()
                    book.sources[path] = Source(grid.name, at=(row.number, source.columns["code"]))
    for fault in table.faults:
        book.own.extend(book._placed(fault))


def _code(table: Table, row: int, code: str, seen: dict[str, int]) -> str:
    """The code of a row; empty after a fault."""
    if not code:
        table.fault("missing-cell", row, "code")
    elif not CODE.fullmatch(code):
        table.fault("bad-code", row, "code", found=code)
    elif code.casefold() in seen:
        table.fault("duplicate-code", row, "code", found=code, first=seen[code.casefold()])
    else:
        seen[code.casefold()] = row
        return code
    return ""


def files_by_sheet(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """{sheet: files that it stands for}, in the order of a workbook."""
    found: dict[str, list[str]] = {}
    for path in sorted(files, key=_rank):
        if sheet := sheet_of(path):
            found.setdefault(sheet, []).append(path)
    return found


def _rank(path: str) -> tuple[int, str]:
    sheet = (sheet_of(path) or "").partition(" ")[0]
    return (SHEETS.index(sheet) if sheet in SHEETS else len(SHEETS)), path
