"""Forms of the selection: a choice and a reason for every candidate, and the decision itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from innodex.documents import say
from innodex.portal.rounds import files
from innodex.portal.rounds import registration as spec
from innodex.portal.rounds.models import Registration


class ChoiceForm(forms.Form):
    """For every candidate whether it is in, and why; a reason for all fills the empty ones."""

    use_required_attribute = False

    def __init__(
        self, data: Any = None, sent: Any = None, *, lang: str, held: Mapping[int, Registration]
    ) -> None:
        super().__init__(data, sent)
        self.lang, self.held = lang, held
        for side in ("in", "out"):
            self.fields[f"reason-{side}"] = forms.CharField(
                label=say(lang, f"rounds.selection.field.reason-{side}"),
                help_text=say(lang, "rounds.selection.help.reason-all"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        for pk, row in held.items():
            self.fields[f"in-{pk}"] = forms.BooleanField(
                label=say(lang, "rounds.selection.field.in"),
                required=False,
                initial=row.state == Registration.State.PROPOSED,
            )
            self.fields[f"reason-{pk}"] = forms.CharField(
                label=say(lang, "rounds.selection.field.reason"),
                required=False,
                initial=row.selection_reason,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def common(self) -> list[forms.BoundField]:
        """The reasons for all."""
        return [self["reason-in"], self["reason-out"]]

    def cells(self, pk: int) -> list[forms.BoundField]:
        """The fields of a candidate: in or not, and why."""
        return [self[f"in-{pk}"], self[f"reason-{pk}"]]

    def chosen(self) -> set[int]:
        """Who is in."""
        return {pk for pk in self.held if self.cleaned_data.get(f"in-{pk}")}

    def reasons(self) -> dict[int, str]:
        """{candidate: why}, the reasons for all put in where none of its own is given."""
        chosen, found = self.chosen(), {}
        for pk in self.held:
            common = self.cleaned_data.get("reason-in" if pk in chosen else "reason-out", "")
            found[pk] = self.cleaned_data.get(f"reason-{pk}", "").strip() or common.strip()
        return found


class DecisionForm(ChoiceForm):
    """The same, with the decision."""

    def __init__(
        self, data: Any = None, sent: Any = None, *, lang: str, held: Mapping[int, Registration]
    ) -> None:
        super().__init__(data, sent, lang=lang, held=held)
        asked = say(lang, "rounds.selection.asked")
        decision = {
            "number": forms.CharField(max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})),
            "date": forms.CharField(
                widget=forms.TextInput(
                    attrs={"inputmode": "numeric", "placeholder": "30/8/2026", "class": "short"}
                )
            ),
            "file": forms.FileField(widget=forms.FileInput(attrs={"accept": files.ACCEPT})),
            "checked": forms.BooleanField(),
        }
        for name, made in decision.items():
            made.label = say(lang, f"rounds.selection.field.{name}")
            made.error_messages |= {"required": asked}
            self.fields[name] = made
        self.order_fields(list(decision))

    def clean_date(self) -> Any:
        """The decision's day."""
        found = spec.day_of(self.cleaned_data["date"])
        if found is None:
            raise forms.ValidationError(say(self.lang, "rounds.registration.lack.form.day"))
        return found

    def decision(self) -> list[forms.BoundField]:
        """Number, date and file."""
        return [self["number"], self["date"], self["file"]]
