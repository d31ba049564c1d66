"""The workbook: notes, ranking, scores, values, framework; where figures changed on the way, what changed.

An analyst's workbook has weights, reports and the recipe besides.
"""

from __future__ import annotations

import datetime
import io
import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from innodex.documents import say, shown_date
from innodex.framework import Node
from innodex.reports._rows import Cell, Contents, formula, known
from innodex.result import Flag

_INK, _MUTE, _RULE, _ACCENT, _WARN, _FILL = "#1C2B33", "#55646C", "#CBD4D6", "#0B6E6E", "#A8481A", "#F3E4DA"
_FILLED, _CHANGED = "#D9ECEB", "#F6E8C3"  # a figure that was imputed, and one that was treated
_BRACKETS = '"("0")"'  # a rank in brackets stays a number
_LONGEST = 32767  # characters that a cell can hold
_HEAD = 3  # rows above the head of a sheet: title, what it shows, label of invented figures


def workbook(contents: Contents, *, recipe: str | None = None) -> bytes:
    """The bytes of the workbook; nothing in it holds the clock.

    With the text of a `recipe` it is an analyst's: no edition speaks in its notes, and weights, reports and
    the recipe have sheets of their own.
    """
    written = io.BytesIO()
    book = _Book(contents, written, recipe)
    book.notes()
    book.ranking()
    book.scores()
    book.values()
    if book.is_changed:
        book.treated()
        book.changes()
    book.indicator_scores()
    if contents.result.derived:
        book.derived()
    if recipe is not None or book.is_found:
        book.weights()
    book.framework()
    if recipe is not None:
        book.reports()
        book.method(recipe)
    book.fit()
    book.file.close()
    return written.getvalue()


