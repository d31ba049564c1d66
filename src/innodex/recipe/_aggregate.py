"""The step `aggregate`: a node from its children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from innodex.recipe._spec import Policy, Spec

Missing = Literal["available", "all"]
NonPositive = Literal["missing", "zero"]


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How a node comes from its children.

    `missing`: "available" takes the children there are if at least `minimum_share` of the applicable ones
    are there; "all" asks for every one. `nonpositive`: what a geometric mean becomes when a child is zero
    or below.
    """

    method: str
    missing: Missing
    minimum_share: float = 0.0
    nonpositive: NonPositive | None = None


_MISSING = Policy(("available", "all"), says="which children must be there")
_SHARE = Policy(low=0, high=1, says="the least share of applicable children that must be there")


def _share(values: Mapping[str, Any]) -> Mapping[str, Policy]:
    return {"minimum_share": _SHARE} if values.get("missing") == "available" else {}


def _mean(method: str, policies: Mapping[str, Policy] | None = None) -> Spec:
    return Spec(
        partial(Aggregation, method),
        {"missing": _MISSING, **(policies or {})},
        also=_share,
        perhaps=("minimum_share",),
        page=f"aggregate.{method}",
    )


METHODS: Mapping[str, Spec] = {
    "arithmetic": _mean("arithmetic"),
    "geometric": _mean(
        "geometric",
        {
            "nonpositive": Policy(
                ("missing", "zero"), says="what the parent becomes when a child is zero or below"
            )
        },
    ),
    "sum": _mean("sum"),
}
