"""One sample of every component in every state, with figures that mean nothing."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest

from innodex.documents import say
from innodex.portal.people.web import language_of

TONES = ("idle", "open", "waiting", "done", "stopped")
_DUE = datetime.datetime(2026, 8, 30, 10, 0, tzinfo=datetime.UTC)


def _form(lang: str, **settings: Any) -> forms.Form:
    """A form with every kind of field."""

    def label(key: str) -> str:
        return say(lang, f"portal.gallery.field.{key}")

    choices = [(n, say(lang, "portal.gallery.choice", number=n)) for n in (1, 2, 3)]
    fields = {
        "text": forms.CharField(label=label("text"), help_text=label("help")),
        "number": forms.CharField(label=label("number"), required=False),
        "long": forms.CharField(label=label("long"), widget=forms.Textarea, required=False),
        "choice": forms.ChoiceField(label=label("choice"), choices=choices),
        "radio": forms.ChoiceField(
            label=label("radio"), choices=choices, widget=forms.RadioSelect, help_text=label("help")
        ),
        "several": forms.MultipleChoiceField(
            label=label("several"), choices=choices, widget=forms.CheckboxSelectMultiple, required=False
        ),
        "yes": forms.BooleanField(label=label("yes")),
        "file": forms.FileField(label=label("file"), required=False),
    }
    return type("Sample", (forms.Form,), fields)(**settings)


def samples(request: HttpRequest) -> dict[str, Any]:
    """Values for the gallery's template."""
    lang = language_of(request)
    sample = say(lang, "portal.gallery.sample")
    full = {
        "text": sample,
        "number": "1.234,5",
        "choice": "2",
        "radio": "1",
        "several": ["1", "3"],
        "yes": "on",
    }
    return {
        "tones": TONES,
        "due": _DUE,
        "empty_form": _form(lang, prefix="empty"),
        "full_form": _form(lang, prefix="full", initial=full),
        "wrong_form": _form(lang, prefix="wrong", data={"wrong-choice": "9"}),
        "entries": [(sample, "1"), (sample, ""), (sample, sample)],
        "page": Paginator(range(30), 10).page(2),
        "sample": sample,
        "digest": "0" * 64,
        "crumbs": [(sample, "/portal/"), (sample, "/portal/components/")],
        "synthetic": True,
        "rows": range(1, 6),
        "notices": ("success", "warning", "error"),
    }
