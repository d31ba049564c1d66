"""How each unit's scores move over the periods of a result: growth, trend, places gained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from innodex.engine import trend
from innodex.result._result import Floats, Report, Result

_HEAD = (
    "unit", "node", "first_period", "last_period", "share", "first_score", "last_score", "change", "growth",
    "slope", "percent", "first_rank", "last_rank", "places_gained",
)  # fmt: skip


@dataclass(frozen=True)
class Trends:
    """The movement of every unit at every node, (unit, node); NaN where it cannot be told.

    `start` and `end` are the moments of the first and last score, in `times` (years where all periods are
    years, else their numbers from 0), `share` the part of the periods with a score. `change` is last less
    first; `growth` the compound rate and `slope` the least-squares line per unit of time, `percent` that line
    in per cent of its first value; growth and percent are missing unless they set out above zero. `gained`
    are the places gained between the first and the last period with a place.
    """

    times: Floats
    units: tuple[str, ...]
    nodes: tuple[str, ...]
    start: Floats
    end: Floats
    share: Floats
    first: Floats
    last: Floats
    change: Floats
    growth: Floats
    slope: Floats
    percent: Floats
    first_rank: Floats
    last_rank: Floats

    @property
    def gained(self) -> Floats:
        """(unit, node): places gained; below zero lost."""
        return self.first_rank - self.last_rank


def times_of(periods: Sequence[str]) -> Floats:
    """(P): the years that periods are; their numbers from 0 where one of them is no year.

    >>> times_of(("2019", "2021")).tolist(), times_of(("pilot", "2021")).tolist()
    ([2019.0, 2021.0], [0.0, 1.0])
    """
    years = all(period.isascii() and period.isdigit() for period in periods)
    return np.array([float(period) if years else at for at, period in enumerate(periods)], np.float64)


def trends(result: Result) -> Trends:
    """Growth, trend and places gained of every unit at every node, over all periods of a result.

    Periods must be in order of time. Where a node's scores have no true zero (z-scores, 70 to 130), look at
    `change` and `slope`, not at `growth` and `percent`.
    """
    times = times_of(result.periods)
    order = np.argsort(times, kind="stable")
    times, score, rank = times[order], result.score[order], result.rank[order]
    ends, places = trend.ends(score, times), trend.ends(rank, times)
    slope, _ = trend.slope(score, times)
    growth, percent = (
        _finite(one) for one in (trend.growth(score, times), trend.percent_change(score, times))
    )
    return Trends(
        times, result.units, result.nodes, ends.start, ends.end, ends.share, ends.first, ends.last,
        ends.last - ends.first, growth, slope, percent, places.first, places.last,
    )  # fmt: skip


def _finite(x: Floats) -> Floats:
    return np.where(np.isfinite(x), x, np.nan)


def trend_report(result: Result) -> Report:
    """The table "trends": a row for each unit and node."""
    found = trends(result)
    names = dict(zip(times_of(result.periods).tolist(), result.periods, strict=True))
    return Report("trends", _HEAD, tuple(_rows(found, names)))


def _rows(found: Trends, names: dict[float, str]) -> Iterator[tuple[str | float | int | None, ...]]:
    columns = (
        found.share, found.first, found.last, found.change, found.growth, found.slope, found.percent,
        found.first_rank, found.last_rank, found.gained,
    )  # fmt: skip
    for u, unit in enumerate(found.units):
        for n, node in enumerate(found.nodes):
            when = (names.get(float(side[u, n])) for side in (found.start, found.end))
            numbers = (float(column[u, n]) for column in columns)
            yield (unit, node, *when, *(None if one != one else one for one in numbers))
