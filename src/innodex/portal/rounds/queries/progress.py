"""Where a round stands: its phases with their dates, what is next, who acts and by when, who has answered."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.urls import NoReverseMatch, reverse

from innodex.portal.people.models import Event
from innodex.portal.people.permissions import Role
from innodex.portal.rounds import hooks
from innodex.portal.rounds.documents import adopted
from innodex.portal.rounds.hooks import Count, Tally
from innodex.portal.rounds.models import Phase, Registration, Round, Window
from innodex.portal.rounds.queries.rounds import own_locality, sees_drafts

_PARTICIPANTS = (Role.P_ENTRY, Role.P_LEAD)
# The windows of a main line, by the phase that each belongs to.
_WINDOW_OF = {Phase.CONSULTATION: Window.Name.CONSULTATION, Phase.COLLECTION: Window.Name.COLLECTION}
_TONES = {
    "not_answered": "idle", "drafting": "open", "in_clearance": "waiting", "sent": "waiting",
    "declined": "stopped", "returned": "stopped", "proposed": "waiting", "selected": "open",
    "confirmed": "done", "refused": "stopped", "not_selected": "idle",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """What is next (`rounds.next.KEY`), who acts, by when, and where.

    `ready`: it can be done now. `ours`: it is an act on the round itself, not one of an app above.
    """

    key: str
    who: tuple[Role, ...]
    due: datetime.datetime | None = None
    address: str = ""
    ready: bool = True
    ours: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """One phase of the line: past, now or ahead, with the window that belongs to it, if one.

    `began` and `ended` are known of some that have no window.
    """

    name: str
    standing: str
    window: Window | None = None
    began: datetime.datetime | None = None
    ended: datetime.datetime | None = None

    @property
    def tone(self) -> str:
        """How it is drawn."""
        return {"past": "done", "now": "open", "ahead": "idle"}[self.standing]


def windows_of(round: Round) -> dict[str, Window]:
    """{name: window}, of those that have dates."""
    return {window.name: window for window in round.windows.all()}


def line(round: Round) -> list[Stretch]:
    """The phases in order; call and selection of a pilot beside the line, at its beginning."""
    windows, order = windows_of(round), list(Phase)
    here = order.index(Phase(round.phase))
    found = []
    for place, phase in enumerate(order):
        standing = "past" if place < here else "now" if place == here else "ahead"
        name = _WINDOW_OF.get(phase)
        began = _began(round, phase) if place <= here else None
        found.append(Stretch(phase.value, standing, windows.get(name) if name else None, began))
    if round.kind == Round.Kind.PILOT:
        found[1:1] = [_call(round, windows.get(Window.Name.CALL)), _selection(round, windows)]
    return found


def _began(round: Round, phase: Phase) -> datetime.datetime | None:
    if phase is Phase.DRAFT:
        return round.created_at
    settled = adopted(round) if phase is Phase.ADOPTED else None
    return settled.adopted_at if settled is not None else None


def _call(round: Round, window: Window | None) -> Stretch:
    if window is None or window.opened_at is None:
        standing = "ahead"
    else:
        standing = "now" if window.closed_at is None else "past"
    return Stretch("call", standing, window)


def _selection(round: Round, windows: dict[str, Window]) -> Stretch:
    call = windows.get(Window.Name.CALL)
    began, ended = call.opened_at if call is not None else None, round.selection_decided_at
    standing = "past" if ended is not None else "ahead" if began is None else "now"
    return Stretch("selection", standing, None, began, ended)


def prolongations(round: Round) -> dict[int, list[tuple[datetime.datetime, str]]]:
    """{window: [(when, why)]} of every change of dates that came with a reason, for all to read."""
    found: dict[int, list[tuple[datetime.datetime, str]]] = {}
    changed = Event.objects.filter(chain__key=round.chain_key(), action="rounds.set_calendar", refused="")
    for event in changed.exclude(reason="").order_by("pk"):
        for label, pk, _ in event.changes:
            if label == "rounds.window":
                found.setdefault(pk, []).append((event.at, event.reason))
    return found


# ---- what is next


# Where a step is done: the page for academy, ministry and auditor, and that for a locality of the round.
_PAGES = {
    "register": ("rounds:board", "rounds:registration"),
    "propose": ("rounds:selection", "rounds:selection"),
    "decide": ("rounds:selection", "rounds:selection"),
    "confirm": ("rounds:selection", "rounds:registration"),
    "consult": ("consultation:overview", "consultation:overview"),
    "answer": ("consultation:answers", ""),
    "adopt": ("rounds:versions", "rounds:versions"),
    "collect": ("appraisal:queue", "collection:submission"),
    "appraise": ("appraisal:queue", ""),
    "compute": ("runs:results", ""),
    "publish": ("runs:results", ""),
}
_CALENDAR = ("rounds:calendar", "rounds:calendar")


def steps(round: Round, at: datetime.datetime, user: Any) -> list[Step]:
    """What is next on the main line, and beside it while localities are called and chosen.

    Each step leads to the page on which this person sees or does it.
    """
    windows = windows_of(round)
    found = [*_beside(round, windows, at), *_main(round, windows, at)]
    return [replace(step, address=_page_of(step.key, round, user)) for step in found]


def _page_of(key: str, round: Round, user: Any) -> str:
    staff, participant = _PAGES.get(key, _CALENDAR)
    if sees_drafts(user):
        return _if_there(staff, round) if staff else ""
    if participant in ("rounds:registration", "collection:submission"):
        held = own_locality(user, round)
        taking_part = round.kind == Round.Kind.NATIONAL or (
            held is not None and (key != "collect" or held.registration.state == Registration.State.CONFIRMED)
        )
        if held is None or not taking_part:
            return ""
    return _if_there(participant, round) if participant else ""


def _main(round: Round, windows: dict[str, Window], at: datetime.datetime) -> list[Step]:
    phase = Phase(round.phase)
    if phase is Phase.DRAFT:
        return [_opening("consultation", windows, at)]
    if phase is Phase.CONSULTATION:
        window = windows["consultation"]
        if _is_open(window, at):
            return [Step("consult", _PARTICIPANTS, _next_date(window, at), ours=False)]
        return [Step("answer", (Role.I_ANALYST,), ours=False), Step("adopt", (Role.M_APPROVE,))]
    if phase is Phase.ADOPTED:
        if round.kind == Round.Kind.PILOT and round.selection_decided_at is None:
            return []  # what stands beside the line comes first
        return [_opening("collection", windows, at)]
    if phase is Phase.COLLECTION:
        return [Step("collect", _PARTICIPANTS, _next_date(windows["collection"], at), ours=False)]
    after = {
        Phase.APPRAISAL: Step("appraise", (Role.R_REVIEW, Role.R_LEAD, Role.M_APPROVE), ours=False),
        Phase.FROZEN: Step("compute", (Role.I_ANALYST,), ours=False),
        Phase.COMPUTED: Step("publish", (Role.M_APPROVE,), ours=False),
        Phase.PUBLISHED: Step("close", (Role.M_APPROVE,)),
    }
    return [after[phase]] if phase in after else []


def _beside(round: Round, windows: dict[str, Window], at: datetime.datetime) -> list[Step]:
    if round.kind != Round.Kind.PILOT or round.phase not in (Phase.DRAFT, Phase.CONSULTATION, Phase.ADOPTED):
        return []
    call = windows.get("call")
    if call is None or call.opened_at is None:
        return [_opening("call", windows, at)]
    if _is_open(call, at):
        return [Step("register", _PARTICIPANTS, _next_date(call, at), ours=False)]
    states = _registrations(round)
    if round.selection_decided_at is None:
        if states["proposed"]:
            return [Step("decide", (Role.M_APPROVE,))]
        return [Step("propose", (Role.R_LEAD,))]
    if states["selected"]:
        return [Step("confirm", (Role.P_LEAD,), _collection_opens(windows), ours=False)]
    return []


def _opening(name: str, windows: dict[str, Window], at: datetime.datetime) -> Step:
    window = windows.get(name)
    if window is None:
        return Step(f"set-{name}", (Role.R_LEAD,))
    ready = at >= window.opens_at
    return Step(f"open-{name}" if ready else f"await-{name}", (Role.R_LEAD,), window.opens_at, ready=ready)


def _is_open(window: Window, at: datetime.datetime) -> bool:
    return window.closed_at is None and at <= window.closes_at


def _next_date(window: Window, at: datetime.datetime) -> datetime.datetime:
    """The soft date; once it has passed, the hard one."""
    return window.due_at if at <= window.due_at else window.closes_at


def _collection_opens(windows: dict[str, Window]) -> datetime.datetime | None:
    window = windows.get("collection")
    return window.opens_at if window is not None else None


def _if_there(name: str, round: Round) -> str:
    """The page of an app above, where it has one."""
    try:
        return reverse(name, args=[round.code])
    except NoReverseMatch:
        return ""


# ---- who has answered


def _registrations(round: Round) -> Counter[str]:
    return Counter(Registration.objects.filter(locality__round=round).values_list("state", flat=True))


def tallies(round: Round, user: Any) -> list[Tally]:
    """Who has answered and who is silent, at every step that has begun; everybody is accounted for."""
    found = []
    if round.kind == Round.Kind.PILOT and sees_drafts(user):
        states, board = _registrations(round), _if_there("rounds:board", round)
        counts = tuple(
            Count(
                f"rounds.registration.state.{state}",
                states[state],
                f"{board}?state={state}" if board and states[state] else "",
                _TONES[state],
            )
            for state in Registration.State.values
        )
        found.append(Tally("rounds.tally.registration", counts, sum(states.values()), board))
    for tally in hooks.TALLIES:
        found.extend(tally(round, user))
    return found
