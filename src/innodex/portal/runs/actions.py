"""Freeze, compute, publish: three acts, in this order, and none of them can be taken back."""

from __future__ import annotations

import datetime
import logging

from django.utils import timezone

from innodex.documents import Faulty, sha256
from innodex.edition import Audience
from innodex.formats import Checked, Folder
from innodex.portal.collection.models import Submission
from innodex.portal.people.actor import Actor
from innodex.portal.people.gate import Act, acting
from innodex.portal.rounds import documents
from innodex.portal.rounds.models import Phase, Round
from innodex.portal.runs import frozen, places, queries
from innodex.portal.runs.models import Freeze, Run

_log = logging.getLogger(__name__)


def freeze(
    *, round: Round, decision_number: str, decision_date: datetime.date, by: Actor, at: datetime.datetime
) -> Freeze:
    """Lock every approved submission and keep all figures of the round, local and central, for ever.

    Refused while a submission is still under way. Raises Faulty, with nothing changed, where the index
    cannot be computed from the figures: afterwards nobody could mend them.
    """
    with acting("runs.freeze", on=round, by=by, at=at) as act:
        _require_decision(act, decision_number, decision_date, at)
        waiting = frozen.unsettled(round)
        act.require(not waiting, "unsettled", number=len(waiting))
        act.require(frozen.submissions(round), "nobody-measured")
        version = documents.adopted(round)
        assert version is not None, "collection opens with an adopted version"
        document = frozen.gather(round, version)
        _sound(frozen.folder(document, version))
        document["decision"] = {"number": decision_number.strip(), "date": decision_date.isoformat()}
        text = frozen.written(document)
        act.digest = sha256(text.encode())
        kept = act.create(
            Freeze,
            round=round,
            number=round.freezes.count() + 1,
            content=text,
            digest=act.digest,
            frozen_by=by.user,
            frozen_at=at,
            decision_number=decision_number.strip(),
            decision_date=decision_date,
        )
        approved = Submission.objects.filter(locality__round=round, state=Submission.State.APPROVED)
        for submission in approved:
            act.set(submission, state=Submission.State.LOCKED)
        act.set(round, phase=Phase.FROZEN)
    return kept


def compute(*, round: Round, by: Actor, at: datetime.datetime) -> Run:
    """Compute the index from the newest freeze: an edition for the academy and the ministry to look at.

    Raises Faulty, with nothing changed, where the figures do not fit the index.
    """
    with acting("runs.compute", on=round, by=by, at=at) as act:
        kept = round.freezes.order_by("-number").first()
        act.require(kept is not None, "no-freeze")
        folder = folder_of(kept)
        name, act.digest = places.make(folder, audience=Audience.INTERNAL, date=timezone.localdate(at))
        run = act.create(
            Run,
            round=round,
            freeze=kept,
            number=round.runs.count() + 1,
            edition=name,
            digest=act.digest,
            audience=Audience.INTERNAL.value,
            computed_by=by.user,
            computed_at=at,
        )
        act.set(round, phase=Phase.COMPUTED)
    return run


def publish(
    *,
    run: Run,
    audience: str,
    decision_number: str,
    decision_date: datetime.date,
    embargo_until: datetime.datetime | None = None,
    by: Actor,
    at: datetime.datetime,
) -> Run:
    """Make the edition of a run known to its audience, at once or when the embargo ends.

    The edition is written anew: audience and date stand in it. Its figures are those of the run.
    """
    with acting("runs.publish", on=run, by=by, at=at) as act:
        _require_decision(act, decision_number, decision_date, at)
        act.require(audience in set(Audience), "unknown-audience")
        act.require(embargo_until is None or embargo_until > at, "embargo-past")
        newest = run.round.runs.order_by("-number").first()
        act.require(newest == run, "newer-run")
        day = timezone.localdate(embargo_until or at)
        name, act.digest = places.make(folder_of(run.freeze), audience=Audience(audience), date=day)
        act.set(
            run,
            state=Run.State.PUBLISHED,
            audience=audience,
            edition=name,
            digest=act.digest,
            decision_number=decision_number.strip(),
            decision_date=decision_date,
            embargo_until=embargo_until,
            published_by=by.user,
            published_at=at,
        )
        act.set(run.round, phase=Phase.PUBLISHED)
    try:
        release(at)
    except OSError:  # the decision stands; the clock tries again
        _log.exception("edition %s could not be put among the public ones", run.edition)
    return run


def release(at: datetime.datetime) -> int:
    """Put every public edition whose embargo is over where all may read it; how many came to it now."""
    published = Run.objects.filter(state=Run.State.PUBLISHED, audience=Audience.PUBLIC.value)
    due = [run for run in published if run.embargo_until is None or run.embargo_until <= at]
    return sum(places.release(run.edition) for run in due)


def export_edition(*, run: Run, path: str, by: Actor, at: datetime.datetime) -> Run:
    """Take a file of figures, or the whole edition, out of the portal; who did stands in the log."""
    with acting("runs.export_edition", on=run, by=by, at=at, reason=path) as act:
        act.require(queries.opens_folder(by.user, run, at), "not-allowed")
        act.digest = run.digest
    return run


def folder_of(kept: Freeze) -> Folder:
    """The index folder of a freeze, computed from what it keeps and nothing else. Raises Faulty."""
    document = frozen.document_of(kept)
    version = kept.round.versions.get(number=document["version"]["number"])
    return _sound(frozen.folder(document, version))


def _sound(checked: Checked) -> Folder:
    if checked.folder is None:
        raise Faulty(checked.faults)
    return checked.folder


def _require_decision(act: Act, number: str, date: datetime.date | None, at: datetime.datetime) -> None:
    act.require(number.strip() and date is not None, "no-decision")
    act.require(date <= timezone.localdate(at), "decision-ahead")
