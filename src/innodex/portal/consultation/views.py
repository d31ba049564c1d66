"""Pages of a consultation: one's own contribution, all comments and answers, the synthesis table."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from innodex.documents import plain_figure, say, shown_figure
from innodex.framework import Node, series_of
from innodex.portal.consultation import actions, queries, synthesis
from innodex.portal.consultation.access import TONES
from innodex.portal.consultation.forms import (
    ALL,
    AnswerForm,
    CommentForm,
    FilterForm,
    RequestForm,
    SendBackForm,
)
from innodex.portal.consultation.models import Comment, Contribution
from innodex.portal.people import clock
from innodex.portal.people.gate import may
from innodex.portal.people.web import page, perform
from innodex.portal.rounds import documents, handover
from innodex.portal.rounds.forms.identity import IdentityForm
from innodex.portal.rounds.models import Round, Version
from innodex.portal.rounds.queries import get_round

_PER_PAGE = 50


def _address(name: str, *arguments: Any) -> str:
    """An address of another app's page; empty where there is no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def _crumbs(request: HttpRequest, round: Round, *more: tuple[str, str]) -> list[tuple[str, str]]:
    above = _address("rounds:round", round.code)
    first = [(synthesis.named(round.title, request.lang), above)] if above else []
    return [*first, *more]


def _here(request: HttpRequest, round: Round) -> tuple[str, str]:
    return say(request.lang, "consultation.title"), reverse("consultation:overview", args=[round.code])


def _status(request: HttpRequest, form: Form, *more: Form) -> int:
    """What an answer to a form says by its number: faults in the fields, or a refusal."""
    if request.method != "POST":
        return 200
    return 422 if any(each.errors for each in (form, *more)) else 409


def _values(request: HttpRequest, round: Round, *more: tuple[str, str], **values: Any) -> dict[str, Any]:
    return {
        "round": round,
        "round_name": synthesis.named(round.title, request.lang),
        "crumbs": _crumbs(request, round, *more),
        "may_read_all": queries.may_read_all(request.user, round, clock.now()),
        "is_reader": queries.is_reader(request.user, clock.now()),
        **values,
    }


# ---- where things stand


@page
@require_GET
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """For academy, ministry and auditor, how far the consultation is; for others, their own contribution."""
    round, at = get_round(request.user, code), clock.now()
    own = queries.own_contributions(request.user, round, at)
    if not queries.is_reader(request.user, at):
        if len(own) == 1:
            return redirect("consultation:contribution", code, own[0].organisation.code)
        return render(request, "consultation/own.html", _values(request, round, own=own))
    standings = queries.standings(round)
    values: dict[str, Any] = {"window": round.window("consultation"), "own": own, "standings": standings}
    if standings:
        version = standings[0].contribution.version
        opinions = queries.opinions(round, version)
        adopted = documents.adopted(round)
        values |= {
            "version": version,
            "counts": queries.counts(round),
            "rows": [_standing(each, request.lang) for each in standings],
            "unasked": queries.without_contribution(round),
            "opinions": opinions,
            "contested": queries.contested(opinions),
            "adopted": adopted,
            "obstacles": [] if adopted else queries.obstacles(documents.newest(round)),
            "newest": documents.newest(round),
        }
    return render(request, "consultation/overview.html", _values(request, round, **values))


def _standing(standing: queries.Standing, lang: str) -> dict[str, Any]:
    return {
        "name": synthesis.named(standing.organisation.name, lang),
        "code": standing.organisation.code,
        "label": say(lang, f"consultation.state.{standing.state}"),
        "tone": TONES[standing.state],
        "drafts": standing.drafts,
        "sent": standing.sent,
    }


# ---- one's own contribution


def _own(request: HttpRequest, code: str, organisation: str) -> tuple[Round, Contribution]:
    round = get_round(request.user, code)
    found = queries.get_contribution(
        for_=request.user, round=round, organisation=organisation, at=clock.now()
    )
    return round, found


def _rights(request: HttpRequest, contribution: Contribution) -> dict[str, bool]:
    names = ("save_comment", "request_contribution", "send_contribution", "send_back_contribution")
    at = clock.now()
    return {
        f"may_{name.partition('_')[0] if name != 'send_back_contribution' else 'send_back'}": may(
            f"consultation.{name}", on=contribution, by=request.actor, at=at
        )
        for name in names
    }


