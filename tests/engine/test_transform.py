"""Denominating and transforming: by hand, and what may never change."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import strategies as st

from _arrays import NAN, close, law, tables
from innodex.engine import transform

figures = tables(figures=st.integers(-40, 400).map(lambda n: n / 4))
RISING = {
    "log": lambda x: transform.log(x, base=math.e, shift=1),
    "root": lambda x: transform.power(x, exponent=0.5),
    "square": lambda x: transform.power(x, exponent=2),
    "logit": lambda x: transform.logit(x, whole=101),
    "asinh": lambda x: transform.asinh(x, unit=3),
    "linear": lambda x: transform.linear(x, factor=0.25, shift=-3),
}


def test_per_ten_thousand_people() -> None:
    """27 patents among 90,000 people are 3 per 10,000; among nobody they are no rate at all."""
    assert transform.per(np.array([27.0]), np.array([90_000.0]), scale=10_000) == pytest.approx(3)
    assert np.isnan(transform.per(np.array([27.0, NAN, 1]), np.array([0, 5, NAN]), scale=1)).all()


def test_a_share_of_output_in_per_cent() -> None:
    close(transform.per(np.array([[12.0], [3.0]]), np.array([[400.0], [300.0]]), scale=100), [[3], [1]])


def test_logarithms_are_exact_at_powers_of_their_base() -> None:
    assert transform.log(np.array([1e15, 1000.0]), base=10, shift=0).tolist() == [15, 3]
    assert transform.log(np.array([8.0, 2.0**40]), base=2, shift=0).tolist() == [3, 40]
    assert transform.log(np.array([math.e - 1, 0.0]), base=math.e, shift=1) == pytest.approx([1, 0])


@pytest.mark.parametrize("outside", [0.0, -1.0])
def test_what_has_no_logarithm_is_missing(outside: float) -> None:
    assert np.isnan(transform.log(np.array([outside]), base=10, shift=0)).all()


def test_odds() -> None:
    """Three quarters are odds of three to one; nothing and all have none."""
    found = transform.logit(np.array([75.0, 25, 0, 100, 101, -1]), whole=100)

    assert found[:2] == pytest.approx([math.log(3), -math.log(3)])
    assert np.isnan(found[2:]).all()


def test_asinh_is_a_logarithm_far_from_zero() -> None:
    """asinh(x) tends to ln(2x): at 1000 units of measurement the two agree to seven digits."""
    assert transform.asinh(np.array([5000.0]), unit=5) == pytest.approx([math.log(2000)], rel=1e-7)


def test_gap_on_either_side() -> None:
    assert transform.gap(np.array([0.5, 2, 6]), target=2).tolist() == [1.5, 0, 4]


@pytest.mark.parametrize("name", RISING)
@law(figures)
def test_order_stays(name: str, x: np.ndarray) -> None:  # type: ignore[type-arg]
    y = RISING[name](x)
    there = ~np.isnan(y)

    assert not (there & np.isnan(x)).any()
    assert (np.diff(y[there][np.argsort(x[there], kind="stable")]) >= 0).all()
