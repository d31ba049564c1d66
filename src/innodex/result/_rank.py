"""The step `rank`: places at every node, in the whole field and within groups."""

from __future__ import annotations

from typing import Any

import numpy as np

from innodex.engine import rank
from innodex.recipe import RAW, REGION, Ranking
from innodex.result._result import Floats
from innodex.result._work import Mask, Work
from innodex.territory import Territory


def rounded(scores: Floats, policy: Ranking, *, axis: int = -1) -> Floats:
    """Scores as they are compared."""
    if policy.decimals is not None:
        return rank.to_decimals(scores, decimals=policy.decimals, half_up=policy.rounding == "half-up")
    if policy.significant == RAW:
        return scores
    return rank.to_significant(scores, digits=policy.significant or 12, axis=axis)


def ranks(work: Work) -> Floats:
    """(P, U, N): the place of each unit that counts, and of those in brackets the place they would take."""
    score, columns = _counted(work), _columns(work)
    if len(columns) == 1:
        found = rank.ranks(score, **_how(*columns), axis=-2)
    else:
        found = np.empty(score.shape)
        for policy, nodes in columns.items():
            found[:, :, nodes] = rank.ranks(score[:, :, nodes], **_how(policy), axis=-2)
    _place_bracketed(work, score, found, np.ones(len(work.panel.units), np.bool_))
    return found


def group_ranks(work: Work) -> Floats:
    """(G, P, U, N): ranks among the units of one region or group, of scores rounded over the whole field."""
    score = _counted(work)
    found = np.full((len(work.recipe.within), *score.shape), np.nan)
    if work.territory is None or not work.recipe.within:
        return found
    members = [_members(work.territory, work.panel.units, name) for name in work.recipe.within]
    for policy, nodes in _columns(work).items():
        compared = rounded(score[:, :, nodes], policy, axis=-2)
        for place, groups in zip(found, members, strict=True):
            for own in groups:
                at = np.ix_(np.arange(len(score)), np.flatnonzero(own), np.array(nodes))
                place[at] = rank.ranks(compared[:, own], ties=policy.ties, axis=-2)
    for place, groups in zip(found, members, strict=True):
        for own in groups:
            _place_bracketed(work, score, place, own)
    return found


def _members(territory: Territory, units: tuple[str, ...], name: str) -> list[Mask]:
    """Who is ranked with whom in a grouping: (U) for every region, or for the one group of that name."""
    if name != REGION:
        return [np.array([name in territory.by_code[unit].groups for unit in units])]
    regions = np.array([territory.by_code[unit].region or "" for unit in units])
    return [regions == region for region in np.unique(regions[regions != ""])]


def _counted(work: Work) -> Floats:
    """The scores of the units that count; the others are missing."""
    assert work.score is not None
    return work.score if work.included.all() else np.where(work.included[:, :, None], work.score, np.nan)


def _columns(work: Work) -> dict[Ranking, list[int]]:
    """{policy: the nodes that it holds for}."""
    found: dict[Ranking, list[int]] = {}
    for at, node in enumerate(work.framework.nodes):
        found.setdefault(work.recipe.ranking(node.code), []).append(at)
    return found


def _how(policy: Ranking) -> dict[str, Any]:
    """The policy in the words of the engine."""
    if policy.decimals is not None:
        half_up = policy.rounding == "half-up"
        return {"ties": policy.ties, "decimals": policy.decimals, "half_up": half_up}
    digits = None if policy.significant == RAW else policy.significant or 12
    return {"ties": policy.ties, "digits": digits}


def _place_bracketed(work: Work, score: Floats, found: Floats, members: Mask) -> None:
    """Give the members in brackets the place that they would take among the members that count."""
    if work.bracketed is None:
        return
    assert work.score is not None
    asked = work.bracketed & ~work.included[:, :, None] & members[None, :, None]
    policies = [work.recipe.ranking(node.code) for node in work.framework.nodes]
    for p, n in zip(*np.nonzero(asked.any(axis=1)), strict=True):
        own = np.flatnonzero(asked[p, :, n])
        field = score[p, members, n]
        found[p, own, n] = rank.ranks_among(work.score[p, own, n], field, **_how(policies[n]))
