"""Imputation: by hand, against other libraries, and what may never change."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from _arrays import NAN, Array, close, law, quarters, tables
from innodex.engine import impute

blocks = tables(units=(3, 9), columns=(2, 4))
ALL = {"mean": impute.mean, "median": impute.median}


def random_gaps(seed: int, units: int, columns: int, share: float = 0.25) -> Array:
    """Correlated figures with gaps at random; no unit is without figures."""
    random = np.random.default_rng(seed)
    x = random.standard_normal((units, columns)) @ random.standard_normal((columns, columns)) * 5 + 40
    x[random.random(x.shape) < share] = NAN
    x[np.isnan(x).all(axis=1), 0] = 40.0
    return x


def row(x: Array, sign: Array | None = None, **policies: Any) -> Array:
    policies = {"average": "mean", "scale": True, "sample": x} | policies
    return impute.row(x, np.ones(x.shape[-1]) if sign is None else sign, **policies)


def em(x: Array, ridge: float = 0.0, nothing: Any = "mean") -> Array:
    return impute.expected(x, impute.normal(x, ridge=ridge), nothing=nothing)


def knn(x: Array, **policies: Any) -> Array:
    policies = {"k": 2, "power": 2, "average": "mean"} | policies
    return impute.knn(x, x, np.ones(len(x), bool), **policies)


FILLS: dict[str, Callable[[Array], Array]] = {
    "value": lambda x: impute.constant(x, value=3),
    "mean": impute.mean,
    "median": impute.median,
    "row": row,
    "knn": knn,
    "em": lambda x: em(x, ridge=0.1),
}


# ---- laws --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILLS)
@law(blocks)
def test_what_is_there_stays(name: str, x: Array) -> None:
    found = FILLS[name](x)

    assert found[~np.isnan(x)].tolist() == x[~np.isnan(x)].tolist()


@pytest.mark.parametrize("name", ["value", "mean", "median", "row", "em"])
@law(blocks, st.randoms(use_true_random=False))
def test_the_order_of_units_is_irrelevant(name: str, x: Array, random: Any) -> None:
    order = list(range(len(x)))
    random.shuffle(order)

    close(FILLS[name](x[order]), FILLS[name](x)[order])


@pytest.mark.parametrize("name", ["mean", "median", "row", "em"])
@law(blocks, st.sampled_from([0.5, 2.0, 8.0]), quarters(-20, 20))
def test_another_unit_of_measurement_is_irrelevant(name: str, x: Array, factor: float, shift: float) -> None:
    scaled = x.copy()
    scaled[:, 0] = factor * x[:, 0] + shift
    found, expected = FILLS[name](scaled), FILLS[name](x)
    expected[:, 0] = factor * expected[:, 0] + shift

    close(found, expected)


@law(blocks)
def test_an_average_lies_among_the_figures(x: Array) -> None:
    for fill in (impute.mean, impute.median, knn):
        found = fill(x)
        low, high = np.fmin.reduce(x, axis=0), np.fmax.reduce(x, axis=0)
        filled = np.isnan(x) & ~np.isnan(found)
        assert ((found >= low - 1e-9) & (found <= high + 1e-9))[filled].all()


# ---- from the other units ----------------------------------------------------------------------------------


def test_mean_and_median_by_hand() -> None:
    x = np.array([[1.0, NAN], [2, NAN], [NAN, NAN], [9, NAN]])

    close(impute.mean(x), [[1, NAN], [2, NAN], [4, NAN], [9, NAN]])
    close(impute.median(x)[:, 0], [1, 2, 2, 9])


def test_the_median_of_an_even_number_is_halfway() -> None:
    assert impute.median(np.array([[1.0], [4], [10], [2], [NAN]]))[4, 0] == 3


def test_a_sample_apart_from_the_units() -> None:
    """Gaps are filled from the sample alone, whatever the units themselves have."""
    x = np.array([[NAN], [100.0]])

    assert impute.mean(x, sample=np.array([[1.0], [3.0]]))[0, 0] == 2


def test_groups_by_hand() -> None:
    """No group and a group without figures: the gap stays, or gets the average of all."""
    x = np.array([[2.0], [NAN], [4], [NAN], [NAN], [9]])
    groups = np.array([0, 0, 0, 1, -1, -1])

    stay = impute.by_group(x, groups, average="mean", empty="missing")
    fall = impute.by_group(x, groups, average="median", empty="all")

    close(stay[:, 0], [2, 3, 4, NAN, NAN, 9])
    close(fall[:, 0], [2, 3, 4, 4, 4, 9])


@law(blocks, st.integers(0, 2**20), st.sampled_from(["mean", "median"]))
def test_groups_against_pandas(x: Array, seed: int, average: Any) -> None:
    pandas = pytest.importorskip("pandas")
    groups = np.random.default_rng(seed).integers(0, 3, len(x))
    frame = pandas.DataFrame(x)

    expected = frame.fillna(frame.groupby(groups).transform(average)).to_numpy()

    close(impute.by_group(x, groups, average=average, empty="missing"), expected)


def test_leading_axes_are_computed_each_alone() -> None:
    x = np.stack([random_gaps(1, 7, 3), random_gaps(2, 7, 3)])
    groups = np.array([0, 1, 0, 1, 1, -1, 0])

    found = impute.by_group(x, groups, average="mean", empty="all")

    for at in range(2):
        close(found[at], impute.by_group(x[at], groups, average="mean", empty="all"))
        close(row(x)[at], row(x[at]))


# ---- from the unit's other figures -------------------------------------------------------------------------


def test_row_by_hand() -> None:
    """The second unit is a quarter up in b and, where less is better, three quarters up in c: half in a."""
    x = np.array([[0.0, 0, 0], [NAN, 10, 2], [8, 40, 8]])

    assert row(x, np.array([1.0, 1, -1]))[1, 0] == pytest.approx(0.5 * 8)
    assert row(x, np.array([-1.0, 1, -1]))[1, 0] == pytest.approx(8 - 0.5 * 8)


def test_row_as_the_figures_stand() -> None:
    assert row(np.array([[NAN, 1.0, 5], [1, 2, 3]]), scale=False)[0, 0] == 3


def test_row_without_other_figures_stays() -> None:
    assert np.isnan(row(np.array([[NAN, NAN], [1, 2], [3, 4]]))[0]).all()


def test_a_constant_indicator_counts_for_nothing_in_a_row() -> None:
    """Its gap gets what all agree on; in the gaps of others it has no say."""
    x = np.array([[1.0, 7, 0], [3, NAN, 1], [NAN, 7, 1]])

    found = row(x)

    assert found[1, 1] == 7
    assert found[2, 0] == 3


# ---- neighbours --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("average", ["mean", "nearness"])
@pytest.mark.parametrize("k", [1, 3, 5])
@pytest.mark.parametrize("seed", range(4))
def test_neighbours_against_scikit_learn(average: Any, k: int, seed: int) -> None:
    module = pytest.importorskip("sklearn.impute")
    x = random_gaps(seed, 30, 5)
    theirs = module.KNNImputer(n_neighbors=k, weights={"mean": "uniform", "nearness": "distance"}[average])

    close(knn(x, k=k, average=average), theirs.fit_transform(x))


def test_neighbours_in_city_blocks() -> None:
    """From the third unit to the first it is 7 by blocks, 5 straight; to the second 6.5 by either."""
    x = np.array([[0.0, 0, 1], [3, 10.5, 2], [3, 4, NAN]])

    assert knn(x, k=1, power=1)[2, 2] == 2
    assert knn(x, k=1, power=2)[2, 2] == 1


def test_of_neighbours_equally_near_the_first_counts() -> None:
    assert knn(np.array([[1.0, 10], [3, 30], [2, NAN]]), k=1)[2, 1] == 10
    assert knn(np.array([[3.0, 30], [1, 10], [2, NAN]]), k=1)[2, 1] == 30


def test_last_bits_do_not_choose_a_neighbour() -> None:
    """0.1 + 0.2 is not 0.3; as distances they are the same."""
    x = np.array([[0.3, 1.0], [-(0.1 + 0.2), 2.0], [0.0, NAN]])

    assert knn(x, k=1)[2, 1] == 1
    assert knn(x[[1, 0, 2]], k=1)[2, 1] == 2


def test_a_unit_that_is_no_donor_still_receives() -> None:
    x = np.array([[1.0, 5], [1.1, NAN], [9, 7]])

    found = impute.knn(x, x, np.array([False, False, True]), k=1, power=2, average="mean")

    assert found[1, 1] == 7


def test_fewer_donors_than_k_and_none() -> None:
    x = np.array([[1.0, NAN], [2, 6], [3, 8], [NAN, NAN]])

    found = knn(x, k=5)

    assert found[0, 1] == 7
    assert np.isnan(found[3]).all()


def test_nearness_of_a_twin() -> None:
    """At distance zero a unit is the same as the other: nobody else counts."""
    x = np.array([[1.0, 5], [1, NAN], [2, 100], [1, 7]])

    assert knn(x, k=3, average="nearness")[1, 1] == 6


# ---- from a model ------------------------------------------------------------------------------------------


def test_em_finds_what_is_known_for_two_indicators() -> None:
    """One complete, one with gaps: the maximum is known in closed form (Anderson 1957, JASA 52, 200–203)."""
    x = np.array([[1.0, 2.1], [2, 3.9], [3, 6.2], [4, 7.8], [5, NAN], [9, NAN]])
    a, b = x[:4, 0], x[:4, 1]
    slope = np.cov(a, b, ddof=0)[0, 1] / np.var(a)
    mean = b.mean() + slope * (x[:, 0].mean() - a.mean())
    variance = np.var(b) + slope**2 * (np.var(x[:, 0]) - np.var(a))

    found = impute.normal(x, ridge=0)

    assert found.sound
    close(found.mean, [x[:, 0].mean(), mean], 1e-6)
    close(found.covariance[1, 1], variance, 1e-6)
    close(found.covariance[0, 1], slope * np.var(x[:, 0]), 1e-6)
    close(em(x)[4, 1], b.mean() + slope * (5 - a.mean()), 1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_em_reaches_the_maximum_of_the_likelihood(seed: int) -> None:
    """No nearby mean or covariance makes the figures there more likely."""
    stats = pytest.importorskip("scipy.stats")
    x = random_gaps(seed, 40, 3)
    found = impute.normal(x, ridge=0)

    def likelihood(mean: Array, covariance: Array) -> float:
        total = 0.0
        for one in x:
            at = np.flatnonzero(~np.isnan(one))
            total += stats.multivariate_normal(mean[at], covariance[np.ix_(at, at)]).logpdf(one[at])
        return total

    best = likelihood(found.mean, found.covariance)
    random = np.random.default_rng(seed)
    for _ in range(40):
        tilt = np.eye(3) + 0.02 * random.standard_normal((3, 3))
        mean = found.mean + 0.05 * random.standard_normal(3)
        assert likelihood(mean, found.covariance) <= best + 1e-7
        assert likelihood(found.mean, tilt @ found.covariance @ tilt.T) <= best + 1e-7


def test_em_bears_indicators_of_very_different_sizes() -> None:
    x = random_gaps(8, 30, 4)
    sizes = np.array([1e-9, 1.0, 1e9, 1e12])

    close(em(x * sizes) / sizes, em(x), 1e-7)


def test_em_without_gaps_is_mean_and_covariance() -> None:
    x = random_gaps(5, 20, 3, share=0)
    found = impute.normal(x, ridge=0)

    close(found.mean, x.mean(axis=0))
    close(found.covariance, np.cov(x.T, ddof=0))


def test_the_ridge_is_added_to_standardised_variances() -> None:
    x = random_gaps(6, 20, 2, share=0)
    plain, ridged = impute.normal(x, ridge=0), impute.normal(x, ridge=0.5)

    close(np.diag(ridged.covariance), 1.5 * np.diag(plain.covariance))
    close(ridged.covariance[0, 1], plain.covariance[0, 1])


def test_em_says_when_figures_follow_from_each_other() -> None:
    x = np.column_stack([np.arange(8.0), 2 * np.arange(8.0)])
    x[3, 1] = NAN

    assert not impute.normal(x, ridge=0).sound
    assert impute.normal(x, ridge=0.1).sound


@pytest.mark.parametrize("seed", range(6))
def test_em_on_hardly_more_units_than_indicators_ends(seed: int) -> None:
    """The likelihood may then have no maximum: it is said so, without overflow on the way."""
    x = random_gaps(seed, 10, 8, share=0.3)
    with np.errstate(all="raise"):
        found = impute.normal(x, ridge=0)

    assert not found.sound or np.isfinite(found.covariance).all()


def test_em_with_a_constant_and_an_empty_indicator() -> None:
    x = np.column_stack([[1.0, 2, 4, 7], [5, 5, NAN, 5], [NAN] * 4])

    found = em(x)

    assert found[2, 1] == 5
    assert np.isnan(found[:, 2]).all()


def test_a_unit_without_figures_stays_or_gets_the_mean() -> None:
    x = np.array([[1.0, 2], [2, 5], [4, 6], [NAN, NAN]])

    assert np.isnan(em(x, nothing="missing")[3]).all()
    close(em(x, nothing="mean")[3], x[:3].mean(axis=0))


def test_draws_have_the_conditional_distribution() -> None:
    """20,000 draws of one gap: mean and variance are those of the formula, and what is there never moves."""
    both = impute.Normal(np.array([0.0, 10.0]), np.array([[1.0, 2.0], [2.0, 8.0]]), 1, True)
    noise = np.random.Generator(np.random.Philox(7)).standard_normal((20_000, 1, 2))

    found = impute.expected(np.array([[1.0, NAN]]), both, nothing="missing", noise=noise)

    assert (found[:, 0, 0] == 1).all()
    assert found[:, 0, 1].mean() == pytest.approx(12, abs=0.05)
    assert found[:, 0, 1].var() == pytest.approx(8 - 4, rel=0.04)


@pytest.mark.parametrize("seed", range(3))
def test_regression_against_statsmodels(seed: int) -> None:
    models = pytest.importorskip("statsmodels.api")
    x = random_gaps(seed, 25, 4, share=0.15)
    y, rest = x[:, 0], x[:, 1:]
    theirs = models.OLS(y, models.add_constant(rest), missing="drop").fit()

    fit = impute.line(y, rest)
    found = impute.regression(y, rest, fit)

    assert fit.units == theirs.nobs
    close([fit.intercept, *fit.slope], theirs.params, 1e-8)
    close(fit.deviation, math.sqrt(theirs.mse_resid), 1e-8)
    gaps = np.isnan(y)
    close(found[gaps], theirs.predict(models.add_constant(rest, has_constant="add"))[gaps], 1e-8)


def test_a_line_through_too_few_units_is_none() -> None:
    assert not impute.line(np.array([1.0, 2, NAN]), np.array([[1.0], [2], [3]])).sound
    assert not impute.line(np.arange(5.0), np.column_stack([np.arange(5.0), 2 * np.arange(5.0)])).sound


# ---- from other periods ------------------------------------------------------------------------------------


def along(*figures: float) -> Array:
    """One unit and indicator over years."""
    return np.array(figures).reshape(-1, 1, 1)


YEARS = np.array([2015.0, 2016, 2018, 2022])


def test_latest_goes_by_years_not_by_periods() -> None:
    """From 2016 to 2018 are two years, though no period lies between."""
    x = along(1, 2, NAN, NAN)

    close(impute.latest(x, YEARS, max_age=2)[0].ravel(), [1, 2, 2, NAN])
    close(impute.latest(x, YEARS, max_age=6)[0].ravel(), [1, 2, 2, 2])
    close(impute.latest(x, YEARS, max_age=1)[0].ravel(), [1, 2, NAN, NAN])
    assert impute.latest(x, YEARS, max_age=6)[1].ravel().tolist() == [0, 1, 1, 1]
    assert impute.latest(along(NAN, 2, NAN, NAN), YEARS, max_age=2)[1].ravel().tolist() == [-1, 1, 1, -1]


def test_hold() -> None:
    found, place = impute.hold(along(NAN, 4, NAN, 9))

    close(found.ravel(), [4, 4, 4, 9])
    assert place.ravel().tolist() == [1, 1, 1, 3]
    assert np.isnan(impute.hold(along(NAN, NAN))[0]).all()


def linear(x: Array, when: Array = YEARS, **policies: Any) -> Array:
    return impute.interpolate(x, when, **({"ends": "hold", "single": "hold"} | policies))


def test_lines_go_by_years() -> None:
    """From 10 in 2016 to 22 in 2022 is 2 a year: 14 in 2018, and 8 in 2015 if the line is drawn on."""
    x = along(NAN, 10, NAN, 22)

    close(linear(x).ravel(), [10, 10, 14, 22])
    close(linear(x, ends="missing").ravel(), [NAN, 10, 14, 22])
    close(linear(x, ends="extend").ravel(), [8, 10, 14, 22])


def test_ends_go_on_from_the_nearest_two() -> None:
    x = along(1, 2, 6, NAN)

    close(linear(x, ends="extend").ravel(), [1, 2, 6, 14])
    close(linear(along(NAN, NAN, 6, 14), ends="extend").ravel(), [0, 2, 6, 14])


def test_a_single_figure_has_no_line() -> None:
    """It is held, or the gaps stay, whatever the ends; units with two figures are drawn as ever."""
    x = np.array([[[5.0], [1]], [[NAN], [NAN]], [[NAN], [3]]])
    when = np.array([2021.0, 2022, 2023])

    for ends in ("hold", "missing", "extend"):
        held = linear(x, when, ends=ends, single="hold")
        left = linear(x, when, ends=ends, single="missing")
        close(held[:, :, 0], [[5, 1], [5, 2], [5, 3]])
        close(left[:, :, 0], [[5, 1], [NAN, 2], [NAN, 3]])


@law(tables(units=(2, 8), columns=(1, 3)))
def test_lines_against_numpy(x: Array) -> None:
    when = np.cumsum(np.arange(1.0, len(x) + 1))
    found = linear(x[:, None, :], when)[:, 0, :]
    for c in range(x.shape[1]):
        there = ~np.isnan(x[:, c])
        if there.any():
            close(found[:, c], np.interp(when, when[there], x[there, c]))


@law(tables(units=(2, 8), columns=(1, 3)))
def test_holding_against_scipy(x: Array) -> None:
    interpolate = pytest.importorskip("scipy.interpolate")
    when = np.arange(len(x), dtype=float)
    found = impute.hold(x[:, None, :])[0][:, 0, :]
    for c in range(x.shape[1]):
        there = ~np.isnan(x[:, c])
        assume(there.sum() > 1)
        ends = (x[there, c][0], x[there, c][-1])
        known = interpolate.interp1d(
            when[there], x[there, c], kind="previous", bounds_error=False, fill_value=ends
        )
        close(found[:, c], known(when))


# ---- drawn -------------------------------------------------------------------------------------------------


def test_a_hot_deck_draws_from_the_group_alone() -> None:
    x = np.array([[1.0], [2], [NAN], [50], [NAN]])
    groups = np.array([0, 0, 0, 1, 1])
    chance = np.random.Generator(np.random.Philox(1)).random((2000, 5, 1))

    found = impute.hot_deck(x, x, groups, groups, chance)

    assert set(found[:, 2, 0]) == {1.0, 2.0}
    assert set(found[:, 4, 0]) == {50.0}
    assert found[:, 2, 0].mean() == pytest.approx(1.5, abs=0.05)
    assert (found[:, [0, 1, 3]] == x[[0, 1, 3]]).all()


def test_draws_of_a_row_and_of_neighbours_are_figures_that_are_there() -> None:
    chance = np.random.Generator(np.random.Philox(1)).random((200, 3, 3))
    x = np.array([[0.0, 0, 0], [NAN, 10, 6], [8, 40, 8]])
    shares = {round(row(x, uniform=one)[1, 0] / 8, 9) for one in chance}
    assert shares == {0.25, 0.75}

    y = np.array([[1.0, 5], [1.1, NAN], [1.2, 7], [9, 100]])
    drawn = {knn(y, uniform=one)[1, 1] for one in np.random.Generator(np.random.Philox(2)).random((99, 4, 2))}
    assert drawn == {5.0, 7.0}
