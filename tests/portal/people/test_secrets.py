"""No secret is ever in the log: no password, no link, no digest of one, after all that handles them."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from innodex.documents import sha256
from innodex.portal.people.history import exported
from innodex.portal.people.models import Event, Invitation, Membership, PasswordLink, User
from portal._founded import PASSWORD, administrator

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = "seven rivers and a hill", "eight rivers and a hill", "nine rivers and a hill"


def linked(answer: object) -> str:
    """The address that the page shows once."""
    [address] = re.findall(r">http://localhost(/[^<]+)</textarea>", answer.content.decode())  # type: ignore[attr-defined]
    return str(address)


def test_no_secret_is_ever_in_an_event() -> None:
    admin, guest = Client(headers={"host": "localhost"}), Client(headers={"host": "localhost"})
    administrator()
    secrets = {PASSWORD, FIRST, SECOND, THIRD, "a wrong password"}

    # Every way in which a secret enters: log-in, invitation, acceptance, links, change by the owner.
    admin.post("/portal/account/log-in/", {"login": "an@example.com", "password": "a wrong password"})
    admin.post("/portal/account/log-in/", {"login": "an@example.com", "password": PASSWORD})
    form = {"name": "B", "email": "b@example.com", "role": "auditor"}
    invitation = linked(admin.post("/portal/organisations/academy/invite/", form))
    guest.post(invitation, {"name": "B", "password": "abc", "again": "abc"})
    guest.post(invitation, {"name": "B", "password": FIRST, "again": FIRST})
    guest.post("/portal/account/password/", {"oldpassword": FIRST, "password1": SECOND, "password2": SECOND})
    person = User.objects.get(email="b@example.com")
    assert person.check_password(SECOND)
    link = linked(admin.post(f"/portal/people/{person.pk}/password/", {}))
    guest.post(link, {"password": THIRD, "again": THIRD})
    guest.post(link, {"password": FIRST, "again": FIRST})
    person.refresh_from_db()
    assert person.check_password(THIRD)
    membership = Membership.objects.get(user=person)
    admin.post(f"/portal/people/memberships/{membership.pk}/end/", {"reason": "Thôi"})
    admin.post(f"/portal/people/{person.pk}/close/", {"reason": "Nghỉ"})

    tokens = {address.rstrip("/").rpartition("/")[2] for address in (invitation, link)}
    secrets |= tokens | {sha256(token.encode()) for token in tokens}
    secrets |= {user.password for user in User.objects.all()}
    kept = {row.token_digest for model in (Invitation, PasswordLink) for row in model.objects.all()}
    assert kept == {sha256(token.encode()) for token in tokens}
    events = Event.objects.order_by("pk")
    done = {event.action for event in events}
    assert {"people.set_password", "people.change_password", "people.close_account"} <= done
    for event in events:
        everything = json.dumps(
            {field.attname: str(getattr(event, field.attname)) for field in Event._meta.concrete_fields},
            ensure_ascii=False,
        )
        for secret in secrets:
            assert secret not in everything, event.action
    assert not any(
        secret in json.dumps(list(exported()), ensure_ascii=False, default=str) for secret in secrets
    )
