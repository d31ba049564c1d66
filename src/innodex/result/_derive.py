"""The step `derive`: nodes that a formula makes of other nodes and of series."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce

import numpy as np

from innodex.documents import Fault, nearest
from innodex.engine import rank
from innodex.framework import Framework
from innodex.recipe import Derivation, Expression, Number, Operation, Recipe, Reference, references
from innodex.result import _rank
from innodex.result._result import Derived, Floats
from innodex.result._work import Work

_FUNCTIONS: Mapping[str, Callable[..., Floats]] = {
    "+": np.add, "*": np.multiply, "/": np.divide, "^": np.power,
    "-": lambda *of: np.negative(*of) if len(of) == 1 else np.subtract(*of),
    "min": lambda *of: reduce(np.minimum, of),
    "max": lambda *of: reduce(np.maximum, of),
    "mean": lambda *of: reduce(np.add, of) / len(of),
    "clip": lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "abs": np.abs, "sqrt": np.sqrt, "ln": np.log, "log10": np.log10, "exp": np.exp,
}  # fmt: skip


def check(recipe: Recipe, framework: Framework) -> Iterator[Fault]:
    """Codes that are taken, and names in formulas that nothing or too much goes by."""
    known: list[str] = []
    for node in recipe.derive:
        line = recipe.lines.get(("derive", node.code))
        if node.code in framework.by_code:
            yield Fault("derived-code-taken", recipe.file, line, node.code, {"found": node.code})
        for one in references(node.expression):
            kinds = _kinds(one, framework, known)
            values = {"found": one.name, "code": node.code}
            if not kinds:
                names = [*framework.by_code, *framework.series_by_id, *known]
                near = nearest(one.name, names) or "–"
                yield Fault("unknown-name", recipe.file, line, "formula", {**values, "near": near})
            elif len(kinds) > 1:
                ways = ", ".join(f"{kind}({_quoted(one.name)})" for kind in kinds)
                yield Fault("ambiguous-name", recipe.file, line, "formula", {**values, "allowed": ways})
        known.append(node.code)


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f"[{name}]"


def _kinds(one: Reference, framework: Framework, derived: list[str]) -> list[str]:
    """What may be taken of a name: "score", "raw", "series"."""
    node = framework.by_code.get(one.name)
    found = {
        "score": node is not None or one.name in derived,
        "raw": one.kind == "raw" and node is not None and node.is_indicator,
        "series": one.name in framework.series_by_id,
    }
    return [kind for kind, there in found.items() if there and one.kind in ("", kind)]


def derived(work: Work) -> tuple[Derived, ...]:
    """The derived nodes of the recipe, with values and ranks."""
    made: dict[str, Derived] = {}
    for node in work.recipe.derive:
        if not _without_data(work, node):
            value = _rounded(_value(work, node.expression, made), node)
            made[node.code] = Derived(node.code, node.name, value, _ranks(work, node, value))
    return tuple(made.values())


def _without_data(work: Work, node: Derivation) -> bool:
    """True, and a fault, for each series in the formula that the panel does not have at all."""
    named = [one for one in references(node.expression) if _of_series(work, one)]
    lacking = [one.name for one in named if one.name not in work.panel.series]
    line = work.recipe.lines.get(("derive", node.code))
    for name in lacking:
        values = {"found": name, "near": "–"}
        work.faults.append(Fault("series-without-data", work.recipe.file, line, node.code, values))
    return bool(lacking)


def _of_series(work: Work, one: Reference) -> bool:
    known = work.framework.by_code.keys() | {node.code for node in work.recipe.derive}
    return one.kind == "series" or (not one.kind and one.name not in known)


def _value(work: Work, expression: Expression, made: Mapping[str, Derived]) -> Floats:
    """(P, U): missing wherever a part is missing or the formula has no value."""
    match expression:
        case Number(value):
            return np.full(work.raw.shape[:2], value)
        case Reference():
            return _named(work, expression, made)
        case Operation(("half_even" | "half_up") as sign, (one, Number(decimals))):
            half_up = sign == "half_up"
            return rank.to_decimals(_value(work, one, made), decimals=int(decimals), half_up=half_up)
        case Operation(sign, operands):
            parts = [_value(work, operand, made) for operand in operands]
            with np.errstate(all="ignore"):
                found = _FUNCTIONS[sign](*parts)
            # x ** 0 and 1 ** x have a value for a missing x as well: ours does not.
            unknown = reduce(np.logical_or, [np.isnan(part) for part in parts])
            return np.where(np.isfinite(found) & ~unknown, found, np.nan)


def _named(work: Work, one: Reference, made: Mapping[str, Derived]) -> Floats:
    assert work.score is not None
    if _of_series(work, one):
        return work.panel.values[:, :, work.panel.series.index(one.name)]
    if one.kind == "raw":
        return work.raw[:, :, work.codes.index(one.name)]
    if one.name in made:
        return made[one.name].value
    if one.name in work.position:
        return work.score[:, :, work.position[one.name]]
    return np.full(work.raw.shape[:2], np.nan)  # a derived node that is refused itself


def _rounded(value: Floats, node: Derivation) -> Floats:
    if node.decimals is None:
        return value
    return rank.to_decimals(value, decimals=node.decimals, half_up=node.rounding == "half-up")


def _ranks(work: Work, node: Derivation, value: Floats) -> Floats:
    """(P, U): places among the units that count; missing everywhere where none are asked for."""
    found = np.full(value.shape, np.nan)
    policy = node.ranking
    if policy is None:
        return found
    counted = np.where(work.included, value if node.better == "higher" else -value, np.nan)
    compared = _rank.rounded(counted, policy)
    for period, row in enumerate(compared):
        found[period] = rank.ranks(row, ties=policy.ties)
    return found
