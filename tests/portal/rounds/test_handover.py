"""The handover: drafted by one, sent by another, kept for ever; and what the database itself refuses."""

from __future__ import annotations

import time

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory

from portal.rounds.conftest import PASSWORD, Stage

pytestmark = pytest.mark.django_db
WORDS = {"answer": "join", "note": "Đồng ý"}


def step(stage: Stage, name: str, who: str, *, draft=None, **given):
    """One step of the handover, inside the act that allows it."""
    from innodex.portal.people.gate import acting
    from innodex.portal.rounds import handover

    draft = draft or stage.registration("north")
    rule = {"write": "save", "request": "request", "send_back": "send_back", "send": "send"}[name]
    with acting(f"rounds.{rule}_registration", on=draft, by=stage.by(who), at=stage.now) as act:
        if name == "write":
            return act.set(draft, content=WORDS, state="drafting", revision=draft.revision + 1)
        if name == "send":
            window = stage.round.window("call")
            given = {
                "kind": "registration", "organisation": stage.bodies["north"], "content": WORDS,
                "state": "sent", "due_at": window.due_at, **given,
            }  # fmt: skip
        return getattr(handover, name)(act, draft, **given)


def refused(kind: str):
    """An assertion that a step is refused for one reason."""
    from innodex.portal.people.refused import Refused

    return pytest.raises(Refused, match=f"^{kind}$")


def test_what_is_sent_is_a_numbered_copy_with_digest_and_chain_head(calling: Stage) -> None:
    import json

    from innodex.documents import sha256
    from innodex.portal.people.history import verify
    from innodex.portal.people.models import Chain, Event

    step(calling, "write", "north-entry")
    step(calling, "request", "north-entry")
    head = Chain.objects.get(key=f"round:{calling.round.pk}").head
    snapshot = step(calling, "send", "north-lead")

    assert (snapshot.number, snapshot.late, snapshot.chain_head) == (1, False, head)
    assert json.loads(snapshot.content) == WORDS
    assert snapshot.digest == sha256(snapshot.content.encode())
    assert Event.objects.get(action="rounds.send_registration").digest == snapshot.digest
    assert calling.registration("north").state == "sent"
    assert verify() == []


def test_after_the_due_date_it_is_marked_late(calling: Stage) -> None:
    step(calling, "write", "north-entry")
    step(calling, "request", "north-entry")
    calling.wait(days=21)

    assert step(calling, "send", "north-lead").late


def promote(stage: Stage) -> None:
    """The officer becomes a leader of the same department."""
    from innodex.portal.people import actions
    from innodex.portal.people.actor import Actor

    officer = stage.people["north-entry"]
    stage.do(actions.end_membership, "sysadmin", membership=officer.memberships.get(), reason="Bổ nhiệm")
    _, token = stage.do(
        actions.invite, "sysadmin", organisation=stage.bodies["north"], role="p_lead", email=officer.email,
        name=officer.name,
    )  # fmt: skip
    actions.accept_invitation(token=token, password="", by=Actor(user=officer), at=stage.now)


def test_whoever_asked_does_not_send(calling: Stage) -> None:
    calling.person("second", "p_entry", "north")
    step(calling, "write", "second")
    step(calling, "request", "north-entry")
    promote(calling)

    with refused("requester-sends"):
        step(calling, "send", "north-entry")
    assert step(calling, "send", "north-lead").number == 1


def test_whoever_wrote_in_it_does_not_send_even_if_another_asked(calling: Stage) -> None:
    from innodex.portal.rounds import handover

    calling.person("second", "p_entry", "north")
    step(calling, "write", "north-entry")
    step(calling, "request", "second")
    promote(calling)

    assert handover.wrote_in(calling.people["north-entry"], calling.registration("north"))
    assert not handover.wrote_in(calling.people["north-lead"], calling.registration("north"))
    with refused("writer-sends"):
        step(calling, "send", "north-entry")
    assert step(calling, "send", "north-lead").number == 1


def test_it_is_sent_once(calling: Stage) -> None:
    step(calling, "write", "north-entry")
    step(calling, "request", "north-entry")
    step(calling, "send", "north-lead")

    with refused("wrong-state"):
        step(calling, "send", "north-lead")


def test_a_double_click_is_carried_out_once(calling: Stage) -> None:
    from dataclasses import replace

    from innodex.portal.people.gate import acting
    from innodex.portal.people.refused import Repeated
    from innodex.portal.rounds import handover
    from innodex.portal.rounds.models import Snapshot

    step(calling, "write", "north-entry")
    step(calling, "request", "north-entry")
    by = replace(calling.by("north-lead"), key="one click")

    def click() -> None:
        draft = calling.registration("north")
        with acting("rounds.send_registration", on=draft, by=by, at=calling.now) as act:
            handover.send(
                act,
                draft,
                kind="registration",
                organisation=calling.bodies["north"],
                content=WORDS,
                state="sent",
            )

    click()
    with pytest.raises(Repeated):
        click()

    assert Snapshot.objects.count() == 1


