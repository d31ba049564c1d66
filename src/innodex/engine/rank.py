"""Rank: from scores to places. 1 is the best; what is missing has no place."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def to_significant(scores: Array, *, digits: int) -> Array:
    """Scores rounded to `digits` significant digits of the largest, so that a last bit moves no rank.

    >>> to_significant(np.array([100.0, 0.12345]), digits=4)
    array([100. ,   0.1])
    """
    largest = np.fmax.reduce(np.abs(scores), initial=0.0)
    if not 0 < largest < np.inf:
        return scores
    power = digits - 1 - int(np.floor(np.log10(largest)))
    if power > 300:  # a float does not hold ten to such a power
        return to_significant(scores * 1e150, digits=digits) / 1e150
    return _rounded(scores, power, half_up=False)


def to_decimals(scores: Array, *, decimals: int, half_up: bool) -> Array:
    """Scores rounded to `decimals`; halves go to the even neighbour, or up (away from zero).

    >>> to_decimals(np.array([0.5, 1.5, -0.5]), decimals=0, half_up=False) + 0.0
    array([0., 2., 0.])
    >>> to_decimals(np.array([0.5, 1.5]), decimals=0, half_up=True)
    array([1., 2.])
    """
    return _rounded(scores, decimals, half_up=half_up)


def _rounded(scores: Array, power: int, *, half_up: bool) -> Array:
    factor = 10.0 ** abs(power)
    scaled = scores * factor if power >= 0 else scores / factor
    # 1.005 × 100 is 100.49999999999999: bring a product that is within a few ulps of a half back onto it.
    halves = np.round(scaled * 2) / 2
    scaled = np.where(np.abs(scaled - halves) <= 4 * np.spacing(np.abs(scaled)), halves, scaled)
    whole = np.sign(scaled) * np.floor(np.abs(scaled) + 0.5) if half_up else np.round(scaled)
    return whole / factor if power >= 0 else whole * factor


def ranks(scores: Array, *, ties: Literal["min", "max", "dense", "mean"]) -> Array:
    """Places of a vector of scores, best first; equal scores share a place as `ties` says.

    "min": the best of the places they take (1 2 2 4); "max": the worst (1 3 3 4);
    "mean": their mean (1 2.5 2.5 4); "dense": the next number (1 2 2 3).

    >>> ranks(np.array([9.0, 5.0, 5.0, np.nan, 1.0]), ties="min")
    array([ 1.,  2.,  2., nan,  4.])
    """
    there = ~np.isnan(scores)
    values = scores[there]
    placed = np.full(scores.shape, np.nan)
    ordered = np.unique(values) if ties == "dense" else np.sort(values)
    above = ordered.size - np.searchsorted(ordered, values, "right")
    at_least = ordered.size - np.searchsorted(ordered, values, "left")
    if ties in ("min", "dense"):
        placed[there] = above + 1
    elif ties == "max":
        placed[there] = at_least
    else:
        placed[there] = (above + 1 + at_least) / 2
    return placed
