"""A method of a recipe in sentences: what it does, then every policy, from the catalogue."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import partial
from itertools import pairwise
from typing import Any

from innodex.documents import has
from innodex.framework import Direction, Node
from innodex.recipe import METHODS, PARENT, PERIOD, POOLED, REGION, Derivation, Policy, Spec
from innodex.website._formulas import formula
from innodex.website._words import Words

# What a policy is called in a value, where the document has another name for it.
_FIELDS = {"lambda": "lambda_from", "power": "lambda_value"}
# Policies in the order in which a reader asks for them; others follow as the document has them.
_ORDER = (
    "under", "pillars", "computable", "groups",
    "suspect", "first", "limit", "then", "on", "mirror", "lambda", "failed",
)  # fmt: skip
# Words that a sentence has a meaning of its own for: what is measured, and the choice of a plural.
_PLACES = {"unit": "which", "count": "counted"}


def named(step: str, value: Any) -> tuple[str, Spec]:
    """The name of a method and how it is written, from its value. Raises KeyError where nothing makes it."""
    if isinstance(value, Derivation):
        return "formula", METHODS["derive"]["formula"]
    for name, spec in METHODS[step].items():
        make = spec.make.func if isinstance(spec.make, partial) else spec.make
        # A function says in its annotation what it makes.
        made = make.__name__ if isinstance(make, type) else inspect.get_annotations(make).get("return")
        if str(made) == ("None" if value is None else type(value).__name__) and _fits(spec.make, value):
            return name, spec
    raise KeyError(f"{step}: {value!r}")


def _fits(make: Callable[..., Any], value: Any) -> bool:
    """True where the value has what a partial call settles beforehand."""
    if not isinstance(make, partial):
        return True
    settled = dict(zip((one.name for one in fields(value)), make.args, strict=False)) | make.keywords
    return all(getattr(value, name) == one for name, one in settled.items())


def policies(step: str, value: Any) -> dict[str, tuple[Policy, Any]]:
    """{policy: (how it is written, its value)}; one that was left out only where it may be."""
    if value is None:
        return {}
    _, spec = named(step, value)
    every = {one.name: getattr(value, one.name) for one in fields(value)}
    written = {name: _of(every, name) for name in (*spec.policies, *spec.perhaps) if _in(every, name)}
    usual = {_FIELDS.get(name, name): default for name, default in _defaults(value)}
    given = {
        name: _of(every, name)
        for name in spec.optional
        if _of(every, name) != usual.get(_FIELDS.get(name, name))
    }
    asked = {**spec.policies, **spec.also({**written, **given})}
    kept = {name: (policy, _of(every, name)) for name, policy in asked.items()}
    return kept | {name: (policy, given.get(name)) for name, policy in spec.optional.items()}


def _in(every: Mapping[str, Any], name: str) -> bool:
    return (name if name in every else _FIELDS.get(name, name)) in every


def _of(every: Mapping[str, Any], name: str) -> Any:
    return every[name] if name in every else every[_FIELDS[name]]


def _defaults(value: Any) -> Iterator[tuple[str, Any]]:
    for one in fields(value):
        yield one.name, one.default


def sentences(words: Words, step: str, value: Any, node: Node | None = None) -> Iterator[str]:
    """What a method says: of one indicator, in its own unit and direction, or of all."""
    name, _ = named(step, value)
    found = policies(step, value)
    places = {
        _PLACES.get(policy, policy): shown(words, step, policy, how, one)
        for policy, (how, one) in found.items()
    }
    places |= _MORE.get((step, name), _no_more)(words, value, node)
    first = f"methods.{step}.{name}"
    yield words.t(first, **places)
    if step == "weigh" and name in ("budget", "ahp"):
        yield from _sheets(words, value.points if name == "budget" else value.pairs)
    for policy, (how, one) in sorted(found.items(), key=_order):
        if policy == "sample":
            yield from _sample(words, step, one)
        elif (key := _key(step, name, policy, how, one)) and key != first:
            yield words.t(key, **places)


def _order(item: tuple[str, object]) -> int:
    return _ORDER.index(item[0]) if item[0] in _ORDER else len(_ORDER)


def _key(step: str, name: str, policy: str, how: Policy, value: Any) -> str | None:
    """The sentence for a policy, if it has one beside that of its method."""
    word = _word(how, value)
    endings = [f".{word}", ""] if word else [""]
    for ending in endings if value is not None else [".none"]:
        for before in (f"methods.{step}.{name}", f"methods.{step}"):
            if has(f"{before}.{policy}{ending}"):
                return f"{before}.{policy}{ending}"
    return None


def _word(how: Policy, value: Any) -> str:
    """What a value of a policy is called in the catalogue; blank for one that has no name."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if how.words or isinstance(value, str):
        return str(value)
    return "zero" if value == 0 else ""


