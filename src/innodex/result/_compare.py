"""Two results side by side: who moved, by how much; and older results carried onto a newer scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from innodex.engine import rank
from innodex.result._result import Floats


class Scored(Protocol):
    """What two results are compared by: `score` and `rank` are (period, unit, node), NaN is missing."""

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods, in order."""

    @property
    def units(self) -> tuple[str, ...]:
        """The codes of the units."""

    @property
    def nodes(self) -> tuple[str, ...]:
        """The codes of the nodes."""

    @property
    def score(self) -> Floats:
        """Scores."""

    @property
    def rank(self) -> Floats:
        """Places; 1 is the best."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores and ranks alone, as a file of results holds them: (period, unit, node)."""

    periods: tuple[str, ...]
    units: tuple[str, ...]
    nodes: tuple[str, ...]
    score: Floats
    rank: Floats


@dataclass(frozen=True, slots=True)
class Movement:
    """How the places of one node moved, over the units that have one on both sides.

    A shift is the place before less the place after: above zero is a rise. `quantiles` are the least shift,
    the quarters and the largest (linear between neighbours); `correlation` is Spearman's of the two scores.
    `entered` and `left` are the units that have a place on one side only.
    """

    ranked: int
    kept: int
    risen: int
    fallen: int
    mean_shift: float
    mean_size: float
    quantiles: tuple[float, float, float, float, float]
    correlation: float
    entered: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Two results on common axes: pairs of periods (before, after), units and nodes that both know.

    `score` and `rank` hold both sides, each (pair, unit, node). `units_only` and `nodes_only` are those that
    one side alone knows: (before, after). `nodes` are named as after, `was` as before.
    """

    pairs: tuple[tuple[str, str], ...]
    units: tuple[str, ...]
    nodes: tuple[str, ...]
    was: tuple[str, ...]
    score: tuple[Floats, Floats]
    rank: tuple[Floats, Floats]
    units_only: tuple[tuple[str, ...], tuple[str, ...]]
    nodes_only: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def shift(self) -> Floats:
        """(pair, unit, node): places gained; below zero lost; NaN where there is no place on both sides."""
        return self.rank[0] - self.rank[1]

    @property
    def change(self) -> Floats:
        """(pair, unit, node): the score after less the score before."""
        return self.score[1] - self.score[0]

    def movement(self, pair: int, node: int, among: Sequence[int] | None = None) -> Movement:
        """How the places at a node moved between a pair of periods, or how those `among` some units did."""
        chosen = np.arange(len(self.units)) if among is None else np.asarray(among, np.intp)
        before, after = (side[pair, chosen, node] for side in self.rank)
        both = ~np.isnan(before) & ~np.isnan(after)
        shift = (before - after)[both]
        scores = [side[pair, chosen, node][both] for side in self.score]
        named = [self.units[at] for at in chosen]
        return Movement(
            ranked=int(both.sum()),
            kept=int((shift == 0).sum()),
            risen=int((shift > 0).sum()),
            fallen=int((shift < 0).sum()),
            mean_shift=float(shift.mean()) if shift.size else np.nan,
            mean_size=float(np.abs(shift).mean()) if shift.size else np.nan,
            quantiles=_quantiles(shift),
            correlation=_spearman(*scores),
            entered=_where(named, np.isnan(before) & ~np.isnan(after)),
            left=_where(named, ~np.isnan(before) & np.isnan(after)),
        )

    def differs(self) -> bool:
        """True where any score or place is other than before, or there on one side only."""
        pairs = ((self.score, 1e-12), (self.rank, 0.0))
        return any(not np.allclose(*sides, rtol=slack, atol=slack, equal_nan=True) for sides, slack in pairs)


def compare_results(
    old: Scored,
    new: Scored,
    *,
    pairs: Sequence[tuple[str, str]] | None = None,
    codes: Mapping[str, str] | None = None,
) -> Comparison:
    """What became of scores and places from `old` to `new`.

    `pairs` are the (old period, new period) to compare: if left out, every period that both have, or else
    the last of each. `codes` says what a node of `old` is called in `new`; if left out, codes are the same.
    Raises KeyError for a period that a side does not have.
    """
    if pairs is None:
        common = [(period, period) for period in new.periods if period in old.periods]
        pairs = common or [(old.periods[-1], new.periods[-1])]
    named = {code: (codes or {}).get(code, code) for code in old.nodes}
    was = {after: before for before, after in named.items()}
    nodes = tuple(code for code in new.nodes if code in was)
    known = frozenset(old.units)
    units = tuple(unit for unit in new.units if unit in known)
    sides = (
        (old, [pair[0] for pair in pairs], [was[code] for code in nodes]),
        (new, [pair[1] for pair in pairs], list(nodes)),
    )
    found = [_aligned(side, periods, units, own) for side, periods, own in sides]
    return Comparison(
        pairs=tuple(pairs),
        units=units,
        nodes=nodes,
        was=tuple(was[code] for code in nodes),
        score=(found[0][0], found[1][0]),
        rank=(found[0][1], found[1][1]),
        units_only=(_absent(old.units, new.units), _absent(new.units, old.units)),
        nodes_only=(
            tuple(code for code in old.nodes if named[code] not in new.nodes),
            _absent(new.nodes, tuple(was)),
        ),
    )


def _absent(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    known = frozenset(other)
    return tuple(word for word in one if word not in known)


def _aligned(
    side: Scored, periods: Sequence[str], units: Sequence[str], nodes: Sequence[str]
) -> tuple[Floats, Floats]:
    when, who, what = (
        {name: at for at, name in enumerate(axis)} for axis in (side.periods, side.units, side.nodes)
    )
    place = np.ix_([when[one] for one in periods], [who[one] for one in units], [what[one] for one in nodes])
    return side.score[place], side.rank[place]


def _quantiles(shift: Floats) -> tuple[float, float, float, float, float]:
    if not shift.size:
        return (np.nan,) * 5
    low, q1, middle, q3, high = (float(q) for q in np.quantile(shift, [0, 0.25, 0.5, 0.75, 1]))
    return low, q1, middle, q3, high


def _spearman(before: Floats, after: Floats) -> float:
    """The correlation of mean places; NaN below two units, or where one side has no spread."""
    places = [rank.ranks(side, ties="mean") for side in (before, after)]
    if before.size < 2 or any(np.ptp(side) == 0 for side in places):
        return np.nan
    return float(np.clip(np.corrcoef(places[0], places[1])[0, 1], -1.0, 1.0))


def _where(names: Sequence[str], mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[str, ...]:
    return tuple(name for name, yes in zip(names, mask.tolist(), strict=True) if yes)


def bridge(
    old: Scored,
    new: Scored,
    *,
    period: str,
    link: Literal["level", "spread", "unit"],
    codes: Mapping[str, str] | None = None,
) -> Scores:
    """The scores of `old` on the scale of `new`, linked in a bridge year that was computed both ways.

    "level" moves every node by the difference of the two means in the bridge year; "spread" also stretches it
    so that the standard deviations agree; "unit" moves each unit by its own difference, so that its two
    series meet. Means and deviations are those of units with both scores; a node without any is missing.
    Places stay those of `old`: a published place is not computed again. Nodes are named as in `new`.
    """
    compared = compare_results(old, new, pairs=[(period, period)], codes=codes)
    before, after = (side[0] for side in compared.score)
    both = ~np.isnan(before) & ~np.isnan(after)
    before, after = (np.where(both, side, np.nan) for side in (before, after))
    score, places = _aligned(old, old.periods, compared.units, compared.was)
    if link == "unit":
        linked = score + (after - before)
    else:
        n = np.maximum(both.sum(axis=0), 1)
        means = [np.where(both, side, 0.0).sum(axis=0) / n for side in (before, after)]
        factor = _stretch(before - means[0], after - means[1]) if link == "spread" else np.ones(len(n))
        linked = means[1] + (score - means[0]) * factor
        linked = np.where(both.any(axis=0), linked, np.nan)
    return Scores(old.periods, compared.units, compared.nodes, linked, places)


def _stretch(before: Floats, after: Floats) -> Floats:
    """(node): the deviation after in shares of that before; NaN where there was none."""
    squares = [np.nansum(side**2, axis=0) for side in (before, after)]
    factor: Floats = np.sqrt(squares[1] / np.where(squares[0] > 0, squares[0], np.nan))
    return factor
