"""Forms of freeze and publication: the decision that each rests on."""

from __future__ import annotations

from typing import Any

from django import forms

from innodex.documents import say
from innodex.edition import Audience


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class _Moment(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class DecisionForm(forms.Form):
    """Number and date of the decision."""

    use_required_attribute = False

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"] = forms.CharField(
            label=say(lang, "runs.field.number"),
            help_text=say(lang, "runs.field.number.help"),
            max_length=100,
        )
        self.fields["date"] = forms.DateField(label=say(lang, "runs.field.date"), widget=_Day())


class PublishForm(DecisionForm):
    """For whom, from when, and by which decision."""

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        self.fields["audience"] = forms.ChoiceField(
            label=say(lang, "runs.field.audience"),
            choices=[(one.value, say(lang, f"runs.audience.{one}.choice")) for one in Audience],
            widget=forms.RadioSelect,
        )
        self.fields["embargo"] = forms.DateTimeField(
            label=say(lang, "runs.field.embargo"),
            help_text=say(lang, "runs.field.embargo.help"),
            widget=_Moment(),
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            required=False,
        )
        self.order_fields(["audience", "number", "date", "embargo"])
