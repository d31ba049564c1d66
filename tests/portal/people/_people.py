"""People of every role and two departments, made by the actions that make them in life."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from innodex.portal.people import actions
from innodex.portal.people.actor import Actor
from innodex.portal.people.models import Organisation, User
from portal._founded import administrator

GOOD = "seven rivers and a hill"
ROLES = {
    "reviewer": ("academy", "r_review"),
    "lead": ("academy", "r_lead"),
    "analyst": ("academy", "i_analyst"),
    "auditor": ("academy", "auditor"),
    "approver": ("ministry", "m_approve"),
    "sea-entry": ("sea", "p_entry"),
    "sea-lead": ("sea", "p_lead"),
    "hill-entry": ("hill", "p_entry"),
    "hill-lead": ("hill", "p_lead"),
}


def now() -> datetime.datetime:
    """This moment."""
    return datetime.datetime.now(datetime.UTC)


@dataclass
class World:
    """Who is there, by short names."""

    users: dict[str, User] = field(default_factory=dict)

    def as_(self, name: str) -> Actor:
        """The person as an actor."""
        return Actor(user=self.users[name])


def small_world() -> World:
    """An academy, a ministry and two departments, with people."""
    made = World({"sysadmin": administrator()})
    admin, at = made.as_("sysadmin"), now()
    day = at.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    for code, kind, unit in (
        ("ministry", "ministry", ""),
        ("sea", "department", "01"),
        ("hill", "department", "02"),
    ):
        actions.create_organisation(
            code=code, name={"vi": f"Đơn vị {code}", "en": f"Body {code}"}, kind=kind,
            scheme="demo63" if unit else "", unit=unit, valid_from=day, by=admin, at=at,
        )  # fmt: skip
    for name, (code, role) in ROLES.items():
        body = Organisation.objects.get(code=code)
        link = {"organisation": body, "email": f"{name}@example.com", "name": f"Người {name}", "role": role}
        _, token = actions.invite(**link, by=admin, at=at)
        made.users[name] = actions.accept_invitation(token=token, password=GOOD, by=Actor(), at=at)
    return made
