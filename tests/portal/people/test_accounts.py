"""Accounts, organisations, invitations and links: who may come in, in which role, and how it ends."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from innodex.portal.people import actions
from innodex.portal.people.actor import Actor, memberships
from innodex.portal.people.models import Event, Invitation, Membership, Organisation, PasswordLink, User
from innodex.portal.people.permissions import ROLES_OF, Kind, Role
from innodex.portal.people.refused import Refused
from portal._founded import PASSWORD, administrator

pytestmark = pytest.mark.django_db

AT = datetime.datetime.now(datetime.UTC)
TODAY = AT.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
GOOD = "seven rivers and a hill"


@pytest.fixture
def admin() -> Actor:
    """The first administrator, acting."""
    return Actor(user=administrator())


def body(admin: Actor, kind: str = "department", code: str = "sea", unit: str = "01") -> Organisation:
    place = {"scheme": "demo63", "unit": unit} if kind == "department" else {}
    return actions.create_organisation(
        code=code,
        name={"vi": f"Đơn vị {code}", "en": f"Body {code}"},
        kind=kind,
        valid_from=TODAY,
        by=admin,
        at=AT,
        **place,
    )


def joined(by: Actor, organisation: Organisation, role: str, email: str) -> User:
    """A person who was invited and has accepted."""
    _, token = actions.invite(
        organisation=organisation, email=email, name="Người mới", role=role, by=by, at=AT
    )
    return actions.accept_invitation(
        token=token, password=GOOD, by=Actor(user=User.objects.filter(email=email).first()), at=AT
    )


def refused(why: str, action: Callable[..., Any], /, **arguments: Any) -> None:
    """The action is refused for this reason, and the log says so."""
    before = Event.objects.exclude(refused="").count()
    with pytest.raises(Refused) as caught:
        action(**arguments)
    assert caught.value.kind == why
    assert all(caught.value.text(lang) for lang in ("vi", "en"))
    assert Event.objects.exclude(refused="").count() == before + 1
    assert Event.objects.latest("pk").refused == why


# ---- the first administrator


def test_only_the_first_administrator_is_founded(admin: Actor) -> None:
    refused("already-founded", lambda: administrator("other@example.com"))


def test_the_first_password_goes_through_the_validators() -> None:
    with pytest.raises(Refused, match="weak-password"):
        actions.found(
            email="an@example.com", name="An", password="an@example.com1",
            organisation={"code": "a", "name": {"vi": "A"}, "kind": "academy"},
            by=Actor(route="command"), at=AT,
        )  # fmt: skip
    assert not User.objects.exists()


# ---- organisations


def test_a_department_stands_for_a_unit_of_a_known_territory(admin: Actor) -> None:
    new = actions.create_organisation
    common: dict[str, Any] = {"name": {"vi": "Sở"}, "valid_from": TODAY, "by": admin, "at": AT}
    refused("department-without-unit", new, code="a", kind="department", **common)
    refused("unknown-unit", new, code="a", kind="department", scheme="demo63", unit="999", **common)
    refused("unit-without-department", new, code="a", kind="central", scheme="demo63", unit="01", **common)
    refused("bad-code", new, code="a b", kind="central", **common)
    refused("unknown-kind", new, code="a", kind="company", **common)
    refused("no-name", new, code="a", kind="central", **{**common, "name": {"vi": " "}})
    body(admin)
    refused("unit-taken", new, code="b", kind="department", scheme="demo63", unit="01", **common)
    refused("code-taken", new, code="SEA", kind="central", **common)


def test_departments_are_made_for_every_unit_valid_on_the_day_that_has_none(admin: Actor) -> None:
    before = datetime.date(2025, 6, 1)
    one = actions.create_organisation(
        code="mine",
        name={"vi": "Sở"},
        kind="department",
        scheme="demo63",
        unit="01",
        valid_from=before,
        by=admin,
        at=AT,
    )
    made = actions.create_departments(
        scheme="demo63",
        valid_from=before,
        pattern={"vi": "Sở {unit}", "en": "Office of {unit}"},
        by=admin,
        at=AT,
    )

    assert len(made) == 62
    assert one.unit not in {department.unit for department in made}
    assert all(
        department.name["vi"].startswith("Sở ") and "{" not in department.name["vi"] for department in made
    )
    common: dict[str, Any] = {"by": admin, "at": AT}
    refused("no-unit-without-department", actions.create_departments, scheme="demo63", valid_from=before,
            pattern={"vi": "Sở {unit}"}, **common)  # fmt: skip
    refused("no-unit-without-department", actions.create_departments, scheme="demo63",
            valid_from=datetime.date(2026, 1, 1), pattern={"vi": "Sở {unit}"}, **common)  # fmt: skip
    refused("pattern-without-unit", actions.create_departments, scheme="demo34",
            valid_from=datetime.date(2026, 1, 1), pattern={"vi": "Sở"}, **common)  # fmt: skip
    assert Organisation.objects.filter(kind="department").count() == 63


def test_an_organisation_that_has_ended_gives_no_right_and_takes_nobody(admin: Actor) -> None:
    sea = body(admin)
    officer = joined(admin, sea, "p_entry", "officer@example.com")
    link, _ = actions.invite(
        organisation=sea, email="late@example.com", name="L", role="p_lead", by=admin, at=AT
    )

    refused("ends-before-it-begins", actions.end_organisation, organisation=sea,
            valid_to=TODAY - datetime.timedelta(1), by=admin, at=AT)  # fmt: skip
    actions.end_organisation(organisation=sea, valid_to=TODAY, by=admin, at=AT)

    later = AT + datetime.timedelta(days=2)
    assert memberships(officer, AT)
    assert not memberships(officer, later)
    link.refresh_from_db()
    assert link.state == Invitation.State.REVOKED
    refused("organisation-ended", actions.invite, organisation=sea, email="x@example.com", name="X",
            role="p_entry",
            by=admin, at=later)  # fmt: skip
    # The unit has no department any more, so another can be made.
    actions.create_organisation(
        code="sea2", name={"vi": "Sở"}, kind="department", scheme="demo63", unit="01",
        valid_from=later.date(), by=admin, at=later,
    )  # fmt: skip


def test_the_organisation_of_the_last_administrator_does_not_end(admin: Actor) -> None:
    academy = Organisation.objects.get()
    refused(
        "last-administrator", actions.end_organisation, organisation=academy, valid_to=TODAY, by=admin, at=AT
    )


# ---- invitations


@pytest.mark.parametrize("kind", list(Kind))
def test_an_organisation_gives_the_roles_of_its_kind_and_no_other(admin: Actor, kind: Kind) -> None:
    somewhere = body(admin, kind=kind.value, code=f"new-{kind.value}")
    for role in Role:
        arguments = {
            "organisation": somewhere,
            "email": f"{role}@example.com",
            "name": "N",
            "role": role.value,
        }
        if role in ROLES_OF[kind]:
            actions.invite(**arguments, by=admin, at=AT)
        else:
            refused("role-not-of-kind", actions.invite, **arguments, by=admin, at=AT)


def test_a_leader_invites_into_the_own_organisation_alone(admin: Actor) -> None:
    sea, hill = body(admin), body(admin, code="hill", unit="02")
    leader = Actor(user=joined(admin, sea, "p_lead", "lead@example.com"))

    joined(leader, sea, "p_entry", "officer@example.com")
    refused("not-allowed", actions.invite, organisation=hill, email="x@example.com", name="X", role="p_entry",
            by=leader, at=AT)  # fmt: skip
    refused("role-not-of-kind", actions.invite, organisation=sea, email="x@example.com", name="X",
            role="sysadmin",
            by=leader, at=AT)  # fmt: skip
    refused("not-allowed", actions.create_organisation, code="z", name={"vi": "Z"}, kind="central",
            valid_from=TODAY, by=leader, at=AT)  # fmt: skip


def test_an_officer_invites_nobody(admin: Actor) -> None:
    sea = body(admin)
    officer = Actor(user=joined(admin, sea, "p_entry", "officer@example.com"))
    refused("not-allowed", actions.invite, organisation=sea, email="x@example.com", name="X", role="p_entry",
            by=officer, at=AT)  # fmt: skip


def test_nobody_enters_and_sends_in_one_organisation(admin: Actor) -> None:
    sea, hill = body(admin), body(admin, code="hill", unit="02")
    joined(admin, sea, "p_entry", "officer@example.com")
    refused("apart-entry-lead", actions.invite, organisation=sea, email="Officer@example.com", name="O",
            role="p_lead", by=admin, at=AT)  # fmt: skip
    both = joined(admin, hill, "p_lead", "officer@example.com")
    assert {one.role for one in memberships(both, AT)} == {"p_entry", "p_lead"}


def test_nobody_reviews_and_approves_anywhere(admin: Actor) -> None:
    academy, ministry = Organisation.objects.get(), body(admin, kind="ministry", code="ministry")
    for first, then in (("r_review", "m_approve"), ("r_lead", "m_approve"), ("m_approve", "r_review")):
        email = f"{first}@example.com"
        joined(admin, ministry if first == "m_approve" else academy, first, email)
        refused("apart-review-approve", actions.invite,
                organisation=ministry if then == "m_approve" else academy, email=email, name="N", role=then,
                by=admin, at=AT)  # fmt: skip


def test_two_open_invitations_do_not_lead_to_both_roles(admin: Actor) -> None:
    sea = body(admin)
    tokens = [
        actions.invite(organisation=sea, email="both@example.com", name="B", role=role, by=admin, at=AT)[1]
        for role in ("p_entry", "p_lead")
    ]
    user = actions.accept_invitation(token=tokens[0], password=GOOD, by=Actor(), at=AT)
    refused("apart-entry-lead", actions.accept_invitation, token=tokens[1], by=Actor(user=user), at=AT)


def test_an_invitation_leads_to_an_account_once_and_for_two_weeks(admin: Actor) -> None:
    sea = body(admin)
    link, token = actions.invite(
        organisation=sea, email=" New@Example.com ", name="Mới", role="p_entry", by=admin, at=AT
    )

    assert link.expires_at - AT == datetime.timedelta(days=14)
    late = AT + datetime.timedelta(days=14, seconds=1)
    refused("too-late", actions.accept_invitation, token=token, password=GOOD, by=Actor(), at=late)
    refused("weak-password", actions.accept_invitation, token=token, password="short", by=Actor(), at=AT)
    user = actions.accept_invitation(
        token=token, password=GOOD, name="Tên Khác", language="en", by=Actor(), at=AT
    )
    assert (user.email, user.name, user.language) == ("new@example.com", "Tên Khác", "en")
    assert user.check_password(GOOD)
    refused("wrong-state", actions.accept_invitation, token=token, password=GOOD, by=Actor(), at=AT)
    assert Membership.objects.filter(user=user).count() == 1


def test_a_link_that_nobody_made_is_refused_and_leaves_no_trace(admin: Actor) -> None:
    events = Event.objects.count()
    for action, arguments in ((actions.accept_invitation, {}), (actions.set_password, {"password": GOOD})):
        with pytest.raises(Refused) as caught:
            action(token="x" * 43, **arguments, by=Actor(), at=AT)
        assert caught.value.kind == "unknown-link"
        assert caught.value.text("vi")
    assert Event.objects.count() == events


def test_a_new_invitation_to_the_same_role_replaces_the_one_before(admin: Actor) -> None:
    sea = body(admin)
    arguments: dict[str, Any] = {
        "organisation": sea,
        "email": "a@b.vn",
        "name": "A",
        "role": "p_lead",
        "by": admin,
        "at": AT,
    }
    _, first = actions.invite(**arguments)
    _, second = actions.invite(**arguments)

    refused("wrong-state", actions.accept_invitation, token=first, password=GOOD, by=Actor(), at=AT)
    assert actions.accept_invitation(token=second, password=GOOD, by=Actor(), at=AT)


def test_an_invitation_that_was_taken_back_leads_nowhere(admin: Actor) -> None:
    sea = body(admin)
    link, token = actions.invite(organisation=sea, email="a@b.vn", name="A", role="p_lead", by=admin, at=AT)
    actions.revoke_invitation(invitation=link, by=admin, at=AT)
    refused("wrong-state", actions.accept_invitation, token=token, password=GOOD, by=Actor(), at=AT)
    refused("wrong-state", actions.revoke_invitation, invitation=link, by=admin, at=AT)


def test_who_has_an_account_joins_with_it_signed_in(admin: Actor) -> None:
    sea, hill = body(admin), body(admin, code="hill", unit="02")
    user = joined(admin, sea, "p_entry", "one@example.com")
    _, token = actions.invite(
        organisation=hill, email="ONE@example.com", name="O", role="p_lead", by=admin, at=AT
    )

    refused("log-in-first", actions.accept_invitation, token=token, password=GOOD, by=Actor(), at=AT)
    refused("other-account", actions.accept_invitation, token=token, by=admin, at=AT)
    assert actions.accept_invitation(token=token, by=Actor(user=user), at=AT) == user
    refused("already-member", actions.invite, organisation=hill, email="one@example.com", name="O",
            role="p_lead",
            by=admin, at=AT)  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"email": "nobody"}, "bad-address"),
        ({"name": "  "}, "no-name"),
        ({"member_until": TODAY - datetime.timedelta(days=3)}, "ends-in-the-past"),
    ],
)
def test_an_invitation_is_complete(admin: Actor, arguments: dict[str, Any], kind: str) -> None:
    whole = {
        "organisation": body(admin),
        "email": "a@b.vn",
        "name": "A",
        "role": "p_entry",
        "by": admin,
        "at": AT,
    }
    refused(kind, actions.invite, **{**whole, **arguments})


def test_a_role_with_an_end_date_ends_after_that_day(admin: Actor) -> None:
    sea = body(admin)
    _, token = actions.invite(
        organisation=sea,
        email="a@b.vn",
        name="A",
        role="p_entry",
        member_until=TODAY + datetime.timedelta(days=3),
        by=admin,
        at=AT,
    )
    user = actions.accept_invitation(token=token, password=GOOD, by=Actor(), at=AT)
    assert memberships(user, AT + datetime.timedelta(days=2))
    assert not memberships(user, AT + datetime.timedelta(days=5))


def test_a_role_that_has_run_out_can_be_given_again_and_stands_in_nobody_s_way(admin: Actor) -> None:
    sea = body(admin)
    arguments: dict[str, Any] = {"organisation": sea, "email": "a@b.vn", "name": "A", "by": admin}
    _, token = actions.invite(role="p_entry", member_until=TODAY, at=AT, **arguments)
    user = actions.accept_invitation(token=token, password=GOOD, by=Actor(), at=AT)

    later = AT + datetime.timedelta(days=3)
    for role in ("p_entry", "p_lead"):
        _, token = actions.invite(role=role, at=later, **arguments)
    actions.accept_invitation(token=token, by=Actor(user=user), at=later)
    assert [one.role for one in memberships(user, later)] == ["p_lead"]
    refused("apart-entry-lead", actions.invite, role="p_entry", at=later, **arguments)
    actions.end_membership(membership=memberships(user, later)[0], reason="x", by=admin, at=later)
    _, token = actions.invite(role="p_entry", at=later, **arguments)
    actions.accept_invitation(token=token, by=Actor(user=user), at=later)
    assert [one.role for one in memberships(user, later)] == ["p_entry"]


# ---- ends


def test_ending_a_role_ends_sessions_at_once_and_the_right_with_it(admin: Actor, client: Client) -> None:
    sea = body(admin)
    user = joined(admin, sea, "p_lead", "lead@example.com")
    client.force_login(user)
    assert client.get("/portal/roles/").status_code == 200

    refused(
        "no-reason", actions.end_membership, membership=user.memberships.get(), reason=" ", by=admin, at=AT
    )
    actions.end_membership(membership=user.memberships.get(), reason="Chuyển công tác", by=admin, at=AT)

    assert client.get("/portal/roles/").status_code == 302
    refused("not-allowed", actions.invite, organisation=sea, email="x@y.vn", name="X", role="p_entry",
            by=Actor(user=user), at=AT)  # fmt: skip
    refused(
        "membership-ended",
        actions.end_membership,
        membership=user.memberships.get(),
        reason="x",
        by=admin,
        at=AT,
    )


def test_closing_an_account_ends_everything_it_could_do(admin: Actor, client: Client) -> None:
    sea, hill = body(admin), body(admin, code="hill", unit="02")
    user = joined(admin, sea, "p_lead", "lead@example.com")
    link, _ = actions.link_password(user=user, by=admin, at=AT)
    invitation, _ = actions.invite(
        organisation=hill, email=user.email, name="L", role="p_lead", by=admin, at=AT
    )
    client.force_login(user)

    actions.close_account(user=user, reason="Nghỉ hưu", by=admin, at=AT)

    assert client.get("/portal/roles/").status_code == 302
    assert authenticate(None, email=user.email, password=GOOD) is None
    assert not memberships(user, AT)
    link.refresh_from_db()
    invitation.refresh_from_db()
    assert (link.state, invitation.state) == (PasswordLink.State.REVOKED, Invitation.State.REVOKED)
    refused("account-closed", actions.close_account, user=user, reason="x", by=admin, at=AT)
    refused("account-closed", actions.link_password, user=user, by=admin, at=AT)
    refused("account-closed", actions.invite, organisation=hill, email=user.email, name="L", role="p_lead",
            by=admin, at=AT)  # fmt: skip


def test_the_last_administrator_stays(admin: Actor) -> None:
    assert admin.user is not None
    academy = Organisation.objects.get()
    refused("last-administrator", actions.close_account, user=admin.user, reason="x", by=admin, at=AT)
    refused(
        "last-administrator",
        actions.end_membership,
        membership=admin.user.memberships.get(),
        reason="x",
        by=admin,
        at=AT,
    )
    # One who leaves on a set day is not enough.
    _, token = actions.invite(
        organisation=academy, email="b@b.vn", name="B", role="sysadmin", member_until=TODAY, by=admin, at=AT
    )
    actions.accept_invitation(token=token, password=GOOD, by=Actor(), at=AT)
    refused("last-administrator", actions.close_account, user=admin.user, reason="x", by=admin, at=AT)
    other = joined(admin, academy, "sysadmin", "c@b.vn")
    actions.close_account(user=admin.user, reason="Nghỉ", by=Actor(user=other), at=AT)
    refused("last-administrator", actions.close_account, user=other, reason="x", by=Actor(user=other), at=AT)


# ---- passwords and preferences


def test_a_password_link_works_once_for_two_days_and_ends_sessions(admin: Actor, client: Client) -> None:
    user = joined(admin, body(admin), "p_entry", "officer@example.com")
    client.force_login(user)
    link, first = actions.link_password(user=user, by=admin, at=AT)
    _, token = actions.link_password(user=user, by=admin, at=AT)
    assert link.expires_at - AT == datetime.timedelta(days=2)

    late = AT + datetime.timedelta(days=2, seconds=1)
    refused("wrong-state", actions.set_password, token=first, password=GOOD + "!", by=Actor(), at=AT)
    refused("too-late", actions.set_password, token=token, password=GOOD + "!", by=Actor(), at=late)
    refused("weak-password", actions.set_password, token=token, password="12345678901234", by=Actor(), at=AT)
    actions.set_password(token=token, password=GOOD + "!", by=Actor(), at=AT)

    user.refresh_from_db()
    assert user.check_password(GOOD + "!")
    assert client.get("/portal/roles/").status_code == 302
    refused("wrong-state", actions.set_password, token=token, password=GOOD + "?", by=Actor(), at=AT)


def test_a_leader_gives_password_links_to_the_own_people_alone(admin: Actor) -> None:
    sea, hill = body(admin), body(admin, code="hill", unit="02")
    leader = Actor(user=joined(admin, sea, "p_lead", "lead@example.com"))
    own = joined(admin, sea, "p_entry", "own@example.com")
    other = joined(admin, hill, "p_entry", "other@example.com")
    both = joined(admin, sea, "p_entry", "both@example.com")
    joined(admin, hill, "p_lead", "both@example.com")

    actions.link_password(user=own, by=leader, at=AT)
    refused("not-allowed", actions.link_password, user=other, by=leader, at=AT)
    # Whoever also acts for somebody else is not one leader's to let in.
    refused("not-allowed", actions.link_password, user=both, by=leader, at=AT)
    assert admin.user is not None
    refused("not-allowed", actions.link_password, user=admin.user, by=leader, at=AT)


def test_language_and_password_are_the_owner_s_alone(admin: Actor) -> None:
    user = joined(admin, body(admin), "p_entry", "officer@example.com")
    mine = Actor(user=user)
    actions.change_language(user=user, language="en", by=mine, at=AT)
    refused("unknown-language", actions.change_language, user=user, language="xx", by=mine, at=AT)
    refused("not-allowed", actions.change_language, user=user, language="vi", by=admin, at=AT)
    refused("not-allowed", actions.change_password, user=user, password=GOOD + "!", by=admin, at=AT)
    actions.change_password(user=user, password=GOOD + "!", by=mine, at=AT)
    user.refresh_from_db()
    assert user.language == "en"
    assert user.check_password(GOOD + "!")
    assert not user.check_password(PASSWORD)


def test_two_accounts_do_not_differ_by_capitals_alone(admin: Actor) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="AN@example.com", name="x", joined_at=AT).save()
