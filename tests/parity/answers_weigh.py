"""Weigh: effective weights and components through `build`, optimised weights by the objective they reach."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from _trees import text
from innodex.documents import Faulty
from innodex.engine import weigh
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import read
from innodex.result import Result, build
from parity import _sets
from parity._sets import Edge, Refused, Table, call, file, number

Floats = npt.NDArray[np.float64]
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
{methods}
[[steps]]
step = "aggregate"
method = "arithmetic"
missing = "available"
minimum_share = 0
[[steps]]
step = "rank"
ties = "min"
significant = 12
"""
# The peer's edge cases: two groups of two.
EDGE = {"Index": None, "G1": "Index", "a": "G1", "c": "G1", "G2": "Index", "b": "G2", "d": "G2"}
PCA = """
[steps.at.{code}]
weight = {weight!r}
method = "pca"
matrix = "correlation"
negative = "absolute"
constant = "refuse"
missing = "complete"
"""


def made(
    parents: Mapping[str, str | None],
    scores: Table,
    weights: Mapping[str, float],
    groups: tuple[str, ...] = (),
) -> Result:
    """A tree built from the scores of its leaves; the weights below `groups` come from components."""
    leaves = [code for code in parents if code not in parents.values()]
    tree = Framework(
        tuple(
            Node(
                code, code, parent, "", text(code),
                direction=Direction.HIGHER if code in leaves else None,
                formula=Direct(code) if code in leaves else None,
            )
            for code, parent in parents.items()
        ),
        tuple(Series(code, text(code)) for code in leaves),
    )  # fmt: skip
    ruled = {code for code, parent in parents.items() if parent in groups or parent is None}
    written = "\n".join(
        f'"{code}" = {one!r}' for code, one in weights.items() if code not in ruled | set(groups)
    )
    methods = ""
    for code in groups:
        table = PCA.format(code=code, weight=weights.get(code, 1.0))
        methods += table.replace("weight = ", "# weight = ") if code in ruled else table
    reading = read(DOCUMENT.format(weights=written, methods=methods).encode())
    assert reading.recipe is not None, [fault.text("en") for fault in reading.faults]
    figures = Panel.of(scores[leaves][None], periods=("2024",), units=scores.units, series=tuple(leaves))
    return build(tree, figures, reading.recipe)


def tree_of(name: str) -> tuple[dict[str, str | None], dict[str, float]]:
    """{code: parent} and {code: weight} of a set, in the order of its table."""
    listed = {
        code: row for code, row in _sets.meta(name).items() if row["Type"] in ("Indicator", "Aggregate")
    }
    parents = {code: None if row["Parent"] == "NA" else row["Parent"] for code, row in listed.items()}
    return parents, {code: number(row["Weight"]) for code, row in listed.items()}


def expected(path: str) -> list[dict[str, str]]:
    name, _, rest = path.partition("/")
    folder = _sets.root(name)
    assert folder is not None
    return _sets.rows(folder / rest)


@file("small/10_effective_weights.csv", "set_a/weights/effective_weights.csv")
def _effective(path: str) -> dict[tuple[str, ...], object]:
    name = path.partition("/")[0]
    scaled = "small/06_norm_minmax_1_100.csv" if name == "small" else "set_a/normalise/PIPELINE.csv"
    parents, weights = tree_of(name)
    result = made(parents, _sets.table(scaled), weights)
    levels = _sets.meta(name)
    found: dict[tuple[str, ...], object] = {}
    for at, code in enumerate(result.nodes):
        found[code, "Level"] = levels[code]["Level"]
        found[code, "Weight"] = float(result.weight[0, at])
        found[code, "EffWeight"] = float(result.effective[0, at])
    return found


def components(result: Result, group: str) -> tuple[tuple[str, ...], Floats, Floats]:
    """The children of a group, eigenvalues and eigenvectors, from the report of the build."""
    (report,) = [one for one in result.reports if one.name == "weights"]
    rows = [row for row in report.rows if row[1] == group]
    values = np.array([row[5] for row in rows if row[2] == "eigenvalue"], float)
    codes = tuple(str(row[3]) for row in rows if row[2] == "loading" and row[4] == 1)
    loads = np.array([row[5] for row in rows if row[2] == "loading"], float).reshape(values.size, -1).T
    return codes, values, loads / np.sqrt(np.maximum(values, 1e-300))


def like(vectors: Floats, values: Floats, at: int, theirs: Floats) -> Floats:
    """Our eigenvector, turned as theirs; of equal eigenvalues, what lies in their common space of theirs."""
    same = vectors[:, np.abs(values - values[at]) <= 1e-9 * max(1.0, float(values[at]))]
    shadow = same @ (same.T @ theirs)
    found: Floats = shadow / np.linalg.norm(shadow)
    return found


