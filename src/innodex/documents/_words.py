"""The message catalogue: every sentence shown to a person, by key and language."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import Any

LOCALES = Path(__file__).parent / "locale"
FALLBACK = "en"


@cache
def languages() -> tuple[str, ...]:
    """The languages that the catalogue speaks."""
    return tuple(sorted(path.name for path in LOCALES.iterdir() if path.is_dir()))


@cache
def _catalogue(lang: str, domain: str) -> gettext.NullTranslations:
    path = LOCALES / lang / f"{domain}.mo"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: compile the catalogue with `make messages`.")
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def has(key: str) -> bool:
    """True when the catalogue has a sentence for `key`."""
    domain = key.partition(".")[0]
    if not (LOCALES / FALLBACK / f"{domain}.mo").exists():
        return False
    return _catalogue(FALLBACK, domain).gettext(key) != key


def say(lang: str, key: str, /, *, count: int | None = None, **values: Any) -> str:
    """The sentence `key` in `lang`, with `values` put in; `count` chooses the plural form.

    The word before the first dot of the key names the file of the catalogue.
    Raises KeyError for a key that no catalogue holds, so that a missing sentence is never published.
    """
    catalogue = _catalogue(lang if lang in languages() else FALLBACK, key.partition(".")[0])
    if count is None:
        sentence = catalogue.gettext(key)
    else:
        sentence = catalogue.ngettext(key, key, count)
        values["count"] = count
    if sentence == key:
        raise KeyError(f"no sentence {key!r} in {lang!r}")
    return sentence.format(**values) if values else sentence
