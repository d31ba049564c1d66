"""The step `treat`: what is done about outliers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from innodex.recipe._normalise import PERIOD, SAMPLE
from innodex.recipe._spec import Misfit, Policy, Spec, ascending

Suspect = Literal["both", "either", "always"]
Function = Literal["nothing", "winsorise", "log-ct", "log-ct-orig", "log-ct-plus", "log-gii", "boxcox"]
Side = Literal["both", "low", "high"]


@dataclass(frozen=True, slots=True)
class AsTheyAre:
    """Nothing is done."""


@dataclass(frozen=True, slots=True)
class Outliers:
    """Indicators that fail the test of skewness and kurtosis are treated by `first`, and then by `then`.

    An indicator is suspect when |skewness| and kurtosis are at or above their limits: both of them, either,
    or "always". Winsorising changes up to `points` figures, or up to `share` of them; no limit where neither
    is given. `then` starts `on` the original figures or on what `first` left; `failed` says what an
    indicator becomes that is suspect to the end.
    """

    suspect: Suspect
    skewness: float
    kurtosis: float
    first: Function
    then: Function
    failed: Literal["last", "first", "original"]
    on: Literal["original", "treated"] = "original"
    limit: Literal["points", "share", "none"] = "none"
    points: int = 0
    share: float = 0.0
    factor: float = 1.0
    mirror: Literal["direction", "skewness"] = "direction"
    lambda_from: Literal["given", "likelihood"] = "given"
    lambda_value: float = 1.0
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Figures beyond the percentiles `low` and `high` of the sample are held there."""

    low: float
    high: float
    side: Side
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Figures further than `times` the interquartile range beyond a quartile are held there."""

    times: float
    side: Side
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class Deviations:
    """Figures further than `times` the standard deviation from the mean are held there."""

    times: float
    sd: Literal["sample", "population"]
    side: Side
    sample: str = PERIOD


@dataclass(frozen=True, slots=True)
class Caps:
    """Figures below `low` or above `high`, in the indicator's own unit, are held there."""

    low: float | None = None
    high: float | None = None


Treatment = AsTheyAre | Outliers | Percentiles | Quartiles | Deviations | Caps

_FUNCTIONS = ("winsorise", "log-ct", "log-ct-orig", "log-ct-plus", "log-gii", "boxcox")
_LIMITS = ("points", "share", "none")


def _goes_with(values: Mapping[str, Any], name: str, key: str, word: str, words: tuple[str, ...]) -> bool:
    """True when `name` belongs to the word at `key`, or to one that is not understood."""
    return values.get(key) == word or (name in values and values.get(key) not in words)


def _asked(values: Mapping[str, Any]) -> Mapping[str, Policy]:
    """The policies of the functions that are named."""
    named = (values.get("first"), values.get("then"))
    asked: dict[str, Policy] = {}
    if values.get("suspect") in ("both", "either"):
        asked |= {
            "skewness": Policy(low=0, says="the limit of the absolute skewness G1"),
            "kurtosis": Policy(says="the limit of the excess kurtosis G2"),
            "failed": Policy(
                ("last", "first", "original"),
                says="what becomes of an indicator that is suspect to the end: what the last function made "
                "of it, what the first did, or the original",
            ),
        }
    if values.get("then") in _FUNCTIONS:
        asked["on"] = Policy(("original", "treated"), says="which figures `then` starts from")
    if "winsorise" in named:
        asked["limit"] = Policy(_LIMITS, says="how the number of winsorised points is limited")
        if _goes_with(values, "points", "limit", "points", _LIMITS):
            asked["points"] = Policy(low=0, whole=True, says="at most so many points")
        if _goes_with(values, "share", "limit", "share", _LIMITS):
            asked["share"] = Policy(low=0, high=0.5, says="at most this share of the figures there are")
    if "log-gii" in named:
        asked["factor"] = Policy(low=0, above=True, says="the factor f of the maximum")
        asked["mirror"] = Policy(
            ("direction", "skewness"),
            says="which indicators take the mirrored form: those of which less is better, or those with a "
            "tail at the low end",
        )
    if "boxcox" in named:
        asked["lambda"] = Policy(("given", "likelihood"), says="where the power comes from")
        if _goes_with(values, "power", "lambda", "given", ("given", "likelihood")):
            asked["power"] = Policy(low=-5, high=5, says="the power lambda")
    return asked


_PERHAPS = (
    "skewness", "kurtosis", "failed", "on", "limit", "points", "share", "factor", "mirror", "lambda", "power",
)  # fmt: skip


def _outliers(**values: Any) -> Outliers:
    renamed = {"lambda": "lambda_from", "power": "lambda_value"}
    usual: dict[str, Any] = {"skewness": 0.0, "kurtosis": 0.0, "failed": "last"}
    return Outliers(**usual | {renamed.get(name, name): value for name, value in values.items()})


def _one_limit(values: Mapping[str, Any]) -> Iterable[Misfit]:
    if "low" not in values and "high" not in values:
        yield "low", "low, high"
    elif "low" in values and "high" in values:
        yield from ascending("low", "high")(values)


_SIDE = Policy(("both", "low", "high"), says="at which end figures are held")
_TIMES = Policy(low=0, above=True, says="how many of them")

METHODS: Mapping[str, Spec] = {
    "none": Spec(AsTheyAre),
    "outliers": Spec(
        _outliers,
        {
            "suspect": Policy(
                ("both", "either", "always"),
                says="which indicators are treated: skewness and kurtosis both at or above their limits, "
                "either of them, or every indicator, without a test",
            ),
            "first": Policy(_FUNCTIONS, says="what is done to a suspect indicator"),
            "then": Policy(
                ("nothing", *_FUNCTIONS), says="what is done if the indicator is still suspect after it"
            ),
        },
        {"sample": SAMPLE},
        also=_asked,
        perhaps=_PERHAPS,
        page="treat.staged",
    ),
    "percentiles": Spec(
        Percentiles,
        {
            "low": Policy(low=0, high=100, says="the lower percentile"),
            "high": Policy(low=0, high=100, says="the upper percentile"),
            "side": _SIDE,
        },
        {"sample": SAMPLE},
        check=ascending("low", "high"),
        page="treat.percentile_caps",
    ),
    "iqr": Spec(Quartiles, {"times": _TIMES, "side": _SIDE}, {"sample": SAMPLE}, page="treat.iqr_caps"),
    "sd": Spec(
        Deviations,
        {
            "times": _TIMES,
            "sd": Policy(("sample", "population"), says="the divisor of the standard deviation: n − 1, or n"),
            "side": _SIDE,
        },
        {"sample": SAMPLE},
        page="treat.sd_caps",
    ),
    "caps": Spec(
        Caps,
        optional={
            "low": Policy(says="the lower limit, in the indicator's own unit; none if left out"),
            "high": Policy(says="the upper limit, in the indicator's own unit; none if left out"),
        },
        check=_one_limit,
        page="treat.held",
    ),
}
