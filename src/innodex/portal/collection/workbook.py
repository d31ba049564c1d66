"""The form of a submission as a workbook: read in a limited process, shown before it is applied.

    made = template(submission, lang, at=at)          the workbook to download
    reading = read(data, submission, lang)            what was filled in, row by row; writes nothing
    apply(reading.changes, submission, by=by, at=at)  each change through the action of the form

Rows are known by the series, not by their place. An empty cell changes nothing. Between the page that shows
a reading and the one that applies it, `seal` and `unseal` carry the changes, so that no file is kept.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.core import signing

from innodex.documents import Fault, Faulty, exact, languages, plain_figure, read_figure, say, shown_figure
from innodex.formats import Grid, GridCell, letters, read_grids
from innodex.portal.collection import actions, checks, content
from innodex.portal.collection.models import Item, Submission
from innodex.portal.collection.workbook_base import (
    COLUMNS,
    SHEET,
    TYPED,
    Base,
    Shown,
    is_delete,
    missing_of,
    missing_words,
    plain,
)
from innodex.portal.collection.workbook_template import template
from innodex.portal.people.actor import Actor, Route
from innodex.portal.people.refused import Refused
from innodex.portal.rounds import documents

__all__ = [
    "Applied", "Change", "Kind", "Problem", "Reading", "Row", "apply", "marked", "read", "seal", "template",
    "unseal",
]  # fmt: skip

_SALT = "innodex.collection.workbook.changes"
_SEALED_FOR = 24 * 60 * 60  # seconds
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_BAD = {"b": "truth", "d": "date", "e": "error-cell"}


class Kind(StrEnum):
    """What a row does."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NEW = "new"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell, or (without one) with the whole workbook."""

    kind: str
    sheet: str = ""
    cell: str = ""
    column: str = ""
    raw: str = ""
    more: dict[str, Any] = field(default_factory=dict, hash=False)

    def place(self, lang: str) -> str:
        """Sheet, cell and column, as far as known."""
        column = say(lang, f"workbook.column.{self.column}") if self.column else ""
        return (
            say(lang, "workbook.place", sheet=self.sheet, cell=self.cell, column=column) if self.cell else ""
        )

    def text(self, lang: str) -> str:
        """What happened and what to do."""
        raw = self.raw if len(self.raw) <= 60 else self.raw[:59] + "…"
        if self.kind.startswith("figure-"):
            return say(lang, f"figures.{self.kind.removeprefix('figure-')}", raw=raw)
        values = {
            name: value.get(lang) if hasattr(value, "get") else value for name, value in self.more.items()
        }
        return say(lang, f"workbook.fault.{self.kind}", raw=raw, **values)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be saved of one item; None leaves a field as it is. `revision` is the one downloaded."""

    series: str
    period: str
    revision: int
    raw: str | None = None
    missing: str | None = None
    explanation: str | None = None
    ambiguous: bool = False

    @property
    def said(self) -> dict[str, str | None]:
        """The fields of the action."""
        return {"raw": self.raw, "missing": self.missing, "explanation": self.explanation}


@dataclass(slots=True)
class Row:
    """One row of the sheet: its item, what it does, and what is wrong with it.

    `before` and `after` are figures or codes in words. An ambiguous figure asks to be confirmed, in the
    sentence `asks`. `findings` are what the checks would say of the new content; they stop nothing here.
    """

    item: Item
    number: int
    kind: Kind = Kind.UNCHANGED
    problems: list[Problem] = field(default_factory=list)
    change: Change | None = None
    before: str = ""
    after: str = ""
    asks: str = ""
    findings: list[checks.Finding] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """A filled-in workbook. With `refused` nothing of it was read; `notices` are words on what to know.

    `problems` are those of rows that belong to no item.
    """

    submission: Submission
    lang: str
    refused: list[Problem | Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sheet: str = ""
    base: Base | None = None
    typed: dict[str, dict[str, str]] = field(default_factory=dict)  # {series: {column: words as typed}}

    @property
    def changes(self) -> tuple[Change, ...]:
        """What can be applied: the rows that differ and have no fault."""
        return tuple(row.change for row in self.rows if row.change is not None and not row.problems)

    @property
    def faults(self) -> list[Problem]:
        """Everything wrong with cells, in the order of the sheet."""
        return [*self.problems, *(problem for row in self.rows for problem in row.problems)]

    def count(self, kind: Kind | str) -> int:
        """How many rows are of a kind."""
        return sum(row.kind == kind for row in self.rows)

    def of(self, kind: Kind | str) -> list[Row]:
        """The rows of a kind."""
        return [row for row in self.rows if row.kind == kind]

    def notice(self, name: str) -> str:
        """A notice in the reader's language."""
        return say(self.lang, f"workbook.notice.{name}")


