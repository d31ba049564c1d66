"""From panel to all ranks, in memory: speed of the engine against its limits and against two rivals.

Every case is computed three ways: `fast`, by `innodex.build`; `naive`, as a competent user of pandas writes
it; `vectorised`, as an expert writes this one recipe in plain NumPy. Their scores and ranks are compared
first; then rounds go through all of them in turn, by processor time of the thread. What sorting and copying
alone would take, at rates measured in the same process, is set beside it. The table is printed, JSON is
written beside this file; the exit code is 1 on a wrong result or over a limit.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from innodex.documents import Text
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import Recipe, read
from innodex.result import Result, build

Floats = npt.NDArray[np.float64]
INDICATORS, GROUPS, PILLARS = 52, 16, 7
# Imputation by the mean, winsorising of up to five points and else a logarithm, min–max, plain means.
RECIPE = b"""
schema = 1
[[steps]]
step = "impute"
method = "mean"
[[steps]]
step = "treat"
method = "outliers"
suspect = "both"
skewness = 2
kurtosis = 3.5
first = "winsorise"
limit = "points"
points = 5
then = "log-ct"
on = "original"
failed = "last"
[[steps]]
step = "normalise"
method = "minmax"
low = 0
high = 100
constant = "missing"
[[steps]]
step = "weigh"
weight = 1
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


def named(word: str) -> Text:
    """A name in one language."""
    return Text.of({"en": word})


