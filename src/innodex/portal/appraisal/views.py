"""Pages of the appraisal: the queue, assignment, a submission, an item, and what the ministry signs."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from innodex.documents import Text, say
from innodex.portal.appraisal import actions, queries
from innodex.portal.appraisal.forms import AssignForm, DecisionForm, ExtendForm, ReturnForm, end_of
from innodex.portal.collection import actions as collection
from innodex.portal.collection.actions import Conflict
from innodex.portal.collection.models import Item, Submission
from innodex.portal.collection.workdays import working_days
from innodex.portal.people import clock
from innodex.portal.people.gate import holds, may
from innodex.portal.people.permissions import Role
from innodex.portal.people.web import has_role, page, perform
from innodex.portal.rounds import documents, files
from innodex.portal.rounds.handover import snapshots_of
from innodex.portal.rounds.models import Round

_RETURN_DAYS = 5  # working days that a return usually leaves
_AWAITING = ("submitted", "under_appraisal", "returned", "appraised")


def _title(round: Round, lang: str) -> str:
    return Text.of(round.title).get(lang)


def _frame(request: HttpRequest, round: Round, *above: tuple[str, str]) -> dict[str, Any]:
    """What every page of a round shows: its name, and the way back."""
    name = _title(round, request.lang)
    crumbs = [(name, f"/portal/rounds/{round.code}/"), *above]
    return {"round": round, "round_name": name, "crumbs": crumbs}


def _queue_crumb(request: HttpRequest, round: Round) -> tuple[str, str]:
    return say(request.lang, "appraisal.queue.title"), reverse("appraisal:queue", args=[round.code])


# ---- the queue


@page
@require_safe
def queue(request: HttpRequest, code: str) -> HttpResponse:
    """Every submission that the person may read, by state; who is silent."""
    round = queries.get_round(request.user, code)
    rows = queries.queue(request.user, round)
    state = request.GET.get("state", "")
    shown = [row for row in rows if not state or row.submission.state == state]
    done = sum(row.submission.state in ("approved", "locked", "not_received") for row in rows)
    values = {
        **_frame(request, round),
        "rows": shown,
        "state": state if state in queries.STATES else "",
        "counts": queries.counts(rows),
        "all": len(rows),
        "done": done,
        "silent": [row for row in rows if row.submission.state in queries.SILENT],
        "reads_all": queries.reads_all(request.user),
        "assigns": has_role(request, Role.R_LEAD),
        "signs": has_role(request, Role.M_APPROVE),
        "unsigned": len(queries.unsigned(round)),
    }
    return render(request, "appraisal/queue.html", values)


@page
def assignment(request: HttpRequest, code: str) -> HttpResponse:
    """Who reads what: one reviewer for the submissions that are ticked."""
    round = queries.get_round(request.user, code)
    if not has_role(request, Role.R_LEAD):
        raise Http404
    people = queries.reviewers(round)
    form = AssignForm(request.POST or None, lang=request.lang, people=people)
    rows = [row for row in queries.queue(request.user, round) if row.submission.state != "not_received"]
    ticked = set(request.POST.getlist("submission"))
    faults, status = [], 200
    if request.method == "POST":
        status = 422
        chosen = [row.submission for row in rows if str(row.submission.pk) in ticked]
        if not chosen:
            faults = [(say(request.lang, "appraisal.assign.none"), "submissions")]
        if form.is_valid() and chosen:
            reviewer = next(one for one in people if str(one.pk) == form.cleaned_data["reviewer"])
            _each(request, chosen, lambda one: {"submission": one, "reviewer": reviewer})
            return redirect("appraisal:assignment", code=code)
    values = {**_frame(request, round, _queue_crumb(request, round)), "form": form, "rows": rows}
    values |= {"ticked": ticked, "faults": faults}
    return render(request, "appraisal/assignment.html", values, status=status)


def _each(
    request: HttpRequest, chosen: list[Submission], arguments: Callable[[Submission], dict[str, Any]]
) -> None:
    """Assign each; every one is an act of its own, so every one has its own key against repetition."""
    actor, done = request.actor, 0
    for number, one in enumerate(chosen):
        request.actor = replace(actor, key=f"{actor.key}.{number}" if actor.key else "")
        done += bool(perform(request, collection.assign_reviewer, **arguments(one)))
    request.actor = actor
    if done:
        from django.contrib import messages

        messages.success(request, say(request.lang, "appraisal.assign.done", count=done))


@page
def countersign(request: HttpRequest, code: str) -> HttpResponse:
    """What reviewers called not applicable and the ministry has to sign."""
    round = queries.get_round(request.user, code)
    if request.method == "POST":
        item = next((one for one in queries.unsigned(round) if str(one.pk) == request.POST.get("item")), None)
        if item is None:
            raise Http404
        done = say(request.lang, "appraisal.countersign.done")
        perform(request, collection.countersign_item, item=item, done=done)
        return redirect("appraisal:countersign", code=code)
    if not queries.reads_all(request.user):
        raise Http404
    series = documents.framework_of(documents.in_force(round)).series_by_id
    rows = [(one, series[one.series].name) for one in queries.unsigned(round)]
    values = {**_frame(request, round, _queue_crumb(request, round)), "rows": rows}
    return render(
        request, "appraisal/countersign.html", {**values, "signs": has_role(request, Role.M_APPROVE)}
    )


# ---- one submission


@page
@require_safe
def submission(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """What a locality sent, item by item, with what was decided and what can be done next."""
    held = queries.get_submission(request.user, code, unit)
    return render(request, "appraisal/submission.html", _submission_values(request, held))


def _submission_values(request: HttpRequest, held: Submission) -> dict[str, Any]:
    lines = queries.lines(held)
    only = request.GET.get("show", "")
    rights = {name: _may(request, name, held) for name in _ACTS}
    counted = {
        "decided": sum(line.item.state in queries.DECIDED for line in lines),
        "undecided": sum(line.is_undecided for line in lines),
        "asked": sum(line.item.state == Item.State.RETURN_ASKED for line in lines),
        "changed": sum(line.before is not None for line in lines),
        "found": sum(bool(line.findings) for line in lines),
    }
    kept = {
        "": lambda line: True,
        "undecided": lambda line: line.is_undecided,
        "found": lambda line: bool(line.findings),
        "changed": lambda line: line.before is not None,
    }
    return {
        **_frame(request, held.round_of(), _queue_crumb(request, held.round_of())),
        "submission": held,
        "unit": held.locality.unit,
        "version": documents.in_force(held.round_of()).number,
        "tone": queries.TONES[held.state],
        "due": held.deadline("collection.submit")
        if held.state in ("not_started", "drafting", "returned")
        else None,
        "lines": [_shown(line, request.lang) for line in lines if kept.get(only, kept[""])(line)],
        "all": len(lines),
        "show": only if only in kept else "",
        "counted": counted,
        "copies": snapshots_of(held, "submission"),
        "reviewers": [one.reviewer for one in held.assignments.filter(ended_at__isnull=True)],
        "may": rights,
        "reads_documents": holds("appraisal.read_evidence", on=held, by=request.actor, at=clock.now()),
        "return_form": ReturnForm(lang=request.lang, initial={"due": _usual_due()}, prefix="return"),
        "extend_form": ExtendForm(lang=request.lang, prefix="extend"),
    }


_ACTS = {
    "start": "collection.start_appraisal",
    "decide": "collection.decide_item",
    "return": "collection.return_items",
    "close": "collection.close_appraisal",
    "approve": "collection.approve",
    "extend": "collection.extend",
}


def _may(request: HttpRequest, name: str, held: Submission) -> bool:
    return may(_ACTS[name], on=held, by=request.actor, at=clock.now())


def _usual_due() -> datetime.date:
    """The day by which a locality usually answers a return."""
    at = clock.now()
    until = at
    while working_days(at, until) < _RETURN_DAYS:
        until += datetime.timedelta(days=1)
    return timezone.localdate(until)


def _shown(line: queries.Line, lang: str) -> dict[str, Any]:
    """One item in the words of the reader's language."""
    return {
        "line": line,
        "item": line.item,
        "name": line.series.name.get(lang),
        "measure": line.series.unit.get(lang),
        "sent": line.sent,
        "indicators": [(node.code, node.name.get(lang)) for node in line.indicators],
        "findings": [(str(one.severity), one.text(lang)) for one in line.findings],
        "decision": line.item.decision,
    }


