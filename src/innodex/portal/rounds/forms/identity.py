"""The sender proves who they are, in the form that sends."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django import forms
from django.http import HttpRequest

from innodex.documents import say
from innodex.portal.people.web import language_of

FIELDS = ("password", "code")


class IdentityForm(forms.Form):
    """The password, or the code of this moment where the person has an app for codes; one of them is enough.

    Also to be put before other forms as a mixin: give it `request=`.
    """

    def __init__(self, *arguments: Any, request: HttpRequest, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.request = request
        self.lang = language_of(request)
        mine = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP)
        self.authenticator = mine.first()
        self.fields["password"] = forms.CharField(
            label=say(self.lang, "rounds.identity.password"),
            help_text=say(self.lang, "rounds.identity.password-help"),
            # With an app for codes either will do.
            required=self.authenticator is None,
            error_messages={"required": say(self.lang, "rounds.identity.missing")},
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        if self.authenticator is not None:
            self.fields["code"] = forms.CharField(
                label=say(self.lang, "rounds.identity.code"),
                help_text=say(self.lang, "rounds.identity.code-help"),
                required=False,
                max_length=12,
                widget=forms.TextInput(
                    attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "short"}
                ),
            )

    def clean(self) -> dict[str, Any]:
        """Refuses a wrong word, and too many of them in a short time."""
        data = super().clean() or self.cleaned_data
        password, code = data.get("password", ""), (data.get("code") or "").strip()
        if self.has_error("password"):
            return data
        if not password and not code:
            self._wrong("password", "missing")
            return data
        key = f"identity-{self.request.user.pk}"
        if not ratelimit.consume(self.request, action="login_failed", key=key):
            self._wrong("password" if password else "code", "too-many")
        elif password and not self.request.user.check_password(password):
            self._wrong("password", "wrong-password")
        elif not password and not self._is_code(code):
            self._wrong("code", "wrong-code")
        else:
            ratelimit.clear(self.request, action="login_failed", key=key)
        return data

    def _is_code(self, code: str) -> bool:
        return self.authenticator is not None and bool(self.authenticator.wrap().validate_code(code))

    def _wrong(self, field: str, kind: str) -> None:
        self.add_error(field if field in self.fields else None, say(self.lang, f"rounds.identity.{kind}"))
