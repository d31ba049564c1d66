"""The registration's form, drawn from its description: one part on a page, and the read view of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from innodex.documents import say, shown_date
from innodex.framework import Framework, Node, Series
from innodex.portal.rounds import documents, files
from innodex.portal.rounds import registration as spec

# Empty entries at the end of a list; saving brings new ones.
BLANK_ENTRIES = 2
_SHORT = 70


@dataclass(frozen=True, slots=True)
class Asked:
    """What the framework asks of the locality: its series, and the indicators that are made of each."""

    series: tuple[Series, ...]
    indicators: Mapping[str, tuple[Node, ...]]
    known: Mapping[str, Series] = field(default_factory=dict)

    @classmethod
    def by(cls, framework: Framework) -> Asked:
        """Read from a framework."""
        local = documents.local_series(framework)
        return cls(local, documents.indicators_of(framework), framework.series_by_id)

    def name(self, series: str, lang: str) -> str:
        """A series' name; its id where this version does not know it."""
        found = self.known.get(series)
        return found.name.get(lang) if found is not None else series


def label(lang: str, part: str, name: str) -> str:
    """The label of a field."""
    return say(lang, f"rounds.registration.field.{part}.{name}")


def option(lang: str, name: str, value: str) -> str:
    """The words of a choice; what is none of the choices is shown as it was typed."""
    choices = next((f.choices for part in spec.PARTS for f in part.fields if f.name == name), ())
    return say(lang, f"rounds.registration.{name}.{value}") if value in choices else value


def shown_day(text: str, lang: str) -> str:
    """A day as people read it; what is no day is shown as it was typed."""
    found = spec.day_of(text)
    return shown_date(found, lang) if found is not None else text


def _typed_day(text: str) -> str:
    found = spec.day_of(text)
    return f"{found.day}/{found.month}/{found.year}" if found is not None else text


class Words(forms.CharField):
    """Words of a draft: `required` says what the form will need in the end, and refuses nothing now.

    `width` is the column's where the field stands in a table.
    """

    width = "roomy"

    def validate(self, value: str) -> None:
        """Anything may be saved."""

    def run_validators(self, value: str) -> None:
        """Anything may be saved."""


