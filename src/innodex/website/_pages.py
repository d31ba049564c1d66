"""One language of the site: what each page shows, as plain values for its template."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from innodex.framework import Node
from innodex.website import _drawings, _facts, _files, _method, _tables
from innodex.website._map import Map
from innodex.website._sheet import sheet
from innodex.website._shown import Shown
from innodex.website._view import View, file_name, link
from innodex.website._words import Words

Values = dict[str, Any]
Page = tuple[str, str, Values]


class Pages:
    """Every page of one language."""

    def __init__(self, view: View, words: Words) -> None:
        self.view, self.words = view, words
        self.shown = Shown(view, words)
        self.map = Map(view, words, self.shown.names)
        self.profile = _drawings.Profile(self.shown)

    def all(self) -> Iterator[Page]:
        """(path, template, values) of every page."""
        yield self._page("index.html", "ranking", self.ranking())
        for u, unit in enumerate(self.view.units):
            yield self._page(f"units/{file_name(unit)}.html", "unit", self.unit(u))
        yield self._page("indicators.html", "indicators", self.indicators())
        for at, node in enumerate(self.view.nodes):
            if at != self.view.root:
                yield self._page(f"indicators/{file_name(node.code)}.html", "indicator", self.node(at))
        yield self._page("method.html", "method", self.method())
        yield self._page("data.html", "data", self.data())

    def _page(self, path: str, template: str, values: Values) -> Page:
        """With what every page has: the ways to its language, to the site and to the edition."""
        deep = path.count("/")
        frame = {
            "w": self.words,
            "t": self.words.t,
            "edition": self.view.edition,
            "here": template,
            "home": "../" * deep,
            "up": "../" * (deep + 1),
            "root": "../" * (deep + 2),
            "address": quote(path),
        }
        return path, template, frame | values

    def ranking(self) -> Values:
        """The first page: who stands where."""
        view = self.view
        columns = [view.edition.result.node_at[node.code] for node in view.columns()]
        return {
            "count": view.of[view.root] or len(view.units),
            "rows": _tables.ranked(self.shown, [view.root, *columns]),
            "columns": [self.shown.node_names[at] for at in columns],
            "regions": list(enumerate(self.shown.region_names.values())) if view.has_regions else [],
            "map": self._map(view.root, "", self.shown.scores[view.root]),
            "downloads": _files.downloads(view.edition, self.words.lang),
            "brief": _method.brief(self.words),
            "without": self._without_rank(),
            "cite": self._citation(),
        }

    def unit(self, u: int) -> Values:
        """One unit against the field."""
        ranked = not math.isnan(self.view.ranks[self.view.root][u])
        none, _ = self.view.without_rank()
        lines = _tables.lines(self.shown, u)
        return {
            "name": self._distinct(u),
            "region": self.shown.region(u) if self.view.has_regions else "",
            "lead": self._lead(u) if ranked else self._no_rank(u),
            "strip": _drawings.strip(self.shown, u) if ranked else "",
            "thumbnail": self.map.small(u),
            "profile": self.profile.bands(u),
            "axis": self.profile.foot(),
            "level": self.profile.heading,
            "standing": None if u in none else _tables.standing_out(self.shown, u),
            "lines": lines,
            "noted": any(line.notes for line in lines),
            "history": _tables.history(self.shown, u),
            "relative": self.view.relative,
        }

    def indicators(self) -> Values:
        """The tree."""
        return {
            "tree": self.shown.tree,
            "certain": any(branch.certainty for branch in self.shown.tree),
            "codes": not self.words.short_codes,
            "weighs": self.view.weighs,
        }

    def node(self, at: int) -> Values:
        """One node: what it is, and who stands where."""
        view, shown = self.view, self.shown
        node = view.nodes[at]
        i = view.indicator.get(at)
        there = view.applies[at] and any(
            not math.isnan(x) for x in (view.scores[at] if i is None else view.raw[i])
        )
        rows = _tables.standings(shown, at) if view.applies[at] else []
        return {
            "node": node,
            "heading": shown.node_names[at],
            "label": shown.labels[at],
            "crumbs": self._crumbs(node),
            "level": self.words.level(node.level, "one"),
            "children": [
                (shown.labels[view.edition.result.node_at[child.code]], f"{link(child.code)}.html")
                for child in view.edition.framework.children(node.code)
            ],
            "sheet": self._sheet(node, top=2),
            "facts": _facts.facts(self.words, view, at),
            "applies": view.applies[at],
            "measure": shown.measure(node),
            "dots": _drawings.dots(shown, at) if there else "",
            "rows": rows,
            "noted": any(row.flags for row in rows),
            "is_leaf": i is not None,
            "map": self._map(at, "../", shown.scores[at] if i is None else shown.raws[i]),
            "csv": f"figures/{link(node.code)}.csv",
            "file": f"{file_name(node.code)}.csv",
        }

    def method(self) -> Values:
        """The recipe in words, and the tree with its weights."""
        return {
            "recipe": self.words.name(self.view.edition.recipe.title),
            "chapters": _method.chapters(self.words),
            "unused": _method.unused(self.words),
            "weighs": self.view.weighs,
            "tree": self.shown.tree,
            "sheet": self._sheet(self.view.edition.framework.root, top=3),
        }

    def data(self) -> Values:
        """The files, and how to cite and to verify them."""
        return {
            "files": _files.listed(self.words),
            "cite": self._citation(),
            "digests": sorted(self.view.edition.result.digests.items()),
        }

    def _distinct(self, u: int) -> str:
        """The name, with the code where another unit has the same one."""
        name = self.shown.names[u]
        return name if self.shown.names.count(name) == 1 else f"{name} ({self.view.units[u]})"

    def _crumbs(self, node: Node) -> list[tuple[str, str]]:
        """(name, link) of what lies above a node; the top stands for the whole tree."""
        top, *others = reversed(list(self.view.edition.framework.ancestors(node.code)))
        between = [(self.words.name(above.name), f"{link(above.code)}.html") for above in others]
        return [(self.words.name(top.name), "../indicators.html"), *between]

    def _map(self, node: int, home: str, figures: Sequence[str]) -> Values | None:
        if not self.view.tiles or not self.view.of[node]:
            return None
        return {
            "grid": self.map.grid(node, home),
            "legend": self.map.legend(node, figures),
            "off": self.map.off_map,
        }

    def _lead(self, u: int) -> Markup:
        view, root = self.view, self.view.root
        bold = Markup("<strong>{}</strong>").format
        said = {
            "rank": bold(self.shown.ranks[root][u]),
            "of": view.of[root],
            "score": bold(self.shown.scores[root][u]),
        }
        place = view.region_rank[u] if view.region_rank else math.nan
        if math.isnan(place):
            return self.words.m("site.unit.lead", **said)
        size = view.region_size(view.region_of(u))
        region = self.shown.region(u)
        return self.words.m(
            "site.unit.lead-region", **said, place=self.words.plain(place), size=size, region=region
        )

    def _no_rank(self, u: int) -> str:
        none, _ = self.view.without_rank()
        return self.words.t("site.unit.no-data" if u in none else "site.unit.too-few")

    def _without_rank(self) -> list[tuple[str, list[str]]]:
        """(reason, names) of the units that have no rank."""
        none, few = self.view.without_rank()
        return [
            (reason, [self.shown.names[u] for u in sorted(group, key=self.shown.alphabet.__getitem__)])
            for reason, group in (("none", none), ("few", few))
            if group
        ]

    def _sheet(self, node: Node, *, top: int) -> tuple[str, Markup] | None:
        """(language, text) of the definition sheet: in this language, or in the first that has one."""
        edition = self.view.edition
        for lang in (self.words.lang, *edition.languages):
            if text := edition.framework.sheets.get((node.code, lang)):
                return lang, sheet(text, top)
        return None

    def _citation(self) -> str:
        edition, words = self.view.edition, self.words
        named = words.t("site.cite.edition", id=edition.id)
        title = words.title if edition.period in words.title else f"{words.title}, {words.period}"
        parts = (
            words.name(edition.publisher),
            title,
            f"{named}, {words.date()}" if edition.date else named,
            words.t("site.cite.program", version=edition.result.version),
            words.synthetic,
        )
        return " ".join(f"{part}." for part in parts if part)
