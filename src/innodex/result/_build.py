"""The verb of the house: apply a recipe to a panel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

import innodex
from innodex.documents import Fault, Faulty
from innodex.engine import aggregate, formula, normalise, rank, weigh
from innodex.framework import Direct, Direction, Framework, Ratio, Rubric
from innodex.panel import Panel, Status
from innodex.recipe import Aggregation, Goalposts, MinMax, Normalisation, Ranking, Recipe, ZScore
from innodex.result._check import bad_cells, check_recipe, check_regions, series_without_data
from innodex.result._result import Flag, Floats, Result
from innodex.territory import Territory

_FLAG_OF_STATUS = {
    Status.ESTIMATED: Flag.ESTIMATED,
    Status.MISSING: Flag.MISSING,
    Status.NOT_APPLICABLE: Flag.NOT_APPLICABLE,
    Status.CONFIDENTIAL: Flag.CONFIDENTIAL,
}


def build(
    framework: Framework, panel: Panel, recipe: Recipe, *, territory: Territory | None = None
) -> Result:
    """Scores and ranks of every unit of `panel` at every node of `framework`, as `recipe` says.

    Each period is scaled by itself. `territory` is needed for ranks within regions.
    Raises Faulty, naming every misfit, when framework, panel and recipe do not fit together.
    """
    _refuse_misfits(framework, panel, recipe, territory)
    applicable = _applicable(framework, panel)
    raw, flags = _indicators(framework, panel, applicable)
    normalised = _normalise(framework, recipe, raw, flags)
    score = _aggregate(framework, recipe, normalised, applicable)
    share, effective = _weights(framework, recipe, applicable)
    return Result(
        periods=panel.periods,
        units=panel.units,
        nodes=tuple(node.code for node in framework.nodes),
        levels=tuple(node.level for node in framework.nodes),
        parents=tuple(node.parent or "" for node in framework.nodes),
        indicators=tuple(at for at, node in enumerate(framework.nodes) if node.is_indicator),
        raw=raw,
        treated=raw.copy(),
        normalised=normalised,
        flags=flags,
        score=score,
        rank=_ranks(framework, recipe, score),
        applicable=applicable,
        weight=np.array([recipe.weight_of(node.code) for node in framework.nodes]),
        share=share,
        effective=effective,
        within=recipe.within,
        group_rank=_group_ranks(framework, recipe, score, panel, territory),
        digests=_digests(framework, panel, recipe, territory),
        version=innodex.__version__,
    )


def _digests(
    framework: Framework, panel: Panel, recipe: Recipe, territory: Territory | None
) -> dict[str, str]:
    known = {"framework": framework.digest, "panel": panel.digest, "recipe": recipe.digest}
    return known | ({"territory": territory.digest} if territory is not None else {})


def _refuse_misfits(framework: Framework, panel: Panel, recipe: Recipe, territory: Territory | None) -> None:
    faults = check_recipe(recipe, framework)
    for series in series_without_data(panel, framework):
        faults.append(Fault("series-without-data", "panel", None, series, {"found": series, "near": "–"}))
    for cell in bad_cells(panel, framework, recipe):
        values = {"period": cell.period, "unit": cell.unit, **cell.values}
        faults.append(Fault(cell.kind, "panel", None, cell.series, values))
    if territory is not None:
        faults += check_regions(recipe, territory)
        for unit in panel.units:
            if unit not in territory.by_code:
                faults.append(Fault("unknown-unit", "panel", None, "unit", {"found": unit, "near": "–"}))
    elif recipe.within:
        faults.append(Fault("no-territory", recipe.file, None, "within"))
    if faults:
        raise Faulty(faults)


def _applicable(framework: Framework, panel: Panel) -> npt.NDArray[np.bool_]:
    return np.array(
        [[framework.applies(node.code, period) for node in framework.nodes] for period in panel.periods]
    )


def _indicators(
    framework: Framework, panel: Panel, applicable: npt.NDArray[np.bool_]
) -> tuple[Floats, npt.NDArray[np.uint8]]:
    """Raw values (P, U, I) by formula, and the flags that the figures' own statuses give them."""
    at = {series: position for position, series in enumerate(panel.series)}
    shape = (len(panel.periods), len(panel.units), len(framework.indicators))
    raw, flags = np.full(shape, np.nan), np.zeros(shape, np.uint8)
    of_status = np.zeros(len(Status), np.uint8)
    for status, flag in _FLAG_OF_STATUS.items():
        of_status[status] = flag
    positions = {node.code: position for position, node in enumerate(framework.nodes)}
    for i, node in enumerate(framework.indicators):
        match node.formula:
            case Direct(series):
                columns = [at[series]]
                raw[:, :, i] = panel.values[:, :, columns[0]]
            case Ratio(numerator, denominator, scale):
                columns = [at[numerator], at[denominator]]
                x, d = (panel.values[:, :, column] for column in columns)
                raw[:, :, i] = formula.ratio(x, d, scale=scale)
            case Rubric(criteria):
                columns = [at[criterion.series] for criterion in criteria]
                raw[:, :, i] = formula.points(panel.values[:, :, columns])
            case None:
                continue
        flags[:, :, i] = np.bitwise_or.reduce(of_status[panel.status[:, :, columns]], axis=-1)
        away = ~applicable[:, positions[node.code]]
        raw[away, :, i] = np.nan
        flags[away, :, i] = Flag.NOT_APPLICABLE
    return raw, flags


