"""What is read of people, organisations and the log; each private thing has one door."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from innodex.documents import sha256
from innodex.portal.people.actor import memberships
from innodex.portal.people.models import (
    ACCOUNTS,
    Event,
    Invitation,
    Membership,
    Organisation,
    PasswordLink,
    User,
)
from innodex.portal.people.permissions import Role

# Who appraises does not approve; who enters does not send.
REVIEWERS = frozenset({Role.R_REVIEW.value, Role.R_LEAD.value})
SENDERS = frozenset({Role.P_ENTRY.value, Role.P_LEAD.value})
# Acts on a round that hold the reasons for each locality: for those who propose, decide and audit.
REASONED = frozenset({"rounds.propose_selection", "rounds.decide_selection"})
STAFF = (Role.R_REVIEW, Role.R_LEAD, Role.M_APPROVE, Role.I_ANALYST)


# ---- for the guards of actions


def account_of(email: str) -> User | None:
    """The account with this address, however it is capitalised."""
    return User.objects.filter(email__iexact=email.strip()).first()


def standing(user: User, at: datetime.datetime) -> list[Membership]:
    """The memberships that give rights now or will: not ended, not run out, of organisations that stand."""
    day = timezone.localdate(at)
    current = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    valid = Q(organisation__valid_to__isnull=True) | Q(organisation__valid_to__gte=day)
    found = user.memberships.filter(current, valid, ended_at__isnull=True)
    return list(found.select_related("organisation"))


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


# ---- organisations and people


def oversees(user: User, at: datetime.datetime) -> bool:
    """True for who may read of every organisation and person: administrators and auditors."""
    return any(one.role in (Role.SYSADMIN, Role.AUDITOR) for one in memberships(user, at))


def own_organisations(user: User, at: datetime.datetime) -> list[Organisation]:
    """The organisations that the person acts for now."""
    return list({one.organisation_id: one.organisation for one in memberships(user, at)}.values())


def organisations_for(user: User, at: datetime.datetime) -> QuerySet[Organisation]:
    """The organisations whose people the person may see: every one, or only the own."""
    if oversees(user, at):
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in=[one.pk for one in own_organisations(user, at)])


def get_organisation(*, for_: User, code: str, at: datetime.datetime) -> Organisation:
    """One of them. Raises Http404."""
    return get_object_or_404(organisations_for(for_, at), code=code)


def people_for(user: User, at: datetime.datetime) -> QuerySet[User]:
    """The accounts that the person may see: every one, or those of the own organisations."""
    if oversees(user, at):
        return User.objects.all()
    return User.objects.filter(memberships__organisation__in=own_organisations(user, at)).distinct()


def get_person(*, for_: User, pk: int, at: datetime.datetime) -> User:
    """One of them. Raises Http404."""
    return get_object_or_404(people_for(for_, at), pk=pk)


def get_membership(*, for_: User, pk: int, at: datetime.datetime) -> Membership:
    """A membership of an organisation that the person may see. Raises Http404."""
    found = Membership.objects.select_related("organisation", "user")
    return get_object_or_404(found, pk=pk, organisation__in=organisations_for(for_, at))


def get_invitation(*, for_: User, pk: int, at: datetime.datetime) -> Invitation:
    """An invitation of an organisation that the person may see. Raises Http404."""
    found = Invitation.objects.select_related("organisation")
    return get_object_or_404(found, pk=pk, organisation__in=organisations_for(for_, at))


def by_link(model: type[Invitation] | type[PasswordLink], token: str) -> Any:
    """The invitation or password link that the token of an address belongs to. Raises Http404."""
    return get_object_or_404(model, token_digest=sha256(token.encode()))


def may_see_membership(user: User, membership: Membership, at: datetime.datetime) -> bool:
    """Roles in an organisation are seen inside it, by administrators and by auditors; and one's own."""
    if membership.user_id == user.pk or oversees(user, at):
        return True
    return membership.organisation_id in [one.pk for one in own_organisations(user, at)]


def with_counts(found: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Organisations with `people`, the number of persons in them, and `links`, that of open invitations."""
    inside = Q(memberships__ended_at__isnull=True)
    return found.annotate(
        people=Count("memberships__user", filter=inside, distinct=True),
        links=Count("invitations", filter=Q(invitations__state=Invitation.State.OPEN), distinct=True),
    )


# ---- the log


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the log, and what of it."""

    organisations: frozenset[int]
    roles: frozenset[str]
    drafts: bool = False  # an auditor who has given a reason

    @property
    def audits(self) -> bool:
        """True for an auditor."""
        return Role.AUDITOR in self.roles

    def events(self) -> QuerySet[Event]:
        """The events that may be seen, the newest first."""
        found = Event.objects.select_related("chain", "actor", "owner").order_by("-pk")
        if self.audits:
            return found
        seen = Q(owner__in=self.organisations)
        if Role.SYSADMIN in self.roles:
            seen |= Q(chain__key=ACCOUNTS)
        if self.roles & set(STAFF):
            seen |= ~Q(chain__key=ACCOUNTS)
        return found.filter(seen)

    def sees_content(self, event: Event) -> bool:
        """True when values and reasons of the event may be read, not only that it happened.

        What is done inside a locality stays there: the rest sees that something was done, never what was
        written. A reviewer sees decisions of the localities assigned on their own pages, not here.
        """
        if event.action in REASONED and not self.roles & {Role.R_LEAD, Role.M_APPROVE, Role.AUDITOR}:
            return False
        if event.owner_id is None or event.owner_id in self.organisations:
            return True
        if event.chain.key == ACCOUNTS:
            return self.audits or Role.SYSADMIN in self.roles
        by_staff = event.role in set(STAFF)
        if self.audits:
            return self.drafts or by_staff
        return by_staff and bool(self.roles & {Role.R_LEAD, Role.M_APPROVE})


def reader(user: User, at: datetime.datetime, *, drafts: bool = False) -> Reader:
    """What the person may read of the log now.

    Only entry and lead roles see the history of their organisation; the academy's people are no party to it.
    """
    held = memberships(user, at)
    return Reader(
        organisations=frozenset(one.organisation_id for one in held if one.role in SENDERS),
        roles=frozenset(one.role for one in held),
        drafts=drafts,
    )


def reads_log(user: User, at: datetime.datetime) -> bool:
    """True when the person may read some of the log: everyone with a role."""
    return bool(memberships(user, at))
