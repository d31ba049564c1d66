"""Scores from comparing units pair by pair or place by place, and what the comparison says."""

from __future__ import annotations

import numpy as np

from innodex.engine import outrank, rank
from innodex.recipe import Outranking
from innodex.result._result import Floats, Report
from innodex.result._work import Mask, Work

# The order by majority, with its cycles, and the comparisons behind it.
ORDER, PAIRS = "condorcet", "outranking"
_ORDER_HEAD = ("period", "node", "place", "units", "kind", "chain")
_PAIRS_HEAD = ("period", "node", "unit", "other", "share")
_DIGITS = 12  # of the largest score of those that count, to which scores of nodes are compared
_MOST = 500  # units, up to which every pair is listed
Row = tuple[str | float | int | None, ...]


def score(work: Work, code: str, policy: Outranking, x: Floats) -> Floats:
    """(P, U): the score of the node `code` from its children `x` (P, U, C)."""
    children = [work.position[child.code] for child in work.framework.children(code)]
    found = np.full(x.shape[:2], np.nan)
    x = _comparable(work, code, x)
    for p, period in enumerate(work.panel.periods):
        weights = np.where(work.applicable[p, children], work.weight[p, children], 0.0)
        if weights.any():
            found[p] = _scored(work, policy, x[p], weights, work.included[p], (period, code))
    return found


def _comparable(work: Work, code: str, x: Floats) -> Floats:
    """The children (P, U, C) as they are compared: the last bits of a sum are no lead over anybody.

    Indicators stand as they were scaled: of figures that agree the scores agree as well.
    """
    made = [at for at, child in enumerate(work.framework.children(code)) if not child.is_indicator]
    if not made:
        return x
    own, x = x[:, :, made], x.copy()
    x[:, :, made] = rank.to_significant(own, digits=_DIGITS, axis=-2, among=work.sample(own))
    return x


def _scored(
    work: Work, policy: Outranking, x: Floats, weights: Floats, sample: Mask, place: tuple[str, str]
) -> Floats:
    """(U): the score of one period. All children of a period without weight give none."""
    match policy.method:
        case "borda":
            points, most = outrank.borda(x, weights, sample=sample)
            return points if policy.score == "points" else _share(points, most)
        case "copeland":
            points, most = outrank.copeland(x, weights, sample=sample)
            _add(work, PAIRS, _PAIRS_HEAD, _pairs(work, x, weights, sample, place))
            return points if policy.score == "points" else _share(points + most, 2 * most)
        case _:
            classes, most = outrank.condorcet(x, weights, sample=sample)
            _add(work, PAIRS, _PAIRS_HEAD, _pairs(work, x, weights, sample, place))
            _add(work, ORDER, _ORDER_HEAD, _order(work, x, weights, classes, place))
            points = _points(classes)
            return points if policy.score == "points" else _share(points, most)


def _share(points: Floats, most: Floats) -> Floats:
    """Points in per cent of the most that could be had; missing where there is no opponent."""
    return np.where(most > 0, points / np.where(most > 0, most, 1.0) * 100.0, np.nan)


def _points(classes: Floats) -> Floats:
    """A point for every unit of a later class, half a point for each other one of the own class."""
    size = np.bincount(classes[~np.isnan(classes)].astype(np.intp))
    later = size.sum() - np.cumsum(size)
    points = later + (size - 1) / 2
    at = np.where(np.isnan(classes), 0, classes).astype(np.intp)
    return np.where(np.isnan(classes), np.nan, points[at] if points.size else np.nan)


def _order(work: Work, x: Floats, weights: Floats, classes: Floats, place: tuple[str, str]) -> list[Row]:
    """A row for each class, the first first: its units, and the cycle among them where there is one."""
    rows: list[Row] = []
    first = 1
    for number in range(int(np.nanmax(classes, initial=-1)) + 1):
        members = np.flatnonzero(classes == number)
        units = [work.panel.units[member] for member in members]
        chain = outrank.cycle(x[members], weights) if len(members) > 2 else []
        kind = "cycle" if chain else "level" if len(members) > 1 else "single"
        around = " > ".join(units[at] for at in [*chain, *chain[:1]])
        rows.append((*place, first, ", ".join(units), kind, around))
        first += len(members)
    return rows


def _pairs(work: Work, x: Floats, weights: Floats, sample: Mask, place: tuple[str, str]) -> list[Row]:
    members = np.flatnonzero(sample & ~np.isnan(x).all(axis=-1))
    if len(members) > _MOST:
        return []
    units = [work.panel.units[member] for member in members]
    shares = outrank.matrix(x[members], weights).tolist()
    return [
        (*place, unit, other, None if share != share else share)
        for unit, row in zip(units, shares, strict=True)
        for other, share in zip(units, row, strict=True)
        if unit != other
    ]


def _add(work: Work, name: str, head: tuple[str, ...], rows: list[Row]) -> None:
    """Put rows at the end of a report."""
    before = next((report.rows for report in work.reports if report.name == name), ())
    work.reports[:] = [report for report in work.reports if report.name != name]
    if before or rows:
        work.reports.append(Report(name, head, (*before, *rows)))
