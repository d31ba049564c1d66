"""What the frame of every page offers of people."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from innodex.portal.people import clock, queries
from innodex.portal.people.permissions import Role
from innodex.portal.people.web import has_role, roles_of


def links(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Organisations and accounts for who looks after them, the own people, and the log."""
    if not roles_of(request):
        return
    if has_role(request, Role.SYSADMIN, Role.AUDITOR):
        yield ("people.navigation.organisations", reverse("people:organisations"))
        yield ("people.navigation.people", reverse("people:people"))
    else:
        own = queries.own_organisations(request.user, clock.now())
        one = (
            reverse("people:organisation", args=[own[0].code])
            if len(own) == 1
            else reverse("people:organisations")
        )
        yield ("people.navigation.own", one)
    yield ("people.navigation.log", reverse("people:log"))
    yield ("people.navigation.roles", reverse("people:roles"))
