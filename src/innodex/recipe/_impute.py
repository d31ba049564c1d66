"""The step `impute`: what stands in for a missing figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from innodex.recipe._normalise import PERIOD, SAMPLE
from innodex.recipe._spec import Policy, Spec

Empty = Literal["missing", "all"]
PARENT = "parent"  # the branch of an indicator: its siblings
REGION = "region"  # the groups of units: the territory's regions


@dataclass(frozen=True, slots=True)
class ValueFill:
    """A fixed number."""

    value: float


@dataclass(frozen=True, slots=True)
class MeanFill:
    """The mean over the units of the sample, or of the unit's group among `groups`.

    `empty`: what a gap becomes where the group has no figure or the unit no group.
    """

    groups: tuple[str, ...] = ()
    empty: Empty = "missing"
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class MedianFill:
    """The median over the units of the sample, or of the unit's group among `groups`."""

    groups: tuple[str, ...] = ()
    empty: Empty = "missing"
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class RowFill:
    """The average of the unit's other figures inside a branch, on a common scale or as they stand."""

    inside: str
    average: Literal["mean", "median"]
    scale: Literal["minmax", "none"]
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class NearestFill:
    """The average over the `k` units most similar in a branch that have the figure."""

    k: int
    inside: str
    distance: Literal["euclidean", "manhattan"]
    scale: Literal["minmax", "zscore", "none"]
    average: Literal["mean", "median", "nearness"]


@dataclass(frozen=True, slots=True)
class RegressionFill:
    """What a least-squares line on other indicators predicts."""

    predictors: tuple[str, ...]
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class NormalFill:
    """The figure to be expected from the unit's others in a branch, under a normal distribution found by EM.

    `ridge` is added to the variances, each being 1; `nothing`: what a unit gets that has no figure in the
    branch.
    """

    inside: str
    ridge: float
    nothing: Literal["missing", "mean"]
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class LatestFill:
    """The unit's latest earlier figure, no older than `max_age`."""

    max_age: float


@dataclass(frozen=True, slots=True)
class HoldFill:
    """The unit's figure before the gap; before the first figure, the first."""


@dataclass(frozen=True, slots=True)
class LineFill:
    """The value on the line between the unit's figures before and after."""

    ends: Literal["hold", "missing", "extend"]
    single: Literal["hold", "missing"]


Imputation = (
    ValueFill
    | MeanFill
    | MedianFill
    | RowFill
    | NearestFill
    | RegressionFill
    | NormalFill
    | LatestFill
    | HoldFill
    | LineFill
)
# Methods that look along the years.
OVER_TIME = (LatestFill, HoldFill, LineFill)


def _nothing() -> None:
    """A gap stays a gap."""


_EMPTY = Policy(
    ("missing", "all"),
    says="what a gap becomes where the group has no figure: it stays, or gets the average of all units",
)
_GROUPS = Policy(
    text=True,
    many=True,
    says='the groups of units: "region", or names of groups of the territory; all units together if left out',
)
_INSIDE = Policy(
    text=True,
    says='the branch: "parent", the indicator\'s siblings; the name of a level; or the code of a node',
)


def _grouped(values: Mapping[str, Any]) -> Mapping[str, Policy]:
    return {"empty": _EMPTY} if "groups" in values else {}


def _average(make: Any, page: str) -> Spec:
    return Spec(make, {}, {"groups": _GROUPS, "sample": SAMPLE}, also=_grouped, perhaps=("empty",), page=page)


METHODS: Mapping[str, Spec] = {
    "none": Spec(_nothing),
    "value": Spec(ValueFill, {"value": Policy(says="what every gap gets")}, page="impute.constant"),
    "mean": _average(MeanFill, "impute.mean"),
    "median": _average(MedianFill, "impute.median"),
    "row": Spec(
        RowFill,
        {
            "inside": _INSIDE,
            "average": Policy(("mean", "median"), says="of the unit's other figures"),
            "scale": Policy(
                ("minmax", "none"),
                says="whether figures come onto 0 to 1 first, worst to best, or are averaged as they stand",
            ),
        },
        {"sample": SAMPLE},
        page="impute.row",
    ),
    "nearest": Spec(
        NearestFill,
        {
            "k": Policy(low=1, whole=True, says="how many similar units"),
            "inside": _INSIDE,
            "distance": Policy(("euclidean", "manhattan"), says="how the distance of two units is measured"),
            "scale": Policy(("minmax", "zscore", "none"), says="how indicators come onto one scale before"),
            "average": Policy(
                ("mean", "median", "nearness"), says="of their figures; nearness weighs by 1 / distance"
            ),
        },
        page="impute.knn",
    ),
    "regression": Spec(
        RegressionFill,
        {"predictors": Policy(text=True, many=True, says="the codes of the indicators to predict from")},
        {"sample": SAMPLE},
        page="impute.regression",
    ),
    "em": Spec(
        NormalFill,
        {
            "inside": _INSIDE,
            "ridge": Policy(
                low=0, says="added to the variances (each 1), so that few units will do; 0: nothing"
            ),
            "nothing": Policy(
                ("missing", "mean"), says="what a unit gets that has no figure in the branch at all"
            ),
        },
        {"sample": SAMPLE},
        page="impute.expected",
    ),
    "latest": Spec(
        LatestFill,
        {
            "max_age": Policy(
                low=0, above=True, says="how old, in years; in periods where these are not dated"
            )
        },
        page="impute.latest",
    ),
    "hold": Spec(HoldFill, page="impute.hold"),
    "linear": Spec(
        LineFill,
        {
            "ends": Policy(
                ("hold", "missing", "extend"), says="before the first and after the last figure of a unit"
            ),
            "single": Policy(("hold", "missing"), says="what becomes of a unit that has one figure only"),
        },
        page="impute.interpolate",
    ),
}
