"""How it is computed: an ordered document of steps with every policy written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from typing import Any

from innodex.documents import Text, digest
from innodex.recipe._aggregate import Aggregation
from innodex.recipe._normalise import Normalisation
from innodex.recipe._rank import Ranking


@dataclass(frozen=True, slots=True)
class Prepare:
    """One step on the way from raw figures to figures fit for scaling: its default method and exceptions.

    `step` is "denominate", "transform", "screen", "impute" or "treat"; `place` names it among several of
    one kind ("impute", "impute-2"). What stands in `default` and `at` is a value of the step's own module;
    None: nothing is done.
    """

    step: str
    place: str
    default: Any
    at: Mapping[str, Any] = field(default_factory=dict)

    def method(self, code: str) -> Any:
        """The method for the node `code`; None where nothing is done."""
        return self.at.get(code, self.default)


@dataclass(frozen=True)
class Recipe:
    """The steps, each with its default and its exceptions by node code.

    `prepare` holds the steps before scaling in their order. `weigh` (default) and `weigh_at` (by parent) say
    how the weights of a parent's children are found where they are not given as numbers. `derive` holds
    the nodes computed from others by a formula, `classify` and `classify_at` the classes of scores, `profile`
    the rule for strengths and weaknesses.
    """

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
    prepare: tuple[Prepare, ...] = ()
    weigh: Any = None
    weigh_at: Mapping[str, Any] = field(default_factory=dict)
    derive: tuple[Any, ...] = ()
    classify: Any = None
    classify_at: Mapping[str, Any] = field(default_factory=dict)
    profile: Any = None
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

    def weighing(self, code: str) -> Any:
        """How the weights of the children of `code` are found; None: as given."""
        return self.weigh_at.get(code, self.weigh)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical content; comments and lay-out do not count."""
        content: dict[str, object] = {
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
        # A step that is not in the recipe leaves no trace in its digest.
        for name in ("prepare", "weigh", "weigh_at", "derive", "classify", "classify_at", "profile"):
            if value := getattr(self, name):
                content[f"steps.{name}"] = _plain(value)
        return digest(content)


def _plain(value: object) -> object:
    """A method as plain data; policies that were left out leave no trace."""
    if isinstance(value, Text):
        return value.as_dict()
    if is_dataclass(value) and not isinstance(value, type):
        named = {f.name: getattr(value, f.name) for f in fields(value)}
        kept = {name: _plain(one) for name, one in named.items() if one != _default(value, name)}
        return {"method": type(value).__name__.lower(), **kept}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value


def _default(value: object, name: str) -> object:
    """The default of an optional policy; a value that no policy has for those without one."""
    return next(f.default for f in fields(value) if f.name == name)  # type: ignore[arg-type]
