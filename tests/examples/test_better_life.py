"""The Better Life Index: the 56 printed numbers of a study of rank shifts, through the command line.

Nguyen, Gigliarano and Ciommi, giniCI 0.1.3 (R), the vignette's table on the data set `bli` (OECD Better Life
Index).
"""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import numpy as np
import pytest

from _examples import Outcome, Table, command, table
from _support import needs_shared, shared_path
from innodex.cli import main

FOLDER = "tests/recipes/better-life"
DATA = ("reference_public", "gini_bli_rank_shift", "inputs.csv")
YEARS = ("2014", "2015", "2016", "2017")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("better-life")


@pytest.fixture(scope="module")
def outcomes(base: Path) -> dict[str, Outcome]:
    data = str(shared_path(*DATA))
    return {
        name: command(base / name, FOLDER, "--data", data, "--recipe", f"{FOLDER}/{name}.toml")
        for name in ("gini", "reciprocal")
    }


@pytest.fixture(scope="module")
def printed() -> Table:
    return table(shared_path("reference_public", "gini_bli_rank_shift", "expected_summary.csv"))


def ranks(outcome: Outcome, year: str) -> dict[str, float]:
    found = {unit: rank for (period, unit), (_, rank) in outcome.of_node("BLI").items() if period == year}
    assert None not in found.values()
    return found  # type: ignore[return-value]


def summary(reference: dict[str, float], alternative: dict[str, float]) -> dict[str, float]:
    """What the study prints of one year; the first and last ten are those of the alternative."""
    shift = {unit: reference[unit] - alternative[unit] for unit in alternative}
    order = sorted(alternative, key=lambda unit: alternative[unit])
    found = {"n_units": float(len(shift))}
    quarters = np.quantile(list(shift.values()), [0, 0.25, 0.5, 0.75, 1])
    for name, value in zip(("min", "q1", "median", "q3", "max"), quarters.tolist(), strict=True):
        found[f"shift_{name}"] = value
    found["shift_mean"] = fmean(shift.values())
    for name, units in (("all", order), ("top10", order[:10]), ("bottom10", order[-10:])):
        found[f"avg_shift_{name}"] = fmean(abs(shift[unit]) for unit in units)
        found[f"pct_equal_{name}"] = 100 * fmean(shift[unit] == 0 for unit in units)
    places = [[-rank[unit] for unit in order] for rank in (reference, alternative)]
    levels = [np.quantile(one, np.linspace(0, 1, 11)) for one in places]
    tenths = [np.searchsorted(level[1:-1], one, "left") for level, one in zip(levels, places, strict=True)]
    found["avg_shift_10quantile"] = float(np.mean(np.abs(tenths[0] - tenths[1])))
    return found


@needs_shared
@pytest.mark.parametrize("year", YEARS)
def test_every_printed_number(outcomes: dict[str, Outcome], printed: Table, year: str) -> None:
    found = summary(ranks(outcomes["gini"], year), ranks(outcomes["reciprocal"], year))

    assert len(printed) == 14
    assert {row["measure"] for row in printed} == set(found)
    for row in printed:
        decimals = 4 if row["measure"] == "avg_shift_10quantile" else 3
        if row["measure"].startswith("pct"):
            decimals = 2
        wanted = float(row[year])
        assert abs(found[row["measure"]] - wanted) <= 0.5000001 * 10**-decimals, row["measure"]


@needs_shared
def test_diff_tells_the_same_shifts(outcomes: dict[str, Outcome], printed: Table, base: Path) -> None:
    moved = base / "moved.csv"
    assert main(["diff", str(base / "gini"), str(base / "reciprocal"), "--out", str(moved)]) == 0

    shifts: dict[str, list[float]] = {}
    for row in table(moved):
        if row["node"] == "BLI":
            shifts.setdefault(row["period_after"], []).append(float(row["places_gained"]))
    wanted = {row["measure"]: row for row in printed}
    assert set(shifts) == set(YEARS)
    for year, found in shifts.items():
        assert len(found) == 36
        assert (min(found), max(found)) == (
            float(wanted["shift_min"][year]),
            float(wanted["shift_max"][year]),
        )
        assert round(fmean(map(abs, found)), 3) == float(wanted["avg_shift_all"][year])
        assert round(100 * fmean(one == 0 for one in found), 2) == float(wanted["pct_equal_all"][year])


@needs_shared
def test_nobody_shares_a_place(outcomes: dict[str, Outcome]) -> None:
    for outcome in outcomes.values():
        for year in YEARS:
            assert sorted(ranks(outcome, year).values()) == list(range(1, 37))
