"""How a method is written in a recipe: its policies, what may stand in each, and the value they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_LARGEST = 1e300  # beyond it arithmetic runs over


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy of a method: a number, one of several words, a text, yes or no, or a list of any of them.

    `says` is its meaning in one English line, for the reference pages.
    """

    words: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    above: bool = False  # `low` itself is not allowed
    text: bool = False
    yes: bool = False  # true or false
    many: bool = False
    says: str = ""

    @property
    def allowed(self) -> str:
        """What may stand there, for a fault's text."""
        one = self._one
        return f"[{one}, …]" if self.many else one

    @property
    def _one(self) -> str:
        if self.words:
            return ", ".join(f'"{word}"' for word in self.words)
        if self.yes:
            return "true, false"
        if self.text:
            return '"…"'
        if self.low is not None and self.high is not None:
            return f"{self.low:g} … {self.high:g}"
        if self.low is not None:
            return f"{'>' if self.above else '≥'} {self.low:g}"
        return "0, 1, 2, 3 …" if self.whole else "0, 1, 2.5, -3 …"

    def accepts(self, value: object) -> bool:
        """True when `value` may stand there."""
        if self.many:
            return isinstance(value, list) and bool(value) and all(map(self._accepts, value))
        return self._accepts(value)

    def _accepts(self, value: object) -> bool:
        if self.words:
            return value in self.words
        if self.yes:
            return isinstance(value, bool)
        if self.text:
            return isinstance(value, str) and bool(value.strip())
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            return False
        if value != value or abs(value) > _LARGEST:
            return False
        if self.above and self.low is not None and value <= self.low:
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


# A key that does not go with the others, and what would: ("lower", "> 0 (log)"); or three names: the key,
# and the two of which the first must be below the second: ("upper", "lower", "upper").
Misfit = tuple[str, str] | tuple[str, str, str]


def _nothing(_: Mapping[str, Any]) -> Iterable[Misfit]:
    return ()


def _none(_: Mapping[str, Any]) -> Mapping[str, Policy]:
    return {}


def ascending(low: str, high: str) -> Callable[[Mapping[str, Any]], Iterable[Misfit]]:
    """A check that one policy is below another."""

    def check(values: Mapping[str, Any]) -> Iterable[Misfit]:
        if not values[low] < values[high]:
            yield high, low, high

    return check


@dataclass(frozen=True, slots=True)
class Spec:
    """A method of a step.

    `make` builds its value from the policies by keyword; `policies` must all be written; `also` names those
    that a value already written asks for, and `perhaps` the keys that another spelling of it would ask for;
    `optional` may be left out, and then take the default of the value's own field; `check` names keys whose
    values do not go together. `page` is the function of the
    engine that does the work, "normalise.minmax", where the reference pages take formula and source from.
    """

    make: Callable[..., Any]
    policies: Mapping[str, Policy] = field(default_factory=dict)
    optional: Mapping[str, Policy] = field(default_factory=dict)
    also: Callable[[Mapping[str, Any]], Mapping[str, Policy]] = _none
    perhaps: tuple[str, ...] = ()
    check: Callable[[Mapping[str, Any]], Iterable[Misfit]] = _nothing
    page: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every key that the method may have, in whatever spelling of it."""
        return (*self.policies, *self.optional, *self.perhaps)
