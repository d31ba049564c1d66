"""A participant's own page of an edition: what was there, its scores and ranks, and the unnamed spread.

Of the others nothing leaves this module but sorted numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median

from innodex.documents import Text
from innodex.edition import Edition, read
from innodex.framework import Node
from innodex.look import axis_over, spread
from innodex.result import Flag

# With fewer others a spread would tell who they are.
LEAST_OTHERS = 3


@dataclass(frozen=True, slots=True)
class Spread:
    """How the others lie at a node: the ends, the middle, and the drawing with the own value among them."""

    low: float
    middle: float
    high: float
    number: int
    values: tuple[float, ...]

    def drawing(self, own: float | None, title: str, mark: str = "") -> str:
        """The dots, the own one filled."""
        known = [*self.values] if own is None else [*self.values, own]
        return spread(own, self.values, axis_over(known), title=title, mark=mark)


@dataclass(frozen=True, slots=True)
class Standing:
    """One node for one unit. `score`, `rank` and `raw` are None where there is none; `of` are all ranked."""

    node: Node
    depth: int
    score: float | None
    rank: float | None  # whole but for means of places
    of: int
    raw: float | None
    raw_middle: float | None  # of the others
    flag: Flag
    used: float | None  # what stood in for a missing figure
    others: Spread | None


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that a participant sees. `there` of `asked` indicators have a figure."""

    title: Text
    period: str
    synthetic: bool
    decimals: int
    units: int
    there: int
    asked: int
    root: Standing
    rows: tuple[Standing, ...]


@lru_cache(maxsize=4)
def _edition(place: Path, digest: str) -> Edition:
    """The edition in a folder; `digest` names the content, so a changed folder is another one."""
    return read(place)


def profile(place: Path, digest: str, unit: str) -> Profile:
    """The page of one unit of the edition in a folder. Raises KeyError for one that it does not measure."""
    edition = _edition(place, digest)
    rows = tuple(_rows(edition, edition.result.unit_at[unit]))
    leaves = [row for row in rows if row.node.is_indicator]
    return Profile(
        title=edition.title,
        period=edition.period,
        synthetic=edition.synthetic,
        decimals=edition.decimals,
        units=len(edition.result.units),
        there=sum(row.raw is not None for row in leaves),
        asked=len(leaves),
        root=rows[0],
        rows=rows[1:],
    )


def _rows(edition: Edition, at: int) -> Iterator[Standing]:
    """Each node that applies, a parent before what it is made of."""

    def down(code: str, depth: int) -> Iterator[Standing]:
        if edition.framework.applies(code, edition.period):
            yield _standing(edition, edition.framework.by_code[code], at, depth)
            for child in edition.framework.children(code):
                yield from down(child.code, depth + 1)

    return down(edition.framework.root.code, 0)


def _standing(edition: Edition, node: Node, at: int, depth: int) -> Standing:
    result = edition.result
    p, n = result.periods.index(edition.period), result.node_at[node.code]
    scores = result.score[p, :, n].tolist()
    rank = result.rank[p, at, n]
    i = result.indicator_at.get(node.code)
    raws = result.raw[p, :, i].tolist() if i is not None else []
    others = _others(scores, at)
    known = _others(raws, at)
    return Standing(
        node=node,
        depth=depth,
        score=_number(scores[at]),
        rank=None if math.isnan(rank) else int(rank) if float(rank).is_integer() else float(rank),
        of=result.ranked(p, n),
        raw=_number(raws[at]) if raws else None,
        raw_middle=median(known) if len(known) >= LEAST_OTHERS else None,
        flag=Flag(int(result.flags[p, at, i])) if i is not None else Flag.NONE,
        used=_number(float(result.imputed[p, at, i])) if i is not None else None,
        others=_spread(others) if len(others) >= LEAST_OTHERS else None,
    )


def _others(values: list[float], at: int) -> list[float]:
    """The values of all others that have one, in the order of the values."""
    return sorted(value for n, value in enumerate(values) if n != at and not math.isnan(value))


def _spread(values: list[float]) -> Spread:
    return Spread(values[0], median(values), values[-1], len(values), tuple(values))


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
