"""Whose weights a recipe's step `weigh` finds and how, what experts said, and what of it does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from innodex.documents import Fault, nearest
from innodex.engine import weigh
from innodex.framework import Framework
from innodex.recipe import Recipe
from innodex.recipe._aggregate import Benefit, Outranking
from innodex.recipe._weigh import CHILDREN, INDICATORS, OPTIMAL, Budget, Equal, Hierarchy, Sheets
from innodex.result._result import Floats

# Where weights play no part, or move a score only by leaps, none are best.
_UNMOVED = ("sum", "minimum", "median")


def method_of(recipe: Recipe, framework: Framework, code: str) -> Any:
    """How the weights below `code` are found; None: as given.

    A default that reaches further down than the children speaks of the top of the tree alone.
    """
    if code in recipe.weigh_at:
        return recipe.weigh_at[code]
    wide = getattr(recipe.weigh, "over", CHILDREN) != CHILDREN
    return None if wide and code != framework.root.code else recipe.weigh


def weighed(recipe: Recipe, framework: Framework, top: str) -> tuple[str, ...]:
    """The nodes whose weights the method of `top` finds, in framework order."""
    over = getattr(method_of(recipe, framework, top), "over", CHILDREN)
    if over == CHILDREN:
        return tuple(child.code for child in framework.children(top))
    below = {node.code for node in framework.below(top)} - {top}
    return tuple(
        node.code
        for node in framework.nodes
        if node.code in below and (node.is_indicator if over == INDICATORS else node.level == over)
    )


def reach(recipe: Recipe, framework: Framework) -> dict[str, str]:
    """{parent: the node above it, or itself, whose method weighs its children}, if one reaches down."""
    found: dict[str, str] = {}
    if all(getattr(one, "over", CHILDREN) == CHILDREN for one in (recipe.weigh, *recipe.weigh_at.values())):
        return found
    for top in (node.code for node in framework.nodes if not node.is_indicator):
        method = method_of(recipe, framework, top)
        over = getattr(method, "over", CHILDREN)
        if over == CHILDREN or top in found:
            continue
        if over == INDICATORS and not isinstance(method, OPTIMAL):
            parents = [node.code for node in framework.below(top) if not node.is_indicator]
        else:
            parents = [str(framework.by_code[code].parent) for code in weighed(recipe, framework, top)]
        found.update(dict.fromkeys(parents, top))
    return found


def sheets_of(sheets: Sheets, codes: tuple[str, ...]) -> dict[str, Mapping[str, float]]:
    """{expert: his figures among these codes} of those who gave any."""
    found: dict[str, Mapping[str, float]] = {}
    for expert, sheet in sheets.items():
        own = {key: figure for key, figure in sheet.items() if set(key.split(":")) <= set(codes)}
        if own:
            found[expert] = own
    return found


def points_of(method: Budget, codes: tuple[str, ...]) -> tuple[tuple[str, ...], Floats]:
    """The experts with points for these children, and the points (expert, child); NaN: none."""
    sheets = {
        expert: [sheet.get(code, np.nan) for code in codes]
        for expert, sheet in method.points.items()
        if any(code in sheet for code in codes)
    }
    return tuple(sheets), np.array(list(sheets.values()), float).reshape(-1, len(codes))


def judgements_of(method: Hierarchy, codes: tuple[str, ...]) -> tuple[tuple[str, ...], Floats]:
    """The experts who compared these children, and their judgements (expert, child, child); NaN: none."""
    sheets = sheets_of(method.pairs, codes)
    found = np.full((len(sheets), len(codes), len(codes)), np.nan)
    found[:, range(len(codes)), range(len(codes))] = 1.0
    for at, sheet in enumerate(sheets.values()):
        for key, times in sheet.items():
            one, other = (codes.index(code) for code in key.split(":"))
            found[at, one, other], found[at, other, one] = times, 1.0 / times
    return tuple(sheets), found


def misfits(recipe: Recipe, framework: Framework, *, codes: bool, tree: bool) -> Iterator[Fault]:
    """What in the methods does not fit the framework, as far as its codes and its tree are known."""
    if recipe.weigh is None and not recipe.weigh_at:
        return
    if codes:
        yield from _unknown_codes(recipe, framework)
    if not tree:
        return
    parents = [node.code for node in framework.nodes if framework.children(node.code)]
    yield from _overruled(recipe, framework)
    ruled = reach(recipe, framework)
    for code in parents:
        method = method_of(recipe, framework, code)
        if code in ruled and ruled[code] != code:
            continue
        children = weighed(recipe, framework, code)
        if isinstance(method, Budget):
            yield from _points(recipe, framework, code, method, children)
        elif isinstance(method, Hierarchy):
            yield from _pairs(recipe, framework, code, method, children)
        elif isinstance(method, OPTIMAL):
            yield from _optimal(recipe, framework, code, method)


def place(recipe: Recipe, kind: str, code: str, column: str, **values: object) -> Fault:
    """A fault of the method that weighs below `code`."""
    line = recipe.lines.get(("weigh", code if code in recipe.weigh_at else ""))
    return Fault(kind, recipe.file, line, column, values)


def _unknown_codes(recipe: Recipe, framework: Framework) -> Iterator[Fault]:
    """Experts' figures for nodes that are not in the framework."""
    for at, method in (("", recipe.weigh), *recipe.weigh_at.items()):
        match method:
            case Budget(points):
                sheets = points
            case Hierarchy(pairs):
                sheets = pairs
            case _:
                continue
        for expert, sheet in sheets.items():
            named = dict.fromkeys(code for key in sheet for code in key.split(":"))
            for code in named:
                if code not in framework.by_code:
                    near = nearest(code, framework.by_code) or "–"
                    yield place(recipe, "unknown-expert-node", at, code, found=code, expert=expert, near=near)