def _state(request: HttpRequest, contribution: Contribution) -> dict[str, Any]:
    """What the state means, who acts next, and by when."""
    window = contribution.round.window("consultation")
    state, at = contribution.state, clock.now()
    ended = window is not None and at > window.closes_at and state != Contribution.State.SENT
    key = "ended" if ended else state
    due = None
    if window is not None and not ended and state != Contribution.State.SENT:
        due = window.due_at if at <= window.due_at else window.closes_at
    return {
        "tone": "stopped" if ended else TONES[state],
        "label": say(request.lang, f"consultation.state.{key}"),
        "meaning": say(request.lang, f"consultation.meaning.{key}"),
        "who": "" if key in ("ended", "sent") else say(request.lang, f"consultation.next.{key}"),
        "due": due,
        "late": window is not None and not ended and at > window.due_at and due is not None,
    }


def _shown(comments: list[Comment], contribution: Contribution, lang: str) -> list[dict[str, Any]]:
    """Comments in framework order with the name of their target and the words of their answer."""
    nodes = {node.id: node for node in documents.framework_of(contribution.version).nodes}
    known = queries.places(contribution.version)
    in_order = sorted(comments, key=lambda each: (queries.place(known, each), each.number or 0, each.pk))
    return [_comment(each, nodes.get(each.node), lang) for each in in_order]


def _comment(comment: Comment, node: Node | None, lang: str) -> dict[str, Any]:
    answer = queries.answer_of(comment)
    return {
        "comment": comment,
        "target": synthesis.target_name(node, comment.aspect, lang),
        "stance": say(lang, f"consultation.stance.{comment.stance}"),
        "who": synthesis.named(comment.contribution.organisation.name, lang),
        "answer": answer,
        "kind": say(lang, f"consultation.answer.{answer.kind if answer else 'none'}"),
        "change": synthesis.change_name(answer, comment.version, lang) if answer else "",
    }


@page
@require_GET
def contribution(request: HttpRequest, code: str, organisation: str) -> HttpResponse:
    """The organisation's own comments, drafts and sent ones, with the answers they got."""
    round, own = _own(request, code, organisation)
    drafts = list(queries.drafts(own))
    sent = list(queries.sent(round).filter(contribution=own))
    values = {
        "contribution": own,
        "standing": _state(request, own),
        "drafts": _shown(drafts, own, request.lang),
        "sent": _shown(sent, own, request.lang),
        "unfinished": sum(not draft.is_finished for draft in drafts),
        "snapshots": [
            (one, _address("rounds:receipt", one.pk)) for one in handover.snapshots_of(own, "contribution")
        ],
        "letter": _address("rounds:file", own.letter_id) if own.letter_id else "",
        "adopted": documents.adopted(round),
        "window": round.window("consultation"),
        "agrees": any(draft.stance == Comment.Stance.AGREE and not draft.node for draft in drafts),
        **_rights(request, own),
    }
    return render(request, "consultation/contribution.html", _values(request, round, **values))


@page
def write(request: HttpRequest, code: str, organisation: str) -> HttpResponse:
    """The framework with its sheets, and a new comment beside."""
    round, own = _own(request, code, organisation)
    return _writing(request, round, own, None)


@page
def edit(request: HttpRequest, code: str, organisation: str, pk: int) -> HttpResponse:
    """The same, for a draft that stands already."""
    round, own = _own(request, code, organisation)
    return _writing(request, round, own, queries.get_draft(contribution=own, pk=pk))


