"""Who acts, and by which route."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from innodex.portal.people.models import Membership, User


class Route(StrEnum):
    """How a change came in."""

    FORM = "form"
    WORKBOOK = "workbook"
    JOB = "job"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or, without a user, the system) and the route of one request. `key` makes it unrepeatable."""

    user: User | None = None
    route: Route = Route.FORM
    address: str = ""
    request_id: str = ""
    key: str = ""

    @property
    def is_system(self) -> bool:
        """True for the clock and for commands of the operator."""
        return self.user is None and self.route in (Route.JOB, Route.COMMAND)

    def by(self, route: Route) -> Actor:
        """The same person by another route."""
        return replace(self, route=route)


SYSTEM = Actor(route=Route.JOB)


def memberships(user: User | None, at: datetime.datetime) -> list[Membership]:
    """The memberships that give `user` rights at that moment: open, begun, not past, organisation valid."""
    from django.utils import timezone

    from innodex.portal.people.models import Membership

    if user is None or not user.is_active:
        return []
    day = timezone.localdate(at)
    current = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    valid = Q(organisation__valid_to__isnull=True) | Q(organisation__valid_to__gte=day)
    return list(
        Membership.objects.filter(
            current,
            valid,
            user=user,
            ended_at__isnull=True,
            valid_from__lte=day,
            organisation__valid_from__lte=day,
        ).select_related("organisation")
    )
