"""What a workbook of figures remembers of itself: which submission it is for, and what its cells showed."""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

from django.utils.crypto import salted_hmac

from innodex.documents import canonical, languages, say, sha256
from innodex.formats import Grid
from innodex.portal.collection.models import Item, Missing, Submission
from innodex.portal.rounds import documents

SHEET = "innodex"
FORMAT = "1"
# The columns of the sheet that is filled in, in their order.
COLUMNS = ("series", "name", "unit", "period", "last", "value", "missing", "explanation", "check")
TYPED = ("value", "missing", "explanation")
# The codes that the workbook offers; having entered nothing is no code to choose.
CODES = (Missing.NIL, Missing.NOT_AVAILABLE, Missing.NOT_APPLICABLE, Missing.CONFIDENTIAL)
LONGEST = 32_000  # characters that a cell holds with some to spare
_FACTS = ("format", "round", "unit", "version", "snapshots", "lang")


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the sheet as it was made: the item, the revision it had, and a mark of each cell."""

    series: str
    period: str
    revision: int
    value: str
    missing: str
    explanation: str

    def is_untouched(self, column: str, words: str) -> bool:
        """True where a cell still says what it said."""
        return bool(getattr(self, column) == mark(words))


@dataclass(frozen=True, slots=True)
class Base:
    """The hidden sheet: for whom, from which framework and state, and every row as it was made."""

    round: str
    unit: str
    version: str  # digest of the framework version
    snapshots: int  # copies sent before
    lang: str
    items: tuple[Shown, ...]
    signature: str = ""

    @classmethod
    def of(cls, submission: Submission, items: list[Item], lang: str) -> Base:
        """The state that the workbook starts from, signed."""
        version = documents.in_force(submission.round_of())
        shown = [
            Shown(
                item.series,
                item.period,
                item.revision,
                *(mark(words) for words in cells_of(item, lang).values()),
            )
            for item in items
        ]
        round, unit = submission.round_of().code, submission.locality.unit
        base = cls(round, unit, version.digest, submission.snapshots, lang, tuple(shown))
        return replace(base, signature=base._sign())

    @property
    def is_signed(self) -> bool:
        """True when nobody has changed the hidden sheet since it was made here."""
        return hmac.compare_digest(self.signature, self._sign())

    def _sign(self) -> str:
        plain = canonical([self._facts(), *([str(cell) for cell in row] for row in self._items())])
        return salted_hmac("innodex.collection.workbook", plain, algorithm="sha256").hexdigest()

    def _facts(self) -> list[str]:
        return [FORMAT, self.round, self.unit, self.version, str(self.snapshots), self.lang]

    def _items(self) -> list[list[str]]:
        names = ("series", "period", "revision", *TYPED)
        return [[str(getattr(item, name)) for name in names] for item in self.items]

    def rows(self) -> list[list[str]]:
        """The cells of the hidden sheet."""
        facts = [[name, value] for name, value in zip(_FACTS, self._facts(), strict=True)]
        return [*facts, ["signature", self.signature], *(["item", *row] for row in self._items())]

    @classmethod
    def read(cls, grid: Grid) -> Base | None:
        """What a hidden sheet says; None where it does not read as one."""
        facts: dict[str, str] = {}
        items: list[Shown] = []
        for row, _ in grid.by_row():
            cells = [grid.text(row, at) for at in range(1, 8)]
            if cells[0] != "item":
                facts.setdefault(cells[0], cells[1])
            elif not cells[3].isdecimal():
                return None
            else:
                items.append(Shown(cells[1], cells[2], int(cells[3]), *cells[4:7]))
        if facts.get("format") != FORMAT or not facts.get("snapshots", "").isdecimal():
            return None
        known = {name: facts.get(name, "") for name in ("round", "unit", "version", "lang", "signature")}
        return cls(snapshots=int(facts["snapshots"]), items=tuple(items), **known)

    def by_series(self) -> dict[str, Shown]:
        """{series: the row as it was made}."""
        return {item.series: item for item in self.items}


def cells_of(item: Item, lang: str) -> dict[str, str]:
    """{column: words} of the cells that are filled in, as they stand in a fresh workbook."""
    return {
        "value": item.raw[:LONGEST],
        "missing": missing_words(item.missing, lang),
        "explanation": item.explanation[:LONGEST],
    }


def missing_words(code: str, lang: str) -> str:
    """The words of a missing code; empty where nothing is entered."""
    return say(lang, f"collection.missing.{code}") if code in CODES else ""


def missing_of(words: str) -> str | None:
    """The code for what stands in the column of codes, in any language; None where it is none."""
    wanted = folded(words)
    for code in CODES:
        if wanted in {folded(missing_words(code, lang)) for lang in languages()} | {str(code)}:
            return str(code)
    return None


def is_delete(words: str) -> bool:
    """True for the word that empties a cell."""
    return folded(words) in {folded(say(lang, "workbook.delete")) for lang in languages()}


def folded(words: str) -> str:
    """Words as they compare: one form, one case, single blanks."""
    return " ".join(unicodedata.normalize("NFC", words).casefold().split())


def plain(words: Any) -> str:
    """A cell's words as they are kept: one form, one kind of line break, no blanks around."""
    text = unicodedata.normalize("NFC", str(words)).replace("_x000D_", "")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def mark(words: str) -> str:
    """A short digest of what a cell says."""
    return sha256(plain(words).encode())[:16] if plain(words) else ""
