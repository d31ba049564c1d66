"""What stands out about one unit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from innodex.engine import profile, rank
from innodex.framework import Direction, Framework
from innodex.recipe import AboutGroup, Extremes, PercentileRanks, Profile, Quarter
from innodex.result._result import Floats, Result
from innodex.territory import Territory

USUAL = Quarter(share=0.25, most=5)


def strengths_and_weaknesses(
    result: Result,
    framework: Framework,
    *,
    unit: str,
    period: str,
    rule: Profile | None = None,
    territory: Territory | None = None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes of what a unit is strong in, best first, and weak in, worst first, by a rule of the recipe.

    Without a rule: up to five indicators in the best, and up to five in the worst, quarter of the field. A
    unit's place on an indicator is then (units above it + half of those level with it) / (ranked units − 1),
    from 0 for the best to 1 for the worst, whatever rule the recipe has for ties; the best quarter ends at
    0.25, the worst begins at 0.75; equal places come in framework order; an indicator on which all ranked
    units are equal is left out. `territory` is needed where a unit is compared with its region.
    """
    rule = USUAL if rule is None else rule
    p, u = result.periods.index(period), result.unit_at[unit]
    leaves = [result.node_at[node.code] for node in framework.indicators]
    everywhere = isinstance(rule, PercentileRanks | AboutGroup) and rule.nodes == "all"
    root = result.node_at[framework.root.code]
    # A unit's place at the top is what its strengths are to explain.
    nodes = [at for at in range(len(result.nodes)) if at != root] if everywhere else leaves
    best, worst = _standing(result, framework, rule, territory, p, u, nodes, leaves)
    return tuple(result.nodes[nodes[at]] for at in best), tuple(result.nodes[nodes[at]] for at in worst)


def _standing(
    result: Result,
    framework: Framework,
    rule: Profile,
    territory: Territory | None,
    p: int,
    u: int,
    nodes: list[int],
    leaves: list[int],
) -> profile.Standing:
    counted = result.included[p]
    places = np.where(counted[:, None], result.rank[p][:, nodes], np.nan)
    scores = np.where(counted[:, None], result.score[p][:, nodes], np.nan)
    if isinstance(rule, Extremes) and rule.of == "raw":
        places = _places_of_figures(result, framework, p)
    if result.bracketed is not None:  # what is shown in brackets is neither strong nor weak
        hidden = ~np.isnan(result.bracketed[p, u, nodes])
        places[u, hidden] = np.nan
        scores[u, hidden] = np.nan
    match rule:
        case Quarter(share, most):
            return profile.quarter(scores, places, u, share=share, most=most)
        case Extremes():
            drop = rule.last == "drop"
            return profile.extremes(places, u, most=rule.most, drop_last=drop, distinct=rule.distinct)
        case PercentileRanks():
            own = np.isin(nodes, leaves)
            return profile.percentiles(places, u, own, most=rule.most, always=rule.always)
        case AboutGroup():
            members = _members(result, rule, territory, u)
            ddof = 1 if rule.sd == "sample" else 0
            at = int(np.flatnonzero(members == u)[0])
            return profile.deviations(scores[members], at, times=rule.times, ddof=ddof)


def _places_of_figures(result: Result, framework: Framework, p: int) -> Floats:
    """(U, I): ranks of the figures as they came, more or less being better as the framework says."""
    lower = [node.direction is Direction.LOWER for node in framework.indicators]
    figures = np.where(lower, -result.raw[p], result.raw[p])
    return rank.ranks(np.where(result.included[p][:, None], figures, np.nan), ties="min", axis=-2)


def _members(result: Result, rule: AboutGroup, territory: Territory | None, u: int) -> npt.NDArray[np.int64]:
    """The numbers of the units that a unit is compared with, itself among them."""
    if rule.group == "all":
        return np.arange(len(result.units))
    if territory is None:
        raise ValueError("regions are those of a territory: give one")
    regions = np.array([territory.by_code[unit].region or "" for unit in result.units])
    return np.flatnonzero(regions == regions[u]) if regions[u] else np.array([u])
