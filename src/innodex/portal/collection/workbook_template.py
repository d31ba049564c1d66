"""The workbook of a submission as it is downloaded: a sheet to fill in, and one that remembers."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping
from typing import Any

from innodex.documents import say, shown_figure
from innodex.portal.collection import lines
from innodex.portal.collection.models import Item, Submission
from innodex.portal.collection.workbook_base import (
    CODES,
    COLUMNS,
    LONGEST,
    SHEET,
    TYPED,
    Base,
    cells_of,
    missing_words,
)
from innodex.portal.people.actor import SYSTEM
from innodex.portal.people.wording import moment

_INK, _MUTE, _RULE, _BORDER = "#1C2B33", "#55646C", "#CBD4D6", "#7C8A90"
_BAND, _INPUT, _WARN, _WRONG = "#E6F1EF", "#FFFDF2", "#A8481A", "#F3E4DA"
_WIDTHS = {
    "series": 16, "name": 42, "unit": 17, "period": 9, "last": 20, "value": 18, "missing": 28,
    "explanation": 40, "check": 34,
}  # fmt: skip
_LINE = 15  # points
_LONGEST_NOTE = 1_200
_MARKS = re.compile(r"^#+ *|\*\*|\[([^\]]*)\]\([^)]*\)", re.MULTILINE)
_TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

Words = Mapping[str, Mapping[str, str]]  # {series: {column: words}}


def template(
    submission: Submission,
    lang: str,
    *,
    at: datetime.datetime,
    typed: Words | None = None,
    faults: Words | None = None,
    base: Base | None = None,
) -> bytes:
    """The workbook with what the items say now.

    With `typed` the cells hold that instead, `faults` are shown in their cells, and `base` is what the
    workbook remembers: so an uploaded one is given back.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    stream = io.BytesIO()
    file = xlsxwriter.Workbook(stream, {"in_memory": True, **_TEXT_ONLY})
    page = lines.page_of(submission, lang, by=SYSTEM, at=at)
    held = base or Base.of(submission, [line.item for line in page.lines], lang)
    made = _Made(file, page, lang, typed or {}, faults or {})
    made.write(at)
    _remember(file, held)
    title = f"{say(lang, 'workbook.title')} – {_named(submission.locality.name, lang)}"
    file.set_properties({"title": title, "subject": held.round, "created": at.replace(tzinfo=None)})
    file.close()
    return stream.getvalue()


def _named(name: Any, lang: str) -> str:
    return str(name.get(lang) or next(iter(name.values()), "")) if isinstance(name, Mapping) else str(name)


def _remember(file: Any, base: Base) -> None:
    """The hidden sheet; the list of codes that the sheet offers stands beside."""
    sheet = file.add_worksheet(SHEET)
    for row, cells in enumerate(base.rows()):
        for at, words in enumerate(cells):
            sheet.write_string(row, at, words)
    for row, words in enumerate(_choices(base.lang)):
        sheet.write_string(row, len(COLUMNS), words)
    sheet.very_hidden()
    sheet.protect()


def _choices(lang: str) -> list[str]:
    return [*(missing_words(code, lang) for code in CODES), say(lang, "workbook.delete")]


