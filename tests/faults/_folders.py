"""The shipped folders, cut down to a few units and indicators, and made to hold what a fault needs."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable
from functools import cache

from _support import ROOT
from faults._book import Book, Document, Line, Sheet, Unfit
from innodex.territory import builtin_bytes

EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/index.toml"))
UNITS = 5
PERIODS = 2
FORMULA = ("series", "numerator", "denominator")


def _rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@cache
def shipped(name: str) -> Book:
    """A shipped folder, cut down; figures are made for one that ships none."""
    folder = ROOT / "examples" / name
    book = Book({})
    for file in ("index.toml", "recipe.toml"):
        book.files[file] = Document(tomllib.loads((folder / file).read_text("utf-8")))
    for path in sorted([*folder.glob("*.csv"), *folder.glob("data/*.csv")]):
        book.files[str(path.relative_to(folder))] = Sheet.of(_rows(path.read_bytes()))
    if not book.data():
        _invent(book)
    _cut(book)
    for path in sorted((folder / "sheets").glob("*.md")):
        if path.name.rsplit(".", 2)[0] in nodes(book) and len(book.files) < 14:
            book.files[f"sheets/{path.name}"] = path.read_bytes()
    return book


# ---- reading the model -------------------------------------------------------------------------------


def nodes(book: Book) -> dict[str, Line]:
    """{code: line} of framework.csv."""
    sheet = book.sheet("framework.csv")
    return {sheet.get(line, "code"): line for line in sheet.lines}


def parents(book: Book) -> dict[str, str]:
    """{code: code of its parent} of framework.csv."""
    sheet = book.sheet("framework.csv")
    return {sheet.get(line, "code"): sheet.get(line, "parent") for line in sheet.lines}


def children(book: Book, code: str) -> list[str]:
    """The codes below a node, in the order of the file."""
    return [child for child, parent in parents(book).items() if parent == code]


def leaves(book: Book) -> list[str]:
    """The codes of the indicators."""
    above = set(parents(book).values())
    return [code for code in parents(book) if code not in above]


def inner(book: Book) -> list[str]:
    """The codes with children, the top included."""
    return [code for code in parents(book) if code not in leaves(book)]


def root(book: Book) -> str:
    """The code of the top."""
    found = [code for code, parent in parents(book).items() if not parent]
    if len(found) != 1:
        raise Unfit
    return found[0]


def formula(book: Book, code: str) -> dict[str, str]:
    """The filled cells among series, numerator and denominator."""
    sheet, line = book.sheet("framework.csv"), nodes(book)[code]
    return {column: sheet.get(line, column) for column in FORMULA if sheet.get(line, column)}


def direct(book: Book) -> list[str]:
    """The indicators that are a series."""
    return [code for code in leaves(book) if list(formula(book, code)) == ["series"]]


def ratios(book: Book) -> list[str]:
    """The indicators that are a ratio."""
    of_points = criteria(book)
    wanted = ["numerator", "denominator"]
    return [code for code in leaves(book) if list(formula(book, code)) == wanted and code not in of_points]


def criteria(book: Book) -> dict[str, list[str]]:
    """{indicator: its criteria} of rubric.csv."""
    found: dict[str, list[str]] = {}
    if "rubric.csv" in book.files:
        sheet = book.sheet("rubric.csv")
        for line in sheet.lines:
            found.setdefault(sheet.get(line, "indicator"), []).append(sheet.get(line, "criterion"))
    return found


def needed(book: Book) -> list[str]:
    """The series that formulas need."""
    by_rubric = [series for one in criteria(book).values() for series in one]
    of_formulas = [series for code in leaves(book) for series in formula(book, code).values()]
    known = {book.sheet("series.csv").get(line, "id") for line in book.sheet("series.csv").lines}
    return [series for series in dict.fromkeys(of_formulas + by_rubric) if series in known]


def columns(book: Book) -> tuple[str, str | None]:
    """The data columns that name unit and period."""
    data = book.index.content.get("data", {})
    return data.get("unit", "unit"), data.get("period")


def is_long(book: Book) -> bool:
    """True when the data have one figure in each row."""
    return book.sheet(book.data()[0]).has("series")


def spellings(book: Book) -> list[str]:
    """The units as the data write them, in the order in which they come."""
    unit, _ = columns(book)
    found = [book.sheet(name).get(line, unit) for name in book.data() for line in book.sheet(name).lines]
    return list(dict.fromkeys(found))


def step(book: Book, name: str) -> int:
    """The position of a step in the recipe."""
    names = [one.get("step") for one in book.recipe.content["steps"]]
    if name not in names:
        raise Unfit
    return names.index(name)


def territory(book: Book) -> list[dict[str, str]]:
    """The units of the folder's territory, as {column: cell}."""
    name = book.index.content["territory"]
    if name.endswith(".csv"):
        sheet = book.sheet(name)
        rows = [sheet.head.cells, *(line.cells for line in sheet.lines)]
    else:
        rows = _rows(builtin_bytes(name))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


