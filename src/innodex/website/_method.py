"""The recipe in words: every step, every policy and every exception, said from the recipe itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from innodex.edition import Edition
from innodex.framework import Direction, Node
from innodex.recipe import (
    REGION,
    STEPS,
    Aggregation,
    Budget,
    Equal,
    Goalposts,
    Hierarchy,
    MinMax,
    Normalisation,
    Prepare,
    Ranking,
    Recipe,
)
from innodex.website._sentences import named, sentences
from innodex.website._words import Words

Step = TypeVar("Step")
_EXPERTS = (Budget, Hierarchy)


@dataclass(frozen=True, slots=True)
class Exceptional:
    """Nodes that have a method of their own, and what it says."""

    labels: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One step: what holds everywhere, and what holds for some nodes only."""

    key: str
    sentences: tuple[str, ...]
    exceptions: tuple[Exceptional, ...] = ()
    each: bool = False  # True where no method holds for all, so that the exceptions are the rule


def chapters(words: Words) -> list[Chapter]:
    """The steps of the recipe, in the order of computing."""
    recipe = words.edition.recipe
    found = [_prepared(words, step) for step in recipe.prepare]
    found += [_normalise(words), _weigh(words), _aggregate(words)]
    if recipe.derive:
        found.append(_derive(words))
    found.append(_rank(words))
    if recipe.classify or recipe.classify_at:
        found.append(_classify(words))
    if recipe.profile:
        found.append(Chapter("profile", tuple(sentences(words, "profile", recipe.profile))))
    return found


def unused(words: Words) -> str:
    """The steps before scaling that the recipe does without, in one sentence; blank where it has them all."""
    there = {step.step for step in words.edition.recipe.prepare}
    # Who has no totals does not miss a denominator: only what a reader would look for is named.
    lacking = [step for step in ("screen", "impute", "treat") if step not in there]
    said = "; ".join(_lower(words.t(f"methods.chapter.{step}")) for step in lacking)
    return words.t("methods.unused", steps=said) if lacking else ""


def _lower(said: str) -> str:
    return said[:1].lower() + said[1:]


def _in_use(
    default: Step | None, at: Mapping[str, Step], nodes: Iterable[Node]
) -> tuple[Step | None, list[tuple[str, Step]]]:
    """The default, if any node follows it, and the nodes that depart from it in fact."""
    listed = list(nodes)
    apart = [(node.code, at[node.code]) for node in listed if node.code in at and at[node.code] != default]
    return (default if len(apart) < len(listed) else None), apart


def _exceptions(
    words: Words,
    apart: Iterable[tuple[str, Step]],
    say: Callable[[Step, Node], Iterable[str]],
    *,
    branches: bool = False,
) -> tuple[Exceptional, ...]:
    """Nodes with the same words together, in framework order; `branches`: a node speaks for all below it."""
    found: dict[tuple[str, ...], list[str]] = {}
    known = words.edition.framework.by_code
    for code, step in apart:
        label, node = words.label(code), known[code]
        if branches and not node.is_indicator:
            label = words.t("methods.branch", label=label)
        found.setdefault(tuple(say(step, node)), []).append(label)
    return tuple(Exceptional(tuple(labels), said) for said, labels in found.items())


# ---- before scaling --------------------------------------------------------------------------------------


def _prepared(words: Words, step: Prepare) -> Chapter:
    framework = words.edition.framework
    if step.step == "screen":
        return Chapter(step.step, tuple(sentences(words, step.step, step.default)))

    def above(code: str) -> Any:
        """The method that would hold for a node without one of its own."""
        over = (node.code for node in framework.ancestors(code))
        return next((step.at[one] for one in over if one in step.at), step.default)

    apart = [(n.code, step.at[n.code]) for n in framework.nodes if n.code in step.at]
    apart = [(code, own) for code, own in apart if own != above(code)]
    own = {code for code, _ in apart}
    each = all(
        own & {leaf.code, *(node.code for node in framework.ancestors(leaf.code))}
        for leaf in framework.indicators
    )
    return Chapter(
        step.step,
        (words.t("methods.each-its-own"),) if each else tuple(sentences(words, step.step, step.default)),
        _exceptions(words, apart, lambda one, node: sentences(words, step.step, one, node), branches=True),
        each=each,
    )


