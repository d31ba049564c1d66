"""The workbook for analysts: every change is listed with what stood before, and it looks made by a person."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import innodex
from _editions import new_folder
from innodex.cli import main
from innodex.result import Flag

RECIPE = """
schema = 1
title_en = "Gaps filled, outliers held"

[[steps]]
step = "impute"
method = "mean"

[[steps]]
step = "treat"
method = "percentiles"
low = 10
high = 90
side = "both"

[[steps]]
step = "normalise"
method = "minmax"
low = 0
high = 100
constant = "missing"

[[steps]]
step = "weigh"
weight = 1

[[steps]]
step = "aggregate"
method = "arithmetic"
missing = "available"
minimum_share = 0

[[steps]]
step = "rank"
ties = "min"
significant = 12
"""
Book = openpyxl.Workbook


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    made = new_folder(tmp_path / "index")
    (made / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    capsys.readouterr()
    return made


def exported(folder: Path, *more: str) -> Book:
    file = folder.parent / f"book{len(list(folder.parent.iterdir()))}.xlsx"
    assert main(["--lang", "en", "export", "xlsx", str(folder), str(file), *more]) == 0
    return openpyxl.load_workbook(io.BytesIO(file.read_bytes()))


def body(book: Book, name: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """The head (row 4) and the rows below it."""
    listed = [tuple(cell.value for cell in row) for row in book[name].iter_rows(min_row=4)]
    return [str(word) for word in listed[0]], listed[1:]


def sheet(book: Book, word: str) -> str:
    """The sheet whose name has this word among its languages."""
    return next(name for name in book.sheetnames if word in name.split(" · "))


def test_every_changed_figure_is_listed_with_what_stood_before(folder: Path) -> None:
    read = innodex.read_folder(folder)
    assert read.panel is not None
    result = innodex.build(read.framework, read.panel, read.recipe, territory=read.territory)
    changed = Flag.IMPUTED | Flag.TREATED
    expected = {}
    for (p, u, i), flag in np.ndenumerate(result.flags):
        if int(flag) & changed:
            place = result.periods[p], result.units[u], result.nodes[result.indicators[i]]
            expected[place] = (result.raw[p, u, i], result.treated[p, u, i])
    assert {bool(np.isnan(before)) for before, _ in expected.values()} == {True, False}

    book = exported(folder)

    head, rows = body(book, sheet(book, "Changes"))
    code = next(at for at, word in enumerate(head) if "Indicator" in word.split("\n"))
    found = {(str(row[0]), str(row[1]), str(row[code])): row[-2:] for row in rows}
    assert found.keys() == expected.keys()
    for place, (before, after) in found.items():
        # A workbook keeps sixteen digits.
        np.testing.assert_allclose(np.nan if before is None else before, expected[place][0], rtol=1e-15)
        assert after == pytest.approx(expected[place][1], rel=1e-15)


def test_changed_cells_are_shaded_and_the_others_are_not(folder: Path) -> None:
    read = innodex.read_folder(folder)
    assert read.panel is not None
    result = innodex.build(read.framework, read.panel, read.recipe, territory=read.territory)
    book = exported(folder)
    page = book[sheet(book, "Treated")]
    codes = [cell.value for cell in page[4]]
    seen = set()
    for row in page.iter_rows(min_row=7):
        p, u = result.periods.index(str(row[0].value)), result.unit_at[str(row[1].value)]
        for at, code in enumerate(codes):
            if code in result.indicator_at:
                flag = int(result.flags[p, u, result.indicator_at[code]])
                fill = row[at].fill.fgColor.rgb if row[at].fill.fill_type else ""
                shade = "FFD9ECEB" if flag & Flag.IMPUTED else "FFF6E8C3" if flag & Flag.TREATED else ""
                assert fill == shade
                seen.add(shade)
                np.testing.assert_allclose(
                    np.nan if row[at].value is None else row[at].value,
                    result.treated[p, u, result.indicator_at[code]],
                    rtol=1e-15,
                )
    assert len(seen) == 3


def test_heads_are_frozen_columns_wide_enough_and_can_be_filtered(folder: Path) -> None:
    book = exported(folder)

    for page in book:
        assert page.title
        first = page.cell(1, 1).value or page.cell(1, 2).value
        assert first
        if page.title in (sheet(book, "Notes"), sheet(book, "Recipe")):
            continue
        assert page.freeze_panes
        assert page.auto_filter.ref
        assert page.print_title_rows
        assert all(one.width >= 8 for one in page.column_dimensions.values())


def test_invented_figures_are_labelled_on_every_sheet_and_no_edition_speaks(folder: Path) -> None:
    book = exported(folder)

    for page in book:
        words = " ".join(str(cell.value) for row in page.iter_rows(max_row=6) for cell in row if cell.value)
        assert "Synthetic data" in words, page.title
    notes = " ".join(
        str(cell.value) for row in book[sheet(book, "Notes")].iter_rows() for cell in row if cell.value
    )
    assert "working copy" in notes
    assert "innodex verify" not in notes


def test_weights_recipe_and_reports_have_sheets(folder: Path) -> None:
    read = innodex.read_folder(folder)
    assert read.panel is not None
    result = innodex.build(read.framework, read.panel, read.recipe, territory=read.territory)

    book = exported(folder)

    _, rows = body(book, sheet(book, "Weights"))
    assert len(rows) == len(result.periods) * len(result.nodes)
    shares = {(row[0], row[1]): row[-1] for row in rows}
    assert shares["2025", "A"] == pytest.approx(result.effective[1, result.node_at["A"]])
    lines = [row[0].value or "" for row in book[sheet(book, "Recipe")].iter_rows(min_row=4)]
    assert [line for line in lines if line] == [line for line in RECIPE.splitlines() if line]
    for report in result.reports:
        head, listed = body(book, report.name)
        assert tuple(head) == report.head
        assert len(listed) == len(report.rows)


def test_without_changes_there_is_no_sheet_for_them(tmp_path: Path) -> None:
    book = exported(new_folder(tmp_path / "index"))

    assert not any({"Treated", "Changes"} & set(name.split(" · ")) for name in book.sheetnames)


def test_an_edition_carries_the_changes_and_verifies(folder: Path, tmp_path: Path) -> None:
    edition = tmp_path / "edition"
    assert main(["publish", str(folder), "--out", str(edition)]) == 0
    (file,) = (edition / "tables").glob("*.xlsx")

    book = openpyxl.load_workbook(file)

    assert sheet(book, "Changes")
    assert not any({"Recipe", "Weights"} & set(name.split(" · ")) for name in book.sheetnames)
    assert main(["verify", str(edition)]) == 0


def test_a_file_that_is_there_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = folder.parent / "mine.xlsx"
    mine.write_bytes(b"mine")

    assert main(["export", "xlsx", str(folder), str(mine)]) == 2
    assert main(["export", "xlsx", str(folder), str(folder.parent / "mine.csv")]) == 2

    assert mine.read_bytes() == b"mine"
    assert not (folder.parent / "mine.csv").exists()
    capsys.readouterr()


def test_twice_gives_the_same_bytes(folder: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        assert main(["export", "xlsx", str(folder), str(folder.parent / name)]) == 0

    assert (folder.parent / "a.xlsx").read_bytes() == (folder.parent / "b.xlsx").read_bytes()
