"""Describe: what a table of figures looks like, and how its columns go together.

Axes are (..., unit, indicator); leading axes are free; NaN is missing. Nothing here changes a figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from innodex.engine._array import Array, Mask, count, deviation, kurtosis, mean, quantile, skewness

Kind = Literal["pearson", "spearman", "kendall"]
_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Statistics:
    """One number an indicator, (..., indicator) each; NaN where there is nothing to tell.

    `sd` divides by n − 1; `skew` and `kurt` are G1 and G2. `there`, `nonzero` and `distinct` count figures,
    figures other than zero and different figures; `same` is how often the most frequent figure occurs. The
    shares are `there_share` of all units, and the others of the figures there are.
    """

    least: Array
    most: Array
    mean: Array
    median: Array
    sd: Array
    skew: Array
    kurt: Array
    there: Array
    nonzero: Array
    distinct: Array
    same: Array
    there_share: Array
    nonzero_share: Array
    distinct_share: Array
    same_share: Array


def statistics(x: Array) -> Statistics:
    """Extremes, centre, spread, moments and counts of each indicator.

    Missing figures count nowhere but in the share of units that have one; without any figure all but the
    counts are missing. Without spread there is neither skewness nor kurtosis.

    Formula:
        $$ n, \\; \\bar x, \\; s = \\sqrt{\\tfrac{1}{n-1} \\sum_i (x_i - \\bar x)^2},
           \\; Q(\\tfrac12), \\; G_1, \\; G_2 $$
    Use: the first look at any indicator, before anything is decided about it.
    Avoid: as a substitute for a look at the figures themselves.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 4 (univariate analysis).

    >>> found = statistics(np.array([[1.0], [1.0], [0.0], [6.0], [np.nan]]))
    >>> found.mean.item(), found.median.item(), found.same.item(), found.nonzero_share.item()
    (2.0, 1.0, 2.0, 0.75)
    """
    n = count(x)[..., 0, :]
    nonzero = ((x != 0) & ~np.isnan(x)).sum(axis=-2).astype(np.float64)
    distinct, same = _frequencies(x)
    figures = np.where(n > 0, n, np.nan)
    return Statistics(
        least=np.fmin.reduce(x, axis=-2),
        most=np.fmax.reduce(x, axis=-2),
        mean=mean(x)[..., 0, :],
        median=quantile(x, 0.5)[..., 0, :],
        sd=deviation(x, ddof=1)[..., 0, :],
        skew=skewness(x)[..., 0, :],
        kurt=kurtosis(x)[..., 0, :],
        there=n,
        nonzero=nonzero,
        distinct=distinct,
        same=same,
        there_share=n / x.shape[-2],
        nonzero_share=nonzero / figures,
        distinct_share=distinct / figures,
        same_share=same / figures,
    )


def _frequencies(x: Array) -> tuple[Array, Array]:
    """How many different figures there are, and how often the most frequent one occurs: (..., indicator)."""
    s = np.sort(x, axis=-2)
    there = ~np.isnan(s)
    new = there.copy()
    new[..., 1:, :] &= s[..., 1:, :] != s[..., :-1, :]
    at = np.arange(s.shape[-2])[:, None]
    starts = np.maximum.accumulate(np.where(new, at, 0), axis=-2)
    run = np.where(there, at - starts + 1, 0)
    return new.sum(axis=-2).astype(np.float64), run.max(axis=-2, initial=0).astype(np.float64)


def correlation(x: Array, y: Array | None = None, *, kind: Kind) -> Array:
    """How each indicator of `x` goes with each of `y` (`x` itself if left out): (..., of x, of y).

    Only units that have both figures of a pair count, pair by pair; "spearman" ranks them anew in each
    pair, with mean ranks for level figures; "kendall" is tau-b, which allows for level figures. Missing
    where fewer than two units have both, or where either is the same for all of them.

    Formula:
        $$ r = \\frac{\\sum_i (x_i - \\bar x)(y_i - \\bar y)}
                   {\\sqrt{\\sum_i (x_i - \\bar x)^2 \\sum_i (y_i - \\bar y)^2}}, \\qquad
           \\tau_b = \\frac{C - D}{\\sqrt{(n_0 - n_x)(n_0 - n_y)}} $$
    Use: Pearson for straight relations; Spearman and Kendall where only order counts, or outliers lead.
    Avoid: as proof of a cause, and with fewer than about ten units.
    Source: OECD/EU JRC (2008), Handbook, step 4; Kendall (1945), The treatment of ties in ranking problems,
        Biometrika 33.

    >>> x = np.array([[1.0, 1.0], [2.0, 4.0], [3.0, 9.0], [4.0, np.nan]])
    >>> correlation(x, kind="spearman")[0, 1].round(6), correlation(x, kind="pearson")[0, 1].round(6)
    (np.float64(1.0), np.float64(0.989743))
    """
    y = x if y is None else y
    if kind == "kendall":
        return _taus(x, y)
    found = np.empty((*x.shape[:-2], x.shape[-1], y.shape[-1]))
    whole = not (np.isnan(x).any() or np.isnan(y).any())
    if whole:
        one, other = (_mean_ranks(z) if kind == "spearman" else z for z in (x, y))
        return _products(one, other)
    for at in range(x.shape[-1]):
        own = x[..., at, None]
        one = np.where(np.isnan(y), np.nan, own)
        other = np.where(np.isnan(own), np.nan, y)
        if kind == "spearman":
            one, other = _mean_ranks(one), _mean_ranks(other)
        found[..., at, :] = _pairs(one, other)
    return found


def _varied(x: Array) -> Mask:
    """(..., 1, indicator): where the figures differ."""
    most = np.fmax.reduce(x, axis=-2, keepdims=True)
    varied: Mask = most > np.fmin.reduce(x, axis=-2, keepdims=True)
    return varied


def _standard(x: Array) -> Array:
    """Distances from the mean over their length; missing without spread."""
    away = x - mean(x)
    length = np.sqrt(np.nansum(away**2, axis=-2, keepdims=True))
    return np.where(_varied(x), away / np.where(length > 0, length, 1.0), np.nan)


def _products(x: Array, y: Array) -> Array:
    """Pearson's r of columns without gaps."""
    found: Array = np.swapaxes(_standard(x), -1, -2) @ _standard(y)
    return np.clip(found, -1.0, 1.0)


