"""Profile: what one unit is strong and weak in, by a named rule.

`scores` are (unit, node), `places` their ranks (1 is best, NaN has none), `unit` the number of the unit.
Each rule gives two tuples of columns: strengths, the best first, and weaknesses, the worst first.
"""

from __future__ import annotations

import numpy as np

from innodex.engine._array import Array, Mask, deviation, mean

Standing = tuple[tuple[int, ...], tuple[int, ...]]


def standing(places: Array, unit: int) -> Array:
    """(node): (units ahead + half of those level) / (ranked units − 1), from 0 for the best to 1.

    NaN where the unit has no rank, or is alone.

    >>> standing(np.array([[1.0], [2.0], [2.0], [4.0]]), 1).round(6)
    array([0.5])
    """
    n = (~np.isnan(places)).sum(axis=0)
    own = places[unit]
    ahead, level = (places < own).sum(axis=0), (places == own).sum(axis=0) - 1
    return np.where(np.isnan(own) | (n < 2), np.nan, (ahead + level / 2) / np.maximum(n - 1, 1))


def quarter(scores: Array, places: Array, unit: int, *, share: float, most: int) -> Standing:
    """Up to `most` nodes where the unit is in the best, and in the worst, part of the field.

    The parts are `share` of it at each end. Level units stand at the middle of the places they take. Equal
    standings come in the order of the columns; a node on which all units are level is left out.

    Formula:
        $$ \\frac{\\text{ahead} + \\tfrac12 \\text{level}}{n - 1} \\le q, \\qquad \\ge 1 - q $$
    Use: where a strength must be one in the whole field, so that a weak unit may have none.
    Avoid: where every unit is to be told the same number of strengths.
    Source: this house; the middle of level places as in Kendall and Gibbons (1990), chapter 3.

    >>> x = np.array([[5.0, 1.0], [4.0, 2.0], [3.0, 3.0], [2.0, 4.0], [1.0, 5.0]])
    >>> quarter(x, np.array([[1.0, 5], [2, 4], [3, 3], [4, 2], [5, 1]]), 0, share=0.25, most=5)
    ((0,), (1,))
    """
    at = np.where(
        np.fmax.reduce(scores, axis=0) > np.fmin.reduce(scores, axis=0), standing(places, unit), np.nan
    )
    best = np.argsort(at, kind="stable")[: np.count_nonzero(at <= share)]
    worst = np.argsort(-at, kind="stable")[: np.count_nonzero(at >= 1 - share)]
    return tuple(best[:most].tolist()), tuple(worst[:most].tolist())


def extremes(places: Array, unit: int, *, most: int, drop_last: bool, distinct: float = 0.0) -> Standing:
    """The `most` nodes where the unit's rank is best, and the `most` where it is worst.

    Ranks are compared as they are, whatever the number of units ranked. Nodes without a rank are left
    out, and with `drop_last` those where the unit has the last rank there is; so are nodes with fewer than
    `distinct` times as many different ranks as units ranked. Equal ranks come in the order of the columns
    among strengths, and against it among weaknesses. With few nodes one may be on both sides.

    Formula:
        $$ r_{(1)} \\le \\dots \\le r_{(k)}: \\quad \\text{the first } m, \\; \\text{the last } m $$
    Use: for a sheet that names as many strengths as weaknesses for everybody.
    Avoid: as a statement about the field: the worst of a leader may be a good place.
    Source: Becker, Caperna, Del Sorbo and others (2022), COINr, JOSS 7 (78): strengths and weaknesses.

    >>> extremes(np.array([[1.0, 3.0, 2.0], [2.0, 1.0, 1.0], [3.0, 2.0, 3.0]]), 1, most=1, drop_last=False)
    ((1,), (0,))
    """
    own = places[unit]
    kept = ~np.isnan(own)
    if drop_last:
        kept &= own != np.fmax.reduce(places, axis=0)
    if distinct > 0:
        kept &= np.array([_distinct(column) for column in places.T]) >= distinct
    listed = np.flatnonzero(kept)
    order = listed[np.argsort(own[listed], kind="stable")].tolist()
    return tuple(order[:most]), tuple(order[::-1][:most])


