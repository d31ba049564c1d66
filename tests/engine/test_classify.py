"""Classes of scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from _arrays import NAN, Array, column, law, tables
from innodex.engine import classify


@pytest.mark.parametrize(("above", "wanted"), [(True, [1, 2, 2, 3, 3, 0]), (False, [1, 1, 2, 2, 3, 0])])
def test_a_score_at_a_limit_goes_the_way_that_was_said(above: bool, wanted: list[int]) -> None:
    found = classify.by_thresholds(column(49, 50, 60, 75, 80, NAN), [50, 75], above=above)
    assert found[:, 0].tolist() == wanted


@law(tables(units=(1, 20), columns=(1, 3)), st.integers(2, 6), st.booleans())
def test_classes_follow_the_order_of_scores(x: Array, count: int, above: bool) -> None:
    found = classify.by_quantiles(x, count=count, above=above)
    np.testing.assert_array_equal(found == 0, np.isnan(x))
    assert found.max() <= count
    for at in range(x.shape[1]):
        order = np.argsort(x[:, at], kind="stable")[: (~np.isnan(x[:, at])).sum()]
        assert (np.diff(found[order, at]) >= 0).all()
        level = np.diff(x[order, at]) == 0
        assert (np.diff(found[order, at])[level] == 0).all()


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7])
def test_without_ties_classes_differ_by_one_unit_at_most(count: int) -> None:
    x = np.random.default_rng(0).permutation(63).astype(np.float64)[:, None]
    sizes = np.bincount(classify.by_quantiles(x, count=count, above=True)[:, 0])[1:]
    assert len(sizes) == count
    assert sizes.max() - sizes.min() <= 1


def test_cuts_come_from_the_sample_alone() -> None:
    x = column(1, 2, 3, 4, 100)
    sample = column(1, 2, 3, 4, NAN)
    assert classify.by_quantiles(x, count=2, above=True, sample=sample)[:, 0].tolist() == [1, 1, 2, 2, 2]
