"""Do the steps before scaling fit framework, data and territory?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from innodex.documents import Fault, nearest
from innodex.framework import Framework
from innodex.panel import Panel
from innodex.recipe import PARENT, REGION, MeanFill, MedianFill, Per, Prepare, Recipe, RegressionFill
from innodex.result._branches import is_known, method_of
from innodex.result._work import Mask
from innodex.territory import Territory

Place = tuple[str, Prepare, object]  # the code of an exception (blank: the step), the step, its method


def _methods(recipe: Recipe) -> Iterator[Place]:
    for step in recipe.prepare:
        yield from ((code, step, method) for code, method in (("", step.default), *step.at.items()))


def _fault(recipe: Recipe, kind: str, code: str, step: Prepare, key: str, **values: object) -> Fault:
    return Fault(kind, recipe.file, recipe.lines.get((step.place, code)), code or key, values)


def misfits(recipe: Recipe, framework: Framework, *, codes: bool, series: bool) -> Iterator[Fault]:
    """Branches, predictors and series that the framework does not have; exceptions where none can be.

    `codes` and `series` say that all nodes, and all series, are known.
    """
    for code, step, method in _methods(recipe):
        if code and step.step == "screen":
            yield _fault(recipe, "no-exceptions", code, step, "at", found=code)
        if codes:
            yield from _unknown_branches(recipe, framework, code, step, method)
            yield from _unknown_predictors(recipe, framework, code, step, method)
        if series and isinstance(method, Per) and method.series not in framework.series_by_id:
            near = nearest(method.series, framework.series_by_id) or "–"
            yield _fault(recipe, "unknown-series", code, step, "series", found=method.series, near=near)


def _unknown_branches(
    recipe: Recipe, framework: Framework, code: str, step: Prepare, method: object
) -> Iterator[Fault]:
    known = [*framework.by_code, *dict.fromkeys(node.level for node in framework.nodes if node.level)]
    for key in ("under", "parts", "pillars", "inside"):
        written = getattr(method, key, ()) if step.step in ("screen", "impute") else ()
        for word in (written,) if isinstance(written, str) else written:
            if not (is_known(framework, word) or (key == "inside" and word == PARENT)):
                near = nearest(word, known) or "–"
                yield _fault(recipe, "unknown-branch", code, step, key, found=word, near=near)


def _unknown_predictors(
    recipe: Recipe, framework: Framework, code: str, step: Prepare, method: object
) -> Iterator[Fault]:
    if not isinstance(method, RegressionFill):
        return
    known = [node.code for node in framework.indicators]
    for word in method.predictors:
        if word not in known:
            near = nearest(word, known) or "–"
            yield _fault(recipe, "unknown-predictor", code, step, "predictors", found=word, near=near)
    if code in known and not set(method.predictors) - {code}:
        yield _fault(recipe, "unknown-predictor", code, step, "predictors", found=code, near="–")


def check_groups(recipe: Recipe, territory: Territory | None) -> list[Fault]:
    """Groups of units that imputation goes by and the territory does not have."""
    found: list[Fault] = []
    for code, step, method in _methods(recipe):
        for name in method.groups if isinstance(method, MeanFill | MedianFill) else ():
            if not _has_group(territory, name):
                near = nearest(name, _groups(territory)) or "–"
                found.append(_fault(recipe, "no-such-group", code, step, "groups", found=name, near=near))
    return found


def _has_group(territory: Territory | None, name: str) -> bool:
    if territory is None:
        return False
    return bool(territory.regions) if name == REGION else bool(territory.group(name))


def _groups(territory: Territory | None) -> tuple[str, ...]:
    if territory is None:
        return ()
    names = (name for unit in territory.units for name in unit.groups)
    return tuple(dict.fromkeys([REGION, *territory.regions_by_code, *names]))


def check_units(recipe: Recipe, units: Iterable[str]) -> list[Fault]:
    """Units named in or out that the data do not have."""
    known = tuple(units)
    found: list[Fault] = []
    for code, step, method in _methods(recipe):
        for key in ("keep", "drop") if step.step == "screen" else ():
            for unit in getattr(method, key, ()):
                if unit not in known:
                    near = nearest(unit, known) or "–"
                    found.append(_fault(recipe, "unknown-unit", code, step, key, found=unit, near=near))
    return found


def denominators(recipe: Recipe) -> set[str]:
    """The series that the recipe divides by."""
    return {method.series for _, _, method in _methods(recipe) if isinstance(method, Per)}


def is_rescaled(
    recipe: Recipe, framework: Framework, code: str, *, spoiled: frozenset[tuple[str, str]]
) -> bool:
    """True where a step before scaling makes other figures of those of an indicator, or may do so."""
    unsure = {place for place, _ in spoiled}
    return any(
        step.place in unsure or method_of(framework, step, code) is not None
        for step in recipe.prepare
        if step.step in ("transform", "treat")
    )


def zero_denominators(
    panel: Panel, framework: Framework, recipe: Recipe, *, spoiled: frozenset[tuple[str, str]]
) -> Iterator[tuple[str, str, Mask]]:
    """(indicator, series, where (P, U)) of denominators in the recipe that are zero."""
    for step in recipe.prepare:
        if step.step != "denominate" or (step.place, "") in spoiled:
            continue
        for node in framework.indicators:
            method = method_of(framework, step, node.code)
            if not isinstance(method, Per) or method.series not in panel.series:
                continue
            valid = np.array([node.valid_in(period) for period in panel.periods])[:, None]
            where: Mask = (panel.values[:, :, panel.series.index(method.series)] == 0) & valid
            if where.any():
                yield node.code, method.series, where
