"""Whatever people try, in whatever order, these hold (collection rules, section 14.2).

One registration and one submission per locality; snapshots never change; what a locality reported is changed
by the locality alone; and the log alone gives the same states, values and decisions in an empty database.
"""

from __future__ import annotations

import contextlib
import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from innodex.documents import Faulty, sha256
from innodex.portal.collection import actions as collection
from innodex.portal.collection.models import EvidenceLink, Item, Missing, Submission
from innodex.portal.consultation import actions as consultation
from innodex.portal.consultation.models import Comment, Contribution
from innodex.portal.people import history
from innodex.portal.people.actor import Actor
from innodex.portal.people.models import Event
from innodex.portal.people.refused import Refused
from innodex.portal.project.rehearsal import WORDS, Rehearsal, days, pdf
from innodex.portal.rounds.actions import registration as registrations
from innodex.portal.rounds.actions import selection
from innodex.portal.rounds.models import Registration, Snapshot
from innodex.portal.runs import actions as runs
from innodex.portal.runs.models import Run
from portal._rebuilt import assert_rebuilt
from portal._world import calling, collecting, submitted

pytestmark = pytest.mark.django_db(databases=["default", "rebuilt"])

STAFFED = 2
FIGURES = ("", "0", "12", "1.234", "1.234,5", "-3", "abc", "=1+1", "1e400", "TRUE", "99999999999999999999")
REASON = "because"


