"""Who reads what of a round's history: drafts stay inside, decisions are seen by those they concern."""

from __future__ import annotations

import pytest
from django.test import Client

from innodex.documents import say
from innodex.portal.people import log
from innodex.portal.people.models import Event, Membership
from innodex.portal.people.queries import Reader, reader
from innodex.portal.project.rehearsal import Rehearsal
from innodex.portal.rounds.actions import registration as registrations
from portal._world import calling
from portal.people._people import now

pytestmark = pytest.mark.django_db

DRAFT, INNER, OUTER = "a sentence nobody has sent", "an inner reason", "a reason for the locality"


@pytest.fixture
def world() -> Rehearsal:
    """A locality that drafted, was sent back inside, sent, and was asked for more by the academy."""
    made = calling(staffed=2)
    unit = made.units[0]
    content = made.answer_call(unit)
    content["focal"]["department"] = DRAFT
    row = made.registration(unit)
    entry, lead = made.as_(f"entry-{unit}"), made.as_(f"lead-{unit}")
    registrations.save_registration(
        registration=row, content=content, revision=row.revision, by=entry, at=made.at
    )
    registrations.request_registration(registration=row, by=entry, at=made.at)
    registrations.send_back_registration(registration=row, reason=INNER, by=lead, at=made.at)
    registrations.request_registration(registration=row, by=entry, at=made.at)
    registrations.send_registration(registration=row, by=lead, at=made.at)
    registrations.return_registration(registration=row, reason=OUTER, by=made.as_("lead"), at=made.at)
    return made


def seen(world: Rehearsal, name: str, *, drafts: bool = False) -> str:
    """All that the person's log says, as one text."""
    who = reader(world.users[name], now(), drafts=drafts)
    return repr(log.lines(list(who.events()), who, "vi"))


def test_a_locality_reads_its_own_whole_history_and_why_the_academy_decided(world: Rehearsal) -> None:
    own = seen(world, f"entry-{world.units[0]}")
    assert INNER in own
    assert OUTER in own
    assert say("vi", "people.done.rounds.return_registration") in own


def test_another_locality_reads_nothing_of_it(world: Rehearsal) -> None:
    other = reader(world.users[f"lead-{world.units[1]}"], now())
    own = Membership.objects.get(user=world.users[f"lead-{world.units[1]}"]).organisation
    assert {event.owner for event in other.events()} <= {own}
    text = seen(world, f"lead-{world.units[1]}")
    for secret in (DRAFT, INNER, OUTER):
        assert secret not in text


@pytest.mark.parametrize("name", ["lead", "reviewer", "analyst", "approver"])
def test_staff_read_that_something_was_done_but_nothing_that_was_written_inside(
    world: Rehearsal, name: str
) -> None:
    text = seen(world, name)
    assert say("vi", "people.done.rounds.save_registration") in text
    assert DRAFT not in text
    assert INNER not in text
    assert "people.invite" not in {event.action for event in reader(world.users[name], now()).events()}


@pytest.mark.parametrize(
    ("name", "reads"),
    [("lead", True), ("approver", True), ("auditor", True), ("reviewer", False), ("analyst", False)],
)
def test_the_reasons_of_a_selection_are_for_those_who_propose_decide_and_audit(
    name: str, reads: bool
) -> None:
    made = calling(staffed=2).on(20)
    made.register(made.units[0])
    made.on(33).propose(made.units[:1])
    why = made.registration(made.units[0]).selection_reason
    text = seen(made, name)
    assert say("vi", "people.done.rounds.propose_selection") in text
    assert (why in text) is reads


def test_an_auditor_reads_drafts_only_after_giving_a_reason(world: Rehearsal) -> None:
    before, after = seen(world, "auditor"), seen(world, "auditor", drafts=True)
    assert INNER not in before
    assert INNER in after
    assert OUTER in before


def test_the_reason_opens_drafts_for_an_hour_and_is_an_event(world: Rehearsal, client: Client) -> None:
    client.force_login(world.users["auditor"])
    row = world.registration(world.units[0])
    query = {"owner": row.locality.organisation.code, "action": "rounds.send_back_registration"}
    assert INNER not in client.get("/portal/log/", query).content.decode()

    client.post("/portal/log/drafts/", {"reason": "Có đơn phản ánh"})
    assert INNER in client.get("/portal/log/", query).content.decode()
    event = Event.objects.latest("pk")
    assert (event.action, event.reason) == ("people.read_drafts", "Có đơn phản ánh")
    session = client.session
    session["people_drafts_until"] = "2020-01-01T00:00:00+00:00"
    session.save()
    assert INNER not in client.get("/portal/log/", query).content.decode()


def test_an_administrator_reads_nothing_of_a_round(world: Rehearsal) -> None:
    chains = {event.chain.key for event in reader(world.users["sysadmin"], now()).events()}
    assert chains == {"accounts"}


def test_who_holds_no_role_reads_nothing() -> None:
    assert not Reader(frozenset(), frozenset()).events().exists()


def test_the_round_is_called_by_its_title(world: Rehearsal) -> None:
    key = world.round.chain_key()
    assert log.chain_name(key, "vi") == world.round.title["vi"]
    assert log.chain_name("round:0", "vi") == "round:0"
    assert log.chain_name("accounts", "en") == say("en", "people.chain.accounts")
