"""Any index: random trees, panels and recipes for laws of the whole computation, drawn by Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from _arrays import NAN
from innodex.documents import Text
from innodex.framework import (
    Criterion,
    Direct,
    Direction,
    Formula,
    Framework,
    Node,
    Ratio,
    Rubric,
    Series,
    series_of,
)
from innodex.panel import Panel, Status
from innodex.recipe import (
    Aggregation,
    AsIs,
    Goalposts,
    MinMax,
    Normalisation,
    Ranking,
    Recipe,
    ZScore,
)
from innodex.territory import Region, Territory, Unit

PERIODS = ("2020", "2021", "2021-07", "2022")
YEARS = ("2020", "2021", "2022")
LEVELS = ("Index", "Trụ cột", "a, b", 'the "third"', "", "two\nlines")
MAXIMUM = 4.0

# How a cell of the panel comes to hold no figure.
NO_FIGURE = (Status.MISSING, Status.NOT_APPLICABLE, Status.CONFIDENTIAL)


@dataclass(frozen=True)
class Case:
    """All that `build` takes."""

    framework: Framework
    panel: Panel
    recipe: Recipe
    territory: Territory


def text(words: str) -> Text:
    """Words in one language."""
    return Text((("en", words),))


# ---- frameworks ----------------------------------------------------------------------------------------


@st.composite
def _formulas(draw: st.DrawFn, code: str, plain: bool) -> Formula:
    kind = "direct" if plain else draw(st.sampled_from(["direct", "direct", "ratio", "rubric"]))
    if kind == "ratio":
        return Ratio(
            f"v{code}", draw(st.sampled_from([f"d{code}", "people"])), draw(st.sampled_from([1.0, 100.0]))
        )
    if kind == "rubric":
        count = draw(st.integers(1, 3))
        return Rubric(tuple(Criterion(f"p{code}.{n}", MAXIMUM) for n in range(count)))
    return Direct(f"v{code}")


@st.composite
def frameworks(draw: st.DrawFn, *, depth: int = 5, plain: bool = False, intervals: bool = True) -> Framework:
    """A tree of at most `depth` levels below the root; leaves may stand on any of them.

    `plain`: every indicator is a series of its own.
    """
    nodes: list[Node] = []

    def grow(code: str, parent: str | None, at: int) -> None:
        first, last = None, None
        if intervals and parent is not None and draw(st.integers(0, 4)) == 0:
            first, last = sorted([draw(st.sampled_from(YEARS)), draw(st.sampled_from(YEARS))])
            first, last = draw(st.sampled_from([(first, last), (first, None), (None, last)]))
        children = 0
        if at == 0:
            children = draw(st.integers(1, 4))
        elif at < depth and len(nodes) < 14 and draw(st.integers(0, 2)) == 0:
            children = draw(st.integers(1, 3))
        formula = None if children else draw(_formulas(code, plain))
        direction = None if children else draw(st.sampled_from(Direction))
        nodes.append(
            Node(
                id=f"id-{code}",
                code=code,
                parent=parent,
                level=draw(st.sampled_from(LEVELS)),
                name=text(f"Node {code}"),
                direction=direction,
                valid_from=first,
                valid_to=last,
                formula=formula,
            )
        )
        for n in range(children):
            grow(f"{code}.{n + 1}", code, at + 1)

    grow("R", None, 0)
    # Framework order need not be that of the tree.
    order = [*nodes[:1], *draw(st.permutations(nodes[1:]))] if draw(st.booleans()) else nodes
    needed = dict.fromkeys(series for node in order for series in series_of(node.formula))
    return Framework(tuple(order), tuple(Series(series, text(series)) for series in needed))


# ---- panels --------------------------------------------------------------------------------------------


@st.composite
def panels(
    draw: st.DrawFn, framework: Framework, *, units: tuple[int, int] = (1, 6), gaps: bool = True
) -> Panel:
    """Figures that every formula can use: denominators are powers of two, points keep to their scale."""
    periods = tuple(sorted(draw(st.sets(st.sampled_from(PERIODS), min_size=1, max_size=3))))
    names = tuple(f"U{n}" for n in range(draw(st.integers(*units))))
    series = tuple(draw(st.permutations([one.id for one in framework.series])))
    shape = (len(periods), len(names), len(series))
    size = len(periods) * len(names) * len(series)
    # One draw per cell would be slow and teach little: the shape is drawn, the figures are from its seed.
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    kinds = np.array([name[0] for name in series])
    few = random.integers(-2, 4, shape).astype(float)
    values = np.where(random.random(shape) < 0.4, few, random.integers(-200, 400, shape) / 4)
    values = np.where(kinds == "p", random.integers(0, 9, shape) / 2, values)
    values = np.where((kinds == "d") | (kinds == "people"), 2.0 ** random.integers(0, 5, shape), values)
    values[..., np.array([name == "people" for name in series], bool)] = 2.0 ** random.integers(0, 5)
    if draw(st.integers(0, 5)) == 0:
        values[..., : shape[2] // 2] = values[:1, :1, : shape[2] // 2]  # constant
    status = np.zeros(shape, np.uint8)
    status[random.random(shape) < 0.1] = Status.ESTIMATED
    if gaps:
        empty = random.random(shape) < draw(st.sampled_from([0.0, 0.15, 0.6]))
        status = np.where(empty, random.choice(NO_FIGURE, size).reshape(shape), status).astype(np.uint8)
    values[~np.isin(status, (Status.OBSERVED, Status.ESTIMATED))] = NAN
    sources = ("", "a, b", 'says "so"', "two\nlines")
    source = random.integers(0, len(sources), shape).astype(np.int32)
    return Panel(periods, names, series, values, status, source, sources)


# ---- recipes -------------------------------------------------------------------------------------------

minmaxes = st.builds(
    lambda low, width, constant: MinMax(low, low + width, constant),
    st.sampled_from([0.0, 1.0]), st.sampled_from([1.0, 9.0, 100.0]), st.sampled_from(["missing", "middle"]),
)  # fmt: skip
zscores = st.builds(
    ZScore, st.sampled_from(["sample", "population"]), st.sampled_from([0.0, 100.0]),
    st.sampled_from([1.0, 10.0]), st.sampled_from(["missing", "middle"]),
)  # fmt: skip
linear_posts = st.builds(
    lambda lower, way, cap, high: Goalposts(lower, lower + way, "linear", cap, 0.0, high),
    st.sampled_from([-3.0, 0.0, 2.0]), st.sampled_from([5.0, 64.0]),
    st.sampled_from(["none", "low", "high", "both"]), st.sampled_from([1.0, 100.0]),
)  # fmt: skip
# Held below, so that no logarithm of zero is asked for.
log_posts = st.builds(
    lambda lower, cap: Goalposts(lower, 50 * lower, "log", cap, 0.0, 1.0),
    st.sampled_from([1.0, 2.5]), st.sampled_from(["low", "both"]),
)  # fmt: skip
all_posts = linear_posts | log_posts
aggregations = st.builds(
    lambda method, missing, share, policy: Aggregation(
        method,
        missing,
        share if missing == "available" else 0.0,
        policy if method == "geometric" else None,
    ),
    st.sampled_from(["arithmetic", "arithmetic", "geometric", "sum"]), st.sampled_from(["available", "all"]),
    st.sampled_from([0.0, 0.5, 2 / 3, 1.0]), st.sampled_from(["missing", "zero"]),
)  # fmt: skip
_ties = st.sampled_from(["min", "max", "dense", "mean"])
rankings = st.one_of(
    st.builds(lambda ties, digits: Ranking(ties, significant=digits), _ties, st.sampled_from([2, 3, 12])),
    st.builds(
        lambda ties, decimals, rounding: Ranking(ties, decimals=decimals, rounding=rounding),
        _ties, st.integers(0, 3), st.sampled_from(["half-even", "half-up"]),
    ),
)  # fmt: skip


@st.composite
def recipes(
    draw: st.DrawFn,
    framework: Framework,
    *,
    scales: st.SearchStrategy[Normalisation] = minmaxes | zscores | all_posts,
    means: st.SearchStrategy[Aggregation] = aggregations,
    within: bool = False,
) -> Recipe:
    """A recipe with exceptions at some nodes, of every kind."""
    leaves = [node for node in framework.nodes if node.formula is not None]
    parents = [node for node in framework.nodes if node.formula is None]
    scale_at = {leaf.code: draw(scales) for leaf in leaves if draw(st.integers(0, 2)) == 0}
    for leaf in leaves:
        if leaf.direction is Direction.HIGHER and draw(st.integers(0, 7)) == 0:
            scale_at[leaf.code] = AsIs()
    weight_at = {
        node.code: draw(st.sampled_from([0.0, 0.5, 2.0, 3.0]))
        for node in framework.nodes
        if node.parent is not None and draw(st.booleans())
    }
    for parent in parents:  # somebody has to count
        codes = [node.code for node in framework.nodes if node.parent == parent.code]
        if not any(weight_at.get(code, 1.0) for code in codes):
            weight_at[codes[0]] = 1.5
    return Recipe(
        title=text("Recipe"),
        normalise=draw(scales),
        normalise_at=scale_at,
        weight=1.0,
        weight_at=weight_at,
        aggregate=draw(means),
        aggregate_at={p.code: draw(means) for p in parents if draw(st.integers(0, 2)) == 0},
        rank=draw(rankings),
        rank_at={n.code: draw(rankings) for n in framework.nodes if draw(st.integers(0, 3)) == 0},
        within=("region",) if within else (),
    )


def territory_of(panel: Panel, regions: tuple[str | None, ...] = ("N", "S, W", None)) -> Territory:
    """The units of a panel, by turns in each of the regions, or in none."""
    units = tuple(
        Unit(code, text(code), region=regions[n % len(regions)]) for n, code in enumerate(panel.units)
    )
    names = tuple(Region(code, text(code)) for code in dict.fromkeys(regions) if code is not None)
    return Territory("made-up", units, names)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """An index of any shape."""
    framework = draw(frameworks())
    panel = draw(panels(framework))
    recipe = draw(recipes(framework, within=draw(st.booleans())))
    return Case(framework, panel, recipe, territory_of(panel))
