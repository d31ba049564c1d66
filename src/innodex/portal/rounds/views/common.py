"""What the pages of rounds share."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from innodex.documents import say
from innodex.portal.rounds.models import Round, Version


def title_of(round: Round, lang: str) -> str:
    """The title in the reader's language, else in the other one."""
    return round.title.get(lang) or next(iter(round.title.values()), round.code)


def crumbs(request: HttpRequest, round: Round | None = None, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way down to the page: all rounds, the round, and what stands between."""
    found = [(say(request.lang, "rounds.nav.rounds"), reverse("rounds:rounds"))]
    if round is not None:
        found.append((title_of(round, request.lang), reverse("rounds:round", args=[round.code])))
    return [*found, *more]


def version_crumb(request: HttpRequest, version: Version) -> tuple[str, str]:
    """The way to a version's page."""
    address = reverse("rounds:version", args=[version.round.code, version.number])
    return say(request.lang, "rounds.version.title", number=version.number), address


def versions_crumb(request: HttpRequest, round: Round) -> tuple[str, str]:
    """The way to the list of versions."""
    return say(request.lang, "rounds.versions.title"), reverse("rounds:versions", args=[round.code])
