"""The recipe in words: every policy and every exception, said from the recipe itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from innodex.edition import Edition
from innodex.framework import Direction, Node
from innodex.recipe import Aggregation, AsIs, Goalposts, MinMax, Normalisation, Ranking, ZScore
from innodex.website._words import Words

Step = TypeVar("Step")


@dataclass(frozen=True, slots=True)
class Exceptional:
    """Nodes that have a policy of their own, and what it says."""

    nodes: tuple[Node, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One step: what holds everywhere, and what holds for some nodes only."""

    key: str
    sentences: tuple[str, ...]
    exceptions: tuple[Exceptional, ...] = ()
    each: bool = False  # True where no policy holds for all, so that the exceptions are the rule


def chapters(words: Words) -> list[Chapter]:
    """The four steps, in the order of computing."""
    edition = words.edition
    recipe, framework = edition.recipe, edition.framework
    parents = [node for node in framework.nodes if not node.is_indicator]
    normalise = _in_use(recipe.normalise, recipe.normalise_at, framework.indicators)
    aggregate = _in_use(recipe.aggregate, recipe.aggregate_at, parents)
    rank = _in_use(recipe.rank, recipe.rank_at, framework.nodes)
    return [
        Chapter(
            "normalise",
            tuple(_normalise_all(words, normalise[0])),
            _exceptions(normalise[1], lambda step, node: normalisation(words, step, node)),
            each=normalise[0] is None,
        ),
        Chapter("weigh", tuple(_weigh(words))),
        Chapter(
            "aggregate",
            tuple(aggregation(words, aggregate[0])) if aggregate[0] else (),
            _exceptions(aggregate[1], lambda step, _: aggregation(words, step)),
            each=aggregate[0] is None,
        ),
        Chapter(
            "rank",
            (*(ranking(words, rank[0]) if rank[0] else ()), *_within(words)),
            _exceptions(rank[1], lambda step, _: ranking(words, step)),
            each=rank[0] is None,
        ),
    ]


def _in_use(
    default: Step | None, at: Mapping[str, Step], nodes: Iterable[Node]
) -> tuple[Step | None, list[tuple[Node, Step]]]:
    """The default, if any node follows it, and the nodes that depart from it in fact."""
    listed = list(nodes)
    apart = [(node, at[node.code]) for node in listed if node.code in at and at[node.code] != default]
    return (default if len(apart) < len(listed) else None), apart


def _exceptions(
    apart: list[tuple[Node, Step]], say: Callable[[Step, Node], Iterable[str]]
) -> tuple[Exceptional, ...]:
    """Nodes with the same words together, in framework order."""
    found: dict[tuple[str, ...], list[Node]] = {}
    for node, step in apart:
        found.setdefault(tuple(say(step, node)), []).append(node)
    return tuple(Exceptional(tuple(nodes), sentences) for sentences, nodes in found.items())


def brief(words: Words) -> list[str]:
    """The method in four sentences."""
    edition = words.edition
    recipe, framework = edition.recipe, edition.framework
    steps = {type(recipe.normalisation(node.code)) for node in framework.indicators}
    means = {recipe.aggregation(node.code).method for node in framework.nodes if not node.is_indicator}
    scale = "mixed" if len(steps) > 1 else _NAMES[steps.pop()]
    mean = "mixed" if len(means) > 1 else means.pop()
    weight = "sum" if mean == "sum" else "equal" if _equal(edition) else "own"
    low, high = _scale_of(recipe.normalisation(framework.indicators[0].code))
    count, first, last = len(framework.indicators), words.plain(low), words.plain(high)
    return [
        words.t(f"site.brief.scale.{scale}", indicators=count, low=first, high=last),
        words.t(f"site.brief.weight.{weight}"),
        words.t(f"site.brief.mean.{mean}"),
        words.t(f"site.brief.rank.{recipe.ranking(framework.root.code).ties}"),
    ]


_NAMES: dict[type, str] = {MinMax: "minmax", Goalposts: "goalposts", ZScore: "zscore", AsIs: "none"}


