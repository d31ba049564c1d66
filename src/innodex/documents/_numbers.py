"""Numbers and dates as people read them, and numbers as files hold them."""

from __future__ import annotations

import datetime
import math
from decimal import ROUND_HALF_UP, Decimal

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def exact(value: float) -> str:
    """The shortest text that reads back as the same float; empty for missing.

    >>> exact(0.1), exact(3.0), exact(float("nan"))
    ('0.1', '3', '')
    """
    if value != value:
        return ""
    # A whole number, minus zero among them, is written without point; beyond 2**53 that is a matter of repr.
    if -1e15 < value < 1e15 and value == (whole := int(value)):
        return str(whole)
    text = repr(float(value))
    return text.removesuffix(".0")


def shown(value: float, lang: str, decimals: int = 2) -> str:
    """A number for people: decimal comma and dots in Vietnamese, point and commas in English.

    Halves of the written number go up, as in yearbooks and spreadsheets: 1.25 is shown as 1.3.

    >>> shown(1234.5, "vi"), shown(1234.5, "en")
    ('1.234,50', '1,234.50')
    """
    rounded = _half_up(value, decimals)
    text = f"{abs(rounded) if rounded == 0 else rounded:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def _half_up(value: float, decimals: int) -> Decimal | float:
    if not abs(value) < 1e15:
        return value  # beyond the digits of a float there is no half
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def shown_short(value: float, lang: str, digits: int = 6) -> str:
    """A raw figure for people: at most `digits` significant digits, no trailing zeros.

    >>> shown_short(0.125, "vi"), shown_short(1234567.0, "en")
    ('0,125', '1,234,567')
    """
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = shown(value, lang, min(decimals, 12))
    mark = "," if lang == "vi" else "."
    return text.rstrip("0").rstrip(mark) if mark in text else text


def shown_date(day: datetime.date, lang: str) -> str:
    """30/8/2026 in Vietnamese, 30 August 2026 in English."""
    if lang == "vi":
        return f"{day.day}/{day.month}/{day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
