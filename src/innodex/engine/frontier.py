"""Frontier: each unit weighed as suits it best (Benefit of the Doubt)."""

from __future__ import annotations

from typing import Any

import numpy as np

from innodex.engine._array import Array


def benefit(
    x: Array,
    peers: Array,
    *,
    weight_low: Array,
    weight_high: Array,
    share_low: Array,
    share_high: Array,
) -> tuple[Array, Array]:
    r"""The score of each unit under the weights that suit it best, and these weights.

    ((unit), (unit, child)). `x` is (unit, child), `peers` (peer, child), zero or above; NaN is missing. No
    peer may come above 1 under the weights that a unit chooses, so a unit among its peers scores at most 1;
    one that is not may come above. Limits are (child), 0 and 1 where there are none: `weight_low` and
    `weight_high` bound each weight's part of the sum of the weights, `share_low` and `share_high` the part
    of the unit's own score that comes from the child. A child that a unit lacks is left out of its
    programme; a peer that lacks one has 0 there. A unit without any child, or with limits that
    contradict each other for what it has, is missing, and so is one whose score has no bound because
    no peer has any of what it has. Scores are unique; weights need not be.

    Formula:
        $$ \max_{w \ge 0} \sum_i w_i x_{oi} \quad \text{so that} \quad \sum_i w_i x_{ji} \le 1
           \ \text{for every peer } j; \quad
           l_i \le \frac{w_i}{\sum_k w_k} \le u_i; \quad
           L_i \le \frac{w_i x_{oi}}{\sum_k w_k x_{ok}} \le U_i $$
    Use: where no weights are agreed, and no unit should be able to blame the weights for its place.
    Avoid: with few units and many children, where without limits nearly everyone comes out best; where units
        must be compared under the same weights.
    Source: Melyn and Moesen (1991), Towards a synthetic indicator of macroeconomic performance, Leuven;
        Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), An introduction to "benefit of the doubt"
        composite indicators, Social Indicators Research 82(1); Wong and Beasley (1990), Restricting weight
        flexibility in data envelopment analysis, Journal of the Operational Research Society 41(9).

    >>> x = np.array([[2.0, 8.0], [6.0, 6.0], [3.0, 3.0]])
    >>> free = dict(weight_low=np.zeros(2), weight_high=np.ones(2))
    >>> benefit(x, x, **free, share_low=np.zeros(2), share_high=np.ones(2))[0]
    array([1. , 1. , 0.5])
    """
    score, weights = np.full(len(x), np.nan), np.zeros(x.shape)
    there = ~np.isnan(x)
    limits = np.array([weight_low, weight_high, share_low, share_high], dtype=np.float64)
    for pattern in np.unique(there, axis=0):
        rows = np.flatnonzero((there == pattern).all(axis=-1))
        bounds = limits[:, pattern]
        if not _possible(bounds):
            continue
        field = np.nan_to_num(peers[:, pattern])
        programme = _Programme(_undominated(field), bounds)
        # Units that are strong in the same child have like answers: the next one's is near.
        relative = x[np.ix_(rows, np.flatnonzero(pattern))] * programme.single
        for row in rows[np.lexsort((relative.max(axis=1), relative.argmax(axis=1)))]:
            score[row], weights[row, pattern] = programme.solve(x[row, pattern])
    return score, weights


def _possible(bounds: Array) -> bool:
    """Whether parts within the bounds can sum to 1."""
    low, high = bounds[[0, 2]].sum(axis=1), bounds[[1, 3]].sum(axis=1)
    return bounds.size > 0 and bool((low <= 1 + 1e-12).all() and (high >= 1 - 1e-12).all())


def _undominated(field: Array) -> Array:
    """The peers that no other one equals or exceeds on every child: the others bind nobody."""
    field = np.unique(field[np.isfinite(field).all(axis=-1)], axis=0)
    field = field[np.argsort(-field.sum(axis=-1), kind="stable")]
    kept = np.ones(len(field), bool)
    for row in range(len(field)):
        if kept[row]:  # whoever lies below has a smaller sum, and so stands later
            kept[row + 1 :] &= (field[row + 1 :] > field[row]).any(axis=-1)
    return field[kept]


_NOTHING = 1e-9  # a score so far below that of a unit's best child is none


