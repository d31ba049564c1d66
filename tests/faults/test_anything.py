"""Whatever is changed in a folder, the program answers; what it accepts, it can build and read back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from faults import _folders as folders
from faults._book import Book, Line, Raw
from faults._disk import check, dressed, fill, scratch
from faults._folders import EXAMPLES, prepared
from faults._search import POSITIONS, search, seeds
from innodex.formats import Folder, read_out, write_out
from innodex.result import build

FAMILIES: list[tuple[folders.Preparation, ...]] = [
    (),
    (folders.with_formulas, folders.with_territory, folders.with_aliases, folders.with_status),
    (folders.with_formulas, folders.with_long),
    (folders.with_numbers, folders.with_aliases, folders.with_list),
    (folders.with_logarithm, folders.with_lower),
    (folders.with_formulas, folders.with_commas),
]
WORDS = [
    "", "0", "-1", "1", "1e49", "-1e50", "1e-50", "NA", "x", "Hà Nội", "01", "2016", "2012-01", "higher",
    "lower", "#N/A", "1,5", "a,b", '"', "\n", "missing", "estimated", "official", "\u00a0", "0.0",
    "zz-9", "data", "1;2",
]  # fmt: skip
VALUES: list[Any] = [
    0, 1, -1, 0.5, "x", "", "data", "all", "group:x", True, [], ["a"], {}, {"a": 1}, Raw("nan"), Raw("inf"),
    Raw("1979-05-27"), 1e300, 10**30, "minmax", "none", "zscore", "goalposts", "log", "both", "available",
    "all", "sum", "geometric", "zero", "missing", "middle", "mean", "dense", "half-up", 3, 15, ["region"],
]  # fmt: skip
KEYS = [
    "zz",
    "at",
    "weight",
    "units",
    "period",
    "data",
    "columns",
    "missing",
    "decimals",
    "within",
    "nonpositive",
]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A place in memory for the folders."""
    with scratch() as path:
        yield path


def _change(book: Book, chance: random.Random) -> None:
    """Change one thing: a cell, a row, a column, a value, a key, or some bytes."""
    way = chance.choice(["table"] * 6 + ["document"] * 3 + ["bytes"])
    if way == "table":
        _change_table(book, chance)
    elif way == "document":
        _change_document(book, chance)
    else:
        _change_bytes(book, chance)


def _change_table(book: Book, chance: random.Random) -> None:
    sheets = [sheet for _, sheet in book.sheets() if sheet.lines and sheet.head.cells]
    sheet = chance.choice(sheets)
    line = chance.choice([sheet.head, *sheet.lines])
    known = [cell for one in sheets for cell in (*one.head.cells, *chance.choice(one.lines).cells)]
    match chance.choice(["cell", "cell", "cell", "gone", "twice", "column", "new"]):
        case "cell" if line.cells:
            line.cells[chance.randrange(len(line.cells))] = chance.choice([*WORDS, *known])
        case "gone":
            sheet.lines.remove(chance.choice(sheet.lines))
        case "twice":
            sheet.lines.insert(chance.randrange(len(sheet.lines)), Line(list(line.cells)))
        case "column" if len(sheet.head.cells) > 1:
            del sheet.head.cells[-1]
        case _:
            sheet.head.cells.append(chance.choice(known))


def _change_document(book: Book, chance: random.Random) -> None:
    document = book.document(chance.choice(["index.toml", "recipe.toml"]))
    tables: list[dict[str, Any]] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            tables.append(value)
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(one)

    walk(document.content)
    table = chance.choice(tables)
    key = chance.choice([*table, chance.choice(KEYS)])
    if chance.random() < 0.25:
        table.pop(key, None)
    else:
        table[key] = chance.choice(VALUES)


def _change_bytes(book: Book, chance: random.Random) -> None:
    name = chance.choice(list(book.files))
    file = book.files[name]
    data = bytearray(file if isinstance(file, bytes) else file.write()[0])
    at = chance.randrange(len(data) + 1)
    data[at : at + chance.randrange(8)] = bytes(
        chance.choice(b'",;\n\r\t\x00\xff\xe9[]{}=.# 1a') for _ in range(2)
    )
    book.files[name] = bytes(data)


def _builds(accepted: Folder) -> None:
    """A folder without fault gives figures, and its files read back as they were."""
    if accepted.panel is None:
        return
    result = build(accepted.framework, accepted.panel, accepted.recipe, territory=accepted.territory)
    for array in (result.raw, result.normalised, result.score):
        assert not np.isinf(array).any()
    files = write_out(result, accepted.panel, accepted.territory)
    again, panel = read_out(files, accepted.framework, accepted.territory)
    for name in ("raw", "normalised", "score", "rank", "share", "effective", "weight", "group_rank", "flags"):
        assert np.array_equal(getattr(result, name), getattr(again, name), equal_nan=name != "flags"), name
    assert panel.digest == accepted.panel.digest


@pytest.mark.parametrize("name", EXAMPLES)
def test_whatever_is_changed_has_an_answer(name: str, folder: Path) -> None:
    def trial(data: st.DataObject) -> None:
        chance = random.Random(data.draw(seeds))
        book = dressed(prepared(name, chance.choice(FAMILIES)).copy(), chance.randrange(2**32))
        _change(book, chance)
        for _ in range(chance.choice([0, 0, 1, 3])):
            if all(
                not isinstance(file, bytes) or path.startswith("sheets/") for path, file in book.files.items()
            ):
                _change(book, chance)
        fill(folder, book.write()[0])

        checked = check(folder)

        for fault in (*checked.faults, *checked.warnings):
            assert fault.text("vi") != fault.text("en")
            assert "\x00" not in fault.place("en")
        assert (checked.folder is None) == bool(checked.faults)
        if checked.folder is not None:
            _builds(checked.folder)

    search(trial, POSITIONS * 4)
