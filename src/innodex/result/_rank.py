"""The step `rank`: places at every node, in the whole field and within groups."""

from __future__ import annotations

import numpy as np

from innodex.engine import rank
from innodex.recipe import Ranking
from innodex.result._result import Floats
from innodex.result._work import Work


def rounded(scores: Floats, policy: Ranking) -> Floats:
    """Scores as they are compared."""
    if policy.decimals is not None:
        return rank.to_decimals(scores, decimals=policy.decimals, half_up=policy.rounding == "half-up")
    return rank.to_significant(scores, digits=policy.significant or 12)


def ranks(work: Work) -> Floats:
    """(P, U, N): the place of each unit that counts."""
    assert work.score is not None
    score = np.where(work.included[:, :, None], work.score, np.nan)
    found = np.full(score.shape, np.nan)
    for at, node in enumerate(work.framework.nodes):
        policy = work.recipe.ranking(node.code)
        for period in range(score.shape[0]):
            found[period, :, at] = rank.ranks(rounded(score[period, :, at], policy), ties=policy.ties)
    return found


def group_ranks(work: Work) -> Floats:
    """(G, P, U, N): ranks among the units of one region, of scores rounded over the whole field."""
    assert work.score is not None
    score = np.where(work.included[:, :, None], work.score, np.nan)
    found = np.full((len(work.recipe.within), *score.shape), np.nan)
    if work.territory is None or not work.recipe.within:
        return found
    regions = np.array([work.territory.by_code[unit].region or "" for unit in work.panel.units])
    for g in range(len(work.recipe.within)):
        for at, node in enumerate(work.framework.nodes):
            policy = work.recipe.ranking(node.code)
            for period in range(score.shape[0]):
                compared = rounded(score[period, :, at], policy)
                for region in np.unique(regions[regions != ""]):
                    members = regions == region
                    found[g, period, members, at] = rank.ranks(compared[members], ties=policy.ties)
    return found