def _writing(request: HttpRequest, round: Round, own: Contribution, comment: Comment | None) -> HttpResponse:
    framework = documents.framework_of(own.version)
    nodes = {node.id: node for node in framework.nodes}
    there: Comment | None = None
    if request.method == "POST":
        form = CommentForm(request.POST, version=own.version, lang=request.lang)
        node = form.chosen_node()
        if form.is_valid():
            done = say(request.lang, "consultation.saved")
            outcome = perform(
                request,
                actions.save_comment,
                done=done,
                contribution=own,
                comment=comment,
                **form.cleaned_data,
            )
            if outcome:
                return redirect("consultation:contribution", round.code, own.organisation.code)
            if outcome.refused is not None and outcome.refused.kind == "conflict" and comment is not None:
                comment.refresh_from_db()
                there = comment
                # Both stand on the page now; saving once more is a decision.
                form.data = form.data.copy()
                form.data["revision"] = str(comment.revision)
    else:
        node = comment.node if comment is not None else request.GET.get("node", "")
        node = node if node in nodes else ""
        form = CommentForm(initial=_initial(comment, node), version=own.version, lang=request.lang)
    chosen = nodes.get(node)
    values = {
        "contribution": own,
        "form": form,
        "comment": comment,
        "there": _comment(there, nodes.get(there.node), request.lang) if there is not None else None,
        "node": chosen,
        "node_name": synthesis.node_name(chosen, request.lang),
        "facts": _facts(own.version, chosen, request.lang) if chosen else [],
        "sheet": documents.sheet_html(own.version, chosen.code, request.lang, top=3) if chosen else "",
        "tree": _tree(own, node, request.lang),
        "standing": _state(request, own),
        **_rights(request, own),
    }
    trail = (_here(request, round),)
    shown = _values(request, round, *trail, **values)
    return render(request, "consultation/write.html", shown, status=_status(request, form))


def _initial(comment: Comment | None, node: str) -> dict[str, Any]:
    if comment is None:
        return {"node": node or ALL, "aspect": ALL, "revision": 0}
    names = ("stance", "text", "proposed", "revision")
    kept = {name: getattr(comment, name) for name in names}
    return kept | {"node": comment.node or ALL, "aspect": comment.aspect or ALL}


def _facts(version: Version, node: Node, lang: str) -> list[tuple[str, str]]:
    """What the framework itself says of a node, beside its sheet."""
    folder = documents.folder_of(version)
    used = [folder.framework.series_by_id[one] for one in series_of(node.formula)]
    weight = shown_figure(plain_figure(repr(folder.recipe.weight_of(node.code))), lang)
    found = (
        ("unit", [node.unit]),
        ("series", [one.name for one in used]),
        ("supplier", [one.supplied_by for one in used]),
        ("evidence", [one.evidence for one in used]),
    )
    words = [
        (key, "; ".join(dict.fromkeys(text.get(lang) for text in texts if text))) for key, texts in found
    ]
    if node.parent is not None:
        words.append(("weight", weight))
    return [(say(lang, f"consultation.fact.{key}"), text) for key, text in words if text]


def _tree(own: Contribution, chosen: str, lang: str) -> list[dict[str, Any]]:
    """Every node in framework order, with its depth and the number of one's own comments on it."""
    framework = documents.framework_of(own.version)
    live = own.comments.exclude(state=Comment.State.WITHDRAWN)
    count = Counter(live.values_list("node", flat=True))
    whole = {"id": "", "name": say(lang, "consultation.whole"), "depth": 0}
    rows = [whole] + [
        {"id": node.id, "name": synthesis.node_name(node, lang), "depth": min(6, framework.depth(node.code))}
        for node in framework.nodes
    ]
    return [{**row, "count": count[row["id"]], "here": row["id"] == chosen} for row in rows]


@page
@require_POST
def agree(request: HttpRequest, code: str, organisation: str) -> HttpResponse:
    """No comments: an explicit agreement with the whole framework."""
    _, own = _own(request, code, organisation)
    done = say(request.lang, "consultation.agreed")
    perform(request, actions.save_comment, done=done, contribution=own, stance=str(Comment.Stance.AGREE))
    return redirect("consultation:contribution", code, organisation)


@page
@require_POST
def withdraw(request: HttpRequest, code: str, organisation: str, pk: int) -> HttpResponse:
    """Take a draft back."""
    _, own = _own(request, code, organisation)
    comment = queries.get_draft(contribution=own, pk=pk)
    perform(
        request, actions.withdraw_comment, done=say(request.lang, "consultation.withdrawn"), comment=comment
    )
    return redirect("consultation:contribution", code, organisation)


