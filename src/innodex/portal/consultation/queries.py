"""What may be seen of a consultation, and what it comes to: one door to every private thing."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from innodex.framework import Node
from innodex.portal.consultation import changes
from innodex.portal.consultation.models import Answer, Aspect, Comment, Contribution
from innodex.portal.people.actor import memberships
from innodex.portal.people.models import Organisation, User
from innodex.portal.people.permissions import Kind, Role
from innodex.portal.rounds import documents
from innodex.portal.rounds.models import Locality, Round, Version

# Who reads what was sent before everybody may: those who answer, those who decide, and those who watch both.
READERS = frozenset({Role.R_REVIEW, Role.R_LEAD, Role.I_ANALYST, Role.M_APPROVE, Role.AUDITOR})
DRAFTERS = frozenset({Role.P_ENTRY, Role.P_LEAD})
ASPECTS = ("", *Aspect.values)


# ---- who is asked


def audience(round: Round, at: datetime.datetime) -> list[Organisation]:
    """Who is asked: the departments of the localities and the central bodies that exist that day.

    The ministry that decides is not: other ministries are central bodies.
    """
    day = timezone.localdate(at)
    valid = Organisation.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        Q(kind=Kind.CENTRAL)
        | Q(kind=Kind.DEPARTMENT, scheme=round.scheme, unit__in=round.localities.values("unit")),
        valid_from__lte=day,
    )
    return list(valid.order_by("kind", "code"))


def without_contribution(round: Round) -> list[Locality]:
    """The localities of which no department was entered when the consultation opened: nobody was asked."""
    asked = round.contributions.filter(organisation__kind=Kind.DEPARTMENT).values("organisation__unit")
    return list(round.localities.exclude(unit__in=asked)) if round.contributions.exists() else []


# ---- doors


def is_reader(user: User, at: datetime.datetime) -> bool:
    """True for those who read every sent comment from the moment it is sent."""
    return any(membership.role in READERS for membership in memberships(user, at))


def own_contributions(user: User, round: Round, at: datetime.datetime) -> list[Contribution]:
    """The contributions of the organisations that the person drafts or sends for."""
    bodies = [each.organisation_id for each in memberships(user, at) if each.role in DRAFTERS]
    found = round.contributions.filter(organisation__in=bodies)
    return list(found.select_related("organisation", "version", "round").defer("version__files"))


def get_contribution(*, for_: User, round: Round, organisation: str, at: datetime.datetime) -> Contribution:
    """The contribution of one's own organisation, drafts and all. Raises Http404 for any other."""
    for found in own_contributions(for_, round, at):
        if found.organisation.code == organisation:
            return found
    raise Http404


def get_draft(*, contribution: Contribution, pk: int) -> Comment:
    """A comment of a contribution that the caller was let into. Raises Http404."""
    found = contribution.comments.filter(pk=pk).select_related("contribution__round", "version").first()
    if found is None:
        raise Http404
    return found


def may_read_all(user: User, round: Round, at: datetime.datetime) -> bool:
    """True when the person may read every comment: readers at once, participants after adoption."""
    if is_reader(user, at):
        return True
    return documents.adopted(round) is not None and bool(own_contributions(user, round, at))


def get_sent(*, for_: User, round: Round, at: datetime.datetime) -> QuerySet[Comment]:
    """Every sent comment of a round, with answers. Raises Http404 for whom it is not open yet."""
    if not may_read_all(for_, round, at):
        raise Http404
    return sent(round)


def get_sent_comment(*, for_: User, round: Round, number: int, at: datetime.datetime) -> Comment:
    """One sent comment by its number in the round. Raises Http404."""
    found = get_sent(for_=for_, round=round, at=at).filter(number=number).first()
    if found is None:
        raise Http404
    return found


# ---- comments
# A version holds whole documents: with every comment they would be read again, so they are left out.


def drafts(contribution: Contribution) -> QuerySet[Comment]:
    """What is drafted and not taken back, in the order of writing."""
    found = contribution.comments.filter(state=Comment.State.DRAFT)
    return found.select_related("version", "written_by").defer("version__files").order_by("pk")


