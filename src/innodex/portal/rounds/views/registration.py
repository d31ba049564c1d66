"""Pages of a registration: filled in part by part, handed in, sent, returned, confirmed, and read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from innodex.documents import say
from innodex.portal.people import clock
from innodex.portal.people.gate import holds, may
from innodex.portal.people.permissions import Role
from innodex.portal.people.web import Outcome, has_role, page, perform
from innodex.portal.rounds import actions, documents
from innodex.portal.rounds import registration as spec
from innodex.portal.rounds.actions.registration import draft_at, lacking
from innodex.portal.rounds.forms.identity import IdentityForm
from innodex.portal.rounds.forms.registration import Asked, PartForm, ReasonForm, Section, section, sections
from innodex.portal.rounds.models import Registration, Round, Snapshot, Version
from innodex.portal.rounds.queries import registration as doors
from innodex.portal.rounds.views.common import crumbs

STATE = Registration.State
# Nothing has been sent, or not again.
UNSENT = (STATE.NOT_ANSWERED, STATE.DRAFTING, STATE.IN_CLEARANCE, STATE.RETURNED)
_TONES = {
    STATE.NOT_ANSWERED: "idle",
    STATE.DRAFTING: "open",
    STATE.IN_CLEARANCE: "waiting",
    STATE.SENT: "waiting",
    STATE.PROPOSED: "waiting",
    STATE.RETURNED: "stopped",
    STATE.DECLINED: "stopped",
    STATE.SELECTED: "open",
    STATE.CONFIRMED: "done",
    STATE.REFUSED: "stopped",
    STATE.NOT_SELECTED: "idle",
}
_SHOWN_LACKS = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a registration stands, for the component that says so: what it means, who is next, by when."""

    tone: str
    label: str
    meaning: str
    who: str
    due: datetime.datetime | None


def tone(state: str) -> str:
    """How a state is drawn."""
    return _TONES[STATE(state)]


def state_label(lang: str, state: str) -> str:
    """A state's name."""
    return say(lang, f"rounds.registration.state.{state}")


def shown_state(registration: Registration) -> str:
    """The state that the locality itself is shown: a proposal is the academy's until the ministry decides."""
    return STATE.SENT if registration.state == STATE.PROPOSED else registration.state


def standing(registration: Registration, lang: str, at: datetime.datetime, *, own: bool) -> Standing:
    """Where the registration stands; a call that is over changes what an unsent one means."""
    state = shown_state(registration) if own else registration.state
    call = registration.round_of().window("call")
    opened = call is not None and call.opened_at is not None
    over = call is not None and opened and (call.closed_at is not None or at > call.closes_at)
    word = state if state not in UNSENT or (opened and not over) else "over" if over else "before"
    due = None
    if call is not None and opened and not over and state in UNSENT:
        due = call.due_at if at <= call.due_at else call.closes_at
    return Standing(
        tone(state),
        state_label(lang, state),
        say(lang, f"rounds.registration.meaning.{word}"),
        say(lang, f"rounds.registration.next.{word}"),
        due,
    )


def _asked(version: Version) -> Asked:
    return Asked.by(documents.framework_of(version))


def _own_address(registration: Registration) -> str:
    return reverse("rounds:registration", args=[registration.round_of().code])


# ---- a locality's own registration


@page
def own(request: HttpRequest, code: str) -> HttpResponse:
    """Where the own registration stands, what is still missing, and what this person can do next."""
    return _own_page(request, doors.own_registration(request.user, code))


def _own_page(request: HttpRequest, registration: Registration, **forms: Any) -> HttpResponse:
    at, actor, round = clock.now(), request.actor, registration.round_of()
    version = documents.in_force(round)

    def can(name: str) -> bool:
        return may(f"rounds.{name}", on=registration, by=actor, at=at)

    editable = can("save_registration")
    sending = can("send_registration")
    lacks = lacking(registration) if editable or sending or can("request_registration") else ()
    values = {
        "round": round,
        "registration": registration,
        "locality": registration.locality,
        "crumbs": crumbs(request, round),
        "standing": standing(registration, request.lang, at, own=True),
        "call": round.window("call"),
        "editable": editable,
        "parts": _parts(request, registration, lacks) if editable else [],
        "lacks": _lack_links(registration, lacks[:_SHOWN_LACKS], _asked(version), request.lang),
        "more_lacks": max(0, len(lacks) - _SHOWN_LACKS),
        "complete": not lacks,
        "can_request": can("request_registration"),
        "sections": sections(registration.content, _asked(version), request.lang) if sending else [],
        "version": version,
        "letter": registration.letter,
        "identity": forms.get("identity") or (IdentityForm(request=request) if sending else None),
        "send_back": forms.get("send_back") or (ReasonForm(lang=request.lang) if sending else None),
        "refuse": forms.get("refuse") or (ReasonForm(lang=request.lang) if can("refuse_selection") else None),
        "can_confirm": can("confirm_selection"),
        "snapshots": doors.sent(registration),
        "has_draft": registration.revision > 0 and registration.state in UNSENT,
        "decided": round.selection_decided_at is not None,
        "decision": getattr(round, "selection", None) if round.selection_decided_at else None,
    }
    return render(request, "rounds/registration.html", values, status=forms.get("status", 200))


