"""How it is computed: an ordered document of steps with every policy written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Literal

from innodex.documents import Text, digest

Constant = Literal["missing", "middle"]
Cap = Literal["none", "low", "high", "both"]
Missing = Literal["available", "all"]
NonPositive = Literal["missing", "zero"]
Ties = Literal["min", "max", "dense", "mean"]
Rounding = Literal["half-even", "half-up"]


@dataclass(frozen=True, slots=True)
class MinMax:
    """The worst unit of the period scores `low`, the best `high`; without spread all score `constant`."""

    low: float
    high: float
    constant: Constant


@dataclass(frozen=True, slots=True)
class Goalposts:
    """From `lower` to `upper`, in the indicator's own unit, onto `low` to `high`.

    `scale` says whether the way between them is measured in the unit or in its logarithm;
    `cap` which side is held at its post.
    """

    lower: float
    upper: float
    scale: Literal["linear", "log"]
    cap: Cap
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ZScore:
    """(x − mean) / sd × `spread` + `centre`; `sd` divides by n − 1 (sample) or n (population)."""

    sd: Literal["sample", "population"]
    centre: float
    spread: float
    constant: Constant


@dataclass(frozen=True, slots=True)
class AsIs:
    """The figure itself is the score; only for indicators of which more is better."""


Normalisation = MinMax | Goalposts | ZScore | AsIs


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How a node comes from its children.

    `missing`: "available" takes the children there are if at least `minimum_share` of the applicable ones
    are there; "all" asks for every one. `nonpositive`: what a geometric mean becomes when a child is zero
    or below.
    """

    method: Literal["arithmetic", "geometric", "sum"]
    missing: Missing
    minimum_share: float = 0.0
    nonpositive: NonPositive | None = None


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


@dataclass(frozen=True)
class Recipe:
    """The steps, each with its default and its exceptions by node code."""

    title: Text
    normalise: Normalisation | None
    normalise_at: Mapping[str, Normalisation]
    weight: float
    weight_at: Mapping[str, float]
    aggregate: Aggregation
    aggregate_at: Mapping[str, Aggregation]
    rank: Ranking
    rank_at: Mapping[str, Ranking]
    within: tuple[str, ...] = ()
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict, compare=False)
    file: str = field(default="recipe.toml", compare=False)

    def normalisation(self, code: str) -> Normalisation | None:
        """The method for the indicator `code`; None where the recipe gives none."""
        return self.normalise_at.get(code, self.normalise)

    def aggregation(self, code: str) -> Aggregation:
        """The method for the parent node `code`."""
        return self.aggregate_at.get(code, self.aggregate)

    def weight_of(self, code: str) -> float:
        """The weight of node `code` among its siblings, before rescaling."""
        return self.weight_at.get(code, self.weight)

    def ranking(self, code: str) -> Ranking:
        """The rank policy for node `code`."""
        return self.rank_at.get(code, self.rank)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical content; comments and lay-out do not count."""
        return digest(
            {
                "title": self.title.as_dict(),
                "normalise": [_plain(self.normalise), {c: _plain(n) for c, n in self.normalise_at.items()}],
                "weigh": [self.weight, dict(self.weight_at)],
                "aggregate": [_plain(self.aggregate), {c: _plain(a) for c, a in self.aggregate_at.items()}],
                "rank": [
                    _plain(self.rank),
                    {c: _plain(r) for c, r in self.rank_at.items()},
                    list(self.within),
                ],
            }
        )


def _plain(step: object) -> object:
    if step is None:
        return None
    return {"method": type(step).__name__.lower(), **{f.name: getattr(step, f.name) for f in fields(step)}}  # type: ignore[arg-type]
