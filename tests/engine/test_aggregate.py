"""Aggregation: laws, and examples worked out by hand or published.

Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 6.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import strategies as st

from _arrays import NAN, Array, close, law, quarters, tables
from innodex.engine.aggregate import (
    arithmetic,
    enough,
    geometric,
    harmonic,
    mean_min,
    median,
    minimum,
    nonpositive,
    penalised,
    power,
    total,
)

Mask = npt.NDArray[np.bool_]
Mean = Callable[[Array, Array, Mask], Array]

MEANS: dict[str, Mean] = {
    "arithmetic": arithmetic,
    "geometric": lambda x, w, there: geometric(x, w, there, nonpositive=NAN),
    "harmonic": lambda x, w, there: harmonic(x, w, there, nonpositive=NAN),
    "power 3": lambda x, w, there: power(x, w, there, exponent=3, nonpositive=NAN),
    "power 1/2": lambda x, w, there: power(x, w, there, exponent=0.5, nonpositive=NAN),
    "power -2": lambda x, w, there: power(x, w, there, exponent=-2, nonpositive=NAN),
    "minimum": minimum,
    "median": median,
    "mean-min": lambda x, w, there: mean_min(x, w, there, alpha=0.5, beta=0.0),
}
STRICT = [name for name in MEANS if name not in ("minimum", "median")]
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
    counts = weights[at % x.shape[1]] > 0 and applies[0, at % x.shape[1]]
    if counts and mean in [MEANS[name] for name in STRICT]:
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


# ---- harmonic, power, minimum, median, penalties -------------------------------------------------------

ALL = np.ones((1, 3), np.bool_)


@law(weighed(quarters(-2, 100)), st.sampled_from([-2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 3.0]))
def test_power_is_the_generalised_mean_by_hand(case: tuple[Array, Array, Mask], exponent: float) -> None:
    x, weights, applies = case
    found = power(x, weights, applies, exponent=exponent, nonpositive=NAN).tolist()
    for row, score in zip(x.tolist(), found, strict=True):
        parts = counted(row, weights.tolist(), applies[0].tolist())
        if not parts or any(v < 0 or (v == 0 and exponent < 0) for _, v in parts):
            wanted = NAN
        else:
            whole = math.fsum(w for w, _ in parts)
            wanted = (math.fsum(w * v**exponent for w, v in parts) / whole) ** (1 / exponent)
        assert score == pytest.approx(wanted, rel=1e-10, abs=1e-12, nan_ok=True)


@law(weighed())
def test_power_runs_from_the_least_child_over_the_known_means_to_the_greatest(
    case: tuple[Array, Array, Mask],
) -> None:
    x, weights, applies = case
    of = [power(x, weights, applies, exponent=p, nonpositive=NAN) for p in (-3, -1, 1, 2, 5)]
    close(of[1], harmonic(x, weights, applies, nonpositive=NAN))
    close(of[2], arithmetic(x, weights, applies))
    near = power(x, weights, applies, exponent=1e-7, nonpositive=NAN)
    close(near / geometric(x, weights, applies, nonpositive=NAN), near / near, 1e-4)
    for low, high in itertools.pairwise(of):
        there = ~np.isnan(low)
        assert (low[there] <= high[there] * (1 + 1e-12)).all()
    least = power(x, weights, applies, exponent=-4000, nonpositive=NAN)
    close(least / minimum(x, weights, applies), least / least, 0.01)


def test_powers_neither_run_over_nor_vanish() -> None:
    x = np.array([[1e200, 1e200, 1e200], [1e-200, 1e-200, 1e-200]])

    close(power(x, np.ones(3), ALL, exponent=3, nonpositive=None) / x[:, 0], [1, 1])
    close(power(x, np.ones(3), ALL, exponent=-3, nonpositive=None) / x[:, 0], [1, 1])


def test_zero_and_below_as_the_policy_says() -> None:
    x = np.array([[0.0, 2, 4], [-1, 2, 4], [1, 2, 4]])
    w = np.ones(3)

    close(harmonic(x, w, ALL, nonpositive=NAN), [NAN, NAN, 12 / 7])
    close(harmonic(x, w, ALL, nonpositive=0.0), [0, 0, 12 / 7])
    close(harmonic(x, w, ALL, nonpositive=None), [NAN, 3 / (-1 + 0.5 + 0.25), 12 / 7])
    close(power(x, w, ALL, exponent=2, nonpositive=None), [math.sqrt(20 / 3), math.sqrt(7), math.sqrt(7)])
    close(power(x, w, ALL, exponent=2, nonpositive=0.0), [math.sqrt(20 / 3), 0, math.sqrt(7)])
    close(power(x, w, ALL, exponent=-1, nonpositive=0.0), [0, 0, 12 / 7])
    close(power(x, w, ALL, exponent=0.5, nonpositive=None)[1:2], [NAN])
    close(power(x, w, ALL, exponent=-1, nonpositive=None)[:1], [NAN])
    assert nonpositive(x, w, ALL, strict=False).tolist() == [True, True, False]
    assert nonpositive(x, w, ALL, strict=True).tolist() == [False, True, False]


def test_reciprocals_that_cancel_out_leave_no_harmonic_mean() -> None:
    x = np.array([[-2.0, 2.0, NAN]])

    close(harmonic(x, np.ones(3), ALL, nonpositive=None), [NAN])


@law(weighed(quarters()))
def test_the_weighted_median_splits_the_weight_in_halves(case: tuple[Array, Array, Mask]) -> None:
    x, weights, applies = case
    for row, found in zip(x.tolist(), median(x, weights, applies).tolist(), strict=True):
        parts = counted(row, weights.tolist(), applies[0].tolist())
        if not parts:
            assert math.isnan(found)
            continue
        whole = math.fsum(w for w, _ in parts)
        assert math.fsum(w for w, v in parts if v < found) <= whole / 2 + 1e-12
        assert math.fsum(w for w, v in parts if v > found) <= whole / 2 + 1e-12


@law(tables(units=(1, 6), columns=(1, 5), figures=quarters()))
def test_with_equal_weights_it_is_the_common_median(x: Array) -> None:
    found = median(x, np.full(x.shape[1], 0.1), every(x))
    for row, score in zip(x, found.tolist(), strict=True):
        there = row[~np.isnan(row)]
        assert score == pytest.approx(np.median(there) if there.size else NAN, nan_ok=True)


def test_the_penalty_by_hand() -> None:
    """Mazziotta and Pareto (2016): scores 90, 100, 125; mean 105; squares 225, 25, 400.

    Population variance 650/3, sample variance 325; S · cv = S² / M.
    """
    x, w = np.array([[90.0, 100, 125]]), np.ones(3)
    mean = arithmetic(x, w, ALL)

    for ddof, variance in ((0, 650 / 3), (1, 325.0)):
        for sign in (-1.0, 1.0):
            found = penalised(x, w, ALL, mean=mean, ddof=ddof, sign=sign, weighted=True)
            close(found, [105 + sign * variance / 105], 1e-12)
    spread = math.sqrt(650 / 3)
    close(penalised(x, w, ALL, mean=mean, ddof=0, sign=-1, weighted=True), [105 - spread * spread / 105])


def test_the_penalty_with_weights_by_hand() -> None:
    x, w = np.array([[80.0, 120, NAN]]), np.array([3.0, 1.0, 5.0])
    mean = arithmetic(x, w, ALL)  # 90; squares 100 × 3 + 900, over 4

    close(penalised(x, w, ALL, mean=mean, ddof=0, sign=-1, weighted=True), [90 - 300 / 90])
    close(penalised(x, w, ALL, mean=mean, ddof=1, sign=-1, weighted=True), [90 - 600 / 90])
    close(penalised(x, w, ALL, mean=mean, ddof=0, sign=-1, weighted=False), [90 - 400 / 100])


def test_the_penalty_has_no_measure_at_a_mean_of_zero_or_with_one_child() -> None:
    x, w = np.array([[-1.0, 1, 0], [-5, -5, -5], [7, NAN, NAN]]), np.ones(3)
    mean = arithmetic(x, w, ALL)

    close(penalised(x, w, ALL, mean=mean, ddof=0, sign=-1, weighted=True), [NAN, NAN, 7])
    close(penalised(x, w, ALL, mean=mean, ddof=1, sign=-1, weighted=True), [NAN, NAN, NAN])


@law(weighed())
def test_equal_children_are_not_penalised(case: tuple[Array, Array, Mask]) -> None:
    x, weights, applies = case
    level = np.where(np.isnan(x), NAN, 42.0)
    mean = arithmetic(level, weights, applies)
    close(penalised(level, weights, applies, mean=mean, ddof=0, sign=-1, weighted=True), mean)
    close(mean_min(level, weights, applies, alpha=1, beta=0), mean)


def test_mean_min_by_hand_and_at_its_ends() -> None:
    """Casadio Tarabusi and Guarini (2013): M = 6, m = 2; √(4² + 3²) − 3 = 2."""
    x, w = np.array([[2.0, 6.0, 10.0]]), np.ones(3)

    close(mean_min(x, w, ALL, alpha=1, beta=3), [4])
    close(mean_min(x, w, ALL, alpha=0.5, beta=3), [5])
    close(mean_min(x, w, ALL, alpha=0, beta=3), [6])
    close(mean_min(x, w, ALL, alpha=1, beta=0), [2])


def test_against_other_libraries() -> None:
    stats = pytest.importorskip("scipy.stats")
    pymcdm = pytest.importorskip("pymcdm.methods")
    draw = np.random.default_rng(11)
    x, w = draw.uniform(1, 100, (40, 6)), draw.uniform(0.1, 3, 6)
    there = every(x)

    close(geometric(x, w, there, nonpositive=NAN), stats.gmean(x, axis=1, weights=w))
    close(harmonic(x, w, there, nonpositive=NAN), stats.hmean(x, axis=1, weights=w))
    for exponent in (-2.5, 0.7, 3):
        wanted = stats.pmean(x, exponent, axis=1, weights=w)
        close(power(x, w, there, exponent=exponent, nonpositive=NAN), wanted)
    for method, mean in (("WSM", arithmetic), ("WPM", MEANS["geometric"])):
        as_it_is = getattr(pymcdm, method)(lambda column, cost: column)
        close(mean(x, w, there), as_it_is(x, w / w.sum(), np.ones(6)))
