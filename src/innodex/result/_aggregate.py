"""The step `aggregate`: a node from its children, from the leaves up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innodex.engine import aggregate
from innodex.recipe import Aggregation
from innodex.result import _weigh
from innodex.result._result import Floats
from innodex.result._work import Mask, Work


def apply(work: Work) -> None:
    """Join `work.normalised` into `work.score` (P, U, N); weights are found on the way where asked for."""
    assert work.normalised is not None
    at = work.position
    score = np.full((*work.normalised.shape[:2], len(at)), np.nan)
    for i, code in enumerate(work.codes):
        score[:, :, at[code]] = work.normalised[:, :, i]
    work.score = score
    for node in work.framework.below(work.framework.root.code):
        children = [at[child.code] for child in work.framework.children(node.code)]
        if children:
            x = score[:, :, children]
            _weigh.local(work, node.code, children, x)
            weights = work.weight[:, None, children]
            asked = work.applicable[:, None, children]
            score[:, :, at[node.code]] = _joined(work, node.code, x, weights, asked)
            score[~work.applicable[:, at[node.code]], :, at[node.code]] = np.nan


def _joined(work: Work, code: str, x: Floats, weights: Floats, applicable: Mask) -> Floats:
    return _mean(work.recipe.aggregation(code), x, weights, applicable)


def _mean(policy: Aggregation, x: Floats, weights: Floats, applicable: Mask) -> Floats:
    methods: dict[str, Callable[[], Floats]] = {
        "arithmetic": lambda: aggregate.arithmetic(x, weights, applicable),
        "geometric": lambda: aggregate.geometric(
            x, weights, applicable, nonpositive=0.0 if policy.nonpositive == "zero" else np.nan
        ),
        "sum": lambda: aggregate.total(x, applicable),
    }
    share = 1.0 if policy.missing == "all" else policy.minimum_share
    found = aggregate.enough(x, applicable, minimum_share=share)
    return np.where(found, methods[policy.method](), np.nan)
