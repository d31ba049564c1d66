"""A small index with two pillars, and recipes for it in TOML: what the steps before scaling are tested on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from _arrays import NAN, Array
from _trees import text
from innodex.documents import Fault, Faulty
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel, Status
from innodex.recipe import Recipe, read
from innodex.result import Result, build
from innodex.territory import Region, Territory, Unit

UNITS = ("U1", "U2", "U3", "U4", "U5")
AFTER = """
[[steps]]
step = "normalise"
method = "none"
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
# Two regions; U5 is in none. Groups by size beside them.
TERRITORY = Territory(
    "test",
    tuple(
        Unit(code, text(code), region=region, groups=(size,))
        for code, region, size in zip(
            UNITS, ("north", "north", "south", "south", None), ("large", "small", "large", "small", "small"),
            strict=True,
        )
    ),
    (Region("north", text("North")), Region("south", text("South"))),
)  # fmt: skip


def _node(code: str, parent: str | None, level: str, lower: bool = False) -> Node:
    indicator = len(code) == 2 and code[0] in "abcd"
    direction = (Direction.LOWER if lower else Direction.HIGHER) if indicator else None
    return Node(
        code,
        code,
        parent,
        level,
        text(code),
        direction=direction,
        formula=Direct(code) if indicator else None,
    )


def framework(*, valid_from: Mapping[str, str] | None = None) -> Framework:
    """R above the pillars P and Q; groups a and b in P, c and d in Q; two indicators in each."""
    nodes = [_node("R", None, "index"), _node("P", "R", "pillar"), _node("Q", "R", "pillar")]
    for group, pillar in (("a", "P"), ("b", "P"), ("c", "Q"), ("d", "Q")):
        nodes.append(_node(group, pillar, "group"))
        nodes += [_node(f"{group}{n}", group, "indicator") for n in (1, 2)]
    starts = valid_from or {}
    nodes = [
        node
        if node.code not in starts
        else Node(
            node.id, node.code, node.parent, node.level, node.name, direction=node.direction,
            valid_from=starts[node.code], formula=node.formula,
        )
        for node in nodes
    ]  # fmt: skip
    names = [node.code for node in nodes if node.is_indicator] + ["people"]
    return Framework(tuple(nodes), tuple(Series(name, text(name)) for name in names))


SERIES = ("a1", "a2", "b1", "b2", "c1", "c2", "d1", "d2", "people")


def panel(columns: Mapping[str, Sequence[float] | Array], *, periods: tuple[str, ...] = ("2024",)) -> Panel:
    """Figures (unit) or (period, unit) by series; 1 where a series is not named."""
    values = np.ones((len(periods), len(UNITS), len(SERIES)))
    for name, figures in columns.items():
        values[:, :, SERIES.index(name)] = figures
    return Panel.of(values, periods=periods, units=UNITS, series=SERIES)


def marked(given: Panel, status: Status, unit: str, series: str, period: str = "2024") -> Panel:
    """The same panel with another status in one cell."""
    words, values = given.status.copy(), given.values.copy()
    at = given.periods.index(period), given.units.index(unit), given.series.index(series)
    words[at] = status
    if status > Status.ESTIMATED:
        values[at] = NAN
    return Panel(given.periods, given.units, given.series, values, words, given.source, given.sources)


def recipe(steps: str) -> Recipe:
    """The recipe with these steps before those that every recipe has."""
    reading = read(f'schema = 1\ntitle_en = "Test"\n{steps}\n{AFTER}'.encode())
    assert reading.recipe is not None, [fault.text("en") for fault in reading.faults]
    return reading.recipe


def made(steps: str, given: Panel, *, tree: Framework | None = None, scheme: bool = True) -> Result:
    """What `build` makes of a panel."""
    return build(tree or framework(), given, recipe(steps), territory=TERRITORY if scheme else None)


def refused(steps: str, given: Panel, **policies: bool) -> list[Fault]:
    """The faults that `build` names; each has its words in both languages."""
    try:
        made(steps, given, **policies)  # type: ignore[arg-type]
    except Faulty as faulty:
        for fault in faulty.faults:
            for lang in ("vi", "en"):
                assert "{" not in fault.text(lang)
                assert "faults." not in fault.text(lang)
        return list(faulty.faults)
    raise AssertionError("nothing was refused")


def step(name: str, method: str, /, **policies: object) -> str:
    """One step as TOML."""
    lines = ["[[steps]]", f'step = "{name}"', f'method = "{method}"']
    return "\n".join([*lines, *(f"{key} = {_toml(value)}" for key, value in policies.items()), ""])


def at(code: str, method: str, /, **policies: object) -> str:
    """An exception of the step before it."""
    lines = [f'[steps.at."{code}"]', f'method = "{method}"']
    return "\n".join([*lines, *(f"{key} = {_toml(value)}" for key, value in policies.items()), ""])


def _toml(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
