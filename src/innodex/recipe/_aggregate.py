"""The step `aggregate`: a node from its children."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from innodex.recipe._normalise import PERIOD, SAMPLE
from innodex.recipe._spec import Misfit, Policy, Spec

Missing = Literal["available", "all"]
NonPositive = Literal["missing", "zero", "refuse", "formula"]


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How a node comes from its children.

    `missing`: "available" takes the children there are if at least `minimum_share` of the applicable ones
    are there; "all" asks for every one. `nonpositive`: what becomes of a parent when a child is zero or
    below and the method has no answer to that.
    """

    method: str
    missing: Missing
    minimum_share: float = 0.0
    nonpositive: NonPositive | None = None


@dataclass(frozen=True, slots=True)
class PowerMean(Aggregation):
    """The generalised mean of order `exponent`."""

    exponent: float = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Penalised(Aggregation):
    """A mean less ("minus") or plus a penalty for imbalance: the variance over the arithmetic mean.

    `mean` is the mean itself, `sd` the divisor behind the variance, `spread` whether weights play a part in
    the penalty. "mpi" and "ampi" are this with the arithmetic mean.
    """

    sd: Literal["population", "sample"] = field(kw_only=True)
    penalty: Literal["minus", "plus"] = field(kw_only=True)
    spread: Literal["weighted", "equal"] = field(kw_only=True)
    mean: Literal["arithmetic", "geometric"] = field(kw_only=True, default="arithmetic")


@dataclass(frozen=True, slots=True)
class MeanMin(Aggregation):
    """The arithmetic mean less `alpha` times its distance from the least child, softened by `beta`."""

    alpha: float = field(kw_only=True)
    beta: float = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Outranking(Aggregation):
    """A score from comparing units pair by pair ("copeland", "condorcet") or place by place ("borda").

    `score`: "points" as the rule counts them, or their "share" of the most that could be had, times 100.
    """

    score: Literal["points", "share"] = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Benefit(Aggregation):
    """The Benefit of the Doubt: a unit on the frontier scores `best`.

    `weight_low` and `weight_high` bound each weight's part of the sum of the weights, `share_low` and
    `share_high` each child's part of the unit's score; `around` bounds that part to within this fraction of
    the weights of the recipe. `sample` says whose frontier it is.
    """

    best: float = field(kw_only=True)
    weight_low: float = field(kw_only=True, default=0.0)
    weight_high: float = field(kw_only=True, default=1.0)
    share_low: float = field(kw_only=True, default=0.0)
    share_high: float = field(kw_only=True, default=1.0)
    around: float | None = field(kw_only=True, default=None)
    sample: str = field(kw_only=True, default=PERIOD)


_MISSING = Policy(("available", "all"), says="which children must be there")
_SHARE = Policy(low=0, high=1, says="the least share of applicable children that must be there")


def _below(*words: str, says: str = "what the parent becomes when a child is zero or below") -> Policy:
    return Policy(words, says=says)


_PENALTY = {
    "sd": Policy(
        ("population", "sample"), says="the divisor behind the variance of the children: n, or n − 1"
    ),
    "penalty": Policy(
        ("minus", "plus"), says="whether imbalance is taken off (more is better) or added (less is better)"
    ),
    "spread": Policy(("weighted", "equal"), says="whether the weights play a part in the penalty"),
}
_LIMITS = {
    "weight_low": Policy(
        low=0, high=1, says="the least part of the sum of the weights that a child may have"
    ),
    "weight_high": Policy(
        low=0, high=1, says="the greatest part of the sum of the weights that a child may have"
    ),
    "share_low": Policy(low=0, high=1, says="the least part of a unit's score that a child may give"),
    "share_high": Policy(low=0, high=1, says="the greatest part of a unit's score that a child may give"),
    "around": Policy(
        low=0,
        high=1,
        says="how far a child's part of the score may lie from its weight in the recipe, as a fraction of it",
    ),
    "sample": SAMPLE,
}
_SCORE = {
    "score": Policy(
        ("points", "share"),
        says='"points" as the rule counts them, or the "share" of the most that could be had, in per cent',
    )
}


