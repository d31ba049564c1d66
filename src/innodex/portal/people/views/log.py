"""The log: read by each as far as it concerns them, taken away as a file by auditors."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from innodex.documents import Text, say, sha256, sort_key
from innodex.portal.people import actions, clock, forms, queries
from innodex.portal.people import log as words
from innodex.portal.people.models import Chain, Event, Organisation
from innodex.portal.people.permissions import RULES
from innodex.portal.people.web import for_holders, page, perform

PER_PAGE = 50
OPEN_FOR = datetime.timedelta(hours=1)
_UNTIL = "people_drafts_until"
FILES = {"csv": (words.as_csv, "text/csv; charset=utf-8"), "json": (words.as_json, "application/json")}


def _reader(request: HttpRequest) -> queries.Reader:
    at = clock.now()
    if not queries.reads_log(request.user, at):
        raise Http404
    until = request.session.get(_UNTIL, "")
    return queries.reader(
        request.user, at, drafts=bool(until) and at < datetime.datetime.fromisoformat(until)
    )


def _filter(reader: queries.Reader, data: QueryDict, lang: str) -> tuple[forms.LogFilter, QuerySet[Event]]:
    form = forms.LogFilter(data)
    events = reader.events()
    chains = Chain.objects.filter(pk__in=events.order_by().values("chain"))
    owners = Organisation.objects.filter(pk__in=events.order_by().values("owner"))
    anything = ("", say(lang, "people.log.filter.any"))
    named = [(body.code, Text.of(body.name).get(lang)) for body in owners]
    form.fields["chain"].choices = [
        anything,
        *((chain.key, words.chain_name(chain.key, lang)) for chain in chains),
    ]
    form.fields["owner"].choices = [anything, *sorted(named, key=lambda one: sort_key(one[1]))]
    form.fields["action"].choices = [anything, *((name, words.action_words(lang, name)) for name in RULES)]
    return form, _chosen(events, form)


def _chosen(events: QuerySet[Event], form: forms.LogFilter) -> QuerySet[Event]:
    """The events that the filter asks for; a field that is wrong says so and filters nothing."""
    form.is_valid()
    wanted = form.cleaned_data
    for name, lookup in (("chain", "chain__key"), ("owner", "owner__code"), ("action", "action")):
        if wanted.get(name):
            events = events.filter(**{lookup: wanted[name]})
    if wanted.get("who"):
        events = events.filter(actor__name__icontains=wanted["who"]) | events.filter(
            actor__email__icontains=wanted["who"]
        )
    if wanted.get("since"):
        events = events.filter(at__gte=_midnight(wanted["since"]))
    if wanted.get("until"):
        events = events.filter(at__lt=_midnight(wanted["until"] + datetime.timedelta(days=1)))
    return events.exclude(refused="") if wanted.get("refused") else events


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


@page
def log(request: HttpRequest) -> HttpResponse:
    """What was done, by whom, on what; the newest first."""
    reader = _reader(request)
    form, events = _filter(reader, request.GET, request.lang)
    shown = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    rest = request.GET.copy()
    rest.pop("page", None)
    values: dict[str, Any] = {
        "form": form,
        "page": shown,
        "lines": words.lines(list(shown.object_list), reader, request.lang),
        "query": rest.urlencode(),
        "reader": reader,
        "filtered": any(value for value in rest.values()),
    }
    return render(request, "people/log.html", values)


@page
def drafts(request: HttpRequest) -> HttpResponse:
    """An auditor gives a reason and reads for an hour what localities have written and not sent."""
    for_holders(request, "people.read_drafts")
    form = forms.Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = say(request.lang, "people.log.drafts.open")
        if perform(request, actions.read_drafts, done=done, **form.cleaned_data):
            request.session[_UNTIL] = (clock.now() + OPEN_FOR).isoformat()
            return redirect("people:log")
    values = {"form": form, "back": reverse("people:log"), "crumbs": _crumbs(request)}
    return render(request, "people/log_drafts.html", values, status=422 if request.method == "POST" else 200)


@page
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The events that the filter shows, as a file. Who takes one says why, and that is an event."""
    for_holders(request, "people.export_log")
    _, events = _filter(_reader(request), request.GET, request.lang)
    form = forms.Reason(request.POST or None)
    values = {
        "form": form,
        "kind": kind,
        "count": events.count(),
        "back": reverse("people:log"),
        "crumbs": _crumbs(request),
    }
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "people/log_export.html", values, status=status)
    write, media_type = FILES[kind]
    content = write(events.order_by("pk"))
    digest = sha256(content)
    outcome = perform(request, actions.export_log, digest=digest, **form.cleaned_data)
    if not outcome:
        return render(request, "people/log_export.html", values, status=422)
    name = f"innodex-log-{timezone.localtime(clock.now()):%Y%m%d-%H%M}.{kind}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "X-Digest-SHA256": digest,
    }
    return HttpResponse(content, content_type=media_type, headers=headers)


def _crumbs(request: HttpRequest) -> list[tuple[str, str]]:
    return [(say(request.lang, "people.log.title"), reverse("people:log"))]
