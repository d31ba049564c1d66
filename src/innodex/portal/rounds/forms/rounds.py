"""Forms about a round: its documents, its dates, its adoption."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from django import forms

from innodex.documents import say
from innodex.portal.people.refused import Refused
from innodex.portal.rounds import documents
from innodex.portal.rounds.actions.rounds import PERIOD, RESERVED
from innodex.portal.rounds.files import LARGEST
from innodex.portal.rounds.models import Round

if TYPE_CHECKING:
    from innodex.formats import Folder

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"})


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


class Worded(forms.Form):
    """A form whose labels and hints stand in the catalogue under `prefix_key.FIELD`."""

    words = ""

    def __init__(self, *arguments: Any, lang: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.lang = lang
        for name, field in self.fields.items():
            field.label = self.say(name)
            if field.help_text:
                field.help_text = self.say(f"{name}-help")

    def say(self, key: str, **values: Any) -> str:
        """A sentence of this form."""
        return say(self.lang, f"{self.words}.{key}", **values)

    def refuse(self, field: str, kind: str, **values: Any) -> None:
        """An error in the words with which the act would refuse."""
        refused = Refused(kind, **values)
        refused.app = "rounds"
        self.add_error(field, refused.text(self.lang))


class UploadForm(Worded):
    """A folder or workbook. Once it has been checked, its digest and name stand in for the file."""

    upload = forms.FileField(
        required=False, help_text=" ", widget=forms.ClearableFileInput(attrs={"accept": ".zip,.xlsx"})
    )
    digest = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)
    filename = forms.CharField(required=False, widget=forms.HiddenInput, max_length=255)

    def __init__(self, *arguments: Any, lang: str, **named: Any) -> None:
        super().__init__(*arguments, lang=lang, **named)
        self.fields["upload"].required = not self.data.get("digest")
        self.fields["upload"].error_messages["required"] = say(lang, "rounds.upload.missing")

    def clean_upload(self) -> Any:
        """A file that is not too large."""
        upload = self.cleaned_data.get("upload")
        if upload is not None and upload.size > LARGEST:
            found = -(-upload.size // 2**20)
            self.refuse("upload", "file-too-large", name=upload.name, found=found, allowed=LARGEST >> 20)
        return upload


class NewRoundForm(UploadForm):
    """What a round is called and about, and its documents."""

    words = "rounds.new"

    title_vi = forms.CharField(max_length=200)
    title_en = forms.CharField(max_length=200)
    code = forms.CharField(max_length=60, help_text=" ", widget=forms.TextInput(attrs={"class": "short"}))
    kind = forms.ChoiceField(widget=forms.RadioSelect, help_text=" ")
    reference_date = forms.DateField(help_text=" ", widget=_day())
    period = forms.CharField(max_length=20, help_text=" ", widget=forms.TextInput(attrs={"class": "short"}))
    quota = forms.IntegerField(
        required=False, min_value=1, max_value=100_000, help_text=" ",
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
    )  # fmt: skip
    synthetic = forms.BooleanField(required=False, help_text=" ")

    field_order = (
        "title_vi", "title_en", "code", "kind", "reference_date", "period", "quota", "upload", "synthetic",
    )  # fmt: skip

    def __init__(self, *arguments: Any, lang: str, **named: Any) -> None:
        super().__init__(*arguments, lang=lang, **named)
        kinds = [(kind, say(lang, f"rounds.kind.{kind}")) for kind in Round.Kind.values]
        self.fields["kind"].choices = kinds

    def clean_code(self) -> str:
        """A code that is well made and free."""
        code = self.cleaned_data["code"]
        if not _CODE.fullmatch(code) or code == RESERVED:
            self.refuse("code", "bad-code")
        # Of a confirmation the act itself judges, which knows a double click.
        elif "confirm" not in self.data and Round.objects.filter(code=code).exists():
            self.refuse("code", "code-taken", code=code)
        return code

    def clean_period(self) -> str:
        """A period as data have it."""
        period = self.cleaned_data["period"].strip()
        if not PERIOD.fullmatch(period):
            self.refuse("period", "bad-period", found=period)
        return period

    def clean(self) -> dict[str, Any]:
        """A pilot says how many it takes."""
        data = super().clean() or self.cleaned_data
        if data.get("kind") == Round.Kind.PILOT and not data.get("quota") and "quota" not in self.errors:
            self.add_error("quota", self.say("quota-missing"))
        return data

    def fits(self, folder: Folder) -> bool:
        """True when the documents have localities for this round; else the fields say what is wrong."""
        units = documents.units_of(folder, self.cleaned_data["reference_date"])
        if not units:
            self.refuse("reference_date", "no-localities")
        elif self.cleaned_data["kind"] == Round.Kind.PILOT and self.cleaned_data["quota"] > len(units):
            self.refuse("quota", "bad-quota", most=len(units))
        return not self.errors

    def given(self) -> dict[str, Any]:
        """What the act asks for, without the upload."""
        data = self.cleaned_data
        return {
            "code": data["code"],
            "kind": data["kind"],
            "title": {"vi": data["title_vi"], "en": data["title_en"]},
            "reference_date": data["reference_date"],
            "period": data["period"],
            "quota": data["quota"] if data["kind"] == Round.Kind.PILOT else None,
            "synthetic": data["synthetic"],
        }


class VersionForm(UploadForm):
    """The next version and a note about it."""

    words = "rounds.version-form"

    note = forms.CharField(
        required=False, max_length=2000, help_text=" ", widget=forms.Textarea(attrs={"rows": 3})
    )

    field_order = ("upload", "note")


class AdoptForm(Worded):
    """The decision by which a version is adopted."""

    words = "rounds.adopt"

    decision_number = forms.CharField(max_length=100, help_text=" ")
    decision_date = forms.DateField(widget=_day())


class WindowForm(Worded):
    """When something opens, is due and closes; the reason where it is open already."""

    words = "rounds.window"

    opens_at = forms.DateTimeField(widget=_moment(), help_text=" ")
    due_at = forms.DateTimeField(widget=_moment(), help_text=" ")
    closes_at = forms.DateTimeField(widget=_moment(), help_text=" ")
    reason = forms.CharField(max_length=500, help_text=" ")

    def __init__(self, *arguments: Any, lang: str, opened_at: datetime.datetime | None = None, **named: Any):
        super().__init__(*arguments, lang=lang, **named)
        if opened_at is None:
            del self.fields["reason"]
        else:
            self.fields["opens_at"].disabled = True

    def clean(self) -> dict[str, Any]:
        """The dates in order."""
        data = super().clean() or self.cleaned_data
        opens, due, closes = (data.get(name) for name in ("opens_at", "due_at", "closes_at"))
        if opens and due and not opens < due:
            self.refuse("due_at", "calendar-order")
        elif due and closes and not due <= closes:
            self.refuse("closes_at", "calendar-order")
        return data
