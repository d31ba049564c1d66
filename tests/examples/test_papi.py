"""PAPI, 63 provinces over six years: plain sums, missing provinces, a sub-dimension that did not exist.

CECODES, VFF and UNDP, Viet Nam Provincial Governance and Public Administration Performance Index, 2011–2016.
"""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from _examples import Outcome, Table, command, compute, invented_units, made_folder, number, table, write
from _support import example, needs_shared, shared_path

FOLDER = example("papi")
YEARS = [str(year) for year in range(2011, 2017)]
TREE = table(FOLDER / "framework.csv")
PARENTS = [node["code"] for node in TREE if not node["series"]]
INDICATORS = [node["code"] for node in TREE if node["series"]]
# Codes of the statistical office: the two that are written short and the two without data.
CODES = {"TP HCM": "79", "BRVT": "77", "Bac Giang": "24", "Dong Thap": "87"}


def exists(indicator: str, year: str) -> bool:
    """Vertical accountability exchanged one sub-dimension for another in 2016."""
    if indicator == "papi_accountability_investment":
        return year <= "2015"
    return indicator != "papi_accountability_responsive" or year >= "2016"


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    shared_path("reference_public", "papi_vietnam_2011_2016", "inputs.csv")
    out = tmp_path_factory.mktemp("papi") / "out"
    data = "../shared/reference_public/papi_vietnam_2011_2016/inputs.csv"
    return command(out, "examples/papi", "--data", data)


@pytest.fixture(scope="module")
def published() -> Table:
    return table(shared_path("reference_public", "papi_vietnam_2011_2016", "expected.csv"))


def codes() -> dict[str, str]:
    """{name without marks: code} of the 63 provinces."""
    provinces = table(shared_path("domain", "provinces_63.csv"))
    return {row["name_en"]: row["code"] for row in provinces} | CODES


@needs_shared
def test_every_published_dimension_and_total(official: Outcome, published: Table) -> None:
    code = codes()
    nodes = [column for column in published[0] if column.startswith("papi_")]

    assert len(published) == 63 * 6
    assert len(nodes) == 7
    for row in published:
        for node in nodes:
            score = official.score[row["year"], code[row["prov"]], node]
            if row[node]:
                assert score == pytest.approx(float(row[node]), abs=1e-5), (row["year"], row["prov"], node)
            else:
                assert score is None, (row["year"], row["prov"], node)


@needs_shared
def test_provinces_without_data_are_missing_and_not_zero(official: Outcome) -> None:
    absent = {(CODES["Bac Giang"], "2014"), (CODES["Dong Thap"], "2014")}

    missing = {
        (unit, year)
        for (year, unit, node), score in official.score.items()
        if score is None and node in PARENTS
    }
    unranked = {
        (unit, year) for (year, unit, node), rank in official.rank.items() if rank is None and node in PARENTS
    }

    assert missing == unranked == absent
    for unit, year in absent:
        for node in INDICATORS:
            assert official.score[year, unit, node] is None
            assert official.flag[year, unit, node] == ("missing" if exists(node, year) else "not_applicable")


@needs_shared
def test_what_did_not_exist_in_a_year_is_not_applicable(official: Outcome) -> None:
    flagged = {(year, node) for (year, _, node), flag in official.flag.items() if "not_applicable" in flag}
    whole = {(year, node) for year in YEARS for node in INDICATORS if not exists(node, year)}

    assert len(whole) == 6
    assert flagged == whole
    for (year, unit, node), flag in official.flag.items():
        if not exists(node, year):
            assert flag == "not_applicable", (year, unit, node)


@needs_shared
def test_63_provinces_in_each_of_six_years(official: Outcome) -> None:
    assert {(year, unit) for year, unit, _ in official.score} == {
        (year, row["code"]) for year in YEARS for row in table(shared_path("domain", "provinces_63.csv"))
    }


