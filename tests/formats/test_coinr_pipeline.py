"""From the two tables of a peer to the scores it got: import, one recipe, build (COINr 1.1.14).

`aggregate/PIPELINE.csv` of the reference set holds, for the 61 units that passed its screening, the
normalised indicators and every aggregate up to the index. Two units were screened out.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from _examples import command, number, table
from _support import ROOT, needs_shared, shared_path
from innodex.cli import main

SET = ("reference", "set_a")
RECIPE = "tests/recipes/coinr_pipeline.toml"
SCREENED = {"U17", "U44"}

pytestmark = needs_shared


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pipeline") / "index"
    inputs = shared_path(*SET, "inputs")
    tables = ["--data", str(inputs / "iData.csv"), "--meta", str(inputs / "iMeta.csv")]
    assert main(["import", "coinr", *tables, str(made)]) == 0
    return made


def near(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return abs(ours - theirs) <= 1e-9 * max(1.0, abs(theirs))


def test_the_pipeline_gives_every_score_of_the_peer(index: Path, tmp_path: Path) -> None:
    outcome = command(tmp_path / "out", str(index), "--recipe", RECIPE, "--period", "2024")

    expected = table(shared_path(*SET, "aggregate", "PIPELINE.csv"))
    assert len(expected) == 61
    nodes = [column for column in expected[0] if column != "uCode"]
    assert len(nodes) == 52 + 16 + 7 + 2 + 1
    wrong = [
        (row["uCode"], node, outcome.score["2024", row["uCode"], node], row[node])
        for row in expected
        for node in nodes
        if not near(outcome.score["2024", row["uCode"], node], number(row[node]))
    ]
    assert wrong == []


def test_the_units_screened_out_are_there_and_have_no_rank(index: Path, tmp_path: Path) -> None:
    outcome = command(tmp_path / "out", str(index), "--recipe", RECIPE, "--period", "2024")

    units = {unit for _, unit, _ in outcome.score}
    ranked = {unit for (_, unit, node), rank in outcome.rank.items() if node == "Index" and rank is not None}
    assert len(units) == 63
    assert units - ranked == SCREENED
    assert all(rank is None for (_, unit, _), rank in outcome.rank.items() if unit in SCREENED)
    listed = {row["uCode"] for row in table(shared_path(*SET, "aggregate", "PIPELINE.csv"))}
    assert listed == ranked


def test_the_ranks_are_those_of_the_peer(index: Path, tmp_path: Path) -> None:
    outcome = command(tmp_path / "out", str(index), "--recipe", RECIPE, "--period", "2024")

    expected = table(shared_path(*SET, "results", "Aggs_ranks.csv"))
    columns = [column for column in expected[0] if column in {node for _, _, node in outcome.rank}]
    assert "Index" in columns
    for row in expected:
        for node in columns:
            assert outcome.rank["2024", row["uCode"], node] == number(row[node]), (row["uCode"], node)


def test_the_recipe_says_the_weights_that_the_import_found(index: Path) -> None:
    """The weights are written twice, in the table and in the recipe: they agree."""
    import innodex

    own = innodex.read_folder(index).recipe
    other = innodex.read_folder(index, recipe=ROOT / RECIPE).recipe
    with (shared_path(*SET, "inputs", "iMeta.csv")).open(encoding="utf-8") as file:
        codes = [row["iCode"] for row in csv.DictReader(file) if row["Type"] in ("Indicator", "Aggregate")]
    assert {code: own.weight_of(code) for code in codes} == {code: other.weight_of(code) for code in codes}


@pytest.mark.parametrize("family", ["minmax", "zscore", "scaled", "goalposts", "targets"])
def test_the_recipes_of_given_parameters_scale_as_the_peer_does(
    family: str, index: Path, tmp_path: Path
) -> None:
    """The peer applied each family to imputed, untreated figures; these two steps are put before ours."""
    steps = (ROOT / RECIPE).read_text().split("\n[[steps]]\n")
    head, *own = (index / f"recipe-{family}.toml").read_text().split("\n[[steps]]\n")
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("\n[[steps]]\n".join([head, steps[1], steps[2], *own]))

    outcome = command(tmp_path / "out", str(index), "--recipe", str(recipe), "--period", "2024")

    name = {"targets": "dist2targ"}.get(family, family)
    expected = table(shared_path(*SET, "normalise", f"iMeta_n_{name}.csv"))
    wrong = [
        (row["uCode"], node, outcome.score["2024", row["uCode"], node], row[node])
        for row in expected
        for node in row
        if node != "uCode"
        and not near(outcome.score["2024", row["uCode"], node], number(row[node].replace("NA", "")))
    ]
    assert wrong == []
