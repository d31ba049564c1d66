"""The step `screen`: which units have figures enough to count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from innodex.recipe._spec import Policy, Spec

Count = Literal["observed", "figures", "present"]
Fail = Literal["unranked", "bracketed"]
Over = Literal["each", "all"]


@dataclass(frozen=True, slots=True)
class Availability:
    """At least `minimum` of the cells asked for, in the whole tree or in each part of `under`.

    `count` says which cells hold a figure, `fail` what becomes of a unit that has too few, `periods` whether
    a unit answers for each period alone. `keep` and `drop` are units in or out whatever their figures.
    """

    minimum: float
    count: Count
    fail: Fail
    under: tuple[str, ...] = ()
    periods: Over = "each"
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NonZero:
    """At least `minimum` of the figures there are not zero, in the whole tree or in each part of `under`."""

    minimum: float
    fail: Fail
    under: tuple[str, ...] = ()
    periods: Over = "each"
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """At least `minimum` of the cells asked for in each of `parts`, and groups enough in each of `pillars`.

    A group is a child of a pillar; it can be computed when it holds a figure, and in at least `computable` of
    its cells. A pillar needs `groups` of them, or all where it has fewer. Below `bracket_below`, a node
    inside the parts has its rank in brackets though the unit counts.
    """

    minimum: float
    parts: tuple[str, ...]
    pillars: tuple[str, ...]
    groups: int
    computable: float
    count: Count
    fail: Fail
    bracket_below: float = 0.0
    periods: Over = "each"
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ByName:
    """Units in or out by name alone."""

    fail: Fail
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


Screening = Availability | NonZero | Coverage | ByName


def _nothing() -> None:
    """Every unit counts."""


COUNT = Policy(
    ("observed", "figures", "present"),
    says="which cells hold a figure: observed ones; estimated ones too; or imputed ones as well",
)
FAIL = Policy(
    ("unranked", "bracketed"),
    says="what a unit gets that fails: no ranks, or ranks in brackets; it is in no sample either way",
)
_MINIMUM = Policy(low=0, high=1, says="the least share that must hold")
_PARTS = Policy(text=True, many=True, says="codes of nodes, or names of levels for all their nodes")
_OPTIONAL: Mapping[str, Policy] = {
    "periods": Policy(
        ("each", "all"),
        says="each period alone (if left out), or a unit that fails in one fails in all",
    ),
    "keep": Policy(text=True, many=True, says="codes of units that count whatever their figures"),
    "drop": Policy(text=True, many=True, says="codes of units that fail whatever their figures"),
}
_UNDER = {
    "under": Policy(
        text=True,
        many=True,
        says="where the share must hold: codes of nodes, or names of levels; the whole tree if left out",
    )
}

METHODS: Mapping[str, Spec] = {
    "availability": Spec(
        Availability,
        {"minimum": _MINIMUM, "count": COUNT, "fail": FAIL},
        {**_UNDER, **_OPTIONAL},
        page="screen.availability",
    ),
    "nonzero": Spec(
        NonZero, {"minimum": _MINIMUM, "fail": FAIL}, {**_UNDER, **_OPTIONAL}, page="screen.nonzero"
    ),
    "coverage": Spec(
        Coverage,
        {
            "minimum": _MINIMUM,
            "parts": _PARTS,
            "pillars": _PARTS,
            "groups": Policy(low=1, whole=True, says="how many groups of each pillar must be computable"),
            "computable": Policy(
                low=0, high=1, says="the least share of a group's cells; one figure is always needed"
            ),
            "count": COUNT,
            "fail": FAIL,
        },
        {
            "bracket_below": Policy(
                low=0, high=1, says="a node inside the parts with a smaller share has its rank in brackets"
            ),
            **_OPTIONAL,
        },
        page="screen.groups_enough",
    ),
    "named": Spec(
        ByName, {"fail": FAIL}, {name: _OPTIONAL[name] for name in ("keep", "drop")}, page="screen.forced"
    ),
    "none": Spec(_nothing),
}
