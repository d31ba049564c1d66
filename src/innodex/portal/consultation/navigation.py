"""What the frame shows of consultations: what there is to do."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from innodex.documents import say
from innodex.portal.consultation import queries, synthesis
from innodex.portal.consultation.models import Contribution
from innodex.portal.people import clock
from innodex.portal.people.permissions import Role
from innodex.portal.people.web import has_role, language_of, roles_of
from innodex.portal.rounds.models import Phase, Round

Task = tuple[str, str, datetime.datetime | None]

# Whose turn it is in a state that waits for somebody inside the organisation.
_TURN = {
    Contribution.State.NOT_STARTED: Role.P_ENTRY,
    Contribution.State.DRAFTING: Role.P_ENTRY,
    Contribution.State.IN_CLEARANCE: Role.P_LEAD,
}


def tasks(request: HttpRequest) -> Iterator[Task]:
    """A contribution that waits for the person; comments that wait for an answer."""
    yield from _contributions(request)
    if has_role(request, Role.I_ANALYST):
        yield from _unanswered(request)


def _contributions(request: HttpRequest) -> Iterator[Task]:
    lang, now = language_of(request), clock.now()
    mine = {(each.organisation_id, each.role) for each in roles_of(request)}
    waiting = Contribution.objects.filter(
        round__phase=Phase.CONSULTATION, state__in=list(_TURN), organisation__in=[body for body, _ in mine]
    )
    for each in waiting.select_related("round", "organisation"):
        window = each.round.window("consultation")
        if window is None or now > window.closes_at:
            continue
        if (each.organisation_id, _TURN[Contribution.State(each.state)]) in mine:
            name = "send" if each.state == Contribution.State.IN_CLEARANCE else "contribution"
            address = reverse(f"consultation:{name}", args=[each.round.code, each.organisation.code])
            due = window.due_at if now <= window.due_at else window.closes_at
            title = synthesis.named(each.round.title, lang)
            yield say(lang, f"consultation.task.{each.state}", round=title), address, due


def _unanswered(request: HttpRequest) -> Iterator[Task]:
    lang = language_of(request)
    for round in Round.objects.filter(phase=Phase.CONSULTATION):
        count = queries.sent(round).filter(answer__isnull=True).count()
        if count:
            address = reverse("consultation:answers", args=[round.code]) + "?answered=no"
            title = synthesis.named(round.title, lang)
            yield say(lang, "consultation.task.answer", count=count, round=title), address, None
