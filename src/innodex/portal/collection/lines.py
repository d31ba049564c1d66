"""A submission as its pages show it: items under their pillars, each with what the checks say of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse

from innodex.documents import Text, say, sha256, shown_figure
from innodex.framework import Framework, Node, Rubric, Series
from innodex.portal.collection import checks, content
from innodex.portal.collection.models import EvidenceLink, Item, Missing, Submission
from innodex.portal.collection.queries import Step
from innodex.portal.people.actor import Actor
from innodex.portal.people.gate import may
from innodex.portal.rounds import documents

_State, _Item = Submission.State, Item.State

# The tone of a state, as components draw it.
TONES = {
    "not_started": "idle", "drafting": "open", "in_clearance": "waiting", "submitted": "waiting",
    "under_appraisal": "waiting", "returned": "open", "appraised": "waiting", "approved": "done",
    "locked": "done", "not_received": "stopped",
}  # fmt: skip
ITEM_TONES = {
    "empty": "idle", "entered": "open", "ready": "done", "open": "open", "sent": "waiting",
    "in_review": "waiting", "accepted": "done", "adjusted": "done", "not_accepted": "stopped",
    "not_applicable": "done", "return_asked": "open",
}  # fmt: skip
# The codes that a form offers; having entered nothing is no code to choose.
CODES = (Missing.NIL, Missing.NOT_AVAILABLE, Missing.NOT_APPLICABLE, Missing.CONFIDENTIAL)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An indicator that a series goes into, and where its sheet is."""

    code: str
    name: Text
    address: str


@dataclass(slots=True)
class Line:
    """One item on a page."""

    item: Item
    series: Series
    sheets: tuple[Sheet, ...]
    findings: list[checks.Finding]
    links: list[EvidenceLink]
    editable: bool
    lang: str
    conflict: Item | None = None  # as somebody else left it, while this holds what was typed
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def tone(self) -> str:
        """How its state is drawn."""
        return ITEM_TONES[self.item.state]

    @property
    def state(self) -> str:
        """The word of its state; an open item that has been answered says so."""
        answered = self.item.state == _Item.OPEN and self.item.answered
        return say(self.lang, f"collection.item.{'answered' if answered else self.item.state}")

    @property
    def raw(self) -> str:
        """What stands in the field: what was typed last, kept or not."""
        return self.typed.get("raw", self.item.raw)

    @property
    def missing(self) -> str:
        """The code that is chosen."""
        return self.typed.get("missing", self.item.missing)

    @property
    def explanation(self) -> str:
        """What stands in the field of explanation."""
        return self.typed.get("explanation", self.item.explanation)

    @property
    def shown(self) -> str:
        """The figure as it was read, or the words of the missing code."""
        return figure_or_code(self.item.value, self.item.missing, self.lang)

    @property
    def appraised(self) -> str:
        """The appraised figure, or the words of its code."""
        return figure_or_code(self.item.appraised_value, self.item.appraised_missing, self.lang)

    @property
    def is_read_differently(self) -> bool:
        """True where what was read is not written as it was typed."""
        return bool(self.item.value) and shown_figure(self.item.value, self.lang) != self.item.raw.strip()

    @property
    def is_ambiguous(self) -> bool:
        """True for a figure with two meanings, confirmed or not."""
        return not self.item.missing and checks.read(self.item.raw, self.series).ambiguous

    @property
    def last(self) -> str:
        """The figure of the round before; or why there is none to compare with."""
        item = self.item
        if item.last_value:
            value = shown_figure(item.last_value, self.lang)
            return say(self.lang, "collection.last.value", value=value, period=item.last_period)
        return say(self.lang, f"collection.last.{item.last_note or 'none'}")

    @property
    def before(self) -> str:
        """The same in a column of its own: figure and period, empty where there is none."""
        item = self.item
        return f"{shown_figure(item.last_value, self.lang)} ({item.last_period})" if item.last_value else ""

    @property
    def asked(self) -> str:
        """The evidence that the framework asks for; empty where it asks for none."""
        return self.series.evidence.get(self.lang)

    @property
    def seen(self) -> str:
        """A mark of what the page shows, so that an untouched field is not saved."""
        return mark(self.item.raw, self.item.missing, self.item.explanation)

    @property
    def is_given(self) -> bool:
        """True with a figure or a code."""
        return bool(self.item.raw.strip()) or self.item.missing not in ("", Missing.NOT_ENTERED)

    @property
    def in_the_way(self) -> list[checks.Finding]:
        """What must be done before it can be sent."""
        return [found for found in self.findings if found.stands_in_the_way]

    @property
    def said(self) -> list[tuple[str, str]]:
        """(severity, sentence) of each finding; an explained warning counts as information.

        Of an untouched item its state says enough.
        """
        return [
            ("info" if not found.stands_in_the_way else str(found.severity), found.text(self.lang))
            for found in self.findings
            if found.kind != "REQUIRED" or self.item.revision
        ]

    @property
    def wants_explanation(self) -> bool:
        """True where a word of explanation is what is missing."""
        return any(
            found.stands_in_the_way and found.kind in ("CHANGE", "EVIDENCE") for found in self.findings
        )

    @property
    def wrong(self) -> bool:
        """True where the field itself is to be mended, not only filled."""
        return any(found.stands_in_the_way and found.kind != "REQUIRED" for found in self.findings)

    @property
    def codes(self) -> list[tuple[str, str]]:
        """(code, words) of the reasons why there may be no figure."""
        return [(str(code), say(self.lang, f"collection.missing.{code}")) for code in CODES]


