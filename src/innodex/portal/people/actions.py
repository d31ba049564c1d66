"""What is done to accounts, organisations, memberships and links. Each is one transaction with its event."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.utils import timezone

from innodex import territory
from innodex.documents import languages, sha256
from innodex.portal.people.actor import Actor
from innodex.portal.people.gate import Act, acting
from innodex.portal.people.models import Invitation, Membership, Organisation, PasswordLink, User
from innodex.portal.people.permissions import ROLES_OF, Kind, Role
from innodex.portal.people.queries import (
    account_of,
    keep_apart,
    open_invitations,
    remaining_administrators,
    standing,
    unit_taken,
)
from innodex.portal.people.refused import Refused

INVITATION_LASTS = datetime.timedelta(days=14)
# Addresses beside those of organisations.
RESERVED = frozenset({"new", "departments"})
PASSWORD_LINK_LASTS = datetime.timedelta(days=2)


# ---- organisations


def found(
    *, email: str, name: str, password: str, organisation: Mapping[str, Any], by: Actor, at: datetime.datetime
) -> User:
    """The first organisation and its administrator; `organisation` holds code, name and kind. Once only."""
    with acting("people.found", by=by, at=at) as act:
        act.require(not User.objects.exists(), "already-founded")
        day = timezone.localdate(at)
        body = _organisation(act, **organisation, scheme="", unit="", valid_from=day)
        act.require(Role.SYSADMIN in ROLES_OF[Kind(body.kind)], "role-not-of-kind")
        user = _account(act, email=email, name=name, password=password, language=languages_first())
        act.create(Membership, user=user, organisation=body, role=Role.SYSADMIN.value, valid_from=day)
        act.subject = user
    return user


def create_organisation(
    *,
    code: str,
    name: Mapping[str, str],
    kind: str,
    scheme: str = "",
    unit: str = "",
    valid_from: datetime.date,
    by: Actor,
    at: datetime.datetime,
) -> Organisation:
    """A body that people can be invited to; a department names its unit and the unit's scheme."""
    with acting("people.create_organisation", by=by, at=at) as act:
        body = _organisation(
            act, code=code, name=name, kind=kind, scheme=scheme, unit=unit, valid_from=valid_from
        )
        act.subject = body
    return body


def create_departments(
    *, scheme: str, valid_from: datetime.date, pattern: Mapping[str, str], by: Actor, at: datetime.datetime
) -> list[Organisation]:
    """One department for every unit of a territory that has none on that day.

    `pattern` gives the name by language, `{unit}` standing for the unit's own.
    """
    with acting("people.create_departments", by=by, at=at) as act:
        act.require(scheme in territory.builtins(), "unknown-territory", scheme=scheme)
        act.require(pattern and all("{unit}" in words for words in pattern.values()), "pattern-without-unit")
        made = [
            _organisation(
                act,
                code=f"{scheme}-{unit.code}".lower(),
                name={lang: words.replace("{unit}", unit.name.get(lang)) for lang, words in pattern.items()},
                kind=Kind.DEPARTMENT.value,
                scheme=scheme,
                unit=unit.code,
                valid_from=valid_from,
            )
            for unit in territory.builtin(scheme).units
            if _valid_on(unit, valid_from) and not unit_taken(scheme, unit.code, valid_from)
        ]
        act.require(made, "no-unit-without-department")
    return made


def end_organisation(
    *, organisation: Organisation, valid_to: datetime.date, by: Actor, at: datetime.datetime
) -> Organisation:
    """The last day on which an organisation gives rights. It is never removed."""
    with acting("people.end_organisation", on=organisation, by=by, at=at) as act:
        act.require(valid_to >= organisation.valid_from, "ends-before-it-begins", day=organisation.valid_from)
        if organisation.memberships.filter(role=Role.SYSADMIN, ended_at__isnull=True).exists():
            others = remaining_administrators(at, without_organisation=organisation)
            act.require(others, "last-administrator")
        act.set(organisation, valid_to=valid_to)
        for link in open_invitations(organisation=organisation):
            act.set(link, state=Invitation.State.REVOKED)
        if valid_to < timezone.localdate(at):
            for user in User.objects.filter(memberships__organisation=organisation).distinct():
                _end_sessions(act, user)
    return organisation


# ---- invitations and memberships


