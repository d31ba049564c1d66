"""Pages of results: what a freeze waits for, the runs, publication, and editions behind their door."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from innodex.documents import Fault, Faulty, Text, say, shown
from innodex.edition import ARCHIVE, SITE, Audience
from innodex.look import rank_strip
from innodex.portal.collection import central_queries
from innodex.portal.people import clock
from innodex.portal.people.gate import may
from innodex.portal.people.permissions import Role
from innodex.portal.people.web import has_role, page, perform
from innodex.portal.rounds import documents
from innodex.portal.rounds import queries as rounds
from innodex.portal.rounds.models import Round
from innodex.portal.runs import actions, frozen, places, queries, standing
from innodex.portal.runs.forms import DecisionForm, PublishForm
from innodex.portal.runs.models import Run
from innodex.publishing import ALWAYS, content, is_known, kind_of, wants_gzip
from innodex.result import Flag

_SHOWN = 200


def _frame(request: HttpRequest, round: Round, *, inside: bool = False) -> dict[str, Any]:
    name = Text.of(round.title).get(request.lang)
    crumbs = [(name, f"/portal/rounds/{round.code}/")]
    if inside:
        crumbs.append((say(request.lang, "runs.results.title"), reverse("runs:results", args=[round.code])))
    return {"round": round, "round_name": name, "crumbs": crumbs}


# ---- the page of results


@page
@require_safe
def results(request: HttpRequest, code: str) -> HttpResponse:
    """For those who make the edition, its steps; for a participant, its own page of it."""
    round = rounds.get_round(request.user, code)
    if not queries.is_staff(request.user):
        return _for_participant(request, round)
    return render(request, "runs/results.html", _results(request, round))


def _results(request: HttpRequest, round: Round) -> dict[str, Any]:
    at = clock.now()
    kept = round.freezes.order_by("-number").first()
    runs = list(round.runs.select_related("computed_by", "published_by").order_by("-number"))
    return {
        **_frame(request, round),
        "freeze": kept,
        "counts": _counted(kept) if kept is not None else None,
        "runs": [_run_line(run, at) for run in runs],
        "freezes": may("runs.freeze", on=round, by=request.actor, at=at),
        "approves": has_role(request, Role.M_APPROVE),
        "computes": may("runs.compute", on=round, by=request.actor, at=at),
        "publishes": runs and may("runs.publish", on=runs[0], by=request.actor, at=at),
        "way": _in_the_way(round) if kept is None else None,
    }


def _run_line(run: Run, at: datetime.datetime) -> dict[str, Any]:
    tone = "done" if queries.is_out(run, at) else "waiting" if run.state == Run.State.PUBLISHED else "open"
    state = "embargo" if tone == "waiting" else run.state
    return {"run": run, "tone": tone, "state": state, "there": places.volume(run.edition) is not None}


def _counted(kept: Any) -> dict[str, int]:
    """What a freeze holds, in numbers."""
    document = frozen.document_of(kept)
    cells = frozen.cells_of(document)
    return {
        "units": len(document["units"]),
        "absent": len(document["not_received"]),
        "cells": len(cells),
        "local": sum(cell.origin == "locality" and bool(cell.figure) for cell in cells),
        "central": sum(cell.origin == "central" and bool(cell.figure) for cell in cells),
        "missing": sum(not cell.figure for cell in cells),
        "evidence": len({digest for cell in cells for digest in cell.evidence}),
    }


def _in_the_way(round: Round) -> dict[str, Any]:
    """What a freeze waits for: submissions under way, and series that nobody has brought in."""
    lacking = (
        [row for row in central_queries.coverage(round) if row.lacks] if round.phase == "appraisal" else []
    )
    return {"waiting": frozen.unsettled(round), "lacking": lacking}


# ---- freeze and compute


@page
def freeze(request: HttpRequest, code: str) -> HttpResponse:
    """What would be frozen, the faults that stand in the way, and the decision."""
    round = rounds.get_round(request.user, code)
    if not queries.is_staff(request.user):
        raise Http404
    form, status = DecisionForm(request.POST or None, lang=request.lang), 200
    faults = _rehearse(round)
    if request.method == "POST":
        status = 422
        if form.is_valid() and not faults:
            decided = {
                "decision_number": form.cleaned_data["number"],
                "decision_date": form.cleaned_data["date"],
            }
            try:
                done = say(request.lang, "runs.frozen")
                if perform(request, actions.freeze, round=round, **decided, done=done):
                    return redirect("runs:results", code=code)
            except Faulty as faulty:
                faults = faulty.faults
            round.refresh_from_db()
    values = {
        **_frame(request, round, inside=True),
        "form": form,
        "faults": _readable(request, round, faults),
        "number": len(faults),
        "units": len(frozen.submissions(round)),
        "freezes": may("runs.freeze", on=round, by=request.actor, at=clock.now()),
        "way": _in_the_way(round),
    }
    return render(request, "runs/freeze.html", values, status=status)


def _rehearse(round: Round) -> list[Fault]:
    """The faults of the panel as it would be frozen now; only while it can still be mended."""
    if round.phase not in ("collection", "appraisal"):
        return []
    version = documents.in_force(round)
    return list(frozen.folder(frozen.gather(round, version), version).faults)


def _readable(request: HttpRequest, round: Round, faults: Iterable[Fault]) -> list[tuple[str, str]]:
    """(place, what is wrong), the place by locality and series where the fault is one of a figure."""
    found = list(faults)[:_SHOWN]
    version = documents.in_force(round)
    cells = (
        frozen.cells_of(frozen.gather(round, version))
        if any(one.file == frozen.PANEL for one in found)
        else []
    )
    names = dict(round.localities.values_list("unit", "name"))
    series = documents.framework_of(version).series_by_id

    def place(fault: Fault) -> str:
        if fault.file == frozen.PANEL and fault.row and 2 <= fault.row < len(cells) + 2:
            cell = cells[fault.row - 2]
            words = (
                Text.of(names.get(cell.unit, {})).get(request.lang),
                series[cell.series].name.get(request.lang),
            )
            return ": ".join(words)
        return fault.place(request.lang)

    return [(place(one), one.text(request.lang)) for one in found]


@page
@require_POST
def compute(request: HttpRequest, code: str) -> HttpResponse:
    """Compute from the newest freeze; faults are listed, nothing is then written."""
    round = rounds.get_round(request.user, code)
    if not queries.is_staff(request.user):
        raise Http404
    try:
        perform(request, actions.compute, round=round, done=say(request.lang, "runs.computed"))
    except Faulty as faulty:
        values = _results(request, round)
        listed = _readable(request, round, faulty.faults)
        return render(
            request,
            "runs/results.html",
            {**values, "faults": listed, "number": len(faulty.faults)},
            status=422,
        )
    return redirect("runs:results", code=code)


@page
def publish(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """For whom the edition is, from when, by which decision."""
    run = queries.get_run(request.user, code, number)
    round = run.round
    if not queries.is_staff(request.user):
        raise Http404
    pilot = round.kind == Round.Kind.PILOT
    usual = Audience.PARTICIPANTS if pilot else Audience.PUBLIC
    form, status = (
        PublishForm(request.POST or None, lang=request.lang, initial={"audience": usual.value}),
        200,
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            found = form.cleaned_data
            outcome = perform(
                request,
                actions.publish,
                run=run,
                audience=found["audience"],
                decision_number=found["number"],
                decision_date=found["date"],
                embargo_until=found["embargo"],
                done=say(request.lang, "runs.published"),
            )
            if outcome:
                return redirect("runs:results", code=code)
    values = {
        **_frame(request, round, inside=True),
        "form": form,
        "run": run,
        "pilot": pilot,
        "publishes": may("runs.publish", on=run, by=request.actor, at=clock.now()),
    }
    return render(request, "runs/publish.html", values, status=status)


# ---- a participant's own page


def _for_participant(request: HttpRequest, round: Round) -> HttpResponse:
    at = clock.now()
    run = queries.published(round, at)
    values = {**_frame(request, round), "run": run, "pages": [], "opens": False, "public": False}
    if run is not None:
        values["opens"] = queries.opens_folder(request.user, run, at)
        values["public"] = queries.reaches(run, Audience.PUBLIC)
        volume = places.volume(run.edition)
        if volume is not None and queries.reaches(run, Audience.PARTICIPANTS):
            values["pages"] = [
                _own_page(standing.profile(volume.place, run.digest, one.unit), one.name, request.lang)
                for one in queries.own_measured(request.user, run)
            ]
    return render(request, "runs/own.html", values)


def _own_page(found: standing.Profile, name: dict[str, str], lang: str) -> dict[str, Any]:
    """One locality's page in the words of the reader's language."""
    words = _Words(lang, found)
    return {
        "name": Text.of(name).get(lang),
        "profile": found,
        "title": found.title.get(lang),
        "root": words.row(found.root),
        "strip": words.strip(),
        "rows": [words.row(one) for one in found.rows],
        "spread": any(one.others for one in found.rows) or found.root.others is not None,
    }


class _Words:
    """Figures of a profile as the reader writes them."""

    def __init__(self, lang: str, found: standing.Profile) -> None:
        self.lang, self.found = lang, found
        self.mark = say(lang, "portal.synthetic.short") if found.synthetic else ""

    def number(self, value: float | None) -> str:
        return "" if value is None else shown(value, self.lang, self.found.decimals)

    def strip(self) -> str:
        root = self.found.root
        if root.rank is None or root.of < 2:
            return ""
        label = say(self.lang, "runs.own.rank", rank=root.rank, of=root.of)
        title = say(self.lang, "runs.own.strip", rank=root.rank, of=root.of)
        return mark_safe(rank_strip(root.rank, root.of, title=title, label=label, mark=self.mark))

    def row(self, one: standing.Standing) -> dict[str, Any]:
        others = one.others
        drawing = ""
        if others is not None:
            title = say(
                self.lang,
                "runs.own.spread",
                number=others.number,
                low=self.number(others.low),
                middle=self.number(others.middle),
                high=self.number(others.high),
            )
            # The caption of the table speaks for the drawings in it; one that stands alone for itself.
            mark = "" if one.depth else self.mark
            drawing = mark_safe(others.drawing(one.score, title, mark))
        return {
            "code": one.node.code,
            "name": one.node.name.get(self.lang),
            "measure": one.node.unit.get(self.lang) if one.node.is_indicator else "",
            "depth": one.depth - 1,
            "is_indicator": one.node.is_indicator,
            "raw": self.number(one.raw),
            "raw_middle": self.number(one.raw_middle),
            "score": self.number(one.score),
            "rank": one.rank,
            "of": one.of,
            "low": self.number(others.low) if others else "",
            "middle": self.number(others.middle) if others else "",
            "high": self.number(others.high) if others else "",
            "drawing": drawing,
            "why": self._why(one),
        }

    def _why(self, one: standing.Standing) -> str:
        """What to know of a figure: why it is not there and what was put in, or that it is an estimate."""
        if Flag.IMPUTED in one.flag and one.used is not None:
            return say(self.lang, "runs.own.flag.imputed", value=self.number(one.used))
        for flag in (Flag.MISSING, Flag.NOT_APPLICABLE, Flag.CONFIDENTIAL, Flag.ESTIMATED):
            if flag in one.flag:
                return say(self.lang, f"runs.own.flag.{str(flag.name).lower()}")
        return ""


# ---- the edition behind its door


@page
@require_safe
def edition(request: HttpRequest, code: str, number: int, path: str) -> HttpResponse:
    """A file of an edition, for whom the folder is open. Figures that leave the portal are an event."""
    run = queries.get_run(request.user, code, number)
    volume = places.volume(run.edition)
    if volume is None:
        raise Http404
    here = reverse("runs:edition", args=[code, number])
    if not path:
        lang = request.lang if request.lang in volume.langs else volume.langs[0]
        return redirect(f"{here}{SITE}/{lang}/")
    file = volume.file(f"{path}index.html" if path.endswith("/") else path)
    if file is None and not path.endswith("/") and volume.file(f"{path}/index.html"):
        return redirect(f"{here}{path}/")
    if file is None:
        raise Http404
    if _is_export(path) and not perform(request, actions.export_edition, run=run, path=path):
        return redirect("runs:results", code=code)
    return _answer(request, file, path, name=f"{run.edition}.zip" if path == ARCHIVE else "")


def _is_export(path: str) -> bool:
    """True for files of figures; pages and what they are drawn with are read, not taken away."""
    return not path.startswith(f"{SITE}/") or path.endswith((".csv", ".xlsx", ".json", ".zip"))


def _answer(request: HttpRequest, file: Any, path: str, *, name: str) -> HttpResponse:
    kind = kind_of(file.suffix)
    packed = wants_gzip(kind, request.headers.get("Accept-Encoding", ""))
    data, mark = content(file, packed=packed)
    known = is_known(mark, request.headers.get("If-None-Match", ""))
    response = HttpResponseNotModified() if known else HttpResponse(data, content_type=kind)
    # Its readers are few and known; nothing between them and us may keep it.
    for header, value in {**ALWAYS, "Cache-Control": "private, no-cache", "ETag": mark}.items():
        response.headers[header] = value
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    if packed and not known:
        response.headers["Content-Encoding"] = "gzip"
    if name and not known:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