def preparation(words: Words, code: str) -> Iterator[tuple[str, str]]:
    """(step, what it does to one indicator) of each step before scaling."""
    framework = words.edition.framework
    node = framework.by_code[code]
    for step in words.edition.recipe.prepare:
        if step.step != "screen":
            over = (code, *(one.code for one in framework.ancestors(code)))
            own = next((step.at[one] for one in over if one in step.at), step.default)
            if named(step.step, own)[0] != "none":
                yield step.step, " ".join(sentences(words, step.step, own, node))


# ---- scaling, weights, joining ---------------------------------------------------------------------------


def _normalise(words: Words) -> Chapter:
    recipe, framework = words.edition.recipe, words.edition.framework
    default, apart = _in_use(recipe.normalise, recipe.normalise_at, framework.indicators)
    said = [words.t("site.method.each-its-own")] if default is None else [*normalisation(words, default)]
    if any(node.direction is Direction.LOWER for node in framework.indicators):
        said.append(words.t("methods.normalise.lower"))
    return Chapter(
        "normalise",
        tuple(said),
        _exceptions(words, apart, lambda step, node: normalisation(words, step, node)),
        each=default is None,
    )


def normalisation(words: Words, step: Normalisation | None, node: Node | None = None) -> Iterator[str]:
    """What a way of scaling says, for one indicator (in its own unit) or for all."""
    return sentences(words, "normalise", step, node)


def _weigh(words: Words) -> Chapter:
    recipe, framework = words.edition.recipe, words.edition.framework
    parents = [node for node in framework.nodes if not node.is_indicator]
    sums = [node for node in parents if recipe.aggregation(node.code).method == "sum"]
    if len(sums) == len(parents):
        return Chapter("weigh", (words.t("methods.weigh.sum"),))
    default, apart = _in_use(recipe.weigh, recipe.weigh_at, parents)
    shown = default is not None or len(apart) < len(parents)
    said = [*weighing(words, default)] if shown else []
    said.append(words.t("methods.weigh.share"))
    if sums:
        said.append(words.t("methods.weigh.sum"))
    return Chapter(
        "weigh",
        tuple(said),
        _exceptions(words, apart, lambda step, node: weighing(words, step)),
        each=not shown,
    )


def weighing(words: Words, method: Any) -> Iterator[str]:
    """How weights come about."""
    if method is not None:
        yield from sentences(words, "weigh", method)
        if is_found(method):
            yield words.t("methods.weigh.found")
    elif has_equal_weights(words.edition):
        yield words.t("methods.weigh.equal")
    else:
        yield words.t("methods.weigh.own", weight=words.plain(words.edition.recipe.weight))


def is_found(method: Any) -> bool:
    """True where weights are made of the figures themselves."""
    return method is not None and not isinstance(method, (Equal, *_EXPERTS))


def has_found_weights(recipe: Recipe) -> bool:
    """True where some weights are made of the figures themselves."""
    return any(is_found(one) for one in (recipe.weigh, *recipe.weigh_at.values()))


def weights_are_found(words: Words, code: str) -> bool:
    """True where the weights of the children of a node come from the figures.

    What is written at a node holds for its children; what reaches further down, for all below it.
    """
    recipe, framework = words.edition.recipe, words.edition.framework
    if code in recipe.weigh_at:
        return is_found(recipe.weigh_at[code])
    above = [recipe.weigh_at.get(one.code) for one in framework.ancestors(code)]
    wide = [one for one in above if getattr(one, "over", "children") != "children"]
    return is_found(wide[0] if wide else recipe.weigh)


def has_equal_weights(edition: Edition) -> bool:
    """True where the numbers given never differ between siblings."""
    framework, recipe = edition.framework, edition.recipe
    return all(
        len({recipe.weight_of(child.code) for child in framework.children(node.code)}) <= 1
        for node in framework.nodes
    )


def _aggregate(words: Words) -> Chapter:
    recipe, framework = words.edition.recipe, words.edition.framework
    parents = [node for node in framework.nodes if not node.is_indicator]
    default, apart = _in_use(recipe.aggregate, recipe.aggregate_at, parents)
    return Chapter(
        "aggregate",
        tuple(aggregation(words, default)) if default else (),
        _exceptions(words, apart, lambda step, _: aggregation(words, step)),
        each=default is None,
    )


def aggregation(words: Words, step: Aggregation) -> Iterator[str]:
    """What a way of joining children says."""
    return sentences(words, "aggregate", step)


# ---- after the scores ------------------------------------------------------------------------------------


