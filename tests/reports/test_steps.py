"""Tables show what steps did: figures filled in or treated, units set aside, derived figures."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import openpyxl
import pytest

from _sites import case
from innodex.edition import Edition
from innodex.recipe import METHODS
from innodex.reports import tables
from innodex.result import Flag


def _classed() -> Edition:
    """The edition with a step of every kind, and classes."""
    edition = case("rich")
    result = edition.result
    classes = np.where(np.isnan(result.rank), 0, 1 + (result.score > 30) + (result.score > 40)).astype(
        np.int64
    )
    method = METHODS["classify"]["thresholds"].make(limits=(30, 40), edge="above", names=("a", "b", "c"))
    recipe = replace(edition.recipe, classify=method)
    return replace(edition, result=replace(result, classes=classes), recipe=recipe)


@cache
def _made() -> dict[str, bytes]:
    return tables(_classed())


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_made()[f"tables/{name}.csv"].decode("utf-8-sig"))))


def _number(text: str) -> float:
    return float(text) if text else math.nan


def _book() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(_made()[f"tables/{case('rich').id}.xlsx"]))


def _sheet(word: str) -> Any:
    (sheet,) = [one for one in _book().worksheets if one.title.endswith(word)]
    return sheet


@pytest.mark.parametrize("name", ["ranking", "scores"])
def test_units_set_aside_have_no_rank_but_a_place_in_brackets(name: str) -> None:
    result = case("rich").result
    rows = _rows(name)

    for row in rows:
        p, u = result.periods.index(row["period"]), result.unit_at[row["unit"]]
        at = result.node_at[row.get("node", "IX")]
        assert row["ranked"] == ("true" if result.included[p, u] else "false")
        np.testing.assert_equal(_number(row["rank"]), result.rank[p, u, at])
        np.testing.assert_equal(_number(row["bracketed"]), result.bracketed[p, u, at])  # type: ignore[index]
        assert (row["rank"] == "") == (row["ranked"] == "false")
        assert row["class_name"] == ("", "a", "b", "c")[int(row["class"] or 0)]
    assert {row["ranked"] for row in rows} == {"true", "false"}


def test_they_stand_below_the_ranked_by_their_scores() -> None:
    rows = [row for row in _rows("ranking") if row["period"] == "2024"]
    ranked = [row["ranked"] for row in rows]
    scores = [float(row["score"]) for row in rows if row["ranked"] == "false"]

    assert ranked == sorted(ranked, reverse=True)
    assert scores == sorted(scores, reverse=True)


def test_an_indicator_has_the_figure_as_it_came_and_as_it_was_scored() -> None:
    result = case("rich").result
    rows = _rows("indicators")

    for row in rows:
        p, u = result.periods.index(row["period"]), result.unit_at[row["unit"]]
        i = result.indicator_at[row["indicator"]]
        np.testing.assert_equal(_number(row["value"]), result.raw[p, u, i])
        np.testing.assert_equal(_number(row["used"]), result.treated[p, u, i])
        assert row["flags"] == Flag(int(result.flags[p, u, i])).word
    filled = [row for row in rows if "imputed" in row["flags"].split()]
    assert filled
    assert all(row["value"] == "" and row["used"] for row in filled)
    assert any("treated" in row["flags"].split() for row in rows)


def test_derived_figures_have_a_table() -> None:
    result = case("rich").result
    rows = _rows("derived")

    assert len(rows) == 2 * len(result.periods) * len(result.units)
    for row in rows:
        (one,) = [one for one in result.derived if one.code == row["figure"]]
        p, u = result.periods.index(row["period"]), result.unit_at[row["unit"]]
        np.testing.assert_equal(_number(row["value"]), one.value[p, u])
        np.testing.assert_equal(_number(row["rank"]), one.rank[p, u])
        assert (row["figure_vi"], row["figure_en"]) == (one.name.get("vi"), one.name.get("en"))


def test_the_framework_has_the_weights_of_the_period_of_the_edition() -> None:
    edition = case("rich")
    result, p = edition.result, edition.result.periods.index(edition.period)

    assert not np.array_equal(result.weight[0], result.weight[p])
    for row in _rows("framework"):
        assert float(row["weight"]) == result.weight[p, result.node_at[row["code"]]]


def test_the_workbook_shows_places_in_brackets_and_classes() -> None:
    result = case("rich").result
    sheet = _book().worksheets[1]
    head = next(row for row in sheet.iter_rows() if str(row[0].value).startswith("Kỳ"))
    words = [str(cell.value) for cell in head]
    klass = next(n for n, word in enumerate(words) if "Class" in word)
    seen = 0
    for row in sheet.iter_rows(min_row=head[0].row + 1):
        p, u = result.periods.index(row[0].value), result.unit_at[row[3].value]
        place = result.bracketed[p, u, 0]  # type: ignore[index]
        if math.isnan(place):
            assert row[1].value == result.rank[p, u, 0]
            assert row[1].number_format == "General"
            assert row[klass].value in ("a", "b", "c")
        else:
            seen += 1
            assert row[1].value == place
            assert "(" in row[1].number_format
            assert row[klass].value is None
    assert seen == int((~result.included).sum())


def test_the_workbook_has_sheets_for_what_there_is() -> None:
    rich = [sheet.title for sheet in _book().worksheets]
    plain = tables(case("few"))
    bare = openpyxl.load_workbook(io.BytesIO(plain[f"tables/{case('few').id}.xlsx"])).sheetnames

    for word in ("Treated", "Derived", "Weights"):
        assert any(title.endswith(word) for title in rich)
        assert not any(title.endswith(word) for title in bare)
    assert "tables/derived.csv" not in plain


def test_the_sheet_of_derived_figures_is_the_result() -> None:
    gap, half = case("rich").result.derived
    result, sheet = case("rich").result, _sheet("Derived")
    head = next(row for row in sheet.iter_rows() if str(row[0].value).startswith("Kỳ"))
    words = [str(cell.value) for cell in head]
    at = next(n for n, word in enumerate(words) if "Gap" in word)

    assert "Half" in words[at + 2]
    assert len(words) == at + 3  # the one that is not ranked has no column of ranks
    for row in sheet.iter_rows(min_row=head[0].row + 1):
        p, u = result.periods.index(row[0].value), result.unit_at[row[1].value]
        assert row[at].value == pytest.approx(gap.value[p, u], rel=1e-14)
        rank = gap.rank[p, u]
        assert row[at + 1].value == (None if math.isnan(rank) else rank)
        assert row[at + 2].value == half.value[p, u]


def test_tables_of_a_plain_recipe_have_no_columns_of_steps() -> None:
    made = tables(case("few"))
    for name in ("ranking", "scores", "indicators"):
        head = made[f"tables/{name}.csv"].decode("utf-8-sig").partition("\n")[0].split(",")
        assert not {"bracketed", "ranked", "class", "class_name", "used"} & set(head)


def test_names_of_classes_stand_in_every_language_that_has_them() -> None:
    method = METHODS["classify"]["thresholds"].make(
        limits=(30, 40), edge="above", names_vi=("thấp", "giữa", "A"), names_en=("low", "middle", "A")
    )
    edition = _classed()
    made = tables(replace(edition, recipe=replace(edition.recipe, classify=method)))

    rows = csv.DictReader(io.StringIO(made["tables/ranking.csv"].decode("utf-8-sig")))

    told = {(row["class"], row["class_name"]) for row in rows if row["class"]}
    assert told <= {("1", "thấp · low"), ("2", "giữa · middle"), ("3", "A")}
    assert len(told) > 1
    assert (method.names_in("vi")[0], method.names_in("en")[0]) == ("thấp", "low")
    only = METHODS["classify"]["quantiles"].make(count=2, edge="above", names_en=("low", "high"))
    assert only.names_in("vi") == only.labels == ("low", "high")
