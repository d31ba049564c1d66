"""Impute: what stands in for a missing figure.

Axes are (..., unit, indicator), over time (period, unit, indicator); NaN is missing. What is there stays as
it is. `sample` (..., unit, indicator), `x` itself if left out, is what means, medians and covariances are
taken from. What cannot be found stays missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from innodex.engine import _array
from innodex.engine._array import Array, Mask

Ints = npt.NDArray[np.int64]
_DIGITS = 12  # distances that differ only beyond it are ties
_LEAST = 1e-7  # of a variance of 1: less is left where figures all but follow from each other


def _filled(x: Array, value: Array) -> Array:
    return np.where(np.isnan(x), value, x)


def _median(x: Array, axis: int = -2) -> Array:
    """The median of the values there are along `axis` (kept); NaN where there is none."""
    ordered = np.sort(x, axis=axis)  # missing ones go last
    n = np.count_nonzero(~np.isnan(x), axis=axis, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum(n - 1, 0) // 2, axis)
    high = np.take_along_axis(ordered, np.minimum(n // 2, x.shape[axis] - 1), axis)
    return np.where(n > 0, low + (high - low) / 2, np.nan)


# ---- from the other units ----------------------------------------------------------------------------------


def constant(x: Array, *, value: float) -> Array:
    r"""A fixed number in every gap.

    Formula:
        $$ \hat x_{ui} = c $$
    Use: where a gap has one known meaning, such as "none" in a register that lists only those who have some.
    Avoid: everywhere else: a guess that looks like a figure.
    Source: plain statement; OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 3.

    >>> constant(np.array([[1.0], [np.nan]]), value=0).ravel()
    array([1., 0.])
    """
    return _filled(x, np.float64(value))  # type: ignore[arg-type]


def mean(x: Array, *, sample: Array | None = None) -> Array:
    r"""The mean of the indicator over the units of the sample in every gap.

    An indicator that no unit of the sample has stays missing.

    Formula:
        $$ \hat x_{ui} = \frac{1}{n_i} \sum_{v\ \text{there}} x_{vi} $$
    Use: few gaps, spread at random, and a value is needed for every cell.
    Avoid: many gaps: it draws units together, lowers the variance and weakens correlations.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 3, section 3.1.

    >>> mean(np.array([[1.0], [np.nan], [3.0]])).ravel()
    array([1., 2., 3.])
    """
    return _filled(x, _array.mean(x if sample is None else sample))


def median(x: Array, *, sample: Array | None = None) -> Array:
    r"""The median of the indicator over the units of the sample in every gap.

    Formula:
        $$ \hat x_{ui} = \operatorname{med}_{v\ \text{there}} x_{vi} $$
    Use: as the mean, where the indicator is skewed or has outliers.
    Avoid: as the mean.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 3, section 3.1.

    >>> median(np.array([[1.0], [np.nan], [3.0], [50.0]])).ravel()
    array([ 1.,  3.,  3., 50.])
    """
    return _filled(x, _median(x if sample is None else sample))


def by_group(
    x: Array,
    groups: Ints,
    *,
    average: Literal["mean", "median"],
    empty: Literal["missing", "all"],
    sample: Array | None = None,
    sample_groups: Ints | None = None,
) -> Array:
    r"""The mean or median of the indicator over the units of the same group in every gap.

    `groups` (unit) numbers the group of each unit, −1 for none; `sample_groups` those of the sample. Where no
    unit of the group has a figure, or a unit has no group, the gap stays ("missing") or gets the average of
    all units of the sample ("all").

    Formula:
        $$ \hat x_{ui} = \operatorname{avg}_{v \in g(u),\ \text{there}} x_{vi} $$
    Use: where units of a kind (a region, a size) resemble each other more than they resemble the rest.
    Avoid: groups of a handful of units, where one neighbour decides.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 3, section 3.1.

    >>> x = np.array([[1.0], [np.nan], [9.0]])
    >>> by_group(x, np.array([0, 0, 1]), average="mean", empty="missing").ravel()
    array([1., 1., 9.])
    """
    sample = x if sample is None else sample
    members = groups if sample_groups is None else sample_groups
    average_of = _array.mean if average == "mean" else _median
    count = int(max(groups.max(initial=-1), members.max(initial=-1))) + 1
    # One row a group, and a last one, which −1 takes, for units without any.
    table = np.full((*sample.shape[:-2], count + 1, sample.shape[-1]), np.nan)
    order = np.argsort(members, kind="stable")
    bounds = np.searchsorted(members[order], np.arange(count + 1))
    for group in range(count):
        rows = order[bounds[group] : bounds[group + 1]]
        if rows.size:
            table[..., group, :] = average_of(sample[..., rows, :])[..., 0, :]
    if empty == "all":
        table = _filled(table, average_of(sample))
    return _filled(x, table[..., groups, :])


# ---- from the unit's other figures -------------------------------------------------------------------------


def row(
    x: Array,
    sign: Array,
    *,
    average: Literal["mean", "median"],
    scale: bool,
    sample: Array,
    uniform: Array | None = None,
) -> Array:
    r"""The average of the unit's own other figures, on a common scale, in every gap of a branch.

    `x` (..., unit, indicator) are the indicators of one branch. With `scale` they are first put on 0 to 1
    from the worst to the best unit of the sample (`sign` −1 where less is better), averaged there, and the
    average is taken back to the indicator's own scale. An indicator on which all units agree has no place on
    that scale: it counts for nothing, and a gap in it gets the figure all agree on. A unit without any figure
    in the branch stays as it is.

    Formula:
        $$ \hat x_{ui} = \min_i + (\max_i - \min_i)\,
           \operatorname{avg}_{j \in b,\ \text{there}} \frac{x_{uj} - \min_j}{\max_j - \min_j} $$
    Use: where the indicators of a branch measure one thing; it is what leaving the gap out does to the mean
        of the branch, made visible.
    Avoid: branches whose indicators hardly correlate.
    Source: Becker, Caperna, Del Sorbo, Norlén, Papadimitriou and Saisana (2022), COINr: an R package for
        developing composite indicators, Journal of Open Source Software 7(78), 4567.

    >>> x = np.array([[0.0, 10.0], [5.0, np.nan], [10.0, 30.0]])
    >>> row(x, np.array([1.0, 1.0]), average="mean", scale=True, sample=x)[1]
    array([ 5., 20.])
    """
    if not scale:
        return _filled(x, _typical(x, average, uniform))
    low = np.fmin.reduce(sample, axis=-2, keepdims=True)
    high = np.fmax.reduce(sample, axis=-2, keepdims=True)
    spread = np.where(high > low, high - low, np.nan)
    share = np.where(sign < 0, high - x, x - low) / spread
    typical = _typical(share, average, uniform)
    back = np.where(sign < 0, high - typical * (high - low), low + typical * (high - low))
    return _filled(x, back)


def _typical(x: Array, average: str, uniform: Array | None) -> Array:
    """The average of the figures along the last axis, or one of them."""
    if uniform is None:
        return _array.mean(x, -1) if average == "mean" else _median(x, -1)
    return _drawn(x, uniform)


def _drawn(x: Array, uniform: Array) -> Array:
    """One of the figures there are along the last axis, chosen by numbers from 0 up to 1; NaN for none."""
    n = np.count_nonzero(~np.isnan(x), axis=-1, keepdims=True)
    pick = np.minimum((uniform * n).astype(np.int64), np.maximum(n - 1, 0))
    found: Array = np.take_along_axis(np.sort(x, axis=-1), pick, axis=-1)  # missing ones go last
    return found


def neighbours(x: Array, donors: Mask, *, k: int, power: int) -> tuple[Ints, Array, Ints]:
    """For every gap of (unit, indicator): the nearest `k` donors that have a figure there.

    The distance of two units is the Minkowski distance (`power` 1: city block, 2: Euclidean) over the
    indicators that both have, scaled up to all indicators. Donors are units that `donors` marks, other than
    the unit itself, that share an indicator with it. Of donors as far as each other (to 12 digits) the
    earlier comes first. Gives the gaps (gap, 2) as unit and indicator, the distances (gap, k) and the donors
    (gap, k); −1 and infinity where there are fewer than k.

    >>> x = np.array([[0.0, 1.0], [0.1, np.nan], [5.0, 9.0]])
    >>> gaps, far, who = neighbours(x, np.ones(3, bool), k=1, power=2)
    >>> gaps.tolist(), who.tolist()
    ([[1, 1]], [[0]])
    """
    listed = np.flatnonzero(donors)
    lacking = np.flatnonzero(np.isnan(x).any(axis=1))
    gaps, far, who = [], [], []
    step = max(1, 250_000 // max(1, listed.size))
    for start in range(0, lacking.size, step):
        rows = lacking[start : start + step]
        distance = _distances(x[rows], x[listed], power)
        distance[rows[:, None] == listed] = np.inf
        for column in np.flatnonzero(np.isnan(x[rows]).any(axis=0)):
            at = np.flatnonzero(np.isnan(x[rows, column]))
            usable = np.where(np.isnan(x[listed, column]), np.inf, distance[at])
            order = _first(usable, k)
            near = np.take_along_axis(usable, order, axis=1)
            gaps.append(np.column_stack([rows[at], np.full(at.size, column)]))
            far.append(_wide(near, k, np.inf))
            who.append(_wide(np.where(np.isfinite(near), listed[order], -1), k, -1))
    if not gaps:
        return np.empty((0, 2), np.int64), np.empty((0, k)), np.empty((0, k), np.int64)
    return np.concatenate(gaps), np.concatenate(far), np.concatenate(who)


def _wide(x: npt.NDArray[np.generic], k: int, nothing: float) -> npt.NDArray[np.generic]:
    return np.pad(x, ((0, 0), (0, k - x.shape[1])), constant_values=nothing)


def _first(x: Array, k: int) -> Ints:
    """The places of the k smallest values along the last axis; of equal ones the earlier come first."""
    if x.shape[1] > k:
        bound = np.partition(x, k - 1, axis=1)[:, k - 1 : k]
        level = int(np.count_nonzero(x <= bound, axis=1).max())
        some = np.sort(np.argpartition(x, level - 1, axis=1)[:, :level], axis=1)
    else:
        some = np.broadcast_to(np.arange(x.shape[1]), x.shape)
    order = np.argsort(np.take_along_axis(x, some, axis=1), axis=1, kind="stable")[:, :k]
    return np.take_along_axis(some, order, axis=1)


def _distances(rows: Array, donors: Array, power: int) -> Array:
    """(row, donor): the distance over shared indicators, scaled up; infinite where none is shared."""
    shared = (~np.isnan(rows)).astype(np.float64) @ (~np.isnan(donors)).astype(np.float64).T
    total = np.zeros(shared.shape)
    for column in range(rows.shape[1]):  # one at a time: all at once would be a cube
        away = np.subtract.outer(rows[:, column], donors[:, column])
        away = np.multiply(away, away, out=away) if power == 2 else np.abs(away, out=away)
        np.copyto(away, 0.0, where=np.isnan(away))
        total += away
    found = (total * rows.shape[1] / np.maximum(shared, 1)) ** (1 / power)
    found = np.where(shared > 0, found, np.inf)
    size = np.where(np.isfinite(found) & (found > 0), found, 1.0)
    unit = 10.0 ** (np.floor(np.log10(size)) - _DIGITS + 1)
    rounded: Array = np.where(np.isfinite(found), np.round(found / unit) * unit, found)
    return rounded


def knn(
    x: Array,
    scaled: Array,
    donors: Mask,
    *,
    k: int,
    power: int,
    average: Literal["mean", "nearness", "median"],
    uniform: Array | None = None,
) -> Array:
    r"""The average of the indicator over the `k` most similar units in every gap of (unit, indicator).

    `scaled` are the same figures on a scale on which indicators can be compared: distances are taken there,
    averages of `x`. Similar is near over the indicators both have; of units equally near the earlier comes
    first. With fewer than k donors, those there are are taken; with none the gap stays. "nearness" weighs
    donors by 1 / distance; donors at distance zero then count alone. `uniform` (unit, indicator), from 0 up
    to 1, takes the figure of one of the k instead: a set that is drawn.

    Formula:
        $$ d_{uv} = \Big( \tfrac{m}{m_{uv}} \sum_{j\ \text{shared}} |z_{uj} - z_{vj}|^{p} \Big)^{1/p},
           \qquad \hat x_{ui} = \operatorname{avg}_{v \in N_k(u, i)} x_{vi} $$
    Use: units fall into types that the other indicators show.
    Avoid: few units, or units most of whose figures are missing; very large fields: each unit with a gap is
        compared with every other, so that time grows with the square of the number of units.
    Source: Troyanskaya et al. (2001), Missing value estimation methods for DNA microarrays, Bioinformatics
        17, 520–525; Dixon (1979), Pattern recognition with partly missing data, IEEE Trans. SMC 9, 617–621
        (distance).

    >>> x = np.array([[0.0, 1.0], [0.1, np.nan], [5.0, 9.0]])
    >>> knn(x, x, np.ones(3, bool), k=1, power=2, average="mean")[1]
    array([0.1, 1. ])
    """
    gaps, far, who = neighbours(scaled, donors, k=k, power=power)
    result = x.copy()
    if not gaps.size:
        return result
    values = np.where(who >= 0, x[who, gaps[:, 1:]], np.nan)
    if uniform is not None:
        found = _drawn(values, uniform[gaps[:, 0], gaps[:, 1]][:, None])[:, 0]
    elif average == "median":
        found = _median(values, 1)[:, 0]
    else:
        weights = _nearness(far) if average == "nearness" else np.where(who >= 0, 1.0, 0.0)
        total = weights.sum(axis=1)
        summed = np.where(weights > 0, weights * values, 0.0).sum(axis=1)
        found = np.where(total > 0, summed / np.where(total > 0, total, 1.0), np.nan)
    result[gaps[:, 0], gaps[:, 1]] = found
    return result


def _nearness(far: Array) -> Array:
    equal = far == 0
    weights = np.where(np.isfinite(far) & ~equal, 1.0 / np.where(equal, 1.0, far), 0.0)
    return np.where(equal.any(axis=1, keepdims=True), equal.astype(np.float64), weights)


# ---- from a model of the branch ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Normal:
    """A multivariate normal distribution: `mean` (I), `covariance` (I, I); `rounds` of EM it took.

    `sound` is False where it could not be found: figures depend on each other exactly, or EM did not settle.
    An indicator without any figure has a NaN mean; one without spread a covariance of zero.
    """

    mean: Array
    covariance: Array
    rounds: int
    sound: bool


def _by_count(x: Array) -> list[tuple[Ints, Ints]]:
    """The units of (unit, indicator) by how many gaps they have: (units (k), where the gaps are (k, m))."""
    gaps = np.isnan(x)
    count = np.count_nonzero(gaps, axis=1)
    found = []
    for m in np.unique(count[count > 0]):
        rows = np.flatnonzero(count == m)
        found.append((rows, np.nonzero(gaps[rows])[1].reshape(-1, m)))
    return found


def _inverse(x: Array) -> Array:
    return np.linalg.inv(x).astype(np.float64, copy=False)


def _completed(x: Array, at: Ints, mu: Array, precision: Array) -> tuple[Array, Array]:
    """What is to be expected in the gaps of units with equally many, and the covariances that remain.

    With the inverse of the covariances only as many equations are solved as there are gaps.
    """
    away = np.where(np.isnan(x), 0.0, x - mu)
    pull = np.take_along_axis(away @ precision, at, axis=1)
    rest = _inverse(precision[at[:, :, None], at[:, None, :]])
    return mu[at] - (rest @ pull[:, :, None])[:, :, 0], rest


def normal(sample: Array, *, ridge: float, tolerance: float = 1e-11, rounds: int = 5000) -> Normal:
    """The multivariate normal distribution most likely behind figures with gaps, by EM.

    `sample` is (unit, indicator). Indicators are standardised first; `ridge` is added to their variances of 1
    in every round. It has settled when no mean, variance or covariance moves by more than `tolerance`.

    >>> found = normal(np.array([[1.0, 2.0], [2.0, 4.5], [3.0, 5.5], [4.0, np.nan]]), ridge=0)
    >>> found.mean.round(6)
    array([2.5  , 4.875])
    """
    centre, spread = _array.mean(sample)[0], _array.deviation(sample, ddof=0)[0]
    most, least = np.fmax.reduce(sample, axis=0), np.fmin.reduce(sample, axis=0)
    usable = np.flatnonzero(most > least)
    z = (sample[:, usable] - centre[usable]) / spread[usable]
    z = z[~np.isnan(z).all(axis=1)]
    mu, sigma = np.zeros(usable.size), np.eye(usable.size)
    parts = _by_count(z)
    sound, done = usable.size == 0, 0
    while not sound and done < rounds:
        done += 1
        try:
            new_mu, new_sigma = _maximised(z, parts, mu, sigma)
        except np.linalg.LinAlgError:
            break
        new_sigma += ridge * np.eye(usable.size)
        moved = max(np.abs(new_mu - mu).max(), np.abs(new_sigma - sigma).max())
        mu, sigma = new_mu, new_sigma
        sound = bool(moved <= tolerance)
    # Without a ridge, exact dependence shows as a variance that is not there.
    if sound and usable.size and np.linalg.eigvalsh(sigma)[0] < _LEAST:
        sound = False
    mean_, covariance = centre.copy(), np.zeros((sample.shape[1], sample.shape[1]))
    mean_[usable] += spread[usable] * mu
    covariance[np.ix_(usable, usable)] = sigma * np.outer(spread[usable], spread[usable])
    return Normal(mean_, covariance, done, sound)


def _maximised(z: Array, parts: list[tuple[Ints, Ints]], mu: Array, sigma: Array) -> tuple[Array, Array]:
    """One round of EM: means and covariances from figures completed by the last ones."""
    whole, width = z.copy(), len(mu)
    beside = np.zeros(width * width)  # what the completed figures would vary beyond their expectation
    # On the way to exact dependence figures would be completed from next to nothing, and grow without end.
    if np.linalg.cholesky(sigma).diagonal().min() ** 2 < _LEAST:
        raise np.linalg.LinAlgError
    precision = _inverse(sigma)
    for rows, at in parts:
        found, rest = _completed(z[rows], at, mu, precision)
        whole[rows[:, None], at] = found
        cells = at[:, :, None] * width + at[:, None, :]
        beside += np.bincount(cells.ravel(), weights=rest.ravel(), minlength=width * width)
    new: Array = whole.mean(axis=0)
    away = whole - new
    spread: Array = (away.T @ away + beside.reshape(width, width)) / len(z)
    return new, spread


def expected(
    x: Array, distribution: Normal, *, nothing: Literal["missing", "mean"], noise: Array | None = None
) -> Array:
    r"""The figure to be expected in every gap, given the unit's other figures, under a normal distribution.

    `x` is (unit, indicator); the distribution is that of the branch, found from the sample by EM. A unit
    without any figure in the branch stays missing or gets the mean. `noise` (..., unit, indicator), standard
    normal, draws each gap from its conditional distribution instead: several sets at once.

    Formula:
        $$ \hat x_{m} = \mu_m + \Sigma_{mo} \Sigma_{oo}^{-1} (x_o - \mu_o) $$
    Use: a branch whose indicators correlate, with units enough: several times as many as indicators.
    Avoid: few units, categories, strong skewness (take logarithms first).
    Source: Dempster, Laird and Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm,
        JRSS B 39, 1–38; Little and Rubin (2002), Statistical Analysis with Missing Data, sections 8.2 and
        11.2; OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 3, section 3.3.

    >>> both = Normal(np.array([0.0, 10.0]), np.array([[1.0, 2.0], [2.0, 8.0]]), 1, True)
    >>> expected(np.array([[1.0, np.nan]]), both, nothing="missing")
    array([[ 1., 12.]])
    """
    lead = () if noise is None else noise.shape[:-2]
    result = np.broadcast_to(x, (*lead, *x.shape)).copy()
    bare = np.full(len(x), nothing == "missing") & np.isnan(x).all(axis=1)
    steady = np.diag(distribution.covariance) == 0
    agreed = np.isnan(x) & steady & ~bare[:, None]
    result[..., agreed] = np.broadcast_to(distribution.mean, x.shape)[agreed]
    varied, units = np.flatnonzero(~steady), np.flatnonzero(~bare)
    # Standardised, so that indicators of very different sizes do not spoil the inverse.
    mu, size = distribution.mean[varied], np.sqrt(np.diag(distribution.covariance)[varied])
    z = (x[np.ix_(units, varied)] - mu) / size
    precision = _inverse(distribution.covariance[np.ix_(varied, varied)] / np.outer(size, size))
    for rows, at in _by_count(z):
        found, rest = _completed(z[rows], at, np.zeros_like(mu), precision)
        cells = units[rows][:, None], varied[at]
        if noise is not None:
            found = found + (_root(rest) @ noise[..., *cells][..., None])[..., 0]
        result[..., *cells] = mu[at] + found * size[at]
    return result


def _root(covariance: Array) -> Array:
    """The symmetric square roots of covariances (..., m, m), which may be singular."""
    values, vectors = np.linalg.eigh((covariance + covariance.swapaxes(-1, -2)) / 2)
    sizes = np.sqrt(np.maximum(values, 0.0))[..., None, :]
    found: Array = (vectors * sizes) @ vectors.swapaxes(-1, -2)
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A least-squares fit: `intercept`, `slope` (predictor), the residual `deviation`, `units` it rests on.

    `sound` is False where the predictors depend on each other exactly or the units are too few.
    """

    intercept: float
    slope: Array
    deviation: float
    units: int
    sound: bool


