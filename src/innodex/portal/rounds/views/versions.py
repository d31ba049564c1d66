"""The versions of a round's documents: listed, read, compared, added, adopted, taken away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from innodex.documents import Faulty, say
from innodex.framework import Framework, Node, series_of
from innodex.portal.people import clock
from innodex.portal.people.gate import holds, may
from innodex.portal.people.web import page, perform
from innodex.portal.rounds import actions, differences, documents, files, hooks, queries
from innodex.portal.rounds.forms.rounds import AdoptForm, VersionForm
from innodex.portal.rounds.models import Round, Version
from innodex.portal.rounds.views.common import crumbs, version_crumb, versions_crumb
from innodex.portal.rounds.views.uploads import Supply, brought, listed, preview, supplies

_DAY = (1980, 1, 1, 0, 0, 0)  # the same files give the same archive


@dataclass(frozen=True, slots=True)
class Line:
    """One node of the tree, for a table."""

    node: Node
    depth: int
    supplies: tuple[Supply, ...]
    has_sheet: bool

    @property
    def unsure(self) -> str:
        """`provisional` or `assumed` where the definition is that; else empty."""
        certainty = str(self.node.certainty or "")
        return certainty if certainty in ("provisional", "assumed") else ""


def _lines(framework: Framework, lang: str) -> list[Line]:
    """Every node, each above what it consists of."""
    written = {code for code, _ in framework.sheets}
    by_id = {one.series.id: one for one in supplies(framework, framework.series, lang)}
    return [
        Line(
            node,
            min(6, framework.depth(node.code)),
            tuple(by_id[one] for one in dict.fromkeys(series_of(node.formula))),
            node.code in written,
        )
        for node in _downwards(framework, framework.root)
    ]


def _downwards(framework: Framework, node: Node) -> Iterator[Node]:
    yield node
    for child in framework.children(node.code):
        yield from _downwards(framework, child)


@page
def listing(request: HttpRequest, code: str) -> HttpResponse:
    """Every version with its note, date and digest; what may be done about them."""
    round = queries.get_round(request.user, code)
    versions = list(round.versions.select_related("made_by").order_by("-number"))
    values = {
        "round": round,
        "crumbs": crumbs(request, round),
        "versions": [
            {"version": one, "before": one.number - 1 if one.number > 1 else None} for one in versions
        ],
        "may_add": may("rounds.add_version", on=round, by=request.actor, at=clock.now()),
        "adoptable": _adoptable(request, versions[0]),
    }
    return render(request, "rounds/versions.html", values)


def _adoptable(request: HttpRequest, newest: Version) -> Version | None:
    return newest if may("rounds.adopt_version", on=newest, by=request.actor, at=clock.now()) else None


@page
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The framework of a version as a tree, with the sheet of every indicator."""
    shown = queries.get_version(request.user, code, number)
    folder = documents.folder_of(shown)
    values = {
        "round": shown.round,
        "version": shown,
        "crumbs": crumbs(request, shown.round, versions_crumb(request, shown.round)),
        "lines": _lines(folder.framework, request.lang),
        "local": supplies(folder.framework, documents.local_series(folder.framework), request.lang),
        "central": supplies(folder.framework, documents.central_series(folder.framework), request.lang),
        "settings": folder.settings,
        "before": shown.number - 1 if shown.number > 1 else None,
        "adoptable": _adoptable(request, shown),
    }
    return render(request, "rounds/version.html", values)


# ---- sheets


@page
def sheet(request: HttpRequest, code: str, number: int, node: str) -> HttpResponse:
    """The sheet of one node: what it is, who supplies its figures, and how."""
    shown = queries.get_version(request.user, code, number)
    framework = documents.framework_of(shown)
    if node not in framework.by_code:
        raise Http404
    values = {
        "round": shown.round,
        "version": shown,
        "crumbs": crumbs(
            request, shown.round, versions_crumb(request, shown.round), version_crumb(request, shown)
        ),
        **_sheet(request, shown, framework, framework.by_code[node]),
        **_neighbours(framework, node),
    }
    return render(request, "rounds/sheet.html", values)


def _sheet(
    request: HttpRequest, version: Version, framework: Framework, node: Node, *, top: int = 2
) -> dict[str, Any]:
    own = tuple(framework.series_by_id[one] for one in dict.fromkeys(series_of(node.formula)))
    written = {lang for code, lang in framework.sheets if code == node.code}
    certainty = str(node.certainty or "")
    return {
        "node": node,
        "above": list(reversed(list(framework.ancestors(node.code)))),
        "below": framework.children(node.code),
        "supplies": supplies(framework, own, request.lang),
        "sheet": documents.sheet_html(version, node.code, request.lang, top=top),
        "foreign": bool(written) and request.lang not in written,
        "unsure": certainty if certainty in ("provisional", "assumed") else "",
    }


def _neighbours(framework: Framework, code: str) -> dict[str, Node | None]:
    order = [node.code for node in _downwards(framework, framework.root) if node.is_indicator]
    if code not in order:
        return {"previous": None, "next": None}
    place = order.index(code)
    before = framework.by_code[order[place - 1]] if place > 0 else None
    after = framework.by_code[order[place + 1]] if place + 1 < len(order) else None
    return {"previous": before, "next": after}


