"""Faults that only a program can bring about: a build without a territory, the files of a build spoiled."""

from __future__ import annotations

import csv
import io
from functools import cache

import pytest
from hypothesis import strategies as st

from faults._disk import fill, scratch
from faults._folders import EXAMPLES, prepared
from faults._search import POSITIONS, search
from innodex.documents import Faulty
from innodex.formats import Folder, read_folder, read_out, write_out
from innodex.result import build


@cache
def built(name: str) -> tuple[Folder, dict[str, bytes]]:
    with scratch() as path:
        fill(path, prepared(name, ()).write()[0])
        folder = read_folder(path)
    assert folder.panel is not None
    result = build(folder.framework, folder.panel, folder.recipe, territory=folder.territory)
    return folder, write_out(result, folder.panel, folder.territory)


def _refusal(name: str, files: dict[str, bytes]) -> tuple[str, str, int | None, str | None]:
    """The one fault that reading these files ends with, speaking both languages."""
    folder, _ = built(name)
    with pytest.raises(Faulty) as caught:
        read_out(files, folder.framework, folder.territory)
    (fault,) = caught.value.faults
    assert fault.text("vi") != fault.text("en")
    return fault.kind, fault.file, fault.row, fault.column


def _rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def _bytes(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_territory(name: str) -> None:
    folder, _ = built(name)
    assert folder.panel is not None
    if not folder.recipe.within:
        build(folder.framework, folder.panel, folder.recipe)
        return

    with pytest.raises(Faulty) as caught:
        build(folder.framework, folder.panel, folder.recipe)

    assert [(f.kind, f.file, f.column) for f in caught.value.faults] == [
        ("no-territory", "recipe.toml", "within")
    ]


def test_some_example_ranks_within_regions() -> None:
    """Without one the test above could not fail."""
    assert any(built(name)[0].recipe.within for name in EXAMPLES)


NUMBERS = {
    "results.csv": ["score", "rank"], "panel.csv": ["value"], "treated.csv": ["value"],
    "normalised.csv": ["value"], "weights.csv": ["weight", "share", "effective"],
}  # fmt: skip
WORDS = {"panel.csv": ["status"], "treated.csv": ["flag"], "normalised.csv": ["flag"]}
KEYS = {"results.csv": 4, "panel.csv": 2, "treated.csv": 3, "normalised.csv": 3, "weights.csv": 3}


@pytest.mark.parametrize("name", EXAMPLES)
def test_broken_output(name: str) -> None:
    """A number or word that is none, a row that is missing, moved or cut: file, row and column are named."""
    _, files = built(name)

    def trial(data: st.DataObject) -> None:
        file = data.draw(st.sampled_from(sorted(NUMBERS)))
        way = data.draw(st.sampled_from(["number", "word", "key", "moved", "gone", "cut", "absent"]))
        rows = _rows(files[file])
        at = data.draw(st.integers(2, len(rows) - 1))
        column: str | None = None
        expected: int | None = at + 1
        if way == "number":
            column = data.draw(st.sampled_from(NUMBERS[file]))
            rows[at][rows[0].index(column)] = data.draw(st.sampled_from(["x", "1,5", "–"]))
        elif way == "word" and file in WORDS:
            column = data.draw(st.sampled_from(WORDS[file]))
            rows[at][rows[0].index(column)] = data.draw(st.sampled_from(["x", "Observed"]))
        elif way == "moved":
            rows.insert(1, rows.pop(at))
            expected = 2
        elif way == "gone" and at < len(rows) - 1:
            del rows[at]
        elif way == "cut":
            del rows[at][-1]
        elif way == "absent":
            rows, expected = [], None
        else:
            rows[at][data.draw(st.integers(1, KEYS[file] - 1))] += "x"
            if rows[at][1].endswith("x") and file != "weights.csv":
                expected = None
        spoiled = {key: one for key, one in files.items() if key != file}
        if rows:
            spoiled[file] = _bytes(rows)

        kind, where, row, head = _refusal(name, spoiled)

        assert (kind, where, head) == ("broken-output", file, column)
        assert row == expected or (expected is None and way != "absent")

    search(trial, POSITIONS * 3)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"within": []}', b"\xff"])
def test_a_summary_that_is_none(data: bytes) -> None:
    _, files = built(EXAMPLES[0])

    assert _refusal(EXAMPLES[0], {**files, "result.json": data})[:2] == ("broken-output", "result.json")
