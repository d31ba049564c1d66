"""What is measured: a tree of nodes down to indicators, and the series they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from innodex.documents import Text, digest


class Direction(StrEnum):
    """Whether more is better."""

    HIGHER = "higher"
    LOWER = "lower"


class Certainty(StrEnum):
    """How sure the definition itself is."""

    OFFICIAL = "official"
    PROVISIONAL = "provisional"
    ASSUMED = "assumed"


# The source kind of series that the localities themselves supply.
LOCAL = "locality"


@dataclass(frozen=True, slots=True)
class Series:
    """A data element: what somebody supplies, before any formula.

    `whole` to `change` are what a figure is checked against where it is collected: whole numbers only, the
    least and the greatest that can be, the series it is a part of, and the relative change from one round to
    the next beyond which an explanation is asked for (0.5 is half as much again).
    """

    id: str
    name: Text
    unit: Text = Text()
    source_kind: str = ""
    supplied_by: Text = Text()
    evidence: Text = Text()
    note: str = ""
    whole: bool = False
    minimum: float | None = None
    maximum: float | None = None
    part_of: str = ""
    change: float | None = None

    @property
    def is_local(self) -> bool:
        """True when the localities themselves supply it in a round."""
        return self.source_kind == LOCAL


@dataclass(frozen=True, slots=True)
class Direct:
    """The indicator is a series as it stands."""

    series: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """The indicator is numerator / denominator × scale."""

    numerator: str
    denominator: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a rubric: a series of points, from 0 to `maximum`."""

    series: str
    maximum: float


@dataclass(frozen=True, slots=True)
class Rubric:
    """The indicator is the sum of the points of its criteria; missing if one is missing."""

    criteria: tuple[Criterion, ...]


Formula = Direct | Ratio | Rubric


def series_of(formula: Formula | None) -> tuple[str, ...]:
    """The series that a formula needs."""
    match formula:
        case Direct(series):
            return (series,)
        case Ratio(numerator, denominator, _):
            return (numerator, denominator)
        case Rubric(criteria):
            return tuple(criterion.series for criterion in criteria)
        case None:
            return ()


@dataclass(frozen=True, slots=True)
class Node:
    """One place in the tree. `code` names it in this version, `id` for ever; `parent` is a code."""

    id: str
    code: str
    parent: str | None
    level: str
    name: Text
    unit: Text = Text()
    direction: Direction | None = None
    certainty: Certainty | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    formula: Formula | None = None
    note: str = ""

    @property
    def is_indicator(self) -> bool:
        """True for a leaf: a node with a formula."""
        return self.formula is not None

    def valid_in(self, period: str) -> bool:
        """True when the node applies in `period` (`2016` covers every `2016-…`)."""
        if self.valid_from is not None and period[: len(self.valid_from)] < self.valid_from:
            return False
        return self.valid_to is None or period[: len(self.valid_to)] <= self.valid_to


@dataclass(frozen=True)
class Framework:
    """The tree in framework order, the series, and the sheets {(node code, language): Markdown}."""

    nodes: tuple[Node, ...]
    series: tuple[Series, ...]
    sheets: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def by_code(self) -> dict[str, Node]:
        """{code: node}."""
        return {node.code: node for node in self.nodes}

    @cached_property
    def series_by_id(self) -> dict[str, Series]:
        """{id: series}."""
        return {series.id: series for series in self.series}

    @cached_property
    def root(self) -> Node:
        """The index itself."""
        return next(node for node in self.nodes if node.parent is None)

    @cached_property
    def indicators(self) -> tuple[Node, ...]:
        """The leaves, in framework order."""
        return tuple(node for node in self.nodes if node.is_indicator)

    @cached_property
    def _children(self) -> dict[str, tuple[Node, ...]]:
        found: dict[str, list[Node]] = {node.code: [] for node in self.nodes}
        for node in self.nodes:
            if node.parent in found:
                found[node.parent].append(node)
        return {code: tuple(nodes) for code, nodes in found.items()}

    def children(self, code: str) -> tuple[Node, ...]:
        """The nodes directly below `code`, in framework order."""
        return self._children[code]

    def ancestors(self, code: str) -> Iterator[Node]:
        """The nodes above `code`, from its parent up to the root."""
        parent = self.by_code[code].parent
        while parent is not None:
            yield self.by_code[parent]
            parent = self.by_code[parent].parent

    def depth(self, code: str) -> int:
        """0 for the root, 1 for its children, and so on."""
        return sum(1 for _ in self.ancestors(code))

    def below(self, code: str) -> Iterator[Node]:
        """`code` and every node under it, children before their parent."""
        return iter(self._below(code))

    def _below(self, code: str) -> tuple[Node, ...]:
        if code not in self._branches:
            found = [node for child in self.children(code) for node in self._below(child.code)]
            self._branches[code] = (*found, self.by_code[code])
        return self._branches[code]

    @cached_property
    def _branches(self) -> dict[str, tuple[Node, ...]]:
        """{code: it and what is under it}, as far as it was asked for."""
        return {}

    def applies(self, code: str, period: str) -> bool:
        """True when an indicator is valid in `period`, or anything below a parent is."""
        node = self.by_code[code]
        if not node.valid_in(period):
            return False
        if node.is_indicator:
            return True
        return any(self.applies(child.code, period) for child in self.children(code))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical content: names, tree, formulas, series and sheets."""
        return digest(
            {
                "nodes": [_plain(node) for node in self.nodes],
                "series": [_plain(series) for series in self.series],
                "sheets": {f"{code}.{lang}": text for (code, lang), text in self.sheets.items()},
            }
        )


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, StrEnum) or value is None or isinstance(value, str | int | float):
        return value
    fields = {name: _plain(getattr(value, name)) for name in value.__slots__}  # type: ignore[attr-defined]
    return {"kind": type(value).__name__.lower(), **fields}
