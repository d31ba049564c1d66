"""Classify: from scores to a few classes. 1 is the lowest; what is missing has none (0).

Axes are (..., unit, node); leading axes are free.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from innodex.engine._array import Array, quantile

Classes = npt.NDArray[np.int64]


def by_thresholds(x: Array, cuts: Sequence[float] | Array, *, above: bool) -> Classes:
    """The class of each score: 1 below the first cut, 2 from there to the second, and so on.

    `cuts` ascend, (cut) or (cut, ..., 1, node). A score at a cut belongs to the class above it, or below it
    if not `above`. Missing scores have class 0.

    Formula:
        $$ c_i = 1 + \\#\\{k : x_i \\ge t_k\\} $$
    Use: where the limits mean something of their own, such as the level that a law asks for.
    Avoid: limits that were chosen to make the classes come out well.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 10 (presentation).

    >>> by_thresholds(np.array([[10.0], [50.0], [80.0], [np.nan]]), [50, 75], above=True).ravel()
    array([1, 2, 3, 0])
    """
    found = np.ones(x.shape, np.int64)
    for cut in cuts:
        found += (x >= cut) if above else (x > cut)
    found[np.isnan(x)] = 0
    return found


def by_quantiles(x: Array, *, count: int, above: bool, sample: Array | None = None) -> Classes:
    """Classes of as equal size as may be: the cuts are the quantiles 1/count, 2/count … of the sample.

    Quantiles are linear between scores (type 7). Level scores are in one class, so that classes may be of
    different size, or empty. Missing scores have class 0.

    Formula:
        $$ t_k = Q(k / m), \\quad k = 1 \\dots m - 1 $$
    Use: to say who is in the first quarter of the field.
    Avoid: where scores crowd at a cut: the difference between two classes may then be next to nothing.
    Source: Hyndman and Fan (1996), Sample quantiles in statistical packages, The American Statistician 50.

    >>> by_quantiles(np.arange(8.0)[:, None], count=4, above=True).ravel()
    array([1, 1, 2, 2, 3, 3, 4, 4])
    """
    sample = x if sample is None else sample
    cuts = np.stack([quantile(sample, k / count) for k in range(1, count)])
    return by_thresholds(x, cuts, above=above)