@page
@require_POST
def start(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """Begin to read."""
    return _act(request, code, unit, collection.start_appraisal, "appraisal.start.done")


@page
@require_POST
def close(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """End the appraisal."""
    return _act(request, code, unit, collection.close_appraisal, "appraisal.close.done")


@page
@require_POST
def approve(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """Approve the appraised values."""
    return _act(request, code, unit, collection.approve, "appraisal.approve.done")


def _act(
    request: HttpRequest, code: str, unit: str, action: Callable[..., Any], done: str, **more: Any
) -> HttpResponse:
    held = queries.get_submission(request.user, code, unit)
    perform(request, action, submission=held, done=say(request.lang, done), **more)
    return redirect("appraisal:submission", code=code, unit=unit)


@page
@require_POST
def give_back(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """Return the items for which a return was asked."""
    form = ReturnForm(request.POST, lang=request.lang, prefix="return")
    if not form.is_valid():
        return _again(request, code, unit, return_form=form)
    due = end_of(form.cleaned_data["due"])
    return _act(request, code, unit, collection.return_items, "appraisal.return.done", due_at=due)


@page
@require_POST
def extend(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """Give the locality more time."""
    form = ExtendForm(request.POST, lang=request.lang, prefix="extend")
    if not form.is_valid():
        return _again(request, code, unit, extend_form=form)
    until, reason = end_of(form.cleaned_data["until"]), form.cleaned_data["reason"]
    return _act(request, code, unit, collection.extend, "appraisal.extend.done", until=until, reason=reason)


def _again(request: HttpRequest, code: str, unit: str, **forms: Any) -> HttpResponse:
    """The page once more, with what is to be corrected in one of its forms."""
    held = queries.get_submission(request.user, code, unit)
    return render(
        request, "appraisal/submission.html", {**_submission_values(request, held), **forms}, status=422
    )


# ---- one item


@page
def item(request: HttpRequest, code: str, unit: str, pk: int) -> HttpResponse:
    """One item with everything that bears on it, and the decision."""
    held = queries.get_item(request.user, code, unit, pk)
    rows = queries.lines(held.submission)
    line = next(one for one in rows if one.item.pk == pk)
    decides = _may(request, "decide", held.submission) and held.state in ("in_review", *collection.DECISIONS)
    form = DecisionForm(request.POST or None, lang=request.lang, series=line.series, initial=_initial(held))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            outcome = perform(
                request, collection.decide_item, item=held, **form.arguments(), done=_decided(request, form)
            )
            if outcome:
                return _onward(request, held, code, unit)
            if isinstance(outcome.refused, Conflict):
                # Shown beside what was typed; sent once more, it counts.
                form = _with_revision(form, outcome.refused.item, request.lang)
                held = queries.get_item(request.user, code, unit, pk)
    values = _submission_values(request, held.submission)
    crumb = (
        Text.of(held.submission.locality.name).get(request.lang),
        reverse("appraisal:submission", args=[code, unit]),
    )
    values["crumbs"] = [*values["crumbs"], crumb]
    values |= {
        "shown": _shown(line, request.lang),
        "form": form,
        "decides": decides,
        "position": held.position,
    }
    return render(request, "appraisal/item.html", values, status=status)


def _initial(held: Item) -> dict[str, Any]:
    said = {"decision": held.decision, "reason": held.decision_reason, "source": held.decision_source}
    return {**said, "expected": held.expected, "revision": held.revision}


def _with_revision(form: DecisionForm, fresh: Item, lang: str) -> DecisionForm:
    data = form.data.copy()
    data["revision"] = str(fresh.revision)
    return DecisionForm(data, lang=lang, series=form.series)


def _decided(request: HttpRequest, form: DecisionForm) -> str:
    label = say(request.lang, f"appraisal.decision.{form.cleaned_data['decision']}")
    return say(request.lang, "appraisal.decided", decision=label)


def _onward(request: HttpRequest, held: Item, code: str, unit: str) -> HttpResponse:
    """To the next item that awaits a decision; back to the submission when there is none."""
    following = queries.next_undecided(queries.lines(held.submission), held)
    if "next" in request.POST and following is not None:
        return redirect("appraisal:item", code=code, unit=unit, pk=following.pk)
    return redirect(reverse("appraisal:submission", args=[code, unit]) + f"#item-{held.pk}")


@page
@require_POST
def accept(request: HttpRequest, code: str, unit: str, pk: int) -> HttpResponse:
    """Accept an item as it was sent, straight from the list."""
    held = queries.get_item(request.user, code, unit, pk)
    typed = request.POST.get("revision", "")
    revision = int(typed) if typed.isdecimal() and len(typed) < 10 else -1
    done = say(request.lang, "appraisal.decided", decision=say(request.lang, "appraisal.decision.accepted"))
    perform(request, collection.decide_item, item=held, decision="accepted", revision=revision, done=done)
    return redirect(reverse("appraisal:submission", args=[code, unit]) + f"#item-{pk}")


@page
@require_safe
def evidence(request: HttpRequest, code: str, unit: str, pk: int) -> HttpResponse:
    """A document as a download; the reading is written down first."""
    held = queries.get_submission(request.user, code, unit)
    document = queries.get_evidence(request.user, code, unit, pk)
    if not perform(request, actions.read_evidence, submission=held, evidence=document):
        return redirect("appraisal:submission", code=code, unit=unit)
    return files.response(document.file)