def invite(
    *,
    organisation: Organisation,
    email: str,
    name: str,
    role: str,
    member_until: datetime.date | None = None,
    by: Actor,
    at: datetime.datetime,
) -> tuple[Invitation, str]:
    """An invitation to a role, and the token of its link, which is never shown again.

    An open invitation of the same person to the same role ends: the link that is sent again replaces it.
    """
    email = email.strip().lower()
    token = secrets.token_urlsafe(32)
    with acting("people.invite", on=organisation, by=by, at=at) as act:
        _require_address(act, email)
        act.require(name.strip(), "no-name")
        act.require(role in ROLES_OF[Kind(organisation.kind)], "role-not-of-kind")
        day = timezone.localdate(at)
        act.require(organisation.valid_to is None or day <= organisation.valid_to, "organisation-ended")
        act.require(member_until is None or member_until >= day, "ends-in-the-past")
        user = account_of(email)
        if user is not None:
            act.require(user.is_active, "account-closed")
            _require_place(act, user, organisation, role)
        for earlier in open_invitations(organisation=organisation, email=email, role=role):
            act.set(earlier, state=Invitation.State.REVOKED)
        link = act.create(
            Invitation,
            email=email,
            name=name.strip()[:200],
            organisation=organisation,
            role=str(role),
            member_until=member_until,
            token_digest=sha256(token.encode()),
            invited_by=by.user,
            invited_at=at,
            expires_at=at + INVITATION_LASTS,
        )
        act.subject = link
    return link, token


def revoke_invitation(*, invitation: Invitation, by: Actor, at: datetime.datetime) -> Invitation:
    """The link no longer leads anywhere."""
    with acting("people.revoke_invitation", on=invitation, by=by, at=at) as act:
        act.set(invitation, state=Invitation.State.REVOKED)
    return invitation


def accept_invitation(
    *, token: str, password: str = "", name: str = "", language: str = "", by: Actor, at: datetime.datetime
) -> User:
    """The account with its new membership.

    Who has no account yet makes one with a password; who has one is signed in to it and gives none. A link
    that nobody made is refused without an event: it concerns nothing.
    """
    link = _link(Invitation, token)
    with acting("people.accept_invitation", on=link, by=by, at=at) as act:
        user = _invited(act, link, password, name, language)
        act.by = replace(by, user=user)
        day = timezone.localdate(at)
        act.require(
            link.organisation.valid_to is None or day <= link.organisation.valid_to, "organisation-ended"
        )
        act.require(link.role in ROLES_OF[Kind(link.organisation.kind)], "role-not-of-kind")
        _require_place(act, user, link.organisation, link.role)
        for run_out in user.memberships.filter(
            organisation=link.organisation, role=link.role, ended_at__isnull=True
        ):
            act.set(run_out, ended_at=at)
        act.create(
            Membership,
            user=user,
            organisation=link.organisation,
            role=link.role,
            valid_from=day,
            valid_to=link.member_until,
        )
        act.set(link, state=Invitation.State.ACCEPTED, accepted_by=user)
    return user


def end_membership(*, membership: Membership, reason: str, by: Actor, at: datetime.datetime) -> Membership:
    """The role ends now, and with it the person's sessions."""
    with acting("people.end_membership", on=membership, by=by, at=at, reason=reason) as act:
        act.require(reason.strip(), "no-reason")
        act.require(membership.ended_at is None, "membership-ended")
        if membership.role == Role.SYSADMIN:
            act.require(remaining_administrators(at, without_membership=membership), "last-administrator")
        act.set(membership, ended_at=at)
        _end_sessions(act, membership.user)
    return membership


def close_account(*, user: User, reason: str, by: Actor, at: datetime.datetime) -> User:
    """Nobody signs in with it any more; its roles, links and sessions end now. What the person did stays."""
    with acting("people.close_account", on=user, by=by, at=at, reason=reason) as act:
        act.require(reason.strip(), "no-reason")
        act.require(user.is_active, "account-closed")
        if any(one.role == Role.SYSADMIN for one in standing(user, at)):
            act.require(remaining_administrators(at, without_user=user), "last-administrator")
        for membership in user.memberships.filter(ended_at__isnull=True):
            act.set(membership, ended_at=at)
        for invitation in open_invitations(email=user.email):
            act.set(invitation, state=Invitation.State.REVOKED)
        _revoke_password_links(act, user)
        act.set(user, is_active=False, closed_at=at, log_ins=user.log_ins + 1)
    return user


# ---- passwords and preferences


def link_password(*, user: User, by: Actor, at: datetime.datetime) -> tuple[PasswordLink, str]:
    """A link to set a new password, and its token, which is never shown again; earlier links end."""
    token = secrets.token_urlsafe(32)
    with acting("people.link_password", on=user, by=by, at=at) as act:
        act.require(user.is_active, "account-closed")
        _revoke_password_links(act, user)
        link = act.create(
            PasswordLink,
            user=user,
            token_digest=sha256(token.encode()),
            made_at=at,
            expires_at=at + PASSWORD_LINK_LASTS,
        )
    return link, token


def set_password(*, token: str, password: str, by: Actor, at: datetime.datetime) -> User:
    """A new password by link. Every session of the account ends; one-time codes stay as they are."""
    link = _link(PasswordLink, token)
    with acting("people.set_password", on=link, by=by, at=at) as act:
        user = link.user
        act.require(user.is_active, "account-closed")
        act.set(user, password=_hashed(password, user))
        act.set(link, state=PasswordLink.State.USED)
    return user


def change_password(*, user: User, password: str, by: Actor, at: datetime.datetime) -> User:
    """A new password, set by its owner."""
    with acting("people.change_password", on=user, by=by, at=at) as act:
        act.set(user, password=_hashed(password, user))
        _revoke_password_links(act, user)
    return user


