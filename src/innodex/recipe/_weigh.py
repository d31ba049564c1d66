"""The step `weigh`: how much each child counts in its parent, where it is not given as a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from innodex.recipe._normalise import PERIOD, SAMPLE
from innodex.recipe._spec import Policy, Spec

WEIGHT = Policy(low=0, says="the weight among the siblings, before rescaling")
CHILDREN, INDICATORS = "children", "indicators"
Flat = Literal["zero", "refuse"]


@dataclass(frozen=True, slots=True)
class Equal:
    """Every child counts the same."""


@dataclass(frozen=True, slots=True)
class Gini:
    """In proportion to the Gini coefficient, or to its inverse."""

    reciprocal: bool
    constant: Flat
    sample: str = PERIOD
    over: str = CHILDREN


_CONSTANT = Policy(
    ("zero", "refuse"),
    says='a child on which all units agree: "zero", it gets no weight; "refuse", the build stops',
)
_OVER = Policy(
    (CHILDREN, INDICATORS),
    says='whose weights are found: the parent\'s "children" (if left out), or all "indicators" below it at '
    "once, each node between them weighing what its indicators weigh together",
)
_FOUND = {"sample": SAMPLE, "over": _OVER}


def _given() -> None:
    """As the numbers say."""


def _gini(constant: Flat, sample: str = PERIOD, over: str = CHILDREN) -> Gini:
    return Gini(False, constant, sample, over)


def _gini_reciprocal(constant: Flat, sample: str = PERIOD, over: str = CHILDREN) -> Gini:
    return Gini(True, constant, sample, over)


# "given" makes None: the numbers of the step hold.
METHODS: Mapping[str, Spec] = {
    "given": Spec(_given, page="weigh.shares"),
    "equal": Spec(Equal, page="weigh.shares"),
    "gini": Spec(_gini, {"constant": _CONSTANT}, _FOUND, page="weigh.gini"),
    "gini-reciprocal": Spec(_gini_reciprocal, {"constant": _CONSTANT}, _FOUND, page="weigh.gini_reciprocal"),
}
