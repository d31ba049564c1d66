"""Contributions, comments and answers."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from innodex.portal.people.models import Organisation
from innodex.portal.rounds.models import Handed, OfRound, Round, StoredFile, Version

PERSON = settings.AUTH_USER_MODEL


class Contribution(Handed):
    """The one official contribution of an organisation to a round's consultation; made when it opens."""

    class State(models.TextChoices):
        """From silence to sent. Silence is no answer, never agreement."""

        NOT_STARTED = "not_started"
        DRAFTING = "drafting"
        IN_CLEARANCE = "in_clearance"
        SENT = "sent"

    round = models.ForeignKey(Round, models.PROTECT, related_name="contributions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="contributions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")  # the one consulted on
    state = models.CharField(max_length=20, choices=State.choices, default=State.NOT_STARTED)
    letter = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    remark = models.TextField(blank=True)  # on the whole, beside the comments

    class Meta:
        ordering = ("organisation__kind", "organisation__code")
        constraints = (
            models.UniqueConstraint(fields=("round", "organisation"), name="one_contribution"),
            models.CheckConstraint(
                condition=Q(state__in=["not_started", "drafting", "in_clearance", "sent"]),
                name="contribution_state_known",
            ),
            models.CheckConstraint(
                condition=Q(requested_by__isnull=True, requested_at__isnull=True)
                | Q(requested_by__isnull=False, requested_at__isnull=False),
                name="contribution_request_whole",
            ),
        )

    def owner_id(self) -> int | None:
        """The organisation."""
        return self.organisation_id

    def deadline(self, action: str) -> datetime.datetime | None:
        """The hard close of the consultation."""
        window = self.round.window("consultation")
        return window.closes_at if window is not None else None


class Aspect(models.TextChoices):
    """What of an indicator a comment is about."""

    DEFINITION = "definition"
    UNIT = "unit"
    SOURCE = "source"
    METHOD = "method"
    COLLECTION_TIME = "collection_time"
    SUPPLIER = "supplier"
    EVIDENCE = "evidence"
    WEIGHT = "weight"


class Comment(OfRound):
    """One comment on a node (or the whole: empty) of a version, in one aspect (or in all: empty)."""

    class Stance(models.TextChoices):
        """What the comment wants."""

        AGREE = "agree"
        AMEND = "amend"
        ADD = "add"
        REMOVE = "remove"
        QUESTION = "question"

    class State(models.TextChoices):
        """A draft inside the organisation, taken back there, or sent with the contribution."""

        DRAFT = "draft"
        WITHDRAWN = "withdrawn"
        SENT = "sent"

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="comments")
    version = models.ForeignKey(Version, models.PROTECT, related_name="comments")
    node = models.CharField(max_length=60, blank=True)  # stable id of the node
    aspect = models.CharField(max_length=30, blank=True, choices=Aspect.choices)
    stance = models.CharField(max_length=20, choices=Stance.choices)
    text = models.TextField(blank=True)  # may be empty where the stance says all: agree
    proposed = models.TextField(blank=True)  # wording
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    number = models.PositiveIntegerField(null=True, blank=True)  # within the round, given when sent
    revision = models.PositiveIntegerField(default=0)
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("number", "pk")
        constraints = (
            # A round's consultation is about one version, so numbers are unique within the round.
            models.UniqueConstraint(fields=("version", "number"), name="comment_number_unique"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"], number__isnull=True)
                | Q(state="sent", number__isnull=False),
                name="sent_comments_have_a_number",
            ),
            models.CheckConstraint(
                condition=Q(stance__in=["agree", "amend", "add", "remove", "question"]),
                name="comment_stance_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(stance="agree") | ~Q(text=""),
                name="sent_comments_say_something",
            ),
        )

    @property
    def is_finished(self) -> bool:
        """True when it can be sent: it says something, or agrees."""
        return bool(self.text) or self.stance == Comment.Stance.AGREE

    def round_of(self) -> Round:
        """The contribution's round."""
        return self.contribution.round

    def owner_id(self) -> int | None:
        """The organisation."""
        return self.contribution.organisation_id


class Answer(OfRound):
    """The academy's answer to one comment. `accepted` names the changed node of a later version."""

    class Kind(models.TextChoices):
        """How the comment is taken up."""

        ACCEPTED = "accepted"
        PARTLY = "partly"
        NOT_ACCEPTED = "not_accepted"
        NOTED = "noted"

    comment = models.OneToOneField(Comment, models.PROTECT, related_name="answer")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reason = models.TextField(blank=True)
    changed_in = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="+")
    changed_node = models.CharField(max_length=60, blank=True)
    revision = models.PositiveIntegerField(default=0)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["accepted", "partly", "not_accepted", "noted"]),
                name="answer_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["accepted", "noted"]) | ~Q(reason=""), name="answer_gives_reasons"
            ),
            models.CheckConstraint(
                condition=Q(changed_in__isnull=True, changed_node="")
                | (Q(changed_in__isnull=False, kind__in=["accepted", "partly"]) & ~Q(changed_node="")),
                name="change_has_version_and_node",
            ),
        )

    @property
    def needs_change(self) -> bool:
        """True when it promises a change of the framework."""
        return self.kind in (Answer.Kind.ACCEPTED, Answer.Kind.PARTLY)

    def round_of(self) -> Round:
        """The comment's round."""
        return self.comment.round_of()

    def owner_id(self) -> int | None:
        """The organisation that commented."""
        return self.comment.owner_id()
