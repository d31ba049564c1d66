"""Do framework, recipe and panel fit together? Every misfit, named by node or by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from innodex.documents import Fault, nearest
from innodex.framework import Direct, Direction, Formula, Framework, Ratio, Rubric, series_of
from innodex.panel import Floats, Panel
from innodex.recipe import PERIOD, POOLED, REGION, AboutGroup, AsIs, Goalposts, Normalisation, Recipe
from innodex.result import _check_prepare, _derive
from innodex.result._weigh_plan import method_of, misfits
from innodex.territory import Territory


@dataclass(frozen=True, slots=True)
class BadCell:
    """A figure that a formula or a method cannot use: fault kind, place in the panel, words for the fault."""

    kind: str
    period: str
    unit: str
    series: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """How much of a framework and a recipe is known, where faults keep them from being read in full.

    `codes` and `tree`: all nodes, and all parents, are known. `leaves` and `parents`: codes that surely are
    indicators, or surely have children; None stands for what the framework says. `spoiled`: (step, code) of
    exceptions whose policies are not known, with a blank code for the step itself. `series`: all series are
    known.
    """

    codes: bool = True
    tree: bool = True
    leaves: frozenset[str] | None = None
    parents: frozenset[str] | None = None
    spoiled: frozenset[tuple[str, str]] = frozenset()
    series: bool = True


def check_recipe(recipe: Recipe, framework: Framework, *, known: Known = Known()) -> list[Fault]:
    """What in the recipe does not fit the framework, as far as both are `known`."""
    return [
        *(_unknown_nodes(recipe, framework) if known.codes else ()),
        *_unfit_nodes(recipe, framework, known),
        *(_unscaled(recipe, framework, known) if known.codes else ()),
        *(_zero_weights(recipe, framework) if known.tree else ()),
        *_check_prepare.misfits(recipe, framework, codes=known.codes, series=known.series),
        *_weighing(recipe, framework, known),
        *(_derive.check(recipe, framework) if known.codes and known.series else ()),
    ]


def _exceptions(recipe: Recipe) -> list[tuple[str, str]]:
    """(step, node code) of every exception, also of those that could not be read."""
    tables: dict[str, Mapping[str, object]] = {
        **{step.place: step.at for step in recipe.prepare},
        "normalise": recipe.normalise_at, "weigh": {**recipe.weight_at, **recipe.weigh_at},
        "aggregate": recipe.aggregate_at, "rank": recipe.rank_at, "classify": recipe.classify_at,
    }  # fmt: skip
    named = [(step, code) for step, at in tables.items() for code in at]
    written = ((step, code) for step, code in recipe.lines if code and step != "derive")
    return list(dict.fromkeys([*named, *written]))


def _place(recipe: Recipe, kind: str, step: str, code: str, **values: object) -> Fault:
    return Fault(kind, recipe.file, recipe.lines.get((step, code)), code, {"found": code, **values})


def _unknown_nodes(recipe: Recipe, framework: Framework) -> Iterator[Fault]:
    for step, code in _exceptions(recipe):
        if code not in framework.by_code:
            near = nearest(code, framework.by_code) or "–"
            yield _place(recipe, "unknown-node", step, code, near=near)


def _unfit_nodes(recipe: Recipe, framework: Framework, known: Known) -> Iterator[Fault]:
    leaves = frozenset(node.code for node in framework.indicators) if known.leaves is None else known.leaves
    above = frozenset(framework.by_code) - leaves if known.parents is None else known.parents
    for step, code in _exceptions(recipe):
        if step == "normalise" and code in above:
            yield _place(recipe, "only-indicators", step, code)
        elif code in leaves and (step == "aggregate" or (step == "weigh" and code in recipe.weigh_at)):
            yield _place(recipe, "only-parents", step, code)
        elif step == "weigh" and known.tree and code == framework.root.code and code in recipe.weight_at:
            yield _place(recipe, "weight-of-root", step, code)


def _unscaled(recipe: Recipe, framework: Framework, known: Known) -> Iterator[Fault]:
    """Indicators of which less is better, taken as they are: one fault for all that share the default."""
    by_default: list[str] = []
    for node in framework.indicators:
        if node.direction is not Direction.LOWER or ("normalise", node.code) in known.spoiled:
            continue
        if not isinstance(recipe.normalisation(node.code), AsIs):
            continue
        if node.code in recipe.normalise_at:
            yield _place(recipe, "lower-unscaled", "normalise", node.code)
        else:
            by_default.append(node.code)
    if by_default:
        line = recipe.lines.get(("normalise", ""))
        yield Fault("lower-unscaled", recipe.file, line, "method", {"found": ", ".join(by_default)})


def _weighing(recipe: Recipe, framework: Framework, known: Known) -> Iterator[Fault]:
    """What in the methods of the step `weigh` does not fit; nothing while one of them is not understood."""
    if not any(step == "weigh" for step, _ in known.spoiled):
        yield from misfits(recipe, framework, codes=known.codes, tree=known.codes and known.tree)


def _zero_weights(recipe: Recipe, framework: Framework) -> Iterator[Fault]:
    """Nodes without any child that counts: one fault for all that owe it to the default weight."""
    by_default: list[str] = []
    for node in framework.nodes:
        children = framework.children(node.code)
        if not children or any(recipe.weight_of(child.code) > 0 for child in children):
            continue
        if method_of(recipe, framework, node.code) is not None:
            continue
        named = [child.code for child in children if child.code in recipe.weight_at]
        if named:
            line = recipe.lines.get(("weigh", named[0]))
            yield Fault("zero-weights", recipe.file, line, named[0], {"found": node.code})
        else:
            by_default.append(node.code)
    if by_default:
        line = recipe.lines.get(("weigh", ""))
        yield Fault("zero-weights", recipe.file, line, "weight", {"found": ", ".join(by_default)})


def check_samples(recipe: Recipe, panel: Panel) -> list[Fault]:
    """Periods that samples come from, and units that others are measured by, which the data do not have."""
    found: list[Fault] = []
    for place, code, method in methods_of(recipe):
        line = recipe.lines.get((place, code))
        for key in ("sample", "reach"):
            name = getattr(method, key, "")
            if name and name not in (PERIOD, POOLED, *panel.periods):
                allowed = ", ".join((PERIOD, POOLED, *panel.periods))
                values = {"found": name, "allowed": allowed, "near": nearest(name, panel.periods) or "–"}
                found.append(Fault("unknown-sample", recipe.file, line, code or key, values))
        unit = getattr(method, "unit", "") if place == "normalise" else ""
        if unit and unit not in panel.units:
            values = {"found": unit, "near": nearest(unit, panel.units) or "–"}
            found.append(Fault("unknown-reference", recipe.file, line, code or "unit", values))
    return [*found, *_check_prepare.check_units(recipe, panel.units)]


def methods_of(recipe: Recipe) -> Iterator[tuple[str, str, object]]:
    """(step, node code, method) of every method of the recipe; the code is blank for the step itself."""
    steps: list[tuple[str, object, Mapping[str, object]]] = [
        *((step.place, step.default, step.at) for step in recipe.prepare),
        ("normalise", recipe.normalise, recipe.normalise_at),
        ("weigh", recipe.weigh, recipe.weigh_at),
        ("aggregate", recipe.aggregate, recipe.aggregate_at),
        ("classify", recipe.classify, recipe.classify_at),
    ]
    for place, default, at in steps:
        yield from ((place, code, method) for code, method in (("", default), *at.items()))


def by_region(recipe: Recipe) -> bool:
    """True when strengths and weaknesses are those within a region."""
    return isinstance(recipe.profile, AboutGroup) and recipe.profile.group == "region"


def check_regions(recipe: Recipe, territory: Territory) -> list[Fault]:
    """Ranks within regions, and groups to impute by, that the territory does not have."""
    found = _check_prepare.check_groups(recipe, territory)
    line = recipe.lines.get(("within", ""))
    if REGION in recipe.within and not territory.regions:
        found.append(Fault("no-regions", recipe.file, line, "within"))
    groups = dict.fromkeys(group for unit in territory.units for group in unit.groups)
    for name in recipe.within:
        if name != REGION and name not in groups:
            near = nearest(name, (REGION, *groups)) or "–"
            found.append(Fault("no-such-group", recipe.file, line, "within", {"found": name, "near": near}))
    if by_region(recipe) and not territory.regions:
        found.append(Fault("no-regions", recipe.file, recipe.lines.get(("profile", "")), "group"))
    return found


def bad_cells(
    panel: Panel,
    framework: Framework,
    recipe: Recipe | None,
    *,
    spoiled: frozenset[tuple[str, str]] = frozenset(),
) -> list[BadCell]:
    """Figures that cannot be used: zero denominators, points off their scale, logarithms of zero or less."""
    found: list[BadCell] = []
    at = {series: position for position, series in enumerate(panel.series)}
    for node in framework.indicators:
        log = recipe is not None and _takes_logarithm(recipe.normalisation(node.code))
        if isinstance(node.formula, Direct) and not log:
            continue  # a series as it stands, scaled by something that takes every figure
        if not set(series_of(node.formula)) <= set(at):
            continue
        valid = np.array([node.valid_in(period) for period in panel.periods])[:, None]
        columns = {series: panel.values[:, :, at[series]] for series in series_of(node.formula)}
        match node.formula:
            case Ratio(_, denominator, _):
                where = (columns[denominator] == 0) & valid
                found.extend(_cells(panel, "zero-denominator", denominator, where, code=node.code))
            case Rubric(criteria):
                for one in criteria:
                    x = columns[one.series]
                    where = ((x < 0) | (x > one.maximum)) & valid
                    found.extend(
                        _cells(panel, "points-off-scale", one.series, where, maximum=f"{one.maximum:g}")
                    )
        if not log or recipe is None or ("normalise", node.code) in spoiled or not columns:
            continue
        if _check_prepare.is_rescaled(recipe, framework, node.code, spoiled=spoiled):
            continue  # what is scaled then is not the figure in the file: the step itself looks at it
        where = (_value(node.formula, columns) <= 0) & valid
        found.extend(_cells(panel, "log-of-nonpositive", next(iter(columns)), where, code=node.code))
    if recipe is not None:
        divided = _check_prepare.zero_denominators(panel, framework, recipe, spoiled=spoiled)
        for code, series, where in divided:
            found.extend(_cells(panel, "zero-denominator", series, where, code=code))
    return _distinct(found)


def _takes_logarithm(method: Normalisation | None) -> bool:
    """True for goalposts on a log scale that do not hold low figures at their post."""
    return isinstance(method, Goalposts) and method.scale == "log" and method.cap not in ("low", "both")


def _value(formula: Formula | None, columns: Mapping[str, Floats]) -> Floats:
    """The indicator, missing where its formula cannot be computed."""
    match formula:
        case Ratio(numerator, denominator, scale):
            usable = np.where(columns[denominator] == 0, np.nan, columns[denominator])
            return columns[numerator] / usable * scale
        case Rubric(_):
            return np.sum(list(columns.values()), axis=0)  # type: ignore[no-any-return]
        case _:
            return next(iter(columns.values()))


def _distinct(cells: list[BadCell]) -> list[BadCell]:
    """One fault for one cell, however many indicators use it."""
    return list({(c.kind, c.period, c.unit, c.series): c for c in reversed(cells)}.values())[::-1]


def _cells(
    panel: Panel, kind: str, series: str, where: npt.NDArray[np.bool_], **values: object
) -> Iterator[BadCell]:
    for period, unit in zip(*np.nonzero(where), strict=True):
        yield BadCell(kind, panel.periods[period], panel.units[unit], series, values)


def series_without_data(panel: Panel, framework: Framework, recipe: Recipe | None = None) -> list[str]:
    """The series that formulas, and denominators of the recipe, need and the panel does not have at all."""
    needed = {series for node in framework.indicators for series in series_of(node.formula)}
    if recipe is not None:
        needed |= _check_prepare.denominators(recipe)
    return [series.id for series in framework.series if series.id in needed and series.id not in panel.series]
