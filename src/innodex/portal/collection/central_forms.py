"""Forms of central figures: the file, and where each of its columns is from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from innodex.documents import say
from innodex.framework import Series


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FileForm(forms.Form):
    """A file, how its numbers are written, and a source and date for all of its columns."""

    use_required_attribute = False

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

        def word(key: str) -> str:
            return say(lang, f"collection.central.field.{key}")

        self.fields["upload"] = forms.FileField(
            label=word("file"),
            help_text=word("file.help"),
            widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        )
        self.fields["source"] = forms.CharField(
            label=word("source"), help_text=word("source.help"), max_length=300, required=False
        )
        self.fields["date"] = forms.DateField(
            label=word("date"), help_text=word("date.help"), widget=_Day(), required=False
        )
        self.fields["decimal"] = forms.ChoiceField(
            label=word("decimal"),
            help_text=word("decimal.help"),
            choices=[(".", word("decimal.point")), (",", word("decimal.comma"))],
            required=False,
        )
        self.fields["ignore"] = forms.CharField(
            label=word("ignore"), help_text=word("ignore.help"), max_length=1000, required=False
        )

    def ignored(self) -> tuple[str, ...]:
        """The heads of columns that are to be left aside."""
        return tuple(name.strip() for name in self.cleaned_data["ignore"].split(",") if name.strip())


class SourcesForm(forms.Form):
    """Source and date of each series in a file."""

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        lang: str,
        series: Iterable[Series],
        known: Mapping[str, Mapping[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.series = list(series)
        for n, one in enumerate(self.series):
            name, given = one.name.get(lang), (known or {}).get(one.id, {})
            self.fields[f"source_{n}"] = forms.CharField(
                label=say(lang, "collection.central.source-of", series=name),
                max_length=300,
                initial=given.get("source", ""),
            )
            self.fields[f"date_{n}"] = forms.DateField(
                label=say(lang, "collection.central.date-of", series=name),
                widget=_Day(),
                initial=given.get("date", ""),
            )

    def pairs(self) -> list[tuple[Series, Any, Any]]:
        """Each series with its two fields."""
        return [(one, self[f"source_{n}"], self[f"date_{n}"]) for n, one in enumerate(self.series)]

    def stated(self) -> dict[str, dict[str, str]]:
        """{series: source and date} as the import takes them."""
        found = self.cleaned_data
        return {
            one.id: {"source": found[f"source_{n}"], "date": found[f"date_{n}"].isoformat()}
            for n, one in enumerate(self.series)
        }
