"""The step `weigh`: how much each child counts in its parent, where it is not given as a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from innodex.recipe._normalise import PERIOD, SAMPLE
from innodex.recipe._spec import Policy, Spec, ascending

WEIGHT = Policy(low=0, says="the weight among the siblings, before rescaling")
CHILDREN, INDICATORS = "children", "indicators"
Flat = Literal["zero", "refuse"]
Gaps = Literal["complete", "pairwise"]
# {expert: {code, or pair of codes "a:b": figure}}
Sheets = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Equal:
    """Every child counts the same."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What experts give the children out of a budget of `total` points."""

    points: Sheets
    total: float
    off_total: Literal["refuse", "rescale"]
    combine: Literal["mean", "median", "geometric"]


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The analytic hierarchy process: how many times one child of a pair outweighs the other, say experts."""

    pairs: Sheets
    priorities: Literal["eigenvector", "geometric"]
    combine: Literal["judgements", "priorities"]
    limit: float
    inconsistent: Literal["refuse", "leave-out", "keep"]


@dataclass(frozen=True, slots=True)
class Component:
    """The loadings of the first principal component."""

    matrix: Literal["correlation", "covariance"]
    negative: Literal["refuse", "zero", "absolute"]
    constant: Flat
    missing: Gaps
    sample: str = PERIOD
    over: str = CHILDREN


@dataclass(frozen=True, slots=True)
class Factors:
    """Shares of squared loadings on the factors kept, by `number`, least eigenvalue or share `explained`."""

    keep: Literal["number", "eigenvalue", "explained"]
    rotation: Literal["varimax", "varimax-raw", "none"]
    constant: Flat
    missing: Gaps
    number: int | None = None
    eigenvalue: float | None = None
    explained: float | None = None
    sample: str = PERIOD
    over: str = CHILDREN


@dataclass(frozen=True, slots=True)
class Entropy:
    """One less the evenness with which a child's scores are spread over the units."""

    constant: Flat
    sample: str = PERIOD
    over: str = CHILDREN


@dataclass(frozen=True, slots=True)
class Critic:
    """Spread times conflict with the other children."""

    spread: Literal["rescaled", "scores"]
    sd: Literal["sample", "population"]
    constant: Flat
    missing: Gaps
    sample: str = PERIOD
    over: str = CHILDREN


@dataclass(frozen=True, slots=True)
class Gini:
    """In proportion to the Gini coefficient, or to its inverse."""

    reciprocal: bool
    constant: Flat
    sample: str = PERIOD
    over: str = CHILDREN


@dataclass(frozen=True, slots=True)
class Balance:
    """Weights under which the correlations with the parent stand to each other as the target says."""

    target: Literal["equal", "given"]
    low: float
    high: float
    constant: Flat
    sample: str = PERIOD
    over: str = CHILDREN


@dataclass(frozen=True, slots=True)
class Information:
    """Weights under which the correlations with the parent are greatest together."""

    low: float
    high: float
    constant: Flat
    sample: str = PERIOD
    over: str = CHILDREN


# Methods that ask what the joined tree looks like, and are found once it stands.
OPTIMAL = (Balance, Information)
Weighing = (
    Equal | Budget | Hierarchy | Component | Factors | Entropy | Critic | Gini | Balance | Information | None
)


@dataclass(frozen=True, slots=True)
class _SheetPolicy(Policy):
    """A table for each expert: figures by code, or by pair of codes."""

    pairs: bool = False

    @property
    def allowed(self) -> str:
        """What may stand there, for a fault's text."""
        if self.pairs:
            return '[steps.pairs.EXPERT] "CODE:CODE" = > 0'
        return "[steps.points.EXPERT] CODE = ≥ 0"

    def accepts(self, value: object) -> bool:
        """True when `value` may stand there."""
        return isinstance(value, dict) and bool(value) and all(map(self._sheet, value.values()))

    def _sheet(self, sheet: object) -> bool:
        if not isinstance(sheet, dict) or not sheet:
            return False
        figure = Policy(low=0, above=self.pairs)
        if not all(figure.accepts(one) for one in sheet.values()):
            return False
        return not self.pairs or _one_answer_each(sheet)


def _one_answer_each(sheet: Mapping[str, object]) -> bool:
    """True where each key is a pair of two codes and no pair stands twice, not even turned round."""
    pairs = [tuple(key.split(":")) for key in sheet]
    if not all(len(pair) == 2 and all(pair) and pair[0] != pair[1] for pair in pairs):
        return False
    return len({frozenset(pair) for pair in pairs}) == len(pairs)


