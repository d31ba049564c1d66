"""Rank: from scores to places. 1 is the best; what is missing has no place.

Axes are (..., unit, node) or, with `axis=-1`, (..., unit); leading axes are free.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt

from innodex.engine._array import Array

Ties = Literal["min", "max", "dense", "mean"]
_Keys = npt.NDArray[np.int64]

_SMALLEST, _LARGEST = -323, 308  # the powers of ten that a float holds
_TENS = np.array([float(f"1e{power}") for power in range(_SMALLEST, _LARGEST + 1)])
_BLOCK = 1 << 18  # cells that are ranked at once: what they need stays in the cache
_LINE = 8  # columns that share a cache line are read together
_MOST = 1 << 21  # cells beyond which memory is asked of the system anew for each step
_LAST = np.iinfo(np.int64).max
_EXACT = 2.0**53  # up to here a float holds every whole number
_AS_IS = 10_000  # in place of a power of ten: not rounded


def ranks(
    scores: Array,
    *,
    ties: Ties,
    digits: int | None = None,
    decimals: int | None = None,
    half_up: bool = False,
    axis: int = -1,
) -> Array:
    """Places along `axis`, best first; equal scores share a place as `ties` says.

    "min": the best of the places they take (1 2 2 4); "max": the worst (1 3 3 4); "mean": their mean
    (1 2.5 2.5 4); "dense": the next number (1 2 2 3). With `digits` or `decimals`, scores are compared as
    `to_significant` or `to_decimals` rounds them. Missing scores have no place and do not move the others;
    −0 equals 0. One pass over all leading axes, by one sort of keys that carry the number of their unit.

    Formula:
        $$ r_i = 1 + \\#\\{j : x_j > x_i\\} \\quad (\\text{ties = min}) $$
    Use: to say who is ahead of whom, and where the distance between neighbours tells little.
    Avoid: where distances matter; a place hides whether the next one is near or far.
    Source: Kendall and Gibbons (1990), Rank Correlation Methods, 5th ed., chapters 1 and 3 (ties).

    >>> ranks(np.array([9.0, 5.0, 5.0, np.nan, 1.0]), ties="min")
    array([ 1.,  2.,  2., nan,  4.])
    """
    placed = np.empty_like(scores, dtype=np.float64)  # laid out as the scores are
    if not scores.size:
        return placed
    source, target = np.moveaxis(scores, axis, -1), np.moveaxis(placed, axis, -1)
    for block in _blocks(source.shape):
        x = np.ascontiguousarray(source[block])
        rows = x.reshape(-1, x.shape[-1])
        target[block] = _places(_keys(rows, digits, decimals, half_up), np.isnan(rows), ties).reshape(x.shape)
    return placed


def ranks_among(
    scores: Array,
    field: Array,
    *,
    ties: Ties,
    digits: int | None = None,
    decimals: int | None = None,
    half_up: bool = False,
) -> Array:
    """The place that each of `scores` (m,) would take, were it alone added to `field` (n,).

    For units that are shown in brackets: they take no place from those that are ranked. Scores are rounded
    as in `ranks`, to digits of the field's largest. Missing scores have no place; missing values of the
    field do not count.

    >>> ranks_among(np.array([5.0, 10.0, np.nan]), np.array([9.0, 5.0, 1.0]), ties="min")
    array([ 2.,  1., nan])
    """
    if digits is not None or decimals is not None:
        power = np.array(decimals) if digits is None else _power(field, digits, -1)
        scores, field = (_whole(x, power, half_up=half_up) for x in (scores, field))
    ordered = np.sort(field[~np.isnan(field)])
    if ties == "dense":
        ordered = np.unique(ordered)
    above = ordered.size - np.searchsorted(ordered, scores, "right")
    level = ordered.size - np.searchsorted(ordered, scores, "left") - above
    after = {"min": 1 + above, "dense": 1 + above, "max": 1 + above + level, "mean": 1 + above + level / 2}
    return np.where(np.isnan(scores), np.nan, after[ties])


def to_significant(scores: Array, *, digits: int, axis: int = -1, among: Array | None = None) -> Array:
    """Scores rounded to `digits` significant digits of the largest along `axis`: a last bit moves no rank.

    Halves go to the even neighbour. Infinite scores leave theirs unrounded. `among` are the scores of which
    the largest is taken, all if left out.

    >>> to_significant(np.array([100.0, 0.12345]), digits=4)
    array([100. ,   0.1])
    """
    return _back(scores, _power(scores if among is None else among, digits, axis), half_up=False)


def to_decimals(scores: Array, *, decimals: int, half_up: bool) -> Array:
    """Scores rounded to `decimals`; halves go to the even neighbour, or up (away from zero).

    >>> to_decimals(np.array([0.5, 1.5, -0.5]), decimals=0, half_up=False) + 0.0
    array([0., 2., 0.])
    >>> to_decimals(np.array([0.5, 1.5]), decimals=0, half_up=True)
    array([1., 2.])
    """
    return _back(scores, np.array(decimals), half_up=half_up)


def _blocks(shape: tuple[int, ...]) -> Iterator[tuple[slice | int, ...]]:
    """Parts of an array, by its leading axes, that are small enough for the cache where they can be."""
    *lead, n = shape
    cells = n * int(np.prod(lead))
    if len(lead) == 0 or cells <= _BLOCK:
        yield (...,)  # type: ignore[misc]
        return
    inner = n * lead[-1]
    if len(lead) > 1 and inner < _BLOCK:
        step = max(_BLOCK // inner, 1)
        for outer in np.ndindex(*lead[:-2]):
            yield from ((*outer, slice(at, at + step)) for at in range(0, lead[-2], step))
        return
    rows = max(_BLOCK // n, min(_LINE, _MOST // n), 1)
    for outer in np.ndindex(*lead[:-1]):
        yield from ((*outer, slice(at, at + rows)) for at in range(0, lead[-1], rows))


# ---- rounding ------------------------------------------------------------------------------------------


def _power(scores: Array, digits: int, axis: int) -> _Keys:
    """The decimals that are kept (axis kept); _AS_IS where nothing is to be rounded."""
    largest = np.fmax.reduce(np.abs(scores), axis=axis, keepdims=True, initial=0.0)
    exponent = np.searchsorted(_TENS, largest, "right") - 1 + _SMALLEST
    return np.where((largest > 0) & (largest < np.inf), digits - 1 - exponent, _AS_IS)


def _ten(power: _Keys) -> Array:
    return _TENS[power - _SMALLEST]


def _scaled(x: Array, power: _Keys) -> Array:
    """x · 10^power. A float does not hold ten to every power that is needed: the rest follows after."""
    scaled: Array = x * _ten(np.clip(power, 0, _LARGEST))
    if (power > _LARGEST).any():
        scaled = scaled * _ten(np.clip(power - _LARGEST, 0, _LARGEST))
    if (power < 0).any():
        scaled = scaled / _ten(np.clip(-power, 0, _LARGEST))
    return scaled


def _whole(scores: Array, power: _Keys, *, half_up: bool) -> Array:
    """scores · 10^power as whole numbers; as they are where the power is _AS_IS."""
    as_is = power == _AS_IS
    scaled = _scaled(scores, np.where(as_is, 0, power))
    halves = np.rint(scaled * 2) * 0.5
    # 1.005 × 100 is 100.49999999999999: bring a product that is within a few ulps of a half back onto it.
    away = np.abs(scaled - halves)
    beside = np.flatnonzero((away > 0) & (away <= np.abs(scaled) * 2.0**-49))
    if beside.size:
        one, half = scaled.flat[beside], halves.flat[beside]
        scaled.flat[beside] = np.where(np.abs(one - half) <= 4 * np.spacing(np.abs(one)), half, one)
    whole = np.copysign(np.floor(np.abs(scaled) + 0.5), scaled) if half_up else np.rint(scaled)
    return np.where(as_is, scores, whole) if as_is.any() else whole


def _back(scores: Array, power: _Keys, *, half_up: bool) -> Array:
    """The rounded scores on their own scale."""
    whole = _whole(scores, power, half_up=half_up)
    back = np.where(power == _AS_IS, 0, power)
    if (back > _LARGEST).any():
        whole = whole / _ten(np.clip(back - _LARGEST, 0, _LARGEST))
    if (back < 0).any():
        whole = whole * _ten(np.clip(-back, 0, _LARGEST))
    return whole / _ten(np.clip(back, 0, _LARGEST))


# ---- sorting -------------------------------------------------------------------------------------------


def _keys(rows: Array, digits: int | None, decimals: int | None, half_up: bool) -> _Keys:
    """Whole numbers (row, unit) in the order of places: the best first, the missing last.

    Rounded scores are whole numbers already; of others the bits of the float, which stand in their order.
    """
    power = None
    if digits is not None:
        power = _power(rows, digits, -1)
    elif decimals is not None:
        power = np.array(decimals)
    missing = np.isnan(rows)
    if power is not None:
        rows = _whole(rows, power, half_up=half_up)
        largest = np.fmax.reduce(np.abs(rows), axis=None, initial=0.0)
        if largest <= _EXACT and not (power == _AS_IS).any():
            return np.negative(np.where(missing, -largest - 1, rows)).astype(np.int64)
    bits = (0.0 - rows).view(np.int64)
    keys = bits ^ ((bits >> 63) & _LAST)
    keys[missing] = _LAST
    return keys


def _sorted(keys: _Keys) -> tuple[_Keys, _Keys]:
    """The units of each row in the order of their keys, and the keys in that order.

    A key carries the number of its unit in its last bits, so that one plain sort brings the units along.
    Where the keys leave no room for it, their own last bits give way, and the few that then stand in the
    wrong order are put right.
    """
    n = keys.shape[-1]
    room = max(n - 1, 1).bit_length()
    unit, mask = np.arange(n), (1 << room) - 1
    least = int(keys.min())
    if int(keys.max()) - least < 1 << (63 - room):
        packed = ((keys - least) << room) | unit
        packed.sort(axis=-1)
        return packed & mask, packed >> room
    packed = (keys & ~mask) | unit
    packed.sort(axis=-1)
    order = packed & mask
    ordered = np.take_along_axis(keys, order, -1)
    return _put_right(order, ordered, packed >> room)


def _put_right(order: _Keys, ordered: _Keys, cut: _Keys) -> tuple[_Keys, _Keys]:
    """Sort again the units whose keys agree but for the bits that were cut."""
    agree = (cut[:, 1:] == cut[:, :-1]) & (ordered[:, 1:] != ordered[:, :-1])
    if not agree.any():
        return order, ordered
    # A run of equal cuts may hold equal neighbours as well: the whole run takes part.
    runs = np.cumsum(np.pad(cut[:, 1:] != cut[:, :-1], ((0, 0), (1, 0)), constant_values=True), axis=None)
    runs = runs.reshape(cut.shape)
    again = np.flatnonzero(np.isin(runs, runs[:, 1:][agree]))
    within = np.lexsort((ordered.flat[again], runs.flat[again]))
    order.flat[again] = order.flat[again][within]
    ordered.flat[again] = ordered.flat[again][within]
    return order, ordered


def _places(keys: _Keys, missing: npt.NDArray[np.bool_], ties: Ties) -> Array:
    """(row, unit): the places by keys."""
    order, ordered = _sorted(keys)
    rows, n = keys.shape
    new = np.ones((rows, n + 1), np.bool_)  # where another key begins; the end counts as one
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=new[:, 1:-1])
    placed = np.empty((rows, n))
    placed.reshape(-1)[order + np.arange(rows)[:, None] * n] = _of_runs(new, ties)
    placed[missing] = np.nan
    return placed


def _of_runs(new: npt.NDArray[np.bool_], ties: Ties) -> _Keys | Array:
    """(row, n): the places along rows whose runs of equals begin where `new` (row, n + 1) says."""
    n = new.shape[-1] - 1
    if ties == "dense":
        return np.cumsum(new[:, :-1], axis=-1, dtype=np.int64)
    starts, ends = np.arange(1, n + 1), np.arange(n, 0, -1)
    best: _Keys = np.maximum.accumulate(np.where(new[:, :-1], starts, 0), axis=-1)
    if ties == "min":
        return best
    worst: _Keys = np.minimum.accumulate(np.where(new[:, :0:-1], ends, n), axis=-1)[:, ::-1]
    return worst if ties == "max" else (best + worst) / 2
