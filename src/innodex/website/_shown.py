"""An edition as one language shows it: names in order, figures as text, the tree as tables list it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from innodex.documents import sort_key
from innodex.framework import Certainty, Node
from innodex.recipe import Per
from innodex.result import Flag
from innodex.website._facts import unit_of_formula
from innodex.website._view import View, link, positions
from innodex.website._words import Words

Cell = str | Markup
_QUIET = Flag.NOT_APPLICABLE  # said in the cell of the value already
_LONG = 6


def _short(words: Words, weight: float) -> str:
    """A weight as it was written; one that was computed with four digits."""
    said = words.plain(weight)
    return said if len(said) <= _LONG else words.figure(weight)


@dataclass(frozen=True, slots=True)
class Branch:
    """One node as the tables of the tree show it; what does not apply to it is empty."""

    at: int
    css: str
    parent: bool
    code: str
    label: str
    href: str
    measure: str
    direction: str
    weight: str
    share: Cell
    whole: Cell
    certainty: str


class Shown:
    """What every page of one language draws on, written out once."""

    def __init__(self, view: View, words: Words) -> None:
        self.view, self.words = view, words
        territory = view.edition.territory
        self.names = [words.name(territory.by_code[unit].name) or unit for unit in view.units]
        self.alphabet = [int(n) for n in positions([sort_key(name, words.lang) for name in self.names])]
        self.region_names = {r: words.name(territory.regions_by_code[r].name) for r in view.regions}
        self.node_names = [words.name(node.name) or node.code for node in view.nodes]
        self.labels = [words.label(node.code) for node in view.nodes]
        self.scores = [[words.score(value) for value in column] for column in view.scores]
        self.raws = [[words.figure(value) for value in column] for column in view.raw]
        self.figures = [[words.figure(value) for value in column] for column in view.figures]
        self.ranks: list[list[Cell]] = [
            [self._rank(at, u) for u in range(len(view.units))] for at in range(len(view.nodes))
        ]
        self.orders = [view.order(node, self.alphabet) for node in range(len(view.nodes))]
        self.tree = [self._branch(at) for at in view.tree()]

    def score(self, at: int, u: int) -> Cell:
        """The score of a unit at a node, or why there is none."""
        if not self.view.applies[at]:
            return self.words.not_applicable
        return self.scores[at][u] or self.words.missing

    def _rank(self, at: int, u: int) -> Cell:
        """The rank of a unit at a node, in brackets where it is given so, or that there is none."""
        view, words = self.view, self.words
        bracket = view.bracket(at, u)
        if not math.isnan(bracket):
            return f"({words.plain(bracket)})"
        if math.isnan(view.ranks[at][u]):
            return words.missing if math.isnan(view.scores[at][u]) else words.unranked
        return words.plain(view.ranks[at][u])

    def place(self, at: int, u: int) -> Cell:
        """The rank of a unit at a node, as "r / n"; one in brackets is out of nobody's number."""
        if math.isnan(self.view.ranks[at][u]) or not math.isnan(self.view.bracket(at, u)):
            return self.ranks[at][u]
        return f"{self.ranks[at][u]} / {self.view.of[at]}"

    def notes(self, i: int, u: int) -> str:
        """What a reader should know of a figure, and what stood in for it in the computation."""
        flags, words = Flag(self.view.flags[i][u]), self.words
        if flags & Flag.IMPUTED:
            flags &= ~Flag.MISSING
        said = [words.flags(flags & ~(_QUIET | Flag.IMPUTED | Flag.TREATED))]
        if flags & Flag.IMPUTED:
            said.append(words.t("site.note.imputed", value=self.figures[i][u]))
        if flags & Flag.TREATED:
            said.append(words.t("site.note.treated", value=words.figure(self.view.treated[i][u])))
        return "; ".join(one for one in said if one)

    def notes_at(self, at: int, u: int) -> str:
        """The same at any node: above the indicators, how many figures below it were filled in."""
        i = self.view.indicator.get(at)
        if i is not None:
            return self.notes(i, u)
        number, of = self.view.imputed(at, u)
        return self.words.t("site.note.imputed-below", number=number, all=of) if number else ""

    def klass(self, at: int, u: int) -> Cell:
        """The class of a unit at a node: its name, or its number where it has none."""
        number = self.view.classes[at][u] if self.view.classes is not None else 0
        if number == 0:
            return self.words.unranked
        recipe = self.view.edition.recipe
        method = recipe.classify_at.get(self.view.nodes[at].code, recipe.classify)
        names = method.names_in(self.words.lang)
        return names[number - 1] if names else self.words.t("site.class", number=number)

    def region(self, u: int) -> str:
        """The name of a unit's region; empty where there is none."""
        return self.region_names.get(self.view.region_of(u) or "", "")

    def measure(self, node: Node) -> str:
        """The unit of measurement; that of the series where the node itself names none."""
        return self.words.name(node.unit) or unit_of_formula(self.words, self.view.edition.framework, node)

    def measure_compared(self, node: Node) -> str:
        """The unit of what is compared: that of the figure, and of what it was related to."""
        i = self.view.indicator[self.view.edition.result.node_at[node.code]]
        measure = self.measure(node)
        if not self.view.rescaled[i]:
            return measure
        framework, recipe = self.view.edition.framework, self.view.edition.recipe
        steps = [step for step in recipe.prepare if step.step in ("denominate", "transform")]
        over = (node.code, *(one.code for one in framework.ancestors(node.code)))
        made = [next((step.at[one] for one in over if one in step.at), step.default) for step in steps]
        done = [one for one in made if one is not None]
        if len(done) == 1 and isinstance(done[0], Per):
            known = framework.series_by_id.get(done[0].series)
            series = (self.words.name(known.name) if known else "") or done[0].series
            scale = self.words.plain(done[0].scale)
            return self.words.t("site.measure.per", measure=measure, series=series, scale=scale)
        return self.words.t("site.measure.transformed", measure=measure) if done else measure

    def _branch(self, at: int) -> Branch:
        view, words = self.view, self.words
        node, result = view.nodes[at], view.edition.result
        certainty = node.certainty if node.certainty not in (None, Certainty.OFFICIAL) else None
        top, applies = at == view.root, view.applies[at]
        weighs = not top and not view.is_sum(node.parent or "")
        share, whole = float(result.share[view.p, at]), float(result.effective[view.p, at])
        return Branch(
            at=at,
            css=f"d{min(view.depth[node.code], 6)}",
            parent=not node.is_indicator,
            code=node.code,
            label=self.labels[at],
            href="index.html" if top else f"indicators/{link(node.code)}.html",
            measure=self.measure(node) if node.is_indicator else "",
            direction=words.t(f"site.direction.{node.direction}") if node.direction else "",
            weight=_short(words, float(result.weight[view.p, at])) if weighs else "",
            share=words.not_applicable if not applies else words.percent(share) if weighs else "",
            whole=words.percent(whole) if applies else words.not_applicable,
            certainty=words.t(f"site.certainty.{certainty}") if certainty else "",
        )
