"""What is done with a registration: drafted, handed to the leader, sent, returned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from innodex.portal.people.actor import Actor
from innodex.portal.people.gate import acting
from innodex.portal.people.models import Event
from innodex.portal.rounds import documents, files, handover
from innodex.portal.rounds import registration as form
from innodex.portal.rounds.models import Registration, Snapshot, Version

KIND = "registration"


def save_registration(
    *,
    registration: Registration,
    content: Mapping[str, Any],
    revision: int,
    letter: Any = None,
    by: Actor,
    at: datetime,
) -> Registration:
    """Keep a draft, whole or some of its parts; `letter` is the uploaded file of the official letter, if one.

    Never refused for what it says. Where another officer has saved since `revision`, what only one of the two
    has changed is put together; Refused("conflict"), with nothing written, where both changed the same.
    """
    with acting("rounds.save_registration", on=registration, by=by, at=at) as act:
        whole, clashes = form.combined(draft_at(registration, revision), registration.content, content)
        act.require(not clashes, "conflict")
        values: dict[str, Any] = {}
        if letter is not None:
            own, round = registration.locality.organisation, registration.round_of()
            values["letter"] = files.store(act, letter, round=round, organisation=own)
        if whole != registration.content or values:
            values |= {"content": whole, "revision": registration.revision + 1}
        if registration.state == Registration.State.NOT_ANSWERED:
            values["state"] = Registration.State.DRAFTING
        act.set(registration, **values)
    return registration


def draft_at(registration: Registration, revision: int) -> dict[str, Any]:
    """The draft as it stood at an earlier `revision`, read from the log; empty for one that never was."""
    if revision > registration.revision or revision < 0:
        return {}
    content = registration.content
    label = registration._meta.label_lower
    events = Event.objects.filter(subject=f"{label}:{registration.pk}", refused="").order_by("-pk")
    for event in events.iterator():
        own = (pairs for row, pk, pairs in event.changes if (row, pk) == (label, registration.pk))
        changed: dict[str, list[Any]] = next(own, {})
        if "revision" in changed and changed["revision"][1] <= revision:
            break
        if "content" in changed:
            content = changed["content"][0]
    return content


def series_asked(version: Version) -> tuple[Any, ...]:
    """The series that a locality would supply, in framework order."""
    return documents.local_series(documents.framework_of(version))


def lacking(registration: Registration) -> tuple[form.Missing, ...]:
    """What the draft lacks before it can be handed to the leader."""
    series = [series.id for series in series_asked(documents.in_force(registration.round_of()))]
    return form.missing(registration.content, series, letter=registration.letter_id is not None)


def request_registration(*, registration: Registration, by: Actor, at: datetime) -> Registration:
    """Hand the complete draft to the leader; it is locked until the leader sends it or gives it back."""
    with acting("rounds.request_registration", on=registration, by=by, at=at) as act:
        lacks = lacking(registration)
        act.require(not lacks, "registration-incomplete", number=len(lacks))
        handover.request(act, registration)
    return registration


def send_back_registration(
    *, registration: Registration, reason: str, by: Actor, at: datetime
) -> Registration:
    """The leader gives the draft back to the officer, with a reason."""
    with acting("rounds.send_back_registration", on=registration, by=by, at=at, reason=reason) as act:
        resent = registration.snapshots > 0
        state = Registration.State.RETURNED if resent else Registration.State.DRAFTING
        handover.send_back(act, registration, reason=reason, state=state)
    return registration


def send_registration(*, registration: Registration, by: Actor, at: datetime) -> Snapshot:
    """The leader sends it: a numbered snapshot; `declined` where the answer is no."""
    with acting("rounds.send_registration", on=registration, by=by, at=at) as act:
        lacks = lacking(registration)
        act.require(not lacks, "registration-incomplete", number=len(lacks))
        declined = form.is_declined(registration.content)
        call = registration.round_of().window("call")
        snapshot = handover.send(
            act,
            registration,
            kind=KIND,
            organisation=registration.locality.organisation,
            content=content_sent(registration),
            due_at=call.due_at if call is not None else None,
            state=Registration.State.DECLINED if declined else Registration.State.SENT,
        )
        act.set(registration, return_reason="")
    return snapshot


def content_sent(registration: Registration) -> dict[str, Any]:
    """What a snapshot holds: the draft as it stands, its letter, and the version that it answers."""
    version, letter = documents.in_force(registration.round_of()), registration.letter
    file = {"file": letter.pk, "name": letter.name, "digest": letter.digest} if letter is not None else None
    return {
        **form.shaped(registration.content),
        "letter": file,
        "unit": registration.locality.unit,
        "version": {"number": version.number, "digest": version.digest},
    }


def return_registration(*, registration: Registration, reason: str, by: Actor, at: datetime) -> Registration:
    """The academy returns what was sent, with a reason; it can be sent again until the call closes."""
    with acting("rounds.return_registration", on=registration, by=by, at=at, reason=reason) as act:
        act.require(reason.strip(), "no-reason")
        act.set(registration, state=Registration.State.RETURNED, return_reason=reason.strip())
    return registration


def read_draft(*, registration: Registration, reason: str, by: Actor, at: datetime) -> Registration:
    """An auditor reads what has not been sent; the reason stands in the locality's own history."""
    with acting("rounds.read_draft", on=registration, by=by, at=at, reason=reason) as act:
        act.require(reason.strip(), "no-reason")
    return registration
