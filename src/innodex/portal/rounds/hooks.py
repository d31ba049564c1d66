"""What the apps above add to rounds without being known here: plain lists, filled in their AppConfig.ready().

Every function is called in the transaction of the act, in the order in which it was added.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from innodex.portal.people.gate import Act
from innodex.portal.people.models import Organisation, User
from innodex.portal.rounds.models import Round, StoredFile, Version

# When a window opens or closes: fn(act, round). What they write belongs to the event of the opening.
ON_OPEN: dict[str, list[Callable[[Act, Round], None]]] = {"call": [], "consultation": [], "collection": []}
ON_CLOSE: dict[str, list[Callable[[Act, Round], None]]] = {"call": [], "consultation": [], "collection": []}

# What must hold before a version is adopted and before collection opens; each raises Refused.
BEFORE_ADOPTION: list[Callable[[Version], None]] = []
BEFORE_COLLECTION: list[Callable[[Round], None]] = []

# Who else may open a stored file: fn(user, file, at) -> bool. Its own organisation always may.
FILE_READERS: list[Callable[[User, StoredFile, datetime.datetime], bool]] = []

# In which further rounds organisations take part: fn(organisations) -> a condition on Round.
PARTICIPANTS: list[Callable[[Iterable[Organisation]], Q]] = []

# What stands behind the change of a node between two versions: fn(user, old, new, lang, at) ->
# {id of the node: [(words, address)]}, empty for whom it is not open.
Reasons = Mapping[str, Sequence[tuple[str, str]]]
BEHIND: list[Callable[[User, Version, Version, str, datetime.datetime], Reasons]] = []


@dataclass(frozen=True, slots=True)
class Count:
    """How many stand in one state: the key of its label, the number, and a page that lists them, if any."""

    key: str
    number: int
    address: str = ""
    tone: str = "idle"  # idle | open | waiting | done | stopped


@dataclass(frozen=True, slots=True)
class Tally:
    """One step of a round, in which everybody is accounted for: the counts add up to `of`."""

    key: str  # the step's name in the catalogue
    counts: tuple[Count, ...]
    of: int
    address: str = ""


# What the overview counts beside the registrations: fn(round, user) -> tallies, none before their step.
TALLIES: list[Callable[[Round, Any], Iterable[Tally]]] = []