def _sample(words: Words, step: str, value: str | None) -> Iterator[str]:
    """Where minimum, mean … come from; of single periods there is nothing to say where there is only one."""
    if value is None:
        value = PERIOD
    if value == PERIOD and len(words.edition.result.periods) == 1:
        return
    word = value if value in (PERIOD, POOLED) else "named"
    yield words.t(f"methods.{step}.sample.{word}", period=period(words, value))


# ---- values ----------------------------------------------------------------------------------------------


def shown(words: Words, step: str, name: str, how: Policy, value: Any) -> str:
    """The value of a policy as it stands in a sentence."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str | tuple) and name in _NAMED:
        return _NAMED[name](words, value)
    if step == "treat" and name in ("first", "then"):
        return str(value)
    if isinstance(value, tuple):
        return words.joined(words.plain(one) if isinstance(one, int | float) else one for one in value)
    if isinstance(value, int | float):
        return share(words, value) if _is_share(how) else words.plain(value)
    return str(value)


def _is_share(how: Policy) -> bool:
    """True for a policy that is a part of a whole."""
    return how.low == 0 and how.high is not None and how.high <= 1 and not how.whole


def share(words: Words, value: float) -> str:
    """A share of one as a percentage, with all its digits."""
    return words.t("site.percent", number=words.plain(round(100 * value, 10)))


def period(words: Words, value: str) -> str:
    """A period, each of them or all, within a sentence."""
    if value in (PERIOD, POOLED):
        return words.t(f"methods.period.{value}")
    return words.t("methods.period.year" if len(value) == 4 and value.isdigit() else "methods.period.other",
                   period=value)  # fmt: skip


def _units(words: Words, codes: str | Iterable[str]) -> str:
    listed = (codes,) if isinstance(codes, str) else codes
    known = words.edition.territory.by_code
    return words.joined(words.name(known[code].name) if code in known else code for code in listed)


def _parts(words: Words, listed: Iterable[str]) -> str:
    """Nodes by their labels, levels by their names."""
    known = words.edition.framework.by_code
    return "; ".join(
        words.label(one) if one in known else words.t("methods.every", level=words.level_name(one))
        for one in listed
    )


def _inside(words: Words, value: str) -> str:
    if value == PARENT:
        return words.t("methods.inside.parent")
    if value in words.edition.framework.by_code:
        return words.t("methods.inside.node", label=words.label(value))
    return words.t("methods.inside.level", level=words.level_name(value))


def _series(words: Words, value: str) -> str:
    known = words.edition.framework.series_by_id
    return (words.name(known[value].name) or value) if value in known else value


def _groups(words: Words, value: Iterable[str]) -> str:
    return words.joined(words.t("methods.region") if one == REGION else one for one in value)


_NAMED: Mapping[str, Callable[[Words, Any], str]] = {
    "unit": _units,
    "keep": _units,
    "drop": _units,
    "under": _parts,
    "parts": _parts,
    "pillars": _parts,
    "predictors": _parts,
    "inside": _inside,
    "series": _series,
    "groups": _groups,
    "sample": period,
    "reach": period,
    "over": lambda words, value: words.level_name(value),
}


# ---- what some sentences say beside the policies ---------------------------------------------------------


def _no_more(words: Words, value: Any, node: Node | None) -> dict[str, str]:
    return {}


def _middle(words: Words, value: Any, node: Node | None) -> dict[str, str]:
    return {"middle": words.plain((value.low + value.high) / 2)}


def _centre(words: Words, value: Any, node: Node | None) -> dict[str, str]:
    return {"middle": words.plain(value.centre)}


def _half(words: Words, value: Any, node: Node | None) -> dict[str, str]:
    return {"middle": words.plain(value.factor / 2)}


def _posts(words: Words, value: Any, node: Node | None) -> dict[str, str]:
    """Two values in the indicator's own unit and what they score, turned round where less is better."""
    unit = f" {words.name(node.unit)}".rstrip() if node else ""
    low, high = (0.0, value.factor) if hasattr(value, "factor") else (value.low, value.high)
    at = [words.plain(low), words.plain(high)]
    if node is not None and node.direction is Direction.LOWER:
        at.reverse()
    posts = {"lower": words.plain(value.lower) + unit, "upper": words.plain(value.upper) + unit}
    return {**posts, "at_lower": at[0], "at_upper": at[1]}


