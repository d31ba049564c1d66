"""An index folder in memory: tables, documents and the places in them, written as somebody might write them.

It is a model of its own, not the program's reader: tables are lists of cells, documents are dictionaries, and
where each row and key ends up in the written file is worked out here from how the file is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

Key = tuple[str | int, ...]
Place = tuple[str, str, int | None, str | None]  # kind, file, row, column


class Unfit(Exception):
    """This fault cannot be put here (any more)."""


@dataclass(frozen=True)
class Dress:
    """How a file is written, none of which is a fault."""

    mark: bool = False  # byte-order mark
    separator: str = ","
    ending: str = "\n"
    gap: int = 0  # a blank row before every such row; 0: none
    end: int = 0  # blank rows at the end
    tail: int = 0  # empty columns at the end
    quoted: bool = False  # every cell in quotation marks
    hint: bool = False  # a first line sep=…
    inline: bool = False  # exceptions of a recipe as inline tables


PLAIN = Dress()


@dataclass(eq=False)
class Line:
    """One row of a table. `raw` goes before it as it stands."""

    cells: list[str]
    raw: str = ""
    ragged: bool = False

    def __getitem__(self, at: int) -> str:
        return self.cells[at]


@dataclass
class Sheet:
    """A table. `head` is a line like the others."""

    head: Line
    lines: list[Line]
    dress: Dress = PLAIN

    @classmethod
    def of(cls, rows: list[list[str]]) -> Sheet:
        """A table from its rows, the head first."""
        return cls(Line(list(rows[0])), [Line(list(row)) for row in rows[1:]])

    def copy(self) -> tuple[Sheet, dict[Line, Line]]:
        """The same table, and which line became which."""
        twins = {line: replace(line, cells=list(line.cells)) for line in (self.head, *self.lines)}
        return Sheet(twins[self.head], [twins[line] for line in self.lines], self.dress), twins

    def has(self, column: str) -> bool:
        """True when the head names the column."""
        return column in self.head.cells

    def at(self, column: str) -> int:
        """The position of a column."""
        return self.head.cells.index(column)

    def get(self, line: Line, column: str) -> str:
        """A cell; empty where there is none."""
        at = self.at(column) if self.has(column) else len(line.cells)
        return line.cells[at] if at < len(line.cells) else ""

    def put(self, line: Line, column: str, words: str) -> None:
        """Write a cell, with a new column at the end where there is none."""
        self.ensure(column)
        line.cells[self.at(column)] = words

    def ensure(self, column: str) -> None:
        """Add an empty column where there is none of that name."""
        if not self.has(column):
            self.head.cells.append(column)
            for line in self.lines:
                if not line.ragged:
                    line.cells.append("")

    def drop(self, column: str) -> None:
        """Delete a column."""
        at = self.at(column)
        for line in (self.head, *self.lines):
            del line.cells[at]

    def where(self, column: str, words: str) -> Line:
        """The first line with these words in the column."""
        return next(line for line in self.lines if self.get(line, column) == words)

    def write(self) -> tuple[bytes, dict[Line, int]]:
        """The bytes, and the row of every line as a spreadsheet counts them."""
        dress, text, rows, number = self.dress, [], {}, 0
        if dress.hint:
            text.append(f"sep={dress.separator}")
        for position, line in enumerate((self.head, *self.lines)):
            if dress.gap and position % dress.gap == dress.gap - 1:
                number += 1
                text.append("" if position % 2 else dress.separator * (len(self.head.cells) - 1))
            number += 1
            rows[line] = number
            cells = [*line.cells, *[""] * (0 if line.ragged else dress.tail)]
            text.append(line.raw + dress.separator.join(self._cell(cell) for cell in cells))
        text += [dress.separator * (len(self.head.cells) - 1)] * dress.end
        body = "".join(one + dress.ending for one in text).encode("utf-8", "surrogateescape")
        return (b"\xef\xbb\xbf" if dress.mark else b"") + body, rows

    def _cell(self, cell: str) -> str:
        needs = self.dress.quoted or any(mark in cell for mark in (self.dress.separator, '"', "\n"))
        return '"' + cell.replace('"', '""') + '"' if needs else cell


class Raw(str):
    """A value written as it stands."""

    __slots__ = ()


def _literal(value: object) -> str:
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_name(key)} = {_literal(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _name(key: str) -> str:
    plain = bool(key) and all(char.isascii() and (char.isalnum() or char in "_-") for char in key)
    return key if plain else json.dumps(key, ensure_ascii=False)


@dataclass
class Document:
    """A TOML document as a dictionary. `broken` is a key whose line is spoiled, with what is put there."""

    content: dict[str, Any]
    dress: Dress = PLAIN
    broken: tuple[Key, str] | None = None

    def copy(self) -> Document:
        """The same document."""
        return replace(self, content=_twin(self.content))

    def write(self) -> tuple[bytes, dict[Key, int]]:
        """The bytes, and the line of every key that has one of its own."""
        lines: list[str] = []
        places: dict[Key, int] = {}
        self._table((), self.content, lines, places)
        if self.broken is not None:
            at, words = self.broken
            lines[places[at] - 1] = words
        text = "".join(line + self.dress.ending for line in lines)
        mark = b"\xef\xbb\xbf" if self.dress.mark else b""
        return mark + text.encode("utf-8", "surrogateescape"), places

    def _table(self, path: Key, table: dict[str, Any], lines: list[str], places: dict[Key, int]) -> None:
        below: list[tuple[str, Any]] = []
        for key, value in table.items():
            if self._is_block(key, value):
                below.append((key, value))
                continue
            if self.dress.gap and len(lines) % (self.dress.gap + 1) == 0:
                lines.append("# [note] = {")
            lines.append(f"{_name(key)} = {_literal(value)}")
            places[(*path, key)] = len(lines)
        for key, value in below:
            tables = enumerate(value) if isinstance(value, list) else [(None, value)]
            for number, one in tables:
                here = (*path, key) if number is None else (*path, key, number)
                names = ".".join(_name(part) for part in here if isinstance(part, str))
                lines.append("")
                lines.append(f"[{names}]" if number is None else f"[[{names}]]")
                places[here] = len(lines)
                places.setdefault((*path, key), len(lines))
                self._table(here, one, lines, places)

    def _is_block(self, key: str, value: object) -> bool:
        if isinstance(value, dict):
            return not (self.dress.inline and key == "at")
        return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)

    def table(self, path: Key) -> Any:
        """What stands at a path."""
        here: Any = self.content
        for part in path:
            here = here[part]
        return here


def _twin(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _twin(one) for key, one in value.items()}
    return [_twin(one) for one in value] if isinstance(value, list) else value


File = Sheet | Document | bytes


@dataclass(frozen=True)
class Mark:
    """A fault that must be found: its kind, and its place as a line, a key or a number."""

    kind: str
    file: str
    where: Line | Key | int | None = None
    column: str | None = None


@dataclass
class Book:
    """A folder: files by path, and what has already been damaged in it."""

    files: dict[str, File]
    claimed: set[Hashable] = field(default_factory=set)

    def copy(self) -> Book:
        """The same folder, to be damaged freely."""
        files: dict[str, File] = {}
        for name, file in self.files.items():
            if isinstance(file, Sheet):
                files[name] = file.copy()[0]
            else:
                files[name] = file.copy() if isinstance(file, Document) else file
        return Book(files)

    def claim(self, *things: Hashable) -> None:
        """Keep these for one fault. Raises Unfit where another has one of them."""
        if self.claimed.intersection(things):
            raise Unfit
        self.claimed.update(things)

    def sheet(self, name: str) -> Sheet:
        """A table. Raises Unfit where there is none."""
        found = self.files.get(name)
        if not isinstance(found, Sheet):
            raise Unfit
        return found

    def document(self, name: str) -> Document:
        """A TOML document. Raises Unfit where there is none."""
        found = self.files.get(name)
        if not isinstance(found, Document):
            raise Unfit
        return found

    @property
    def index(self) -> Document:
        """index.toml."""
        return self.document("index.toml")

    @property
    def recipe(self) -> Document:
        """recipe.toml."""
        return self.document("recipe.toml")

    def data(self) -> list[str]:
        """The names of the data files."""
        return sorted(name for name in self.files if name.startswith("data/"))

    def sheets(self) -> Iterator[tuple[str, Sheet]]:
        """Every table with its name."""
        for name, file in self.files.items():
            if isinstance(file, Sheet):
                yield name, file

    def write(self) -> tuple[dict[str, bytes], Callable[[Mark], Place]]:
        """The bytes of every file, and a function from a mark to where it ends up in them."""
        files: dict[str, bytes] = {}
        rows: dict[str, Any] = {}
        for name, file in self.files.items():
            if isinstance(file, bytes):
                files[name] = file
            else:
                files[name], rows[name] = file.write()
        return files, lambda mark: (mark.kind, mark.file, _row(mark, rows.get(mark.file, {})), mark.column)


def _row(mark: Mark, places: dict[Any, int]) -> int | None:
    where = mark.where
    if isinstance(where, tuple):
        while where and where not in places:
            where = where[:-1]
        return places.get(where, 1)
    return places[where] if isinstance(where, Line) else where
