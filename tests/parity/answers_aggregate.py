"""Aggregate and outrank: through `build` on the peer's tree, fed with the peer's stage before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from _trees import text
from innodex.documents import Faulty
from innodex.engine import aggregate, normalise, outrank
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import Recipe, read
from innodex.result import Result, build
from parity import _sets
from parity._sets import Edge, Refused, Table, call, cells_of, file, number

Floats = npt.NDArray[np.float64]
NAN = float("nan")
# What the peer calls a mean, as ours writes it.
MEANS = {
    "amean": 'method = "arithmetic"\nmissing = "available"\nminimum_share = 0\n',
    "gmean": 'method = "geometric"\nmissing = "available"\nminimum_share = 0\nnonpositive = "refuse"\n',
    "hmean": 'method = "harmonic"\nmissing = "available"\nminimum_share = 0\nnonpositive = "refuse"\n',
    # One gap leaves the peer's generalised mean missing: ours says so.
    "genmean_p2": 'method = "power"\nexponent = 2\nmissing = "all"\nnonpositive = "refuse"\n',
    "genmean_pm1": 'method = "power"\nexponent = -1\nmissing = "all"\nnonpositive = "refuse"\n',
    "copeland": 'method = "copeland"\nscore = "points"\nmissing = "available"\nminimum_share = 0\n',
}
DOCUMENT = """
schema = 1
[[steps]]
step = "normalise"
method = "none"
[[steps]]
step = "weigh"
weight = 1
[steps.at]
{weights}
[[steps]]
step = "aggregate"
{mean}
{exceptions}
[[steps]]
step = "rank"
ties = "min"
significant = 12
"""
EDGE_TREE = {"Index": None, "G1": "Index", "a": "G1", "c": "G1", "G2": "Index", "b": "G2", "d": "G2"}


def framework(parents: Mapping[str, str | None], leaves: Iterable[str]) -> Framework:
    """A tree of {code: parent} with these indicators, each a series of its own name."""
    listed = list(leaves)
    return Framework(
        tuple(
            Node(
                code, code, parent, "", text(code),
                direction=Direction.HIGHER if code in listed else None,
                formula=Direct(code) if code in listed else None,
            )
            for code, parent in parents.items()
        ),
        tuple(Series(code, text(code)) for code in listed),
    )  # fmt: skip


def recipe(weights: Mapping[str, float], mean: str, at: Mapping[str, str]) -> Recipe:
    """Scores as they are, these weights, this mean, and others at some nodes."""
    written = "\n".join(f'"{code}" = {weight!r}' for code, weight in weights.items())
    exceptions = "\n".join(f'[steps.at."{code}"]\n{policies}' for code, policies in at.items())
    document = DOCUMENT.format(weights=written, mean=mean, exceptions=exceptions)
    reading = read(document.encode())
    assert reading.recipe is not None, reading.faults
    return reading.recipe


def panel(table: Table) -> Panel:
    return Panel.of(table.x[None], periods=("2024",), units=table.units, series=table.columns)


def cells(result: Result) -> dict[tuple[str, ...], object]:
    return cells_of(result.units, result.nodes, result.score[0])


def joined(
    name: str, scores: Table, mean: str, *, at: Mapping[str, str] | None = None, weighted: bool = True
) -> Result:
    """The tree of a set, built from the scores of its indicators."""
    meta = {code: row for code, row in _sets.meta(name).items() if row["Type"] in ("Indicator", "Aggregate")}
    parents = {code: None if row["Parent"] == "NA" else row["Parent"] for code, row in meta.items()}
    weights = {
        code: number(row["Weight"]) if weighted else 1.0 for code, row in meta.items() if parents[code]
    }
    leaves = _sets.indicators(name)
    return build(
        framework(parents, leaves), panel(Table(scores.units, leaves, scores[leaves])),
        recipe(weights, mean, at or {}),
    )  # fmt: skip


@file(*(f"set_a/aggregate/{mean}.csv" for mean in MEANS if mean != "copeland"))
def _complete(path: str) -> dict[tuple[str, ...], object]:
    mean = path.rpartition("/")[2].removesuffix(".csv")
    return cells(joined("set_a", _sets.table("set_a/normalise/PIPELINE.csv"), MEANS[mean]))


@file("set_a/aggregate/PIPELINE.csv")
def _pipeline(_: str) -> dict[tuple[str, ...], object]:
    return cells(joined("set_a", _sets.table("set_a/normalise/PIPELINE.csv"), MEANS["amean"]))


@file("set_a/aggregate/amean_equal_weights.csv")
def _equal(_: str) -> dict[tuple[str, ...], object]:
    scores = _sets.table("set_a/normalise/PIPELINE.csv")
    return cells(joined("set_a", scores, MEANS["amean"], weighted=False))


@file("set_a/aggregate/mixed.csv")
def _mixed(_: str) -> dict[tuple[str, ...], object]:
    upper = [code for code, row in _sets.meta("set_a").items() if row["Level"] in ("4", "5")]
    at = dict.fromkeys(upper, MEANS["gmean"])
    return cells(joined("set_a", _sets.table("set_a/normalise/PIPELINE.csv"), MEANS["amean"], at=at))


def _with_gaps() -> Table:
    """The indicators of the units screened in, untreated and with their gaps, scaled from 1 to 100."""
    units = _sets.table("set_a/impute/mean_grp.csv").units
    raw = _sets.table("set_a/denominate/denominated.csv").only(units)
    codes, sign = _sets.indicators("set_a"), _sets.directions("set_a")
    return Table(units, codes, normalise.minmax(raw[codes], sign, low=1, high=100, constant=NAN))


@file(*(f"set_a/aggregate/unimputed_{mean}.csv" for mean in ("amean", "gmean", "hmean", "genmean_p2")))
def _gaps(path: str) -> dict[tuple[str, ...], object]:
    mean = path.partition("unimputed_")[2].removesuffix(".csv")
    return cells(joined("set_a", _with_gaps(), MEANS[mean]))


@file(*(f"set_a/aggregate/unimputed_amean_thresh_{share}.csv" for share in ("034", "050", "067", "100")))
def _thresholds(path: str) -> dict[tuple[str, ...], object]:
    share = int(path[-7:-4]) / 100
    mean = f'method = "arithmetic"\nmissing = "available"\nminimum_share = {share}\n'
    return cells(joined("set_a", _with_gaps(), mean))


@file(*(f"small/07_a_{mean}.csv" for mean in ("amean", "gmean", "hmean", "genmean_p2")))
def _small(path: str) -> dict[tuple[str, ...], object]:
    mean = path.partition("07_a_")[2].removesuffix(".csv")
    return cells(joined("small", _sets.table("small/06_norm_minmax_1_100.csv"), MEANS[mean]))


# ---- outranking --------------------------------------------------------------------------------------------


def _pairs(table: Table, weights: Floats) -> dict[tuple[str, ...], object]:
    shares = np.nan_to_num(outrank.matrix(table.x, weights))
    return cells_of(table.units, table.units, shares)


def _pillars(name: str, scores: str, codes: Iterable[str]) -> tuple[Table, Floats]:
    listed = tuple(codes)
    table = _sets.table(scores)
    weights = np.array([number(_sets.meta(name)[code]["Weight"]) for code in listed])
    return Table(table.units, listed, table[listed]), weights


def _of_set_a() -> tuple[Table, Floats]:
    pillars = [code for code, row in _sets.meta("set_a").items() if row["Level"] == "3"]
    return _pillars("set_a", "set_a/aggregate/PIPELINE.csv", pillars)


def _of_small() -> tuple[Table, Floats]:
    return _pillars("small", "small/07_a_amean.csv", ("PA", "PB"))


@file("set_a/outrank/matrix_pillars.csv")
def _matrix(_: str) -> dict[tuple[str, ...], object]:
    return _pairs(*_of_set_a())


@file("small/08_outrank_pillars.csv")
def _small_matrix(_: str) -> dict[tuple[str, ...], object]:
    return _pairs(*_of_small())


@file("set_a/outrank/matrix_indicators_with_missing.csv")
def _gappy_matrix(_: str) -> dict[tuple[str, ...], object]:
    return _pairs(*_indicators())


@file("set_a/outrank/weights.csv")
def _weights(_: str) -> dict[tuple[str, ...], object]:
    table, weights = _of_set_a()
    return {(code, "weight"): weight for code, weight in zip(table.columns, weights, strict=True)}


@file("set_a/outrank/dominance.json")
def _dominance(_: str) -> dict[tuple[str, ...], object]:
    found = _dominant(outrank.matrix(*_array(_of_set_a())))
    return {(key,): value for key, value in found.items()}


def _array(of: tuple[Table, Floats]) -> tuple[Floats, Floats]:
    return of[0].x, of[1]


def _dominant(shares: Floats) -> dict[str, float]:
    """How many of the pairs are decided by the whole weight."""
    count = int(np.count_nonzero(shares == 1))
    return {"nDominant": count, "fracDominant": count / (len(shares) * (len(shares) - 1) / 2)}


def _copeland(table: Table, weights: Floats) -> dict[tuple[str, ...], object]:
    """Through `build`: an index with the columns of the table directly under it."""
    parents = {"R": None, **dict.fromkeys(table.columns, "R")}
    written = {code: float(weight) for code, weight in zip(table.columns, weights, strict=True)}
    document = recipe(written, MEANS["copeland"], {})
    result = build(framework(parents, table.columns), panel(table), document)
    return cells_of(result.units, ("copeland",), result.score[0][:, [result.node_at["R"]]])


@file("set_a/outrank/copeland_pillars.csv")
def _copeland_pillars(_: str) -> dict[tuple[str, ...], object]:
    return _copeland(*_of_set_a())


@file("small/08_copeland.csv")
def _copeland_small(_: str) -> dict[tuple[str, ...], object]:
    return _copeland(*_of_small())


def _indicators() -> tuple[Table, Floats]:
    scores = _with_gaps()
    weights = np.array([number(_sets.meta("set_a")[code]["Weight"]) for code in scores.columns])
    return scores, weights


@file("set_a/outrank/copeland_indicators_with_missing.csv")
def _copeland_indicators(_: str) -> dict[tuple[str, ...], object]:
    return _copeland(*_indicators())


# ---- edge --------------------------------------------------------------------------------------------------

ROW = re.compile(r"a_(amean|gmean|hmean|genmean)\(x(, w)?(?:, p = (-?\d+))?\)")


@call(r"row:\w+ \| a_(amean|gmean|hmean|genmean)\(")
def _row(edge: Edge) -> float:
    """The children of one unit, through `build`; the peer's default weights are equal."""
    match = ROW.fullmatch(edge.call)
    assert match is not None, edge.call
    mean, weighted, exponent = match.groups()
    x = edge.x
    codes = tuple(f"c{n}" for n in range(len(x)))
    weights = {code: float(n + 1) if weighted else 1.0 for n, code in enumerate(codes)}
    if mean == "genmean":
        if read(_row_document(weights, exponent)).recipe is None:
            raise Refused
        policies = f'method = "power"\nexponent = {exponent}\nmissing = "all"\n'
        policies += f'nonpositive = "{"refuse" if int(exponent) < 0 else "formula"}"\n'
    elif mean == "hmean" and not (x == 0).any():
        policies = MEANS["hmean"].replace("refuse", "formula")  # the peer takes negatives as they come
    else:
        policies = MEANS[mean]
    tree = framework({"R": None, **dict.fromkeys(codes, "R")}, codes)
    try:
        result = build(tree, panel(Table(("U",), codes, x[None])), recipe(weights, policies, {}))
    except Faulty as faulty:
        if {fault.kind for fault in faulty.faults} != {"nonpositive-child"}:
            raise
        raise Refused from faulty
    return float(result.score[0, 0, result.node_at["R"]])


