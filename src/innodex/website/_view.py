"""What the pages need of an edition and no language changes: orders, ranges, classes, links."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

import numpy as np

from innodex.edition import Edition
from innodex.framework import Node
from innodex.look import Axis, axis_over
from innodex.recipe import PERIOD, REGION
from innodex.result import Flag
from innodex.territory import Tile

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Names that a file cannot have under Windows, whatever follows the first dot.
_DEVICE = re.compile(r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)")
_MOST_BANDS = 24
_FEW = 3


def file_name(code: str) -> str:
    """A file name for a code, whatever stands in it."""
    if _DEVICE.match(code):
        return f"%{ord(code[0]):02X}{code[1:]}"
    return code if _PLAIN.fullmatch(code) else quote(code, safe="").replace(".", "%2E")


def link(code: str) -> str:
    """The same name as a link writes it."""
    return quote(file_name(code), safe="")


@dataclass(frozen=True, slots=True)
class Spread:
    """How the ranked units lie at a node: quartiles and the axis that covers them."""

    low: float
    middle: float
    high: float
    axis: Axis


class View:
    """The newest period of an edition, seen from its pages."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        result = edition.result
        self.p = result.periods.index(edition.period)
        self.units = result.units
        self.nodes = edition.framework.nodes
        # Lists of plain floats: tens of thousands of single look-ups are slow in arrays.
        self.scores: list[list[float]] = result.score[self.p].T.tolist()
        self.ranks: list[list[float]] = result.rank[self.p].T.tolist()
        self.raw: list[list[float]] = result.raw[self.p].T.tolist()
        self.flags: list[list[int]] = result.flags[self.p].T.tolist()
        self.included: list[bool] = result.included[self.p].tolist()
        self.brackets: list[list[float]] | None = (
            None if result.bracketed is None else result.bracketed[self.p].T.tolist()
        )
        # What is compared: in relation to size where that was asked for, with gaps filled.
        self.figures: list[list[float]] = result.imputed[self.p].T.tolist()
        self.treated: list[list[float]] = result.treated[self.p].T.tolist()
        self.rescaled = [
            not np.array_equal(before, after, equal_nan=True)
            for before, after in zip(result.raw[self.p].T, result.denominated[self.p].T, strict=True)
        ]
        self.classes: list[list[int]] | None = (
            None if result.classes is None else result.classes[self.p].T.tolist()
        )
        self.of = [sum(1 for rank in ranks if not math.isnan(rank)) for ranks in self.ranks]
        self.root = result.node_at[edition.framework.root.code]
        self.applies: list[bool] = result.applicable[self.p].tolist()
        self.depth = {node.code: edition.framework.depth(node.code) for node in self.nodes}
        self.indicator = {node: i for i, node in enumerate(result.indicators)}
        self.regions = self._regions()
        self.tiles = self._tiles()
        self.region_rank = self._region_rank()

    @property
    def weighs(self) -> bool:
        """True where a weight counts somewhere: not every score above the indicators is a plain sum."""
        return any(not self.is_sum(node.code) for node in self.nodes if not node.is_indicator)

    @property
    def relative(self) -> bool:
        """True where a score tells a place within its own period, so that periods do not compare."""
        recipe = self.edition.recipe
        steps = (recipe.normalisation(node.code) for node in self.edition.framework.indicators)
        return any(getattr(step, "sample", "") == PERIOD for step in steps)

    def is_sum(self, code: str) -> bool:
        """True where the score of a node is the plain sum of its children."""
        return self.edition.recipe.aggregation(code).method == "sum"

    @property
    def has_regions(self) -> bool:
        """True where units lie in more than one region."""
        return len(self.regions) > 1

    def _regions(self) -> list[str]:
        known = self.edition.territory.by_code
        used = {known[unit].region for unit in self.units}
        return [region.code for region in self.edition.territory.regions if region.code in used]

    def _tiles(self) -> tuple[Tile, ...]:
        """The whole grid where it shows at least one unit of this edition, else nothing."""
        tiles = self.edition.territory.tiles
        return tiles if any(tile.code in self.edition.result.unit_at for tile in tiles) else ()

    def _region_rank(self) -> list[float] | None:
        result = self.edition.result
        if REGION not in result.within or not self.has_regions:
            return None
        ranks: list[float] = result.group_rank[result.within.index(REGION), self.p, :, self.root].tolist()
        return ranks

    def group_places(self, u: int) -> list[tuple[str, float, int]]:
        """(group, place, ranked members) of a unit in the groups of the territory that are ranked."""
        result, found = self.edition.result, []
        for g, name in enumerate(result.within):
            ranks = result.group_rank[g, self.p, :, self.root]
            if name != REGION and not math.isnan(ranks[u]):
                found.append((name, float(ranks[u]), int(np.count_nonzero(~np.isnan(ranks)))))
        return found

    def tree(self) -> Iterator[int]:
        """Positions of all nodes as a reader goes down the tree: each parent before what it is made of."""
        at = self.edition.result.node_at

        def down(code: str) -> Iterator[int]:
            yield at[code]
            for child in self.edition.framework.children(code):
                yield from down(child.code)

        return down(self.edition.framework.root.code)

    def region_of(self, at: int) -> str | None:
        """The region of the unit at a position."""
        return self.edition.territory.by_code[self.units[at]].region

    def region_size(self, region: str | None) -> int:
        """How many ranked units lie in a region."""
        ranks = self.ranks[self.root]
        return sum(self.region_of(at) == region and not math.isnan(rank) for at, rank in enumerate(ranks))

    def order(self, node: int, names: Sequence[int]) -> list[int]:
        """Units from the best at a node to the worst; equals by name.

        Those without a rank come last: by score where they have one.
        """
        ranks, scores = self.ranks[node], self.scores[node]

        def place(u: int) -> tuple[float, float, int]:
            if not math.isnan(ranks[u]):
                return ranks[u], 0.0, names[u]
            return math.inf, math.inf if math.isnan(scores[u]) else -scores[u], names[u]

        return sorted(range(len(self.units)), key=place)

    def bracket(self, node: int, u: int) -> float:
        """The place in brackets of a unit at a node; NaN where there is none."""
        return math.nan if self.brackets is None else self.brackets[node][u]

    def imputed(self, node: int, u: int) -> tuple[int, int]:
        """How many figures of a unit below a node were filled in, and how many there are to be."""
        flags = [Flag(self.flags[i][u]) for i in self._leaves[node]]
        asked = [one for one in flags if not one & Flag.NOT_APPLICABLE]
        return sum(bool(one & Flag.IMPUTED) for one in asked), len(asked)

    @cached_property
    def is_imputed(self) -> bool:
        """True where some figure was filled in."""
        return any(flag & Flag.IMPUTED for column in self.flags for flag in column)

    @cached_property
    def _leaves(self) -> list[list[int]]:
        """For each node the indicators below it."""
        at, framework = self.edition.result.indicator_at, self.edition.framework
        return [
            [at[leaf.code] for leaf in framework.below(node.code) if leaf.code in at] for node in self.nodes
        ]

    def is_hollow(self, node: int, u: int) -> bool:
        """True for a unit that has a score at a node but does not count among the ranked."""
        return math.isnan(self.ranks[node][u]) and not math.isnan(self.scores[node][u])

    def spread(self, node: int) -> Spread | None:
        """Quartiles of the scores of the ranked units at a node, on an axis for all; None without any."""
        pairs = list(zip(self.scores[node], self.ranks[node], strict=True))
        ranked = np.array([score for score, rank in pairs if not math.isnan(rank)])
        if not ranked.size:
            return None
        low, middle, high = np.percentile(ranked, [25, 50, 75]).tolist()
        there = [score for score, _ in pairs if not math.isnan(score)]
        return Spread(low, middle, high, axis_over(there))

    def bar_axis(self, node: int) -> Axis:
        """Where score bars run: from zero when no score is below it."""
        there = [score for score in self.scores[node] if not math.isnan(score)] or [1.0]
        low, high = min(0.0, *there), max(0.0, *there)
        return Axis(low, high if high > low else low + 1.0, ())

    def profile(self) -> tuple[Node, ...]:
        """The nodes that sum up a unit: pillars where there are some, else what lies just below the top."""
        framework = self.edition.framework
        here = [n for n in framework.nodes if n.level == "pillar" and not n.is_indicator]
        if not here:
            here = list(framework.children(framework.root.code))
            inner = [node for node in here if not node.is_indicator]
            if len(here) <= _FEW and inner:
                here = [below for node in here for below in (framework.children(node.code) or (node,))]
        at = self.edition.result.node_at
        here = [node for node in here if self.applies[at[node.code]]]
        return tuple(here) if len(here) <= _MOST_BANDS else ()

    def columns(self) -> tuple[Node, ...]:
        """The nodes whose scores stand beside the total in the ranking: as many as there is room for."""
        framework = self.edition.framework
        children = framework.children(framework.root.code)
        room = (2 if self.has_regions else _FEW) if self.tiles else 8
        room -= (self.classes is not None) + self.is_imputed
        at = self.edition.result.node_at
        fits = tuple(node for node in children if self.applies[at[node.code]])
        return fits if len(fits) <= room else ()

    def without_rank(self) -> tuple[list[int], list[int], list[int]]:
        """Units without a rank at the top: those without any figure, with too few, and those set aside."""
        none: list[int] = []
        few: list[int] = []
        out: list[int] = []
        for at, rank in enumerate(self.ranks[self.root]):
            if math.isnan(rank):
                empty = all(math.isnan(column[at]) for column in self.raw)
                (none if empty else few if self.included[at] else out).append(at)
        return none, few, out


def positions(keys: Iterable[object]) -> list[str]:
    """The place of each row when sorted by its key; rows with None have none and stay last.

    >>> positions([3.0, None, 1.0, 3.0])
    ['1', '-', '0', '1']
    """
    listed = list(keys)
    ordered = {key: n for n, key in enumerate(sorted({key for key in listed if key is not None}))}  # type: ignore[type-var]
    return ["-" if key is None else str(ordered[key]) for key in listed]
