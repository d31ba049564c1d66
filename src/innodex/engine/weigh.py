"""Weigh: how much each child counts in its parent.

`x` is (..., unit, child), the children's scores; NaN is missing. Weights are (..., child); only their
proportions among siblings matter. Source of the overview: OECD/EU JRC (2008), Handbook on Constructing
Composite Indicators, step 6.
"""

from __future__ import annotations

import numpy as np

from innodex.engine._array import Array, Mask

# What differs by less than this share of the largest figure is taken for equal: the last bits of a sum.
_EQUAL = 1e-12


def shares(weights: Array, applicable: Mask) -> Array:
    """Each sibling's share (..., child): its weight over that of all applicable siblings.

    A sibling that is not applicable has the share 0, and so have all where no weight is above zero.

    Formula:
        $$ s_j = \\frac{w_j}{\\sum_{k\\ \\text{applicable}} w_k} $$
    Use: to read what given numbers come to within a parent.
    Avoid: as the weight of a mean over a unit's gaps; the mean rescales over the children that are there.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 6.

    >>> shares(np.array([1.0, 1.0, 2.0]), np.array([True, True, False]))
    array([0.5, 0.5, 0. ])
    """
    counted = np.where(applicable, weights, 0.0)
    total = counted.sum(axis=-1, keepdims=True)
    return counted / np.where(total > 0, total, 1.0)


def varied(x: Array) -> Mask:
    """(..., child): where the units that are there do not all agree; never with fewer than two of them."""
    most, least = np.fmax.reduce(x, axis=-2), np.fmin.reduce(x, axis=-2)
    result: Mask = most - least > _EQUAL * np.maximum(np.abs(most), np.abs(least))
    return result


def gini(x: Array) -> Array:
    """Weights in proportion to the Gini coefficient of each child's scores: who tells units apart counts.

    Gaps are left out, child by child. A child on which all units agree gets 0, and so does one without
    scores. The coefficient is that of the units at hand (mean difference over n², not n (n − 1)). Scores
    must not be negative, and their mean must be above zero.

    Formula:
        $$ G_j = \\frac{\\sum_i \\sum_k |x_{ij} - x_{kj}|}{2 n^2 \\bar{x}_j}, \\qquad w_j \\propto G_j $$
    Use: where the purpose of the index is to tell units apart.
    Avoid: for scores with a floating zero, such as z-scores; and where spread is only noise.
    Source: Gini (1912), Variabilità e mutabilità; as weights: Ciommi, Gigliarano, Emili, Taralli and
    Chelli (2017), A new class of composite indicators for measuring well-being at the local level,
    Ecological Indicators 76, 281–296.

    >>> gini(np.array([[1.0, 2.0], [3.0, 2.0]]))
    array([0.25, 0.  ])
    """
    ordered = np.sort(x, axis=-2)  # the missing go to the end
    n = np.count_nonzero(~np.isnan(x), axis=-2)[..., None, :]
    place = np.arange(1.0, x.shape[-2] + 1)[:, None]
    spread = np.where(np.isnan(ordered), 0.0, (2 * place - n - 1) * ordered).sum(axis=-2)
    total = np.where(np.isnan(x), 0.0, x).sum(axis=-2)
    usable = varied(x) & (total > 0)
    scale = np.where(usable, n[..., 0, :] * total, 1.0)
    return np.where(usable, spread / scale, 0.0)


def gini_reciprocal(x: Array) -> Array:
    """Weights in inverse proportion to the Gini coefficient: who tells units apart counts less.

    Gaps, scores and children without spread as under Gini weights: a child on which all units agree gets 0,
    not all the weight there is.

    Formula:
        $$ w_j \\propto \\frac{1}{G_j} $$
    Use: where an index shall not be carried by the one or two children of great inequality.
    Avoid: where a child with next to no spread would take nearly all the weight.
    Source: Ciommi, Gigliarano, Emili, Taralli and Chelli (2017), Ecological Indicators 76, 281–296.

    >>> gini_reciprocal(np.array([[1.0, 2.0], [3.0, 2.0]]))
    array([4., 0.])
    """
    found = gini(x)
    return np.where(found > 0, 1.0 / np.where(found > 0, found, 1.0), 0.0)
