"""Normalise: put indicators of different units on one scale.

Axes are (..., unit, indicator); NaN is missing and stays missing. `sample` (..., unit, indicator), `x`
itself if left out, is what minimum, maximum, mean and deviation are taken from. `sign` is 1 where more is
better, −1 where less is. Source of all formulas: OECD/EU JRC (2008), Handbook on Constructing Composite
Indicators, step 5; goalposts: UNDP, Human Development Report 2023/24, technical note 1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def minmax(
    x: Array, sign: Array, *, low: float, high: float, constant: float, sample: Array | None = None
) -> Array:
    """Rescale each indicator so that the worst unit scores `low` and the best `high`.

    An indicator on which all units agree scores `constant` (NaN: missing).

    >>> minmax(np.array([[1.0], [2.0], [5.0]]), np.array([1.0]), low=0, high=100, constant=np.nan).ravel()
    array([  0.,  25., 100.])
    """
    sample = x if sample is None else sample
    worst = np.fmin.reduce(sample, axis=-2, keepdims=True)
    best = np.fmax.reduce(sample, axis=-2, keepdims=True)
    spread = best > worst
    share = (x - worst) / np.where(spread, best - worst, 1.0)
    share = np.where(sign < 0, (best - x) / np.where(spread, best - worst, 1.0), share)
    return np.where(spread, low + (high - low) * share, np.where(np.isnan(x), np.nan, constant))


def goalposts(
    x: Array,
    sign: Array,
    *,
    lower: float,
    upper: float,
    log: bool,
    cap_low: bool,
    cap_high: bool,
    low: float,
    high: float,
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Rescale from fixed posts onto `low` to `high`; second result: where a value was held at a post.

    `log` measures the way between the posts in logarithms. A figure below `lower` (above `upper`) is held
    there when `cap_low` (`cap_high`). Where less is better, `lower` scores `high`.

    >>> y, _ = goalposts(np.array([[20.0], [52.5], [99.0]]), np.array([1.0]), lower=20, upper=85, log=False,
    ...                  cap_low=True, cap_high=True, low=0, high=1)
    >>> y.ravel()
    array([0. , 0.5, 1. ])
    """
    held = (cap_low & (x < lower)) | (cap_high & (x > upper))
    x = np.where(cap_low & (x < lower), lower, x)
    x = np.where(cap_high & (x > upper), upper, x)
    way = np.log(x / lower) / np.log(upper / lower) if log else (x - lower) / (upper - lower)
    share = np.where(sign < 0, 1.0 - way, way)
    return low + (high - low) * share, held


def zscore(
    x: Array,
    sign: Array,
    *,
    ddof: int,
    centre: float,
    spread: float,
    constant: float,
    sample: Array | None = None,
) -> Array:
    """Distance from the mean in standard deviations (divisor n − `ddof`), times `spread`, plus `centre`.

    An indicator on which all units agree, or with too few units for a deviation, scores `constant`.

    >>> zscore(np.array([[1.0], [3.0]]), np.array([1.0]), ddof=0, centre=0, spread=1, constant=np.nan).ravel()
    array([-1.,  1.])
    """
    sample = x if sample is None else sample
    there = ~np.isnan(sample)
    n = there.sum(axis=-2, keepdims=True)
    mean = np.where(there, sample, 0.0).sum(axis=-2, keepdims=True) / np.maximum(n, 1)
    deviation = np.where(there, sample - mean, 0.0)
    sd = np.sqrt((deviation**2).sum(axis=-2, keepdims=True) / np.maximum(n - ddof, 1))
    # Equal figures may leave a last-bit deviation from their own mean: compare the figures, not the sd.
    varied = np.fmax.reduce(sample, axis=-2, keepdims=True) > np.fmin.reduce(sample, axis=-2, keepdims=True)
    varied &= n > ddof
    scores = centre + spread * sign * (x - mean) / np.where(varied, sd, 1.0)
    return np.where(varied, scores, np.where(np.isnan(x), np.nan, constant))