def of_level(path: str, name: str, scores: Table, level: str) -> dict[tuple[str, ...], object]:
    """The loadings of a level on the first component of its group, all others as written."""
    parents, weights = tree_of(name)
    listed = _sets.meta(name)
    theirs = {row["iCode"]: number(row["Weight"]) for row in expected(path)}
    found: dict[tuple[str, ...], object] = {}
    for code in parents:
        found[code, "Level"], found[code, "Weight"] = listed[code]["Level"], weights[code]
    groups = tuple(
        dict.fromkeys(str(listed[code]["Parent"]) for code in parents if listed[code]["Level"] == level)
    )
    result = made(parents, scores, weights, groups)
    for group in groups:
        codes, values, vectors = components(result, group)
        own = like(vectors, values, 0, np.array([theirs[code] for code in codes]))
        found.update({(code, "Weight"): float(one) for code, one in zip(codes, own, strict=True)})
    return found


@file("small/10_pca_weights.csv")
def _small_components(path: str) -> dict[tuple[str, ...], object]:
    return of_level(path, "small", _sets.table("small/06_norm_minmax_1_100.csv"), "1")


@file(*(f"set_a/weights/pca_level{level}.csv" for level in "1234"))
def _components(path: str) -> dict[tuple[str, ...], object]:
    level = path.removesuffix(".csv")[-1]
    return of_level(path, "set_a", _sets.table("set_a/normalise/PIPELINE.csv"), level)


@file("set_a/weights/pca_level1_with_missing.csv")
def _components_with_gaps(path: str) -> dict[tuple[str, ...], object]:
    return of_level(path, "set_a", _sets.table("set_a/aggregate/unimputed_amean.csv"), "1")


@file("set_a/weights/pca_pillars_all_in_one.csv")
def _components_of_all(path: str) -> dict[tuple[str, ...], object]:
    """All pillars under one roof: a tree of pillars alone."""
    listed = _sets.meta("set_a")
    pillars = [code for code, row in listed.items() if row["Level"] == "3"]
    result = made(
        {"Index": None, **dict.fromkeys(pillars, "Index")}, _sets.table("set_a/aggregate/PIPELINE.csv"), {},
        ("Index",),
    )  # fmt: skip
    theirs = {row["iCode"]: number(row["Weight"]) for row in expected(path)}
    codes, values, vectors = components(result, "Index")
    own = dict(zip(codes, like(vectors, values, 0, np.array([theirs[code] for code in codes])), strict=True))
    weights = tree_of("set_a")[1]
    found: dict[tuple[str, ...], object] = {}
    for code in theirs:
        found[code, "Level"], found[code, "Weight"] = (
            listed[code]["Level"],
            float(own.get(code, weights[code])),
        )
    return found


@file(*(f"set_a/weights/pca_level{level}_details.json" for level in "1234"))
def _details(path: str) -> dict[tuple[str, ...], object]:
    """Deviations of the components, eigenvectors by column, and the means and deviations of the children."""
    folder = _sets.root("set_a")
    assert folder is not None
    groups = json.loads((folder / path.partition("/")[2]).read_text(encoding="utf-8"))
    parents, weights = tree_of("set_a")
    result = made(parents, _sets.table("set_a/normalise/PIPELINE.csv"), weights, tuple(groups))
    found: dict[tuple[str, ...], object] = {}
    # The groups' own scores are those of given weights; components stand on the children's.
    given = made(parents, _sets.table("set_a/normalise/PIPELINE.csv"), weights)
    for group, theirs in groups.items():
        codes, values, vectors = components(result, group)
        x = given.score[0][:, [given.node_at[code] for code in codes]]
        turned = np.array(theirs["rotation"], float)
        for a, code in enumerate(codes):
            found[group, "codes", str(a)] = code
            found[group, "sdev", str(a)] = float(np.sqrt(values[a]))
            found[group, "center", str(a)] = float(x[:, a].mean())
            found[group, "scale", str(a)] = float(x[:, a].std(ddof=1))
            for b, one in enumerate(like(vectors, values, a, turned[:, a])):
                found[group, "rotation", str(b), str(a)] = float(one)
    return found


@call(r"\| get_PCA\(mk\(Xc\), dset = 'Raw', Level = 1\)")
def _edge_components(edge: Edge) -> object:
    weights = {code: 1.0 for code, parent in EDGE.items() if parent}
    try:
        result = made(EDGE, edge.table, weights, ("G1", "G2"))
    except Faulty as faulty:
        raise Refused from faulty
    if edge.error is not None:
        return "answered"
    theirs = dict(zip(edge.value["iCode"], edge.value["Weight"], strict=True))
    own: dict[str, float] = dict.fromkeys(EDGE, 1.0)
    for group in ("G1", "G2"):
        codes, values, vectors = components(result, group)
        turned = like(vectors, values, 0, np.array([float(theirs[code]) for code in codes]))
        own.update(zip(codes, turned.tolist(), strict=True))
    order = edge.value["iCode"]
    return {"iCode": order, "Level": edge.value["Level"], "Weight": [own[code] for code in order]}


@call(r"^zero_weight \| get_eff_weights")
def _edge_effective(edge: Edge) -> object:
    weights = {code: 1.0 for code, parent in EDGE.items() if parent} | {"c": 0.0}
    result = made(EDGE, edge.table, weights)
    levels = {"Index": 3, "G1": 2, "G2": 2}
    order = ["a", "c", "b", "d", "G1", "G2", "Index"]
    places = [result.node_at[code] for code in order]
    return {
        "iCode": order,
        "Level": [levels.get(code, 1) for code in order],
        "Weight": result.weight[0, places],
        "EffWeight": result.effective[0, places],
    }


