"""Weigh: from weights as given to shares within a parent, and to effective weights."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def shares(weights: Array, applicable: npt.NDArray[np.bool_]) -> Array:
    """Each sibling's share (..., child): weight over that of all applicable siblings; 0 where not.

    >>> shares(np.array([1.0, 1.0, 2.0]), np.array([True, True, False]))
    array([0.5, 0.5, 0. ])
    """
    counted = np.where(applicable, weights, 0.0)
    total = counted.sum(axis=-1, keepdims=True)
    return counted / np.where(total > 0, total, 1.0)
