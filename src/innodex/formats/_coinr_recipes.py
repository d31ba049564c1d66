"""The recipes of an import from COINr: a neutral one, and one for each family of parameters in iMeta."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Family:
    """Parameters that iMeta may give each indicator for one normalisation: {policy: its column}.

    `fixed` are policies that COINr has no column for; `switch` is (policy, column, word if true, if false).
    """

    name: str
    method: str
    columns: Mapping[str, str]
    fixed: tuple[str, ...] = ()
    switch: tuple[str, str, str, str] | None = None

    def policies(self, entry: Entry) -> tuple[str, ...]:
        """The lines of an exception; none where the indicator lacks a parameter."""
        given = {policy: entry.get(column) for policy, column in self.columns.items()}
        if not all(given.values()):
            return ()
        lines = [f"method = {literal(self.method)}"]
        for policy, words in given.items():
            value = number(words)
            # A word that is no number is refused where the recipe is read, and so traced to its cell.
            lines.append(f"{policy} = {literal(words if isinstance(value, str) else value)}")
        lines += self.fixed
        if self.switch is not None:
            policy, column, true, false = self.switch
            lines.append(f"{policy} = {true if entry.get(column).upper() in _TRUE else false}")
        return tuple(lines)


_TRUE = ("TRUE", "T", "1")
FAMILIES = (
    Family("minmax", "minmax", {"low": "minmax_lower", "high": "minmax_upper"}, ('constant = "missing"',)),
    Family(
        "zscore", "zscore", {"centre": "zscore_mean", "spread": "zscore_sd"},
        ('sd = "sample"', 'constant = "missing"'),
    ),
    Family(
        "scaled", "scaled",
        {"lower": "scaled_lower", "upper": "scaled_upper", "factor": "scale_factor"},
    ),
    Family(
        "goalposts", "goalposts",
        {"lower": "goalpost_lower", "upper": "goalpost_upper", "high": "goalpost_scale"},
        ('scale = "linear"', "low = 0"), ("cap", "goalpost_trunc2posts", '"both"', '"none"'),
    ),
    Family(
        "targets", "distance-to-target", {"target": "Target"}, ("factor = 1", 'met = "missing"'),
        ("cap", "dist2targ_cap_max", "true", "false"),
    ),
)  # fmt: skip
# Every column that a recipe is made of.
COLUMNS = frozenset(
    {column for family in FAMILIES for column in family.columns.values()}
    | {family.switch[1] for family in FAMILIES if family.switch}
)
_NEUTRAL = ('method = "minmax"', "low = 0", "high = 100", 'constant = "missing"')


def recipes(tree: Sequence[Entry], lang: str) -> dict[str, Written]:
    """{file: (TOML, {line: node})}: `recipe.toml`, the neutral one, and one per family that iMeta has."""
    written = {"recipe.toml": _recipe("neutral", tree, lang, {})}
    for family in FAMILIES:
        leaves = (entry for entry in tree if entry.kind == "Indicator")
        at = {entry.code: lines for entry in leaves if (lines := family.policies(entry))}
        if at:
            written[f"recipe-{family.name}.toml"] = _recipe(family.name, tree, lang, at)
    return written


def columns_of(file: str) -> dict[str, str]:
    """{policy: column of iMeta} of one of these recipes."""
    found = next((family for family in FAMILIES if file == f"recipe-{family.name}.toml"), None)
    return dict(found.columns) if found is not None else {}


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


def _recipe(name: str, tree: Sequence[Entry], lang: str, at: Mapping[str, Iterable[str]]) -> Written:
    lines = _Lines()
    lines.say(lang, f"exchange.coinr.{name}")
    lines.add("schema = 1")
    for one in ("vi", "en"):
        lines.add(f"title_{one} = {literal(say(one, f'exchange.coinr.{name}-title'))}")
    lines.add("", "[[steps]]", 'step = "normalise"', *_NEUTRAL)
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
