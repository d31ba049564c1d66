"""The step `normalise`: indicators of different units come onto one scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from innodex.recipe._spec import Misfit, Policy, Spec, ascending

Constant = Literal["missing", "middle"]
Cap = Literal["none", "low", "high", "both"]
Ties = Literal["min", "max", "mean", "dense"]
# Where a method takes its minimum, mean … from: each period alone, all periods together, or a period by name.
PERIOD, POOLED = "period", "pooled"


@dataclass(frozen=True, slots=True)
class MinMax:
    """The worst unit of the sample scores `low`, the best `high`; without spread all score `constant`."""

    low: float
    high: float
    constant: Constant
    sample: str = PERIOD


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
class Scaled:
    """On a straight line: `lower` scores 0, `upper` scores `factor`, and nothing is held."""

    lower: float
    upper: float
    factor: float


@dataclass(frozen=True, slots=True)
class ZScore:
    """(x − mean) / sd × `spread` + `centre`; `sd` divides by n − 1 (sample) or n (population)."""

    sd: Literal["sample", "population"]
    centre: float
    spread: float
    constant: Constant
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class Mpi:
    """`centre` at the reference, `spread` more or less at half the range on either side.

    The reference is the mean of `sample`, or the figure of `unit`; the range that of the sample `reach`.
    """

    centre: float
    spread: float
    constant: Constant
    sample: str = PERIOD
    reach: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The place among the units of the sample, counted from the worst."""

    ties: Ties
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class Borda:
    """How many units of the sample a unit beats."""

    ties: Ties
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class Percentile:
    """The place as a share of the field, on `low` to `high`."""

    formula: Literal["between", "share", "middle"]
    ties: Ties
    low: float
    high: float
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class ToBest:
    """`factor` for the best unit of the sample, less the distance from it in shares of the range."""

    factor: float
    constant: Constant
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class ToUnit:
    """`factor` for whoever stands level with the unit `unit`, 0 for the worst of the sample."""

    unit: str
    factor: float
    cap: bool
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class ToTarget:
    """`factor` at `target`, 0 for the worst of the sample; `met` where all have reached it."""

    target: float
    factor: float
    cap: bool
    met: Literal["missing", "full"]
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class Share:
    """The figure in shares of one figure of the sample, or its relative difference from it."""

    to: Literal["best", "worst", "mean", "median", "sum", "length", "unit"]
    factor: float
    difference: bool = False
    unit: str = ""
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class AboutMean:
    """`above`, `within` or `below` by a band around the mean of the sample."""

    band: float
    below: float
    within: float
    above: float
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class Bands:
    """The score of the band into which the figure, or its percentile (0 to 100), falls."""

    by: Literal["figure", "percentile"]
    cuts: tuple[float, ...]
    scores: tuple[float, ...]
    edge: Literal["better", "worse"]
    formula: Literal["between", "share", "middle"] | None = None
    ties: Ties | None = None
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class Growth:
    """The change since the period before, in shares of the earlier or the present figure."""

    of: Literal["before", "now"]
    factor: float


@dataclass(frozen=True, slots=True)
class AsIs:
    """The figure itself is the score; only for indicators of which more is better."""


Normalisation = (
    MinMax | Goalposts | Scaled | ZScore | Mpi | Place | Borda | Percentile | ToBest | ToUnit | ToTarget
    | Share | AboutMean | Bands | Growth | AsIs
)  # fmt: skip

_CONSTANT = Policy(("missing", "middle"), says="what an indicator becomes on which all units agree")
SAMPLE = Policy(
    text=True,
    says='where minimum, mean … are taken from: "period", each period alone (if left out); "pooled", all '
    "periods together; or one period by its name",
)
_LOW, _HIGH = Policy(says="the score of the worst unit"), Policy(says="the score of the best unit")
_FACTOR = Policy(low=0, above=True, says="what a whole is in the scores: 1, or 100 for per cent")
_CAP = Policy(yes=True, says="whether who is ahead scores no more than the factor")
_TIES = Policy(("min", "max", "mean", "dense"), says="the place of equal figures, counted from the worst")
_FORMULA = Policy(
    ("between", "share", "middle"),
    says="of r, the place from the worst, and n units: (r − 1)/(n − 1), r/n or (r − ½)/n",
)
_UNIT = Policy(text=True, says="the code of the unit that the others are measured by")
_BETWEEN = ascending("low", "high")


def _posts(values: Mapping[str, Any]) -> Iterable[Misfit]:
    yield from ascending("low", "high")(values)
    if not values["lower"] < values["upper"]:
        yield "upper", "lower", "upper"
    elif values["scale"] == "log" and values["lower"] <= 0:
        yield "lower", "> 0 (log)"


def _one_figure(values: Mapping[str, Any]) -> Iterable[Misfit]:
    """A unit has one figure a period, none over all periods."""
    if values.get("unit") and values.get("sample") == POOLED:
        yield "sample", '"period", "…"'


def _of_unit(values: Mapping[str, Any]) -> Mapping[str, Policy]:
    return {"unit": _UNIT} if values.get("to") == "unit" else {}


def _of_percentile(values: Mapping[str, Any]) -> Mapping[str, Policy]:
    return {"formula": _FORMULA, "ties": _TIES} if values.get("by") == "percentile" else {}


def _steps(values: Mapping[str, Any]) -> Iterable[Misfit]:
    cuts, scores = values["cuts"], values["scores"]
    if any(not low < high for low, high in pairwise(cuts)):
        yield "cuts", "a < b < c …"
    if len(scores) != len(cuts) + 1:
        yield "scores", f"[{len(cuts) + 1}]"


