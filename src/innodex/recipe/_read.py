"""Reading a recipe document: every step, every policy, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from innodex.documents import Document, Fault, Text, as_written, nearest, read_toml
from innodex.recipe._recipe import (
    Aggregation,
    AsIs,
    Goalposts,
    MinMax,
    Normalisation,
    Ranking,
    Recipe,
    ZScore,
)  # fmt: skip

_LARGEST = 1e300  # beyond it arithmetic runs over
_TITLE = re.compile(r"title_[a-z]{2,3}")
STEPS = ("normalise", "weigh", "aggregate", "rank")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy of a step: a number or one of several words, and whether it may be left out."""

    words: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False

    @property
    def allowed(self) -> str:
        """What may stand there, for a fault's text."""
        if self.words:
            return ", ".join(f'"{word}"' for word in self.words)
        if self.low is not None and self.high is not None:
            return f"{self.low:g} … {self.high:g}"
        return f"≥ {self.low:g}" if self.low is not None else "0, 1, 2.5, -3 …"

    def accepts(self, value: object) -> bool:
        """True when `value` may stand there."""
        if self.words:
            return value in self.words
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            return False
        if value != value or abs(value) > _LARGEST:
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


_NUMBER = Policy()
_CONSTANT = Policy(("missing", "middle"))
NORMALISE: Mapping[str, Mapping[str, Policy]] = {
    "minmax": {"low": _NUMBER, "high": _NUMBER, "constant": _CONSTANT},
    "goalposts": {
        "lower": _NUMBER, "upper": _NUMBER, "scale": Policy(("linear", "log")),
        "cap": Policy(("none", "low", "high", "both")), "low": _NUMBER, "high": _NUMBER,
    },
    "zscore": {
        "sd": Policy(("sample", "population")), "centre": _NUMBER, "spread": _NUMBER, "constant": _CONSTANT,
    },
    "none": {},
}  # fmt: skip
_MISSING = Policy(("available", "all"))
AGGREGATE: Mapping[str, Mapping[str, Policy]] = {
    "arithmetic": {"missing": _MISSING},
    "geometric": {"missing": _MISSING, "nonpositive": Policy(("missing", "zero"))},
    "sum": {"missing": _MISSING},
}
_SHARE = Policy(low=0, high=1)
_TIES = Policy(("min", "max", "dense", "mean"))
_SIGNIFICANT = Policy(low=1, high=15, whole=True)
_DECIMALS = Policy(low=0, high=15, whole=True)
_ROUNDING = Policy(("half-even", "half-up"))
_WEIGHT = Policy(low=0)
GROUPINGS = ("region",)
_KEYS = ("schema", "title_vi", "title_en", "steps")


@dataclass(slots=True)
class Reading:
    """What was read. `recipe` is None when faults keep it from being one.

    `draft` is then what could be made out all the same, for checking against a framework, and `spoiled`
    holds the (step, node code) of the exceptions whose policies are not known; the code is blank for the
    step itself.
    """

    recipe: Recipe | None = None
    draft: Recipe | None = None
    faults: list[Fault] = field(default_factory=list)
    spoiled: frozenset[tuple[str, str]] = frozenset()


Method = TypeVar("Method", Normalisation, Aggregation, Ranking)


