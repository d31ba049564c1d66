"""What differs between what was published and what its inputs give, with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from innodex.documents import say

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `row` counts as a spreadsheet does (in a page it is the line).

    `column` is the head of the column, in a `sheet` of a workbook the cell; `about` says who and what the
    row is about (period, unit, node). `published` and `recomputed` are the two texts or None.
    """

    kind: str
    file: str
    published: str | None = None
    recomputed: str | None = None
    row: int | None = None
    column: str | None = None
    sheet: str | None = None
    about: str = ""

    def place(self, lang: str) -> str:
        """`results.csv, row 15, column score (2024 · 01 · A)`, as far as there is a place."""
        parts = [self.file]
        if self.row is not None:
            parts.append(say(lang, "edition.place.row", row=self.row))
        if self.sheet is not None:
            parts.append(say(lang, "edition.place.cell", sheet=self.sheet, cell=self.column))
        elif self.column is not None:
            parts.append(say(lang, "edition.place.column", column=self.column))
        return ", ".join(parts) + (f" ({self.about})" if self.about else "")

    def text(self, lang: str) -> str:
        """The place, what is wrong there, and the two values."""
        values: dict[str, Any] = {
            "published": _short(self.published) or say(lang, "edition.nothing"),
            "recomputed": _short(self.recomputed) or say(lang, "edition.nothing"),
        }
        return f"{self.place(lang)}: " + say(lang, f"edition.difference.{self.kind}", **values)


def _short(text: str | None) -> str:
    text = " ".join((text or "").split())
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " …"
