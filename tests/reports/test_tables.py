"""Tables for people: complete, exact, in every language, and honest about invented figures."""

from __future__ import annotations

import csv
import dataclasses
import io
import math
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import innodex
from _editions import new_folder, publish_folder
from innodex.documents import Text
from innodex.edition import Edition
from innodex.reports import tables
from innodex.result import Flag


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    scratch = tmp_path_factory.mktemp("tables")
    place = publish_folder(new_folder(scratch / "index"), scratch / "edition", "--date", "2026-10-01")
    return innodex.read_edition(place)


def rows(made: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made[f"tables/{name}.csv"].decode("utf-8-sig"))))


def number(text: str) -> float:
    return float(text) if text else math.nan


def book(made: dict[str, bytes], edition: Edition) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(made[f"tables/{edition.id}.xlsx"]))


# ---- every table -------------------------------------------------------------------------------------------


def test_the_same_edition_gives_the_same_bytes(edition: Edition) -> None:
    assert tables(edition) == tables(edition)


def test_a_spreadsheet_program_sees_the_letters(edition: Edition) -> None:
    """CSV files begin with the mark by which such programs know UTF-8."""
    for path, data in tables(edition).items():
        assert not path.endswith(".csv") or data.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("synthetic", [True, False])
def test_every_row_and_every_sheet_says_whether_figures_are_invented(
    synthetic: bool, edition: Edition
) -> None:
    said = dataclasses.replace(edition, synthetic=synthetic)
    made = tables(said)

    for path in made:
        if path.endswith(".csv"):
            name = path.removeprefix("tables/").removesuffix(".csv")
            assert {row["synthetic"] for row in rows(made, name)} == {"true" if synthetic else "false"}
    for sheet in book(made, said):
        top = " ".join(str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row if cell.value)
        assert ("Synthetic" in top and "giả lập" in top) == synthetic, sheet.title


@pytest.mark.parametrize("languages", [("vi", "en"), ("en", "vi"), ("vi",), ("en",)])
def test_names_stand_in_the_languages_of_the_edition(languages: tuple[str, ...], edition: Edition) -> None:
    said = dataclasses.replace(edition, languages=languages)
    made = tables(said)

    for name, column in (
        ("ranking", "name"),
        ("scores", "node"),
        ("indicators", "indicator"),
        ("framework", "name"),
    ):
        head = list(rows(made, name)[0])
        assert [c for c in head if c.startswith(f"{column}_")] == [f"{column}_{lang}" for lang in languages]
    titles = book(made, said).sheetnames
    assert all((" · " in title) == (len(languages) == 2) for title in titles)


# ---- CSV ---------------------------------------------------------------------------------------------------


def test_the_ranking_has_every_unit_of_every_period_newest_first_by_rank(edition: Edition) -> None:
    found = rows(tables(edition), "ranking")

    periods = [row["period"] for row in found]
    assert periods == sorted(periods, reverse=True)
    result, root = edition.result, edition.result.node_at[edition.framework.root.code]
    assert len(found) == len(result.periods) * len(result.units)
    for period in result.periods:
        ranks = [number(row["rank"]) for row in found if row["period"] == period]
        there = [rank for rank in ranks if not math.isnan(rank)]
        assert ranks[: len(there)] == sorted(there)
        assert {row["of"] for row in found if row["period"] == period} == {str(len(there))}
    for row in found:
        p, u = result.periods.index(row["period"]), result.units.index(row["unit"])
        assert number(row["score"]) == result.score[p, u, root]  # full precision, never rounded
        unit = edition.territory.by_code[row["unit"]]
        assert (row["name_vi"], row["name_en"], row["region"]) == (
            unit.name.get("vi"),
            unit.name.get("en"),
            unit.region,
        )


def test_a_unit_without_a_score_stands_last_with_empty_fields(edition: Edition) -> None:
    score, rank = edition.result.score.copy(), edition.result.rank.copy()
    root = edition.result.node_at[edition.framework.root.code]
    score[1, 2, root] = rank[1, 2, root] = np.nan
    result = dataclasses.replace(edition.result, score=score, rank=rank)

    found = rows(tables(dataclasses.replace(edition, result=result)), "ranking")

    last = [row for row in found if row["period"] == edition.period][-1]
    assert (last["unit"], last["score"], last["rank"], last["of"]) == (edition.result.units[2], "", "", "7")


def test_indicators_carry_value_score_rank_flags_and_source(edition: Edition) -> None:
    result = edition.result
    found = rows(tables(edition), "indicators")

    assert len(found) == result.raw.size
    for row in found:
        p, u = result.periods.index(row["period"]), result.units.index(row["unit"])
        at, i = result.node_at[row["indicator"]], result.indicator_at[row["indicator"]]
        np.testing.assert_equal(number(row["value"]), result.raw[p, u, i])
        np.testing.assert_equal(number(row["score"]), result.score[p, u, at])
        np.testing.assert_equal(number(row["rank"]), result.rank[p, u, at])
        assert row["flags"] == Flag(int(result.flags[p, u, i])).word
    assert {row["source"] for row in found if row["indicator"] == "C.1"} == {"Measuring network (invented)"}
    estimated = [(r["period"], r["unit"], r["indicator"]) for r in found if "estimated" in r["flags"].split()]
    assert sorted(estimated) == [("2024", "04", "A.2"), ("2025", "06", "A.2")]


