"""What people do with a submission, its items and its evidence: T1 to T19 of the collection rules.

The gate checks role, scope, state, phase and date by the table of rights; what each action asks beyond that
stands here. Every action acts on the submission, so all that happens to it stands in its history, and nobody
changes two of its items at the same moment.
"""

from __future__ import annotations

import contextlib
import datetime
import unicodedata
from collections.abc import Iterable
from typing import Any

from innodex.documents import canonical, plain_figure, sha256
from innodex.portal.collection import checks, content
from innodex.portal.collection.models import (
    Assignment,
    Evidence,
    EvidenceLink,
    Item,
    Missing,
    Submission,
)
from innodex.portal.collection.workdays import working_days
from innodex.portal.people.actor import SYSTEM, Actor, memberships
from innodex.portal.people.gate import Act, acting
from innodex.portal.people.models import Event, User
from innodex.portal.people.permissions import Role
from innodex.portal.people.refused import Refused
from innodex.portal.rounds import files, handover
from innodex.portal.rounds.models import Snapshot

_State, _Item = Submission.State, Item.State

# What a reviewer may decide, and the state that it gives the item.
DECISIONS = ("accepted", "adjusted", "not_accepted", "not_applicable", "return_asked")
_OPEN_TO_DECISION = frozenset({_Item.IN_REVIEW, *DECISIONS})
_NO_DECISION: dict[str, Any] = {
    "decision": "", "appraised_value": "", "appraised_missing": "", "decision_source": "",
    "decided_by": None, "decided_at": None, "countersigned_by": None,
}  # fmt: skip
# Codes by which a reviewer may adjust an item; what does not apply is a decision of its own.
_ADJUSTED_TO = ("", Missing.NOT_AVAILABLE, Missing.NIL, Missing.CONFIDENTIAL)
_WORKING_DAYS = 2
# What a person types into an item.
_TYPED = ("raw", "missing", "explanation")


class Conflict(Refused):
    """Somebody else has changed the item since it was read; nothing was written. `item`: as it is now."""

    def __init__(self, item: Item) -> None:
        super().__init__("conflict")
        self.item = item


# ---- the locality writes ---------------------------------------------------------------------------------


def save_item(
    *,
    item: Item,
    raw: str | None = None,
    missing: str | None = None,
    explanation: str | None = None,
    confirmed: bool = False,
    revision: int,
    by: Actor,
    at: datetime.datetime,
) -> Item:
    """Keep what the locality says of one item (T1, T2); None leaves a field as it is.

    Whatever is typed is kept; the checks judge it afterwards. `revision` is the one that was read: raises
    Conflict where the item has changed since, and refuses an item that was not returned. No conflict is what
    the form of the same person has saved by itself meanwhile, where the new content keeps it.
    """
    submission = item.submission
    with acting("collection.save_item", on=submission, by=by, at=at) as act:
        _open_item(act, item, submission)
        act.require(missing in (None, "", *Missing.values), "unknown-missing")
        said = _said(item, raw, missing, explanation, confirmed)
        if any(getattr(item, name) != value for name, value in said.items()):
            if item.revision != revision:
                base = _own_base(item, revision, submission, by)
                if base is None or not _goes_on(said, item, base):
                    raise Conflict(item)
            act.set(item, **said, revision=item.revision + 1)
            _touched(act, submission)
            _again(item, submission)
    return item


def _own_base(item: Item, revision: int, submission: Submission, by: Actor) -> dict[str, str] | None:
    """What the item said at `revision`; None where somebody other than the saver has changed it since."""
    if not 0 <= revision < item.revision:
        return None
    label, base = item._meta.label_lower, {name: getattr(item, name) for name in _TYPED}
    subject = f"{submission._meta.label_lower}:{submission.pk}"
    events = Event.objects.filter(subject=subject, action="collection.save_item", refused="").order_by("-pk")
    for event in events.iterator():
        own = (pairs for model, pk, pairs in event.changes if (model, pk) == (label, item.pk))
        changed: dict[str, list[Any]] = next(own, {})
        if "revision" not in changed:
            continue
        if event.actor_id != getattr(by.user, "pk", None):
            return None
        base |= {name: changed[name][0] for name in _TYPED if name in changed}
        if changed["revision"][0] <= revision:
            return base
    return None


