"""Who sees which rounds, versions, receipts and files."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from innodex.portal.people import clock
from innodex.portal.people.actor import memberships
from innodex.portal.people.models import Membership, Organisation
from innodex.portal.people.permissions import Role
from innodex.portal.rounds import hooks
from innodex.portal.rounds.models import Locality, Phase, Round, Snapshot, StoredFile, Version

# Whose work a round is: they see every one, drafts included.
STAFF = frozenset({Role.R_REVIEW, Role.R_LEAD, Role.I_ANALYST, Role.M_APPROVE, Role.AUDITOR})
PARTICIPANTS = frozenset({Role.P_ENTRY, Role.P_LEAD})


def _held(user: Any, at: datetime.datetime | None = None) -> list[Membership]:
    return memberships(user if getattr(user, "pk", None) else None, at or clock.now())


def _own(user: Any) -> list[Organisation]:
    """The organisations for which the person drafts or sends."""
    found = {m.organisation_id: m.organisation for m in _held(user) if m.role in PARTICIPANTS}
    return list(found.values())


def sees_drafts(user: Any) -> bool:
    """True for those whose work a round is: academy, ministry, auditor."""
    return any(membership.role in STAFF for membership in _held(user))


def rounds_for(user: Any) -> QuerySet[Round]:
    """The rounds that the person may see.

    Academy, ministry and auditor see all; an organisation those in which it takes part, once they have begun.
    Whoever only looks after accounts sees none.
    """
    if sees_drafts(user):
        return Round.objects.all()
    own = _own(user)
    if not own:
        return Round.objects.none()
    taking_part = Q(pk__in=_as_locality(own))
    for condition in hooks.PARTICIPANTS:
        taking_part |= condition(own)
    called = Q(windows__name="call", windows__opened_at__isnull=False)
    # Through the keys, so that joins over several rows count a round once.
    begun = Round.objects.filter(~Q(phase=Phase.DRAFT) | called).values("pk")
    return Round.objects.filter(pk__in=Round.objects.filter(taking_part).values("pk")).filter(pk__in=begun)


def _as_locality(organisations: list[Organisation]) -> QuerySet[Locality]:
    units = Q(pk__in=())
    for one in organisations:
        if one.unit:
            valid = Q(round__reference_date__lte=one.valid_to) if one.valid_to else Q()
            units |= Q(round__scheme=one.scheme, unit=one.unit) & valid
    return Locality.objects.filter(units).values("round_id")


def get_round(for_: Any, code: str) -> Round:
    """The round with this code. Raises Http404 where the person may not see it."""
    return get_object_or_404(rounds_for(for_), code=code)


def get_version(for_: Any, code: str, number: int) -> Version:
    """A version of a round. Raises Http404 where the person may not see the round."""
    return get_object_or_404(
        Version.objects.select_related("round"), round=get_round(for_, code), number=number
    )


def own_localities(user: Any, round: Round) -> list[Locality]:
    """The localities of the round for which the person drafts or sends."""
    mine = {one.pk for one in _own(user)}
    units = [one.unit for one in _own(user) if one.unit and one.scheme == round.scheme]
    return [one for one in round.localities.filter(unit__in=units) if one.owner_id() in mine]


def own_locality(user: Any, round: Round) -> Locality | None:
    """The locality of the round for which the person drafts or sends; None for everybody else."""
    return next(iter(own_localities(user, round)), None)


def get_snapshot(for_: Any, pk: int) -> Snapshot:
    """What was sent, for its organisation, for academy and ministry, and for the auditor. Raises Http404."""
    snapshot = get_object_or_404(Snapshot.objects.select_related("round", "organisation"), pk=pk)
    own = any(one.pk == snapshot.organisation_id for one in _own(for_))
    if not own and not sees_drafts(for_):
        raise Http404
    return snapshot


def file_for(for_: Any, pk: int) -> StoredFile:
    """A stored file: for its organisation, and for whom an app lets in. Raises Http404.

    The auditor is one of those: what has not been sent is read with a reason, on the pages that ask for it.
    """
    stored = get_object_or_404(StoredFile.objects.select_related("round", "organisation"), pk=pk)
    at = clock.now()
    for membership in _held(for_, at):
        if membership.organisation_id == stored.organisation_id and membership.role != Role.SYSADMIN:
            return stored
    if any(reader(for_, stored, at) for reader in hooks.FILE_READERS):
        return stored
    raise Http404


_IN_VIEW = re.compile(r"/portal/rounds/([a-z0-9][a-z0-9-]*)/")


def round_in_view(request: HttpRequest) -> Round | None:
    """The round whose pages the person is on, by the address; None elsewhere. Read once per request."""
    if not hasattr(request, "innodex_round"):
        found = _IN_VIEW.match(request.path)
        rounds = rounds_for(request.user) if request.user.is_authenticated else Round.objects.none()
        request.innodex_round = rounds.filter(code=found[1]).first() if found else None
    return request.innodex_round
