"""The selection: who proposes, decides and confirms, in which state; and everybody is accounted for."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from portal.rounds._calls import DECLINE, bring, decide, draft, end_call, letter, propose, register

if TYPE_CHECKING:
    from portal.rounds.conftest import Stage

pytestmark = pytest.mark.django_db

# Written from the pilot page, section 2, and the roles of the collection rules, section 2: the academy's
# leader proposes, the ministry decides, a chosen locality's own leader confirms or refuses. Four moments of a
# round: before the call, while it is open, after its close, after the decision.
ALLOWED = {
    "propose_selection": {("leader", "call open"), ("leader", "call over")},
    "decide_selection": {("minister", "call over")},
}
CONFIRMING = {("lead", "selected")}
PEOPLE = {
    "entry": "north-entry",
    "lead": "north-lead",
    "other entry": "south-entry",
    "other lead": "south-lead",
    "central lead": "statistics-lead",
    "reviewer": "reviewer",
    "leader": "leader",
    "analyst": "analyst",
    "minister": "minister",
    "auditor": "auditor",
    "sysadmin": "sysadmin",
    "system": "system",
}


def _outcome(stage: Stage, action: str, who: str, **given: Any) -> str:
    """`done`, or the refusal's name; nothing stays of it."""
    from django.db import transaction

    from innodex.portal.people.refused import Refused
    from innodex.portal.rounds import actions

    try:
        with transaction.atomic():
            stage.do(getattr(actions, action), who, **given)
            transaction.set_rollback(True)
    except Refused as refused:
        return refused.kind
    return "done"


def _states(stage: Stage) -> Counter[str]:
    from innodex.portal.rounds.models import Registration

    return Counter(Registration.objects.filter(locality__round=stage.round).values_list("state", flat=True))


def _decision(stage: Stage, *bodies: str, **changed: Any) -> dict[str, Any]:
    from innodex.portal.rounds.actions.selection import candidates

    given: dict[str, Any] = {
        "round": stage.round,
        "number": "45/QĐ",
        "date": stage.now.date(),
        "upload": letter("quyết định.pdf"),
        "chosen": {stage.registration(body).pk for body in bodies},
        "reasons": dict.fromkeys(candidates(stage.round), "Sẵn sàng"),
    }
    return given | changed


@pytest.fixture
def two(calling: Stage) -> Stage:
    """Two localities have registered; the others say nothing."""
    register(calling, "north")
    register(calling, "south")
    return calling


@pytest.mark.parametrize("moment", ["before the call", "call open", "call over", "decided"])
def test_exactly_the_allowed_propose_and_decide(pilot: Stage, moment: str) -> None:
    if moment != "before the call":
        pilot.open("call")
        register(pilot, "north")
        register(pilot, "south")
    if moment in ("call over", "decided"):
        end_call(pilot)
    if moment == "decided":
        decide(pilot, "north")

    from innodex.portal.rounds.actions.selection import candidates

    for action, allowed in ALLOWED.items():
        for role, person in PEOPLE.items():
            given = _decision(pilot, "north") if action == "decide_selection" else {
                "round": pilot.round,
                "choices": {},
                "reasons_not": dict.fromkeys(candidates(pilot.round), "Chưa đủ"),
            }  # fmt: skip
            outcome = _outcome(pilot, action, person, **given)
            assert (outcome == "done") is ((role, moment) in allowed), (moment, role, action, outcome)


@pytest.mark.parametrize(
    "state",
    ["not_answered", "drafting", "in_clearance", "sent", "declined", "returned", "proposed", "selected",
     "confirmed", "refused", "not_selected"],
)  # fmt: skip
def test_only_the_leader_of_a_chosen_locality_confirms_or_refuses(calling: Stage, state: str) -> None:
    bring(calling, "north", state)

    for action in ("confirm_selection", "refuse_selection"):
        for role, person in PEOPLE.items():
            given = {"reason": "Đổi kế hoạch"} if action == "refuse_selection" else {}
            registration = calling.registration("north")
            outcome = _outcome(calling, action, person, registration=registration, **given)
            assert (outcome == "done") is ((role, state) in CONFIRMING), (state, role, action, outcome)


def test_refusing_needs_a_reason(calling: Stage) -> None:
    bring(calling, "north", "selected")

    held = calling.registration("north")
    assert _outcome(calling, "refuse_selection", "north-lead", registration=held, reason=" ") == "no-reason"


# ---- the proposal


def test_a_proposal_names_every_candidate_once_with_a_reason(two: Stage) -> None:
    north, south = two.registration("north").pk, two.registration("south").pk

    def kind(choices: dict[int, str], reasons_not: dict[int, str]) -> str:
        return _outcome(
            two, "propose_selection", "leader", round=two.round, choices=choices, reasons_not=reasons_not
        )

    assert kind({north: "Tốt"}, {south: "Ít số liệu"}) == "done"
    assert kind({north: "Tốt"}, {}) == "selection-reasons"
    assert kind({north: "Tốt"}, {south: "  "}) == "selection-reasons"
    assert kind({north: "Tốt"}, {north: "Tốt", south: "Ít"}) == "selection-twice"
    assert kind({north: "Tốt", two.registration("west").pk: "Lạ"}, {south: "Ít"}) == "selection-stranger"


def test_a_proposal_can_be_changed_until_the_decision(two: Stage) -> None:
    propose(two, "north")
    propose(two, "south")

    assert two.registration("north").state == "sent"
    assert two.registration("south").state == "proposed"
    assert _states(two) == {"not_answered": 61, "sent": 1, "proposed": 1}


