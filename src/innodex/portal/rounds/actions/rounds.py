"""A round's own acts: made, versions added and adopted, the calendar set, windows opened and closed."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from innodex.documents import sort_key
from innodex.portal.people.actor import Actor
from innodex.portal.people.gate import Act, acting, holds
from innodex.portal.rounds import documents, hooks
from innodex.portal.rounds.models import Locality, Phase, Registration, Round, Version, Window

if TYPE_CHECKING:
    from innodex.formats import Folder
    from innodex.territory import Territory, Unit

# A year, or a part of one: rounds are set in order by it.
PERIOD = re.compile(r"[12]\d{3}(?:-[0-9A-Za-z]+)*")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
RESERVED = "new"  # the page on which rounds are made has this address
# In which phases of the round a window can still be set.
SETTABLE = {
    Window.Name.CALL: (Phase.DRAFT, Phase.CONSULTATION, Phase.ADOPTED),
    Window.Name.CONSULTATION: (Phase.DRAFT, Phase.CONSULTATION),
    Window.Name.COLLECTION: (Phase.DRAFT, Phase.CONSULTATION, Phase.ADOPTED, Phase.COLLECTION),
}


# ---- the round and its versions


def create_round(
    *,
    upload: bytes,
    filename: str,
    code: str,
    kind: str,
    title: dict[str, str],
    reference_date: datetime.date,
    period: str,
    quota: int | None = None,
    synthetic: bool = False,
    by: Actor,
    at: datetime.datetime,
) -> Round:
    """A round with its first version and its localities; in a pilot, an unanswered registration for each.

    Raises documents.Faulty with every fault of the upload; nothing is then written.
    """
    # Reading takes a while: not while others wait for the database, and not for those who may not.
    folder = None
    if holds("rounds.create_round", on=None, by=by, at=at):
        folder = documents.read_upload(upload, filename)
    with acting("rounds.create_round", by=by, at=at) as act:
        assert folder is not None
        units = documents.units_of(folder, reference_date)
        _check_new_round(act, code, kind, title, period, quota, units)
        round = act.create(
            Round,
            code=code,
            kind=kind,
            title={lang: words.strip() for lang, words in title.items()},
            scheme=folder.territory.scheme,
            reference_date=reference_date,
            period=period,
            quota=quota if kind == Round.Kind.PILOT else None,
            # Whoever says so once, it is invented.
            synthetic=synthetic or folder.settings.synthetic,
            created_at=at,
            created_by=by.user,
        )
        act.subject = round  # the event begins the round's own chain
        _make_version(act, round, folder, number=1, note="")
        localities = act.create_many(Locality, _rows(round, units, folder.territory))
        if kind == Round.Kind.PILOT:
            act.create_many(Registration, [{"locality": locality} for locality in localities])
    return round


def _check_new_round(
    act: Act,
    code: str,
    kind: str,
    title: dict[str, str],
    period: str,
    quota: int | None,
    units: tuple[Unit, ...],
) -> None:
    act.require(_CODE.fullmatch(code) and code != RESERVED, "bad-code")
    act.require(not Round.objects.filter(code=code).exists(), "code-taken", code=code)
    act.require(kind in Round.Kind.values, "bad-kind")
    act.require(all(title.get(lang, "").strip() for lang in ("vi", "en")), "no-title")
    act.require(PERIOD.fullmatch(period), "bad-period", found=period)
    act.require(units, "no-localities")
    if kind == Round.Kind.PILOT:
        act.require(quota is not None and 1 <= quota <= len(units), "bad-quota", most=len(units))


def _rows(round: Round, units: tuple[Unit, ...], territory: Territory) -> list[dict[str, Any]]:
    ordered = sorted(units, key=lambda unit: sort_key(unit.name.get("vi")))
    regions = {code: region.name.as_dict() for code, region in territory.regions_by_code.items()}
    return [
        {
            "round": round,
            "unit": unit.code,
            "name": unit.name.as_dict(),
            "kind": unit.kind,
            "region": regions.get(unit.region or "", {}),
            "position": position,
        }
        for position, unit in enumerate(ordered, start=1)
    ]


def _make_version(act: Act, round: Round, folder: Folder, *, number: int, note: str) -> Version:
    files = documents.files_of(folder)
    version = act.create(
        Version,
        round=round,
        number=number,
        files=files,
        digest=documents.digest_of(files),
        note=note.strip(),
        made_by=act.by.user,
        made_at=act.at,
    )
    act.digest = version.digest
    return version


def add_version(
    *, round: Round, upload: bytes, filename: str, note: str = "", by: Actor, at: datetime.datetime
) -> Version:
    """The next version of the round's documents, for the same localities.

    Raises documents.Faulty with every fault of the upload; nothing is then written.
    """
    folder = None
    if holds("rounds.add_version", on=round, by=by, at=at):
        folder = documents.read_upload(upload, filename)
    with acting("rounds.add_version", on=round, by=by, at=at, reason=note) as act:
        assert folder is not None
        last = documents.newest(round)
        act.require(documents.digest_of(documents.files_of(folder)) != last.digest, "same-version")
        units = {unit.code for unit in documents.units_of(folder, round.reference_date)}
        known = set(round.localities.values_list("unit", flat=True))
        act.require(folder.territory.scheme == round.scheme and units == known, "other-localities")
        return _make_version(act, round, folder, number=last.number + 1, note=note)


def adopt_version(
    *,
    version: Version,
    decision_number: str,
    decision_date: datetime.date,
    by: Actor,
    at: datetime.datetime,
) -> Version:
    """Adopt the newest version by a numbered, dated decision; the round's documents are then settled."""
    with acting("rounds.adopt_version", on=version, by=by, at=at) as act:
        round = _lock(version.round)
        act.require(decision_number.strip(), "no-decision")
        act.require(decision_date <= timezone.localdate(at), "decision-ahead")
        act.require(documents.newest(round).pk == version.pk, "not-newest")
        _end_consultation(act, round)
        for check in hooks.BEFORE_ADOPTION:
            check(version)
        act.set(
            version,
            state=Version.State.ADOPTED,
            decision_number=decision_number.strip(),
            decision_date=decision_date,
            adopted_at=at,
        )
        act.set(round, phase=Phase.ADOPTED)
    return version


