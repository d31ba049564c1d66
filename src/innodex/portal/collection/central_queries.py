"""Who sees which central figures: academy, ministry and auditor all, a locality those about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from innodex.framework import Series
from innodex.portal.collection import central
from innodex.portal.collection.models import CentralImport
from innodex.portal.rounds import documents, queries
from innodex.portal.rounds.models import Locality, Registration, Round


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a series is there: figures and stated reasons among the localities that are measured."""

    series: Series
    there: int
    of: int
    sources: tuple[tuple[str, str], ...]  # (source, date)

    @property
    def lacks(self) -> int:
        """For how many localities nothing has been brought in."""
        return self.of - self.there


def sees_all(user: Any) -> bool:
    """True for those whose work a round is."""
    return queries.sees_drafts(user)


def get_import(for_: Any, code: str, number: int) -> CentralImport:
    """An import of a round, for those who see all. Raises Http404."""
    round = queries.get_round(for_, code)
    if not sees_all(for_):
        raise Http404
    found = CentralImport.objects.select_related("round", "file", "imported_by", "confirmed_by")
    return get_object_or_404(found, round=round, number=number)


def asked(round: Round) -> tuple[Series, ...]:
    """The series that no locality supplies."""
    return documents.central_series(documents.framework_of(documents.in_force(round)))


def measured(round: Round) -> list[Locality]:
    """The localities that are measured: in a pilot those that confirmed, else all."""
    held = round.localities.order_by("position")
    if round.kind == Round.Kind.PILOT:
        held = held.filter(registration__state=Registration.State.CONFIRMED)
    return list(held)


def coverage(round: Round) -> list[Coverage]:
    """Each series with how many of the measured localities it covers."""
    held, units = central.figures(round), [one.unit for one in measured(round)]
    rows = []
    for series in asked(round):
        found = [held[key] for unit in units if (key := (unit, series.id, round.period)) in held]
        sources = dict.fromkeys((one.source, one.date) for one in found)
        rows.append(Coverage(series, len(found), len(units), tuple(sources)))
    return rows


def of_unit(round: Round, unit: str) -> list[tuple[Series, central.Held | None]]:
    """Each series with the figure that counts for one unit; None where there is none yet."""
    held = central.figures(round)
    return [(series, held.get((unit, series.id, round.period))) for series in asked(round)]
