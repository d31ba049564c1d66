"""What people fill in about organisations, persons, links and the log."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.functional import lazy
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from innodex import territory
from innodex.documents import languages, say
from innodex.portal.people import wording
from innodex.portal.people.models import Organisation, User
from innodex.portal.people.permissions import ROLES_OF, Kind
from innodex.portal.people.wording import current_language, said


class Day(forms.DateField):
    """A day, picked or typed; 30/8/2026 is read as a Vietnamese reader writes it."""

    def __init__(self, **settings: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **settings)


def _names(form: forms.Form, key: str) -> None:
    """A field for the name in each language that the catalogue speaks, Vietnamese first as everywhere."""
    for lang in sorted(languages(), reverse=True):
        label = said(key, language=said(f"people.language.{lang}"))
        form.fields[f"name_{lang}"] = forms.CharField(label=label, max_length=200, strip=True)


def _name_of(form: forms.Form) -> dict[str, str]:
    return {lang: form.cleaned_data[f"name_{lang}"] for lang in sorted(languages(), reverse=True)}


class NewOrganisation(forms.Form):
    """A body that people can be invited to."""

    kind = forms.ChoiceField(
        label=said("people.organisation.kind"),
        choices=[(kind.value, said(f"people.kind.{kind.value}")) for kind in Kind],
    )
    code = forms.SlugField(
        label=said("people.organisation.code"), help_text=said("people.organisation.code.help"), max_length=60
    )
    scheme = forms.ChoiceField(
        label=said("people.organisation.scheme"),
        required=False,
        help_text=said("people.organisation.unit.help"),
    )
    unit = forms.CharField(label=said("people.organisation.unit"), required=False, max_length=60)
    valid_from = Day(label=said("people.organisation.valid_from"))

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.fields["scheme"].choices = _schemes()
        _names(self, "people.organisation.name")
        self.order_fields(["kind", "code", *(f"name_{lang}" for lang in sorted(languages(), reverse=True))])

    def clean(self) -> dict[str, Any]:
        """A department stands for a unit; nothing else does."""
        cleaned = super().clean() or {}
        department = cleaned.get("kind") == Kind.DEPARTMENT
        for name in ("scheme", "unit"):
            if department and not cleaned.get(name):
                self.add_error(name, said("people.refused.department-without-unit"))
            if not department and cleaned.get(name):
                self.add_error(name, said("people.refused.unit-without-department"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Arguments of the action."""
        plain = {name: self.cleaned_data[name] for name in ("kind", "code", "scheme", "unit", "valid_from")}
        return {**plain, "name": _name_of(self)}


class Departments(forms.Form):
    """A department for every unit of a territory."""

    scheme = forms.ChoiceField(label=said("people.organisation.scheme"))
    valid_from = Day(
        label=said("people.organisation.valid_from"), help_text=said("people.departments.day.help")
    )

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.fields["scheme"].choices = _schemes()
        _names(self, "people.departments.pattern")
        for lang in languages():
            self.fields[f"name_{lang}"].help_text = said("people.departments.pattern.help", unit="{unit}")
        self.order_fields(["scheme", *(f"name_{lang}" for lang in sorted(languages(), reverse=True))])

    def clean(self) -> dict[str, Any]:
        """Every pattern has a place for the unit."""
        cleaned = super().clean() or {}
        for lang in languages():
            words = cleaned.get(f"name_{lang}", "")
            if words and "{unit}" not in words:
                self.add_error(f"name_{lang}", said("people.refused.pattern-without-unit", unit="{unit}"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Arguments of the action."""
        plain = {name: self.cleaned_data[name] for name in ("scheme", "valid_from")}
        return {**plain, "pattern": _name_of(self)}


def _schemes() -> list[tuple[str, str]]:
    """Territories that localities can be taken from: those of countries are only for comparison.

    None is chosen beforehand, so that nobody makes departments of the wrong one by a single click.
    """
    names = [name for name in territory.builtins() if name != "iso3166"]
    return [("", "–"), *((name, _scheme_words(name)) for name in names)]


def _scheme_words(name: str) -> str:
    """The territory with the number of its units and, where it has ended, its last day."""
    lang, units = current_language(), territory.builtin(name).units
    words = say(lang, "people.scheme", scheme=name, count=len(units))
    last = max((unit.valid_to or "" for unit in units), default="")
    if all(unit.valid_to for unit in units):
        until = wording.day(datetime.date.fromisoformat(last), lang)
        words = say(lang, "people.scheme.until", scheme=words, until=until)
    return words


class EndOrganisation(forms.Form):
    """The last day of an organisation."""

    valid_to = Day(label=said("people.organisation.valid_to"), help_text=said("people.organisation.end.help"))

    def __init__(self, organisation: Organisation, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.organisation = organisation

    def clean_valid_to(self) -> datetime.date:
        """Not before the first day."""
        day = self.cleaned_data["valid_to"]
        if day < self.organisation.valid_from:
            shown = self.organisation.valid_from.isoformat()
            raise forms.ValidationError(said("people.refused.ends-before-it-begins", day=shown))
        return day


class Invite(forms.Form):
    """A person to be invited, and the role."""

    name = forms.CharField(label=said("people.person.name"), max_length=200)
    email = forms.EmailField(
        label=said("people.person.email"),
        help_text=said("people.invite.email.help"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=said("people.person.role"), widget=forms.RadioSelect)
    member_until = Day(
        label=said("people.invite.until"), required=False, help_text=said("people.invite.until.help")
    )

    def __init__(self, organisation: Organisation, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.fields["role"].choices = [
            (role.value, _role_words(role.value)) for role in ROLES_OF[Kind(organisation.kind)]
        ]


_role_words = lazy(
    lambda role: "{}: {}".format(
        say(current_language(), f"people.role.{role}"), say(current_language(), f"people.role.{role}.short")
    ),
    str,
)


class Reason(forms.Form):
    """Why something ends, or is read."""

    reason = forms.CharField(
        label=said("people.reason"),
        help_text=said("people.reason.help"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


def _password_rules() -> str:
    rules = format_html_join("", "<li>{}</li>", ((text,) for text in password_validators_help_texts()))
    return mark_safe(f"<ul>{rules}</ul>")


class Password(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=said("people.password.new"),
        help_text=lazy(_password_rules, str)(),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=said("people.password.again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.user = user

    def clean_password(self) -> str:
        """Long enough, not common, not the person's own name."""
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Typed the same twice."""
        cleaned = super().clean() or {}
        first, again = cleaned.get("password"), cleaned.get("again")
        if first and again and first != again:
            self.add_error("again", said("people.password.differs"))
        return cleaned


class NewAccount(Password):
    """The account of an invited person."""

    name = forms.CharField(
        label=said("people.person.name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "password", "again")

    def __init__(self, user: User, *args: Any, **settings: Any) -> None:
        super().__init__(user, *args, **settings)
        self.fields["name"].initial = user.name


class LogFilter(forms.Form):
    """Which events of the log."""

    chain = forms.ChoiceField(label=said("people.log.filter.chain"), required=False)
    owner = forms.ChoiceField(label=said("people.log.filter.owner"), required=False)
    action = forms.ChoiceField(label=said("people.log.filter.action"), required=False)
    who = forms.CharField(label=said("people.log.filter.who"), required=False, max_length=100)
    since = Day(label=said("people.log.filter.since"), required=False)
    until = Day(label=said("people.log.filter.until"), required=False)
    refused = forms.ChoiceField(
        label=said("people.log.filter.outcome"),
        choices=[("", said("people.log.filter.any")), ("on", said("people.log.filter.refused"))],
        required=False,
    )
