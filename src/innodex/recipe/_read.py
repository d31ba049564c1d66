"""Reading a recipe document: every step, every policy, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from innodex.documents import Document, Fault, Text, as_written, nearest, read_toml
from innodex.recipe import (
    _aggregate,
    _denominate,
    _derive,
    _impute,
    _normalise,
    _rank,
    _screen,
    _treat,
    _weigh,
)
from innodex.recipe._aggregate import Aggregation
from innodex.recipe._normalise import Normalisation
from innodex.recipe._rank import DECIMALS, REGION, ROUNDING, SIGNIFICANT, TIES, Ranking
from innodex.recipe._recipe import Prepare, Recipe
from innodex.recipe._spec import Policy, Spec

_TITLE = re.compile(r"title_[a-z]{2,3}")
# Every step, in the order in which they stand. Those of PREPARE may be left out; `screen` and `impute` may
# change places, and PREPARE's may be repeated.
STEPS = (
    "denominate", "transform", "screen", "impute", "treat",
    "normalise", "weigh", "aggregate", "derive", "rank", "classify", "profile",
)  # fmt: skip
PREPARE = STEPS[:5]
REQUIRED = ("normalise", "weigh", "aggregate", "rank")
_ORDER = {**{step: at for at, step in enumerate(STEPS)}, "transform": 0, "impute": STEPS.index("screen")}
# {step: {name of the method: how it is written}}
METHODS: Mapping[str, Mapping[str, Spec]] = {
    "denominate": _denominate.METHODS,
    "transform": _denominate.TRANSFORM,
    "screen": _screen.METHODS,
    "impute": _impute.METHODS,
    "treat": _treat.METHODS,
    "normalise": _normalise.METHODS,
    "weigh": _weigh.METHODS,
    "aggregate": _aggregate.METHODS,
    "derive": _derive.METHODS,
    "classify": _rank.CLASSIFY,
    "profile": _rank.PROFILE,
}
Path = tuple[str | int, ...]
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


def _within(value: object, step: str) -> list[tuple[str, ...]]:
    """The paths to the exceptions in a table that is none itself, but may hold some; none if unsure."""
    if step == "weigh" and isinstance(value, int | float):
        return [()]
    if not isinstance(value, dict) or not value:
        return []
    methods = METHODS.get(step.partition("-")[0], {})
    words = {"method", "ties", "weight", *(name for spec in methods.values() for name in spec.names)}
    if words & value.keys():
        return [()]
    inside = {key: _within(one, step) for key, one in value.items()}
    return [(key, *rest) for key, found in inside.items() for rest in found] if all(inside.values()) else []


def _frozen(value: Any) -> Any:
    """A list as a tuple, as a frozen value holds it."""
    return tuple(value) if isinstance(value, list) else value


class _Reader:
    def __init__(self, document: Document) -> None:
        self.doc = document
        self.at: dict[str, int] = {}
        self.spoiled: set[tuple[str, str]] = set()
        self.nested: set[tuple[str, str]] = set()  # what codes without quotation marks look like

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
        prepare = tuple(self._prepare(place) for place in self.at if self._step(place) in PREPARE)
        normalise, normalise_at = self._step_of("normalise")
        weight, weight_at, weigh, weigh_at = self._weigh()
        aggregate, aggregate_at = self._step_of("aggregate")
        rank, rank_at, within = self._rank()
        classify, classify_at = self._step_of("classify")
        profile, _ = self._step_of("profile", exceptions=False)
        return Recipe(
            title, normalise, normalise_at, weight, weight_at, aggregate or Aggregation("arithmetic", "all"),
            aggregate_at, rank, rank_at, within, prepare, weigh, weigh_at, self._derive(),
            classify, classify_at, profile, self._lines(), doc.file,
        )  # fmt: skip

    def _lines(self) -> dict[tuple[str, str], int]:
        """{(step, node code): line}; the code is blank for the method or weight of the step itself."""
        lines: dict[tuple[str, str], int] = {}
        for step, at in self.at.items():
            weight = step == "weigh" and "method" not in self.doc.table(("steps", at))
            lines[step, ""] = self.doc.line(("steps", at, "weight" if weight else "method"))
            for table in ("at", "nodes"):
                for code in self.doc.table(("steps", at, table)):
                    if (step, code) in self.nested:
                        continue
                    lines[step, code] = self.doc.line(("steps", at, table, code))
        if "rank" in self.at:
            lines["within", ""] = self.doc.line(("steps", self.at["rank"], "within"))
        return lines

    @staticmethod
    def _step(place: str) -> str:
        """The step of a place: "impute" of "impute-2"."""
        return place.partition("-")[0]

    def _find_steps(self, steps: list[dict[str, Any]]) -> None:
        latest = -1
        meant: set[str] = set()
        for at, step in enumerate(steps):
            path = ("steps", at, "step")
            name = step.get("step")
            if name not in STEPS:
                meant.update(self._unknown_step(path, name))
                continue
            if name in self.at and name not in PREPARE:
                self.doc.fault("duplicate-step", path, found=name)
            elif _ORDER[name] < latest:
                self.doc.fault("step-order", path, found=name, allowed=", ".join(STEPS))
            latest = max(latest, _ORDER[name])
            count = sum(self._step(place) == name for place in self.at)
            place = f"{name}-{count + 1}" if count and name in PREPARE else name
            self.at.setdefault(place, at)
        for name in REQUIRED:
            if name not in self.at and name not in meant:
                self.doc.faults.append(Fault("missing-step", self.doc.file, 1, None, {"step": name}))

    def _unknown_step(self, path: Path, name: object) -> tuple[str, ...]:
        """The steps that the one at `path` may have been meant to be."""
        if name is None:
            self.doc.faults.append(self._missing(path[:-1], "step", Policy(REQUIRED)))
            return REQUIRED
        near = nearest(str(name), STEPS)
        self.doc.fault("unknown-step", path, found=str(name), allowed=", ".join(STEPS), near=near or "–")
        return (near,) if near else REQUIRED

    def _policies(
        self,
        path: Path,
        policies: Mapping[str, Policy],
        also: tuple[str, ...] = (),
        optional: Mapping[str, Policy] | None = None,
    ) -> dict[str, Any]:
        """The values of the policies at `path`; a missing, unknown or unacceptable one is a fault."""
        optional = optional or {}
        meant = self.doc.allow(path, (*policies, *optional, *also), "unknown-policy")
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
        for name, policy in optional.items():
            if name in table and policy.accepts(table[name]):
                found[name] = table[name]
            elif name in table:
                self._refuse((*path, name), table[name], policy.allowed)
        return found

    def _refuse(self, path: Path, found: object, allowed: str) -> None:
        self.doc.fault("bad-policy", path, found=as_written(found), allowed=allowed)

    def _missing(self, path: Path, name: str, policy: Policy) -> Fault:
        values = {"policy": name, "allowed": policy.allowed}
        return Fault("missing-policy", self.doc.file, self.doc.line(path), name, values)

    def _method(self, path: Path, methods: Mapping[str, Spec]) -> str | None:
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
        return {code: one for code, one in at.items() if not self._unquoted(step, (*base, "at", code), one)}

    def _unquoted(self, step: str, path: Path, value: object) -> bool:
        """Note codes with a dot that lack quotation marks: TOML reads them as a table within a table."""
        found = [inner for inner in _within(value, step) if inner]
        for inner in found:
            code = ".".join((str(path[-1]), *inner))
            line = self.doc.line((*path, *inner))
            self.doc.faults.append(Fault("unquoted-code", self.doc.file, line, code, {"found": code}))
            self.spoiled.add((step, code))
            self.nested.add((step, str(path[-1])))
        return bool(found)

    def _each(self, step: str, found: Mapping[str, Method | None]) -> dict[str, Method]:
        """The exceptions that could be read; the others are remembered as spoiled."""
        self.spoiled.update((step, code) for code, method in found.items() if method is None)
        return {code: method for code, method in found.items() if method is not None}

    def _prepare(self, place: str) -> Prepare:
        default, at = self._step_of(place)
        return Prepare(self._step(place), place, default, at)

    def _step_of(self, place: str, *, exceptions: bool = True) -> tuple[Any, dict[str, Any]]:
        """The default method of a step and its exceptions; nothing where the step is not written."""
        if place not in self.at:
            return None, {}
        methods = METHODS[self._step(place)]
        keys = ("step", "at", "method") if exceptions else ("step", "method")
        default, known = self._value(("steps", self.at[place]), methods, keys)
        if not known:
            self.spoiled.add((place, ""))
        found: dict[str, Any] = {}
        for code, path in self._exceptions(place).items() if exceptions else ():
            found[code], known = self._value(path, methods, ("method",))
            if not known:
                self.spoiled.add((place, code))
                del found[code]
        return default, found

    def _value(self, path: Path, methods: Mapping[str, Spec], keys: tuple[str, ...]) -> tuple[Any, bool]:
        """What the method at `path` makes of its policies, and whether it could be made."""
        name = self._method(path, methods)
        if name is None:
            return None, False
        return self._made(path, methods[name], keys)

    def _made(self, path: Path, spec: Spec, keys: tuple[str, ...]) -> tuple[Any, bool]:
        table = self.doc.table(path)
        asked = {**spec.policies, **spec.also(table)}
        # A key that goes with another word of a policy belongs to it, while that word is not understood.
        if any(not policy.accepts(table.get(name)) for name, policy in spec.policies.items()):
            keys = (*keys, *spec.perhaps)
        values = self._policies(path, asked, keys, spec.optional)
        if any(name not in values for name in asked):
            return None, False
        for key, *rest in spec.check(values):
            if len(rest) == 2:
                self.doc.fault("bad-order", (*path, key), low=rest[0], high=rest[1])
            else:
                self._refuse((*path, key), values.get(key), rest[0])
        return spec.make(**{name: _frozen(value) for name, value in values.items()}), True

    def _weigh(self) -> tuple[float, dict[str, float], Any, dict[str, Any]]:
        """The weight of every node, of single nodes, and how parents find those that are not given."""
        if "weigh" not in self.at:
            return 1.0, {}, None, {}
        base: Path = ("steps", self.at["weigh"])
        if "method" in self.doc.table(base):
            method, known = self._value(base, _weigh.METHODS, ("step", "at", "method", "weight"))
            if not known:
                self.spoiled.add(("weigh", ""))
            default = self._default_weight(base)
        else:
            method = None
            default = self._policies(base, {"weight": _weigh.WEIGHT}, ("step", "at")).get("weight", 1.0)
        found: dict[str, float] = {}
        methods: dict[str, Any] = {}
        for code, value in self._at("weigh").items():
            path = (*base, "at", code)
            if isinstance(value, dict) and "method" in value:
                methods[code], known = self._value(path, _weigh.METHODS, ("method", "weight"))
                if not known:
                    self.spoiled.add(("weigh", code))
                    del methods[code]
                if "weight" not in value:
                    continue
                path, value = (*path, "weight"), value["weight"]  # its own, among its siblings
            good = _weigh.WEIGHT.accepts(value)
            if not good:
                self._refuse(path, value, f'{_weigh.WEIGHT.allowed}, {{method = "…"}}')
                self.spoiled.add(("weigh", code))
            found[code] = float(value) if good else 1.0
        return float(default), found, method, methods

    def _default_weight(self, base: Path) -> float:
        """The weight of the nodes that are not named, of a step with a method; "given" asks for it."""
        table = self.doc.table(base)
        weight = table.get("weight")
        if weight is None:
            if table["method"] == "given":
                self.doc.faults.append(self._missing(base, "weight", _weigh.WEIGHT))
            return 1.0
        if _weigh.WEIGHT.accepts(weight):
            return float(weight)
        self._refuse((*base, "weight"), weight, _weigh.WEIGHT.allowed)
        return 1.0

    def _derive(self) -> tuple[Any, ...]:
        """The derived nodes in the order written."""
        if "derive" not in self.at:
            return ()
        base: Path = ("steps", self.at["derive"])
        self.doc.allow(base, ("step", "nodes"), "unknown-policy")
        nodes = self.doc.raw((*base, "nodes"))
        if not isinstance(nodes, dict) or not nodes:
            allowed = '[steps.nodes."…"]'
            self.doc.fault("wrong-type", (*base, "nodes"), found=as_written(nodes or {}), allowed=allowed)
            return ()
        made = (self._derivation((*base, "nodes", code), nodes[code]) for code in nodes)
        return tuple(node for node in made if node is not None)

    def _derivation(self, path: Path, written: object) -> Any:
        """One derived node; None, and a fault, where it cannot be read."""
        if not isinstance(written, dict):
            self.doc.fault("wrong-type", path, found=as_written(written), allowed='[steps.nodes."…"]')
            return None
        node, known = self._made(path, _derive.METHODS["formula"], ())
        if not known:
            return None
        try:
            _derive.parse(written["formula"])
        except _derive.Unreadable as wrong:
            values = {"place": wrong.place, "rest": wrong.rest, "functions": ", ".join(_derive.FUNCTIONS)}
            self.doc.fault("bad-formula", (*path, "formula"), **values)
            return None
        return node(path[-1])

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
            if not isinstance(name, str) or not name.strip() or name in within[:at]:
                self._refuse((*path, at), name, as_written([REGION, "…"]))
        return tuple(map(str, within))

    def _ranking(self, path: Path, also: tuple[str, ...]) -> Ranking | None:
        table = self.doc.table(path)
        if "decimals" in table or "rounding" in table:
            policies = {"ties": TIES, "decimals": DECIMALS, "rounding": ROUNDING}
        else:
            policies = {"ties": TIES, "significant": SIGNIFICANT}
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