class _Programme:
    """The dual programme of all units with the same children; each is solved from the last one's answer.

    Rows are children and, with limits on shares, the score itself; columns are peers, limits and, with
    limits on shares, the score: min Σ λ so that Y'λ + limits ≥ x. The prices of the rows are the weights.
    """

    def __init__(self, field: Array, bounds: Array) -> None:
        import highspy  # compiled, and needed only here

        self.count = count = bounds.shape[1]
        own = np.eye(count)
        top = field.max(axis=0, initial=0.0)
        # The weight that a child would have alone: without limits no unit scores less than by its best one.
        self.single = np.where(top > 0, 1.0 / np.where(top > 0, top, 1.0), 0.0)
        # w_i − l Σ w ≥ 0 and u Σ w − w_i ≥ 0: each is a column of the dual, with the other sign.
        fixed = [bounds[0, i] - own[i] for i in range(count) if bounds[0, i] > 0]
        fixed += [own[i] - bounds[1, i] for i in range(count) if bounds[1, i] < 1]
        # w_i x_i − L T ≥ 0 and U T − w_i x_i ≥ 0 with T = Σ w x: what depends on x comes with each unit.
        shared = [(i, 1.0, bounds[2, i]) for i in range(count) if bounds[2, i] > 0]
        shared += [(i, -1.0, bounds[3, i]) for i in range(count) if bounds[3, i] < 1]
        self.shared = [(i, -side) for i, side, _ in shared]
        self.first = len(field) + len(fixed)
        columns = np.concatenate([field, np.array(fixed).reshape(-1, count)])
        if shared:
            total = [side * bound for _, side, bound in shared] + [1.0]
            columns = np.pad(columns, ((0, len(total)), (0, 1)))
            columns[self.first :, -1] = total
        self._pass(highspy, columns, len(field))

    def _pass(self, highspy: Any, columns: Array, peers: int) -> None:
        width, height = columns.shape
        infinite, free = highspy.kHighsInf, np.arange(width) >= width - (height > self.count)
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = width, height
        programme.col_cost_ = np.where(np.arange(width) < peers, 1.0, 0.0)
        programme.col_lower_ = np.where(free, -infinite, 0.0)
        programme.col_upper_ = np.full(width, infinite)
        programme.row_lower_ = np.zeros(height)
        programme.row_upper_ = np.where(np.arange(height) < self.count, infinite, 0.0)
        programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        programme.a_matrix_.start_ = np.arange(0, width * height + 1, height)
        programme.a_matrix_.index_ = np.tile(np.arange(height), width)
        programme.a_matrix_.value_ = columns.ravel()
        # The class beneath the public one, which prints a banner as soon as it is made.
        self.model = model = highspy.Highs.__mro__[1]()
        model.setOptionValue("output_flag", False)
        model.setOptionValue("presolve", "off")
        model.setOptionValue("solver", "simplex")
        for side in ("primal", "dual"):
            model.setOptionValue(f"{side}_feasibility_tolerance", 1e-10)
        model.passModel(programme)
        self.children = np.arange(self.count, dtype=np.int32)
        self.top = np.full(self.count, infinite)
        self.optimal = highspy.HighsModelStatus.kOptimal
        self.score_at = width - 1

    def solve(self, x: Array) -> tuple[float, Array]:
        """The score of one unit and its weights; NaN where there is none."""
        figures = x.tolist()
        for at, (i, side) in enumerate(self.shared, start=self.first):
            self.model.changeCoeff(i, at, side * figures[i])
        for k, figure in enumerate(figures if self.shared else ()):
            self.model.changeCoeff(k, self.score_at, -figure)
        self.model.changeRowsBounds(self.count, self.children, x, self.top)
        self.model.run()
        if self.model.getModelStatus() != self.optimal:
            return float("nan"), np.full(self.count, np.nan)
        score = float(self.model.getInfo().objective_function_value)
        if score <= _NOTHING * float(np.max(x * self.single)):
            # No weights but zero keep the limits: not a score of zero, unless the unit has nothing.
            return (float("nan"), np.full(self.count, np.nan)) if x.any() else (0.0, np.zeros(self.count))
        prices = np.array(self.model.getSolution().row_dual)[: self.count]
        return score, np.maximum(prices, 0.0)
