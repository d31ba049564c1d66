"""Submissions, items, evidence and central figures."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from innodex.portal.rounds.models import Handed, Locality, OfRound, Round, StoredFile

PERSON = settings.AUTH_USER_MODEL


class Submission(Handed):
    """The figures of one locality in one round; made when collection opens."""

    class State(models.TextChoices):
        """The states of the collection rules, section 4."""

        NOT_STARTED = "not_started"
        DRAFTING = "drafting"
        IN_CLEARANCE = "in_clearance"
        SUBMITTED = "submitted"
        UNDER_APPRAISAL = "under_appraisal"
        RETURNED = "returned"
        APPRAISED = "appraised"
        APPROVED = "approved"
        LOCKED = "locked"
        NOT_RECEIVED = "not_received"

    locality = models.OneToOneField(Locality, models.PROTECT, related_name="submission")
    state = models.CharField(max_length=20, choices=State.choices, default=State.NOT_STARTED)
    extended_to = models.DateTimeField(null=True, blank=True)  # a later hard close for this locality
    extension_reason = models.TextField(blank=True)
    return_due_at = models.DateTimeField(null=True, blank=True)
    secrets_declared_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    secrets_declared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("locality__position",)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "not_started",
                        "drafting",
                        "in_clearance",
                        "submitted",
                        "under_appraisal",
                        "returned",
                        "appraised",
                        "approved",
                        "locked",
                        "not_received",
                    ]
                ),
                name="submission_state_known",
            ),
        )

    def round_of(self) -> Round:
        """The locality's round."""
        return self.locality.round

    def owner_id(self) -> int | None:
        """The locality's department."""
        return self.locality.owner_id()

    def is_assigned(self, user: Any) -> bool:
        """True for a reviewer of it."""
        return self.assignments.filter(reviewer=user, ended_at__isnull=True).exists()

    @property
    def is_resubmission(self) -> bool:
        """True once it has been sent: then a return date counts, not the close of collection."""
        return self.snapshots > 0

    def deadline(self, action: str) -> datetime.datetime | None:
        """The return date once it has been sent; before, the hard close or the locality's own later one."""
        if self.is_resubmission:
            return self.return_due_at
        window = self.round_of().window("collection")
        if window is None:
            return None
        return max(window.closes_at, self.extended_to) if self.extended_to else window.closes_at


class Assignment(OfRound):
    """A reviewer of a submission."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(PERSON, models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("submission", "reviewer"), condition=Q(ended_at__isnull=True), name="assigned_once"
            ),
        )

    def round_of(self) -> Round:
        """The submission's round."""
        return self.submission.round_of()

    def owner_id(self) -> int | None:
        """The locality's department."""
        return self.submission.owner_id()


class Missing(models.TextChoices):
    """Why there is no figure. Zero is a value; empty is not zero."""

    NOT_ENTERED = "not_entered"
    NOT_AVAILABLE = "not_available"
    NIL = "nil"  # a true zero: nothing happened
    NOT_APPLICABLE = "not_applicable"
    CONFIDENTIAL = "confidential"


