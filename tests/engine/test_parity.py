"""The same numbers as an independent program: COINr 1.1.14 (R), on ten made-up units.

Where the methods overlap: a ratio of series, min–max, z-scores with n − 1, arithmetic and geometric means
with unequal weights, and ranks. The README of the reference names COINr's formulas.
"""

from __future__ import annotations

import csv

import numpy as np
import numpy.typing as npt
import pytest

from _arrays import NAN, Array, close
from _support import needs_shared, shared_path
from innodex.engine import aggregate, formula, normalise, rank, weigh

pytestmark = needs_shared

INDICATORS = ["X1", "X2", "X3", "X4", "X5", "X6"]
SIGNS = np.array([1.0, 1, -1, 1, 1, 1])
PILLARS = {"PA": ["X1", "X2", "X3"], "PB": ["X4", "X5", "X6"]}
WEIGHTS = {"X1": 1.0, "X2": 1.0, "X3": 2.0, "X4": 1.0, "X5": 1.0, "X6": 0.5, "PA": 1.0, "PB": 2.0}


def rows(name: str) -> dict[str, dict[str, str]]:
    path = shared_path("reference", "small", name)
    with path.open(encoding="utf-8", newline="") as file:
        return {row["uCode"]: row for row in csv.DictReader(file)}


def array(name: str, columns: list[str]) -> Array:
    """(unit, column), units in the order of their codes."""
    table = rows(name)
    cells = [[table[unit][column] for column in columns] for unit in sorted(table)]
    return np.array([[NAN if cell == "NA" else float(cell) for cell in row] for row in cells])


def treated() -> Array:
    return array("05_treat_default.csv", INDICATORS)


def every(x: Array) -> npt.NDArray[np.bool_]:
    return np.ones((1, x.shape[1]), np.bool_)


def weights(codes: list[str]) -> Array:
    return np.array([WEIGHTS[code] for code in codes])


def test_weights_are_those_of_the_reference() -> None:
    path = shared_path("reference", "small", "inputs", "iMeta.csv")
    with path.open(encoding="utf-8", newline="") as file:
        given = {row["iCode"]: row for row in csv.DictReader(file)}
    for code, weight in WEIGHTS.items():
        assert float(given[code]["Weight"]) == weight
    assert [float(given[code]["Direction"]) for code in INDICATORS] == SIGNS.tolist()


def test_ratios() -> None:
    given = array("inputs/iData.csv", ["X4", "Pop"])
    close(
        formula.ratio(given[:, 0], given[:, 1], scale=1), array("01_denominated.csv", ["X4"])[:, 0].tolist()
    )


def test_minmax_from_0_to_100() -> None:
    found = normalise.minmax(treated(), SIGNS, low=0, high=100, constant=NAN)
    close(found, array("06_norm_minmax_0_100.csv", INDICATORS))


def test_minmax_from_1_to_100() -> None:
    found = normalise.minmax(treated(), SIGNS, low=1, high=100, constant=NAN)
    close(found, array("06_norm_minmax_1_100.csv", INDICATORS))


def test_zscores() -> None:
    found = normalise.zscore(treated(), SIGNS, ddof=1, centre=0, spread=1, constant=NAN)
    close(found, array("06_norm_zscore.csv", INDICATORS))


@pytest.mark.parametrize("name", ["07_a_amean.csv", "07_a_gmean.csv"])
def test_means_level_by_level(name: str) -> None:
    score: dict[str, Array] = dict(zip(INDICATORS, array(name, INDICATORS).T, strict=True))
    for parent, children in {**PILLARS, "Index": ["PA", "PB"]}.items():
        x = np.stack([score[child] for child in children], axis=-1)
        if "amean" in name:
            score[parent] = aggregate.arithmetic(x, weights(children), every(x))
        else:
            score[parent] = aggregate.geometric(x, weights(children), every(x), nonpositive=NAN)
        close(score[parent], array(name, [parent])[:, 0])


def test_ranks_of_full_scores() -> None:
    scores, ranks = (
        array(f"09_results_{name}.csv", ["Index", "PA", "PB"]) for name in ("full_scores", "ranks")
    )
    for at in range(3):
        rounded = rank.to_significant(scores[:, at], digits=12)
        np.testing.assert_array_equal(rank.ranks(rounded, ties="min"), ranks[:, at])


def test_ranks_within_groups() -> None:
    scores = rows("09_results_full_scores.csv")
    groups = rows("09_results_group_ranks.csv")
    for group in {row["Area3"] for row in groups.values()}:
        units = sorted(unit for unit, row in groups.items() if row["Area3"] == group)
        for code in ("Index", "PA", "PB"):
            found = rank.ranks(np.array([float(scores[unit][code]) for unit in units]), ties="min")
            assert found.tolist() == [float(groups[unit][code]) for unit in units]


def test_effective_weights() -> None:
    path = shared_path("reference", "small", "10_effective_weights.csv")
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    wanted = {row["iCode"]: float(row["EffWeight"]) for row in table}
    top = dict(zip(PILLARS, weigh.shares(weights(list(PILLARS)), np.ones(2, np.bool_)), strict=True))
    for pillar, children in PILLARS.items():
        assert top[pillar] == pytest.approx(wanted[pillar], abs=1e-9)
        for child, share in zip(children, weigh.shares(weights(children), np.ones(3, np.bool_)), strict=True):
            assert top[pillar] * share == pytest.approx(wanted[child], abs=1e-9)
    assert sum(wanted[code] for code in INDICATORS) == pytest.approx(1.0)
