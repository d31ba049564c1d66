"""Treatment of outliers: by hand, against SciPy, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from _arrays import NAN, Array, close, column, law, tables
from innodex.engine import treat

LIMITS = {"skewness": 2.0, "kurtosis": 3.5}
figures = tables(
    units=(4, 25), columns=(1, 3), figures=st.floats(-50, 50, width=16) | st.sampled_from([900.0])
)


def cut(
    x: Array, limit: float = 5, *, share: bool = False, sample: Array | None = None
) -> tuple[Array, Array]:
    return treat.winsorise(x, limit=limit, share=share, rule="both", sample=sample, **LIMITS)


def by_steps(x: Array, limit: float) -> tuple[Array, int]:
    """The rule as it is written, figure by figure, on one indicator without gaps."""
    y, most = x.copy(), limit
    high = low = 0
    middle = np.sort(x)[x.size // 2]
    while high + low < most:
        skew, kurt = (one.item() for one in treat.shape(y[:, None]))
        if not (abs(skew) >= 2 and kurt >= 3.5):
            break
        inside = np.unique(y)
        if inside.size < 3:  # one step more would leave no spread
            break
        if skew >= 0:
            if inside[-2] < middle:
                break
            y = np.minimum(y, inside[-2])
        else:
            if inside[1] > middle:
                break
            y = np.maximum(y, inside[1])
        high, low = int((x > y.max()).sum()), int((x < y.min()).sum())
    return y, high + low


@law(figures, st.integers(0, 8))
def test_winsorising_is_the_rule_as_it_is_written(x: Array, limit: int) -> None:
    x = np.where(np.isnan(x), 0.0, x)
    y, points = cut(x, limit)
    for at in range(x.shape[1]):
        if treat.suspect(*(m[0, at] for m in treat.shape(x)), rule="both", **LIMITS):  # type: ignore[misc]
            wanted, changed = by_steps(x[:, at], limit)
            close(y[:, at], wanted)
            assert points[0, at] == changed


def test_one_outlier_takes_the_next_value() -> None:
    y, points = cut(column(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 500))
    close(y[:, 0], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10])
    assert points.item() == 1


def test_a_low_outlier_and_a_gap() -> None:
    y, _ = cut(column(-500, 1, 2, 3, NAN, 4, 5, 6, 7, 8, 9, 10))
    close(y[:, 0], [1, 1, 2, 3, NAN, 4, 5, 6, 7, 8, 9, 10])


def test_level_outliers_go_together_past_the_limit() -> None:
    x = column(*([0.0] * 16), 1, 2, 2, 90, 90)
    y, points = cut(x, 1)
    close(y[:, 0], [*([0.0] * 16), 1, 2, 2, 2, 2])
    assert points.item() == 2


def test_a_share_of_the_units_is_a_number_of_them() -> None:
    """Five points of twenty are a quarter; with a gap, a quarter of nineteen are four."""
    x = column(*range(20))
    for wanted in (5, 4):
        y, points = treat.winsorise(x, limit=0.25, share=True, rule="always", **LIMITS)
        assert points.item() == (y != x)[~np.isnan(x)].sum() == wanted
        x[0] = NAN


def test_no_more_is_cut_than_leaves_a_spread() -> None:
    x = column(*([0.0] * 30), 1)
    assert treat.suspect(*treat.shape(x), rule="both", **LIMITS).all()
    close(cut(x)[0], x)


def test_units_outside_the_sample_are_held_in_its_treated_range() -> None:
    x = column(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 500, 700, -3)
    sample = x.copy()
    sample[11:] = NAN
    y, points = cut(x, sample=sample)
    close(y[-3:, 0], [10, 10, 1])
    assert points.item() == 1


def test_periods_are_one_axis_and_pooling_is_a_sample() -> None:
    one, other = column(1, 2, 3, 4, 5, 6, 99), column(1, 2, 3, 4, 5, 6, 7)
    x = np.stack([one, other])
    close(cut(x)[0], np.stack([cut(one)[0], other]))
    pooled = x.reshape(1, -1, 1)
    close(cut(x, sample=pooled)[0][0, -1], [7.0])


@pytest.mark.parametrize("size", [7, 40, 400])
def test_moments_are_those_of_scipy(size: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    x = np.random.default_rng(size).lognormal(0, 1.5, (size, 4))
    skew, kurt = treat.shape(x)
    close(skew[0], stats.skew(x, bias=False), 1e-12)
    close(kurt[0], stats.kurtosis(x, bias=False), 1e-11)


def test_moments_of_a_long_column_are_those_of_short_blocks() -> None:
    x = np.random.default_rng(0).normal(size=(40_000, 60))
    skew, _ = treat.shape(x)
    close(skew[0, [0, 59]], treat.shape(x[:, [0, 59]])[0][0], 1e-12)


def test_the_limits_themselves_are_suspect() -> None:
    skew, kurt = np.array([2.0, -2.0, 1.9, 2.0, NAN]), np.array([3.5, 3.5, 9.0, 3.4, NAN])
    assert treat.suspect(skew, kurt, rule="both", **LIMITS).tolist() == [True, True, False, False, False]
    assert treat.suspect(skew, kurt, rule="either", **LIMITS).tolist() == [True, True, True, True, False]
    assert treat.suspect(skew, kurt, rule="always", **LIMITS).all()


# ---- logarithms ----------------------------------------------------------------------------------------


def test_the_logarithm_of_the_global_innovation_index_by_hand() -> None:
    """(0, 1, 100), f = 1: ln 1, ln(99/100 + 1), ln 100; mirrored: −ln 100, −ln(99 · 99/100 + 1), −ln 1."""
    x = column(0, 1, 100)
    close(treat.log_gii(x, np.array([False]), factor=1)[:, 0], np.log([1, 1.99, 100]))
    close(treat.log_gii(x, np.array([True]), factor=1)[:, 0], -np.log([100, 99.01, 1]))
    close(treat.log_gii(x, np.array([False]), factor=2)[:, 0], np.log([1, 2.99, 200]))


def test_a_maximum_not_above_one_has_no_such_logarithm() -> None:
    """Its order would turn round: (max f − 1) is negative."""
    x = column(0, 0.2, 0.9)
    close(treat.log_gii(x, np.array([False]), factor=1), x)
    assert (np.diff(treat.log_gii(x, np.array([False]), factor=10)[:, 0]) > 0).all()


def test_an_indicator_without_spread_stays_as_it_is() -> None:
    for x in (column(5, 5, 5), column(NAN, 7, NAN)):
        close(treat.log_ct(x), x)
        close(treat.log_ct_plus(x), x)
        close(treat.log_gii(x, np.array([False]), factor=1), x)
        close(treat.log_ct_orig(x), x * 0)
        close(treat.boxcox(x, power=0.5), x * 0)


def test_logarithms_by_hand() -> None:
    x = column(0, 1, 3, 100)
    close(treat.log_ct(x)[:, 0], np.log([1, 2, 4, 101]))
    close(treat.log_ct_orig(x)[:, 0], np.log([1, 2, 4, 101]))
    close(treat.log_ct_plus(x)[:, 0], np.log([1, 2, 4, 101]))
    close(treat.log_ct_plus(-x)[:, 0], -np.log([1, 2, 4, 101]))


@law(figures, st.sampled_from([-2.0, -0.5, 0.0, 0.3, 1.0, 2.0]))
def test_order_is_kept(x: Array, power: float) -> None:
    """In every treatment whoever has more has not less afterwards; where there is a gap there stays one."""
    made = [
        cut(x)[0],
        treat.log_ct(x),
        treat.log_ct_orig(x),
        treat.log_ct_plus(x),
        treat.log_gii(x, np.zeros(x.shape[1], bool), factor=3),
        treat.log_gii(x, np.ones(x.shape[1], bool), factor=3),
        treat.boxcox(x, power=power),
        treat.held(x, *treat.percentile_caps(x, low=10, high=80)),
        treat.held(x, *treat.iqr_caps(x, times=1.5)),
        treat.held(x, *treat.sd_caps(x, times=1, ddof=0)),
    ]
    for y in made:
        np.testing.assert_array_equal(np.isnan(y), np.isnan(x))
        for at in range(x.shape[1]):
            there = ~np.isnan(x[:, at])
            order = np.argsort(x[there, at], kind="stable")
            assert (np.diff(y[there, at][order]) >= -1e-12).all()


@law(figures, st.integers(0, 99))
def test_order_of_units_is_irrelevant(x: Array, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(x))
    for f in (lambda x: cut(x)[0], treat.log_ct_plus):
        close(f(x[order]), f(x)[order])


@law(figures, st.sampled_from([0.001, 2.0, 1000.0]), st.integers(-100, 100))
def test_units_of_measure_are_irrelevant_to_winsorising(x: Array, times: float, plus: int) -> None:
    close(cut(x * times + plus)[0], cut(x)[0] * times + plus, 1e-7)


def test_powers_are_those_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    x = np.random.default_rng(4).lognormal(0, 1, (90, 4))
    x[5, 1] = NAN
    power = treat.boxcox_power(x)
    for at in range(4):
        own = x[~np.isnan(x[:, at]), at]
        moved = own - own.min() + 1
        wanted = stats.boxcox_normmax(moved, method="mle")
        close(power[0, at], wanted, 1e-6)
        close(treat.boxcox(own[:, None], power=power[0, at])[:, 0], stats.boxcox(moved, power[0, at]), 1e-12)


def test_powers_far_out_and_near_zero() -> None:
    x = np.exp(np.exp(np.linspace(0, 2, 60)))[:, None]
    assert -5 <= treat.boxcox_power(x).item() < 0
    close(treat.boxcox_power(column(3, 3, 3)), [[1.0]])
    close(treat.boxcox(column(1, 3), power=1e-12)[:, 0], [0, np.log(3)])


# ---- limits --------------------------------------------------------------------------------------------


def test_limits_by_hand() -> None:
    x = column(1, 2, 3, 4, NAN, 100)
    low, high = treat.iqr_caps(x, times=1.5)  # quartiles 2 and 4
    assert (low.item(), high.item()) == (-1, 7)
    close(treat.held(x, low, high)[:, 0], [1, 2, 3, 4, NAN, 7])
    low, high = treat.sd_caps(column(1, 3), times=1, ddof=1)
    close([low.item(), high.item()], [2 - np.sqrt(2), 2 + np.sqrt(2)])
    close(treat.held(column(1, 5, NAN), NAN, 3)[:, 0], [1, 3, NAN])


@law(figures, st.floats(0, 49), st.floats(51, 100))
def test_percentiles_are_those_of_numpy(x: Array, low: float, high: float) -> None:
    found = treat.percentile_caps(x, low=low, high=high)
    for at in range(x.shape[1]):
        own = x[~np.isnan(x[:, at]), at]
        wanted = np.percentile(own, [low, high]) if own.size else [NAN, NAN]
        close(np.array([found[0][0, at], found[1][0, at]]), wanted)


# ---- one after the other -------------------------------------------------------------------------------

MANY = column(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 60, 300, 1500)


def two(x: Array, limit: float, *, combine: bool = False, failed: str = "last") -> treat.Staged:
    def first(x: Array, sample: Array, at: object) -> tuple[Array, Array | None]:
        return cut(x, limit, sample=sample)

    def then(x: Array, sample: Array, at: object) -> tuple[Array, Array | None]:
        return treat.log_ct(x, sample=sample), None

    return treat.staged(x, (first, then), rule="both", combine=combine, failed=failed, **LIMITS)  # type: ignore[arg-type]


def test_the_second_starts_from_the_original_or_from_what_the_first_left() -> None:
    assert two(MANY, 5).stage.item() == 1
    one = two(MANY, 1)
    assert one.stage.item() == 2
    close(one.x, treat.log_ct(MANY))
    close(two(MANY, 1, combine=True).x, treat.log_ct(np.minimum(MANY, 300)))


def test_what_is_suspect_to_the_end() -> None:
    """A tail of low values: `log_ct` lengthens it."""
    x = -MANY
    last = two(x, 1)
    assert last.over[-1].all()
    close(last.x, treat.log_ct(x))
    close(two(x, 1, failed="first").x, np.maximum(x, -300))
    close(two(x, 1, failed="original").x, x)
    assert [two(x, 1, failed=how).stage.item() for how in ("last", "first", "original")] == [2, 1, 0]


def test_indicators_and_periods_go_each_its_own_way() -> None:
    calm = np.arange(18.0)[:, None]
    x = np.stack([np.hstack([MANY, calm]), np.hstack([calm, -MANY])])
    found = two(x, 5)
    assert found.stage.tolist() == [[[1, 0]], [[0, 1]]]
    close(found.x[0, :, [0]], two(MANY, 5).x.T)
    close(found.x[0, :, 1], calm[:, 0])
    close(found.points[0], [[[2, NAN]], [[NAN, 2]]])  # 1500 and 300 become 60