@page
def request_to_send(request: HttpRequest, code: str, organisation: str) -> HttpResponse:
    """The officer asks the leader to send: remark and letter go with the comments."""
    round, own = _own(request, code, organisation)
    form = RequestForm(
        request.POST or None, request.FILES or None, initial={"remark": own.remark}, lang=request.lang
    )
    if request.method == "POST" and form.is_valid():
        outcome = perform(
            request,
            actions.request_contribution,
            done=say(request.lang, "consultation.requested"),
            contribution=own,
            remark=form.cleaned_data["remark"],
            upload=form.cleaned_data["letter"],
        )
        if outcome:
            return redirect("consultation:contribution", code, organisation)
        own.refresh_from_db()
    return _handing(request, round, own, "consultation/request.html", form=form)


@page
def send(request: HttpRequest, code: str, organisation: str) -> HttpResponse:
    """The leader reads everything once more, proves who they are, and sends."""
    round, own = _own(request, code, organisation)
    form = IdentityForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        done = say(request.lang, "consultation.sent")
        outcome = perform(request, actions.send_contribution, done=done, contribution=own)
        if outcome:
            return redirect("consultation:contribution", code, organisation)
        own.refresh_from_db()
    return _handing(
        request, round, own, "consultation/send.html", form=form, back_form=SendBackForm(lang=request.lang)
    )


@page
@require_POST
def send_back(request: HttpRequest, code: str, organisation: str) -> HttpResponse:
    """The leader gives the draft back to the officer."""
    round, own = _own(request, code, organisation)
    form = SendBackForm(request.POST, lang=request.lang)
    if form.is_valid():
        outcome = perform(
            request,
            actions.send_back_contribution,
            done=say(request.lang, "consultation.sent-back"),
            contribution=own,
            reason=form.cleaned_data["reason"],
        )
        if outcome:
            return redirect("consultation:contribution", code, organisation)
        own.refresh_from_db()
    return _handing(
        request, round, own, "consultation/send.html", form=IdentityForm(request=request), back_form=form
    )


def _handing(
    request: HttpRequest, round: Round, own: Contribution, template: str, **values: Any
) -> HttpResponse:
    drafts = list(queries.drafts(own))
    values |= {
        "contribution": own,
        "standing": _state(request, own),
        "drafts": _shown(drafts, own, request.lang),
        "unfinished": sum(not draft.is_finished for draft in drafts),
        "letter": _address("rounds:file", own.letter_id) if own.letter_id else "",
        **_rights(request, own),
    }
    shown = _values(request, round, _here(request, round), **values)
    forms = [form for form in (values["form"], values.get("back_form")) if form is not None]
    return render(request, template, shown, status=_status(request, *forms))


# ---- comments and answers


@page
@require_GET
def answers(request: HttpRequest, code: str) -> HttpResponse:
    """All sent comments, like beside like, with their answers."""
    round = get_round(request.user, code)
    found = list(queries.get_sent(for_=request.user, round=round, at=clock.now()))
    values: dict[str, Any] = {"total": len(found)}
    if found:
        version = found[0].version
        bodies = {one.contribution.organisation_id: one.contribution.organisation for one in found}
        form = FilterForm(request.GET, version=version, organisations=bodies.values(), lang=request.lang)
        chosen = form.chosen()
        passed = queries.filtered(found, queries.Filters(**chosen))
        in_order = [one for group in queries.grouped(passed, version) for one in group.comments]
        part = Paginator(in_order, _PER_PAGE).get_page(request.GET.get("page"))
        query = request.GET.copy()
        query.pop("page", None)
        values |= {
            "form": form,
            "filtered": any(chosen.values()),
            "passed": len(passed),
            "page": part,
            "query": query.urlencode(),
            "groups": [_group(group, request.lang) for group in queries.grouped(part.object_list, version)],
            "counts": queries.counts(round),
        }
    return render(
        request, "consultation/answers.html", _values(request, round, _here(request, round), **values)
    )


def _group(group: queries.Group, lang: str) -> dict[str, Any]:
    return {
        "name": synthesis.target_name(group.node, group.aspect, lang),
        "anchor": f"{group.node.id if group.node else 'whole'}-{group.aspect or 'all'}",
        "comments": [_comment(one, group.node, lang) for one in group.comments],
    }


