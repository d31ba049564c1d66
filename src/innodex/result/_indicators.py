"""From figures to indicators: the formulas of the framework."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from innodex.engine import formula
from innodex.framework import Direct, Framework, Ratio, Rubric
from innodex.panel import Panel, Status
from innodex.result._result import Flag, Floats

FLAG_OF_STATUS = {
    Status.ESTIMATED: Flag.ESTIMATED,
    Status.MISSING: Flag.MISSING,
    Status.NOT_APPLICABLE: Flag.NOT_APPLICABLE,
    Status.CONFIDENTIAL: Flag.CONFIDENTIAL,
}


# Units at a time: a block of figures stays near the processor while it is turned round.
_BLOCK = 4096


def applicable_nodes(framework: Framework, panel: Panel) -> npt.NDArray[np.bool_]:
    """(P, N): an indicator is valid in the period, or something below a parent is."""
    at = {node.code: n for n, node in enumerate(framework.nodes)}
    found = np.ones((len(panel.periods), len(at)), bool)
    for node in framework.below(framework.root.code):
        here = found[:, at[node.code]]
        if node.valid_from is not None or node.valid_to is not None:
            here[:] = [node.valid_in(period) for period in panel.periods]
        if not node.is_indicator:
            here &= found[:, [at[child.code] for child in framework.children(node.code)]].any(axis=1)
    return found


def empty(periods: int, units: int, columns: int) -> Floats:
    """(P, U, columns) without content, in which the figures of one column lie beside each other.

    Nearly all work goes down a column: sums, extremes, sorting.
    """
    return np.empty((periods, columns, units)).swapaxes(1, 2)


def indicators(
    framework: Framework, panel: Panel, applicable: npt.NDArray[np.bool_]
) -> tuple[Floats, npt.NDArray[np.uint8]]:
    """Raw values (P, U, I) by formula, and the flags that the figures' own statuses give them."""
    at = {series: position for position, series in enumerate(panel.series)}
    periods, units, _ = panel.values.shape
    nodes = framework.indicators
    raw = empty(periods, units, len(nodes))
    flags = np.zeros((periods, len(nodes), units), np.uint8).swapaxes(1, 2)
    of_status = np.zeros(len(Status), np.uint8)
    for status, flag in FLAG_OF_STATUS.items():
        of_status[status] = flag
    direct = [
        (i, at[node.formula.series]) for i, node in enumerate(nodes) if isinstance(node.formula, Direct)
    ]
    if direct:
        places, columns = (list(one) for one in zip(*direct, strict=True))
        for start in range(0, units, _BLOCK):
            block = slice(start, start + _BLOCK)
            raw[:, block, places] = panel.values[:, block, columns]
            flags[:, block, places] = of_status[panel.status[:, block, columns]]
    for i, node in enumerate(nodes):
        match node.formula:
            case Ratio(numerator, denominator, scale):
                columns = [at[numerator], at[denominator]]
                x, d = (panel.values[:, :, column] for column in columns)
                raw[:, :, i] = formula.ratio(x, d, scale=scale)
            case Rubric(criteria):
                columns = [at[criterion.series] for criterion in criteria]
                raw[:, :, i] = formula.points(panel.values[:, :, columns])
            case _:
                continue
        flags[:, :, i] = np.bitwise_or.reduce(of_status[panel.status[:, :, columns]], axis=-1)
    positions = {node.code: position for position, node in enumerate(framework.nodes)}
    away = ~applicable[:, [positions[node.code] for node in nodes]]
    for p, i in zip(*np.nonzero(away), strict=True):
        raw[p, :, i] = np.nan
        flags[p, :, i] = Flag.NOT_APPLICABLE
    return raw, flags
