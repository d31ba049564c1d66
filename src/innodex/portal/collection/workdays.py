"""Working days: Monday to Friday in local time."""

from __future__ import annotations

import datetime

from django.utils import timezone

_SATURDAY = 6


def working_days(at: datetime.datetime, until: datetime.datetime) -> int:
    """How many working days lie after the day of `at`, up to and including the day of `until`."""
    day, last = timezone.localdate(at), timezone.localdate(until)
    count = 0
    while day < last:
        day += datetime.timedelta(days=1)
        count += day.isoweekday() < _SATURDAY
    return count