def _pairs(x: Array, y: Array) -> Array:
    """Pearson's r of each column of `x` with the same of `y`, gaps in the same places: (..., column)."""
    one, other = _standard(x), _standard(y)
    r = np.where(np.isnan(one), 0.0, one * np.where(np.isnan(other), 0.0, other)).sum(axis=-2)
    both = np.asarray(_varied(x) & _varied(y))[..., 0, :]
    return np.where(both, np.clip(r, -1.0, 1.0), np.nan)


def _mean_ranks(x: Array) -> Array:
    """Ranks along the units, the lowest first, level figures at their mean."""
    order = np.argsort(x, axis=-2, kind="stable")
    s = np.take_along_axis(x, order, -2)
    n = s.shape[-2]
    new = np.ones((*s.shape[:-2], n + 1, s.shape[-1]), np.bool_)
    np.not_equal(s[..., 1:, :], s[..., :-1, :], out=new[..., 1:-1, :])
    first, last = np.arange(1, n + 1)[:, None], np.arange(n, 0, -1)[:, None]
    low = np.maximum.accumulate(np.where(new[..., :-1, :], first, 0), axis=-2)
    high = np.minimum.accumulate(np.where(new[..., :0:-1, :], last, n), axis=-2)[..., ::-1, :]
    ranks = np.empty(x.shape)
    np.put_along_axis(ranks, order, (low + high) / 2, -2)
    return np.where(np.isnan(x), np.nan, ranks)


