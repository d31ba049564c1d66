"""A fault: what is wrong, where, what is allowed and what to try."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from innodex.documents._words import has, say

WARNINGS = frozenset({"unused-column", "unused-sheet", "unit-left-out", "unknown-sheet", "unused-text"})


_QUOTED = frozenset({"found", "code", "status", "unit", "other", "near"})
_LONGEST = 80  # of what the file holds, as quoted in a sentence
# Sentences speak of files; in a workbook these are sheets.
_FILE = re.compile(r"\b(?:(index|recipe)\.toml|(series|framework|rubric|aliases|territory)\.csv)\b")


class Word(str):
    """A value of a fault that is itself a key of the catalogue, put in the reader's language."""

    __slots__ = ()


def _brief(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def _as_sheet(found: re.Match[str], lang: str) -> str:
    return say(lang, "faults.place.sheet", sheet=found[1] or found[2])


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one place.

    `row` counts as a spreadsheet does (the head is row 1; in a text document it is the line);
    `column` is the head of the column or the key. `values` fill the sentence of this `kind`. In a
    workbook `sheet` is the name of the sheet and `cell` the address, such as B5.
    """

    kind: str
    file: str
    row: int | None = None
    column: str | None = None
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    sheet: str | None = None
    cell: str | None = None

    @property
    def is_warning(self) -> bool:
        """True where the matter deserves a look but stops nothing."""
        return self.kind in WARNINGS

    def place(self, lang: str) -> str:
        """`file, row 3, column unit`, as far as known; in a workbook `file, sheet data, cell B3, …`."""
        parts = [self.file]
        if self.sheet is not None:
            parts.append(say(lang, "faults.place.sheet", sheet=self.sheet))
        if self.cell is not None:
            parts.append(say(lang, "faults.place.cell", cell=self.cell))
        if self.row is not None:
            parts.append(say(lang, "faults.place.row", row=self.row))
        if self.column is not None:
            parts.append(say(lang, "faults.place.column", column=_brief(self.column)))
        return ", ".join(parts)

    def text(self, lang: str) -> str:
        """What happened, what is allowed and what to try, in the reader's language."""
        values = {name: self._shown(lang, name) for name in self.values}
        sentences = [say(lang, key, **values) for key in self._sentences() if has(key)]
        if "more" in self.values:
            sentences.insert(1, say(lang, "faults.more", count=int(str(self.values["more"]))))
        text = " ".join(sentences)
        return text if self.sheet is None else _FILE.sub(lambda found: _as_sheet(found, lang), text)

    def _sentences(self) -> list[str]:
        """The keys of what, allowed, a guess or what else, and try; not all kinds have all of them."""
        start = f"faults.{self.kind}."
        guess = start + "else"
        if self.values.get("near", "–") != "–":
            guess = start + "near" if has(start + "near") else "faults.near"
        return [start + "what", start + "allowed", guess, start + "try"]

    def _shown(self, lang: str, name: str) -> Any:
        value = self.values[name]
        if isinstance(value, Word):
            return say(lang, value)
        # What somebody typed may be a page long; what we list as allowed is shown whole.
        return _brief(value) if isinstance(value, str) and name in _QUOTED else value

    def order(self) -> tuple[str, str, int, str, str]:
        """Key for a stable listing: by file, sheet, row, column, kind."""
        return (self.file, self.sheet or "", self.row or 0, self.column or "", self.kind)


class Faulty(Exception):
    """The input has faults; nothing was written. `faults` lists them all."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults, key=Fault.order)
        super().__init__(f"{len(self.faults)} fault(s)")

    def __str__(self) -> str:
        return "\n".join(f"{fault.place('en')}: {fault.text('en')}" for fault in self.faults)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that `word` most likely meant, or an empty string."""
    import difflib  # only on the way to an error

    choices = list(known)
    folded = {choice.casefold(): choice for choice in choices}
    close = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else ""