def framework() -> Framework:
    """52 indicators under 16 groups, 7 pillars, 2 sub-indices."""
    nodes = [Node("IX", "IX", None, "index", named("Index"))]
    nodes += [Node(code, code, "IX", "subindex", named(code)) for code in ("IN", "OUT")]
    pillars = [f"P{at + 1}" for at in range(PILLARS)]
    nodes += [
        Node(code, code, "IN" if at < 5 else "OUT", "pillar", named(code)) for at, code in enumerate(pillars)
    ]
    groups = [f"G{at + 1:02d}" for at in range(GROUPS)]
    nodes += [
        Node(code, code, pillars[at * PILLARS // GROUPS], "group", named(code))
        for at, code in enumerate(groups)
    ]
    leaves = [f"I{at + 1:02d}" for at in range(INDICATORS)]
    for at, code in enumerate(leaves):
        lower = Direction.LOWER if at % 7 == 3 else Direction.HIGHER
        parent = groups[at * GROUPS // INDICATORS]
        nodes.append(
            Node(code, code, parent, "indicator", named(code), direction=lower, formula=Direct(code.lower()))
        )
    return Framework(tuple(nodes), tuple(Series(code.lower(), named(code)) for code in leaves))


def panel(units: int, periods: int = 1) -> Panel:
    """Made-up figures: most columns normal, every fifth heavily skewed, one in twenty missing."""
    random = np.random.default_rng(2026)
    x = random.normal(50, 10, (periods, units, INDICATORS))
    x[:, :, ::5] = np.exp(random.normal(0, 1.5, x[:, :, ::5].shape))
    x[random.random(x.shape) < 0.05] = np.nan
    return Panel.of(
        x,
        periods=tuple(str(2000 + p) for p in range(periods)),
        units=tuple(f"U{u:07d}" for u in range(units)),
        series=tuple(f"i{at + 1:02d}" for at in range(INDICATORS)),
    )


def recipe() -> Recipe:
    """The recipe above, read as from a file."""
    reading = read(RECIPE)
    assert reading.recipe is not None, [fault.text("en") for fault in reading.faults]
    return reading.recipe


# ---- the rivals ----------------------------------------------------------------------------------------


def naive(world: Framework, one: Panel) -> tuple[Any, Any]:
    """Scores and ranks of the first period as a competent user of pandas writes it."""
    import pandas as pd

    leaves = [node.code for node in world.indicators]
    frame = pd.DataFrame(one.values[0], index=list(one.units), columns=leaves)
    frame = frame.fillna(frame.mean())
    for code in leaves:
        frame[code] = _treated_in_pandas(frame[code])
    for node in world.indicators:
        column = frame[node.code]
        share = (column - column.min()) / (column.max() - column.min())
        frame[node.code] = 100 * (1 - share if node.direction is Direction.LOWER else share)
    scores: dict[str, Any] = {}
    for node in world.below(world.root.code):
        children = world.children(node.code)
        scores[node.code] = (
            pd.concat([scores[child.code] for child in children], axis=1).mean(axis=1)
            if children
            else frame[node.code]
        )
    table = pd.DataFrame(scores)[[node.code for node in world.nodes]]
    return table, table.rank(ascending=False, method="min")


def _treated_in_pandas(column: Any) -> Any:
    def passes(x: Any) -> bool:
        return bool(abs(x.skew()) < 2 or x.kurt() < 3.5)

    original, moved = column, 0
    while not passes(column) and moved < 5:
        high = column.skew() >= 0
        extreme = column.max() if high else column.min()
        inside = column[column != extreme]
        column = column.where(column != extreme, inside.max() if high else inside.min())
        moved = int((original > column.max()).sum() + (original < column.min()).sum())
    if passes(column):
        return column
    low, high_value = original.min(), original.max()
    return np.log(original - low + 0.01 * (high_value - low))


def vectorised(world: Framework, one: Panel) -> tuple[Floats, Floats]:
    """Scores and ranks (node, unit) of the first period as an expert writes it for this recipe."""
    x = np.ascontiguousarray(one.values[0].T)
    gaps = np.isnan(x)
    x[gaps] = np.broadcast_to(np.nanmean(x, axis=1)[:, None], x.shape)[gaps]
    skew, kurt = _moments(x)
    for at in np.flatnonzero(~((np.abs(skew) < 2) | (kurt < 3.5))):
        x[at] = _treated(x[at])
    low, high = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
    share = (x - low) / (high - low)
    down = np.array([node.direction is Direction.LOWER for node in world.indicators])
    share[down] = 1 - share[down]
    scores = np.empty((len(world.nodes), x.shape[1]))
    place = {node.code: at for at, node in enumerate(world.nodes)}
    scores[[place[node.code] for node in world.indicators]] = 100 * share
    for node in world.below(world.root.code):
        if children := [place[child.code] for child in world.children(node.code)]:
            scores[place[node.code]] = scores[children].mean(axis=0)
    order = np.argsort(-scores, axis=1)
    ordered = np.take_along_axis(scores, order, axis=1)
    first = np.ones(ordered.shape, bool)
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    places = np.where(first, np.arange(1, x.shape[1] + 1), 0)
    ranks = np.empty_like(scores)
    np.put_along_axis(ranks, order, np.maximum.accumulate(places, axis=1), axis=1)
    return scores, ranks


def _moments(x: Floats) -> tuple[Floats, Floats]:
    n = x.shape[-1]
    away = x - x.mean(axis=-1, keepdims=True)
    second, third, fourth = (np.sum(away**power, axis=-1) for power in (2, 3, 4))
    skew = np.sqrt(n * (n - 1)) / (n - 2) * np.sqrt(n) * third / second**1.5
    kurt = ((n + 1) * (n * fourth / second**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return skew, kurt


def _treated(column: Floats) -> Floats:
    x, moved = column, 0
    while True:
        skew, kurt = _moments(x)
        if abs(skew) < 2 or kurt < 3.5:
            return x
        if moved >= 5:
            low, high = column.min(), column.max()
            return np.asarray(np.log(column - low + 0.01 * (high - low)))
        if skew >= 0:
            x = np.where(x == x.max(), x[x < x.max()].max(), x)
        else:
            x = np.where(x == x.min(), x[x > x.min()].min(), x)
        moved = int((column > x.max()).sum() + (column < x.min()).sum())


def floor(units: int) -> float:
    """Seconds of sorting 78 columns and of six passes over 52, at the rates of this machine."""
    nodes = 1 + 2 + PILLARS + GROUPS + INDICATORS
    random = np.random.default_rng(1)
    columns, times = random.random((4, units)), []
    for _ in range(3):
        began = time.thread_time()
        np.sort(columns, axis=1)
        sorted_at = time.thread_time()
        for _ in range(6):
            columns.copy()
        times.append((sorted_at - began) * nodes / 4 + (time.thread_time() - sorted_at) * INDICATORS / 4)
    return min(times)


# ---- cases ---------------------------------------------------------------------------------------------


@dataclass
class Case:
    """One size: what must hold, and how long each way took."""

    name: str
    units: int
    periods: int
    limit: float | None
    rounds: int
    rivals: tuple[str, ...] = ("naive", "vectorised")
    seconds: dict[str, list[float]] = field(default_factory=dict)


CASES = (
    Case("63 × 52", 63, 1, 0.004, 40),
    Case("63 × 52 × 30 periods", 63, 30, 30 * 0.004, 10, ()),
    Case("10,000 × 52", 10_000, 1, 0.15, 5),
    Case("100,000 × 52", 100_000, 1, 1.5, 2, ("vectorised",)),
)
LARGEST = Case("1,000,000 × 52", 1_000_000, 1, 20.0, 1, ())
MOST_MEMORY = 6e9


def wrong(case: Case, world: Framework, one: Panel, result: Result) -> str | None:
    """How the three ways differ, if they do."""
    scores, ranks = vectorised(world, one)
    if not np.allclose(result.score[0].T, scores, rtol=1e-9, atol=1e-9, equal_nan=True):
        return "scores differ from the vectorised ones"
    # Scores within the last bit may trade places; a recipe's ranks round them first.
    if _differ(ranks, result.rank[0].T):
        return "ranks differ from the vectorised ones"
    if "naive" in case.rivals:
        table, places = naive(world, one)
        if not np.allclose(table.to_numpy(), scores.T, rtol=1e-9, atol=1e-9, equal_nan=True):
            return "scores differ from the naive ones"
        if _differ(ranks, places.to_numpy().T):
            return "ranks differ from the naive ones"
    return None


def _differ(ranks: Floats, others: Floats) -> bool:
    apart = np.abs(ranks - others)
    return bool(np.nanmax(apart) > 1 or np.count_nonzero(apart) > 1e-4 * ranks.size)


def measure(case: Case, rounds: int | None = None) -> str | None:
    """Compare, then time by turns; the result is what is wrong, if anything."""
    world, way, one = framework(), recipe(), panel(case.units, case.periods)
    if case.rivals and (found := wrong(case, world, one, build(world, one, way))):
        return found
    ways: dict[str, Callable[[], object]] = {"fast": lambda: build(world, panel_again(one), way)}
    if "naive" in case.rivals:
        ways["naive"] = lambda: naive(world, one)
    if "vectorised" in case.rivals:
        ways["vectorised"] = lambda: vectorised(world, one)
    for _ in range(rounds or case.rounds):
        for name, go in ways.items():
            began = time.thread_time()
            go()
            case.seconds.setdefault(name, []).append(time.thread_time() - began)
    return None


def panel_again(one: Panel) -> Panel:
    """The same figures as a new value, so that nothing is remembered of them."""
    return Panel(one.periods, one.units, one.series, one.values, one.status, one.source, one.sources)


def largest() -> tuple[float, float]:
    """Seconds and bytes of a million units, in a process of its own."""
    code = (
        "import sys, time, resource\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import engine\n"
        "world, way, one = engine.framework(), engine.recipe(), engine.panel(1_000_000)\n"
        "began = time.process_time()\n"
        "result = engine.build(world, one, way)\n"
        "spent = time.process_time() - began\n"
        "assert result.ranked(0, 0) == 1_000_000\n"
        "print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, size = done.stdout.split()
    return float(seconds), float(size)


def main() -> int:
    """Measure every case, print and write the table."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--quick", action="store_true", help="one round of the smaller cases")
    options.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    quick = options.parse_args().quick
    lines, bad = [], False
    for case in CASES[:3] if quick else CASES:
        fault = measure(case, 1 if quick else None)
        if fault:
            print(f"{case.name}: {fault}")
            bad = True
            continue
        line = _line(case)
        bad = bad or (line["verdict"] != "ok" and not quick)
        lines.append(line)
        _show(line)
    if not quick:
        seconds, size = largest()
        assert LARGEST.limit is not None
        verdict = "ok" if seconds <= LARGEST.limit and size <= MOST_MEMORY else "over the limit"
        line = {
            "case": LARGEST.name, "seconds": seconds, "limit": LARGEST.limit, "bytes": size,
            "verdict": verdict, "microseconds a unit": 1e6 * seconds / LARGEST.units,
        }  # fmt: skip
        bad = bad or verdict != "ok"
        lines.append(line)
        print(f"{LARGEST.name}: {seconds:.2f} s, {size / 1e9:.2f} GB at most: {verdict}")
    frontier_lines, frontier_bad = frontier(quick)
    lines += frontier_lines
    if not quick:
        options.parse_args().json.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    return int(bad or frontier_bad)


def _line(case: Case) -> dict[str, Any]:
    fast = case.seconds["fast"]
    middle = statistics.median(fast)
    line: dict[str, Any] = {
        "case": case.name,
        "seconds": middle,
        "limit": case.limit,
        "microseconds a unit": 1e6 * middle / case.units / case.periods,
        "sort and copy alone": floor(case.units) * case.periods,
    }
    for rival in case.rivals:
        ratios = [other / own for own, other in zip(fast, case.seconds[rival], strict=True)]
        line[f"{rival} / fast"] = [statistics.median(ratios), min(ratios), max(ratios)]
    line["verdict"] = "ok" if case.limit is None or middle <= case.limit else "over the limit"
    return line


def _show(line: dict[str, Any]) -> None:
    rivals = "".join(
        f", {name.partition(' ')[0]} takes {value[0]:.2f} times as long ({value[1]:.2f}–{value[2]:.2f})"
        for name, value in line.items()
        if name.endswith("/ fast")
    )
    share = line.get("sort and copy alone", 0.0) / line["seconds"]
    floor_words = f" {share:.0%} of it sorting and copying" if share else " a programme each"
    limit = f" of at most {1e3 * line['limit']:.0f} ms" if line["limit"] else ""
    print(
        f"{line['case']}: {1e3 * line['seconds']:.2f} ms{limit}, {line['microseconds a unit']:.2f} µs a unit,"
        f"{floor_words}{rivals}: {line['verdict']}"
    )


FRONTIER = b"""
schema = 1
[[steps]]
step = "normalise"
method = "none"
[[steps]]
step = "weigh"
weight = 1
[[steps]]
step = "aggregate"
method = "benefit"
missing = "all"
best = 1
nonpositive = "refuse"
[[steps]]
step = "rank"
ties = "min"
significant = 9
"""


def frontier(quick: bool) -> tuple[list[dict[str, Any]], bool]:
    """Benefit of the Doubt: a linear programme a unit, against one call of SciPy a unit."""
    lines, bad = [], False
    for units, limit, rounds in ((63, 0.030, 10), (1000, 2.0, 2)):
        case = Case(f"Benefit of the Doubt, {units:,} × 12", units, 1, limit, rounds, ("naive",))
        world, one, way = _flat(12), _positive(units), read(FRONTIER).recipe
        assert way is not None
        ours = build(world, one, way).score[0, :, 0]
        some = slice(None) if units < 100 else slice(0, 100)
        theirs = _programmes(one.values[0], some)
        if not np.allclose(ours[some], theirs, rtol=1e-7):
            print(f"{case.name}: scores differ from SciPy's")
            bad = True
            continue
        for _ in range(1 if quick else rounds):
            began = time.thread_time()
            build(world, panel_again(one), way)
            case.seconds.setdefault("fast", []).append(time.thread_time() - began)
            began = time.thread_time()
            _programmes(one.values[0], some)
            spent = (time.thread_time() - began) * units / len(theirs)
            case.seconds.setdefault("naive", []).append(spent)
        line = _line(case)
        del line["sort and copy alone"]
        bad = bad or (line["verdict"] != "ok" and not quick)
        lines.append(line)
        _show(line)
    return lines, bad


def _flat(count: int) -> Framework:
    leaves = [f"I{at + 1:02d}" for at in range(count)]
    nodes = [
        Node(
            code,
            code,
            "IX",
            "indicator",
            named(code),
            direction=Direction.HIGHER,
            formula=Direct(code.lower()),
        )
        for code in leaves
    ]
    top = Node("IX", "IX", None, "index", named("Index"))
    return Framework((top, *nodes), tuple(Series(code.lower(), named(code)) for code in leaves))


def _positive(units: int) -> Panel:
    x = np.random.default_rng(7).uniform(10, 100, (1, units, 12))
    names = tuple(f"i{at + 1:02d}" for at in range(12))
    return Panel.of(x, periods=("2024",), units=tuple(f"U{u:04d}" for u in range(units)), series=names)


def _programmes(x: Floats, some: slice) -> Floats:
    """The programmes of some units, each passed to SciPy whole."""
    from scipy.optimize import linprog

    bounds = np.ones(len(x))
    return np.array([-linprog(-own, A_ub=x, b_ub=bounds, method="highs").fun for own in x[some]])


if __name__ == "__main__":
    sys.exit(main())
