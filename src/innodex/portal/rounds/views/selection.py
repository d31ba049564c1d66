"""The selection: the academy's proposal, the ministry's decision, and the list of the chosen."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from innodex.documents import say
from innodex.portal.people import clock
from innodex.portal.people.gate import holds, may
from innodex.portal.people.web import page, perform
from innodex.portal.rounds import actions, queries
from innodex.portal.rounds.actions.selection import candidates
from innodex.portal.rounds.forms.selection import ChoiceForm, DecisionForm
from innodex.portal.rounds.models import Registration, Round
from innodex.portal.rounds.queries import registration as doors
from innodex.portal.rounds.queries.board import Row, board
from innodex.portal.rounds.views.common import crumbs
from innodex.portal.rounds.views.registration import state_label, tone

STATE = Registration.State


def _door(request: HttpRequest, code: str) -> Round:
    """A pilot's round. Raises Http404 for another kind, and where the person may not see it."""
    round = queries.get_round(request.user, code)
    if round.kind != Round.Kind.PILOT:
        raise Http404
    return round


@page
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """The decision and the chosen, for every participant; for academy and ministry, the way there."""
    return _page(request, _door(request, code))


def _page(request: HttpRequest, round: Round, **forms: Any) -> HttpResponse:
    at, staff = clock.now(), queries.sees_drafts(request.user)
    own = doors.registration_of(request.user, round)
    decided = round.selection_decided_at is not None
    values = {
        "round": round,
        "crumbs": crumbs(request, round),
        "staff": staff,
        "call": round.window("call"),
        "call_over": _is_over(round, at),
        "decision": getattr(round, "selection", None) if decided else None,
        "chosen": doors.chosen(round),
        "own": own if own is not None and decided else None,
        "own_state": state_label(request.lang, own.state) if own is not None and decided else "",
        "table": _table(request, round, **forms) if staff else None,
        "faults": forms.get("faults", ()),
    }
    return render(request, "rounds/selection.html", values, status=forms.get("status", 200))


def _is_over(round: Round, at: datetime.datetime) -> bool:
    call = round.window("call")
    return call is not None and (call.closed_at is not None or at > call.closes_at)


def _table(request: HttpRequest, round: Round, **forms: Any) -> dict[str, Any]:
    """The candidates with what this person may fill in, and the account of all localities."""
    at, lang, whole = clock.now(), request.lang, board(round)
    held = candidates(round)
    reasons = doors.sees_reasons(request.user, at)
    deciding = _is_over(round, at) and may("rounds.decide_selection", on=round, by=request.actor, at=at)
    proposing = may("rounds.propose_selection", on=round, by=request.actor, at=at)
    form: ChoiceForm | None = forms.get("form")
    if form is None and held and deciding:
        form = DecisionForm(lang=lang, held=held)
    elif form is None and held and proposing:
        form = ChoiceForm(lang=lang, held=held)
    return {
        "form": form,
        "deciding": deciding,
        "proposing": proposing and not deciding,
        "rows": [_shown(row, form, lang, reasons=reasons) for row in whole.rows if _belongs(row, held, form)],
        "reasons": reasons,
        "tally": [
            {"label": state_label(lang, state), "tone": tone(state), "number": number}
            for state, number in whole.counts.items()
            if number
        ],
        "all": len(whole.rows),
        "proposed": whole.counts[STATE.PROPOSED],
    }


def _belongs(row: Row, held: dict[int, Registration], form: ChoiceForm | None) -> bool:
    """Candidates while one can choose; afterwards all those who were."""
    after = (STATE.SELECTED, STATE.CONFIRMED, STATE.REFUSED, STATE.NOT_SELECTED)
    return row.registration.pk in held or (form is None and row.state in after)


def _shown(row: Row, form: ChoiceForm | None, lang: str, *, reasons: bool) -> dict[str, Any]:
    registration = row.registration
    return {
        "name": row.name,
        "region": row.region,
        "address": reverse("rounds:registration-sent", args=[registration.locality.round.code, row.unit]),
        "state": state_label(lang, row.state),
        "tone": tone(row.state),
        "ready": row.ready,
        "difficulties": row.difficulties,
        "reason": registration.selection_reason if reasons else "",
        "refusal": registration.refusal_reason if reasons else "",
        "cells": form.cells(registration.pk) if form is not None else [],
    }


@require_POST
@page
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """The academy proposes."""
    round = _door(request, code)
    if not holds("rounds.propose_selection", on=round, by=request.actor, at=clock.now()):
        perform(request, actions.propose_selection, round=round, choices={}, reasons_not={})
        return redirect("rounds:selection", code=code)
    form = ChoiceForm(request.POST, lang=request.lang, held=candidates(round))
    if not form.is_valid():
        return _page(request, round, form=form, faults=_faults(form), status=422)
    chosen, reasons = form.chosen(), form.reasons()
    outcome = perform(
        request,
        actions.propose_selection,
        done=say(request.lang, "rounds.selection.proposed"),
        round=round,
        choices={pk: reason for pk, reason in reasons.items() if pk in chosen},
        reasons_not={pk: reason for pk, reason in reasons.items() if pk not in chosen},
    )
    if not outcome:
        return _page(request, round, form=form, faults=_bare(form, reasons), status=422)
    return redirect("rounds:selection", code=code)


@require_POST
@page
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """The ministry decides."""
    round = _door(request, code)
    if not may("rounds.decide_selection", on=round, by=request.actor, at=clock.now()):
        perform(
            request, actions.decide_selection,
            round=round, number="", date=None, upload=None, chosen=set(), reasons={},
        )  # fmt: skip
        return redirect("rounds:selection", code=code)
    form = DecisionForm(request.POST, request.FILES, lang=request.lang, held=candidates(round))
    if not form.is_valid():
        return _page(request, round, form=form, faults=_faults(form), status=422)
    outcome = perform(
        request,
        actions.decide_selection,
        done=say(request.lang, "rounds.selection.decided"),
        round=round,
        number=form.cleaned_data["number"],
        date=form.cleaned_data["date"],
        upload=form.cleaned_data["file"],
        chosen=form.chosen(),
        reasons=form.reasons(),
    )
    if not outcome:
        return _page(request, round, form=form, faults=_bare(form, form.reasons()), status=422)
    return redirect("rounds:selection", code=code)


def _faults(form: ChoiceForm) -> list[tuple[str, str]]:
    return [
        (f"{form[name].label}: {message}", form[name].auto_id)
        for name, messages in form.errors.items()
        for message in messages
    ]


def _bare(form: ChoiceForm, reasons: dict[int, str]) -> list[tuple[str, str]]:
    """The candidates without a reason, each a link to its field."""
    found = []
    for pk, reason in reasons.items():
        if not reason:
            field = form[f"reason-{pk}"]
            form.add_error(field.name, say(form.lang, "rounds.selection.lacks-reason"))
            name = form.held[pk].locality.name
            shown = name.get(form.lang) or next(iter(name.values()), "")
            found.append((f"{shown}: {say(form.lang, 'rounds.selection.lacks-reason')}", field.auto_id))
    return found