class _Made:
    """The sheet to be filled in, on its way."""

    def __init__(self, file: Any, page: lines.Page, lang: str, typed: Words, faults: Words) -> None:
        self.file, self.page, self.lang = file, page, lang
        self.typed, self.faults = typed, faults
        self.sheet = file.add_worksheet(say(lang, "workbook.sheet"))
        self.looks: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.row = 0

    def look(self, **properties: Any) -> Any:
        """A format, made once."""
        plain = {"font_name": "Times New Roman", "font_size": 11, "font_color": _INK, "valign": "top"}
        wanted = {**plain, **properties}
        key = tuple(sorted(wanted.items()))
        if key not in self.looks:
            self.looks[key] = self.file.add_format(wanted)
        return self.looks[key]

    def write(self, at: datetime.datetime) -> None:
        """Head, bands and rows, and how they are used."""
        self._introduce(at)
        self._head()
        first = self.row
        for group in self.page.groups():
            self._band(group.name)
            for line in group.lines:
                self._line(line)
        self._behave(first)

    def _introduce(self, at: datetime.datetime) -> None:
        submission, lang = self.page.submission, self.lang
        round = submission.round_of()
        place = _named(submission.locality.name, lang)
        self.sheet.set_row(0, 24)
        self._say(f"{say(lang, 'workbook.title')}: {place}", bold=True, font_size=15)
        due = self.page.due
        until = say(lang, "workbook.until", due=moment(due, lang)) if due is not None else ""
        about = say(lang, "workbook.about", round=_named(round.title, lang), made=moment(at, lang))
        self._say(" ".join(part for part in (about, until) if part), font_color=_MUTE)
        for number in (1, 2, 3):
            self._say(say(lang, f"workbook.how.{number}", delete=say(lang, "workbook.delete")))
        self.row += 1

    def _say(self, words: str, **properties: Any) -> None:
        self.sheet.write_string(self.row, 0, words, self.look(**properties))
        self.row += 1

    def _head(self) -> None:
        look = self.look(
            bold=True, text_wrap=True, bottom=2, bottom_color=_INK, bg_color=_BAND, valign="vcenter"
        )
        for at, column in enumerate(COLUMNS):
            self.sheet.set_column(at, at, _WIDTHS[column])
            self.sheet.write_string(self.row, at, say(self.lang, f"workbook.column.{column}"), look)
        self.sheet.set_row(self.row, 34)
        self.row += 1
        self.sheet.freeze_panes(self.row, 2)
        self.sheet.repeat_rows(self.row - 1)

    def _band(self, name: str) -> None:
        look = self.look(bold=True, bottom=1, bottom_color=_RULE, indent=0)
        self.sheet.write_string(self.row, 1, name, look)
        self.row += 1

    def _line(self, line: lines.Line) -> None:
        item, series, lang = line.item, line.series, self.lang
        fixed = self.look(text_wrap=True, bottom=1, bottom_color=_RULE)
        mute = self.look(text_wrap=True, bottom=1, bottom_color=_RULE, font_color=_MUTE)
        last = shown_figure(item.last_value, lang) if item.last_value else line.last
        name = series.name.get(lang)
        if item.maximum:
            name = f"{name} ({say(lang, 'workbook.points', most=shown_figure(item.maximum, lang))})"
        known = (item.series, name, series.unit.get(lang), item.period, last)
        for at, words in enumerate(known):
            self._put(at, words, mute if at in (0, 3, 4) else fixed)
        if note := self._note(line):
            self.sheet.write_comment(
                self.row, 1, note, {"x_scale": 3, "y_scale": _height(note), "author": ""}
            )
        typed = self._cells(item)
        self.sheet.set_row(self.row, _LINE * _lines(dict(zip(COLUMNS, known, strict=False)) | typed))
        self.row += 1

    def _cells(self, item: Item) -> dict[str, str]:
        """The cells to type in; one with a fault says which. Gives what they hold."""
        words = self.typed.get(item.series, {}) if self.typed else cells_of(item, self.lang)
        wrong = self.faults.get(item.series, {})
        closed = self.page.submission.state == Submission.State.RETURNED and item.state != Item.State.OPEN
        for column in TYPED:
            properties: dict[str, Any] = {
                "num_format": "@", "text_wrap": True, "border": 1, "border_color": _BORDER,
                "locked": closed,
                "align": "right" if column == "value" else "left", "indent": int(column == "value"),
            }  # fmt: skip
            if not closed:
                properties["bg_color"] = _WRONG if column in wrong else _INPUT
            self._put(COLUMNS.index(column), words.get(column, ""), self.look(**properties))
            if column in wrong:
                options = {"x_scale": 3, "y_scale": _height(wrong[column]), "author": ""}
                self.sheet.write_comment(self.row, COLUMNS.index(column), wrong[column], options)
        said = "\n".join(dict.fromkeys(wrong.values()))
        said = said or (say(self.lang, "workbook.closed") if closed else "")
        self._put(COLUMNS.index("check"), said, self.look(text_wrap=True, font_color=_WARN))
        return {**words, "check": said}

    def _put(self, at: int, words: str, look: Any) -> None:
        """Text, whatever it begins with."""
        if words:
            self.sheet.write_string(self.row, at, words[:LONGEST], look)
        else:
            self.sheet.write_blank(self.row, at, None, look)

    def _note(self, line: lines.Line) -> str:
        """Unit, what is asked as evidence, and the sheets of the indicators that the series goes into."""
        lang, series = self.lang, line.series
        parts = [say(lang, "workbook.note.unit", unit=series.unit.get(lang))] if series.unit else []
        if series.evidence:
            parts.append(say(lang, "workbook.note.evidence", evidence=series.evidence.get(lang)))
        texts = self.page.framework.sheets
        for sheet in line.sheets:
            parts.append(f"{sheet.code} {sheet.name.get(lang)}")
            own = texts.get((sheet.code, lang)) or next(
                (t for (c, _), t in texts.items() if c == sheet.code), ""
            )
            if own:
                parts.append(_MARKS.sub(r"\1", own).strip())
        note = "\n".join(parts)
        return note if len(note) <= _LONGEST_NOTE else note[: _LONGEST_NOTE - 1].rstrip() + "…"

    def _behave(self, first: int) -> None:
        """What the sheet allows: typing in its cells, choosing a code, and printing."""
        sheet, last = self.sheet, max(first, self.row - 1)
        missing = COLUMNS.index("missing")
        choices = f"={SHEET}!$J$1:$J${len(CODES) + 1}"
        sheet.data_validation(
            first, missing, last, missing,
            {
                "validate": "list", "source": choices, "ignore_blank": True,
                "error_title": say(self.lang, "workbook.column.missing")[:32],
                "error_message": say(self.lang, "workbook.choose")[:255],
            },
        )  # fmt: skip
        value = COLUMNS.index("value")
        sheet.ignore_errors({"number_stored_as_text": f"F{first + 1}:F{last + 1}"})
        sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        sheet.set_selection(first + 1, value, first + 1, value)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
        sheet.activate()


def _lines(words: Mapping[str, str]) -> int:
    """How many lines the fullest cell of a row needs; a very long one is read in its cell."""
    needed = (
        sum(1 + len(part) // _WIDTHS[column] for part in text.split("\n")) for column, text in words.items()
    )
    return min(8, max(needed, default=1))


def _height(note: str) -> float:
    """How much taller than usual a note must be."""
    rows = sum(1 + len(line) // 60 for line in note.split("\n"))
    return max(1.0, min(6.0, rows / 4))
