"""What the frame and the start page show of collection."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from innodex.documents import say
from innodex.portal.collection import lines, queries
from innodex.portal.collection.models import Item, Submission
from innodex.portal.people.permissions import Role
from innodex.portal.people.web import language_of, roles_of
from innodex.portal.rounds.models import Round

Task = tuple[str, str, datetime.datetime | None]
_State = Submission.State


def links(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """The person's own submission in the round whose page this is."""
    match = request.resolver_match
    code = match.kwargs.get("code") if match is not None else None
    round = Round.objects.filter(code=code).first() if code else None
    if round is not None and queries.own_submission(request.user, round) is not None:
        yield "collection.nav.submission", reverse("collection:submission", args=[round.code])


def tasks(request: HttpRequest) -> Iterator[Task]:
    """What the officer or the leader of a locality has to do now."""
    lang = language_of(request)
    held = [one for one in roles_of(request) if one.role in (Role.P_ENTRY, Role.P_LEAD)]
    roles = {one.organisation_id: one.role for one in held}
    units = [one.organisation.unit for one in held if one.organisation.unit]
    waiting = queries.submissions().filter(
        locality__unit__in=units,
        state__in=(_State.NOT_STARTED, _State.DRAFTING, _State.IN_CLEARANCE, _State.RETURNED),
        locality__round__phase__in=("collection", "appraisal"),
    )
    for submission in waiting:
        role = roles.get(submission.owner_id() or 0)
        task = _task(submission, role, lang) if role is not None else None
        if task is not None:
            yield task


def _task(submission: Submission, role: str, lang: str) -> Task | None:
    round = submission.round_of()
    name = round.title.get(lang) or round.code
    home = reverse("collection:submission", args=[round.code])
    due = lines.due_of(submission)
    if submission.state == _State.IN_CLEARANCE:
        address = reverse("collection:send", args=[round.code])
        return (say(lang, "collection.task.send", round=name), address, due) if role == Role.P_LEAD else None
    if role != Role.P_ENTRY:
        return None
    if submission.state == _State.RETURNED:
        count = submission.items.filter(state=Item.State.OPEN).count()
        return say(lang, "collection.task.return", round=name, count=count), f"{home}?show=open", due
    missing = queries.progress(submission).missing
    if missing:
        return say(lang, "collection.task.fill", round=name, count=missing), home, due
    return say(lang, "collection.task.request", round=name), home, due