def _parts(
    request: HttpRequest, registration: Registration, lacks: tuple[spec.Missing, ...]
) -> list[dict[str, Any]]:
    counts, declined = spec.lacking_parts(lacks), spec.is_declined(registration.content)
    found = []
    for part in spec.PARTS:
        begun = spec.is_begun(registration.content, part)
        if declined and part.name != "answer":
            word = "needless"
        elif counts[part.name]:
            word = "lacks" if begun else "untouched"
        elif not begun:
            word = "optional"
        else:
            word = "complete"
        found.append(
            {
                "name": part.name,
                "address": _part_address(registration, part.name),
                "state": say(
                    request.lang, f"rounds.registration.part-state.{word}", number=counts[part.name]
                ),
                "tone": {"complete": "done", "lacks": "open"}.get(word, "idle"),
            }
        )
    return found


def _part_address(registration: Registration, part: str, *, check: bool = False) -> str:
    address = reverse("rounds:registration-part", args=[registration.round_of().code, part])
    return f"{address}?check=1" if check else address


def _lack_links(
    registration: Registration, lacks: tuple[spec.Missing, ...], asked: Asked, lang: str
) -> list[tuple[str, str]]:
    found = []
    for lack in lacks:
        start = f"{lack.series}-" if lack.series else f"{lack.entry - 1}-" if lack.entry else ""
        place = say(lang, f"rounds.registration.part.{lack.part}")
        if lack.series:
            place = asked.name(lack.series, lang)
        elif lack.entry:
            place = say(lang, f"rounds.registration.entry.{lack.part}", number=lack.entry)
        label = say(lang, f"rounds.registration.field.{lack.part}.{lack.field}")
        anchor = f"id_{start}{lack.field}" + ("_0" if lack.field == "answer" else "")
        found.append((f"{place}: {label}", f"{_part_address(registration, lack.part, check=True)}#{anchor}"))
    return found


@page
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """The own registration as it stands now, for reading: everybody of the department may."""
    registration = doors.own_registration(request.user, code)
    round = registration.round_of()
    version = documents.in_force(round)
    own_name = (say(request.lang, "rounds.registration.own"), _own_address(registration))
    values = {
        "round": round,
        "registration": registration,
        "locality": registration.locality,
        "crumbs": crumbs(request, round, own_name),
        "standing": standing(registration, request.lang, clock.now(), own=True),
        "sections": sections(registration.content, _asked(version), request.lang),
        "version": version,
        "letter": registration.letter,
    }
    return render(request, "rounds/registration_draft.html", values)


# ---- one part