# ---- cutting down ------------------------------------------------------------------------------------


def _invent(book: Book) -> None:
    """Figures for the first units of the folder's territory, none of them zero."""
    unit, period = columns(book)
    series = [book.sheet("series.csv").get(line, "id") for line in book.sheet("series.csv").lines]
    by_name = not unit.startswith("iso")
    places = [one for one in territory(book) if not one.get("part_of")][: UNITS + 2]
    head = [*([period] if period else []), unit, *series, *book.index.content["data"].get("ignore", [])]
    rows = [head]
    for when in ("2012", "2016")[: PERIODS if period else 1]:
        for u, place in enumerate(places):
            name = place["name_en"] if by_name else place["code"]
            figures = [f"{3 + (u * 7 + s * 13 + int(when)) % 29 / 4:g}" for s in range(len(head))]
            row = [*([when] if period else []), name, *figures]
            rows.append(row[: len(head)])
    book.files["data/invented.csv"] = Sheet.of(rows)


def _cut(book: Book) -> None:
    """Keep a few indicators with what is above them, their series, and a few units and periods."""
    rubric = [code for code in leaves(book) if code in criteria(book)]
    lower = [
        c for c, line in nodes(book).items() if book.sheet("framework.csv").get(line, "direction") == "lower"
    ]
    chosen = {
        *leaves(book)[:7],
        *ratios(book)[:3],
        *direct(book)[:3],
        *rubric[:1],
        *lower[:1],
        leaves(book)[-1],
    }
    kept = set(chosen)
    for code in chosen:
        while code := parents(book)[code]:
            kept.add(code)
    _keep(book.sheet("framework.csv"), "code", kept)
    if rubric:
        _keep(book.sheet("rubric.csv"), "indicator", kept)
    _keep(book.sheet("series.csv"), "id", set(needed(book)))
    _cut_data(book, set(needed(book)))
    data = book.index.content["data"]
    if "sources" in data:
        data["sources"] = {key: words for key, words in data["sources"].items() if key in needed(book)}
    for one in book.recipe.content["steps"]:
        if "at" in one:
            one["at"] = {code: value for code, value in one["at"].items() if code in kept}


def _keep(sheet: Sheet, column: str, words: set[str]) -> None:
    sheet.lines = [line for line in sheet.lines if sheet.get(line, column) in words]


def _cut_data(book: Book, series: set[str]) -> None:
    unit, period = columns(book)
    ignored = book.index.content["data"].get("ignore", [])
    for name in book.data()[PERIODS:]:
        del book.files[name]
    units = set(spellings(book)[:UNITS])
    for name in book.data():
        sheet = book.sheet(name)
        _keep(sheet, unit, units)
        for column in list(sheet.head.cells):
            base = column.removesuffix("_status").removesuffix("_source")
            if column not in (unit, period, *ignored) and base not in series:
                sheet.drop(column)


# ---- making a folder hold what a fault needs ---------------------------------------------------------


def _new_series(book: Book, series: str, value: str) -> None:
    sheet = book.sheet("series.csv")
    sheet.lines.append(Line([""] * len(sheet.head.cells)))
    for column in sheet.head.cells:
        sheet.put(sheet.lines[-1], column, "Thêm, một" if column.startswith("name_") else "")
    sheet.put(sheet.lines[-1], "id", series)
    for name in book.data():
        sheet = book.sheet(name)
        for line in sheet.lines:
            sheet.put(line, series, value)


