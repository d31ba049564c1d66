"""What only the clock moves in rounds."""

from __future__ import annotations

import datetime

from innodex.portal.people.actor import SYSTEM
from innodex.portal.people.refused import Refused
from innodex.portal.rounds.actions import move_clock
from innodex.portal.rounds.models import Window


def tick(at: datetime.datetime) -> int:
    """Close every open window whose hard close has passed; how many. A second call closes none."""
    due = Window.objects.filter(opened_at__isnull=False, closed_at__isnull=True, closes_at__lt=at)
    return sum(_closed(window, at) for window in due.order_by("closes_at", "pk"))


def _closed(window: Window, at: datetime.datetime) -> bool:
    try:
        move_clock(window=window, by=SYSTEM, at=at)
    except Refused as refused:
        if refused.kind in ("already-done", "too-early"):  # another clock, or a later close, came first
            return False
        raise
    return True
