"""The synthesis table of comments and answers: every sent comment once, for a page and as a workbook."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from innodex.documents import say, shown_date
from innodex.framework import Node
from innodex.portal.consultation import changes, queries
from innodex.portal.consultation.models import Answer, Comment
from innodex.portal.people.wording import moment
from innodex.portal.rounds import documents
from innodex.portal.rounds.models import Round, Version

if TYPE_CHECKING:
    import datetime

    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]


@dataclass(frozen=True, slots=True)
class Row:
    """One comment with its answer, in words. The names of the fields are those of the columns."""

    place: int  # 1, 2, … in the table
    number: int  # of the comment within the round
    target: str
    who: str
    stance: str
    text: str
    proposed: str
    answer: str
    reason: str
    change: str


COLUMNS = tuple(field.name for field in fields(Row))
_WIDTHS = {
    "place": 5,
    "number": 7,
    "target": 22,
    "who": 20,
    "stance": 11,
    "text": 38,
    "proposed": 28,
    "answer": 13,
    "reason": 32,
    "change": 24,
}


def node_name(node: Node | None, lang: str) -> str:
    """Code and name of a node; the whole framework for none."""
    return say(lang, "consultation.whole") if node is None else f"{node.code} {node.name.get(lang)}"


def target_name(node: Node | None, aspect: str, lang: str) -> str:
    """What a comment is about, in words."""
    name = node_name(node, lang)
    return f"{name} – {say(lang, f'consultation.aspect.{aspect}')}" if aspect else name


def change_name(answer: Answer, commented: Version, lang: str) -> str:
    """The change that carries a comment out: version, node, and the parts that differ; empty for none."""
    version = answer.changed_in
    if version is None:
        return say(lang, "consultation.change.open") if answer.needs_change else ""
    parts = changes.between(commented, version).get(answer.changed_node, ())
    name = changed_node_name(answer.changed_node, commented, version, lang)
    words = ", ".join(say(lang, f"consultation.part.{part}") for part in parts)
    return say(lang, "consultation.change.named", version=version.number, node=name, parts=words)


def changed_node_name(node: str, old: Version, new: Version, lang: str) -> str:
    """A node as the new version calls it; one that was removed, as the old one did."""
    for version in (new, old):
        for known in documents.framework_of(version).nodes:
            if known.id == node:
                return node_name(known, lang)
    return node


def rows(round: Round, lang: str) -> list[Row]:
    """Every sent comment exactly once, in framework order. Callers ask `queries.may_read_all` first."""
    found = list(queries.sent(round))
    if not found:
        return []
    groups = queries.grouped(found, found[0].version)
    in_order = [(group, comment) for group in groups for comment in group.comments]
    return [_row(place, group, comment, lang) for place, (group, comment) in enumerate(in_order, start=1)]


def _row(place: int, group: queries.Group, comment: Comment, lang: str) -> Row:
    answer = queries.answer_of(comment)
    return Row(
        place=place,
        number=comment.number or 0,
        target=target_name(group.node, group.aspect, lang),
        who=named(comment.contribution.organisation.name, lang),
        stance=say(lang, f"consultation.stance.{comment.stance}"),
        text=comment.text,
        proposed=comment.proposed,
        answer=say(lang, f"consultation.answer.{answer.kind if answer is not None else 'none'}"),
        reason=answer.reason if answer is not None else "",
        change=change_name(answer, comment.version, lang) if answer is not None else "",
    )


# ---- the workbook


def workbook(round: Round, lang: str, *, at: datetime.datetime) -> bytes:
    """The table and the list of those asked, as an .xlsx file. What people wrote is text, never a formula."""
    import xlsxwriter  # type: ignore[import-untyped]

    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    title = say(lang, "consultation.synthesis.title")
    book.set_properties(
        {"title": title, "subject": named(round.title, lang), "created": at.replace(tzinfo=None)}
    )
    sheets = _Sheets(book, lang)
    sheets.comments(round, at)
    sheets.organisations(round)
    book.close()
    return written.getvalue()


def named(name: dict[str, str], lang: str) -> str:
    """A name {vi, en} in one language, else in the first one written."""
    return name.get(lang) or next(iter(name.values()), "")


class _Sheets:
    """The sheets of the workbook under way."""

    def __init__(self, book: Any, lang: str) -> None:
        self.book, self.lang = book, lang
        base = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "text_wrap": True}
        self.title = book.add_format({**base, "font_size": 15, "bold": True, "text_wrap": False})
        self.note = book.add_format({**base, "text_wrap": False})
        self.text = book.add_format({**base, "border": 1, "border_color": "#7C8A90"})
        self.number = book.add_format({**base, "border": 1, "border_color": "#7C8A90", "align": "center"})
        self.head = book.add_format(
            {
                **base,
                "border": 1,
                "border_color": "#7C8A90",
                "bold": True,
                "valign": "vcenter",
                "align": "center",
                "bg_color": "#E6F1EF",
            }
        )

    def word(self, key: str, **values: Any) -> str:
        return say(self.lang, f"consultation.{key}", **values)

    def comments(self, round: Round, at: datetime.datetime) -> None:
        """The table itself."""
        sheet = self.book.add_worksheet(self.word("synthesis.sheet"))
        notes = self._notes(round, at)
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, self.word("synthesis.title"), self.title)
        for line, note in enumerate(notes, start=1):
            sheet.write_string(line, 0, note, self.note)
        head = len(notes) + 2
        self._head(sheet, head, [(self.word(f"column.{name}"), _WIDTHS[name]) for name in COLUMNS])
        found = rows(round, self.lang)
        for line, row in enumerate(found, start=head + 1):
            self._row(sheet, line, [getattr(row, name) for name in COLUMNS], [_WIDTHS[n] for n in COLUMNS])
        if not found:
            sheet.write_string(head + 1, 0, self.word("synthesis.empty"), self.note)
        self._finish(sheet, head, len(COLUMNS))

    def organisations(self, round: Round) -> None:
        """Who was asked, and who has answered: silence is a row too."""
        sheet = self.book.add_worksheet(self.word("standings.sheet"))
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, self.word("standings.title"), self.title)
        columns = [("place", 5), ("who", 44), ("standing", 24), ("comments", 14)]
        self._head(sheet, 2, [(self.word(f"column.{name}"), width) for name, width in columns])
        for line, each in enumerate(queries.standings(round), start=3):
            state = each.state if each.state == "sent" else "none"
            values = [
                line - 2,
                named(each.organisation.name, self.lang),
                self.word(f"answered.{state}"),
                each.sent,
            ]
            self._row(sheet, line, values, [width for _, width in columns])
        self._finish(sheet, 2, len(columns))

    def _notes(self, round: Round, at: datetime.datetime) -> list[str]:
        counts = queries.counts(round)
        version = documents.adopted(round)
        notes = [named(round.title, self.lang)]
        if round.synthetic:
            notes.append(self.word("synthesis.invented"))
        if version is not None and version.decision_date is not None:
            day = shown_date(version.decision_date, self.lang)
            notes.append(self.word("synthesis.adopted", number=version.decision_number, day=day))
        notes.append(self.word("synthesis.asked", asked=counts.asked, answered=counts.answered))
        kinds = dict(counts.by_kind)
        notes.append(self.word("synthesis.counts", comments=counts.comments, **kinds))
        notes.append(self.word("synthesis.made", moment=moment(at, self.lang)))
        return notes

    def _head(self, sheet: Worksheet, line: int, columns: Sequence[tuple[str, float]]) -> None:
        for column, (words, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(line, column, words, self.head)
        sheet.set_row(line, 34)

    def _row(self, sheet: Worksheet, line: int, values: Sequence[Any], widths: Sequence[float]) -> None:
        for column, value in enumerate(values):
            if isinstance(value, int):
                sheet.write_number(line, column, value, self.number)
            else:
                sheet.write_string(line, column, value, self.text)
        tallest = max(_lines(str(value), width) for value, width in zip(values, widths, strict=True))
        sheet.set_row(line, min(409, 15 * tallest + 3))

    def _finish(self, sheet: Worksheet, head: int, columns: int) -> None:
        sheet.freeze_panes(head + 1, 0)
        sheet.repeat_rows(head)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&R&P/&N")
        sheet.hide_gridlines(2)


def _lines(text: str, width: float) -> int:
    """How many lines a cell of this width needs, about."""
    return sum(max(1, math.ceil(len(line) / max(1.0, width - 1))) for line in text.split("\n"))
