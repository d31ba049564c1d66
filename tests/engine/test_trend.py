"""Growth and trend: by hand, against NumPy's own fit, and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from _arrays import NAN, close, law
from innodex.engine.trend import ends, growth, percent_change, slope

YEARS = np.array([2020.0, 2021.0, 2022.0])
ONE_MISSING = [NAN, 2.0, 4.0]


@pytest.mark.parametrize(
    ("x", "rate"),
    [
        ([1, 2, 4], 1.0), ([3, NAN, 3], 0.0), ([0, 2, 4], np.inf), ([-1, 2, 4], NAN), ([NAN, 5, NAN], NAN),
        ([NAN] * 3, NAN), (ONE_MISSING, 1.0), ([4, 2, 1], -0.5), ([4, 1, 0], -1.0),
        ([-4, -1, -8], NAN), ([4, 1, -8], NAN),
    ],
)  # fmt: skip
def test_growth_by_hand(x: list[float], rate: float) -> None:
    """(last / first)^(1 / years) − 1; years are those between the first and the last figure."""
    close(growth(np.array(x, float), YEARS), np.array(rate), 1e-12)


def test_years_between_are_counted_not_periods() -> None:
    close(growth(np.array([1.0, 4.0]), np.array([2020.0, 2022.0])), np.array(1.0), 1e-12)
    close(percent_change(np.array([1.0, 4.0]), np.array([2020.0, 2022.0])), np.array(150.0), 1e-12)


def test_percent_change_by_hand() -> None:
    """1, 2, 4: the line is 5/6 + 3/2 t, so 180 per cent a year of where it sets out."""
    close(percent_change(np.array([1.0, 2, 4]), YEARS), np.array(180.0), 1e-12)
    close(percent_change(np.array([2.0, 2, 2]), YEARS), np.array(0.0))
    close(percent_change(np.array([0.0, 0, 0]), YEARS), np.array(0.0))
    close(percent_change(np.array([-3.0, 0, 3]), YEARS), np.array(NAN))


def test_ends_know_their_years() -> None:
    found = ends(np.array([[NAN, 1.0, NAN], [2, NAN, NAN], [4, 3, NAN]]), YEARS)
    close(found.first, np.array([2, 1, NAN]))
    close(found.last, np.array([4, 3, NAN]))
    close(found.start, np.array([2021, 2020, NAN]))
    close(found.end, np.array([2022, 2022, NAN]))
    close(found.share, np.array([2 / 3, 2 / 3, 0]))


FIGURES = st.lists(st.one_of(st.none(), st.integers(-50, 50)), min_size=2, max_size=8)


@law(FIGURES, st.integers(1, 3))
def test_the_line_is_that_of_numpy(figures: list[int | None], gap: int) -> None:
    times = np.arange(2000.0, 2000 + gap * len(figures), gap)
    x = np.array([NAN if one is None else one for one in figures], float)
    there = ~np.isnan(x)
    assume(there.sum() > 1)

    change, start = slope(x, times)

    line = np.polynomial.Polynomial.fit(times[there], x[there], 1)
    close(change, np.array(line.deriv()(0.0)), 1e-8)
    close(start, np.array(line(times[there][0])), 1e-8)


@law(st.lists(st.integers(1, 50), min_size=2, max_size=6), st.integers(1, 9), st.integers(-30, 30))
def test_units_and_the_year_zero_are_irrelevant(figures: list[int], factor: int, shift: int) -> None:
    x, times = np.array(figures, float), np.arange(2000.0, 2000 + len(figures))
    for measure in (growth, percent_change):
        close(measure(x * factor, times + shift), measure(x, times), 1e-9)


@law(st.floats(-0.5, 2.0), st.integers(2, 8))
def test_growth_of_a_steady_series_is_its_rate(rate: float, years: int) -> None:
    x = (1 + rate) ** np.arange(years)
    close(growth(x, np.arange(years, dtype=float)), np.array(rate), 1e-9)
