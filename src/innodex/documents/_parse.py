"""Reading one cell: numbers as files hold them, codes, periods and dates."""

from __future__ import annotations

import datetime
import re

# Digits of other scripts are not taken for figures.
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})*,\d+|[+-]?\d+,\d+", re.ASCII)
_POINT = re.compile(r"[+-]?\d{1,3}(?:,\d{3})*\.\d+|[+-]?\d+\.\d+", re.ASCII)
# Beyond these, a quotient or a square of figures would leave what a floating-point number can hold.
_LEAST, _MOST = 1e-50, 1e50
_FLOATED = re.compile(r"\d+\.0+", re.ASCII)
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def number(text: str, decimal: str = ".") -> float | str:
    """The number in a cell, or the kind of fault that keeps it from being one.

    >>> number("1.5"), number("1,5"), number("1,5", decimal=","), number("n/a")
    (1.5, 'decimal-comma', 1.5, 'not-a-number')
    """
    if decimal == ",":
        if _POINT.fullmatch(text):
            return "decimal-point"
        plain = text.replace(",", ".") if text.count(",") <= 1 and "." not in text else ""
    else:
        plain = text
    if plain and _NUMBER.fullmatch(plain) and is_fit(value := float(plain)):
        return value
    if text.startswith("#"):
        return "error-cell"
    return "decimal-comma" if decimal == "." and _COMMA.fullmatch(text) else "not-a-number"


def is_fit(value: float) -> bool:
    """True for a size that arithmetic on figures can bear."""
    return value == 0 or _LEAST <= abs(value) <= _MOST


def is_period(text: str) -> bool:
    """True for a period as files may write it; `2022.0` is a year that went through a program as a number.

    >>> is_period("2024-Q1"), is_period("2024.0"), is_period("2024 Q1")
    (True, False, False)
    """
    return bool(CODE.fullmatch(text)) and not _FLOATED.fullmatch(text)


def is_date(text: str) -> bool:
    """True for a day written as ISO 8601, such as 2025-07-01."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return day.isoformat() == text  # weeks and days without hyphens are ISO 8601 too, but sort otherwise
