"""Which submissions a person may appraise or read, and what was sent in them. Drafts are nobody's here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.http import Http404

from innodex.documents import Text, plain_figure
from innodex.framework import Node, Series
from innodex.portal.collection import checks, content
from innodex.portal.collection.models import Assignment, Evidence, Item, Submission
from innodex.portal.people import clock
from innodex.portal.people.actor import memberships
from innodex.portal.people.models import User
from innodex.portal.people.permissions import Role
from innodex.portal.rounds import documents, queries
from innodex.portal.rounds.handover import snapshots_of
from innodex.portal.rounds.models import Round, Snapshot

READS_ALL = frozenset({Role.R_LEAD, Role.M_APPROVE, Role.I_ANALYST, Role.AUDITOR})
STATES = tuple(Submission.State.values)
SILENT = frozenset({Submission.State.NOT_STARTED, Submission.State.NOT_RECEIVED})
TONES = {
    "not_started": "idle", "drafting": "open", "in_clearance": "open", "submitted": "waiting",
    "under_appraisal": "open", "returned": "waiting", "appraised": "waiting", "approved": "done",
    "locked": "done", "not_received": "stopped",
}  # fmt: skip
DECIDED = ("accepted", "adjusted", "not_accepted", "not_applicable")


def _roles(user: Any) -> set[str]:
    return {membership.role for membership in memberships(user, clock.now())}


def reads_all(user: Any) -> bool:
    """True for those who may read whatever was sent."""
    return bool(_roles(user) & READS_ALL)


def is_reviewer(user: Any) -> bool:
    """True for a reviewer, who reads what is assigned."""
    return Role.R_REVIEW in _roles(user)


def get_round(for_: Any, code: str) -> Round:
    """The round, for those who appraise or read along. Raises Http404."""
    if not (reads_all(for_) or is_reviewer(for_)):
        raise Http404
    return queries.get_round(for_, code)


def get_submission(for_: Any, code: str, unit: str) -> Submission:
    """The submission of a unit: for those who read all, and for its reviewers. Raises Http404."""
    round = get_round(for_, code)
    held = Submission.objects.select_related("locality__round").filter(
        locality__round=round, locality__unit=unit
    )
    submission = held.first()
    if submission is None or not (reads_all(for_) or submission.is_assigned(for_)):
        raise Http404
    return submission


def get_item(for_: Any, code: str, unit: str, pk: int) -> Item:
    """An item of a submission that was sent. Raises Http404."""
    submission = get_submission(for_, code, unit)
    item = submission.items.filter(pk=pk).first()
    if item is None or not submission.snapshots:
        raise Http404
    item.submission = submission
    return item


def get_evidence(for_: Any, code: str, unit: str, pk: int) -> Evidence:
    """A document that was sent with a submission. Raises Http404."""
    submission = get_submission(for_, code, unit)
    evidence = submission.evidence.select_related("file").filter(pk=pk).first()
    if evidence is None or pk not in sent_evidence(submission):
        raise Http404
    return evidence


def sent_evidence(submission: Submission) -> set[int]:
    """The keys of the documents that some sent copy of the submission cites."""
    sent = Snapshot.objects.filter(kind="submission", subject_id=submission.pk, round=submission.round_of())
    copies = (json.loads(text) for text in sent.values_list("content", flat=True))
    return {one["id"] for copy in copies for one in copy["evidence"]}


# ---- the queue


@dataclass(frozen=True, slots=True)
class Row:
    """A submission in the queue: how far it is, who reads it, and what comes next."""

    submission: Submission
    reviewers: tuple[User, ...]
    filled: int
    decided: int
    unsigned: int
    total: int

    @property
    def tone(self) -> str:
        """How its state is drawn."""
        return TONES[self.submission.state]

    @property
    def due(self) -> Any:
        """The date that counts now, if any."""
        if self.submission.state in ("not_started", "drafting", "in_clearance", "returned"):
            return self.submission.deadline("collection.submit")
        return None


def queue(user: Any, round: Round) -> list[Row]:
    """The submissions that the person may read, in the order of names."""
    said = Q(items__value__gt="") | Q(items__missing__gt="")
    unsigned = Q(items__decision="not_applicable", items__countersigned_by__isnull=True)
    found = Submission.objects.filter(locality__round=round).select_related("locality__round")
    if not reads_all(user):
        found = found.filter(assignments__reviewer=user, assignments__ended_at__isnull=True)
    counted = found.annotate(
        total=Count("items", distinct=True),
        filled=Count("items", filter=said, distinct=True),
        decided=Count("items", filter=Q(items__state__in=DECIDED), distinct=True),
        unsigned=Count("items", filter=unsigned, distinct=True),
    ).order_by("locality__position")
    readers = _reviewers(round)
    return [
        Row(one, readers.get(one.pk, ()), one.filled, one.decided, one.unsigned, one.total) for one in counted
    ]


def _reviewers(round: Round) -> dict[int, tuple[User, ...]]:
    found: dict[int, tuple[User, ...]] = {}
    held = Assignment.objects.filter(submission__locality__round=round, ended_at__isnull=True)
    for one in held.select_related("reviewer").order_by("pk"):
        found[one.submission_id] = (*found.get(one.submission_id, ()), one.reviewer)
    return found


def reviewers(round: Round) -> list[User]:
    """Everybody to whom a submission can be assigned today."""
    people = User.objects.filter(memberships__role=Role.R_REVIEW, is_active=True).distinct().order_by("name")
    return [user for user in people if is_reviewer(user)]


def counts(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """(state, how many) in the order of the way, each state that occurs."""
    held = [row.submission.state for row in rows]
    return [(state, held.count(state)) for state in STATES if state in held]


def unsigned(round: Round) -> list[Item]:
    """The items that a reviewer called not applicable and nobody has countersigned."""
    found = Item.objects.filter(
        submission__locality__round=round,
        submission__state=Submission.State.UNDER_APPRAISAL,
        decision="not_applicable",
        countersigned_by__isnull=True,
    )
    order = ("submission__locality__position", "position")
    return list(found.select_related("submission__locality__round", "decided_by").order_by(*order))


# ---- one submission


@dataclass(frozen=True, slots=True)
class Line:
    """One item as it was sent, with what it is measured against and what was decided."""

    item: Item
    series: Series
    indicators: tuple[Node, ...]
    sent: Mapping[str, Any]
    evidence: tuple[Mapping[str, Any], ...]
    findings: tuple[checks.Finding, ...]
    before: Mapping[str, Any] | None  # as it was sent the time before, where that differs

    @property
    def change(self) -> str:
        """Percent by which the figure differs from the last one; empty where that means nothing."""
        value, last = self.sent["value"], self.item.last_value
        if not value or not last or not Decimal(last):
            return ""
        share = (Decimal(value) - Decimal(last)) / abs(Decimal(last)) * 100
        return plain_figure(str(share.quantize(Decimal("0.1"))))

    @property
    def is_undecided(self) -> bool:
        """True while a decision is awaited."""
        return self.item.state == Item.State.IN_REVIEW


def lines(submission: Submission) -> list[Line]:
    """Every item of the newest copy that was sent; nothing where nothing was."""
    copies = snapshots_of(submission, "submission")
    if not copies:
        return []
    newest = json.loads(copies[0].content)
    earlier = json.loads(copies[1].content)["items"] if len(copies) > 1 else []
    before = {(cell["series"], cell["period"]): cell for cell in earlier}
    framework = documents.framework_of(documents.in_force(submission.round_of()))
    made_of = documents.indicators_of(framework)
    described = {one["id"]: one for one in newest["evidence"]}
    held = {(item.series, item.period): item for item in submission.items.select_related("decided_by")}
    found = _findings(submission, newest, held)
    rows = []
    for cell in newest["items"]:
        key = cell["series"], cell["period"]
        differs = key in before and before[key] != cell
        cited = tuple({**described[one["id"]], "page": one["page"]} for one in cell["evidence"])
        rows.append(
            Line(
                held[key],
                framework.series_by_id[cell["series"]],
                made_of.get(cell["series"], ()),
                cell,
                cited,
                tuple(found.get(key, ())),
                before[key] if differs else None,
            )
        )
    return rows


def _findings(
    submission: Submission, newest: Mapping[str, Any], held: Mapping[tuple[str, str], Item]
) -> dict[tuple[str, str], list[checks.Finding]]:
    """What the checks find on the figures that were sent, whatever the draft says now."""
    items, linked = [], set()
    for cell in newest["items"]:
        row = held[cell["series"], cell["period"]]
        said = {name: cell[name] for name in content.SAID}
        copy = Item(pk=row.pk, series=row.series, period=row.period, position=row.position, **said)
        copy.maximum, copy.last_value, copy.last_period = row.maximum, row.last_value, row.last_period
        items.append(copy)
        if cell["evidence"]:
            linked.add(row.pk)
    framework = documents.framework_of(documents.in_force(submission.round_of()))
    found: dict[tuple[str, str], list[checks.Finding]] = {}
    for one in checks.judge(items, framework, linked):
        found.setdefault((one.item.series, one.item.period), []).append(one)
    return found


def name_of(series: Series, lang: str) -> str:
    """The name of a series."""
    return Text.of(series.name.as_dict()).get(lang)


def next_undecided(rows: Iterable[Line], after: Item) -> Item | None:
    """The next item that awaits a decision, from the one just decided onward, then from the top."""
    waiting = [row.item for row in rows if row.is_undecided and row.item.pk != after.pk]
    later = [item for item in waiting if item.position > after.position]
    return next(iter(later or waiting), None)
