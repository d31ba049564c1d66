"""Rules for strengths and weaknesses, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from _arrays import NAN, Array, law, tables
from innodex.engine import profile
from innodex.engine.rank import ranks

# Five units on four indicators; on the last all are level, on the third nobody but three has a figure.
SCORES = np.array([[5.0, 1, 9, 7], [4, 2, 8, 7], [3, 3, NAN, 7], [2, 4, NAN, 7], [1, 5, 7, 7]])
PLACES = ranks(SCORES, ties="min", axis=-2)


def test_a_quarter_of_the_field() -> None:
    assert profile.quarter(SCORES, PLACES, 0, share=0.25, most=5) == ((0, 2), (1,))
    assert profile.quarter(SCORES, PLACES, 1, share=0.25, most=5) == ((0,), (1,))
    assert profile.quarter(SCORES, PLACES, 2, share=0.25, most=5) == ((), ())
    assert profile.quarter(SCORES, PLACES, 0, share=0.25, most=1) == ((0,), (1,))


def test_the_best_and_the_worst_ranks() -> None:
    """Ranks of the first unit are 1, 5, 1, 1; of the last 5, 1, 3, 1."""
    assert profile.extremes(PLACES, 0, most=2, drop_last=False) == ((0, 2), (1, 3))
    assert profile.extremes(PLACES, 0, most=2, drop_last=True) == ((0, 2), (2, 0))
    assert profile.extremes(PLACES, 4, most=1, drop_last=True) == ((1,), (1,))
    assert profile.extremes(PLACES, 2, most=9, drop_last=False) == ((3, 0, 1), (1, 0, 3))


def test_too_few_different_ranks() -> None:
    """The last indicator has one rank for five units: a fifth."""
    assert profile.extremes(PLACES, 2, most=9, drop_last=False, distinct=0.2)[0] == (3, 0, 1)
    assert profile.extremes(PLACES, 2, most=9, drop_last=False, distinct=0.21)[0] == (0, 1)


def test_percentile_ranks_by_hand() -> None:
    """Ten units; percentile ranks of the first: 9/9, 6/9, 3/9, 0/9, with a tie at 6/9."""
    order = np.arange(10.0)
    places = np.stack([np.roll(order, k) + 1 for k in (0, 3, 6, 9, 3)], axis=1)
    places[0] = [1, 4, 7, 10, 4]
    leaves = np.ones(5, np.bool_)
    assert profile.percentiles(places, 0, leaves, most=2, always=0) == ((0, 1, 4), (3, 2))
    assert profile.percentiles(places, 0, leaves, most=1, always=4) == ((0, 1, 4), (3,))
    # Where half of the nodes would be both, the better half are strengths.
    assert profile.percentiles(places, 0, leaves, most=5, always=0) == ((0, 1, 4), (3, 2))
    # The limit comes from the leaves, and holds for the nodes above them.
    assert profile.percentiles(places, 0, np.array([0, 1, 0, 1, 0], bool), most=1, always=0) == (
        (0, 1, 4),
        (3,),
    )


def test_about_the_mean_of_a_group() -> None:
    x = np.array([[12.0, 5, 3], [8, 5, NAN], [10, 5, 1], [10, 5, 2]])
    sd = np.sqrt(8 / 3)
    assert profile.deviations(x, 0, times=2 / sd - 1e-9, ddof=1) == ((0,), ())
    assert profile.deviations(x, 0, times=2 / sd + 1e-9, ddof=1) == ((), ())
    assert profile.deviations(x, 1, times=1, ddof=1) == ((), (0,))
    assert profile.deviations(x, 2, times=1, ddof=1) == ((), (2,))
    assert profile.deviations(x, 0, times=1.4, ddof=0) == ((0,), ())
    assert profile.deviations(x[:1], 0, times=1, ddof=1) == ((), ())


@pytest.mark.parametrize("rule", ["quarter", "percentiles", "deviations"])
@law(tables(units=(1, 9), columns=(1, 8)), st.integers(0, 8))
def test_nothing_is_both_and_nothing_without_a_score(rule: str, x: Array, unit: int) -> None:
    unit = min(unit, len(x) - 1)
    places = ranks(x, ties="min", axis=-2)
    best, worst = {
        "quarter": lambda: profile.quarter(x, places, unit, share=0.25, most=5),
        "percentiles": lambda: profile.percentiles(
            places, unit, np.ones(x.shape[1], np.bool_), most=3, always=3
        ),
        "deviations": lambda: profile.deviations(x, unit, times=0.5, ddof=1),
    }[rule]()
    assert not set(best) & set(worst)
    assert all(not np.isnan(x[unit, at]) for at in (*best, *worst))
