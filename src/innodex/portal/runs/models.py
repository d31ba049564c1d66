"""Freezes and runs."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from innodex.portal.rounds.models import OfRound, Round

PERSON = settings.AUTH_USER_MODEL


class Freeze(OfRound):
    """All approved and central figures of a round, for ever: the index is computed only from a freeze."""

    unlogged = frozenset({"content"})

    round = models.ForeignKey(Round, models.PROTECT, related_name="freezes")
    number = models.PositiveIntegerField()
    content = (
        models.TextField()
    )  # canonical JSON: every cell with value or why not, source, appraisal, evidence digests
    digest = models.CharField(max_length=64)
    frozen_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()
    decision_number = models.CharField(max_length=100)
    decision_date = models.DateField()

    class Meta:
        ordering = ("round", "number")
        constraints = (models.UniqueConstraint(fields=("round", "number"), name="freeze_number_unique"),)


class Run(OfRound):
    """One computation from a freeze: an edition on the disk, under its digest."""

    class State(models.TextChoices):
        """Computed, then published or not."""

        COMPUTED = "computed"
        PUBLISHED = "published"

    round = models.ForeignKey(Round, models.PROTECT, related_name="runs")
    freeze = models.ForeignKey(Freeze, models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    edition = models.CharField(max_length=100)  # folder under editions/
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=State.choices, default=State.COMPUTED)
    audience = models.CharField(max_length=20)  # internal | participants | ministries | public
    computed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    computed_at = models.DateTimeField()
    decision_number = models.CharField(max_length=100, blank=True)
    decision_date = models.DateField(null=True, blank=True)
    embargo_until = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("round", "number")
        constraints = (models.UniqueConstraint(fields=("round", "number"), name="run_number_unique"),)
