"""The Human Development Index: every published value and rank of 2022, and invented figures.

UNDP, Human Development Report 2023/2024, technical note 1 and table 1.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pytest

import innodex
from _examples import (
    HDI_COLUMNS,
    Outcome,
    Table,
    command,
    compute,
    hdi_figures,
    invented_units,
    made_folder,
    table,
    write,
)
from _support import example, needs_shared, shared_path

PERIOD = "2022"
POSTS = {"le": (20, 85), "eys": (0, 18), "mys": (0, 15)}


def expected(row: dict[str, str]) -> dict[str, float | None]:
    """The scores of one country by technical note 1, without the package; None is missing."""
    found: dict[str, float | None] = {}
    for series, (lower, upper) in POSTS.items():
        held = min(max(float(row[series]), lower), upper) if row[series] else None
        found[series] = None if held is None else (held - lower) / (upper - lower)
    income = min(max(float(row["gnipc"]), 100), 75_000) if row["gnipc"] else None
    found["gnipc"] = None if income is None else (math.log(income) - math.log(100)) / math.log(750)
    found["health"], found["income"] = found["le"], found["gnipc"]
    schooling = [found["eys"], found["mys"]]
    found["education"] = None if None in schooling else sum(x for x in schooling if x is not None) / 2
    parts = [found["health"], found["education"], found["income"]]
    found["hdi"] = None if None in parts else math.prod(x for x in parts if x is not None) ** (1 / 3)
    return found


def printed(score: float) -> Decimal:
    """A value as printed, three decimals; what lies behind fifteen digits is the machine's."""
    return Decimal(f"{score:.15g}").quantize(Decimal("0.001"), ROUND_HALF_EVEN)


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    shared_path("reference_public", "hdi_2022", "inputs.csv")
    out = tmp_path_factory.mktemp("hdi") / "out"
    return command(out, "examples/hdi", "--data", "../shared/reference_public/hdi_2022/inputs.csv")


@pytest.fixture(scope="module")
def published() -> Table:
    return table(shared_path("reference_public", "hdi_2022", "expected.csv"))


@needs_shared
def test_every_published_value(official: Outcome, published: Table) -> None:
    index = official.of_node("hdi")

    assert len(published) == 193
    assert set(index) == {(PERIOD, row["iso3"]) for row in published}
    for row in published:
        score = index[PERIOD, row["iso3"]][0]
        assert score is not None
        assert printed(score) == Decimal(row["hdi"]).quantize(Decimal("0.001")), row["iso3"]


@needs_shared
def test_every_published_rank(official: Outcome, published: Table) -> None:
    index = official.of_node("hdi")

    assert {row["iso3"]: index[PERIOD, row["iso3"]][1] for row in published} == {
        row["iso3"]: float(row["hdi_rank"]) for row in published
    }


@needs_shared
def test_scores_are_written_unrounded(official: Outcome) -> None:
    rows = table(shared_path("reference_public", "hdi_2022", "inputs.csv"))

    for row in rows:
        for node, score in expected(row).items():
            assert official.score[PERIOD, row["iso3"], node] == pytest.approx(score, abs=1e-14)


@needs_shared
def test_figures_beyond_a_goalpost_are_flagged(official: Outcome) -> None:
    rows = table(shared_path("reference_public", "hdi_2022", "inputs.csv"))
    tops = {"le": 85, "eys": 18, "mys": 15, "gnipc": 75_000}

    capped = {key[1:] for key, flag in official.flag.items() if flag == "capped"}

    assert capped == {(r["iso3"], s) for r in rows for s, top in tops.items() if float(r[s]) > top}
    assert len(capped) > 10


@pytest.mark.parametrize("seed", range(5))
def test_invented_figures_follow_the_technical_note(tmp_path: Path, seed: int) -> None:
    """The same arithmetic in plain Python, with gaps and with figures beyond the goalposts."""
    units = invented_units(180)
    rows = hdi_figures(units, seed, gaps=0.03)
    folder = made_folder("hdi", tmp_path / "hdi", units)
    data = write(tmp_path / "figures.csv", rows, HDI_COLUMNS)

    outcome = compute(folder, data)

    wanted = {(row["iso3"], node): score for row in rows for node, score in expected(row).items()}
    assert {key[1:] for key in outcome.score} == set(wanted)
    for (unit, node), score in wanted.items():
        found = outcome.score[PERIOD, unit, node]
        assert found is None if score is None else found == pytest.approx(score, abs=1e-13), (unit, node)
    index = {
        unit: printed(score) for (unit, node), score in wanted.items() if node == "hdi" and score is not None
    }
    assert 100 < len(index) < 180
    for unit in units:
        rank = 1 + sum(other > index[unit] for other in index.values()) if unit in index else None
        assert outcome.rank[PERIOD, unit, "hdi"] == rank


def test_a_gap_is_missing_all_the_way_up(tmp_path: Path) -> None:
    rows = hdi_figures(units := invented_units(3), seed=1)
    rows[0]["mys"] = ""
    rows[1]["le"] = "NA"
    folder = made_folder("hdi", tmp_path / "hdi", units)

    outcome = compute(folder, write(tmp_path / "figures.csv", rows, HDI_COLUMNS))

    missing = {key[1:] for key, score in outcome.score.items() if score is None}
    assert missing == {
        ("Q000", "mys"), ("Q000", "education"), ("Q000", "hdi"),
        ("Q001", "le"), ("Q001", "health"), ("Q001", "hdi"),
    }  # fmt: skip
    assert missing == {key[1:] for key, rank in outcome.rank.items() if rank is None}
    assert outcome.flag[PERIOD, "Q000", "mys"] == outcome.flag[PERIOD, "Q001", "le"] == "missing"


def test_without_data_the_rest_is_checked() -> None:
    checked = innodex.check_folder(example("hdi"))

    assert checked.faults == checked.warnings == ()
    assert not checked.has_data