def _scale_of(step: Normalisation | None) -> tuple[float, float]:
    return (step.low, step.high) if isinstance(step, MinMax | Goalposts) else (0.0, 1.0)


def _equal(edition: Edition) -> bool:
    """True where siblings never differ in weight."""
    framework, recipe = edition.framework, edition.recipe
    return all(
        len({recipe.weight_of(child.code) for child in framework.children(node.code)}) <= 1
        for node in framework.nodes
    )


def _normalise_all(words: Words, step: Normalisation | None) -> Iterable[str]:
    if step is None:
        yield words.t("site.method.each-its-own")
    else:
        yield from normalisation(words, step, None)
    if any(node.direction is Direction.LOWER for node in words.edition.framework.indicators):
        yield words.t("site.method.lower")
    if len(words.edition.result.periods) > 1 and isinstance(step, MinMax | ZScore):
        yield words.t("site.method.periods-alone")


def normalisation(words: Words, step: Normalisation | None, node: Node | None) -> Iterable[str]:
    """What a way of scaling says, for one indicator (in its own unit) or for all."""
    match step:
        case MinMax(low, high, constant):
            yield words.t("site.method.minmax", low=words.plain(low), high=words.plain(high))
            yield words.t(f"site.method.constant.{constant}", middle=words.plain((low + high) / 2))
        case Goalposts():
            yield from _goalposts(words, step, node)
        case ZScore(sd, centre, spread, constant):
            yield words.t("site.method.zscore", centre=words.plain(centre), spread=words.plain(spread))
            yield words.t(f"site.method.sd.{sd}")
            yield words.t(f"site.method.constant.{constant}", middle=words.plain(centre))
        case _:
            yield words.t("site.method.none")


def _goalposts(words: Words, step: Goalposts, node: Node | None) -> Iterable[str]:
    unit = f" {words.name(node.unit)}".rstrip() if node else ""
    posts = [words.plain(step.lower) + unit, words.plain(step.upper) + unit]
    scores = [words.plain(step.low), words.plain(step.high)]
    if node is not None and node.direction is Direction.LOWER:
        scores.reverse()
    yield words.t(
        "site.method.goalposts", lower=posts[0], upper=posts[1], at_lower=scores[0], at_upper=scores[1]
    )
    yield words.t(f"site.method.scale.{step.scale}")
    yield words.t(f"site.method.cap.{step.cap}")


def _weigh(words: Words) -> Iterable[str]:
    edition = words.edition
    recipe = edition.recipe
    parents = [node for node in edition.framework.nodes if not node.is_indicator]
    sums = [node for node in parents if recipe.aggregation(node.code).method == "sum"]
    if len(sums) == len(parents):
        yield words.t("site.method.weight.sum")
        return
    if _equal(edition):
        yield words.t("site.method.weight.equal")
    else:
        yield words.t("site.method.weight.own", weight=words.plain(recipe.weight))
    yield words.t("site.method.weight.share")
    if sums:
        yield words.t("site.method.weight.sum")


def aggregation(words: Words, step: Aggregation) -> Iterable[str]:
    """What a way of joining children says."""
    yield words.t(f"site.method.aggregate.{step.method}")
    if step.missing == "all":
        yield words.t("site.method.missing.all")
    elif step.minimum_share > 0:
        yield words.t("site.method.missing.share", share=words.percent(step.minimum_share, 0))
    else:
        yield words.t("site.method.missing.available")
    if step.method == "geometric" and step.nonpositive:
        yield words.t(f"site.method.nonpositive.{step.nonpositive}")


def ranking(words: Words, step: Ranking) -> Iterable[str]:
    """What a way of ranking says."""
    yield words.t(f"site.method.ties.{step.ties}")
    if step.decimals is not None:
        yield words.t(f"site.method.rounding.{step.rounding or 'half-even'}", decimals=step.decimals)
    else:
        yield words.t("site.method.significant", digits=step.significant or 12)


def _within(words: Words) -> Iterable[str]:
    if "region" in words.edition.recipe.within:
        yield words.t("site.method.within")
    yield words.t("site.method.rounding-last", decimals=words.edition.decimals)
