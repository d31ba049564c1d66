"""Everything that is written in a consultation: comments, the official contribution, answers."""

from __future__ import annotations

import datetime
import unicodedata
from typing import Any

from innodex.portal.consultation import changes, queries
from innodex.portal.consultation.models import Answer, Aspect, Comment, Contribution
from innodex.portal.people.actor import Actor
from innodex.portal.people.gate import Act, acting
from innodex.portal.people.refused import Refused
from innodex.portal.rounds import documents, files, handover
from innodex.portal.rounds.models import Phase, Round, Snapshot, Version

# A cell of a workbook holds 32,767 characters; what is written must fit into the synthesis table.
LONGEST = 20_000


def tidy(text: str) -> str:
    """Text as it is kept: composed (NFC), lines ended alike, no control characters, no blanks around."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or not _is_control(c)).strip()


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff"


def open(act: Act, round: Round) -> None:  # the name that the rounds call it by
    """Give every organisation that is asked its contribution, so that silence is visible. Part of opening."""
    version = documents.newest(round)
    asked = queries.audience(round, act.at)
    act.create_many(
        Contribution, [{"round": round, "organisation": body, "version": version} for body in asked]
    )


def save_comment(
    *,
    contribution: Contribution,
    comment: Comment | None = None,
    node: str = "",
    aspect: str = "",
    stance: str,
    text: str = "",
    proposed: str = "",
    revision: int = 0,
    by: Actor,
    at: datetime.datetime,
) -> Comment:
    """Write a comment, or change a draft of one. Unfinished ones are kept too; sending asks for more.

    Raises Refused: `unknown-node`, `unknown-aspect`, `unknown-stance`, `too-long`, and `conflict` where
    somebody else has changed the draft since `revision`.
    """
    text, proposed = tidy(text), tidy(proposed)
    with acting("consultation.save_comment", on=contribution, by=by, at=at) as act:
        nodes = documents.framework_of(contribution.version).nodes
        act.require(not node or any(known.id == node for known in nodes), "unknown-node", node=node)
        act.require(aspect in ("", *Aspect.values) and (node or not aspect), "unknown-aspect")
        act.require(stance in Comment.Stance.values, "unknown-stance")
        act.require(max(len(text), len(proposed)) <= LONGEST, "too-long", longest=LONGEST)
        fields = {"node": node, "aspect": aspect, "stance": stance, "text": text, "proposed": proposed}
        if comment is None:
            comment = act.create(
                Comment,
                contribution=contribution,
                version=contribution.version,
                written_by=by.user,
                written_at=at,
                revision=1,
                **fields,
            )
        else:
            _change(act, contribution, comment, fields, revision)
        act.set(contribution, state=Contribution.State.DRAFTING, revision=contribution.revision + 1)
    return comment


def _change(
    act: Act, contribution: Contribution, comment: Comment, fields: dict[str, str], revision: int
) -> None:
    _draft_of(act, contribution, comment)
    act.require(comment.revision == revision, "conflict")
    act.set(comment, revision=revision + 1, **fields)


def _draft_of(act: Act, contribution: Contribution, comment: Comment) -> None:
    """Read the comment again, under the lock of its contribution; refuse what is no draft of it."""
    comment.refresh_from_db()
    act.require(comment.contribution_id == contribution.pk, "not-allowed")
    act.require(comment.state == Comment.State.DRAFT, "not-a-draft")


def withdraw_comment(*, comment: Comment, by: Actor, at: datetime.datetime) -> Comment:
    """Take a draft back. It stays in the history and is never sent."""
    contribution = comment.contribution
    with acting("consultation.withdraw_comment", on=contribution, by=by, at=at) as act:
        _draft_of(act, contribution, comment)
        act.set(comment, state=Comment.State.WITHDRAWN, revision=comment.revision + 1)
        act.set(contribution, revision=contribution.revision + 1)
    return comment


def request_contribution(
    *,
    contribution: Contribution,
    remark: str = "",
    upload: Any = None,
    by: Actor,
    at: datetime.datetime,
) -> Contribution:
    """Ask the leader to send. `upload` is the official letter.

    Raises Refused: `no-comments` where nothing has been written, `unfinished` where a comment says nothing.
    """
    remark = tidy(remark)
    with acting("consultation.request_contribution", on=contribution, by=by, at=at) as act:
        drafts = list(queries.drafts(contribution))
        act.require(drafts, "no-comments")
        unfinished = [draft for draft in drafts if not draft.is_finished]
        act.require(not unfinished, "unfinished", comments=len(unfinished))
        act.require(len(remark) <= LONGEST, "too-long", longest=LONGEST)
        if upload is not None:
            letter = files.store(
                act, upload, round=contribution.round, organisation=contribution.organisation
            )
            act.set(contribution, letter=letter)
        act.set(contribution, remark=remark)
        handover.request(act, contribution)
    return contribution


def send_back_contribution(
    *, contribution: Contribution, reason: str, by: Actor, at: datetime.datetime
) -> Contribution:
    """Give the contribution back to the officer inside the organisation, with a reason."""
    reason = tidy(reason)
    with acting("consultation.send_back_contribution", on=contribution, by=by, at=at, reason=reason) as act:
        handover.send_back(act, contribution, reason=reason)
    return contribution


def send_contribution(*, contribution: Contribution, by: Actor, at: datetime.datetime) -> Snapshot:
    """Send the official contribution: its drafts become numbered comments, and a snapshot is kept.

    The sender is not the one who asked, and has written nothing in it.
    """
    with acting("consultation.send_contribution", on=contribution, by=by, at=at) as act:
        _alone(act, contribution.round)
        drafts = list(queries.drafts(contribution))
        act.require(drafts, "no-comments")
        _number(act, contribution, drafts)
        window = contribution.round.window("consultation")
        return handover.send(
            act,
            contribution,
            kind="contribution",
            organisation=contribution.organisation,
            content=content_of(contribution, drafts),
            due_at=window.due_at if window is not None else None,
            state=Contribution.State.SENT,
        )


def _alone(act: Act, round: Round) -> None:
    """Nobody else numbers, answers or adopts in this round until the end; nobody has adopted meanwhile."""
    held = Round.objects.select_for_update(no_key=True).get(pk=round.pk)
    act.require(held.phase == Phase.CONSULTATION, "wrong-phase")


def _number(act: Act, contribution: Contribution, drafts: list[Comment]) -> None:
    """Give the next numbers of the round, in framework order."""
    last = queries.last_number(contribution.round)
    places = queries.places(contribution.version)
    in_order = sorted(drafts, key=lambda draft: (queries.place(places, draft), draft.pk))
    for number, draft in enumerate(in_order, start=last + 1):
        act.set(draft, state=Comment.State.SENT, number=number)


def content_of(contribution: Contribution, comments: list[Comment]) -> dict[str, Any]:
    """What the snapshot holds: the version commented on, the remark, the letter, and every comment."""
    letter = contribution.letter
    return {
        "version": {"number": contribution.version.number, "digest": contribution.version.digest},
        "remark": contribution.remark,
        "letter": {"name": letter.name, "digest": letter.digest} if letter is not None else None,
        "comments": [
            {
                "number": comment.number,
                "node": comment.node,
                "aspect": comment.aspect,
                "stance": comment.stance,
                "text": comment.text,
                "proposed": comment.proposed,
            }
            for comment in sorted(comments, key=lambda comment: comment.number or 0)
        ],
    }


def answer_comment(
    *,
    comment: Comment,
    kind: str,
    reason: str = "",
    changed_in: Version | None = None,
    changed_node: str = "",
    revision: int = 0,
    by: Actor,
    at: datetime.datetime,
) -> Answer:
    """Answer a sent comment, or change its answer while the framework is not adopted.

    `accepted` and `partly` may name the node that carries them out and the later version it changed in;
    adoption asks for both. Raises Refused: `unknown-kind`, `no-reason`, `change-not-wanted`, `no-version`,
    `no-node`, `earlier-version`, `unchanged`, `too-long`, and `conflict` where somebody else has answered
    since `revision`.
    """
    reason = tidy(reason)
    with acting("consultation.answer_comment", on=comment, by=by, at=at, reason=reason) as act:
        _alone(act, comment.round_of())
        act.require(kind in Answer.Kind.values, "unknown-kind")
        needed = kind in (Answer.Kind.PARTLY, Answer.Kind.NOT_ACCEPTED)
        act.require(reason or not needed, "no-reason")
        act.require(len(reason) <= LONGEST, "too-long", longest=LONGEST)
        _check_change(act, comment, kind, changed_in, changed_node)
        fields: dict[str, Any] = {"kind": kind, "reason": reason}
        fields |= {"changed_in": changed_in, "changed_node": changed_node}
        answer = Answer.objects.filter(comment=comment).first()
        act.require((answer.revision if answer else 0) == revision, "conflict")
        fields |= {"revision": revision + 1, "answered_by": by.user, "answered_at": at}
        if answer is None:
            return act.create(Answer, comment=comment, **fields)
        act.set(answer, **fields)
        return answer


def _check_change(act: Act, comment: Comment, kind: str, version: Version | None, node: str) -> None:
    if version is None:
        act.require(not node, "no-version")
        return
    act.require(kind in (Answer.Kind.ACCEPTED, Answer.Kind.PARTLY), "change-not-wanted")
    act.require(node, "no-node")
    act.require(version.round_id == comment.version.round_id, "no-version")
    act.require(version.number > comment.version.number, "earlier-version")
    act.require(node in changes.between(comment.version, version), "unchanged", node=node)


def check_adoption(version: Version) -> None:
    """Refuse to adopt `version` while a comment has no answer, or an accepted one no change. For the rounds.

    Raises Refused `comments-open` with the numbers of the comments, by what they lack.
    """
    lacking = queries.obstacles(version)
    if lacking:
        refused = Refused(
            "comments-open",
            unanswered=queries.numbers(lacking, "unanswered"),
            unchanged=queries.numbers(lacking, "unchanged"),
            open=len(lacking),
        )
        refused.app = "consultation"  # the words are ours, wherever it is asked
        raise refused
