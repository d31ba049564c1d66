"""The step `impute`, and several imputed sets at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt

from innodex.documents import Fault
from innodex.engine import _array, impute
from innodex.recipe import (
    METHODS,
    OVER_TIME,
    PERIOD,
    POOLED,
    REGION,
    HoldFill,
    Imputation,
    LatestFill,
    LineFill,
    MeanFill,
    MedianFill,
    NearestFill,
    NormalFill,
    Prepare,
    RegressionFill,
    RowFill,
    ValueFill,
)
from innodex.result._branches import Branch, branches, by_method, method_of, written_at
from innodex.result._result import Flag, Floats, Report
from innodex.result._rows import Cells, Rows
from innodex.result._work import Mask, Work, span

Ints = npt.NDArray[np.int64]
HEAD = ("step", "period", "unit", "node", "method", "value", "from")
# A year, and within it a month, a quarter or a half.
_DATED = re.compile(r"(\d{4})(?:-(?:(0[1-9]|1[0-2])|[Qq]([1-4])|[HhSs]([12])))?")


@dataclass(slots=True)
class Draws:
    """Random numbers for one imputed set, the same whatever the order of the units.

    `order` are the places of the units by code. `known` keeps what was estimated for other sets from
    `common`, the figures that all of them begin with.
    """

    random: np.random.Generator
    order: Ints
    common: Floats
    known: dict[object, Any] = field(default_factory=dict)

    def uniform(self, shape: tuple[int, ...]) -> Floats:
        """(period, unit, indicator): from 0 up to 1."""
        return self._placed(self.random.random(shape))

    def normal(self, shape: tuple[int, ...]) -> Floats:
        """(period, unit, indicator): standard normal."""
        return self._placed(self.random.standard_normal(shape))

    def _placed(self, drawn: Floats) -> Floats:
        placed = np.empty_like(drawn)
        placed[:, self.order] = drawn
        return placed


def apply(work: Work, step: Prepare, draws: Draws | None = None) -> None:
    """Fill gaps of `work.x`; every gap looks at the figures before the step, none at another that was filled.

    Cells that do not apply stay as they are. `draws` takes a figure by chance where the method can.
    """
    before = work.x
    gaps = np.isnan(before) & ((work.flags & np.uint8(Flag.NOT_APPLICABLE)) == 0)
    if not gaps.any():
        return
    x = before
    came: list[tuple[list[int], Ints]] = []
    for method, columns in by_method(work.framework, step).items():
        columns = [column for column in columns if gaps[:, :, column].any()]
        if method is None or not columns:
            continue
        found, origin = _filled(work, step, method, columns, draws)
        if len(columns) == len(work.codes) and not np.may_share_memory(found, before):
            np.copyto(found, before, where=~gaps)
            x = found
        else:
            x = before.copy() if x is before else x
            x[:, :, columns] = np.where(gaps[:, :, columns], found, before[:, :, columns])
        if origin is not None:
            came.append((columns, origin))
    made = gaps & ~np.isnan(x)
    work.x = x
    work.mark(Flag.IMPUTED, made)
    if draws is None:
        work.reports.append(Report("impute", HEAD, Rows(lambda: _rows(work, step, x, made, came))))


def is_drawn(step: Prepare) -> bool:
    """True for an imputation of which some method knows chance."""
    certain = (ValueFill, *OVER_TIME)
    methods = (step.default, *step.at.values()) if step.step == "impute" else ()
    return any(method is not None and not isinstance(method, certain) for method in methods)


def _rows(
    work: Work, step: Prepare, x: Floats, made: Mask, came: list[tuple[list[int], Ints]]
) -> Iterator[Cells]:
    """A row for every cell that was filled."""
    origin = np.full(made.shape, -1)
    for columns, place in came:
        origin[:, :, columns] = place
    words = {spec.make: name for name, spec in METHODS["impute"].items()}
    methods = [words.get(type(method_of(work.framework, step, code)), "") for code in work.codes]
    for p, u, i in zip(*np.nonzero(made), strict=True):
        source = work.panel.periods[origin[p, u, i]] if origin[p, u, i] >= 0 else ""
        cell = work.panel.periods[p], work.panel.units[u], work.codes[i]
        yield step.place, *cell, methods[i], float(x[p, u, i]), source


def _filled(
    work: Work, step: Prepare, method: Imputation, columns: list[int], draws: Draws | None
) -> tuple[Floats, Ints | None]:
    """The columns (P, U, C) with gaps filled, and from which period each figure is where that is known."""
    x = work.x[:, :, span(columns)]
    match method:
        case ValueFill(value):
            return impute.constant(x, value=value), None
        case MeanFill() | MedianFill():
            return _average(work, method, x, draws), None
        case RowFill():
            return _by_branch(work, method.inside, columns, lambda one: _row(work, method, one, draws)), None
        case NearestFill():
            return _by_branch(work, method.inside, columns, lambda one: _near(work, method, one, draws)), None
        case NormalFill():
            return _by_branch(
                work, method.inside, columns, lambda one: _normal(work, step, method, one, draws)
            ), None
        case RegressionFill():
            return _regression(work, step, method, columns, draws), None
        case LatestFill() | HoldFill() | LineFill():
            return _over_time(work, method, x)
        case _:
            assert_never(method)


# ---- from the other units ----------------------------------------------------------------------------------


def groups_of(work: Work, words: tuple[str, ...]) -> Ints:
    """(U): the number of the group of each unit, −1 for none; the first of several it is in."""
    assert work.territory is not None
    found = np.full(len(work.panel.units), -1)
    lists = [region.code for region in work.territory.regions] if REGION in words else []
    for number, name in enumerate([*lists, *(word for word in words if word != REGION)]):
        members = np.isin(work.panel.units, work.territory.group(name))
        found[members & (found < 0)] = number
    return found


def _average(work: Work, method: MeanFill | MedianFill, x: Floats, draws: Draws | None) -> Floats:
    sample = work.sample(x, method.sample)
    if not method.groups and draws is None:
        fill = impute.mean if isinstance(method, MeanFill) else impute.median
        return fill(x, sample=sample)
    alone = np.zeros(x.shape[1], np.int64)
    groups = groups_of(work, method.groups) if method.groups else alone
    repeat = sample.shape[1] // x.shape[1]
    if draws is None:
        return impute.by_group(
            x,
            groups,
            average="mean" if isinstance(method, MeanFill) else "median",
            empty=method.empty,
            sample=sample,
            sample_groups=np.tile(groups, repeat),
        )
    uniform = draws.uniform(x.shape)
    found = _hot_deck(x, sample, groups, repeat, uniform)
    return _hot_deck(found, sample, alone, repeat, uniform) if method.empty == "all" else found


def _hot_deck(x: Floats, sample: Floats, groups: Ints, repeat: int, uniform: Floats) -> Floats:
    members = np.tile(groups, repeat)
    samples = np.broadcast_to(sample, (len(x), *sample.shape[1:]))
    drawn = [
        impute.hot_deck(one, deck, groups, np.where(members < 0, -2, members), chance)
        for one, deck, chance in zip(x, samples, uniform, strict=True)
    ]
    return np.stack(drawn)


def _by_branch(work: Work, inside: str, columns: list[int], fill: Callable[[Branch], Floats]) -> Floats:
    """The columns, each filled from the indicators of its branch."""
    x = work.x[:, :, columns]
    at = {column: place for place, column in enumerate(columns)}
    for branch in branches(work.framework, columns, inside):
        x[:, :, [at[column] for column in branch.columns]] = fill(branch)[:, :, branch.within]
    return x


def _row(work: Work, method: RowFill, branch: Branch, draws: Draws | None) -> Floats:
    x = work.x[:, :, branch.leaves]
    return impute.row(
        x,
        work.sign[list(branch.leaves)],
        average=method.average,
        scale=method.scale == "minmax",
        sample=work.sample(x, method.sample),
        uniform=None if draws is None else draws.uniform(x.shape),
    )


def _near(work: Work, method: NearestFill, branch: Branch, draws: Draws | None) -> Floats:
    x = work.x[:, :, branch.leaves]
    scaled = _on_one_scale(x, work.sample(x), method.scale)
    uniform = None if draws is None else draws.uniform(x.shape)
    # Of units equally near the first by code counts, in whatever order the panel holds them.
    order = np.argsort(np.array(work.panel.units), kind="stable")
    found = np.empty_like(x)
    for period in range(len(x)):
        found[period, order] = impute.knn(
            x[period, order],
            scaled[period, order],
            work.included[period, order],
            k=method.k,
            power=2 if method.distance == "euclidean" else 1,
            average=method.average,
            uniform=None if uniform is None else uniform[period, order],
        )
    return found


def _on_one_scale(x: Floats, sample: Floats, scale: str) -> Floats:
    if scale == "none":
        return x
    if scale == "minmax":
        low = np.fmin.reduce(sample, axis=-2, keepdims=True)
        spread = np.fmax.reduce(sample, axis=-2, keepdims=True) - low
    else:
        low, spread = _array.mean(sample), _array.deviation(sample, ddof=1)
    return (x - low) / np.where(spread > 0, spread, 1.0)


# ---- from a model of the branch ----------------------------------------------------------------------------


def _samples(work: Work, x: Floats, which: str) -> list[tuple[str, Floats, list[int]]]:
    """(its name, the figures (unit, indicator), the periods it serves) of every sample."""
    sample = work.sample(x, which)
    if which == PERIOD:
        return [(name, sample[at], [at]) for at, name in enumerate(work.panel.periods)]
    periods = work.panel.periods
    name = which if which != POOLED else f"{periods[0]} … {periods[-1]}"
    return [(name, sample[0], list(range(len(periods))))]


def _lacking(work: Work, columns: list[int], periods: list[int]) -> bool:
    """True where there is anything to fill."""
    x, flags = work.x[periods][:, :, columns], work.flags[periods][:, :, columns]
    return bool((np.isnan(x) & ((flags & np.uint8(Flag.NOT_APPLICABLE)) == 0)).any())


def _normal(work: Work, step: Prepare, method: NormalFill, branch: Branch, draws: Draws | None) -> Floats:
    x = work.x[:, :, branch.leaves]
    noise = None if draws is None else draws.normal(x.shape)
    found = x.copy()
    for name, sample, periods in _samples(work, x, method.sample):
        if not _lacking(work, branch.columns, periods):
            continue
        units = int((~np.isnan(sample)).any(axis=1).sum())
        varied = int((np.fmax.reduce(sample, axis=0) > np.fmin.reduce(sample, axis=0)).sum())
        if method.ridge == 0 and units <= varied:
            _too_few(work, step, branch.top, branch.columns[0], name, units, varied + 1)
            continue
        fit = _fitted(work, (step.place, method, branch.top, name), sample, method.ridge, draws)
        if not fit.sound:
            _dependent(work, step, branch.top, branch.columns[0], name)
            continue
        for period in periods:
            chance = None if noise is None else noise[period]
            found[period] = impute.expected(x[period], fit, nothing=method.nothing, noise=chance)
    return found


def _fitted(work: Work, key: object, sample: Floats, ridge: float, draws: Draws | None) -> impute.Normal:
    """The distribution of a sample, found once for all sets that begin with the same figures."""
    if draws is None or work.x is not draws.common:
        return impute.normal(sample, ridge=ridge)
    if key not in draws.known:
        draws.known[key] = impute.normal(sample, ridge=ridge)
    found: impute.Normal = draws.known[key]
    return found


def _regression(
    work: Work, step: Prepare, method: RegressionFill, columns: list[int], draws: Draws | None
) -> Floats:
    x = work.x[:, :, columns]
    noise = None if draws is None else draws.normal(x.shape)
    place = {code: at for at, code in enumerate(work.codes)}
    found = x.copy()
    for c, column in enumerate(columns):
        predictors = [place[code] for code in method.predictors if place[code] != column]
        others = work.x[:, :, [column, *predictors]]
        for name, sample, periods in _samples(work, others, method.sample):
            if not _lacking(work, [column], periods):
                continue
            fit = impute.line(sample[:, 0], sample[:, 1:])
            if fit.units <= len(predictors) + 1:
                _too_few(work, step, work.codes[column], column, name, fit.units, len(predictors) + 2)
            elif not fit.sound:
                _dependent(work, step, work.codes[column], column, name)
            else:
                for period in periods:
                    chance = None if noise is None else noise[period, :, c]
                    rest = others[period, :, 1:]
                    found[period, :, c] = impute.regression(x[period, :, c], rest, fit, noise=chance)
    return found


def _too_few(work: Work, step: Prepare, code: str, column: int, period: str, units: int, least: int) -> None:
    place = written_at(work.framework, step, work.codes[column])
    values = {"code": code, "period": period, "found": units, "allowed": least}
    line = work.recipe.lines.get((step.place, place))
    work.faults.append(Fault("too-few-units", work.recipe.file, line, place or "method", values))


def _dependent(work: Work, step: Prepare, code: str, column: int, period: str) -> None:
    place = written_at(work.framework, step, work.codes[column])
    line = work.recipe.lines.get((step.place, place))
    values = {"code": code, "period": period}
    work.faults.append(Fault("dependent-figures", work.recipe.file, line, place or "method", values))


# ---- from other periods ------------------------------------------------------------------------------------


def when(periods: tuple[str, ...]) -> Floats:
    """(P): where each period lies in time, in years; in periods, by their codes, where one bears no date."""
    found = [_DATED.fullmatch(period) for period in periods]
    if not all(found):
        order = sorted(range(len(periods)), key=lambda at: periods[at])
        places = np.empty(len(periods))
        places[order] = np.arange(len(periods))
        return places
    return np.array([_year(match) for match in found if match])


def _year(match: re.Match[str]) -> float:
    year, month, quarter, half = match.groups()
    part = (int(month) - 1) / 12 if month else (int(quarter) - 1) / 4 if quarter else 0.0
    return int(year) + ((int(half) - 1) / 2 if half else part)


def _over_time(work: Work, method: LatestFill | HoldFill | LineFill, x: Floats) -> tuple[Floats, Ints | None]:
    moments = when(work.panel.periods)
    order = np.argsort(moments, kind="stable")
    found, moments = x[order], moments[order]
    origin: Ints | None = None
    match method:
        case LatestFill(max_age):
            found, origin = impute.latest(found, moments, max_age=max_age)
        case HoldFill():
            found, origin = impute.hold(found)
        case LineFill(ends, single):
            found = impute.interpolate(found, moments, ends=ends, single=single)
        case _:
            assert_never(method)
    back = np.argsort(order)
    if origin is not None:
        origin = np.where(origin >= 0, order[origin], -1)[back]
    return found[back], origin
