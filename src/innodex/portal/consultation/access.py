"""What a consultation tells the rounds: who takes part, who may open a letter, how many have answered."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from innodex.documents import say
from innodex.portal.consultation import queries, synthesis
from innodex.portal.consultation.models import Comment, Contribution
from innodex.portal.people import clock
from innodex.portal.people.models import Organisation, User
from innodex.portal.rounds.hooks import Count, Tally
from innodex.portal.rounds.models import Round, StoredFile, Version

# The tone of a state, as components draw it.
TONES = {"not_started": "idle", "drafting": "open", "in_clearance": "waiting", "sent": "done"}


def may_read_letter(user: User, file: StoredFile, at: datetime.datetime) -> bool:
    """True for readers of comments, once the contribution that the letter belongs to has been sent."""
    handed = Contribution.objects.filter(letter=file, state=Contribution.State.SENT)
    return handed.exists() and queries.is_reader(user, at)


def taking_part(organisations: Iterable[Organisation]) -> Q:
    """The rounds in whose consultation one of the organisations is asked."""
    return Q(contributions__organisation__in=list(organisations))


def tallies(round: Round, user: User) -> Iterator[Tally]:
    """How many of those asked have answered; nothing before the consultation opens."""
    standings = queries.standings(round)
    if not standings:
        return
    at = clock.now()
    if not queries.is_reader(user, at) and not queries.may_read_all(user, round, at):
        return
    counts = tuple(
        Count(
            f"consultation.state.{state}",
            sum(each.state == state for each in standings),
            tone=TONES[state],
        )
        for state in Contribution.State.values
    )
    yield Tally("consultation.tally", counts, len(standings), _address(round))


def behind(
    user: User, old: Version, new: Version, lang: str, at: datetime.datetime
) -> dict[str, list[tuple[str, str]]]:
    """The accepted comments behind the change of each node, for those to whom all comments are open."""
    if not queries.may_read_all(user, new.round, at):
        return {}
    return {
        node: [(_behind(comment, lang), _page_of(comment)) for comment in comments]
        for node, comments in queries.behind(old, new).items()
    }


def _behind(comment: Comment, lang: str) -> str:
    who = synthesis.named(comment.contribution.organisation.name, lang)
    return say(lang, "consultation.behind", number=comment.number, who=who)


def _page_of(comment: Comment) -> str:
    return reverse("consultation:answer", args=[comment.contribution.round.code, comment.number])


def _address(round: Round) -> str:
    try:
        return reverse("consultation:overview", args=[round.code])
    except NoReverseMatch:
        return ""