def _goes_on(said: dict[str, Any], item: Item, base: dict[str, str]) -> bool:
    """True when `said` keeps whatever the item has been changed to since `base`: one person typing on."""
    units = (("raw", "missing"), ("explanation",))
    now = {name: getattr(item, name) for name in _TYPED}
    return all(
        all(now[name] == base[name] for name in unit) or all(now[name] == said[name] for name in unit)
        for unit in units
    )


def _said(
    item: Item, raw: str | None, missing: str | None, explanation: str | None, confirmed: bool
) -> dict[str, Any]:
    """The fields of the item as the locality now wants them."""
    new_raw = item.raw if raw is None else _kept(raw)
    new_missing = item.missing if missing is None else missing.replace(Missing.NOT_ENTERED, "")
    # Where only one of the two was given, it takes the place of the other.
    if missing is None and raw is not None and new_raw.strip():
        new_missing = ""
    if raw is None and new_missing and missing is not None:
        new_raw = ""
    series = checks.framework_of(item.submission).series_by_id[item.series]
    figure = checks.read(new_raw, series)
    same = new_raw == item.raw and new_missing == item.missing
    return {
        "raw": new_raw,
        "missing": new_missing,
        "value": "" if new_missing else figure.value,
        "confirmed": bool(figure.ambiguous and not new_missing and (confirmed or (same and item.confirmed))),
        "explanation": item.explanation if explanation is None else _kept(explanation).strip(),
    }


def _kept(words: str) -> str:
    """Text as it is stored: one form, and a visible mark where a zero character stood."""
    return unicodedata.normalize("NFC", words).replace("\x00", "\ufffd").replace("\r\n", "\n")


def _open_item(act: Act, item: Item, submission: Submission) -> None:
    """Read the item again under the lock of its submission; after a return only open items may change."""
    _again(item, submission)
    act.require(submission.state != _State.RETURNED or item.state == _Item.OPEN, "item-closed")


def _again(item: Item, submission: Submission) -> None:
    item.refresh_from_db()
    item.submission = submission


def _touched(act: Act, submission: Submission) -> None:
    """The draft has changed: its state, its revision, and where each of its items stands."""
    state = submission.state if submission.state == _State.RETURNED else _State.DRAFTING
    act.set(submission, state=state, revision=submission.revision + 1)
    items = list(submission.items.order_by("position"))
    if submission.state == _State.RETURNED:
        _mark_answered(act, submission, items)
        return
    found = checks.findings(submission, items)
    in_the_way = {one.item.pk for one in found if one.stands_in_the_way}
    for item in items:
        said = item.raw or item.missing or item.explanation
        act.set(
            item, state=_Item.EMPTY if not said else _Item.ENTERED if item.pk in in_the_way else _Item.READY
        )


def _mark_answered(act: Act, submission: Submission, items: Iterable[Item]) -> None:
    """An open item is answered once anything of it differs from what was sent."""
    before = content.sent_cells(submission)
    links = content.links_of(submission)
    for item in items:
        if item.state == _Item.OPEN:
            cell = content.cell_of(item, links.get(item.pk, []))
            act.set(item, answered=cell != before.get((item.series, item.period)))


def add_evidence(
    *,
    submission: Submission,
    upload: Any,
    document_number: str,
    document_date: datetime.date | None,
    issuer: str,
    abstract: str = "",
    declared: bool = False,
    by: Actor,
    at: datetime.datetime,
) -> Evidence:
    """Take in a document with its number, date and issuer.

    Before the first one somebody declares that nothing classified and no needless personal data is uploaded.
    """
    with acting("collection.add_evidence", on=submission, by=by, at=at) as act:
        act.require(declared or submission.secrets_declared_at is not None, "secrets-not-declared")
        act.require(document_number.strip() and issuer.strip() and document_date, "document-data")
        act.require(upload is not None, "no-file")
        department = submission.locality.organisation
        stored = files.store(act, upload, round=submission.round_of(), organisation=department)
        evidence = act.create(
            Evidence,
            submission=submission,
            file=stored,
            document_number=_kept(document_number).strip()[:100],
            document_date=document_date,
            issuer=_kept(issuer).strip()[:255],
            abstract=_kept(abstract).strip(),
            added_by=by.user,
            added_at=at,
        )
        act.digest = stored.digest
        if submission.secrets_declared_at is None:
            act.set(submission, secrets_declared_by=by.user, secrets_declared_at=at)
        if submission.state == _State.NOT_STARTED:
            act.set(submission, state=_State.DRAFTING)
    return evidence


