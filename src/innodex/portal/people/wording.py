"""Moments, days and figures as people read them."""

from __future__ import annotations

import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language

from innodex.documents import languages, say, shown_date


def current_language() -> str:
    """The language of the page under way."""
    wanted = (get_language() or settings.LANGUAGE_CODE)[:2]
    return wanted if wanted in languages() else "en"


def _said(key: str, **values: Any) -> str:
    return say(current_language(), key, **values)


# A sentence for a form's label: chosen when it is shown, in the reader's language.
said = lazy(_said, str)


def moment(at: datetime.datetime | None, lang: str) -> str:
    """Local weekday, day and time; empty for none."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return say(
        lang,
        "people.moment",
        weekday=say(lang, f"people.weekday.{local.isoweekday()}"),
        day=shown_date(local.date(), lang),
        time=f"{local:%H:%M}",
    )


def day(date: datetime.date | None, lang: str) -> str:
    """30/8/2026, or 30 August 2026; empty for none."""
    return "" if date is None else shown_date(date, lang)


def figure(value: Any, lang: str) -> str:
    """A canonical decimal with the reader's marks, no digit lost; what is no number stays as it is."""
    if value is None or value == "":
        return ""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return str(value)
    text = f"{number:,f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text
