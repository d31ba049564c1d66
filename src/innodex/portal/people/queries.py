"""What is read of people, organisations and the log; each private thing has one door."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from innodex.portal.people.models import (
    Invitation,
    Membership,
    Organisation,
    User,
)
from innodex.portal.people.permissions import Role

# Who appraises does not approve; who enters does not send.
REVIEWERS = frozenset({Role.R_REVIEW.value, Role.R_LEAD.value})
SENDERS = frozenset({Role.P_ENTRY.value, Role.P_LEAD.value})
STAFF = (Role.R_REVIEW, Role.R_LEAD, Role.M_APPROVE, Role.I_ANALYST)


# ---- for the guards of actions


def account_of(email: str) -> User | None:
    """The account with this address, however it is capitalised."""
    return User.objects.filter(email__iexact=email.strip()).first()


def members_on(user: User) -> list[Membership]:
    """The memberships that have not been ended, also those not begun or run out."""
    return list(user.memberships.filter(ended_at__isnull=True).select_related("organisation"))


def keep_apart(held: Iterable[Membership], organisation: Organisation, role: str) -> str:
    """Which rule forbids the role beside those held: `entry-lead`, `review-approve`, or none."""
    roles = {one.role for one in held}
    here = {one.role for one in held if one.organisation_id == organisation.pk}
    if role in SENDERS and here & (SENDERS - {role}):
        return "entry-lead"
    if (role in REVIEWERS and Role.M_APPROVE in roles) or (role == Role.M_APPROVE and roles & REVIEWERS):
        return "review-approve"
    return ""


def open_invitations(
    *, organisation: Organisation | None = None, email: str = "", role: str = ""
) -> QuerySet[Invitation]:
    """Links that still lead somewhere, or have only run out."""
    found = Invitation.objects.filter(state=Invitation.State.OPEN)
    if organisation is not None:
        found = found.filter(organisation=organisation)
    if email:
        found = found.filter(email__iexact=email)
    return found.filter(role=role) if role else found


def remaining_administrators(
    at: datetime.datetime,
    *,
    without_user: User | None = None,
    without_membership: Membership | None = None,
    without_organisation: Organisation | None = None,
) -> bool:
    """True when somebody is left who administers accounts now and has no last day."""
    day = timezone.localdate(at)
    found = Membership.objects.filter(
        role=Role.SYSADMIN.value,
        ended_at__isnull=True,
        valid_from__lte=day,
        valid_to__isnull=True,
        user__is_active=True,
        organisation__valid_from__lte=day,
        organisation__valid_to__isnull=True,
    )
    if without_user is not None:
        found = found.exclude(user=without_user)
    if without_membership is not None:
        found = found.exclude(pk=without_membership.pk)
    if without_organisation is not None:
        found = found.exclude(organisation=without_organisation)
    return found.exists()


def unit_taken(scheme: str, unit: str, day: datetime.date) -> bool:
    """True when a department stands for the unit on that day or later."""
    later = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    return Organisation.objects.filter(later, scheme=scheme, unit=unit).exists()