def link_evidence(
    *, item: Item, evidence: Evidence, page: str, by: Actor, at: datetime.datetime
) -> EvidenceLink:
    """Cite a document for an item, with the page or section that proves it."""
    submission = item.submission
    with acting("collection.link_evidence", on=submission, by=by, at=at) as act:
        _open_item(act, item, submission)
        page = _kept(page).strip()[:100]
        act.require(evidence.submission_id == submission.pk, "not-allowed")
        act.require(page, "no-page")
        cited = item.links.filter(evidence=evidence, page=page, unlinked_at__isnull=True)
        act.require(not cited.exists(), "already-cited")
        link = act.create(EvidenceLink, item=item, evidence=evidence, page=page, linked_at=at)
        _touched(act, submission)
        _again(item, submission)
    return link


def unlink_evidence(*, link: EvidenceLink, by: Actor, at: datetime.datetime) -> EvidenceLink:
    """Cite a document no more for an item. Link and document stay, with their dates."""
    item = link.item
    submission = item.submission
    with acting("collection.unlink_evidence", on=submission, by=by, at=at) as act:
        _open_item(act, item, submission)
        link.refresh_from_db()
        act.require(link.unlinked_at is None, "already-unlinked")
        act.set(link, unlinked_at=at)
        _touched(act, submission)
    return link


# ---- and hands over --------------------------------------------------------------------------------------


def request_clearance(*, submission: Submission, by: Actor, at: datetime.datetime) -> Submission:
    """Put the submission before the leader (T3, T10).

    Nothing blocks, each warning is explained, and after a return each open item is changed or explained.
    """
    with acting("collection.request_clearance", on=submission, by=by, at=at) as act:
        if submission.is_resubmission:
            open_items = submission.items.filter(state=_Item.OPEN, answered=False)
            act.require(not open_items.exists(), "not-answered", items=open_items.count())
        _require_clean(act, submission)
        handover.request(act, submission, state=_State.IN_CLEARANCE)
    return submission


def _require_clean(act: Act, submission: Submission) -> list[checks.Finding]:
    found = checks.findings(submission)
    blocking = sum(1 for one in found if one.severity is checks.Severity.BLOCK)
    unexplained = sum(1 for one in found if one.stands_in_the_way) - blocking
    act.require(not blocking, "blocked", findings=blocking)
    act.require(not unexplained, "not-explained", findings=unexplained)
    return found


def send_back(*, submission: Submission, reason: str, by: Actor, at: datetime.datetime) -> Submission:
    """Give the submission back to the officer, with a reason (T4); the same items are open as before."""
    with acting("collection.send_back", on=submission, by=by, at=at, reason=reason) as act:
        state = _State.RETURNED if submission.is_resubmission else _State.DRAFTING
        handover.send_back(act, submission, reason=reason, state=state)
    return submission


def submit(*, submission: Submission, by: Actor, at: datetime.datetime) -> Snapshot:
    """Send the submission to the ministry (T5): all checks again, a numbered copy, a receipt."""
    with acting("collection.submit", on=submission, by=by, at=at) as act:
        found = _require_clean(act, submission)
        first = not submission.is_resubmission
        snapshot = handover.send(
            act,
            submission,
            kind="submission",
            organisation=submission.locality.organisation,
            content=content.document(submission, found),
            due_at=_due(submission),
            state=_State.SUBMITTED,
        )
        for item in submission.items.all():
            if first or item.state == _Item.OPEN:
                act.set(item, state=_Item.SENT, not_supplemented=False, **_NO_DECISION)
    return snapshot


