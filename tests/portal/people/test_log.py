"""The log: one event for one act, a chain that shows where it was broken, rows that the database keeps."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from innodex.documents import has
from innodex.portal.people import actions, history
from innodex.portal.people.actor import Actor
from innodex.portal.people.gate import acting, hash_of
from innodex.portal.people.history import Break
from innodex.portal.people.models import ACCOUNTS, Chain, Event, Invitation, Organisation, User
from innodex.portal.people.refused import Refused, Repeated
from portal._founded import administrator
from portal._rebuilt import assert_rebuilt

pytestmark = pytest.mark.django_db

AT = datetime.datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=datetime.UTC)
SQLITE = connection.vendor == "sqlite"


@pytest.fixture
def admin() -> Actor:
    """The first administrator, acting."""
    return Actor(user=administrator())


@pytest.fixture
def five(admin: Actor) -> list[Event]:
    """A chain of five events."""
    for language in ("en", "vi", "en", "vi"):
        actions.change_language(user=user_of(admin), language=language, by=admin, at=AT)
    return list(Event.objects.order_by("sequence"))


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def user_of(actor: Actor) -> User:
    assert actor.user is not None
    return actor.user


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def without_triggers() -> None:
    """What an administrator of the database could do; undone with the test's transaction."""
    if SQLITE:
        for name in ("people_event_no_update", "people_event_no_delete"):
            run(f"DROP TRIGGER {name}")
        return
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for name in ("people_event_no_update", "people_event_no_delete", "people_event_no_truncate"):
        run(f"DROP TRIGGER {name} ON people_event")


# ---- the database keeps the log


