"""The recipes of an import from COINr: a neutral one, and one for each family of parameters in iMeta."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from innodex.documents import number, say
from innodex.formats._imported import remark
from innodex.formats._rows import key_of, literal


class Entry(Protocol):
    """A node of the tree, as iMeta has it."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> int: ...
    def get(self, column: str) -> str: ...


# A document, and which node each of its lines is about.
Written = tuple[str, dict[int, "Entry"]]


def recipes(tree: Sequence[Entry], lang: str) -> dict[str, Written]:
    """{file: (TOML, {line: node})}; `recipe.toml` is the neutral one."""
    return {"recipe.toml": _recipe("neutral", tree, lang, _NEUTRAL, {})}


_NEUTRAL = ('method = "minmax"', "low = 0", "high = 100", 'constant = "missing"')


class _Lines:
    """A document that grows line by line."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.about: dict[int, Entry] = {}

    def add(self, *lines: str, about: Entry | None = None) -> None:
        for line in lines:
            self.text.append(line)
            if about is not None:
                self.about[len(self.text)] = about

    def say(self, lang: str, key: str) -> None:
        self.text += remark(lang, key).splitlines()


def _recipe(
    name: str, tree: Sequence[Entry], lang: str, normalise: Iterable[str], at: Mapping[str, Iterable[str]]
) -> Written:
    lines = _Lines()
    lines.say(lang, f"exchange.coinr.{name}")
    lines.add("schema = 1")
    for one in ("vi", "en"):
        lines.add(f"title_{one} = {literal(say(one, f'exchange.coinr.{name}-title'))}")
    lines.add("", "[[steps]]", 'step = "normalise"', *normalise)
    by_code = {entry.code: entry for entry in tree}
    for code, policies in at.items():
        lines.add("", f"[steps.at.{key_of(code)}]", *policies, about=by_code[code])
    lines.add("", "[[steps]]", 'step = "weigh"', "weight = 1")
    weighed = [(entry, entry.get("Weight")) for entry in tree if entry.get("Parent")]
    given = [(entry, words) for entry, words in weighed if words and not isinstance(number(words), str)]
    if given:
        lines.add("", "[steps.at]")
    for entry, words in given:
        lines.add(f"{key_of(entry.code)} = {literal(number(words))}", about=entry)
    lines.add("", "[[steps]]", 'step = "aggregate"', 'method = "arithmetic"', 'missing = "available"')
    lines.add("minimum_share = 0", "", "[[steps]]", 'step = "rank"', 'ties = "min"', "significant = 12")
    return "\n".join([*lines.text, ""]), lines.about
