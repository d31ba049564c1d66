"""A beginning that many tests share is made once; the others get the same rows put in."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from typing import Any

Named = dict[str, Any]  # {name: a row}
# {what is begun: (rows by model, {name: (model, key)} of each group)}
_MADE: dict[Hashable, tuple[list[tuple[Any, list[Any]]], list[dict[str, tuple[Any, Any]]]]] = {}


def again(key: Hashable, make: Callable[[], None], *groups: Named) -> None:
    """Fill `groups` by `make` and remember every row of the database; from then on, put these in.

    The database must be empty. What is put in are the rows themselves, events and their chain included, so
    that nothing can be told from the first time.
    """
    if key in _MADE:
        _put_back(key, groups)
        return
    make()
    _MADE[key] = (
        _all_rows(),
        [{name: (type(row), row.pk) for name, row in group.items()} for group in groups],
    )


def _all_rows() -> list[tuple[Any, list[Any]]]:
    from django.apps import apps

    kept = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.app_label != "contenttypes":
            rows = list(model._base_manager.all())
            if rows and model._meta.label != "auth.Permission":
                kept.append((model, rows))
    return kept


def _put_back(key: Hashable, groups: tuple[Named, ...]) -> None:
    tables, names = _MADE[key]
    for model, rows in tables:
        model._base_manager.bulk_create([copy.copy(row) for row in rows])
    for group, named in zip(groups, names, strict=True):
        for name, (model, pk) in named.items():
            group[name] = model._base_manager.get(pk=pk)
