"""The steps after the scores: `rank`, `classify` and `profile`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from innodex.recipe._spec import Misfit, Policy, Spec

Ties = Literal["min", "max", "dense", "mean"]
Rounding = Literal["half-even", "half-up"]
# A grouping of units to be ranked within: the territory's regions; any other word is one of its groups.
REGION = "region"


@dataclass(frozen=True, slots=True)
class Ranking:
    """How scores become ranks: 1 is best, what is missing has no rank.

    Scores are compared after rounding: to `significant` digits relative to the node's largest score
    (17: as they are), or to `decimals` by `rounding`.
    """

    ties: Ties
    significant: int | None = None
    decimals: int | None = None
    rounding: Rounding | None = None


TIES = Policy(("min", "max", "dense", "mean"), says="the rank of units that are level")
RAW = 17  # so many digits tell any two numbers of a computer apart
SIGNIFICANT = Policy(
    low=1,
    high=RAW,
    whole=True,
    says="compare to this many digits of the largest score; 17: the scores as they are, to the last bit",
)
DECIMALS = Policy(low=0, high=15, whole=True, says="compare to this many decimals")
ROUNDING = Policy(("half-even", "half-up"), says="where a half goes: to the even neighbour, or from zero")


class _Named:
    """Classes with names, the lowest first: `names`, or those of one language."""

    __slots__ = ()
    names: tuple[str, ...]
    names_vi: tuple[str, ...]
    names_en: tuple[str, ...]

    def names_in(self, lang: str) -> tuple[str, ...]:
        """The names of the classes in a language; where it has none, those there are."""
        return getattr(self, f"names_{lang}", ()) or self.names or self.names_vi or self.names_en

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the classes for tables that have one column for all languages."""
        every = [names for names in (self.names_vi, self.names_en) if names] or [self.names]
        return tuple(" · ".join(dict.fromkeys(each)) for each in zip(*every, strict=True))


@dataclass(frozen=True, slots=True)
class Thresholds(_Named):
    """Classes by fixed `limits`, ascending; a score at a limit belongs to the class `edge` it."""

    limits: tuple[float, ...]
    edge: Literal["above", "below"]
    names: tuple[str, ...] = ()
    names_vi: tuple[str, ...] = ()
    names_en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantiles(_Named):
    """`count` classes of as equal size as may be, among the units that count."""

    count: int
    edge: Literal["above", "below"]
    names: tuple[str, ...] = ()
    names_vi: tuple[str, ...] = ()
    names_en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quarter:
    """Up to `most` indicators where a unit is in the best, or worst, `share` of the field."""

    share: float
    most: int


@dataclass(frozen=True, slots=True)
class Extremes:
    """The `most` indicators where a unit's rank is best, and worst, by score or by the figure itself.

    `last` says whether indicators where it has the last rank are left out; `distinct` the least share of
    different ranks that an indicator must have.
    """

    most: int
    of: Literal["score", "raw"]
    last: Literal["keep", "drop"]
    distinct: float = 0.0


@dataclass(frozen=True, slots=True)
class PercentileRanks:
    """Nodes at or above the `most`-th highest percentile rank of the unit's indicators, or its lowest."""

    most: int
    always: int
    nodes: Literal["indicators", "all"]


@dataclass(frozen=True, slots=True)
class AboutGroup:
    """Nodes where the unit scores `times` the standard deviation above, or below, the mean of its group."""

    group: Literal["all", "region"]
    times: float
    sd: Literal["sample", "population"]
    nodes: Literal["indicators", "all"]


Classification = Thresholds | Quantiles
Profile = Quarter | Extremes | PercentileRanks | AboutGroup


def _ascend(values: Mapping[str, Any]) -> Iterable[Misfit]:
    cuts = values["limits"]
    if any(not one < other for one, other in pairwise(cuts)):
        yield "limits", "[0 < 1 < 2 …]"
    yield from _named(values, len(cuts) + 1)


def _named(values: Mapping[str, Any], count: int) -> Iterable[Misfit]:
    if "names" in values and ("names_vi" in values or "names_en" in values):
        yield "names", "names_vi, names_en"
    for key in _NAMES:
        names = values.get(key)
        if names is not None and (len(names) != count or len(set(names)) != count):
            yield key, f'["…", …] ({count})'


_EDGE = Policy(("above", "below"), says="the class that a score at a limit belongs to")
_NAMES = {
    "names": Policy(text=True, many=True, says="the names of the classes, the lowest first"),
    "names_vi": Policy(text=True, many=True, says="the same in Vietnamese, where languages differ"),
    "names_en": Policy(text=True, many=True, says="the same in English"),
}
_MOST = Policy(low=1, whole=True, says="how many strengths, and how many weaknesses")
_NODES = Policy(("indicators", "all"), says="whether nodes above the indicators are judged as well")
CLASSIFY: Mapping[str, Spec] = {
    "thresholds": Spec(
        Thresholds,
        {"limits": Policy(many=True, says="the limits between the classes, ascending"), "edge": _EDGE},
        _NAMES,
        check=_ascend,
        page="classify.by_thresholds",
    ),
    "quantiles": Spec(
        Quantiles,
        {"count": Policy(low=2, high=100, whole=True, says="how many classes"), "edge": _EDGE},
        _NAMES,
        check=lambda values: _named(values, values["count"]),
        page="classify.by_quantiles",
    ),
}
PROFILE: Mapping[str, Spec] = {
    "quarter": Spec(
        Quarter,
        {
            "share": Policy(low=0, high=0.5, says="the part of the field at either end"),
            "most": _MOST,
        },
        page="profile.quarter",
    ),
    "extremes": Spec(
        Extremes,
        {
            "most": _MOST,
            "of": Policy(("score", "raw"), says="whether scores are ranked, or figures as they came"),
            "last": Policy(
                ("keep", "drop"), says="what becomes of indicators where the unit has the last rank"
            ),
        },
        {
            "distinct": Policy(
                low=0, high=1, says="the least share of different ranks; 0, any indicator, if left out"
            )
        },
        page="profile.extremes",
    ),
    "percentile": Spec(
        PercentileRanks,
        {
            "most": _MOST,
            "always": Policy(low=0, whole=True, says="a rank that is a strength whatever the limit"),
            "nodes": _NODES,
        },
        page="profile.percentiles",
    ),
    "group": Spec(
        AboutGroup,
        {
            "group": Policy(("all", "region"), says="whom a unit is compared with"),
            "times": Policy(low=0, above=True, says="how many standard deviations"),
            "sd": Policy(("sample", "population"), says="the divisor of the standard deviation: n − 1, or n"),
            "nodes": _NODES,
        },
        page="profile.deviations",
    ),
}
