"""Aggregation: laws, and examples worked out by hand or published.

Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 6.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import strategies as st

from _arrays import NAN, Array, close, law, quarters, tables
from innodex.engine.aggregate import arithmetic, enough, geometric, total

Mask = npt.NDArray[np.bool_]
Mean = Callable[[Array, Array, Mask], Array]

MEANS: dict[str, Mean] = {
    "arithmetic": arithmetic,
    "geometric": lambda x, w, there: geometric(x, w, there, nonpositive=NAN),
}
every_mean = pytest.mark.parametrize("mean", MEANS.values(), ids=MEANS)
POSITIVE = quarters(1, 1000)


def every(x: Array) -> Mask:
    return np.ones((1, x.shape[-1]), np.bool_)


@st.composite
def weighed(
    draw: st.DrawFn, figures: st.SearchStrategy[float] = POSITIVE, gaps: bool = True
) -> tuple[Array, Array, Mask]:
    """Figures, weights of which some are zero and at least one is not, and which children apply."""
    x = draw(tables(units=(1, 6), columns=(1, 5), figures=figures, gaps=gaps))
    size = x.shape[1]
    weights = draw(
        st.lists(st.sampled_from([0.0, 0.25, 1.0, 2.0, 3.5]), min_size=size, max_size=size).filter(any)
    )
    applies = draw(st.lists(st.sampled_from([True, True, False]), min_size=size, max_size=size))
    return x, np.array(weights), np.array([applies])


def counted(row: list[float], weights: list[float], applies: list[bool]) -> list[tuple[float, float]]:
    return [
        (weight, figure)
        for figure, weight, there in zip(row, weights, applies, strict=True)
        if there and weight > 0 and not math.isnan(figure)
    ]


@law(weighed(quarters()))
def test_arithmetic_is_the_weighted_mean_of_what_is_there(case: tuple[Array, Array, Mask]) -> None:
    x, weights, applies = case
    for row, found in zip(x.tolist(), arithmetic(x, weights, applies).tolist(), strict=True):
        parts = counted(row, weights.tolist(), applies[0].tolist())
        wanted = math.fsum(w * v for w, v in parts) / math.fsum(w for w, _ in parts) if parts else NAN
        assert found == pytest.approx(wanted, rel=1e-12, abs=1e-9, nan_ok=True)


@law(weighed(quarters(-2, 100)), st.sampled_from([NAN, 0.0]))
def test_geometric_is_the_weighted_product_of_what_is_there(
    case: tuple[Array, Array, Mask], policy: float
) -> None:
    x, weights, applies = case
    found = geometric(x, weights, applies, nonpositive=policy).tolist()
    for row, score in zip(x.tolist(), found, strict=True):
        parts = counted(row, weights.tolist(), applies[0].tolist())
        if not parts:
            wanted = NAN
        elif any(v <= 0 for _, v in parts):
            wanted = policy
        else:
            whole = sum(w for w, _ in parts)
            wanted = math.prod(v ** (w / whole) for w, v in parts)
        assert score == pytest.approx(wanted, rel=1e-9, abs=1e-12, nan_ok=True)


@law(weighed(quarters()))
def test_total_is_the_sum_of_what_is_there(case: tuple[Array, Array, Mask]) -> None:
    x, _, applies = case
    for row, found in zip(x.tolist(), total(x, applies).tolist(), strict=True):
        parts = counted(row, [1.0] * len(row), applies[0].tolist())
        assert found == pytest.approx(math.fsum(v for _, v in parts) if parts else NAN, nan_ok=True)


@law(weighed())
def test_geometric_never_exceeds_arithmetic(case: tuple[Array, Array, Mask]) -> None:
    """Inequality of the means; they agree where all children do."""
    x, weights, applies = case
    low, high = geometric(x, weights, applies, nonpositive=NAN), arithmetic(x, weights, applies)
    assert np.array_equal(np.isnan(low), np.isnan(high))
    there = ~np.isnan(low)
    assert (low[there] <= high[there] * (1 + 1e-12)).all()


@every_mean
@law(case=weighed())
def test_a_mean_lies_between_its_children(mean: Mean, case: tuple[Array, Array, Mask]) -> None:
    x, weights, applies = case
    for row, score in zip(x.tolist(), mean(*case).tolist(), strict=True):
        figures = [v for _, v in counted(row, weights.tolist(), applies[0].tolist())]
        if figures:
            assert min(figures) * (1 - 1e-12) <= score <= max(figures) * (1 + 1e-12)


@every_mean
@law(case=weighed(), factor=st.sampled_from([0.125, 1 / 3, 7.0, 1000.0]))
def test_weights_scale_freely(mean: Mean, case: tuple[Array, Array, Mask], factor: float) -> None:
    x, weights, applies = case
    close(mean(x, factor * weights, applies), mean(*case))


@every_mean
@law(case=weighed())
def test_weight_zero_is_left_out(mean: Mean, case: tuple[Array, Array, Mask]) -> None:
    x, weights, applies = case
    kept = weights > 0
    close(mean(x[:, kept], weights[kept], applies[:, kept]), mean(*case), 1e-12)


@every_mean
@law(case=weighed())
def test_what_does_not_apply_or_is_missing_is_left_out(mean: Mean, case: tuple[Array, Array, Mask]) -> None:
    x, weights, applies = case
    hidden = np.where(applies, x, NAN)
    close(mean(hidden, weights, every(x)), mean(*case), 1e-12)


@every_mean
@law(case=weighed(), seed=st.integers(0, 99))
def test_order_of_children_and_of_units_is_irrelevant(
    mean: Mean, case: tuple[Array, Array, Mask], seed: int
) -> None:
    x, weights, applies = case
    draw = np.random.default_rng(seed)
    across, down = draw.permutation(x.shape[1]), draw.permutation(x.shape[0])
    found = mean(x[down][:, across], weights[across], applies[:, across])
    close(found, mean(*case)[down])


@every_mean
@law(case=weighed(gaps=False), at=st.integers(0, 99), more=st.integers(1, 50))
def test_a_better_child_never_makes_it_worse(
    mean: Mean, case: tuple[Array, Array, Mask], at: int, more: int
) -> None:
    x, weights, applies = case
    better = x.copy()
    better[:, at % x.shape[1]] += more
    before, after = mean(*case), mean(better, weights, applies)
    there = ~np.isnan(before)
    assert (after[there] >= before[there] * (1 - 1e-12)).all()
    if weights[at % x.shape[1]] > 0 and applies[0, at % x.shape[1]]:
        assert (after > before).all()


@law(weighed(), st.sampled_from([0.5, 3.0]))
def test_means_grow_with_their_children(case: tuple[Array, Array, Mask], factor: float) -> None:
    x, weights, applies = case
    for mean in MEANS.values():
        close(mean(factor * x, weights, applies), factor * mean(*case))


@law(weighed(gaps=False), weighed(gaps=False))
def test_periods_do_not_touch_each_other(
    one: tuple[Array, Array, Mask], other: tuple[Array, Array, Mask]
) -> None:
    size = min(one[0].shape[1], other[0].shape[1])
    a, b = one[0][:1, :size], other[0][:1, :size]
    weights = np.ones(size)
    applies = np.stack([one[2][:, :size], other[2][:, :size]])  # (period, 1, child)
    for mean in MEANS.values():
        found = mean(np.stack([a, b]), weights, applies)
        close(found, np.stack([mean(a, weights, applies[0]), mean(b, weights, applies[1])]))


@law(tables(columns=(1, 6)), st.integers(0, 6), st.integers(1, 6), st.integers(0, 99))
def test_enough_counts_what_is_there_against_what_applies(x: Array, part: int, of: int, seed: int) -> None:
    applies = np.random.default_rng(seed).random((1, x.shape[1])) < 0.7
    found = enough(x, applies, minimum_share=min(part / of, 1.0)).tolist()
    for row, is_enough in zip(x.tolist(), found, strict=True):
        asked = [v for v, there in zip(row, applies[0], strict=True) if there]
        there = sum(not math.isnan(v) for v in asked)
        # In whole numbers, so that a share such as 2/3 of 3 is 2.
        assert is_enough == (there > 0 and there * of >= len(asked) * min(part, of))


def test_seven_of_twenty_five_are_28_percent() -> None:
    """Although 25 × 0.28 is a bit more than 7 in floating-point numbers."""
    assert 25 * 0.28 > 7
    x = np.array([[1.0] * there + [NAN] * (25 - there) for there in (7, 6)])
    assert enough(x, every(x), minimum_share=0.28).tolist() == [True, False]


def test_two_thirds_of_three_are_two() -> None:
    x = np.array([[1.0, 2.0, NAN], [1.0, NAN, NAN], [NAN, NAN, NAN]])
    assert enough(x, every(x), minimum_share=2 / 3).tolist() == [True, False, False]
    assert enough(x, every(x), minimum_share=0.0).tolist() == [True, True, False]
    assert enough(x, every(x), minimum_share=1.0).tolist() == [False, False, False]
    applies = np.array([[True, True, False]])
    assert enough(x, applies, minimum_share=1.0).tolist() == [True, False, False]


def test_published_example_of_compensation() -> None:
    """OECD/EU JRC (2008), p. 33: units with 21, 1, 1, 1 and with 6, 6, 6, 6.

    They are equal (6) under additive aggregation; under geometric aggregation they have 2.14 and 6.
    """
    x = np.array([[21.0, 1, 1, 1], [6, 6, 6, 6]])
    close(arithmetic(x, np.ones(4), every(x)), [6, 6])
    found = geometric(x, np.ones(4), every(x), nonpositive=NAN)
    assert [round(score, 2) for score in found.tolist()] == [2.14, 6]


def test_published_human_development_index() -> None:
    """UNDP, Human Development Report 2023/24, technical note 1: the geometric mean of three dimensions.

    Norway in table 1: 83.4 years, 18.6 (held at 18) and 13.1 years of school, 69 190 dollars; index 0.966.
    """
    school = arithmetic(np.array([[18 / 18, 13.1 / 15]]), np.ones(2), np.ones((1, 2), np.bool_)).item()
    x = np.array([[(83.4 - 20) / 65, school, math.log(69190 / 100) / math.log(75000 / 100)]])
    assert round(geometric(x, np.ones(3), every(x), nonpositive=0).item(), 3) == 0.966


def test_weights_by_hand() -> None:
    x = np.array([[2.0, 8.0, NAN], [NAN, 8.0, 1.0]])
    weights = np.array([2.0, 1.0, 1.0])
    close(arithmetic(x, weights, every(x)), [4, 4.5])
    close(geometric(x, weights, every(x), nonpositive=NAN), [32 ** (1 / 3), 8**0.5])
    close(total(x, every(x)), [10, 9])


def test_zero_or_less_counts_only_where_its_weight_does() -> None:
    x = np.array([[0.0, 4.0], [-1.0, 4.0], [4.0, 4.0]])
    for policy in (NAN, 0.0):
        close(geometric(x, np.array([1.0, 1.0]), every(x), nonpositive=policy), [policy, policy, 4])
        close(geometric(x, np.array([0.0, 1.0]), every(x), nonpositive=policy), [4, 4, 4])


def test_where_no_child_counts_the_result_is_missing() -> None:
    x = np.array([[NAN, 5.0]])
    weights, applies = np.array([1.0, 0.0]), every(x)
    close(arithmetic(x, weights, applies), [NAN])
    close(geometric(x, weights, applies, nonpositive=0), [NAN])
    close(total(x, np.array([[True, False]])), [NAN])
