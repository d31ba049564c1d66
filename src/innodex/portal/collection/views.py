"""Pages of a submission: for those who fill it in, those who send it, and the auditor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from innodex.documents import say
from innodex.portal.collection import actions, lines, queries
from innodex.portal.collection.forms import CiteForm, EvidenceForm, ReasonForm, SendForm
from innodex.portal.collection.models import EvidenceLink, Item, Submission
from innodex.portal.people import clock
from innodex.portal.people.gate import may
from innodex.portal.people.refused import Refused
from innodex.portal.people.web import page, perform
from innodex.portal.rounds import files, handover
from innodex.portal.rounds.models import Round
from innodex.portal.rounds.queries import get_round

_FILTERS = ("all", "missing", "findings", "open")


def _own(request: HttpRequest, code: str) -> tuple[Round, Submission]:
    round = get_round(request.user, code)
    return round, queries.get_own(for_=request.user, round=round)


def _page(request: HttpRequest, submission: Submission) -> lines.Page:
    return lines.page_of(submission, request.lang, by=request.actor, at=clock.now())


def _values(request: HttpRequest, round: Round, held: lines.Page, **more: Any) -> dict[str, Any]:
    home = reverse("collection:submission", args=[round.code])
    title = say(request.lang, "collection.page.title")
    crumbs = [
        (round.title.get(request.lang) or round.code, reverse("rounds:round", args=[round.code])),
        (title, home),
    ]
    window = round.window("collection")
    return {
        "round": round,
        "round_name": crumbs[0][0],
        "page": held,
        "submission": held.submission,
        "crumbs": crumbs,
        "window": window,
        **more,
    }


# ---- the whole submission --------------------------------------------------------------------------------


@page
def submission(request: HttpRequest, code: str) -> HttpResponse:
    """The whole submission under its pillars; a form without script saves every changed item."""
    round, own = _own(request, code)
    if request.method == "POST":
        conflicts = _save_all(request, own)
        if not conflicts:
            return redirect(_here(request, round))
        messages.error(request, say(request.lang, "collection.page.conflicts", count=len(conflicts)))
        return _show(request, round, own, conflicts)
    return _show(request, round, own, {})


def _here(request: HttpRequest, round: Round) -> str:
    show = request.GET.get("show", "")
    address = reverse("collection:submission", args=[round.code])
    return f"{address}?show={show}" if show in _FILTERS[1:] else address


def _show(
    request: HttpRequest, round: Round, own: Submission, conflicts: dict[int, dict[str, str]]
) -> HttpResponse:
    own = queries.get_own(for_=request.user, round=round)  # as it is now
    held = _page(request, own)
    for line in held.lines:
        if line.item.pk in conflicts:
            line.conflict, line.typed = line.item, conflicts[line.item.pk]
    show = request.GET.get("show", "")
    show = show if show in _FILTERS else "all"
    counts = {"all": len(held.lines), "missing": held.missing, "findings": len(held.shown("findings")),
              "open": held.open}  # fmt: skip
    tabs = [
        (name, say(request.lang, f"collection.show.{name}", count=counts[name]))
        for name in _FILTERS
        if name == "all" or counts[name] or name == show
    ]
    values = _values(
        request,
        round,
        held,
        show=show,
        tabs=tabs,
        groups=held.groups(show),
        sent=handover.snapshots_of(own, "submission"),
        history=queries.submission_history(own)[:20],
        faults=held.in_the_way if show == "findings" else [],
    )
    return render(request, "collection/submission.html", values)


def _typed(request: HttpRequest, item: Item) -> dict[str, str] | None:
    """What the form says of an item; None where it does not speak of it."""
    names = {name: f"{name}-{item.pk}" for name in ("raw", "missing", "explanation")}
    if names["raw"] not in request.POST:
        return None
    return {name: request.POST.get(full, "").replace("\r\n", "\n") for name, full in names.items()}


def _save_all(request: HttpRequest, own: Submission) -> dict[int, dict[str, str]]:
    """Save every item that was touched; gives what was typed where somebody else was faster."""
    saved, conflicts = 0, {}
    for item in own.items.order_by("position"):
        item.submission = own
        typed = _typed(request, item)
        if typed is None or not _is_touched(request, item, typed):
            continue
        outcome = _save(request, item, typed)
        if isinstance(outcome, actions.Conflict):
            conflicts[item.pk] = typed
        elif isinstance(outcome, Refused):
            messages.error(request, outcome.text(request.lang))
            break
        else:
            saved += 1
    if saved:
        messages.success(request, say(request.lang, "collection.page.saved", count=saved))
    return conflicts


def _is_touched(request: HttpRequest, item: Item, typed: dict[str, str]) -> bool:
    if request.POST.get(f"seen-{item.pk}") != lines.mark(**typed):
        return True
    return f"confirmed-{item.pk}" in request.POST and not item.confirmed


def _save(request: HttpRequest, item: Item, typed: dict[str, str]) -> Item | Refused:
    """Save one item. Its revision guards it against a double click, so that no key does."""
    revision = request.POST.get(f"revision-{item.pk}", "")
    try:
        return actions.save_item(
            item=item,
            **typed,
            confirmed=f"confirmed-{item.pk}" in request.POST,
            revision=int(revision) if revision.isdecimal() and len(revision) < 10 else -1,
            by=replace(request.actor, key=""),
            at=clock.now(),
        )
    except Refused as refused:
        return refused


@require_POST
@page
def save(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Save one item: what stands below its field, for a page with script; else back to the page."""
    round = get_round(request.user, code)
    item = queries.get_item(for_=request.user, round=round, pk=pk)
    typed = _typed(request, item)
    if typed is None:
        raise Http404
    outcome = _save(request, item, typed) if _is_touched(request, item, typed) else item
    if not request.htmx:
        return _saved_plainly(request, round, item, outcome, typed)
    held = _page(request, item.submission)
    line = lines.line_of(held, item)
    values: dict[str, Any] = {"round": round, "page": held, "line": line, "fresh": True}
    if isinstance(outcome, actions.Conflict):
        line.conflict, line.typed = line.item, typed
    elif isinstance(outcome, Refused):
        values["refused"] = outcome.text(request.lang)
    else:
        values["saved_at"] = clock.now()
    return render(request, "collection/_saved.html", values)


