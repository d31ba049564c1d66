"""The log read again: is the chain whole, and what does it say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction

from innodex.portal.people.gate import hash_of
from innodex.portal.people.models import Chain, Event, Logged


@dataclass(frozen=True, slots=True)
class Break:
    """The first event of a chain that is not what was written."""

    chain: str
    sequence: int
    kind: str  # missing | changed | unlinked | head


def verify() -> list[Break]:
    """Recompute every chain; the first break of each, none when all is whole."""
    found = [_verify(chain) for chain in Chain.objects.order_by("key")]
    return [broken for broken in found if broken is not None]


def _verify(chain: Chain) -> Break | None:
    previous, expected = "", 1
    for event in chain.events.order_by("sequence").iterator():
        event.chain = chain
        if event.sequence != expected:
            return Break(chain.key, expected, "missing")
        if event.previous != previous:
            return Break(chain.key, expected, "unlinked")
        if hash_of(event) != event.hash:
            return Break(chain.key, expected, "changed")
        previous, expected = event.hash, expected + 1
    if chain.length != expected - 1:
        return Break(chain.key, expected, "missing")
    return None if chain.head == previous else Break(chain.key, expected - 1, "head")


def exported() -> Iterator[dict[str, Any]]:
    """Every accepted event's changes, in the order in which they were made."""
    for event in Event.objects.filter(refused="").order_by("pk").iterator():
        yield {"action": event.action, "changes": event.changes}


def rebuild(events: Iterable[dict[str, Any]]) -> None:
    """Make the rows again from the log alone, in an empty database.

    What never enters the log (passwords, digests of links, whole documents) is left at its default.
    """
    with transaction.atomic():
        for event in events:
            for label, pk, values in event["changes"]:
                _apply(apps.get_model(label), pk, values)


def _apply(model: type[Logged], pk: Any, values: dict[str, list[Any]]) -> None:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    after = {name: _value(fields[name], pair[1]) for name, pair in values.items()}
    if model._meta.pk.attname in values:
        for name in model.unlogged:
            field = model._meta.get_field(name)
            if isinstance(field, models.CharField) and field.unique:
                after[name] = f"rebuilt-{pk}"
        model(**after).save(force_insert=True)
    else:
        model.objects.filter(pk=pk).update(**after)


def _value(field: models.Field, value: Any) -> Any:
    return value if value is None or isinstance(field, models.JSONField) else field.to_python(value)
