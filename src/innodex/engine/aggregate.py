"""Aggregate: a node from its children.

`x` is (..., unit, child), `weights` (child), `applicable` (..., 1, child) or broadcastable; NaN is missing.
Weights are rescaled over the children that are there. Source: OECD/EU JRC (2008), Handbook, step 6.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def enough(x: Array, applicable: Mask, *, minimum_share: float) -> Mask:
    """(..., unit): where at least `minimum_share` of the applicable children, and at least one, are there."""
    there = (~np.isnan(x) & applicable).sum(axis=-1)
    asked = np.broadcast_to(applicable, x.shape).sum(axis=-1)
    # A share such as 2/3 must not fail by the last bit of its own product.
    result: Mask = (there > 0) & (there >= asked * minimum_share - 1e-9)
    return result


def arithmetic(x: Array, weights: Array, applicable: Mask) -> Array:
    """Σ w x / Σ w over the children that are there.

    >>> arithmetic(np.array([[1.0, 3.0], [np.nan, 3.0]]), np.array([1.0, 1.0]), np.array([[True, True]]))
    array([2., 3.])
    """
    w = np.where(np.isnan(x) | ~applicable, 0.0, weights)
    total = w.sum(axis=-1)
    weighted = (w * np.where(w > 0, x, 0.0)).sum(axis=-1)
    return np.where(total > 0, weighted / np.where(total > 0, total, 1.0), np.nan)


def geometric(x: Array, weights: Array, applicable: Mask, *, nonpositive: float) -> Array:
    """exp(Σ w ln x / Σ w); where a child that counts is zero or below, `nonpositive` (NaN: missing).

    >>> geometric(np.array([[2.0, 8.0]]), np.array([1.0, 1.0]), np.array([[True, True]]), nonpositive=0.0)
    array([4.])
    """
    w = np.where(np.isnan(x) | ~applicable, 0.0, weights)
    bad = ((w > 0) & (x <= 0)).any(axis=-1)
    logs = np.log(np.where((w > 0) & (x > 0), x, 1.0))
    total = w.sum(axis=-1)
    mean = np.exp((w * logs).sum(axis=-1) / np.where(total > 0, total, 1.0))
    return np.where(total > 0, np.where(bad, nonpositive, mean), np.nan)


def total(x: Array, applicable: Mask) -> Array:
    """Plain sum of the children that are there; weights play no part.

    >>> total(np.array([[1.0, 2.0]]), np.array([[True, True]]))
    array([3.])
    """
    there = ~np.isnan(x) & applicable
    return np.where(there.any(axis=-1), np.where(there, x, 0.0).sum(axis=-1), np.nan)
