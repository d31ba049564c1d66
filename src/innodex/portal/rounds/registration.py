"""What a registration holds: its parts and fields, the one shape it is kept in, and what it still lacks.

The form, the read view, the completeness list and the merging of two officers' work are all drawn from PARTS.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

TAGS = ("legal", "people", "money", "data", "coordination", "it", "time")
ADDRESSEES = ("ministry", "academy", "statistics", "committee")
ANSWERS = ("join", "decline")
AVAILABLE = ("available", "partly", "no", "unknown")
EFFORT = ("low", "medium", "high")

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `kind`: line, text, choice, day, year, email; series of the round; difficulty of the form.

    `needed` fields must be filled before the registration can be handed to the leader.
    """

    name: str
    kind: str = "line"
    choices: tuple[str, ...] = ()
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the form: `fields`, `rows` (the same fields for every series) or a `list` of entries."""

    name: str
    shape: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(field for field in self.fields if field.name == name)


PARTS = (
    Part("answer", "fields", (
        Field("answer", "choice", ANSWERS, needed=True),
        Field("decline_reason", "text"),
    )),
    Part("focal", "fields", (
        Field("department", needed=True),
        Field("leader", needed=True),
        Field("officer_name", needed=True),
        Field("officer_email", "email", needed=True),
        Field("officer_phone"),
        Field("letter_number"),
        Field("letter_date", "day"),
    )),
    Part("readiness", "rows", (
        Field("available", "choice", AVAILABLE, needed=True),
        Field("holder"),
        Field("source"),
        Field("latest_year", "year"),
        Field("earliest_date", "day"),
        Field("effort", "choice", EFFORT),
        Field("remark", "text"),
    )),
    Part("advantages", "list", (
        Field("tag", "choice", TAGS, needed=True),
        Field("text", "text", needed=True),
        Field("series", "series"),
    )),
    Part("difficulties", "list", (
        Field("tag", "choice", TAGS, needed=True),
        Field("text", "text", needed=True),
        Field("series", "series"),
    )),
    Part("proposals", "list", (
        Field("to", "choice", ADDRESSEES, needed=True),
        Field("text", "text", needed=True),
        Field("difficulty", "difficulty"),
    )),
    Part("support", "fields", (
        Field("staff", "text"),
        Field("budget", "text"),
        Field("facilities", "text"),
        Field("offers", "text"),
    )),
)  # fmt: skip
PART = {part.name: part for part in PARTS}

# The letter's three halves: the file lies beside the content, its number and date in the focal part.
_LETTER = ("letter_number", "letter_date")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Missing:
    """What stands between a draft and its leader: the field, and `kind` (needed, form, unknown).

    `series` names the row of the readiness table, `entry` the place (from 1) in a list.
    """

    part: str
    field: str
    kind: str = "needed"
    series: str = ""
    entry: int = 0


def words(value: Any) -> str:
    """Text as it is kept: composed, without the zero character, with plain line ends and no blank edges."""
    text = "" if value is None else str(value).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).strip()


def shaped(content: Mapping[str, Any]) -> Content:
    """The whole content in its one shape: every known key, text only, empty rows and entries left out."""
    made: Content = {}
    for part in PARTS:
        if part.name == "answer":
            made |= {field.name: words(content.get(field.name)) for field in part.fields}
        elif part.shape == "fields":
            made[part.name] = _record(part, _mapping(content.get(part.name)))
        elif part.shape == "rows":
            given = _mapping(content.get(part.name))
            rows = {words(key): _record(part, _mapping(row)) for key, row in given.items()}
            made[part.name] = {key: row for key, row in sorted(rows.items()) if any(row.values())}
        else:
            made[part.name] = _entries(part, content)
    return made


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _record(part: Part, values: Mapping[str, Any]) -> dict[str, str]:
    return {field.name: words(values.get(field.name)) for field in part.fields}


def _entries(part: Part, content: Mapping[str, Any]) -> list[dict[str, str]]:
    given = content.get(part.name)
    entries = []
    for entry in given if isinstance(given, list | tuple) else ():
        record = _record(part, _mapping(entry))
        if not any(record.values()):
            continue
        if part.name == "difficulties":
            record["id"] = words(entry.get("id"))
        entries.append(record)
    return _numbered(entries, content) if part.name == "difficulties" else entries


def _numbered(entries: list[dict[str, str]], content: Mapping[str, Any]) -> list[dict[str, str]]:
    """Difficulties with a name each; a name that a proposal still mentions is never given anew.

    In a list without any names the places (from 1) are the names, so that proposals can be written with them.
    """
    proposals = content.get("proposals")
    mentioned = [words(_mapping(entry).get("difficulty")) for entry in proposals or ()]
    named = [entry["id"] for entry in entries if entry["id"]]
    last = max((int(name) for name in mentioned + named if _is_small(name)), default=0) if named else 0
    used: set[str] = set()
    for entry in entries:
        if not entry["id"] or entry["id"] in used:
            last += 1
            entry["id"] = str(last)
        used.add(entry["id"])
    return entries


def _is_small(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 7


def is_declined(content: Mapping[str, Any]) -> bool:
    """True when the locality answers that it does not take part."""
    return content.get("answer") == "decline"


def missing(content: Mapping[str, Any], series: Iterable[str], *, letter: bool) -> tuple[Missing, ...]:
    """What the draft lacks before it can be handed to the leader, in the order of the form.

    `series` are the ones that the locality would supply, `letter` tells whether the letter's file is there.
    """
    whole = shaped(content)
    if is_declined(whole):
        return () if whole["decline_reason"] else (Missing("answer", "decline_reason"),)
    found: list[Missing] = []
    for part in PARTS:
        found += _missing_in(part, whole, tuple(series), letter=letter)
    return tuple(found)


def _missing_in(part: Part, whole: Content, series: tuple[str, ...], *, letter: bool) -> list[Missing]:
    if part.name == "answer":
        return _lacks(part, whole)
    if part.shape == "fields":
        found = _lacks(part, whole[part.name])
        return found + _letter_lacks(whole[part.name], letter) if part.name == "focal" else found
    if part.shape == "rows":
        rows = whole[part.name]
        return [lack for name in series for lack in _lacks(part, rows.get(name, {}), series=name)]
    entries = enumerate(whole[part.name], start=1)
    return [lack for place, entry in entries for lack in _lacks(part, entry, entry=place)]


def _lacks(part: Part, record: Mapping[str, str], *, series: str = "", entry: int = 0) -> list[Missing]:
    found = []
    for field in part.fields:
        value = record.get(field.name, "")
        if not value and field.needed:
            found.append(Missing(part.name, field.name, "needed", series, entry))
        elif value and not _fits(field, value):
            found.append(Missing(part.name, field.name, "form", series, entry))
    return found


def _fits(field: Field, value: str) -> bool:
    if field.kind == "choice":
        return value in field.choices
    if field.kind == "email":
        return _EMAIL.fullmatch(value) is not None
    if field.kind == "year":
        return _YEAR.fullmatch(value) is not None
    return field.kind != "day" or day_of(value) is not None


def _letter_lacks(focal: Mapping[str, str], letter: bool) -> list[Missing]:
    """A letter has a file, a number and a date, or is not there at all."""
    given = {"letter": letter} | {name: bool(focal[name]) for name in _LETTER}
    if not any(given.values()):
        return []
    return [Missing("focal", name) for name, there in given.items() if not there]


_DAYS = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})"), (3, 2, 1)),
)


def day_of(text: str) -> datetime.date | None:
    """A day as browsers send it (2026-08-30) or as people type it (30/8/2026); None for anything else."""
    for pattern, order in _DAYS:
        match = pattern.fullmatch(text.strip())
        if match:
            try:
                return datetime.date(*(int(match[place]) for place in order))
            except ValueError:
                return None
    return None


def lacking_parts(found: Iterable[Missing]) -> dict[str, int]:
    """{part: how much of it is missing}, every part named."""
    counts = {part.name: 0 for part in PARTS}
    for lack in found:
        counts[lack.part] += 1
    return counts


def is_begun(content: Mapping[str, Any], part: Part) -> bool:
    """True when anything has been written in the part."""
    whole = shaped(content)
    if part.name == "answer":
        return any(whole[field.name] for field in part.fields)
    held = whole[part.name]
    return any(held.values()) if part.shape == "fields" else bool(held)


def combined(
    base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> tuple[Content, list[str]]:
    """Two officers' work in one: what only one of them changed since `base` stands; the rest are clashes.

    `mine` may hold some parts only. A row of the readiness table and a field are units of their own; a list
    is one unit. Returns the whole content and the places (part, or part/row) that both changed differently.
    """
    old, now = _units(shaped(base)), _units(shaped(theirs))
    new = {place: value for place, value in _units(shaped(mine)).items() if place[0] in mine}
    for place in [*old, *now]:
        if place[0] in mine:
            new.setdefault(place, None)
    clashes = []
    for place, value in new.items():
        if value == old.get(place):
            continue
        if now.get(place) not in (old.get(place), value):
            clashes.append("/".join(place))
        now[place] = value
    return shaped(_whole(now)), clashes


_Units = dict[tuple[str, ...], Any]


def _units(whole: Content) -> _Units:
    units: _Units = {}
    for name, held in whole.items():
        if isinstance(held, dict):
            units |= {(name, key): value for key, value in held.items()}
        else:
            units[(name,)] = held
    return units


def _whole(units: _Units) -> Content:
    whole: Content = {}
    for place, value in units.items():
        if len(place) == 1:
            whole[place[0]] = value
        elif value is not None:
            whole.setdefault(place[0], {})[place[1]] = value
    return whole


@dataclass(frozen=True, slots=True)
class Ready:
    """How many series of `of` the locality has wholly, in part, not, or does not know of."""

    counts: Mapping[str, int]
    of: int

    @property
    def percent(self) -> int:
        """The share wholly available, rounded half up; 0 where nothing is asked for."""
        return (200 * self.counts["available"] + self.of) // (2 * self.of) if self.of else 0


def readiness(content: Mapping[str, Any], series: Iterable[str]) -> Ready:
    """How ready the locality says it is, over the series asked for."""
    rows, names = shaped(content)["readiness"], tuple(series)
    counts = dict.fromkeys(AVAILABLE, 0)
    for name in names:
        word = rows.get(name, {}).get("available", "")
        counts[word if word in counts else "unknown"] += 1
    return Ready(counts, len(names))


def by_tag(content: Mapping[str, Any], part: str = "difficulties") -> dict[str, int]:
    """{tag: entries that carry it}, every tag named."""
    counts = dict.fromkeys(TAGS, 0)
    for entry in shaped(content)[part]:
        if entry["tag"] in counts:
            counts[entry["tag"]] += 1
    return counts