def _distinct(column: Array) -> float:
    there = column[~np.isnan(column)]
    return np.unique(there).size / there.size if there.size else 0.0


def percentiles(places: Array, unit: int, leaves: Mask, *, most: int, always: int) -> Standing:
    """The nodes at or above the unit's `most`-th highest percentile rank, and at or below its lowest.

    The percentile rank is the share of the other ranked units that the unit is ahead of. The two limits come
    from the `leaves` (a mask over the nodes) and hold for every node; level percentile ranks may give more
    than `most`. A rank of `always` or better is a strength whatever the limit. What would be both is a
    strength if the unit is ahead of half of the field, else a weakness.

    Formula:
        $$ p = \\frac{\\text{behind}}{n - 1}; \\qquad
           p \\ge p_{(m)} \\;\\text{ or }\\; r \\le a; \\qquad p \\le p^{(m)} $$
    Use: to follow the Global Innovation Index, with ten and three.
    Avoid: with few indicators, where most of them would be the one or the other.
    Source: WIPO (2023), Global Innovation Index, appendix: economy profiles, strengths and weaknesses.

    >>> p = np.array([[1.0, 2.0, 5.0], [2.0, 1.0, 4.0], [3.0, 3.0, 1.0], [4.0, 4.0, 2.0], [5.0, 5.0, 3.0]])
    >>> percentiles(p, 0, np.array([True, True, True]), most=1, always=1)
    ((0,), (2,))
    """
    n, own = (~np.isnan(places)).sum(axis=0), places[unit]
    behind = (places > own).sum(axis=0)
    p = np.where(np.isnan(own) | (n < 2), np.nan, behind / np.maximum(n - 1, 1))
    ranked = np.sort(p[leaves & ~np.isnan(p)])
    if not ranked.size:
        return (), ()
    high, low = ranked[-min(most, ranked.size)], ranked[min(most, ranked.size) - 1]
    strong, weak = (p >= high) | (own <= always), (p <= low) & ~(own <= always)
    both = strong & weak
    strong, weak = strong & ~(both & (p < 0.5)), weak & ~(both & (p >= 0.5))
    up, down = (np.argsort(one, kind="stable") for one in (-p, p))
    return tuple(up[strong[up]].tolist()), tuple(down[weak[down]].tolist())


def deviations(scores: Array, unit: int, *, times: float, ddof: int) -> Standing:
    """The nodes where the unit scores at least `times` the standard deviation above, or below, the mean.

    `scores` are those of the unit's group. A node without spread, or with too few scores for a deviation,
    is left out.

    Formula:
        $$ z = \\frac{x - \\bar x}{s}; \\qquad z \\ge k, \\qquad z \\le -k $$
    Use: to compare a unit with its peers, such as those of its region or of like wealth.
    Avoid: in groups of three or four, where hardly anybody is a deviation away.
    Source: WIPO (2023), Global Innovation Index, appendix: strengths and weaknesses among like economies.

    >>> deviations(np.array([[0.0, 9.0], [0.0, 5.0], [0.0, 5.0], [9.0, 5.0]]), 0, times=1, ddof=1)
    ((1,), ())
    """
    sd = deviation(scores, ddof=ddof, axis=0)[0]
    varied = np.fmax.reduce(scores, axis=0) > np.fmin.reduce(scores, axis=0)
    usable = varied & (sd > 0)
    z = np.where(usable, (scores[unit] - mean(scores, axis=0)[0]) / np.where(usable, sd, 1.0), np.nan)
    best, worst = (np.argsort(one, kind="stable") for one in (-z, z))
    return tuple(best[z[best] >= times].tolist()), tuple(worst[z[worst] <= -times].tolist())
