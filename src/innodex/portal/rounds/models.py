"""Rounds, their versions and localities, stored files, the handover, registrations and the selection."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from innodex.portal.people import clock
from innodex.portal.people.models import Logged, Organisation

PERSON = settings.AUTH_USER_MODEL


class Phase(models.TextChoices):
    """The main line of a round. Call and selection run beside it (see `Round.phases`)."""

    DRAFT = "draft"
    CONSULTATION = "consultation"
    ADOPTED = "adopted"
    COLLECTION = "collection"
    APPRAISAL = "appraisal"
    FROZEN = "frozen"
    COMPUTED = "computed"
    PUBLISHED = "published"
    CLOSED = "closed"


class Round(Logged):
    """One run of the process: a framework, a set of localities, a calendar."""

    class Kind(models.TextChoices):
        """A pilot chooses its localities; a national round has all of them."""

        PILOT = "pilot"
        NATIONAL = "national"

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.JSONField()  # {"vi": …, "en": …}
    scheme = models.CharField(max_length=60)  # the territory's name
    reference_date = models.DateField()  # on which the units of the scheme are taken
    period = models.CharField(max_length=20)  # the period of the figures asked for
    quota = models.PositiveIntegerField(null=True, blank=True)
    synthetic = models.BooleanField(default=False)
    phase = models.CharField(max_length=20, choices=Phase.choices, default=Phase.DRAFT)
    guide = models.JSONField(default=dict, blank=True)  # guide of questions of the consultation {vi, en}
    selection_decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (models.CheckConstraint(condition=Q(phase__in=Phase.values), name="round_phase_known"),)

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> dict[str, str]:
        """The title {vi, en}."""
        return self.title

    @property
    def state(self) -> str:
        """The phase of the main line."""
        return self.phase

    def chain_key(self) -> str:
        """A chain for each round."""
        return f"round:{self.pk}"

    def window(self, name: str) -> Window | None:
        """The window `call`, `consultation` or `collection`; None where none is set."""
        return self.windows.filter(name=name).first()

    def phases(self) -> frozenset[str]:
        """The phase of the main line, and `call` and `selection` while they are open beside it."""
        open_now = {str(self.phase)}
        call = self.window("call")
        if call is not None and call.opened_at is not None:
            if call.closed_at is None:
                open_now.add("call")
            if self.selection_decided_at is None:
                open_now.add("selection")
        return frozenset(open_now)


class OfRound(Logged):
    """A row of a round's chain; subclasses have `round`, or override `round_of`."""

    class Meta:
        abstract = True

    def round_of(self) -> Round:
        """The round this belongs to."""
        return self.round

    def chain_key(self) -> str:
        """The round's chain."""
        return self.round_of().chain_key()

    def phases(self) -> frozenset[str]:
        """The open phases of the round."""
        return self.round_of().phases()


class Window(OfRound):
    """When something opens, is due (soft) and closes (hard); and when it really opened and closed."""

    class Name(models.TextChoices):
        """What the window is of."""

        CALL = "call"
        CONSULTATION = "consultation"
        COLLECTION = "collection"

    round = models.ForeignKey(Round, models.PROTECT, related_name="windows")
    name = models.CharField(max_length=20, choices=Name.choices)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("opens_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("round", "name"), name="one_window_of_a_name"),
            models.CheckConstraint(
                condition=Q(opens_at__lt=models.F("due_at")) & Q(due_at__lte=models.F("closes_at")),
                name="window_in_order",
            ),
        )


