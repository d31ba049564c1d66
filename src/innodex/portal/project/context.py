"""What the frame of every page shows: navigation by role, rounds to switch between, languages.

An app offers entries with a module `navigation`:

    # (key of the catalogue, address), allowed ones only
    def links(request) -> Iterable[tuple[str, str]]
    # (name, address, is the one in view)
    def rounds(request) -> Iterable[tuple[str, str, bool]]
    # (text, address, due), for the start page
    def tasks(request) -> Iterable[tuple[str, str, datetime | None]]

Each is optional. The entry with the longest address that the page's own begins with is the one in view.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

import innodex


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the navigation."""

    key: str
    address: str
    here: bool


@cache
def _modules() -> tuple[ModuleType, ...]:
    """The navigation modules of the apps, the lowest app first."""
    names = [f"innodex.portal.{app}.navigation" for app in reversed(settings.APPS)]
    return tuple(import_module(name) for name in names if _stands(name))


def _stands(name: str) -> bool:
    package = name.rpartition(".")[0]
    return find_spec(package) is not None and find_spec(name) is not None


def navigation(request: HttpRequest) -> list[Link]:
    """The entries that this person may follow."""
    if not request.user.is_authenticated:
        return []
    home = ("portal.home.title", reverse("home"))
    found = [entry for module in _modules() if hasattr(module, "links") for entry in module.links(request)]
    above = [address for _, address in found if request.path.startswith(address)]
    here = max(above, key=len, default="")
    rest = [Link(key, address, address == here) for key, address in found]
    return [Link(*home, request.path == home[1]), *rest]


def _rounds(request: HttpRequest) -> Iterator[tuple[str, str, bool]]:
    if request.user.is_authenticated:
        for module in _modules():
            yield from getattr(module, "rounds", lambda _: ())(request)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Values for the base template."""
    return {
        "lang": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        "frame_languages": settings.LANGUAGES,
        "frame_links": SimpleLazyObject(lambda: navigation(request)),
        "frame_rounds": SimpleLazyObject(lambda: list(_rounds(request))),
        "frame_version": innodex.__version__,
    }


def tasks(request: HttpRequest) -> list[tuple[str, str, datetime.datetime | None]]:
    """What is to be done, from every app's `tasks(request)`: (text, address, due), the nearest date first."""
    found = [task for module in _modules() if hasattr(module, "tasks") for task in module.tasks(request)]
    far = datetime.datetime.max.replace(tzinfo=datetime.UTC)
    return sorted(found, key=lambda task: task[2] or far)