def line(y: Array, predictors: Array) -> Line:
    """The least-squares fit of `y` (unit) on `predictors` (unit, predictor), over the units that have all.

    >>> line(np.array([1.0, 3.0, 5.0, np.nan]), np.array([[0.0], [1.0], [2.0], [3.0]])).slope.round(9)
    array([2.])
    """
    whole = ~np.isnan(y) & ~np.isnan(predictors).any(axis=1)
    n, k = int(whole.sum()), predictors.shape[1]
    if n <= k + 1:
        return Line(np.nan, np.full(k, np.nan), np.nan, n, False)
    # Centred and scaled, so that figures of any size have the same claim to rank.
    a = predictors[whole]
    centre, size = a.mean(axis=0), np.maximum(np.ptp(a, axis=0), np.finfo(float).tiny)
    design = (a - centre) / size
    found, _, rank, _ = np.linalg.lstsq(design, y[whole] - y[whole].mean(), rcond=1e-10)
    rest = y[whole] - y[whole].mean() - design @ found
    slope = found / size
    deviation = float(np.sqrt((rest**2).sum() / (n - k - 1)))
    return Line(float(y[whole].mean() - centre @ slope), slope, deviation, n, bool(rank == k))


def regression(x: Array, predictors: Array, fit: Line, *, noise: Array | None = None) -> Array:
    r"""What a line through the other units predicts, in every gap of (unit).

    A unit that lacks one of the predictors stays missing. `noise` (..., unit), standard normal, adds what
    figures vary about the line: several sets at once.

    Formula:
        $$ \hat x_{ui} = \hat\beta_0 + \sum_j \hat\beta_j x_{uj} $$
    Use: an indicator follows few others that are known for every unit.
    Avoid: predictors that are missing together with the indicator; forecasts far outside the units seen.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 3, section 3.2.

    >>> rest = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> x = np.array([1.0, 3.0, 5.0, np.nan])
    >>> regression(x, rest, line(x, rest)).round(9)
    array([1., 3., 5., 7.])
    """
    found = fit.intercept + predictors @ fit.slope
    if noise is not None:
        found = found + fit.deviation * noise
    return _filled(x, found)


