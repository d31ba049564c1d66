"""The tile grid as a small drawing. The large one is HTML, so that its letters keep their size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from innodex.look._svg import escape, number

_HEIGHT = 250  # what the grid should take, within what a square may measure
_SMALLEST, _LARGEST, _GAP, _LINE = 12, 22, 2, 12
_LETTER = 6.2  # mean width of a letter at 11 px, to leave room for names


@dataclass(frozen=True, slots=True)
class Square:
    """One square: its place, whether it is marked, and, for a separate part, the name written under it."""

    row: int
    column: int
    marked: bool = False
    part: bool = False
    name: str = ""


def thumbnail(squares: Sequence[Square], *, title: str, mark: str = "") -> str:
    """All squares of a grid with the marked ones filled; separate parts are dashed and always named."""
    top, left = min(s.row for s in squares), min(s.column for s in squares)
    rows = max(s.row for s in squares) - top + 1
    pitch = min(_LARGEST, max(_SMALLEST, _HEIGHT // rows))
    side = pitch - _GAP
    body, names = [], []
    right = bottom = start = 0.0
    for square in squares:
        x, y = (square.column - left) * pitch, (square.row - top) * pitch
        kind = ("p " if square.part else "") + ("on" if square.marked else "off")
        body.append(f'<rect class="{kind}" x="{x}" y="{y}" width="{side}" height="{side}" rx="2"/>')
        right, bottom = max(right, x + side), max(bottom, y + side)
        if not square.part:
            continue
        middle = x + side / 2
        for n, word in enumerate(square.name.split()):
            base = y + side + 10 + n * _LINE
            at = f'x="{number(middle)}" y="{number(base)}"'
            names.append(f'<text class="l" {at} text-anchor="middle">{escape(word)}</text>')
            half = len(word) * _LETTER / 2
            start, right, bottom = min(start, middle - half), max(right, middle + half), max(bottom, base + 3)
    if mark:
        bottom += 18
        right = max(right, len(mark) * _LETTER)
        names.append(f'<text class="l" x="{number(start)}" y="{number(bottom - 3)}">{escape(mark)}</text>')
    width, height = number(right - start + 1), number(bottom + 1)
    return (
        f'<svg class="thumb" role="img" aria-label="{escape(title)}" width="{width}" height="{height}"'
        f' viewBox="{number(start - 0.5)} -0.5 {width} {height}">{"".join(body)}{"".join(names)}</svg>'
    )