def _normalise(framework: Framework, recipe: Recipe, x: Floats, flags: npt.NDArray[np.uint8]) -> Floats:
    """Indicators that share a method and its policies are scaled in one call."""
    groups: dict[Normalisation | None, list[int]] = {}
    for i, node in enumerate(framework.indicators):
        groups.setdefault(recipe.normalisation(node.code), []).append(i)
    signs = np.array([-1.0 if n.direction is Direction.LOWER else 1.0 for n in framework.indicators])
    scores = np.full(x.shape, np.nan)
    for method, columns in groups.items():
        values, sign = x[:, :, columns], signs[columns]
        scores[:, :, columns] = _scaled(method, values, sign, flags, columns)
    return scores


def _scaled(
    method: Normalisation | None, x: Floats, sign: Floats, flags: npt.NDArray[np.uint8], columns: list[int]
) -> Floats:
    match method:
        case MinMax(low, high, policy):
            _mark_constant(x, flags, columns)
            return normalise.minmax(x, sign, low=low, high=high, constant=_constant(policy, (low + high) / 2))
        case ZScore(sd, centre, spread, policy):
            _mark_constant(x, flags, columns)
            ddof = 1 if sd == "sample" else 0
            flat = _constant(policy, centre)
            return normalise.zscore(x, sign, ddof=ddof, centre=centre, spread=spread, constant=flat)
        case Goalposts(lower, upper, scale, cap, low, high):
            scores, held = normalise.goalposts(
                x,
                sign,
                lower=lower,
                upper=upper,
                log=scale == "log",
                cap_low=cap in ("low", "both"),
                cap_high=cap in ("high", "both"),
                low=low,
                high=high,
            )
            flags[:, :, columns] |= np.where(held, Flag.CAPPED, 0).astype(np.uint8)
            return scores
        case _:
            return x


def _constant(policy: str, middle: float) -> float:
    return middle if policy == "middle" else float("nan")


def _mark_constant(x: Floats, flags: npt.NDArray[np.uint8], columns: list[int]) -> None:
    equal = np.fmax.reduce(x, axis=1, keepdims=True) == np.fmin.reduce(x, axis=1, keepdims=True)
    flags[:, :, columns] |= np.where(equal & ~np.isnan(x), Flag.CONSTANT, 0).astype(np.uint8)


def _aggregate(
    framework: Framework, recipe: Recipe, normalised: Floats, applicable: npt.NDArray[np.bool_]
) -> Floats:
    at = {node.code: position for position, node in enumerate(framework.nodes)}
    score = np.full((*normalised.shape[:2], len(at)), np.nan)
    for i, node in enumerate(framework.indicators):
        score[:, :, at[node.code]] = normalised[:, :, i]
    for node in framework.below(framework.root.code):
        children = [at[child.code] for child in framework.children(node.code)]
        if children:
            weights = np.array([recipe.weight_of(framework.nodes[child].code) for child in children])
            asked = applicable[:, None, children]
            score[:, :, at[node.code]] = _mean(
                recipe.aggregation(node.code), score[:, :, children], weights, asked
            )
            score[~applicable[:, at[node.code]], :, at[node.code]] = np.nan
    return score


def _mean(policy: Aggregation, x: Floats, weights: Floats, applicable: npt.NDArray[np.bool_]) -> Floats:
    methods: dict[str, Callable[[], Floats]] = {
        "arithmetic": lambda: aggregate.arithmetic(x, weights, applicable),
        "geometric": lambda: aggregate.geometric(
            x, weights, applicable, nonpositive=0.0 if policy.nonpositive == "zero" else np.nan
        ),
        "sum": lambda: aggregate.total(x, applicable),
    }
    share = 1.0 if policy.missing == "all" else policy.minimum_share
    found = aggregate.enough(x, applicable, minimum_share=share)
    return np.where(found, methods[policy.method](), np.nan)


def _weights(
    framework: Framework, recipe: Recipe, applicable: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    at = {node.code: position for position, node in enumerate(framework.nodes)}
    share, effective = np.zeros(applicable.shape), np.zeros(applicable.shape)
    root = at[framework.root.code]
    share[:, root] = effective[:, root] = applicable[:, root]
    for node in reversed(list(framework.below(framework.root.code))):
        children = [at[child.code] for child in framework.children(node.code)]
        if children:
            summed = recipe.aggregation(node.code).method == "sum"
            weights = np.array(
                [1.0 if summed else recipe.weight_of(framework.nodes[c].code) for c in children]
            )
            share[:, children] = weigh.shares(weights, applicable[:, children])
            effective[:, children] = share[:, children] * effective[:, [at[node.code]]]
    return share, effective


def _rounded(scores: Floats, policy: Ranking) -> Floats:
    if policy.decimals is not None:
        return rank.to_decimals(scores, decimals=policy.decimals, half_up=policy.rounding == "half-up")
    return rank.to_significant(scores, digits=policy.significant or 12)


def _ranks(framework: Framework, recipe: Recipe, score: Floats) -> Floats:
    ranks = np.full(score.shape, np.nan)
    for at, node in enumerate(framework.nodes):
        policy = recipe.ranking(node.code)
        for period in range(score.shape[0]):
            ranks[period, :, at] = rank.ranks(_rounded(score[period, :, at], policy), ties=policy.ties)
    return ranks


def _group_ranks(
    framework: Framework, recipe: Recipe, score: Floats, panel: Panel, territory: Territory | None
) -> Floats:
    """Ranks among the units of one region, of scores rounded over the whole field."""
    ranks = np.full((len(recipe.within), *score.shape), np.nan)
    if territory is None:
        return ranks
    regions = np.array([territory.by_code[unit].region or "" for unit in panel.units])
    for g in range(len(recipe.within)):
        for at, node in enumerate(framework.nodes):
            policy = recipe.ranking(node.code)
            for period in range(score.shape[0]):
                rounded = _rounded(score[period, :, at], policy)
                for region in np.unique(regions[regions != ""]):
                    members = regions == region
                    ranks[g, period, members, at] = rank.ranks(rounded[members], ties=policy.ties)
    return ranks