def with_ratio(book: Book) -> None:
    """Some indicator is a ratio."""
    if not ratios(book):
        sheet, code = book.sheet("framework.csv"), direct(book)[0]
        line = nodes(book)[code]
        _new_series(book, "added_denominator", "2")
        sheet.put(line, "numerator", sheet.get(line, "series"))
        for column, words in (("denominator", "added_denominator"), ("scale", "10"), ("series", "")):
            sheet.put(line, column, words)


def with_rubric(book: Book) -> None:
    """Some indicator is a rubric of two criteria or more."""
    if not criteria(book):
        sheet, code = book.sheet("framework.csv"), direct(book)[-1]
        line = nodes(book)[code]
        _new_series(book, "added_points", "1")
        rows = [[code, sheet.get(line, "series"), "1000000"], [code, "added_points", "5"]]
        book.files["rubric.csv"] = Sheet.of([["indicator", "criterion", "maximum"], *rows])
        sheet.put(line, "series", "")


def with_formulas(book: Book) -> None:
    """Indicators of every kind."""
    with_ratio(book)
    with_rubric(book)
    sheet = book.sheet("framework.csv")
    for column in ("valid_from", "valid_to", "scale", "certainty"):
        sheet.ensure(column)


def with_territory(book: Book) -> None:
    """The territory is a file of the folder, with a tile for each unit."""
    name = book.index.content["territory"]
    rows = _rows(builtin_bytes(name))
    sheet = Sheet.of([rows[0], *rows[1:16]])
    own = {sheet.get(line, "code") for line in sheet.lines if not sheet.get(line, "part_of")}
    wanted = set(spellings(book))
    for row in rows[1:]:
        line = Line(row)
        if sheet.get(line, "code") not in own and wanted.intersection(row[:3]):
            own.add(sheet.get(line, "code"))
            sheet.lines.append(line)
    _add_named_elsewhere(book, sheet, rows, own)
    sheet.lines = [
        ln for ln in sheet.lines if not sheet.get(ln, "part_of") or sheet.get(ln, "part_of") in own
    ]
    for number, line in enumerate(sheet.lines):
        sheet.put(line, "tile_row", str(number // 6))
        sheet.put(line, "tile_col", str(number % 6))
    book.files["territory.csv"] = sheet
    book.index.content["territory"] = "territory.csv"
    if "aliases.csv" in book.files:
        aliases = book.sheet("aliases.csv")
        names = {cell for line in sheet.lines for cell in line.cells[:3]}
        aliases.lines = [line for line in aliases.lines if aliases.get(line, "unit") in names]


def _add_named_elsewhere(book: Book, sheet: Sheet, rows: list[list[str]], own: set[str]) -> None:
    """Units that the data know by an alias only."""
    if "aliases.csv" not in book.files:
        return
    aliases = book.sheet("aliases.csv")
    meant = {aliases.get(ln, "unit") for ln in aliases.lines if aliases.get(ln, "alias") in spellings(book)}
    for row in rows[1:]:
        if meant.intersection(row[:3]) and row[0] not in own:
            own.add(row[0])
            sheet.lines.append(Line(row))


def with_aliases(book: Book) -> None:
    """aliases.csv has three rows or more, one of them in use."""
    units = [one for one in territory(book) if not one.get("part_of")]
    sheet = book.files.setdefault("aliases.csv", Sheet.of([["alias", "unit"]]))
    assert isinstance(sheet, Sheet)
    rows = [(f"Tên khác {number}", one["code"]) for number, one in enumerate(units[:3])]
    unit, _ = columns(book)
    first = book.sheet(book.data()[0])
    written = first.get(first.lines[0], unit)
    if written not in known_aliases(book):
        rows.append(("Biệt danh", written))
        for name in book.data():
            for line in book.sheet(name).lines:
                if book.sheet(name).get(line, unit) == written:
                    book.sheet(name).put(line, unit, "biệt  Danh")
    for alias, known in rows:
        sheet.lines.append(Line([""] * len(sheet.head.cells)))
        sheet.put(sheet.lines[-1], "alias", alias)
        sheet.put(sheet.lines[-1], "unit", known)


def known_aliases(book: Book) -> set[str]:
    """The aliases as written."""
    sheet = book.sheet("aliases.csv")
    return {sheet.get(line, "alias") for line in sheet.lines}


def with_numbers(book: Book) -> None:
    """The territory's codes are 01, 02 …, and the data write them."""
    with_territory(book)
    sheet = book.sheet("territory.csv")
    sheet.lines = [line for line in sheet.lines if not sheet.get(line, "part_of")]
    codes = {}
    for number, line in enumerate(sheet.lines, start=1):
        for cell in line.cells[:3]:
            codes[cell] = f"{number:02d}"
        sheet.put(line, "code", f"{number:02d}")
    if "aliases.csv" in book.files:
        aliases = book.sheet("aliases.csv")
        for line in aliases.lines:
            codes[aliases.get(line, "alias")] = codes[aliases.get(line, "unit")]
        del book.files["aliases.csv"]
    unit, _ = columns(book)
    for name in book.data():
        for line in book.sheet(name).lines:
            book.sheet(name).put(line, unit, codes[book.sheet(name).get(line, unit)])


def with_list(book: Book) -> None:
    """index.toml lists the units of the data."""
    book.index.content["units"] = spellings(book)


def with_status(book: Book) -> None:
    """Each series has a column of statuses."""
    for name in book.data():
        sheet = book.sheet(name)
        for series in needed(book):
            if sheet.has(series):
                sheet.ensure(f"{series}_status")
                for line in sheet.lines:
                    word = "observed" if sheet.get(line, series) not in ("", "NA") else "missing"
                    sheet.put(line, f"{series}_status", word)


def with_long(book: Book) -> None:
    """The data have one figure in each row."""
    unit, period = columns(book)
    head = [*([period] if period else []), unit, "series", "value", "status", "source"]
    for name in book.data():
        sheet = book.sheet(name)
        rows = [head]
        for line in sheet.lines:
            place = [sheet.get(line, column) for column in head[: 1 + bool(period)]]
            for series in needed(book):
                if sheet.has(series):
                    value = sheet.get(line, series)
                    status = "estimated" if value and series == needed(book)[0] else ""
                    rows.append([*place, series, value, status, ""])
        book.files[name] = Sheet.of(rows)
    book.index.content["data"].pop("ignore", None)


def with_commas(book: Book) -> None:
    """The data have decimal commas, declared."""
    book.index.content["data"]["decimal"] = ","
    for name in book.data():
        sheet = book.sheet(name)
        for series in needed(book):
            for line in sheet.lines if sheet.has(series) else ():
                sheet.put(line, series, sheet.get(line, series).replace(".", ","))


def with_one_period(book: Book) -> None:
    """The data have one period, and index.toml says which."""
    _, period = columns(book)
    if period is None:
        return
    for name in book.data()[1:]:
        del book.files[name]
    sheet = book.sheet(book.data()[0])
    first = sheet.get(sheet.lines[0], period)
    _keep(sheet, period, {first})
    sheet.drop(period)
    del book.index.content["data"]["period"]
    book.index.content = {"period": first, **book.index.content}


def with_logarithm(book: Book) -> None:
    """Indicators of every kind are scaled by their logarithm, and nothing holds low figures."""
    with_formulas(book)
    at = book.recipe.content["steps"][step(book, "normalise")].setdefault("at", {})
    policies = {"lower": 0.001, "upper": 1e9, "scale": "log", "cap": "high", "low": 0, "high": 1}
    for code in (direct(book)[0], ratios(book)[0], next(iter(criteria(book)))):
        at[code] = {"method": "goalposts", **policies}
        for series in [*formula(book, code).values(), *criteria(book).get(code, [])]:
            for name in book.data():
                sheet = book.sheet(name)
                for line in sheet.lines if sheet.has(series) else ():
                    sheet.put(line, series, "3")


def with_lower(book: Book) -> None:
    """Of some indicators less is better, and the recipe knows directions."""
    one = book.recipe.content["steps"][step(book, "normalise")]
    if one["method"] == "none":
        one.update({"method": "minmax", "low": 0, "high": 1, "constant": "middle"})
    sheet = book.sheet("framework.csv")
    for code in leaves(book)[:3]:
        sheet.put(nodes(book)[code], "direction", "lower")


Preparation = Callable[[Book], None]


@cache
def prepared(name: str, preparations: tuple[Preparation, ...]) -> Book:
    """A shipped folder after these preparations; copy it before damaging it."""
    book = shipped(name).copy()
    for prepare in preparations:
        prepare(book)
    return book
