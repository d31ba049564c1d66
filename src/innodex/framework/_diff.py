"""What changed from one version of a framework to the next, by the stable id of each node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from innodex.documents import Text, exact
from innodex.framework._framework import (
    Direct,
    Formula,
    Framework,
    Node,
    Ratio,
    Rubric,
    Series,
    series_of,
)

# What can be said of a node, in the order in which people go through it. A weight stands in the recipe.
ASPECTS = (
    "definition",
    "unit",
    "source",
    "method",
    "collection_time",
    "supplier",
    "evidence",
    "weight",
    "name",
    "place",
    "direction",
)


class ChangeKind(StrEnum):
    """What became of a node. One that only stands elsewhere, or has another code, is moved."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One node that is not as it was: its id, its code before and after, and {aspect: (before, after)}.

    A node that is new or gone has all its aspects, each with nothing on the other side.
    """

    id: str
    kind: ChangeKind
    old: str | None
    new: str | None
    aspects: Mapping[str, tuple[Text, Text]] = field(default_factory=dict, hash=False)

    @property
    def is_moved(self) -> bool:
        """True where code, level or parent are other than before."""
        return self.old is not None and self.new is not None and "place" in self.aspects


def compare(old: Framework, new: Framework) -> tuple[Change, ...]:
    """The nodes that differ, in the order of the new framework, then those that are gone in that of the old.

    The order of siblings, and series that no formula needs, are not compared.
    """
    before, after = ({node.id: node for node in one.nodes} for one in (old, new))
    found = [_change(old, before.get(node.id), new, node) for node in new.nodes]
    found += [_change(old, node, new, None) for node in old.nodes if node.id not in after]
    return tuple(change for change in found if change is not None)


def _change(old: Framework, was: Node | None, new: Framework, now: Node | None) -> Change | None:
    before = {} if was is None else _aspects(old, was)
    after = {} if now is None else _aspects(new, now)
    aspects = differing(before, after)
    known = was or now
    if known is None or not aspects:
        return None
    if was is None or now is None:
        kind = ChangeKind.ADDED if was is None else ChangeKind.REMOVED
    else:
        kind = ChangeKind.MOVED if set(aspects) == {"place"} else ChangeKind.CHANGED
    code, other = (None if node is None else node.code for node in (was, now))
    return Change(known.id, kind, code, other, aspects)


def differing(before: Mapping[str, Text], after: Mapping[str, Text]) -> dict[str, tuple[Text, Text]]:
    """{aspect: (before, after)} of those that differ; the order of languages makes no difference."""
    pairs = {aspect: (before.get(aspect, Text()), after.get(aspect, Text())) for aspect in ASPECTS}
    return {aspect: pair for aspect, pair in pairs.items() if pair[0].as_dict() != pair[1].as_dict()}


# ---- what there is to say of a node ----------------------------------------------------------------------


def _aspects(framework: Framework, node: Node) -> dict[str, Text]:
    by_id = framework.series_by_id
    series = [by_id.get(name) or Series(name, Text()) for name in series_of(node.formula)]
    period = f"{node.valid_from or '…'} – {node.valid_to or '…'}"
    return {
        "definition": _definition(framework, node),
        "unit": node.unit,
        "source": _of_each(series, {one.id: _plain(one.source_kind) for one in series}),
        "method": _joined([_plain(_formula(node.formula)), *map(_figure, series)]),
        "collection_time": _plain(period if node.valid_from or node.valid_to else ""),
        "supplier": _of_each(series, {one.id: one.supplied_by for one in series}),
        "evidence": _of_each(series, {one.id: one.evidence for one in series}),
        "name": node.name,
        "place": _plain(_place(framework, node)),
        "direction": _plain(node.direction or ""),
    }


def _plain(words: str) -> Text:
    return Text.of({"": words})


def _definition(framework: Framework, node: Node) -> Text:
    sheets = {lang: words for (code, lang), words in sorted(framework.sheets.items()) if code == node.code}
    return _joined([Text.of(sheets), _plain(node.certainty or ""), _plain(node.note)])


def _place(framework: Framework, node: Node) -> str:
    """Level and code of the node, and the id of the one above, which stays when codes move."""
    above = framework.by_code.get(node.parent or "")
    return f"{node.level} {node.code}" + (f" ← {above.id}" if above is not None else "")


def _formula(formula: Formula | None) -> str:
    match formula:
        case Direct(series):
            return series
        case Ratio(numerator, denominator, scale):
            return f"{numerator} / {denominator}" + ("" if scale == 1 else f" × {exact(scale)}")
        case Rubric(criteria):
            return " + ".join(f"{one.series} (0 … {exact(one.maximum)})" for one in criteria)
        case None:
            return ""


def _figure(series: Series) -> Text:
    """A series in one line: what it is called, in which unit, and what it is checked against."""
    limits = [
        "0, 1, 2 …" if series.whole else "",
        f"≥ {exact(series.minimum)}" if series.minimum is not None else "",
        f"≤ {exact(series.maximum)}" if series.maximum is not None else "",
        f"≤ {series.part_of}" if series.part_of else "",
        f"± {exact(series.change)}" if series.change is not None else "",
        series.note,
    ]
    langs = dict.fromkeys(lang for text in (series.name, series.unit) for lang, _ in text) or {"": None}
    checked = "; ".join(limit for limit in limits if limit)
    lines = {}
    for lang in langs:
        unit = f" ({series.unit.get(lang)})" if series.unit else ""
        lines[lang] = f"{series.id}: {series.name.get(lang)}{unit}" + (f"; {checked}" if checked else "")
    return Text.of(lines)


def _of_each(series: Iterable[Series], texts: Mapping[str, Text]) -> Text:
    """What is said of each series; once where all say the same."""
    known = [(one.id, texts[one.id]) for one in series if texts[one.id]]
    if len({tuple(sorted(text)) for _, text in known}) < 2:
        return known[0][1] if known else Text()
    return _joined([Text.of({lang: f"{name}: {words}" for lang, words in text}) for name, text in known])


def _joined(texts: Iterable[Text]) -> Text:
    """Lines below each other in every language that one of them has."""
    known = [text for text in texts if text]
    langs = dict.fromkeys(lang for text in known for lang, _ in text if lang) or dict.fromkeys([""])
    return Text.of({lang: "\n".join(text.get(lang) for text in known) for lang in langs})
