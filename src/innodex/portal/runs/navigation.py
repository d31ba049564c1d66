"""Entries of results in the frame of every page."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from innodex.documents import Text, say
from innodex.portal.people import clock
from innodex.portal.people.permissions import Role
from innodex.portal.people.web import has_role, language_of
from innodex.portal.rounds.queries import round_in_view, rounds_for
from innodex.portal.runs import frozen, queries

_PHASES = ("appraisal", "frozen", "computed", "published", "closed")


def links(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """The results of the round in view: for those who make them from the appraisal on, else once out."""
    round = round_in_view(request)
    if round is None or round.phase not in _PHASES:
        return
    if queries.is_staff(request.user) or queries.published(round, clock.now()) is not None:
        yield "runs.results.title", reverse("runs:results", args=[round.code])


def tasks(request: HttpRequest) -> Iterator[tuple[str, str, datetime.datetime | None]]:
    """Freeze, compute and publish, when it is time."""
    lang = language_of(request)
    who = {"appraisal": Role.M_APPROVE, "frozen": Role.I_ANALYST, "computed": Role.M_APPROVE}
    if not has_role(request, Role.M_APPROVE, Role.I_ANALYST):
        return
    for round in rounds_for(request.user).filter(phase__in=who):
        if has_role(request, who[round.phase]) and (
            round.phase != "appraisal" or not frozen.unsettled(round)
        ):
            name = Text.of(round.title).get(lang)
            yield (
                say(lang, f"runs.task.{round.phase}", round=name),
                reverse("runs:results", args=[round.code]),
                None,
            )
