"""Reading a number as people type it: with comma or point, with thousands marked or not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from innodex.documents._parse import is_fit
from innodex.documents._words import say

_SPACES = "\u00a0\u2007\u2009\u202f"  # those that programs put between thousands
_MINUS = "\u2212\u2013"
_LONGEST = 60
_PLAIN = re.compile(r"\d+|\d*[.,]\d+", re.ASCII)
_GROUPED = re.compile(
    r"[1-9]\d{0,2}(?:(?:\.\d{3})+(?:,\d+)?|(?:,\d{3})+(?:\.\d+)?|(?: \d{3})+(?:[.,]\d+)?)", re.ASCII
)
# Three digits after the one mark there is, and what stands before them could be thousands.
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_DATE = re.compile(r"\d{1,4}[/-]\d{1,4}(?:[/-]\d{1,4})?(?:[ T].*)?|\d{1,2}\.\d{1,2}\.\d{4}", re.ASCII)
_TRUTHS = frozenset({"true", "false"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as somebody typed it.

    `value` is canonical: a point, no grouping, no needless zeros; empty where nothing was typed or where
    `fault` says why it is no number: `not-a-number`, `grouping`, `percent`, `truth`, `date`, `error-cell`,
    `formula`, `control`, `size`. An `ambiguous` one was read as is the custom in Vietnamese (point between
    thousands, comma before decimals), must be confirmed, and `other` is what else it may have meant.
    """

    value: str = ""
    ambiguous: bool = False
    other: str = ""
    fault: str = ""

    @property
    def is_empty(self) -> bool:
        """True where nothing was typed."""
        return not (self.value or self.fault)

    def text(self, raw: str, lang: str) -> str:
        """What to say of it to whoever typed `raw`; empty where there is nothing to say."""
        raw = raw if len(raw) <= _LONGEST else raw[: _LONGEST - 1] + "…"
        if self.fault:
            return say(lang, f"figures.{self.fault}", raw=raw)
        if not self.ambiguous:
            return ""
        value, other = (shown_figure(one, lang) for one in (self.value, self.other))
        return say(lang, "figures.ambiguous", raw=raw, value=value, other=other)


def read_figure(text: str, *, percent: bool = False) -> Figure:
    """The number that `text` stands for; a trailing % is allowed where the unit is `percent`.

    >>> [read_figure(typed).value for typed in ("1.234,5", "1234,5", "1,234.5", "1 234", "1.234.567")]
    ['1234.5', '1234.5', '1234.5', '1234', '1234567']
    >>> read_figure("1.234")
    Figure(value='1234', ambiguous=True, other='1.234', fault='')
    >>> read_figure("#N/A").fault, read_figure("30/8/2026").fault
    ('error-cell', 'date')
    """
    words = unicodedata.normalize("NFC", text)
    for mark in _SPACES:
        words = words.replace(mark, " ")
    words = words.strip()
    if fault := _foreign(words):
        return Figure(fault=fault)
    if not words:
        return Figure()
    if words.endswith("%"):
        if not percent:
            return Figure(fault="percent")
        words = words[:-1].rstrip()
    return _number(words)


def _foreign(words: str) -> str:
    """Why the words cannot be a number at all; empty where they may be one."""
    if any(unicodedata.category(char) in ("Cc", "Cf") for char in words):
        return "control"
    if words.startswith("#"):
        return "error-cell"
    if words.startswith("="):
        return "formula"
    if words.casefold() in _TRUTHS:
        return "truth"
    return "date" if _DATE.fullmatch(words) else ""


def _number(words: str) -> Figure:
    minus = words[:1] == "-" or words[:1] in _MINUS
    body = words[1:].lstrip() if minus or words[:1] == "+" else words
    sign = "-" if minus else ""
    if _EITHER.fullmatch(body):
        readings = body[:-4] + body[-3:], body[:-4] + "." + body[-3:]
        value, other = readings if body[-4] == "." else readings[::-1]
        return Figure(plain_figure(sign + value), True, plain_figure(sign + other))
    if _GROUPED.fullmatch(body):
        plain = _without_groups(body)
    elif _PLAIN.fullmatch(body):
        plain = body.replace(",", ".")
    else:
        return Figure(fault="grouping" if re.fullmatch(r"\d[\d., ]*", body, re.ASCII) else "not-a-number")
    if len(plain) > _LONGEST or not is_fit(float(plain)):
        return Figure(fault="size")
    return Figure(plain_figure(sign + plain))


def _without_groups(body: str) -> str:
    last = max(body.rfind("."), body.rfind(","))
    decimal = " " in body or ("." in body and "," in body)
    if last < 0 or not decimal:
        return re.sub("[., ]", "", body)
    return re.sub("[., ]", "", body[:last]) + "." + body[last + 1 :]


def plain_figure(value: str) -> str:
    """The one way to write a decimal number: no needless zeros, no exponent, no minus zero.

    >>> plain_figure("007.50"), plain_figure("-0.0"), plain_figure("1E+3")
    ('7.5', '0', '1000')
    """
    text = f"{Decimal(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    bare = text.lstrip("-").lstrip("0")
    bare = f"0{bare}" if not bare or bare[0] == "." else bare
    return f"-{bare}" if text.startswith("-") and bare != "0" else bare


def shown_figure(value: str, lang: str) -> str:
    """A canonical number for people, with all its digits.

    >>> shown_figure("1234567.125", "vi"), shown_figure("1234567.125", "en")
    ('1.234.567,125', '1,234,567.125')
    """
    whole, point, rest = value.partition(".")
    text = f"{int(whole):,}" if whole not in ("-0", "") else whole
    text += point + rest
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text
