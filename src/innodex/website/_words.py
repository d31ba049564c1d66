"""One language of one edition: sentences, names and numbers as its pages show them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from innodex.documents import Text, has, languages, say, shown, shown_date, shown_short
from innodex.edition import Edition
from innodex.result import Flag

# Kinds of unit that go by one general word.
_LOCAL = frozenset({"province", "city", "municipality", "district", "town", "commune", "county", "locality"})

_SHORT_CODE = 7


def noun_of(edition: Edition) -> str:
    """The word for what is measured: "country", "locality", or "unit" where kinds are mixed or unknown."""
    known = edition.territory.by_code
    kinds = {known[code].kind for code in edition.result.units}
    if kinds == {"country"}:
        return "country"
    return "locality" if kinds and kinds <= _LOCAL else "unit"


class Words:
    """Everything that depends on the language; sentences without values are looked up once."""

    def __init__(self, lang: str, edition: Edition) -> None:
        self.lang = lang
        self.edition = edition
        self._known: dict[str, str] = {}
        noun = noun_of(edition)
        self.unit = say(lang, f"site.noun.{noun}.one")
        self.units = say(lang, f"site.noun.{noun}.many")
        self.title = edition.title.get(lang)
        # Codes that are whole words say what the name says again, and push it out of its column.
        self.short_codes = max(len(node.code) for node in edition.framework.nodes) <= _SHORT_CODE
        self.period = self.period_words(edition.period)
        self.period_head = self.t("site.column.year" if _is_year(edition.period) else "site.column.period")
        self.synthetic = self.t("site.synthetic.short") if edition.synthetic else ""
        self.missing = Markup('<span aria-hidden="true">–</span><span class="v">{}</span>').format(
            self.t("site.missing")
        )
        self.unranked = Markup('<span aria-hidden="true">–</span><span class="v">{}</span>').format(
            self.t("site.unranked")
        )
        self.not_applicable = Markup('<span class="na">{}</span>').format(self.t("site.not-applicable"))

    def t(self, key: str, **values: Any) -> str:
        """The sentence `key`, with values put in as they are."""
        if values:
            return say(self.lang, key, unit=self.unit, units=self.units, **values)
        if key not in self._known:
            self._known[key] = say(self.lang, key, unit=self.unit, units=self.units)
        return self._known[key]

    def m(self, key: str, **values: Any) -> Markup:
        """The same, where values may be pieces of a page; everything else is escaped."""
        sentence = say(self.lang, key)
        return Markup.escape(sentence).format(unit=self.unit, units=self.units, **values)

    def name(self, text: Text) -> str:
        """Words in this language, or in the first that is written."""
        return text.get(self.lang)

    def level(self, level: str, form: str) -> str:
        """The word for a level of the tree; a word of the tree's own stands for itself."""
        if has(f"site.level.{level}.{form}"):
            return self.t(f"site.level.{level}.{form}")
        return self.t(f"site.level.other.{form}")

    def level_name(self, level: str) -> str:
        """A level within a sentence; a word of the tree's own as it stands."""
        if has(f"site.level.{level}.one"):
            said = self.t(f"site.level.{level}.one")
            return said[:1].lower() + said[1:]
        return level

    def label(self, code: str) -> str:
        """A node by its code and name; by its name where codes are words."""
        name = self.name(self.edition.framework.by_code[code].name) or code
        return f"{code} {name}" if self.short_codes and name != code else name

    def period_words(self, period: str) -> str:
        """A period as said within a sentence."""
        return self.t("site.period.year" if _is_year(period) else "site.period.other", period=period)

    def number(self, value: float, decimals: int) -> str:
        """A number with this many decimals and a true minus sign."""
        return shown(value, self.lang, decimals).replace("-", "\u2212")

    def score(self, value: float) -> str:
        """A score with the decimals of the edition; empty for missing."""
        return "" if math.isnan(value) else self.number(value, self.edition.decimals)

    def plain(self, value: float) -> str:
        """A figure in its shortest readable form; empty for missing."""
        if math.isnan(value):
            return ""
        return shown_short(value, self.lang).replace("-", "\u2212")

    def figure(self, value: float) -> str:
        """A measured figure: whole numbers whole, others to four significant digits; empty for missing."""
        if math.isnan(value):
            return ""
        return shown_short(value, self.lang, 4).replace("-", "\u2212")

    def percent(self, share: float, decimals: int = 1) -> str:
        """A share as a percentage."""
        return self.t("site.percent", number=self.number(100 * share, decimals))

    def size(self, size: int) -> str:
        """A file size."""
        if size < 1000:
            return self.t("site.size.bytes", number=size)
        if size < 999_500:
            return self.t("site.size.kilobytes", number=self.number(size / 1000, 0 if size >= 9950 else 1))
        return self.t("site.size.megabytes", number=self.number(size / 1e6, 1))

    def date(self) -> str:
        """The date of the edition, or nothing."""
        return shown_date(self.edition.date, self.lang) if self.edition.date else ""

    def flags(self, flags: int) -> str:
        """What a reader should know of a figure, in words."""
        return ", ".join(self.t(f"site.flag.{flag.name.lower()}") for flag in Flag(flags) if flag.name)

    def joined(self, words: Iterable[str]) -> str:
        """A list as said in a sentence."""
        listed = list(words)
        if len(listed) < 2:
            return "".join(listed)
        return self.t("site.and", first=", ".join(listed[:-1]), last=listed[-1])

    def others(self) -> list[tuple[str, str]]:
        """(code, own name) of the other languages of the edition."""
        spoken = [lang for lang in self.edition.languages if lang in languages() and lang != self.lang]
        return [(lang, say(lang, "site.language")) for lang in spoken]


def _is_year(period: str) -> bool:
    return len(period) == 4 and period.isdigit()


def capital(words: str) -> str:
    """The same words with a capital at the beginning of a sentence."""
    return words[:1].upper() + words[1:]
