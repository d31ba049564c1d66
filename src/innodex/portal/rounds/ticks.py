"""What only the clock moves in rounds."""

from __future__ import annotations

import datetime

from innodex.portal.people.actor import SYSTEM
from innodex.portal.people.refused import Refused
from innodex.portal.rounds.actions import move_clock
from innodex.portal.rounds.models import Window


def tick(at: datetime.datetime) -> None:
    """Close every open window whose hard close has passed. A second call changes nothing."""
    due = Window.objects.filter(opened_at__isnull=False, closed_at__isnull=True, closes_at__lt=at)
    for window in due.order_by("closes_at", "pk"):
        try:
            move_clock(window=window, by=SYSTEM, at=at)
        except Refused as refused:  # another clock came first
            if refused.kind != "already-done":
                raise