def _end_consultation(act: Act, round: Round) -> None:
    """Nobody adopts what others are still being asked about."""
    window = round.window(Window.Name.CONSULTATION)
    if window is None or window.opened_at is None or window.closed_at is not None:
        return
    act.require(act.at > window.closes_at, "consultation-open", closes=window.closes_at)
    _close(act, window, round)


def _lock(round: Round) -> Round:
    """The same round, locked and as the database has it."""
    Round.objects.select_for_update(no_key=True).get(pk=round.pk)
    round.refresh_from_db()
    return round


# ---- the calendar


def set_calendar(
    *,
    round: Round,
    name: str,
    opens_at: datetime.datetime,
    due_at: datetime.datetime,
    closes_at: datetime.datetime,
    reason: str = "",
    by: Actor,
    at: datetime.datetime,
) -> Window:
    """Set when `call`, `consultation` or `collection` opens, is due and closes.

    Once open, it may only be prolonged, and with a reason; once closed, it stays closed.
    """
    with acting("rounds.set_calendar", on=round, by=by, at=at, reason=reason.strip()) as act:
        act.require(name in Window.Name.values, "unknown-window")
        act.require(name != Window.Name.CALL or round.kind == Round.Kind.PILOT, "not-a-pilot")
        act.require(opens_at < due_at <= closes_at, "calendar-order")
        act.require(closes_at > at, "calendar-past")
        times = {"opens_at": opens_at, "due_at": due_at, "closes_at": closes_at}
        window = round.window(name)
        if window is not None and window.opened_at is not None:
            _check_change(act, window, times, reason)
        else:
            act.require(round.phase in SETTABLE[Window.Name(name)], "wrong-phase")
        if window is None:
            return act.create(Window, round=round, name=name, **times)
        act.set(window, **times)
    return window


