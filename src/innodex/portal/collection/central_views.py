"""Pages of central figures: what counts, an upload with its faults, an import to confirm."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from innodex.documents import Text, say
from innodex.portal.collection import central, central_queries
from innodex.portal.collection.central_file import Problem, Reading
from innodex.portal.collection.central_forms import FileForm, SourcesForm
from innodex.portal.people import clock
from innodex.portal.people.gate import may
from innodex.portal.people.permissions import Role
from innodex.portal.people.web import has_role, page, perform
from innodex.portal.rounds import documents, files, queries
from innodex.portal.rounds.models import Round

_SALT = "collection.central"
_SHOWN = 200  # faults and differences on one page
_TONES = {"previewed": "waiting", "confirmed": "done", "discarded": "stopped"}


def _frame(request: HttpRequest, round: Round, *, inside: bool = False) -> dict[str, Any]:
    name = Text.of(round.title).get(request.lang)
    crumbs = [(name, f"/portal/rounds/{round.code}/")]
    if inside:
        title = say(request.lang, "collection.central.title")
        crumbs.append((title, reverse("collection:central", args=[round.code])))
    return {"round": round, "round_name": name, "crumbs": crumbs}


@page
@require_safe
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """All imports and what they cover; for a locality, the figures about itself."""
    round = queries.get_round(request.user, code)
    if not central_queries.sees_all(request.user):
        return _own(request, round)
    values = {
        **_frame(request, round),
        "coverage": central_queries.coverage(round),
        "imports": [(one, _TONES[one.state]) for one in _imports(round)],
        "imports_now": may("collection.import_central", on=round, by=request.actor, at=clock.now()),
    }
    return render(request, "collection/central.html", values)


def _imports(round: Round) -> list[Any]:
    held = round.central_imports.select_related("file", "imported_by", "confirmed_by")
    return list(held.order_by("-number"))


def _own(request: HttpRequest, round: Round) -> HttpResponse:
    """A locality reads what others supply about it; nothing of any other unit."""
    localities = queries.own_localities(request.user, round)
    if not localities:
        raise Http404
    tables = [(one, central_queries.of_unit(round, one.unit)) for one in localities]
    return render(request, "collection/central_own.html", {**_frame(request, round), "tables": tables})


# ---- bringing a file in


@page
def new(request: HttpRequest, code: str) -> HttpResponse:
    """A file: every fault at once, or the question where each series is from."""
    round = _for_import(request, code)
    form = FileForm(request.POST or None, request.FILES or None, lang=request.lang)
    reading, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = form.cleaned_data["upload"]
            reading, kept = _read(round, upload, form)
            if kept is not None:
                return _ask_sources(request, round, reading, kept, form)
    values = {**_frame(request, round, inside=True), "form": form, **_listed(request, reading)}
    return render(request, "collection/central_new.html", values, status=status)


def _for_import(request: HttpRequest, code: str) -> Round:
    round = queries.get_round(request.user, code)
    if not has_role(request, Role.I_ANALYST):
        raise Http404
    return round


def _read(round: Round, upload: Any, form: FileForm) -> tuple[Reading, dict[str, Any] | None]:
    """What the file says; and, where it has no fault, what to remember of it until it is confirmed."""
    data = b"".join(upload.chunks()) if upload.size <= files.LARGEST else b""
    decimal, ignore = form.cleaned_data["decimal"], form.ignored()
    reading = central.read(round, data, files.clean_name(upload.name), decimal=decimal, ignore=ignore)
    if reading.problems:
        return reading, None
    name = files.clean_name(upload.name)
    held = {"digest": files.keep_upload(data), "name": name, "decimal": decimal, "ignore": list(ignore)}
    return reading, held


def _ask_sources(
    request: HttpRequest, round: Round, reading: Reading, kept: dict[str, Any], form: FileForm
) -> HttpResponse:
    given = {"source": form.cleaned_data["source"], "date": form.cleaned_data["date"]}
    known = {
        one: {"source": reading.sources.get(one) or given["source"], "date": given["date"]}
        for one in reading.series
    }
    fields = SourcesForm(lang=request.lang, series=_series(round, reading), known=known)
    return _sources_page(request, round, reading, kept, fields)


def _series(round: Round, reading: Reading) -> list[Any]:
    known = documents.framework_of(documents.in_force(round)).series_by_id
    return [known[one] for one in reading.series]


def _sources_page(
    request: HttpRequest,
    round: Round,
    reading: Reading,
    kept: dict[str, Any],
    form: SourcesForm,
    *,
    status: int = 200,
) -> HttpResponse:
    values = {
        **_frame(request, round, inside=True),
        "form": form,
        "pairs": [(one.name, source, day) for one, source, day in form.pairs()],
        "kept": signing.dumps({**kept, "user": request.user.pk, "round": round.pk}, salt=_SALT),
        "name": kept["name"],
        "number": len(reading.figures),
        **_listed(request, reading),
    }
    return render(request, "collection/central_sources.html", values, status=status)


@page
@require_POST
def sources(request: HttpRequest, code: str) -> HttpResponse:
    """Source and date of every series; then the import lies there to be confirmed by somebody else."""
    round = _for_import(request, code)
    kept = _kept(request, round)
    data = files.kept_upload(kept["digest"]) if kept else None
    if kept is None or data is None:
        return redirect("collection:central-new", code=code)
    how = {"decimal": kept["decimal"], "ignore": tuple(kept["ignore"])}
    reading = central.read(round, data, kept["name"], **how)
    form = SourcesForm(request.POST, lang=request.lang, series=_series(round, reading))
    if not form.is_valid():
        return _sources_page(request, round, reading, kept, form, status=422)
    outcome = perform(
        request,
        central.import_central,
        round=round,
        upload=data,
        filename=kept["name"],
        sources=form.stated(),
        done=say(request.lang, "collection.central.imported"),
        **how,
    )
    if outcome.value is None:
        return redirect("collection:central", code=code)
    return redirect("collection:central-import", code=code, number=outcome.value.number)


def _kept(request: HttpRequest, round: Round) -> dict[str, Any] | None:
    """The upload that this person had read for this round; None for any other."""
    try:
        kept = signing.loads(request.POST.get("kept", ""), salt=_SALT, max_age=60 * 60 * 12)
    except signing.BadSignature:
        return None
    mine = kept["user"] == request.user.pk and kept["round"] == round.pk
    return dict(kept) if mine else None


def _listed(request: HttpRequest, reading: Reading | None) -> dict[str, Any]:
    def lines(found: list[Problem]) -> list[tuple[str, str]]:
        return [(one.place(request.lang), one.text(request.lang)) for one in found[:_SHOWN]]

    if reading is None:
        return {"problems": [], "notes": [], "more": 0, "all_problems": 0}
    return {
        "problems": lines(reading.problems),
        "notes": lines(reading.notes),
        "all_problems": len(reading.problems),
        "more": max(0, len(reading.problems) - _SHOWN),
    }


# ---- an import


@page
@require_safe
def batch(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What an import says, beside what counts now."""
    held = central_queries.get_import(request.user, code, number)
    round = held.round
    known = documents.framework_of(documents.in_force(round)).series_by_id
    names = dict(round.localities.values_list("unit", "name"))
    figures = central.content(held)
    found = central.changes(round, figures) if held.state == "previewed" else []
    kinds = [one.kind for one in found]
    now = clock.now()
    values = {
        **_frame(request, round, inside=True),
        "batch": held,
        "tone": _TONES[held.state],
        "whole": central.is_whole(held),
        "number": len(figures),
        "counts": [(kind, kinds.count(kind)) for kind in ("new", "changed", "unchanged")] if found else [],
        "changed": [
            (one, known[one.figure.series].name, names[one.figure.unit])
            for one in found
            if one.kind == "changed"
        ][:_SHOWN],
        "series": _by_series(held, figures, known),
        "own": held.imported_by_id == request.user.pk,
        "confirms": may("collection.confirm_central", on=held, by=request.actor, at=now),
        "discards": may("collection.discard_central", on=held, by=request.actor, at=now),
    }
    return render(request, "collection/central_import.html", values)


def _by_series(held: Any, figures: list[Any], known: Any) -> list[dict[str, Any]]:
    """Each series with its count, how many are missing, source and date."""
    rows = []
    for series in dict.fromkeys(one.series for one in figures):
        here = [one for one in figures if one.series == series]
        stated = held.sources.get(series, {})
        rows.append(
            {
                "name": known[series].name,
                "measure": known[series].unit,
                "number": len(here),
                "missing": sum(not one.value for one in here),
                "source": stated.get("source", ""),
                "date": date.fromisoformat(stated["date"]) if stated.get("date") else None,
            }
        )
    return rows


@page
@require_POST
def confirm(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Let the figures count."""
    return _act(request, code, number, central.confirm_central, "collection.central.confirmed")


@page
@require_POST
def discard(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Put the import aside."""
    return _act(request, code, number, central.discard_central, "collection.central.discarded")


def _act(request: HttpRequest, code: str, number: int, action: Any, done: str) -> HttpResponse:
    held = central_queries.get_import(request.user, code, number)
    perform(request, action, batch=held, done=say(request.lang, done))
    return redirect("collection:central-import", code=code, number=number)


@page
@require_safe
def file(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The file as it came."""
    return files.response(central_queries.get_import(request.user, code, number).file)