def sent(round: Round) -> QuerySet[Comment]:
    """Every comment that was sent, by number."""
    found = Comment.objects.filter(contribution__round=round, state=Comment.State.SENT)
    return (
        found.select_related(
            "contribution__organisation",
            "contribution__round",
            "version",
            "answer__changed_in",
            "answer__answered_by",
        )
        .defer("version__files", "answer__changed_in__files")
        .order_by("number")
    )


def last_number(round: Round) -> int:
    """The highest number given in the round so far; 0 before the first."""
    found = Comment.objects.filter(contribution__round=round).aggregate(last=Max("number"))
    return found["last"] or 0


def places(version: Version) -> dict[str, int]:
    """{id of a node: its place in the framework}; the whole (empty) comes first."""
    nodes = documents.framework_of(version).nodes
    return {"": 0} | {node.id: place for place, node in enumerate(nodes, start=1)}


def place(known: Mapping[str, int], comment: Comment) -> tuple[int, int]:
    """Where a comment stands in the order of the framework: node, then aspect."""
    return known.get(comment.node, len(known)), ASPECTS.index(comment.aspect)


def answer_of(comment: Comment) -> Answer | None:
    """The answer, if one has been given."""
    return getattr(comment, "answer", None)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which comments are looked at; empty: all."""

    node: str = ""  # its id; * for the whole
    stance: str = ""
    organisation: str = ""
    answered: str = ""  # yes | no | open: accepted or partly, and the change not named yet


@dataclass(frozen=True, slots=True)
class Group:
    """The comments on one node in one aspect; `node` is None for the whole framework."""

    node: Node | None
    aspect: str
    comments: tuple[Comment, ...]


def filtered(comments: Iterable[Comment], filters: Filters) -> list[Comment]:
    """Those that the filters let through, in the same order."""
    return [comment for comment in comments if _passes(comment, filters)]


def _passes(comment: Comment, filters: Filters) -> bool:
    if filters.node and comment.node != ("" if filters.node == "*" else filters.node):
        return False
    if filters.stance and comment.stance != filters.stance:
        return False
    if filters.organisation and comment.contribution.organisation.code != filters.organisation:
        return False
    answer = answer_of(comment)
    if filters.answered == "open":
        return _is_open(answer)
    return not filters.answered or (filters.answered == "yes") == (answer is not None)


def _is_open(answer: Answer | None) -> bool:
    """True where a change has been promised and not named."""
    return answer is not None and answer.needs_change and answer.changed_in_id is None


def grouped(comments: Iterable[Comment], version: Version) -> list[Group]:
    """Like beside like: by node in framework order, then by aspect, then by number."""
    known, nodes = places(version), {node.id: node for node in documents.framework_of(version).nodes}
    found: dict[tuple[str, str], list[Comment]] = {}
    for comment in sorted(comments, key=lambda each: (place(known, each), each.number or 0)):
        found.setdefault((comment.node, comment.aspect), []).append(comment)
    return [Group(nodes.get(node), aspect, tuple(each)) for (node, aspect), each in found.items()]


# ---- adoption


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A comment in the way of adoption: `unanswered`, or `unchanged` where no change carries it out."""

    comment: Comment
    kind: str


def obstacles(version: Version) -> list[Obstacle]:
    """The comments without answer, and the accepted ones of which no named change stands in `version`."""
    found = []
    for comment in sent(version.round):
        answer = answer_of(comment)
        if answer is None:
            found.append(Obstacle(comment, "unanswered"))
        elif answer.needs_change and not _carried_out(comment, answer, version):
            found.append(Obstacle(comment, "unchanged"))
    return found


def _carried_out(comment: Comment, answer: Answer, version: Version) -> bool:
    named = answer.changed_in
    if named is None or not comment.version.number < named.number <= version.number:
        return False
    return answer.changed_node in changes.between(comment.version, version)


def numbers(found: Iterable[Obstacle], kind: str) -> str:
    """The numbers of the comments of one kind, for a sentence; a dash for none."""
    return ", ".join(str(each.comment.number) for each in found if each.kind == kind) or "–"


