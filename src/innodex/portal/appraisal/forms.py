"""Forms of the appraisal: one decision, a return, an extension, an assignment."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from innodex.documents import say
from innodex.framework import Series
from innodex.portal.collection import checks
from innodex.portal.collection.actions import DECISIONS
from innodex.portal.collection.models import Missing
from innodex.portal.people.models import User

# What is wrong with a figure most often; said in the locality's own history.
REASONS = (
    "no-evidence", "other-figure", "other-period", "other-unit", "other-definition", "arithmetic",
    "implausible", "other-source", "other",
)  # fmt: skip
CLOSING_HOUR = datetime.time(17, 0)


def end_of(day: datetime.date) -> datetime.datetime:
    """When a day given as a date is over for offices."""
    return timezone.make_aware(datetime.datetime.combine(day, CLOSING_HOUR))


class _Day(forms.DateInput):
    """A date that every browser asks for in its own way and sends as ISO."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(label=label, help_text=help_text, widget=_Day(), required=required)


class DecisionForm(forms.Form):
    """One of the five decisions on an item, with what it needs."""

    use_required_attribute = False

    def __init__(self, *args: Any, lang: str, series: Series, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang, self.series = lang, series

        def word(key: str, **values: Any) -> str:
            return say(lang, f"appraisal.{key}", **values)

        self.fields["decision"] = forms.ChoiceField(
            label=word("decision"),
            choices=[(one, word(f"decision.{one}.choice")) for one in DECISIONS],
            widget=forms.RadioSelect,
        )
        self.fields["cause"] = forms.ChoiceField(
            label=word("field.cause"),
            help_text=word("field.cause.help"),
            choices=[("", word("field.cause.none")), *((one, word(f"cause.{one}")) for one in REASONS)],
            required=False,
        )
        self.fields["reason"] = forms.CharField(
            label=word("field.reason"), widget=forms.Textarea(attrs={"rows": 3}), required=False
        )
        self.fields["value"] = forms.CharField(
            label=word("field.value"), help_text=word("field.value.help"), max_length=80, required=False
        )
        self.fields["confirmed"] = forms.BooleanField(label=word("field.confirmed"), required=False)
        codes = (Missing.NOT_AVAILABLE, Missing.NIL, Missing.CONFIDENTIAL)
        self.fields["missing"] = forms.ChoiceField(
            label=word("field.missing"),
            choices=[
                ("", word("field.missing.none")),
                *((str(one), word(f"missing.{one}")) for one in codes),
            ],
            required=False,
        )
        self.fields["source"] = forms.CharField(label=word("field.source"), max_length=500, required=False)
        self.fields["expected"] = forms.CharField(
            label=word("field.expected"), widget=forms.Textarea(attrs={"rows": 3}), required=False
        )
        self.fields["revision"] = forms.IntegerField(widget=forms.HiddenInput)
        if not self._is_ambiguous():
            del self.fields["confirmed"]

    def _is_ambiguous(self) -> bool:
        typed = self.data.get(self.add_prefix("value"), "") if self.is_bound else ""
        return checks.read(typed, self.series).ambiguous

    def clean(self) -> dict[str, Any]:
        """What each decision needs is there, and the figure can be read in one way."""
        found = super().clean() or {}
        decision = found.get("decision")
        if decision in (None, "accepted"):
            return found
        asked = {"adjusted": ("source",), "return_asked": ("expected",)}.get(decision, ())
        if not (found.get("cause") or found.get("reason", "").strip()):
            self._lacks("reason")
        for name in asked:
            if not found.get(name, "").strip():
                self._lacks(name)
        if decision == "adjusted":
            self._read_value(found)
        return found

    def _lacks(self, name: str) -> None:
        self.add_error(name, say(self.lang, f"appraisal.lacks.{name}"))

    def _read_value(self, found: dict[str, Any]) -> None:
        typed, missing = found.get("value", ""), found.get("missing", "")
        if bool(typed.strip()) == bool(missing):
            self._lacks("value")
            return
        figure = checks.read(typed, self.series)
        if figure.fault or (figure.ambiguous and not found.get("confirmed")):
            self.add_error("value", figure.text(typed, self.lang))
        found["figure"] = figure.value

    def arguments(self) -> dict[str, Any]:
        """What `decide_item` is told."""
        found = self.cleaned_data
        decision = found["decision"]
        adjusted, returned = decision == "adjusted", decision == "return_asked"
        return {
            "decision": decision,
            "reason": self._reason(found),
            "value": found.get("figure", "") if adjusted else "",
            "missing": found["missing"] if adjusted else "",
            "source": found["source"] if adjusted else "",
            "expected": found["expected"] if returned else "",
            "revision": found["revision"],
        }

    def _reason(self, found: dict[str, Any]) -> str:
        """The reason from the list, then the reviewer's own words."""
        cause = say(self.lang, f"appraisal.cause.{found['cause']}") if found["cause"] else ""
        return ". ".join(words for words in (cause, found["reason"].strip()) if words)


class ReturnForm(forms.Form):
    """Until when the locality may answer."""

    use_required_attribute = False

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due"] = day_field(
            say(lang, "appraisal.return.due"), say(lang, "appraisal.return.due.help")
        )


class ExtendForm(forms.Form):
    """A later date for one locality, and why."""

    use_required_attribute = False

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"] = day_field(
            say(lang, "appraisal.extend.until"), say(lang, "appraisal.extend.until.help")
        )
        self.fields["reason"] = forms.CharField(
            label=say(lang, "appraisal.extend.reason"), widget=forms.Textarea(attrs={"rows": 2})
        )


class AssignForm(forms.Form):
    """One reviewer for several submissions."""

    use_required_attribute = False

    def __init__(self, *args: Any, lang: str, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), one.name) for one in people]
        self.fields["reviewer"] = forms.ChoiceField(
            label=say(lang, "appraisal.assign.reviewer"),
            choices=[("", say(lang, "appraisal.assign.choose")), *choices],
        )
