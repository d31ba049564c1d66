"""Who opens which edition: its makers and audience the folder, a participant pages of its own."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import Http404

from innodex.edition import Audience
from innodex.portal.people import clock
from innodex.portal.people.actor import memberships
from innodex.portal.people.permissions import Kind
from innodex.portal.rounds import queries
from innodex.portal.rounds.models import Locality, Round
from innodex.portal.runs import frozen
from innodex.portal.runs.models import Run

# Each audience holds those before it.
_ORDER = (Audience.INTERNAL, Audience.PARTICIPANTS, Audience.MINISTRIES, Audience.PUBLIC)


def is_staff(user: Any) -> bool:
    """True for academy, ministry and auditor, who see every edition from the moment it is computed."""
    return queries.sees_drafts(user)


def is_out(run: Run, at: datetime.datetime) -> bool:
    """True once the edition is published and its embargo is over."""
    return run.state == Run.State.PUBLISHED and (run.embargo_until is None or run.embargo_until <= at)


def reaches(run: Run, audience: Audience) -> bool:
    """True where the edition is for `audience` or for a larger one."""
    return _ORDER.index(Audience(run.audience)) >= _ORDER.index(audience)


def opens_folder(user: Any, run: Run, at: datetime.datetime) -> bool:
    """True for whom the whole edition is open: its folder, its pages, its files."""
    if is_staff(user):
        return True
    if not is_out(run, at):
        return False
    if reaches(run, Audience.PUBLIC):
        return True
    bodies = {membership.organisation.kind for membership in memberships(user, at)}
    return reaches(run, Audience.MINISTRIES) and Kind.CENTRAL in bodies


def get_run(for_: Any, code: str, number: int) -> Run:
    """A run whose folder is open to the person. Raises Http404."""
    round = queries.get_round(for_, code)
    run = round.runs.select_related("round", "freeze").filter(number=number).first()
    if run is None or not opens_folder(for_, run, clock.now()):
        raise Http404
    return run


def published(round: Round, at: datetime.datetime) -> Run | None:
    """The edition of the round that is out, if one."""
    return next((run for run in round.runs.order_by("-number") if is_out(run, at)), None)


def own_measured(user: Any, run: Run) -> list[Locality]:
    """The person's own localities that the run measures."""
    units = set(frozen.document_of(run.freeze)["units"])
    return [one for one in queries.own_localities(user, run.round) if one.unit in units]
