"""What several stages need: the types, and means, deviations and moments that leave missing values out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def count(x: Array, axis: int = -2) -> Array:
    """How many values are there along `axis`, which is kept with length 1."""
    found: Array = np.count_nonzero(~np.isnan(x), axis=axis, keepdims=True).astype(np.float64)
    return found


def mean(x: Array, axis: int = -2) -> Array:
    """The mean of the values there are along `axis` (kept); NaN where there is none.

    >>> mean(np.array([[1.0], [np.nan], [3.0]])).ravel()
    array([2.])
    """
    n = count(x, axis)
    total = np.where(np.isnan(x), 0.0, x).sum(axis=axis, keepdims=True)
    return np.where(n > 0, total / np.maximum(n, 1.0), np.nan)


def deviation(x: Array, *, ddof: int, axis: int = -2) -> Array:
    """The standard deviation with divisor n − `ddof` along `axis` (kept); NaN with too few values.

    >>> deviation(np.array([[1.0], [3.0]]), ddof=1).ravel()
    array([1.41421356])
    """
    n = count(x, axis)
    away = x - mean(x, axis)
    squares = np.where(np.isnan(away), 0.0, away**2).sum(axis=axis, keepdims=True)
    return np.where(n > ddof, np.sqrt(squares / np.maximum(n - ddof, 1.0)), np.nan)


def skewness(x: Array, axis: int = -2) -> Array:
    """The adjusted Fisher–Pearson skewness G1 along `axis` (kept); NaN below three values or without spread.

    Joanes and Gill (1998), Comparing measures of sample skewness and kurtosis, The Statistician 47: G1.

    >>> skewness(np.array([[1.0], [2.0], [6.0]])).ravel().round(6)
    array([1.457863])
    """
    return shape_of(*_sums_of_powers(x, axis))[0]


def kurtosis(x: Array, axis: int = -2) -> Array:
    """The excess kurtosis G2 along `axis` (kept); NaN below four values or without spread.

    Joanes and Gill (1998), as `skewness`: G2.

    >>> kurtosis(np.array([[1.0], [2.0], [3.0], [10.0]])).ravel().round(6)
    array([3.228])
    """
    return shape_of(*_sums_of_powers(x, axis))[1]


def _sums_of_powers(x: Array, axis: int) -> tuple[Array, Array, Array, Array, Mask]:
    """What `shape_of` takes, along `axis` (kept)."""
    away = x - mean(x, axis)
    away = np.where(np.isnan(away), 0.0, away)
    second, third, fourth = ((away**power).sum(axis=axis, keepdims=True) for power in (2, 3, 4))
    # Equal figures may leave a last bit between themselves and their mean: compare the figures.
    spread = np.fmax.reduce(x, axis=axis, keepdims=True) > np.fmin.reduce(x, axis=axis, keepdims=True)
    return count(x, axis), second, third, fourth, spread


def shape_of(n: Array, second: Array, third: Array, fourth: Array, spread: Mask) -> tuple[Array, Array]:
    """Skewness G1 and kurtosis G2 from the sums of powers of distances from the mean."""
    usable = spread & (second > 0)
    second = np.where(usable, second, 1.0)
    plain = np.sqrt(n) * third / second**1.5
    skew = np.where(usable & (n >= 3), plain * np.sqrt(n * (n - 1)) / np.maximum(n - 2, 1), np.nan)
    scale = (n - 1) / np.maximum((n - 2) * (n - 3), 1)
    kurt = ((n + 1) * (n * fourth / second**2 - 3) + 6) * scale
    return skew, np.where(usable & (n >= 4), kurt, np.nan)


def quantile(x: Array, q: float, axis: int = -2) -> Array:
    """The quantile `q` (0 to 1) of the values there are along `axis` (kept), linear between them.

    Hyndman and Fan (1996), Sample quantiles in statistical packages, The American Statistician 50: type 7.

    >>> quantile(np.array([[1.0], [np.nan], [2.0], [4.0]]), 0.25).ravel()
    array([1.5])
    """
    ordered = np.sort(x, axis=axis)
    place = np.maximum(count(x, axis) - 1, 0) * q
    low = np.floor(place).astype(np.int64)
    high = np.ceil(place).astype(np.int64)
    below, above = (np.take_along_axis(ordered, at, axis) for at in (low, high))
    return below + (above - below) * (place - low)
