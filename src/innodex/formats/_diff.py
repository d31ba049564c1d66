"""What changed from one version of an index to the next: its nodes, with their weights, and its recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Protocol

from innodex.documents import Text, exact
from innodex.framework import ASPECTS, Change, ChangeKind, Framework, compare
from innodex.recipe import METHODS, STEPS, Recipe


class Described(Protocol):
    """What has a framework and a recipe: an index folder, an edition."""

    @property
    def framework(self) -> Framework:
        """What is measured."""

    @property
    def recipe(self) -> Recipe:
        """How it is computed."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy of the recipe that differs, for one node, by its id, or (blank) for all.

    `step` is blank for what belongs to the recipe as a whole, "impute-2" for the second step of one kind.
    `before` and `after` are as a recipe has them, None where it is not written, or the obvious value of a
    policy that may be left out.
    """

    step: str
    node: str
    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """The nodes that differ, weights included, and the policies of the recipe that do."""

    changes: tuple[Change, ...]
    policies: tuple[Policy, ...]

    def __bool__(self) -> bool:
        return bool(self.changes or self.policies)


def compare_folders(old: Described, new: Described) -> Difference:
    """What `new` changes in `old`. Files of data, titles and lay-out are not compared."""
    changes = _with_weights(compare(old.framework, new.framework), old, new)
    return Difference(changes, compare_recipes(old, new))


def compare_recipes(old: Described, new: Described) -> tuple[Policy, ...]:
    """The policies that differ, in the order of the steps; exceptions follow the id of their node."""
    before, after = (dict(_policies(one.recipe, one.framework)) for one in (old, new))
    places = dict.fromkeys([*after, *before])
    order = {step: at for at, step in enumerate(("", *STEPS))}
    found = (
        Policy(*place, before.get(place), after.get(place))
        for place in sorted(places, key=lambda place: order[place[0].partition("-")[0]])
        if before.get(place) != after.get(place)
    )
    return tuple(found)


Place = tuple[str, str, str]  # step, node id, key


def _policies(recipe: Recipe, framework: Framework) -> Iterator[tuple[Place, str]]:
    ids = {node.code: node.id for node in framework.nodes}
    steps: tuple[tuple[str, object, Mapping[str, object]], ...] = (
        *((step.place, step.default, step.at) for step in recipe.prepare),
        ("normalise", recipe.normalise, recipe.normalise_at),
        ("weigh", recipe.weight, recipe.weight_at),
        ("weigh", recipe.weigh, recipe.weigh_at),
        ("aggregate", recipe.aggregate, recipe.aggregate_at),
        ("derive", None, {one.code: one for one in recipe.derive}),
        ("rank", recipe.rank, recipe.rank_at),
        ("classify", recipe.classify, recipe.classify_at),
        ("profile", recipe.profile, {}),
    )
    for lang, words in recipe.title:
        yield ("", "", f"title_{lang}"), words
    for step, default, exceptions in steps:
        for code, value in (("", default), *exceptions.items()):
            for key, words in _values(step.partition("-")[0], value):
                yield (step, ids.get(code, code), key), words
    if recipe.within:
        yield ("rank", "", "within"), ", ".join(recipe.within)


# {(step, type of the value): how a recipe calls the method that makes it}
_NAMES = {
    (step, spec.make): name
    for step, methods in METHODS.items()
    for name, spec in methods.items()
    if isinstance(spec.make, type)
}


# A field of a method's value whose policy has another name: some names mean something else in Python.
_KEYS = {"lambda_from": "lambda", "lambda_value": "power"}


def _values(step: str, method: object) -> Iterator[tuple[str, str]]:
    if isinstance(method, int | float):
        yield "weight", exact(float(method))
    elif is_dataclass(method) and not isinstance(method, type):
        names = [one.name for one in fields(method)]
        name = _NAMES.get((step, type(method)), type(method).__name__.lower())
        if ("method" not in names and "ties" not in names) or (step, type(method)) in _NAMES:
            yield "method", name
        table = {_KEYS.get(one.name, one.name): getattr(method, one.name) for one in fields(method)}
        spec = METHODS.get(step, {}).get(str(table.get("method", name)))
        asked = {**spec.policies, **spec.also(table)} if spec else {}
        for one, (key, value) in zip(fields(method), table.items(), strict=True):
            if spec and key in spec.perhaps and key not in asked:
                continue  # it belongs to another word of a policy
            # A policy that may be left out says nothing while it has its obvious value.
            if (key in asked or value != one.default) and one.name != "code":
                yield from _written(key, value)


def _written(key: str, value: object) -> Iterator[tuple[str, str]]:
    """A value as a recipe has it; a table within it as key.key."""
    if isinstance(value, Mapping):
        for inner, one in value.items():
            yield from _written(f"{key}.{inner}", one)
    elif isinstance(value, bool):
        yield key, str(value).lower()
    elif isinstance(value, int | float):
        yield key, exact(float(value))
    elif isinstance(value, tuple | list):
        yield key, "[" + ", ".join(words for one in value for _, words in _written("", one)) + "]"
    elif value is not None:
        yield key, str(value)


def _with_weights(changes: tuple[Change, ...], old: Described, new: Described) -> tuple[Change, ...]:
    """The changes with the weight of each node beside its other aspects."""
    by_id = {change.id: change for change in changes}
    before = {node.id: (node.code, _weight(old, node.code)) for node in old.framework.nodes}
    found: list[Change] = []
    for node in new.framework.nodes:
        was = before.get(node.id)
        pair = was[1] if was else Text(), _weight(new, node.code)
        change = by_id.pop(node.id, None)
        if pair[0].as_dict() == pair[1].as_dict():
            found += [change] if change else []
        elif change is None:
            assert was is not None
            found.append(Change(node.id, ChangeKind.CHANGED, was[0], node.code, {"weight": pair}))
        else:
            found.append(_also(change, pair))
    found += [_also(change, (before[change.id][1], Text())) for change in by_id.values()]
    return tuple(found)


def _also(change: Change, pair: tuple[Text, Text]) -> Change:
    aspects = {**change.aspects, "weight": pair}
    kind = ChangeKind.CHANGED if change.kind is ChangeKind.MOVED else change.kind
    return replace(change, kind=kind, aspects={name: aspects[name] for name in ASPECTS if name in aspects})


def _weight(folder: Described, code: str) -> Text:
    return Text.of({"": exact(folder.recipe.weight_of(code))})
