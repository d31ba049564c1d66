"""Pages of the frame: the start page, the language, one's own account, the gallery, and what goes wrong."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from innodex.documents import languages, say
from innodex.portal.people.actions import change_language
from innodex.portal.people.models import User
from innodex.portal.people.permissions import Role
from innodex.portal.people.web import has_role, language_of, page, perform, roles_of
from innodex.portal.project import context, gallery


@page
def home(request: HttpRequest) -> HttpResponse:
    """What is to be done next, and by when; what one is here."""
    return render(request, "project/home.html", {"tasks": context.tasks(request), "roles": roles_of(request)})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on, and go back to where one was."""
    chosen = request.POST.get("language", "")
    back = request.POST.get("next", "")
    here = {request.get_host()}
    if not url_has_allowed_host_and_scheme(back, here, require_https=request.is_secure()):
        back = "/portal/"
    response = HttpResponseRedirect(back)
    if chosen in languages():
        if request.user.is_authenticated and request.user.language != chosen:
            own = User.objects.get(pk=request.user.pk)
            perform(request, change_language, user=own, language=chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return response


@page
def account(request: HttpRequest) -> HttpResponse:
    """Password, one-time codes and recovery codes of one's own account."""
    mine = Authenticator.objects.filter(user_id=request.user.pk)
    recovery = mine.filter(type=Authenticator.Type.RECOVERY_CODES).first()
    values = {
        "totp": mine.filter(type=Authenticator.Type.TOTP).exists(),
        "recovery": recovery is not None,
        "left": len(recovery.wrap().get_unused_codes()) if recovery else 0,
        "roles": roles_of(request),
    }
    return render(request, "project/account.html", values)


@login_required
def to_account(request: HttpRequest) -> HttpResponse:
    """The log-in library returns here after a change of codes."""
    return redirect("account")


@page
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for those who build and those who look after it."""
    if not settings.TEST_SERVER and not has_role(request, Role.SYSADMIN):
        raise Http404
    return render(request, "project/gallery.html", gallery.samples(request))


def alive(request: HttpRequest) -> HttpResponse:
    """For a server in front: the process answers and its database does."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def _error(request: HttpRequest, kind: str, status: int) -> HttpResponse:
    lang = language_of(request)
    values: dict[str, Any] = {
        "title": say(lang, f"portal.error.{kind}.title"),
        "text": say(lang, f"portal.error.{kind}.text"),
        "lang": lang,
    }
    with translation.override(lang):
        return render(request, "project/error.html", values, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that makes no sense; written plainly, since its session may be what is wrong."""
    text = " · ".join(say(lang, "portal.error.bad.text") for lang in sorted(languages(), reverse=True))
    return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page that is not for this person."""
    return _error(request, "forbidden", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page that does not exist, or not for this person."""
    return _error(request, "missing", 404)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of the program: nothing is asked of the database any more."""
    text = "\n".join(say(lang, "portal.error.broken.text") for lang in sorted(languages(), reverse=True))
    return HttpResponse(text + "\n", status=500, content_type="text/plain; charset=utf-8")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token does not fit: an old page, or one from elsewhere."""
    return _error(request, "stale", 403)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Too many attempts in a short time."""
    return _error(request, "too-many", 429)
