"""The localities of a pilot: proposed by the academy, decided by the ministry, confirmed by themselves."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from innodex.portal.people.actor import Actor
from innodex.portal.people.gate import Act, acting
from innodex.portal.rounds import files
from innodex.portal.rounds.models import Registration, Round, SelectionDecision

STATE = Registration.State
# Those that can be chosen; everybody else has declined, or has not (or not any more) answered.
OPEN_TO_CHOICE = (STATE.SENT, STATE.PROPOSED)


def candidates(round: Round) -> dict[int, Registration]:
    """{pk: registration} of those that can be chosen, in the order of names."""
    rows = Registration.objects.filter(locality__round=round, state__in=OPEN_TO_CHOICE)
    return {row.pk: row for row in rows.select_related("locality__round").order_by("locality__position")}


def propose_selection(
    *,
    round: Round,
    choices: Mapping[int, str],
    reasons_not: Mapping[int, str],
    by: Actor,
    at: datetime.datetime,
) -> Round:
    """The academy proposes a set: a reason for each one in it, and for each one left out.

    Every candidate is named once. May be done again until the ministry has decided.
    """
    with acting("rounds.propose_selection", on=round, by=by, at=at) as act:
        held = _locked(round)
        act.require(not set(choices) & set(reasons_not), "selection-twice")
        _ask_reasons(act, held, {**choices, **reasons_not})
        _ask_quota(act, round, len(choices))
        for pk, row in held.items():
            chosen = pk in choices
            reason = (choices[pk] if chosen else reasons_not[pk]).strip()
            act.set(row, state=STATE.PROPOSED if chosen else STATE.SENT, selection_reason=reason)
    return round


def decide_selection(
    *,
    round: Round,
    number: str,
    date: datetime.date | None,
    upload: Any,
    chosen: set[int],
    reasons: Mapping[int, str],
    by: Actor,
    at: datetime.datetime,
) -> SelectionDecision:
    """The ministry decides: number, date and file of the decision, and a reason for every candidate.

    After it every candidate is `selected` or `not_selected`; who declined or did not answer stays so. It
    waits for the end of the call, because whoever sent afterwards would never be decided on.
    """
    with acting("rounds.decide_selection", on=round, by=by, at=at) as act:
        _ask_call_over(act, round, at)
        act.require(number.strip(), "no-decision")
        act.require(date is not None, "no-decision-date")
        act.require(date <= timezone.localdate(at), "decision-ahead")
        act.require(upload is not None, "no-decision-file")
        held = _locked(round)
        act.require(chosen, "selection-empty")
        act.require(set(chosen) <= set(held), "selection-stranger")
        _ask_reasons(act, held, reasons)
        _ask_quota(act, round, len(chosen))
        assert act.membership is not None  # the table gives this to no clock and no link
        file = files.store(act, upload, round=round, organisation=act.membership.organisation)
        decision = act.create(
            SelectionDecision, round=round, number=number.strip(), date=date, file=file,
            decided_by=by.user, decided_at=at,
        )  # fmt: skip
        for pk, row in held.items():
            state = STATE.SELECTED if pk in chosen else STATE.NOT_SELECTED
            act.set(row, state=state, selection_reason=reasons[pk].strip())
        act.set(round, selection_decided_at=at)
    return decision


def _locked(round: Round) -> dict[int, Registration]:
    """The candidates, held until the end of the transaction: nobody is returned or sent meanwhile."""
    list(Registration.objects.select_for_update(of=("self",), no_key=True).filter(locality__round=round))
    return candidates(round)


def _ask_call_over(act: Act, round: Round, at: datetime.datetime) -> None:
    call = round.window("call")
    over = call is not None and (call.closed_at is not None or at > call.closes_at)
    act.require(over, "call-open", until=call.closes_at if call is not None else None)


def _ask_reasons(act: Act, held: Mapping[int, Registration], reasons: Mapping[int, str]) -> None:
    act.require(set(reasons) <= set(held), "selection-stranger")
    bare = sum(not reasons.get(pk, "").strip() for pk in held)
    act.require(not bare, "selection-reasons", number=bare)


def _ask_quota(act: Act, round: Round, number: int) -> None:
    act.require(round.quota is None or number <= round.quota, "quota", quota=round.quota, number=number)


def confirm_selection(*, registration: Registration, by: Actor, at: datetime.datetime) -> Registration:
    """The leader of a chosen locality confirms that it takes part."""
    with acting("rounds.confirm_selection", on=registration, by=by, at=at) as act:
        act.set(registration, state=STATE.CONFIRMED)
    return registration


def refuse_selection(
    *, registration: Registration, reason: str, by: Actor, at: datetime.datetime
) -> Registration:
    """The leader of a chosen locality says no, with a reason."""
    with acting("rounds.refuse_selection", on=registration, by=by, at=at, reason=reason) as act:
        act.require(reason.strip(), "no-reason")
        act.set(registration, state=STATE.REFUSED, refusal_reason=reason.strip())
    return registration