@page
def part(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """One part of the form: shown, and saved as a draft whatever it says."""
    registration = doors.own_registration(request.user, code)
    if part not in spec.PART:
        raise Http404
    if not may("rounds.save_registration", on=registration, by=request.actor, at=clock.now()):
        # Locked, over, or the leader's eyes: what stands there can be read.
        if request.method == "POST":
            perform(request, actions.save_registration, registration=registration, content={}, revision=0)
        return redirect("rounds:registration-draft", code=code)
    described, asked = spec.PART[part], _asked(documents.in_force(registration.round_of()))
    if request.method == "POST":
        return _save(request, registration, described, asked)
    lacks = [lack for lack in lacking(registration) if lack.part == part] if "check" in request.GET else []
    form = PartForm(described, lang=request.lang, asked=asked, content=registration.content, lacks=lacks)
    return _part_page(request, registration, form)


def _save(request: HttpRequest, registration: Registration, part: spec.Part, asked: Asked) -> HttpResponse:
    posted = PartForm(
        part,
        lang=request.lang,
        asked=asked,
        content=registration.content,
        data=request.POST,
        sent=request.FILES,
    )
    mine, revision = posted.given(), _number(request.POST.get("revision"))
    kept = perform(
        request, actions.save_registration, registration=registration, content=mine, revision=revision
    )
    if not kept:
        return _not_kept(request, registration, posted, mine, revision, kept)
    letter = request.FILES.get("letter") if part.name == "focal" else None
    if letter is not None and not _keep_letter(request, registration, letter):
        form = PartForm(part, lang=request.lang, asked=asked, content=registration.content)
        return _part_page(request, registration, form, status=422)
    messages.success(request, say(request.lang, "rounds.registration.saved"))
    return redirect(_after(request, registration, part))


def _keep_letter(request: HttpRequest, registration: Registration, letter: Any) -> Outcome:
    """The file after the words: a bad file must not take them with it."""
    if request.actor.key:
        request.actor = replace(request.actor, key=f"{request.actor.key[:56]}-letter")
    registration.refresh_from_db()
    return perform(
        request,
        actions.save_registration,
        registration=registration,
        content={},
        revision=registration.revision,
        letter=letter,
    )


def _not_kept(
    request: HttpRequest,
    registration: Registration,
    posted: PartForm,
    mine: spec.Content,
    revision: int,
    kept: Outcome,
) -> HttpResponse:
    """The page again with everything that was typed; after a clash, beside what the colleague has saved."""
    registration.refresh_from_db()
    refused = kept.refused
    if refused is None or refused.kind != "conflict":
        return _part_page(request, registration, posted, status=422)
    theirs = registration.content
    whole, clashes = spec.combined(draft_at(registration, revision), theirs, mine)
    form = PartForm(
        posted.part, lang=request.lang, asked=posted.asked, content=whole, theirs=theirs, clashes=clashes
    )
    return _part_page(request, registration, form, status=409)


def _after(request: HttpRequest, registration: Registration, part: spec.Part) -> str:
    if "onward" not in request.POST:
        return _part_address(registration, part.name)
    names = [one.name for one in spec.PARTS]
    place = names.index(part.name) + 1
    if place == len(names) or spec.is_declined(registration.content):
        return _own_address(registration)
    return _part_address(registration, names[place])


def _part_page(
    request: HttpRequest, registration: Registration, form: PartForm, *, status: int = 200
) -> HttpResponse:
    round, name = registration.round_of(), form.part.name
    own_name = (say(request.lang, "rounds.registration.own"), _own_address(registration))
    values = {
        "round": round,
        "registration": registration,
        "locality": registration.locality,
        "crumbs": crumbs(request, round, own_name),
        "part": form.part,
        "form": form,
        "faults": form.faults(),
        "theirs": _their_list(form),
        "version": documents.in_force(round),
        "letter": registration.letter,
        "place": [one.name for one in spec.PARTS].index(name) + 1,
        "places": len(spec.PARTS),
    }
    return render(request, "rounds/registration_part.html", values, status=status)


def _their_list(form: PartForm) -> Section | None:
    """After a clash in a list, the colleague's list as a whole."""
    if form.theirs is None or form.part.shape != "list":
        return None
    return section(form.part.name, form.theirs, form.asked, form.lang)


def _number(typed: str | None) -> int:
    """A revision from a form; -1, which no draft has, for anything else."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 9 else -1


# ---- handed in, sent back, sent; confirmed, refused


@require_POST
@page
def hand_in(request: HttpRequest, code: str) -> HttpResponse:
    """The officer asks the leader to send."""
    registration = doors.own_registration(request.user, code)
    done = say(request.lang, "rounds.registration.requested")
    perform(request, actions.request_registration, done=done, registration=registration)
    return redirect("rounds:registration", code=code)


@require_POST
@page
def send_back(request: HttpRequest, code: str) -> HttpResponse:
    """The leader gives it back to the officer."""
    registration = doors.own_registration(request.user, code)
    return _with_reason(request, registration, actions.send_back_registration, "sent-back", "send_back")


def _with_reason(
    request: HttpRequest, registration: Registration, action: Any, done: str, name: str
) -> HttpResponse:
    form = ReasonForm(request.POST, lang=request.lang)
    words = say(request.lang, f"rounds.registration.{done}")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    outcome = perform(request, action, done=words, registration=registration, reason=reason)
    if outcome.refused is not None and outcome.refused.kind == "no-reason":
        return _own_page(request, registration, status=422, **{name: form})
    return redirect(_own_address(registration))


@require_POST
@page
def send(request: HttpRequest, code: str) -> HttpResponse:
    """The leader sends, once more proving who it is; the receipt follows."""
    registration = doors.own_registration(request.user, code)
    identity = IdentityForm(request.POST, request=request)
    if (
        holds("rounds.send_registration", on=registration, by=request.actor, at=clock.now())
        and not identity.is_valid()
    ):
        return _own_page(request, registration, identity=identity, status=422)
    done = say(request.lang, "rounds.registration.sent")
    outcome = perform(request, actions.send_registration, done=done, registration=registration)
    if outcome and isinstance(outcome.value, Snapshot):
        return redirect("rounds:receipt", pk=outcome.value.pk)
    return redirect("rounds:registration", code=code)


@require_POST
@page
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """The leader of a chosen locality confirms."""
    registration = doors.own_registration(request.user, code)
    done = say(request.lang, "rounds.registration.confirmed")
    perform(request, actions.confirm_selection, done=done, registration=registration)
    return redirect("rounds:registration", code=code)


@require_POST
@page
def refuse(request: HttpRequest, code: str) -> HttpResponse:
    """The leader of a chosen locality refuses."""
    registration = doors.own_registration(request.user, code)
    return _with_reason(request, registration, actions.refuse_selection, "refused-selection", "refuse")


# ---- what was sent, for academy, ministry and auditor


@page
def sent(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """What a locality has sent, by numbered copy: the newest, or the one of `?copy=`."""
    return _sent_page(request, doors.get_registration(request.user, code, unit))


def _sent_page(request: HttpRequest, registration: Registration, **forms: Any) -> HttpResponse:
    at, actor, round = clock.now(), request.actor, registration.round_of()
    copies = doors.sent(registration)
    shown = _wanted(copies, request.GET.get("copy", ""))
    own = doors.registration_of(request.user, round) == registration
    content = doors.content_of(shown) if shown is not None else {}
    version = _version_of(round, content)
    returning = may("rounds.return_registration", on=registration, by=actor, at=at)
    auditing = has_role(request, Role.AUDITOR) and registration.revision > 0
    values = {
        "round": round,
        "registration": registration,
        "locality": registration.locality,
        "own": own,
        "crumbs": crumbs(request, round, *_board_crumb(request, round, own)),
        "standing": standing(registration, request.lang, at, own=own),
        "copies": copies,
        "shown": shown,
        "sections": sections(content, _asked(version), request.lang) if shown is not None else [],
        "version": version,
        "letter": _letter(content),
        "give_back": forms.get("give_back") or (ReasonForm(lang=request.lang) if returning else None),
        "auditing": forms.get("auditing") or (ReasonForm(lang=request.lang) if auditing else None),
        "reason": _selection_reason(request, registration, own=own, at=at),
    }
    return render(request, "rounds/registration_sent.html", values, status=forms.get("status", 200))


def _board_crumb(request: HttpRequest, round: Round, own: bool) -> list[tuple[str, str]]:
    if own:
        return []
    return [(say(request.lang, "rounds.board.title"), reverse("rounds:board", args=[round.code]))]


def _wanted(copies: list[Snapshot], number: str) -> Snapshot | None:
    if not number:
        return copies[0] if copies else None
    found = next((copy for copy in copies if str(copy.number) == number), None)
    if found is None:
        raise Http404
    return found


def _version_of(round: Round, content: dict[str, Any]) -> Version:
    """The version that the copy answers, so that its series carry the names they had."""
    number = (content.get("version") or {}).get("number")
    return round.versions.filter(number=number).first() or documents.in_force(round)


def _letter(content: dict[str, Any]) -> dict[str, Any] | None:
    letter = content.get("letter")
    return {"pk": letter["file"], "name": letter["name"]} if letter else None


def _selection_reason(
    request: HttpRequest, registration: Registration, *, own: bool, at: datetime.datetime
) -> str:
    """The own reason after the decision; every reason for those who propose, decide or audit."""
    decided = registration.round_of().selection_decided_at is not None
    if doors.sees_reasons(request.user, at) or (own and decided):
        return registration.selection_reason
    return ""


@require_POST
@page
def give_back(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """The academy returns what was sent, with a reason."""
    registration = doors.get_registration(request.user, code, unit)
    form = ReasonForm(request.POST, lang=request.lang)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = say(request.lang, "rounds.registration.returned")
    outcome = perform(
        request, actions.return_registration, done=done, registration=registration, reason=reason
    )
    if outcome.refused is not None and outcome.refused.kind == "no-reason":
        return _sent_page(request, registration, give_back=form, status=422)
    return redirect("rounds:registration-sent", code=code, unit=unit)


@require_POST
@page
def unsent(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """The auditor reads what has not been sent, for a reason that stays in the locality's history."""
    registration = doors.get_registration(request.user, code, unit)
    form = ReasonForm(request.POST, lang=request.lang)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    outcome = perform(request, actions.read_draft, registration=registration, reason=reason)
    if not outcome:
        if outcome.refused is not None and outcome.refused.kind == "no-reason":
            return _sent_page(request, registration, auditing=form, status=422)
        return redirect("rounds:registration-sent", code=code, unit=unit)
    round = registration.round_of()
    version = documents.in_force(round)
    values = {
        "round": round,
        "registration": registration,
        "locality": registration.locality,
        "crumbs": crumbs(request, round, *_board_crumb(request, round, own=False)),
        "standing": standing(registration, request.lang, clock.now(), own=False),
        "sections": sections(registration.content, _asked(version), request.lang),
        "version": version,
        "letter": registration.letter,
    }
    return render(request, "rounds/registration_draft.html", values)
