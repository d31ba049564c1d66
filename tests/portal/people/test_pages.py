"""Pages of people: what each role sees and may do there, in both languages, without script."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from innodex.documents import say, sha256
from innodex.portal.people import actions, history
from innodex.portal.people.actor import Actor
from innodex.portal.people.models import Event, Invitation, Organisation, User
from portal._founded import PASSWORD, administrator
from portal.people._people import World, small_world

pytestmark = pytest.mark.django_db

GOOD = "seven rivers and a hill"


@pytest.fixture
def admin(client: Client) -> User:
    """The administrator, logged in."""
    user = administrator()
    client.force_login(user)
    return user


@pytest.fixture
def world() -> World:
    """People of every role, and two departments."""
    return small_world()


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def new_department(client: Client, **other: str) -> Any:
    form = {
        "kind": "department", "code": "sea", "name_vi": "Sở Biển", "name_en": "Sea Office",
        "scheme": "demo63", "unit": "01", "valid_from": "2025-01-01",
    }  # fmt: skip
    return client.post("/portal/organisations/new/", {**form, **other}, follow=True)


def shown_link(answer: Any) -> str:
    [address] = re.findall(
        r'<textarea id="link"[^>]*>http://localhost(/[^<]+)</textarea>', answer.content.decode()
    )
    return address


def invited(client: Client, **other: str) -> str:
    form = {"name": "Trần Bình", "email": "binh@example.com", "role": "p_lead"}
    return shown_link(client.post("/portal/organisations/sea/invite/", {**form, **other}))


# ---- the way in


def test_from_an_organisation_to_a_person_who_is_signed_in(admin: User, client: Client) -> None:
    made = new_department(client)
    assert "Sở Biển" in text(made)
    link = invited(client)

    guest = Client(headers={"host": "localhost"})
    page = guest.get(link)
    assert page.status_code == 200
    assert "Nguyễn Thị An" in text(page)
    assert "Sở Biển" in text(page)
    assert "no-store" in page.headers["Cache-Control"]
    wrong = guest.post(link, {"name": "Trần Bình", "password": GOOD, "again": "else"})
    assert wrong.status_code == 422
    assert GOOD not in wrong.content.decode()
    weak = guest.post(link, {"name": "Trần Bình", "password": "abc", "again": "abc"})
    assert weak.status_code == 422
    welcome = guest.post(link, {"name": "Trần Thị Bình", "password": GOOD, "again": GOOD}, follow=True)

    assert welcome.redirect_chain == [("/portal/people/welcome/", 302)]
    assert "/portal/account/codes/activate/" in welcome.content.decode()
    assert User.objects.get(email="binh@example.com").name == "Trần Thị Bình"
    assert guest.get(link).status_code == 410
    assert Client(headers={"host": "localhost"}).login(email="binh@example.com", password=GOOD)


def test_the_link_is_shown_once_and_kept_nowhere(admin: User, client: Client) -> None:
    new_department(client)
    form = {"name": "B", "email": "b@example.com", "role": "p_entry", "once": "same"}
    token = shown_link(client.post("/portal/organisations/sea/invite/", form)).split("/")[-2]
    again = client.post("/portal/organisations/sea/invite/", form)

    assert Invitation.objects.count() == 1
    assert Invitation.objects.get().token_digest == sha256(token.encode())
    assert "/portal/invitations/" not in again.content.decode()
    assert text(again).count(say("vi", "people.link.repeated")) == 1
    assert token not in client.get("/portal/organisations/sea/").content.decode()
    assert token not in json.dumps(dict(client.session))


def test_an_invitation_for_somebody_else_or_an_old_one_is_explained(admin: User, client: Client) -> None:
    new_department(client)
    link = invited(client)
    assert say("vi", "people.accept.wrong-person", email="binh@example.com", you=admin.email) in text(
        client.get(link)
    )
    assert client.get("/portal/invitations/nothing/").status_code == 404
    invitation = Invitation.objects.get()
    client.post(f"/portal/people/invitations/{invitation.pk}/revoke/", {"once": "1"})
    gone = Client(headers={"host": "localhost"}).get(link)
    assert gone.status_code == 410
    assert say("vi", "people.accept.standing.revoked") in text(gone)


def test_who_has_an_account_logs_in_and_takes_the_role(admin: User, client: Client) -> None:
    new_department(client)
    guest = Client(headers={"host": "localhost"})
    link = invited(client)
    guest.post(link, {"name": "B", "password": GOOD, "again": GOOD})
    new_department(client, code="hill", unit="02", name_vi="Sở Đồi")
    form = {"name": "B", "email": "binh@example.com", "role": "p_lead"}
    second = shown_link(client.post("/portal/organisations/hill/invite/", form))

    outside = Client(headers={"host": "localhost"}).get(second)
    assert f"/portal/account/log-in/?next={second}" in outside.content.decode()
    assert guest.get(second).status_code == 200
    assert guest.post(second, {}, follow=True).status_code == 200
    assert User.objects.get(email="binh@example.com").memberships.count() == 2


def test_a_password_link_leads_to_the_log_in_page(admin: User, client: Client) -> None:
    new_department(client)
    guest = Client(headers={"host": "localhost"})
    guest.post(invited(client), {"name": "B", "password": GOOD, "again": GOOD})
    person = User.objects.get(email="binh@example.com")
    link = shown_link(client.post(f"/portal/people/{person.pk}/password/", {"once": "1"}))

    answer = Client(headers={"host": "localhost"}).post(
        link, {"password": "eight " + GOOD, "again": "eight " + GOOD}
    )
    assert answer.headers["Location"] == "/portal/account/log-in/"
    assert guest.get("/portal/roles/").status_code == 302
    assert Client(headers={"host": "localhost"}).get(link).status_code == 410
    assert Client(headers={"host": "localhost"}).login(email=person.email, password="eight " + GOOD)


# ---- the forms


def test_faults_of_a_form_are_listed_with_links_to_their_fields(admin: User, client: Client) -> None:
    wrong = new_department(client, unit="", name_en="", valid_from="someday")
    assert wrong.status_code == 422
    for field in ("unit", "name_en", "valid_from"):
        assert f'href="#id_{field}"' in wrong.content.decode()
    refused = new_department(client, unit="999")
    assert refused.status_code == 422
    assert say("vi", "people.refused.unknown-unit", unit="999", scheme="demo63") in text(refused)


def test_departments_of_a_territory_at_once(admin: User, client: Client) -> None:
    form = {
        "scheme": "demo63",
        "valid_from": "2025-01-01",
        "name_vi": "Sở {unit}",
        "name_en": "Office of {unit}",
    }
    assert client.post("/portal/organisations/departments/", {**form, "name_vi": "Sở"}).status_code == 422
    client.post("/portal/organisations/departments/", form)
    assert Organisation.objects.filter(kind="department").count() == 63
    first = client.get("/portal/organisations/", {"kind": "department"})
    assert "63 đơn vị" in text(first)
    assert 'href="?page=2&amp;kind=department"' in first.content.decode()
    # Without marks, too.
    assert "1 đơn vị" in text(client.get("/portal/organisations/", {"q": "nguyet do"}))


def test_territories_say_how_many_localities_they_have_and_none_is_chosen_beforehand(
    admin: User, client: Client
) -> None:
    page = client.get("/portal/organisations/departments/").content.decode()
    assert '<option value="demo63">demo63: 63 địa phương, đến 30/6/2025</option>' in page
    assert '<option value="" selected>' in page
    assert "iso3166" not in page


def test_ends_need_a_reason_and_say_what_stays(admin: User, client: Client) -> None:
    new_department(client)
    Client(headers={"host": "localhost"}).post(
        invited(client), {"name": "B", "password": GOOD, "again": GOOD}
    )
    person = User.objects.get(email="binh@example.com")
    membership = person.memberships.get()

    empty = client.post(f"/portal/people/memberships/{membership.pk}/end/", {"reason": " "})
    assert empty.status_code == 422
    client.post(f"/portal/people/memberships/{membership.pk}/end/", {"reason": "Chuyển công tác"})
    membership.refresh_from_db()
    assert membership.ended_at is not None
    client.post(f"/portal/people/{person.pk}/close/", {"reason": "Nghỉ hưu"})
    client.post("/portal/organisations/sea/end/", {"valid_to": "2026-12-31"})
    assert not User.objects.get(pk=person.pk).is_active
    assert Organisation.objects.get(code="sea").valid_to == datetime.date(2026, 12, 31)
    assert "Chuyển công tác" in text(client.get("/portal/log/"))


def test_the_last_administrator_is_told_why_not(admin: User, client: Client) -> None:
    answer = client.post(f"/portal/people/{admin.pk}/close/", {"reason": "x"})
    assert answer.status_code == 422
    assert say("vi", "people.refused.last-administrator") in text(answer)


# ---- who sees what

OF_ADMINISTRATORS = ("/portal/organisations/new/", "/portal/organisations/departments/")


def test_people_of_a_department_see_their_own_organisation_alone(world: World, client: Client) -> None:
    client.force_login(world.users["sea-entry"])

    assert client.get("/portal/organisations/").headers["Location"] == "/portal/organisations/sea/"
    own = client.get("/portal/organisations/sea/")
    assert own.status_code == 200
    assert "/invite/" not in own.content.decode()
    assert client.get("/portal/organisations/hill/").status_code == 404
    assert client.get("/portal/organisations/sea/invite/").status_code == 404
    assert client.get(f"/portal/people/{world.users['sea-lead'].pk}/").status_code == 200
    assert client.get(f"/portal/people/{world.users['hill-lead'].pk}/").status_code == 404
    assert client.get("/portal/people/").status_code == 302
    for address in OF_ADMINISTRATORS:
        assert client.get(address).status_code == 404


def test_a_leader_manages_the_own_organisation(world: World, client: Client) -> None:
    client.force_login(world.users["sea-lead"])

    own = client.get("/portal/organisations/sea/")
    assert "/portal/organisations/sea/invite/" in own.content.decode()
    assert "sysadmin" not in client.get("/portal/organisations/sea/invite/").content.decode()
    assert client.get("/portal/organisations/hill/invite/").status_code == 404
    assert client.get("/portal/organisations/sea/end/").status_code == 404


@pytest.mark.parametrize("who", ["reviewer", "lead", "approver", "analyst", "auditor"])
def test_who_does_not_administer_changes_nobody(world: World, client: Client, who: str) -> None:
    client.force_login(world.users[who])
    expected = 200 if who == "auditor" else 404
    assert client.get("/portal/organisations/sea/").status_code == expected
    assert client.get("/portal/people/").status_code == (200 if who == "auditor" else 302)
    for address in (*OF_ADMINISTRATORS, "/portal/organisations/sea/invite/"):
        assert client.get(address).status_code == 404


def test_a_form_sent_without_the_right_is_refused_and_recorded(world: World, client: Client) -> None:
    client.force_login(world.users["sea-entry"])
    form = {"name": "X", "email": "x@example.com", "role": "p_lead"}
    answer = client.post("/portal/organisations/sea/invite/", form)

    assert answer.status_code == 422
    event = Event.objects.latest("pk")
    assert (event.action, event.refused) == ("people.invite", "not-allowed")
    assert not Invitation.objects.filter(email="x@example.com").exists()


def test_pages_ask_strangers_to_log_in(client: Client) -> None:
    for address in (
        "/portal/organisations/",
        "/portal/people/",
        "/portal/log/",
        "/portal/roles/",
        "/portal/people/me/",
    ):
        assert client.get(address).status_code == 302


# ---- roles and language


def test_the_page_of_roles_names_every_action_in_both_languages(admin: User, client: Client) -> None:
    from innodex.portal.people.permissions import RULES, Role

    for lang in ("vi", "en"):
        client.cookies["innodex_language"] = lang
        page = text(client.get("/portal/roles/")).casefold()
        for name in RULES:
            assert say(lang, f"people.action.{name}").casefold() in page.replace("&#x27;", "'"), name
        for role in Role:
            assert say(lang, f"people.role.{role.value}").casefold() in page


def test_the_language_of_the_account_is_kept(admin: User, client: Client) -> None:
    client.cookies["innodex_language"] = "vi"
    answer = client.post("/portal/people/me/language/", {"language": "en"})
    admin.refresh_from_db()
    assert admin.language == "en"
    assert answer.cookies["innodex_language"].value == ""
    assert client.get("/portal/people/me/").headers["Content-Language"] == "en"
    client.post("/portal/people/me/language/", {"language": "xx"})
    admin.refresh_from_db()
    assert admin.language == "en"


# ---- the log


def log_of(client: Client, user: User, **query: str) -> str:
    client.force_login(user)
    answer = client.get("/portal/log/", query)
    assert answer.status_code == 200
    return text(answer)


def test_an_administrator_reads_of_accounts_and_a_department_of_itself(world: World, client: Client) -> None:
    leader = world.users["sea-lead"]
    seen = log_of(client, leader)
    assert (
        say("vi", "people.done.people.invite") in seen
        or say("vi", "people.done.people.accept_invitation") in seen
    )
    assert "Đơn vị sea" in seen
    assert "Đơn vị hill" not in seen


def test_the_log_can_be_filtered(admin: User, client: Client) -> None:
    new_department(client)
    new_department(client, unit="999", code="x")
    every = client.get("/portal/log/")
    assert "3 sự kiện" in text(every)
    assert "1 sự kiện" in text(client.get("/portal/log/", {"refused": "on"}))
    assert "2 sự kiện" in text(client.get("/portal/log/", {"action": "people.create_organisation"}))
    assert "1 sự kiện" in text(client.get("/portal/log/", {"owner": "sea"}))
    assert "2 sự kiện" in text(client.get("/portal/log/", {"who": "an@"}))
    assert say("vi", "people.log.none") in text(client.get("/portal/log/", {"until": "2020-01-01"}))
    assert "3 sự kiện" in text(client.get("/portal/log/", {"since": "nonsense", "chain": "other"}))


def test_an_auditor_takes_the_log_away_giving_a_reason(world: World, client: Client) -> None:
    client.force_login(world.users["auditor"])
    assert client.get("/portal/log/export.csv").status_code == 200
    assert client.post("/portal/log/export.csv", {"reason": ""}).status_code == 422
    before = Event.objects.count()
    file = client.post("/portal/log/export.json", {"reason": "Kiểm tra định kỳ"})
    table = client.post("/portal/log/export.csv", {"reason": "Kiểm tra định kỳ"})

    events = json.loads(file.content)
    assert len(events) == before
    recorded = Event.objects.filter(action="people.export_log").order_by("pk")
    assert [event.digest for event in recorded] == [sha256(file.content), sha256(table.content)]
    assert {event.reason for event in recorded} == {"Kiểm tra định kỳ"}
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert len(rows) == before + 1
    assert [row["hash"] for row in rows[:-1]] == [event["hash"] for event in events]
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_a_chain_can_be_recomputed_from_the_file(world: World, client: Client) -> None:
    from innodex.documents import digest

    client.force_login(world.users["auditor"])
    file = client.post("/portal/log/export.json", {"reason": "x", "once": "1"})
    previous = ""
    for event in json.loads(file.content):
        assert event["previous"] == previous
        previous = event.pop("hash")
        assert digest(event) == previous
    assert history.stands(previous) is not None


def test_a_cell_of_the_table_is_never_a_formula(admin: User, client: Client) -> None:
    from innodex.portal.people.log import as_csv

    by = Actor(user=admin)
    body = Organisation.objects.get()
    actions.invite(organisation=body, email="x@y.vn", name="=1+1", role="auditor", by=by, at=now())
    link = Invitation.objects.get()
    user = actions.accept_invitation(token=_token(link), password=GOOD, by=Actor(), at=now())
    actions.end_membership(membership=user.memberships.get(), reason="=cmd()", by=by, at=now())
    rows = list(csv.DictReader(io.StringIO(as_csv(Event.objects.order_by("pk")).decode("utf-8-sig"))))
    assert rows[-1]["reason"] == "'=cmd()"


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _token(link: Invitation) -> str:
    """A link whose token the test knows."""
    token = "known"
    Invitation.objects.filter(pk=link.pk).update(token_digest=sha256(token.encode()))
    return token


@pytest.mark.parametrize("who", ["reviewer", "lead", "approver", "analyst", "sysadmin"])
def test_nobody_else_takes_the_log_away(world: World, client: Client, who: str) -> None:
    client.force_login(world.users[who])
    assert client.get("/portal/log/export.csv").status_code == 404
    assert client.post("/portal/log/export.csv", {"reason": "x"}).status_code == 422
    assert client.get("/portal/log/drafts/").status_code == 404


# ---- guessing passwords


def test_guesses_at_a_password_are_slowed_down(client: Client, settings: Any) -> None:
    # The test server has no limits; these are the ones of every other.
    settings.ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip,6/300s/key"}
    administrator()
    cache.clear()
    try:
        wrong = {"login": "an@example.com", "password": "wrong"}
        answers = [client.post("/portal/account/log-in/", wrong) for _ in range(7)]
        right = client.post("/portal/account/log-in/", {"login": "an@example.com", "password": PASSWORD})
    finally:
        cache.clear()

    assert all("_auth_user_id" not in answer.client.session for answer in answers)
    assert right.status_code != 302
    assert "_auth_user_id" not in client.session


def test_the_limits_are_on_wherever_it_is_no_test_server() -> None:
    import ast
    from pathlib import Path

    from innodex.portal.project import settings

    assert settings.__file__ is not None
    tree = ast.parse(Path(settings.__file__).read_text(encoding="utf-8"))
    [value] = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ACCOUNT_RATE_LIMITS"
    ]
    assert isinstance(value, ast.IfExp)
    assert ast.unparse(value.test) == "TEST_SERVER"
    limits = ast.literal_eval(value.orelse)
    assert "key" in limits["login_failed"]
