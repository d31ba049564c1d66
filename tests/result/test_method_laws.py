"""Laws that hold whatever the method: each method of each step in turn, and all of them by chance."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import strategies as st

from _arrays import close, law
from _trees import text
from innodex.documents import Faulty
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import METHODS, Recipe, read
from innodex.result import Result, build

PILLARS = {"A": ("a1", "a2", "a3"), "B": ("b1", "b2", "b3", "b4")}
LOWER = ("a2", "b4")
YEARS = ("2021", "2022", "2023")
UNITS = tuple(f"u{at:02d}" for at in range(14))
LEAVES = tuple(leaf for leaves in PILLARS.values() for leaf in leaves)


def framework() -> Framework:
    """Two pillars of three and four indicators; two of them are better the less they are."""
    nodes = [Node("R", "R", None, "index", text("R"))]
    for pillar, leaves in PILLARS.items():
        nodes.append(Node(pillar, pillar, "R", "pillar", text(pillar)))
        for leaf in leaves:
            way = Direction.LOWER if leaf in LOWER else Direction.HIGHER
            nodes.append(
                Node(leaf, leaf, pillar, "indicator", text(leaf), direction=way, formula=Direct(f"x{leaf}"))
            )
    names = (*(f"x{leaf}" for leaf in LEAVES), "people")
    return Framework(tuple(nodes), tuple(Series(name, text(name)) for name in names))


def panel(seed: int, *, gaps: bool = True) -> Panel:
    """Positive figures that hang together, a far outlier here and there, one in twelve missing."""
    random = np.random.default_rng(seed)
    shape = (len(YEARS), len(UNITS), len(LEAVES))
    level = random.normal(0, 1, (len(YEARS), len(UNITS), 1))
    x = np.round(np.exp(3 + 0.4 * level + 0.3 * random.normal(0, 1, shape)), 3)
    x[:, :2, 0] *= 40
    if gaps:
        x[random.random(shape) < 1 / 12] = np.nan
        # The others are measured against the third unit, which does better than all.
        x[:, 2] = [1.0 if leaf in LOWER else 400.0 for leaf in LEAVES]
    people = np.round(random.uniform(100, 900, (*shape[:2], 1)))
    series = (*(f"x{leaf}" for leaf in LEAVES), "people")
    return Panel.of(np.concatenate([x, people], axis=2), periods=YEARS, units=UNITS, series=series)


# ---- a recipe for each method ------------------------------------------------------------------------------

OUTLIERS = (
    'method = "outliers"\nsuspect = "both"\nskewness = 2\nkurtosis = 3.5\nfailed = "last"\non = "original"\n'
)
ALONE = OUTLIERS.replace('on = "original"\n', "")  # nothing follows
WINSORISE = OUTLIERS + 'first = "winsorise"\nlimit = "points"\npoints = 2\n'
# {step: {method: its policies, several where they make a difference}}
WAYS: dict[str, dict[str, list[str]]] = {
    "denominate": {"per": ['series = "people"\nscale = 1000'], "none": [""]},
    "transform": {
        "log": ['base = "e"\nshift = 0\noutside = "missing"'],
        "power": ['exponent = 0.5\noutside = "missing"'],
        "logit": ['whole = 1e7\noutside = "missing"'],
        "asinh": ["unit = 1"],
        "linear": ["factor = 2\nshift = 1"],
        "gap": ["target = 20"],
        "none": [""],
    },
    "screen": {
        "availability": ['minimum = 0.8\ncount = "observed"\nfail = "unranked"'],
        "nonzero": ['minimum = 0.5\nfail = "bracketed"'],
        "coverage": [
            'minimum = 0.66\nparts = ["A", "B"]\npillars = ["R"]\ngroups = 2\ncomputable = 0.5\n'
            'count = "observed"\nfail = "bracketed"'
        ],
        "named": ['fail = "unranked"\ndrop = ["u03"]'],
        "none": [""],
    },
    "impute": {
        "none": [""],
        "value": ["value = 7"],
        "mean": ["", 'sample = "pooled"', 'sample = "2022"'],
        "median": [""],
        "row": ['inside = "parent"\naverage = "mean"\nscale = "minmax"'],
        "nearest": ['k = 3\ninside = "R"\ndistance = "euclidean"\nscale = "zscore"\naverage = "mean"'],
        "regression": ['predictors = ["a1", "b1"]'],
        "em": ['inside = "parent"\nridge = 0.1\nnothing = "missing"'],
        "latest": ["max_age = 2"],
        "hold": [""],
        "linear": ['ends = "hold"\nsingle = "hold"'],
    },
    "treat": {
        "none": [""],
        "outliers": [
            WINSORISE + 'then = "log-ct"',
            WINSORISE + 'then = "boxcox"\nlambda = "likelihood"',
            ALONE + 'first = "log-ct-plus"\nthen = "nothing"',
        ],
        "percentiles": ['low = 5\nhigh = 95\nside = "both"'],
        "iqr": ['times = 1.5\nside = "both"'],
        "sd": ['times = 2\nsd = "sample"\nside = "high"'],
        "caps": ["high = 90"],
    },
    "normalise": {
        "minmax": ['low = 1\nhigh = 100\nconstant = "missing"', 'low = 1\nhigh = 100\nconstant = "missing"\nsample = "pooled"'],
        "goalposts": ['lower = 1\nupper = 99\nscale = "log"\ncap = "both"\nlow = 1\nhigh = 100'],
        "scaled": ["lower = 0\nupper = 200\nfactor = 100"],
        "zscore": ['sd = "sample"\ncentre = 100\nspread = 10\nconstant = "missing"'],
        "mpi": ['centre = 100\nspread = 30\nconstant = "middle"'],
        "rank": ['ties = "min"'],
        "borda": ['ties = "mean"'],
        "percentile": ['formula = "between"\nties = "min"\nlow = 1\nhigh = 100'],
        "distance-to-best": ['factor = 100\nconstant = "middle"'],
        "distance-to-unit": ['unit = "u02"\nfactor = 100\ncap = false'],
        "distance-to-target": ['target = 60\nfactor = 100\ncap = true\nmet = "full"'],
        "ratio": ['to = "best"\nfactor = 100', 'to = "mean"\nfactor = 1\ndifference = true'],
        "about-mean": ["band = 0.2\nbelow = 1\nwithin = 2\nabove = 3"],
        "bands": ['by = "percentile"\nformula = "between"\nties = "min"\ncuts = [25, 50, 75]\nscores = [1, 2, 3, 4]\nedge = "better"'],
        "change": ['of = "before"\nfactor = 100'],
        "none": [""],
    },
    "weigh": {
        "given": ["weight = 1"],
        "equal": [""],
        "budget": ['total = 10\noff_total = "refuse"\ncombine = "mean"\n[steps.points.Q]\na1 = 5\na2 = 3\na3 = 2\nb1 = 4\nb2 = 2\nb3 = 2\nb4 = 2\nA = 6\nB = 4'],
        "ahp": [
            'priorities = "eigenvector"\ncombine = "judgements"\nlimit = 0.1\ninconsistent = "refuse"\n[steps.pairs.Q]\n'
            '"A:B" = 2\n"a1:a2" = 2\n"a1:a3" = 4\n"a2:a3" = 2\n"b1:b2" = 2\n"b1:b3" = 2\n"b1:b4" = 2\n"b2:b3" = 1\n'
            '"b2:b4" = 1\n"b3:b4" = 1'
        ],
        "pca": ['matrix = "correlation"\nnegative = "absolute"\nconstant = "zero"\nmissing = "pairwise"'],
        "factors": ['keep = "number"\nnumber = 1\nrotation = "varimax"\nconstant = "zero"\nmissing = "pairwise"'],
        "entropy": ['constant = "zero"'],
        "critic": ['spread = "rescaled"\nsd = "sample"\nconstant = "zero"\nmissing = "pairwise"'],
        "gini": ['constant = "zero"'],
        "gini-reciprocal": ['constant = "zero"'],
        "balance": ['target = "equal"\nlow = 0.05\nhigh = 0.9\nconstant = "zero"\nover = "pillar"'],
        "information": ['low = 0.05\nhigh = 0.9\nconstant = "zero"\nover = "pillar"'],
    },
    "aggregate": {
        "arithmetic": ['missing = "available"\nminimum_share = 0.5'],
        "geometric": ['missing = "available"\nminimum_share = 0.5\nnonpositive = "missing"'],
        "harmonic": ['missing = "all"\nnonpositive = "zero"'],
        "power": ['missing = "available"\nminimum_share = 0\nexponent = 2\nnonpositive = "missing"'],
        "sum": ['missing = "available"\nminimum_share = 0'],
        "minimum": ['missing = "available"\nminimum_share = 0'],
        "median": ['missing = "available"\nminimum_share = 0'],
        "mpi": ['missing = "available"\nminimum_share = 0\nsd = "population"\npenalty = "minus"\nspread = "equal"'],
        "ampi": ['missing = "available"\nminimum_share = 0\nsd = "sample"\npenalty = "plus"\nspread = "equal"'],
        "penalised": [
            'missing = "available"\nminimum_share = 0\nmean = "geometric"\nnonpositive = "zero"\nsd = "population"\n'
            'penalty = "minus"\nspread = "weighted"'
        ],
        "mean-min": ['missing = "available"\nminimum_share = 0\nalpha = 0.5\nbeta = 1'],
        "benefit": ['missing = "all"\nbest = 100\nnonpositive = "missing"'],
        "copeland": ['missing = "all"\nscore = "points"'],
        "borda": ['missing = "all"\nscore = "share"'],
        "condorcet": ['missing = "all"\nscore = "points"'],
    },
    "classify": {
        "thresholds": ['limits = [40, 60]\nedge = "above"'],
        "quantiles": ['count = 4\nedge = "above"'],
    },
    "profile": {
        "quarter": ["share = 0.25\nmost = 5"],
        "extremes": ['most = 5\nof = "score"\nlast = "drop"'],
        "percentile": ['most = 5\nalways = 3\nnodes = "indicators"'],
        "group": ['group = "all"\ntimes = 1\nsd = "sample"\nnodes = "indicators"'],
    },
}  # fmt: skip
PLAIN = {
    "normalise": ("minmax", WAYS["normalise"]["minmax"][0]),
    "weigh": ("given", "weight = 1"),
    "aggregate": ("arithmetic", WAYS["aggregate"]["arithmetic"][0]),
}
ORDER = (
    "denominate",
    "transform",
    "screen",
    "impute",
    "treat",
    "normalise",
    "weigh",
    "aggregate",
    "rank",
    "classify",
    "profile",
)


@dataclass(frozen=True)
class Way:
    """A method of a step with its policies; `name` tells it apart."""

    step: str
    method: str
    policies: str
    number: int

    def __str__(self) -> str:
        return f"{self.step}-{self.method}-{self.number}"


ALL = [
    Way(step, method, policies, number)
    for step, methods in WAYS.items()
    for method, listed in methods.items()
    for number, policies in enumerate(listed)
]


def document(*ways: Way) -> str:
    """A recipe with these methods, and plain ones where a step is needed and not named, as TOML."""
    chosen = {**PLAIN, **{way.step: (way.method, way.policies) for way in ways}}
    if chosen["normalise"][0] == "none":  # a figure as it stands cannot be turned round
        chosen["normalise"] = ("none", "\n" + "".join(
            f'[steps.at.{leaf}]\nmethod = "minmax"\n{PLAIN["normalise"][1]}\n' for leaf in LOWER
        ))  # fmt: skip
    text = "schema = 1\n"
    for step in ORDER:
        if step == "rank":
            text += '[[steps]]\nstep = "rank"\nties = "min"\nsignificant = 9\n'
        elif step in chosen:
            method, policies = chosen[step]
            written = "" if 'method = "' in policies.partition("[steps")[0] else f'method = "{method}"\n'
            text += f'[[steps]]\nstep = "{step}"\n{written}{policies}\n'
    return text


def recipe(*ways: Way) -> Recipe:
    """The recipe of `document`."""
    reading = read(document(*ways).encode())
    assert reading.recipe is not None, (ways, [fault.text("en") for fault in reading.faults])
    return reading.recipe


def made(way: Recipe, figures: Panel, world: Framework | None = None) -> Result:
    return build(world or framework(), figures, way)


def each(*steps: str, without: tuple[str, ...] = ()) -> pytest.MarkDecorator:
    """Every way of these steps but those named "step-method"."""
    ways = [
        one for one in ALL if (not steps or one.step in steps) and f"{one.step}-{one.method}" not in without
    ]
    return pytest.mark.parametrize("way", ways, ids=str)


def test_there_is_a_recipe_for_every_method() -> None:
    known = {(step, method) for step, methods in METHODS.items() for method in methods if step != "derive"}

    assert known == {(one.step, one.method) for one in ALL}


# ---- laws ------------------------------------------------------------------------------------------------

some = st.integers(0, 10_000)


def few(*drawn: st.SearchStrategy[int]):  # type: ignore[no-untyped-def]
    """A law that is stated of many methods: few examples of each."""
    from hypothesis import given, settings

    return lambda test: settings(max_examples=2)(given(*drawn)(test))


@each()
@few(some)
def test_order_of_units_is_irrelevant(way: Way, seed: int) -> None:
    one, order = panel(seed), np.random.default_rng(seed).permutation(len(UNITS))
    other = Panel.of(
        one.values[:, order], periods=YEARS, units=tuple(UNITS[at] for at in order), series=one.series
    )
    before, after = made(recipe(way), one), made(recipe(way), other)

    close(after.score, before.score[:, order], 1e-6)
    np.testing.assert_array_equal(np.isnan(after.rank), np.isnan(before.rank[:, order]))
    np.testing.assert_array_equal(after.flags, before.flags[:, order])
    np.testing.assert_array_equal(after.included, before.included[:, order])


@each()
@few(some)
def test_order_of_indicators_is_irrelevant(way: Way, seed: int) -> None:
    one, world = panel(seed), framework()
    order = np.random.default_rng(seed).permutation(len(world.nodes))
    other = Framework(tuple(world.nodes[at] for at in order), world.series[::-1])
    before, after = made(recipe(way), one), made(recipe(way), one, other)

    close(after.score, before.score[:, :, order], 1e-6)


# What a figure is counted in plays a part in these: fixed figures, origins that mean something.
ABSOLUTE = (
    "transform-log", "transform-power", "transform-logit", "transform-asinh", "transform-gap", "impute-value",
    "treat-caps", "screen-nonzero", "denominate-per", "treat-outliers",
)  # fmt: skip


@pytest.mark.parametrize("scale", ["minmax", "zscore"])
@each("transform", "screen", "impute", "treat", "weigh", "aggregate", without=ABSOLUTE)
@few(some)
def test_the_unit_of_an_indicator_is_irrelevant_to_scales_of_the_sample(
    way: Way, scale: str, seed: int
) -> None:
    """a + b x, with b above zero, for one indicator: the same scores."""
    one = panel(seed)
    moved = one.values.copy()
    moved[:, :, seed % len(LEAVES)] = 1000 + 4 * moved[:, :, seed % len(LEAVES)]
    chosen = recipe(way, Way("normalise", scale, WAYS["normalise"][scale][0], 0))
    other = Panel.of(moved, periods=YEARS, units=UNITS, series=one.series)

    close(made(chosen, other).score, made(chosen, one).score, 1e-6)


@pytest.mark.parametrize("first", ["winsorise", "log-ct"])
@few(some)
def test_winsorising_and_the_logarithm_from_the_minimum_do_not_know_the_unit(first: str, seed: int) -> None:
    """ln(x − min + 0.01 range) moves by a constant when the unit changes; min–max takes it off again."""
    limit = 'limit = "points"\npoints = 2\n' if first == "winsorise" else ""
    policies = ALONE + f'first = "{first}"\nthen = "nothing"\n{limit}'
    one = panel(seed)
    moved = one.values.copy()
    moved[:, :, 0] = 1000 + 4 * moved[:, :, 0]
    chosen = recipe(Way("treat", "outliers", policies, 0))

    close(
        made(chosen, Panel.of(moved, periods=YEARS, units=UNITS, series=one.series)).score,
        made(chosen, one).score,
        1e-6,
    )


@each("aggregate")
@few(some)
def test_given_weights_scale_freely(way: Way, seed: int) -> None:
    heavier = replace(recipe(way), weight=7.0)

    close(made(heavier, panel(seed)).score, made(recipe(way), panel(seed)).score)


# A penalty for imbalance falls when a strong side grows; a change is measured against the own past.
PENALISED = (
    "aggregate-mpi",
    "aggregate-ampi",
    "aggregate-penalised",
    "aggregate-mean-min",
    "normalise-change",
)


@each("normalise", "aggregate", without=PENALISED)
@few(some)
def test_a_better_figure_never_lowers_the_own_score(way: Way, seed: int) -> None:
    """Where neither treatment nor weights depend on the figures, and no penalty is in the mean."""
    random, one = np.random.default_rng(seed), panel(seed)
    p, u, leaf = random.integers(len(YEARS)), random.integers(len(UNITS)), random.integers(len(LEAVES))
    better = one.values.copy()
    better[p, u, leaf] *= 0.6 if LEAVES[leaf] in LOWER else 1.9
    before = made(recipe(way), one)
    after = made(recipe(way), Panel.of(better, periods=YEARS, units=UNITS, series=one.series))
    own = ~np.isnan(before.score[p, u])

    assert (after.score[p, u, own] >= before.score[p, u, own] - 1e-6).all()


OVER_TIME = ("impute-latest", "impute-hold", "impute-linear", "normalise-change")


@each(without=OVER_TIME)
@few(some)
def test_what_a_year_is_called_is_irrelevant_unless_time_plays_a_part(way: Way, seed: int) -> None:
    if '"2022"' in way.policies:
        return  # a year named in the recipe plays a part
    one = panel(seed)
    turned = Panel.of(one.values[::-1], periods=YEARS, units=UNITS, series=one.series)

    close(made(recipe(way), turned).score, made(recipe(way), one).score[::-1], 1e-6)


@each("impute", "treat", "normalise", "weigh", "aggregate", without=(
    "weigh-balance", "weigh-information", "impute-nearest", "impute-regression",
))  # fmt: skip
@few(some)
def test_a_part_of_the_tree_is_an_index_of_its_own(way: Way, seed: int) -> None:
    """Without screening, and where no method looks beyond the branch."""
    world, one = framework(), panel(seed)
    part = tuple(
        replace(node, parent=None) if node.code == "A" else node
        for node in world.nodes
        if node.code == "A" or node.parent == "A"
    )
    own = Framework(part, tuple(series for series in world.series if series.id[1:] in PILLARS["A"]))
    kept = [one.series.index(series.id) for series in own.series]
    figures = Panel.of(
        one.values[:, :, kept], periods=YEARS, units=UNITS, series=tuple(s.id for s in own.series)
    )
    chosen = recipe(way)
    inside = {node.code for node in part}
    pruned = replace(
        chosen,
        normalise_at={code: scale for code, scale in chosen.normalise_at.items() if code in inside},
        weigh=_pruned(chosen.weigh, inside),
        lines={},
    )
    whole, alone = made(chosen, one), made(pruned, figures, own)
    at = [whole.node_at[code] for code in alone.nodes]

    close(alone.score, whole.score[:, :, at], 1e-9)


def _pruned(method: object, inside: set[str]) -> object:
    """With the experts' judgements of the nodes that are left."""
    for name in ("points", "pairs"):
        sheets = getattr(method, name, None)
        if sheets is not None:
            left = inside - {"A"}
            kept = {
                expert: {code: x for code, x in given.items() if set(code.split(":")) <= left}
                for expert, given in sheets.items()
            }
            return replace(method, **{name: kept})  # type: ignore[type-var]
    return method