def _row_document(weights: Mapping[str, float], exponent: str) -> bytes:
    mean = f'method = "power"\nexponent = {exponent}\nmissing = "all"\nnonpositive = "formula"\n'
    return DOCUMENT.format(weights="", mean=mean, exceptions="").encode()


@call(r"matrix5x3 \| Aggregate\(")
def _matrix_mean(edge: Edge) -> list[float]:
    match = re.search(r"dat_thresh = ([\d./]+)", edge.call)
    share = 0.0 if match is None else 2 / 3 if match[1] == "2/3" else float(match[1])
    x, weights, every = edge.table.x, np.array([1.0, 1.0, 2.0]), np.ones((1, 3), bool)
    found = aggregate.enough(x, every, minimum_share=share)
    return list(np.where(found, aggregate.arithmetic(x, weights, every), NAN))


def _given_weights(edge: Edge) -> Floats:
    match = re.search(r"c\(([\d, ]+)\)", edge.call)
    assert match is not None
    return np.array([float(word) for word in match[1].split(",")])


@call(r"matrix5x3 \| outrankMatrix\(")
def _edge_matrix(edge: Edge) -> dict[str, object]:
    shares = outrank.matrix(edge.table.x, _given_weights(edge))
    return {"OutRankMatrix": np.nan_to_num(shares), **_dominant(shares)}


