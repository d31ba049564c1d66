"""Handing over: drafted inside an organisation, sent by its leader, kept as a numbered snapshot.

Registration, official contribution and submission use these three steps, each inside the act that allows it.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest

from innodex.documents import canonical, sha256
from innodex.portal.people.gate import Act
from innodex.portal.people.models import Chain, Event, Organisation, User
from innodex.portal.people.permissions import Role
from innodex.portal.people.refused import Refused
from innodex.portal.rounds.models import Handed, Snapshot


def request(act: Act, doc: Handed, *, state: str = "in_clearance") -> None:
    """Put the draft before the organisation's leader."""
    act.set(doc, state=state, requested_by=act.by.user, requested_at=act.at, sent_back_reason="")


def send_back(act: Act, doc: Handed, *, reason: str, state: str = "drafting") -> None:
    """Give the draft back to those who write it. A reason is needed."""
    _require(reason.strip(), "no-reason")
    act.set(doc, state=state, requested_by=None, requested_at=None, sent_back_reason=reason.strip())


def send(
    act: Act,
    doc: Handed,
    *,
    kind: str,
    organisation: Organisation,
    content: dict[str, Any],
    due_at: datetime.datetime | None = None,
    state: str,
) -> Snapshot:
    """Send the draft: an immutable, numbered copy of `content`, with its digest, marked late after `due_at`.

    Refused for whoever asked for the clearance or wrote anything in the draft.
    """
    _require(doc.requested_by_id is not None, "not-requested")
    _require(act.by.user is not None and act.by.user.pk != doc.requested_by_id, "requester-sends")
    _require(not wrote_in(act.by.user, doc), "writer-sends")
    text = canonical(content).decode()
    snapshot = act.create(
        Snapshot,
        round=doc.round_of(),
        organisation=organisation,
        kind=kind,
        subject_id=doc.pk,
        number=doc.snapshots + 1,
        content=text,
        digest=sha256(text.encode()),
        requested_by_id=doc.requested_by_id,
        sent_by=act.by.user,
        sent_at=act.at,
        due_at=due_at,
        late=due_at is not None and act.at > due_at,
        chain_head=_head(doc),
    )
    act.digest = snapshot.digest
    act.set(doc, state=state, snapshots=snapshot.number, sent_back_reason="")
    return snapshot


def _require(holds: object, kind: str) -> None:
    """Refuse with the words of this app, whichever app's act it is."""
    if not holds:
        refused = Refused(kind)
        refused.app = "rounds"
        raise refused


def wrote_in(user: User | None, doc: Handed) -> bool:
    """True when the person has entered anything in the document: the log knows.

    In one round an organisation has one document per app, so its acts as an officer there are those.
    """
    if user is None:
        return False
    return Event.objects.filter(
        chain__key=doc.chain_key(),
        actor=user,
        role=Role.P_ENTRY,
        owner_id=doc.owner_id(),
        action__startswith=f"{doc._meta.app_label}.",
        refused="",
    ).exists()


def _head(doc: Handed) -> str:
    """The last hash of the round's log, which nobody lengthens before this act has ended."""
    chain = Chain.objects.select_for_update(no_key=True).filter(key=doc.chain_key()).first()
    return chain.head if chain is not None else ""


def snapshots_of(doc: Handed, kind: str) -> list[Snapshot]:
    """What was sent, the newest first."""
    found = Snapshot.objects.filter(kind=kind, subject_id=doc.pk, round=doc.round_of())
    return list(found.select_related("organisation", "sent_by", "requested_by").order_by("-number"))


def last_snapshot(doc: Handed, kind: str) -> Snapshot | None:
    """The newest copy that was sent, if one."""
    return next(iter(snapshots_of(doc, kind)), None)


def confirm_identity(http: HttpRequest) -> bool:
    """True when the form that was sent holds the person's password, or the one-time code of this moment."""
    from innodex.portal.rounds.forms.identity import IdentityForm

    return IdentityForm(http.POST, request=http).is_valid()


__all__ = [
    "confirm_identity",
    "last_snapshot",
    "request",
    "send",
    "send_back",
    "snapshots_of",
    "wrote_in",
]
