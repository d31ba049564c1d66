"""The step `treat`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from innodex.engine import treat
from innodex.engine.treat import Staged
from innodex.recipe import PERIOD, POOLED, Caps, Deviations, Outliers, Percentiles, Prepare, Quartiles
from innodex.result._branches import by_method
from innodex.result._result import Flag, Floats, Report
from innodex.result._rows import Rows
from innodex.result._work import Mask, Work, span

Cell = tuple[str | float | int | None, ...]
CELLS = ("period", "unit", "node", "before", "after", "how")
TESTS = (
    "period", "node", "done", "skewness_before", "kurtosis_before", "points", "skewness_first",
    "kurtosis_first", "skewness_then", "kurtosis_then", "suspect",
)  # fmt: skip


def apply(work: Work, step: Prepare) -> None:
    """Treat the indicators of `work.x`; those that share a method and its policies go together."""
    before = after = work.x
    how = np.full((before.shape[0], 1, before.shape[2]), "", object)
    tested: list[tuple[Outliers, Staged, list[int]]] = []
    for method, columns in by_method(work.framework, step).items():
        at = span(columns)
        x = before[:, :, at]
        match method:
            case Outliers():
                found = _staged(work, method, x, columns)
                after = _put(after, before, at, found.x)
                how[:, :, at] = _names(method, found.stage)
                tested.append((method, found, columns))
            case Percentiles() | Quartiles() | Deviations() | Caps():
                after = _put(after, before, at, _held(work, method, x))
                how[:, :, at] = "cap"
    changed = np.zeros_like(before, np.bool_)
    touched = np.flatnonzero((how != "").any(axis=(0, 1)))
    if touched.size:
        old = before[:, :, touched]
        changed[:, :, touched] = (after[:, :, touched] != old) & ~np.isnan(old)
    work.x = after
    work.mark(Flag.TREATED, changed)
    place = step.place.replace("treat", "", 1)
    work.reports.append(
        Report(f"treat{place}", CELLS, Rows(lambda: _changes(work, changed, before, after, how)))
    )
    if tested:
        rows = Rows(lambda: [row for one in tested for row in _tests(work, *one)])
        work.reports.append(Report(f"treat-tests{place}", TESTS, rows))


def _put(after: Floats, before: Floats, at: list[int] | slice, found: Floats) -> Floats:
    """`after` with some columns as found; what `before` holds is never written into."""
    if found.shape == before.shape:
        return found
    after = before.copy() if after is before else after
    after[:, :, at] = found
    return after


# ---- the test, and what follows from it ----------------------------------------------------------------


def _staged(work: Work, method: Outliers, x: Floats, columns: list[int]) -> Staged:
    functions = [method.first] + ([method.then] if method.then != "nothing" else [])
    sample = work.sample(x, method.sample)
    alone = method.sample == PERIOD and work.included.all()
    return treat.staged(
        x,
        tuple(_function(work, method, name, columns) for name in functions),
        skewness=method.skewness,
        kurtosis=method.kurtosis,
        rule=method.suspect,
        combine=method.on == "treated",
        failed=method.failed,
        sample=None if alone else sample,
    )


def _function(work: Work, method: Outliers, name: str, columns: list[int]) -> treat.Treatment:
    """A function of the recipe as a treatment of some of the columns."""
    lower = work.sign[columns] < 0

    def winsorise(x: Floats, sample: Floats, at: treat.Places) -> tuple[Floats, Floats | None]:
        return treat.winsorise(
            x,
            limit={"points": method.points, "share": method.share}.get(method.limit, np.inf),
            share=method.limit == "share",
            skewness=method.skewness,
            kurtosis=method.kurtosis,
            rule=method.suspect,
            sample=sample,
        )

    def boxcox(x: Floats, sample: Floats, at: treat.Places) -> tuple[Floats, Floats | None]:
        given = method.lambda_from == "given"
        power = method.lambda_value if given else treat.boxcox_power(sample)
        return treat.boxcox(x, power=power, sample=sample), None

    def log_gii(x: Floats, sample: Floats, at: treat.Places) -> tuple[Floats, Floats | None]:
        mirrored = lower[at] if method.mirror == "direction" else treat.shape(sample)[0] < 0
        return treat.log_gii(x, mirrored, factor=method.factor, sample=sample), None

    def logarithm(x: Floats, sample: Floats, at: treat.Places) -> tuple[Floats, Floats | None]:
        functions: dict[str, Callable[..., Floats]] = {
            "log-ct": treat.log_ct,
            "log-ct-orig": treat.log_ct_orig,
            "log-ct-plus": treat.log_ct_plus,
        }
        return functions[name](x, sample=sample), None

    return {"winsorise": winsorise, "boxcox": boxcox, "log-gii": log_gii}.get(name, logarithm)


def _names(method: Outliers, stage: Floats) -> npt.NDArray[np.object_]:
    """What was done to each indicator, by stage."""
    names: npt.NDArray[np.object_] = np.array(["", method.first, method.then], object)[stage.astype(int)]
    return names


def _tests(work: Work, method: Outliers, found: Staged, columns: list[int]) -> Iterator[Cell]:
    """The moments of every indicator before and after, and what is left suspect."""
    names = _names(method, found.stage)
    cuts = [n for n, name in enumerate((method.first, method.then)) if name == "winsorise"]
    points = found.points[cuts[0]] if cuts else np.full(found.stage.shape, np.nan)
    moments = [array for pair in zip(found.skew, found.kurt, strict=True) for array in pair]
    periods = {PERIOD: work.panel.periods, POOLED: (POOLED,)}.get(method.sample, (method.sample,))
    for p, period in enumerate(periods):
        for c, column in enumerate(columns):
            if np.isnan(found.skew[0][p, 0, c]):
                continue
            numbers = [_number(array[p, 0, c]) for array in moments]
            numbers += [None] * (6 - len(numbers))
            suspect = any(over[p, 0, c] for over in found.over[-1:]) and method.suspect != "always"
            yield (
                period, work.codes[column], names[p, 0, c], *numbers[:2], _number(points[p, 0, c]),
                *numbers[2:], "yes" if suspect else "no",
            )  # fmt: skip


def _number(x: float) -> float | None:
    return None if np.isnan(x) else float(x)


# ---- limits --------------------------------------------------------------------------------------------


def _held(work: Work, method: Percentiles | Quartiles | Deviations | Caps, x: Floats) -> Floats:
    if isinstance(method, Caps):
        low, high = (np.nan if one is None else one for one in (method.low, method.high))
        return treat.held(x, low, high)
    sample = work.sample(x, method.sample)
    match method:
        case Percentiles():
            ends = treat.percentile_caps(sample, low=method.low, high=method.high)
        case Quartiles():
            ends = treat.iqr_caps(sample, times=method.times)
        case Deviations():
            ends = treat.sd_caps(sample, times=method.times, ddof=1 if method.sd == "sample" else 0)
    low_end = -np.inf if method.side == "high" else ends[0]
    high_end = np.inf if method.side == "low" else ends[1]
    return treat.held(x, low_end, high_end)


def _changes(
    work: Work, changed: Mask, before: Floats, after: Floats, how: npt.NDArray[np.object_]
) -> Iterator[Cell]:
    """Every figure that was changed: its place, before, after, and what was done to it."""
    panel = work.panel
    for p, u, i in zip(*(axis.tolist() for axis in np.nonzero(changed)), strict=True):
        old, new = float(before[p, u, i]), float(after[p, u, i])
        words = how[p, 0, i]
        if words in ("winsorise", "cap"):
            words += "-low" if new > old else "-high"
        yield panel.periods[p], panel.units[u], work.codes[i], old, new, words
