"""The step `screen`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

import numpy as np

from innodex.engine import screen
from innodex.framework import Framework
from innodex.recipe import Availability, ByName, Coverage, NonZero, Prepare, Screening
from innodex.result._branches import leaves, named, under
from innodex.result._result import Flag, Floats, Report, Result
from innodex.result._rows import Cells, Rows
from innodex.result._work import Mask, Work

HEAD = ("step", "period", "unit", "node", "rule", "share", "minimum")
Finding = tuple[str, Floats, Mask]  # the rule, the shares (P, U, parts), where they are enough


def apply(work: Work, step: Prepare) -> None:
    """Take units out of `work.included` that have too few figures, and say which and why."""
    method: Screening | None = step.default
    if method is None:
        return
    codes, findings = _findings(work, method)
    holds = np.ones(work.included.shape, bool)
    for _, _, enough in findings:
        holds &= enough.all(axis=-1)
    if getattr(method, "periods", "each") == "all":
        holds = np.broadcast_to(holds.all(axis=0), holds.shape)
    before = work.included
    work.included = _forced(work, method, before & holds)
    if method.fail == "bracketed":
        _bracket(work, (before & ~work.included)[:, :, None])
    if isinstance(method, Coverage):
        _bracket_nodes(work, method)
    rows = Rows(lambda: (*_failed(work, step, method, codes, findings), *_by_name(work, step, method)))
    work.reports.append(Report("screen", HEAD, rows))


def _there(work: Work, count: str) -> Mask:
    """The cells that hold a figure, as a rule counts them."""
    held = ~np.isnan(work.x)
    if count == "present":
        return held
    made = Flag.IMPUTED | (Flag.ESTIMATED if count == "observed" else Flag.NONE)
    found: Mask = held & ((work.flags & np.uint8(made)) == 0)
    return found


def _asked(work: Work) -> Mask:
    """The cells that apply."""
    found: Mask = (work.flags & np.uint8(Flag.NOT_APPLICABLE)) == 0
    return found


def _findings(work: Work, method: Screening) -> tuple[tuple[str, ...], list[Finding]]:
    framework, asked = work.framework, _asked(work)
    match method:
        case Availability(minimum, count, _, words):
            codes = named(framework, words) or (framework.root.code,)
            share = screen.availability(_there(work, count), asked, under(framework, codes))
            return codes, [("availability", share, ~(share < minimum))]
        case NonZero(minimum, _, words):
            codes = named(framework, words) or (framework.root.code,)
            share = screen.nonzero(work.x, asked, under(framework, codes))
            return codes, [("nonzero", share, ~(share < minimum))]
        case Coverage():
            return _coverage(work, method, asked)
        case ByName():
            return (), []
        case _:
            assert_never(method)


def _coverage(work: Work, method: Coverage, asked: Mask) -> tuple[tuple[str, ...], list[Finding]]:
    framework, there = work.framework, _there(work, method.count)
    parts, pillars = named(framework, method.parts), named(framework, method.pillars)
    share = screen.availability(there, asked, under(framework, parts))
    groups = [(node.code, at) for at, one in enumerate(pillars) for node in framework.children(one)]
    of = np.zeros((len(groups), len(pillars)))
    of[np.arange(len(groups)), [at for _, at in groups]] = 1.0
    enough = screen.groups_enough(
        there,
        asked,
        under(framework, [code for code, _ in groups]),
        of,
        computable=method.computable,
        groups=method.groups,
    )
    # One axis for both rules: what a rule does not ask of a node, holds.
    nothing = np.full(enough.shape, np.nan)
    codes = (*parts, *pillars)
    fine = np.concatenate([~(share < method.minimum), np.ones(enough.shape, bool)], axis=-1)
    grouped = np.concatenate([np.ones(share.shape, bool), enough], axis=-1)
    shares = np.concatenate([share, nothing], axis=-1)
    return codes, [("availability", shares, fine), ("groups", np.full(shares.shape, np.nan), grouped)]


def _forced(work: Work, method: Screening, included: Mask) -> Mask:
    keep = np.isin(work.panel.units, method.keep)
    drop = np.isin(work.panel.units, method.drop)
    return screen.forced(included, keep=keep, drop=drop)


def _bracket(work: Work, where: Mask) -> None:
    """Ranks in brackets at cells (P, U, N) of the tree, as far as these broadcast."""
    shape = (*work.included.shape, len(work.framework.nodes))
    marked = np.zeros(shape, bool) if work.bracketed is None else work.bracketed
    work.bracketed = marked | np.broadcast_to(where, shape)


def _bracket_nodes(work: Work, method: Coverage) -> None:
    """Nodes inside the parts of which too little is known."""
    if method.bracket_below <= 0:
        return
    framework = work.framework
    at = work.position
    tops = named(framework, method.parts)
    inner = {node.code for top in tops for node in framework.below(top) if not node.is_indicator} - set(tops)
    codes = [node.code for node in framework.nodes if node.code in inner]
    share = screen.availability(_there(work, method.count), _asked(work), under(framework, codes))
    where = np.zeros((*work.included.shape, len(at)), bool)
    where[:, :, [at[code] for code in codes]] = share < method.bracket_below
    _bracket(work, where)


def _failed(
    work: Work, step: Prepare, method: Screening, codes: tuple[str, ...], findings: Iterable[Finding]
) -> Iterator[Cells]:
    """A row for every unit, period and node where a rule does not hold."""
    for rule, share, enough in findings:
        least: float = getattr(method, "minimum", 0.0)
        for p, u, n in zip(*np.nonzero(~enough), strict=True):
            value = None if np.isnan(share[p, u, n]) else float(share[p, u, n])
            asked = least if rule != "groups" else None
            yield step.place, work.panel.periods[p], work.panel.units[u], codes[n], rule, value, asked


def _by_name(work: Work, step: Prepare, method: Screening) -> Iterator[Cells]:
    """A row for every unit that is in or out by its name."""
    for word, units in (("keep", method.keep), ("drop", method.drop)):
        for unit in sorted(set(units) & set(work.panel.units)):
            for period in work.panel.periods:
                yield step.place, period, unit, "", word, None, None


def availability(framework: Framework, result: Result, *, count: str = "figures") -> Floats:
    """(P, U, N): the share of the applicable indicators under each node for which a unit has a figure.

    `count` "observed" counts observed figures, "figures" estimated ones too, "present" what was imputed as
    well. NaN where nothing under a node applies.
    """
    made = Flag.IMPUTED | Flag.ESTIMATED if count == "observed" else Flag.IMPUTED
    there = ~np.isnan(result.imputed)
    if count != "present":
        there &= (result.flags & np.uint8(made)) == 0
    asked = (result.flags & np.uint8(Flag.NOT_APPLICABLE)) == 0
    inside = np.zeros((len(result.indicators), len(result.nodes)))
    for at, code in enumerate(result.nodes):
        inside[list(leaves(framework, code)), at] = 1.0
    return screen.availability(there, asked, inside)
