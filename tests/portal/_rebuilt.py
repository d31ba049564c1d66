"""The rows made again from the log alone, in an empty database, to be compared with the real ones.

Tests that use it are marked `django_db(databases=["default", "rebuilt"])`.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction

from innodex.portal.people import history
from innodex.portal.people.gate import logged_fields, plain
from innodex.portal.people.models import Logged

EMPTY = "rebuilt"
Rows = dict[str, dict[Any, dict[str, Any]]]


def logged_models() -> list[type[Logged]]:
    """Every model that the gate writes."""
    return [model for model in apps.get_models() if issubclass(model, Logged)]


def rows(using: str = "default") -> Rows:
    """{model: {key: {field: value}}} of all that the log is answerable for."""
    return {
        model._meta.label_lower: {
            row.pk: {field.attname: plain(getattr(row, field.attname)) for field in logged_fields(row)}
            for row in model.objects.using(using).order_by("pk")
        }
        for model in logged_models()
    }


def assert_rebuilt() -> None:
    """The log alone gives the same rows in the empty database, which is empty again afterwards."""
    real = rows()
    with transaction.atomic(using=EMPTY):
        assert not any(rows(EMPTY).values())
        history.rebuild(history.exported(), using=EMPTY)
        again = rows(EMPTY)
        transaction.set_rollback(True, using=EMPTY)
    assert again.keys() == real.keys()
    for model, expected in real.items():
        assert again[model] == expected, model
