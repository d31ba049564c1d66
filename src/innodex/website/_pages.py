"""One language of the site: what each page shows, as plain values for its template."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from innodex.framework import Node
from innodex.recipe import Quarter
from innodex.website import _drawings, _facts, _files, _method, _tables
from innodex.website._map import Map
from innodex.website._screened import Reasons
from innodex.website._sentences import sentences
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
        self.reasons = Reasons(words, view)
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
            "count": view.of[view.root],
            "rows": _tables.ranked(self.shown, [view.root, *columns]),
            "columns": [self.shown.node_names[at] for at in columns],
            "classes": view.classes is not None,
            "imputed": view.is_imputed,
            "bracketed": view.brackets is not None,
            "out": self._out(),
            "derived": self._derived(),
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
        none, _, out = self.view.without_rank()
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
            "standing": None if u in (*none, *out) else _tables.standing_out(self.shown, u),
            "rule": self._rule(),
            "derived": _tables.derived(self.shown, u),
            "classes": any(line.klass for line in lines),
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
            not math.isnan(x) for x in (view.scores[at] if i is None else view.figures[i])
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
            "rescaled": i is not None and view.rescaled[i],
            "compared": shown.measure_compared(node) if i is not None else "",
            "classes": _tables.has_classes(shown, at),
            "hollow": any(view.is_hollow(at, u) for u in range(len(view.units))),
            "dots": _drawings.dots(shown, at) if there else "",
            "rows": rows,
            "noted": any(row.notes for row in rows),
            "is_leaf": i is not None,
            "map": self._map(at, "../", shown.scores[at] if i is None else shown.figures[i]),
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
            "found": _method.has_found_weights(self.words.edition.recipe),
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
        groups = [
            self.words.t("site.unit.lead-group", place=self.words.plain(place), size=size, group=name)
            for name, place, size in view.group_places(u)
        ]
        return Markup(" ").join([self._lead_region(u, said), *groups])

    def _lead_region(self, u: int, said: Values) -> Markup:
        view = self.view
        place = view.region_rank[u] if view.region_rank else math.nan
        if math.isnan(place):
            return self.words.m("site.unit.lead", **said)
        size = view.region_size(view.region_of(u))
        region = self.shown.region(u)
        return self.words.m(
            "site.unit.lead-region", **said, place=self.words.plain(place), size=size, region=region
        )

    def _no_rank(self, u: int) -> str:
        none, _, out = self.view.without_rank()
        if u not in out:
            return self.words.t("site.unit.no-data" if u in none else "site.unit.too-few")
        view, root = self.view, self.view.root
        said = [self.words.t("site.unit.out", reason=self.reasons.of(u))]
        if score := self.shown.scores[root][u]:
            said.append(self.words.t("site.unit.out-score", score=score))
        if not math.isnan(place := view.bracket(root, u)):
            said.append(self.words.t("site.unit.out-place", place=self.words.plain(place)))
        return " ".join(said)

    def _rule(self) -> str:
        """How strengths and weaknesses are told."""
        rule = self.view.edition.recipe.profile or Quarter(share=0.25, most=5)
        return " ".join(sentences(self.words, "profile", rule))

    def _out(self) -> list[tuple[str, str, str]]:
        """(name, link, reason) of the units that are set aside, by name."""
        _, _, out = self.view.without_rank()
        return [
            (self.shown.names[u], f"units/{link(self.view.units[u])}.html", self.reasons.of(u))
            for u in sorted(out, key=self.shown.alphabet.__getitem__)
        ]

    def _derived(self) -> Values | None:
        """The derived figures of every unit, in the order of the ranking."""
        if not self.view.edition.result.derived:
            return None
        order = self.shown.orders[self.view.root]
        rows = [(u, _tables.derived(self.shown, u)) for u in order]
        first = rows[0][1]
        ranked = [any(made[n].place for _, made in rows) for n in range(len(first))]
        return {
            "names": [(one.name, has) for one, has in zip(first, ranked, strict=True)],
            "rows": [
                (
                    self.shown.names[u],
                    f"units/{link(self.view.units[u])}.html",
                    zip(made, ranked, strict=True),
                )
                for u, made in rows
            ],
        }

    def _without_rank(self) -> list[tuple[str, list[str]]]:
        """(reason, names) of the units that could have no rank."""
        none, few, _ = self.view.without_rank()
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