def test_what_is_sent_back_needs_a_reason_and_can_be_asked_for_again(calling: Stage) -> None:
    step(calling, "write", "north-entry")
    step(calling, "request", "north-entry")

    with refused("no-reason"):
        step(calling, "send_back", "north-lead", reason="  ")
    step(calling, "send_back", "north-lead", reason="Thiếu đầu mối")

    draft = calling.registration("north")
    assert (draft.state, draft.sent_back_reason, draft.requested_by) == ("drafting", "Thiếu đầu mối", None)
    step(calling, "request", "north-entry")
    assert calling.registration("north").sent_back_reason == ""


def test_nothing_is_sent_that_nobody_asked_for(calling: Stage) -> None:
    """Whatever state the draft is said to be in."""
    from innodex.portal.people.gate import acting

    step(calling, "write", "north-entry")
    draft = calling.registration("north")
    with acting("rounds.save_registration", on=draft, by=calling.by("north-entry"), at=calling.now) as act:
        act.set(draft, state="in_clearance")

    with refused("not-requested"):
        step(calling, "send", "north-lead")


# ---- the receipt


@pytest.mark.parametrize(
    ("who", "status"),
    [("north-entry", 200), ("north-lead", 200), ("leader", 200), ("minister", 200), ("auditor", 200),
     ("south-lead", 404), ("sysadmin", 404)],
)  # fmt: skip
def test_the_receipt_is_for_both_sides(calling: Stage, client: Client, who: str, status: int) -> None:
    step(calling, "write", "north-entry")
    step(calling, "request", "north-entry")
    snapshot = step(calling, "send", "north-lead")

    answer = calling.log_in(client, who).get(f"/portal/receipts/{snapshot.pk}/")

    assert answer.status_code == status
    if status == 200:
        text = answer.content.decode()
        assert snapshot.digest in text
        assert snapshot.chain_head in text


# ---- the sender's proof


def proof(stage: Stage, who: str, **fields: str) -> bool:
    """What `confirm_identity` says of a form."""
    from allauth.core import context

    from innodex.portal.rounds.handover import confirm_identity

    request = RequestFactory().post("/", fields)
    request.user, request.LANGUAGE_CODE = stage.people[who], "vi"
    with context.request_context(request):
        return confirm_identity(request)


def test_the_password_or_the_code_of_this_moment_proves_who_sends(stage: Stage) -> None:
    from allauth.mfa.totp.internal import auth

    assert proof(stage, "north-lead", password=PASSWORD)
    assert not proof(stage, "north-lead", password=f" {PASSWORD}")
    assert not proof(stage, "north-lead", password="")
    assert not proof(stage, "north-lead", code="123456")

    secret = auth.generate_totp_secret()
    auth.TOTP.activate(stage.people["north-lead"], secret)
    counter = int(time.time()) // 30
    code = auth.format_hotp_value(auth.hotp_value(secret, counter))
    assert proof(stage, "north-lead", code=code)
    assert not proof(stage, "north-lead", code=code)  # once
    assert proof(stage, "north-lead", password=PASSWORD)
    assert not proof(stage, "north-lead", password="wrong", code=auth.format_hotp_value(0))


# ---- what never changes


def _sent(stage: Stage) -> None:
    from innodex.portal.people.gate import acting
    from innodex.portal.rounds import files

    step(stage, "write", "north-entry")
    draft = stage.registration("north")
    with acting("rounds.save_registration", on=draft, by=stage.by("north-entry"), at=stage.now) as act:
        letter = files.as_upload(b"%PDF-1.7\n", "a.pdf")
        files.store(act, letter, round=stage.round, organisation=stage.bodies["north"])
    step(stage, "request", "north-entry")
    step(stage, "send", "north-lead")


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("rounds_snapshot", "content", "'{}'"),
        ("rounds_snapshot", "digest", "''"),
        ("rounds_snapshot", "late", "NOT late"),
        ("rounds_version", "files", "'{}'"),
        ("rounds_version", "digest", "''"),
        ("rounds_version", "number", "7"),
        ("rounds_version", "note", "'khác'"),
        ("rounds_storedfile", "digest", "''"),
        ("rounds_storedfile", "name", "'b.pdf'"),
    ],
)
def test_the_database_refuses_to_change_what_was_sent_or_kept(
    calling: Stage, table: str, column: str, value: str
) -> None:
    _sent(calling)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {value}")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_a_version_may_be_adopted_and_a_file_scanned(calling: Stage) -> None:
    _sent(calling)

    calling.adopt()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rounds_storedfile SET scan = 'clean'")
        assert cursor.rowcount == 1