@page
def handbook(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """All sheets on one page, to be printed as a handbook."""
    shown = queries.get_version(request.user, code, number)
    framework = documents.framework_of(shown)
    nodes = _downwards(framework, framework.root)
    values = {
        "round": shown.round,
        "version": shown,
        "crumbs": crumbs(
            request, shown.round, versions_crumb(request, shown.round), version_crumb(request, shown)
        ),
        "sheets": [_sheet(request, shown, framework, node, top=3) for node in nodes if node.is_indicator],
    }
    return render(request, "rounds/handbook.html", values)


# ---- two versions


@page
def compare(request: HttpRequest, code: str, old: int, new: int) -> HttpResponse:
    """What one version changes in another, node by node."""
    before, after = (queries.get_version(request.user, code, number) for number in (old, new))
    found = differences.between(documents.folder_of(before), documents.folder_of(after), request.lang)
    at = clock.now()
    reasons = (behind(request.user, before, after, request.lang, at) for behind in hooks.BEHIND)
    found = differences.explained(found, reasons)
    values = {
        "round": after.round,
        "old": before,
        "new": after,
        "difference": found,
        "numbers": list(after.round.versions.values_list("number", flat=True)),
        "crumbs": crumbs(request, after.round, versions_crumb(request, after.round)),
    }
    return render(request, "rounds/compare.html", values)


# ---- the next version: checked and shown first


@page
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the next version; show every fault, or what it changes; keep it once it is confirmed."""
    round = queries.get_round(request.user, code)
    if not holds("rounds.add_version", on=round, by=request.actor, at=clock.now()):
        raise Http404
    if request.method != "POST":
        return _form(request, round, VersionForm(lang=request.lang))
    form = VersionForm(request.POST, request.FILES, lang=request.lang)
    if not form.is_valid() or "back" in request.POST:
        return _form(request, round, form, status=200 if "back" in request.POST else 422)
    upload = brought(form)
    if upload is None:
        form.add_error("upload", say(request.lang, "rounds.upload.gone"))
        return _form(request, round, form, status=422)
    content, filename = upload
    checked = documents.check_upload(content, filename)
    if checked.folder is None:
        faults = listed(checked.faults, request.lang)
        return _form(request, round, form, faults=faults, filename=filename, status=422)
    if "confirm" in request.POST:
        return _add(request, round, form, content, filename)
    shown = preview(checked.folder, round.reference_date, request.lang)
    last = documents.newest(round)
    values = {
        "round": round,
        "form": form,
        "preview": shown,
        "facts": shown.facts(request.lang),
        "last": last,
        "difference": differences.between(documents.folder_of(last), checked.folder, request.lang),
        "same": documents.digest_of(documents.files_of(checked.folder)) == last.digest,
        "digest": files.keep_upload(content),
        "filename": filename,
        "crumbs": crumbs(request, round, versions_crumb(request, round)),
    }
    return render(request, "rounds/version_preview.html", values)


def _form(
    request: HttpRequest, round: Round, form: VersionForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    values = {"round": round, "form": form, "crumbs": crumbs(request, round, versions_crumb(request, round))}
    return render(request, "rounds/version_new.html", {**values, **more}, status=status)


def _add(
    request: HttpRequest, round: Round, form: VersionForm, content: bytes, filename: str
) -> HttpResponse:
    done, note = say(request.lang, "rounds.version-form.done"), form.cleaned_data["note"]
    try:
        outcome = perform(
            request, actions.add_version, done=done, round=round, upload=content, filename=filename, note=note
        )
    except Faulty as faulty:
        faults = listed(tuple(faulty.faults), request.lang)
        return _form(request, round, form, faults=faults, filename=filename, status=422)
    if not outcome:
        return _form(request, round, form, status=409)
    return redirect("rounds:versions", code=round.code)


# ---- adoption, and files to take away


@page
def adopt(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Adopt the newest version, with the number and date of the decision."""
    chosen = queries.get_version(request.user, code, number)
    if not holds("rounds.adopt_version", on=chosen, by=request.actor, at=clock.now()):
        raise Http404
    form = AdoptForm(request.POST or None, lang=request.lang)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done = say(request.lang, "rounds.adopt.done")
            if perform(request, actions.adopt_version, done=done, version=chosen, **form.cleaned_data):
                return redirect("rounds:round", code=code)
            status = 409
    values = {
        "round": chosen.round,
        "version": chosen,
        "form": form,
        "crumbs": crumbs(
            request, chosen.round, versions_crumb(request, chosen.round), version_crumb(request, chosen)
        ),
    }
    return render(request, "rounds/adopt.html", values, status=status)


@page
def as_zip(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The version's folder as an archive."""
    shown = queries.get_version(request.user, code, number)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted(shown.files.items()):
            archive.writestr(zipfile.ZipInfo(f"{code}-v{number}/{path}", _DAY), text, zipfile.ZIP_DEFLATED)
    return _download(packed.getvalue(), f"{code}-v{number}.zip", "application/zip")


@page
def as_workbook(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The version as a workbook, a sheet for each file."""
    from innodex.formats import write_workbook

    shown = queries.get_version(request.user, code, number)
    data = write_workbook(documents.folder_of(shown))
    return _download(data, f"{code}-v{number}.xlsx", files.MEDIA["xlsx"])


def _download(data: bytes, name: str, media: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
