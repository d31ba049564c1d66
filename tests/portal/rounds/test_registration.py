"""A registration: who may do what and when, what is kept of it, and what nobody else gets to see."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

import pytest

from portal.rounds._calls import COMPLETE, DECLINE, answer, bring, keep_letter, letter

if TYPE_CHECKING:
    from portal.rounds.conftest import Stage

pytestmark = pytest.mark.django_db

# Written from the page on the pilot, section 1, and the collection rules, sections 2, 4 and 12 (two people, a
# locked draft, a return inside, a receipt, the hard close): who may do what in which state while the call is
# open. Whatever is not named here is refused, and so is everything after the close.
ALLOWED = {
    "save_registration": {("entry", "not_answered"), ("entry", "drafting"), ("entry", "returned")},
    "request_registration": {("entry", "drafting"), ("entry", "returned")},
    "send_back_registration": {("lead", "in_clearance")},
    "send_registration": {("lead", "in_clearance")},
    "return_registration": {("leader", "sent")},
}
STATES = (
    "not_answered", "drafting", "in_clearance", "sent", "declined", "returned", "proposed", "selected",
    "confirmed", "refused", "not_selected",
)  # fmt: skip
PEOPLE = {
    "entry": "north-entry",
    "lead": "north-lead",
    "other entry": "south-entry",
    "other lead": "south-lead",
    "central entry": "statistics-entry",
    "central lead": "statistics-lead",
    "reviewer": "reviewer",
    "leader": "leader",
    "analyst": "analyst",
    "minister": "minister",
    "auditor": "auditor",
    "sysadmin": "sysadmin",
    "system": "system",
}


def _given(action: str, registration: Any) -> dict[str, Any]:
    """What the action needs besides the registration, so that only right, state and time can refuse it."""
    if action == "save_registration":
        return {"content": {"support": {"staff": "4"}}, "revision": registration.revision}
    if action in ("send_back_registration", "return_registration"):
        return {"reason": "Vì thiếu một mục."}
    return {}


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


@pytest.mark.parametrize("state", STATES)
def test_exactly_the_allowed_acts_are_done_in_each_state(calling: Stage, state: str) -> None:
    bring(calling, "north", state)
    call_open = state not in ("selected", "confirmed", "refused", "not_selected")
    if state in ("not_answered", "in_clearance", "returned", "drafting"):
        assert calling.registration("north").state == state

    for action, allowed in ALLOWED.items():
        for role, person in PEOPLE.items():
            registration = calling.registration("north")
            outcome = _outcome(
                calling, action, person, registration=registration, **_given(action, registration)
            )
            expected = call_open and (role, state) in allowed
            assert (outcome == "done") is expected, (state, role, action, outcome)


@pytest.mark.parametrize("state", ["not_answered", "drafting", "in_clearance", "sent", "returned"])
@pytest.mark.parametrize("swept", [False, True], ids=["before the tick", "after the tick"])
def test_nothing_is_done_after_the_hard_close(calling: Stage, state: str, swept: bool) -> None:
    from innodex.portal.rounds.ticks import tick

    bring(calling, "north", state)
    close = calling.round.window("call").closes_at
    last, after = close, close + datetime.timedelta(seconds=1)
    if swept:
        tick(after)

    for action, allowed in ALLOWED.items():
        for role, person in PEOPLE.items():
            registration = calling.registration("north")
            given = {"registration": registration, **_given(action, registration)}
            late = _outcome(calling, action, person, at=after, **given)
            assert late != "done", (state, role, action)
            if not swept:
                in_time = _outcome(calling, action, person, at=last, **given)
                assert (in_time == "done") is ((role, state) in allowed), (state, role, action, in_time)


def test_a_refused_attempt_is_an_event_and_changes_nothing(calling: Stage) -> None:
    from innodex.portal.people.models import Event
    from innodex.portal.people.refused import Refused
    from innodex.portal.rounds import actions

    registration = calling.registration("north")
    with pytest.raises(Refused):
        calling.do(
            actions.save_registration, "north-lead", registration=registration, content=COMPLETE, revision=0
        )

    event = Event.objects.order_by("pk").last()
    assert (event.action, event.refused) == ("rounds.save_registration", "not-allowed")
    assert event.changes == []
    assert calling.registration("north").content == {}


# ---- drafts


def test_a_draft_is_never_refused_for_what_it_says(calling: Stage) -> None:
    from innodex.portal.rounds import actions

    nonsense = {
        "answer": "perhaps",
        "focal": {"officer_email": "no address", "letter_date": "31/2/2026", "unheard-of": "x"},
        "readiness": {
            "staff": {"available": "maybe", "latest_year": "nineteen"},
            "gone": {"remark": "\x00đ"},
        },
        "difficulties": [{"tag": "weather", "text": "mưa"}, "no entry", None, {}],
        "proposals": "none",
        "support": None,
        "strange": [1, 2],
    }
    calling.do(
        actions.save_registration, "north-entry", registration=calling.registration("north"),
        content=nonsense, revision=0,
    )  # fmt: skip

    held = calling.registration("north")
    assert held.state == "drafting"
    assert held.content["readiness"]["staff"]["latest_year"] == "nineteen"
    assert held.content["readiness"]["gone"]["remark"] == "đ"
    assert [entry["text"] for entry in held.content["difficulties"]] == ["mưa"]
    assert "strange" not in held.content


def test_parts_are_saved_one_by_one(calling: Stage) -> None:
    from innodex.portal.rounds import actions

    for name, value in COMPLETE.items():
        held = calling.registration("north")
        calling.do(
            actions.save_registration, "north-entry", registration=held,
            content={name: value}, revision=held.revision,
        )  # fmt: skip

    calling.do(actions.request_registration, "north-entry", registration=calling.registration("north"))
    assert calling.registration("north").state == "in_clearance"


# ---- two officers


def _save(stage: Stage, who: str, revision: int, **content: Any) -> str:
    from innodex.portal.people.refused import Refused
    from innodex.portal.rounds import actions

    try:
        stage.do(
            actions.save_registration, who, registration=stage.registration("north"),
            content=content, revision=revision,
        )  # fmt: skip
    except Refused as refused:
        return refused.kind
    return "done"


def test_two_officers_on_one_field_clash_and_nothing_is_written(calling: Stage) -> None:
    calling.person("north-second", "p_entry", "north")
    _save(calling, "north-entry", 0, support={"staff": "hai người"})

    outcome = _save(calling, "north-second", 0, support={"staff": "năm người"})

    assert outcome == "conflict"
    assert calling.registration("north").content["support"]["staff"] == "hai người"
    assert calling.registration("north").revision == 1


def test_two_officers_on_different_fields_and_rows_lose_nothing(calling: Stage) -> None:
    calling.person("north-second", "p_entry", "north")
    _save(calling, "north-entry", 0, support={"staff": "2"}, readiness={"staff": answer("available")})

    both = _save(
        calling, "north-second", 0, support={"staff": "", "budget": "9"}, readiness={"plan": answer("no")}
    )

    content = calling.registration("north").content
    assert both == "done"
    assert (content["support"]["staff"], content["support"]["budget"]) == ("2", "9")
    assert {row: held["available"] for row, held in content["readiness"].items()} == {
        "staff": "available",
        "plan": "no",
    }


def test_the_same_words_from_both_are_no_clash(calling: Stage) -> None:
    calling.person("north-second", "p_entry", "north")
    _save(calling, "north-entry", 0, answer="join")

    assert _save(calling, "north-second", 0, answer="join") == "done"


def test_a_row_emptied_by_one_and_changed_by_the_other_clashes(calling: Stage) -> None:
    calling.person("north-second", "p_entry", "north")
    _save(calling, "north-entry", 0, readiness={"staff": answer("available")})
    _save(calling, "north-entry", 1, readiness={"staff": answer("partly")})

    assert _save(calling, "north-second", 1, readiness={}) == "conflict"
    assert _save(calling, "north-second", 2, readiness={}) == "done"
    assert calling.registration("north").content["readiness"] == {}


def test_a_revision_that_never_was_writes_over_nothing(calling: Stage) -> None:
    _save(calling, "north-entry", 0, answer="join")

    assert _save(calling, "north-entry", 99, answer="decline") == "conflict"
    assert _save(calling, "north-entry", -1, answer="decline") == "conflict"


def test_the_draft_of_an_earlier_revision_is_read_from_the_log(calling: Stage) -> None:
    from innodex.portal.rounds.actions.registration import draft_at

    for revision, staff in enumerate(("một", "hai", "ba")):
        _save(calling, "north-entry", revision, support={"staff": staff})
    keep_letter(calling, "north-entry")

    held = calling.registration("north")
    assert [draft_at(held, n).get("support", {}).get("staff") for n in range(5)] == [
        None,
        "một",
        "hai",
        "ba",
        "ba",
    ]


# ---- what is missing


def test_a_registration_is_complete_only_with_focal_point_answer_and_every_row(calling: Stage) -> None:
    from innodex.portal.rounds.registration import missing

    series = ("staff", "plan", "budget", "spending")
    assert missing(COMPLETE, series, letter=False) == ()
    for name in ("department", "leader", "officer_name", "officer_email"):
        lacking = {**COMPLETE, "focal": {**COMPLETE["focal"], name: " "}}
        assert [(one.part, one.field) for one in missing(lacking, series, letter=False)] == [("focal", name)]
    for name in series:
        rows = {key: row for key, row in COMPLETE["readiness"].items() if key != name}
        found = missing({**COMPLETE, "readiness": rows}, series, letter=False)
        assert [(one.series, one.field) for one in found] == [(name, "available")]
    assert [one.field for one in missing({**COMPLETE, "answer": ""}, series, letter=False)] == ["answer"]


def test_declining_needs_a_reason_and_nothing_else() -> None:
    from innodex.portal.rounds.registration import missing

    assert missing(DECLINE, ("staff",), letter=False) == ()
    assert [one.field for one in missing({"answer": "decline"}, ("staff",), letter=False)] == [
        "decline_reason"
    ]


def test_a_letter_has_a_file_a_number_and_a_date_or_is_not_there() -> None:
    from innodex.portal.rounds.registration import missing

    def lacks(number: str, date: str, *, file: bool) -> list[str]:
        focal = {**COMPLETE["focal"], "letter_number": number, "letter_date": date}
        series = COMPLETE["readiness"]
        return [one.field for one in missing({**COMPLETE, "focal": focal}, series, letter=file)]

    assert lacks("", "", file=False) == []
    assert lacks("7/SKHCN", "2026-03-01", file=True) == []
    assert lacks("7/SKHCN", "", file=False) == ["letter", "letter_date"]
    assert lacks("", "", file=True) == ["letter_number", "letter_date"]
    assert lacks("7/SKHCN", "30/2/2026", file=True) == ["letter_date"]


def test_an_entry_needs_its_kind_and_its_words() -> None:
    from innodex.portal.rounds.registration import missing

    content = {**COMPLETE, "difficulties": [{"tag": "", "text": "a"}, {"tag": "it", "text": ""}]}
    found = missing(content, COMPLETE["readiness"], letter=False)
    assert [(one.entry, one.field) for one in found] == [(1, "tag"), (2, "text")]


def test_an_incomplete_registration_is_not_handed_to_the_leader(calling: Stage) -> None:
    from innodex.portal.people.refused import Refused
    from innodex.portal.rounds import actions

    _save(calling, "north-entry", 0, answer="join")
    with pytest.raises(Refused) as caught:
        calling.do(actions.request_registration, "north-entry", registration=calling.registration("north"))

    assert caught.value.kind == "registration-incomplete"
    assert caught.value.values["number"] == 8
    assert calling.registration("north").state == "drafting"


def test_a_difficulty_keeps_its_name_so_that_proposals_stay_tied() -> None:
    from innodex.portal.rounds.registration import shaped

    first = shaped({"difficulties": [{"text": "a"}, {"text": "b"}, {"text": "c"}]})
    tied = {**first, "proposals": [{"text": "p", "difficulty": "3"}]}
    without = shaped({**tied, "difficulties": [*first["difficulties"][:2], {"text": "new"}]})

    assert [entry["id"] for entry in first["difficulties"]] == ["1", "2", "3"]
    assert [entry["id"] for entry in without["difficulties"]] == ["1", "2", "4"]


# ---- handing over


def test_what_is_sent_is_what_was_drafted(calling: Stage) -> None:
    from innodex.documents import sha256
    from innodex.portal.rounds import actions, documents
    from innodex.portal.rounds.models import Snapshot

    cited = {"letter_number": "7/SKHCN", "letter_date": "2026-03-01"}
    _save(calling, "north-entry", 0, **{**COMPLETE, "focal": {**COMPLETE["focal"], **cited}})
    keep_letter(calling, "north-entry")
    drafted = calling.registration("north").content
    calling.do(actions.request_registration, "north-entry", registration=calling.registration("north"))
    calling.do(actions.send_registration, "north-lead", registration=calling.registration("north"))

    held, snapshot = calling.registration("north"), Snapshot.objects.get()
    content = json.loads(snapshot.content)
    assert held.state == "sent"
    assert {name: content[name] for name in drafted} == drafted
    assert content["letter"]["digest"] == held.letter.digest
    assert content["unit"] == held.locality.unit
    assert content["version"] == {"number": 1, "digest": documents.newest(calling.round).digest}
    assert snapshot.digest == sha256(snapshot.content.encode())
    assert (snapshot.number, snapshot.kind, snapshot.late) == (1, "registration", False)
    assert (snapshot.requested_by.name, snapshot.sent_by.name) == ("North Entry", "North Lead")


def test_a_refusal_to_take_part_is_sent_like_any_answer(calling: Stage) -> None:
    bring(calling, "north", "declined")

    assert calling.registration("north").state == "declined"
    assert calling.registration("north").snapshots == 1


def test_sending_again_after_a_return_makes_the_second_copy_and_keeps_the_first(calling: Stage) -> None:
    from innodex.portal.rounds import actions
    from innodex.portal.rounds.models import Snapshot

    bring(calling, "north", "returned")
    assert calling.registration("north").return_reason
    _save(calling, "north-entry", 1, support={"staff": "chín người"})
    assert calling.registration("north").state == "returned"
    calling.do(actions.request_registration, "north-entry", registration=calling.registration("north"))
    calling.do(actions.send_registration, "north-lead", registration=calling.registration("north"))

    copies = [json.loads(one.content) for one in Snapshot.objects.order_by("number")]
    assert [one["support"]["staff"] for one in copies] == [COMPLETE["support"]["staff"], "chín người"]
    assert calling.registration("north").return_reason == ""


def test_what_the_leader_gives_back_after_a_return_is_still_returned(calling: Stage) -> None:
    from innodex.portal.rounds import actions

    bring(calling, "north", "returned")
    calling.do(actions.request_registration, "north-entry", registration=calling.registration("north"))
    calling.do(
        actions.send_back_registration,
        "north-lead",
        registration=calling.registration("north"),
        reason="Sai số",
    )

    assert calling.registration("north").state == "returned"
    assert calling.registration("north").sent_back_reason == "Sai số"


@pytest.mark.parametrize("action", ["send_back_registration", "return_registration"])
def test_giving_back_needs_a_reason(calling: Stage, action: str) -> None:
    state, who = ("in_clearance", "north-lead") if action.startswith("send") else ("sent", "leader")
    bring(calling, "north", state)

    assert (
        _outcome(calling, action, who, registration=calling.registration("north"), reason=" \n")
        == "no-reason"
    )


def test_whoever_wrote_in_it_does_not_send_it(calling: Stage) -> None:
    from innodex.portal.people import actions as people
    from innodex.portal.people.models import Membership

    bring(calling, "north", "in_clearance")
    entry = Membership.objects.get(user=calling.people["north-entry"])
    calling.do(people.end_membership, "sysadmin", membership=entry, reason="Đổi việc")
    _, token = calling.do(
        people.invite, "sysadmin", organisation=calling.bodies["north"], email="north-entry@trial.example",
        name="North Entry", role="p_lead",
    )  # fmt: skip
    people.accept_invitation(token=token, by=calling.by("north-entry"), at=calling.now)

    held = calling.registration("north")
    assert _outcome(calling, "send_registration", "north-entry", registration=held) == "requester-sends"


def test_a_double_click_sends_once(calling: Stage) -> None:
    from dataclasses import replace

    from innodex.portal.people.refused import Repeated
    from innodex.portal.rounds import actions
    from innodex.portal.rounds.models import Snapshot

    bring(calling, "north", "in_clearance")
    by = replace(calling.by("north-lead"), key="one-click")
    actions.send_registration(registration=calling.registration("north"), by=by, at=calling.now)
    with pytest.raises(Repeated):
        actions.send_registration(registration=calling.registration("north"), by=by, at=calling.now)

    assert Snapshot.objects.count() == 1


def test_late_is_after_the_soft_date(calling: Stage) -> None:
    from innodex.portal.rounds import actions
    from innodex.portal.rounds.models import Snapshot

    bring(calling, "north", "in_clearance")
    due = calling.round.window("call").due_at
    calling.do(
        actions.send_registration, "north-lead", registration=calling.registration("north"),
        at=due + datetime.timedelta(seconds=1),
    )  # fmt: skip

    assert Snapshot.objects.get().late is True


# ---- letters


def test_a_letter_is_kept_as_a_file_of_the_department(calling: Stage) -> None:
    _save(calling, "north-entry", 0, **COMPLETE)
    keep_letter(calling, "north-entry")

    held = calling.registration("north")
    assert (held.letter.name, held.letter.organisation) == ("công văn.pdf", calling.bodies["north"])
    assert held.revision == 2
    assert held.content["answer"] == "join"


def test_a_letter_that_may_not_be_kept_is_refused_alone(calling: Stage) -> None:
    from innodex.portal.people.refused import Refused
    from innodex.portal.rounds import actions

    _save(calling, "north-entry", 0, **COMPLETE)
    with pytest.raises(Refused) as caught:
        calling.do(
            actions.save_registration, "north-entry", registration=calling.registration("north"),
            content={}, revision=1, letter=letter("vi-rút.xlsm"),
        )  # fmt: skip

    assert caught.value.kind == "file-macro"
    assert calling.registration("north").content["answer"] == "join"


def test_an_auditor_reads_a_draft_for_a_reason_that_the_locality_can_see(calling: Stage) -> None:
    from innodex.portal.people.models import Event
    from innodex.portal.rounds import actions

    bring(calling, "north", "drafting")
    held = calling.registration("north")
    assert _outcome(calling, "read_draft", "auditor", registration=held, reason="") == "no-reason"
    for role, person in PEOPLE.items():
        outcome = _outcome(calling, "read_draft", person, registration=held, reason="Kiểm tra")
        assert (outcome == "done") is (role == "auditor"), role
    calling.do(actions.read_draft, "auditor", registration=held, reason="Kiểm tra")

    event = Event.objects.order_by("pk").last()
    assert (event.action, event.reason, event.owner) == (
        "rounds.read_draft",
        "Kiểm tra",
        calling.bodies["north"],
    )