# ---- from other periods ------------------------------------------------------------------------------------


def _earlier(x: Array) -> Ints:
    """(period, unit, indicator): the place of the latest figure up to each period; −1 where there is none."""
    place = np.arange(len(x))[:, None, None]
    found: Ints = np.maximum.accumulate(np.where(np.isnan(x), -1, place), axis=0)
    return found


def _later(x: Array) -> Ints:
    """(period, unit, indicator): the place of the next figure from each period on; the length for none."""
    place = np.arange(len(x))[:, None, None]
    held = np.where(np.isnan(x), len(x), place)[::-1]
    found: Ints = np.minimum.accumulate(held, axis=0)[::-1]
    return found


def _at(x: Array, place: Ints) -> Array:
    """The figures at places along the first axis; NaN where a place is outside."""
    inside = (place >= 0) & (place < len(x))
    return np.where(inside, np.take_along_axis(x, np.clip(place, 0, len(x) - 1), axis=0), np.nan)


def latest(x: Array, when: Array, *, max_age: float) -> tuple[Array, Ints]:
    r"""The unit's latest earlier figure in every gap, if it is no older than `max_age`.

    `when` (period) says where each period lies in time, rising. The second result is the place of the period
    that each figure comes from, −1 where there is none.

    Formula:
        $$ \hat x_{ui}(t) = x_{ui}(s), \quad s = \max\{s < t : x_{ui}(s)\ \text{there}\},\ t - s \le A $$
    Use: slow figures that are collected every few years; the usual rule of international indices.
    Avoid: figures that swing from year to year.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 3, "cold deck" and earlier
        values; WIPO, Global Innovation Index, appendix on data.

    >>> x = np.array([4.0, np.nan, np.nan]).reshape(3, 1, 1)
    >>> latest(x, np.array([2021.0, 2022, 2023]), max_age=1)[0].ravel()
    array([ 4.,  4., nan])
    """
    place = _earlier(x)
    age = when[:, None, None] - np.where(place >= 0, when[place], np.inf)
    place = np.where((place >= 0) & (age <= max_age), place, -1)
    return _at(x, place), place


