"""Pages of the workbook: download, upload, see what would change, apply."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from innodex.documents import say
from innodex.portal.collection import checks, lines, queries, workbook
from innodex.portal.collection.forms import WorkbookForm
from innodex.portal.collection.models import Item, Submission
from innodex.portal.people import clock
from innodex.portal.people.refused import Refused
from innodex.portal.people.web import page
from innodex.portal.rounds import files
from innodex.portal.rounds.models import Round
from innodex.portal.rounds.queries import get_round

_KINDS = (workbook.Kind.ERROR, workbook.Kind.CHANGED, workbook.Kind.NEW)


def _own(request: HttpRequest, code: str) -> tuple[Round, Submission]:
    round = get_round(request.user, code)
    return round, queries.get_own(for_=request.user, round=round)


@page
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """The workbook to download, the form to upload it, and then what it would change; nothing is written."""
    round, own = _own(request, code)
    held = lines.page_of(own, request.lang, by=request.actor, at=clock.now())
    form = WorkbookForm(lang=request.lang)
    reading: workbook.Reading | None = None
    if request.method == "POST":
        form = WorkbookForm(request.POST, request.FILES, lang=request.lang)
        if form.is_valid():
            file = form.cleaned_data["workbook"]
            if file.size > files.LARGEST:
                refused = Refused("file-too-large", name=file.name, found=-(-file.size // 2**20), allowed=25)
                form.add_error("workbook", refused.text(request.lang))
            else:
                content = file.read()
                reading = workbook.read(content, own, request.lang, name=files.clean_name(file.name))
    values: dict[str, Any] = {
        "round": round,
        "round_name": round.title.get(request.lang) or round.code,
        "page": held,
        "submission": own,
        "form": form,
        "crumbs": [
            (round.title.get(request.lang) or round.code, reverse("rounds:round", args=[round.code])),
            (say(request.lang, "collection.page.title"), reverse("collection:submission", args=[round.code])),
        ],
    }
    if reading is not None:
        values |= _preview(request, reading)
        if reading.faults and not reading.refused:
            values["marked"] = files.keep_upload(content)
    return render(request, "collection/workbook.html", values)


def _preview(request: HttpRequest, reading: workbook.Reading) -> dict[str, Any]:
    lang = request.lang
    framework = checks.framework_of(reading.submission)
    names = {series.id: series.name.get(lang) for series in framework.series}
    groups = [
        (str(kind), [(row, names[row.item.series], _places(row, lang)) for row in reading.of(kind)])
        for kind in _KINDS
    ]
    return {
        "reading": reading,
        "refused": [fault.text(lang) for fault in reading.refused],
        "problems": [(problem.place(lang), problem.text(lang)) for problem in reading.problems],
        "groups": [group for group in groups if group[1]],
        "unchanged": reading.count(workbook.Kind.UNCHANGED),
        "seal": workbook.seal(reading) if reading.changes else "",
        "count": len(reading.changes),
    }


def _places(row: workbook.Row, lang: str) -> dict[str, Any]:
    return {
        "problems": [(problem.place(lang), problem.text(lang)) for problem in row.problems],
        "findings": [found.text(lang) for found in row.findings],
    }


@require_POST
@page
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Save what the preview showed, each item as the form would."""
    round, own = _own(request, code)
    confirmed = frozenset(request.POST.getlist("confirmed"))
    try:
        changes = workbook.unseal(request.POST.get("seal", ""), own)
        done = workbook.apply(changes, own, by=request.actor, at=clock.now(), confirmed=confirmed)
    except Refused as refused:
        messages.error(request, refused.text(request.lang))
        return redirect("collection:workbook", round.code)
    messages.success(request, say(request.lang, "collection.page.saved", count=done.saved))
    if done.conflicts:
        names = ", ".join(_name(item, own, request.lang) for item in done.conflicts)
        messages.error(request, say(request.lang, "collection.workbook.conflicts", names=names))
    return redirect("collection:submission", round.code)


def _name(item: Item, own: Submission, lang: str) -> str:
    return checks.framework_of(own).series_by_id[item.series].name.get(lang)


@require_GET
@page
def download(request: HttpRequest, code: str) -> HttpResponse:
    """The submission as a workbook, with what stands in it now."""
    round, own = _own(request, code)
    made = workbook.template(own, request.lang, at=clock.now())
    return _attached(made, f"{round.code}-{own.locality.unit}.xlsx")


@require_GET
@page
def marked(request: HttpRequest, code: str, digest: str) -> HttpResponse:
    """An uploaded workbook with each fault in its cell."""
    round, own = _own(request, code)
    content = files.kept_upload(digest)
    reading = workbook.read(content, own, request.lang) if content is not None else None
    if reading is None or reading.refused:
        raise Http404
    made = workbook.marked(reading, at=clock.now())
    return _attached(made, f"{round.code}-{own.locality.unit}-faults.xlsx")


def _attached(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=files.MEDIA["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