def behind(old: Version, new: Version) -> dict[str, list[Comment]]:
    """{id of a changed node: the accepted comments behind its change} between two versions of a round.

    Callers ask `may_read_all` first.
    """
    found: dict[str, list[Comment]] = {}
    for comment in sent(new.round):
        answer = answer_of(comment)
        named = answer.changed_in if answer is not None else None
        if answer is not None and named is not None and old.number < named.number <= new.number:
            found.setdefault(answer.changed_node, []).append(comment)
    return found


# ---- what it comes to


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one organisation stands: its state, and how many comments it has drafted and sent."""

    organisation: Organisation
    state: str
    drafts: int
    sent: int
    contribution: Contribution


def standings(round: Round) -> list[Standing]:
    """Every organisation that was asked, silent ones too."""
    counted = round.contributions.select_related("organisation", "round").annotate(
        drafted=Count("comments", filter=Q(comments__state=Comment.State.DRAFT)),
        handed=Count("comments", filter=Q(comments__state=Comment.State.SENT)),
    )
    return [Standing(each.organisation, each.state, each.drafted, each.handed, each) for each in counted]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were asked and answered, and how comments were answered; the kinds add up to `comments`."""

    asked: int
    answered: int
    preparing: int
    silent: int
    comments: int
    by_kind: Mapping[str, int]  # accepted, partly, not_accepted, noted, unanswered
    without_change: int


def counts(round: Round) -> Counts:
    """The figures of a consultation as they stand now."""
    states = Counter(round.contributions.values_list("state", flat=True))
    answers = [answer_of(comment) for comment in sent(round)]
    kinds = Counter(answer.kind if answer is not None else "unanswered" for answer in answers)
    waiting = sum(_is_open(answer) for answer in answers)
    silent, done = states[Contribution.State.NOT_STARTED], states[Contribution.State.SENT]
    asked = sum(states.values())
    order = (*Answer.Kind.values, "unanswered")
    by_kind = {kind: kinds[kind] for kind in order}
    return Counts(asked, done, asked - silent - done, silent, len(answers), by_kind, waiting)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What those who answered think of one indicator: how many agree, object, only ask."""

    node: Node
    agree: int
    object: int
    ask: int
    comments: int

    @property
    def share(self) -> int | None:
        """Percent agreeing among those who agree or object, rounded; None where nobody does either."""
        voiced = self.agree + self.object
        return round_half_up(100 * self.agree, voiced) if voiced else None


def round_half_up(numerator: int, denominator: int) -> int:
    """A quotient as a whole number, halves upwards, without binary fractions."""
    return (2 * numerator + denominator) // (2 * denominator)


_OBJECTS = frozenset({Comment.Stance.AMEND, Comment.Stance.ADD, Comment.Stance.REMOVE})


def opinions(round: Round, version: Version) -> list[Opinion]:
    """For every indicator, in framework order. Silence is no opinion.

    An organisation that agrees with the whole framework agrees with each indicator on which it says nothing
    else; one that wants anything of an indicator changed objects to it, whatever else it says there.
    """
    said: dict[str, dict[int, set[str]]] = {}
    count: Counter[str] = Counter()
    for node, body, stance in sent(round).values_list("node", "contribution__organisation", "stance"):
        said.setdefault(node, {}).setdefault(body, set()).add(stance)
        count[node] += 1
    whole = {body for body, stances in said.get("", {}).items() if Comment.Stance.AGREE in stances}
    nodes = documents.framework_of(version).indicators
    return [_opinion(node, said.get(node.id, {}), whole, count[node.id]) for node in nodes]


def _opinion(node: Node, said: Mapping[int, set[str]], whole: set[int], comments: int) -> Opinion:
    objecting = {body for body, stances in said.items() if stances & _OBJECTS}
    agreeing = {body for body, stances in said.items() if Comment.Stance.AGREE in stances} - objecting
    asking = set(said) - objecting - agreeing
    return Opinion(node, len(agreeing | (whole - set(said))), len(objecting), len(asking), comments)


def contested(found: Iterable[Opinion], most: int = 10) -> list[Opinion]:
    """The indicators that most organisations object to, then those with most comments."""
    objected = [each for each in found if each.object]
    return sorted(objected, key=lambda each: (-each.object, -each.comments))[:most]
