"""Reading a recipe document: every step, every policy, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from innodex.documents import Document, Fault, Text, nearest, read_toml
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
        if value != value or value in (float("inf"), float("-inf")):
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
_TITLES = ("title_vi", "title_en")


class _Reader:
    def __init__(self, document: Document) -> None:
        self.doc = document
        self.at: dict[str, int] = {}

    def read(self) -> Recipe | None:
        doc = self.doc
        titles = tuple(key for key in doc.content if key.startswith("title_"))
        doc.allow((), ("schema", "steps", *(titles or _TITLES)))
        if doc.content.get("schema", 1) != 1:
            doc.fault("unknown-schema", ("schema",), found=doc.content["schema"], allowed=1)
        title = Text.of({key[6:]: str(doc.value((key,), "text", "")) for key in titles})
        steps = doc.content.get("steps", [])
        if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
            doc.fault("wrong-type", ("steps",), found="steps", allowed="[[steps]]")
            return None
        self._find_steps(steps)
        normalise, normalise_at = self._normalise()
        weight, weight_at = self._weigh()
        aggregate, aggregate_at = self._aggregate()
        rank, rank_at, within = self._rank()
        if doc.faults:
            return None
        lines = {
            (step, code): doc.line(("steps", at, "at", code))
            for step, at in self.at.items()
            for code in doc.table(("steps", at, "at"))
        }
        return Recipe(
            title, normalise, normalise_at, weight, weight_at, aggregate, aggregate_at, rank, rank_at,
            within, lines, doc.file,
        )  # fmt: skip

    def _find_steps(self, steps: list[dict[str, Any]]) -> None:
        latest = -1
        for at, step in enumerate(steps):
            path = ("steps", at, "step")
            name = step.get("step")
            if name not in STEPS:
                near = nearest(str(name), STEPS) or "–"
                self.doc.fault("unknown-step", path, found=str(name), allowed=", ".join(STEPS), near=near)
                continue
            if name in self.at:
                self.doc.fault("duplicate-step", path, found=name)
            elif STEPS.index(name) < latest:
                self.doc.fault("step-order", path, found=name, allowed=", ".join(STEPS))
            latest = max(latest, STEPS.index(name))
            self.at.setdefault(name, at)
        unknown = any(fault.kind == "unknown-step" for fault in self.doc.faults)
        for name in STEPS:
            if name not in self.at and not unknown:
                self.doc.faults.append(Fault("missing-step", self.doc.file, 1, None, {"step": name}))

    def _policies(
        self, path: Path, policies: Mapping[str, Policy], also: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The values of the policies at `path`; a missing, unknown or unacceptable one is a fault."""
        self.doc.allow(path, (*policies, *also), "unknown-policy")
        table = self.doc.table(path)
        found: dict[str, Any] = {}
        for name, policy in policies.items():
            if name not in table:
                self.doc.faults.append(self._missing(path, name, policy))
            elif not policy.accepts(table[name]):
                self.doc.fault("bad-policy", (*path, name), found=_toml(table[name]), allowed=policy.allowed)
            else:
                found[name] = table[name]
        return found

    def _missing(self, path: Path, name: str, policy: Policy) -> Fault:
        values = {"policy": name, "allowed": policy.allowed}
        return Fault("missing-policy", self.doc.file, self.doc.line(path), name, values)

    def _method(self, path: Path, methods: Mapping[str, Mapping[str, Policy]]) -> str | None:
        name = self.doc.table(path).get("method")
        if name is None:
            self.doc.faults.append(self._missing(path, "method", Policy(tuple(methods))))
            return None
        if name not in methods:
            near = nearest(str(name), methods) or "–"
            self.doc.fault(
                "unknown-method", (*path, "method"), found=str(name), allowed=", ".join(methods), near=near
            )
            return None
        return str(name)

    def _exceptions(self, step: str) -> dict[str, Path]:
        """{node code: path} of the exceptions that are tables."""
        base = ("steps", self.at[step])
        at = self.doc.table(base).get("at", {})
        if not isinstance(at, dict):
            self.doc.fault("wrong-type", (*base, "at"), found=_toml(at), allowed="[steps.at]")
            return {}
        found: dict[str, Path] = {}
        for code, value in at.items():
            if isinstance(value, dict):
                found[code] = (*base, "at", code)
            else:
                self.doc.fault(
                    "wrong-type", (*base, "at", code), found=_toml(value), allowed='[steps.at."…"]'
                )
        return found

    def _normalise(self) -> tuple[Normalisation | None, dict[str, Normalisation]]:
        if "normalise" not in self.at:
            return None, {}
        default = self._normalisation(("steps", self.at["normalise"]), ("step", "at", "method"))
        found = {
            code: self._normalisation(path, ("method",))
            for code, path in self._exceptions("normalise").items()
        }
        return default, {code: method for code, method in found.items() if method is not None}

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
                    self.doc.fault("bad-policy", (*path, "spread"), found=values["spread"], allowed="> 0")
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
            self.doc.fault("bad-policy", (*path, "lower"), found=values["lower"], allowed="> 0 (log)")

    def _weigh(self) -> tuple[float, dict[str, float]]:
        if "weigh" not in self.at:
            return 1.0, {}
        base: Path = ("steps", self.at["weigh"])
        default = self._policies(base, {"weight": _WEIGHT}, ("step", "at")).get("weight", 1.0)
        at = self.doc.table((*base, "at"))
        for code, value in at.items():
            if not _WEIGHT.accepts(value):
                self.doc.fault("bad-policy", (*base, "at", code), found=_toml(value), allowed=_WEIGHT.allowed)
        return float(default), {code: float(w) for code, w in at.items() if _WEIGHT.accepts(w)}

    def _aggregate(self) -> tuple[Aggregation, dict[str, Aggregation]]:
        nothing = Aggregation("arithmetic", "all")
        if "aggregate" not in self.at:
            return nothing, {}
        default = self._aggregation(("steps", self.at["aggregate"]), ("step", "at", "method")) or nothing
        found = {
            code: self._aggregation(path, ("method",)) for code, path in self._exceptions("aggregate").items()
        }
        return default, {code: method for code, method in found.items() if method is not None}

    def _aggregation(self, path: Path, also: tuple[str, ...]) -> Aggregation | None:
        name = self._method(path, AGGREGATE)
        if name is None:
            return None
        policies = dict(AGGREGATE[name])
        if self.doc.table(path).get("missing") == "available":
            policies["minimum_share"] = _SHARE
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
        within = self.doc.value((*base, "within"), "list", [])
        for name in within:
            if name not in GROUPINGS:
                allowed = "[" + ", ".join(f'"{grouping}"' for grouping in GROUPINGS) + "]"
                self.doc.fault("bad-policy", (*base, "within"), found=_toml(name), allowed=allowed)
        return (
            default,
            {code: rank for code, rank in found.items() if rank is not None},
            tuple(map(str, within)),
        )

    def _ranking(self, path: Path, also: tuple[str, ...]) -> Ranking | None:
        table = self.doc.table(path)
        if "decimals" in table or "rounding" in table:
            policies = {"ties": _TIES, "decimals": _DECIMALS, "rounding": _ROUNDING}
        else:
            policies = {"ties": _TIES, "significant": _SIGNIFICANT}
        values = self._policies(path, policies, also)
        return Ranking(**values) if len(values) == len(policies) else None


def _toml(value: object) -> str:
    return (
        f'"{value}"'
        if isinstance(value, str)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )


def read(data: bytes, file: str = "recipe.toml") -> tuple[Recipe | None, list[Fault]]:
    """The recipe in a TOML document, or None, and every fault of the document."""
    document = read_toml(data, file)
    if not document.sound:
        return None, document.faults
    recipe = _Reader(document).read()
    return recipe, document.faults
