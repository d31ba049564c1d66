"""From a request to an action and back: what every view of the portal shares."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from innodex.documents import languages
from innodex.portal.people import clock
from innodex.portal.people.actor import Actor, Route, memberships
from innodex.portal.people.gate import holds
from innodex.portal.people.models import Logged, Membership
from innodex.portal.people.refused import Refused, Repeated

View = Callable[..., HttpResponse]


def language_of(request: HttpRequest) -> str:
    """The reader's language, one that the catalogue speaks."""
    wanted = getattr(request, "LANGUAGE_CODE", "") or settings.LANGUAGE_CODE
    return wanted if wanted in languages() else "en"


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, from where, and with which key against repetition."""
    user = request.user if request.user.is_authenticated else None
    key = request.POST.get("once", "") if request.method == "POST" else ""
    address = request.META.get("REMOTE_ADDR", "")
    return Actor(user=user, route=Route.FORM, address=address, request_id=uuid.uuid4().hex, key=key[:64])


def roles_of(request: HttpRequest) -> list[Membership]:
    """The memberships that hold now; read once per request."""
    if not hasattr(request, "innodex_memberships"):
        user = request.user if request.user.is_authenticated else None
        request.innodex_memberships = memberships(user, clock.now())
    return request.innodex_memberships


def has_role(request: HttpRequest, *roles: str) -> bool:
    """True when the person holds one of `roles` now, in any organisation."""
    return any(membership.role in roles for membership in roles_of(request))


def page(view: View) -> View:
    """A page of the portal: log-in is required, nothing is cached, and `request.actor` says who asks."""

    @login_required
    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.actor = actor_of(request)
        request.lang = language_of(request)
        response = view(request, *args, **kwargs)
        response.setdefault("Cache-Control", "no-store")
        return response

    return wrapped


def for_holders(request: HttpRequest, action: str, *, on: Logged | None = None) -> None:
    """Open a page to holders of the right alone. Raises Http404 for others.

    Who sends its form without the right meets the gate, which records the attempt.
    """
    by = getattr(request, "actor", None) or actor_of(request)
    if request.method != "POST" and not holds(action, on=on, by=by, at=clock.now()):
        raise Http404


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an action: its `value`, or the refusal."""

    value: Any = None
    refused: Refused | None = None
    repeated: bool = False

    def __bool__(self) -> bool:
        return self.refused is None


def perform(request: HttpRequest, action: Callable[..., Any], *, done: str = "", **arguments: Any) -> Outcome:
    """Run an action for the person who asks, now. `done` is the sentence of success, shown on the next page.

    A refusal becomes an error message and a false Outcome; a repeated request counts as done.
    """
    try:
        value = action(**arguments, by=getattr(request, "actor", None) or actor_of(request), at=clock.now())
    except Refused as refused:
        messages.error(request, refused.text(language_of(request)))
        return Outcome(refused=refused)
    except Repeated:
        return Outcome(repeated=True)
    if done:
        messages.success(request, done)
    return Outcome(value=value)