def hold(x: Array) -> tuple[Array, Ints]:
    r"""The unit's last figure before the gap, and before its first figure the first, in every gap.

    The second result is the place of the period that each figure comes from, −1 where there is none. A unit
    without any figure stays as it is.

    Formula:
        $$ \hat x_{ui}(t) = x_{ui}(\max\{s < t\}), \quad
           \text{before the first } \hat x_{ui}(t) = x_{ui}(\min\{s > t\}) $$
    Use: whole panels of slow figures, when every period must have a value.
    Avoid: where an early period must not be told by a later one; take `latest`.
    Source: Becker, Caperna, Del Sorbo, Norlén, Papadimitriou and Saisana (2022), COINr: an R package for
        developing composite indicators, Journal of Open Source Software 7(78), 4567.

    >>> hold(np.array([np.nan, 2.0, np.nan, 5.0]).reshape(4, 1, 1))[0].ravel()
    array([2., 2., 2., 5.])
    """
    before, after = _earlier(x), _later(x)
    place = np.where(before >= 0, before, np.where(after < len(x), after, -1))
    return _at(x, place), place


def interpolate(
    x: Array,
    when: Array,
    *,
    ends: Literal["hold", "missing", "extend"],
    single: Literal["hold", "missing"],
) -> Array:
    r"""The value on the straight line between the unit's figures before and after, in every gap.

    Before the first and after the last figure: `ends` holds it, leaves the gap, or draws the line through the
    nearest two on. A unit with a single figure has no line: `single` holds it or leaves the gaps.

    Formula:
        $$ \hat x_{ui}(t) = x(s) + \frac{t - s}{r - s}\,(x(r) - x(s)), \quad s < t < r $$
    Use: figures that move steadily, with gaps inside the series.
    Avoid: to publish the newest period: what is drawn on is a forecast; where an earlier period must not be
        told by a later one.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 3; de Boor (1978), A
        Practical Guide to Splines, chapter I (linear interpolation).

    >>> x = np.array([1.0, np.nan, np.nan, 7.0]).reshape(4, 1, 1)
    >>> interpolate(x, np.array([2021.0, 2022, 2023, 2024]), ends="hold", single="hold").ravel()
    array([1., 3., 5., 7.])
    """
    before, after = _earlier(x), _later(x)
    if ends == "extend":
        before, after = _stretched(x, before, after)
    start, stop = _at(x, before), _at(x, after)
    since, until = (np.clip(place, 0, len(x) - 1) for place in (before, after))
    span = when[until] - when[since]
    way = (when[:, None, None] - when[since]) / np.where(span > 0, span, 1.0)
    between = np.where(span > 0, start + way * (stop - start), start)
    few = np.count_nonzero(~np.isnan(x), axis=0) < 2
    if ends == "missing":
        outside = between
    else:
        outside = np.where(np.isnan(start), stop, np.where(np.isnan(stop), start, between))
    held = hold(x)[0] if single == "hold" else np.nan
    return _filled(x, np.where(few, held, outside))


