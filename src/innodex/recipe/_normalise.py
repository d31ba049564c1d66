"""The step `normalise`: indicators of different units come onto one scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from innodex.recipe._spec import Misfit, Policy, Spec, ascending

Constant = Literal["missing", "middle"]
Cap = Literal["none", "low", "high", "both"]
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
class ZScore:
    """(x − mean) / sd × `spread` + `centre`; `sd` divides by n − 1 (sample) or n (population)."""

    sd: Literal["sample", "population"]
    centre: float
    spread: float
    constant: Constant
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class AsIs:
    """The figure itself is the score; only for indicators of which more is better."""


Normalisation = MinMax | Goalposts | ZScore | AsIs

_CONSTANT = Policy(("missing", "middle"), says="what an indicator becomes on which all units agree")
SAMPLE = Policy(
    text=True,
    says='where minimum, mean … are taken from: "period", each period alone (if left out); "pooled", all '
    "periods together; or one period by its name",
)


def _posts(values: Mapping[str, Any]) -> Iterable[Misfit]:
    yield from ascending("low", "high")(values)
    if not values["lower"] < values["upper"]:
        yield "upper", "lower", "upper"
    elif values["scale"] == "log" and values["lower"] <= 0:
        yield "lower", "> 0 (log)"


METHODS: Mapping[str, Spec] = {
    "minmax": Spec(
        MinMax,
        {
            "low": Policy(says="the score of the worst unit"),
            "high": Policy(says="the score of the best unit"),
            "constant": _CONSTANT,
        },
        {"sample": SAMPLE},
        check=ascending("low", "high"),
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
    "none": Spec(AsIs),
}
