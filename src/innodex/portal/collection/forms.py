"""The forms around a submission: documents, citations, reasons, workbooks."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms

from innodex.documents import say
from innodex.portal.collection.models import Evidence, Submission
from innodex.portal.rounds import files
from innodex.portal.rounds.forms.identity import IdentityForm


class _Words(forms.Form):
    """A form whose labels and help stand in the catalogue under `collection.field.NAME`."""

    helped: tuple[str, ...] = ()

    def __init__(self, *arguments: Any, lang: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.lang = lang
        for name, shown in self.fields.items():
            shown.label = say(lang, f"collection.field.{name}")
            if name in self.helped:
                shown.help_text = say(lang, f"collection.field.{name}.help")
            shown.error_messages["required"] = say(lang, "collection.field.required")
            shown.error_messages["invalid"] = say(lang, "collection.field.invalid")


class DayField(forms.DateField):
    """A day as people here type it, or as a browser's own field gives it."""

    def __init__(self, **named: Any) -> None:
        formats = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
        super().__init__(input_formats=formats, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **named)


class EvidenceForm(_Words):
    """A document with its number, date and issuer; before the first one, the declaration on secrets."""

    helped = ("upload", "document_number", "issuer", "abstract", "declared", "page")

    upload = forms.FileField(widget=forms.ClearableFileInput({"accept": files.ACCEPT}))
    document_number = forms.CharField(max_length=100, strip=True)
    document_date = DayField()
    issuer = forms.CharField(max_length=255)
    abstract = forms.CharField(required=False, widget=forms.Textarea({"rows": 2}))
    page = forms.CharField(max_length=100)
    declared = forms.BooleanField()

    def __init__(
        self, *arguments: Any, submission: Submission, today: datetime.date, cites: bool, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.today = today
        if submission.secrets_declared_at is not None:
            del self.fields["declared"]
        if not cites:
            del self.fields["page"]

    def clean_document_date(self) -> datetime.date:
        """Refuses a day that has not come."""
        day = self.cleaned_data["document_date"]
        if day > self.today:
            raise forms.ValidationError(say(self.lang, "collection.field.future"))
        return day


class CiteForm(_Words):
    """A document already taken in, and the place in it."""

    helped = ("page",)

    evidence = forms.ModelChoiceField(Evidence.objects.none(), empty_label=None)
    page = forms.CharField(max_length=100)

    def __init__(self, *arguments: Any, submission: Submission, **named: Any) -> None:
        super().__init__(*arguments, **named)
        chooser = self.fields["evidence"]
        chooser.queryset = submission.evidence.select_related("file").order_by("-pk")
        chooser.label_from_instance = lambda one: f"{one.document_number} · {one.issuer} · {one.file.name}"


class ReasonForm(_Words):
    """Why something is given back, or read."""

    reason = forms.CharField(widget=forms.Textarea({"rows": 3}))


class SendForm(IdentityForm):
    """The sender's proof of who sends."""


class WorkbookForm(_Words):
    """A filled-in workbook."""

    helped = ("workbook",)

    workbook = forms.FileField(widget=forms.ClearableFileInput({"accept": ".xlsx"}))
