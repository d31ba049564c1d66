"""Users, organisations, memberships, links, and the log."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from innodex.portal.people.permissions import Kind, Role

ACCOUNTS = "accounts"


class Logged(models.Model):
    """A row that only the gate writes; every change of it stands in the log.

    `unlogged` are the fields whose content never enters the log (secrets, whole documents).
    """

    unlogged: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def chain_key(self) -> str:
        """The chain of events that this row belongs to."""
        return ACCOUNTS

    def owner_id(self) -> int | None:
        """The organisation that this row belongs to, if one."""
        return None

    def is_assigned(self, user: Any) -> bool:
        """True when the person has been assigned to this row."""
        return False

    def phases(self) -> frozenset[str]:
        """The phases that are open now in the round of this row."""
        return frozenset()

    def deadline(self, action: str) -> datetime.datetime | None:
        """The last moment for `action`, or None for no end."""
        return None


class Organisation(Logged):
    """A body that people act for. A department stands for one locality: `unit` of a territory `scheme`."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.JSONField()  # {"vi": …, "en": …}
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Kind])
    scheme = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("kind", "code")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="organisation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=(Q(kind="department") & ~Q(unit="")) | (~Q(kind="department") & Q(unit="")),
                name="departments_alone_have_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="organisation_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(unit="", scheme="") | ~Q(unit="") & ~Q(scheme=""), name="a_unit_has_a_scheme"
            ),
        )

    def __str__(self) -> str:
        return self.code

    def owner_id(self) -> int | None:
        """Itself."""
        return self.pk

    def is_valid_on(self, day: datetime.date) -> bool:
        """True on the days from `valid_from` to `valid_to`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class UserManager(BaseUserManager):
    """Finds people by e-mail address."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with this address, however it is capitalised."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, Logged):
    """A person. Rights come from memberships, never from the account itself."""

    unlogged = frozenset({"password", "last_login"})

    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=8, default="vi")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # Raised to end every session of the person at once.
    log_ins = models.PositiveIntegerField(default=0)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("email",)
        constraints = (
            models.CheckConstraint(
                condition=Q(is_active=True, closed_at__isnull=True)
                | Q(is_active=False, closed_at__isnull=False),
                name="closed_accounts_are_inactive",
            ),
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
        )

    def __str__(self) -> str:
        return self.name or self.email

    # Django's admin is not installed; these keep log-in pages that ask for them content.
    is_staff = False
    is_superuser = False

    def get_full_name(self) -> str:
        """The person's name."""
        return self.name

    def owner_id(self) -> int | None:
        """The one organisation that the person acts for; None for several: none rules over another's."""
        found = self.memberships.filter(ended_at__isnull=True).values_list("organisation_id", flat=True)
        several = set(found)
        return several.pop() if len(several) == 1 else None

    def get_session_auth_hash(self) -> str:
        """What a session must agree with: it ends with another password and with `log_ins` raised."""
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under earlier secrets of the server."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | None) -> str:
        words = f"{self.password}\n{self.log_ins}"
        return salted_hmac("innodex.people.session", words, secret=secret, algorithm="sha256").hexdigest()


class Membership(Logged):
    """A role of a person in an organisation, with dates."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # the last day, included
    ended_at = models.DateTimeField(null=True, blank=True)  # at once, whatever the dates say

    class Meta:
        ordering = ("organisation__code", "role", "user__email")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "organisation", "role"),
                condition=Q(ended_at__isnull=True),
                name="one_open_membership",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="membership_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}@{self.organisation_id}"

    def owner_id(self) -> int | None:
        """The organisation."""
        return self.organisation_id


class Invitation(Logged):
    """A link by which a person makes an account, or joins with the one they have. Only its digest is kept."""

    class State(models.TextChoices):
        """Where the link stands."""

        OPEN = "open"
        ACCEPTED = "accepted"
        REVOKED = "revoked"

    unlogged = frozenset({"token_digest"})

    email = models.EmailField()
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=20)
    member_until = models.DateField(null=True, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-invited_at", "-pk")

    def owner_id(self) -> int | None:
        """The organisation."""
        return self.organisation_id

    def deadline(self, action: str) -> datetime.datetime | None:
        """When the link expires."""
        return self.expires_at


class PasswordLink(Logged):
    """A link by which a person sets a new password. Only its digest is kept."""

    class State(models.TextChoices):
        """Where the link stands."""

        OPEN = "open"
        USED = "used"
        REVOKED = "revoked"

    unlogged = frozenset({"token_digest"})

    user = models.ForeignKey(User, models.PROTECT, related_name="password_links")
    token_digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def owner_id(self) -> int | None:
        """The person's organisation."""
        return self.user.owner_id()

    def deadline(self, action: str) -> datetime.datetime | None:
        """When the link expires."""
        return self.expires_at


class Chain(models.Model):
    """A chain of events: one for the accounts, one for each round. `head` is the hash of its last event."""

    key = models.CharField(max_length=60, unique=True)
    length = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, default="", blank=True)

    def __str__(self) -> str:
        return self.key


class Event(models.Model):
    """One act, or one refused attempt. Append-only: the database itself refuses changes."""

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="events")
    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, blank=True)
    organisation = models.CharField(max_length=60, blank=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, blank=True)  # app.model:pk
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+"
    )  # whose history it is
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    changes = models.JSONField(default=list)  # [[model, pk, {field: [before, after]}], …]
    reason = models.TextField(blank=True)
    refused = models.CharField(max_length=60, blank=True)
    route = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("chain", "sequence"), name="event_sequence_unique"),)
        indexes = (
            models.Index(fields=("subject",), name="event_subject"),
            models.Index(fields=("owner", "chain"), name="event_owner"),
        )

    def __str__(self) -> str:
        return f"{self.chain_id}/{self.sequence} {self.action}"


class Once(models.Model):
    """A request that has been carried out, so that its repetition does nothing."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    action = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="request_once"),)
