"""Print the tile grid of a territory file as text, to look at it.

Run: python -m tools.territories.draw FILE [LANGUAGE]
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path


def draw(rows: list[dict[str, str]], language: str) -> str:
    """A text map: code, first letter of the region, and name or label in two lines of a cell."""
    cells = {(int(row["tile_row"]), int(row["tile_col"])): row for row in rows if row["tile_row"]}
    letters = {region: "ABCDEFGHIJ"[i] for i, region in enumerate(dict.fromkeys(r["region"] for r in rows))}
    height, width = (1 + max(place[axis] for place in cells) for axis in (0, 1))
    out = []
    for y in range(height):
        tiles = [cells.get((y, x)) for x in range(width)]
        head = [f"{t['code']} {letters[t['region']]}" if t else "" for t in tiles]
        names = [(t[f"label_{language}"] or t[f"name_{language}"]) if t else "" for t in tiles]
        out += ["".join(f"{word[:12]:<13}" for word in line).rstrip() for line in (head, names)] + [""]
    return "\n".join(out)


if __name__ == "__main__":
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        print(draw(list(csv.DictReader(file)), sys.argv[2] if len(sys.argv) > 2 else "vi"))
