"""The charts of the pages: from an edition to the values that a drawing takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from innodex.look import Axis, Dot, axis_over, band, band_axis, rank_strip, sorted_dots
from innodex.result import Flag
from innodex.website._shown import Cell, Shown
from innodex.website._view import Spread, link

# One axis for all bands is honest only where the scores of all rows live on one scale.
_ONE_SCALE = 8


def strip(shown: Shown, u: int) -> Markup:
    """The place of a unit among all that are ranked."""
    words, root = shown.words, shown.view.root
    of, rank = shown.view.of[root], shown.view.ranks[root][u]
    values = {"rank": words.plain(rank), "of": str(of)}
    title, label = words.t("site.unit.strip", **values), words.t("site.unit.rank", rank=words.plain(rank))
    return Markup(rank_strip(rank, of, title=title, label=label, mark=words.synthetic))


@dataclass(frozen=True, slots=True)
class Band:
    """One row of a profile."""

    name: str
    href: str
    drawing: Markup
    score: Cell
    place: Cell


class Profile:
    """How each unit lies against the field, at the nodes that sum it up."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        view, words = shown.view, shown.words
        at = view.edition.result.node_at
        self.nodes = [at[node.code] for node in view.profile()]
        self.spreads = {node: spread for node in self.nodes if (spread := view.spread(node)) is not None}
        levels = {view.nodes[node].level for node in self.nodes}
        self.heading = words.level(levels.pop() if len(levels) == 1 else "other", "many")
        axes = [spread.axis for spread in self.spreads.values()]
        widths = [axis.high - axis.low for axis in axes]
        self.axis = None
        if axes and max(widths) <= _ONE_SCALE * min(widths):
            self.axis = axis_over(end for axis in axes for end in (axis.low, axis.high))
        self.titles = {node: self._title(spread) for node, spread in self.spreads.items()}

    def _title(self, spread: Spread) -> str:
        ends = (("low", spread.low), ("middle", spread.middle), ("high", spread.high))
        return self.shown.words.t("site.unit.band", **{key: self.shown.words.score(x) for key, x in ends})

    def foot(self) -> Markup:
        """The figures of the axis that all rows share; nothing where each row has its own scale."""
        if self.axis is None:
            return Markup("")
        labels = [self.shown.words.figure(tick) for tick in self.axis.ticks]
        return Markup(band_axis(self.axis, labels, mark=self.shown.words.synthetic))

    def bands(self, u: int) -> list[Band]:
        """One row per node; a node at which no unit has a score is left out."""
        shown = self.shown
        rows = []
        for at, spread in self.spreads.items():
            value = shown.view.scores[at][u]
            drawing = band(
                None if math.isnan(value) else value,
                low=spread.low,
                middle=spread.middle,
                high=spread.high,
                axis=self.axis or spread.axis,
                title=self.titles[at],
                hollow=shown.view.is_hollow(at, u),
            )
            href = f"../indicators/{link(shown.view.nodes[at].code)}.html"
            rows.append(
                Band(shown.node_names[at], href, Markup(drawing), shown.score(at, u), shown.place(at, u))
            )
        return rows


def dots(shown: Shown, at: int) -> Markup:
    """Every unit at one node, from the lowest to the highest: figures of an indicator, else scores."""
    view, words = shown.view, shown.words
    i = view.indicator.get(at)
    column = view.scores[at] if i is None else view.figures[i]
    figures = shown.scores[at] if i is None else shown.figures[i]
    units = sorted(
        (u for u, value in enumerate(column) if not math.isnan(value)),
        key=lambda u: (column[u], shown.alphabet[u]),
    )
    measure = shown.measure_compared(view.nodes[at]) if i is not None else ""
    drawn = [
        Dot(
            column[u],
            words=_said(shown, at, u, figures[u]),
            name=shown.names[u],
            hollow=view.is_hollow(at, u)
            or (i is not None and bool(view.flags[i][u] & (Flag.ESTIMATED | Flag.IMPUTED))),
        )
        for u in units
    ]
    axis = axis_over((column[u] for u in units), about=4)
    first, last = units[0], units[-1]
    title = words.t(
        "site.node.dots",
        number=len(units),
        low=figures[first],
        lowest=shown.names[first],
        high=figures[last],
        highest=shown.names[last],
        measure=measure,
    ).strip()
    labels = _labels(shown, axis)
    return Markup(sorted_dots(drawn, axis, labels, unit=measure, title=title, mark=words.synthetic))


def _said(shown: Shown, at: int, u: int, figure: str) -> str:
    rank = shown.view.ranks[at][u]
    if math.isnan(rank):
        return shown.words.t("site.node.dot", name=shown.names[u], value=figure)
    place = {"rank": shown.words.plain(rank), "of": str(shown.view.of[at])}
    return shown.words.t("site.node.dot-ranked", name=shown.names[u], value=figure, **place)


def _labels(shown: Shown, axis: Axis) -> list[str]:
    return [shown.words.plain(tick) for tick in axis.ticks]
