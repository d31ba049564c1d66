"""Text in several languages, and the Vietnamese order of names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in several languages.

    >>> Text.of({"vi": "Cả nước", "en": "Whole country"}).get("en")
    'Whole country'
    """

    versions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, versions: Mapping[str, str]) -> Text:
        """Text from {language: words}; blank versions are left out."""
        return cls(tuple((lang, words.strip()) for lang, words in versions.items() if words.strip()))

    def get(self, lang: str) -> str:
        """The words in `lang`; where that is not written, those in the first language that is."""
        for known, words in self.versions:
            if known == lang:
                return words
        return self.versions[0][1] if self.versions else ""

    def as_dict(self) -> dict[str, str]:
        """{language: words}, in the order written."""
        return dict(self.versions)

    def __bool__(self) -> bool:
        return bool(self.versions)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.versions)


# Vietnamese tone marks, in the order CLDR gives them: huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
# Marks that make another letter: breve, circumflex, horn.
_LETTERS = {"\u0306": 1, "\u0302": 2, "\u031b": 3}
_STROKED = {"đ": "d", "ø": "o", "ł": "l"}


def sort_key(words: str, lang: str = "vi") -> tuple[object, ...]:
    """A key that sorts names as CLDR orders them in `lang`: Đ after D, Ơ after Ô, tones only as a tie-break.

    >>> sorted(["Đà Nẵng", "Hà Nội", "Điện Biên", "Dak"], key=sort_key)
    ['Dak', 'Đà Nẵng', 'Điện Biên', 'Hà Nội']
    """
    letters: list[tuple[str, int]] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFD", words.casefold()):
        if char in _TONES:
            if lang == "vi" and tones:
                tones[-1] = _TONES[char]
            continue
        if char in _LETTERS:
            if lang == "vi" and letters:
                letters[-1] = (letters[-1][0], _LETTERS[char])
            continue
        if unicodedata.combining(char) or not (char.isalnum() or char == " "):
            continue
        letters.append((_STROKED.get(char, char), 1 if lang == "vi" and char in _STROKED else 0))
        tones.append(0)
    return (tuple(letters), tuple(tones), words)


def without_marks(words: str) -> str:
    """Lower-case words without any mark, for searching and comparing spellings.

    >>> without_marks("Đà  Nẵng")
    'da nang'
    """
    plain = unicodedata.normalize("NFD", words.casefold())
    kept = "".join(_STROKED.get(c, c) for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())
