"""What the frame shows of consultations: an entry inside a round, and what there is to do."""

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
from innodex.portal.rounds.queries import round_in_view

Task = tuple[str, str, datetime.datetime | None]

# Whose turn it is in a state that waits for somebody inside the organisation.
_TURN = {
    Contribution.State.NOT_STARTED: Role.P_ENTRY,
    Contribution.State.DRAFTING: Role.P_ENTRY,
    Contribution.State.IN_CLEARANCE: Role.P_LEAD,
}


def links(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Inside a round that has consulted: for readers, and for those who are asked."""
    round = round_in_view(request)
    if round is None or not round.contributions.exists():
        return
    if has_role(request, *queries.READERS) or queries.own_contributions(request.user, round, clock.now()):
        yield "consultation.nav", reverse("consultation:overview", args=[round.code])


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
