"""What a snapshot of a submission holds, and what was last sent."""

from __future__ import annotations

import json
from typing import Any

from innodex.portal.collection import checks
from innodex.portal.collection.models import Evidence, EvidenceLink, Item, Submission
from innodex.portal.rounds.handover import last_snapshot

# What the locality says of an item.
SAID = ("raw", "value", "confirmed", "missing", "explanation")


def links_of(submission: Submission) -> dict[int, list[EvidenceLink]]:
    """{item key: the documents it cites now}, in the order in which they were cited."""
    found: dict[int, list[EvidenceLink]] = {}
    links = EvidenceLink.objects.filter(item__submission=submission, unlinked_at__isnull=True)
    for link in links.select_related("evidence__file").order_by("pk"):
        found.setdefault(link.item_id, []).append(link)
    return found


def cell_of(item: Item, links: list[EvidenceLink]) -> dict[str, Any]:
    """One item as a snapshot holds it."""
    cited = [
        {"id": link.evidence_id, "digest": link.evidence.file.digest, "page": link.page} for link in links
    ]
    return {
        "series": item.series,
        "period": item.period,
        **{name: getattr(item, name) for name in SAID},
        "evidence": sorted(cited, key=lambda one: (one["id"], one["page"])),
    }


def document(submission: Submission, findings: list[checks.Finding]) -> dict[str, Any]:
    """The whole submission as it is sent: items, what the checks found, documents with their digests."""
    version = checks.version_of(submission)
    links = links_of(submission)
    cells = [cell_of(item, links.get(item.pk, [])) for item in submission.items.order_by("position")]
    cited = {link.evidence_id: link.evidence for held in links.values() for link in held}
    return {
        "round": submission.round_of().code,
        "unit": submission.locality.unit,
        "version": {"number": version.number, "digest": version.digest},
        "items": cells,
        "checks": {"version": checks.VERSION, "findings": [found.plain() for found in findings]},
        "evidence": [_described(cited[key]) for key in sorted(cited)],
    }


def _described(evidence: Evidence) -> dict[str, Any]:
    return {
        "id": evidence.pk,
        "digest": evidence.file.digest,
        "name": evidence.file.name,
        "scan": evidence.file.scan,
        "number": evidence.document_number,
        "date": evidence.document_date.isoformat(),
        "issuer": evidence.issuer,
        "abstract": evidence.abstract,
    }


def appraised_document(submission: Submission) -> dict[str, Any]:
    """The submission as it is approved: beside each reported value the decision and the appraised one."""
    sent = last_snapshot(submission, "submission")
    items = submission.items.order_by("position").select_related("decided_by", "countersigned_by")
    return {
        "round": submission.round_of().code,
        "unit": submission.locality.unit,
        "sent": {"number": sent.number, "digest": sent.digest} if sent is not None else None,
        "items": [
            {
                "series": item.series,
                "period": item.period,
                "value": item.value,
                "missing": item.missing,
                "decision": item.decision,
                "appraised_value": item.appraised_value,
                "appraised_missing": item.appraised_missing,
                "reason": item.decision_reason,
                "source": item.decision_source,
                "not_supplemented": item.not_supplemented,
                "countersigned": item.countersigned_by_id is not None,
            }
            for item in items
        ],
    }


def sent_document(submission: Submission) -> dict[str, Any] | None:
    """The newest copy that was sent; None where none was."""
    snapshot = last_snapshot(submission, "submission")
    return json.loads(snapshot.content) if snapshot is not None else None


def sent_cells(submission: Submission) -> dict[tuple[str, str], dict[str, Any]]:
    """{(series, period): the item as it was last sent}; empty where nothing was."""
    sent = sent_document(submission)
    return {(cell["series"], cell["period"]): cell for cell in (sent["items"] if sent else ())}
