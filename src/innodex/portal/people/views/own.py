"""One's own account, and what every role may do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from innodex.documents import languages, say
from innodex.portal.people import actions
from innodex.portal.people.log import action_words, state_words
from innodex.portal.people.permissions import PHASES, ROLES_OF, RULES, Role, Rule, Scope
from innodex.portal.people.web import page, perform, roles_of


@page
def me(request: HttpRequest) -> HttpResponse:
    """What one is here and since when, the language, and where log-in is looked after."""
    ended = request.user.memberships.filter(ended_at__isnull=False).select_related("organisation")
    values = {
        "memberships": roles_of(request),
        "former": ended,
        "languages": sorted(languages(), reverse=True),
    }
    return render(request, "people/me.html", values)


@page
def welcome(request: HttpRequest) -> HttpResponse:
    """The first page of a new account: what one may do, and the offer of one-time codes."""
    return render(request, "people/welcome.html", {"memberships": roles_of(request)})


@require_POST
@page
def change_language(request: HttpRequest) -> HttpResponse:
    """The language of the account, from now on and on every machine."""
    language = request.POST.get("language", "")
    done = say(language, "people.me.language.changed") if language in languages() else ""
    outcome = perform(request, actions.change_language, done=done, user=request.user, language=language)
    response = redirect("people:me")
    if outcome:
        # The choice for this browser would win over that of the account.
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite=settings.LANGUAGE_COOKIE_SAMESITE)
    return response


@page
def roles(request: HttpRequest) -> HttpResponse:
    """The table of rights, as the gate enforces it."""
    lang = request.lang
    values = {
        "roles": [_role(role, lang) for role in Role],
        "tables": [(say(lang, f"people.app.{app}"), _table(app, lang)) for app in _apps()],
        "mine": {membership.role for membership in roles_of(request)},
    }
    return render(request, "people/roles.html", values)


def _role(role: Role, lang: str) -> dict[str, Any]:
    kinds = [say(lang, f"people.kind.{kind.value}") for kind, given in ROLES_OF.items() if role in given]
    actions_of = [
        (action_words(lang, rule.action), _scope(grant.scope, lang))
        for rule in RULES.values()
        for grant in rule.grants
        if grant.role is role
    ]
    return {
        "role": role.value,
        "name": say(lang, f"people.role.{role.value}"),
        "about": say(lang, f"people.role.{role.value}.about"),
        "kinds": kinds,
        "actions": actions_of,
    }


def _scope(scope: Scope, lang: str) -> str:
    """What a right reaches; nothing is said where it is everything."""
    return "" if scope is Scope.ANY else say(lang, f"people.scope.{scope.value}")


def _apps() -> list[str]:
    """The apps that have rules, in the order of the table."""
    return list(dict.fromkeys(name.partition(".")[0] for name in RULES))


def _table(app: str, lang: str) -> list[dict[str, Any]]:
    return [_row(rule, lang) for rule in RULES.values() if rule.action.partition(".")[0] == app]


def _row(rule: Rule, lang: str) -> dict[str, Any]:
    who = []
    for grant in rule.grants:
        name = say(lang, f"people.role.{grant.role.value}") if grant.role else ""
        who.append(" – ".join(part for part in (name, _scope(grant.scope, lang)) if part))
    return {
        "action": action_words(lang, rule.action),
        "who": who,
        "states": sorted(state_words(lang, state) for state in rule.states),
        "phases": [say(lang, f"people.phase.{phase}") for phase in _in_order(rule.phases)],
        "timed": rule.timed,
    }


def _in_order(phases: frozenset[str]) -> list[str]:
    return sorted(phases, key=PHASES.index)