def _in_words(refused: Faulty) -> None:
    assert all(fault.text("en") and fault.text("vi") for fault in refused.faults)


@each()
@pytest.mark.parametrize("kind", ["constant", "empty", "one unit", "two units", "nobody there", "one year"])
def test_poor_figures_give_a_result_or_a_reason(way: Way, kind: str) -> None:
    """Never a fault of the program, never an infinite score."""
    one = panel(5)
    x, units, years = one.values.copy(), UNITS, YEARS
    if kind == "constant":
        x[:, :, 1] = 3.0
    elif kind == "empty":
        x[:, :, 2] = np.nan
    elif kind == "nobody there":
        x[0, :, : len(LEAVES)] = np.nan
    elif kind == "one year":
        x, years = x[1:2], YEARS[1:2]
    else:
        count = 3 if "u02" in way.policies or "u03" in way.policies else 1 if kind == "one unit" else 2
        x, units = x[:, : count + ("u03" in way.policies)], UNITS[: count + ("u03" in way.policies)]
    figures = Panel.of(x, periods=years, units=units, series=one.series)
    try:
        result = made(recipe(way), figures)
    except Faulty as refused:
        _in_words(refused)
        return
    assert not np.isinf(result.score).any()
    assert not np.isinf(result.rank).any()


@law(some, st.data())
def test_methods_go_together(seed: int, data: st.DataObject) -> None:
    """A method of every step, by chance: the order of the units plays no part, or there is a reason."""
    ways = [data.draw(st.sampled_from([one for one in ALL if one.step == step])) for step in WAYS]
    one, order = panel(seed), np.random.default_rng(seed).permutation(len(UNITS))
    other = Panel.of(
        one.values[:, order], periods=YEARS, units=tuple(UNITS[at] for at in order), series=one.series
    )
    chosen = recipe(*ways)
    try:
        before = made(chosen, one)
    except Faulty as refused:
        _in_words(refused)
        with pytest.raises(Faulty):
            made(chosen, other)
        return
    after = made(chosen, other)
    there = ~np.isnan(before.score)
    np.testing.assert_array_equal(~np.isnan(after.score), there[:, order])
    assert not np.isinf(before.score).any()
