"""The doors to registrations: a locality's own draft, and for academy and ministry what was sent."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django.http import Http404

from innodex.portal.people.actor import memberships
from innodex.portal.people.permissions import Role
from innodex.portal.rounds import handover
from innodex.portal.rounds.models import Registration, Round, SelectionDecision, Snapshot, StoredFile
from innodex.portal.rounds.queries.rounds import (
    get_round,
    own_localities,
    own_locality,
    rounds_for,
    sees_drafts,
)

KIND = "registration"
# Who is concerned with the reasons of a selection, besides each locality with its own.
JUDGES = (Role.R_LEAD, Role.M_APPROVE, Role.AUDITOR)


def own_registration(for_: Any, code: str) -> Registration:
    """The registration that the person drafts or sends. Raises Http404 for everybody else."""
    round = get_round(for_, code)
    found = registration_of(for_, round)
    if found is None:
        raise Http404
    return found


def registration_of(user: Any, round: Round) -> Registration | None:
    """The person's own registration in the round, if one."""
    locality = own_locality(user, round)
    if locality is None:
        return None
    return Registration.objects.select_related("locality__round", "letter").filter(locality=locality).first()


def get_registration(for_: Any, code: str, unit: str) -> Registration:
    """A registration for those who read what was sent: academy, ministry, auditor, and the locality itself.

    Raises Http404 for everybody else. `content` holds what has not been sent: it is not theirs to see.
    """
    round = get_round(for_, code)
    rows = Registration.objects.select_related("locality__round", "letter")
    found = rows.filter(locality__round=round, locality__unit=unit).first()
    if found is None:
        raise Http404
    own = any(one.pk == found.locality_id for one in own_localities(for_, round))
    if not own and not sees_drafts(for_):
        raise Http404
    return found


def sent(registration: Registration) -> list[Snapshot]:
    """What was sent, the newest first."""
    return handover.snapshots_of(registration, KIND)


def content_of(snapshot: Snapshot) -> dict[str, Any]:
    """The words of a snapshot."""
    return json.loads(snapshot.content)


def newest_sent(round: Round) -> dict[int, Snapshot]:
    """{registration: the newest copy that was sent}, for those that sent any."""
    rows = Snapshot.objects.filter(round=round, kind=KIND).order_by("subject_id", "number")
    return {row.subject_id: row for row in rows}


def sees_reasons(user: Any, at: datetime.datetime) -> bool:
    """True for those who propose, decide, or look after the whole: they see every reason of the selection."""
    return any(membership.role in JUDGES for membership in memberships(user, at))


def chosen(round: Round) -> list[Registration]:
    """Those that were chosen and have not refused; open to every participant, once it is decided."""
    if round.selection_decided_at is None:
        return []
    states = (Registration.State.SELECTED, Registration.State.CONFIRMED)
    rows = Registration.objects.filter(locality__round=round, state__in=states)
    return list(rows.select_related("locality").order_by("locality__position"))


def reads_file(user: Any, stored: StoredFile, at: datetime.datetime) -> bool:
    """True for a letter that was sent, to academy and ministry; for a decision, to all who see the round."""
    if SelectionDecision.objects.filter(file=stored).exists():
        return rounds_for(user).filter(pk=stored.round_id).exists()
    if not sees_drafts(user):
        return False
    rows = Snapshot.objects.filter(round=stored.round_id, organisation=stored.organisation_id, kind=KIND)
    return any((content_of(row).get("letter") or {}).get("file") == stored.pk for row in rows)