@needs_shared
def test_the_best_total_ranks_first(official: Outcome, published: Table) -> None:
    code = codes()
    for year in YEARS:
        totals = {
            code[row["prov"]]: number(row["papi_unweighted"]) for row in published if row["year"] == year
        }
        there = {unit: total for unit, total in totals.items() if total is not None}
        best = max(there, key=lambda unit: there[unit])
        assert official.rank[year, best, "papi_unweighted"] == 1


def invented(units: list[str], seed: int) -> Table:
    draw = random.Random(seed)
    rows: Table = []
    for year in YEARS:
        for unit in units:
            row = {"year": year, "prov": unit}
            for node in INDICATORS:
                gap = not exists(node, year) or draw.random() < 0.01
                row[node] = "" if gap else repr(round(draw.uniform(0.25, 2.5), 6))
            rows.append(row)
    return rows


def sums(row: dict[str, str]) -> dict[str, float | None]:
    """Every score of one place and year, added up here; None is missing."""
    found: dict[str, float | None] = {
        node: number(row[node]) if exists(node, row["year"]) else None for node in INDICATORS
    }
    for node in reversed(PARENTS):  # parents stand above their children in the file
        children = [n["code"] for n in TREE if n["parent"] == node]
        asked = [found[child] for child in children if child in PARENTS or exists(child, row["year"])]
        found[node] = None if None in asked else math.fsum(x for x in asked if x is not None)
    return found


def test_invented_figures_add_up(tmp_path: Path) -> None:
    units = invented_units(30)
    rows = invented(units, seed=3)
    folder = made_folder("papi", tmp_path / "papi", units)

    outcome = compute(folder, write(tmp_path / "figures.csv", rows, list(rows[0])))

    wanted = {(row["year"], row["prov"], node): score for row in rows for node, score in sums(row).items()}
    assert set(outcome.score) == set(wanted)
    gaps = 0
    for key, score in wanted.items():
        found = outcome.score[key]
        gaps += score is None
        assert found is None if score is None else found == pytest.approx(score, abs=1e-12), key
    assert gaps > 30 * 6
    for year in YEARS:
        totals = {unit: wanted[year, unit, "papi_unweighted"] for unit in units}
        for unit, total in totals.items():
            better = sum(
                other is not None and total is not None and other > total for other in totals.values()
            )
            assert outcome.rank[year, unit, "papi_unweighted"] == (None if total is None else better + 1)


def test_a_figure_outside_validity_is_not_counted(tmp_path: Path) -> None:
    """What stands in a column of a year in which the sub-dimension did not exist changes no sum."""
    units = invented_units(5)
    rows = invented(units, seed=4)
    folder = made_folder("papi", tmp_path / "papi", units)
    before = compute(folder, write(tmp_path / "before.csv", rows, list(rows[0])))
    for row in rows:
        for node in INDICATORS:
            if not exists(node, row["year"]):
                row[node] = "1.5"

    after = compute(folder, write(tmp_path / "after.csv", rows, list(rows[0])))

    assert after.score == before.score
    assert after.flag == before.flag


def test_a_place_without_a_row_is_missing(tmp_path: Path) -> None:
    units = invented_units(6)
    rows = [row for row in invented(units, seed=5) if row["prov"] != units[2]]
    folder = made_folder("papi", tmp_path / "papi", units)

    outcome = compute(folder, write(tmp_path / "figures.csv", rows, list(rows[0])))

    for year in YEARS:
        for node in (*PARENTS, *INDICATORS):
            assert outcome.score[year, units[2], node] is None
            assert outcome.rank[year, units[2], node] is None


def test_nodes_are_named_as_the_published_columns() -> None:
    names = ["participation", "transparency", "accountability", "corruption", "procedures", "service"]

    assert ["papi_unweighted", *(f"papi_{name}" for name in names)] == PARENTS
    assert [node["code"] for node in TREE if node["parent"] == "papi_unweighted"] == PARENTS[1:]
    assert len(INDICATORS) == 23
    assert all(node["name_vi"] and node["name_en"] for node in TREE)
