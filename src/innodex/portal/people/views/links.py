"""Pages that a link leads to, without log-in: accept an invitation, set a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from innodex.documents import say
from innodex.portal.people import actions, clock, forms, queries
from innodex.portal.people.models import Invitation, PasswordLink, User
from innodex.portal.people.web import language_of, perform

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _standing(link: Invitation | PasswordLink) -> str:
    """`open`, `expired`, or the state in which it ended."""
    return "expired" if link.state == "open" and link.expires_at < clock.now() else link.state


@sensitive_post_parameters()
@never_cache
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites to what; a new account is made here, one that stands is joined with."""
    link = queries.by_link(Invitation, token)
    account = queries.account_of(link.email)
    values: dict[str, Any] = {"invitation": link, "standing": _standing(link), "account": account}
    if values["standing"] != "open":
        return render(request, "people/accept.html", values, status=410)
    user = request.user if request.user.is_authenticated else None
    values["wrong_person"] = user is not None and user != account
    values["log_in"] = user is None and account is not None
    if values["wrong_person"] or values["log_in"]:
        return render(request, "people/accept.html", values)
    if account is not None:
        return _join(request, token, values)
    form = forms.NewAccount(User(email=link.email, name=link.name), request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = perform(
            request,
            actions.accept_invitation,
            token=token,
            password=form.cleaned_data["password"],
            name=form.cleaned_data["name"],
            language=language_of(request),
        )
        if outcome:
            login(request, outcome.value, backend=BACKEND)
            return redirect("people:welcome")
    status = 422 if request.method == "POST" else 200
    return render(request, "people/accept.html", {**values, "form": form}, status=status)


def _join(request: HttpRequest, token: str, values: dict[str, Any]) -> HttpResponse:
    """A person who is signed in takes the role."""
    if request.method == "POST":
        done = say(language_of(request), "people.accept.joined")
        if perform(request, actions.accept_invitation, done=done, token=token):
            return redirect("home")
    return render(request, "people/accept.html", {**values, "join": True})


@sensitive_post_parameters()
@never_cache
def set_password(request: HttpRequest, token: str) -> HttpResponse:
    """A new password; the person then signs in with it, and with the one-time code where there is one."""
    link = queries.by_link(PasswordLink, token)
    values: dict[str, Any] = {"link": link, "person": link.user, "standing": _standing(link)}
    if values["standing"] != "open":
        return render(request, "people/set_password.html", values, status=410)
    form = forms.Password(link.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = say(language_of(request), "people.password.set")
        password = form.cleaned_data["password"]
        if perform(request, actions.set_password, done=done, token=token, password=password):
            return redirect("account_login")
    status = 422 if request.method == "POST" else 200
    return render(request, "people/set_password.html", {**values, "form": form}, status=status)
