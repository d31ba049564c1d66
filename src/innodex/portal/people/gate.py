"""The gate: the one way in which anything is written.

    with acting("collection.send_back", on=submission, by=by, at=at, reason=reason) as act:
        act.require(bool(reason.strip()), "no-reason")
        act.set(submission, state="drafting")

One transaction holds the check of the right, the change and its event. A refusal changes nothing and is an
event too, in a transaction of its own.
"""

from __future__ import annotations

import datetime
import decimal
import threading
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import models, transaction

from innodex.documents import digest as digest_of
from innodex.portal.people.actor import Actor, memberships
from innodex.portal.people.models import ACCOUNTS, Chain, Event, Logged, Membership, Once
from innodex.portal.people.permissions import RULES, Rule, Scope
from innodex.portal.people.refused import Refused, Repeated

Row = TypeVar("Row", bound=Logged)

_under_way = threading.local()


def plain(value: Any) -> Any:
    """A field's value as the log holds it: text, a whole number, a truth value, or a JSON document."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date | uuid.UUID | decimal.Decimal):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, models.enums.Choices):
        return value.value
    return value


def logged_fields(row: Logged) -> list[models.Field]:
    """The fields of a row whose content the log holds."""
    return [field for field in row._meta.concrete_fields if field.name not in row.unlogged]


class Act:
    """An action under way: what it may ask, what it writes, and what its event will say."""

    def __init__(self, rule: Rule, on: Logged | None, by: Actor, at: datetime.datetime, reason: str) -> None:
        self.rule = rule
        self.subject = on
        self.by = by
        self.at = at
        self.reason = reason
        self.digest = ""
        self.membership: Membership | None = None
        self.changes: list[list[Any]] = []
        self.from_state = _state(on)
        self.paused = False

    def require(self, holds: object, kind: str, **values: Any) -> None:
        """Refuse the action, for the reason `kind`, unless `holds`."""
        if not holds:
            raise Refused(kind, **values)

    def create(self, model: type[Row], **fields: Any) -> Row:
        """A new row, logged with all its fields."""
        row = model(**_tidy(model, fields))
        row.save(force_insert=True)
        self._log_new(row)
        return row

    def create_many(self, model: type[Row], rows: Iterable[dict[str, Any]]) -> list[Row]:
        """Several new rows at once."""
        made = model.objects.bulk_create([model(**_tidy(model, fields)) for fields in rows])
        for row in made:
            self._log_new(row)
        return made

    def _log_new(self, row: Logged) -> None:
        values = {field.attname: [None, plain(getattr(row, field.attname))] for field in logged_fields(row)}
        self.changes.append([row._meta.label_lower, row.pk, values])

    def set(self, row: Logged, **fields: Any) -> None:
        """Change fields of a row; what already is so is left out of the log."""
        changed: dict[str, list[Any]] = {}
        written: list[str] = []
        for name, value in _tidy(row._meta.model, fields).items():
            field = row._meta.get_field(name)
            before = plain(getattr(row, field.attname))
            setattr(row, name, value)
            after = plain(getattr(row, field.attname))
            if before == after:
                continue
            written.append(field.name)
            if field.name not in row.unlogged:
                changed[field.attname] = [before, after]
        if written:
            row.save(update_fields=written)
        if changed:
            self.changes.append([row._meta.label_lower, row.pk, changed])

    def pause(self) -> None:
        """Log what has been written so far, before an action within this one writes: order is kept."""
        if self.changes:
            _append(self)
            self.changes, self.from_state, self.paused = [], _state(self.subject), True


@contextmanager
def acting(
    action: str, *, on: Logged | None = None, by: Actor, at: datetime.datetime, reason: str = ""
) -> Iterator[Act]:
    """Carry out `action` on `on`, or refuse it.

    `on` is locked and read again first, so what the caller holds is what the database has. Raises Refused for
    a right, state, phase or date that does not allow it, and for what the body refuses; Repeated for a
    request whose key has been used.
    """
    outer: list[Act] = _under_way.__dict__.setdefault("acts", [])
    act = Act(RULES[action], on, by, at, reason)
    if outer:
        outer[-1].pause()
    try:
        with transaction.atomic():
            if not outer:
                _use_key(by, action, at)
            outer.append(act)
            # The chain first, for everybody: who acts on it is alone until the end, and none waits crosswise.
            _chain_of(on)
            if on is not None and on.pk is not None:
                _lock(on)
                act.from_state = _state(on)
            _check(act)
            yield act
            if act.changes or not act.paused:
                _append(act)
    except Refused as refused:
        refused.app = refused.app or action.partition(".")[0]
        if outer[:1] == [act]:
            act.subject, act.by = on, by
            _record_refusal(act, refused)
        raise
    finally:
        if act in outer:
            outer.remove(act)


def _record_refusal(act: Act, refused: Refused) -> None:
    """The attempt stays in the log though the transaction that refused it is gone."""
    row = act.subject
    with transaction.atomic():
        if row is not None and row.pk is not None:
            row.refresh_from_db()
        act.changes, act.digest, act.from_state = [], "", _state(row)
        _append(act, refused=refused.kind)


def _lock(row: Logged) -> None:
    # Rows that refer to this one may be written meanwhile.
    row._meta.model.objects.select_for_update(no_key=True).get(pk=row.pk)
    row.refresh_from_db()


def _use_key(by: Actor, action: str, at: datetime.datetime) -> None:
    if not by.key or by.user is None:
        return
    _, fresh = Once.objects.get_or_create(user=by.user, key=by.key, defaults={"action": action, "at": at})
    if not fresh:
        raise Repeated


def _state(row: Logged | None) -> str:
    return str(getattr(row, "state", "") or "")


def _check(act: Act) -> None:
    rule, row = act.rule, act.subject
    act.membership = _entitled(act)
    if rule.states and _state(row) not in rule.states:
        raise Refused("wrong-state", state=_state(row))
    if row is None:
        return
    if rule.phases and not rule.phases & row.phases():
        raise Refused("wrong-phase")
    deadline = row.deadline(rule.action) if rule.timed else None
    if deadline is not None and act.at > deadline:
        raise Refused("too-late", deadline=deadline)


def _entitled(act: Act) -> Membership | None:
    """The membership by which the actor may act; None where a link or the clock entitles. Raises Refused."""
    scopes = {grant.scope for grant in act.rule.grants}
    if Scope.LINK in scopes or (Scope.SYSTEM in scopes and act.by.is_system):
        return None
    if Scope.SELF in scopes and act.by.user is not None and act.subject == act.by.user:
        return None
    for membership in memberships(act.by.user, act.at):
        for grant in act.rule.grants:
            if grant.role == membership.role and _reaches(grant.scope, membership, act.subject, act.by):
                return membership
    raise Refused("not-allowed")


def _reaches(scope: Scope, membership: Membership, row: Logged | None, by: Actor) -> bool:
    if scope is Scope.ANY:
        return True
    if row is None:
        return False
    if scope is Scope.OWN:
        return row.owner_id() == membership.organisation_id
    return scope is Scope.ASSIGNED and row.is_assigned(by.user)


def may(action: str, *, on: Logged | None, by: Actor, at: datetime.datetime) -> bool:
    """True when the table allows the action now; what the action itself asks beyond it is not looked at."""
    try:
        _check(Act(RULES[action], on, by, at, ""))
    except Refused:
        return False
    return True


def holds(action: str, *, on: Logged | None, by: Actor, at: datetime.datetime) -> bool:
    """True when the person has the right, whatever state or date say now."""
    try:
        _entitled(Act(RULES[action], on, by, at, ""))
    except Refused:
        return False
    return True


def _append(act: Act, *, refused: str = "") -> None:
    row = act.subject
    chain = _chain_of(row)
    event = Event(
        chain=chain,
        sequence=chain.length + 1,
        at=act.at,
        actor=act.by.user,
        role=_capacity(act),
        organisation=act.membership.organisation.code if act.membership else "",
        action=act.rule.action,
        subject=f"{row._meta.label_lower}:{row.pk}" if row is not None else "",
        owner_id=row.owner_id() if row is not None else None,
        from_state=act.from_state,
        to_state=act.from_state if refused else _state(row),
        changes=_composed(act.changes),
        reason=_composed(act.reason),
        refused=refused,
        route=str(act.by.route),
        digest=act.digest,
        request_id=act.by.request_id,
        address=act.by.address,
        previous=chain.head,
    )
    event.hash = hash_of(event)
    event.save(force_insert=True)
    chain.length, chain.head = event.sequence, event.hash
    chain.save(update_fields=["length", "head"])


def _chain_of(row: Logged | None) -> Chain:
    """The chain of a row, locked until the transaction ends; made with its first event."""
    key = row.chain_key() if row is not None else ACCOUNTS
    Chain.objects.get_or_create(key=key)
    return Chain.objects.select_for_update(no_key=True).get(key=key)


def _capacity(act: Act) -> str:
    if act.membership is not None:
        return act.membership.role
    if act.by.user is not None:
        return ""
    return "system" if act.by.is_system else "link"


def document_of(event: Event) -> dict[str, Any]:
    """What the hash of an event is taken over: every field, the chain by name, the hash before it too."""
    fields = {
        field.attname: plain(getattr(event, field.attname))
        for field in event._meta.concrete_fields
        if field.attname not in ("id", "hash", "chain_id")
    }
    return {**fields, "chain": event.chain.key}


def hash_of(event: Event) -> str:
    """The SHA-256 of the canonical bytes of an event: JSON with sorted keys, text in the form NFC."""
    return digest_of(document_of(event))


def _tidy(model: type[Logged], fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as both the row and the log will hold them; what is not logged keeps its own bytes."""
    as_it_is = (models.Model, models.enums.Choices)
    return {
        name: value if name in model.unlogged or isinstance(value, as_it_is) else _composed(value)
        for name, value in fields.items()
    }


def _composed(value: Any) -> Any:
    """Text in the one form NFC, and without the zero character, wherever it stands in a document.

    Raises TypeError for a binary fraction: its digits depend on who reads it.
    """
    if isinstance(value, float):
        raise TypeError(f"{value!r} would enter the log: write figures as decimal text")
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).replace("\x00", "")
    if isinstance(value, list | tuple):
        return [_composed(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _composed(item) for name, item in value.items()}
    return value
