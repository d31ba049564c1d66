"""What the frame of every page offers of rounds, and what is to be done in them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from innodex.documents import say
from innodex.portal.people import clock
from innodex.portal.people.permissions import Role
from innodex.portal.people.web import has_role, language_of, roles_of
from innodex.portal.rounds import queries
from innodex.portal.rounds.models import Phase, Registration, Round
from innodex.portal.rounds.queries.registration import registration_of

Task = tuple[str, str, datetime.datetime | None]


def links(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """The list of rounds; inside a round, its own pages."""
    if not queries.rounds_for(request.user).exists() and not has_role(request, Role.I_ANALYST):
        return
    yield ("rounds.nav.rounds", reverse("rounds:rounds"))
    round = queries.round_in_view(request)
    if round is None:
        return
    yield ("rounds.nav.overview", reverse("rounds:round", args=[round.code]))
    yield ("rounds.nav.framework", reverse("rounds:versions", args=[round.code]))
    yield ("rounds.nav.calendar", reverse("rounds:calendar", args=[round.code]))
    if round.kind == Round.Kind.PILOT:
        yield from _of_call(request, round)


def _of_call(request: HttpRequest, round: Round) -> Iterator[tuple[str, str]]:
    if queries.own_locality(request.user, round) is not None:
        yield ("rounds.nav.registration", reverse("rounds:registration", args=[round.code]))
    if queries.sees_drafts(request.user):
        yield ("rounds.nav.board", reverse("rounds:board", args=[round.code]))
    yield ("rounds.nav.selection", reverse("rounds:selection", args=[round.code]))


def rounds(request: HttpRequest) -> Iterator[tuple[str, str, bool]]:
    """The rounds to switch between."""
    lang, here = language_of(request), queries.round_in_view(request)
    for round in queries.rounds_for(request.user)[:20]:
        name = round.title.get(lang) or round.code
        yield (name, reverse("rounds:round", args=[round.code]), round == here)


def tasks(request: HttpRequest) -> Iterator[Task]:
    """What this person has to do in each round, and by when."""
    lang, at = language_of(request), clock.now()
    roles = {membership.role for membership in roles_of(request)}
    seen = queries.rounds_for(request.user)
    if Role.I_ANALYST in roles and not seen.exists():
        yield (say(lang, "rounds.task.create"), reverse("rounds:new-round"), None)
    for round in seen.exclude(phase=Phase.CLOSED):
        name = round.title.get(lang) or round.code
        for step in queries.steps(round, at, request.user):
            if step.ours and roles & set(step.who):
                yield (say(lang, f"rounds.task.{step.key}", round=name), step.address, step.due)
        yield from _own(request, round, name, at)


def _own(request: HttpRequest, round: Round, name: str, at: datetime.datetime) -> Iterator[Task]:
    """What the person's own locality has to do about the call."""
    registration = registration_of(request.user, round) if round.kind == Round.Kind.PILOT else None
    if registration is None:
        return
    call, state = round.window("call"), registration.state
    key, due = "", None
    if call is not None and "call" in round.phases() and at <= call.closes_at:
        due = call.due_at if at <= call.due_at else call.closes_at
        if state in ("not_answered", "drafting", "returned") and has_role(request, Role.P_ENTRY):
            key = "return" if state == "returned" else "register"
        if state == "in_clearance" and has_role(request, Role.P_LEAD):
            key = "send-registration"
    if state == Registration.State.SELECTED and has_role(request, Role.P_LEAD):
        collection = round.window("collection")
        key, due = "confirm", collection.opens_at if collection is not None else None
    if key:
        words = say(language_of(request), f"rounds.task.{key}", round=name)
        yield (words, reverse("rounds:registration", args=[round.code]), due)
