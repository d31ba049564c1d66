"""Reading a TOML document so that every key knows its line."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from innodex.documents._decode import bad_line, decoded, encoding
from innodex.documents._fault import Fault, Word, nearest
from innodex.documents._reason import reason

Path = tuple[str | int, ...]
_KINDS = {
    "text": str,
    "number": (int, float),
    "yes-no": bool,
    "list": list,
    "table": dict,
    "whole-number": int,
}
_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_PART = re.compile(r"[A-Za-z0-9_-]+|\"(?:\\.|[^\"\\])*\"|'[^']*'")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""+|' + r"'''.*?'''+|" + r'"(?:\\.|[^"\\])*"|' + r"'[^']*'", re.DOTALL
)
_PLAIN = re.compile(r"[^,\]}\n#]*")


class _Places:
    """Finds the line of every header, key and list item in a text that is known to be good TOML."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.starts = [match.end() for match in re.finditer("\n", text)]
        self.found: dict[Path, int] = {(): 1}
        self.counts: dict[tuple[str, ...], int] = {}

    def lines(self) -> dict[Path, int]:
        """The line of each path; arrays carry the number of the item in the path."""
        prefix: Path = ()
        while self._pass(_BLANK) < len(self.text):
            if self.text[self.at] == "[":
                prefix = self._header()
            else:
                self._pair(prefix)
        return self.found

    def _pass(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def _note(self, path: Path) -> None:
        line = bisect_right(self.starts, self.at) + 1
        for depth in range(1, len(path) + 1):
            self.found.setdefault(path[:depth], line)

    def _name(self) -> tuple[str, ...]:
        parts: list[str] = []
        while not parts or self.text[self.at] == ".":
            self.at += bool(parts)
            self._pass(_SPACE)
            start = self.at
            raw = self.text[start : self._pass(_PART)]
            parts.append(tomllib.loads(f"k={raw}")["k"] if raw[0] in "\"'" else raw)
            self._pass(_SPACE)
        return tuple(parts)

    def _header(self) -> Path:
        array = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 1 + array
        names = self._name()
        if array:
            self.counts[names] = self.counts.get(names, -1) + 1
            for longer in [one for one in self.counts if one != names and one[: len(names)] == names]:
                del self.counts[longer]  # arrays within the new item begin again
        path: list[str | int] = []
        for depth, name in enumerate(names, start=1):
            path.append(name)
            if names[:depth] in self.counts:
                path.append(self.counts[names[:depth]])
        end, self.at = self.at + 1 + array, start
        self._note(tuple(path))
        self.at = end
        return tuple(path)

    def _pair(self, prefix: Path) -> None:
        start = self.at
        path = prefix + self._name()
        end, self.at = self.at + 1, start
        self._note(path)
        self.at = end
        self._pass(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self.text[self.at]
        if opening in "\"'":
            self._pass(_STRING)
        elif opening in "[{":
            self._inside(path, opening)
        else:
            self._pass(_PLAIN)

    def _inside(self, path: Path, opening: str) -> None:
        self.at += 1
        count = 0
        while self.text[self._pass(_BLANK)] not in "]}":
            if opening == "[":
                self._note((*path, count))
                self._value((*path, count))
                count += 1
            else:
                self._pair(path)
            self._pass(_BLANK)
            self.at += self.text[self.at] == ","
        self.at += 1


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
    unread: set[str] = field(default_factory=set)  # first words of the paths whose values could not be used
    _meant: dict[Path, Path] = field(default_factory=dict)  # where a known key was written otherwise

    def _written(self, path: Path) -> Path:
        for depth in range(1, len(path) + 1):
            if path[:depth] in self._meant:
                path = self._meant[path[:depth]] + path[depth:]
        return path

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest table around it that is written."""
        path = self._written(path)
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, kind: str, path: Path, **values: object) -> None:
        """Note a fault at the key `path`; a key that is not written stands where its table does."""
        names = [part for part in path if isinstance(part, str)]
        self.faults.append(Fault(kind, self.file, self.line(path), names[-1] if names else None, values))

    def table(self, path: Path) -> dict[str, Any]:
        """The table at `path`, empty when absent or not a table."""
        here: Any = self.content
        for part in self._written(path):
            try:
                here = here[part]
            except (KeyError, IndexError, TypeError):
                return {}
        return here if isinstance(here, dict) else {}

    def allow(self, path: Path, known: tuple[str, ...], kind: str = "unknown-key") -> frozenset[str]:
        """Note each key of the table at `path` that is not known; the result: what they probably mean.

        What such a key holds is then read as if it were rightly named, so that one slip is one fault.
        """
        table = self.table(path)
        meant: set[str] = set()
        for key in table:
            if key not in known:
                near = nearest(key, [name for name in known if name not in table])
                if near:
                    meant.add(near)
                    self._meant[(*path, near)] = (*path, key)
                self.fault(kind, (*path, key), found=key, near=near or "–", known=", ".join(known))
        return frozenset(meant)

    def raw(self, path: Path, default: Any = None) -> Any:
        """Whatever stands at the key `path`."""
        path = self._written(path)
        return self.table(path[:-1]).get(str(path[-1]), default)

    def value(self, path: Path, kind: str, default: Any = None) -> Any:
        """The value at `path` if it is of `kind`; else `default`, with a fault for a wrong type."""
        path = self._written(path)
        table, key = self.table(path[:-1]), path[-1]
        if key not in table:
            return default
        value = table[str(key)]
        wanted = _KINDS[kind]
        right = isinstance(value, wanted) and (kind == "yes-no" or not isinstance(value, bool))  # type: ignore[arg-type]
        if kind == "number" and right and value != value:
            right = False
        if not right:
            self.refuse(path, value, Word(f"faults.type.{kind}"))
            return default
        return value

    def words(self, path: Path, default: list[str]) -> list[str]:
        """The list of texts at `path`; an item that is not a text is a fault and left out."""
        found: list[str] = []
        for at, item in enumerate(self.value(path, "list", default)):
            if isinstance(item, str):
                found.append(item)
            else:
                self.refuse((*path, at), item, Word("faults.type.text"))
        return found

    def refuse(self, path: Path, value: object, allowed: str) -> None:
        """Note that the value at `path` is not of a kind that fits."""
        self.unread.add(str(path[0]))
        self.fault("wrong-type", path, found=as_written(value), allowed=allowed)


def as_written(value: object) -> str:
    """A value about as the document has it."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_written, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_toml(data: bytes, file: str) -> Document:
    """The document in `data`; what cannot be parsed is a fault with its line."""
    document = Document(file)
    if (bad := bad_line(data)) is not None:
        document.faults.append(Fault("not-utf8", file, bad, None, {"found": encoding(data)}))
    elif not (text := decoded(data).replace("\r\n", "\n")).strip():
        document.faults.append(Fault("empty-file", file))
    else:
        try:
            document.content = tomllib.loads(text)
            document.lines = _Places(text).lines()
        except (ValueError, RecursionError) as error:  # beside its own error tomllib lets these through
            document.faults.append(_broken(text, file, str(error)))
    document.sound = not document.faults
    return document


def _broken(text: str, file: str, message: str) -> Fault:
    place = re.search(r"\(at line (\d+)", message)
    row = int(place.group(1)) if place else text.rstrip().count("\n") + 1
    return Fault("broken-toml", file, row, None, {"reason": reason(re.sub(r"\s*\(at .*\)", "", message))})