@call(r"matrix5x3 \| a_copeland\(")
def _edge_copeland(edge: Edge) -> list[float]:
    x = edge.table.x
    return list(outrank.copeland(x, _given_weights(edge), sample=np.ones(len(x), bool))[0])


CHAIN = re.compile(r"chain\(Xc(?:, c\((\d+), (\d+)\), 'a_(\w+)')?(?:, dat_thresh = ([\d.]+))?\)")


@call(r"\| chain\(Xc", r"^zero_weight \| get_dset\(Aggregate")
def _chain(edge: Edge) -> dict[str, object]:
    """From figures to the index, min–max and all, through `build`."""
    match = CHAIN.fullmatch(edge.call)
    low, high, mean, share = match.groups() if match else (None, None, None, None)
    scale = f'method = "minmax"\nlow = {low or 0}\nhigh = {high or 100}\nconstant = "missing"'
    document = DOCUMENT.replace('method = "none"', scale).format(
        weights='"c" = 0' if match is None else "",
        mean=MEANS[mean or "amean"].replace("minimum_share = 0", f"minimum_share = {share or 0}"),
        exceptions="",
    )
    reading = read(document.encode())
    assert reading.recipe is not None, reading.faults
    table = edge.table
    try:
        result = build(framework(EDGE_TREE, "acbd"), panel(table), reading.recipe)
    except Faulty as faulty:
        raise Refused from faulty
    columns = {code: result.score[0, :, at] for code, at in result.node_at.items()}
    return {"uCode": list(result.units), **columns}


@call(r"^zero_weight_group \| get_dset\(Aggregate")
def _weightless(edge: Edge) -> dict[str, object]:
    """By the engine: `build` refuses a group in which nothing has a weight."""
    table, every = edge.table, np.ones((1, 2), bool)
    x = normalise.minmax(table.x, np.ones(4), low=0, high=100, constant=NAN)
    scores = dict(zip(table.columns, x.T, strict=True))
    for group, children, weights in (("G1", "ac", [0.0, 0.0]), ("G2", "bd", [1.0, 1.0])):
        below = np.stack([scores[child] for child in children], axis=-1)
        scores[group] = aggregate.arithmetic(below, np.array(weights), every)
    groups = np.stack([scores["G1"], scores["G2"]], axis=-1)
    scores["Index"] = aggregate.arithmetic(groups, np.ones(2), every)
    return {"uCode": list(table.units), **scores}