def change_language(*, user: User, language: str, by: Actor, at: datetime.datetime) -> User:
    """The language that the portal speaks to the person."""
    with acting("people.change_language", on=user, by=by, at=at) as act:
        act.require(language in languages(), "unknown-language")
        act.set(user, language=language)
    return user


# ---- the log


def export_log(*, reason: str, digest: str, by: Actor, at: datetime.datetime) -> None:
    """The event of an export of the log; `digest` is that of the file."""
    with acting("people.export_log", by=by, at=at, reason=reason) as act:
        act.require(reason.strip(), "no-reason")
        act.digest = digest


def read_drafts(*, reason: str, by: Actor, at: datetime.datetime) -> None:
    """The event by which an auditor opens what localities have not sent."""
    with acting("people.read_drafts", by=by, at=at, reason=reason) as act:
        act.require(reason.strip(), "no-reason")


# ---- parts


def languages_first() -> str:
    """The language of an account made without a page: that of the home folder."""
    from django.conf import settings

    return settings.LANGUAGE_CODE if settings.LANGUAGE_CODE in languages() else languages()[0]


def _organisation(
    act: Act,
    *,
    code: str,
    name: Mapping[str, str],
    kind: str,
    scheme: str,
    unit: str,
    valid_from: datetime.date,
) -> Organisation:
    name = {lang: words.strip() for lang, words in name.items() if words.strip()}
    act.require(kind in list(Kind), "unknown-kind")
    act.require(name and set(name) <= set(languages()), "no-name")
    act.require(_is_slug(code), "bad-code")
    act.require(not Organisation.objects.filter(code__iexact=code).exists(), "code-taken", code=code)
    if kind == Kind.DEPARTMENT:
        act.require(scheme and unit, "department-without-unit")
        known = territory.builtin(scheme).by_code if scheme in territory.builtins() else {unit: None}
        act.require(unit in known, "unknown-unit", unit=unit, scheme=scheme)
        act.require(not unit_taken(scheme, unit, valid_from), "unit-taken", unit=unit)
    else:
        act.require(not scheme and not unit, "unit-without-department")
    return act.create(
        Organisation, code=code, name=name, kind=str(kind), scheme=scheme, unit=unit, valid_from=valid_from
    )


def _valid_on(unit: territory.Unit, day: datetime.date) -> bool:
    """True on the days of the unit's validity, which are written as text."""
    return (unit.valid_from or "") <= day.isoformat() <= (unit.valid_to or "9999-12-31")


def _is_slug(code: str) -> bool:
    try:
        validate_slug(code)
    except ValidationError:
        return False
    return len(code) <= 60 and code.casefold() not in RESERVED


def _require_address(act: Act, email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        act.require(False, "bad-address", email=email)


def _require_place(act: Act, user: User, organisation: Organisation, role: str) -> None:
    """The person does not hold the role yet, and none that must stay with somebody else."""
    held = standing(user, act.at)
    same = [one for one in held if (one.organisation_id, one.role) == (organisation.pk, role)]
    act.require(not same, "already-member")
    apart = keep_apart(held, organisation, role)
    act.require(not apart, f"apart-{apart}")


def _account(act: Act, *, email: str, name: str, password: str, language: str) -> User:
    email = email.strip().lower()
    _require_address(act, email)
    act.require(name.strip(), "no-name")
    act.require(account_of(email) is None, "address-taken", email=email)
    name = name.strip()[:200]
    return act.create(
        User,
        email=email,
        name=name,
        password=_hashed(password, User(email=email, name=name)),
        language=language,
        joined_at=act.at,
    )


def _invited(act: Act, link: Invitation, password: str, name: str, language: str) -> User:
    """The account that the invitation is for: the one signed in to, or a new one."""
    user = account_of(link.email)
    signed_in = act.by.user
    if user is None:
        act.require(signed_in is None, "other-account", email=link.email)
        language = language if language in languages() else languages_first()
        return _account(act, email=link.email, name=name or link.name, password=password, language=language)
    act.require(user.is_active, "account-closed")
    act.require(signed_in is not None, "log-in-first", email=link.email)
    act.require(signed_in == user, "other-account", email=link.email)
    return user


def _hashed(password: str, user: User) -> str:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused("weak-password", why=" ".join(error.messages)) from error
    return make_password(password)


def _link(model: type[Invitation] | type[PasswordLink], token: str) -> Any:
    link = model.objects.filter(token_digest=sha256(token.encode())).first()
    if link is None:
        refused = Refused("unknown-link")
        refused.app = "people"
        raise refused
    return link


def _revoke_password_links(act: Act, user: User) -> None:
    for link in user.password_links.filter(state=PasswordLink.State.OPEN):
        act.set(link, state=PasswordLink.State.REVOKED)


def _end_sessions(act: Act, user: User) -> None:
    act.set(user, log_ins=user.log_ins + 1)