@page
def answer(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One comment: its sheet, those like it, its answer, and the form for it."""
    round, at = get_round(request.user, code), clock.now()
    comment = queries.get_sent_comment(for_=request.user, round=round, number=number, at=at)
    allowed = may("consultation.answer_comment", on=comment, by=request.actor, at=at)
    if request.method == "POST":
        form = AnswerForm(request.POST, comment=comment, lang=request.lang)
        if form.is_valid():
            outcome = perform(
                request,
                actions.answer_comment,
                done=say(request.lang, "consultation.answered", number=number),
                comment=comment,
                kind=form.cleaned_data["kind"],
                reason=form.cleaned_data["reason"],
                revision=form.cleaned_data["revision"],
                **form.change(),
            )
            if outcome:
                return _after(request, round, comment)
            comment = queries.get_sent_comment(for_=request.user, round=round, number=number, at=at)
            if outcome.refused is not None and outcome.refused.kind == "conflict":
                return _answering(request, round, comment, _again(form, comment), allowed, conflict=True)
    else:
        form = AnswerForm(initial=_answer_initial(comment), comment=comment, lang=request.lang)
    return _answering(request, round, comment, form, allowed)


def _after(request: HttpRequest, round: Round, comment: Comment) -> HttpResponse:
    """To the next comment that has no answer yet, if that was asked for; else back to this one."""
    if "next" in request.POST:
        waiting = queries.sent(round).filter(answer__isnull=True)
        following = waiting.filter(number__gt=comment.number).first() or waiting.first()
        if following is not None:
            return redirect("consultation:answer", round.code, following.number)
        return redirect("consultation:answers", round.code)
    return redirect("consultation:answer", round.code, comment.number)


def _again(form: AnswerForm, comment: Comment) -> AnswerForm:
    """What was typed, upon the answer that stands now; saving once more is a decision."""
    answer = queries.answer_of(comment)
    data = form.data.copy()
    data["revision"] = str(answer.revision if answer is not None else 0)
    return AnswerForm(data, comment=comment, lang=form.lang)


def _answer_initial(comment: Comment) -> dict[str, Any]:
    answer = queries.answer_of(comment)
    if answer is None:
        return {"revision": 0}
    change = f"{answer.changed_in_id}:{answer.changed_node}" if answer.changed_in_id else ""
    return {"kind": answer.kind, "reason": answer.reason, "change": change, "revision": answer.revision}


def _answering(
    request: HttpRequest,
    round: Round,
    comment: Comment,
    form: AnswerForm,
    allowed: bool,
    *,
    conflict: bool = False,
) -> HttpResponse:
    nodes = {node.id: node for node in documents.framework_of(comment.version).nodes}
    node = nodes.get(comment.node)
    alike = [one for one in queries.sent(round) if one.node == comment.node and one.pk != comment.pk]
    values = {
        "one": _comment(comment, node, request.lang),
        "comment": comment,
        "form": form,
        "allowed": allowed,
        "conflict": conflict,
        "node_name": synthesis.node_name(node, request.lang),
        "facts": _facts(comment.version, node, request.lang) if node else [],
        "sheet": documents.sheet_html(comment.version, node.code, request.lang, top=3) if node else "",
        "alike": [_comment(one, node, request.lang) for one in alike],
        "newest": documents.newest(round),
    }
    here = (
        say(request.lang, "consultation.answers.title"),
        reverse("consultation:answers", args=[round.code]),
    )
    shown = _values(request, round, _here(request, round), here, **values)
    return render(request, "consultation/answer.html", shown, status=_status(request, form))


# ---- the synthesis table


@page
@require_GET
def synthesis_page(request: HttpRequest, code: str) -> HttpResponse:
    """The table of all comments and answers, to read and to print."""
    round, at = _open_round(request, code)
    values = {
        "rows": synthesis.rows(round, request.lang),
        "counts": queries.counts(round),
        "adopted": documents.adopted(round),
        "at": at,
    }
    return render(
        request, "consultation/synthesis.html", _values(request, round, _here(request, round), **values)
    )


@page
@require_GET
def synthesis_file(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a workbook."""
    round, at = _open_round(request, code)
    answer = HttpResponse(
        synthesis.workbook(round, request.lang, at=at),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    name = say(request.lang, "consultation.synthesis.file", round=round.code)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _open_round(request: HttpRequest, code: str) -> tuple[Round, datetime.datetime]:
    """The round, for those to whom all comments are open. Raises Http404 for others."""
    round, at = get_round(request.user, code), clock.now()
    if not queries.may_read_all(request.user, round, at):
        raise Http404
    return round, at
