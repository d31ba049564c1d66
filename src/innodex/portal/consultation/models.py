"""Contributions, comments and answers."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models

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
    state = models.CharField(max_length=20, choices=State.choices, default=State.NOT_STARTED)
    letter = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    remark = models.TextField(blank=True)  # on the whole, beside the comments

    class Meta:
        ordering = ("organisation__kind", "organisation__code")
        constraints = (models.UniqueConstraint(fields=("round", "organisation"), name="one_contribution"),)

    def owner_id(self) -> int | None:
        """The organisation."""
        return self.organisation_id

    def deadline(self, action: str) -> datetime.datetime | None:
        """The hard close of the consultation."""
        window = self.round.window("consultation")
        return window.closes_at if window is not None else None


class Comment(OfRound):
    """One comment on one target: a node (or the whole: empty) of a version, in one aspect (or in all: empty)."""

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
    aspect = models.CharField(max_length=30, blank=True)
    stance = models.CharField(max_length=20, choices=Stance.choices)
    text = models.TextField()
    proposed = models.TextField(blank=True)  # wording
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    number = models.PositiveIntegerField(null=True, blank=True)  # within the round, given when sent
    revision = models.PositiveIntegerField(default=0)
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("number", "pk")

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

    def round_of(self) -> Round:
        """The comment's round."""
        return self.comment.round_of()

    def owner_id(self) -> int | None:
        """The organisation that commented."""
        return self.comment.owner_id()