class _Book:
    def __init__(self, contents: Contents, written: io.BytesIO, recipe: str | None) -> None:
        self.contents, self.edition, self.recipe = contents, contents.edition, recipe
        changed = np.uint8(Flag.IMPUTED | Flag.TREATED)
        self.is_changed = bool(np.any(contents.result.flags & changed))
        # Weights that are made of the figures may differ from period to period.
        self.is_found = bool(np.any(contents.result.weight != contents.result.weight[:1]))
        self.languages = contents.languages
        # Text stays text: what begins with = is no formula, what looks like an address is no link.
        self.file = xlsxwriter.Workbook(
            written,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": False,
            },
        )
        day = self.edition.date or datetime.date(1980, 1, 1)
        self.file.set_properties(
            {
                "title": self.edition.title.get(self.languages[0]),
                "subject": self.edition.id,
                "author": self.edition.publisher.get(self.languages[0]),
                "comments": self.word("synthetic") if self.edition.synthetic else "",
                "created": datetime.datetime(day.year, day.month, day.day),
            }
        )
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        # What row heights depend on: sheet -> row -> (column, text, size); sheet -> column -> width.
        self.texts: dict[Worksheet, dict[int, list[tuple[int | None, str, float]]]] = {}
        self.widths: dict[Worksheet, dict[int, float]] = {}
        self.score_format = "0." + "0" * self.edition.decimals if self.edition.decimals else "0"

    # ---- words and looks ---------------------------------------------------------------------------------

    def word(self, key: str, between: str = " · ", **values: object) -> str:
        """A word of the catalogue in every language of the edition."""
        return between.join(
            dict.fromkeys(say(lang, f"tables.{key}", count=None, **values) for lang in self.languages)
        )

    def look(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format(
                {"font_name": "Calibri", "font_color": _INK, "valign": "top", **properties}
            )
        return self.formats[key]

    def cell(self, sheet: Worksheet, row: int, column: int, value: Cell, **properties: Any) -> None:
        """One cell, by the kind of its value: text is always written as text."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.look(**properties))
        elif isinstance(value, str):
            wraps = column if properties.get("text_wrap") else None
            size = properties.get("font_size", 11)
            self.texts.setdefault(sheet, {}).setdefault(row, []).append((wraps, value, size))
            sheet.write_string(row, column, value[:_LONGEST], self.look(**properties))
        else:
            sheet.write_number(row, column, value, self.look(**properties))

    def column(self, sheet: Worksheet, first: int, last: int, width: float) -> None:
        """The width of these columns."""
        sheet.set_column(first, last, width)
        self.widths.setdefault(sheet, {}).update(dict.fromkeys(range(first, last + 1), width))

    def fit(self) -> None:
        """Rows as high as their text asks: not every office program sees to that when it opens a file."""
        for sheet, rows in self.texts.items():
            widths = self.widths.get(sheet, {})
            for row, cells in rows.items():
                height = max(
                    1.36
                    * size
                    * (_lines(text, widths.get(column, 8.43) * 11 / size) if column is not None else 1)
                    for column, text, size in cells
                )
                if height > 15:
                    sheet.set_row(row, min(math.ceil(height), 409))

    def sheet(self, key: str, name: str | None = None) -> Worksheet:
        """A sheet with its title and, where the figures are invented, a line that says so."""
        sheet = self.file.add_worksheet(name or self.word(f"sheet.{key}")[:31])
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        self.cell(
            sheet, 0, 0, " · ".join(self.contents.versions(self.edition.title)), bold=True, font_size=14
        )
        self.cell(sheet, 1, 0, self.word(f"about.{key}"), font_color=_MUTE)
        if self.edition.synthetic:
            self.cell(sheet, 2, 0, self.word("synthetic"), bold=True, font_color=_WARN)
        return sheet

    def head(self, sheet: Worksheet, row: int, words: Iterable[str], *, last: bool = True) -> None:
        rule = {"bottom": 2, "bottom_color": _INK} if last else {}
        for column, word in enumerate(words):
            self.cell(sheet, row, column, word, bold=True, text_wrap=True, valign="bottom", **rule)

    def rows(
        self, sheet: Worksheet, first: int, rows: Sequence[Sequence[Cell]], formats: Sequence[str | None]
    ) -> None:
        """The body: a hairline under each row, numbers in the format of their column."""
        for r, row in enumerate(rows, start=first):
            for c, (value, number) in enumerate(zip(row, formats, strict=True)):
                look: dict[str, Any] = {"bottom": 1, "bottom_color": _RULE}
                if number:
                    look["num_format"] = number
                self.cell(sheet, r, c, value, **look)

    def finish(self, sheet: Worksheet, head: int, rows: int, widths: Sequence[float], *, frozen: int) -> None:
        """Widths, a filter on the head, and the head and the names kept in sight."""
        for column, width in enumerate(widths):
            self.column(sheet, column, column, width)
        sheet.autofilter(head, 0, head + rows, len(widths) - 1)
        sheet.freeze_panes(head + 1, frozen)
        sheet.repeat_rows(head)

    def names(self) -> list[str]:
        """The heads of the columns that name a unit, one per language."""
        return [say(lang, "tables.head.name") for lang in self.languages]

    # ---- sheets ------------------------------------------------------------------------------------------

    def notes(self) -> None:
        """What this is, how to cite it, how to verify it, and what stands on the other sheets."""
        edition = self.edition
        sheet = self.file.add_worksheet(self.word("sheet.notes")[:31])
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        self.column(sheet, 0, 0, 26)
        self.column(sheet, 1, len(self.languages), 62)
        for column, title in enumerate(self.contents.versions(edition.title), start=1):
            self.cell(sheet, 0, column, title, bold=True, font_size=16, text_wrap=True)
        row = 1
        for key, texts in self._notes():
            label = self.word(key, "\n")
            self.cell(sheet, row, 0, label, font_color=_MUTE, text_wrap=True)
            strong: dict[str, Any] = {"bold": True, "font_color": _WARN} if key == "note.figures" else {}
            for column, text in enumerate(texts, start=1):
                self.cell(sheet, row, column, text, text_wrap=True, **strong)
            row += 1

    def _notes(self) -> list[tuple[str, tuple[str, ...]]]:
        edition, same = self.edition, len(self.languages)
        notes: list[tuple[str, tuple[str, ...]]] = []
        if edition.synthetic:
            notes.append(("note.figures", self._each("synthetic")))
        for key, text in (
            ("description", edition.description), ("remark", edition.note), ("publisher", edition.publisher),
        ):  # fmt: skip
            if text:
                notes.append((f"note.{key}", self.contents.versions(text)))
        if self.recipe is None:
            notes.append(("note.edition", (edition.id,) * same))
        else:
            notes.append(("note.export", self._each("export")))
        notes.append(("note.period", (", ".join(sorted(edition.result.periods, reverse=True)),) * same))
        if edition.date:
            notes.append(("note.date", tuple(shown_date(edition.date, lang) for lang in self.languages)))
        if self.recipe is None:
            notes.append(("note.audience", self._each(f"audience.{edition.audience}")))
        if edition.replaces:
            notes.append(("note.replaces", (edition.replaces,) * same))
        if edition.licence:
            notes.append(("note.licence", (edition.licence,) * same))
        if self.recipe is None:
            notes.append(("note.cite", tuple(self._citation(lang) for lang in self.languages)))
            notes.append(("note.verify", self._each("verify")))
        notes += [(f"sheet.{key}", self._each(f"about.{key}")) for key in self._sheets()]
        notes.append(("note.missing", self._each("missing" if self.recipe is None else "blank")))
        notes.append(
            (
                "note.digests",
                ("\n".join(f"{k} {v}" for k, v in sorted(edition.result.digests.items())),) * same,
            )
        )
        return notes

    def _sheets(self) -> list[str]:
        """The sheets there are, in their order."""
        more = {"treated": self.is_changed, "changes": self.is_changed}
        more |= {"recipe": self.recipe is not None, "weights": self.recipe is not None or self.is_found}
        more["derived"] = bool(self.contents.result.derived)
        more["reports"] = self.recipe is not None and bool(self.contents.result.reports)
        return [key for key in _SHEETS if more.get(key, True)]

    def _each(self, key: str) -> tuple[str, ...]:
        return tuple(say(lang, f"tables.{key}") for lang in self.languages)

    def _citation(self, lang: str) -> str:
        edition = self.edition
        parts = [edition.publisher.get(lang), f"{edition.title.get(lang)}, {edition.period}"]
        parts.append(say(lang, "tables.cite", id=edition.id))
        if edition.date:
            parts.append(shown_date(edition.date, lang))
        return ". ".join(part for part in parts if part) + "."

    def ranking(self) -> None:
        sheet = self.sheet("ranking")
        table = self.contents.ranking()
        # Brackets stand in the column of ranks; a class by its name, if it has one.
        left_out = {"region", "synthetic", "bracketed", "ranked"}
        left_out |= {"class"} if "class_name" in table.head else set()
        kept = [c for c, name in enumerate(table.head) if name not in left_out]
        classes = ["class"] if "class" in table.head else []
        words = [
            self.word("head.period", "\n"), self.word("head.rank", "\n"), self.word("head.of", "\n"),
            self.word("head.unit", "\n"), *self.names(),
            *(say(lang, "tables.head.region") for lang in self.languages), self.word("head.score", "\n"),
            *(self.word(f"head.{key}", "\n") for key in classes),
        ]  # fmt: skip
        self.head(sheet, _HEAD, words)
        rows = [[row[c] for c in kept] for row in table.rows]
        many = len(self.languages)
        formats = [None] * (4 + 2 * many) + [self.score_format] + [None] * len(classes)
        self.rows(sheet, _HEAD + 1, rows, formats)
        root = self.contents.result.node_at[self.edition.framework.root.code]
        for r, (p, u) in enumerate(self._places(), start=_HEAD + 1):
            self._bracket(sheet, r, 1, p, u, root)
        widths = [9, 8, 8, 10, *[_width(rows, 4 + n) for n in range(2 * many)], 10, *(16 for _ in classes)]
        self.finish(sheet, _HEAD, len(rows), widths, frozen=4 + many)

    def scores(self) -> None:
        """Wide: units down, nodes above the indicators across, each with score and rank."""
        nodes = [node for node in self.edition.framework.nodes if not node.is_indicator]
        score, rank = self.word("head.score", " / "), self.word("head.rank", " / ")
        heads = [(node, words) for node in nodes for words in (score, rank)]
        result = self.contents.result

        def numbers(p: int, u: int) -> list[Cell]:
            row: list[Cell] = []
            for node in nodes:
                at = result.node_at[node.code]
                row += [known(result.score[p, u, at]), known(result.rank[p, u, at])]
            return row

        sheet = self._wide("scores", heads, numbers, [self.score_format, None] * len(nodes))
        first = 2 + len(self.languages)
        for r, (p, u) in enumerate(self._places(), start=_HEAD + 3):
            for c, node in enumerate(nodes):
                self._bracket(sheet, r, first + 2 * c + 1, p, u, result.node_at[node.code])

    def _bracket(self, sheet: Worksheet, row: int, column: int, p: int, u: int, n: int) -> None:
        """Show a rank in brackets where the result says so."""
        place = self.contents.bracket(p, u, n)
        if place is not None:
            self.cell(sheet, row, column, place, bottom=1, bottom_color=_RULE, num_format=_BRACKETS)

    def values(self) -> None:
        """Wide: the raw values; an estimated one is shaded."""
        result = self.contents.result
        nodes = self.edition.framework.indicators
        heads = [(node, " / ".join(dict.fromkeys(self.contents.versions(node.unit)))) for node in nodes]
        at = [result.indicator_at[node.code] for node in nodes]
        sheet = self._wide(
            "values", heads, lambda p, u: [known(result.raw[p, u, i]) for i in at], [None] * len(nodes)
        )
        first = 2 + len(self.languages)
        for r, (p, u) in enumerate(self._places(), start=_HEAD + 3):
            for c, i in enumerate(at):
                value = known(result.raw[p, u, i])
                if value is not None and int(result.flags[p, u, i]) & Flag.ESTIMATED:
                    self.cell(sheet, r, first + c, value, bottom=1, bottom_color=_RULE, bg_color=_FILL)

    def indicator_scores(self) -> None:
        """Wide: the scores of the indicators."""
        result = self.contents.result
        nodes = self.edition.framework.indicators
        at = [result.node_at[node.code] for node in nodes]
        self._wide(
            "indicator-scores",
            [(node, self.word("head.score", " / ")) for node in nodes],
            lambda p, u: [known(result.score[p, u, n]) for n in at],
            [self.score_format] * len(nodes),
        )

    def treated(self) -> None:
        """Wide: the figures that scores are made from, shaded by what became of them."""
        result, nodes = self.contents.result, self.edition.framework.indicators
        heads = [(node, " / ".join(dict.fromkeys(self.contents.versions(node.unit)))) for node in nodes]
        at = [result.indicator_at[node.code] for node in nodes]
        formats = [_figures(result.treated[:, :, i]) for i in at]
        sheet = self._wide(
            "treated", heads, lambda p, u: [known(result.treated[p, u, i]) for i in at], formats
        )
        first = 2 + len(self.languages)
        for r, (p, u) in enumerate(self._places(), start=_HEAD + 3):
            for c, i in enumerate(at):
                flag = int(result.flags[p, u, i])
                fill = _FILLED if flag & Flag.IMPUTED else _CHANGED if flag & Flag.TREATED else ""
                if fill:
                    look = {"bottom": 1, "bottom_color": _RULE, "bg_color": fill, "num_format": formats[c]}
                    self.cell(sheet, r, first + c, known(result.treated[p, u, i]), **look)

    def changes(self) -> None:
        """One row for each figure that was imputed or treated: before and after."""
        sheet = self.sheet("changes")
        many = len(self.languages)
        words = [
            self.word("head.period", "\n"), self.word("head.unit", "\n"), *self.names(),
            self.word("head.indicator", "\n"), *self.names(),
            *(self.word(f"head.{key}", "\n") for key in ("change", "before", "after")),
        ]  # fmt: skip
        self.head(sheet, _HEAD, words)
        rows = list(self._changes())
        self.rows(sheet, _HEAD + 1, rows, [None] * len(words))
        result = self.contents.result
        for r, row in enumerate(rows, start=_HEAD + 1):
            i = result.indicator_at[str(row[2 + many])]
            for c, array in ((len(words) - 2, result.denominated), (len(words) - 1, result.treated)):
                look = {"bottom": 1, "bottom_color": _RULE, "num_format": _figures(array[:, :, i])}
                self.cell(sheet, r, c, row[c], **look)
        names = [_width(rows, 2 + n) for n in range(many)]
        leaves = [_width(rows, 3 + many + n) for n in range(many)]
        self.finish(sheet, _HEAD, len(rows), [9, 10, *names, 14, *leaves, 22, 16, 16], frozen=2 + many)

    def _changes(self) -> Iterator[list[Cell]]:
        result = self.contents.result
        for node in self.edition.framework.indicators:
            i = result.indicator_at[node.code]
            about = [node.code, *self.contents.versions(node.name)]
            for p, u in self._places():
                flag = Flag(int(result.flags[p, u, i]))
                kinds = [key for key, one in _CHANGES.items() if one in flag]
                if kinds:
                    unit = [result.periods[p], result.units[u], *self.contents.unit_names[u]]
                    what = " + ".join(self.word(f"change.{key}") for key in kinds)
                    values = (result.denominated[p, u, i], result.treated[p, u, i])
                    yield [*unit, *about, what, *map(known, values)]

    def weights(self) -> None:
        """The weight of every node in every period: as given or found, in its parent, up to the index."""
        sheet = self.sheet("weights")
        result, nodes = self.contents.result, self.edition.framework.nodes
        words = [
            self.word("head.period", "\n"), self.word("head.code", "\n"), *self.names(),
            *(self.word(f"head.{key}", "\n") for key in ("parent", "weight", "share", "effective")),
        ]  # fmt: skip
        self.head(sheet, _HEAD, words)
        rows: list[list[Cell]] = []
        for p in self.contents.periods:
            for n, node in enumerate(nodes):
                there = bool(result.applicable[p, n])
                shares = (float(x[p, n]) if there else None for x in (result.share, result.effective))
                weight = known(float(result.weight[p, n]))
                names = self.contents.versions(node.name)
                rows.append([result.periods[p], node.code, *names, node.parent or "", weight, *shares])
        many = len(self.languages)
        self.rows(sheet, _HEAD + 1, rows, [None] * (4 + many) + ["0.00%", "0.00%"])
        widths = [9, 12, *[_width(rows, 2 + n) for n in range(many)], 12, 12, 14, 14]
        self.finish(sheet, _HEAD, len(rows), widths, frozen=2 + many)

    def derived(self) -> None:
        """Units down, derived figures across, each with its rank where it has one."""
        sheet = self.sheet("derived")
        result = self.contents.result
        rank = self.word("head.rank", "\n")
        words = [self.word("head.period", "\n"), self.word("head.unit", "\n"), *self.names()]
        own = len(words)
        ranked = [bool(np.any(~np.isnan(one.rank))) for one in result.derived]
        for one, has in zip(result.derived, ranked, strict=True):
            name = "\n".join(dict.fromkeys(self.contents.versions(one.name)))
            words += [name, rank] if has else [name]
        self.head(sheet, _HEAD, words)
        rows: list[list[Cell]] = []
        for p, u in self._places():
            row: list[Cell] = [result.periods[p], result.units[u], *self.contents.unit_names[u]]
            for one, has in zip(result.derived, ranked, strict=True):
                row.append(known(float(one.value[p, u])))
                row += [known(float(one.rank[p, u]))] if has else []
            rows.append(row)
        self.rows(sheet, _HEAD + 1, rows, [None] * len(words))
        names = [_width(rows, 2 + n) for n in range(len(self.languages))]
        widths = [9, 10, *names, *(18 if word != rank else 8 for word in words[own:])]
        self.finish(sheet, _HEAD, len(rows), widths, frozen=own)

    def reports(self) -> None:
        """Each table that a step left for readers, on a sheet of its own."""
        taken = {sheet.get_name().casefold() for sheet in self.file.worksheets()}
        for report in self.contents.result.reports:
            name, count = report.name[:31], 1
            while name.casefold() in taken:
                count += 1
                name = f"{report.name[:27]} {count}"
            taken.add(name.casefold())
            sheet = self.sheet("reports", name)
            self.head(sheet, _HEAD, report.head)
            rows = [[_plain(cell) for cell in row] for row in report.rows]
            self.rows(sheet, _HEAD + 1, rows, [None] * len(report.head))
            widths = [
                max(_width(rows, column), min(len(word) + 4.0, 40.0))
                for column, word in enumerate(report.head)
            ]
            self.finish(sheet, _HEAD, len(rows), widths, frozen=1)

    def method(self, recipe: str) -> None:
        """The recipe as it was used, line by line."""
        sheet = self.sheet("recipe")
        self.column(sheet, 0, 0, 110)
        for row, line in enumerate(recipe.splitlines(), start=_HEAD):
            mark: dict[str, Any] = {"font_color": _MUTE} if line.startswith("#") else {}
            self.cell(sheet, row, 0, line, font_name="Consolas", font_size=10, **mark)

    def _places(self) -> list[tuple[int, int]]:
        root = self.contents.result.node_at[self.edition.framework.root.code]
        return [(p, u) for p in self.contents.periods for u in self.contents.ordered(p, root)]

    def _wide(
        self, key: str, heads: Sequence[tuple[Node, str]], numbers: Any, formats: Sequence[str | None]
    ) -> Worksheet:
        """Units down, columns across; three head rows: code, name, unit of measure or what the number is."""
        sheet = self.sheet(key)
        own = [self.word("head.period", "\n"), self.word("head.unit", "\n"), *self.names()]
        blank = [""] * len(own)
        self.head(sheet, _HEAD, [*blank, *(node.code for node, _ in heads)], last=False)
        names = ["\n".join(dict.fromkeys(self.contents.versions(node.name))) for node, _ in heads]
        self.head(sheet, _HEAD + 1, [*blank, *names], last=False)
        self.head(sheet, _HEAD + 2, [*own, *(words for _, words in heads)])
        result = self.contents.result
        rows = [
            [result.periods[p], result.units[u], *self.contents.unit_names[u], *numbers(p, u)]
            for p, u in self._places()
        ]
        self.rows(sheet, _HEAD + 3, rows, [None] * len(own) + list(formats))
        widths = [9, 10, *[_width(rows, 2 + n) for n in range(len(self.languages))], *[18] * len(heads)]
        self.finish(sheet, _HEAD + 2, len(rows), widths, frozen=len(own))
        return sheet

    def framework(self) -> None:
        sheet = self.sheet("framework")
        words = [
            self.word("head.code", "\n"), self.word("head.level", "\n"), *self.names(),
            *(say(lang, "tables.head.measure") for lang in self.languages),
            *(
                self.word(f"head.{key}", "\n")
                for key in ("direction", "certainty", "formula", "weight", "valid")
            ),
        ]  # fmt: skip
        self.head(sheet, _HEAD, words)
        nodes = self.edition.framework.nodes
        for r, node in enumerate(nodes, start=_HEAD + 1):
            depth = min(self.edition.framework.depth(node.code), 15)
            for c, value in enumerate(self._node(node)):
                look: dict[str, Any] = {"bottom": 1, "bottom_color": _RULE, "text_wrap": True}
                if 2 <= c < 2 + len(self.languages):
                    look |= {"indent": depth, "bold": not node.is_indicator}
                self.cell(sheet, r, c, value, **look)
        many = len(self.languages)
        widths = [12, 12, *[44] * many, *[18] * many, 16, 16, 28, 9, 14]
        self.finish(sheet, _HEAD, len(nodes), widths, frozen=2 + many)

    def _node(self, node: Node) -> list[Cell]:
        valid = f"{node.valid_from or ''}–{node.valid_to or ''}" if node.valid_from or node.valid_to else ""
        return [
            node.code, node.level, *self.contents.versions(node.name), *self.contents.versions(node.unit),
            self.word(f"direction.{node.direction}") if node.direction else "",
            self.word(f"certainty.{node.certainty}") if node.certainty else "",
            formula(node.formula), self.contents.weight(node), valid,
        ]  # fmt: skip


_SHEETS = (
    "ranking", "scores", "values", "treated", "changes", "indicator-scores", "derived", "weights",
    "framework", "reports", "recipe",
)  # fmt: skip


def _figures(x: npt.NDArray[np.float64]) -> str:
    """A format that shows figures of one indicator to about five digits, and whole ones whole."""
    there = np.abs(x[~np.isnan(x)])
    if not there.size or np.all(there == np.floor(there)):
        return "#,##0"
    largest = float(there.max())
    if largest < 1e-4:
        return "0.000E+00"
    decimals = min(max(4 - math.floor(math.log10(largest)), 0), 8)
    return "#,##0." + "0" * decimals if decimals else "#,##0"


_CHANGES = {"imputed": Flag.IMPUTED, "treated": Flag.TREATED}


def _plain(cell: str | float | int | None) -> Cell:
    """A cell of a report: NaN is missing."""
    return known(cell) if isinstance(cell, float) else cell


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell of `width` characters, broken between words."""
    return sum(max(1, len(textwrap.wrap(part, max(1, int(width) - 2)))) for part in text.split("\n"))


def _width(rows: Sequence[Sequence[Cell]], column: int) -> float:
    longest = max((len(str(row[column] or "")) for row in rows), default=0)
    return float(min(max(longest + 2, 12), 40))
