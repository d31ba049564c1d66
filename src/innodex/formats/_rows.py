"""Tables and TOML documents written from the rows of a sheet; every line knows its row."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from innodex.documents import Row, Table, nearest
from innodex.formats._grid import Grid, GridCell
from innodex.formats._settings import INDEX_KEYS
from innodex.recipe import METHODS, PREPARE, Policy

_WHOLE = frozenset({"schema", "decimals"})
_TRUTHS = frozenset({"synthetic"})
_MAYBE = _TRUTHS | {""}  # nobody knows what an unknown key would hold
LISTS = frozenset({"languages", "units", "data.ignore", "data.missing"})
_CODES = frozenset({"languages", "within"})  # whose items hold no commas
_ASKED = re.compile(r"title_[a-z]{2,3}|territory")  # kept where empty, so that the fault stands in their row
_PAIRS = ("data.columns.", "data.sources.")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_INTEGER = re.compile(r"[+-]?(?:0|[1-9]\d*)", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_UNREADABLE = "1979-05-27"  # a value of a type that fits nowhere
_KINDS = {"b": "truth-cell", "e": "error-cell", "f": "formula-cell", "d": "date-cell", "p": "percent-cell"}
_QUOTE = re.compile('[,;\t"\r\n]|^sep=|^\\s|\\s$', re.IGNORECASE)


def table_bytes(rows: Sequence[Sequence[str]], separator: str = ",") -> bytes:
    """CSV that is recognised whatever its cells hold."""
    return "".join(separator.join(map(_quoted, row)) + "\n" for row in rows).encode()


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _QUOTE.search(cell) else cell


def key_of(name: str) -> str:
    """A key as TOML writes it."""
    return name if _BARE.fullmatch(name) else literal(name)


def literal(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(int(value) if isinstance(value, float) and value.is_integer() else value)


@dataclass(slots=True)
class Lines:
    """The lines of a document with the row of each, and where a row has its key and its value.

    `bad` are the cells that hold neither text nor number: {(row, column): (kind, what was found)}.
    """

    text: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    keys: dict[int, dict[str, str]] = field(default_factory=dict)  # row -> its words by column
    bad: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    nameless: bool = False  # some key could not be read, so that none is known to be missing

    def add(self, row: int, line: str) -> None:
        """One more line, made from `row`."""
        self.text.append(line)
        self.rows.append(row)

    def bytes(self) -> bytes:
        """The document."""
        return "".join(line + "\n" for line in self.text).encode()

    def spoilt(self, row: int | None) -> bool:
        """True for a row with a cell that could not be read: of its value nothing more need be said."""
        return any(row == at for at, _ in self.bad)

    def place(self, line: int | None, key: str | None, *, of_key: bool) -> tuple[int | None, int | None]:
        """(row, column) of the key that a fault names; the row alone where it is not written."""
        row = self.rows[line - 1] if line is not None and 0 < line <= len(self.rows) else None
        words = self.keys.get(row or 0)
        if words is None or key is None:
            return row, None
        own = words.get("key", "")
        named = own.endswith("." + key) or key in own.split(DEEPER)
        if named or (words.get("at") == key and own == "weight"):
            return row, self.columns["key" if of_key else "value"]
        name = next((name for name in ("step", "at") if key in (name, words.get(name))), None)
        return row, self.columns.get(name or "")


class _Document:
    """A sheet of keys and values on its way to lines of TOML."""

    def __init__(self, table: Table, grid: Grid, columns: dict[str, int], *named: str) -> None:
        self.table, self.grid = table, grid
        self.lines = Lines(columns=columns)
        self.named = named
        table.allow((*named, "value", "note"))
        table.need((*named[-1:], "value"))
        table.need_rows()
        self.lines.add(table.head, "# made from a workbook")

    def cell(self, row: int, column: str) -> GridCell | None:
        return self.grid.cells.get((row, self.lines.columns.get(column, 0)))

    def words(self, row: Row) -> tuple[str, ...] | None:
        """The words that name the value in a row; None after a fault."""
        found = tuple(row.get(name) for name in self.named)
        for name in self.named:
            cell = self.cell(row.number, name)
            if cell is not None and cell.kind in _KINDS:
                self.spoil(row.number, name, cell)
                self.lines.nameless = True
                return None
        self.lines.keys[row.number] = dict(zip(self.named, found, strict=True))
        if not found[-1]:
            if any(found) or row.get("value"):
                self.table.fault("missing-cell", row.number, self.named[-1])
            return None
        return found

    def spoil(self, row: int, column: str, cell: GridCell) -> None:
        found = "" if cell.kind == "f" else cell.text
        self.lines.bad[row, self.lines.columns[column]] = _KINDS[cell.kind], found

    def duplicate(self, row: int, first: int) -> None:
        self.table.fault("duplicate-row", row, self.named[-1], first=first)


def _split(words: str, key: str) -> list[str]:
    """The items of a list in one cell."""
    marks = ";,\n" if key in _CODES else ";\n"
    return [item.strip() for item in re.split(f"[{marks}]", words)]


# ---- index -----------------------------------------------------------------------------------------------


def index_lines(table: Table, grid: Grid, columns: dict[str, int]) -> Lines:
    """index.toml from a sheet with the columns key and value; faults of the sheet are noted in `table`."""
    doc = _Document(table, grid, columns, "key")
    seen: dict[str, int] = {}
    lists: dict[str, list[tuple[int, str]]] = {}
    written = {row.get("key") for row in table}
    unwritten = [key for key in INDEX_KEYS if key not in written]
    for row in table if table.sound else ():
        words = doc.words(row)
        if words is None:
            continue
        (key,) = words
        meant = key if key in INDEX_KEYS or key.startswith(_PAIRS) else nearest(key, unwritten)
        cell = doc.cell(row.number, "value")
        if cell is not None and cell.kind in _KINDS and not (cell.kind == "b" and meant in _MAYBE):
            doc.spoil(row.number, "value", cell)
            items = [_UNREADABLE]
        elif meant in LISTS:
            items = [literal(one) for one in _items(cell, meant)]
        elif cell is None and not _ASKED.fullmatch(key):
            continue
        else:
            items = [_value(cell, meant)]
        if key in seen and meant not in LISTS:
            doc.duplicate(row.number, seen[key])
            continue
        seen.setdefault(key, row.number)
        if meant in LISTS:
            lists.setdefault(key, []).extend((row.number, item) for item in items)
        else:
            doc.lines.add(row.number, f"{_dotted(key)} = {items[0]}")
    for key, found in lists.items():
        _add_list(doc.lines, _dotted(key), found)
    return doc.lines


def _add_list(lines: Lines, key: str, items: list[tuple[int, str]]) -> None:
    if not items:
        return
    row, only = items[0]
    if len(items) == 1 and key == "units" and re.match('"(?:data|all|group:)', only):
        lines.add(row, f"{key} = {only}")
        return
    lines.add(row, f"{key} = [")
    for row, item in items:
        lines.add(row, f"  {item},")
    lines.add(row, "]")


def _items(cell: GridCell | None, key: str) -> list[str]:
    items = [""] if cell is None else _split(cell.text, key)
    return items if key == "data.missing" else [item for item in items if item]


def _dotted(key: str) -> str:
    """A key with dots as TOML writes it; what follows data.columns. is one name."""
    for start in _PAIRS:
        if key.startswith(start):
            return start + key_of(key.removeprefix(start))
    start, dot, rest = key.partition(".")
    return f"data.{key_of(rest)}" if dot and start == "data" and rest else key_of(key)


def _value(cell: GridCell | None, key: str) -> str:
    if cell is None:
        return '""'
    if cell.kind == "b":
        return literal(cell.value)
    words = cell.text.strip()
    if key in _WHOLE or not key:
        if cell.kind == "n":
            return literal(cell.value)
        return words.lstrip("+") if key and _INTEGER.fullmatch(words) else literal(words)
    if key == "territory" and words.lower() == key:  # the sheet of that name
        return literal("territory.csv")
    if key in _TRUTHS and words.casefold() in ("true", "false"):
        return words.casefold()
    return literal(words)


# ---- recipe ----------------------------------------------------------------------------------------------


# Between the names of a table in a table: "points / first expert / 1.1".
DEEPER = " / "
Entry = tuple[int, str, GridCell | None]  # row, key, value


def recipe_lines(table: Table, grid: Grid, columns: dict[str, int]) -> Lines:
    """recipe.toml from a sheet with the columns step, at, key and value.

    A row without a step is a key of the whole; one with a code under `at` belongs to the exception for that
    node, or to the derived node of that code. A second step of a kind is "impute-2".
    """
    doc = _Document(table, grid, columns, "step", "at", "key")
    seen: dict[tuple[str, ...], int] = {}
    steps: dict[str, dict[str, list[Entry]]] = {}
    for row in table if table.sound else ():
        words = doc.words(row)
        if words is None:
            continue
        step, at, key = words
        if at and not step:
            table.fault("missing-cell", row.number, "step")
            doc.lines.nameless = True
            continue
        if words in seen:
            doc.duplicate(row.number, seen[words])
            continue
        seen[words] = row.number
        cell = doc.cell(row.number, "value")
        if at and key == "weight" and cell is None:
            table.fault("missing-cell", row.number, "value")
        elif step:
            steps.setdefault(step, {}).setdefault(at, []).append((row.number, key, cell))
        elif cell is not None:
            value = _of_whole(doc, row.number, key, cell)
            doc.lines.add(row.number, f"{key_of(key)} = {value}")
    for place, tables in steps.items():
        _add_step(doc, place, tables)
    return doc.lines


def _of_whole(doc: _Document, row: int, key: str, cell: GridCell) -> str:
    if cell.kind in _KINDS:
        doc.spoil(row, "value", cell)
        return _UNREADABLE
    return literal(cell.text) if key != "schema" else _number_or_text(cell)


def _number_or_text(cell: GridCell) -> str:
    return literal(cell.value) if cell.kind == "n" else _item(cell.text.strip())


def _item(text: str) -> str:
    return text.lstrip("+") if _NUMBER.fullmatch(text) else literal(text)


def _policies(step: str, entries: list[Entry]) -> Mapping[str, Policy]:
    """The policies that the method among some rows has, as far as they say which it is."""
    if step == "rank":
        return {"within": _WITHIN}
    written = {key: cell.text.strip() for _, key, cell in entries if cell is not None}
    method = "formula" if step == "derive" else written.get("method", "")
    spec = METHODS.get(step, {}).get(method)
    return {} if spec is None else {**spec.policies, **spec.optional, **spec.also(written)}


_WITHIN = Policy(text=True, many=True)


def _policy(doc: _Document, row: int, cell: GridCell, policy: Policy | None) -> str:
    """The value of a policy as TOML writes it."""
    if policy is not None and policy.yes:
        said = cell.text.strip().casefold()
        if cell.kind == "b" or said in ("true", "false"):
            return literal(cell.value) if cell.kind == "b" else said
    if cell.kind in _KINDS:
        doc.spoil(row, "value", cell)
        return _UNREADABLE
    if policy is not None and policy.many:
        texts = policy.text or bool(policy.words)
        items = [item for item in _split(cell.text, "within" if policy is _WITHIN else "") if item]
        return "[" + ", ".join(literal(item) if texts else _item(item) for item in items) + "]"
    if policy is not None and policy.text:
        return literal(cell.text.strip())
    return _number_or_text(cell)


def _add_step(doc: _Document, place: str, tables: dict[str, list[Entry]]) -> None:
    lines, (base, _, number) = doc.lines, place.partition("-")
    step = base if base in PREPARE and number.isdigit() else place
    first = next(iter(tables.values()))[0][0]
    lines.add(first, "[[steps]]")
    lines.add(first, f"step = {literal(step)}")
    _add_entries(doc, step, tables.pop("", []))
    plain = {at: rows[0] for at, rows in tables.items() if [key for _, key, _ in rows] == ["weight"]}
    if plain:
        lines.add(next(iter(plain.values()))[0], "[steps.at]")
        for at, (row, _, cell) in plain.items():
            if cell is not None:
                lines.add(row, f"{key_of(at)} = {_policy(doc, row, cell, None)}")
    of = "nodes" if step == "derive" else "at"
    for at, rows in tables.items():
        if at not in plain:
            lines.add(rows[0][0], f"[steps.{of}.{key_of(at)}]")
            _add_entries(doc, step, rows)


def _add_entries(doc: _Document, step: str, entries: list[Entry]) -> None:
    policies = _policies(step, entries)
    for row, key, cell in entries:
        if cell is not None:
            value = _policy(doc, row, cell, policies.get(key))
            doc.lines.add(row, f"{'.'.join(map(key_of, key.split(DEEPER)))} = {value}")
