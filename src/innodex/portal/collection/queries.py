"""Who sees what of a submission: its own people all of it, others the sent copy, or only counts.

Views fetch submissions, items and documents through these doors and no other way.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from innodex.portal.collection import content
from innodex.portal.collection.models import Evidence, Item, Missing, Submission
from innodex.portal.people import clock
from innodex.portal.people.actor import memberships
from innodex.portal.people.models import Event
from innodex.portal.people.permissions import Role
from innodex.portal.rounds.models import Locality, Round, Snapshot

_STAFF = frozenset({Role.R_LEAD, Role.M_APPROVE, Role.I_ANALYST})
_OWN = frozenset({Role.P_ENTRY, Role.P_LEAD})
_READ_DRAFT = datetime.timedelta(hours=24)  # how long a recorded reason opens a draft to the auditor

# Neither a figure nor a code: what is still to be given.
NOT_GIVEN = Q(raw="") & Q(missing__in=("", Missing.NOT_ENTERED))


class Sight(IntEnum):
    """How much of a submission a person sees."""

    NOTHING = 0
    COUNTS = 1  # how far it is, never what it says
    SENT = 2  # the copy that was sent last, and what was decided on it
    ALL = 3  # drafts too


def submissions() -> QuerySet[Submission]:
    """Submissions with what their pages need."""
    return Submission.objects.select_related("locality__round")


def sight(user: Any, submission: Submission, at: datetime.datetime | None = None) -> Sight:
    """How much of the submission the person sees now."""
    at = at or clock.now()
    held = memberships(user if getattr(user, "pk", None) else None, at)
    owner = submission.owner_id()
    if any(one.role in _OWN and one.organisation_id == owner for one in held):
        return Sight.ALL
    roles = {one.role for one in held}
    sent = Sight.SENT if submission.snapshots else Sight.COUNTS
    if Role.AUDITOR in roles:
        return Sight.ALL if has_given_reason(user, submission, at) else sent
    if roles & _STAFF or (Role.R_REVIEW in roles and submission.is_assigned(user)):
        return sent
    return Sight.NOTHING


def has_given_reason(user: Any, submission: Submission, at: datetime.datetime) -> bool:
    """True while the auditor's recorded reason for reading the draft holds."""
    return Event.objects.filter(
        chain__key=submission.chain_key(),
        subject=f"{submission._meta.label_lower}:{submission.pk}",
        actor=user,
        action="collection.read_draft",
        refused="",
        at__gt=at - _READ_DRAFT,
    ).exists()


def get_submission(*, for_: Any, pk: int, at_least: Sight = Sight.COUNTS) -> Submission:
    """A submission of which the person sees `at_least` that much. Raises Http404."""
    submission = get_object_or_404(submissions(), pk=pk)
    if sight(for_, submission) < at_least:
        raise Http404
    return submission


def own_submission(user: Any, round: Round) -> Submission | None:
    """The submission that the person fills in or sends in this round; None where there is none."""
    held = [one for one in memberships(user, clock.now()) if one.role in _OWN]
    own = {one.organisation_id: one.organisation for one in held}
    units = [organisation.unit for organisation in own.values() if organisation.unit]
    found = submissions().filter(locality__round=round, locality__unit__in=units)
    return next((one for one in found if one.owner_id() in own), None)


def get_own(*, for_: Any, round: Round) -> Submission:
    """The person's own submission in this round. Raises Http404."""
    submission = own_submission(for_, round)
    if submission is None:
        raise Http404
    return submission


def get_item(*, for_: Any, round: Round, pk: int) -> Item:
    """An item of the person's own submission. Raises Http404."""
    submission = get_own(for_=for_, round=round)
    item = get_object_or_404(submission.items.select_related("decided_by"), pk=pk)
    item.submission = submission
    return item


def get_evidence(*, for_: Any, pk: int) -> Evidence:
    """A document: for its own people, and for those who see the copy in which it was sent. Raises Http404."""
    evidence = get_object_or_404(Evidence.objects.select_related("file", "submission"), pk=pk)
    seen = sight(for_, evidence.submission)
    if seen == Sight.ALL or (seen == Sight.SENT and evidence.pk in sent_evidence(evidence.submission)):
        return evidence
    raise Http404


def sent_evidence(submission: Submission) -> frozenset[int]:
    """The documents of every copy that was sent, by key."""
    sent = Snapshot.objects.filter(kind="submission", subject_id=submission.pk)
    return frozenset(
        one["id"] for text in sent.values_list("content", flat=True) for one in json.loads(text)["evidence"]
    )


# ---- how far it is ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How many items there are, and how many have a figure or a code."""

    given: int
    of: int

    @property
    def missing(self) -> int:
        """How many are still to be given."""
        return self.of - self.given