_CONSTANT = Policy(
    ("zero", "refuse"),
    says='a child on which all units agree: "zero", it gets no weight; "refuse", the build stops',
)
_MISSING = Policy(
    ("complete", "pairwise"),
    says='which units a correlation is taken over: those with all children ("complete"), or with both',
)
_OVER = Policy(
    (CHILDREN, INDICATORS),
    says='whose weights are found: the parent\'s "children" (if left out), or all "indicators" below it at '
    "once, each node between them weighing what its indicators weigh together",
)
_LEVEL = Policy(
    text=True,
    says='whose weights are found: the parent\'s "children" (if left out), or all nodes below it of a level '
    "of the framework, by its name, at once",
)
_FOUND = {"sample": SAMPLE, "over": _OVER}
_SD = Policy(("sample", "population"), says="the divisor of the standard deviation: n − 1, or n")
_BOUNDS = {
    "low": Policy(low=0, high=1, says="the least share within its parent that a child may get"),
    "high": Policy(low=0, high=1, says="the greatest share within its parent that a child may get"),
}
_KEEP = {
    "number": Policy(low=1, whole=True, says="how many factors are kept"),
    "eigenvalue": Policy(low=0, says="factors with at least this eigenvalue are kept"),
    "explained": Policy(
        low=0, high=1, above=True, says="the least share of variance that those kept explain"
    ),
}


def _given() -> None:
    """As the numbers say."""


def _kept_by(values: Mapping[str, Any]) -> Mapping[str, Policy]:
    word = values.get("keep")
    return {word: _KEEP[word]} if isinstance(word, str) and word in _KEEP else {}


# "given" makes None: the numbers of the step hold.
METHODS: Mapping[str, Spec] = {
    "given": Spec(_given, page="weigh.shares"),
    "equal": Spec(Equal, page="weigh.shares"),
    "budget": Spec(
        Budget,
        {
            "points": _SheetPolicy(says="for each expert a table: how many points a node gets"),
            "total": Policy(
                low=0, above=True, says="what an expert's points for one parent's children sum to"
            ),
            "off_total": Policy(
                ("refuse", "rescale"), says="what becomes of points that do not sum to the total"
            ),
            "combine": Policy(("mean", "median", "geometric"), says="how the experts' shares are joined"),
        },
        page="weigh.budget",
    ),
    "ahp": Spec(
        Hierarchy,
        {
            "pairs": _SheetPolicy(
                pairs=True, says="for each expert a table: how many times the first node outweighs the second"
            ),
            "priorities": Policy(
                ("eigenvector", "geometric"),
                says="weights from judgements: the principal eigenvector, or geometric means of rows",
            ),
            "combine": Policy(
                ("judgements", "priorities"),
                says="what the experts' geometric mean is taken of: their judgements, or their weights",
            ),
            "limit": Policy(
                low=0, says="the greatest consistency ratio that an expert may have (0.1 by custom)"
            ),
            "inconsistent": Policy(
                ("refuse", "leave-out", "keep"), says="what becomes of an expert above the limit"
            ),
        },
        page="weigh.priorities",
    ),
    "pca": Spec(
        Component,
        {
            "matrix": Policy(("correlation", "covariance"), says="what the components are taken of"),
            "negative": Policy(
                ("refuse", "zero", "absolute"),
                says="what becomes of a child that runs against the others: the build stops, it gets no "
                "weight, or its loading counts without the sign",
            ),
            "constant": _CONSTANT,
            "missing": _MISSING,
        },
        _FOUND,
        page="weigh.first_component",
    ),
    "factors": Spec(
        Factors,
        {
            "keep": Policy(("number", "eigenvalue", "explained"), says="the rule by which factors are kept"),
            "rotation": Policy(
                ("varimax", "varimax-raw", "none"),
                says="how factors are turned: varimax with Kaiser normalisation, without it, or not at all",
            ),
            "constant": _CONSTANT,
            "missing": _MISSING,
        },
        _FOUND,
        also=_kept_by,
        perhaps=tuple(_KEEP),
        page="weigh.factor_shares",
    ),
    "entropy": Spec(Entropy, {"constant": _CONSTANT}, _FOUND, page="weigh.entropy"),
    "critic": Spec(
        Critic,
        {
            "spread": Policy(
                ("rescaled", "scores"),
                says="whose spread counts: of scores brought onto 0 to 1 first, or as they stand",
            ),
            "sd": _SD,
            "constant": _CONSTANT,
            "missing": _MISSING,
        },
        _FOUND,
        page="weigh.critic",
    ),
    "gini": Spec(partial(Gini, False), {"constant": _CONSTANT}, _FOUND, page="weigh.gini"),
    "gini-reciprocal": Spec(
        partial(Gini, True), {"constant": _CONSTANT}, _FOUND, page="weigh.gini_reciprocal"
    ),
    "balance": Spec(
        Balance,
        {
            "target": Policy(
                ("equal", "given"),
                says="how the correlations shall stand to each other: all equal, or as the written weights",
            ),
            **_BOUNDS,
            "constant": _CONSTANT,
        },
        {"sample": SAMPLE, "over": _LEVEL},
        check=ascending("low", "high"),
        page="weigh.balance",
    ),
    "information": Spec(
        Information,
        {**_BOUNDS, "constant": _CONSTANT},
        {"sample": SAMPLE, "over": _LEVEL},
        check=ascending("low", "high"),
        page="weigh.information",
    ),
}