def _check_change(act: Act, window: Window, times: dict[str, datetime.datetime], reason: str) -> None:
    act.require(window.closed_at is None and act.at <= window.closes_at, "window-closed")
    act.require(times["opens_at"] == window.opens_at, "already-open")
    act.require(times["closes_at"] >= window.closes_at, "not-shorter", closes=window.closes_at)
    act.require(times["due_at"] >= min(window.due_at, act.at), "not-shorter", closes=window.due_at)
    changed = any(getattr(window, name) != value for name, value in times.items())
    act.require(not changed or reason.strip(), "no-reason")


def _open(act: Act, round: Round, name: str) -> Window:
    window = round.window(name)
    act.require(window is not None, "no-calendar")
    assert window is not None
    act.require(window.opened_at is None, "already-open")
    act.require(act.at >= window.opens_at, "too-early", opens=window.opens_at)
    act.require(act.at < window.closes_at, "calendar-past")
    act.set(window, opened_at=act.at)
    for hook in hooks.ON_OPEN[name]:
        hook(act, round)
    return window


def open_call(*, round: Round, by: Actor, at: datetime.datetime) -> Window:
    """Invite the localities to register; runs beside the main line."""
    with acting("rounds.open_call", on=round, by=by, at=at) as act:
        act.require(round.kind == Round.Kind.PILOT, "not-a-pilot")
        return _open(act, round, Window.Name.CALL)


def open_consultation(*, round: Round, by: Actor, at: datetime.datetime) -> Window:
    """Ask for opinions on the newest version."""
    with acting("rounds.open_consultation", on=round, by=by, at=at) as act:
        act.set(round, phase=Phase.CONSULTATION)
        return _open(act, round, Window.Name.CONSULTATION)


def open_collection(*, round: Round, by: Actor, at: datetime.datetime) -> Window:
    """Open the forms; in a pilot, only after the decision on the localities and the first confirmation."""
    with acting("rounds.open_collection", on=round, by=by, at=at) as act:
        if round.kind == Round.Kind.PILOT:
            act.require(round.selection_decided_at is not None, "not-selected")
            confirmed = Registration.objects.filter(locality__round=round, state=Registration.State.CONFIRMED)
            act.require(confirmed.exists(), "none-confirmed")
        for check in hooks.BEFORE_COLLECTION:
            check(round)
        act.set(round, phase=Phase.COLLECTION)
        return _open(act, round, Window.Name.COLLECTION)


def close_round(*, round: Round, by: Actor, at: datetime.datetime) -> Round:
    """End the round. It never returns; a correction is a new release of it."""
    with acting("rounds.close_round", on=round, by=by, at=at) as act:
        act.set(round, phase=Phase.CLOSED)
    return round


# ---- the clock


def move_clock(*, window: Window, by: Actor, at: datetime.datetime) -> Window:
    """Close a window whose hard close has passed; after the collection follows the appraisal."""
    round = window.round
    # The round is locked first, as in every other act: two that lock in turn would wait for each other.
    with acting("rounds.move_clock", on=round, by=by, at=at) as act:
        window.refresh_from_db()
        act.require(window.opened_at is not None and window.closed_at is None, "already-done")
        act.require(at > window.closes_at, "too-early")
        _close(act, window, round)
        if window.name == Window.Name.COLLECTION and round.phase == Phase.COLLECTION:
            act.set(round, phase=Phase.APPRAISAL)
    return window


def _close(act: Act, window: Window, round: Round) -> None:
    act.set(window, closed_at=act.at)
    for hook in hooks.ON_CLOSE[window.name]:
        hook(act, round)


__all__ = [
    "add_version",
    "adopt_version",
    "close_round",
    "create_round",
    "move_clock",
    "open_call",
    "open_collection",
    "open_consultation",
    "set_calendar",
]