def _taus(x: Array, y: Array) -> Array:
    """Kendall's tau-b, all pairs of units by blocks."""
    found = np.empty((*x.shape[:-2], x.shape[-1], y.shape[-1]))
    for at in np.ndindex(*x.shape[:-2]):
        found[at] = _tau(x[at], y[at])
    return found


def _tau(x: Array, y: Array) -> Array:
    units = x.shape[0]
    score, free_x, free_y = (np.zeros((x.shape[1], y.shape[1])) for _ in range(3))
    step = max(_BLOCK // max(units * (x.shape[1] + y.shape[1]), 1), 1)
    for start in range(0, units, step):
        one, one_there = _signs(x, slice(start, start + step))
        other, other_there = _signs(y, slice(start, start + step))
        score += one.T @ other
        free_x += np.abs(one).T @ other_there
        free_y += one_there.T @ np.abs(other)
    # Every pair of units was met twice, in numerator and denominator alike.
    usable = (free_x > 0) & (free_y > 0)
    return np.where(usable, score / np.sqrt(np.where(usable, free_x * free_y, 1.0)), np.nan)


def _signs(x: Array, block: slice) -> tuple[Array, Array]:
    """(pair of units, column): which of the two has more, and whether both have a figure."""
    away = x[block, None, :] - x[None, :, :]
    there = ~np.isnan(away)
    return (
        np.sign(np.where(there, away, 0.0)).reshape(-1, x.shape[1]),
        there.astype(np.float64).reshape(-1, x.shape[1]),
    )


def covariance(x: Array) -> Array:
    """The covariance (divisor n − 1) of each pair of indicators: (..., indicator, indicator).

    Only units that have both figures of a pair count, pair by pair. Zero with an indicator without spread;
    missing where fewer than two units have both.

    Formula:
        $$ s_{xy} = \\tfrac{1}{n-1} \\sum_i (x_i - \\bar x)(y_i - \\bar y) $$
    Use: as the ground of reliability and component analysis.
    Avoid: to compare pairs measured in different units; take `correlation`.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 4.

    >>> covariance(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]))
    array([[1., 2.],
           [2., 4.]])
    """
    found = np.empty((*x.shape[:-2], x.shape[-1], x.shape[-1]))
    for at in range(x.shape[-1]):
        own = x[..., at, None]
        one = np.where(np.isnan(x), np.nan, own)
        other = np.where(np.isnan(own), np.nan, x)
        n = count(one)[..., 0, :]
        together = np.nansum((one - mean(one)) * (other - mean(other)), axis=-2)
        found[..., at, :] = np.where(n > 1, together / np.maximum(n - 1, 1), np.nan)
    return found


def cronbach(x: Array) -> Array:
    """Cronbach's alpha of the indicators: how far they measure one thing, (...).

    From the pairwise complete covariances. An indicator without any figure is left out; missing for fewer
    than two indicators, or where a covariance is. It falls below zero where indicators go against each other.

    Formula:
        $$ \\alpha = \\frac{k^2 \\, \\bar c}{\\sum_{i,j} s_{ij}}, \\qquad
           \\bar c = \\text{mean of } s_{ij}, \\; i \\ne j $$
    Use: to ask whether the indicators of one group may stand for one thing; above 0.7 is usually called good.
    Avoid: for indicators that are meant to differ, or of which one causes the other.
    Source: Cronbach (1951), Coefficient alpha and the internal structure of tests, Psychometrika 16; OECD/EU
        JRC (2008), Handbook, step 4.

    >>> cronbach(np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]])).round(6).item()
    0.666667
    """
    s = covariance(x)
    there = np.asarray(~np.isnan(x).all(axis=-2))
    s = np.where(there[..., :, None] & there[..., None, :], s, 0.0)
    k = there.sum(axis=-1).astype(np.float64)
    total = s.sum(axis=(-2, -1))
    apart = (total - np.trace(s, axis1=-2, axis2=-1)) / np.maximum(k * (k - 1), 1)
    usable = (k > 1) & (total != 0)
    alpha: Array = np.where(usable, k**2 * apart / np.where(usable, total, 1.0), np.nan)
    return alpha