# ---- reading ---------------------------------------------------------------------------------------------


def read(data: bytes, submission: Submission, lang: str, *, name: str = "workbook.xlsx") -> Reading:
    """What was filled in, compared with what the workbook showed and with what the items say now.

    Nothing is raised and nothing written. A workbook that cannot be opened, was not made here or is for
    somebody else is refused as a whole.
    """
    reading = Reading(submission, lang)
    try:
        grids = read_grids(data, name)
    except Faulty as faulty:
        reading.refused.extend(faulty.faults)
        return reading
    hidden = next((grid for grid in grids if grid.name == SHEET), None)
    base = Base.read(hidden) if hidden is not None else None
    if base is None or not base.is_signed:
        reading.refused.append(Problem("not-ours" if base is None else "altered"))
        return reading
    reading.base = base
    _check_base(reading, base)
    if not reading.refused:
        _Sheet(reading, base, [grid for grid in grids if grid is not hidden]).read()
    return reading


def _check_base(reading: Reading, base: Base) -> None:
    """Refuse the workbook of another round or locality, and one whose items are not those of today."""
    submission = reading.submission
    round = submission.round_of()
    if base.unit != submission.locality.unit:
        reading.refused.append(Problem("other-unit", more={"unit": base.unit}))
    elif base.round != round.code:
        reading.refused.append(Problem("other-round", more={"round": base.round}))
    elif base.version != documents.in_force(round).digest:
        today = {(item.series, item.period) for item in submission.items.all()}
        if today == {(item.series, item.period) for item in base.items}:
            reading.notices.append("older-version")
        else:
            reading.refused.append(Problem("other-version"))
    if base.snapshots != submission.snapshots:
        reading.notices.append("older-copy")


