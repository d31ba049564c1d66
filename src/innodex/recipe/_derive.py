"""The step `derive`: nodes that a formula makes of other nodes and of series."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from innodex.documents import Text
from innodex.recipe._rank import ROUNDING, SIGNIFICANT, TIES, Ranking
from innodex.recipe._spec import Policy, Spec

# {function: the least and the most arguments}; 0: any number.
FUNCTIONS = {
    "min": (1, 0), "max": (1, 0), "mean": (1, 0), "clip": (3, 3),
    "abs": (1, 1), "sqrt": (1, 1), "ln": (1, 1), "log10": (1, 1), "exp": (1, 1),
    "half_even": (2, 2), "half_up": (2, 2),
}  # fmt: skip
# What may be taken of a name where it does not speak for itself.
KINDS = ("score", "raw", "series")
_LONGEST, _DEEPEST = 2000, 40
# A number, a name in brackets, a plain name or a sign.
_TOKEN = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\[\s*([^\]\[]+?)\s*\]|([^\W\d]\w*)|([-+*/^(),]))"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Reference:
    """A name: of a node or of a series. `kind` says what is taken of it; blank where the name must tell."""

    kind: Literal["", "score", "raw", "series"]
    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator ("+", "-", "*", "/", "^") or a function of its operands; "-" of one is its negative."""

    sign: str
    operands: tuple[Expression, ...]


Expression = Number | Reference | Operation


class Unreadable(Exception):
    """A formula that cannot be read from the character `place` on (the first is 1)."""

    def __init__(self, place: int, rest: str) -> None:
        self.place, self.rest = place, rest
        super().__init__(f"{place}: {rest}")


def parse(formula: str) -> Expression:
    """What a formula says. Raises Unreadable.

    >>> parse("a + [2.1] * 3")
    Operation(sign='+', operands=(Reference(kind='', name='a'), Operation(sign='*', \
operands=(Reference(kind='', name='2.1'), Number(value=3.0)))))
    """
    return _Parser(formula).whole()


def references(expression: Expression) -> tuple[Reference, ...]:
    """Every name in a formula, once, in order."""
    match expression:
        case Reference():
            return (expression,)
        case Operation(_, operands):
            return tuple(dict.fromkeys(one for operand in operands for one in references(operand)))
        case _:
            return ()


class _Parser:
    """Reads by precedence: ^ before a sign, a sign before * and /, these before + and -."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0
        if len(text) > _LONGEST:
            raise Unreadable(_LONGEST + 1, "…")

    def whole(self) -> Expression:
        found = self._sum()
        if self.text[self.at :].strip():
            raise self._wrong()
        return found

    def _wrong(self) -> Unreadable:
        rest = self.text[self.at :]
        start = self.at + len(rest) - len(rest.lstrip())
        return Unreadable(start + 1, rest.strip()[:20] or "∅")

    def _next(self) -> re.Match[str] | None:
        return _TOKEN.match(self.text, self.at)

    def _takes(self, signs: str) -> str:
        """The next sign if it is one of these, which is then behind us; else blank."""
        token = self._next()
        if token is None or token[4] is None or token[4] not in signs:
            return ""
        self.at = token.end()
        return str(token[4])

    def _needs(self, sign: str) -> None:
        if not self._takes(sign):
            raise self._wrong()

    def _sum(self) -> Expression:
        found = self._product()
        while sign := self._takes("+-"):
            found = Operation(sign, (found, self._product()))
        return found

    def _product(self) -> Expression:
        found = self._signed()
        while sign := self._takes("*/"):
            found = Operation(sign, (found, self._signed()))
        return found

    def _signed(self) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self._wrong()
        found = Operation("-", (self._signed(),)) if self._takes("-") else self._power()
        self.depth -= 1
        return found

    def _power(self) -> Expression:
        base = self._atom()
        return Operation("^", (base, self._signed())) if self._takes("^") else base

    def _atom(self) -> Expression:
        if self._takes("("):
            found = self._sum()
            self._needs(")")
            return found
        token = self._next()
        if token is None or token[4] is not None:
            raise self._wrong()
        start, self.at = self.at, token.end()
        if token[1] is not None:
            return Number(float(token[1]))
        if token[2] is not None:
            return Reference("", token[2])
        if not self._takes("("):
            return Reference("", token[3])
        if token[3] in KINDS:
            return self._named(token[3])
        if token[3] not in FUNCTIONS:
            self.at = start
            raise self._wrong()
        return self._called(token[3], start)

    def _named(self, kind: Any) -> Reference:
        token = self._next()
        name = token and (token[2] or token[3] or token[1])
        if token is None or not name:
            raise self._wrong()
        self.at = token.end()
        self._needs(")")
        return Reference(kind, name)

    def _called(self, name: str, start: int) -> Operation:
        operands = [self._sum()]
        while self._takes(","):
            operands.append(self._sum())
        self._needs(")")
        least, most = FUNCTIONS[name]
        if len(operands) < least or (most and len(operands) > most) or not _rounds(name, operands):
            self.at = start
            raise self._wrong()
        return Operation(name, tuple(operands))


def _rounds(name: str, operands: list[Expression]) -> bool:
    """False for a rounding to anything but a number of decimals from 0 to 15."""
    if name not in ("half_even", "half_up"):
        return True
    decimals = operands[1]
    return isinstance(decimals, Number) and decimals.value in range(16)


@dataclass(frozen=True, slots=True)
class Derivation:
    """A node made by a formula. `better` says how it is ranked; `decimals`, if given, rounds its values.

    Ranks are those of the rounded values or, without `decimals`, of values rounded to `significant` digits.
    """

    code: str
    formula: str
    better: Literal["higher", "lower", "none"]
    ties: Literal["min", "max", "dense", "mean"] | None = None
    significant: int | None = None
    decimals: int | None = None
    rounding: Literal["half-even", "half-up"] | None = None
    name_vi: str = ""
    name_en: str = ""

    @property
    def name(self) -> Text:
        """Its name; its code where none is written."""
        return Text.of({"vi": self.name_vi, "en": self.name_en}) or Text.of({"vi": self.code})

    @property
    def expression(self) -> Expression:
        """What the formula says."""
        return parse(self.formula)

    @property
    def ranking(self) -> Ranking | None:
        """How it is ranked; None where it is not."""
        if self.ties is None or self.better == "none":
            return None
        return Ranking(self.ties, self.significant, self.decimals, self.rounding)


def _made(**values: Any) -> Any:
    return partial(Derivation, **values)


def _also(values: Mapping[str, Any]) -> Mapping[str, Policy]:
    ranked = values.get("better") in ("higher", "lower")
    asked = {"ties": TIES} if ranked else {}
    if "decimals" in values:
        return {**asked, "rounding": ROUNDING}
    return {**asked, "significant": SIGNIFICANT} if ranked else asked


METHODS: Mapping[str, Spec] = {
    "formula": Spec(
        _made,
        {
            "formula": Policy(text=True, says="how the node is made of nodes and series"),
            "better": Policy(
                ("higher", "lower", "none"),
                says="whether the highest or the lowest value ranks first, or none",
            ),
        },
        {
            "decimals": Policy(
                low=0, high=15, whole=True, says="round the values themselves to this many decimals"
            ),
            "name_vi": Policy(text=True, says="the name in Vietnamese"),
            "name_en": Policy(text=True, says="the name in English"),
        },
        also=_also,
        perhaps=("ties", "significant", "rounding"),
    ),
}