def _overruled(recipe: Recipe, framework: Framework) -> Iterator[Fault]:
    """Numbers and methods written for nodes whose weights something else finds."""
    ruled = reach(recipe, framework)
    for code in recipe.weigh_at:
        top = ruled.get(code, code)
        if top != code:
            yield place(recipe, "weight-overruled", code, code, found=code, other=top)
    for code in recipe.weight_at:
        parent = framework.by_code[code].parent if code in framework.by_code else None
        if parent is None:
            continue
        top = ruled.get(parent, parent)
        method = method_of(recipe, framework, top)
        if method is not None and getattr(method, "target", "") != "given":
            line = recipe.lines.get(("weigh", code))
            yield Fault("weight-overruled", recipe.file, line, code, {"found": code, "other": top})


def _points(
    recipe: Recipe, framework: Framework, code: str, method: Budget, children: tuple[str, ...]
) -> Iterator[Fault]:
    experts, points = points_of(method, children)
    if len(children) > 1 and not experts:
        yield place(recipe, "no-expert", code, code, found=code)
    for expert, row in zip(experts, points, strict=True):
        gaps = [child for child, one in zip(children, row, strict=True) if np.isnan(one)]
        total = float(np.nansum(row))
        if gaps:
            yield place(recipe, "expert-gap", code, expert, expert=expert, found=", ".join(gaps), node=code)
        elif total == 0 or (method.off_total == "refuse" and abs(total - method.total) > 1e-9 * method.total):
            asked = f"{method.total:g}" if method.off_total == "refuse" else "> 0"
            yield place(
                recipe, "points-off-total", code, expert,
                expert=expert, found=f"{total:g}", node=code, allowed=asked,
            )  # fmt: skip


def _pairs(
    recipe: Recipe, framework: Framework, code: str, method: Hierarchy, children: tuple[str, ...]
) -> Iterator[Fault]:
    experts, judgements = judgements_of(method, children)
    if len(children) > 1 and not experts:
        yield place(recipe, "no-expert", code, code, found=code)
    within = []
    for expert, matrix in zip(experts, judgements, strict=True):
        gaps = [f"{children[a]}:{children[b]}" for a, b in np.argwhere(np.triu(np.isnan(matrix)))]
        if gaps:
            yield place(recipe, "expert-gap", code, expert, expert=expert, found=", ".join(gaps), node=code)
            continue
        ratio = float(weigh.consistency_ratio(matrix))
        within.append(ratio <= method.limit)
        if ratio > method.limit and method.inconsistent == "refuse":
            yield place(
                recipe, "inconsistent-expert", code, expert,
                expert=expert, found=f"{ratio:.3f}", node=code, allowed=f"{method.limit:g}",
            )  # fmt: skip
    if method.inconsistent == "leave-out" and len(within) == len(experts) > 0 and not any(within):
        yield place(recipe, "no-expert", code, code, found=code)


def _optimal(recipe: Recipe, framework: Framework, code: str, method: Any) -> Iterator[Fault]:
    """Levels that are not there, bounds that cannot be kept, and means that do not answer to weights."""
    found = weighed(recipe, framework, code)
    if not found:
        levels = list(dict.fromkeys(node.level for node in framework.below(code) if node.code != code))
        near = nearest(method.over, levels) or "–"
        allowed = ", ".join((CHILDREN, INDICATORS, *levels))
        yield place(recipe, "unknown-level", code, "over", found=method.over, allowed=allowed, near=near)
        return
    parents = dict.fromkeys(str(framework.by_code[one].parent) for one in found)
    for parent in parents:
        count = sum(framework.by_code[one].parent == parent for one in found)
        if count > 1 and not method.low * count <= 1 <= method.high * count:
            yield place(
                recipe, "impossible-bounds", code, "low",
                found=parent, number=count, low=f"{method.low:g}", high=f"{method.high:g}",
            )  # fmt: skip
    for parent in path(framework, code, found):
        own = method_of(recipe, framework, parent)
        if parent not in (code, *parents) and not (
            own is None or isinstance(own, Equal | Budget | Hierarchy)
        ):
            yield place(recipe, "weight-overruled", parent, parent, found=parent, other=code)
        mean = recipe.aggregation(parent)
        if mean.method in _UNMOVED or isinstance(mean, Outranking | Benefit):
            yield place(recipe, "unweighable-mean", code, parent, found=parent, method=mean.method)


def path(framework: Framework, top: str, weighed_: tuple[str, ...]) -> list[str]:
    """The nodes whose scores the weights of some nodes move, up to `top`, children before their parents."""
    moved: set[str] = set()
    for code in weighed_:
        moved.update(node.code for node in framework.ancestors(code))
    return [node.code for node in framework.below(top) if node.code in moved]
