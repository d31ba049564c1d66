"""What is made when collection opens: a submission for each locality, an item for each figure it supplies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from innodex.documents import plain_figure
from innodex.framework import Framework
from innodex.panel import Panel, Status
from innodex.portal.collection.models import Item, Submission
from innodex.portal.people.gate import Act
from innodex.portal.rounds import documents
from innodex.portal.rounds.models import Locality, Phase, Round


@dataclass(frozen=True, slots=True)
class Last:
    """The figure of the round before, with its period; or why there is none to compare with.

    `note`: `round` or `data` (where it comes from), `none` (nothing earlier), `unit` (measured in another
    unit then), `locality` (the locality is new in this territory).
    """

    value: str = ""
    period: str = ""
    note: str = "none"


def open(act: Act, round: Round) -> None:
    """Make the submissions of the round's localities: those confirmed in a pilot, all in a national round."""
    version = documents.in_force(round)
    framework = documents.framework_of(version)
    series = [one.id for one in documents.local_series(framework)]
    maximum = documents.maximum_of(framework)
    before = _Before(round, framework, documents.folder_of(version).panel)
    for locality in _taking_part(round):
        submission = act.create(Submission, locality=locality)
        act.create_many(Item, list(_items(submission, locality, series, maximum, before, round.period)))


def _taking_part(round: Round) -> list[Locality]:
    localities = round.localities.order_by("position")
    if round.kind == Round.Kind.PILOT:
        localities = localities.filter(registration__state="confirmed")
    return list(localities)


def _items(
    submission: Submission,
    locality: Locality,
    series: list[str],
    maximum: dict[str, float],
    before: _Before,
    period: str,
) -> Iterator[dict[str, Any]]:
    for position, code in enumerate(series, start=1):
        last = before.of(locality.unit, code)
        yield {
            "submission": submission,
            "series": code,
            "period": period,
            "position": position,
            "maximum": plain_figure(repr(maximum[code])) if code in maximum else "",
            "last_value": last.value,
            "last_period": last.period,
            "last_note": last.note,
        }


class _Before:
    """The figures known from earlier: appraised in an earlier round, else in the data of the version."""

    def __init__(self, round: Round, framework: Framework, panel: Panel | None) -> None:
        self.round = round
        self.framework = framework
        self.panel = panel
        self.earlier = _earlier_round(round)
        self.appraised: dict[tuple[str, str], str] = {}
        self.earlier_framework: Framework | None = None
        self.earlier_units: frozenset[str] = frozenset()
        if self.earlier is not None:
            self.earlier_framework = documents.framework_of(documents.in_force(self.earlier))
            self.earlier_units = frozenset(self.earlier.localities.values_list("unit", flat=True))
            self.appraised = _appraised(self.earlier)

    def of(self, unit: str, series: str) -> Last:
        """The last figure of a unit."""
        if (unit, series) in self.appraised:
            if not self._same_measure(series):
                return Last(note="unit")
            assert self.earlier is not None
            return Last(self.appraised[unit, series], self.earlier.period, "round")
        last = self._in_data(unit, series)
        if last is not None:
            return last
        if self.earlier is not None and unit not in self.earlier_units:
            return Last(note="locality")
        return Last()

    def _same_measure(self, series: str) -> bool:
        """True where the series was measured in the same unit in the earlier round."""
        assert self.earlier_framework is not None
        known = self.earlier_framework.series_by_id.get(series)
        return known is not None and known.unit == self.framework.series_by_id[series].unit

    def _in_data(self, unit: str, series: str) -> Last | None:
        panel = self.panel
        if panel is None or unit not in panel.units or series not in panel.series:
            return None
        row, column = panel.units.index(unit), panel.series.index(series)
        for at in sorted(range(len(panel.periods)), key=panel.periods.__getitem__, reverse=True):
            known = panel.status[at, row, column] in (Status.OBSERVED, Status.ESTIMATED)
            if panel.periods[at] < self.round.period and known:
                return Last(
                    plain_figure(repr(float(panel.values[at, row, column]))), panel.periods[at], "data"
                )
        return None


def _earlier_round(round: Round) -> Round | None:
    """The newest published round of the same territory for an earlier period."""
    published = Round.objects.filter(
        scheme=round.scheme, period__lt=round.period, phase__in=(Phase.PUBLISHED, Phase.CLOSED)
    )
    return published.order_by("-period", "-pk").first()


def _appraised(round: Round) -> dict[tuple[str, str], str]:
    """{(unit, series): appraised figure} of a round's locked submissions; a true zero counts as one."""
    items = Item.objects.filter(
        submission__locality__round=round, submission__state=Submission.State.LOCKED, period=round.period
    )
    found = items.values_list("submission__locality__unit", "series", "appraised_value", "appraised_missing")
    figures = {(unit, series): "0" if why == "nil" else value for unit, series, value, why in found}
    return {cell: value for cell, value in figures.items() if value}
