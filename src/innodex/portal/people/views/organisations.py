"""Organisations, the people in them, and the links that let people in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from innodex.documents import Text, say, sort_key, without_marks
from innodex.portal.people import actions, clock, forms, queries
from innodex.portal.people.gate import holds, may
from innodex.portal.people.models import Invitation, Membership, Organisation, User
from innodex.portal.people.permissions import Kind
from innodex.portal.people.web import for_holders, page, perform

PER_PAGE = 50


def _crumbs(request: HttpRequest, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the list, for those who may see it."""
    if not queries.oversees(request.user, clock.now()):
        return list(more)
    return [(say(request.lang, "people.organisations.title"), reverse("people:organisations")), *more]


def _to(body: Organisation, lang: str) -> tuple[str, str]:
    return (Text.of(body.name).get(lang), reverse("people:organisation", args=[body.code]))


@page
def organisations(request: HttpRequest) -> HttpResponse:
    """Every organisation that the person may see; who sees only one goes there."""
    at = clock.now()
    found = queries.organisations_for(request.user, at)
    if not queries.oversees(request.user, at) and found.count() == 1:
        return redirect("people:organisation", found.get().code)
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    if kind in list(Kind):
        found = found.filter(kind=kind)
    bodies = [body for body in queries.with_counts(found) if _matches(body, words)]
    bodies.sort(
        key=lambda body: (list(Kind).index(Kind(body.kind)), sort_key(Text.of(body.name).get(request.lang)))
    )
    values = {
        "page": Paginator(bodies, PER_PAGE).get_page(request.GET.get("page")),
        "kinds": list(Kind),
        "kind": kind,
        "q": words,
        "query": _query(request),
        "today": timezone.localdate(at),
        "administers": holds("people.create_organisation", on=None, by=request.actor, at=at),
    }
    return render(request, "people/organisations.html", values)


def _order(body: Organisation, lang: str) -> tuple[Any, ...]:
    """By kind, from the academy to the departments, then by name."""
    return (list(Kind).index(Kind(body.kind)), sort_key(Text.of(body.name).get(lang), lang))


def _matches(body: Organisation, words: str) -> bool:
    """Without marks, so that "da nang" finds what it means."""
    haystack = without_marks(" ".join([body.code, body.unit, *body.name.values()]))
    return all(word in haystack for word in without_marks(words).split())


def _query(request: HttpRequest) -> str:
    """The rest of the address, for the next page of a list."""
    rest = request.GET.copy()
    rest.pop("page", None)
    return rest.urlencode()


def _form_page(
    request: HttpRequest,
    form: Any,
    template: str,
    action: Callable[[], Any],
    then: str,
    **values: Any,
) -> HttpResponse:
    """A form, carried out when it is in order: `then` is where one goes after it."""
    if request.method == "POST" and form.is_valid() and action():
        return redirect(then)
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"form": form, **values}, status=status)


@page
def new_organisation(request: HttpRequest) -> HttpResponse:
    """One more organisation."""
    for_holders(request, "people.create_organisation")
    form = forms.NewOrganisation(
        request.POST or None, initial={"valid_from": timezone.localdate(clock.now())}
    )

    def make() -> Any:
        done = say(request.lang, "people.organisation.made")
        return perform(request, actions.create_organisation, done=done, **form.values())

    then = reverse("people:organisations")
    values = {"crumbs": _crumbs(request), "back": then}
    return _form_page(request, form, "people/new_organisation.html", make, then, **values)


@page
def departments(request: HttpRequest) -> HttpResponse:
    """A department for every unit of a territory, at once."""
    for_holders(request, "people.create_departments")
    today = timezone.localdate(clock.now())
    form = forms.Departments(request.POST or None, initial={"valid_from": today})

    def make() -> Any:
        done = say(request.lang, "people.departments.made")
        return perform(request, actions.create_departments, done=done, **form.values())

    then = reverse("people:organisations")
    return _form_page(
        request, form, "people/departments.html", make, then, crumbs=_crumbs(request), back=then
    )


@page
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation: its people, former ones, and open invitations."""
    at, by = clock.now(), request.actor
    body = queries.get_organisation(for_=request.user, code=code, at=at)
    members = list(body.memberships.select_related("user"))
    manages = holds("people.invite", on=body, by=by, at=at)
    links = list(body.invitations.filter(state=Invitation.State.OPEN)) if manages else []
    values = {
        "organisation": body,
        "members": [(one, _standing(one, at)) for one in members if one.ended_at is None],
        "former": [one for one in members if one.ended_at is not None],
        "invitations": [(link, link.expires_at < at) for link in links],
        "manages": manages,
        "invites": manages and (body.valid_to is None or body.valid_to >= timezone.localdate(at)),
        "links_password": {
            one.user_id
            for one in members
            if one.user.is_active and holds("people.link_password", on=one.user, by=by, at=at)
        },
        "ends": body.valid_to is None and may("people.end_organisation", on=body, by=by, at=at),
        "oversees": queries.oversees(request.user, at),
        "crumbs": _crumbs(request),
    }
    return render(request, "people/organisation.html", values)


def _standing(membership: Membership, at: Any) -> str:
    """`now`, `later` or `past`, by its dates."""
    day = timezone.localdate(at)
    if membership.valid_from > day:
        return "later"
    return "past" if membership.valid_to is not None and membership.valid_to < day else "now"


@page
def end_organisation(request: HttpRequest, code: str) -> HttpResponse:
    """The last day of an organisation."""
    body = queries.get_organisation(for_=request.user, code=code, at=clock.now())
    for_holders(request, "people.end_organisation", on=body)
    form = forms.EndOrganisation(body, request.POST or None)

    def end() -> Any:
        done = say(request.lang, "people.organisation.ended")
        return perform(request, actions.end_organisation, done=done, organisation=body, **form.cleaned_data)

    here = _to(body, request.lang)
    values = {"organisation": body, "crumbs": _crumbs(request, here), "back": here[1]}
    return _form_page(request, form, "people/end_organisation.html", end, here[1], **values)


@page
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invite a person; the link is shown once, on the answer itself, and stored nowhere."""
    at = clock.now()
    body = queries.get_organisation(for_=request.user, code=code, at=at)
    for_holders(request, "people.invite", on=body)
    form = forms.Invite(body, request.POST or None)
    here = _to(body, request.lang)
    values: dict[str, Any] = {
        "organisation": body,
        "form": form,
        "crumbs": _crumbs(request, here),
        "back": here[1],
    }
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "people/invite.html", values, status=status)
    outcome = perform(request, actions.invite, organisation=body, **form.cleaned_data)
    if outcome.refused:
        return render(request, "people/invite.html", values, status=422)
    if outcome.repeated:
        return render(request, "people/link.html", {**values, "kind": "invitation", "repeated": True})
    link, token = outcome.value
    address = request.build_absolute_uri(reverse("people:accept", args=[token]))
    values |= {"kind": "invitation", "link": link, "address": address, "name": link.name, "email": link.email}
    return render(request, "people/link.html", values)