def progress(submission: Submission) -> Progress:
    """How complete the submission is; all that anybody outside sees of a draft."""
    counted = submission.items.aggregate(of=Count("pk"), given=Count("pk", filter=~NOT_GIVEN))
    return Progress(counted["given"], counted["of"])


@dataclass(frozen=True, slots=True)
class Row:
    """A locality of the round with its submission (None where it takes no part) and how complete that is."""

    locality: Locality
    submission: Submission | None
    progress: Progress


def overview(round: Round) -> list[Row]:
    """Every locality of the round, in the order of names: states and counts, nothing of the content."""
    counted = {
        one["submission__locality"]: Progress(one["given"], one["of"])
        for one in Item.objects.filter(submission__locality__round=round)
        .order_by()
        .values("submission__locality")
        .annotate(of=Count("pk"), given=Count("pk", filter=~NOT_GIVEN))
    }
    held = {one.locality_id: one for one in submissions().filter(locality__round=round)}
    return [
        Row(locality, held.get(locality.pk), counted.get(locality.pk, Progress(0, 0)))
        for locality in round.localities.order_by("position")
    ]


# ---- what was sent ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cited:
    """A document as a sent copy cites it."""

    evidence: Evidence
    page: str


@dataclass(frozen=True, slots=True)
class SentItem:
    """An item as it was last sent, beside the row that holds what was decided on it.

    After a return the row's own figures are a draft, which only the locality sees: read `value`, `missing`,
    `raw`, `explanation` and `cited` from here.
    """

    item: Item
    raw: str
    value: str
    missing: str
    explanation: str
    cited: tuple[Cited, ...] = ()
    findings: tuple[dict[str, Any], ...] = ()  # as they were when it was sent


def sent_items(submission: Submission) -> list[SentItem]:
    """The items of the newest copy that was sent, in their order; none where nothing was sent."""
    sent = content.sent_document(submission)
    if sent is None:
        return []
    cells = {(cell["series"], cell["period"]): cell for cell in sent["items"]}
    evidence = Evidence.objects.select_related("file").in_bulk(
        {one["id"] for cell in sent["items"] for one in cell["evidence"]}
    )
    findings: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for found in sent["checks"]["findings"]:
        findings.setdefault((found["series"], found["period"]), []).append(found)
    items = submission.items.select_related("decided_by", "countersigned_by").order_by("position")
    return [
        _sent_item(item, cells[key], evidence, findings.get(key, ()))
        for item in items
        if (key := (item.series, item.period)) in cells
    ]


def _sent_item(
    item: Item, cell: dict[str, Any], evidence: dict[int, Evidence], findings: Iterable[dict[str, Any]]
) -> SentItem:
    cited = tuple(Cited(evidence[one["id"]], one["page"]) for one in cell["evidence"])
    said = {name: cell[name] for name in ("raw", "value", "missing", "explanation")}
    return SentItem(item, **said, cited=cited, findings=tuple(findings))


# ---- what happened ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One event in the history of an item: who, when, what, and each field before and after."""

    event: Event
    changes: tuple[tuple[str, str, str], ...] = ()  # field, before, after

    @property
    def verb(self) -> str:
        """The last part of the action's name."""
        return self.event.action.partition(".")[2]


# Fields of an item that its history shows.
_SHOWN = (
    "raw", "value", "missing", "explanation", "state", "decision", "appraised_value", "appraised_missing",
    "decision_reason", "decision_source", "expected", "not_supplemented",
)  # fmt: skip


def history(item: Item) -> list[Step]:
    """All that was done to an item, the newest first."""
    subject = f"{item.submission._meta.label_lower}:{item.submission_id}"
    events = Event.objects.filter(subject=subject, refused="", action__startswith="collection.")
    events = events.select_related("actor").order_by("-pk")
    return [Step(event, changes) for event in events if (changes := tuple(_changes_of(event, item)))]


def _changes_of(event: Event, item: Item) -> Iterable[tuple[str, str, str]]:
    for label, pk, fields in event.changes:
        if label == item._meta.label_lower and pk == item.pk:
            yield from (
                (name, str(fields[name][0] or ""), str(fields[name][1] or ""))
                for name in _SHOWN
                if name in fields
            )
        elif label == "collection.evidencelink" and fields.get("item_id", [None, None])[1] == item.pk:
            yield "evidence", "", str(fields["page"][1])


def submission_history(submission: Submission) -> list[Step]:
    """The acts on a submission that moved it or its dates, the newest first."""
    subject = f"{submission._meta.label_lower}:{submission.pk}"
    quiet = ("save_item", "add_evidence", "link_evidence", "unlink_evidence", "decide_item")
    events = Event.objects.filter(subject=subject, refused="", action__startswith="collection.")
    events = events.exclude(action__in=[f"collection.{name}" for name in quiet])
    return [Step(event) for event in events.select_related("actor").order_by("-pk")]
