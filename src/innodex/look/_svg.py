"""Small helps for writing SVG."""

from __future__ import annotations

from html import escape as _escape


def escape(words: str) -> str:
    """Words that are safe in text and in a quoted attribute."""
    return _escape(words, quote=True)


def number(value: float) -> str:
    """A coordinate with at most two decimals.

    >>> number(12.0), number(3.14159)
    ('12', '3.14')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def anchor(percent: float) -> str:
    """How a label hangs on its place, so that those at the ends stay inside."""
    return "start" if percent < 6 else "end" if percent > 94 else "middle"