class _Reader:
    def __init__(self, document: Document) -> None:
        self.doc = document
        self.at: dict[str, int] = {}
        self.spoiled: set[tuple[str, str]] = set()

    def read(self) -> Recipe | None:
        """The recipe as far as it can be made out; None where there are no steps at all."""
        doc = self.doc
        titles = tuple(key for key in doc.content if _TITLE.fullmatch(key))
        doc.allow((), (*_KEYS, *titles))
        if doc.content.get("schema", 1) != 1:
            doc.fault("unknown-schema", ("schema",), found=as_written(doc.content["schema"]), allowed=1)
        title = Text.of({key[6:]: doc.value((key,), "text", "") for key in titles})
        steps = doc.content.get("steps", [])
        if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
            doc.fault("wrong-type", ("steps",), found=as_written(steps), allowed="[[steps]]")
            return None
        self._find_steps(steps)
        normalise, normalise_at = self._normalise()
        weight, weight_at = self._weigh()
        aggregate, aggregate_at = self._aggregate()
        rank, rank_at, within = self._rank()
        return Recipe(
            title, normalise, normalise_at, weight, weight_at, aggregate, aggregate_at, rank, rank_at,
            within, self._lines(), doc.file,
        )  # fmt: skip

    def _lines(self) -> dict[tuple[str, str], int]:
        """{(step, node code): line}; the code is blank for the method or weight of the step itself."""
        lines: dict[tuple[str, str], int] = {}
        for step, at in self.at.items():
            lines[step, ""] = self.doc.line(("steps", at, "weight" if step == "weigh" else "method"))
            for code in self.doc.table(("steps", at, "at")):
                lines[step, code] = self.doc.line(("steps", at, "at", code))
        if "rank" in self.at:
            lines["within", ""] = self.doc.line(("steps", self.at["rank"], "within"))
        return lines

    def _find_steps(self, steps: list[dict[str, Any]]) -> None:
        latest = -1
        meant: set[str] = set()
        for at, step in enumerate(steps):
            path = ("steps", at, "step")
            name = step.get("step")
            if name not in STEPS:
                meant.update(self._unknown_step(path, name))
                continue
            if name in self.at:
                self.doc.fault("duplicate-step", path, found=name)
            elif STEPS.index(name) < latest:
                self.doc.fault("step-order", path, found=name, allowed=", ".join(STEPS))
            latest = max(latest, STEPS.index(name))
            self.at.setdefault(name, at)
        for name in STEPS:
            if name not in self.at and name not in meant:
                self.doc.faults.append(Fault("missing-step", self.doc.file, 1, None, {"step": name}))

    def _unknown_step(self, path: Path, name: object) -> tuple[str, ...]:
        """The steps that the one at `path` may have been meant to be."""
        if name is None:
            self.doc.faults.append(self._missing(path[:-1], "step", Policy(STEPS)))
            return STEPS
        near = nearest(str(name), STEPS)
        self.doc.fault("unknown-step", path, found=str(name), allowed=", ".join(STEPS), near=near or "–")
        return (near,) if near else STEPS

    def _policies(
        self, path: Path, policies: Mapping[str, Policy], also: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The values of the policies at `path`; a missing, unknown or unacceptable one is a fault."""
        meant = self.doc.allow(path, (*policies, *also), "unknown-policy")
        table = self.doc.table(path)
        found: dict[str, Any] = {}
        for name, policy in policies.items():
            if name not in table:
                if name not in meant:
                    self.doc.faults.append(self._missing(path, name, policy))
            elif not policy.accepts(table[name]):
                self._refuse((*path, name), table[name], policy.allowed)
            else:
                found[name] = table[name]
        return found

    def _refuse(self, path: Path, found: object, allowed: str) -> None:
        self.doc.fault("bad-policy", path, found=as_written(found), allowed=allowed)

    def _missing(self, path: Path, name: str, policy: Policy) -> Fault:
        values = {"policy": name, "allowed": policy.allowed}
        return Fault("missing-policy", self.doc.file, self.doc.line(path), name, values)

    def _method(self, path: Path, methods: Mapping[str, Mapping[str, Policy]]) -> str | None:
        name = self.doc.table(path).get("method")
        if name is None:
            self.doc.faults.append(self._missing(path, "method", Policy(tuple(methods))))
            return None
        if not isinstance(name, str) or name not in methods:
            near = nearest(str(name), methods) or "–"
            self.doc.fault(
                "unknown-method", (*path, "method"), found=str(name), allowed=", ".join(methods), near=near
            )
            return None
        return name

    def _exceptions(self, step: str) -> dict[str, Path]:
        """{node code: path} of the exceptions that are tables."""
        base = ("steps", self.at[step])
        found: dict[str, Path] = {}
        for code, value in self._at(step).items():
            if isinstance(value, dict):
                found[code] = (*base, "at", code)
            else:
                path = (*base, "at", code)
                self.doc.fault("wrong-type", path, found=as_written(value), allowed='[steps.at."…"]')
                self.spoiled.add((step, code))
        return found

    def _at(self, step: str) -> dict[str, Any]:
        base = ("steps", self.at[step])
        at = self.doc.raw((*base, "at"), {})
        if not isinstance(at, dict):
            self.doc.fault("wrong-type", (*base, "at"), found=as_written(at), allowed="[steps.at]")
            return {}
        return at

    def _each(self, step: str, found: Mapping[str, Method | None]) -> dict[str, Method]:
        """The exceptions that could be read; the others are remembered as spoiled."""
        self.spoiled.update((step, code) for code, method in found.items() if method is None)
        return {code: method for code, method in found.items() if method is not None}

    def _normalise(self) -> tuple[Normalisation | None, dict[str, Normalisation]]:
        if "normalise" not in self.at:
            return None, {}
        default = self._normalisation(("steps", self.at["normalise"]), ("step", "at", "method"))
        if default is None:
            self.spoiled.add(("normalise", ""))
        exceptions = self._exceptions("normalise").items()
        found = {code: self._normalisation(path, ("method",)) for code, path in exceptions}
        return default, self._each("normalise", found)

    def _normalisation(self, path: Path, also: tuple[str, ...]) -> Normalisation | None:
        name = self._method(path, NORMALISE)
        if name is None:
            return None
        values = self._policies(path, NORMALISE[name], also)
        if len(values) < len(NORMALISE[name]):
            return None
        if "low" in values and not values["low"] < values["high"]:
            self.doc.fault("bad-order", (*path, "high"), low="low", high="high")
        match name:
            case "minmax":
                return MinMax(**values)
            case "zscore":
                if values["spread"] <= 0:
                    self._refuse((*path, "spread"), values["spread"], "> 0")
                return ZScore(**values)
            case "goalposts":
                self._check_posts(path, values)
                return Goalposts(**values)
            case _:
                return AsIs()

    def _check_posts(self, path: Path, values: Mapping[str, Any]) -> None:
        if not values["lower"] < values["upper"]:
            self.doc.fault("bad-order", (*path, "upper"), low="lower", high="upper")
        elif values["scale"] == "log" and values["lower"] <= 0:
            self._refuse((*path, "lower"), values["lower"], "> 0 (log)")

    def _weigh(self) -> tuple[float, dict[str, float]]:
        if "weigh" not in self.at:
            return 1.0, {}
        base: Path = ("steps", self.at["weigh"])
        default = self._policies(base, {"weight": _WEIGHT}, ("step", "at")).get("weight", 1.0)
        found: dict[str, float] = {}
        for code, value in self._at("weigh").items():
            good = _WEIGHT.accepts(value)
            if not good:
                self._refuse((*base, "at", code), value, _WEIGHT.allowed)
                self.spoiled.add(("weigh", code))
            found[code] = float(value) if good else 1.0
        return float(default), found

    def _aggregate(self) -> tuple[Aggregation, dict[str, Aggregation]]:
        nothing = Aggregation("arithmetic", "all")
        if "aggregate" not in self.at:
            return nothing, {}
        default = self._aggregation(("steps", self.at["aggregate"]), ("step", "at", "method")) or nothing
        exceptions = self._exceptions("aggregate").items()
        found = {code: self._aggregation(path, ("method",)) for code, path in exceptions}
        return default, self._each("aggregate", found)

    def _aggregation(self, path: Path, also: tuple[str, ...]) -> Aggregation | None:
        name = self._method(path, AGGREGATE)
        if name is None:
            return None
        policies = dict(AGGREGATE[name])
        missing = self.doc.table(path).get("missing")
        if missing == "available":
            policies["minimum_share"] = _SHARE
        elif not _MISSING.accepts(missing):
            also = (*also, "minimum_share")  # it may well belong to what was meant
        values = self._policies(path, policies, also)
        if len(values) < len(policies):
            return None
        return Aggregation(method=name, **values)  # type: ignore[arg-type]

    def _rank(self) -> tuple[Ranking, dict[str, Ranking], tuple[str, ...]]:
        nothing = Ranking("min", significant=12)
        if "rank" not in self.at:
            return nothing, {}, ()
        base: Path = ("steps", self.at["rank"])
        default = self._ranking(base, ("step", "at", "within")) or nothing
        found = {code: self._ranking(path, ()) for code, path in self._exceptions("rank").items()}
        return default, self._each("rank", found), self._within((*base, "within"))

    def _within(self, path: Path) -> tuple[str, ...]:
        within = self.doc.value(path, "list", [])
        for at, name in enumerate(within):
            if name not in GROUPINGS or name in within[:at]:
                self._refuse((*path, at), name, as_written(list(GROUPINGS)))
        return tuple(map(str, within))

    def _ranking(self, path: Path, also: tuple[str, ...]) -> Ranking | None:
        table = self.doc.table(path)
        if "decimals" in table or "rounding" in table:
            policies = {"ties": _TIES, "decimals": _DECIMALS, "rounding": _ROUNDING}
        else:
            policies = {"ties": _TIES, "significant": _SIGNIFICANT}
        values = self._policies(path, policies, also)
        return Ranking(**values) if len(values) == len(policies) else None


def read(data: bytes, file: str = "recipe.toml") -> Reading:
    """The recipe in a TOML document, and every fault of the document."""
    document = read_toml(data, file)
    if not document.sound:
        return Reading(faults=document.faults)
    reader = _Reader(document)
    draft = reader.read()
    recipe = None if document.faults else draft
    return Reading(recipe, draft, document.faults, frozenset(reader.spoiled))