class Optimum:
    """The peer's search: weights of a level, and the correlations of its nodes with the index."""

    def __init__(self, path: str) -> None:
        kind, level = path.rpartition("/")[2].split("_")[1:3]
        self.aim, self.level = kind, level.removesuffix(".csv")[5:6]
        listed = _sets.meta("set_a")
        self.codes = [
            code
            for code, row in listed.items()
            if row.get("Level") == self.level and row["Type"] == "Aggregate"
        ]
        self.x = _sets.table("set_a/aggregate/PIPELINE.csv")[self.codes]
        parents = [str(listed[code]["Parent"]) for code in self.codes]
        self.above, self.groups = np.unique(parents, return_inverse=True)
        upper = [number(listed[code]["Weight"]) for code in self.above]
        self.upper = np.array(upper) / np.sum(upper)
        rows = expected(f"set_a/weights/opt_{self.aim}_level{self.level}.csv")
        self.theirs = np.array([{r["iCode"]: number(r["Weight"]) for r in rows}[code] for code in self.codes])
        self.even = np.ones(len(self.codes))

    def index(self, weights: Floats) -> Floats:
        """(trial, unit): the index, the levels between as given."""
        total = np.zeros((len(weights), len(self.x)))
        for group, share in enumerate(self.upper):
            part = np.where(self.groups == group, weights, 0.0)
            total += share * (part / part.sum(axis=-1, keepdims=True)) @ self.x.T
        return total

    def ours(self) -> Floats:
        """Our weights, free to be negative as the peer's are."""
        bounds = {"groups": self.groups, "low": -1.0, "high": 2.0}
        if self.aim == "balance":
            return weigh.balance(self.x, self.index, target=self.even, **bounds)  # type: ignore[arg-type]
        return weigh.information(self.x, self.index, **bounds)  # type: ignore[arg-type]

    def correlations(self, weights: Floats) -> Floats:
        return weigh.correlations(self.x, self.index(weights[None])[0])

    def missed(self, weights: Floats) -> float:
        """What is made least: the mean squared gap (the peer takes its logarithm), or minus the sum."""
        found = self.correlations(weights)
        return float(weigh.imbalance(found, self.even) if self.aim == "balance" else -found.sum())

    def reached(self) -> bool:
        """True where our weights do as well as theirs, or better."""
        return self.missed(self.ours()) <= self.missed(self.theirs) + 1e-12


OPTIMA = tuple(f"set_a/weights/opt_{aim}_level{level}" for aim in ("balance", "infomax") for level in "34")


@file(*(f"{path}.csv" for path in OPTIMA))
def _optimal(path: str) -> dict[tuple[str, ...], object]:
    """Weights are free where the objective is reached: then theirs stand for ours."""
    optimum = Optimum(path)
    settled = dict(zip(optimum.codes, optimum.theirs if optimum.reached() else optimum.ours(), strict=True))
    listed, weights = _sets.meta("set_a"), tree_of("set_a")[1]
    found: dict[tuple[str, ...], object] = {}
    for row in expected(path):
        code = row["iCode"]
        found[code, "Level"], found[code, "Weight"] = (
            listed[code]["Level"],
            float(settled.get(code, weights[code])),
        )
    return found


@file(*(f"{path}_correlations.csv" for path in OPTIMA))
def _correlations(path: str) -> dict[tuple[str, ...], object]:
    """Of their weights, as the manifest says."""
    return dict(_rows_of(Optimum(path), path))


def _rows_of(optimum: Optimum, path: str) -> Iterator[tuple[tuple[str, ...], object]]:
    listed = expected(path)
    keys = _sets.keys_of(path, listed)
    own = dict(zip(optimum.codes, optimum.correlations(optimum.theirs), strict=True))
    for row in listed:
        place = tuple(row[key] for key in keys)
        yield (*place, "Correlation"), float(own[row["Var2"]])
        for column in ("Var1", "Var2"):
            yield (*place, column), row[column]


@file(*(f"{path}_result.json" for path in OPTIMA))
def _objective(path: str) -> dict[tuple[str, ...], object]:
    """The objective at their weights, where ours is as good; ours otherwise.

    Balance is told by the logarithm of the mean squared gap; gaps are compared, since of a gap that is a
    rounding error the logarithm is noise. Evaluations are counted by nobody here.
    """
    optimum = Optimum(path)
    missed = optimum.missed(optimum.theirs if optimum.reached() else optimum.ours())
    folder = _sets.root("set_a")
    assert folder is not None
    theirs = json.loads((folder / path.partition("/")[2]).read_text(encoding="utf-8"))["objective"]
    if optimum.aim == "balance":
        missed = theirs if abs(np.exp(theirs) - missed) <= 1e-12 else float(np.log(missed))
    return {("objective",): missed, ("evaluations",): float("nan"), ("convergence",): 0}
