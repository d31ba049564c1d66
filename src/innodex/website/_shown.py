"""An edition as one language shows it: names in order, figures as text, the tree as tables list it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from innodex.documents import sort_key
from innodex.framework import Certainty, Node
from innodex.website._facts import unit_of_formula
from innodex.website._view import View, link, positions
from innodex.website._words import Words

Cell = str | Markup


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
        self.ranks: list[list[Cell]] = [
            [words.missing if math.isnan(value) else words.plain(value) for value in column]
            for column in view.ranks
        ]
        self.orders = [view.order(node, self.alphabet) for node in range(len(view.nodes))]
        self.tree = [self._branch(at) for at in view.tree()]

    def score(self, at: int, u: int) -> Cell:
        """The score of a unit at a node, or why there is none."""
        if not self.view.applies[at]:
            return self.words.not_applicable
        return self.scores[at][u] or self.words.missing

    def place(self, at: int, u: int) -> Cell:
        """The rank of a unit at a node, as "r / n"."""
        if math.isnan(self.view.ranks[at][u]):
            return self.words.missing
        return f"{self.ranks[at][u]} / {self.view.of[at]}"

    def region(self, u: int) -> str:
        """The name of a unit's region; empty where there is none."""
        return self.region_names.get(self.view.region_of(u) or "", "")

    def measure(self, node: Node) -> str:
        """The unit of measurement; that of the series where the node itself names none."""
        return self.words.name(node.unit) or unit_of_formula(self.words, self.view.edition.framework, node)

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
            weight=words.plain(float(result.weight[view.p, at])) if weighs else "",
            share=words.not_applicable if not applies else words.percent(share) if weighs else "",
            whole=words.percent(whole) if applies else words.not_applicable,
            certainty=words.t(f"site.certainty.{certainty}") if certainty else "",
        )