def _stretched(x: Array, before: Ints, after: Ints) -> tuple[Ints, Ints]:
    """Before and after, where beyond an end the nearest two figures stand for them."""
    first, last = _later(x)[0], _earlier(x)[-1]
    # The second from either end: the next figure after the first, the one before the last.
    inner = np.where(np.arange(len(x))[:, None, None] == first, np.nan, x)
    outer = np.where(np.arange(len(x))[:, None, None] == last, np.nan, x)
    second, last_but_one = _later(inner)[0], _earlier(outer)[-1]
    early, late = before < 0, after >= len(x)
    return (
        np.where(early, first, np.where(late, last_but_one, before)),
        np.where(early, second, np.where(late, last, after)),
    )


# ---- drawn, for several sets at once -----------------------------------------------------------------------


def hot_deck(x: Array, sample: Array, groups: Ints, sample_groups: Ints, uniform: Array) -> Array:
    """A figure drawn from those that units of the same group have, in every gap of (unit, indicator).

    `uniform` (..., unit, indicator) from 0 up to 1 says which one, so that several sets come at once. Where
    the group has none, the gap stays.

    Source: Little and Rubin (2002), Statistical Analysis with Missing Data, section 4.3.2, random hot deck.

    >>> x = np.array([[1.0], [2.0], [np.nan]])
    >>> none = np.zeros(3, np.int64)
    >>> hot_deck(x, x, none, none, np.array([[[0.0]] * 3, [[0.9]] * 3]))[:, 2, 0]
    array([1., 2.])
    """
    result = np.broadcast_to(x, uniform.shape).copy()
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        ordered = np.sort(sample[sample_groups == group], axis=0)  # missing ones go last
        n = np.count_nonzero(~np.isnan(ordered), axis=0)
        if not len(ordered) or not n.any():
            continue
        pick = np.minimum((uniform[..., rows, :] * n).astype(np.int64), np.maximum(n - 1, 0))
        drawn = ordered[pick, np.arange(x.shape[1])]
        result[..., rows, :] = _filled(result[..., rows, :], drawn)
    return result