class _Sheet:
    """The sheet that was filled in, row by row."""

    def __init__(self, reading: Reading, base: Base, grids: list[Grid]) -> None:
        self.reading = reading
        self.shown = base.by_series()
        self.grids = grids
        self.grid = Grid("")
        self.columns: dict[str, int] = {}
        self.wanted: dict[str, dict[str, Any]] = {}  # {series: the fields as they would be}
        self.framework = checks.framework_of(reading.submission)
        self.items = {item.series: item for item in reading.submission.items.order_by("position")}
        for item in self.items.values():
            item.submission = reading.submission

    def read(self) -> None:
        """Find the head, then take every row below it."""
        head = self._find_head()
        if head is None:
            self.reading.refused.append(Problem("no-head"))
            return
        self.reading.sheet = self.grid.name
        seen: set[str] = set()
        for number, _ in self.grid.by_row():
            series = self.grid.text(number, self.columns["series"])
            if number <= head or not series:
                continue
            if series not in self.items or series not in self.shown:
                self._stray(number, "unknown-series", series)
            elif series in seen:
                self._stray(number, "twice", series)
            else:
                seen.add(series)
                self.reading.rows.append(self._row(number, series))
        self._judge()
        if len(seen) < len(self.items):
            self.reading.notices.append("rows-gone")

    def _find_head(self) -> int | None:
        names = {
            plain(say(lang, f"workbook.column.{column}")).casefold(): column
            for lang in languages()
            for column in COLUMNS
        }
        for grid in self.grids:
            for number, cells in grid.by_row():
                found = {names.get(plain(cell.value).casefold(), ""): at for at, cell in cells.items()}
                if {"series", *TYPED} <= set(found):
                    self.grid, self.columns = grid, found
                    return number
        return None

    def _stray(self, number: int, kind: str, series: str) -> None:
        self.reading.problems.append(self._problem(kind, number, "series", series))

    def _problem(self, kind: str, number: int, column: str, raw: str = "", **more: Any) -> Problem:
        cell = f"{letters(self.columns[column])}{number}"
        return Problem(kind, self.grid.name, cell, column, raw, more)

    def _row(self, number: int, series: str) -> Row:
        item, shown = self.items[series], self.shown[series]
        row = Row(item, number, before=_words(item, self.reading.lang))
        said: dict[str, str | None] = {"raw": None, "missing": None, "explanation": None}
        typed = self.reading.typed[series] = {}
        percent = checks.is_percent(self.framework.series_by_id[series])
        for column in TYPED:
            cell = self.grid.cells.get((number, self.columns[column]))
            if cell is None or not plain(cell.value):
                continue
            words = typed[column] = _as_shown(cell)
            if cell.kind == "s" and not cell.formula and shown.is_untouched(column, words):
                continue
            try:
                said["raw" if column == "value" else column] = self._said(column, cell, words, percent)
            except _Bad as bad:
                row.problems.append(self._problem(bad.kind, number, column, words))
        self._settle(row, shown, said)
        return row

    def _said(self, column: str, cell: GridCell, words: str, percent: bool) -> str:
        """What a cell says, as the form would have it. Raises _Bad."""
        if cell.formula or cell.kind == "f":
            raise _Bad("formula")
        if cell.kind == "e" or words in _ERRORS:
            raise _Bad("figure-error-cell")
        if column == "explanation":
            return "" if is_delete(words) else words
        if column == "missing":
            code = "" if is_delete(words) else missing_of(words)
            if code is None:
                raise _Bad("unknown-missing")
            return code
        if cell.kind in _BAD:
            raise _Bad(f"figure-{_BAD[cell.kind]}")
        if cell.kind in ("n", "p"):
            return self._number(cell, percent)
        if is_delete(words):
            return ""
        if fault := read_figure(words, percent=percent).fault:
            raise _Bad(f"figure-{fault}")
        return words

    def _number(self, cell: GridCell, percent: bool) -> str:
        """A number that the spreadsheet holds as one, written so that it has one meaning."""
        value = float(cell.value)
        if cell.kind == "p":
            if not percent:
                raise _Bad("figure-percent")
            value = float(f"{value * 100:.15g}")
        text = exact(value)
        if read_figure(text if "e" not in text else plain_figure(text)).fault:
            raise _Bad("figure-size")
        text = plain_figure(text)
        text = f"{text}0" if read_figure(text).ambiguous else text
        return text.replace(".", ",") if self.reading.lang == "vi" else text

    def _settle(self, row: Row, shown: Shown, said: dict[str, str | None]) -> None:
        """What the row does, given what its cells say beyond what they showed."""
        item, number = row.item, row.number
        if said["raw"] and said["missing"]:
            row.problems.append(self._problem("both", number, "missing"))
        wanted = self._wanted(item, said)
        differs = any(getattr(item, name) != value for name, value in wanted.items() if name in said)
        if differs and not row.problems:
            submission = self.reading.submission
            if submission.state == Submission.State.RETURNED and item.state != Item.State.OPEN:
                row.problems.append(self._problem("closed", number, "value"))
            elif item.revision != shown.revision:
                row.problems.append(self._problem("conflict", number, "value", now=row.before or "–"))
        if row.problems:
            row.kind = Kind.ERROR
            return
        if not differs:
            return
        figure = read_figure(
            wanted["raw"], percent=checks.is_percent(self.framework.series_by_id[item.series])
        )
        asks = figure.ambiguous and not wanted["missing"] and said["raw"] is not None
        row.asks = figure.text(wanted["raw"], self.reading.lang) if asks else ""
        row.change = Change(item.series, item.period, shown.revision, **said, ambiguous=asks)
        row.kind = Kind.CHANGED if item.raw or item.missing or item.explanation else Kind.NEW
        row.after = _words(self._as_if(item, wanted), self.reading.lang)
        self.wanted[item.series] = wanted

    def _wanted(self, item: Item, said: dict[str, str | None]) -> dict[str, Any]:
        """The fields of the item as they would be; the same number in other words is no change."""
        raw = said["raw"]
        if raw and item.value and not item.missing and said["missing"] is None:
            percent = checks.is_percent(self.framework.series_by_id[item.series])
            figure = read_figure(raw, percent=percent)
            if figure.value == item.value and not figure.ambiguous:
                said["raw"] = None
        return actions._said(
            item, raw=said["raw"], missing=said["missing"], explanation=said["explanation"], confirmed=False
        )

    def _as_if(self, item: Item, wanted: dict[str, Any]) -> Item:
        """A copy of the item with other content; never saved."""
        twin = copy.copy(item)
        for name, value in wanted.items():
            setattr(twin, name, value)
        return twin

    def _judge(self) -> None:
        """What the checks would find on the rows that change, all changes together."""
        changed = {
            row.item.series: row for row in self.reading.rows if row.change is not None and not row.problems
        }
        if not changed:
            return
        twins = [
            self._as_if(item, self.wanted[series]) if series in changed else item
            for series, item in self.items.items()
        ]
        linked = set(content.links_of(self.reading.submission))
        for finding in checks.judge(twins, self.framework, linked):
            row = changed.get(finding.item.series)
            if row is not None and finding.code != "F02":  # that one is asked here
                row.findings.append(finding)