def _marks(values: Mapping[str, Any]) -> Iterable[Misfit]:
    for worse, better in (("below", "within"), ("within", "above")):
        if not values[worse] <= values[better]:
            yield better, worse, better


METHODS: Mapping[str, Spec] = {
    "minmax": Spec(
        MinMax,
        {"low": _LOW, "high": _HIGH, "constant": _CONSTANT},
        {"sample": SAMPLE},
        check=_BETWEEN,
        page="normalise.minmax",
    ),
    "goalposts": Spec(
        Goalposts,
        {
            "lower": Policy(says="the lower post, in the indicator's own unit"),
            "upper": Policy(says="the upper post, in the indicator's own unit"),
            "scale": Policy(("linear", "log"), says="how the way between the posts is measured"),
            "cap": Policy(("none", "low", "high", "both"), says="at which post a figure beyond it is held"),
            "low": Policy(says="the score at the worse post"),
            "high": Policy(says="the score at the better post"),
        },
        check=_posts,
        page="normalise.goalposts",
    ),
    "scaled": Spec(
        Scaled,
        {
            "lower": Policy(says="the figure that scores 0 (where less is better: the factor)"),
            "upper": Policy(says="the figure that scores the factor (where less is better: 0)"),
            "factor": _FACTOR,
        },
        check=ascending("lower", "upper"),
        page="normalise.scaled",
    ),
    "zscore": Spec(
        ZScore,
        {
            "sd": Policy(("sample", "population"), says="the divisor of the standard deviation: n − 1, or n"),
            "centre": Policy(says="the score of the mean"),
            "spread": Policy(low=0, above=True, says="how much one standard deviation counts"),
            "constant": _CONSTANT,
        },
        {"sample": SAMPLE},
        page="normalise.zscore",
    ),
    "mpi": Spec(
        Mpi,
        {
            "centre": Policy(says="the score of the reference"),
            "spread": Policy(low=0, above=True, says="how much half the range counts"),
            "constant": _CONSTANT,
        },
        {
            "sample": SAMPLE,
            "reach": Policy(
                text=True,
                says="the sample of which the range is taken, written as `sample`; if left out, the same",
            ),
            "unit": Policy(text=True, says="the code of a unit whose figure is the reference, not the mean"),
        },
        check=_one_figure,
        page="normalise.mpi",
    ),
    "rank": Spec(Place, {"ties": _TIES}, {"sample": SAMPLE}, page="normalise.rank"),
    "borda": Spec(Borda, {"ties": _TIES}, {"sample": SAMPLE}, page="normalise.borda"),
    "percentile": Spec(
        Percentile,
        {
            "formula": _FORMULA,
            "ties": _TIES,
            "low": Policy(says="the score of the share 0"),
            "high": Policy(says="the score of the share 1"),
        },
        {"sample": SAMPLE},
        check=_BETWEEN,
        page="normalise.percentile",
    ),
    "distance-to-best": Spec(
        ToBest,
        {"factor": _FACTOR, "constant": _CONSTANT},
        {"sample": SAMPLE},
        page="normalise.distance_to_best",
    ),
    "distance-to-unit": Spec(
        ToUnit,
        {"unit": _UNIT, "factor": _FACTOR, "cap": _CAP},
        {"sample": SAMPLE},
        check=_one_figure,
        page="normalise.distance_to_reference",
    ),
    "distance-to-target": Spec(
        ToTarget,
        {
            "target": Policy(says="the figure that is to be reached, in the indicator's own unit"),
            "factor": _FACTOR,
            "cap": _CAP,
            "met": Policy(("missing", "full"), says="the score of all where even the worst has reached it"),
        },
        {"sample": SAMPLE},
        page="normalise.distance_to_target",
    ),
    "ratio": Spec(
        Share,
        {
            "to": Policy(
                ("best", "worst", "mean", "median", "sum", "length", "unit"),
                says="the figure that the others are shares of",
            ),
            "factor": _FACTOR,
        },
        {
            "difference": Policy(yes=True, says="true: the relative difference from it; left out: the ratio"),
            "sample": SAMPLE,
        },
        also=_of_unit,
        perhaps=("unit",),
        check=_one_figure,
        page="normalise.ratio",
    ),
    "about-mean": Spec(
        AboutMean,
        {
            "band": Policy(low=0, says="how far from the mean counts as level with it, in shares of it"),
            "below": Policy(says="the score of figures worse than that"),
            "within": Policy(says="the score of figures inside the band"),
            "above": Policy(says="the score of figures better than that"),
        },
        {"sample": SAMPLE},
        check=_marks,
        page="normalise.about_mean",
    ),
    "bands": Spec(
        Bands,
        {
            "by": Policy(("figure", "percentile"), says="what the cuts are in: the unit, or 0 to 100"),
            "cuts": Policy(many=True, says="where one band ends and the next begins, ascending"),
            "scores": Policy(many=True, says="the score of each band, one more than cuts, worst first"),
            "edge": Policy(("better", "worse"), says="the band of a figure exactly on a cut"),
        },
        {"sample": SAMPLE},
        also=_of_percentile,
        perhaps=("formula", "ties"),
        check=_steps,
        page="normalise.bands",
    ),
    "change": Spec(
        Growth,
        {
            "of": Policy(("before", "now"), says="whether the earlier or the present figure is the whole"),
            "factor": _FACTOR,
        },
        page="normalise.change",
    ),
    "none": Spec(AsIs),
}