# ---- the decision


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"number": " "}, "no-decision"),
        ({"date": None}, "no-decision-date"),
        ({"date": datetime.date(2030, 1, 1)}, "decision-ahead"),
        ({"upload": None}, "no-decision-file"),
        ({"chosen": set()}, "selection-empty"),
        ({"reasons": {}}, "selection-reasons"),
        ({"upload": letter("bảng.xlsm")}, "file-macro"),
    ],
)
def test_a_decision_is_whole_or_not_at_all(two: Stage, changed: dict[str, Any], kind: str) -> None:
    end_call(two)

    assert _outcome(two, "decide_selection", "minister", **_decision(two, "north", **changed)) == kind
    assert _states(two) == {"not_answered": 61, "sent": 2}


def test_a_locality_that_has_not_registered_cannot_be_chosen(calling: Stage) -> None:
    register(calling, "north")
    register(calling, "south", DECLINE)
    end_call(calling)

    for stranger in ("south", "west"):
        given = _decision(calling, "north", stranger)
        assert _outcome(calling, "decide_selection", "minister", **given) == "selection-stranger"


def test_the_quota_holds_for_proposal_and_decision(stage: Stage) -> None:
    stage.make_round(quota=1)
    stage.open("call")
    register(stage, "north")
    register(stage, "south")
    both = {stage.registration(body).pk: "Tốt" for body in ("north", "south")}
    given = {"round": stage.round, "choices": both, "reasons_not": {}}
    assert _outcome(stage, "propose_selection", "leader", **given) == "quota"

    end_call(stage)
    assert _outcome(stage, "decide_selection", "minister", **_decision(stage, "north", "south")) == "quota"
    assert _outcome(stage, "decide_selection", "minister", **_decision(stage, "north")) == "done"


def test_the_ministry_may_choose_otherwise_than_was_proposed(two: Stage) -> None:
    propose(two, "north")
    decide(two, "south")

    assert two.registration("north").state == "not_selected"
    assert two.registration("south").state == "selected"
    assert two.registration("north").selection_reason.startswith("Lý do")
    assert two.round.selection.number == "45/QĐ"
    assert two.round.selection.decided_by == two.people["minister"]


def test_a_decision_waits_for_the_end_of_the_call(two: Stage) -> None:
    call = two.round.window("call")
    given = _decision(two, "north")

    assert _outcome(two, "decide_selection", "minister", at=call.closes_at, **given) == "call-open"
    after = call.closes_at + datetime.timedelta(seconds=1)
    assert _outcome(two, "decide_selection", "minister", at=after, **given) == "done"


def test_it_is_decided_once(two: Stage) -> None:
    from dataclasses import replace

    from innodex.portal.people.refused import Refused, Repeated
    from innodex.portal.rounds import actions
    from innodex.portal.rounds.models import SelectionDecision

    end_call(two)
    given = _decision(two, "north")
    by = replace(two.by("minister"), key="one-click")
    actions.decide_selection(**given, by=by, at=two.now)
    with pytest.raises(Repeated):
        actions.decide_selection(**given, by=by, at=two.now)
    with pytest.raises(Refused) as caught:
        actions.decide_selection(**given, by=two.by("minister"), at=two.now)

    assert caught.value.kind == "wrong-phase"
    assert SelectionDecision.objects.count() == 1


def test_all_localities_are_accounted_for_at_every_step(calling: Stage) -> None:
    from innodex.portal.rounds import actions
    from innodex.portal.rounds.queries.board import board

    seen: list[dict[str, int]] = []

    def look() -> None:
        counts = board(calling.round).counts
        assert sum(counts.values()) == 63
        assert {state: number for state, number in counts.items() if number} == _states(calling)
        seen.append({state: number for state, number in counts.items() if number})

    look()
    calling.person("west-entry", "p_entry", "west")
    calling.person("west-lead", "p_lead", "west")
    register(calling, "north")
    register(calling, "south", DECLINE)
    look()
    register(calling, "west")
    propose(calling, "north")
    look()
    decide(calling, "north")
    look()
    calling.do(actions.confirm_selection, "north-lead", registration=calling.registration("north"))
    look()

    assert seen == [
        {"not_answered": 63},
        {"not_answered": 61, "sent": 1, "declined": 1},
        {"not_answered": 60, "sent": 1, "declined": 1, "proposed": 1},
        {"not_answered": 60, "declined": 1, "selected": 1, "not_selected": 1},
        {"not_answered": 60, "declined": 1, "confirmed": 1, "not_selected": 1},
    ]


def test_what_was_drafted_but_not_sent_stays_what_it_is(calling: Stage) -> None:
    register(calling, "north")
    draft(calling, "south")
    decide(calling, "north")

    assert _states(calling) == {"not_answered": 61, "drafting": 1, "selected": 1}


def test_the_log_alone_tells_the_selection_again(calling: Stage) -> None:
    from innodex.portal.people import history

    bring(calling, "north", "confirmed")

    assert history.verify() == []
    last: dict[int, dict[str, Any]] = {}
    for event in history.exported():
        for label, pk, values in event["changes"]:
            if label == "rounds.registration":
                last.setdefault(pk, {}).update({name: pair[1] for name, pair in values.items()})
    held = calling.registration("north")
    assert last[held.pk]["state"] == "confirmed"
    assert last[held.pk]["selection_reason"] == held.selection_reason
    assert last[held.pk]["content"] == held.content
