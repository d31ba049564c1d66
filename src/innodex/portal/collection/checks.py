"""The checks of a submission: what is wrong, where, what was found and what to do.

Every check has a stable code. FORMAT, REQUIRED, LOGIC and EVIDENCE block a submission, CHANGE asks for an
explanation, NOTE informs. A draft is saved whatever they say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np

from innodex.documents import Figure, Text, plain_figure, read_figure, say, shown_figure
from innodex.framework import Framework, Series
from innodex.panel import Panel
from innodex.portal.collection.models import EvidenceLink, Item, Missing, Submission
from innodex.portal.rounds import documents
from innodex.portal.rounds.models import Version
from innodex.result import bad_cells

# Of the set of checks below. A stored snapshot keeps the findings of its own version.
VERSION = 1

_SLIPS = (10, 100, 1000, 1_000_000)
_NEAR = Decimal("0.15")  # how far a ratio may be from a power of ten and still look like a slip


class Severity(StrEnum):
    """What a finding does to the submission."""

    BLOCK = "block"  # cannot be sent
    WARN = "warn"  # can be sent with an explanation
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found on one item. `figures` are canonical numbers, `values` words for the sentence."""

    kind: str
    code: str
    severity: Severity
    item: Item
    key: str
    name: Text
    figures: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def explained(self) -> bool:
        """True where the locality has explained the item."""
        return bool(self.item.explanation.strip())

    @property
    def stands_in_the_way(self) -> bool:
        """True when the submission cannot be sent because of it."""
        return self.severity is Severity.BLOCK or (self.severity is Severity.WARN and not self.explained)

    def text(self, lang: str) -> str:
        """The field, what was found, and what to do."""
        words = {name: _in(value, lang) for name, value in self.values.items()}
        if self.key == "figure":  # the sentence of the reader of numbers names what was typed
            said = read_figure(self.item.raw, percent=self.values["percent"]).text(self.item.raw, lang)
            return say(lang, "collection.check.figure", field=self.name.get(lang), said=said)
        words |= {name: shown_figure(value, lang) for name, value in self.figures.items()}
        return say(lang, f"collection.check.{self.key}", field=self.name.get(lang), **words)

    def plain(self) -> dict[str, Any]:
        """For a snapshot: codes and figures, no sentences."""
        return {
            "code": self.code,
            "kind": self.kind,
            "severity": str(self.severity),
            "series": self.item.series,
            "period": self.item.period,
            "explained": self.explained,
            "figures": dict(self.figures),
        }


def is_percent(series: Series) -> bool:
    """True where the unit of measure is percent."""
    return any(words.lstrip().startswith("%") for _, words in series.unit)


def is_evidence_asked(series: Series) -> bool:
    """True where the framework asks the locality to show evidence."""
    return bool(series.evidence)


def read(raw: str, series: Series) -> Figure:
    """The number that a locality typed for the series."""
    return read_figure(raw, percent=is_percent(series))


def findings(
    submission: Submission, items: Iterable[Item] | None = None, framework: Framework | None = None
) -> list[Finding]:
    """Everything the checks find, in the order of the items; all of them at once."""
    held = list(submission.items.order_by("position") if items is None else items)
    framework = framework or framework_of(submission)
    linked = set(
        EvidenceLink.objects.filter(item__in=held, unlinked_at__isnull=True).values_list("item_id", flat=True)
    )
    return judge(held, framework, linked)


def framework_of(submission: Submission) -> Framework:
    """The adopted framework of the submission's round."""
    return documents.framework_of(version_of(submission))


def version_of(submission: Submission) -> Version:
    """The adopted version of the round, without its files: they are read once and kept."""
    round = submission.round_of()
    adopted = Version.objects.filter(round=round, state=Version.State.ADOPTED).defer("files").first()
    return adopted or documents.newest(round)


