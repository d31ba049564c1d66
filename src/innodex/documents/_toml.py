"""Reading a TOML document so that every key knows its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from innodex.documents._fault import Fault, nearest

Path = tuple[str | int, ...]
_HEADER = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(
    r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*="
)
_PART = re.compile(r"[A-Za-z0-9_-]+|\"([^\"]*)\"|'([^']*)'")
_KINDS = {
    "text": str,
    "number": (int, float),
    "yes-no": bool,
    "list": list,
    "table": dict,
    "whole-number": int,
}


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(m.group(1) or m.group(2) or m.group(0) for m in _PART.finditer(dotted))


def _lines(text: str) -> dict[Path, int]:
    """The line of every header and key; arrays of tables carry their number in the path."""
    found: dict[Path, int] = {(): 1}
    counts: dict[tuple[str, ...], int] = {}
    prefix: Path = ()
    inside = 0  # open brackets of a value that runs over several lines
    for number, line in enumerate(text.splitlines(), start=1):
        if inside > 0:
            inside += _open(line)
            continue
        if header := _HEADER.match(line):
            prefix = _enter(_parts(header.group(2)), header.group(1) == "[[", counts)
            found.setdefault(prefix, number)
        elif key := _KEY.match(line):
            path = prefix + _parts(key.group(1))
            found.setdefault(path, number)
            inside = _open(line[key.end() :])
    return found


def _open(line: str) -> int:
    bare = re.sub(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*", "", line)
    return bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")


def _enter(names: tuple[str, ...], array: bool, counts: dict[tuple[str, ...], int]) -> Path:
    if array:
        counts[names] = counts.get(names, -1) + 1
    path: list[str | int] = []
    for depth, name in enumerate(names, start=1):
        path.append(name)
        if names[:depth] in counts:
            path.append(counts[names[:depth]])
    return tuple(path)


@dataclass(slots=True)
class Document:
    """A parsed TOML document: its content, the line of each key, and the faults found in it.

    `sound` is False when the text could not be parsed at all.
    """

    file: str
    content: dict[str, Any] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    sound: bool = True

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest table around it that is written."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, kind: str, path: Path, **values: object) -> None:
        """Note a fault at the key `path`."""
        names = [part for part in path if isinstance(part, str)]
        self.faults.append(Fault(kind, self.file, self.line(path), names[-1] if names else None, values))

    def table(self, path: Path) -> dict[str, Any]:
        """The table at `path`, empty when absent or not a table."""
        here: Any = self.content
        for part in path:
            try:
                here = here[part]
            except (KeyError, IndexError, TypeError):
                return {}
        return here if isinstance(here, dict) else {}

    def allow(self, path: Path, known: tuple[str, ...], kind: str = "unknown-key") -> None:
        """Note each key of the table at `path` that is not known."""
        for key in self.table(path):
            if key not in known:
                near = nearest(key, known) or "–"
                self.fault(kind, (*path, key), found=key, near=near, known=", ".join(known))

    def value(self, path: Path, kind: str, default: Any = None) -> Any:
        """The value at `path` if it is of `kind`; else `default`, with a fault for a wrong type."""
        table, key = self.table(path[:-1]), path[-1]
        if key not in table:
            return default
        value = table[str(key)]
        wanted = _KINDS[kind]
        right = isinstance(value, wanted) and (kind == "yes-no" or not isinstance(value, bool))  # type: ignore[arg-type]
        if kind == "number" and right and value != value:
            right = False
        if not right:
            self.fault("wrong-type", path, found=repr(value), allowed=kind)
            return default
        return value


def read_toml(data: bytes, file: str) -> Document:
    """The document in `data`; what cannot be parsed is a fault with its line."""
    document = Document(file)
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        document.faults.append(Fault("not-utf8", file, row, None, {"found": "Latin-1"}))
        document.sound = False
        return document
    if not text.strip():
        document.faults.append(Fault("empty-file", file))
        document.sound = False
        return document
    try:
        document.content = tomllib.loads(text.replace("\r\n", "\n"))
        document.lines = _lines(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        row = int(place.group(1)) if place else text.count("\n") + 1
        reason = re.sub(r"\s*\(at .*\)", "", str(error))
        document.faults.append(Fault("broken-toml", file, row, None, {"reason": reason}))
        document.sound = False
    return document
