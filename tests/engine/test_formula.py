"""Formulas of indicators: a ratio of series, and the points of a rubric."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import strategies as st

from _arrays import NAN, Array, close, law, quarters, tables
from innodex.engine.formula import points, ratio

figure = quarters() | st.just(NAN) | st.just(0.0)


@law(st.lists(st.tuples(figure, figure), min_size=1, max_size=8), st.sampled_from([1, 100, 10_000]))
def test_a_ratio_is_that_of_exact_fractions(pairs: list[tuple[float, float]], scale: int) -> None:
    top, bottom = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])
    wanted = [
        NAN if math.isnan(a) or math.isnan(b) or b == 0 else float(Fraction(a) / Fraction(b) * scale)
        for a, b in pairs
    ]
    close(ratio(top, bottom, scale=scale), wanted, 1e-12)


@law(tables(gaps=False, figures=quarters(1, 1000)), st.integers(2, 9))
def test_a_ratio_does_not_depend_on_the_unit_of_both(x: Array, factor: int) -> None:
    close(ratio(factor * x, factor * x[:, :1], scale=100), ratio(x, x[:, :1], scale=100), 1e-12)


@law(tables(columns=(1, 6)))
def test_points_are_the_sum_and_missing_if_one_is(x: Array) -> None:
    for row, found in zip(x.tolist(), points(x).tolist(), strict=True):
        assert found == pytest.approx(math.fsum(row), nan_ok=True)
        assert math.isnan(found) == any(map(math.isnan, row))


def test_by_hand() -> None:
    """14 patents of 56 000 inhabitants are 25 of 100 000."""
    close(ratio(np.array([14.0, 0.0, 3.0]), np.array([56_000.0, 5.0, 0.0]), scale=100_000), [25, 0, NAN])
    close(points(np.array([[[2.0, 0.0, 1.5]], [[0.0, 0.0, NAN]]])), [[3.5], [NAN]])
