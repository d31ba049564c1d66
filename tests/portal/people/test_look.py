"""Every page of people in a real browser: axe finds nothing, in both languages, wide and narrow."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from innodex.portal.people import actions
from innodex.portal.people.models import Membership, Organisation
from innodex.portal.people.refused import Refused
from portal._look import Album, Shot, found
from portal.people._people import World, now, small_world

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def of_a_stranger(album: Album, name: str, path: str, data: dict[str, Any] | None = None) -> None:
    """A page that is seen without log-in."""
    browser = Client(headers={"host": "localhost"})
    browser.cookies["innodex_language"] = album.lang
    answer = browser.get(path) if data is None else browser.post(path, data)
    assert answer.status_code in (200, 410, 422), (name, answer.status_code)
    album.shots.append(Shot(name, path, answer.content))


def happenings(world: World) -> dict[str, str]:
    """Open and ended things, refusals, and links: {what: token}."""
    admin, at = world.as_("sysadmin"), now()
    sea = Organisation.objects.get(code="sea")
    arguments: dict[str, Any] = {"organisation": sea, "name": "Trần Bình", "by": admin, "at": at}
    _, invitation = actions.invite(email="binh@example.com", role="p_entry", **arguments)
    _, password = actions.link_password(user=world.users["sea-entry"], by=admin, at=at)
    ended = world.users["hill-entry"].memberships.get()
    actions.end_membership(membership=ended, reason="Chuyển công tác", by=admin, at=at)
    with contextlib.suppress(Refused):
        actions.close_account(user=world.users["sysadmin"], reason="x", by=admin, at=at)
    with contextlib.suppress(Refused):
        actions.invite(email="y@example.com", role="p_lead", **{**arguments, "by": world.as_("sea-entry")})
    _, joining = actions.invite(
        organisation=Organisation.objects.get(code="academy"), email="sea-lead@example.com", name="Lê Sáu",
        role="auditor", by=admin, at=at,
    )  # fmt: skip
    return {"invitation": invitation, "password": password, "joining": joining}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_pages_of_people_are_for_everybody(chromium: Browser, lang: str) -> None:
    world = small_world()
    tokens = happenings(world)
    album = Album(lang)
    admin, auditor, leader = (world.users[name] for name in ("sysadmin", "auditor", "sea-lead"))
    membership = Membership.objects.get(user=world.users["sea-entry"])
    person = f"/portal/people/{world.users['sea-entry'].pk}/"

    album.take("organisations", admin, "/portal/organisations/")
    album.take("organisations-none", admin, "/portal/organisations/?q=nothing")
    album.take("organisation-new", admin, "/portal/organisations/new/")
    album.take("organisation-faults", admin, "/portal/organisations/new/", {"kind": "department"})
    album.take("departments", admin, "/portal/organisations/departments/")
    album.take("organisation", admin, "/portal/organisations/sea/")
    album.take("organisation-own", leader, "/portal/organisations/sea/")
    album.take("organisation-end", admin, "/portal/organisations/sea/end/")
    album.take("invite", leader, "/portal/organisations/sea/invite/")
    album.take("invite-faults", leader, "/portal/organisations/sea/invite/", {"email": "x"})
    new = {"name": "Lê An", "email": "le@example.com", "role": "p_entry", "once": f"once-{lang}"}
    album.take("link", leader, "/portal/organisations/sea/invite/", new)
    album.take("link-again", leader, "/portal/organisations/sea/invite/", new)
    link = Organisation.objects.get(code="sea").invitations.get(email="binh@example.com")
    album.take("revoke", admin, f"/portal/people/invitations/{link.pk}/revoke/")
    album.take("people", admin, "/portal/people/")
    album.take("person", admin, person)
    album.take("password-link", admin, f"{person}password/")
    album.take("close", admin, f"{person}close/")
    album.take("membership-end", admin, f"/portal/people/memberships/{membership.pk}/end/")
    album.take("me", leader, "/portal/people/me/")
    album.take("welcome", leader, "/portal/people/welcome/")
    album.take("roles", leader, "/portal/roles/")
    album.take("log", admin, "/portal/log/")
    album.take("log-own", leader, "/portal/log/")
    album.take("log-filtered", auditor, "/portal/log/?refused=on&since=x")
    album.take("log-none", auditor, "/portal/log/?until=2001-01-01")
    album.take("log-drafts", auditor, "/portal/log/drafts/")
    album.take("log-export", auditor, "/portal/log/export.csv")
    album.take("join", leader, f"/portal/invitations/{tokens['joining']}/")
    album.take("accept-other", admin, f"/portal/invitations/{tokens['joining']}/")
    accept = f"/portal/invitations/{tokens['invitation']}/"
    of_a_stranger(album, "accept", accept)
    of_a_stranger(album, "accept-faults", accept, {"name": "", "password": "abc", "again": "d"})
    of_a_stranger(album, "accept-log-in", f"/portal/invitations/{tokens['joining']}/")
    of_a_stranger(album, "password-set", f"/portal/passwords/{tokens['password']}/")
    actions.revoke_invitation(invitation=link, by=world.as_("sysadmin"), at=now())
    of_a_stranger(album, "accept-gone", accept)

    assert found(chromium, album) == []
