"""One unit among others that stay unnamed."""

from __future__ import annotations

from collections.abc import Iterable

from innodex.look._scale import Axis
from innodex.look._svg import escape, number

_HEIGHT, _MIDDLE = 28, 14


def spread(own: float | None, others: Iterable[float], axis: Axis, *, title: str, mark: str = "") -> str:
    """The others as hollow dots on a line, the one in question as a filled one.

    The others are drawn in the order of their values, so nothing tells which is which. `mark` is what a
    drawing of synthetic figures says of itself.
    """
    parts = []
    for tick in axis.ticks:
        x = number(axis.at(tick))
        parts.append(f'<line class="grid" x1="{x}%" x2="{x}%" y1="0" y2="{_HEIGHT}"/>')
    parts.append(f'<line class="rule" x1="0" x2="100%" y1="{_MIDDLE}" y2="{_MIDDLE}"/>')
    for value in sorted(others):
        parts.append(f'<circle class="other" cx="{number(axis.at(value))}%" cy="{_MIDDLE}" r="4.5"/>')
    if own is not None:
        parts.append(f'<circle class="dot" cx="{number(axis.at(own))}%" cy="{_MIDDLE}" r="6"/>')
    height = _HEIGHT
    if mark:
        parts.append(f'<text class="m" x="100%" y="{_HEIGHT + 14}" text-anchor="end">{escape(mark)}</text>')
        height += 20
    return (
        f'<svg class="spread" width="100%" height="{height}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
