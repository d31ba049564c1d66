"""The step `aggregate`: a node from its children, from the leaves up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from innodex.documents import Fault
from innodex.engine import aggregate
from innodex.recipe import Aggregation, Benefit, MeanMin, Outranking, Penalised, PowerMean
from innodex.result import _frontier, _outrank, _weigh
from innodex.result._indicators import empty
from innodex.result._result import Floats
from innodex.result._work import Mask, Work

# Methods that look at one family alone and need nothing but figures and weights.
_PLAIN = (Aggregation, PowerMean, MeanMin, Penalised)
_REFUSAL = "nonpositive-child"
_PENALTY_SIGN = {"minus": -1.0, "plus": 1.0}


def apply(work: Work) -> None:
    """Join `work.normalised` into `work.score` (P, U, N); weights are found on the way where asked for."""
    assert work.normalised is not None
    mine = (_outrank.ORDER, _outrank.PAIRS, _frontier.REPORT)
    # The tree is joined again where weights were found from the whole of it.
    work.reports[:] = [report for report in work.reports if report.name not in mine]
    work.faults[:] = [fault for fault in work.faults if fault.kind != _REFUSAL]
    at = work.position
    periods, units, _ = work.normalised.shape
    score = empty(periods, units, len(at))
    # Column by column: figures of a column lie beside each other on both sides.
    score.swapaxes(1, 2)[:, [at[code] for code in work.codes]] = work.normalised.swapaxes(1, 2)
    work.score = score
    _weigh.branches(work)
    for families in _families(work):
        _join(work, score, families)


# Cells up to which nodes of one kind are joined together: one call costs more than few figures do.
_TOGETHER = 1 << 17
Family = tuple[str, list[int]]  # a parent, and the places of its children


def _families(work: Work) -> Iterator[list[Family]]:
    """Parents from the bottom up; those of one height, method and number of children together."""
    at, recipe = work.position, work.recipe
    heights: dict[str, int] = {}
    alike: dict[tuple[object, ...], list[Family]] = {}
    for node in work.framework.below(work.framework.root.code):
        children = work.framework.children(node.code)
        heights[node.code] = 1 + max((heights[child.code] for child in children), default=-1)
        if children:
            policy = recipe.aggregation(node.code)
            plain = type(policy) in _PLAIN and policy.nonpositive != "refuse"
            plain &= recipe.weighing(node.code) is None
            key = (heights[node.code], policy, len(children), *(() if plain else (node.code,)))
            alike.setdefault(key, []).append((node.code, [at[child.code] for child in children]))
    figures = work.panel.values.shape[0] * work.panel.values.shape[1]
    for key in sorted(alike, key=lambda key: key[0]):  # type: ignore[arg-type, return-value]
        families = alike[key]
        step = max(1, _TOGETHER // max(1, figures * len(families[0][1])))
        for start in range(0, len(families), step):
            yield families[start : start + step]


def _join(work: Work, score: Floats, families: list[Family]) -> None:
    """Join the children of some parents of one kind into `score`."""
    places = [work.position[code] for code, _ in families]
    if len(families) == 1:
        (code, children), place = families[0], places[0]
        x = score[:, :, children]
        _weigh.local(work, code, children, x)
        weights, asked = work.weight[:, None, children], work.applicable[:, None, children]
        score[:, :, place] = _joined(work, code, x, weights, asked)
    else:
        listed = [children for _, children in families]
        x = np.moveaxis(score[:, :, listed], 2, 1)  # (P, family, U, child)
        weights, asked = work.weight[:, listed][:, :, None, :], work.applicable[:, listed][:, :, None, :]
        policy = work.recipe.aggregation(families[0][0])
        share = 1.0 if policy.missing == "all" else policy.minimum_share
        found = aggregate.enough(x, asked, minimum_share=share)
        joined = np.where(found, _mean(policy, x, weights, asked), np.nan)
        score[:, :, places] = np.moveaxis(joined, 1, 2)
    for place in places:
        if not work.applicable[:, place].all():
            score[~work.applicable[:, place], :, place] = np.nan


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
        case PowerMean():
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
    score = aggregate.penalised(
        x,
        weights,
        applicable,
        mean=mean,
        ddof=1 if policy.sd == "sample" else 0,
        sign=_PENALTY_SIGN[policy.penalty],
        weighted=policy.spread == "weighted",
    )
    if policy.mean == "geometric" and policy.nonpositive == "zero":
        # The parent is to be zero then, not zero less a penalty.
        below = aggregate.nonpositive(x, weights, applicable, strict=False)
        return np.where(below & ~np.isnan(mean), 0.0, score)
    return score


def _refuse(work: Work, code: str, x: Floats, counted: Mask) -> None:
    """A fault for every included unit with a child that the method of `code` cannot take."""
    policy = work.recipe.aggregation(code)
    # A mean of a positive order has a value at zero, and so has a score with free weights.
    at_zero = policy.method in ("geometric", "harmonic", "penalised") or (
        isinstance(policy, PowerMean) and policy.exponent < 0
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
        work.faults.append(Fault(_REFUSAL, work.recipe.file, line, code, values))