@dataclass
class Walk:
    """One walk: where it has come to, and what must not change any more."""

    world: Rehearsal
    snapshots: dict[int, tuple[str, str]] = field(default_factory=dict)
    reported: dict[int, tuple[str, ...]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def actor(self, person: int, unit: str, role: str) -> Actor:
        """Mostly whoever may, often enough somebody else."""
        own = {"p_entry": f"entry-{unit}", "p_lead": f"lead-{unit}"}.get(role, role)
        if person < len(STRANGERS):
            own = STRANGERS[person].format(third=self.world.units[2])
        return Actor(user=self.world.users[own])

    def check(self, *, by_locality: bool) -> None:
        """What holds after every step."""
        for snapshot in Snapshot.objects.all():
            kept = self.snapshots.setdefault(snapshot.pk, (snapshot.digest, snapshot.content))
            assert (snapshot.digest, snapshot.content) == kept
            assert sha256(snapshot.content.encode()) == snapshot.digest
        said = {
            item.pk: (item.raw, item.value, item.missing, item.explanation) for item in Item.objects.all()
        }
        if not by_locality:
            assert {pk: said[pk] for pk in self.reported} == self.reported
        self.reported = said


STRANGERS = (
    "entry-{third}",
    "lead-{third}",
    "analyst",
    "lead",
    "reviewer",
    "approver",
    "auditor",
    "sysadmin",
    "statistics-lead",
)
Step = Callable[[Walk, str, int, int], Any]
STEPS: dict[str, tuple[str, bool, Step]] = {}


def step(role: str, *, by_locality: bool = False) -> Callable[[Step], Step]:
    """Register something that people try; `role` is whose right it is."""

    def register(function: Step) -> Step:
        STEPS[function.__name__] = (role, by_locality, function)
        return function

    return register


def _submission(walk: Walk, unit: str) -> Submission:
    found = Submission.objects.filter(locality__round=walk.world.round, locality__unit=unit).first()
    if found is None:
        raise Refused("not-allowed")
    return found


def _item(walk: Walk, unit: str, number: int) -> Item:
    items = list(_submission(walk, unit).items.order_by("position"))
    return items[number % len(items)]


def _contribution(walk: Walk, unit: str) -> Contribution:
    found = Contribution.objects.filter(organisation__unit=unit, round=walk.world.round).first()
    if found is None:
        raise Refused("not-allowed")
    return found


@step("p_entry")
def draft_registration(walk: Walk, unit: str, person: int, number: int) -> None:
    held = walk.world.registration(unit)
    decline = {"answer": "decline", "decline_reason": "x" * (number % 2)}
    content = decline if number % 5 == 0 else walk.world.answer_call(unit)
    registrations.save_registration(
        registration=held,
        content=content,
        revision=held.revision,
        by=walk.actor(person, unit, "p_entry"),
        at=walk.world.at,
    )


@step("p_entry")
def request_registration(walk: Walk, unit: str, person: int, number: int) -> None:
    by = walk.actor(person, unit, "p_entry")
    registrations.request_registration(registration=walk.world.registration(unit), by=by, at=walk.world.at)


@step("p_lead")
def send_registration(walk: Walk, unit: str, person: int, number: int) -> None:
    by = walk.actor(person, unit, "p_lead")
    held = walk.world.registration(unit)
    if number % 4 == 0:
        registrations.send_back_registration(registration=held, reason=REASON, by=by, at=walk.world.at)
    else:
        registrations.send_registration(registration=held, by=by, at=walk.world.at)


@step("lead")
def return_registration(walk: Walk, unit: str, person: int, number: int) -> None:
    by = walk.actor(person, unit, "lead")
    registrations.return_registration(
        registration=walk.world.registration(unit), reason=REASON, by=by, at=walk.world.at
    )


@step("lead")
def propose(walk: Walk, unit: str, person: int, number: int) -> None:
    held = selection.candidates(walk.world.round)
    chosen = {pk for place, pk in enumerate(held) if (number >> place) & 1}
    selection.propose_selection(
        round=walk.world.round,
        choices=dict.fromkeys(chosen, REASON),
        reasons_not=dict.fromkeys(set(held) - chosen, REASON),
        by=walk.actor(person, unit, "lead"),
        at=walk.world.at,
    )


@step("approver")
def decide(walk: Walk, unit: str, person: int, number: int) -> None:
    held = selection.candidates(walk.world.round)
    selection.decide_selection(
        round=walk.world.round,
        number="1",
        date=walk.world.at.date(),
        upload=pdf(),
        chosen={pk for place, pk in enumerate(held) if (number >> place) & 1},
        reasons=dict.fromkeys(held, REASON),
        by=walk.actor(person, unit, "approver"),
        at=walk.world.at,
    )


@step("p_lead")
def confirm(walk: Walk, unit: str, person: int, number: int) -> None:
    by, held = walk.actor(person, unit, "p_lead"), walk.world.registration(unit)
    if number % 3 == 0:
        selection.refuse_selection(registration=held, reason=REASON, by=by, at=walk.world.at)
    else:
        selection.confirm_selection(registration=held, by=by, at=walk.world.at)


@step("p_entry")
def comment(walk: Walk, unit: str, person: int, number: int) -> None:
    _, stance, text, _ = WORDS["consultation"]["comments"][number % 6]
    consultation.save_comment(
        contribution=_contribution(walk, unit),
        node=walk.world.indicators[number % 12],
        stance=stance,
        text=text,
        by=walk.actor(person, unit, "p_entry"),
        at=walk.world.at,
    )


@step("p_entry")
def request_contribution(walk: Walk, unit: str, person: int, number: int) -> None:
    by = walk.actor(person, unit, "p_entry")
    consultation.request_contribution(contribution=_contribution(walk, unit), by=by, at=walk.world.at)


@step("p_lead")
def send_contribution(walk: Walk, unit: str, person: int, number: int) -> None:
    by = walk.actor(person, unit, "p_lead")
    consultation.send_contribution(contribution=_contribution(walk, unit), by=by, at=walk.world.at)


@step("analyst")
def answer(walk: Walk, unit: str, person: int, number: int) -> None:
    sent = list(Comment.objects.filter(contribution__round=walk.world.round, state="sent").order_by("number"))
    if not sent:
        raise Refused("not-allowed")
    chosen = sent[number % len(sent)]
    revision = chosen.answer.revision if hasattr(chosen, "answer") else 0
    kind = ("noted", "not_accepted", "accepted")[number % 3]
    consultation.answer_comment(
        comment=chosen, kind=kind, reason=REASON, revision=revision,
        by=walk.actor(person, unit, "analyst"), at=walk.world.at,
    )  # fmt: skip


@step("p_entry", by_locality=True)
def save_item(walk: Walk, unit: str, person: int, number: int) -> None:
    item = _item(walk, unit, number)
    kinds: tuple[dict[str, Any], ...] = (
        {"raw": FIGURES[number % len(FIGURES)]},
        {"missing": Missing.values[number % len(Missing.values)]},
        {"explanation": REASON},
    )
    stale = number % 7 == 0
    collection.save_item(
        item=item,
        **kinds[number % 3],
        revision=item.revision - stale,
        by=walk.actor(person, unit, "p_entry"),
        at=walk.world.at,
    )


@step("p_entry", by_locality=True)
def fill(walk: Walk, unit: str, person: int, number: int) -> None:
    """Everything at once, so that walks come further than the first form."""
    _submission(walk, unit)
    walk.world.fill(unit)


@step("p_entry", by_locality=True)
def mend(walk: Walk, unit: str, person: int, number: int) -> None:
    """What was returned is explained."""
    for item in _submission(walk, unit).items.filter(state=Item.State.OPEN):
        by = walk.actor(person, unit, "p_entry")
        explanation = f"{REASON} {number}"
        collection.save_item(
            item=item, explanation=explanation, revision=item.revision, by=by, at=walk.world.at
        )


@step("p_entry", by_locality=True)
def unlink(walk: Walk, unit: str, person: int, number: int) -> None:
    links = list(EvidenceLink.objects.filter(item__submission=_submission(walk, unit)).order_by("pk"))
    if links:
        by = walk.actor(person, unit, "p_entry")
        collection.unlink_evidence(link=links[number % len(links)], by=by, at=walk.world.at)


@step("p_entry")
def request_clearance(walk: Walk, unit: str, person: int, number: int) -> None:
    by = walk.actor(person, unit, "p_entry")
    collection.request_clearance(submission=_submission(walk, unit), by=by, at=walk.world.at)


@step("p_lead")
def submit(walk: Walk, unit: str, person: int, number: int) -> None:
    by, submission = walk.actor(person, unit, "p_lead"), _submission(walk, unit)
    if number % 5 == 0:
        collection.send_back(submission=submission, reason=REASON, by=by, at=walk.world.at)
    else:
        collection.submit(submission=submission, by=by, at=walk.world.at)


@step("lead")
def assign(walk: Walk, unit: str, person: int, number: int) -> None:
    collection.assign_reviewer(
        submission=_submission(walk, unit),
        reviewer=walk.world.users[("reviewer", "approver", f"entry-{unit}")[number % 3]],
        by=walk.actor(person, unit, "lead"),
        at=walk.world.at,
    )


@step("reviewer")
def start(walk: Walk, unit: str, person: int, number: int) -> None:
    by = walk.actor(person, unit, "lead" if number % 2 else "reviewer")
    collection.start_appraisal(submission=_submission(walk, unit), by=by, at=walk.world.at)


@step("reviewer")
def decide_item(walk: Walk, unit: str, person: int, number: int) -> None:
    item = _item(walk, unit, number)
    decision = collection.DECISIONS[number % 5]
    collection.decide_item(
        item=item,
        decision=decision,
        reason=REASON,
        value="7" if decision == "adjusted" else "",
        source=REASON,
        expected=REASON,
        revision=item.revision,
        by=walk.actor(person, unit, "reviewer"),
        at=walk.world.at,
    )


@step("reviewer")
def decide_all(walk: Walk, unit: str, person: int, number: int) -> None:
    _submission(walk, unit)
    walk.world.decide_items(unit, ask=number % 3, adjust=number % 2)


@step("approver")
def countersign(walk: Walk, unit: str, person: int, number: int) -> None:
    by = walk.actor(person, unit, "approver")
    collection.countersign_item(item=_item(walk, unit, number), by=by, at=walk.world.at)


@step("reviewer")
def return_items(walk: Walk, unit: str, person: int, number: int) -> None:
    collection.return_items(
        submission=_submission(walk, unit),
        due_at=walk.world.at + days(number % 10),
        by=walk.actor(person, unit, "reviewer"),
        at=walk.world.at,
    )


@step("lead")
def close_appraisal(walk: Walk, unit: str, person: int, number: int) -> None:
    by = walk.actor(person, unit, "lead")
    collection.close_appraisal(submission=_submission(walk, unit), by=by, at=walk.world.at)


@step("approver")
def approve(walk: Walk, unit: str, person: int, number: int) -> None:
    by = walk.actor(person, unit, "approver")
    collection.approve(submission=_submission(walk, unit), by=by, at=walk.world.at)


@step("lead")
def extend(walk: Walk, unit: str, person: int, number: int) -> None:
    collection.extend(
        submission=_submission(walk, unit),
        until=walk.world.at + days(number % 40),
        reason=REASON,
        by=walk.actor(person, unit, "lead"),
        at=walk.world.at,
    )


@step("approver")
def freeze(walk: Walk, unit: str, person: int, number: int) -> None:
    runs.freeze(
        round=walk.world.round, decision_number="3", decision_date=walk.world.at.date(),
        by=walk.actor(person, unit, "approver"), at=walk.world.at,
    )  # fmt: skip


@step("approver")
def publish(walk: Walk, unit: str, person: int, number: int) -> None:
    run = Run.objects.filter(round=walk.world.round).last()
    if run is not None:
        runs.publish(
            run=run, audience="participants", decision_number="4", decision_date=walk.world.at.date(),
            by=walk.actor(person, unit, "approver"), at=walk.world.at,
        )  # fmt: skip


@step("system", by_locality=True)
def wait(walk: Walk, unit: str, person: int, number: int) -> None:
    """Time passes; a lapsed return puts back what was sent last."""
    walk.world.move(walk.world.at + datetime.timedelta(hours=(number % 12) ** 2))


def take(walk: Walk, name: str, unit: str, person: int, number: int) -> None:
    """One step, allowed or refused, and what must hold after it."""
    _, by_locality, function = STEPS[name]
    before = Event.objects.count()
    try:
        function(walk, unit, person, number)
        walk.done[name] += 1
    except (Refused, Faulty):
        pass
    walk.world.again()
    assert Event.objects.count() >= before
    walk.check(by_locality=by_locality)


# What comes next in each state: a walk that only guesses does not come far.
NEXT = {
    "not_answered": ("draft_registration",),
    "drafting": ("request_clearance", "fill"),
    "in_clearance": ("submit",),
    "sent": ("wait", "wait", "propose", "decide"),
    "proposed": ("decide", "wait"),
    "selected": ("confirm",),
    "not_started": ("fill",),
    "submitted": ("start", "assign"),
    "under_appraisal": ("decide_all", "decide_all", "return_items", "close_appraisal", "countersign"),
    "returned": ("mend", "request_clearance"),
    "appraised": ("approve",),
    "approved": ("freeze", "wait"),
}
_OF_REGISTRATION = {
    "drafting": ("request_registration",),
    "in_clearance": ("send_registration",),
    "returned": ("draft_registration", "request_registration"),
}

Path = list[tuple[str, bool, int, int, int]]


def walks(names: list[str]) -> st.SearchStrategy[Path]:
    """Walks over these steps.

    What is tried, whether the next step of the state is taken instead, which locality, who (mostly the one
    entitled), and a number for the rest.
    """
    one = st.tuples(
        st.sampled_from(names),
        st.sampled_from((True, True, True, False)),
        st.integers(0, STAFFED - 1),
        st.integers(0, 6 * len(STRANGERS)).map(
            lambda person: (person + len(STRANGERS)) % (6 * len(STRANGERS))
        ),
        st.integers(0, 63),
    )
    return st.lists(one, min_size=20, max_size=45)


def _next(world: Rehearsal, unit: str, names: list[str], name: str, number: int) -> str:
    """The step that leads on from where the locality stands, so far as the walk knows such steps."""
    submission = Submission.objects.filter(locality__round=world.round, locality__unit=unit).first()
    if submission is not None:
        further = NEXT.get(submission.state, ())
    else:
        state = world.registration(unit).state
        further = _OF_REGISTRATION.get(state) or NEXT.get(state, ())
    known = [one for one in further if one in names]
    return known[number % len(known)] if known else name


def _walk(world: Rehearsal, names: list[str], path: Path) -> Walk:
    walk = Walk(world)
    walk.check(by_locality=True)
    for name, guided, place, person, number in path:
        unit = world.units[place]
        chosen = _next(world, unit, names, name, number) if guided else name
        take(walk, chosen, unit, person, number)
    return walk


def _holds_at_the_end(world: Rehearsal) -> None:
    several = Submission.objects.values("locality").annotate(number=Count("pk")).filter(number__gt=1)
    assert not several.exists()
    assert Registration.objects.filter(locality__round=world.round).count() == 63
    assert history.verify() == []
    assert_rebuilt()


@contextlib.contextmanager
def _again(world: Rehearsal) -> Any:
    """Every walk begins at the same place."""
    at = world.at
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    world.at = at
    world.again()


BEFORE = [
    "draft_registration", "request_registration", "send_registration", "return_registration", "propose",
    "decide", "confirm", "comment", "request_contribution", "send_contribution", "answer", "wait",
]  # fmt: skip
DURING = [
    "save_item", "fill", "mend", "unlink", "request_clearance", "request_clearance", "submit", "submit",
    "assign", "start", "start", "decide_item", "decide_all", "decide_all", "countersign", "return_items",
    "close_appraisal", "approve", "extend", "freeze", "publish", "wait",
]  # fmt: skip


def _walks(world: Rehearsal, names: list[str], examples: int) -> Counter[str]:
    """So many walks from the same place; how often each step was allowed."""
    allowed: Counter[str] = Counter()

    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(walks(names))
    def walk(path: Path) -> None:
        with _again(world):
            allowed.update(_walk(world, names, path).done)
            _holds_at_the_end(world)

    walk()
    return allowed


def test_walks_through_call_consultation_and_selection() -> None:
    allowed = _walks(calling(staffed=3), BEFORE, 25)

    assert {"send_registration", "send_contribution", "comment", "wait"} <= set(allowed)


def test_walks_through_collection() -> None:
    allowed = _walks(collecting(3), DURING, 15)

    assert {"save_item", "fill", "request_clearance", "submit", "start"} <= set(allowed)


def test_walks_through_appraisal() -> None:
    allowed = _walks(submitted(3), DURING, 25)

    assert {"start", "decide_all", "return_items", "close_appraisal", "approve"} <= set(allowed)
