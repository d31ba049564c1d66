"""What is known of one node, as pairs of a word and what it says."""

from __future__ import annotations

import math

import numpy as np

from innodex.documents import has
from innodex.framework import Direct, Framework, Node, Ratio, Rubric, series_of
from innodex.result import Flag
from innodex.website import _method
from innodex.website._view import View
from innodex.website._words import Words, capital

Facts = list[tuple[str, str]]


def facts(words: Words, view: View, at: int) -> Facts:
    """Formula, direction, weight, treatment, certainty, source and gaps; what is unknown is absent."""
    node = view.nodes[at]
    found = _definition(words, view, node) if node.is_indicator else []
    found += _weight(words, view, at)
    if node.is_indicator:
        step = view.edition.recipe.normalisation(node.code)
        before = list(_method.preparation(words, node.code))
        found += [(words.t(f"methods.chapter.{name}"), said) for name, said in before]
        # Beside other steps the scaling is called by its own name.
        word = words.t("methods.chapter.normalise" if before else "site.fact.treatment")
        found.append((word, " ".join(_method.normalisation(words, step, node))))
    else:
        said = " ".join(_method.aggregation(words, view.edition.recipe.aggregation(node.code)))
        found.append((words.t("site.fact.treatment"), said))
    if node.certainty:
        found.append((words.t("site.fact.certainty"), capital(words.t(f"site.certainty.{node.certainty}"))))
    if node.valid_from or node.valid_to:
        found.append((words.t("site.fact.valid"), _validity(words, node)))
    if node.is_indicator:
        found += _origin(words, view, node) + _gaps(words, view, view.indicator[at])
    return found


def _definition(words: Words, view: View, node: Node) -> Facts:
    framework = view.edition.framework
    found = [(words.t("site.fact.formula"), formula(words, framework, node))]
    if unit := words.name(node.unit) or unit_of_formula(words, framework, node):
        found.append((words.t("site.fact.unit"), unit))
    if node.direction:
        found.append((words.t("site.fact.direction"), capital(words.t(f"site.direction.{node.direction}"))))
    return found


def formula(words: Words, framework: Framework, node: Node) -> str:
    """How an indicator is made of its series, in their names."""

    def name(series: str) -> str:
        return words.name(framework.series_by_id[series].name) or series

    match node.formula:
        case Direct(series):
            return words.t("site.formula.direct", series=name(series))
        case Ratio(numerator, denominator, scale):
            above, below = name(numerator), name(denominator)
            if scale == 1:
                return words.t("site.formula.ratio", numerator=above, denominator=below)
            said = words.plain(scale)
            return words.t("site.formula.scaled", scale=said, numerator=above, denominator=below)
        case Rubric(criteria):
            listed = [
                words.t("site.formula.criterion", name=name(c.series), maximum=words.plain(c.maximum))
                for c in criteria
            ]
            return words.t("site.formula.rubric", criteria="; ".join(listed))
        case _:
            return ""


def unit_of_formula(words: Words, framework: Framework, node: Node) -> str:
    """The unit of the one series that an indicator takes over as it stands."""
    if isinstance(node.formula, Direct):
        return words.name(framework.series_by_id[node.formula.series].unit)
    return words.t("site.formula.points") if isinstance(node.formula, Rubric) else ""


def _weight(words: Words, view: View, at: int) -> Facts:
    node = view.nodes[at]
    if not view.applies[at] or node.parent is None or view.is_sum(node.parent):
        return []
    result = view.edition.result
    parent = view.edition.framework.by_code[node.parent]
    said = words.t(
        "site.fact.weight-is",
        share=words.percent(float(result.share[view.p, at])),
        parent=words.name(parent.name),
        whole=words.percent(float(result.effective[view.p, at])),
    )
    if _method.weights_are_found(words, node.parent):
        said = words.t("site.fact.weight-found", weight=said)
    return [(words.t("site.fact.weight"), said)]


def _validity(words: Words, node: Node) -> str:
    if node.valid_from and node.valid_to:
        return words.t("site.fact.valid-between", first=node.valid_from, last=node.valid_to)
    if node.valid_from:
        return words.t("site.fact.valid-from", first=node.valid_from)
    return words.t("site.fact.valid-to", last=node.valid_to or "")


def _origin(words: Words, view: View, node: Node) -> Facts:
    """Who supplies the series, what kind of source it is, and where this period's figures come from."""
    edition = view.edition
    series = [edition.framework.series_by_id[code] for code in series_of(node.formula)]
    kinds = [_kind(words, one.source_kind) for one in series if one.source_kind]
    pairs = (
        ("kind", kinds),
        ("supplied", [one.supplied_by.get(words.lang) for one in series if one.supplied_by]),
        ("evidence", [one.evidence.get(words.lang) for one in series if one.evidence]),
        ("source", _sources(view, [one.id for one in series])),
    )
    return [
        (words.t(f"site.fact.{key}"), capital("; ".join(dict.fromkeys(said)))) for key, said in pairs if said
    ]


def _kind(words: Words, kind: str) -> str:
    return words.t(f"site.kind.{kind}") if has(f"site.kind.{kind}") else kind


def _sources(view: View, series: list[str]) -> list[str]:
    panel = view.edition.panel
    p = panel.periods.index(view.edition.period)
    found: dict[str, None] = {}
    for one in series:
        s = panel.series.index(one)
        there = ~np.isnan(panel.values[p, :, s])
        for at in np.unique(panel.source[p, there, s]).tolist():
            if panel.sources[at]:
                found[panel.sources[at]] = None
    return list(found)


def _gaps(words: Words, view: View, i: int) -> Facts:
    """How many figures are missing, filled in, estimated, treated or held at a goalpost."""
    flags, raw = view.flags[i], view.raw[i]
    counts = {
        "missing": sum(
            math.isnan(x) and not f & Flag.NOT_APPLICABLE for f, x in zip(flags, raw, strict=True)
        ),
        "estimated": sum(bool(f & Flag.ESTIMATED) for f in flags),
        "imputed": sum(bool(f & Flag.IMPUTED) for f in flags),
        "treated": sum(bool(f & Flag.TREATED) for f in flags),
        "capped": sum(bool(f & Flag.CAPPED) for f in flags),
    }
    said = [words.t(f"site.fact.count-{key}", number=n, all=len(raw)) for key, n in counts.items() if n]
    return [(words.t("site.fact.gaps"), capital("; ".join(said)))] if said else []
