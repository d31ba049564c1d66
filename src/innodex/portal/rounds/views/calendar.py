"""The calendar of a round: when each window opens, is due and closes; opening it; ending the round."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from innodex.documents import say
from innodex.portal.people import clock
from innodex.portal.people.gate import holds, may
from innodex.portal.people.web import page, perform
from innodex.portal.rounds import actions, queries
from innodex.portal.rounds.actions.rounds import SETTABLE
from innodex.portal.rounds.forms.rounds import WindowForm
from innodex.portal.rounds.models import Round, Window
from innodex.portal.rounds.views.common import crumbs

_OPENS = {
    "call": actions.open_call,
    "consultation": actions.open_consultation,
    "collection": actions.open_collection,
}


def names_of(round: Round) -> list[str]:
    """The windows that a round of this kind has."""
    return [name for name in Window.Name.values if name != "call" or round.kind == Round.Kind.PILOT]


@page
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Every window with its dates, and what may be done about it."""
    round = queries.get_round(request.user, code)
    windows, changes = queries.windows_of(round), queries.prolongations(round)
    values = {
        "round": round,
        "crumbs": crumbs(request, round),
        "windows": [_row(request, round, name, windows.get(name), changes) for name in names_of(round)],
        "may_close": may("rounds.close_round", on=round, by=request.actor, at=clock.now()),
        "zone": timezone.get_current_timezone_name(),
    }
    return render(request, "rounds/calendar.html", values)


def _row(
    request: HttpRequest, round: Round, name: str, window: Window | None, changes: dict[int, Any]
) -> dict[str, Any]:
    at = clock.now()
    may_open = (
        window is not None
        and window.opened_at is None
        and window.opens_at <= at < window.closes_at
        and may(f"rounds.open_{name}", on=round, by=request.actor, at=at)
    )
    may_set = holds("rounds.set_calendar", on=round, by=request.actor, at=at) and _settable(
        round, name, window
    )
    state, tone = standing(window, at)
    return {
        "name": name,
        "window": window,
        "state": state,
        "tone": tone,
        "changes": changes.get(window.pk, []) if window is not None else [],
        "may_open": may_open,
        "may_set": may_set,
    }


def _settable(round: Round, name: str, window: Window | None) -> bool:
    if window is not None and window.opened_at is not None:
        return window.closed_at is None and clock.now() <= window.closes_at
    return round.phase in SETTABLE[Window.Name(name)]


def standing(window: Window | None, at: Any) -> tuple[str, str]:
    """A window's state and how it is drawn."""
    if window is None:
        return "unset", "idle"
    if window.opened_at is None:
        return ("ready", "waiting") if at >= window.opens_at else ("ahead", "idle")
    if window.closed_at is not None or at > window.closes_at:
        return "closed", "done"
    return ("open", "open") if at <= window.due_at else ("overdue", "stopped")


@page
def window(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Set the dates of one window."""
    round = queries.get_round(request.user, code)
    known = name in names_of(round) and holds(
        "rounds.set_calendar", on=round, by=request.actor, at=clock.now()
    )
    if not known:
        raise Http404
    held = round.window(name)
    initial = {}
    if held is not None:
        times = ("opens_at", "due_at", "closes_at")
        initial = {moment: timezone.localtime(getattr(held, moment)) for moment in times}
    opened_at = held.opened_at if held is not None else None
    form = WindowForm(request.POST or None, lang=request.lang, initial=initial, opened_at=opened_at)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = dict(form.cleaned_data)
            if held is not None and opened_at is not None:
                given["opens_at"] = held.opens_at  # the field shows minutes only
            done = say(request.lang, "rounds.window.done")
            if perform(request, actions.set_calendar, done=done, round=round, name=name, **given):
                return redirect("rounds:calendar", code=code)
            status = 409
    calendar = (say(request.lang, "rounds.calendar.title"), reverse("rounds:calendar", args=[code]))
    values = {
        "round": round,
        "name": name,
        "window": held,
        "form": form,
        "crumbs": crumbs(request, round, calendar),
        "zone": timezone.get_current_timezone_name(),
    }
    return render(request, "rounds/window.html", values, status=status)


@require_POST
@page
def open_window(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Open the call, the consultation or the collection."""
    round = queries.get_round(request.user, code)
    if name not in names_of(round):
        raise Http404
    perform(request, _OPENS[name], done=say(request.lang, f"rounds.opened.{name}"), round=round)
    return redirect("rounds:calendar", code=code)


@require_POST
@page
def close(request: HttpRequest, code: str) -> HttpResponse:
    """End the round."""
    round = queries.get_round(request.user, code)
    perform(request, actions.close_round, done=say(request.lang, "rounds.closed"), round=round)
    return redirect("rounds:round", code=code)
