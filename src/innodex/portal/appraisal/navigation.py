"""Entries of the appraisal in the frame of every page."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from innodex.documents import Text, say
from innodex.portal.appraisal import queries
from innodex.portal.collection.models import Submission
from innodex.portal.people.permissions import Role
from innodex.portal.people.web import has_role, language_of
from innodex.portal.rounds.queries import own_locality, round_in_view, rounds_for

_READERS = (*queries.READS_ALL, Role.R_REVIEW)
_PHASES = ("collection", "appraisal", "frozen", "computed", "published", "closed")


def links(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """The queue of the round in view, once there is something to read, and the central figures."""
    round = round_in_view(request)
    if round is None:
        return
    reads = has_role(request, *_READERS)
    if round.phase in _PHASES and reads:
        yield "appraisal.queue.title", reverse("appraisal:queue", args=[round.code])
    if (reads and round.phase in ("adopted", *_PHASES)) or (
        round.phase in _PHASES and own_locality(request.user, round) is not None
    ):
        yield "collection.central.title", reverse("collection:central", args=[round.code])


def tasks(request: HttpRequest) -> Iterator[tuple[str, str, datetime.datetime | None]]:
    """What waits for the person in any round."""
    lang = language_of(request)
    if not has_role(request, *_READERS):
        return
    for round in rounds_for(request.user).filter(phase__in=("collection", "appraisal")):
        held = Submission.objects.filter(locality__round=round)
        mine = held.filter(assignments__reviewer=request.user, assignments__ended_at__isnull=True)
        waiting = {
            "assign": held.filter(state="submitted", assignments__isnull=True)
            if has_role(request, Role.R_LEAD)
            else held.none(),
            "read": mine.filter(state__in=("submitted", "under_appraisal")),
            "approve": held.filter(state="appraised") if has_role(request, Role.M_APPROVE) else held.none(),
        }
        name = Text.of(round.title).get(lang)
        for kind, found in waiting.items():
            if number := found.distinct().count():
                target = "assignment" if kind == "assign" else "queue"
                address = reverse(f"appraisal:{target}", args=[round.code])
                yield say(lang, f"appraisal.task.{kind}", round=name, count=number), address, None
        signs = has_role(request, Role.M_APPROVE)
        if signs and (number := len(queries.unsigned(round))):
            address = reverse("appraisal:countersign", args=[round.code])
            yield say(lang, "appraisal.task.countersign", round=name, count=number), address, None
