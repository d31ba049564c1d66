"""Outrank: units compared pair by pair, child by child.

`x` is (unit, child), `weights` (child); NaN is missing. More is better. A child counts for a pair where both
units have it; the weights of a pair are rescaled over the children that count.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from innodex.engine._array import Array, Mask

_CELLS = 4_000_000  # cells of a temporary


def matrix(x: Array, weights: Array, *, others: Array | None = None) -> Array:
    r"""The part of the weight with which each unit is above each other one.

    (unit, other): the weights of the children on which the row's unit has more, and half of those on which
    both have the same, over the weights of the children that both have; NaN where they have none in common,
    and on the diagonal where `others` (other, child) is left out: then the units are compared with
    themselves.

    Formula:
        $$ a_{jk} = \frac{\sum_{i : x_{ji} > x_{ki}} w_i + \tfrac12 \sum_{i : x_{ji} = x_{ki}} w_i}
           {\sum_{i \in I_{jk}} w_i} $$
    Use: to see by how much one unit is above another, without trusting the distances on any scale.
    Avoid: where distances mean something that should count.
    Source: Munda and Nardo (2009), Noncompensatory/nonlinear composite indicators for ranking countries,
        Applied Economics 41(12), section 3; OECD and European Commission JRC (2008), Handbook on
        Constructing Composite Indicators, step 6.

    >>> matrix(np.array([[3.0, 1.0], [2.0, 1.0]]), np.array([1.0, 1.0]))
    array([[ nan, 0.75],
           [0.25,  nan]])
    """
    found = np.empty((len(x), len(x if others is None else others)))
    for rows, part in _blocks(x, x if others is None else others, weights):
        found[rows] = part
    if others is None:
        np.fill_diagonal(found, np.nan)
    return found


def _blocks(x: Array, others: Array, weights: Array) -> Iterator[tuple[slice, Array]]:
    """(rows, shares of the weight): block by block, so that memory does not grow with the square."""
    size = max(1, _CELLS // max(1, len(others)))
    for start in range(0, len(x), size):
        rows = slice(start, start + size)
        above = np.zeros((len(x[rows]), len(others)))
        common = np.zeros_like(above)
        for column, weight in zip(range(x.shape[1]), weights, strict=True):
            a, b = x[rows, column, None], others[None, :, column]
            above += weight * ((a > b) + 0.5 * (a == b))
            common += weight * ~(np.isnan(a) | np.isnan(b))
        with np.errstate(invalid="ignore"):
            yield rows, above / common


def _decided(part: Array) -> Array:
    """1 where a share of the weight is a majority, −1 a minority, 0 a tie or nothing in common."""
    # Shares such as 0.1 + 0.2 + 0.2 are a half but for a last bit.
    tie = np.isnan(part) | (np.abs(part - 0.5) <= 1e-12)
    return np.where(tie, 0.0, np.sign(part - 0.5))


def copeland(x: Array, weights: Array, *, sample: Mask) -> tuple[Array, Array]:
    r"""How many units each one beats by a majority of the weight, less how many beat it.

    ((unit) points, (unit) opponents). Opponents are the units of `sample` (unit) that have at least one
    child, other than the unit itself. A unit with no child at all is missing. A pair with nothing in common,
    or with half of the weight each, counts 0.

    Formula:
        $$ C_j = \sum_{k \ne j} \operatorname{sign}(a_{jk} - \tfrac12) $$
    Use: where only the order on each child is trusted, and whoever beats most others should be first.
    Avoid: with many ties in few children; where the place should not depend on third units; in very large
        fields: every pair is compared, so that time grows with the square of the number of units.
    Source: Copeland (1951), A reasonable social welfare function; Saari and Merlin (1996), The Copeland
        method, Economic Theory 8; Munda and Nardo (2009), as for the matrix.

    >>> copeland(np.array([[3.0], [2.0], [1.0]]), np.array([1.0]), sample=np.ones(3, bool))
    (array([ 2.,  0., -2.]), array([2., 2., 2.]))
    """
    field, opponents = _field(x, weights, sample)
    points = np.empty(len(x))
    # A unit compared with itself is a tie: it adds nothing.
    for rows, part in _blocks(x, x[field], weights):
        points[rows] = _decided(part).sum(axis=-1)
    return np.where(_there(x, weights), points, np.nan), opponents


def _there(x: Array, weights: Array) -> Mask:
    found: Mask = np.any(~np.isnan(x) & (weights > 0), axis=-1)
    return found


def _field(x: Array, weights: Array, sample: Mask) -> tuple[Mask, Array]:
    """Who the units are compared with, and how many these are for each."""
    field = sample & _there(x, weights)
    return field, np.where(_there(x, weights), field.sum() - field, np.nan).astype(np.float64)


def borda(x: Array, weights: Array, *, sample: Mask) -> tuple[Array, Array]:
    r"""The weighted count of the opponents that each unit is above, child by child.

    ((unit) points, (unit) the most that could be had). On each child a unit has a point for every opponent
    it is above and half a point for every one it is level with; points are weighted and added. Opponents are
    the units of `sample` (unit) that have the child. Where a unit lacks a child, or an opponent does, its
    points are those of the comparisons it has, in proportion.

    Formula:
        $$ B_j = \sum_i w_i \left( \#\{k : x_{ki} < x_{ji}\} +
           \tfrac12 \#\{k \ne j : x_{ki} = x_{ji}\} \right) $$
    Use: where only the order on each child is trusted, and a broad following should win.
    Avoid: where adding or leaving out a weak unit must not change who is first.
    Source: Borda (1784), Mémoire sur les élections au scrutin; OECD and European Commission JRC (2008),
        Handbook on Constructing Composite Indicators, step 6, tables 25 to 27.

    >>> borda(np.array([[3.0], [2.0], [2.0]]), np.array([2.0]), sample=np.ones(3, bool))
    (array([4., 1., 1.]), array([4., 4., 4.]))
    """
    field, opponents = _field(x, weights, sample)
    points, asked = np.zeros(len(x)), np.zeros(len(x))
    for column, weight in zip(range(x.shape[1]), weights, strict=True):
        values = x[:, column]
        there = ~np.isnan(values)
        ordered = np.sort(values[field & there])
        below = np.searchsorted(ordered, values, "left")
        level = np.searchsorted(ordered, values, "right") - below - (field & there)
        points += np.where(there, weight * (below + 0.5 * level), 0.0)
        asked += np.where(there, weight * (len(ordered) - (field & there)), 0.0)
    most = weights.sum() * opponents
    with np.errstate(invalid="ignore"):
        return np.where(asked > 0, points / asked * most, np.where(opponents == 0, 0.0, np.nan)), most


def condorcet(x: Array, weights: Array, *, sample: Mask) -> tuple[Array, Array]:
    r"""Classes of units such that each unit of a class beats each unit of every later one.

    ((unit) class, 0 the first; (unit) opponents). A unit beats another by a majority of the weight. A class
    of several units is a cycle (a beats b, b beats c, c beats a) or level: no order within it has the
    majority on its side, so none is made up. NaN for units that are not in `sample`, or have no child.

    Formula:
        $$ j \succ k \iff a_{jk} > \tfrac12; \quad \text{classes: the strongly connected components of }
           j \succeq k \iff a_{jk} \ge \tfrac12 $$
    Use: where a unit that beats every other one must be first, and a contradiction must be seen.
    Avoid: where a complete order is needed whatever happens; in very large fields: every pair is compared, so
        that time, and where units run in one great circle memory, grow with the square of their number.
    Source: Condorcet (1785), Essai sur l'application de l'analyse; Smith (1973), Aggregation of preferences
        with variable electorate, Econometrica 41(6); OECD and European Commission JRC (2008), Handbook on
        Constructing Composite Indicators, step 6, tables 28 to 30.

    >>> condorcet(np.array([[3.0], [2.0], [2.0]]), np.array([1.0]), sample=np.ones(3, bool))[0]
    array([0., 1., 1.])
    """
    field, opponents = _field(x, weights, sample)
    points = copeland(x, weights, sample=sample)[0][field]
    # By Landau's count: the first k units beat all the others exactly where their points sum to k (n − k).
    # Within the k every pair gives 0 in sum, across it at most 1 each, and 1 only for a clear majority.
    order = np.argsort(-points, kind="stable")
    n, k = len(points), np.arange(1, len(points) + 1)
    ends = np.cumsum(points[order]) >= k * (n - k) - 0.5
    classes = np.empty(n)
    classes[order] = np.concatenate(([0], np.cumsum(ends)[:-1])) if n else []
    found = np.full(len(x), np.nan)
    found[field] = classes
    return found, opponents


def cycle(x: Array, weights: Array) -> list[int]:
    """A shortest chain of units in which each beats the next and the last the first; empty if there is none.

    Positions in `x` (unit, child): the units of one class of `condorcet`. The chain starts at the unit that
    comes first in `x`.

    >>> cycle(np.array([[3.0, 2, 1], [2, 1, 3], [1, 3, 2]]), np.ones(3))
    [0, 1, 2]
    """
    beats = np.empty((len(x), len(x)), bool)
    for rows, part in _blocks(x, x, weights):
        beats[rows] = _decided(part) > 0
    best: list[int] = []
    for start in range(len(x)):
        chain = _chain(beats, start, len(best) or len(x) + 1)
        if chain and (not best or len(chain) < len(best)):
            best = chain
        if len(best) == 3:
            break
    first = best.index(min(best)) if best else 0
    return best[first:] + best[:first]


def _chain(beats: Mask, start: int, below: int) -> list[int]:
    """The shortest way along `beats` from a unit back to it, of fewer than `below` steps."""
    came = np.full(len(beats), -1)
    edge = np.zeros(len(beats), bool)
    edge[start] = True
    seen = edge.copy()
    for _ in range(below - 1):
        last = np.flatnonzero(edge & beats[:, start])
        if last.size:
            chain = [int(last[0])]
            while chain[-1] != start:
                chain.append(int(came[chain[-1]]))
            return chain[::-1]
        reached = beats[edge].any(axis=0) & ~seen
        if not reached.any():
            return []
        came[reached] = np.flatnonzero(edge)[np.argmax(beats[edge][:, reached], axis=0)]
        seen |= reached
        edge = reached
    return []