def _derive(words: Words) -> Chapter:
    derived = words.edition.recipe.derive
    return Chapter(
        "derive",
        (),
        tuple(
            Exceptional((words.name(one.name),), tuple(sentences(words, "derive", one))) for one in derived
        ),
        each=True,
    )


def _rank(words: Words) -> Chapter:
    recipe = words.edition.recipe
    default, apart = _in_use(recipe.rank, recipe.rank_at, words.edition.framework.nodes)
    said = [*ranking(words, default)] if default else []
    if REGION in recipe.within:
        said.append(words.t("methods.rank.within"))
    if groups := [name for name in recipe.within if name != REGION]:
        said.append(words.t("methods.rank.within-groups", groups=words.joined(groups)))
    said.append(words.t("methods.rank.shown", decimals=words.edition.decimals))
    return Chapter(
        "rank",
        tuple(said),
        _exceptions(words, apart, lambda step, _: ranking(words, step)),
        each=default is None,
    )


def ranking(words: Words, step: Ranking) -> Iterator[str]:
    """What a way of ranking says."""
    yield words.t(f"methods.rank.ties.{step.ties}")
    if step.decimals is not None:
        yield words.t(f"methods.rank.rounding.{step.rounding or 'half-even'}", decimals=step.decimals)
    else:
        yield words.t("methods.rank.significant", digits=step.significant or 12)


def _classify(words: Words) -> Chapter:
    recipe = words.edition.recipe
    default, apart = _in_use(recipe.classify, recipe.classify_at, words.edition.framework.nodes)
    return Chapter(
        "classify",
        tuple(sentences(words, "classify", _spoken(words, default))) if default else (),
        _exceptions(
            words, apart, lambda step, node: sentences(words, "classify", _spoken(words, step), node)
        ),
        each=default is None,
    )


def _spoken(words: Words, method: Any) -> Any:
    """A method of classes whose names are those of the page's language."""
    return replace(method, names=method.names_in(words.lang), names_vi=(), names_en=())


# ---- in short --------------------------------------------------------------------------------------------


def brief(words: Words) -> list[str]:
    """The method in four sentences."""
    edition = words.edition
    recipe, framework = edition.recipe, edition.framework
    steps = {named("normalise", recipe.normalisation(node.code))[0] for node in framework.indicators}
    means = {recipe.aggregation(node.code).method for node in framework.nodes if not node.is_indicator}
    scale = "mixed" if len(steps) > 1 else steps.pop()
    mean = "mixed" if len(means) > 1 else means.pop()
    low, high = _scale_of(recipe.normalisation(framework.indicators[0].code))
    ends = {"low": words.plain(low), "high": words.plain(high)}
    first = words.t(f"methods.brief.scale.{scale}", indicators=len(framework.indicators), **ends)
    return [
        _after(words, first),
        words.t(f"methods.brief.weight.{'sum' if mean == 'sum' else _weights(edition)}"),
        words.t(f"methods.brief.mean.{mean}"),
        words.t(f"methods.brief.rank.{recipe.ranking(framework.root.code).ties}"),
    ]


def _after(words: Words, first: str) -> str:
    """The first sentence, behind what is done to the figures before."""
    there = {step.step for step in words.edition.recipe.prepare if step.default is not None or step.at}
    done = [words.t(f"methods.after.{step}") for step in STEPS if step in there and _does(words, step)]
    return words.t("methods.after", steps=words.joined(done), sentence=_lower(first)) if done else first


def _does(words: Words, step: str) -> bool:
    """True where a step before scaling does something for at least one node."""
    return any(
        named(step, method)[0] != "none"
        for one in words.edition.recipe.prepare
        if one.step == step
        for method in (one.default, *one.at.values())
    )


def _scale_of(step: Normalisation | None) -> tuple[float, float]:
    return (step.low, step.high) if isinstance(step, MinMax | Goalposts) else (0.0, 1.0)


def _weights(edition: Edition) -> str:
    """The one word for where all weights come from, or "mixed"."""
    recipe = edition.recipe
    parents = [node for node in edition.framework.nodes if not node.is_indicator]
    kinds = {_kind_of(recipe.weighing(node.code), edition) for node in parents}
    return kinds.pop() if len(kinds) == 1 else "mixed"


def _kind_of(method: Any, edition: Edition) -> str:
    if method is None:
        return "equal" if has_equal_weights(edition) else "own"
    if isinstance(method, Equal):
        return "equal"
    return "experts" if isinstance(method, _EXPERTS) else "found"
