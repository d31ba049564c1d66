"""Charts: values in, SVG out.

Places across are given in percent of the width and sizes in pixels, so that a drawing fills its column while
its letters keep their size. Colours come from the classes of the stylesheet. A drawing says itself when its
figures are synthetic (`mark`), because drawings get copied without their page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from innodex.look._scale import Axis
from innodex.look._svg import anchor, escape, number

_DOTS_HEIGHT = 240
_EDGE = 3.0  # percent kept free at both ends of a row of dots


def bar(value: float, axis: Axis, *, hollow: bool = False) -> str:
    """A thin bar from zero, or from the low end where all values are above zero, to `value`.

    A hollow one is that of a unit that is not ranked.
    """
    zero = axis.at(0.0)
    end = axis.at(value)
    start, width = min(zero, end), abs(end - zero)
    x = f' x="{number(start)}%"' if start else ""
    kind = "b h" if hollow else "b"
    return f'<svg class="{kind}" aria-hidden="true"><rect{x} width="{number(width)}%" height="3"/></svg>'


def rank_strip(rank: float, of: int, *, title: str, label: str, mark: str = "") -> str:
    """A line of places from 1 to `of` with a dot at `rank`; `label` stands above the dot."""
    way = Axis(1, max(of, 2), ())
    here = way.at(rank)
    parts = ['<line class="rule" x1="0" x2="100%" y1="32" y2="32"/>']
    for place in range(1, of + 1):
        if of <= 100 or place % 10 == 0:
            tick = number(way.at(place))
            parts.append(f'<line class="tick" x1="{tick}%" x2="{tick}%" y1="28" y2="36"/>')
    for place in _named_places(of):
        x = way.at(place)
        parts.append(_text("m", x, 54, str(place)))
    parts.append(f'<circle class="dot" cx="{number(here)}%" cy="32" r="7"/>')
    parts.append(_text("on", here, 15, label))
    height = 60
    if mark:
        parts.append(_text("m", 100, 74, mark))
        height = 80
    return _image("strip", height, title, parts)


def _named_places(of: int) -> list[int]:
    """1, the last, and round places between them that leave room for their figures."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000) if of / s <= 12)
    middle = [place for place in range(step, of, step) if 1 + 0.7 * step <= place <= of - 0.7 * step]
    return sorted({1, *middle, of})


def band(
    value: float | None,
    *,
    low: float,
    middle: float,
    high: float,
    axis: Axis,
    title: str,
    hollow: bool = False,
) -> str:
    """A value as a dot on the band that holds the middle half of the field, with a tick at its median."""
    left, right = axis.at(low), axis.at(high)
    parts = [_grid(axis)]
    width = number(max(right - left, 0.4))  # never too thin to be seen
    parts.append(f'<rect class="band" x="{number(left)}%" y="7" width="{width}%" height="14"/>')
    x = number(axis.at(middle))
    parts.append(f'<line class="median" x1="{x}%" x2="{x}%" y1="5" y2="23"/>')
    if value is not None:
        kind = "dot hollow" if hollow else "dot"
        parts.append(f'<circle class="{kind}" cx="{number(axis.at(value))}%" cy="14" r="6"/>')
    return _image("band", 28, title, parts)


def band_axis(axis: Axis, labels: Sequence[str], *, mark: str = "") -> str:
    """The figures under a column of bands."""
    parts = []
    # Narrow columns have no room for every figure: the odd ones may be hidden by the stylesheet.
    for n, (tick, label) in enumerate(zip(axis.ticks, labels, strict=True)):
        x = axis.at(tick)
        minor = "" if n in (0, len(labels) - 1) else " minor"
        parts.append(_text(f"m{minor}", x, 14, label))
    height = 20
    if mark:
        parts.append(_text("m", 100, 32, mark))
        height = 38
    return f'<svg class="axis" width="100%" height="{height}" aria-hidden="true">{"".join(parts)}</svg>'


def _grid(axis: Axis) -> str:
    places = (number(axis.at(tick)) for tick in axis.ticks)
    return "".join(f'<line class="grid" x1="{x}%" x2="{x}%" y1="0" y2="28"/>' for x in places)


@dataclass(frozen=True, slots=True)
class Dot:
    """One unit in a row of sorted dots: its value and the words shown on pointing.

    Hollow where the value was not observed, or the unit is not ranked.
    """

    value: float
    words: str
    name: str
    hollow: bool = False


def sorted_dots(
    dots: Sequence[Dot], axis: Axis, labels: Sequence[str], *, unit: str, title: str, mark: str = ""
) -> str:
    """Every unit as a dot, from the lowest value to the highest, with the unit on the upright axis.

    The two ends are named; every dot says its name and value when pointed at.
    """
    height = _DOTS_HEIGHT
    top, bottom = 26, height - 24

    def y(value: float) -> float:
        return bottom - (bottom - top) * axis.at(value) / 100

    figures = []
    parts = [_text("m", 0, 12, unit)] if unit else []
    for tick, label in zip(axis.ticks, labels, strict=True):
        at = number(y(tick))
        parts.append(f'<line class="grid" x1="0" x2="100%" y1="{at}" y2="{at}"/>')
        figures.append(_text("m", 100, y(tick) + 4, label))
    last = len(dots) - 1
    for n, dot in enumerate(dots):
        x = _EDGE + (100 - 2 * _EDGE) * (n / last if last else 0.5)
        kind = "dot hollow" if dot.hollow else "dot"
        parts.append(
            f'<circle class="{kind}" cx="{number(x)}%" cy="{number(y(dot.value))}" r="4.5">'
            f"<title>{escape(dot.words)}</title></circle>"
        )
    if last > 0:
        parts.append(_text("t", _EDGE - 0.6, y(dots[0].value) + 19, dots[0].name))
        parts.append(_text("t", 100 - _EDGE + 0.6, y(dots[-1].value) - 9, dots[-1].name))
    if mark:
        parts.append(_text("m", 100, height + 12, mark))
    whole = height + (20 if mark else 0)
    width = 10 + max((len(label) for label in labels), default=1) * 7.5
    size = f'width="{number(width)}" height="{whole}"'
    scale = f'<svg class="scale" {size} aria-hidden="true">{"".join(figures)}</svg>'
    return f'<div class="dots">{scale}{_image("field", whole, title, parts)}</div>'


def _text(kind: str, x: float, y: float, words: str) -> str:
    hang = anchor(x)
    at = "" if hang == "start" else f' text-anchor="{hang}"'
    return f'<text class="{kind}" x="{number(x)}%" y="{number(y)}"{at}>{escape(words)}</text>'


def _image(kind: str, height: int, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="{kind}" width="100%" height="{height}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