def _share(values: Mapping[str, Any]) -> Mapping[str, Policy]:
    return {"minimum_share": _SHARE} if values.get("missing") == "available" else {}


def _share_and_mean(values: Mapping[str, Any]) -> Mapping[str, Policy]:
    below = {"nonpositive": _below("missing", "zero", "refuse")} if values.get("mean") == "geometric" else {}
    return {**_share(values), **below}


def _mean(
    method: str,
    policies: Mapping[str, Policy] | None = None,
    *,
    make: Callable[..., Aggregation] = Aggregation,
    page: str = "",
    **settings: Any,
) -> Spec:
    settings = {"also": _share, "perhaps": ("minimum_share",), **settings}
    return Spec(
        partial(make, method),
        {"missing": _MISSING, **(policies or {})},
        page=page or f"aggregate.{method}",
        **settings,
    )


def _exponent(values: Mapping[str, Any]) -> Iterable[Misfit]:
    if values["exponent"] == 0:
        yield "exponent", '≠ 0 (method = "geometric")'


def _limits(values: Mapping[str, Any]) -> Iterable[Misfit]:
    for kind in ("weight", "share"):
        if values.get(f"{kind}_low", 0) > values.get(f"{kind}_high", 1):
            yield f"{kind}_low", f"≤ {kind}_high"
    if "around" in values and ("share_low" in values or "share_high" in values):
        yield "around", "– (share_low, share_high)"


METHODS: Mapping[str, Spec] = {
    "arithmetic": _mean("arithmetic"),
    "geometric": _mean("geometric", {"nonpositive": _below("missing", "zero", "refuse")}),
    "harmonic": _mean("harmonic", {"nonpositive": _below("missing", "zero", "refuse", "formula")}),
    "power": _mean(
        "power",
        {
            "exponent": Policy(says="the order of the mean; 0 is the geometric mean"),
            "nonpositive": _below(
                "missing", "zero", "refuse", "formula",
                says="what the parent becomes when a child is below zero, or zero with a negative exponent",
            ),
        },
        make=PowerMean,
        check=_exponent,
    ),
    "sum": _mean("sum", page="aggregate.total"),
    "minimum": _mean("minimum"),
    "median": _mean("median"),
    "mpi": _mean("mpi", _PENALTY, make=Penalised, page="aggregate.penalised"),
    "ampi": _mean("ampi", _PENALTY, make=Penalised, page="aggregate.penalised"),
    "penalised": _mean(
        "penalised",
        {"mean": Policy(("arithmetic", "geometric"), says="the mean that is penalised"), **_PENALTY},
        make=Penalised,
        also=_share_and_mean,
        perhaps=("minimum_share", "nonpositive"),
    ),
    "mean-min": _mean(
        "mean-min",
        {
            "alpha": Policy(low=0, high=1, says="how strong the penalty is: 0 the mean, 1 the least child"),
            "beta": Policy(low=0, says="how gently the penalty sets in, in points of the scale; 0: at once"),
        },
        make=MeanMin,
        page="aggregate.mean_min",
    ),
    "benefit": _mean(
        "benefit",
        {
            "best": Policy(low=0, above=True, says="the score of a unit on the frontier"),
            "nonpositive": _below(
                "missing", "zero", "refuse",
                says="what becomes of a child below zero: the unit is missing, it counts as zero, or a fault",
            ),
        },
        make=Benefit,
        optional=_LIMITS,
        check=_limits,
        page="frontier.benefit",
    ),
    "copeland": _mean("copeland", _SCORE, make=Outranking, page="outrank.copeland"),
    "borda": _mean("borda", _SCORE, make=Outranking, page="outrank.borda"),
    "condorcet": _mean("condorcet", _SCORE, make=Outranking, page="outrank.condorcet"),
}  # fmt: skip