def figure_or_code(value: str, missing: str, lang: str) -> str:
    """A canonical figure for the reader, or the words of a missing code; empty for neither."""
    if value:
        return shown_figure(value, lang)
    return say(lang, f"collection.missing.{missing}") if missing else ""


def mark(raw: str, missing: str, explanation: str) -> str:
    """A short digest of what an item says."""
    return sha256("\x1f".join((raw, missing, explanation)).encode())[:16]


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one branch of the framework; `above` names the branches over it, from the top down."""

    key: str
    name: str
    above: str
    lines: list[Line]


class Allowed:
    """What the reader may do with a submission now: asked of the gate when somebody wants to know."""

    def __init__(self, submission: Submission, by: Actor, at: datetime.datetime) -> None:
        self.submission, self.by, self.at = submission, by, at
        self.known: dict[str, bool] = {}

    def __getitem__(self, action: str) -> bool:
        if action not in self.known:
            name = f"collection.{action}"
            self.known[action] = may(name, on=self.submission, by=self.by, at=self.at)
        return self.known[action]


@dataclass(slots=True)
class Page:
    """A submission with all its lines, and what the reader may do."""

    submission: Submission
    lines: list[Line]
    framework: Framework
    lang: str
    may: Allowed

    @property
    def given(self) -> int:
        """How many items have a figure or a code."""
        return sum(line.is_given for line in self.lines)

    @property
    def missing(self) -> int:
        """How many have neither."""
        return len(self.lines) - self.given

    @property
    def open(self) -> int:
        """How many are open after a return."""
        return sum(line.item.state == _Item.OPEN for line in self.lines)

    @property
    def unanswered(self) -> int:
        """How many of these have not been changed or explained."""
        return sum(line.item.state == _Item.OPEN and not line.item.answered for line in self.lines)

    @property
    def in_the_way(self) -> list[tuple[str, str]]:
        """(sentence, anchor) of all that stands in the way of sending."""
        found = [
            (one.text(self.lang), f"item-{line.item.pk}") for line in self.lines for one in line.in_the_way
        ]
        for line in self.lines:
            if line.item.state == _Item.OPEN and not line.item.answered:
                text = say(self.lang, "collection.check.unanswered", field=line.series.name.get(self.lang))
                found.append((text, f"item-{line.item.pk}"))
        return found

    @property
    def tone(self) -> str:
        """How the state is drawn."""
        return TONES[self.submission.state]

    @property
    def state(self) -> str:
        """The word of the state."""
        return say(self.lang, f"collection.state.{self.submission.state}")

    @property
    def meaning(self) -> str:
        """What the state means to those concerned."""
        return say(self.lang, f"collection.state.{self.submission.state}.meaning")

    @property
    def who(self) -> str:
        """Who acts next."""
        return say(self.lang, f"collection.state.{self.submission.state}.next")

    @property
    def due(self) -> datetime.datetime | None:
        """By when; None where no date runs."""
        return due_of(self.submission)

    def shown(self, show: str) -> list[Line]:
        """The lines that a filter leaves: `missing`, `findings`, `open`, or all."""
        if show == "missing":
            return [line for line in self.lines if not line.is_given]
        if show == "findings":
            return [line for line in self.lines if line.in_the_way]
        if show == "open":
            return [line for line in self.lines if line.item.state == _Item.OPEN]
        return self.lines

    def groups(self, show: str = "") -> list[Group]:
        """The lines left, under the branches of the framework, in its order."""
        held: dict[str, Group] = {}
        for line in self.shown(show):
            path = _branch(line, self.framework)
            names = [f"{node.code} {node.name.get(self.lang)}" for node in path]
            key = path[-1].code if path else "-"
            name = names[-1] if names else say(self.lang, "collection.page.other")
            held.setdefault(key, Group(key, name, " › ".join(names[:-1]), [])).lines.append(line)
        return list(held.values())


def due_of(submission: Submission) -> datetime.datetime | None:
    """By when the next step is due: the return date, or the soft date of collection (or its extension)."""
    if submission.state == _State.RETURNED or (
        submission.state == _State.IN_CLEARANCE and submission.is_resubmission
    ):
        return submission.return_due_at
    if submission.state in (_State.NOT_STARTED, _State.DRAFTING, _State.IN_CLEARANCE):
        window = submission.round_of().window("collection")
        dates = [window.due_at if window is not None else None, submission.extended_to]
        return max((date for date in dates if date is not None), default=None)
    return None


def page_of(submission: Submission, lang: str, *, by: Actor, at: datetime.datetime) -> Page:
    """Everything that the pages of a submission show."""
    framework = checks.framework_of(submission)
    items = list(submission.items.select_related("decided_by").order_by("position"))
    links = content.links_of(submission)
    allowed = Allowed(submission, by, at)
    found: dict[int, list[checks.Finding]] = {}
    for one in checks.judge(items, framework, set(links)):
        found.setdefault(one.item.pk, []).append(one)
    sheets = _sheets(submission, framework)
    lines = []
    for item in items:
        item.submission = submission
        free = allowed["save_item"] and (submission.state != _State.RETURNED or item.state == _Item.OPEN)
        lines.append(
            Line(
                item,
                framework.series_by_id[item.series],
                sheets.get(item.series, ()),
                found.get(item.pk, []),
                links.get(item.pk, []),
                free,
                lang,
            )
        )
    return Page(submission, lines, framework, lang, allowed)


def line_of(page: Page, item: Item) -> Line:
    """The line of one item."""
    return next(line for line in page.lines if line.item.pk == item.pk)


def _sheets(submission: Submission, framework: Framework) -> dict[str, tuple[Sheet, ...]]:
    base = reverse("rounds:sheets", args=[submission.round_of().code, checks.version_of(submission).number])
    return {
        series: tuple(Sheet(node.code, node.name, f"{base}{node.code}/") for node in nodes)
        for series, nodes in documents.indicators_of(framework).items()
    }


def _branch(line: Line, framework: Framework) -> list[Node]:
    """The nodes that an item stands under, from the top down; of a rubric, the indicator itself is one."""
    if not line.sheets:
        return []
    leaf = framework.by_code[line.sheets[0].code]
    path = [node for node in framework.ancestors(leaf.code) if node.parent is not None][::-1]
    return [*path, leaf] if isinstance(leaf.formula, Rubric) or not path else path


# How the values of a field are put into words.
_CODED = {"missing": "missing", "appraised_missing": "missing", "state": "item", "decision": "decision"}


@dataclass(frozen=True, slots=True)
class Told:
    """A step of the history in the reader's language: (name of the field, before, after) of each change."""

    step: Step
    changes: list[tuple[str, str, str]]


def told(steps: Iterable[Step], lang: str) -> list[Told]:
    """Steps in words."""
    return [
        Told(
            step,
            [
                (say(lang, f"collection.changed.{name}"), _worded(name, old, lang), _worded(name, new, lang))
                for name, old, new in step.changes
            ],
        )
        for step in steps
    ]


def _worded(name: str, value: str, lang: str) -> str:
    if not value or value == "False":
        return ""
    if name in _CODED:
        return say(lang, f"collection.{_CODED[name]}.{value}")
    if name in ("value", "appraised_value"):
        return shown_figure(value, lang)
    return say(lang, "collection.yes") if value == "True" else value
