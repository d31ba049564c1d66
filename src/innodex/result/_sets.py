"""Several imputed sets at once: what the gaps may have held, for the audit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from innodex.documents import Faulty
from innodex.framework import Framework
from innodex.panel import Panel
from innodex.recipe import Recipe
from innodex.result import _build, _impute
from innodex.result._result import Floats
from innodex.result._work import Work
from innodex.territory import Territory


def imputed_sets(
    framework: Framework,
    panel: Panel,
    recipe: Recipe,
    *,
    sets: int,
    seed: int,
    territory: Territory | None = None,
) -> Floats:
    """(set, period, unit, indicator): the figures after the last step `impute`, with gaps drawn by chance.

    What is there is the same in every set. How a gap is drawn follows the recipe's method: `mean` and
    `median` take the figure of a random unit of the sample or the group, `row` a random one of the unit's
    other figures in the branch, `nearest` that of a random one of the k units; `regression` and `em` add what
    figures vary about the line, or about what is to be expected. The parameters of these two are those found
    once: their own uncertainty is not in the sets. `value`, `latest`, `hold` and `linear` know no chance.
    Without a step `impute` the gaps stay.

    Set m of a seed is the same however many sets are asked for and in whatever order the units stand. The
    generator is Philox with the key (seed, m). Raises Faulty as `build` does, ValueError for less than one
    set.

    Source: Rubin (1987), Multiple Imputation for Nonresponse in Surveys, chapter 4; Salmon, Moraes, Dror and
        Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC '11 (Philox).
    """
    if sets < 1:
        raise ValueError(f"sets is {sets}; at least 1 is needed")
    _build.refuse_misfits(framework, panel, recipe, territory)
    steps = recipe.prepare
    last = max((at for at, step in enumerate(steps) if step.step == "impute"), default=-1)
    first = next((at for at, step in enumerate(steps) if _impute.is_drawn(step)), last + 1)
    common = _build.begin(framework, panel, replace(recipe, prepare=steps[:first]), territory)
    _build.prepare(common)
    _refuse(common)
    order = np.argsort(np.array(panel.units), kind="stable")
    known: dict[object, Any] = {}
    found = np.empty((sets, *common.x.shape))
    for number in range(sets):
        random = np.random.Generator(np.random.Philox(key=np.array([seed, number], np.uint64)))
        draws = _impute.Draws(random, order, common.x, known)
        found[number] = _drawn(common, recipe, first, last, draws)
    return found


def _drawn(common: Work, recipe: Recipe, first: int, last: int, draws: _impute.Draws) -> Floats:
    """One set: the steps from the first to the last imputation, each drawing."""
    work = replace(common, recipe=recipe, flags=common.flags.copy(), faults=[], reports=[])
    for step in recipe.prepare[first : last + 1]:
        if step.step == "impute":
            _impute.apply(work, step, draws)
        else:
            _build.apply(work, step)
    _refuse(work)
    return work.x


def _refuse(work: Work) -> None:
    if work.faults:
        raise Faulty(work.faults)
