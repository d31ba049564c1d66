"""Screen: has a unit figures enough to be compared?

`there` and `asked` are masks (..., unit, indicator): the cells that hold a figure, and those that apply at
all. `under` (indicator, branch) is 1 where an indicator lies under a branch of the tree, else 0.
"""

from __future__ import annotations

import numpy as np

from innodex.engine._array import Array, Mask


def cells(where: Mask, under: Array) -> Array:
    """How many of the cells under each branch are marked, for each unit: (..., unit, branch).

    >>> cells(np.array([[True, False, True]]), np.array([[1.0, 0], [1, 0], [0, 1]]))
    array([[1., 1.]])
    """
    found: Array = where.astype(np.float64) @ under
    return found


def availability(there: Mask, asked: Mask, under: Array) -> Array:
    r"""The share of the cells asked for that hold a figure, for each unit and branch.

    Cells that do not apply are not asked for; NaN where a branch asks for none. Indicators count alike,
    whatever their weight.

    Formula:
        $$ a_{ub} = \frac{\#\{i \in b : x_{ui}\ \text{there}\}}{\#\{i \in b : i\ \text{applies}\}} $$
    Use: before imputation and before any bound is taken from the sample, so that a unit of which little is
        known neither gets a rank nor moves those of the others.
    Avoid: as the only rule where one pillar may be empty; ask for a share in each.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 2; WIPO, Global Innovation
        Index, appendix I, "data minimum coverage".

    >>> yes = np.array([[True, True, True]])
    >>> availability(np.array([[True, False, True]]), yes, np.ones((3, 1))).round(4)
    array([[0.6667]])
    """
    wanted = cells(asked, under)
    return np.where(wanted > 0, cells(there & asked, under) / np.maximum(wanted, 1.0), np.nan)


def nonzero(x: Array, asked: Mask, under: Array) -> Array:
    r"""The share of the figures there are that are not zero, for each unit and branch.

    NaN where a branch holds no figure.

    Formula:
        $$ z_{ub} = 1 - \frac{\#\{i \in b : x_{ui} = 0\}}{\#\{i \in b : x_{ui}\ \text{there}\}} $$
    Use: where a zero often stands for "not reported"; then a unit of many zeros is a unit without data.
    Avoid: where zeros are honest counts.
    Source: Becker, Caperna, Del Sorbo, Norlén, Papadimitriou and Saisana (2022), COINr: an R package for
        developing composite indicators, Journal of Open Source Software 7(78), 4567.

    >>> yes = np.array([[True, True, True]])
    >>> nonzero(np.array([[0.0, np.nan, 2.0]]), yes, np.ones((3, 1)))
    array([[0.5]])
    """
    there = ~np.isnan(x) & asked
    held = cells(there, under)
    return np.where(held > 0, cells(there & (x != 0), under) / np.maximum(held, 1.0), np.nan)


def groups_enough(
    there: Mask, asked: Mask, under: Array, pillars: Array, *, computable: float, groups: int
) -> Mask:
    r"""Whether each pillar has groups enough that can be computed: (..., unit, pillar).

    `under` (indicator, group) and `pillars` (group, pillar) hold 1 where one belongs to the other. A group
    can be computed when it holds a figure and the share of its applicable cells that hold one is at least
    `computable`. A pillar needs `groups` of them, or all it has where it has fewer; groups that do not apply
    are not asked for.

    Formula:
        $$ \#\{g \in p : n_{ug} \ge 1,\ a_{ug} \ge c\} \ge \min(k, \#\{g \in p\}) $$
    Use: with a share asked for in each sub-index, as the Global Innovation Index does.
    Avoid: on trees without a level of groups.
    Source: WIPO, Global Innovation Index, appendix I, "data minimum coverage"; Saisana, Domínguez-Torreiro
        and Vértesy (2016), Joint Research Centre statistical audit of the 2016 Global Innovation Index.

    >>> there = np.array([[True, False, False, True]])
    >>> pairs = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    >>> asked = np.ones_like(there)
    >>> groups_enough(there, asked, pairs, np.ones((2, 1)), computable=0.5, groups=2)
    array([[ True]])
    """
    wanted, held = cells(asked, under), cells(there & asked, under)
    good = (held >= 1) & (held / np.maximum(wanted, 1.0) >= computable)
    needed = np.minimum(groups, (wanted > 0).astype(np.float64) @ pillars)
    found: Mask = good.astype(np.float64) @ pillars >= needed
    return found


def forced(included: Mask, *, keep: Mask, drop: Mask) -> Mask:
    r"""Which units count once some are in, and some out, by name.

    `included` (..., unit) is what their figures say; `keep` and `drop` (unit) mark the named. A unit that is
    named both ways is out.

    Formula:
        $$ c_u = (s_u \lor k_u) \land \lnot d_u $$
    Use: a decision about a unit that no share of figures expresses: it did not take part, it is a city-state.
    Avoid: to keep a unit in against the rule without saying why in the recipe.
    Source: Becker, Caperna, Del Sorbo, Norlén, Papadimitriou and Saisana (2022), COINr: an R package for
        developing composite indicators, Journal of Open Source Software 7(78), 4567.

    >>> yes, no = np.array([True, False, False]), np.array([False, False, True])
    >>> forced(no, keep=yes, drop=no)
    array([ True, False, False])
    """
    found: Mask = (included | keep) & ~drop
    return found
