"""Reading territories: a folder's own table, and those that come with the package."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib import resources

from innodex.documents import (
    CODE,
    Fault,
    Row,
    Table,
    Text,
    is_date,
    nearest,
    read_table,
    uncertain,
    without_marks,
)
from innodex.territory._territory import Crosswalk, Region, Territory, Tile, Unit

_COLUMNS = (
    "code", "name_vi", "name_en", "kind", "region", "groups", "valid_from", "valid_to", "tile_row",
    "tile_col", "label", "part_of", "note", "source",
)  # fmt: skip
_PATTERNS = (r"name_[a-z]{2,3}", r"region_[a-z]{2,3}", r"label_[a-z]{2,3}", r"code_[a-z0-9_]+")
_DATA = resources.files("innodex.territory") / "data"
_PLACES = 3  # digits of a row or column of the tile grid: pages name each of them


def _words(row: Row, prefix: str) -> Text:
    found = {c.removeprefix(prefix + "_"): row.get(c) for c in row.cells if c.startswith(prefix + "_")}
    return Text.of(found)


def read_units(data: bytes, file: str, scheme: str) -> tuple[Territory, list[Fault]]:
    """The territory in a table of units, with every fault of the table."""
    table = read_table(data, file)
    table.allow(_COLUMNS, _PATTERNS)
    table.need(("code",))
    if table.sound and not any(column.startswith("name_") for column in table.columns):
        table.need(("name_en",))
    table.need_rows()
    if "tile_row" in table.columns or "tile_col" in table.columns:
        table.need(("tile_row", "tile_col"))
    units: dict[str, Unit] = {}
    regions: dict[str, Region] = {}
    tiles: list[Tile] = []
    rows: dict[str, int] = {}
    for row in table if table.sound else ():
        code = row.get("code")
        if not _check_row(table, row, rows):
            continue
        rows[code.casefold()] = row.number
        name = _words(row, "name")
        region = row.get("region") or None
        if not row.get("part_of"):
            if region:
                regions.setdefault(region, Region(region, _words(row, "region") or Text.of({"": region})))
            units[code] = _unit(row, code, name, region)
        if tile := _tile(table, row, code, name, tiles):
            tiles.append(tile)
    _check_parts(table, units)
    for fault in table.faults:
        if fault.kind == "duplicate-code":  # nobody knows which of the two is meant
            units.pop(str(fault.values["found"]), None)
    return Territory(scheme, tuple(units.values()), tuple(regions.values()), tuple(tiles)), table.faults


def _check_row(table: Table, row: Row, rows: dict[str, int]) -> bool:
    """True when the row has a good code of its own; everything wrong with it is a fault."""
    code = row.get("code")
    if row.whole:
        _check_cells(table, row)
    if not code:
        if row.whole:
            table.fault("missing-cell", row.number, "code")
    elif not CODE.fullmatch(code):
        table.fault("bad-code", row.number, "code", found=code)
    elif code.casefold() in rows:
        table.fault("duplicate-code", row.number, "code", found=code, first=rows[code.casefold()])
    else:
        return True
    return False


def _check_cells(table: Table, row: Row) -> None:
    names = [column for column in table.columns if column.startswith("name_")]
    if names and not _words(row, "name"):
        table.fault("missing-name", row.number, names[0])
    start, end = row.get("valid_from"), row.get("valid_to")
    for column, day in (("valid_from", start), ("valid_to", end)):
        if day and not is_date(day):
            table.fault("bad-date", row.number, column, found=day)
    if is_date(start) and is_date(end) and start > end:
        table.fault("validity-order", row.number, "valid_to", start=start, end=end)


def _unit(row: Row, code: str, name: Text, region: str | None) -> Unit:
    codes = tuple(
        (c.removeprefix("code_"), row.get(c)) for c in row.cells if c.startswith("code_") and row.get(c)
    )
    groups = tuple(row.get("groups").split())
    dates = row.get("valid_from") or None, row.get("valid_to") or None
    return Unit(code, name, row.get("kind"), region, groups, *dates, codes)


def _tile(table: Table, row: Row, code: str, name: Text, tiles: list[Tile]) -> Tile | None:
    cells = row.get("tile_row"), row.get("tile_col")
    if not any(cells) or not row.whole:
        return None
    for column, cell in zip(("tile_row", "tile_col"), cells, strict=True):
        if not (cell.isascii() and cell.isdigit() and len(cell) <= _PLACES):
            table.fault("not-a-count", row.number, column, found=cell)
            return None
    place = int(cells[0]), int(cells[1])
    for other in tiles:
        if (other.row, other.column) == place:
            table.fault("tile-taken", row.number, "tile_row", other=other.code)
            return None
    label = _words(row, "label") or Text.of({"": row.get("label")}) or name
    return Tile(*place, code, label, row.get("part_of") or None)


def _check_parts(table: Table, units: dict[str, Unit]) -> None:
    sure = table.sound and not uncertain(table.faults, "code")
    for row in table if sure else ():
        owner = row.get("part_of")
        if owner and row.whole and owner not in units:
            near = nearest(owner, units) or "–"
            table.fault("unknown-unit", row.number, "part_of", found=owner, near=near)


def unknown_unit(words: str, territory: Territory) -> tuple[str, dict[str, object]]:
    """The kind of fault that `words`, which are no unit, most likely stand for, and its values."""
    if words.isascii() and words.isdigit():
        for code in territory.by_code:
            if code.isascii() and code.isdigit() and int(code) == int(words):
                return "lost-zero", {"found": words, "code": code}
    names = {without_marks(name): name for unit in territory.units for _, name in unit.name}
    near = names.get(nearest(without_marks(words), names)) or nearest(words, territory.by_code)
    return "unknown-unit", {"found": words, "near": near or "–"}


def read_aliases(
    data: bytes, file: str, territory: Territory, *, sure: bool = True
) -> tuple[Territory, list[Fault]]:
    """The territory with other spellings of its units' names, and the faults of their table.

    Unless `sure`, the territory may lack units, and none is called unknown.
    """
    table = read_table(data, file)
    table.allow(("alias", "unit", "note", "source"))
    table.need(("alias", "unit"))
    aliases: dict[str, str] = {}
    rows: dict[str, int] = {}
    for row in table if table.sound else ():
        if row.whole:
            _take_alias(table, row, territory, aliases, rows, sure=sure)
    twice = {str(f.values["found"]).casefold() for f in table.faults if f.kind == "duplicate-code"}
    aliases = {alias: code for alias, code in aliases.items() if alias.casefold() not in twice}
    return Territory(
        territory.scheme, territory.units, territory.regions, territory.tiles, aliases
    ), table.faults


def _take_alias(
    table: Table, row: Row, territory: Territory, aliases: dict[str, str], rows: dict[str, int], *, sure: bool
) -> None:
    alias, words = row.get("alias"), row.get("unit")
    code = territory.find(words)
    for column in ("alias", "unit"):
        if not row.get(column):
            table.fault("missing-cell", row.number, column)
    if words and code is None and sure:
        kind, values = unknown_unit(words, territory)
        table.fault(kind, row.number, "unit", **values)
    first = rows.setdefault(alias.casefold(), row.number)
    named = territory.find(alias)
    if alias and first != row.number:
        table.fault("duplicate-code", row.number, "alias", found=alias, first=first)
    elif alias and named not in (None, code):
        table.fault("alias-taken", row.number, "alias", found=alias, other=named)
    elif alias and code is not None:
        aliases[alias] = code


@cache
def builtins() -> tuple[str, ...]:
    """The names of the territories that come with the package."""
    names = (entry.name for entry in _DATA.iterdir())
    return tuple(sorted(n.removesuffix(".csv") for n in names if n.endswith(".csv") and "_to_" not in n))


def builtin_bytes(name: str) -> bytes:
    """The table of a built-in territory as it is shipped. Raises KeyError for an unknown name."""
    if name not in builtins():
        raise KeyError(name)
    return (_DATA / f"{name}.csv").read_bytes()


@cache
def builtin(name: str) -> Territory:
    """A territory that comes with the package. Raises KeyError for an unknown name."""
    territory, faults = read_units(builtin_bytes(name), f"{name}.csv", name)
    assert not faults, faults  # shipped data; tests hold them faultless
    return territory


@cache
def crosswalk(old: str, new: str) -> Crosswalk:
    """Which unit of the scheme `old` became part of which of `new`. Raises KeyError where none is shipped."""
    path = _DATA / f"{old}_to_{new}.csv"
    if not path.is_file():
        raise KeyError((old, new))
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8")))
    return Crosswalk(old, new, tuple((row["old"], row["new"]) for row in rows))
