"""Reading evidence is an act: whoever opens a document of a locality stands in the log."""

from __future__ import annotations

import datetime

from innodex.portal.appraisal.queries import sent_evidence
from innodex.portal.collection.models import Evidence, Submission
from innodex.portal.people.actor import Actor
from innodex.portal.people.gate import acting


def read_evidence(
    *, submission: Submission, evidence: Evidence, by: Actor, at: datetime.datetime
) -> Evidence:
    """Open a document that was sent with the submission; a draft's stay the locality's own."""
    with acting(
        "appraisal.read_evidence", on=submission, by=by, at=at, reason=evidence.document_number
    ) as act:
        act.require(evidence.pk in sent_evidence(submission), "not-sent")
        act.digest = evidence.file.digest
    return evidence
