"""From values to places: axes with round ticks, and classes for a map."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CLASSES = 6


@dataclass(frozen=True, slots=True)
class Axis:
    """A line from `low` to `high` with round `ticks` on it."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Where `value` stands, in percent of the way; values outside stay on the ends."""
        share = (value - self.low) / (self.high - self.low)
        return 100 * min(1.0, max(0.0, share))


def axis_over(values: Iterable[float], *, about: int = 5) -> Axis:
    """An axis that covers `values` (NaN is left out) with about this many round ticks.

    >>> axis_over([3.0, 96.0])
    Axis(low=0.0, high=100.0, ticks=(0.0, 20.0, 40.0, 60.0, 80.0, 100.0))
    """
    there = [value for value in values if math.isfinite(value)]
    low, high = (min(there), max(there)) if there else (0.0, 1.0)
    size = max(abs(low), abs(high))
    if high - low <= max(1e-9 * size, 1e-12):  # equal, or as good as equal: no ticks fit between them
        margin = max(size, 1e-6) / 2 if size > 1e-12 else 0.5
        low, high = low - margin, high + margin
    step = _round_step((high - low) / about)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, 1 - math.floor(math.log10(step)))
    ticks = tuple(round(n * step, digits) + 0.0 for n in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next((m * power for m in (1, 2, 2.5, 5) if m * power >= rough * (1 - 1e-9)), 10 * power)


def sixths(ranks: Mapping[int, float]) -> dict[int, int]:
    """The class of each ranked unit, 6 (best) to 1: six groups of nearly equal size, equal ranks together.

    >>> sixths({10: 1.0, 11: 2.0, 12: 2.0})
    {10: 6, 11: 4, 12: 4}
    """
    ordered = sorted(rank for rank in ranks.values() if not math.isnan(rank))
    before: dict[float, int] = {}
    for position, rank in enumerate(ordered):
        before.setdefault(rank, position)
    size = max(len(ordered), 1)
    return {
        unit: CLASSES - before[rank] * CLASSES // size for unit, rank in ranks.items() if not math.isnan(rank)
    }
