"""The step `aggregate`: a node from its children, from the leaves up."""

from __future__ import annotations

import numpy as np

from innodex.documents import Fault
from innodex.engine import aggregate
from innodex.recipe import Aggregation
from innodex.recipe._aggregate import Benefit, MeanMin, Outranking, Penalised, Power
from innodex.result import _frontier, _outrank, _weigh
from innodex.result._result import Floats
from innodex.result._work import Mask, Work

_PENALTY_SIGN = {"minus": -1.0, "plus": 1.0}


def apply(work: Work) -> None:
    """Join `work.normalised` into `work.score` (P, U, N); weights are found on the way where asked for."""
    assert work.normalised is not None
    mine = (_outrank.ORDER, _outrank.PAIRS, _frontier.REPORT)
    # The tree is joined again where weights were found from the whole of it.
    work.reports[:] = [report for report in work.reports if report.name not in mine]
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
    policy = work.recipe.aggregation(code)
    share = 1.0 if policy.missing == "all" else policy.minimum_share
    found = aggregate.enough(x, applicable, minimum_share=share)
    if policy.nonpositive == "refuse":
        _refuse(work, code, x, found[:, :, None] & applicable & (weights > 0))
    match policy:
        case Outranking():
            return _outrank.score(work, code, policy, np.where(found[:, :, None] & applicable, x, np.nan))
        case Benefit():
            return _frontier.score(work, code, policy, np.where(found[:, :, None] & applicable, x, np.nan))
        case _:
            return np.where(found, _mean(policy, x, weights, applicable), np.nan)


def _mean(policy: Aggregation, x: Floats, weights: Floats, applicable: Mask) -> Floats:
    bad = {"zero": 0.0, "formula": None}.get(policy.nonpositive or "", np.nan)
    match policy:
        case Power():
            return aggregate.power(x, weights, applicable, exponent=policy.exponent, nonpositive=bad)
        case MeanMin():
            return aggregate.mean_min(x, weights, applicable, alpha=policy.alpha, beta=policy.beta)
        case Penalised():
            return _penalised(policy, x, weights, applicable)
    match policy.method:
        case "geometric":
            return aggregate.geometric(x, weights, applicable, nonpositive=np.nan if bad is None else bad)
        case "harmonic":
            return aggregate.harmonic(x, weights, applicable, nonpositive=bad)
        case "sum":
            return aggregate.total(x, applicable)
        case "minimum":
            return aggregate.minimum(x, weights, applicable)
        case "median":
            return aggregate.median(x, weights, applicable)
        case _:
            return aggregate.arithmetic(x, weights, applicable)


def _penalised(policy: Penalised, x: Floats, weights: Floats, applicable: Mask) -> Floats:
    if policy.mean == "geometric":
        bad = 0.0 if policy.nonpositive == "zero" else np.nan
        mean = aggregate.geometric(x, weights, applicable, nonpositive=bad)
    else:
        mean = aggregate.arithmetic(x, weights, applicable)
    return aggregate.penalised(
        x,
        weights,
        applicable,
        mean=mean,
        ddof=1 if policy.sd == "sample" else 0,
        sign=_PENALTY_SIGN[policy.penalty],
        weighted=policy.spread == "weighted",
    )


def _refuse(work: Work, code: str, x: Floats, counted: Mask) -> None:
    """A fault for every included unit with a child that the method of `code` cannot take."""
    policy = work.recipe.aggregation(code)
    # A mean of a positive order has a value at zero, and so has a score with free weights.
    at_zero = policy.method in ("geometric", "harmonic", "penalised") or (
        isinstance(policy, Power) and policy.exponent < 0
    )
    bad = counted & work.included[:, :, None] & ((x <= 0) if at_zero else (x < 0))
    line = work.recipe.lines.get(("aggregate", code if code in work.recipe.aggregate_at else ""))
    children = [child.code for child in work.framework.children(code)]
    for period, unit, child in zip(*np.nonzero(bad), strict=True):
        values = {
            "found": code,
            "method": policy.method,
            "child": children[child],
            "unit": work.panel.units[unit],
            "period": work.panel.periods[period],
        }
        fault = Fault("nonpositive-child", work.recipe.file, line, code, values)
        if fault not in work.faults:
            work.faults.append(fault)
