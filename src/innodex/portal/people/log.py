"""Events as people read them: a sentence, what it was about, from which state to which, and why."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps

from innodex.documents import Text, has, say
from innodex.portal.people import history
from innodex.portal.people.models import Event, Logged, Organisation
from innodex.portal.people.queries import Reader


@dataclass(frozen=True, slots=True)
class Line:
    """One event, ready to be shown. `changes` is None where the reader may not see what was written."""

    at: datetime.datetime
    sentence: str
    capacity: str
    about: str
    from_state: str
    to_state: str
    reason: str
    refused: str
    chain: str
    sequence: int
    hash: str
    changes: list[tuple[str, str, str, str]] | None = field(default=None)


def lines(events: Sequence[Event], reader: Reader, lang: str) -> list[Line]:
    """Events as the reader may see them; names are looked up once for all."""
    names = _names(events, lang)
    bodies = _bodies(events, lang)
    return [_line(event, reader, lang, names, bodies) for event in events]


def _line(event: Event, reader: Reader, lang: str, names: dict[str, str], bodies: dict[str, str]) -> Line:
    seen = reader.sees_content(event)
    return Line(
        at=event.at,
        sentence=_sentence(event, lang),
        capacity=_capacity(event, lang, bodies),
        about=_about(event, lang, names if seen else {}),
        from_state=state_words(lang, event.from_state) if event.from_state != event.to_state else "",
        to_state=state_words(lang, event.to_state) if event.from_state != event.to_state else "",
        reason=event.reason if seen else "",
        refused=_why_refused(event, lang),
        chain=chain_name(event.chain.key, lang),
        sequence=event.sequence,
        hash=event.hash,
        changes=_changes(event, lang) if seen else None,
    )


def _sentence(event: Event, lang: str) -> str:
    who = str(event.actor) if event.actor is not None else say(lang, f"people.who.{event.role or 'link'}")
    if event.refused:
        return say(lang, "people.log.attempt", who=who, action=action_words(lang, event.action))
    return say(lang, "people.log.sentence", who=who, done=_done(lang, event.action))


def action_words(lang: str, action: str) -> str:
    """What the action is, as in `may …`; its code where a later release has taken it away."""
    key = f"people.action.{action}"
    return say(lang, key) if has(key) else action


def _done(lang: str, action: str) -> str:
    key = f"people.done.{action}"
    return say(lang, key) if has(key) else action


def state_words(lang: str, state: str) -> str:
    """A state in words, its code where no words are known."""
    key = f"people.state.{state}"
    return say(lang, key) if state and has(key) else state


def _bodies(events: Iterable[Event], lang: str) -> dict[str, str]:
    """{code: name} of the organisations that people acted for."""
    codes = {event.organisation for event in events if event.organisation}
    return {body.code: name_of(body, lang) for body in Organisation.objects.filter(code__in=codes)}


def _capacity(event: Event, lang: str, bodies: dict[str, str]) -> str:
    if not event.role or event.role in ("system", "link"):
        return ""
    role = say(lang, f"people.role.{event.role}") if has(f"people.role.{event.role}") else event.role
    body = bodies.get(event.organisation, event.organisation)
    return f"{role}, {body}" if body else role


def _why_refused(event: Event, lang: str) -> str:
    if not event.refused:
        return ""
    for key in (
        f"{event.action.partition('.')[0]}.refused.{event.refused}",
        f"portal.refused.{event.refused}",
    ):
        if has(key):
            # The log keeps the kind of a refusal, not the values of its sentence.
            return re.sub(r"\{[^}]*\}", "…", say(lang, key))
    return event.refused


def _about(event: Event, lang: str, names: dict[str, str]) -> str:
    label = event.subject.partition(":")[0]
    if not label:
        return ""
    thing = say(lang, f"people.thing.{label}") if has(f"people.thing.{label}") else label
    own = names.get(event.subject, "")
    owner = Text.of(event.owner.name).get(lang) if event.owner is not None else ""
    return " · ".join(part for part in (thing, own, owner if owner != own else "") if part)


def _names(events: Iterable[Event], lang: str) -> dict[str, str]:
    """{subject: its name} of the subjects that have one of their own."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for event in events:
        label, _, pk = event.subject.partition(":")
        if label and pk.isdecimal():
            wanted[label].add(pk)
    found = {}
    for label, pks in wanted.items():
        try:
            model = apps.get_model(label)
        except LookupError:
            continue
        for row in model.objects.filter(pk__in=pks):
            found[f"{label}:{row.pk}"] = name_of(row, lang)
    return found


def name_of(row: Logged, lang: str) -> str:
    """The row's name, title or address, whichever it has; else nothing."""
    for attribute in ("title", "name", "email"):
        value = getattr(row, attribute, "")
        if isinstance(value, dict):
            value = Text.of(value).get(lang)
        if isinstance(value, str) and value:
            return value
    user = getattr(row, "user", None)
    return str(user) if user is not None else ""


def chain_name(key: str, lang: str) -> str:
    """Whose events a chain holds: the accounts', or a round's by its title."""
    kind, _, pk = key.partition(":")
    if not pk:
        return say(lang, f"people.chain.{kind}") if has(f"people.chain.{kind}") else key
    model = _model_of_chain(kind)
    row = model.objects.filter(pk=pk).first() if model is not None else None
    return name_of(row, lang) or key if row is not None else key


@cache
def _model_of_chain(kind: str) -> type[Logged] | None:
    """The model whose rows have a chain each, by the first word of the chain's key."""
    found = (model for model in apps.get_models() if issubclass(model, Logged))
    return next((model for model in found if model._meta.model_name == kind), None)


def _changes(event: Event, lang: str) -> list[tuple[str, str, str, str]]:
    found = []
    for label, pk, values in event.changes:
        thing = say(lang, f"people.thing.{label}") if has(f"people.thing.{label}") else label
        for name, (before, after) in values.items():
            if name != "id" and (before or after):
                found.append((f"{thing} {pk}", name, _shown(before), _shown(after)))
    return found


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


# ---- files for auditors

_COLUMNS = (
    "chain", "sequence", "at", "actor", "role", "organisation", "action", "subject", "owner", "from_state",
    "to_state", "reason", "refused", "route", "digest", "request_id", "address", "changes", "previous",
    "hash",
)  # fmt: skip


def as_json(events: Iterable[Event]) -> bytes:
    """Every field of the events, as hashed: the chain can be recomputed from the file."""
    found = list(history.documents(events))
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def as_csv(events: Iterable[Event]) -> bytes:
    """A table for office programs, oldest first; a cell is never a formula."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(_COLUMNS)
    for event in events:
        row = {
            **{name: getattr(event, name) for name in _COLUMNS if hasattr(event, name)},
            "chain": event.chain.key,
            "at": event.at.astimezone(datetime.UTC).isoformat(),
            "actor": event.actor.email if event.actor is not None else "",
            "owner": event.owner.code if event.owner is not None else "",
            "changes": json.dumps(event.changes, ensure_ascii=False, sort_keys=True),
        }
        table.writerow([_plain_cell(row[name]) for name in _COLUMNS])
    return ("\ufeff" + out.getvalue()).encode()


def _plain_cell(value: Any) -> Any:
    text = value if isinstance(value, str) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else value