def judge(items: list[Item], framework: Framework, linked: set[int]) -> list[Finding]:
    """What the checks find on items, given which of them (by key) cite evidence. Reads no database."""
    by_series = {item.series: item for item in items}
    found: list[Finding] = []
    for item in items:
        series = framework.series_by_id.get(item.series)
        if series is not None:
            check = _Check(item, series, framework, by_series, item.pk in linked)
            found.extend(check.run())
    return found


def outside(value: str, item: Item, series: Series) -> bool:
    """True for a canonical figure that the series, or the maximum of the criterion, forbids."""
    return any(True for _ in _Bounds(value, item, series).run())


def unusable(submission: Submission) -> tuple[Text, ...]:
    """The series whose appraised figures the index cannot be computed from, such as a nought to divide by.

    A freeze refuses them, and once they are approved nobody can mend them. What others supply counts as one
    here: it can be brought in anew until the freeze.
    """
    folder, period = documents.folder_of(version_of(submission)), submission.round_of().period
    series = tuple(one.id for one in folder.framework.series)
    known = dict.fromkeys(series, 1.0)
    own = {item.series: item for item in submission.items.filter(period=period)}
    for name, item in own.items():
        there = item.appraised_value or item.appraised_missing == Missing.NIL
        known[name] = float(item.appraised_value or 0) if there else math.nan
    values = np.array([[[known[one] for one in series]]])
    panel = Panel.of(values, periods=(period,), units=(submission.locality.unit,), series=series)
    bad = {cell.series for cell in bad_cells(panel, folder.framework, folder.recipe)}
    return tuple(one.name for one in folder.framework.series if one.id in bad and one.id in own)