STATEMENTS = [
    "UPDATE people_event SET reason = 'other' WHERE sequence = 1",
    "UPDATE people_event SET hash = hash",
    "DELETE FROM people_event WHERE sequence = 1",
    "UPDATE people_chain SET key = 'other'",
    "DELETE FROM people_chain",
    # A way round that each database has of its own.
    "INSERT OR REPLACE INTO people_event SELECT * FROM people_event WHERE sequence = 1"
    if SQLITE
    else "TRUNCATE people_event CASCADE",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_to_change_or_remove_events(five: list[Event], statement: str) -> None:
    if not SQLITE:
        run("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be checked would stand in the way
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        run(statement)
    assert history.verify() == []
    assert Event.objects.count() == 5


# ---- a broken chain is found at its first bad event


def test_a_whole_chain_is_whole(five: list[Event]) -> None:
    assert history.verify() == []
    chain = Chain.objects.get()
    assert (chain.length, chain.head) == (5, five[-1].hash)
    assert [event.previous for event in five] == ["", *(event.hash for event in five[:-1])]
    assert history.stands(five[2].hash) == five[2]
    assert history.stands("0" * 64) is None


_FIELDS = {
    "at": "'2020-01-01 00:00:00+00:00'", "role": "'auditor'", "organisation": "'other'",
    "action": "'people.invite'",
    "subject": "'people.user:99'", "from_state": "'x'", "to_state": "'x'", "changes": "'[]'", "reason": "'x'",
    "refused": "'x'", "route": "'job'", "digest": "'x'", "request_id": "'x'", "address": "'x'",
    "previous": "'x'", "hash": "'x'", "actor_id": "NULL", "owner_id": "NULL",
}  # fmt: skip


@pytest.mark.parametrize("field", _FIELDS)
def test_a_changed_field_is_found_at_its_event(five: list[Event], field: str) -> None:
    without_triggers()
    run(f"UPDATE people_event SET {field} = {_FIELDS[field]} WHERE sequence = 3")
    assert history.verify() == [Break(ACCOUNTS, 3, "changed")]


def test_every_field_of_an_event_is_covered_above() -> None:
    covered = {*_FIELDS, "id", "chain_id", "sequence"}
    assert covered == {field.attname for field in Event._meta.concrete_fields}


def test_an_event_that_is_no_document_any_more_is_found(five: list[Event]) -> None:
    without_triggers()
    if SQLITE:
        run("PRAGMA ignore_check_constraints = ON")
        run("UPDATE people_event SET changes = '[{' WHERE sequence = 4")
        run("PRAGMA ignore_check_constraints = OFF")
    else:  # PostgreSQL holds documents only
        run("UPDATE people_event SET changes = '{}' WHERE sequence = 4")
    assert history.verify() == [Break(ACCOUNTS, 4, "changed")]


def test_an_event_rewritten_with_a_fitting_hash_is_found_at_the_next(five: list[Event]) -> None:
    without_triggers()
    forged = five[2]
    forged.reason = "what suits me"
    run("UPDATE people_event SET reason = %s, hash = %s WHERE sequence = 3", forged.reason, hash_of(forged))
    assert history.verify() == [Break(ACCOUNTS, 4, "unlinked")]


def test_a_chain_rewritten_to_its_end_is_found_at_the_head(five: list[Event]) -> None:
    without_triggers()
    forged = five[-1]
    forged.reason = "what suits me"
    run("UPDATE people_event SET reason = %s, hash = %s WHERE sequence = 5", forged.reason, hash_of(forged))
    assert history.verify() == [Break(ACCOUNTS, 5, "head")]


@pytest.mark.parametrize("gone", [1, 3, 5])
def test_a_removed_event_is_missing(five: list[Event], gone: int) -> None:
    without_triggers()
    run("DELETE FROM people_event WHERE sequence = %s", gone)
    assert history.verify() == [Break(ACCOUNTS, gone, "missing")]


def test_events_that_changed_places_are_found(five: list[Event]) -> None:
    without_triggers()
    run("UPDATE people_event SET sequence = 99 WHERE sequence = 2")
    run("UPDATE people_event SET sequence = 2 WHERE sequence = 4")
    run("UPDATE people_event SET sequence = 4 WHERE sequence = 99")
    assert history.verify() == [Break(ACCOUNTS, 2, "changed")]


def test_an_event_put_in_beside_the_gate_is_found(five: list[Event]) -> None:
    extra = Event(
        chain=five[0].chain, sequence=6, at=AT, action="people.invite", route="form", previous=five[-1].hash
    )
    extra.hash = hash_of(extra)
    extra.save()
    assert history.verify() == [Break(ACCOUNTS, 7, "missing")]


def test_an_event_moved_to_another_chain_is_found(five: list[Event]) -> None:
    without_triggers()
    other = Chain.objects.create(key="round:1")
    run("UPDATE people_event SET chain_id = %s WHERE sequence = 5", other.pk)
    assert history.verify() == [Break(ACCOUNTS, 5, "missing"), Break("round:1", 1, "missing")]


def test_events_of_a_chain_that_was_removed_are_found(five: list[Event]) -> None:
    chain = five[0].chain_id
    with transaction.atomic():
        if not SQLITE:
            run("SET CONSTRAINTS ALL IMMEDIATE")
        run("DROP TRIGGER people_chain_no_delete" + ("" if SQLITE else " ON people_chain"))
        run("SET CONSTRAINTS ALL DEFERRED" if not SQLITE else "SELECT 1")
        run("DELETE FROM people_chain")
        found = history.verify()
        transaction.set_rollback(True)
    assert found == [Break(str(chain), 1, "orphan")]


def test_every_kind_of_break_has_words() -> None:
    for kind in ("missing", "changed", "unlinked", "head", "orphan"):
        assert has(f"cli.verify-log.{kind}")


def test_each_chain_is_judged_alone(five: list[Event]) -> None:
    without_triggers()
    run("UPDATE people_event SET reason = 'x' WHERE sequence IN (2, 4)")
    assert history.verify() == [Break(ACCOUNTS, 2, "changed")]


# ---- one act, one event


def test_an_event_says_who_in_which_role_did_what_from_where(admin: Actor) -> None:
    by = Actor(user=admin.user, address="192.0.2.7", request_id="r1")
    body = actions.create_organisation(
        code="sea", name={"vi": "Sở"}, kind="central", valid_from=AT.date(), by=by, at=now()
    )
    event = Event.objects.latest("pk")

    assert (event.actor, event.role, event.organisation) == (admin.user, "sysadmin", "academy")
    assert (event.action, event.subject, event.owner) == (
        "people.create_organisation",
        f"people.organisation:{body.pk}",
        body,
    )
    assert (event.route, event.address, event.request_id) == ("form", "192.0.2.7", "r1")
    [[model, pk, values]] = event.changes
    assert (model, pk) == ("people.organisation", body.pk)
    assert values["code"] == [None, "sea"]
    assert values["name"] == [None, {"vi": "Sở"}]


def test_a_refusal_is_an_event_though_the_change_is_rolled_back(admin: Actor) -> None:
    def body() -> None:
        with acting("people.create_organisation", by=admin, at=now()) as act:
            act.create(Organisation, code="x", name={"vi": "X"}, kind="central", valid_from=AT.date())
            act.require(False, "no-name")

    with pytest.raises(Refused):
        body()

    event = Event.objects.latest("pk")
    assert (event.action, event.refused, event.changes) == ("people.create_organisation", "no-name", [])
    assert event.actor == admin.user
    assert not Organisation.objects.filter(code="x").exists()
    assert history.verify() == []


def test_a_fault_of_the_program_leaves_neither_change_nor_event(admin: Actor) -> None:
    def body() -> None:
        with acting("people.create_organisation", by=admin, at=now()) as act:
            act.create(Organisation, code="x", name={"vi": "X"}, kind="central", valid_from=AT.date())
            raise ZeroDivisionError

    before = Event.objects.count()
    with pytest.raises(ZeroDivisionError):
        body()
    assert Event.objects.count() == before
    assert not Organisation.objects.filter(code="x").exists()
    # The gate is free again.
    actions.change_language(user=user_of(admin), language="en", by=admin, at=AT)
    assert history.verify() == []


@pytest.mark.django_db(databases=["default", "rebuilt"])
def test_acts_within_acts_are_one_transaction_and_an_event_each_in_order(admin: Actor) -> None:
    at = now()
    with acting("people.create_organisation", by=admin, at=at) as act:
        body = act.create(Organisation, code="x", name={"vi": "X"}, kind="central", valid_from=at.date())
        act.subject = body
        actions.end_organisation(organisation=body, valid_to=at.date(), by=admin, at=at)
        act.set(body, valid_to=None)

    events = Event.objects.order_by("-pk")[:3]
    assert [event.action for event in reversed(events)] == [
        "people.create_organisation",
        "people.end_organisation",
        "people.create_organisation",
    ]
    body.refresh_from_db()
    assert body.valid_to is None
    assert history.verify() == []
    assert_rebuilt()


def test_a_refused_act_within_an_act_rolls_both_back_and_is_told_once(admin: Actor) -> None:
    def body(at: datetime.datetime) -> None:
        with acting("people.create_organisation", by=admin, at=at) as act:
            new = act.create(Organisation, code="x", name={"vi": "X"}, kind="central", valid_from=at.date())
            actions.invite(organisation=new, email="a@b.vn", name="", role="p_entry", by=admin, at=at)

    before = Event.objects.count()
    with pytest.raises(Refused) as caught:
        body(now())

    assert caught.value.app == "people"
    assert not Organisation.objects.filter(code="x").exists()
    assert not Invitation.objects.exists()
    assert Event.objects.count() == before + 1
    assert Event.objects.latest("pk").action == "people.create_organisation"


def test_a_repeated_request_does_nothing_and_another_person_s_key_is_another(admin: Actor) -> None:
    by = Actor(user=admin.user, key="k1")
    new: Callable[..., object] = actions.create_organisation
    arguments = {"name": {"vi": "X"}, "kind": "central", "valid_from": AT.date(), "at": now()}
    new(code="x", by=by, **arguments)
    events = Event.objects.count()

    with pytest.raises(Repeated):
        new(code="y", by=by, **arguments)
    assert Event.objects.count() == events
    assert not Organisation.objects.filter(code="y").exists()
    new(code="y", by=Actor(user=admin.user, key="k2"), **arguments)


def test_a_refused_request_may_be_sent_again(admin: Actor) -> None:
    by = Actor(user=admin.user, key="k1")
    with pytest.raises(Refused):
        actions.change_language(user=user_of(admin), language="xx", by=by, at=AT)
    actions.change_language(user=user_of(admin), language="en", by=by, at=AT)


def test_text_has_one_form_in_the_row_and_in_the_log(admin: Actor) -> None:
    apart = "Sơ\u0309\x00"  # the tone mark written apart, and a zero character
    body = actions.create_organisation(
        code="x", name={"vi": apart}, kind="central", valid_from=AT.date(), by=admin, at=now()
    )
    body.refresh_from_db()
    assert body.name == {"vi": "Sở"}
    assert json.loads(json.dumps(Event.objects.latest("pk").changes))[0][2]["name"][1] == {"vi": "Sở"}
    assert history.verify() == []


def test_a_binary_fraction_never_enters_the_log(admin: Actor) -> None:
    academy = Organisation.objects.get()
    with acting("people.invite", on=academy, by=admin, at=now()) as act:
        with pytest.raises(TypeError, match="decimal text"):
            act.set(academy, name={"vi": "X", "en": 0.1})
        with pytest.raises(TypeError, match="decimal text"):
            act.create(Organisation, code="x", name={"vi": 0.1}, kind="central", valid_from=AT.date())


@pytest.mark.django_db(databases=["default", "rebuilt"])
def test_accounts_rebuilt_from_the_log_alone_equal_the_real_ones(admin: Actor) -> None:
    at = now()
    sea = actions.create_organisation(
        code="sea", name={"vi": "Sở", "en": "Dept"}, kind="department", scheme="demo63", unit="01",
        valid_from=at.date(), by=admin, at=at,
    )  # fmt: skip
    _, token = actions.invite(organisation=sea, email="a@b.vn", name="A", role="p_lead", by=admin, at=at)
    user = actions.accept_invitation(token=token, password="seven rivers and a hill", by=Actor(), at=at)
    _, link = actions.link_password(user=user, by=admin, at=at)
    actions.set_password(token=link, password="eight rivers and a hill", by=Actor(), at=at)
    with pytest.raises(Refused):
        actions.close_account(user=user_of(admin), reason="x", by=admin, at=at)
    actions.end_membership(membership=user.memberships.get(), reason="Thôi", by=admin, at=at)
    actions.close_account(user=user, reason="Nghỉ", by=admin, at=at)
    assert_rebuilt()