def _saved_plainly(
    request: HttpRequest, round: Round, item: Item, outcome: Item | Refused, typed: dict[str, str]
) -> HttpResponse:
    if isinstance(outcome, actions.Conflict):
        messages.error(request, outcome.text(request.lang))
        return _show_item(request, round, item, typed=typed)
    if isinstance(outcome, Refused):
        messages.error(request, outcome.text(request.lang))
    else:
        messages.success(request, say(request.lang, "collection.page.saved", count=1))
    return redirect("collection:item", round.code, item.pk)


# ---- one item --------------------------------------------------------------------------------------------


@require_GET
@page
def item(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One item with its documents, what was decided on it, and its history."""
    round = get_round(request.user, code)
    return _show_item(request, round, queries.get_item(for_=request.user, round=round, pk=pk))


def _show_item(
    request: HttpRequest,
    round: Round,
    item: Item,
    *,
    typed: dict[str, str] | None = None,
    cite_form: CiteForm | None = None,
    new_form: EvidenceForm | None = None,
) -> HttpResponse:
    own = queries.get_own(for_=request.user, round=round)
    held = _page(request, own)
    line = lines.line_of(held, item)
    if typed is not None:
        line.conflict, line.typed = line.item, typed
    at = [one.item.pk for one in held.lines].index(item.pk)
    values = _values(
        request,
        round,
        held,
        line=line,
        before=held.lines[at - 1] if at else None,
        after=held.lines[at + 1] if at + 1 < len(held.lines) else None,
        cite_form=cite_form or (_cite_form(request, own) if own.evidence.exists() else None),
        new_form=new_form or _evidence_form(request, own, cites=True),
        history=lines.told(queries.history(line.item)[:50], request.lang),
    )
    return render(request, "collection/item.html", values)


def _cite_form(request: HttpRequest, own: Submission, data: Any = None) -> CiteForm:
    return CiteForm(data, submission=own, lang=request.lang, prefix="cite")


def _evidence_form(
    request: HttpRequest, own: Submission, data: Any = None, given: Any = None, *, cites: bool
) -> EvidenceForm:
    today = timezone.localdate(clock.now())
    return EvidenceForm(
        data, given, submission=own, today=today, cites=cites, lang=request.lang, prefix="document"
    )


@require_POST
@page
def cite(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Cite a document that has been taken in."""
    round = get_round(request.user, code)
    item = queries.get_item(for_=request.user, round=round, pk=pk)
    form = _cite_form(request, item.submission, request.POST)
    if not form.is_valid():
        return _show_item(request, round, item, cite_form=form)
    done = say(request.lang, "collection.item.cited")
    perform(request, actions.link_evidence, done=done, item=item, **form.cleaned_data)
    return redirect("collection:item", round.code, item.pk)


@require_POST
@page
def cite_new(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take in a document and cite it at once."""
    round = get_round(request.user, code)
    item = queries.get_item(for_=request.user, round=round, pk=pk)
    form = _evidence_form(request, item.submission, request.POST, request.FILES, cites=True)
    if not form.is_valid():
        return _show_item(request, round, item, new_form=form)
    given = dict(form.cleaned_data)
    place = given.pop("page")
    taken = perform(request, actions.add_evidence, submission=item.submission, **given)
    if taken and taken.value is not None:
        request.actor = replace(request.actor, key="")  # the key was used for the document
        done = say(request.lang, "collection.item.cited")
        perform(request, actions.link_evidence, done=done, item=item, evidence=taken.value, page=place)
    return redirect("collection:item", round.code, item.pk)


@require_POST
@page
def unlink(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Cite a document no more; it stays among those taken in."""
    round, own = _own(request, code)
    link = get_object_or_404(EvidenceLink.objects.select_related("item"), pk=pk, item__submission=own)
    link.item.submission = own
    perform(request, actions.unlink_evidence, done=say(request.lang, "collection.item.unlinked"), link=link)
    return redirect("collection:item", round.code, link.item_id)


# ---- documents -------------------------------------------------------------------------------------------


@page
def evidence(request: HttpRequest, code: str) -> HttpResponse:
    """The documents taken in, what they prove, and the form for another."""
    round, own = _own(request, code)
    form = _evidence_form(request, own, cites=False)
    if request.method == "POST":
        form = _evidence_form(request, own, request.POST, request.FILES, cites=False)
        if form.is_valid():
            done = say(request.lang, "collection.evidence.added")
            perform(request, actions.add_evidence, done=done, submission=own, **form.cleaned_data)
            return redirect("collection:evidence", round.code)
    held = _page(request, own)
    cited: dict[int, list[tuple[lines.Line, str]]] = {}
    for line in held.lines:
        for link in line.links:
            cited.setdefault(link.evidence_id, []).append((line, link.page))
    documents = [
        (one, cited.get(one.pk, ()))
        for one in own.evidence.select_related("file", "added_by").order_by("-pk")
    ]
    listed = Paginator(documents, 50).get_page(request.GET.get("page"))
    values = _values(request, round, held, form=form, listed=listed)
    return render(request, "collection/evidence.html", values)


@require_GET
@page
def document(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A document, as a download, for its own people; the auditor, once a reason stands in the log.

    Who appraises opens it on pages of their own, which write the reading down.
    """
    get_round(request.user, code)
    document = queries.get_evidence(for_=request.user, pk=pk)
    if queries.sight(request.user, document.submission) < queries.Sight.ALL:
        raise Http404
    return files.response(document.file)


# ---- handing over ----------------------------------------------------------------------------------------


@require_POST
@page
def clearance(request: HttpRequest, code: str) -> HttpResponse:
    """Put the submission before the leader; where something stands in the way, show it."""
    round, own = _own(request, code)
    done = say(request.lang, "collection.page.requested")
    outcome = perform(request, actions.request_clearance, done=done, submission=own)
    address = reverse("collection:submission", args=[round.code])
    return redirect(address if outcome else f"{address}?show=findings")


@page
def send(request: HttpRequest, code: str) -> HttpResponse:
    """The leader reads once more what is going out, proves who sends, and sends; or gives it back."""
    round, own = _own(request, code)
    form = SendForm(request.POST if request.method == "POST" else None, request=request)
    if request.method == "POST" and form.is_valid():
        done = say(request.lang, "collection.send.done")
        outcome = perform(request, actions.submit, done=done, submission=own)
        if outcome:
            snapshot = handover.last_snapshot(own, "submission")
            assert snapshot is not None
            return redirect("rounds:receipt", snapshot.pk)
        return redirect("collection:send", round.code)
    held = _page(request, own)
    back = ReasonForm(lang=request.lang, prefix="back")
    values = _values(request, round, held, form=form, groups=held.groups(), back=back)
    return render(request, "collection/send.html", values)


@require_POST
@page
def send_back(request: HttpRequest, code: str) -> HttpResponse:
    """The leader gives the submission back to the officer."""
    round, own = _own(request, code)
    reason = request.POST.get("back-reason", "")
    done = say(request.lang, "collection.send.back-done")
    outcome = perform(request, actions.send_back, done=done, submission=own, reason=reason)
    return redirect("collection:submission" if outcome else "collection:send", round.code)


# ---- from outside ----------------------------------------------------------------------------------------


@page
def watched(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """How far a locality is; the auditor reads its draft for a reason."""
    round = get_round(request.user, code)
    found = get_object_or_404(Submission, locality__round=round, locality__unit=unit)
    other = queries.get_submission(for_=request.user, pk=found.pk)
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        perform(request, actions.read_draft, submission=other, reason=reason)
        return redirect("collection:watched", round.code, unit)
    may_ask = may("collection.read_draft", on=other, by=request.actor, at=clock.now())
    sight = queries.sight(request.user, other)
    held = _page(request, other)
    values = _values(
        request,
        round,
        held,
        progress=queries.progress(other),
        groups=held.groups() if sight == queries.Sight.ALL else [],
        form=ReasonForm(lang=request.lang) if may_ask and sight < queries.Sight.ALL else None,
    )
    return render(request, "collection/watched.html", values)
