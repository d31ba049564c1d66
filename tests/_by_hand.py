"""The whole computation once more, cell by cell with dictionaries and plain numbers; None is missing.

It shares nothing with the engine, and reads frameworks and recipes only as plain data. Formulas: OECD/EU JRC
(2008), Handbook on Constructing Composite Indicators, steps 5 and 6; goalposts: UNDP, technical note 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from innodex.framework import Direct, Direction, Framework, Node, Ratio, series_of
from innodex.panel import Panel, Status
from innodex.recipe import Aggregation, AsIs, Goalposts, MinMax, Ranking, Recipe, ZScore

Number = float | None
Key = tuple[str, str, str]  # period, unit, code of a node


class Delicate(Exception):
    """A geometric mean of something that is zero but for a rounding error: either answer would do."""


def applies(framework: Framework, code: str, period: str) -> bool:
    """Within its own validity, and something below it is within its own."""
    node = next(one for one in framework.nodes if one.code == code)
    for bound, sign in ((node.valid_from, 1), (node.valid_to, -1)):
        if bound is not None:
            own = period[: len(bound)]
            if (sign == 1 and own < bound) or (sign == -1 and own > bound):
                return False
    return node.formula is not None or any(
        applies(framework, one.code, period) for one in framework.nodes if one.parent == code
    )


class ByHand:
    """Scores, flags and weights of an index, by period, unit and node."""

    def __init__(self, framework: Framework, panel: Panel, recipe: Recipe) -> None:
        self.framework, self.panel, self.recipe = framework, panel, recipe
        self.raw: dict[Key, Number] = {}
        self.score: dict[Key, Number] = {}
        self.flags: dict[Key, set[str]] = {}
        self.share: dict[tuple[str, str], float] = {}
        self.effective: dict[tuple[str, str], float] = {}
        root = next(node for node in framework.nodes if node.parent is None)
        for period in panel.periods:
            for node in framework.nodes:
                if node.formula is not None:
                    self._indicator(period, node)
            self._node(period, root)
            self.share[period, root.code] = self.effective[period, root.code] = float(
                applies(framework, root.code, period)
            )
            self._weights(period, root)

    def children(self, node: Node) -> list[Node]:
        """In framework order."""
        return [one for one in self.framework.nodes if one.parent == node.code]

    # ---- indicators ------------------------------------------------------------------------------------

    def _cell(self, period: str, unit: str, series: str) -> tuple[Number, Status]:
        at = (
            self.panel.periods.index(period),
            self.panel.units.index(unit),
            self.panel.series.index(series),
        )
        value = float(self.panel.values[at])
        return (None if math.isnan(value) else value), Status(int(self.panel.status[at]))

    def _indicator(self, period: str, node: Node) -> None:
        valid = applies(self.framework, node.code, period)
        for unit in self.panel.units:
            cells = [self._cell(period, unit, series) for series in series_of(node.formula)]
            key = period, unit, node.code
            self.raw[key] = self._value(node, [value for value, _ in cells]) if valid else None
            words = {status.word for _, status in cells} - {"observed"}
            self.flags[key] = words if valid else {"not_applicable"}
        field = {unit: self.raw[period, unit, node.code] for unit in self.panel.units}
        there = [x for x in field.values() if x is not None]
        for unit, x in field.items():
            self.score[period, unit, node.code] = None if x is None else self._scaled(node, x, there)
            if x is not None:
                self.flags[period, unit, node.code] |= self._marks(node, x, there)

    def _value(self, node: Node, values: list[Number]) -> Number:
        figures = [x for x in values if x is not None]
        if len(figures) < len(values):
            return None
        match node.formula:
            case Direct():
                return figures[0]
            case Ratio(scale=scale):
                return figures[0] / figures[1] * scale
            case _:
                return sum(figures)

    def _scaled(self, node: Node, x: float, there: list[float]) -> Number:
        method = self.recipe.normalise_at.get(node.code, self.recipe.normalise)
        lower = node.direction is Direction.LOWER
        match method:
            case MinMax(low, high, constant):
                least, most = min(there), max(there)
                if least == most:
                    return (low + high) / 2 if constant == "middle" else None
                way = (most - x if lower else x - least) / (most - least)
                return low + way * (high - low)
            case ZScore(kind, centre, spread, constant):
                degrees = len(there) - (kind == "sample")
                if min(there) == max(there):
                    return centre if constant == "middle" else None
                mean = sum(there) / len(there)
                deviation = math.sqrt(sum((other - mean) ** 2 for other in there) / degrees)
                return centre + spread * (mean - x if lower else x - mean) / deviation
            case Goalposts(bottom, top, scale, cap, low, high):
                if cap in ("low", "both"):
                    x = max(x, bottom)
                if cap in ("high", "both"):
                    x = min(x, top)
                if scale == "log":
                    way = (math.log(x) - math.log(bottom)) / (math.log(top) - math.log(bottom))
                else:
                    way = (x - bottom) / (top - bottom)
                return low + (1 - way if lower else way) * (high - low)
            case AsIs() | None:
                return x

    def _marks(self, node: Node, x: float, there: list[float]) -> set[str]:
        match self.recipe.normalise_at.get(node.code, self.recipe.normalise):
            case MinMax() | ZScore():
                return {"constant"} if min(there) == max(there) else set()
            case Goalposts(bottom, top, _, cap):
                below = x < bottom and cap in ("low", "both")
                above = x > top and cap in ("high", "both")
                return {"capped"} if below or above else set()
            case _:
                return set()

    # ---- parents ---------------------------------------------------------------------------------------

    def _node(self, period: str, node: Node) -> None:
        for child in self.children(node):
            self._node(period, child)
        if node.formula is not None:
            return
        policy = self.recipe.aggregate_at.get(node.code, self.recipe.aggregate)
        asked = [child for child in self.children(node) if applies(self.framework, child.code, period)]
        for unit in self.panel.units:
            there = [child for child in asked if self.score[period, unit, child.code] is not None]
            wanted = 1.0 if policy.missing == "all" else policy.minimum_share
            enough = bool(there) and len(there) / len(asked) >= wanted - 1e-9
            valid = applies(self.framework, node.code, period)
            self.score[period, unit, node.code] = (
                self._mean(policy, period, unit, there) if enough and valid else None
            )

    def _mean(self, policy: Aggregation, period: str, unit: str, there: list[Node]) -> Number:
        scores = {child.code: self.score[period, unit, child.code] or 0.0 for child in there}
        if policy.method == "sum":
            return sum(scores.values())
        weights = {code: self.recipe.weight_at.get(code, self.recipe.weight) for code in scores}
        scores = {code: score for code, score in scores.items() if weights[code] > 0}
        whole = sum(weights[code] for code in scores)
        if not scores:
            return None
        if policy.method == "arithmetic":
            return sum(weights[code] * score for code, score in scores.items()) / whole
        for child in there:
            if child.formula is None and abs(scores.get(child.code, 1.0)) < 1e-9:
                raise Delicate
        if any(score <= 0 for score in scores.values()):
            return 0.0 if policy.nonpositive == "zero" else None
        return math.prod(score ** (weights[code] / whole) for code, score in scores.items())

    def _weights(self, period: str, node: Node) -> None:
        summed = self.recipe.aggregate_at.get(node.code, self.recipe.aggregate).method == "sum"
        given = {
            child.code: 1.0 if summed else self.recipe.weight_at.get(child.code, self.recipe.weight)
            for child in self.children(node)
            if applies(self.framework, child.code, period)
        }
        whole = sum(given.values())
        for child in self.children(node):
            share = given.get(child.code, 0.0) / whole if whole else 0.0
            self.share[period, child.code] = share
            self.effective[period, child.code] = share * self.effective[period, node.code]
            self._weights(period, child)


def places(scores: Sequence[Number], field: Sequence[Number], policy: Ranking, loose: bool) -> list[Number]:
    """Ranks of some scores among themselves, rounded as part of a whole field.

    `loose` takes scores for what they are in 14 digits, so that a last bit does not keep one off a half.
    """
    there = [abs(_decimal(x, loose)) for x in field if x is not None]
    largest = max(there, default=Decimal(0))
    if policy.decimals is not None:
        power, rounding = -policy.decimals, policy.rounding
    else:
        power, rounding = largest.adjusted() - (policy.significant or 12) + 1, "half-even"
    how = ROUND_HALF_UP if rounding == "half-up" else ROUND_HALF_EVEN
    step = Decimal(1).scaleb(power)
    rounded = [None if x is None else (_decimal(x, loose) / step).quantize(Decimal(1), how) for x in scores]
    known = [x for x in rounded if x is not None]
    found: list[Number] = []
    for own in rounded:
        if own is None:
            found.append(None)
            continue
        above, level = sum(x > own for x in known), sum(x == own for x in known)
        found.append(
            {
                "min": above + 1,
                "max": above + level,
                "mean": above + (level + 1) / 2,
                "dense": len({x for x in known if x > own}) + 1,
            }[policy.ties]
        )
    return found


def _decimal(x: float, loose: bool) -> Decimal:
    return Decimal(f"{x:.14g}" if loose else repr(x))