def _due(submission: Submission) -> datetime.datetime | None:
    """After which moment a sending is late: the return date, the locality's extension, or the soft date."""
    if submission.is_resubmission:
        return submission.return_due_at
    window = submission.round_of().window("collection")
    soft = window.due_at if window is not None else None
    dates = [date for date in (soft, submission.extended_to) if date is not None]
    return max(dates, default=None)


# ---- the academy reads -----------------------------------------------------------------------------------


def assign_reviewer(
    *, submission: Submission, reviewer: User, by: Actor, at: datetime.datetime
) -> Assignment:
    """Let a reviewer, who does not belong to the locality, read the submission."""
    with acting("collection.assign_reviewer", on=submission, by=by, at=at) as act:
        roles = {membership.role for membership in memberships(reviewer, at)}
        act.require(Role.R_REVIEW in roles, "not-a-reviewer")
        act.require(not _belongs(reviewer, submission, at), "own-locality")
        act.require(not submission.is_assigned(reviewer), "already-assigned")
        return act.create(
            Assignment, submission=submission, reviewer=reviewer, assigned_by=by.user, assigned_at=at
        )


def _belongs(user: User | None, submission: Submission, at: datetime.datetime) -> bool:
    owner = submission.owner_id()
    return any(membership.organisation_id == owner for membership in memberships(user, at))


def start_appraisal(*, submission: Submission, by: Actor, at: datetime.datetime) -> Submission:
    """Begin to read what was sent (T7); files that await their scan hold it up."""
    with acting("collection.start_appraisal", on=submission, by=by, at=at) as act:
        act.require(not _belongs(by.user, submission, at), "own-locality")
        scanned = ("clean", "not_scanned")
        waiting = submission.evidence.filter(links__unlinked_at__isnull=True).exclude(file__scan__in=scanned)
        act.require(not waiting.exists(), "scan-waits")
        act.set(submission, state=_State.UNDER_APPRAISAL)
        for item in submission.items.filter(state=_Item.SENT):
            act.set(item, state=_Item.IN_REVIEW)
    return submission


def decide_item(
    *,
    item: Item,
    decision: str,
    reason: str = "",
    value: str = "",
    missing: str = "",
    source: str = "",
    expected: str = "",
    revision: int,
    by: Actor,
    at: datetime.datetime,
) -> Item:
    """Decide on one item (T8). The reported value is never touched.

    `value` is a canonical figure (point, no grouping). An adjustment needs value or missing code, reason and
    source; not accepted and not applicable need a reason, a return a reason and what is expected.
    """
    submission = item.submission
    with acting("collection.decide_item", on=submission, by=by, at=at, reason=reason) as act:
        act.require(not _belongs(by.user, submission, at), "own-locality")
        _again(item, submission)
        act.require(item.state in _OPEN_TO_DECISION and decision in DECISIONS, "no-such-decision")
        if item.revision != revision:
            raise Conflict(item)
        reason, source, expected = (_kept(words).strip() for words in (reason, source, expected))
        act.require(decision == "accepted" or reason, "no-reason")
        act.require(decision != "return_asked" or expected, "nothing-expected")
        to_value, to_missing = _appraised(act, item, decision, value.strip(), missing)
        act.require(decision != "adjusted" or source, "no-source")
        act.set(
            item,
            state=decision,
            decision=decision,
            appraised_value=to_value,
            appraised_missing=to_missing,
            decision_reason=reason,
            decision_source=source if decision == "adjusted" else "",
            expected=expected if decision == "return_asked" else "",
            decided_by=by.user,
            decided_at=at,
            countersigned_by=None,
            revision=item.revision + 1,
        )
    return item


def _appraised(act: Act, item: Item, decision: str, value: str, missing: str) -> tuple[str, str]:
    """The figure and the missing code that a decision gives the item."""
    if decision == "accepted":
        # What a locality calls not applicable is a claim, which the ministry grants by its own decision.
        act.require(item.missing != Missing.NOT_APPLICABLE, "claim-undecided")
        return item.value, item.missing
    if decision == "adjusted":
        act.require(bool(value) != bool(missing) and missing in _ADJUSTED_TO, "value-or-missing")
        if value:
            value = _canonical(value)
            series = checks.framework_of(item.submission).series_by_id[item.series]
            act.require(not checks.outside(value, item, series), "value-outside")
        act.require((value, missing) != (item.value, item.missing), "nothing-adjusted")
        return value, missing
    if decision == "not_accepted":
        return "", Missing.NOT_AVAILABLE
    return "", Missing.NOT_APPLICABLE if decision == "not_applicable" else ""


