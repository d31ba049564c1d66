"""The large tile grid: HTML on a grid, so that letters keep their size; every tile is a link."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from innodex.look import CLASSES, Square, sixths, thumbnail
from innodex.territory import Tile
from innodex.website._view import View, link
from innodex.website._words import Words

_SHORT = 4
_LONG_WORDS = (12, 10, 9, 8, 7)  # lengths for which the stylesheet knows a width


def short(label: str) -> str:
    """A label for a narrow tile: an abbreviation in it, the first letters of the words, or a beginning.

    >>> short("Ben Sao"), short("Hill"), short("Mountain"), short("ABC City")
    ('BS', 'Hill', 'Moun', 'ABC')
    """
    if len(label) <= _SHORT:
        return label
    words = label.replace("-", " ").split()
    if known := [word for word in words if 2 < len(word) <= _SHORT and word.isupper()]:
        return known[0]
    return words[0][:_SHORT] if len(words) == 1 else "".join(word[0] for word in words)[:_SHORT].upper()


def on_tile(label: str) -> str:
    """A label that leaves room for the rank: of three words or more only the last is written out.

    >>> on_tile("Ben Sao"), on_tile("Great Ben Sao")
    ('Ben Sao', 'GB Sao')
    """
    *first, last = label.split() or [""]
    return label if len(first) < 2 else f"{''.join(word[0] for word in first)} {last}"


def room(label: str) -> str:
    """The class of a label whose longest word needs a wider tile than most.

    >>> room("Ben Sao"), room("Great Mountain")
    ('', ' w8')
    """
    longest = max(map(len, label.split()), default=0)
    return next((f" w{n}" for n in _LONG_WORDS if longest >= n), "")


@dataclass(frozen=True, slots=True)
class Shade:
    """One line of the legend."""

    css: str
    words: str


class Map:
    """The tile grid of an edition in one language."""

    def __init__(self, view: View, words: Words, names: Sequence[str]) -> None:
        self.view, self.words, self.names = view, words, names
        tiles = view.tiles
        self.top = min((tile.row for tile in tiles), default=0)
        self.left = min((tile.column for tile in tiles), default=0)
        self.columns = max((tile.column for tile in tiles), default=-1) - self.left + 1
        self.rows = max((tile.row for tile in tiles), default=-1) - self.top + 1
        at = view.edition.result.unit_at
        self.places = [(tile, at.get(tile.part_of or tile.code)) for tile in sorted(tiles, key=_reading)]
        self.off_map = [
            name for u, name in enumerate(names) if view.units[u] not in {tile.code for tile in tiles}
        ]
        self.parts = [
            (words.name(tile.label), names[u]) for tile, u in self.places if tile.part_of and u is not None
        ]
        self._taken = {(tile.row, tile.column) for tile in tiles}
        self._fixed = [self._skeleton(tile, u) for tile, u in self.places]

    def _skeleton(self, tile: Tile, u: int | None) -> tuple[str, Markup]:
        """What does not depend on the node: the place, and the words of the tile."""
        label = self.words.name(tile.label)
        kind = f"r{tile.row - self.top + 1} c{tile.column - self.left + 1}"
        if tile.part_of:
            kind += " part" + self._under(tile)
        long = label if tile.part_of else on_tile(label)
        kind += room(long)
        words = Markup('<span class="f">{}</span><span class="a" aria-hidden="true">{}</span>')
        return kind, words.format(long, short(label))

    def _under(self, tile: Tile) -> str:
        """Where a part is named when its tile is too narrow: under it, unless another tile is there."""
        if (tile.row + 1, tile.column) in self._taken:
            return ""
        column = tile.column - self.left + 1
        return " under" + (" west" if column == 1 else " east" if column == self.columns else "")

    def grid(self, node: int, home: str) -> Markup:
        """The grid coloured by the ranks at a node, with the rank in each tile."""
        ranks = self.view.ranks[node]
        classes = sixths(dict(enumerate(ranks)))
        parts = []
        for (tile, u), (kind, label) in zip(self.places, self._fixed, strict=True):
            if u is None:
                parts.append(f'<li class="{kind}"><span class="none q0">{label}</span></li>')
                continue
            # A separate part has the colour of its unit; the rank stands once, on the unit itself.
            number = "" if tile.part_of else f"<b>{self._rank(node, u)}</b>"
            title = Markup.escape(self._title(tile, u))
            shade = "qh" if self.view.is_hollow(node, u) else f"q{classes.get(u, 0)}"
            href = f"{home}units/{link(self.view.units[u])}.html"
            inside = f'<a class="{shade}" href="{href}" title="{title}">{label}{number}</a>'
            parts.append(f'<li class="{kind}">{inside}</li>')
        return Markup(f'<ul class="tiles k{self.columns}">{"".join(parts)}</ul>')

    def _rank(self, node: int, u: int) -> str:
        rank, bracket = self.view.ranks[node][u], self.view.bracket(node, u)
        if not math.isnan(bracket):
            return f"({self.words.plain(bracket)})"
        if math.isnan(rank):
            return self.words.unranked if self.view.is_hollow(node, u) else self.words.missing
        return self.words.plain(rank)

    def _title(self, tile: Tile, u: int) -> str:
        if not tile.part_of:
            return self.names[u]
        return self.words.t("site.map.part-of", part=self.words.name(tile.label), owner=self.names[u])

    def legend(self, node: int, shown: Sequence[str]) -> list[Shade]:
        """The classes in use from the best down, with the figures at their ends; then what else is drawn."""
        ranks = self.view.ranks[node]
        members: dict[int, list[int]] = {}
        for u, level in sixths(dict(enumerate(ranks))).items():
            members.setdefault(level, []).append(u)
        lines = []
        for level in range(CLASSES, 0, -1):
            ordered = sorted((u for u in members.get(level, ()) if shown[u]), key=lambda u: ranks[u])
            if ordered:
                first, last = shown[ordered[0]], shown[ordered[-1]]
                ends = first if first == last else self.words.t("site.map.range", first=first, last=last)
                lines.append(Shade(f"q{level}", ends))
        hollow = [u is not None and self.view.is_hollow(node, u) for _, u in self.places]
        if any(hollow):
            lines.append(Shade("qh", self.words.t("site.unranked")))
        empty = [u is None or math.isnan(ranks[u]) for _, u in self.places]
        if any(one and not drawn for one, drawn in zip(empty, hollow, strict=True)):
            lines.append(Shade("q0", self.words.t("site.map.no-data")))
        for part, owner in self.parts:
            lines.append(Shade("part", self.words.t("site.map.part-of", part=part, owner=owner)))
        return lines

    def small(self, u: int) -> Markup:
        """The grid as a small drawing with one unit marked; nothing where that unit has no tile."""
        code = self.view.units[u]
        if not any(tile.code == code for tile, _ in self.places):
            return Markup("")
        squares = [
            Square(
                tile.row,
                tile.column,
                marked=code in (tile.code, tile.part_of),
                part=bool(tile.part_of),
                name=self.words.name(tile.label) if tile.part_of else "",
            )
            for tile, _ in self.places
        ]
        title = self.words.t("site.map.thumbnail", name=self.names[u])
        return Markup(thumbnail(squares, title=title, mark=self.words.synthetic))


def _reading(tile: Tile) -> tuple[int, int]:
    return tile.row, tile.column