def test_the_framework_says_formula_direction_and_certainty(edition: Edition) -> None:
    found = {row["code"]: row for row in rows(tables(edition), "framework")}

    assert list(found) == [node.code for node in edition.framework.nodes]
    assert found["A.1"]["formula"] == "graduates / population × 100"
    assert found["B.2"]["formula"] == "service_catalogue + service_payment + service_tracking"
    assert (found["C.1"]["direction"], found["C.1"]["certainty"]) == ("lower", "official")
    assert found["A.2"]["weight"] == "0.5"


# ---- the workbook, read by a program that did not write it -------------------------------------------------


def test_the_workbook_opens_on_its_notes(edition: Edition) -> None:
    notes = book(tables(edition), edition).worksheets[0]

    words = " ".join(str(cell.value) for row in notes.iter_rows() for cell in row if cell.value)
    assert edition.id in words
    assert "1 October 2026" in words
    assert "1/10/2026" in words
    assert "innodex verify" in words
    for digest in edition.result.digests.values():
        assert digest in words


def test_heads_and_names_stay_in_sight_and_can_be_filtered(edition: Edition) -> None:
    for sheet in book(tables(edition), edition).worksheets[1:]:
        assert sheet.freeze_panes is not None, sheet.title
        assert sheet.auto_filter.ref, sheet.title
        widths = [dimension.width for dimension in sheet.column_dimensions.values()]
        assert min(widths) >= 8
        assert sheet.sheet_view.showGridLines is False


def test_numbers_are_numbers_at_full_precision_and_shown_as_asked(edition: Edition) -> None:
    sheet = book(tables(edition), edition).worksheets[1]
    head = next(row for row in sheet.iter_rows() if row[0].value == "Period\nKỳ")
    column = [cell.value for cell in head].index("Score\nĐiểm")

    result, root = edition.result, edition.result.node_at[edition.framework.root.code]
    body = [row for row in sheet.iter_rows(min_row=head[0].row + 1) if row[0].value]
    assert len(body) == len(result.periods) * len(result.units)
    for row in body:
        p, u = result.periods.index(row[0].value), result.units.index(row[3].value)
        # Spreadsheet programs hold fifteen digits.
        assert row[column].value == pytest.approx(result.score[p, u, root], rel=1e-14)
        assert row[column].number_format == "0.0"
        assert row[3].data_type == "s", "a code with a leading zero is text"


def test_an_estimated_value_is_shaded_and_a_missing_one_empty(edition: Edition) -> None:
    sheet = book(tables(edition), edition).worksheets[3]
    codes = next(row for row in sheet.iter_rows() if "A.2" in [cell.value for cell in row])
    column = [cell.value for cell in codes].index("A.2")
    cells = {(row[0].value, row[1].value): row[column] for row in sheet.iter_rows(min_row=codes[0].row + 3)}

    shaded = {place for place, cell in cells.items() if cell.fill.fill_type == "solid"}
    assert shaded == {("2024", "04"), ("2025", "06")}
    assert cells["2024", "06"].value is None


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+A1", "-2", "@SUM(A1)", '=HYPERLINK("http://x")', "http://example.org", "01", "\tx", "{=1}"],
)
def test_a_text_is_never_a_formula_a_link_or_a_number(name: str, edition: Edition) -> None:
    """Names come from whoever wrote the folder; a workbook must not run them."""
    unit = dataclasses.replace(edition.territory.units[0], name=Text((("vi", name), ("en", name))))
    territory = dataclasses.replace(edition.territory, units=(unit, *edition.territory.units[1:]))
    said = dataclasses.replace(edition, territory=territory)

    made = tables(said)

    cells = [cell for sheet in book(made, said) for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    named = [cell for cell in cells if cell.value == name]
    assert named
    assert {cell.data_type for cell in named} == {"s"}
    # In CSV the name is exact, too; the reference says so.
    assert name in {row["name_vi"] for row in rows(made, "ranking")}


def test_nothing_in_the_workbook_holds_the_clock(edition: Edition) -> None:
    import zipfile

    data = tables(dataclasses.replace(edition, date=None))[f"tables/{edition.id}.xlsx"]

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert {about.date_time[0] for about in packed.infolist()} == {1980}
        assert b"1980-01-01T00:00:00Z" in packed.read("docProps/core.xml")


def test_the_scores_of_all_nodes_stand_in_one_row_per_unit(edition: Edition) -> None:
    sheet = book(tables(edition), edition).worksheets[2]
    codes = next(
        row for row in sheet.iter_rows() if edition.framework.root.code in [cell.value for cell in row]
    )
    head = [cell.value for cell in codes]
    result = edition.result
    for row in sheet.iter_rows(min_row=codes[0].row + 3):
        p, u = result.periods.index(row[0].value), result.units.index(row[1].value)
        for node in ("A", "B", "C"):
            at = head.index(node)
            assert row[at].value == pytest.approx(result.score[p, u, result.node_at[node]], rel=1e-14)
            assert row[at + 1].value == result.rank[p, u, result.node_at[node]]


def test_the_tables_stand_in_the_edition(edition: Edition, tmp_path: Path) -> None:
    assert set(tables(edition)) == {path for path in edition.files if path.startswith("tables/")}
