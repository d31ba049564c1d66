"""Forms of the log-in library, without the words that it writes into empty fields: each has its label."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms


class _Plain(forms.Form):
    """Takes the placeholders away; readers lose them with the first letter."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LogIn(_Plain, LoginForm):
    """Address and password."""


class ChangePassword(_Plain, ChangePasswordForm):
    """The present password, and the new one twice."""


class Reauthenticate(_Plain, ReauthenticateForm):
    """The password again."""


class Authenticate(_Plain, AuthenticateForm):
    """A code, after the password."""


class ReauthenticateByCode(_Plain, ReauthenticateByCodeForm):
    """A code again."""


class ActivateTOTP(_Plain, ActivateTOTPForm):
    """The first code of an authenticator app."""
