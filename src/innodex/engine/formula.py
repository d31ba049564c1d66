"""Formulas: an indicator from its series. Arrays of any equal shape; NaN is missing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def ratio(numerator: Array, denominator: Array, *, scale: float) -> Array:
    """numerator / denominator × scale; missing where the denominator is zero.

    >>> ratio(np.array([3.0, 1.0]), np.array([6.0, 0.0]), scale=100)
    array([50., nan])
    """
    usable = np.where(denominator == 0, np.nan, denominator)
    return numerator / usable * scale


def points(criteria: Array) -> Array:
    """The sum over the last axis; missing if one criterion is missing.

    >>> points(np.array([[1.0, 2.0], [1.0, np.nan]]))
    array([ 3., nan])
    """
    total: Array = criteria.sum(axis=-1)
    return total