def _canonical(value: str) -> str:
    try:
        text = plain_figure(value)
    except ArithmeticError as error:
        raise Refused("bad-value", value=value[:60]) from error
    if len(text) > 60 or not text.lstrip("-").replace(".", "", 1).isdecimal():
        raise Refused("bad-value", value=value[:60])
    return text


def countersign_item(*, item: Item, by: Actor, at: datetime.datetime) -> Item:
    """The ministry's signature under `not_applicable`, by somebody who does not review the submission."""
    submission = item.submission
    with acting("collection.countersign_item", on=submission, by=by, at=at) as act:
        _again(item, submission)
        act.require(item.decision == "not_applicable", "nothing-to-countersign")
        act.require(item.countersigned_by_id is None, "already-countersigned")
        act.require(not _reviews(by.user, submission), "reviewer-approves")
        act.set(item, countersigned_by=by.user, revision=item.revision + 1)
    return item


def _reviews(user: User | None, submission: Submission) -> bool:
    """True for whoever was ever assigned to the submission or decided one of its items."""
    if user is None:
        return False
    assigned = submission.assignments.filter(reviewer=user).exists()
    return assigned or submission.items.filter(decided_by=user).exists()


def return_items(
    *, submission: Submission, due_at: datetime.datetime, by: Actor, at: datetime.datetime
) -> Submission:
    """Return the items for which a return was asked (T9); exactly these are open until `due_at`."""
    with acting("collection.return_items", on=submission, by=by, at=at) as act:
        act.require(not _belongs(by.user, submission, at), "own-locality")
        asked = list(submission.items.filter(state=_Item.RETURN_ASKED))
        act.require(asked, "nothing-to-return")
        days = working_days(at, due_at)
        act.require(days >= _WORKING_DAYS and due_at > at, "too-soon", days=_WORKING_DAYS)
        act.set(
            submission,
            state=_State.RETURNED,
            return_due_at=due_at,
            requested_by=None,
            requested_at=None,
            sent_back_reason="",
        )
        for item in asked:
            act.set(item, state=_Item.OPEN, answered=False, not_supplemented=False)
    return submission


def close_appraisal(*, submission: Submission, by: Actor, at: datetime.datetime) -> Submission:
    """End the appraisal (T12): every item is decided, countersigned where that is asked, and of use."""
    with acting("collection.close_appraisal", on=submission, by=by, at=at) as act:
        act.require(not _belongs(by.user, submission, at), "own-locality")
        decided = ("accepted", "adjusted", "not_accepted", "not_applicable")
        undecided = submission.items.exclude(state__in=decided)
        act.require(not undecided.exists(), "undecided", items=undecided.count())
        unsigned = submission.items.filter(decision="not_applicable", countersigned_by__isnull=True)
        act.require(not unsigned.exists(), "not-countersigned", items=unsigned.count())
        unusable = checks.unusable(submission)
        act.require(not unusable, "unusable", names=unusable)
        act.set(submission, state=_State.APPRAISED)
    return submission


def approve(*, submission: Submission, by: Actor, at: datetime.datetime) -> Submission:
    """Approve the appraised values (T14), by somebody who reviewed none of them; a snapshot keeps them."""
    with acting("collection.approve", on=submission, by=by, at=at) as act:
        act.require(not _reviews(by.user, submission), "reviewer-approves")
        act.require(not _belongs(by.user, submission, at), "own-locality")
        text = canonical(content.appraised_document(submission)).decode()
        kept = Snapshot.objects.filter(kind="appraised", subject_id=submission.pk)
        snapshot = act.create(
            Snapshot,
            round=submission.round_of(),
            organisation=submission.locality.organisation,
            kind="appraised",
            subject_id=submission.pk,
            number=kept.count() + 1,
            content=text,
            digest=sha256(text.encode()),
            sent_by=by.user,
            sent_at=at,
        )
        act.digest = snapshot.digest
        act.set(submission, state=_State.APPROVED)
    return submission


