"""From figures to indicators: the formulas of the framework."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from innodex.engine import formula
from innodex.framework import Direct, Framework, Ratio, Rubric
from innodex.panel import Panel, Status
from innodex.result._result import Flag, Floats

_FLAG_OF_STATUS = {
    Status.ESTIMATED: Flag.ESTIMATED,
    Status.MISSING: Flag.MISSING,
    Status.NOT_APPLICABLE: Flag.NOT_APPLICABLE,
    Status.CONFIDENTIAL: Flag.CONFIDENTIAL,
}


def applicable_nodes(framework: Framework, panel: Panel) -> npt.NDArray[np.bool_]:
    return np.array(
        [[framework.applies(node.code, period) for node in framework.nodes] for period in panel.periods]
    )


def indicators(
    framework: Framework, panel: Panel, applicable: npt.NDArray[np.bool_]
) -> tuple[Floats, npt.NDArray[np.uint8]]:
    """Raw values (P, U, I) by formula, and the flags that the figures' own statuses give them."""
    at = {series: position for position, series in enumerate(panel.series)}
    shape = (len(panel.periods), len(panel.units), len(framework.indicators))
    raw, flags = np.full(shape, np.nan), np.zeros(shape, np.uint8)
    of_status = np.zeros(len(Status), np.uint8)
    for status, flag in _FLAG_OF_STATUS.items():
        of_status[status] = flag
    positions = {node.code: position for position, node in enumerate(framework.nodes)}
    for i, node in enumerate(framework.indicators):
        match node.formula:
            case Direct(series):
                columns = [at[series]]
                raw[:, :, i] = panel.values[:, :, columns[0]]
            case Ratio(numerator, denominator, scale):
                columns = [at[numerator], at[denominator]]
                x, d = (panel.values[:, :, column] for column in columns)
                raw[:, :, i] = formula.ratio(x, d, scale=scale)
            case Rubric(criteria):
                columns = [at[criterion.series] for criterion in criteria]
                raw[:, :, i] = formula.points(panel.values[:, :, columns])
            case None:
                continue
        flags[:, :, i] = np.bitwise_or.reduce(of_status[panel.status[:, :, columns]], axis=-1)
        away = ~applicable[:, positions[node.code]]
        raw[away, :, i] = np.nan
        flags[away, :, i] = Flag.NOT_APPLICABLE
    return raw, flags
