"""What the tables hold: one list of rows per table, cells as text or numbers, missing as None."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from innodex.documents import Text, sort_key
from innodex.edition import Edition
from innodex.framework import Direct, Formula, Node, Ratio, Rubric, series_of
from innodex.result import Flag

Cell = str | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """A head and rows of equal length."""

    head: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def known(value: float) -> float | None:
    """The number, or None for missing; whole numbers as such."""
    if math.isnan(value):
        return None
    return int(value) if value == int(value) and abs(value) < 1e15 else value


class Contents:
    """The tables of one edition. Periods run from the newest, units by rank, then by name."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.languages = edition.languages
        self.result = edition.result
        self.periods = sorted(
            range(len(self.result.periods)), key=lambda p: self.result.periods[p], reverse=True
        )

    # ---- words -------------------------------------------------------------------------------------------

    def versions(self, text: Text) -> tuple[str, ...]:
        """The text in each language of the edition."""
        return tuple(text.get(lang) for lang in self.languages)

    def heads(self, name: str) -> tuple[str, ...]:
        """`name_vi`, `name_en`, …"""
        return tuple(f"{name}_{lang}" for lang in self.languages)

    @cached_property
    def unit_names(self) -> list[tuple[str, ...]]:
        """The names of each unit, in the order of the result."""
        return [self.versions(self.edition.territory.by_code[unit].name) for unit in self.result.units]

    @cached_property
    def regions(self) -> list[tuple[Cell, ...]]:
        """The code and names of each unit's region; blank where it has none."""
        territory = self.edition.territory
        found: list[tuple[Cell, ...]] = []
        for unit in self.result.units:
            region = territory.regions_by_code.get(territory.by_code[unit].region or "")
            blank = ("",) * (1 + len(self.languages))
            found.append((region.code, *self.versions(region.name)) if region else blank)
        return found

    @property
    def synthetic(self) -> str:
        """What the column `synthetic` holds."""
        return "true" if self.edition.synthetic else "false"

    # ---- order -------------------------------------------------------------------------------------------

    @cached_property
    def _by_name(self) -> list[int]:
        """The place of each unit in the order of names, in the first language."""
        lang, units = self.languages[0], self.edition.territory.by_code
        keys = [sort_key(units[unit].name.get(lang), lang) for unit in self.result.units]
        places = [0] * len(keys)
        for place, u in enumerate(sorted(range(len(keys)), key=keys.__getitem__)):
            places[u] = place
        return places

    def ordered(self, period: int, node: int) -> list[int]:
        """Units by rank at a node, equal ones by name; those without a rank last, by their scores."""
        ranks = self.result.rank[period, :, node]
        # NaN sorts last, which is where a unit without a rank belongs.
        below = np.where(np.isnan(ranks), -self.result.score[period, :, node], 0.0)
        order: list[int] = np.lexsort((np.array(self._by_name), below, ranks)).tolist()
        return order

    # ---- what only some recipes make ---------------------------------------------------------------------

    @cached_property
    def more(self) -> tuple[str, ...]:
        """The heads of what stands behind a score where there is such: brackets, whether ranked, class."""
        result = self.result
        named = self.result.classes is not None and any(self._class_names)
        there = {
            "bracketed": result.bracketed is not None,
            "ranked": not result.included.all(),
            "class": result.classes is not None,
            "class_name": named,
        }
        return tuple(name for name, has in there.items() if has)

    def beside(self, p: int, u: int, node: int) -> tuple[Cell, ...]:
        """The cells of `more` for one score."""
        return tuple(_MORE[name](self, p, u, node) for name in self.more)

    @cached_property
    def _class_names(self) -> list[tuple[str, ...]]:
        """The names of the classes at each node, the lowest first."""
        recipe = self.edition.recipe
        methods = [recipe.classify_at.get(code, recipe.classify) for code in self.result.nodes]
        return [() if method is None else method.labels for method in methods]

    def class_number(self, p: int, u: int, node: int) -> int:
        """The class of a score, 1 the lowest; 0 where it has none."""
        return 0 if self.result.classes is None else int(self.result.classes[p, u, node])

    def class_name(self, p: int, u: int, node: int) -> str:
        """The name of the class of a score; blank where it has none."""
        number, names = self.class_number(p, u, node), self._class_names[node]
        return names[number - 1] if number and names else ""

    def bracket(self, p: int, u: int, node: int) -> float | None:
        """The place in brackets."""
        return None if self.result.bracketed is None else known(float(self.result.bracketed[p, u, node]))

    @property
    def newest(self) -> int:
        """The period that the edition speaks of."""
        return self.result.periods.index(self.edition.period)

    # ---- tables ------------------------------------------------------------------------------------------

    def ranking(self) -> Table:
        """Who stands where in the index itself."""
        node = self.result.node_at[self.edition.framework.root.code]
        about = (*self.heads("name"), "region", *self.heads("region"))
        head = ("period", "rank", "of", "unit", *about, "score", *self.more)
        rows: list[tuple[Cell, ...]] = []
        for p in self.periods:
            of = self.result.ranked(p, node)
            for u in self.ordered(p, node):
                rank, score = known(self.result.rank[p, u, node]), known(self.result.score[p, u, node])
                own = (self.result.units[u], *self.unit_names[u], *self.regions[u])
                rows.append((self.result.periods[p], rank, of, *own, score, *self.beside(p, u, node)))
        return self._signed(head, rows)

    def scores(self) -> Table:
        """Every node above the indicators: score and rank of every unit."""
        head = (
            "period", "unit", *self.heads("name"), "node", *self.heads("node"), "level",
            "score", "rank", "of", *self.more,
        )  # fmt: skip
        return self._signed(head, list(self._scores()))

    def _scores(self) -> Iterator[tuple[Cell, ...]]:
        above = [(self.result.node_at[n.code], n) for n in self.edition.framework.nodes if not n.is_indicator]
        for p in self.periods:
            of = {at: self.result.ranked(p, at) for at, _ in above}
            for u, unit in enumerate(self.result.units):
                score, rank = self.result.score[p, u].tolist(), self.result.rank[p, u].tolist()
                for at, node in above:
                    about = (node.code, *self.versions(node.name), node.level)
                    numbers = (known(score[at]), known(rank[at]), of[at], *self.beside(p, u, at))
                    yield (self.result.periods[p], unit, *self.unit_names[u], *about, *numbers)

    def indicators(self) -> Table:
        """Every indicator of every unit."""
        rows = [row for node in self.edition.framework.indicators for row in self._indicator(node)]
        return self._signed(self._indicator_head, rows)

    @property
    def _indicator_head(self) -> tuple[str, ...]:
        return (
            "period", "unit", *self.heads("name"), "indicator", *self.heads("indicator"),
            *self.heads("measure"), "value", *self._used, "score", "rank", "of", *self.more, "flags",
            "source",
        )  # fmt: skip

    @property
    def _used(self) -> tuple[str, ...]:
        """The head of what was scaled, where anything was done to values before."""
        return ("used",) if self.edition.recipe.prepare else ()

    def _indicator(self, node: Node) -> Iterator[tuple[Cell, ...]]:
        at, i = self.result.node_at[node.code], self.result.indicator_at[node.code]
        about = (node.code, *self.versions(node.name), *self.versions(node.unit))
        result = self.result
        for p in self.periods:
            of, sources = result.ranked(p, at), self._sources(node, p)
            raw, score, rank = (
                x.tolist() for x in (result.raw[p, :, i], result.score[p, :, at], result.rank[p, :, at])
            )
            used = result.treated[p, :, i].tolist()
            flags = [self._flag_words[flag] for flag in result.flags[p, :, i].tolist()]
            for u in self.ordered(p, at):
                unit = (result.units[u], *self.unit_names[u])
                scaled = (known(used[u]),) if self._used else ()
                more = self.beside(p, u, at)
                numbers = (known(raw[u]), *scaled, known(score[u]), known(rank[u]), of, *more)
                yield (result.periods[p], *unit, *about, *numbers, flags[u], sources[u])

    @cached_property
    def _flag_words(self) -> dict[int, str]:
        return {flag: Flag(flag).word for flag in np.unique(self.result.flags).tolist()}

    def _sources(self, node: Node, period: int) -> list[str]:
        """Where the figures behind one indicator are from, by unit."""
        panel = self.edition.panel
        columns = [panel.series.index(series) for series in series_of(node.formula)]
        notes = [[panel.sources[at] for at in row] for row in panel.source[period][:, columns].tolist()]
        return ["; ".join(dict.fromkeys(note for note in row if note)) for row in notes]

    def framework(self) -> Table:
        """The tree, with the certainty of each definition and the weights."""
        head = (
            "code", "id", "parent", "level", *self.heads("name"), *self.heads("measure"), "direction",
            "certainty", "valid_from", "valid_to", "formula", "weight",
        )  # fmt: skip
        rows = [self._node(node) for node in self.edition.framework.nodes]
        return self._signed(head, rows)

    def _node(self, node: Node) -> tuple[Cell, ...]:
        return (
            node.code, node.id, node.parent or "", node.level, *self.versions(node.name),
            *self.versions(node.unit), node.direction or "", node.certainty or "", node.valid_from or "",
            node.valid_to or "",
            formula(node.formula), self.weight(node),
        )  # fmt: skip

    def weight(self, node: Node) -> float | None:
        """The weight of a node, as given or found, in the period of the edition."""
        return known(float(self.result.weight[self.newest, self.result.node_at[node.code]]))

    def derived(self) -> Table:
        """Every derived figure of every unit."""
        head = ("period", "unit", *self.heads("name"), "figure", *self.heads("figure"), "value", "rank", "of")
        rows: list[tuple[Cell, ...]] = []
        for one in self.result.derived:
            for p in self.periods:
                values, ranks = one.value[p].tolist(), one.rank[p].tolist()
                of = int(np.count_nonzero(~np.isnan(one.rank[p])))
                for u in self.ordered(p, self.result.node_at[self.edition.framework.root.code]):
                    unit = (self.result.periods[p], self.result.units[u], *self.unit_names[u])
                    about = (one.code, *self.versions(one.name))
                    rows.append((*unit, *about, known(values[u]), known(ranks[u]), of or None))
        return self._signed(head, rows)

    def _signed(self, head: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> Table:
        """Every table says in every row whether its figures are invented."""
        return Table((*head, "synthetic"), [(*row, self.synthetic) for row in rows])


# What stands behind a score, by the head of its column.
_MORE: dict[str, Callable[[Contents, int, int, int], Cell]] = {
    "bracketed": Contents.bracket,
    "ranked": lambda c, p, u, node: "true" if c.result.included[p, u] else "false",
    "class": lambda c, p, u, node: c.class_number(p, u, node) or None,
    "class_name": Contents.class_name,
}


def formula(made_of: Formula | None) -> str:
    """The formula in the ids of series."""
    match made_of:
        case Direct(series):
            return series
        case Ratio(numerator, denominator, scale):
            return f"{numerator} / {denominator}" + (f" × {scale:g}" if scale != 1 else "")
        case Rubric(criteria):
            return " + ".join(criterion.series for criterion in criteria)
        case None:
            return ""
