"""The verb of the house: apply a recipe to a panel."""

from __future__ import annotations

from importlib import import_module

import numpy as np

import innodex
from innodex.documents import Fault, Faulty
from innodex.framework import Framework
from innodex.panel import Panel
from innodex.recipe import Prepare, Recipe
from innodex.result import (
    _aggregate,
    _classify,
    _derive,
    _normalise,
    _rank,
    _weigh,
)
from innodex.result._check import (
    bad_cells,
    by_region,
    check_recipe,
    check_regions,
    check_samples,
    series_without_data,
)
from innodex.result._check_prepare import check_groups
from innodex.result._indicators import applicable_nodes, indicators
from innodex.result._result import Floats, Result
from innodex.result._work import Work
from innodex.territory import Territory

# The module of each step before scaling; loaded when a recipe has the step.
_MODULES = {
    "denominate": "_denominate",
    "transform": "_denominate",
    "screen": "_screen",
    "impute": "_impute",
    "treat": "_treat",
}
# What the indicators are called once a step is through.
_LEAVES = {"denominate": "denominated", "transform": "denominated", "impute": "imputed", "treat": "treated"}


def build(
    framework: Framework, panel: Panel, recipe: Recipe, *, territory: Territory | None = None
) -> Result:
    """Scores and ranks of every unit of `panel` at every node of `framework`, as `recipe` says.

    `territory` is needed for ranks within regions and for whatever else goes by groups of units.
    Raises Faulty, naming every misfit, when framework, panel and recipe do not fit together.
    """
    refuse_misfits(framework, panel, recipe, territory)
    work = begin(framework, panel, recipe, territory)
    prepare(work)
    _normalise.apply(work)
    _refuse(work)
    _aggregate.apply(work)
    if _weigh.optimise(work):
        _aggregate.apply(work)
    derived = _derive.derived(work)
    _refuse(work)
    classes = _classify.classes(work)
    share, effective = _weigh.shares(framework, recipe, work.weight, work.applicable)
    assert work.normalised is not None
    assert work.score is not None
    denominated = work.raw if work.denominated is None else work.denominated
    imputed = denominated if work.imputed is None else work.imputed
    ranks, bracketed = _places(work)
    return Result(
        periods=panel.periods,
        units=panel.units,
        nodes=tuple(node.code for node in framework.nodes),
        levels=tuple(node.level for node in framework.nodes),
        parents=tuple(node.parent or "" for node in framework.nodes),
        indicators=tuple(at for at, node in enumerate(framework.nodes) if node.is_indicator),
        raw=work.raw,
        denominated=denominated,
        imputed=imputed,
        treated=imputed if work.treated is None else work.treated,
        normalised=work.normalised,
        flags=work.flags,
        score=work.score,
        rank=ranks,
        applicable=work.applicable,
        weight=work.weight,
        share=share,
        effective=effective,
        included=work.included,
        bracketed=bracketed,
        derived=derived,
        reports=tuple(work.reports),
        within=recipe.within,
        group_rank=_counting(work, _rank.group_ranks(work)),
        digests=_digests(framework, panel, recipe, territory),
        version=innodex.__version__,
        classes=classes,
    )


def begin(framework: Framework, panel: Panel, recipe: Recipe, territory: Territory | None = None) -> Work:
    """The work before its first step: indicators by formula, everybody included, weights as written."""
    applicable = applicable_nodes(framework, panel)
    raw, flags = indicators(framework, panel, applicable)
    included = np.ones(raw.shape[:2], bool)
    weight = _weigh.given(framework, recipe, len(panel.periods))
    return Work(framework, panel, recipe, territory, applicable, raw, raw, flags, included, weight)


def apply(work: Work, step: Prepare) -> None:
    """Apply one step before scaling."""
    import_module(f"innodex.result.{_MODULES[step.step]}").apply(work, step)


def prepare(work: Work) -> None:
    """Apply the steps before scaling, in the order of the recipe."""
    for step in work.recipe.prepare:
        apply(work, step)
        if step.step in _LEAVES:
            setattr(work, _LEAVES[step.step], work.x)


def _places(work: Work) -> tuple[Floats, Floats | None]:
    """(P, U, N) each: ranks of the units that count, and the places that are given in brackets, if any."""
    places = _rank.ranks(work)
    if work.bracketed is None:
        return places, None
    return _counting(work, places), np.where(work.bracketed, places, np.nan)


def _counting(work: Work, ranks: Floats) -> Floats:
    """Ranks without those of units that do not count."""
    if work.bracketed is None:
        return ranks
    return np.where(work.included[:, :, None], ranks, np.nan)


def _refuse(work: Work) -> None:
    if work.faults:
        raise Faulty(work.faults)


def _digests(
    framework: Framework, panel: Panel, recipe: Recipe, territory: Territory | None
) -> dict[str, str]:
    known = {"framework": framework.digest, "panel": panel.digest, "recipe": recipe.digest}
    return known | ({"territory": territory.digest} if territory is not None else {})


def refuse_misfits(framework: Framework, panel: Panel, recipe: Recipe, territory: Territory | None) -> None:
    """Raise Faulty with every misfit of framework, panel, recipe and territory."""
    faults = [*check_recipe(recipe, framework), *check_samples(recipe, panel)]
    for series in series_without_data(panel, framework, recipe):
        faults.append(Fault("series-without-data", "panel", None, series, {"found": series, "near": "–"}))
    for cell in bad_cells(panel, framework, recipe):
        values = {"period": cell.period, "unit": cell.unit, **cell.values}
        faults.append(Fault(cell.kind, "panel", None, cell.series, values))
    if territory is not None:
        faults += check_regions(recipe, territory)
        for unit in panel.units:
            if unit not in territory.by_code:
                faults.append(Fault("unknown-unit", "panel", None, "unit", {"found": unit, "near": "–"}))
    else:
        faults += check_groups(recipe, None)
        if recipe.within:
            faults.append(Fault("no-territory", recipe.file, None, "within"))
        if by_region(recipe):
            faults.append(Fault("no-territory", recipe.file, recipe.lines.get(("profile", "")), "group"))
    if faults:
        raise Faulty(faults)
