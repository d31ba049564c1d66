"""The steps `denominate` and `transform`: indicators per head, per enterprise; logarithms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from innodex.recipe._spec import Policy, Spec

Outside = Literal["missing", "refuse"]
BASES = {"e": 2.718281828459045, "2": 2.0, "10": 10.0}


@dataclass(frozen=True, slots=True)
class Per:
    """The figure divided by that of `series`, times `scale`."""

    series: str
    scale: float


@dataclass(frozen=True, slots=True)
class Logarithm:
    """The logarithm of the figure plus `shift`; `outside`: what becomes of one that has none."""

    base: Literal["e", "2", "10"]
    shift: float
    outside: Outside


@dataclass(frozen=True, slots=True)
class Power:
    """The figure to a power; `outside`: what becomes of one below zero."""

    exponent: float
    outside: Outside


@dataclass(frozen=True, slots=True)
class Logit:
    """The logarithm of the odds of a share of `whole`; `outside`: what becomes of one that has none."""

    whole: float
    outside: Outside


@dataclass(frozen=True, slots=True)
class Asinh:
    """The inverse hyperbolic sine of the figure measured in `unit`."""

    unit: float


@dataclass(frozen=True, slots=True)
class Linear:
    """The figure times `factor`, plus `shift`."""

    factor: float
    shift: float


@dataclass(frozen=True, slots=True)
class Gap:
    """How far the figure is from `target`, on either side."""

    target: float


Transformation = Logarithm | Power | Logit | Asinh | Linear | Gap


def _nothing() -> None:
    """The figure as it stands."""


_OUTSIDE = Policy(
    ("missing", "refuse"),
    says="what a figure outside the domain becomes: missing, or a fault that stops the computation",
)

METHODS: Mapping[str, Spec] = {
    "per": Spec(
        Per,
        {
            "series": Policy(text=True, says="the id of the series to divide by"),
            "scale": Policy(low=0, above=True, says="for each how many of it: 10000 makes it per 10,000"),
        },
        page="transform.per",
    ),
    "none": Spec(_nothing),
}
TRANSFORM: Mapping[str, Spec] = {
    "log": Spec(
        Logarithm,
        {
            "base": Policy(tuple(BASES), says="the base of the logarithm"),
            "shift": Policy(says="what is added before the logarithm is taken; 0 for nothing"),
            "outside": _OUTSIDE,
        },
        page="transform.log",
    ),
    "power": Spec(
        Power,
        {
            "exponent": Policy(low=0, above=True, says="the power; 0.5 is the square root"),
            "outside": _OUTSIDE,
        },
        page="transform.power",
    ),
    "logit": Spec(
        Logit,
        {
            "whole": Policy(low=0, above=True, says="what all would be: 1, or 100 for per cent"),
            "outside": _OUTSIDE,
        },
        page="transform.logit",
    ),
    "asinh": Spec(
        Asinh,
        {"unit": Policy(low=0, above=True, says="the size near which the scale turns logarithmic")},
        page="transform.asinh",
    ),
    "linear": Spec(
        Linear,
        {
            "factor": Policy(low=0, above=True, says="what the figure is multiplied by"),
            "shift": Policy(says="what is added afterwards"),
        },
        page="transform.linear",
    ),
    "gap": Spec(
        Gap,
        {"target": Policy(says="the value to be met, in the indicator's own unit")},
        page="transform.gap",
    ),
    "none": Spec(_nothing),
}