def _as_shown(cell: GridCell) -> str:
    """The words of a cell, about as the sheet shows them."""
    if cell.kind == "p":
        return f"{float(cell.value) * 100:.10g}%"
    return str(cell.value) if cell.kind == "d" else plain(cell.text)


class _Bad(Exception):
    """A cell that says nothing that could be saved."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def _words(item: Item, lang: str) -> str:
    if item.value:
        return shown_figure(item.value, lang)
    return missing_words(item.missing, lang) or item.raw


# ---- applying --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it: how many items were saved, and those that somebody else had changed meanwhile."""

    saved: int
    conflicts: tuple[Item, ...] = ()


def apply(
    changes: Iterable[Change],
    submission: Submission,
    *,
    by: Actor,
    at: datetime.datetime,
    confirmed: Collection[str] = (),
) -> Applied:
    """Save each change as the form would; `confirmed` are the series whose ambiguous figure was confirmed.

    Raises Refused where the form would refuse too; what was saved before that stays. An item that was
    changed meanwhile is left as it is and named.
    """
    items = {(item.series, item.period): item for item in submission.items.all()}
    hand = replace(by.by(Route.WORKBOOK), key="")  # revisions guard against a double click
    saved = 0
    conflicts: list[Item] = []
    for change in changes:
        item = items.get((change.series, change.period))
        if item is None:
            raise _refused("other-items")
        item.submission = submission
        before = item.revision
        try:
            actions.save_item(
                item=item,
                **change.said,
                confirmed=change.ambiguous and change.series in confirmed,
                revision=change.revision,
                by=hand,
                at=at,
            )
        except actions.Conflict:
            conflicts.append(item)
        else:
            saved += item.revision > before
    return Applied(saved, tuple(conflicts))


def _refused(kind: str) -> Refused:
    refused = Refused(kind)
    refused.app = "workbook"
    return refused


def seal(reading: Reading) -> str:
    """The changes of a reading for a hidden field of the page that asks whether to apply them."""
    held = {"submission": reading.submission.pk, "changes": [asdict(change) for change in reading.changes]}
    return signing.dumps(held, salt=_SALT, compress=True)


def unseal(words: str, submission: Submission) -> tuple[Change, ...]:
    """The changes in such a field. Raises Refused for one that is old, altered or of another submission."""
    try:
        held = signing.loads(words, salt=_SALT, max_age=_SEALED_FOR)
    except signing.BadSignature:
        raise _refused("stale") from None
    if held["submission"] != submission.pk:
        raise _refused("stale")
    return tuple(Change(**change) for change in held["changes"])


def marked(reading: Reading, *, at: datetime.datetime) -> bytes:
    """The workbook as it was filled in, with each fault in its cell; it can be mended and uploaded again."""
    said: dict[str, dict[str, str]] = {}
    for row in reading.rows:
        for problem in row.problems:
            said.setdefault(row.item.series, {})[problem.column] = problem.text(reading.lang)
    return template(
        reading.submission, reading.lang, at=at, typed=reading.typed, faults=said, base=reading.base
    )
