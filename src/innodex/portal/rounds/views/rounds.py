"""The list of rounds, a round's overview, a new round, receipts and files."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from innodex.documents import Faulty, Text, say
from innodex.portal.people import clock
from innodex.portal.people.gate import holds
from innodex.portal.people.web import page, perform
from innodex.portal.people.wording import moment
from innodex.portal.rounds import actions, documents, files, queries
from innodex.portal.rounds.forms.rounds import NewRoundForm
from innodex.portal.rounds.models import Snapshot
from innodex.portal.rounds.queries.registration import registration_of
from innodex.portal.rounds.views.common import crumbs, title_of
from innodex.portal.rounds.views.registration import standing
from innodex.portal.rounds.views.uploads import brought, listed, preview


@page
def listing(request: HttpRequest) -> HttpResponse:
    """The rounds that the person may see, with their phase and what is next."""
    at = clock.now()
    found = [
        {"round": round, "steps": queries.steps(round, at, request.user)}
        for round in queries.rounds_for(request.user)
    ]
    values = {"rounds": found, "may_create": holds("rounds.create_round", on=None, by=request.actor, at=at)}
    return render(request, "rounds/rounds.html", values)


@page
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Where the round stands: what is next, who acts, by when; its phases; who has answered."""
    round = queries.get_round(request.user, code)
    at = clock.now()
    registration = registration_of(request.user, round)
    values = {
        "round": round,
        "crumbs": crumbs(request),
        "title": title_of(round, request.lang),
        "steps": queries.steps(round, at, request.user),
        "line": queries.line(round),
        "tallies": queries.tallies(round, request.user),
        "version": documents.in_force(round),
        "localities": round.localities.count(),
        "own": queries.own_locality(request.user, round),
        "registration": registration,
        "own_standing": standing(registration, request.lang, at, own=True) if registration else None,
        "staff": queries.sees_drafts(request.user),
    }
    return render(request, "rounds/round.html", values)


# ---- a new round: checked and shown first, made when it is confirmed


@page
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a round's documents; show every fault, or what they say; make the round when confirmed."""
    if not holds("rounds.create_round", on=None, by=request.actor, at=clock.now()):
        raise Http404
    if request.method != "POST":
        return _form(request, NewRoundForm(lang=request.lang, initial={"kind": "pilot"}))
    form = NewRoundForm(request.POST, request.FILES, lang=request.lang)
    if not form.is_valid() or "back" in request.POST:
        return _form(request, form, status=200 if "back" in request.POST else 422)
    upload = brought(form)
    if upload is None:
        form.add_error("upload", say(request.lang, "rounds.upload.gone"))
        return _form(request, form, status=422)
    content, filename = upload
    checked = documents.check_upload(content, filename)
    if checked.folder is None:
        return _form(
            request, form, faults=listed(checked.faults, request.lang), filename=filename, status=422
        )
    if not form.fits(checked.folder):
        return _form(request, form, status=422)
    if "confirm" in request.POST:
        return _make(request, form, content, filename)
    shown = preview(checked.folder, form.cleaned_data["reference_date"], request.lang)
    values = {
        "form": form,
        "given": form.given(),
        "preview": shown,
        "facts": shown.facts(request.lang),
        "digest": files.keep_upload(content),
        "filename": filename,
        "crumbs": crumbs(request),
        "synthetic": form.cleaned_data["synthetic"] or checked.folder.settings.synthetic,
    }
    return render(request, "rounds/new_preview.html", values)


def _form(request: HttpRequest, form: NewRoundForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(
        request, "rounds/new.html", {"form": form, "crumbs": crumbs(request), **more}, status=status
    )


def _make(request: HttpRequest, form: NewRoundForm, content: bytes, filename: str) -> HttpResponse:
    done = say(request.lang, "rounds.new.done")
    given = form.given()
    try:
        outcome = perform(
            request, actions.create_round, done=done, upload=content, filename=filename, **given
        )
    except Faulty as faulty:  # between the check and now the rules of the house have changed
        faults = listed(tuple(faulty.faults), request.lang)
        return _form(request, form, faults=faults, filename=filename, status=422)
    return redirect("rounds:round", code=given["code"]) if outcome else _form(request, form, status=409)


# ---- receipts and files


@page
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of what was sent, to be printed."""
    snapshot = queries.get_snapshot(request.user, pk)
    lang, organisation = request.lang, Text.of(snapshot.organisation.name)
    values = {
        "round": snapshot.round,
        "crumbs": crumbs(request, snapshot.round),
        "snapshot": snapshot,
        "title": say(lang, f"rounds.receipt.{snapshot.kind}"),
        "entries": [
            (say(lang, "rounds.receipt.round"), title_of(snapshot.round, lang)),
            (say(lang, "rounds.receipt.organisation"), organisation.get(lang)),
            (say(lang, "rounds.receipt.copy"), str(snapshot.number)),
            (say(lang, "rounds.receipt.sent-at"), moment(snapshot.sent_at, lang)),
            (say(lang, "rounds.receipt.sent-by"), str(snapshot.sent_by or "")),
            (say(lang, "rounds.receipt.requested-by"), str(snapshot.requested_by or "")),
            (say(lang, "rounds.receipt.due"), moment(snapshot.due_at, lang)),
            (say(lang, "rounds.receipt.on-time"), say(lang, f"rounds.receipt.late.{snapshot.late}".lower())),
        ],
        "evidence": _evidence(snapshot),
    }
    return render(request, "rounds/receipt.html", values)


def _evidence(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The documents that the copy cites, with their digests."""
    cited = json.loads(snapshot.content).get("evidence", [])
    return [one for one in cited if isinstance(one, dict) and one.get("digest")]


@page
def stored_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A stored file, as a download."""
    return files.response(queries.file_for(request.user, pk))
