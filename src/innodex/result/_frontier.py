"""Scores by the Benefit of the Doubt, and the weights that each unit chose."""

from __future__ import annotations

import numpy as np

from innodex.engine import frontier
from innodex.recipe import Benefit
from innodex.result._result import Floats, Report
from innodex.result._work import Work

REPORT = "benefit"
_HEAD = ("period", "node", "unit", "child", "weight", "share")
Row = tuple[str | float | int | None, ...]


def score(work: Work, code: str, policy: Benefit, x: Floats) -> Floats:
    """(P, U): the score of the node `code` from its children `x` (P, U, C)."""
    children = [work.position[child.code] for child in work.framework.children(code)]
    # A child without weight plays no part, whatever it holds.
    x = np.where(work.applicable[:, None, children] & (work.weight[:, None, children] > 0), x, np.nan)
    if policy.nonpositive == "zero":
        x = np.where(x < 0, 0.0, x)
    else:  # a unit below zero is left out: where that is refused, nothing comes of it anyway
        x = np.where((x < 0).any(axis=-1, keepdims=True), np.nan, x)
    peers = work.sample(x, policy.sample)
    found = np.full(x.shape[:2], np.nan)
    rows: list[Row] = []
    for p, period in enumerate(work.panel.periods):
        weights = np.where(work.applicable[p, children], work.weight[p, children], 0.0)
        found[p], chosen = _scored(policy, x[p], peers[min(p, len(peers) - 1)], weights)
        rows += _rows(work, code, (period, x[p], found[p], chosen))
    work.reports.append(Report(REPORT, _HEAD, (*_before(work), *rows)))
    return found * policy.best


def _before(work: Work) -> tuple[Row, ...]:
    """The rows of other nodes; the report is taken out."""
    before = tuple(next((report.rows for report in work.reports if report.name == REPORT), ()))
    work.reports[:] = [report for report in work.reports if report.name != REPORT]
    return before


def _scored(policy: Benefit, x: Floats, peers: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """((U), (U, C)): scores where the frontier is 1, and the weights that were chosen."""
    score, chosen = np.full(len(x), np.nan), np.full(x.shape, np.nan)
    there = ~np.isnan(x)
    # Limits are those of the children that count and, with limits around given weights, of those there.
    for pattern in np.unique(there, axis=0):
        rows = (there == pattern).all(axis=-1)
        low, high = np.full(x.shape[1], policy.share_low), np.full(x.shape[1], policy.share_high)
        if policy.around is not None:
            part = np.where(pattern, weights, 0.0)
            part = part / (part.sum() or 1.0)
            low, high = part * (1 - policy.around), np.minimum(part * (1 + policy.around), 1.0)
        score[rows], chosen[rows] = frontier.benefit(
            x[rows],
            peers,
            weight_low=np.full(x.shape[1], policy.weight_low),
            weight_high=np.full(x.shape[1], policy.weight_high),
            share_low=low,
            share_high=high,
        )
    return score, chosen


def _rows(work: Work, code: str, of: tuple[str, Floats, Floats, Floats]) -> list[Row]:
    """Weight, and part of the score, of every child of every unit that has a score."""
    period, x, score, chosen = of
    children = [child.code for child in work.framework.children(code)]
    rows: list[Row] = []
    for unit, figures, total, weights in zip(
        work.panel.units, x.tolist(), score.tolist(), chosen.tolist(), strict=True
    ):
        for child, figure, weight in zip(children, figures, weights, strict=True):
            if total == total and figure == figure:
                share = weight * figure / total if total > 0 else None
                rows.append((period, code, unit, child, weight, share))
    return rows