class _Bounds:
    """The limits of one figure: whole numbers, least and most, points of a criterion."""

    def __init__(self, value: str, item: Item, series: Series) -> None:
        self.value = Decimal(value)
        self.item = item
        self.series = series

    def run(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """(code, key, figures) of each limit broken."""
        found = plain_figure(str(self.value))
        if getattr(self.series, "whole", False) and self.value != self.value.to_integral_value():
            yield "L01", "whole", {"found": found}
        least, most = _limit(self.series, "minimum"), _limit(self.series, "maximum")
        if self.item.maximum:
            least, most = Decimal(0), Decimal(self.item.maximum)
        if (least is None or self.value >= least) and (most is None or self.value <= most):
            return
        limits = {
            name: plain_figure(str(x)) for name, x in (("least", least), ("most", most)) if x is not None
        }
        if self.item.maximum:
            yield "L06", "points", {"found": found, **limits}
        elif is_percent(self.series) and len(limits) == 2:
            yield "L04", "percent", {"found": found, **limits}
        elif least is not None and self.value < least:
            yield "L02", "minimum", {"found": found, "least": limits["least"]}
        else:
            yield "L03", "maximum", {"found": found, "most": limits["most"]}


def _limit(series: Series, name: str) -> Decimal | None:
    value = getattr(series, name, None)
    return None if value is None else Decimal(repr(value))


class _Check:
    """All checks of one item."""

    def __init__(
        self, item: Item, series: Series, framework: Framework, others: dict[str, Item], linked: bool
    ) -> None:
        self.item = item
        self.series = series
        self.framework = framework
        self.others = others
        self.linked = linked

    def run(self) -> Iterator[Finding]:
        """What is found, the gravest kind first."""
        yield from self._format()
        yield from self._required()
        yield from self._logic()
        yield from self._evidence()
        yield from self._change()
        yield from self._note()

    def _found(self, kind: str, code: str, severity: Severity, key: str, **given: Any) -> Finding:
        return Finding(kind, code, severity, self.item, key, self.series.name, **given)

    def _block(self, kind: str, code: str, key: str, **given: Any) -> Finding:
        return self._found(kind, code, Severity.BLOCK, key, **given)

    def _format(self) -> Iterator[Finding]:
        item = self.item
        if item.missing:
            if item.raw.strip():
                yield self._block("FORMAT", "F03", "both", values={"raw": item.raw[:60]})
            return
        figure = read(item.raw, self.series)
        percent = {"percent": is_percent(self.series)}
        if figure.fault:
            yield self._block("FORMAT", "F01", "figure", values=percent)
        elif figure.ambiguous and not item.confirmed:
            yield self._block("FORMAT", "F02", "figure", values=percent)

    def _required(self) -> Iterator[Finding]:
        item = self.item
        if not item.raw.strip() and item.missing in ("", Missing.NOT_ENTERED):
            yield self._block("REQUIRED", "R01", "required")

    def _logic(self) -> Iterator[Finding]:
        value = _number(self.item)
        if value is None:
            return
        for code, key, figures in _Bounds(str(value), self.item, self.series).run():
            yield self._block("LOGIC", code, key, figures=figures)
        whole = self.others.get(getattr(self.series, "part_of", ""))
        most = _number(whole) if whole is not None else None
        if whole is not None and most is not None and value > most:
            name = self.framework.series_by_id[whole.series].name
            figures = {"found": plain_figure(str(value)), "most": plain_figure(str(most))}
            yield self._block("LOGIC", "L05", "part", figures=figures, values={"whole": name})

    def _evidence(self) -> Iterator[Finding]:
        item = self.item
        explained = bool(item.explanation.strip())
        claims = (Missing.NOT_APPLICABLE, Missing.CONFIDENTIAL)
        if item.missing in claims and not (explained or self.linked):
            yield self._block("EVIDENCE", "E02", f"claim-{item.missing.replace('_', '-')}")
        given = bool(item.value) or item.missing == Missing.NIL
        if given and is_evidence_asked(self.series) and not (self.linked or explained):
            yield self._block("EVIDENCE", "E01", "evidence", values={"asked": self.series.evidence})

    def _change(self) -> Iterator[Finding]:
        value, last = _number(self.item), self.item.last_value
        if value is None or not last:
            return
        before = Decimal(last)
        figures = {"found": plain_figure(str(value)), "last": last}
        given = {"figures": figures, "values": {"period": self.item.last_period}}
        times = _slip(value, before)
        if times:
            figures["times"] = str(times)
            yield self._found("CHANGE", "C02", Severity.WARN, "slip", **given)
        elif value == before and value != 0 and not self.item.maximum:
            yield self._found("CHANGE", "C03", Severity.WARN, "identical", **given)
        elif self._is_great(value, before):
            yield self._found("CHANGE", "C01", Severity.WARN, "change", **given)

    def _is_great(self, value: Decimal, before: Decimal) -> bool:
        """True beyond the threshold of the series; from nothing to something is beyond any."""
        threshold = _limit(self.series, "change")
        if threshold is None or value == before:
            return False
        return before == 0 or abs(value - before) / abs(before) > threshold

    def _note(self) -> Iterator[Finding]:
        value = _number(self.item)
        if value is not None and is_percent(self.series) and 0 < value < 1:
            found = {"found": plain_figure(str(value)), "hundred": plain_figure(str(value * 100))}
            yield self._found("NOTE", "N01", Severity.INFO, "share", figures=found)
        if self.item.missing == Missing.NOT_APPLICABLE:
            yield self._found("NOTE", "N02", Severity.INFO, "countersign")


def _in(value: Any, lang: str) -> Any:
    return value.get(lang) if isinstance(value, Text) else value


def _number(item: Item) -> Decimal | None:
    """The figure of an item; a true zero counts as one."""
    if item.value:
        return Decimal(item.value)
    return Decimal(0) if item.missing == Missing.NIL else None


def _slip(value: Decimal, before: Decimal) -> int:
    """10, 100, 1000 or a million where one figure is about so many times the other; else 0."""
    if value * before <= 0:
        return 0
    ratio = max(value / before, before / value)
    return next((times for times in _SLIPS if abs(ratio / times - 1) <= _NEAR), 0)
