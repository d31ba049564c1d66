"""What SDMX out and in share: identifiers, codes of statuses, periods, the parts of a structure message.

SDMX 3.0: figures as SDMX-CSV 2.0, what they mean as an SDMX-ML 3.0 structure message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from innodex.documents import Text
from innodex.panel import Status

VERSION = "1.0.0"
# Ours -> the code in the cross-domain code list CL_OBS_STATUS.
STATUS_CODES = {
    Status.OBSERVED: "A",
    Status.ESTIMATED: "E",
    Status.MISSING: "O",
    Status.NOT_APPLICABLE: "M",
    Status.CONFIDENTIAL: "Q",
}
IMPUTED, BRACKETED = "I", "U"
# Every code of the list -> ours, where there is a figure or the code says why there is none.
STATUSES = {
    **dict.fromkeys("ABDGJKNPRSUVW", Status.OBSERVED),
    **dict.fromkeys("EFI", Status.ESTIMATED),
    **dict.fromkeys("HLOX", Status.MISSING),
    "M": Status.NOT_APPLICABLE,
    "Q": Status.CONFIDENTIAL,
}
# How a missing figure is written: left out, intended (numbers), intended (other types).
MISSING = ("", "NaN", "#N/A")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_@$-]+", re.ASCII)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
_TIME = re.compile(
    r"\d{4}(-(A1|S[12]|T[1-3]|Q[1-4]|M(0[1-9]|1[0-2])|W(0[1-9]|[1-4]\d|5[0-3])|D\d{3}|\d\d(-\d\d)?))?",
    re.ASCII,
)


def identifiers(codes: Iterable[str], *, named: bool = False) -> dict[str, str]:
    """{code: identifier}: SDMX knows no dot and, of codes above other codes (`named`), no digit first.

    A code that is an identifier stays what it is; where two would meet, the later one gets a number.

    >>> identifiers(["1.1", "1_1", "A"], named=True)
    {'A': 'A', '1.1': 'N1_1', '1_1': 'N1_1_2'}
    """
    listed = list(codes)
    fit = _NAME if named else _IDENTIFIER
    made = {code: code for code in listed if fit.fullmatch(code)}
    taken = set(made.values())
    for code in listed:
        if code in made:
            continue
        plain = code.replace(".", "_")
        plain = plain if fit.fullmatch(plain) else f"N{plain}"
        count = 1
        found = plain
        while found in taken:
            count += 1
            found = f"{plain}_{count}"
        taken.add(found)
        made[code] = found
    return made


def is_time(period: str) -> bool:
    """True for a period that SDMX knows as one: 2024, 2024-Q1, 2024-07, 2024-07-01 …

    >>> is_time("2024-Q1"), is_time("pilot")
    (True, False)
    """
    return bool(_TIME.fullmatch(period))


@dataclass(frozen=True, slots=True)
class Note:
    """An annotation: a value, or a text in several languages, or both."""

    value: str = ""
    text: Text = Text()


@dataclass(frozen=True, slots=True)
class Item:
    """One code of a list, with its name, the code above it, its annotations and its description."""

    id: str
    name: Text
    parent: str = ""
    notes: Mapping[str, Note] = field(default_factory=dict)
    about: Text = Text()

    def value(self, kind: str) -> str:
        """The value of an annotation; empty where there is none."""
        return self.notes[kind].value if kind in self.notes else ""

    def text(self, kind: str) -> Text:
        """The text of an annotation; empty where there is none."""
        return self.notes[kind].text if kind in self.notes else Text()


def notes(**values: str | Text | None) -> dict[str, Note]:
    """Annotations of those values that are there."""
    made = {}
    for kind, value in values.items():
        if value:
            made[kind.rstrip("_")] = Note(text=value) if isinstance(value, Text) else Note(str(value))
    return made


def pairs(words: str) -> Iterator[tuple[str, str]]:
    """`a:1 b:2` as pairs."""
    for pair in words.split():
        name, _, value = pair.rpartition(":")
        yield name, value
