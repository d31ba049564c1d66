"""Speaking to a person at a terminal: results on standard output, everything else on standard error."""

from __future__ import annotations

import io
import re
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from innodex.documents import say

# Controls of C0 and C1 but for the line feed, and what turns the direction of writing.
_STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PATIENCE = 1.0  # seconds before a word about progress is due


class Misused(Exception):
    """The command line asks for something that cannot be; nothing was read or written."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values: dict[str, Any] = values
        super().__init__(key)


def make_streams_safe() -> None:
    """A terminal that cannot show a letter gets its number; no message dies of an accent."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def harmless(text: str) -> str:
    """The text with its control signs written out: what a file holds must not steer the terminal."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


@dataclass(slots=True)
class Console:
    """Says sentences of the catalogue in one language."""

    lang: str
    began: float = field(default_factory=time.monotonic)
    _shown: int = 0

    def say(self, key: str, *, count: int | None = None, **values: object) -> str:
        """The sentence in this console's language."""
        return say(self.lang, key, count=count, **values)

    def tell(self, key: str, *, count: int | None = None, **values: object) -> None:
        """A sentence on standard output."""
        self.line(self.say(key, count=count, **values))

    def line(self, text: str = "") -> None:
        """A line on standard output."""
        self.clear()
        print(harmless(text))

    def complain(self, key: str, *, count: int | None = None, **values: object) -> None:
        """A sentence on standard error."""
        self.complaint(self.say(key, count=count, **values))

    def complaint(self, text: str = "") -> None:
        """A line on standard error."""
        self.clear()
        print(harmless(text), file=sys.stderr)

    def step(self, key: str) -> None:
        """Say what is being done, once the work takes longer than a moment and somebody is watching."""
        if sys.stderr.isatty() and time.monotonic() - self.began > _PATIENCE:
            self.clear()
            words = self.say(key) + " …"
            self._shown = len(words)
            print(words, end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the word about progress away."""
        if self._shown:
            print("\r" + " " * self._shown + "\r", end="", file=sys.stderr, flush=True)
            self._shown = 0