@page
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    link = queries.get_invitation(for_=request.user, pk=pk, at=clock.now())
    for_holders(request, "people.revoke_invitation", on=link)
    here = _to(link.organisation, request.lang)
    if request.method == "POST":
        done = say(request.lang, "people.invitation.revoked", name=link.name)
        perform(request, actions.revoke_invitation, done=done, invitation=link)
        return redirect(here[1])
    values = {"invitation": link, "crumbs": _crumbs(request, here), "back": here[1]}
    return render(request, "people/revoke.html", values)


@page
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role away, with a reason."""
    at = clock.now()
    membership = queries.get_membership(for_=request.user, pk=pk, at=at)
    for_holders(request, "people.end_membership", on=membership)
    form = forms.Reason(request.POST or None)

    def end() -> Any:
        done = say(request.lang, "people.membership.ended", name=str(membership.user))
        return perform(request, actions.end_membership, done=done, membership=membership, **form.cleaned_data)

    here = _to(membership.organisation, request.lang)
    values = {"membership": membership, "crumbs": _crumbs(request, here), "back": here[1]}
    return _form_page(request, form, "people/end_membership.html", end, here[1], **values)


# ---- persons


@page
def people(request: HttpRequest) -> HttpResponse:
    """Every account, for administrators and auditors; others go to their own organisation."""
    at = clock.now()
    if not queries.oversees(request.user, at):
        return redirect("people:organisations")
    words = request.GET.get("q", "").strip()
    found = queries.people_for(request.user, at).prefetch_related("memberships__organisation")
    persons = [user for user in found if _person_matches(user, words)]
    persons.sort(key=lambda user: sort_key(user.name))
    values = {
        "page": Paginator(persons, PER_PAGE).get_page(request.GET.get("page")),
        "q": words,
        "query": _query(request),
    }
    return render(request, "people/people.html", values)


def _person_matches(user: User, words: str) -> bool:
    haystack = without_marks(f"{user.name} {user.email}")
    return all(word in haystack for word in without_marks(words).split())


@page
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account and its roles, past ones too."""
    at = clock.now()
    user = queries.get_person(for_=request.user, pk=pk, at=at)
    held = user.memberships.select_related("organisation").order_by("-valid_from", "-pk")
    values = {
        "person": user,
        "memberships": [one for one in held if queries.may_see_membership(request.user, one, at)],
        "closes": user.is_active and may("people.close_account", on=user, by=request.actor, at=at),
        "links_password": user.is_active and may("people.link_password", on=user, by=request.actor, at=at),
        "crumbs": _person_crumbs(request),
    }
    return render(request, "people/person.html", values)


def _person_crumbs(request: HttpRequest, *more: tuple[str, str]) -> list[tuple[str, str]]:
    if not queries.oversees(request.user, clock.now()):
        return list(more)
    return [(say(request.lang, "people.people.title"), reverse("people:people")), *more]


@page
def close_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, with a reason."""
    at = clock.now()
    user = queries.get_person(for_=request.user, pk=pk, at=at)
    for_holders(request, "people.close_account", on=user)
    form = forms.Reason(request.POST or None)

    def close() -> Any:
        done = say(request.lang, "people.account.closed", name=str(user))
        return perform(request, actions.close_account, done=done, user=user, **form.cleaned_data)

    here = reverse("people:person", args=[user.pk])
    crumbs = _person_crumbs(request, (str(user), here))
    values = {"person": user, "crumbs": crumbs, "back": here}
    return _form_page(request, form, "people/close_account.html", close, here, **values)


@page
def link_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A link to set a new password, shown once."""
    at = clock.now()
    user = queries.get_person(for_=request.user, pk=pk, at=at)
    for_holders(request, "people.link_password", on=user)
    here = reverse("people:person", args=[user.pk])
    values: dict[str, Any] = {
        "person": user,
        "crumbs": _person_crumbs(request, (str(user), here)),
        "back": here,
        "kind": "password",
    }
    if request.method != "POST":
        return render(request, "people/link_password.html", values)
    outcome = perform(request, actions.link_password, user=user)
    if outcome.refused:
        return redirect(here)
    if outcome.repeated:
        return render(request, "people/link.html", {**values, "repeated": True})
    link, token = outcome.value
    address = request.build_absolute_uri(reverse("people:set-password", args=[token]))
    values |= {"link": link, "address": address, "name": user.name, "email": user.email}
    return render(request, "people/link.html", values)
