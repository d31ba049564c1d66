"""What only the clock moves: every app's `tick`, in turn."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from innodex.portal.people.models import Event


def tick(at: datetime.datetime) -> int:
    """Make every move that is due at that moment; how many acts there were. A second call makes none."""
    acts = Event.objects.filter(refused="")
    before = acts.count()
    for name in settings.TICKS:
        import_string(name)(at)
    return acts.count() - before