class PartForm(forms.Form):
    """One part of the form. It takes whatever is typed: a draft is never refused.

    `lacks` are shown as errors beside their fields; so is, in the places that both have changed (`clashes`),
    what the colleague has saved (`theirs`).
    """

    use_required_attribute = False

    def __init__(
        self,
        part: spec.Part,
        *,
        lang: str,
        asked: Asked,
        content: Mapping[str, Any],
        data: Any = None,
        sent: Any = None,
        lacks: Iterable[spec.Missing] = (),
        theirs: Mapping[str, Any] | None = None,
        clashes: Iterable[str] = (),
    ) -> None:
        self.part, self.lang, self.asked = part, lang, asked
        self.content = spec.shaped(content)
        self.lacks, self.theirs, self.clashes = tuple(lacks), theirs, frozenset(clashes)
        super().__init__(data if data is not None else self._flat(), sent)
        for name, made in self._fields(data):
            self.fields[name] = made
        if part.name == "focal":
            self.fields["letter"] = forms.FileField(
                label=label(lang, "focal", "letter"),
                help_text=say(lang, "rounds.registration.help.letter"),
                required=False,
                widget=forms.FileInput(attrs={"accept": files.ACCEPT}),
            )

    # ---- from the content to fields

    def _records(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """(beginning of the field names, values): one for each row or entry, or the only one."""
        part = self.part
        if part.name == "answer":
            yield "", self.content
        elif part.shape == "fields":
            yield "", self.content[part.name]
        elif part.shape == "rows":
            for series in self.asked.series:
                yield f"{series.id}-", self.content[part.name].get(series.id, {})
        else:
            entries = self.content[part.name]
            for place in range(len(entries) + BLANK_ENTRIES):
                yield f"{place}-", entries[place] if place < len(entries) else {}

    def _flat(self) -> dict[str, str]:
        flat: dict[str, str] = {}
        for start, record in self._records():
            for one in self.part.fields:
                value = record.get(one.name, "")
                flat[start + one.name] = _typed_day(value) if one.kind == "day" else value
            if self.part.name == "difficulties":
                flat[f"{start}id"] = record.get("id", "")
        return flat

    def _fields(self, data: Any) -> Iterator[tuple[str, forms.Field]]:
        starts = [start for start, _ in self._records()]
        if data is not None and self.part.shape == "list":
            starts = [f"{place}-" for place in range(_entries_in(data, self.part))]
        for start in starts:
            for one in self.part.fields:
                yield start + one.name, self._field(one)
            if self.part.shape == "list":
                remove = say(self.lang, "rounds.registration.remove")
                yield f"{start}remove", forms.BooleanField(label=remove, required=False)
            if self.part.name == "difficulties":
                yield f"{start}id", forms.CharField(required=False, widget=forms.HiddenInput)

    def _field(self, one: spec.Field) -> forms.Field:
        key = f"rounds.registration.help.{self.part.name}.{one.name}"
        made = Words(
            label=label(self.lang, self.part.name, one.name),
            help_text=say(self.lang, key) if one.name in _HELPED.get(self.part.name, ()) else "",
            required=one.needed,
            strip=False,
            widget=self._widget(one),
        )
        made.width = _WIDTHS.get(one.name, "roomy")
        return made

    def _widget(self, one: spec.Field) -> forms.Widget:
        empty = ("", say(self.lang, "rounds.registration.choose"))
        if one.kind == "choice":
            options = [(value, option(self.lang, one.name, value)) for value in one.choices]
            if one.name == "answer":
                return forms.RadioSelect(choices=options)
            return forms.Select(choices=[empty, *options])
        none = ("", say(self.lang, "rounds.registration.none"))
        if one.kind == "series":
            return forms.Select(choices=[none, *((s.id, s.name.get(self.lang)) for s in self.asked.series)])
        if one.kind == "difficulty":
            held = [(entry["id"], shortened(entry["text"])) for entry in self.content["difficulties"]]
            return forms.Select(choices=[none, *held])
        if one.kind == "text":
            return forms.Textarea(attrs={"rows": 2 if self.part.shape == "rows" else 4})
        attributes = {
            "day": {"inputmode": "numeric", "placeholder": "30/8/2026", "class": "short"},
            "year": {"inputmode": "numeric", "maxlength": "20", "class": "short"},
            "email": {"inputmode": "email", "autocomplete": "off"},
        }
        return forms.TextInput(attrs=attributes.get(one.kind, {"autocomplete": "off"}))

    # ---- from fields to the content

    def clean(self) -> dict[str, Any]:
        """Marks what is lacking and what clashes; refuses nothing that is to be saved."""
        for lack in self.lacks:
            name = self._name_of(lack)
            if name in self.fields:
                self.add_error(name, say(self.lang, f"rounds.registration.lack.{self._kind_of(lack)}"))
        for name, text in self._clashing():
            shown = text or say(self.lang, "rounds.registration.clash.empty")
            self.add_error(name, say(self.lang, "rounds.registration.clash", text=shown))
        return self.cleaned_data

    def _name_of(self, lack: spec.Missing) -> str:
        start = f"{lack.series}-" if lack.series else f"{lack.entry - 1}-" if lack.entry else ""
        return start + lack.field

    def _kind_of(self, lack: spec.Missing) -> str:
        if lack.kind == "needed":
            return "needed-row" if self.part.shape == "rows" else "needed"
        return f"form.{self.part.field(lack.field).kind}"

    def _clashing(self) -> Iterator[tuple[str, str]]:
        """(field, what the colleague has saved in it) where both changed it; a list is told as a whole."""
        if self.theirs is None or self.part.shape == "list":
            return
        other = PartForm(self.part, lang=self.lang, asked=self.asked, content=self.theirs)
        mine, saved = self._flat(), other._flat()
        for name, value in saved.items():
            if self._place_of(name) in self.clashes and value != mine.get(name, "") and name in self.fields:
                yield name, self._readable(name, value)

    def _place_of(self, name: str) -> str:
        """The unit of merging that a field belongs to."""
        if self.part.name == "answer":
            return name
        return f"{self.part.name}/{name.rpartition('-')[0] or name}"

    def _readable(self, name: str, value: str) -> str:
        one = self.part.field(name.rpartition("-")[2])
        return option(self.lang, one.name, value) if one.kind == "choice" else value

    def given(self) -> spec.Content:
        """What was typed, as a part of a registration's content."""
        part, typed = self.part, self.data
        if part.name == "answer":
            return {one.name: _day_or(one, typed.get(one.name, "")) for one in part.fields}
        if part.shape == "fields":
            return {part.name: _record(part, typed, "")}
        if part.shape == "rows":
            rows = {series.id: _record(part, typed, f"{series.id}-") for series in self.asked.series}
            # Rows that another version of the documents asked for are kept, though not on the page.
            return {part.name: {**self.content[part.name], **rows}}
        places = range(_entries_in(typed, part))
        return {part.name: [_record(part, typed, f"{n}-") for n in places if not typed.get(f"{n}-remove")]}

    # ---- how the page lays it out

    def faults(self) -> list[tuple[str, str]]:
        """(what is the matter and where, the field's id) for the list at the top of the page."""
        found = []
        for name, messages in self.errors.items():
            field = self[name]
            anchor = f"{field.auto_id}_0" if field.use_fieldset else field.auto_id
            found += [(f"{self._place(name)}{field.label}: {message}", anchor) for message in messages]
        return found

    def _place(self, name: str) -> str:
        start = name.rpartition("-")[0]
        if self.part.shape == "rows" and start:
            return f"{self.asked.name(start, self.lang)} – "
        if self.part.shape == "list" and start:
            return (
                f"{say(self.lang, f'rounds.registration.entry.{self.part.name}', number=int(start) + 1)} – "
            )
        return ""

    def rows(self) -> list[dict[str, Any]]:
        """The readiness table: each series with its indicators and its fields."""
        return [
            {
                "id": series.id,
                "name": series.name,
                "unit": series.unit,
                "indicators": self.asked.indicators.get(series.id, ()),
                "cells": [self[f"{series.id}-{one.name}"] for one in self.part.fields],
            }
            for series in self.asked.series
        ]

    def entries(self) -> list[dict[str, Any]]:
        """The entries of a list with their fields."""
        places = sorted({int(name.partition("-")[0]) for name in self.fields if name[0].isdigit()})
        found = []
        for place in places:
            names = [name for name in self.fields if name.startswith(f"{place}-")]
            cells = [self[name] for name in names if not name.endswith(("-id", "-remove"))]
            extra = [self[name] for name in names if name.endswith("-id")]
            new = not any(str(cell.value() or "").strip() for cell in cells)
            found.append(
                {
                    "cells": cells,
                    "hidden": extra,
                    "remove": None if new else self[f"{place}-remove"],
                    "new": new,
                }
            )
        return found


class ReasonForm(forms.Form):
    """Why something is returned, refused or read."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, lang: str, key: str = "rounds.registration.reason") -> None:
        super().__init__(data)
        self.fields["reason"] = forms.CharField(
            label=say(lang, key),
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"required": say(lang, "portal.refused.no-reason")},
        )


_HELPED = {
    "answer": ("decline_reason",),
    "focal": ("letter_number", "letter_date", "officer_email"),
    "support": ("staff", "budget", "facilities", "offers"),
}


# Columns of the readiness table that need less than words do.
_WIDTHS = {"available": "mid", "latest_year": "tight", "earliest_date": "mid", "effort": "mid"}


def shortened(text: str) -> str:
    """A text in one line of a list of choices."""
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"


def _day_or(one: spec.Field, typed: str) -> str:
    """A day that can be read is kept as year-month-day, everything else as it was typed."""
    found = spec.day_of(typed) if one.kind == "day" else None
    return found.isoformat() if found is not None else typed


def _record(part: spec.Part, typed: Any, start: str) -> dict[str, str]:
    made = {one.name: _day_or(one, typed.get(start + one.name, "")) for one in part.fields}
    return made | ({"id": typed.get(f"{start}id", "")} if part.name == "difficulties" else {})


def _entries_in(typed: Any, part: spec.Part) -> int:
    """How many entries were sent; a page does not send more than a few hundred."""
    first = part.fields[0].name
    places = [key.partition("-")[0] for key in typed if key.endswith(f"-{first}")]
    return min(
        500, max((int(place) + 1 for place in places if place.isascii() and place.isdigit()), default=0)
    )


# ---- the read view


@dataclass(frozen=True, slots=True)
class Section:
    """One part as it is read: facts (term, value), or a table with its head."""

    part: str
    facts: Sequence[tuple[str, str]] = ()
    head: Sequence[str] = ()
    rows: Sequence[Mapping[str, Any]] = ()

    @property
    def is_empty(self) -> bool:
        """True where nothing was written."""
        return not self.rows and not any(value for _, value in self.facts)


def sections(content: Mapping[str, Any], asked: Asked, lang: str) -> list[Section]:
    """The whole registration for reading; a refusal to take part is its reason and nothing else."""
    whole = spec.shaped(content)
    if spec.is_declined(whole):
        return [_facts(spec.PART["answer"], whole, lang)]
    return [_section(part, whole, asked, lang) for part in spec.PARTS]


def section(name: str, content: Mapping[str, Any], asked: Asked, lang: str) -> Section:
    """One part for reading."""
    return _section(spec.PART[name], spec.shaped(content), asked, lang)


def _section(part: spec.Part, whole: spec.Content, asked: Asked, lang: str) -> Section:
    if part.name == "answer":
        return _facts(part, {"answer": whole["answer"]}, lang)
    if part.shape == "fields":
        return _facts(part, whole[part.name], lang)
    head = [label(lang, part.name, one.name) for one in part.fields]
    if part.shape == "rows":
        return Section(part.name, head=head, rows=_readiness(part, whole, asked, lang))
    texts = {entry["id"]: entry["text"] for entry in whole["difficulties"]}
    rows = [
        {"cells": [_shown(one, entry.get(one.name, ""), asked, texts, lang) for one in part.fields]}
        for entry in whole[part.name]
    ]
    return Section(part.name, head=head, rows=rows)


def _readiness(part: spec.Part, whole: spec.Content, asked: Asked, lang: str) -> list[dict[str, Any]]:
    held = whole[part.name]
    ids = [series.id for series in asked.series]
    # What an earlier version asked for was answered too, and stays readable.
    ids += [name for name in held if name not in set(ids)]
    return [
        {
            "name": asked.name(series, lang),
            "indicators": asked.indicators.get(series, ()),
            "cells": [
                _shown(one, held.get(series, {}).get(one.name, ""), asked, {}, lang) for one in part.fields
            ],
        }
        for series in ids
    ]


def _facts(part: spec.Part, record: Mapping[str, str], lang: str) -> Section:
    asked = Asked((), {})
    facts = [
        (label(lang, part.name, one.name), _shown(one, record[one.name], asked, {}, lang))
        for one in part.fields
        if one.name in record and (one.needed or record[one.name])
    ]
    return Section(part.name, facts=facts)


def _shown(one: spec.Field, value: str, asked: Asked, texts: Mapping[str, str], lang: str) -> str:
    if one.kind == "choice":
        return option(lang, one.name, value)
    if one.kind == "series":
        return asked.name(value, lang) if value else ""
    if one.kind == "difficulty":
        return texts.get(value, "")
    return shown_day(value, lang) if one.kind == "day" else value
