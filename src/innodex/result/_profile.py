"""What stands out about one unit."""

from __future__ import annotations

import numpy as np

from innodex.framework import Framework
from innodex.result._result import Result

MOST = 5
QUARTER = 0.25


def strengths_and_weaknesses(
    result: Result, framework: Framework, *, unit: str, period: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes of up to five indicators in the best, and up to five in the worst, quarter of the field.

    A unit's place on an indicator is (units above it + half of those level with it) / (ranked units − 1),
    from 0 for the best to 1 for the worst, whatever rule the recipe has for ties; the best quarter ends at
    0.25, the worst begins at 0.75. Strengths come best first, weaknesses worst first, equal places in
    framework order. An indicator on which all ranked units are equal is left out.
    """
    p, u = result.periods.index(period), result.unit_at[unit]
    places: list[tuple[float, int, str]] = []
    for order, node in enumerate(framework.indicators):
        at = result.node_at[node.code]
        scores = result.score[p, :, at]
        scores = scores[~np.isnan(scores)]
        if np.isnan(result.rank[p, u, at]) or scores.size < 2 or scores.max() == scores.min():
            continue
        ranks = result.rank[p, :, at]
        better = np.count_nonzero(ranks < ranks[u])
        equal = np.count_nonzero(ranks == ranks[u])
        places.append(((better + (equal - 1) / 2) / (scores.size - 1), order, node.code))
    best = sorted((place, order, code) for place, order, code in places if place <= QUARTER)
    worst = sorted((-place, order, code) for place, order, code in places if place >= 1 - QUARTER)
    return tuple(code for _, _, code in best[:MOST]), tuple(code for _, _, code in worst[:MOST])
