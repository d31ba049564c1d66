"""Do framework, recipe and panel fit together? Every misfit, named by node or by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from innodex.documents import Fault, nearest
from innodex.framework import Direct, Direction, Framework, Ratio, Rubric, series_of
from innodex.panel import Panel
from innodex.recipe import AsIs, Goalposts, Recipe


@dataclass(frozen=True, slots=True)
class BadCell:
    """A figure that a formula or a method cannot use: fault kind, place in the panel, words for the fault."""

    kind: str
    period: str
    unit: str
    series: str
    values: Mapping[str, object] = field(default_factory=dict)


def check_recipe(recipe: Recipe, framework: Framework) -> list[Fault]:
    """What in the recipe does not fit the framework."""
    return [
        *_unknown_nodes(recipe, framework),
        *_unfit_nodes(recipe, framework),
        *_zero_weights(recipe, framework),
    ]


def _exceptions(recipe: Recipe) -> Iterator[tuple[str, str]]:
    tables = {
        "normalise": recipe.normalise_at, "weigh": recipe.weight_at, "aggregate": recipe.aggregate_at,
        "rank": recipe.rank_at,
    }  # fmt: skip
    for step, at in tables.items():
        for code in at:
            yield step, code


def _place(recipe: Recipe, kind: str, step: str, code: str, **values: object) -> Fault:
    return Fault(kind, recipe.file, recipe.lines.get((step, code)), code, {"found": code, **values})


def _unknown_nodes(recipe: Recipe, framework: Framework) -> Iterator[Fault]:
    for step, code in _exceptions(recipe):
        if code not in framework.by_code:
            near = nearest(code, framework.by_code) or "–"
            yield _place(recipe, "unknown-node", step, code, near=near)


def _unfit_nodes(recipe: Recipe, framework: Framework) -> Iterator[Fault]:
    for step, code in _exceptions(recipe):
        node = framework.by_code.get(code)
        if node is None:
            continue
        if step == "normalise" and not node.is_indicator:
            yield _place(recipe, "only-indicators", step, code)
        if step == "aggregate" and node.is_indicator:
            yield _place(recipe, "only-parents", step, code)
        if step == "weigh" and node.parent is None:
            yield _place(recipe, "weight-of-root", step, code)
    for node in framework.indicators:
        if isinstance(recipe.normalisation(node.code), AsIs) and node.direction is Direction.LOWER:
            line = recipe.lines.get(("normalise", node.code))
            yield Fault("lower-unscaled", recipe.file, line, "method", {"found": node.code})


def _zero_weights(recipe: Recipe, framework: Framework) -> Iterator[Fault]:
    for node in framework.nodes:
        children = framework.children(node.code)
        if children and not any(recipe.weight_of(child.code) > 0 for child in children):
            named = [child.code for child in children if child.code in recipe.weight_at]
            line = recipe.lines.get(("weigh", named[0])) if named else None
            yield Fault(
                "zero-weights", recipe.file, line, named[0] if named else "weight", {"found": node.code}
            )


def bad_cells(panel: Panel, framework: Framework, recipe: Recipe | None) -> list[BadCell]:
    """Figures that cannot be used: zero denominators, points off their scale, logarithms of zero or less."""
    found: list[BadCell] = []
    at = {series: position for position, series in enumerate(panel.series)}
    for node in framework.indicators:
        valid = np.array([node.valid_in(period) for period in panel.periods])
        match node.formula:
            case Ratio(_, denominator, _) if denominator in at:
                x = panel.values[:, :, at[denominator]]
                found.extend(
                    _cells(panel, "zero-denominator", denominator, (x == 0) & valid[:, None], code=node.code)
                )
            case Rubric(criteria):
                for one in criteria:
                    if one.series in at:
                        x = panel.values[:, :, at[one.series]]
                        off = ((x < 0) | (x > one.maximum)) & valid[:, None]
                        found.extend(
                            _cells(panel, "points-off-scale", one.series, off, maximum=f"{one.maximum:g}")
                        )
            case Direct(series) if series in at and recipe is not None:
                posts = recipe.normalisation(node.code)
                if isinstance(posts, Goalposts) and posts.scale == "log" and posts.cap not in ("low", "both"):
                    x = panel.values[:, :, at[series]]
                    found.extend(
                        _cells(panel, "log-of-nonpositive", series, (x <= 0) & valid[:, None], code=node.code)
                    )
    return _distinct(found)


def _distinct(cells: list[BadCell]) -> list[BadCell]:
    """One fault for one cell, however many indicators use it."""
    return list({(c.kind, c.period, c.unit, c.series): c for c in reversed(cells)}.values())[::-1]


def _cells(
    panel: Panel, kind: str, series: str, where: npt.NDArray[np.bool_], **values: object
) -> Iterator[BadCell]:
    for period, unit in zip(*np.nonzero(where), strict=True):
        yield BadCell(kind, panel.periods[period], panel.units[unit], series, values)


def series_without_data(panel: Panel, framework: Framework) -> list[str]:
    """The series that formulas need and the panel does not have at all."""
    needed = {series for node in framework.indicators for series in series_of(node.formula)}
    return [series.id for series in framework.series if series.id in needed and series.id not in panel.series]
