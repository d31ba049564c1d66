"""Who may do what to a submission, in which state, before and after its date.

The tables below are written from the collection rules (transitions T1 to T19, section 4; permissions, section
13), not from the program's own table of rights. Everything that they do not allow must be refused.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from innodex.portal.collection import actions
from innodex.portal.collection.models import Assignment, Evidence, EvidenceLink, Item, Submission
from innodex.portal.people.models import Event, Membership
from innodex.portal.people.refused import Refused
from innodex.portal.rounds.models import Round, StoredFile
from portal.collection._hands import CLOSES, DAY, START, UNITS, upload

if TYPE_CHECKING:
    from portal.collection._hands import Hands

pytestmark = pytest.mark.django_db

SECOND = datetime.timedelta(seconds=1)
RETURN_DUE = START + 10 * DAY

# state of the submission, whether it has been sent before
VARIANTS = (
    ("not_started", False), ("drafting", False), ("in_clearance", False), ("in_clearance", True),
    ("submitted", True), ("under_appraisal", True), ("returned", True), ("appraised", True),
    ("approved", True), ("locked", True), ("not_received", False),
)  # fmt: skip

OWN_ENTRY, OWN_LEAD = {"entry-01"}, {"chief-01"}
ASSIGNED = {"reviewer"}
R_LEAD, M_APPROVE, CLOCK, AUDITOR = {"lead"}, {"approver"}, {"system"}, {"auditor"}
EVERYBODY = (
    "entry-01", "chief-01", "entry-02", "chief-02", "reviewer", "colleague", "lead", "approver", "analyst",
    "auditor", "keeper", "system", "stranger", "gone",
)  # fmt: skip
WRITABLE = {"not_started": "drafting", "drafting": "drafting", "returned": "returned"}
BEFORE_LOCKED = ("not_started", "drafting", "in_clearance", "submitted", "under_appraisal", "returned",
                 "appraised", "approved")  # fmt: skip
READING = ("not_started", "drafting", "in_clearance", "submitted", "under_appraisal", "returned")

# action: ({from state: to state}, who, when it is allowed: before | after its date, or any time)
TABLE: dict[str, tuple[dict[str, str], set[str], str]] = {
    "save_item": (WRITABLE, OWN_ENTRY, "before"),  # T1, T2
    "add_evidence": (WRITABLE, OWN_ENTRY, "before"),
    "link_evidence": (WRITABLE, OWN_ENTRY, "before"),
    "unlink_evidence": (WRITABLE, OWN_ENTRY, "before"),
    "request_clearance": (  # T3, T10
        {"drafting": "in_clearance", "returned": "in_clearance"}, OWN_ENTRY, "before"),
    "send_back": ({"in_clearance": "drafting or returned"}, OWN_LEAD, "any"),  # T4
    "submit": ({"in_clearance": "submitted"}, OWN_LEAD, "before"),  # T5
    "assign_reviewer": ({state: state for state in READING}, R_LEAD, "any"),
    "start_appraisal": ({"submitted": "under_appraisal"}, R_LEAD | ASSIGNED, "any"),  # T7
    "decide_item": ({"under_appraisal": "under_appraisal"}, ASSIGNED, "any"),  # T8
    "countersign_item": ({"under_appraisal": "under_appraisal"}, M_APPROVE, "any"),
    "return_items": ({"under_appraisal": "returned"}, R_LEAD | ASSIGNED, "any"),  # T9
    "return_lapse": (  # T11
        {"returned": "under_appraisal", "in_clearance": "under_appraisal"}, CLOCK, "after"),
    "close_appraisal": ({"under_appraisal": "appraised"}, R_LEAD, "any"),  # T12
    "approve": ({"appraised": "approved"}, M_APPROVE, "any"),  # T14
    "mark_not_received": (  # T17a
        {"not_started": "not_received", "drafting": "not_received", "in_clearance": "not_received"},
        CLOCK, "after"),
    "extend": ({state: state for state in BEFORE_LOCKED}, R_LEAD, "any"),  # T19
    "read_draft": ({state: state for state, _ in VARIANTS}, AUDITOR, "any"),  # section 2 (d)
}  # fmt: skip
# Of these only one kind of submission: one already sent, or one that was not.
ONLY_SENT, ONLY_UNSENT = {"return_lapse"}, {"mark_not_received"}


def expected(action: str, state: str, sent: bool, who: str, moment: str) -> str:
    """The state that follows; empty where the action must be refused."""
    moves, people, when = TABLE[action]
    if who not in people or state not in moves or when not in ("any", moment):
        return ""
    if (action in ONLY_SENT and not sent) or (action in ONLY_UNSENT and sent):
        return ""
    if action == "send_back":
        return "returned" if sent else "drafting"
    return moves[state]


class Scene:
    """One submission in one state, with everything at hand that any action may need."""

    def __init__(self, hands: Hands, state: str, sent: bool) -> None:
        self.hands = hands
        if sent:
            hands.appraising()
        else:
            hands.fill()
        submission = hands.submission()
        waits = state == "in_clearance"
        Submission.objects.filter(pk=submission.pk).update(
            state=state,
            snapshots=1 if sent else 0,
            return_due_at=RETURN_DUE if sent else None,
            requested_by=hands.people["entry-01"] if waits else None,
            requested_at=START if waits else None,
        )
        if not sent:
            Assignment.objects.create(
                submission=submission,
                reviewer=hands.people["reviewer"],
                assigned_by=hands.people["lead"],
                assigned_at=START,
            )
        self.item = submission.items.get(series="spending")
        Item.objects.filter(pk=self.item.pk).update(state="open" if state == "returned" else self.item.state)
        file = StoredFile.objects.create(
            round=hands.round, organisation=hands.departments["01"], digest="0" * 64, size=1, name="a.pdf",
            kind="pdf", stored_by=hands.people["entry-01"], stored_at=START,
        )  # fmt: skip
        self.evidence = Evidence.objects.create(
            submission=submission, file=file, document_number="1", document_date=START.date(), issuer="Sở",
            added_by=hands.people["entry-01"], added_at=START,
        )  # fmt: skip
        self.link = EvidenceLink.objects.create(
            item=self.item, evidence=self.evidence, page="1", linked_at=START
        )
        hands.join("stranger", "p_entry", hands.departments["02"])
        Membership.objects.filter(user=hands.people["stranger"]).update(ended_at=START)
        # Was the officer of this very locality until yesterday.
        hands.join("gone", "p_entry", hands.departments["01"])
        Membership.objects.filter(user=hands.people["gone"]).update(valid_to=datetime.date(2025, 3, 2))
        self.deadline = RETURN_DUE if sent else CLOSES

    def moment(self, name: str) -> datetime.datetime:
        return self.deadline if name == "before" else self.deadline + SECOND

    def attempt(self, action: str, who: str, at: datetime.datetime) -> str:
        """The state after the action; empty when it was refused. Everything is undone."""
        with undone():
            given = self.given(action, at)
            kind = ""
            try:
                self.hands.do(getattr(actions, action), who, at=at, **given)
            except Refused as refused:
                kind = refused.kind
            event = Event.objects.latest("pk")
            assert (event.action, event.refused) == (f"collection.{action}", kind)
            return "" if kind else self.hands.submission().state

    def given(self, action: str, at: datetime.datetime) -> dict[str, Any]:
        """What the action asks beside person, state and date is all there."""
        submission = self.hands.submission()
        item = self.hands.item("spending")
        of_submission: dict[str, Any] = {"submission": submission}
        prepare: dict[str, Callable[[], dict[str, Any]]] = {
            "save_item": lambda: {"item": item, "raw": "13", "revision": item.revision},
            "add_evidence": lambda: of_submission | {
                "upload": upload(), "document_number": "2", "document_date": START.date(), "issuer": "Sở",
                "declared": True},
            "link_evidence": lambda: {"item": item, "evidence": self.evidence, "page": "2"},
            "unlink_evidence": lambda: {"link": self.link},
            "request_clearance": lambda: self._items(answered=True) or of_submission,
            "send_back": lambda: of_submission | {"reason": "Xem lại"},
            "assign_reviewer": lambda: of_submission | {"reviewer": self.hands.people["colleague"]},
            "decide_item": lambda: {"item": item, "decision": "accepted", "revision": item.revision},
            "countersign_item": lambda: self._items(decision="not_applicable") or {"item": item},
            "return_items": lambda: self._items(state="return_asked")
            or of_submission | {"due_at": at + 7 * DAY},
            "close_appraisal": lambda: self._items(state="accepted", decision="accepted") or of_submission,
            "extend": lambda: of_submission | {"until": at + 60 * DAY, "reason": "Bão lũ"},
            "read_draft": lambda: of_submission | {"reason": "Kiểm tra"},
        }  # fmt: skip
        return prepare.get(action, lambda: of_submission)()

    def _items(self, **values: Any) -> None:
        items = Item.objects.filter(submission=self.hands.submission())
        (items if "answered" not in values else items.filter(state="open")).update(**values)


@contextmanager
def undone() -> Iterator[None]:
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)


@pytest.mark.parametrize(
    ("state", "sent"), VARIANTS, ids=[f"{s}-{'sent' if x else 'unsent'}" for s, x in VARIANTS]
)
def test_exactly_what_the_rules_allow_succeeds(hands: Hands, state: str, sent: bool) -> None:
    scene = Scene(hands, state, sent)
    wrong = []
    for action, (_, people, when) in TABLE.items():
        for who in EVERYBODY:
            # To whom an action is closed, it is tried at the moment at which others may.
            fitting = "after" if when == "after" else "before"
            for moment in ("before", "after") if who in people else (fitting,):
                found = scene.attempt(action, who, scene.moment(moment))
                if found != expected(action, state, sent, who, moment):
                    wrong.append((action, who, moment, found))
    assert wrong == []


def test_the_table_speaks_of_every_action_on_a_submission() -> None:
    from innodex.portal.people.permissions import RULES

    central = {"import_central", "confirm_central", "discard_central"}
    known = {name.partition(".")[2] for name in RULES if name.startswith("collection.")}
    assert known - central == set(TABLE)


@pytest.mark.parametrize("phase", ["adopted", "frozen", "computed", "published", "closed"])
def test_nothing_moves_in_another_phase(hands: Hands, phase: str) -> None:
    for state, sent in (("drafting", False), ("in_clearance", True)):
        with undone():
            scene = Scene(hands, state, sent)
            Round.objects.filter(pk=hands.round.pk).update(phase=phase)
            for action, (moves, people, when) in TABLE.items():
                if action == "read_draft" or state not in moves:
                    continue
                for who in people:
                    assert (
                        scene.attempt(action, who, scene.moment("after" if when == "after" else "before"))
                        == ""
                    )


def test_in_the_phase_of_appraisal_a_locality_writes_only_with_an_extension(hands: Hands) -> None:
    scene = Scene(hands, "drafting", False)
    Round.objects.filter(pk=hands.round.pk).update(phase="appraisal")
    late = CLOSES + DAY
    assert scene.attempt("save_item", "entry-01", late) == ""
    hands.do(actions.extend, "lead", submission=hands.submission(), until=late, reason="Bão lũ", at=CLOSES)
    assert scene.attempt("save_item", "entry-01", late) == "drafting"
    assert scene.attempt("mark_not_received", "system", late) == ""
    assert scene.attempt("save_item", "entry-01", late + SECOND) == ""
    assert scene.attempt("mark_not_received", "system", late + SECOND) == "not_received"


def test_after_a_return_only_the_open_items_can_be_touched(hands: Hands) -> None:
    hands.returned("spending", "land")
    submission = hands.submission()
    evidence = hands.proof()
    for item in submission.items.select_related("submission"):
        is_open = item.series in ("spending", "land")
        attempts: list[tuple[Callable[..., Any], dict[str, Any]]] = [
            (actions.save_item, {"item": item, "explanation": "Đã xem lại", "revision": item.revision}),
            (actions.link_evidence, {"item": item, "evidence": evidence, "page": "3"}),
        ]
        for action, given in attempts:
            with undone():
                if is_open:
                    hands.do(action, "entry-01", **given)
                else:
                    with pytest.raises(Refused, match="item-closed"):
                        hands.do(action, "entry-01", **given)


def test_whoever_holds_a_role_in_two_bodies_has_only_what_each_gives(hands: Hands) -> None:
    """A reviewer who also works for the locality reviews it no more, and the locality's rights stay there."""
    hands.appraising()
    hands.join("reviewer", "p_entry", hands.departments["01"])
    with pytest.raises(Refused, match="own-locality"):
        hands.decide("staff")
    other = hands.submission("02")
    with pytest.raises(Refused, match="not-allowed"):
        hands.do(actions.save_item, "reviewer", item=other.items.first(), raw="1", revision=0)


def test_the_units_of_the_round_each_have_one_submission(hands: Hands) -> None:
    found = Submission.objects.filter(locality__round=hands.round).values_list("locality__unit", flat=True)
    assert sorted(found) == sorted(UNITS)
