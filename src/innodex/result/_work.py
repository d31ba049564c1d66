"""What passes from step to step while a recipe is applied."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from innodex.documents import Fault
from innodex.framework import Direction, Framework
from innodex.panel import Panel
from innodex.recipe import PERIOD, POOLED, Recipe
from innodex.result._result import Flag, Floats, Report
from innodex.territory import Territory

Mask = npt.NDArray[np.bool_]


def span(columns: list[int]) -> list[int] | slice:
    """The same columns as a slice where they stand side by side: a view instead of a copy."""
    if columns and columns == list(range(columns[0], columns[-1] + 1)):
        return slice(columns[0], columns[-1] + 1)
    return columns


@dataclass
class Work:
    """One application of a recipe, underway. P periods, U units, N nodes, I indicators.

    `x` (P, U, I) are the indicators as the steps so far have left them, `raw` as the formulas made them;
    steps replace `x`, they do not write into `raw`. `included` (P, U) are the units that count in samples
    and in ranks; `bracketed` (P, U, N) where a rank is given in brackets. `weight` (P, N) are weights as
    given or found, `score` (P, U, N) grows from the leaves up. `faults` is what a step cannot do: the
    build is refused with all of them. `reports` are tables for readers who ask how.
    """

    framework: Framework
    panel: Panel
    recipe: Recipe
    territory: Territory | None
    applicable: Mask
    raw: Floats
    x: Floats
    flags: npt.NDArray[np.uint8]
    included: Mask
    weight: Floats
    bracketed: Mask | None = None
    denominated: Floats | None = None
    imputed: Floats | None = None
    treated: Floats | None = None
    normalised: Floats | None = None
    score: Floats | None = None
    faults: list[Fault] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of the indicators, in the order of the last axis of `x`."""
        return tuple(node.code for node in self.framework.indicators)

    @cached_property
    def sign(self) -> Floats:
        """(I): 1 where more is better, −1 where less is."""
        lower = (node.direction is Direction.LOWER for node in self.framework.indicators)
        return np.array([-1.0 if one else 1.0 for one in lower])

    @cached_property
    def position(self) -> dict[str, int]:
        """{node code: its place on the node axis}."""
        return {node.code: at for at, node in enumerate(self.framework.nodes)}

    def mark(self, flag: Flag, where: Mask, columns: list[int] | slice = slice(None)) -> None:
        """Set a flag on the cells (P, U, C) of some columns."""
        columns = span(columns) if isinstance(columns, list) else columns
        self.flags[:, :, columns] |= where * np.uint8(flag)

    def sample(self, x: Floats, which: str = PERIOD) -> Floats:
        """The figures that bounds, means and deviations are taken from: (P or 1, units, columns).

        `x` is (P, U, columns). Units that are not included are left out (NaN). "period": each period alone;
        "pooled": all periods together; otherwise the period of that name.
        """
        if not self.included.all():
            x = np.where(self.included[:, :, None], x, np.nan)
        if which == PERIOD:
            return x
        if which == POOLED:
            return x.reshape(1, -1, x.shape[-1])
        at = self.panel.periods.index(which)
        return x[at : at + 1]
