"""Ranks against counting by hand, and rounding against decimal arithmetic."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal

import numpy as np
import pytest
from hypothesis import strategies as st

from _arrays import NAN, Array, law, tables
from innodex.engine.rank import ranks, ranks_among, to_decimals, to_significant

Ties = Literal["min", "max", "dense", "mean"]
TIES: tuple[Ties, ...] = ("min", "max", "dense", "mean")

score = st.integers(-3, 3).map(float) | st.floats(-1e6, 1e6, width=32) | st.just(NAN)
scores = st.lists(score, max_size=12)
# Figures as people write them: up to six digits, up to four of them behind the point.
written = st.builds(
    lambda n, power: Decimal(n).scaleb(-power), st.integers(-999_999, 999_999), st.integers(0, 4)
)


def place(own: float, field: list[float], ties: Ties) -> float:
    """The place of one score, counted one by one."""
    if math.isnan(own):
        return NAN
    there = [other for other in field if not math.isnan(other)]
    better, level = sum(other > own for other in there), sum(other == own for other in there)
    return {
        "min": better + 1,
        "max": better + level,
        "mean": sum(range(better + 1, better + level + 1)) / level,
        "dense": len({other for other in there if other > own}) + 1,
    }[ties]


def same(found: list[float], wanted: list[float]) -> None:
    np.testing.assert_array_equal(np.array(found), np.array(wanted))


@pytest.mark.parametrize("ties", TIES)
@law(field=scores)
def test_ranks_are_counted(ties: Ties, field: list[float]) -> None:
    same(ranks(np.array(field), ties=ties).tolist(), [place(own, field, ties) for own in field])


@pytest.mark.parametrize("ties", TIES)
@law(field=scores, seed=st.integers(0, 99))
def test_order_of_units_is_irrelevant(ties: Ties, field: list[float], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(field))
    x = np.array(field)
    same(ranks(x[order], ties=ties).tolist(), ranks(x, ties=ties)[order].tolist())


@law(scores)
def test_mean_ranks_add_up_as_if_there_were_no_ties(field: list[float]) -> None:
    there = sum(not math.isnan(x) for x in field)
    assert np.nansum(ranks(np.array(field), ties="mean")) == there * (there + 1) / 2


@law(scores)
def test_kinds_of_ties_are_in_order(field: list[float]) -> None:
    x = np.array([own for own in field if not math.isnan(own)])
    dense, least, mean, most = (ranks(x, ties=ties) for ties in ("dense", "min", "mean", "max"))
    assert ((dense <= least) & (least <= mean) & (mean <= most)).all()


def test_by_hand() -> None:
    field = np.array([7.0, 9.0, NAN, 7.0, 7.0, 1.0, 9.0])
    same(ranks(field, ties="min").tolist(), [3, 1, NAN, 3, 3, 6, 1])
    same(ranks(field, ties="max").tolist(), [5, 2, NAN, 5, 5, 6, 2])
    same(ranks(field, ties="dense").tolist(), [2, 1, NAN, 2, 2, 3, 1])
    same(ranks(field, ties="mean").tolist(), [4, 1.5, NAN, 4, 4, 6, 1.5])


def test_minus_zero_ties_with_zero() -> None:
    same(ranks(np.array([0.0, -0.0]), ties="min").tolist(), [1, 1])


@pytest.mark.parametrize("ties", TIES)
@law(tables(units=(1, 9), columns=(1, 5)))
def test_columns_are_ranked_each_by_itself(ties: Ties, x: Array) -> None:
    found = ranks(np.stack([x, -x]), ties=ties, axis=-2)
    for layer, own in zip(found, (x, -x), strict=True):
        for at in range(x.shape[1]):
            same(layer[:, at].tolist(), ranks(own[:, at], ties=ties).tolist())


@pytest.mark.parametrize(("units", "columns"), [(300_000, 10), (70, 9_000), (3, 200_000)])
def test_a_field_too_large_for_one_block(units: int, columns: int) -> None:
    """Whole numbers below 50 are full of ties; their places are counted from how often each occurs."""
    x = np.random.default_rng(5).integers(0, 50, (units, columns)).astype(np.float64)
    x[0, 0] = NAN
    found = ranks(x, ties="min", axis=-2)
    for at in (0, 1, columns // 2, columns - 1):
        there = x[~np.isnan(x[:, at]), at].astype(int)
        often = np.bincount(there, minlength=50)
        above = often[::-1].cumsum()[::-1] - often
        same(found[~np.isnan(x[:, at]), at].tolist(), (above[there] + 1).tolist())
    assert np.isnan(found[0, 0])


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("step", [1, 3, 1e9])
def test_scores_that_differ_in_their_last_bits_alone_keep_their_order(ties: Ties, step: float) -> None:
    """The number of the unit takes the last bits of the sorted key: what they said must not be lost."""
    last = (np.random.default_rng(2).integers(0, 400, 1000) * step).astype(np.int64)
    x = (last + np.float64(50).view(np.int64)).view(np.float64)
    x[:3] = [np.inf, -np.inf, NAN]
    same(ranks(x, ties=ties).tolist(), [place(own, x.tolist(), ties) for own in x.tolist()])


@pytest.mark.parametrize("ties", TIES)
@law(field=scores, own=score)
def test_a_place_in_brackets_is_the_one_it_would_take(ties: Ties, field: list[float], own: float) -> None:
    found = ranks_among(np.array([own, NAN]), np.array(field), ties=ties)
    same(found.tolist(), [place(own, [*field, own], ties), NAN])


def test_a_place_in_brackets_is_found_by_the_digits_of_the_field() -> None:
    """1234 is level with 1230 to three digits of 9870, though not to three of itself and more."""
    field = np.array([9870.0, 1230.0, 1.0])
    same(ranks_among(np.array([1234.0, 99_994.0]), field, ties="max", digits=3).tolist(), [3, 1])
    same(ranks_among(np.array([1234.0]), field, ties="min", decimals=0).tolist(), [2])


@law(field=scores, digits=st.integers(1, 15))
def test_rounding_while_ranking_is_rounding_before(field: list[float], digits: int) -> None:
    x = np.array(field)
    same(
        ranks(x, ties="min", digits=digits).tolist(),
        ranks(to_significant(x, digits=digits), ties="min").tolist(),
    )
    half = {"decimals": digits % 4, "half_up": True}
    same(ranks(x, ties="min", **half).tolist(), ranks(to_decimals(x, **half), ties="min").tolist())  # type: ignore[arg-type]


# ---- rounding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("half_up", [False, True])
@law(figures=st.lists(written, min_size=1, max_size=6), decimals=st.integers(0, 4))
def test_decimals_are_those_of_decimal_arithmetic(
    half_up: bool, figures: list[Decimal], decimals: int
) -> None:
    found = to_decimals(np.array([float(x) for x in figures]), decimals=decimals, half_up=half_up)
    rounding = ROUND_HALF_UP if half_up else ROUND_HALF_EVEN
    wanted = [float(x.quantize(Decimal(1).scaleb(-decimals), rounding)) for x in figures]
    same(found.tolist(), wanted)


@law(figures=st.lists(written, min_size=1, max_size=6), digits=st.integers(1, 12))
def test_significant_digits_are_counted_from_the_largest(figures: list[Decimal], digits: int) -> None:
    found = to_significant(np.array([float(x) for x in figures]), digits=digits)
    largest = max(abs(x) for x in figures)
    power = largest.adjusted() - digits + 1
    wanted = [float(x.quantize(Decimal(1).scaleb(power), ROUND_HALF_EVEN)) if largest else 0 for x in figures]
    np.testing.assert_allclose(found, wanted, rtol=1e-15, atol=0)


@law(st.lists(written, min_size=1, max_size=6))
def test_rounded_scores_are_level_exactly_when_decimals_are(figures: list[Decimal]) -> None:
    found = to_decimals(np.array([float(x) for x in figures]), decimals=2, half_up=True).tolist()
    rounded = [x.quantize(Decimal("0.01"), ROUND_HALF_UP) for x in figures]
    for a, one in zip(found, rounded, strict=True):
        for b, other in zip(found, rounded, strict=True):
            assert (a > b) == (one > other)


def test_halves_by_hand() -> None:
    """1.005 and 0.285 are stored a little beside the half that is written; −0.5 goes away from zero."""
    x = np.array([1.005, 0.285, 2.675, -2.675])
    same(to_decimals(x, decimals=2, half_up=True).tolist(), [1.01, 0.29, 2.68, -2.68])
    same(to_decimals(x, decimals=2, half_up=False).tolist(), [1.0, 0.28, 2.68, -2.68])
    same(to_decimals(np.array([-0.5, 0.5, 1.5]), decimals=0, half_up=True).tolist(), [-1, 1, 2])


def test_missing_stays_missing_through_rounding() -> None:
    x = np.array([NAN, 1.26, NAN])
    same(to_decimals(x, decimals=1, half_up=True).tolist(), [NAN, 1.3, NAN])
    same(to_significant(x, digits=2).tolist(), [NAN, 1.3, NAN])
    same(to_significant(np.array([NAN, NAN]), digits=2).tolist(), [NAN, NAN])


def test_a_last_bit_moves_no_rank() -> None:
    third = np.array([0.1 + 0.2, 0.3, 0.25])
    assert third[0] != third[1]
    same(ranks(to_significant(third, digits=12), ties="min").tolist(), [1, 1, 3])


@pytest.mark.parametrize("size", [1e-320, 1e-300, 1e-50, 1e50, 1e300])
def test_very_small_and_very_large_scores_keep_their_order(size: float) -> None:
    x = np.array([3.0, 1.0, 2.0, 2.0]) * size
    same(ranks(to_significant(x, digits=12), ties="min").tolist(), [1, 4, 2, 2])
