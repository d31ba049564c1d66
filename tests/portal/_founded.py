"""People for tests: an administrator who has been founded, as `innodex init` does it."""

from __future__ import annotations

import datetime

from innodex.portal.people.actions import found
from innodex.portal.people.actor import Actor, Route
from innodex.portal.people.models import User

PASSWORD = "a mountain of salt"


def administrator(email: str = "an@example.com", name: str = "Nguyễn Thị An") -> User:
    """The first administrator."""
    return found(
        email=email,
        name=name,
        password=PASSWORD,
        organisation={"code": "academy", "name": {"vi": "Học viện", "en": "Academy"}, "kind": "academy"},
        by=Actor(route=Route.COMMAND),
        at=datetime.datetime.now(datetime.UTC),
    )
