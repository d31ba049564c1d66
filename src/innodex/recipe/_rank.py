"""The steps after the scores: `rank`, `classify` and `profile`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from innodex.recipe._spec import Policy, Spec

Ties = Literal["min", "max", "dense", "mean"]
Rounding = Literal["half-even", "half-up"]
GROUPINGS = ("region",)


@dataclass(frozen=True, slots=True)
class Ranking:
    """How scores become ranks: 1 is best, what is missing has no rank.

    Scores are compared after rounding: to `significant` digits relative to the node's largest score,
    or to `decimals` by `rounding`.
    """

    ties: Ties
    significant: int | None = None
    decimals: int | None = None
    rounding: Rounding | None = None


TIES = Policy(("min", "max", "dense", "mean"), says="the rank of units that are level")
SIGNIFICANT = Policy(low=1, high=15, whole=True, says="compare to this many digits of the largest score")
DECIMALS = Policy(low=0, high=15, whole=True, says="compare to this many decimals")
ROUNDING = Policy(("half-even", "half-up"), says="where a half goes: to the even neighbour, or from zero")
CLASSIFY: Mapping[str, Spec] = {}
PROFILE: Mapping[str, Spec] = {}
