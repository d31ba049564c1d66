"""Normalisation: laws, and examples worked out by hand or published.

Formulas: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 5 (z-scores, min–max);
goalposts and logarithm of income: UNDP, Human Development Report 2023/24, technical note 1.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from _arrays import NAN, Array, close, column, law, quarters, tables
from innodex.engine.normalise import (
    about_mean,
    bands,
    borda,
    change,
    distance_to_best,
    distance_to_reference,
    distance_to_target,
    goalposts,
    median,
    minmax,
    mpi,
    percentile,
    rank,
    ratio,
    scaled,
    zscore,
)

Scale = Callable[[Array, Array], Array]

HIGHER, LOWER = np.array([1.0]), np.array([-1.0])
TIES = ("min", "max", "mean", "dense")
SCALES: dict[str, Scale] = {
    "minmax": lambda x, sign: minmax(x, sign, low=0, high=100, constant=NAN),
    "sample z": lambda x, sign: zscore(x, sign, ddof=1, centre=0, spread=1, constant=NAN),
    "population z": lambda x, sign: zscore(x, sign, ddof=0, centre=100, spread=10, constant=NAN),
    "mpi": lambda x, sign: mpi(x, sign, centre=100, spread=30, constant=NAN),
    "distance to best": lambda x, sign: distance_to_best(x, sign, factor=100, constant=NAN),
    **{
        f"rank {ties}": partial(lambda x, sign, ties: rank(x, sign, ties=ties)[0], ties=ties) for ties in TIES
    },
    "borda": lambda x, sign: borda(x, sign, ties="mean")[0],
    **{
        f"percentile {formula}": partial(
            lambda x, sign, formula: percentile(x, sign, ties="min", formula=formula, low=0, high=100)[0],
            formula=formula,
        )
        for formula in ("between", "share", "middle")
    },
}
every_scale = pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)


def signs_for(x: Array, seed: int) -> Array:
    return np.random.default_rng(seed).choice([-1.0, 1.0], x.shape[1])


def posts(
    x: Array,
    sign: Array = HIGHER,
    lower: float = 0,
    upper: float = 10,
    log: bool = False,
    cap: str = "none",
    low: float = 0,
    high: float = 1,
) -> Array:
    return goalposts(
        x,
        sign,
        lower=lower,
        upper=upper,
        log=log,
        cap_low=cap in ("low", "both"),
        cap_high=cap in ("high", "both"),
        low=low,
        high=high,
    )[0]


# ---- min–max -------------------------------------------------------------------------------------------


def minmax_by_hand(
    figures: list[float], lower_is_better: bool, low: int, high: int, flat: float
) -> list[float]:
    there = [Fraction(figure) for figure in figures if not math.isnan(figure)]
    found = []
    for figure in figures:
        if math.isnan(figure):
            found.append(NAN)
        elif max(there) == min(there):
            found.append(flat)
        else:
            way = (Fraction(figure) - min(there)) / (max(there) - min(there))
            found.append(float(low + (high - low) * (1 - way if lower_is_better else way)))
    return found


@law(tables(), st.integers(0, 9), st.integers(-5, 5), st.integers(1, 200), st.sampled_from([NAN, 7.0]))
def test_minmax_is_that_of_exact_fractions(x: Array, seed: int, low: int, width: int, flat: float) -> None:
    sign = signs_for(x, seed)
    found = minmax(x, sign, low=low, high=low + width, constant=flat)
    for at in range(x.shape[1]):
        close(found[:, at], minmax_by_hand(x[:, at].tolist(), sign[at] < 0, low, low + width, flat), 1e-12)


@law(tables(units=(2, 8), columns=(1, 1), gaps=False))
def test_minmax_gives_the_ends_to_the_best_and_the_worst(x: Array) -> None:
    assume(x.max() > x.min())
    for sign in (HIGHER, LOWER):
        found = minmax(x, sign, low=1, high=100, constant=NAN)
        assert found.min() == 1
        assert found.max() == 100
        assert found[x.argmax() if sign is HIGHER else x.argmin(), 0] == 100


def test_minmax_by_hand() -> None:
    """(x − min) / (max − min), OECD/EU JRC (2008), step 5."""
    x = column(3, 5, NAN, 11)
    close(minmax(x, HIGHER, low=0, high=100, constant=NAN), column(0, 25, NAN, 100))
    close(minmax(x, LOWER, low=0, high=100, constant=NAN), column(100, 75, NAN, 0))


# ---- z-scores ------------------------------------------------------------------------------------------


@law(tables(units=(2, 8), columns=(1, 1)), st.integers(0, 1), quarters(-50, 50), st.integers(1, 20))
def test_zscores_have_the_mean_and_the_deviation_asked_for(
    x: Array, ddof: int, centre: float, spread: int
) -> None:
    there = x[~np.isnan(x)].tolist()
    assume(len(set(there)) > 1)
    found = zscore(x, HIGHER, ddof=ddof, centre=centre, spread=spread, constant=NAN)[:, 0]
    scores = found[~np.isnan(found)].tolist()
    assert statistics.fmean(scores) == pytest.approx(centre, abs=1e-9)
    deviation = statistics.stdev if ddof else statistics.pstdev
    assert deviation(scores) == pytest.approx(spread, rel=1e-9)
    wanted = [centre + spread * (figure - statistics.fmean(there)) / deviation(there) for figure in there]
    close(np.array(scores), wanted)


def test_zscore_by_hand() -> None:
    """2, 4, 4, 4, 5, 5, 7, 9: mean 5, population deviation 2, sample deviation √(32/7)."""
    x = column(2, 4, 4, 4, 5, 5, 7, 9)
    found = zscore(x, HIGHER, ddof=0, centre=0, spread=1, constant=NAN)
    close(found, column(-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2))
    found = zscore(x, LOWER, ddof=1, centre=50, spread=10, constant=NAN)
    assert found[7, 0] == pytest.approx(50 - 10 * 4 / math.sqrt(32 / 7))


def test_figures_that_agree_are_constant_although_their_mean_is_a_bit_beside_them() -> None:
    x = column(*[0.1] * 3)
    assert sum([0.1] * 3) / 3 != 0.1
    close(zscore(x, HIGHER, ddof=1, centre=0, spread=1, constant=NAN), column(NAN, NAN, NAN))
    close(zscore(x, HIGHER, ddof=1, centre=0, spread=1, constant=4.0), column(4, 4, 4))


# ---- laws of every scale that comes from the field itself -----------------------------------------------


@every_scale
@law(x=tables(), seed=st.integers(0, 99))
def test_order_of_units_is_irrelevant(scale: Scale, x: Array, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(x))
    sign = signs_for(x, seed)
    close(scale(x[order], sign), scale(x, sign)[order])


@every_scale
@law(x=tables(), seed=st.integers(0, 99), factor=st.integers(1, 50), shift=quarters())
def test_another_unit_of_measurement_is_irrelevant(
    scale: Scale, x: Array, seed: int, factor: int, shift: float
) -> None:
    sign = signs_for(x, seed)
    close(scale(factor * x + shift, sign), scale(x, sign))


@every_scale
@law(x=tables())
def test_lower_is_better_is_the_same_as_the_opposite_figure(scale: Scale, x: Array) -> None:
    up = np.ones(x.shape[1])
    close(scale(x, -up), scale(-x, up))


@every_scale
@law(x=tables())
def test_missing_stays_missing_and_moves_nobody(scale: Scale, x: Array) -> None:
    up = np.ones(x.shape[1])
    found = scale(x, up)
    assert np.isnan(found[np.isnan(x)]).all()
    more = np.vstack([x, np.full(x.shape[1], NAN)])
    close(scale(more, up)[:-1], found)


@every_scale
@law(x=tables(units=(2, 8), columns=(1, 1)))
def test_order_of_scores_is_that_of_figures(scale: Scale, x: Array) -> None:
    up, down = scale(x, HIGHER)[:, 0], scale(x, LOWER)[:, 0]
    for a in range(len(x)):
        for b in range(len(x)):
            if x[a, 0] > x[b, 0]:
                assert up[a] > up[b]
                assert down[a] < down[b]
            elif x[a, 0] == x[b, 0]:
                np.testing.assert_array_equal(up[a], up[b])


@every_scale
@law(a=tables(units=(3, 3), columns=(2, 2)), b=tables(units=(3, 3), columns=(2, 2)))
def test_each_period_is_scaled_by_itself(scale: Scale, a: Array, b: Array) -> None:
    up = np.ones(2)
    close(scale(np.stack([a, b]), up), np.stack([scale(a, up), scale(b, up)]))


@pytest.mark.parametrize("flat", [NAN, 50.0])
@pytest.mark.parametrize("figures", [(3.0,), (3.0, 3.0, NAN), (NAN, 0.0, 0.0, 0.0)])
def test_constants_score_what_the_policy_says(figures: tuple[float, ...], flat: float) -> None:
    x = column(*figures)
    wanted = np.where(np.isnan(x), NAN, flat)
    for sign in (HIGHER, LOWER):
        close(minmax(x, sign, low=0, high=100, constant=flat), wanted)
        for ddof in (0, 1):
            close(zscore(x, sign, ddof=ddof, centre=50, spread=10, constant=flat), wanted)


def test_an_indicator_without_any_figure_is_missing_whatever_the_policy() -> None:
    x = column(NAN, NAN)
    close(minmax(x, HIGHER, low=0, high=100, constant=50), x)
    close(zscore(x, HIGHER, ddof=1, centre=0, spread=1, constant=0), x)


# ---- goalposts -----------------------------------------------------------------------------------------


@law(tables(columns=(1, 1)), quarters(-50, 50), st.integers(1, 99), st.integers(-5, 5), st.integers(1, 100))
def test_goalposts_are_those_of_exact_fractions(
    x: Array, lower: float, way: int, low: int, width: int
) -> None:
    found = posts(x, lower=lower, upper=lower + way, low=low, high=low + width)
    wanted = [
        NAN if math.isnan(figure) else float(low + width * (Fraction(figure) - Fraction(lower)) / way)
        for figure in x[:, 0].tolist()
    ]
    close(found[:, 0], wanted)


@law(tables(), st.sampled_from(["none", "low", "high", "both"]), st.booleans())
def test_goalposts_judge_every_unit_alone(x: Array, cap: str, less_is_better: bool) -> None:
    sign = np.full(x.shape[1], -1.0 if less_is_better else 1.0)
    whole = posts(x, sign, cap=cap)
    for at in range(len(x)):
        np.testing.assert_array_equal(posts(x[at : at + 1], sign, cap=cap), whole[at : at + 1])
    assert np.array_equal(np.isnan(whole), np.isnan(x))


@law(tables(columns=(1, 1)), st.sampled_from(["none", "both"]))
def test_goalposts_where_less_is_better_mirror_and_negate(x: Array, cap: str) -> None:
    up = posts(x, HIGHER, lower=2, upper=12, cap=cap, low=0, high=100)
    down = posts(x, LOWER, lower=2, upper=12, cap=cap, low=0, high=100)
    close(up + down, np.where(np.isnan(x), NAN, 100.0))
    close(down, posts(-x, HIGHER, lower=-12, upper=-2, cap=cap, low=0, high=100))


@law(tables(columns=(1, 1)), st.sampled_from(["none", "low", "high", "both"]), st.booleans())
def test_caps_hold_the_side_they_name_and_say_so(x: Array, cap: str, less_is_better: bool) -> None:
    sign = LOWER if less_is_better else HIGHER
    low_side, high_side = cap in ("low", "both"), cap in ("high", "both")
    found, held = goalposts(
        x, sign, lower=1, upper=5, log=False, cap_low=low_side, cap_high=high_side, low=0, high=1
    )
    kept = x.copy()
    if low_side:
        kept[x < 1] = 1
    if high_side:
        kept[x > 5] = 5
    close(found, posts(kept, sign, lower=1, upper=5))
    # What stands exactly on a post was not held there.
    assert np.array_equal(held, ~np.isnan(x) & (kept != x))


@law(tables(figures=quarters(1, 1000)), st.integers(2, 100), st.booleans())
def test_a_logarithmic_way_is_the_linear_way_of_logarithms(x: Array, way: int, less_is_better: bool) -> None:
    sign = np.full(x.shape[1], -1.0 if less_is_better else 1.0)
    found = posts(x, sign, lower=2, upper=2 * way, log=True, high=100)
    close(found, posts(np.log(x), sign, lower=math.log(2), upper=math.log(2 * way), high=100))


def test_goalposts_by_hand() -> None:
    x = column(-5, 0, 5, 20, NAN)
    close(posts(x, upper=20), column(-0.25, 0, 0.25, 1, NAN))
    close(posts(x, LOWER, upper=20, high=100), column(125, 100, 75, 0, NAN))
    close(posts(column(1, 10, 100, 1000), lower=1, upper=1000, log=True, low=0, high=3), column(0, 1, 2, 3))


def test_figures_at_or_below_zero_are_held_before_the_logarithm_is_taken() -> None:
    close(posts(column(0, -3, 50), lower=100, upper=75000, log=True, cap="low"), column(0, 0, 0))


def test_published_dimension_indices() -> None:
    """UNDP, Human Development Report 2023/24, technical note 1 and table 1: the posts, and Switzerland.

    Life expectancy 84.3 between 20 and 85, expected schooling 16.6 up to 18, mean schooling 13.9 up to 15,
    income 69 433 between 100 and 75 000 in logarithms; the published index of these is 0.967.
    """
    health = posts(column(84.3), lower=20, upper=85, cap="both")
    expected = posts(column(16.6), lower=0, upper=18, cap="both")
    mean = posts(column(13.9), lower=0, upper=15, cap="both")
    income = posts(column(69433), lower=100, upper=75000, log=True, cap="both")
    close(health, column((84.3 - 20) / (85 - 20)))
    close(income, column((math.log(69433) - math.log(100)) / (math.log(75000) - math.log(100))))
    index = (health * (expected + mean) / 2 * income) ** (1 / 3)
    assert round(index.item(), 3) == 0.967


# ---- by a reference: the peer's faults that are not ours ------------------------------------------------


def test_where_less_is_better_the_share_of_the_best_keeps_the_order() -> None:
    """The best (lowest) figure in shares of each: 10, 5, 1 become 1/10, 1/5, 1/1."""
    found = ratio(column(10, 5, 1, NAN), LOWER, to="best", difference=False, factor=1)
    close(found, column(0.1, 0.2, 1, NAN))


def test_a_reference_that_is_the_worst_measures_nothing() -> None:
    """(x − worst) / (reference − worst) has no denominator where the reference is the worst, or missing."""
    x = column(3, 1, 7)
    for reference in (x[1:2], column(0.5), column(NAN)):
        for cap in (False, True):
            found, held = distance_to_reference(x, HIGHER, reference=reference, factor=1, cap=cap)
            close(found, column(NAN, NAN, NAN))
            assert not held.any()
    found, held = distance_to_reference(x, LOWER, reference=x[1:2], factor=1, cap=True)
    close(found, column(4 / 6, 1, 0))


def test_a_target_that_all_have_met_leaves_nothing_to_measure() -> None:
    """Five everywhere and a target of four: all are past it. `met` says what becomes of them."""
    for sign, target in ((HIGHER, 4.0), (HIGHER, 5.0), (LOWER, 6.0), (LOWER, 5.0)):
        for met in (NAN, 100.0):
            x = column(5, 5, NAN)
            found, held = distance_to_target(x, sign, target=target, factor=100, cap=True, met=met)
            close(found, column(met, met, NAN))
            assert not held.any()
    ties, two = column(1, 2, 3, 4), column(1, NAN, 2)
    for x in (ties, two, column(-3, 4)):
        found, _ = distance_to_target(x, LOWER, target=4, factor=1, cap=False, met=NAN)
        close(found, np.full(x.shape, NAN))


# ---- places ----------------------------------------------------------------------------------------------


def places_by_hand(figure: float, field: list[float], ties: str) -> float:
    """The place from the worst that a figure takes in a field, or would take."""
    worse, equal = [x for x in field if x < figure], [x for x in field if x == figure]
    top = len(set(field)) if ties == "dense" else len(field)
    place = {
        "min": len(worse) + 1,
        "max": len(worse) + len(equal),
        "mean": len(worse) + (len(equal) + 1) / 2,
        "dense": len(set(worse)) + 1,
    }[ties]
    return min(max(place, 1), top)


@law(tables(columns=(1, 3)), tables(columns=(3, 3)), st.sampled_from(TIES), st.booleans(), st.integers(0, 9))
def test_places_are_those_counted(x: Array, other: Array, ties: str, own: bool, seed: int) -> None:
    sign = signs_for(x, seed)
    sample = x if own else other[:, : x.shape[1]]

    found, held = rank(x, sign, ties=ties, sample=None if own else sample)  # type: ignore[arg-type]

    for c in range(x.shape[1]):
        field = [v for v in (sample[:, c] * sign[c]).tolist() if v == v]
        for u in range(x.shape[0]):
            figure = x[u, c] * sign[c]
            if figure != figure or not field:
                assert np.isnan(found[u, c])
                assert not held[u, c]
            else:
                assert found[u, c] == places_by_hand(figure, field, ties)
    if own:
        assert not held.any()


@law(tables(units=(1, 8)), st.sampled_from(["min", "max", "mean", "dense"]))
def test_places_are_those_of_scipy(x: Array, ties: str) -> None:
    stats = pytest.importorskip("scipy.stats")
    method = {"mean": "average"}.get(ties, ties)
    found, _ = rank(x, np.ones(x.shape[1]), ties=ties)  # type: ignore[arg-type]
    close(found, stats.rankdata(x, method=method, axis=0, nan_policy="omit"))


def test_percentiles_by_hand() -> None:
    """Four units, two of them level: places 1, 2, 2, 4 of 4."""
    x = column(5, 7, 7, 9)
    for formula, wanted in {
        "between": (0, 1 / 3, 1 / 3, 1), "share": (0.25, 0.5, 0.5, 1), "middle": (0.125, 0.375, 0.375, 0.875),
    }.items():  # fmt: skip
        found, _ = percentile(x, HIGHER, ties="min", formula=formula, low=10, high=20)  # type: ignore[arg-type]
        close(found, column(*(10 + 10 * share for share in wanted)))
    alone = percentile(column(3), HIGHER, ties="min", formula="between", low=0, high=1)[0]
    assert np.isnan(alone).all()


# ---- second opinions -------------------------------------------------------------------------------------


FIELD = np.random.default_rng(5).gamma(2.0, 3.0, (40, 6))
UP, DOWN = np.ones(6), -np.ones(6)


def test_scales_are_those_of_scikit_learn() -> None:
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    wanted = preprocessing.MinMaxScaler((1, 100)).fit_transform(FIELD)
    close(minmax(FIELD, UP, low=1, high=100, constant=NAN), wanted)
    wanted = preprocessing.StandardScaler().fit_transform(FIELD)
    close(zscore(FIELD, UP, ddof=0, centre=0, spread=1, constant=NAN), wanted)


def test_scales_are_those_of_pymcdm() -> None:
    theirs = pytest.importorskip("pymcdm.normalizations")
    for sign, cost in ((UP, False), (DOWN, True)):
        wanted = np.column_stack([theirs.minmax_normalization(column, cost) for column in FIELD.T])
        close(distance_to_best(FIELD, sign, factor=1, constant=NAN), wanted)
        wanted = np.column_stack([theirs.sum_normalization(column, cost) for column in FIELD.T])
        close(ratio(FIELD, sign, to="sum", difference=False, factor=1), wanted)
        wanted = np.column_stack([theirs.linear_normalization(column, cost) for column in FIELD.T])
        close(ratio(FIELD, sign, to="best", difference=False, factor=1), wanted)
    wanted = np.column_stack([theirs.vector_normalization(column, False) for column in FIELD.T])
    close(ratio(FIELD, UP, to="length", difference=False, factor=1), wanted)


@law(tables())
def test_medians_are_those_of_numpy(x: Array) -> None:
    with np.errstate(all="ignore"):
        wanted = [np.median(one[~np.isnan(one)]) if (~np.isnan(one)).any() else NAN for one in x.T]
    close(median(x)[0], wanted)


# ---- by a reference --------------------------------------------------------------------------------------


@law(tables(columns=(1, 1)), quarters(), st.integers(1, 99), st.integers(1, 100), st.booleans())
def test_scaled_is_goalposts_that_hold_nobody(
    x: Array, lower: float, way: int, factor: int, less_is_better: bool
) -> None:
    sign = LOWER if less_is_better else HIGHER
    close(
        scaled(x, sign, lower=lower, upper=lower + way, factor=factor),
        posts(x, sign, lower=lower, upper=lower + way, high=factor),
    )


@law(tables(units=(2, 8), columns=(1, 1), gaps=False), st.booleans())
def test_distances_to_the_best_unit_and_to_a_target_there_are_the_same(x: Array, less: bool) -> None:
    """With the best as reference or target, both are min–max from 0."""
    sign = LOWER if less else HIGHER
    best = x.min() if less else x.max()
    assume(x.max() > x.min())
    wanted = minmax(x, sign, low=0, high=7, constant=NAN)
    close(distance_to_target(x, sign, target=best, factor=7, cap=True, met=NAN)[0], wanted)
    reference = np.array([[best]])
    close(distance_to_reference(x, sign, reference=reference, factor=7, cap=True)[0], wanted)


@law(tables(units=(2, 6), columns=(1, 2)), tables(units=(2, 6), columns=(2, 2)), st.integers(0, 9))
def test_mpi_has_its_centre_at_the_mean_and_its_spread_at_half_the_range(
    x: Array, other: Array, seed: int
) -> None:
    """Mazziotta and Pareto (2016): (x − (ref − D)) / 2D · 60 + 70; where less is better, 200 less that."""
    sign = signs_for(x, seed)
    sample = other[:, : x.shape[1]]
    found = mpi(x, sign, centre=100, spread=30, constant=NAN, sample=sample)
    for c in range(x.shape[1]):
        field = sample[:, c][~np.isnan(sample[:, c])]
        if not field.size or field.max() == field.min():
            assert np.isnan(found[:, c]).all()
            continue
        reference, half = statistics.fmean(field.tolist()), (field.max() - field.min()) / 2
        wanted = (x[:, c] - (reference - half)) / (2 * half) * 60 + 70
        close(found[:, c], wanted if sign[c] > 0 else 200 - wanted)


def test_shares_by_hand() -> None:
    """2, 4, 10: mean 16/3, median 4, sum 16, length √120."""
    x = column(2, 4, 10, NAN)
    for to, reference in {
        "best": 10, "worst": 2, "mean": 16 / 3, "median": 4, "sum": 16, "length": math.sqrt(120),
    }.items():  # fmt: skip
        found = ratio(x, HIGHER, to=to, difference=False, factor=100)  # type: ignore[arg-type]
        close(found, 100 * x / reference)
        found = ratio(x, HIGHER, to=to, difference=True, factor=1)  # type: ignore[arg-type]
        close(found, x / reference - 1)
    close(ratio(x, LOWER, to="worst", difference=False, factor=1), column(5, 2.5, 1, NAN))
    close(ratio(x, LOWER, to="mean", difference=True, factor=1), 1 - x / (16 / 3))


def test_figures_below_zero_have_no_ratio() -> None:
    close(ratio(column(-1, -2), HIGHER, to="best", difference=False, factor=1), column(NAN, NAN))
    close(ratio(column(0, 2), LOWER, to="best", difference=False, factor=1), column(NAN, 1))
    close(ratio(column(-1, 2), HIGHER, to="best", difference=False, factor=1), column(-0.5, 1))


# ---- by steps --------------------------------------------------------------------------------------------


@law(tables(columns=(1, 1)), st.lists(st.integers(-3, 3), min_size=1, max_size=4, unique=True), st.booleans(),
     st.booleans())  # fmt: skip
def test_bands_are_those_counted(x: Array, cuts: list[int], upper: bool, less: bool) -> None:
    cuts.sort()
    scores = [10.0 * at for at in range(len(cuts) + 1)]
    found = bands(x, LOWER if less else HIGHER, cuts=cuts, scores=scores, upper=upper)[:, 0]
    for figure, score in zip(x[:, 0].tolist(), found.tolist(), strict=True):
        if figure != figure:
            assert score != score
        elif less:
            assert score == 10 * sum(figure < cut or (figure == cut and upper) for cut in cuts)
        else:
            assert score == 10 * sum(figure > cut or (figure == cut and upper) for cut in cuts)


def test_about_the_mean_by_hand() -> None:
    """Mean 10: from 8 to 12 counts as level; the same below zero."""
    x = column(8, 12, 7.75, 12.25, 10, NAN)
    wanted = column(0, 0, -1, 1, 0, NAN)
    close(about_mean(x, HIGHER, band=0.2, below=-1, within=0, above=1), wanted)
    close(about_mean(x, LOWER, band=0.2, below=-1, within=0, above=1), -wanted)
    close(about_mean(-x, LOWER, band=0.2, below=-1, within=0, above=1), wanted)


def test_change_by_hand() -> None:
    x = np.array([[[2.0], [NAN], [0.0], [-1.0]], [[3.0], [1.0], [5.0], [1.0]], [[1.5], [2.0], [0.0], [2.0]]])
    before = np.array([[[NAN]] * 4, [[50], [NAN], [NAN], [NAN]], [[-50], [100], [-100], [100]]])
    close(change(x, HIGHER, of="before", factor=100), before)
    close(change(x, LOWER, of="before", factor=100), -before)
    now = np.array([[[NAN]] * 4, [[1 / 3], [NAN], [1], [2]], [[-1], [0.5], [NAN], [0.5]]])
    close(change(x, HIGHER, of="now", factor=1), now)
