"""Scores and ranks at every node, with every array on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from functools import cached_property

import numpy as np
import numpy.typing as npt

from innodex.documents import Text

Floats = npt.NDArray[np.float64]


class Flag(IntFlag):
    """What a reader should know of one indicator value of one unit."""

    NONE = 0
    ESTIMATED = 1
    MISSING = 2
    NOT_APPLICABLE = 4
    CONFIDENTIAL = 8
    CAPPED = 16
    CONSTANT = 32
    IMPUTED = 64
    TREATED = 128

    @property
    def word(self) -> str:
        """The words that files hold, with a blank between several."""
        return " ".join(str(flag.name).lower() for flag in self)


@dataclass(frozen=True, slots=True)
class Report:
    """A table for readers who ask how; `name` says of what: "treat", "weights"."""

    name: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str | float | int | None, ...]]


@dataclass(frozen=True)
class Derived:
    """A node computed from others by a formula: `value` and `rank` are (P, U); NaN is missing."""

    code: str
    name: Text
    value: Floats
    rank: Floats


@dataclass(frozen=True)
class Result:
    """What a recipe made of a panel. P periods, U units, N nodes in framework order, I indicators among them.

    `raw` (by formula), `denominated`, `imputed`, `treated`, `normalised` and `flags` are (P, U, I); where the
    recipe has no such step, an array is the one before it. `score` and `rank` are (P, U, N), an
    indicator's score being its normalised value; NaN is missing. `parents` holds each node's parent (blank
    for the root). `applicable` (P, N) says which nodes exist in a period; `weight` (as given or found),
    `share` (within the parent) and `effective` (up to the root) are (P, N). `included` (P, U) are the units
    that count in samples and ranks; only they have ranks. `bracketed` (P, U, N), if any, are the places that
    are given in brackets: what a unit that does not count would have, or a rank that rests on few figures.
    `group_rank` (G, P, U, N) holds the ranks within each grouping named in `within` (only "region" for now),
    `classes` (P, U, N), if asked for, the class of each score: 1 is the lowest, 0 where there is none.
    """

    periods: tuple[str, ...]
    units: tuple[str, ...]
    nodes: tuple[str, ...]
    levels: tuple[str, ...]
    parents: tuple[str, ...]
    indicators: tuple[int, ...]
    raw: Floats
    denominated: Floats
    imputed: Floats
    treated: Floats
    normalised: Floats
    flags: npt.NDArray[np.uint8]
    score: Floats
    rank: Floats
    applicable: npt.NDArray[np.bool_]
    weight: Floats
    share: Floats
    effective: Floats
    included: npt.NDArray[np.bool_]
    bracketed: Floats | None = None
    derived: tuple[Derived, ...] = ()
    reports: tuple[Report, ...] = ()
    within: tuple[str, ...] = ()
    group_rank: Floats = field(default_factory=lambda: np.empty((0, 0, 0, 0)))
    digests: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    classes: npt.NDArray[np.int64] | None = None

    @cached_property
    def node_at(self) -> dict[str, int]:
        """{node code: its position on the node axis}."""
        return {code: at for at, code in enumerate(self.nodes)}

    @cached_property
    def indicator_at(self) -> dict[str, int]:
        """{indicator code: its position on the indicator axis}."""
        return {self.nodes[node]: at for at, node in enumerate(self.indicators)}

    @cached_property
    def unit_at(self) -> dict[str, int]:
        """{unit code: its position on the unit axis}."""
        return {code: at for at, code in enumerate(self.units)}

    def ranked(self, period: int, node: int) -> int:
        """How many units that count have a rank at a node in a period: the "n" of "rank of n"."""
        return int(np.count_nonzero(~np.isnan(self.rank[period, self.included[period], node])))