def read_draft(*, submission: Submission, reason: str, by: Actor, at: datetime.datetime) -> Submission:
    """Let the auditor read what has not been sent, for a day, for a reason that stays on record."""
    with acting("collection.read_draft", on=submission, by=by, at=at, reason=reason) as act:
        act.require(reason.strip(), "no-reason")
    return submission


# ---- dates, and what the clock moves ---------------------------------------------------------------------


def extend(
    *, submission: Submission, until: datetime.datetime, reason: str, by: Actor, at: datetime.datetime
) -> Submission:
    """Give the locality more time (T19): for its return where it has one, else for its first sending."""
    with acting("collection.extend", on=submission, by=by, at=at, reason=reason) as act:
        act.require(reason.strip(), "no-reason")
        now = submission.deadline("collection.submit")
        act.require(until > at and (now is None or until > now), "not-later")
        if submission.is_resubmission and submission.state in (_State.RETURNED, _State.IN_CLEARANCE):
            act.set(submission, return_due_at=until, extension_reason=reason.strip())
        else:
            act.set(submission, extended_to=until, extension_reason=reason.strip())
    return submission


def return_lapse(*, submission: Submission, by: Actor = SYSTEM, at: datetime.datetime) -> Submission:
    """The return date has passed (T11): open items go back to what was last sent, and are read again."""
    with acting("collection.return_lapse", on=submission, by=by, at=at) as act:
        act.require(submission.is_resubmission, "wrong-state", state=submission.state)
        due = submission.return_due_at
        act.require(due is not None and at > due, "not-yet")
        before = content.sent_cells(submission)
        links = content.links_of(submission)
        for item in submission.items.filter(state=_Item.OPEN):
            cell = before[item.series, item.period]
            _restore_links(act, item, cell["evidence"], links.get(item.pk, []))
            act.set(
                item,
                **{name: cell[name] for name in content.SAID},
                state=_Item.IN_REVIEW,
                revision=item.revision + 1,
                answered=False,
                not_supplemented=True,
                **_NO_DECISION,
            )
        act.set(submission, state=_State.UNDER_APPRAISAL, requested_by=None, requested_at=None)
    return submission


def _restore_links(act: Act, item: Item, sent: list[dict[str, Any]], now: list[EvidenceLink]) -> None:
    """Cite again what was cited when the item was last sent, and nothing else."""
    wanted = {(one["id"], one["page"]) for one in sent}
    held = {(link.evidence_id, link.page): link for link in now}
    for cited, link in held.items():
        if cited not in wanted:
            act.set(link, unlinked_at=act.at)
    for evidence_id, page in sorted(wanted - held.keys()):
        act.create(EvidenceLink, item=item, evidence_id=evidence_id, page=page, linked_at=act.at)


def mark_not_received(*, submission: Submission, by: Actor = SYSTEM, at: datetime.datetime) -> Submission:
    """Closed with nothing sent (T17a): the items count as not available; the draft is kept, and unseen."""
    with acting("collection.mark_not_received", on=submission, by=by, at=at) as act:
        act.require(not submission.is_resubmission, "wrong-state", state=submission.state)
        deadline = submission.deadline("collection.submit")
        act.require(deadline is not None and at > deadline, "not-yet")
        act.set(submission, state=_State.NOT_RECEIVED, requested_by=None, requested_at=None)
        for item in submission.items.all():
            act.set(item, appraised_missing=Missing.NOT_AVAILABLE)
    return submission


def tick(at: datetime.datetime) -> None:
    """Move what only the clock moves; a second call at the same moment does nothing."""
    waiting = Submission.objects.filter(
        state__in=(_State.NOT_STARTED, _State.DRAFTING, _State.IN_CLEARANCE, _State.RETURNED),
        locality__round__phase__in=("collection", "appraisal"),
    )
    for submission in waiting.select_related("locality__round"):
        deadline = submission.deadline("collection.submit")
        if deadline is None or at <= deadline:
            continue
        move = return_lapse if submission.is_resubmission else mark_not_received
        # Somebody may have sent it, or another clock have moved it, since it was looked up: the rest goes on.
        with contextlib.suppress(Refused):
            move(submission=submission, by=SYSTEM, at=at)
