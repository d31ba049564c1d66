"""What templates of the portal write with: words of the catalogue, names, moments, figures."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from innodex.documents import Text, say
from innodex.portal.people import wording
from innodex.portal.people.wording import current_language

register = template.Library()


@register.simple_tag(name="say")
def say_tag(key: str, **values: Any) -> str:
    """A sentence of the catalogue in the reader's language; its values are escaped like all others."""
    return say(current_language(), key, **values)


@register.simple_tag
def once() -> SafeString:
    """A hidden field that makes one sending of a form count once."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid.uuid4().hex)


@register.filter
def in_language(name: Any, lang: str = "") -> str:
    """A name {vi, en} in the reader's language, else in the first one written."""
    text = name if isinstance(name, Text) else Text.of(name or {})
    return text.get(lang or current_language())


@register.filter
def moment(at: datetime.datetime | None) -> str:
    """A moment with its weekday, in local time; empty for none."""
    return wording.moment(at, current_language())


@register.filter
def day(date: datetime.date | None) -> str:
    """A day: 30/8/2026, or 30 August 2026."""
    if isinstance(date, datetime.datetime):
        date = timezone.localdate(date)
    return wording.day(date, current_language())


@register.filter
def figure(value: Any) -> str:
    """A canonical figure with the marks of the reader's language; empty for none."""
    return wording.figure(value, current_language())
