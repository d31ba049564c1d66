"""manifest.json: what an edition is, and the digest of every file in it."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from innodex.documents import Text, pretty, sha256
from innodex.edition._edition import Audience

MANIFEST = "manifest.json"
ARCHIVE = "edition.zip"
SCHEMA = 1

DIGEST = re.compile(r"[0-9a-f]{64}")
# No way out of the folder, and nothing that a file system of another kind reads differently.
_PART = re.compile(r"(?!\.{1,2}$)[^\x00-\x1f\\/:*?\"<>|\ud800-\udfff]+")
_LARGEST = 2**53  # bytes of a file: what every program reads exactly
_INPUTS = ("framework", "panel", "recipe", "territory")


class NotAnEdition(Exception):
    """The bytes are no manifest of ours. `reason` says what was found, `at` the key."""

    def __init__(self, reason: str, at: str = "") -> None:
        self.reason, self.at = reason, at
        super().__init__(f"{at}: {reason}" if at else reason)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an edition: the SHA-256 of its bytes in lower-case hexadecimal, and how many they are."""

    sha256: str
    size: int

    @classmethod
    def of(cls, data: bytes) -> Entry:
        """The entry of these bytes."""
        return cls(sha256(data), len(data))


@dataclass(frozen=True)
class Manifest:
    """What an edition says about itself; `inputs` are digests of framework, panel, recipe, territory."""

    id: str
    title: Text
    period: str
    languages: tuple[str, ...]
    audience: Audience
    date: datetime.date | None
    replaces: str | None
    synthetic: bool
    version: str
    inputs: Mapping[str, str]
    files: Mapping[str, Entry]

    def written(self) -> bytes:
        """The bytes of manifest.json; their SHA-256 is the edition's digest."""
        return pretty(
            {
                "schema": SCHEMA,
                "id": self.id,
                "title": self.title.as_dict(),
                "period": self.period,
                "languages": list(self.languages),
                "audience": self.audience.value,
                "date": None if self.date is None else self.date.isoformat(),
                "replaces": self.replaces,
                "synthetic": self.synthetic,
                "version": self.version,
                "inputs": dict(self.inputs),
                "files": {
                    path: {"sha256": entry.sha256, "size": entry.size}
                    for path, entry in sorted(self.files.items())
                },
            }
        )

    @classmethod
    def read(cls, data: bytes) -> Manifest:
        """The manifest in these bytes. Raises NotAnEdition for anything that we would not have written so."""
        try:
            content = json.loads(data, object_pairs_hook=_no_repetition)
        except (ValueError, RecursionError) as error:
            raise NotAnEdition(str(error)) from error
        manifest = cls(**_Reader(content).fields())
        try:
            written = manifest.written()
        except UnicodeEncodeError as error:
            raise NotAnEdition("half a letter") from error
        if written != data:
            raise NotAnEdition("form")
        return manifest


def _no_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that stands twice would be read differently by different programs."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


class _Reader:
    """Takes each key of the document and insists on its type."""

    def __init__(self, content: object) -> None:
        if not isinstance(content, dict):
            raise NotAnEdition("no-table")
        self.content: dict[str, Any] = content

    def fields(self) -> dict[str, Any]:
        if self.take("schema", int) != SCHEMA:
            raise NotAnEdition(repr(self.content["schema"]), "schema")
        return {
            "id": self.word("id", r"[a-z0-9]+(-[a-z0-9]+)*"),
            "title": Text(tuple(self.words("title", self.take("title", dict)))),
            "period": self.take("period", str),
            "languages": self.languages(),
            "audience": Audience(self.word("audience", "|".join(Audience))),
            "date": self.date(),
            "replaces": None if self.absent("replaces") else self.word("replaces", DIGEST.pattern),
            "synthetic": self.take("synthetic", bool),
            "version": self.word("version", r"[0-9A-Za-z.+-]{1,40}"),
            "inputs": dict(self.words("inputs", self.take("inputs", dict))),
            "files": self.files(),
        }

    def absent(self, key: str) -> bool:
        return key in self.content and self.content[key] is None

    def take(self, key: str, kind: type) -> Any:
        value = self.content.get(key)
        if type(value) is not kind:
            raise NotAnEdition(repr(value)[:80], key)
        return value

    def word(self, key: str, pattern: str) -> str:
        value: str = self.take(key, str)
        if not re.fullmatch(pattern, value):
            raise NotAnEdition(repr(value)[:80], key)
        return value

    def words(self, key: str, table: dict[str, Any]) -> list[tuple[str, str]]:
        if not all(type(value) is str for value in table.values()):
            raise NotAnEdition(repr(table)[:80], key)
        return list(table.items())

    def languages(self) -> tuple[str, ...]:
        spoken = self.take("languages", list)
        if not spoken or not all(type(lang) is str and re.fullmatch("[a-z]{2,3}", lang) for lang in spoken):
            raise NotAnEdition(repr(spoken)[:80], "languages")
        return tuple(spoken)

    def date(self) -> datetime.date | None:
        if self.absent("date"):
            return None
        try:
            return datetime.date.fromisoformat(self.take("date", str))
        except ValueError as error:
            raise NotAnEdition(repr(self.content["date"])[:80], "date") from error

    def files(self) -> dict[str, Entry]:
        table = self.take("files", dict)
        found = {}
        for path, entry in table.items():
            if not is_safe(path) or path in (MANIFEST, ARCHIVE):
                raise NotAnEdition(repr(path)[:80], "files")
            if not isinstance(entry, dict) or set(entry) != {"sha256", "size"}:
                raise NotAnEdition(repr(entry)[:80], path)
            known = _Reader(entry)
            if not 0 <= known.take("size", int) <= _LARGEST:
                raise NotAnEdition(repr(entry["size"])[:80], path)
            found[path] = Entry(known.word("sha256", DIGEST.pattern), entry["size"])
        return found


def is_safe(path: str) -> bool:
    """True for a relative path that stays in its folder on every file system."""
    return bool(path) and all(_PART.fullmatch(part) for part in path.split("/"))