class Item(OfRound):
    """One figure (or the points of one rubric criterion) that the locality supplies."""

    class State(models.TextChoices):
        """The states of the collection rules, section 5."""

        EMPTY = "empty"
        ENTERED = "entered"
        READY = "ready"
        SENT = "sent"
        IN_REVIEW = "in_review"
        ACCEPTED = "accepted"
        ADJUSTED = "adjusted"
        NOT_ACCEPTED = "not_accepted"
        NOT_APPLICABLE = "not_applicable"
        RETURN_ASKED = "return_asked"
        OPEN = "open"

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="items")
    series = models.CharField(max_length=60)
    period = models.CharField(max_length=20)
    position = models.PositiveIntegerField()
    maximum = models.CharField(max_length=40, blank=True)  # of a rubric criterion
    last_value = models.CharField(max_length=60, blank=True)  # of the round before, with its period
    last_period = models.CharField(max_length=20, blank=True)
    last_note = models.CharField(max_length=20, blank=True)  # where it comes from, or why there is none
    # what the locality says
    raw = models.TextField(blank=True)  # as typed
    value = models.CharField(max_length=60, blank=True)  # canonical decimal, point, no grouping
    confirmed = models.BooleanField(default=False)  # the reading of an ambiguous figure
    missing = models.CharField(max_length=20, blank=True, choices=Missing.choices)
    explanation = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, choices=State.choices, default=State.EMPTY)
    answered = models.BooleanField(default=False)  # an open item that was changed or explained
    not_supplemented = models.BooleanField(default=False)  # T11: the return date passed
    # what the reviewer says; the reported value above is never overwritten
    decision = models.CharField(max_length=20, blank=True)
    appraised_value = models.CharField(max_length=60, blank=True)
    appraised_missing = models.CharField(max_length=20, blank=True)
    decision_reason = models.TextField(blank=True)
    decision_source = models.TextField(blank=True)
    expected = models.TextField(blank=True)  # of a return: what is expected
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    countersigned_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("submission", "position")
        constraints = (
            models.UniqueConstraint(fields=("submission", "series", "period"), name="item_unique"),
            models.CheckConstraint(condition=Q(value="") | Q(missing=""), name="value_or_missing"),
        )

    def round_of(self) -> Round:
        """The submission's round."""
        return self.submission.round_of()

    def owner_id(self) -> int | None:
        """The locality's department."""
        return self.submission.owner_id()

    def is_assigned(self, user: Any) -> bool:
        """True for a reviewer of its submission."""
        return self.submission.is_assigned(user)


class Evidence(OfRound):
    """A document that proves figures."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    document_number = models.CharField(max_length=100)
    document_date = models.DateField()
    issuer = models.CharField(max_length=255)
    abstract = models.TextField(blank=True)
    added_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def round_of(self) -> Round:
        """The submission's round."""
        return self.submission.round_of()

    def owner_id(self) -> int | None:
        """The locality's department."""
        return self.submission.owner_id()


class EvidenceLink(OfRound):
    """A document cited for an item, with the place in it. Unlinking never deletes."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="links")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="links")
    page = models.CharField(max_length=100)
    linked_at = models.DateTimeField()
    unlinked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def round_of(self) -> Round:
        """The item's round."""
        return self.item.round_of()

    def owner_id(self) -> int | None:
        """The locality's department."""
        return self.item.owner_id()


class CentralImport(OfRound):
    """Figures of central bodies, brought in by one person and confirmed by another."""

    class State(models.TextChoices):
        """Previewed, then confirmed or discarded."""

        PREVIEWED = "previewed"
        CONFIRMED = "confirmed"
        DISCARDED = "discarded"

    round = models.ForeignKey(Round, models.PROTECT, related_name="central_imports")
    number = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    sources = models.JSONField(default=dict)  # {series: {"source": …, "date": "YYYY-MM-DD"}}
    state = models.CharField(max_length=20, choices=State.choices, default=State.PREVIEWED)
    digest = models.CharField(max_length=64)
    imported_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("round", "number")
        constraints = (
            models.UniqueConstraint(fields=("round", "number"), name="central_import_number_unique"),
        )


class CentralFigure(OfRound):
    """One figure of a central import; the newest confirmed import of a cell counts."""

    batch = models.ForeignKey(CentralImport, models.PROTECT, related_name="figures")
    unit = models.CharField(max_length=60)
    series = models.CharField(max_length=60)
    period = models.CharField(max_length=20)
    value = models.CharField(max_length=60, blank=True)
    missing = models.CharField(max_length=20, blank=True)
    estimated = models.BooleanField(default=False)

    class Meta:
        ordering = ("batch", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("batch", "unit", "series", "period"), name="central_figure_unique"
            ),
        )

    def round_of(self) -> Round:
        """The import's round."""
        return self.batch.round
