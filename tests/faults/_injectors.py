"""One way, or several, to bring about each kind of fault, and exactly what must be said about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from faults import _folders as folder
from faults._book import PLAIN, Book, Document, Key, Line, Mark, Raw, Sheet, Unfit

Item = TypeVar("Item")


class Pick(Protocol):
    """Draws one of several."""

    def __call__(self, choices: Sequence[Item], /) -> Item: ...


Inject = Callable[[Book, Pick], list[Mark]]


@dataclass(frozen=True)
class Injector:
    """How to bring about one kind of fault.

    `preparations` make the folder hold what is needed, without fault. After `blinds` the program can no
    longer judge those topics, and says nothing more of them; the injection itself `needs` some judged.
    """

    kind: str
    inject: Inject
    preparations: tuple[folder.Preparation, ...] = ()
    blinds: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    alone: bool = False

    @property
    def name(self) -> str:
        """The kind, and which of its ways."""
        return f"{self.kind}:{self.inject.__name__}"


INJECTORS: list[Injector] = []
ALL = frozenset("settings index series codes tree units data recipe methods roles panel".split())  # noqa: SIM905


def injects(
    kind: str, *preparations: folder.Preparation, blinds: str = "", needs: str = "", alone: bool = False
) -> Callable[[Inject], Inject]:
    """Register an injector of `kind`."""

    def register(inject: Inject) -> Inject:
        sets = [ALL if words == "all" else frozenset(words.split()) for words in (blinds, needs)]
        INJECTORS.append(Injector(kind, inject, preparations, *sets, alone))
        return inject

    return register


def some(choices: Sequence[Item], pick: Pick) -> Item:
    """One of the choices. Raises Unfit where there is none."""
    if not choices:
        raise Unfit
    return pick(list(choices))


def cell(book: Book, name: str, line: Line, column: str, words: str, kind: str) -> list[Mark]:
    """Spoil one cell, and expect one fault there."""
    book.claim(line)
    book.sheet(name).put(line, column, words)
    return [Mark(kind, name, line, column)]


def line_of(book: Book, name: str, pick: Pick, free: Callable[[Line], bool] = lambda line: True) -> Line:
    """Some line of a table that is still whole."""
    lines = [ln for ln in book.sheet(name).lines if ln not in book.claimed and not ln.ragged and free(ln)]
    return some(lines, pick)


def figure(book: Book, pick: Pick, series: Sequence[str] | None = None, *, filled: bool = False) -> Any:
    """(file, line, column) of a figure in the data, of one of these series."""
    wanted = folder.needed(book) if series is None else series
    places = []
    for name in book.data():
        sheet = book.sheet(name)
        for line in sheet.lines:
            if line in book.claimed:
                continue
            if folder.is_long(book):
                if sheet.get(line, "series") in wanted and (not filled or sheet.get(line, "value")):
                    places.append((name, line, "value"))
            else:
                places.extend(
                    (name, line, s) for s in wanted if sheet.has(s) and (not filled or sheet.get(line, s))
                )
    return some(places, pick)


def put_figure(book: Book, place: tuple[str, Line, str], words: str, kind: str) -> list[Mark]:
    """Spoil one figure."""
    name, line, column = place
    sheet = book.sheet(name)
    status = "status" if column == "value" else f"{column}_status"
    if sheet.has(status):
        sheet.put(line, status, "")
    if has_commas(book) and kind != "decimal-point":
        words = words.replace(".", ",")
    return cell(book, name, line, column, words, kind)


def has_commas(book: Book) -> bool:
    """True where a decimal comma is no fault."""
    return bool(book.index.content["data"].get("decimal") == ",")


def framework_line(book: Book, code: str) -> Line:
    """The line of a node."""
    return folder.nodes(book)[code]


def claim_file(book: Book, name: str) -> None:
    """Keep a whole file for one fault."""
    file = book.files[name]
    book.claim(name, *(file.lines if isinstance(file, Sheet) else ()))


def tables(book: Book, *names: str) -> list[str]:
    """Those of these tables that the folder has; `data` stands for all data files."""
    wanted = [one for name in names for one in (book.data() if name == "data" else [name])]
    return [name for name in wanted if isinstance(book.files.get(name), Sheet)]


ROWED = ("series.csv", "framework.csv", "territory.csv", "data")
TABLES = (*ROWED, "rubric.csv", "aliases.csv")
RICH = (folder.with_formulas, folder.with_territory, folder.with_aliases)


# ---- whole files -------------------------------------------------------------------------------------


@injects("not-a-folder", alone=True)
def index_is_missing(book: Book, pick: Pick) -> list[Mark]:
    del book.files["index.toml"]
    return [Mark("not-a-folder", ".")]


@injects("missing-file", *RICH, blinds="all")
def file_is_missing(book: Book, pick: Pick) -> list[Mark]:
    name = pick(["series.csv", "framework.csv", "recipe.toml", "territory.csv"])
    book.claim(name, *(book.sheet(name).lines if name.endswith(".csv") else ()))
    del book.files[name]
    return [Mark("missing-file", name)]


@injects("empty-file", *RICH, blinds="all", needs="settings")
def file_is_empty(book: Book, pick: Pick) -> list[Mark]:
    name = pick([*tables(book, *TABLES), "recipe.toml", "index.toml"])
    claim_file(book, name)
    book.files[name] = pick([b"", b"\n\n", b"\xef\xbb\xbf", b" \r\n"])
    return [Mark("empty-file", name)]


@injects("no-rows", *RICH, blinds="all", needs="settings")
def rows_are_missing(book: Book, pick: Pick) -> list[Mark]:
    name = pick(tables(book, *ROWED))
    claim_file(book, name)
    book.sheet(name).lines = []
    return [Mark("no-rows", name, book.sheet(name).head)]


@injects("no-rows", blinds="all", needs="all", alone=True)
def every_row_is_left_out(book: Book, pick: Pick) -> list[Mark]:
    used = set(folder.spellings(book))
    unit, _ = folder.columns(book)
    places = [one for one in folder.territory(book) if not one.get("part_of")]
    free = [one["code"] for one in places if not used.intersection(one.values())]
    known = [one for one in free if one not in _meant(book)]
    book.index.content["units"] = [pick(known)]
    marks = [Mark("no-rows", book.data()[0], 1)]
    return marks + [Mark("unit-left-out", name, line, unit) for name, line in _first_of_each(book)]


def _meant(book: Book) -> set[str]:
    """The units that aliases stand for, as written."""
    if "aliases.csv" not in book.files:
        return set()
    sheet = book.sheet("aliases.csv")
    names = {sheet.get(line, "unit") for line in sheet.lines}
    return {one["code"] for one in folder.territory(book) if names.intersection(one.values())}


def _first_of_each(book: Book) -> list[tuple[str, Line]]:
    unit, _ = folder.columns(book)
    found: dict[str, tuple[str, Line]] = {}
    for name in book.data():
        for line in book.sheet(name).lines:
            found.setdefault(book.sheet(name).get(line, unit), (name, line))
    return list(found.values())


# ---- characters --------------------------------------------------------------------------------------


def _any_cell(book: Book, pick: Pick) -> tuple[str, Line, str]:
    name = pick(tables(book, *TABLES))
    line = line_of(book, name, pick)
    return name, line, pick(book.sheet(name).head.cells)


@injects("not-utf8", *RICH, blinds="all", needs="settings")
def cell_is_latin(book: Book, pick: Pick) -> list[Mark]:
    name, line, column = _any_cell(book, pick)
    byte = pick(["\udce0", "\udcf4", "\udcea\udce9"])
    words = book.sheet(name).get(line, column)
    return cell(book, name, line, column, pick([words + byte, byte + words]), "not-utf8")


@injects("not-utf8", *RICH, blinds="all", needs="settings")
def head_is_latin(book: Book, pick: Pick) -> list[Mark]:
    name = pick(tables(book, *TABLES))
    claim_file(book, name)
    head = book.sheet(name).head
    at = pick(range(len(head.cells)))
    head.cells[at] += "\udce9"
    return [Mark("not-utf8", name, head, _letter(at))]


@injects("not-utf8", *RICH, blinds="all", needs="settings")
def file_is_wide(book: Book, pick: Pick) -> list[Mark]:
    name = pick([*tables(book, *TABLES), "recipe.toml", "index.toml"])
    claim_file(book, name)
    file = book.files[name]
    assert not isinstance(file, bytes)
    file.dress = PLAIN
    text = file.write()[0].decode()
    book.files[name] = text.encode(pick(["utf-16", "utf-16-le", "utf-16-be"]))
    return [Mark("not-utf8", name, 1)]


@injects("not-utf8", blinds="all", needs="settings")
def document_is_latin(book: Book, pick: Pick) -> list[Mark]:
    name = pick(["recipe.toml", "index.toml"])
    claim_file(book, name)
    document = book.document(name)
    key = pick([key for key, value in document.content.items() if isinstance(value, str)])
    document.content[key] = Raw('"caf\udce9"')
    return [Mark("not-utf8", name, (key,))]


@injects("not-utf8")
def sheet_is_latin(book: Book, pick: Pick) -> list[Mark]:
    name = some([one for one in book.files if one.startswith("sheets/")], pick)
    claim_file(book, name)
    lines = str(book.files[name], "utf-8").split("\n")
    at = pick(range(len(lines)))
    lines[at] += "\udcea"
    book.files[name] = "\n".join(lines).encode("utf-8", "surrogateescape")
    return [Mark("not-utf8", name, at + 1)]


@injects("control-character", *RICH, blinds="all", needs="settings")
def cell_has_a_control_character(book: Book, pick: Pick) -> list[Mark]:
    name, line, column = _any_cell(book, pick)
    words = book.sheet(name).get(line, column)
    return cell(
        book, name, line, column, words + pick(["\x00", "\x07", "\x1b", "\u200b"]), "control-character"
    )


# ---- the shape of tables -----------------------------------------------------------------------------


def _letter(at: int) -> str:
    return chr(ord("A") + at) if at < 26 else chr(ord("A") + at // 26 - 1) + chr(ord("A") + at % 26)


@injects("broken-row", *RICH, blinds="all", needs="settings")
def quotation_mark_is_stray(book: Book, pick: Pick) -> list[Mark]:
    name = pick(tables(book, *TABLES))
    claim_file(book, name)
    line = pick(book.sheet(name).lines)
    line.raw = '"Hà" Nội' + book.sheet(name).dress.separator
    return [Mark("broken-row", name, line)]


@injects("broken-row", *RICH, blinds="all", needs="settings")
def cell_is_far_too_long(book: Book, pick: Pick) -> list[Mark]:
    name = pick(tables(book, *TABLES))
    claim_file(book, name)
    line = pick(book.sheet(name).lines)
    line.cells[pick(range(len(line.cells)))] = "dài " * 40_000
    return [Mark("broken-row", name, line)]


@injects("open-quote", *RICH, blinds="all", needs="settings")
def quotation_mark_stays_open(book: Book, pick: Pick) -> list[Mark]:
    name = pick(tables(book, *TABLES))
    sheet = book.sheet(name)
    plain = [all(not set(one) & set('",;\t\n') for one in line.cells) for line in sheet.lines]
    free = [line for at, line in enumerate(sheet.lines) if all(plain[at:])]
    line = some(free, pick)
    claim_file(book, name)
    sheet.dress = PLAIN
    line.raw = '"'
    return [Mark("open-quote", name, line)]


@injects("ragged-row", *RICH, blinds="all", needs="settings")
def row_is_ragged(book: Book, pick: Pick) -> list[Mark]:
    name = pick(tables(book, *TABLES))
    line = line_of(book, name, pick)
    book.claim(line)
    line.ragged = True
    if pick([True, False]):
        line.cells.insert(pick(range(len(line.cells) + 1)), "5")
        line.cells.extend([""] * book.sheet(name).dress.tail)
    else:
        del line.cells[-pick(range(1, len(line.cells))) :]
    return [Mark("ragged-row", name, line)]


@injects("unnamed-column", *RICH, blinds="all", needs="settings")
def column_has_no_name(book: Book, pick: Pick) -> list[Mark]:
    name = pick(tables(book, *TABLES))
    sheet = book.sheet(name)
    claim_file(book, name)
    filled = [at for at in range(len(sheet.head.cells)) if any(line.cells[at] for line in sheet.lines)]
    at = pick(filled)
    sheet.head.cells[at] = pick(["", " "])
    return [Mark("unnamed-column", name, sheet.head, _letter(at))]


@injects("duplicate-column", *RICH, blinds="all", needs="settings")
def column_stands_twice(book: Book, pick: Pick) -> list[Mark]:
    name = pick(tables(book, *TABLES))
    claim_file(book, name)
    sheet = book.sheet(name)
    one, other = (pick(range(len(sheet.head.cells))) for _ in range(2))
    if one == other or pick([True, False]):
        sheet.ensure("\x01")
        one = len(sheet.head.cells) - 1
    sheet.head.cells[one] = sheet.head.cells[other] if one != other else sheet.head.cells[0]
    return [Mark("duplicate-column", name, sheet.head, sheet.head.cells[one])]


@injects("duplicate-column", folder.with_one_period, blinds="all", needs="settings")
def two_columns_hold_one_series(book: Book, pick: Pick) -> list[Mark]:
    name = pick(book.data())
    claim_file(book, name)
    series = pick(folder.needed(book))
    sheet = book.sheet(name)
    sheet.put(sheet.lines[0], "Cột hai", "1")
    book.index.content["data"]["columns"] = {"Cột hai": series}
    return [Mark("duplicate-column", name, sheet.head, "Cột hai")]


REQUIRED = {
    "series.csv": ["id"],
    "framework.csv": ["code", "parent", "level", "direction"],
    "rubric.csv": ["indicator", "criterion", "maximum"],
    "aliases.csv": ["alias", "unit"],
    "territory.csv": ["code"],
}


@injects("missing-column", *RICH, blinds="all", needs="settings")
def column_is_missing(book: Book, pick: Pick) -> list[Mark]:
    name = pick(tables(book, *TABLES))
    claim_file(book, name)
    sheet = book.sheet(name)
    required = REQUIRED.get(name, [one for one in folder.columns(book) if one])
    gone = sorted({pick(required), pick(required)})[: len(sheet.head.cells) - 1]
    for column in gone:
        sheet.drop(column)
    return [Mark("missing-column", name, sheet.head, column) for column in gone]


@injects("missing-column", folder.with_territory, blinds="all", needs="settings")
def tile_column_is_missing(book: Book, pick: Pick) -> list[Mark]:
    claim_file(book, "territory.csv")
    sheet = book.sheet("territory.csv")
    column = pick(["tile_row", "tile_col"])
    sheet.drop(column)
    return [Mark("missing-column", "territory.csv", sheet.head, column)]


@injects("missing-column", blinds="all", needs="settings")
def formula_column_is_missing(book: Book, pick: Pick) -> list[Mark]:
    """Indicators without their formulas are one fault, not one each."""
    claim_file(book, "framework.csv")
    if len(folder.direct(book)) < 2:
        raise Unfit
    sheet = book.sheet("framework.csv")
    sheet.drop("series")
    return [Mark("missing-column", "framework.csv", sheet.head, "series")]


@injects("missing-column", folder.with_long, blinds="all", needs="settings")
def half_of_a_long_file_is_missing(book: Book, pick: Pick) -> list[Mark]:
    name = pick(book.data())
    claim_file(book, name)
    column = pick(["series", "value"])
    book.sheet(name).drop(column)
    return [Mark("missing-column", name, book.sheet(name).head, column)]


@injects("unknown-column", *RICH, blinds="all", needs="settings")
def column_is_renamed(book: Book, pick: Pick) -> list[Mark]:
    """A name that is like none: where the column is required, it is missing too."""
    name = pick([one for one in tables(book, *TABLES) if not one.startswith("data/")])
    claim_file(book, name)
    sheet = book.sheet(name)
    at = pick([at for at, one in enumerate(sheet.head.cells) if one != "note"])
    old, sheet.head.cells[at] = sheet.head.cells[at], pick(["ω", "2024", "###"])
    marks = [Mark("unknown-column", name, sheet.head, sheet.head.cells[at])]
    if old in (*REQUIRED[name], "tile_row", "tile_col"):
        marks.append(Mark("missing-column", name, sheet.head, old))
    return marks


@injects("missing-column", *RICH, blinds="all", needs="settings")
def names_are_missing(book: Book, pick: Pick) -> list[Mark]:
    name = pick(["series.csv", "framework.csv", "territory.csv"])
    claim_file(book, name)
    sheet = book.sheet(name)
    for column in [one for one in sheet.head.cells if one.startswith("name_")]:
        sheet.drop(column)
    return [Mark("missing-column", name, sheet.head, "name_en")]


@injects("unknown-column", *RICH, blinds="all", needs="settings")
def column_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    name = pick([one for one in tables(book, *TABLES) if not one.startswith("data/")])
    claim_file(book, name)
    sheet = book.sheet(name)
    if pick([True, False]):
        column = pick(["Ghi chú riêng", "x", "2024", "Code"])
        sheet.put(sheet.lines[0], column, "1")
    else:
        at = pick([at for at, one in enumerate(sheet.head.cells) if not one.startswith("code_")])
        column = sheet.head.cells[at] = pick(["{}.", "_{}", "{} 1"]).format(sheet.head.cells[at])
    return [Mark("unknown-column", name, sheet.head, column)]


@injects("unused-column", folder.with_status, needs="settings series data")
def column_is_not_used(book: Book, pick: Pick) -> list[Mark]:
    name = pick(book.data())
    sheet = book.sheet(name)
    column = pick(["Ghi chú riêng", "zzz", "2024"])
    claim_file(book, name)
    for line in sheet.lines:
        sheet.put(line, column, "1")
    return [Mark("unused-column", name, sheet.head, column)]


# ---- identifiers and names ---------------------------------------------------------------------------

IDENTIFIED = {"series.csv": ["id"], "framework.csv": ["code", "id"], "territory.csv": ["code"]}


@injects("missing-cell", *RICH, blinds="all", needs="settings")
def cell_is_empty(book: Book, pick: Pick) -> list[Mark]:
    asked = {
        "series.csv": ["id"], "framework.csv": ["code", "level"], "territory.csv": ["code"],
        "rubric.csv": REQUIRED["rubric.csv"], "aliases.csv": REQUIRED["aliases.csv"],
    }  # fmt: skip
    name = pick(tables(book, *TABLES))
    line = line_of(book, name, pick)
    column = pick(asked.get(name, [one for one in folder.columns(book) if one]))
    return cell(book, name, line, column, pick(["", " ", "\u00a0"]), "missing-cell")


@injects("missing-cell", folder.with_long, needs="settings data")
def series_is_empty(book: Book, pick: Pick) -> list[Mark]:
    name = pick(book.data())
    return cell(book, name, line_of(book, name, pick), "series", "", "missing-cell")


@injects("missing-name", folder.with_territory, blinds="units", needs="settings units")
def name_is_missing(book: Book, pick: Pick) -> list[Mark]:
    name = pick(["series.csv", "framework.csv", "territory.csv"])
    unused = set(folder.spellings(book)) | _meant(book)
    line = line_of(book, name, pick, lambda ln: name != "territory.csv" or not unused.intersection(ln.cells))
    names = [one for one in book.sheet(name).head.cells if one.startswith("name_")]
    book.claim(line)
    for column in names:
        book.sheet(name).put(line, column, "")
    return [Mark("missing-name", name, line, names[0])]


@injects("bad-code", folder.with_territory, blinds="series codes tree units roles", needs="settings")
def code_is_no_code(book: Book, pick: Pick) -> list[Mark]:
    name = pick(list(IDENTIFIED))
    words = pick(["1 2", "é1", "_x", "a/b", "-", "chỉ số", "1.2,3"])
    return cell(book, name, line_of(book, name, pick), pick(IDENTIFIED[name]), words, "bad-code")


@injects("duplicate-code", *RICH, blinds="series codes tree units roles", needs="settings")
def code_stands_twice(book: Book, pick: Pick) -> list[Mark]:
    name = pick([*IDENTIFIED, "aliases.csv"])
    sheet = book.sheet(name)
    column = pick(IDENTIFIED.get(name, ["alias"]))
    one, other = line_of(book, name, pick), line_of(book, name, pick)
    words = sheet.get(other, column)
    if one is other or not words:
        raise Unfit
    book.claim(one, other)
    sheet.put(one, column, pick([words, words.swapcase(), f" {words}"]))
    later = max(one, other, key=sheet.lines.index)
    return [Mark("duplicate-code", name, later, column)]


@injects("alias-taken", *RICH, blinds="units", needs="settings units")
def alias_is_another_unit(book: Book, pick: Pick) -> list[Mark]:
    sheet = book.sheet("aliases.csv")
    line = line_of(book, "aliases.csv", pick)
    own = sheet.get(line, "unit")
    others = [one for one in folder.territory(book) if own not in one.values() and not one.get("part_of")]
    other = pick(others)
    return cell(book, "aliases.csv", line, "alias", pick([other["code"], other["name_vi"]]), "alias-taken")


@injects("duplicate-row", folder.with_formulas, needs="settings units data")
def row_stands_twice(book: Book, pick: Pick) -> list[Mark]:
    name = pick([*book.data(), "rubric.csv"])
    unit, _ = folder.columns(book)
    column = "series" if folder.is_long(book) else unit
    return _copy_line(book, pick, name, "criterion" if name == "rubric.csv" else column)


@injects("duplicate-row", folder.with_formulas, folder.with_long, needs="settings units series data")
def figure_stands_twice(book: Book, pick: Pick) -> list[Mark]:
    return _copy_line(book, pick, pick(book.data()), "series")


def _copy_line(book: Book, pick: Pick, name: str, column: str) -> list[Mark]:
    sheet = book.sheet(name)
    line = line_of(book, name, pick)
    twin = Line(list(line.cells))
    book.claim(line, twin)
    at = pick(range(len(sheet.lines) + 1))
    later = twin if at > sheet.lines.index(line) else line
    sheet.lines.insert(at, twin)
    return [Mark("duplicate-row", name, later, column)]


@injects("duplicate-row", needs="settings units series data")
def row_stands_in_another_file(book: Book, pick: Pick) -> list[Mark]:
    name = pick(book.data())
    sheet = book.sheet(name)
    filled = [s for s in folder.needed(book) if sheet.has(s)]
    line = line_of(book, name, pick, lambda ln: sum(bool(sheet.get(ln, s)) for s in filled) > 1)
    unit, _ = folder.columns(book)
    again = "data/zz_again.csv"
    twin = Line(list(line.cells))
    book.claim(line, twin, again)
    book.files[again] = Sheet(Line(list(sheet.head.cells)), [twin], sheet.dress)
    return [Mark("duplicate-row", again, twin, unit)]


@injects("duplicate-value", needs="settings units series data")
def value_stands_in_another_file(book: Book, pick: Pick) -> list[Mark]:
    name, line, series = figure(book, pick, filled=True)
    sheet = book.sheet(name)
    again = "data/zz_again.csv"
    book.claim(line, again)
    places = [one for one in (*folder.columns(book), "series") if one and sheet.has(one)]
    row = [sheet.get(line, one) for one in places]
    book.files[again] = Sheet.of([[*places, series], [*row, "1"]])
    book.claim(*book.sheet(again).lines)
    return [Mark("duplicate-value", again, book.sheet(again).lines[0], series)]


# ---- words, periods, dates ---------------------------------------------------------------------------


@injects("unknown-word", folder.with_formulas)
def word_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    column = pick(["direction", "certainty"])
    words = pick(["up", "HIGHER", "cao", "1", "higher,lower"])
    return cell(book, "framework.csv", line_of(book, "framework.csv", pick), column, words, "unknown-word")


@injects("unknown-word", folder.with_status, needs="settings series data")
def status_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    name, line, series = figure(book, pick)
    return cell(book, name, line, f"{series}_status", pick(["known", "Observed", "?"]), "unknown-word")


@injects("unknown-word", folder.with_long, needs="settings series data")
def status_of_a_row_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    name, line, _ = figure(book, pick)
    return cell(book, name, line, "status", pick(["known", "Observed", "?"]), "unknown-word")


PERIODS = ["năm 2020", "2020 Q1", "2020/1", "–", "'20", "2020.0"]


@injects("bad-period", folder.with_formulas, needs="settings data")
def period_is_no_period(book: Book, pick: Pick) -> list[Mark]:
    _, period = folder.columns(book)
    name = pick(["framework.csv", *(book.data() if period else [])])
    column = pick(["valid_from", "valid_to"]) if name == "framework.csv" or period is None else period
    return cell(book, name, line_of(book, name, pick), column, pick(PERIODS), "bad-period")


@injects("bad-period", folder.with_one_period, blinds="data", needs="data settings index")
def period_of_the_folder_is_none(book: Book, pick: Pick) -> list[Mark]:
    book.claim(("index", "period"))
    book.index.content["period"] = pick(PERIODS)
    return [Mark("bad-period", "index.toml", ("period",), "period")]


@injects("limits-order")
def limits_exchanged(book: Book, pick: Pick) -> list[Mark]:
    """Exchange the least and the most that a figure can be."""
    line = line_of(book, "series.csv", pick)
    book.sheet("series.csv").put(line, "minimum", "10")
    return cell(book, "series.csv", line, "maximum", "1", "limits-order")


@injects("validity-order", folder.with_formulas, folder.with_territory, needs="settings")
def validity_ends_too_soon(book: Book, pick: Pick) -> list[Mark]:
    name = pick(["framework.csv", "territory.csv"])
    dates = (
        ("2025-07-01", "2025-06-30")
        if name == "territory.csv"
        else pick([("2017", "2016"), ("2016-03", "2016")])
    )
    line = line_of(book, name, pick)
    book.sheet(name).put(line, "valid_from", dates[0])
    return cell(book, name, line, "valid_to", dates[1], "validity-order")


@injects("bad-date", folder.with_territory, needs="settings")
def date_is_no_date(book: Book, pick: Pick) -> list[Mark]:
    words = pick(["01/07/2025", "2025-7-1", "2025-02-30", "20250701", "2025"])
    column = pick(["valid_from", "valid_to"])
    return cell(book, "territory.csv", line_of(book, "territory.csv", pick), column, words, "bad-date")


@injects("not-a-count", folder.with_territory, needs="settings")
def tile_is_no_count(book: Book, pick: Pick) -> list[Mark]:
    column, words = pick(["tile_row", "tile_col"]), pick(["a", "-1", "1.5", "", "²"])
    return cell(book, "territory.csv", line_of(book, "territory.csv", pick), column, words, "not-a-count")


@injects("tile-taken", folder.with_territory, needs="settings")
def tile_is_taken(book: Book, pick: Pick) -> list[Mark]:
    sheet = book.sheet("territory.csv")
    one, other = line_of(book, "territory.csv", pick), line_of(book, "territory.csv", pick)
    if one is other:
        raise Unfit
    book.claim(one, other)
    for column in ("tile_row", "tile_col"):
        sheet.put(one, column, sheet.get(other, column))
    return [Mark("tile-taken", "territory.csv", max(one, other, key=sheet.lines.index), "tile_row")]


# ---- numbers -----------------------------------------------------------------------------------------


def _number(book: Book, pick: Pick, kind: str, words: list[str]) -> list[Mark]:
    where = pick(["data", "maximum", "scale"])
    if where == "data":
        return put_figure(book, figure(book, pick), pick(words), kind)
    if where == "maximum":
        return cell(book, "rubric.csv", line_of(book, "rubric.csv", pick), "maximum", pick(words), kind)
    line = line_of(book, "framework.csv", pick, lambda ln: ln in _ratio_lines(book))
    return cell(book, "framework.csv", line, "scale", pick(words), kind)


def _ratio_lines(book: Book) -> list[Line]:
    return [framework_line(book, code) for code in folder.ratios(book)]


NUMBERS = "settings series data"


@injects("not-a-number", folder.with_formulas, needs=NUMBERS)
def number_is_text(book: Book, pick: Pick) -> list[Mark]:
    words = ["abc", "n/a", "1 234", "12%", "1.2.3", "١٢", "−5", "nan", "inf", "1e999", "1_000", "5\n6"]
    return _number(book, pick, "not-a-number", words)


@injects("not-a-number", folder.with_long, needs=NUMBERS)
def value_is_text(book: Book, pick: Pick) -> list[Mark]:
    return put_figure(book, figure(book, pick), pick(["abc", "k/c", "1 234"]), "not-a-number")


@injects("error-cell", folder.with_formulas, needs=NUMBERS)
def number_is_an_error(book: Book, pick: Pick) -> list[Mark]:
    return _number(book, pick, "error-cell", ["#N/A", "#DIV/0!", "#REF!", "#GIÁ TRỊ!"])


@injects("decimal-comma", folder.with_formulas, needs=NUMBERS)
def number_has_a_comma(book: Book, pick: Pick) -> list[Mark]:
    if has_commas(book):
        raise Unfit
    return _number(book, pick, "decimal-comma", ["1,5", "0,001", "1.234,5", "-3,25", "1,234"])


@injects("decimal-point", folder.with_commas, needs=NUMBERS)
def number_has_a_point(book: Book, pick: Pick) -> list[Mark]:
    return put_figure(book, figure(book, pick), pick(["1.5", "0.001", "1,234.5", "-3.25"]), "decimal-point")


# ---- formulas ----------------------------------------------------------------------------------------


def _formula_line(book: Book, pick: Pick, codes: list[str]) -> tuple[str, Line]:
    known = folder.nodes(book)
    free = [code for code in codes if code in known and known[code] not in book.claimed]
    code = some(free, pick)
    book.claim(("node", code))
    return code, framework_line(book, code)


@injects("two-formulas", folder.with_formulas, needs="codes series")
def formula_stands_beside_another(book: Book, pick: Pick) -> list[Mark]:
    _, line = _formula_line(book, pick, folder.direct(book))
    column, series = pick(["numerator", "denominator"]), pick(folder.needed(book))
    book.claim(line)
    book.sheet("framework.csv").put(line, column, series)
    return [Mark("two-formulas", "framework.csv", line, "series")]


@injects("two-formulas", folder.with_formulas, needs="codes series")
def rubric_has_a_formula(book: Book, pick: Pick) -> list[Mark]:
    sheet = book.sheet("framework.csv")
    _, line = _formula_line(book, pick, list(folder.criteria(book)))
    series = pick(folder.needed(book))
    book.claim(line, *book.sheet("rubric.csv").lines)
    if pick([True, False]):
        sheet.put(line, "series", series)
        return [Mark("two-formulas", "framework.csv", line, "series")]
    sheet.put(line, "numerator", series)
    sheet.put(line, "denominator", series)
    return [Mark("two-formulas", "framework.csv", line, "numerator")]


@injects("half-ratio", folder.with_formulas, blinds="panel")
def ratio_is_half(book: Book, pick: Pick) -> list[Mark]:
    _, line = _formula_line(book, pick, folder.ratios(book))
    return cell(book, "framework.csv", line, pick(["numerator", "denominator"]), "", "half-ratio")


@injects("zero-scale", folder.with_formulas)
def scale_is_zero(book: Book, pick: Pick) -> list[Mark]:
    _, line = _formula_line(book, pick, folder.ratios(book))
    return cell(book, "framework.csv", line, "scale", pick(["0", "0.0", "-0", "0e5"]), "zero-scale")


@injects("scale-without-ratio", folder.with_formulas)
def scale_has_no_ratio(book: Book, pick: Pick) -> list[Mark]:
    codes = [code for code in folder.parents(book) if code not in folder.ratios(book)]
    _, line = _formula_line(book, pick, codes)
    return cell(book, "framework.csv", line, "scale", pick(["100", "1", "1e4"]), "scale-without-ratio")


STRANGERS = ["zzz", "Ω", "dân số", "x y", "0"]


@injects("unknown-series", folder.with_formulas, needs="series codes", blinds="panel")
def series_of_a_formula_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    name = pick(["framework.csv", "rubric.csv"])
    if name == "rubric.csv":
        words = pick(STRANGERS)
        book.claim(("criterion", words))
        return cell(book, name, line_of(book, name, pick), "criterion", words, "unknown-series")
    code, line = _formula_line(book, pick, [*folder.direct(book), *folder.ratios(book)])
    column = pick(list(folder.formula(book, code)))
    return cell(book, name, line, column, pick(STRANGERS), "unknown-series")


@injects("unknown-series", folder.with_long, needs="settings series data")
def series_of_a_row_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    name = pick(book.data())
    words = pick([*STRANGERS, f"{pick(folder.needed(book))}x"])
    return cell(book, name, line_of(book, name, pick), "series", words, "unknown-series")


@injects("unknown-series", needs="settings index series")
def series_of_a_setting_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    table = pick(["columns", "sources"])
    column, words = pick(STRANGERS), pick(STRANGERS)
    book.claim(("index", table, column))
    book.index.content["data"].setdefault(table, {})[column] = words
    return [Mark("unknown-series", "index.toml", ("data", table, column), column)]


@injects("not-positive", folder.with_formulas)
def maximum_is_not_positive(book: Book, pick: Pick) -> list[Mark]:
    line = line_of(book, "rubric.csv", pick)
    return cell(book, "rubric.csv", line, "maximum", pick(["0", "-1", "-0.5"]), "not-positive")


@injects("series-without-data", folder.with_formulas, needs="all", blinds="panel")
def series_has_no_data(book: Book, pick: Pick) -> list[Mark]:
    series = pick(folder.needed(book))
    sheet = book.sheet("series.csv")
    line = sheet.where("id", series)
    book.claim(line, *book.data(), *(ln for name in book.data() for ln in book.sheet(name).lines))
    for name in book.data():
        data = book.sheet(name)
        data.lines = [one for one in data.lines if data.get(one, "series") != series]
        for column in (series, f"{series}_status", f"{series}_source"):
            if book.sheet(name).has(column):
                book.sheet(name).drop(column)
    return [Mark("series-without-data", "series.csv", line, "id")]


# ---- the tree ----------------------------------------------------------------------------------------


@injects("unknown-parent", needs="codes", blinds="tree roles")
def parent_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    _, line = _formula_line(book, pick, list(folder.parents(book)))
    words = pick(["zzz", "9.9.9", "Thể chế", f"{pick(list(folder.parents(book)))}x"])
    return cell(book, "framework.csv", line, "parent", words, "unknown-parent")


def _under(book: Book, code: str) -> list[str]:
    """A node and everything below it."""
    found = [code]
    for one in found:
        found.extend(child for child in folder.children(book, one) if child not in found)
    return found


@injects("cycle", needs="codes tree", blinds="tree roles")
def parents_go_round(book: Book, pick: Pick) -> list[Mark]:
    code, line = _formula_line(book, pick, list(folder.parents(book)))
    below = pick(_under(book, code))
    members, here = [below], below
    while here != code:
        here = folder.parents(book)[here]
        members.append(here)
    sheet = book.sheet("framework.csv")
    book.claim(line, *(("node", one) for one in members if one != code))
    sheet.put(line, "parent", below)
    first = min((framework_line(book, one) for one in members), key=sheet.lines.index)
    return [Mark("cycle", "framework.csv", first, "parent")]


@injects("several-roots", needs="codes tree", blinds="tree roles")
def top_stands_twice(book: Book, pick: Pick) -> list[Mark]:
    sheet = book.sheet("framework.csv")
    top = folder.root(book)
    _, line = _formula_line(book, pick, [one for one in folder.parents(book) if one != top])
    first = framework_line(book, top)
    book.claim("top", line, first)
    sheet.put(line, "parent", "")
    later = max(line, first, key=sheet.lines.index)
    return [Mark("several-roots", "framework.csv", later, "parent")]


@injects("parent-is-indicator", folder.with_formulas, needs="codes", blinds="tree roles")
def parent_has_a_formula(book: Book, pick: Pick) -> list[Mark]:
    code, line = _formula_line(book, pick, [one for one in folder.parents(book) if one != folder.root(book)])
    having = [*folder.direct(book), *folder.ratios(book)]
    other = some([one for one in having if one not in _under(book, code)], pick)
    book.claim(("node", other))
    return cell(book, "framework.csv", line, "parent", other, "parent-is-indicator")


@injects("formula-and-children", folder.with_formulas, needs="codes series", blinds="tree roles")
def parent_is_given_a_formula(book: Book, pick: Pick) -> list[Mark]:
    above = [code for code in folder.inner(book) if len(folder.children(book, code)) > 1]
    code, line = _formula_line(book, pick, above)
    series = pick(folder.needed(book))
    book.claim(line, *(framework_line(book, child) for child in folder.children(book, code)))
    if pick([True, False]):
        book.sheet("framework.csv").put(line, "series", series)
        return [Mark("formula-and-children", "framework.csv", line, "series")]
    rubric = book.sheet("rubric.csv")
    new = Line([""] * len(rubric.head.cells))
    book.claim(new)
    rubric.lines.insert(pick(range(len(rubric.lines) + 1)), new)
    for column, words in (("indicator", code), ("criterion", series), ("maximum", "1e12")):
        rubric.put(new, column, words)
    return [Mark("formula-and-children", "rubric.csv", new, "indicator")]


@injects("missing-direction", folder.with_formulas, needs="roles")
def direction_is_missing(book: Book, pick: Pick) -> list[Mark]:
    _, line = _formula_line(book, pick, folder.leaves(book))
    return cell(book, "framework.csv", line, "direction", "", "missing-direction")


@injects("no-formula", folder.with_formulas, needs="codes tree", blinds="panel")
def indicator_has_no_formula(book: Book, pick: Pick) -> list[Mark]:
    sheet = book.sheet("framework.csv")
    code, line = _formula_line(book, pick, folder.leaves(book))
    rubric = book.sheet("rubric.csv")
    gone = [one for one in rubric.lines if rubric.get(one, "indicator") == code]
    book.claim(line, *gone)
    for column in ("series", "numerator", "denominator", "scale"):
        sheet.put(line, column, "")
    rubric.lines = [one for one in rubric.lines if one not in gone]
    return [Mark("no-formula", "framework.csv", line, "series")]


@injects("unused-sheet", needs="codes")
def sheet_is_not_used(book: Book, pick: Pick) -> list[Mark]:
    code = pick(list(folder.parents(book)))
    path = pick(["sheets/zzz.vi.md", "sheets/9.9.9.en.md", f"sheets/{code}.english.md"])
    book.claim(path)
    book.files[path] = "# Thuyết minh\n".encode()
    return [Mark("unused-sheet", path)]


# ---- index.toml --------------------------------------------------------------------------------------


def _own_lines(document: Document) -> list[Key]:
    """The keys that stand on a line of their own."""
    found: list[Key] = []

    def walk(path: Key, value: Any) -> None:
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            here = (*path, key)
            if isinstance(one, dict) or (isinstance(one, list) and one and isinstance(one[0], dict)):
                if not (document.dress.inline and key == "at"):
                    walk(here, one)
            elif isinstance(key, str):
                found.append(here)

    walk((), document.content)
    return found


@injects("broken-toml", blinds="all", needs="all")
def document_is_broken(book: Book, pick: Pick) -> list[Mark]:
    name = pick(["index.toml", "recipe.toml"])
    claim_file(book, name)
    document = book.document(name)
    key = pick(_own_lines(document))
    document.broken = (key, pick(["x = = 1", "x = tám", 'x = "mở', "[x", "x", 'x = "a" "b"', "= 1"]))
    return [Mark("broken-toml", name, key)]


@injects("unknown-key", needs="settings index")
def setting_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    path: Key = pick([(), ("data",)])
    key = pick(["zzz", "Ω x", "2024", "unitz", "tittle_vi"])
    book.claim(("index", key))
    table = book.index.table(path)
    table[key] = pick([1, "x", True])
    return [Mark("unknown-key", "index.toml", (*path, key), key)]


@injects("unknown-key", needs="settings index", blinds="settings index")
def setting_is_misspelt(book: Book, pick: Pick) -> list[Mark]:
    path: Key = pick([(), ("data",)])
    old = pick([key for key in book.index.table(path) if not key.startswith("title")])
    claim_file(book, "index.toml")
    new = pick([f"{old}.", f"_{old}", old.upper(), f"{old[0]}{old}"])
    table = book.index.table(path)
    items = [(new if key == old else key, value) for key, value in table.items()]
    table.clear()
    table.update(items)
    return [Mark("unknown-key", "index.toml", (*path, new), new)]


@injects("unknown-key", needs="recipe")
def key_of_the_recipe_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    key = pick(["zzz", "note", "step"])
    book.claim(("recipe", key))
    book.recipe.content = {key: 1, **book.recipe.content}
    return [Mark("unknown-key", "recipe.toml", (key,), key)]


@injects("missing-key", needs="all", blinds="settings units data index")
def setting_is_missing(book: Book, pick: Pick) -> list[Mark]:
    content = book.index.content
    claim_file(book, "index.toml")
    way = pick(["territory", "titles", "blank territory", "blank titles"])
    if way == "blank territory":
        content["territory"] = ""
        return [Mark("missing-key", "index.toml", ("territory",), "territory")]
    titles = [key for key in content if key.startswith("title_")]
    if way == "blank titles":
        content.update(dict.fromkeys(titles, ""))
        return [Mark("missing-key", "index.toml", (titles[0],), titles[0])]
    for key in titles if way == "titles" else ["territory"]:
        del content[key]
    key = "title_en" if way == "titles" else "territory"
    return [Mark("missing-key", "index.toml", 1, key)]


WRONG: list[tuple[Key, Any]] = [
    (("decimals",), "2"), (("decimals",), 99), (("decimals",), True), (("synthetic",), "yes"),
    (("units",), 5), (("units",), []), (("units",), ["01", 2]), (("languages",), "vi"), (("languages",), []),
    (("languages",), ["vi", 5]), (("territory",), 5), (("licence",), 1), (("schema",), "1"),
    (("title_vi",), 5), (("period",), 2022.5), (("data", "unit"), 5),
    (("data", "ignore"), "x"), (("data", "ignore"), [5]),
    (("data", "missing"), "NA"), (("data", "separator"), "|"), (("data", "decimal"), ";"),
    (("data", "columns"), 5), (("data", "sources"), "x"), (("data", "columns", "x"), 5),
    (("data",), 5), (("period",), Raw("2022-01-01")),
]  # fmt: skip


@injects("wrong-type", needs="all", blinds="settings units data index")
def setting_is_of_a_wrong_kind(book: Book, pick: Pick) -> list[Mark]:
    path, value = pick(WRONG)
    claim_file(book, "index.toml")
    table = book.index.content
    for part in path[:-1]:
        table = table.setdefault(part, {})
    items = {**table, path[-1]: value}
    table.clear()
    table.update({key: one for key, one in items.items() if not isinstance(one, dict)})
    table.update({key: one for key, one in items.items() if isinstance(one, dict)})
    column = next(part for part in reversed(path) if isinstance(part, str))
    return [Mark("wrong-type", "index.toml", path, column)]


@injects("wrong-type", needs="recipe", blinds="recipe")
def recipe_is_of_a_wrong_kind(book: Book, pick: Pick) -> list[Mark]:
    steps = book.recipe.content["steps"]
    way = pick(["title", "at", "exception", "within"])
    claim_file(book, "recipe.toml")
    if way == "title":
        book.recipe.content = {**book.recipe.content, "title_vi": 5, "steps": steps}
        return [Mark("wrong-type", "recipe.toml", ("title_vi",), "title_vi")]
    if way == "within":
        at = folder.step(book, "rank")
        steps[at] = {"within": "region", **{key: one for key, one in steps[at].items() if key != "within"}}
        return [Mark("wrong-type", "recipe.toml", ("steps", at, "within"), "within")]
    at = folder.step(book, pick(["normalise", "aggregate", "rank"]))
    if way == "at":
        steps[at]["at"] = 5
        return [Mark("wrong-type", "recipe.toml", ("steps", at, "at"), "at")]
    leaf = pick(folder.leaves(book) if steps[at]["step"] == "normalise" else folder.inner(book))
    steps[at].setdefault("at", {})[leaf] = pick([1, "minmax", True])
    return [Mark("wrong-type", "recipe.toml", ("steps", at, "at", leaf), leaf)]


@injects("unknown-schema", needs="settings index recipe")
def schema_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    name = pick(["index.toml", "recipe.toml"])
    book.claim((name, "schema"))
    document = book.document(name)
    document.content = {
        "schema": pick([0, 2, 99]),
        **{k: v for k, v in document.content.items() if k != "schema"},
    }
    return [Mark("unknown-schema", name, ("schema",), "schema")]


@injects("unknown-language", needs="settings index")
def language_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    spoken = list(book.index.content["languages"])
    spoken.insert(pick(range(len(spoken) + 1)), pick(["xx", "VI", "tiếng Việt", ""]))
    book.claim(("index", "languages"))
    book.index.content["languages"] = spoken
    return [Mark("unknown-language", "index.toml", ("languages",), "languages")]


@injects("unknown-territory", needs="settings index units data", blinds="settings units data")
def territory_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    book.claim(("index", "territory"), ("index", "units"))
    book.index.content["territory"] = pick(["vn64", "Việt Nam", "ISO3166", "x"])
    return [Mark("unknown-territory", "index.toml", ("territory",), "territory")]


@injects("unknown-group", needs="settings index units data", blinds="data")
def group_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    book.claim(("index", "units"), ("index", "territory"))
    book.index.content = {"units": f"group:{pick(['zzz', '', 'Á'])}", **_without(book.index.content, "units")}
    return [Mark("unknown-group", "index.toml", ("units",), "units")]


def _without(table: dict[str, Any], key: str) -> dict[str, Any]:
    return {one: value for one, value in table.items() if one != key}


# ---- units -------------------------------------------------------------------------------------------

FOREIGN = ["Atlantis", "Hà Nộii", "ZZZ", "99999", "—"]


@injects("unknown-unit", *RICH, needs="settings units", blinds="units")
def unit_of_an_alias_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    line = line_of(book, "aliases.csv", pick)
    return cell(book, "aliases.csv", line, "unit", pick(FOREIGN), "unknown-unit")


@injects("unknown-unit", *RICH, needs="settings units", blinds="units")
def owner_of_a_part_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    line = line_of(book, "territory.csv", pick)
    return cell(book, "territory.csv", line, "part_of", pick(FOREIGN), "unknown-unit")


@injects("unknown-unit", *RICH, needs="settings units")
def unit_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    unit, _ = folder.columns(book)
    name = pick(book.data())
    return cell(book, name, line_of(book, name, pick), unit, pick(FOREIGN), "unknown-unit")


@injects("unknown-unit", folder.with_list, needs="settings index units data", blinds="data")
def listed_unit_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    units = book.index.content["units"]
    book.claim(("index", "units"), ("index", "territory"))
    units.insert(pick(range(len(units) + 1)), pick(FOREIGN))
    return [Mark("unknown-unit", "index.toml", ("units",), "units")]


@injects("lost-zero", folder.with_numbers, folder.with_aliases, needs="settings units", blinds="units")
def zero_is_lost(book: Book, pick: Pick) -> list[Mark]:
    unit, _ = folder.columns(book)
    name = pick([*book.data(), "aliases.csv"])
    column = "unit" if name == "aliases.csv" else unit
    line = line_of(book, name, pick)
    sheet = book.sheet(name)
    words = sheet.get(line, column)
    if not words.startswith("0"):
        words = f"0{pick(range(1, 10))}"
    return cell(book, name, line, column, words.lstrip("0"), "lost-zero")


@injects("lost-zero", folder.with_numbers, needs="settings index units data", blinds="data")
def listed_unit_has_lost_its_zero(book: Book, pick: Pick) -> list[Mark]:
    codes = [one["code"] for one in folder.territory(book)][:9]
    at = pick(range(len(codes)))
    codes[at] = codes[at].lstrip("0")
    book.claim(("index", "units"), ("index", "territory"))
    book.index.content = {"units": codes, **_without(book.index.content, "units")}
    return [Mark("lost-zero", "index.toml", ("units",), "units")]


@injects("unit-left-out", folder.with_list, needs="all")
def unit_is_left_out(book: Book, pick: Pick) -> list[Mark]:
    units = book.index.content["units"]
    gone = pick(units)
    unit, _ = folder.columns(book)
    lines = [
        (name, line)
        for name in book.data()
        for line in book.sheet(name).lines
        if book.sheet(name).get(line, unit) == gone
    ]
    book.claim(("index", "units"), ("index", "territory"), *(line for _, line in lines))
    units.remove(gone)
    return [Mark("unit-left-out", *lines[0], unit)]


# ---- data and index together -------------------------------------------------------------------------


@injects("no-period", folder.with_one_period, needs="settings index data", blinds="data")
def period_is_not_said(book: Book, pick: Pick) -> list[Mark]:
    book.claim(("index", "period"))
    book.index.content.pop("period", None)
    for name in book.data()[1:]:
        del book.files[name]
    return [Mark("no-period", name, book.sheet(name).head) for name in book.data()]


@injects("value-despite-status", folder.with_status, needs="settings series data")
def figure_is_said_to_be_absent(book: Book, pick: Pick) -> list[Mark]:
    name, line, series = figure(book, pick)
    book.claim(line)
    sheet = book.sheet(name)
    sheet.put(line, series, pick(["1", "3", "4"]))
    sheet.put(line, f"{series}_status", pick(["missing", "not_applicable", "confidential"]))
    return [Mark("value-despite-status", name, line, series)]


PANEL = "settings series codes units data panel"


@injects("zero-denominator", folder.with_formulas, needs=PANEL)
def denominator_is_zero(book: Book, pick: Pick) -> list[Mark]:
    below = [folder.formula(book, code)["denominator"] for code in folder.ratios(book)]
    return put_figure(book, figure(book, pick, below), pick(["0", "0.0", "-0"]), "zero-denominator")


@injects("zero-denominator", folder.with_formulas, folder.with_long, needs=PANEL)
def denominator_of_a_row_is_zero(book: Book, pick: Pick) -> list[Mark]:
    return denominator_is_zero(book, pick)


@injects("points-off-scale", folder.with_formulas, needs=PANEL)
def points_are_off_their_scale(book: Book, pick: Pick) -> list[Mark]:
    points = [series for one in folder.criteria(book).values() for series in one]
    book.claim(*book.sheet("rubric.csv").lines)
    return put_figure(book, figure(book, pick, points), pick(["-1", "-0.001", "1000001"]), "points-off-scale")


@injects("log-of-nonpositive", folder.with_logarithm, needs=f"{PANEL} recipe methods")
def logarithm_of_nothing(book: Book, pick: Pick) -> list[Mark]:
    step = folder.step(book, "normalise")
    at = book.recipe.content["steps"][step]["at"]
    code = pick([one for one, policy in at.items() if policy.get("cap") == "high"])
    book.claim(("recipe", "steps", step, "at", code))
    if code in folder.ratios(book):
        return put_figure(
            book,
            figure(book, pick, [folder.formula(book, code)["numerator"]]),
            pick(["0", "-2"]),
            "log-of-nonpositive",
        )
    if code in folder.criteria(book):
        return _no_points(book, pick, folder.criteria(book)[code])
    series = [folder.formula(book, code)["series"]]
    return put_figure(book, figure(book, pick, series), pick(["0", "-2.5"]), "log-of-nonpositive")


def _no_points(book: Book, pick: Pick, criteria: list[str]) -> list[Mark]:
    name, line, series = figure(book, pick, criteria[:1])
    for one in criteria:
        book.sheet(name).put(line, one, "0")
    return put_figure(book, (name, line, series), "0", "log-of-nonpositive")


# ---- recipe.toml -------------------------------------------------------------------------------------


@injects("unknown-sample", needs="all", alone=True)
def sample_is_of_no_period(book: Book, pick: Pick) -> list[Mark]:
    return _by_another(
        book,
        {"method": "rank", "ties": "min", "sample": pick(["1066", "periods", "9"])},
        "unknown-sample",
        pick,
    )


@injects("unknown-reference", needs="all", alone=True)
def measured_by_nobody(book: Book, pick: Pick) -> list[Mark]:
    method = {"method": "distance-to-unit", "unit": pick(["zzz", "?", "1 2"]), "factor": 100, "cap": True}
    return _by_another(book, method, "unknown-reference", pick)


def _by_another(book: Book, method: dict[str, Any], kind: str, pick: Pick) -> list[Mark]:
    at, code = folder.step(book, "normalise"), pick(folder.leaves(book))
    book.recipe.content["steps"][at].setdefault("at", {})[code] = method
    return [Mark(kind, "recipe.toml", ("steps", at, "at", code), code)]


def _step(book: Book, pick: Pick, *names: str) -> tuple[int, dict[str, Any]]:
    steps = book.recipe.content["steps"]
    at = pick([at for at, one in enumerate(steps) if one.get("step") in names])
    return at, steps[at]


def _method_tables(book: Book) -> list[tuple[Key, dict[str, Any]]]:
    """Every table with policies: the steps and their exceptions, weights apart."""
    found: list[tuple[Key, dict[str, Any]]] = []
    for at, one in enumerate(book.recipe.content["steps"]):
        if "step" not in one:
            continue  # what it holds is not read
        found.append((("steps", at), one))
        if one.get("step") != "weigh":
            found += [(("steps", at, "at", code), table) for code, table in one.get("at", {}).items()]
    return found


def _claim_table(book: Book, path: Key) -> None:
    book.claim(("recipe", *path))


def _touched(book: Book, path: Key) -> bool:
    """True when something below this path of the recipe is kept for a fault."""
    start = ("recipe", *path)
    return any(isinstance(one, tuple) and one[: len(start)] == start for one in book.claimed)


def _free_tables(book: Book) -> list[tuple[Key, dict[str, Any]]]:
    return [(path, table) for path, table in _method_tables(book) if ("recipe", *path) not in book.claimed]


@injects("unknown-step", needs="recipe", blinds="recipe")
def step_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    steps = book.recipe.content["steps"]
    at = pick(range(len(steps)))
    _claim_table(book, ("steps",))
    if pick([True, False]):
        steps[at]["step"] = pick(["zzz", f"{steps[at]['step']}s", "", "chuẩn hóa", 5])
    else:
        steps.insert(at, {"step": pick(["trim", "audit", "zzz"])})
    return [Mark("unknown-step", "recipe.toml", ("steps", at, "step"), "step")]


@injects("duplicate-step", needs="recipe", blinds="recipe")
def step_stands_twice(book: Book, pick: Pick) -> list[Mark]:
    steps = book.recipe.content["steps"]
    at = pick(range(len(steps)))
    _claim_table(book, ("steps",))
    later = pick(range(at + 1, len(steps) + 1))
    steps.insert(later, _copy(steps[at]))
    return [Mark("duplicate-step", "recipe.toml", ("steps", later, "step"), "step")]


def _copy(table: dict[str, Any]) -> dict[str, Any]:
    return {key: _copy(value) if isinstance(value, dict) else value for key, value in table.items()}


@injects("step-order", needs="recipe", blinds="recipe")
def step_comes_too_late(book: Book, pick: Pick) -> list[Mark]:
    steps = book.recipe.content["steps"]
    one = pick(range(len(steps)))
    two = pick([at for at in range(len(steps)) if at != one])
    _claim_table(book, ("steps",))
    order = list(range(len(steps)))
    order.insert(two, order.pop(one))
    book.recipe.content["steps"] = [steps[at] for at in order]
    late = [place for place, at in enumerate(order) if any(before > at for before in order[:place])]
    return [Mark("step-order", "recipe.toml", ("steps", place, "step"), "step") for place in late]


@injects("missing-step", needs="recipe", blinds="recipe")
def step_is_missing(book: Book, pick: Pick) -> list[Mark]:
    steps = book.recipe.content["steps"]
    _claim_table(book, ("steps",))
    gone = {pick(range(len(steps))), pick(range(len(steps)))}
    book.recipe.content["steps"] = [one for at, one in enumerate(steps) if at not in gone]
    return [Mark("missing-step", "recipe.toml", 1) for _ in gone]


@injects("unknown-method", needs="recipe", blinds="methods")
def method_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    path, table = some([one for one in _free_tables(book) if "method" in one[1]], pick)
    _claim_table(book, path)
    table["method"] = pick(["zzz", "Minmax", "mean", "", 5, ["minmax"], True])
    return [Mark("unknown-method", "recipe.toml", (*path, "method"), "method")]


@injects("no-regions", folder.with_territory, alone=True)
def territory_has_no_regions(book: Book, pick: Pick) -> list[Mark]:
    sheet = book.sheet("territory.csv")
    for line in sheet.lines:
        sheet.put(line, "region", "")
    at = folder.step(book, "rank")
    steps = book.recipe.content["steps"]
    steps[at] = {**{key: one for key, one in steps[at].items() if key != "at"}, "within": ["region"]}
    return [Mark("no-regions", "recipe.toml", ("steps", at, "within"), "within")]


@injects("unknown-policy", needs="recipe")
def policy_is_unknown(book: Book, pick: Pick) -> list[Mark]:
    path, table = some(_free_tables(book), pick)
    _claim_table(book, path)
    key = pick(["zzz", "target", "Ω", "seed"])
    rest = {one: value for one, value in table.items() if one != "at"}
    at = {"at": table["at"]} if "at" in table else {}
    table.clear()
    table.update({**rest, key: pick([1, "x"]), **at})
    return [Mark("unknown-policy", "recipe.toml", (*path, key), key)]


@injects("unknown-policy", needs="recipe", blinds="methods")
def policy_is_misspelt(book: Book, pick: Pick) -> list[Mark]:
    path, table = some(_free_tables(book), pick)
    _claim_table(book, path)
    held = {"step", "method", "missing", *(["at"] if _touched(book, (*path, "at")) else [])}
    old = some([key for key in table if key not in held], pick)
    new = pick([f"{old}.", f"_{old}", f"{old}{old[-1]}"])
    items = [(new if key == old else key, value) for key, value in table.items()]
    table.clear()
    table.update(items)
    return [Mark("unknown-policy", "recipe.toml", (*path, new), new)]


@injects("missing-policy", needs="recipe", blinds="methods")
def policy_is_missing(book: Book, pick: Pick) -> list[Mark]:
    path, table = some(_free_tables(book), pick)
    _claim_table(book, path)
    held = {"at", "within", *(["step"] if _touched(book, (*path, "at")) else [])}
    key = pick([key for key in table if key not in held])
    del table[key]
    return [Mark("missing-policy", "recipe.toml", path, key)]


@injects("bad-policy", needs="recipe", blinds="methods")
def policy_is_impossible(book: Book, pick: Pick) -> list[Mark]:
    path, table = some(_free_tables(book), pick)
    _claim_table(book, path)
    key = some([key for key in table if key not in ("at", "step", "method", "within")], pick)
    table[key] = pick(["zzz", True, Raw("nan"), Raw("inf"), [1], Raw("1979-05-27"), 10**400])
    return [Mark("bad-policy", "recipe.toml", (*path, key), key)]


@injects("bad-policy", needs="recipe", blinds="methods")
def number_is_out_of_bounds(book: Book, pick: Pick) -> list[Mark]:
    table = {
        "weigh": [("weight", -1)], "aggregate": [("minimum_share", 1.5), ("minimum_share", -0.1)],
        "rank": [("within", [" "]), ("within", ["region", "region"]), ("within", [5])],
        "normalise": [("spread", 0), ("spread", -1), ("lower", 0)],
    }  # fmt: skip
    at, one = _step(book, pick, *table)
    key, value = pick(table[one["step"]])
    rest = {name: policy for name, policy in one.items() if name != "at"}
    if key == "spread":
        rest = {"step": "normalise", "method": "zscore", "sd": "sample", "centre": 0, "constant": "missing"}
    elif key == "lower":
        rest = {"step": "normalise", "method": "goalposts", "upper": 1, "scale": "log", "cap": "low"}
        rest |= {"low": 0, "high": 1}
    elif key == "minimum_share":
        rest["missing"] = "available"
    book.claim(("recipe", "steps", at))
    book.recipe.content["steps"][at] = {**rest, key: value, **({"at": one["at"]} if "at" in one else {})}
    return [Mark("bad-policy", "recipe.toml", ("steps", at, key), key)]


@injects("bad-policy", needs="recipe codes", blinds="methods")
def weight_is_impossible(book: Book, pick: Pick) -> list[Mark]:
    at, one = _step(book, pick, "weigh")
    code = pick([code for code in folder.parents(book) if code != folder.root(book)])
    book.claim(("recipe", "steps", at), ("recipe", "steps", at, "at", code))
    one.setdefault("at", {})[code] = pick([-1, "1", True, Raw("inf"), {"weight": 1}])
    return [Mark("bad-policy", "recipe.toml", ("steps", at, "at", code), code)]


@injects("bad-order", needs="recipe", blinds="methods")
def bounds_are_exchanged(book: Book, pick: Pick) -> list[Mark]:
    at, one = _step(book, pick, "normalise")
    book.claim(("recipe", "steps", at))
    low, high = pick([("low", "high"), ("lower", "upper")])
    policies = {"lower": 1, "upper": 2, "scale": "linear", "cap": "none", "low": 0, "high": 1}
    policies |= {low: 5, high: pick([5, 4, -5])}
    code = pick(folder.leaves(book))
    book.claim(("recipe", "steps", at, "at", code))
    if pick([True, False]):
        one.setdefault("at", {})[code] = {"method": "goalposts", **policies}
        return [Mark("bad-order", "recipe.toml", ("steps", at, "at", code, high), high)]
    rest = {"at": one["at"]} if "at" in one else {}
    book.recipe.content["steps"][at] = {"step": "normalise", "method": "goalposts", **policies, **rest}
    return [Mark("bad-order", "recipe.toml", ("steps", at, high), high)]


# ---- recipe and framework together -------------------------------------------------------------------

POLICIES: dict[str, Any] = {
    "normalise": {"method": "minmax", "low": 0, "high": 1, "constant": "missing"},
    "weigh": 2,
    "aggregate": {"method": "sum", "missing": "all"},
    "rank": {"ties": "mean", "significant": 9},
}


def _except(book: Book, name: str, code: str) -> tuple[Key, str]:
    """Add an exception for a node to a step."""
    at = folder.step(book, name)
    table = book.recipe.content["steps"][at]
    book.claim(("recipe", "steps", at, "at", code))
    if any(key != "at" and "at" in key.lower() for key in table):
        raise Unfit  # its exceptions are misspelt
    rest = {one: value for one, value in table.items() if one != "at"}
    at_table = {**table.get("at", {}), code: _twin(POLICIES[name])}
    table.clear()
    table.update({**rest, "at": at_table})
    return ("steps", at, "at", code), code


def _twin(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value


@injects("unknown-node", needs="recipe codes")
def exception_is_for_nobody(book: Book, pick: Pick) -> list[Mark]:
    path, code = _except(book, pick(list(POLICIES)), pick(["zzz", "9.9.9", "Thể chế", "a b", 'a"b']))
    return [Mark("unknown-node", "recipe.toml", path, code)]


@injects("unknown-node", folder.with_formulas, needs="codes", blinds="tree panel roles")
def criterion_is_for_nobody(book: Book, pick: Pick) -> list[Mark]:
    line = line_of(book, "rubric.csv", pick)
    return cell(book, "rubric.csv", line, "indicator", pick(["zzz", "9.9.9"]), "unknown-node")


@injects("only-indicators", needs="recipe codes roles")
def parent_is_normalised(book: Book, pick: Pick) -> list[Mark]:
    code = pick(folder.inner(book))
    book.claim(("node", code))
    path, code = _except(book, "normalise", code)
    return [Mark("only-indicators", "recipe.toml", path, code)]


@injects("only-parents", needs="recipe codes roles")
def indicator_is_aggregated(book: Book, pick: Pick) -> list[Mark]:
    code = pick(folder.leaves(book))
    book.claim(("node", code))
    path, code = _except(book, "aggregate", code)
    return [Mark("only-parents", "recipe.toml", path, code)]


@injects("unquoted-code", needs="recipe", alone=True)
def code_lacks_its_quotation_marks(book: Book, pick: Pick) -> list[Mark]:
    name = pick(["weigh", "normalise", "rank"])
    at = folder.step(book, name)
    method = {"weigh": 2, "normalise": {"method": "none"}, "rank": {"ties": "min", "significant": 12}}[name]
    depth = pick([["2"], ["1", "2"]])
    inner: object = method
    for key in reversed(depth):
        inner = {key: inner}
    book.recipe.content["steps"][at].setdefault("at", {})["zzz"] = inner
    code = ".".join(("zzz", *depth))
    return [Mark("unquoted-code", "recipe.toml", ("steps", at, "at", "zzz", *depth), code)]


@injects("weight-of-root", needs="recipe codes tree")
def top_is_weighed(book: Book, pick: Pick) -> list[Mark]:
    path, code = _except(book, "weigh", folder.root(book))
    return [Mark("weight-of-root", "recipe.toml", path, code)]


@injects("lower-unscaled", folder.with_lower, needs="recipe methods codes roles")
def lower_is_taken_as_it_is(book: Book, pick: Pick) -> list[Mark]:
    code = pick(folder.leaves(book)[:3])
    book.claim(framework_line(book, code), ("node", code))
    at = folder.step(book, "normalise")
    book.claim(("recipe", "steps", at, "at", code))
    book.recipe.content["steps"][at].setdefault("at", {})[code] = {"method": "none"}
    return [Mark("lower-unscaled", "recipe.toml", ("steps", at, "at", code), code)]


@injects("lower-unscaled", folder.with_lower, needs="recipe methods codes roles", blinds="recipe")
def default_takes_lower_as_it_is(book: Book, pick: Pick) -> list[Mark]:
    at = folder.step(book, "normalise")
    if _touched(book, ("steps", at)):
        raise Unfit
    book.claim(("recipe", "steps", at), *(framework_line(book, code) for code in folder.leaves(book)))
    one = {"step": "normalise", "method": "none"}
    kept = [code for code in folder.leaves(book)[:3] if pick([True, False])][:2]
    at_table = {code: _twin(POLICIES["normalise"]) for code in kept}
    book.recipe.content["steps"][at] = {**one, "at": at_table} if kept else one
    return [Mark("lower-unscaled", "recipe.toml", ("steps", at, "method"), "method")]


@injects("zero-weights", needs="recipe methods codes tree", blinds="weights")
def children_weigh_nothing(book: Book, pick: Pick) -> list[Mark]:
    code = pick(folder.inner(book))
    below = folder.children(book, code)
    at, one = _step(book, pick, "weigh")
    book.claim(("recipe", "steps", at), *(("recipe", "steps", at, "at", child) for child in below))
    one.setdefault("at", {}).update(dict.fromkeys(below, 0))
    return [Mark("zero-weights", "recipe.toml", ("steps", at, "at", below[0]), below[0])]


@injects("zero-weights", needs="recipe methods codes tree weights", blinds="weights")
def nothing_weighs_anything(book: Book, pick: Pick) -> list[Mark]:
    at, one = _step(book, pick, "weigh")
    if "at" in one:
        raise Unfit
    book.claim(("recipe", "steps", at))
    one["weight"] = 0
    return [Mark("zero-weights", "recipe.toml", ("steps", at, "weight"), "weight")]


# ---- the steps before scaling ------------------------------------------------------------------------


def _before_scaling(
    book: Book, kind: str, column: str, method: dict[str, Any], *, at: str = ""
) -> list[Mark]:
    """Put a step before all others; its fault stands at its method, or at the exception for a node."""
    steps = book.recipe.content["steps"]
    step = {"step": method["step"], "method": "none", "at": {at: _rest(method)}} if at else method
    book.recipe.content["steps"] = [step, *steps]
    path: Key = ("steps", 0, "at", at) if at else ("steps", 0, "method")
    return [Mark(kind, "recipe.toml", path, at or column)]


def _rest(method: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in method.items() if key != "step"}


@injects("unknown-branch", needs="all", alone=True)
def branch_is_nowhere(book: Book, pick: Pick) -> list[Mark]:
    word = pick(["zzz", "9.9.9", "Parent"])
    method = pick([
        {"step": "impute", "method": "em", "inside": word, "ridge": 0.1, "nothing": "mean"},
        {"step": "impute", "method": "row", "inside": word, "average": "mean", "scale": "minmax"},
    ])  # fmt: skip
    at = pick(["", folder.leaves(book)[0]])
    return _before_scaling(book, "unknown-branch", "inside", method, at=at)


@injects("unknown-branch", needs="all", alone=True)
def figures_are_asked_for_nowhere(book: Book, pick: Pick) -> list[Mark]:
    under = [pick(["zzz", "9.9.9"]), folder.root(book)]
    method = {"step": "screen", "method": "nonzero", "minimum": 0.1, "fail": "unranked", "under": under}
    return _before_scaling(book, "unknown-branch", "under", method)


@injects("unknown-predictor", needs="all", alone=True)
def predicted_from_no_indicator(book: Book, pick: Pick) -> list[Mark]:
    word = pick(["zzz", folder.root(book)])
    method = {"step": "impute", "method": "regression", "predictors": [word]}
    return _before_scaling(book, "unknown-predictor", "predictors", method)


@injects("unknown-predictor", needs="all", alone=True)
def predicted_from_itself(book: Book, pick: Pick) -> list[Mark]:
    code = pick(folder.leaves(book))
    method = {"step": "impute", "method": "regression", "predictors": [code]}
    return _before_scaling(book, "unknown-predictor", "predictors", method, at=code)


@injects("no-such-group", needs="all", alone=True)
def group_of_nobody(book: Book, pick: Pick) -> list[Mark]:
    groups = [pick(["zzz", "Regions", "?"])]
    method = {"step": "impute", "method": "median", "groups": groups, "empty": "all"}
    return _before_scaling(book, "no-such-group", "groups", method)


@injects("no-exceptions", needs="all", alone=True)
def screen_for_one_node(book: Book, pick: Pick) -> list[Mark]:
    code = pick([*folder.leaves(book), *folder.inner(book)])
    method = {"step": "screen", "method": "nonzero", "minimum": 0, "fail": "unranked"}
    return _before_scaling(book, "no-exceptions", "at", method, at=code)


@injects("unknown-unit", needs="all", alone=True)
def stranger_is_kept(book: Book, pick: Pick) -> list[Mark]:
    method = {
        "step": "screen",
        "method": "named",
        "fail": "bracketed",
        pick(["keep", "drop"]): ["no such unit"],
    }
    return _before_scaling(book, "unknown-unit", next(reversed(method)), method)


@injects("unknown-series", needs="all", alone=True)
def divided_by_no_series(book: Book, pick: Pick) -> list[Mark]:
    method = {"step": "denominate", "method": "per", "series": pick(["zzz", "?"]), "scale": 1000}
    return _before_scaling(book, "unknown-series", "series", method, at=pick(folder.leaves(book)))


# ---- derived nodes -----------------------------------------------------------------------------------


def _derive(book: Book, kind: str, nodes: dict[str, str], *, key: tuple[str, ...] = ()) -> list[Mark]:
    """Put derived nodes {code: formula} before the ranks; the fault stands at the last of them."""
    at = folder.step(book, "rank")
    tables = {code: {"formula": formula, "better": "none"} for code, formula in nodes.items()}
    steps = book.recipe.content["steps"]
    book.recipe.content["steps"] = [*steps[:at], {"step": "derive", "nodes": tables}, *steps[at:]]
    code = list(nodes)[-1]
    column = code if kind == "derived-code-taken" else "formula"
    return [Mark(kind, "recipe.toml", ("steps", at, "nodes", code, *key), column)]


@injects("bad-formula", needs="all", alone=True)
def formula_cannot_be_read(book: Book, pick: Pick) -> list[Mark]:
    words = pick(["1 +", "2 * (3", "1 2", "median(1, 2)", "half_up(1, 0.5)", "∑ 1", "1 == 1", "[]"])
    return _derive(book, "bad-formula", {"derived": words}, key=("formula",))


@injects("unknown-name", needs="all", alone=True)
def formula_names_nothing(book: Book, pick: Pick) -> list[Mark]:
    words = pick(["zzz + 1", "[9.9.9] * 2", "derived", f"raw([{folder.root(book)}])"])
    return _derive(book, "unknown-name", {"derived": words})


@injects("ambiguous-name", needs="all", alone=True)
def formula_names_two_things(book: Book, pick: Pick) -> list[Mark]:
    series = pick(folder.needed(book))
    before = {} if series in folder.nodes(book) else {series: f"series([{series}])"}
    return _derive(book, "ambiguous-name", {**before, "derived": f"[{series}] + 1"})


@injects("derived-code-taken", needs="all", alone=True)
def derived_node_has_the_code_of_another(book: Book, pick: Pick) -> list[Mark]:
    return _derive(book, "derived-code-taken", {pick([*folder.leaves(book), folder.root(book)]): "1"})


# ---- weights that are found --------------------------------------------------------------------------


def _weigh(book: Book, method: dict[str, Any], at: dict[str, Any] | None = None, *, mean: str = "") -> int:
    """Put this in place of the step `weigh`, and plain means in place of `aggregate`; where it stands."""
    steps = book.recipe.content["steps"]
    mean = mean or "arithmetic"
    steps[folder.step(book, "aggregate")] = {"step": "aggregate", "method": mean, "missing": "all"}
    place = folder.step(book, "weigh")
    steps[place] = {"step": "weigh", **method, **({"at": at} if at else {})}
    return place


def _families(book: Book, least: int) -> list[tuple[str, list[str]]]:
    """(parent, its children) where there are at least so many."""
    found = {code: folder.children(book, code) for code in folder.inner(book)}
    return [(code, below) for code, below in found.items() if len(below) >= least]


def _points(book: Book) -> dict[str, Any]:
    """Ten points for every node, whatever they sum to."""
    sheet = {code: 10 for _, below in _families(book, 1) for code in below}
    method = {"method": "budget", "total": 100, "off_total": "rescale", "combine": "mean"}
    return {**method, "points": {"expert one": sheet}}


BEST = {"method": "information", "low": 0, "high": 1, "constant": "zero"}


@injects("unknown-expert-node", needs="all", alone=True)
def expert_speaks_of_nobody(book: Book, pick: Pick) -> list[Mark]:
    method = _points(book)
    stranger = pick(["zzz", "9.9.9", "Thể chế"])
    method["points"]["expert one"][stranger] = 5
    place = _weigh(book, method)
    return [Mark("unknown-expert-node", "recipe.toml", ("steps", place, "method"), stranger)]


@injects("no-expert", needs="all", alone=True)
def nobody_speaks_of_a_branch(book: Book, pick: Pick) -> list[Mark]:
    method = _points(book)
    parent, below = some(_families(book, 2), pick)
    for code in below:
        del method["points"]["expert one"][code]
    if not method["points"]["expert one"]:
        raise Unfit
    place = _weigh(book, method)
    return [Mark("no-expert", "recipe.toml", ("steps", place, "method"), parent)]


@injects("expert-gap", needs="all", alone=True)
def expert_leaves_one_out(book: Book, pick: Pick) -> list[Mark]:
    method = _points(book)
    _, below = some(_families(book, 2), pick)
    del method["points"]["expert one"][pick(below)]
    place = _weigh(book, method)
    return [Mark("expert-gap", "recipe.toml", ("steps", place, "method"), "expert one")]


@injects("points-off-total", needs="all", alone=True)
def points_of_a_branch_do_not_add_up(book: Book, pick: Pick) -> list[Mark]:
    method = _points(book) | {"off_total": "refuse"}
    sheet = method["points"]["expert one"]
    for _, below in _families(book, 1):
        sheet.update({code: 100 / len(below) for code in below})
    _, below = some(_families(book, 2), pick)
    sheet[pick(below)] += 7
    place = _weigh(book, method)
    return [Mark("points-off-total", "recipe.toml", ("steps", place, "method"), "expert one")]


@injects("inconsistent-expert", needs="all", alone=True)
def expert_runs_in_a_circle(book: Book, pick: Pick) -> list[Mark]:
    pairs = {
        f"{one}:{other}": 1
        for _, below in _families(book, 2)
        for at, one in enumerate(below)
        for other in below[at + 1 :]
    }
    policies = {"priorities": "eigenvector", "combine": "judgements", "limit": 0.1, "inconsistent": "refuse"}
    _, (a, b, c, *_) = some(_families(book, 3), pick)
    pairs |= {f"{a}:{b}": 9, f"{b}:{c}": 9, f"{a}:{c}": 1 / 9}
    place = _weigh(book, {"method": "ahp", **policies, "pairs": {"expert one": pairs}})
    return [Mark("inconsistent-expert", "recipe.toml", ("steps", place, "method"), "expert one")]


@injects("weight-overruled", needs="all", alone=True)
def weight_has_no_effect(book: Book, pick: Pick) -> list[Mark]:
    code = pick([one for one in folder.nodes(book) if one != folder.root(book)])
    over = {"over": "indicators"} if pick([True, False]) else {}
    place = _weigh(book, {"method": "gini", "constant": "zero", **over}, {code: 2})
    return [Mark("weight-overruled", "recipe.toml", ("steps", place, "at", code), code)]


@injects("weight-overruled", needs="all", alone=True)
def method_has_no_effect(book: Book, pick: Pick) -> list[Mark]:
    code = some([one for one in folder.inner(book) if one != folder.root(book)], pick)
    method = {"method": "entropy", "constant": "zero", "over": "indicators"}
    place = _weigh(book, method, {code: {"method": "equal"}})
    return [Mark("weight-overruled", "recipe.toml", ("steps", place, "at", code), code)]


@injects("unknown-level", needs="all", alone=True)
def level_of_nobody(book: Book, pick: Pick) -> list[Mark]:
    place = _weigh(book, {**BEST, "over": pick(["pillarz", "?", "cấp"])})
    return [Mark("unknown-level", "recipe.toml", ("steps", place, "method"), "over")]


@injects("impossible-bounds", needs="all", alone=True)
def shares_cannot_add_up(book: Book, pick: Pick) -> list[Mark]:
    parent, below = some(_families(book, 2), pick)
    bounds = pick([{"low": 0.9, "high": 0.95}, {"low": 0, "high": 0.9 / len(below)}])
    place = _weigh(book, {"weight": 1}, {parent: {**BEST, **bounds}})
    return [Mark("impossible-bounds", "recipe.toml", ("steps", place, "at", parent), "low")]


@injects("unweighable-mean", needs="all", alone=True)
def best_weights_of_a_sum(book: Book, pick: Pick) -> list[Mark]:
    parent, _ = some(_families(book, 1), pick)
    place = _weigh(book, {"weight": 1}, {parent: dict(BEST)}, mean=pick(["sum", "minimum", "median"]))
    return [Mark("unweighable-mean", "recipe.toml", ("steps", place, "at", parent), parent)]
