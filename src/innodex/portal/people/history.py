"""The log read again: is the chain whole, and what does it say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections, models, transaction

from innodex.portal.people.gate import document_of, hash_of
from innodex.portal.people.models import Chain, Event, Logged


@dataclass(frozen=True, slots=True)
class Break:
    """The first event of a chain that is not what was written.

    `kind` says how: the event is `missing`, its content has `changed`, it does not follow from the one before
    (`unlinked`), the chain's own note of its last event does not agree (`head`), or events belong to a chain
    that is not there (`orphan`).
    """

    chain: str
    sequence: int
    kind: str


def verify() -> list[Break]:
    """Recompute every chain; the first break of each, none when all is whole.

    What a chain cannot show is that its last events were cut off together with its note of them: that is what
    heads on printed receipts are for (`stands`).
    """
    found = [_verify(chain) for chain in Chain.objects.order_by("key")]
    orphan = Event.objects.exclude(chain__in=Chain.objects.all()).order_by("pk").first()
    if orphan is not None:
        found.append(Break(str(orphan.chain_id), orphan.sequence, "orphan"))
    return [broken for broken in found if broken is not None]


def _verify(chain: Chain) -> Break | None:
    previous, expected = "", 1
    events = chain.events.order_by("sequence").iterator()
    while True:
        try:
            event = next(events)
        except StopIteration:
            break
        except ValueError:
            # Not even a document or a date any more.
            return Break(chain.key, expected, "changed")
        event.chain = chain
        if event.sequence != expected:
            return Break(chain.key, expected, "missing")
        if hash_of(event) != event.hash:
            return Break(chain.key, expected, "changed")
        if event.previous != previous:
            return Break(chain.key, expected, "unlinked")
        previous, expected = event.hash, expected + 1
    if chain.length != expected - 1:
        return Break(chain.key, expected, "missing")
    return None if chain.head == previous else Break(chain.key, expected - 1, "head")


def stands(head: str) -> Event | None:
    """The event whose hash was printed as the head of its chain; None when the log does not hold it."""
    return Event.objects.filter(hash=head).select_related("chain").first()


def documents(events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    """Events as plain documents, each with its hash: enough to recompute the chain elsewhere."""
    for event in events:
        yield {**document_of(event), "hash": event.hash}


def exported() -> Iterator[dict[str, Any]]:
    """Every accepted event, in the order in which they were made: what `rebuild` needs."""
    events = Event.objects.filter(refused="").select_related("chain").order_by("pk")
    return documents(events.iterator())


def rebuild(events: Iterable[dict[str, Any]], *, using: str = "default") -> None:
    """Make the rows again from the log alone, in the empty database `using`.

    What never enters the log (passwords, digests of links, whole documents) is left empty: nobody can log in
    until passwords are set again.
    """
    touched: set[type[Logged]] = set()
    with transaction.atomic(using=using):
        for event in events:
            for label, pk, values in event["changes"]:
                model = apps.get_model(label)
                _apply(model, pk, values, using)
                touched.add(model)
        _after_the_last(touched, using)


def _apply(model: type[Logged], pk: Any, values: dict[str, list[Any]], using: str) -> None:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    after = {name: _value(fields[name], pair[1]) for name, pair in values.items()}
    if model._meta.pk.attname not in values:
        changed = model.objects.using(using).filter(pk=pk).update(**after)
        if not changed:
            raise LookupError(f"the log changes {model._meta.label} {pk} before it is made")
        return
    for name in model.unlogged:
        after[model._meta.get_field(name).attname] = _empty(model._meta.get_field(name), pk)
    model(**after).save(force_insert=True, using=using)


def _empty(field: models.Field, pk: Any) -> Any:
    """What stands for content that the log does not hold."""
    if field.null:
        return None
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.BinaryField):
        return b""
    return f"rebuilt-{pk}" if field.unique else field.get_default()


def _value(field: models.Field, value: Any) -> Any:
    return value if value is None or isinstance(field, models.JSONField) else field.to_python(value)


def _after_the_last(touched: Iterable[type[Logged]], using: str) -> None:
    """New rows are numbered after those of the log."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(touched)):
            cursor.execute(statement)