class Version(OfRound):
    """One version of the round's index folder: framework, series, sheets, recipe, territory. Immutable."""

    class State(models.TextChoices):
        """A draft, or the one adopted."""

        DRAFT = "draft"
        ADOPTED = "adopted"

    unlogged = frozenset({"files"})

    round = models.ForeignKey(Round, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    files = models.JSONField(default=dict)  # {path in the folder: text}
    digest = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    decision_number = models.CharField(max_length=100, blank=True)
    decision_date = models.DateField(null=True, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("round", "number")
        constraints = (
            models.UniqueConstraint(fields=("round", "number"), name="version_number_unique"),
            models.UniqueConstraint(
                fields=("round",), condition=Q(state="adopted"), name="one_adopted_version"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", adopted_at__isnull=True)
                | (
                    Q(state="adopted", adopted_at__isnull=False, decision_date__isnull=False)
                    & ~Q(decision_number="")
                ),
                name="adoption_is_a_decision",
            ),
        )


class Locality(OfRound):
    """A unit of the territory that the round is about; there from the start, so that silence is visible."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="localities")
    unit = models.CharField(max_length=60)
    name = models.JSONField()
    kind = models.CharField(max_length=60, blank=True)
    region = models.JSONField(default=dict, blank=True)  # {vi, en}
    position = models.PositiveIntegerField()  # in the order of names

    class Meta:
        ordering = ("round", "position")
        constraints = (models.UniqueConstraint(fields=("round", "unit"), name="locality_unique"),)

    @property
    def organisation(self) -> Organisation | None:
        """The department of the unit on the round's reference date or later; None until it is entered.

        Where one has taken the place of another meanwhile, it is the one that stands today.
        """
        held = Organisation.objects.filter(kind="department", scheme=self.round.scheme, unit=self.unit)
        found = list(held.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=self.round.reference_date)))
        today = timezone.localdate(clock.now())
        return next((one for one in found if one.is_valid_on(today)), found[0] if found else None)

    def owner_id(self) -> int | None:
        """The department."""
        held = self.organisation
        return held.pk if held is not None else None


class StoredFile(OfRound):
    """A file taken in: stored by digest outside the web root; the user's file name is data."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="files")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=10)  # pdf, docx, xlsx, png, jpeg
    scan = models.CharField(max_length=20, default="not_scanned")
    stored_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    stored_at = models.DateTimeField()

    def owner_id(self) -> int | None:
        """The organisation that brought it."""
        return self.organisation_id


class Handed(OfRound):
    """What is drafted inside an organisation and sent by its leader: registration, contribution, submission.

    `revision` rises with every change of the draft; `snapshots` counts the numbered copies that were sent.
    """

    revision = models.PositiveIntegerField(default=0)
    requested_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    requested_at = models.DateTimeField(null=True, blank=True)
    sent_back_reason = models.TextField(blank=True)
    snapshots = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class Snapshot(OfRound):
    """The immutable, numbered copy of what was sent, with its digest: what is receipted and read."""

    unlogged = frozenset({"content"})

    round = models.ForeignKey(Round, models.PROTECT, related_name="sent")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # registration | contribution | submission | appraised
    subject_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    content = models.TextField()  # canonical JSON
    digest = models.CharField(max_length=64)
    requested_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    sent_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    late = models.BooleanField(default=False)
    chain_head = models.CharField(max_length=64, blank=True)  # of the round's log when it was sent

    class Meta:
        ordering = ("round", "kind", "subject_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("kind", "subject_id", "number"), name="snapshot_number_unique"),
        )

    def owner_id(self) -> int | None:
        """The organisation that sent it."""
        return self.organisation_id


class Registration(Handed):
    """A locality's answer to the call; one each, made when the round is made."""

    class State(models.TextChoices):
        """From silence to the locality's confirmation."""

        NOT_ANSWERED = "not_answered"
        DRAFTING = "drafting"
        IN_CLEARANCE = "in_clearance"
        SENT = "sent"
        DECLINED = "declined"
        RETURNED = "returned"
        PROPOSED = "proposed"
        SELECTED = "selected"
        CONFIRMED = "confirmed"
        REFUSED = "refused"
        NOT_SELECTED = "not_selected"

    locality = models.OneToOneField(Locality, models.PROTECT, related_name="registration")
    state = models.CharField(max_length=20, choices=State.choices, default=State.NOT_ANSWERED)
    # {answer: join|decline, decline_reason, focal: {...}, readiness: {series: {...}}, advantages: [...],
    #  difficulties: [...], proposals: [...], support: {...}}
    content = models.JSONField(default=dict)
    letter = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.TextField(blank=True)
    selection_reason = models.TextField(
        blank=True
    )  # the locality's own; written by the academy, final with the decision
    refusal_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("locality__position",)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "not_answered",
                        "drafting",
                        "in_clearance",
                        "sent",
                        "declined",
                        "returned",
                        "proposed",
                        "selected",
                        "confirmed",
                        "refused",
                        "not_selected",
                    ]
                ),
                name="registration_state_known",
            ),
        )

    def round_of(self) -> Round:
        """The locality's round."""
        return self.locality.round

    def owner_id(self) -> int | None:
        """The locality's department."""
        return self.locality.owner_id()

    def deadline(self, action: str) -> datetime.datetime | None:
        """The hard close of the call."""
        call = self.round_of().window("call")
        return call.closes_at if call is not None else None


class SelectionDecision(OfRound):
    """The ministry's decision on the localities of a pilot."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="selection")
    number = models.CharField(max_length=100)
    date = models.DateField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