def _target(words: Words, value: Any, node: Node | None) -> dict[str, str]:
    unit = f" {words.name(node.unit)}".rstrip() if node else ""
    return {"target": words.plain(value.target) + unit}


def _bands(words: Words, value: Any, node: Node | None) -> dict[str, str]:
    """Each band with its score, from the lowest figure up."""
    lower = node is not None and node.direction is Direction.LOWER and value.by == "figure"
    scores = [words.plain(one) for one in (value.scores[::-1] if lower else value.scores)]
    cuts = [words.plain(one) for one in value.cuts]
    listed = [words.t("methods.bands.first", limit=cuts[0], score=scores[0])]
    for (low, high), one in zip(pairwise(cuts), scores[1:-1], strict=True):
        listed.append(words.t("methods.bands.between", low=low, high=high, score=one))
    listed.append(words.t("methods.bands.last", limit=cuts[-1], score=scores[-1]))
    return {"bands": "; ".join(listed)}


def _age(words: Words, value: Any, node: Node | None) -> dict[str, str]:
    dated = all(one[:4].isdigit() for one in words.edition.result.periods)
    key = "methods.age.year" if dated else "methods.age.period"
    return {"age": words.t(key, number=words.plain(value.max_age))}


def _functions(words: Words, value: Any, node: Node | None) -> dict[str, str]:
    found = {}
    for name in ("first", "then"):
        key = f"methods.treat.function.{getattr(value, name)}"
        one = f"{key}.one" if value.factor == 1 and has(f"{key}.one") else key
        found[name] = words.t(one, factor=words.plain(value.factor))
    return found


def _experts(words: Words, value: Any, node: Node | None) -> dict[str, str]:
    return {"experts": str(len(getattr(value, "points", None) or value.pairs))}


def _sheets(words: Words, sheets: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """What each expert has said, in the order of the recipe."""
    for expert, sheet in sheets.items():
        yield words.t(
            "methods.answer.sheet",
            expert=expert,
            answers="; ".join(_answer(words, key, number) for key, number in sheet.items()),
        )


def _answer(words: Words, key: str, number: float) -> str:
    known = words.edition.framework.by_code
    if key in known:
        return words.t("methods.answer.points", node=words.label(key), points=words.plain(number))
    first, _, second = key.partition(":")
    ends = {"first": words.label(first), "second": words.label(second)}
    return words.t("methods.answer.pair", **ends, times=words.plain(number))


def _derived(words: Words, value: Any, node: Node | None) -> dict[str, str]:
    return {"name": words.name(value.name), "formula": formula(words, value.expression)}


_MORE: Mapping[tuple[str, str], Callable[[Words, Any, Node | None], dict[str, str]]] = {
    ("normalise", "minmax"): _middle,
    ("normalise", "goalposts"): _posts,
    ("normalise", "scaled"): _posts,
    ("normalise", "zscore"): _centre,
    ("normalise", "mpi"): _centre,
    ("normalise", "distance-to-best"): _half,
    ("normalise", "distance-to-target"): _target,
    ("normalise", "bands"): _bands,
    ("impute", "latest"): _age,
    ("treat", "outliers"): _functions,
    ("weigh", "budget"): _experts,
    ("weigh", "ahp"): _experts,
    ("derive", "formula"): _derived,
}
