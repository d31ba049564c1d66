"""Scores and ranks of a build without its framework: what `results.csv` alone tells."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from itertools import product, zip_longest

import numpy as np

from innodex.documents import Fault, Faulty
from innodex.panel import Floats
from innodex.result import Scores

_FILE = "results.csv"
_HEAD = ["period", "unit", "node", "level", "score", "rank"]


def read_scores(files: Mapping[str, bytes]) -> Scores:
    """The scores and ranks in the files of a build, by the axes that `results.csv` has.

    Raises Faulty where that file is missing, cut short or not in its order.
    """
    if _FILE not in files:
        raise Faulty([Fault("missing-file", _FILE)])
    rows = _rows(files[_FILE])
    axes = [tuple(dict.fromkeys(row[at] for row in rows)) for at in range(3)]
    for number, (row, place) in enumerate(zip_longest(rows, product(*axes)), start=2):
        if row is None or place is None or tuple(row[:3]) != place:
            raise _broken(number, f"{','.join(row or [])} ≠ {','.join(place or ())}")
    shape = tuple(len(axis) for axis in axes)
    score, rank = (_numbers(rows, at).reshape(shape) for at in (4, 5))
    return Scores(axes[0], axes[1], axes[2], score, rank)


def _rows(data: bytes) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise _broken(1, str(error)) from error
    if not rows or rows[0] != _HEAD or len(rows) == 1:
        raise _broken(1, ",".join(_HEAD))
    for number, row in enumerate(rows, start=1):
        if len(row) != len(_HEAD):
            raise _broken(number, ",".join(row))
    return rows[1:]


def _numbers(rows: list[list[str]], at: int) -> Floats:
    found = np.empty(len(rows))
    for number, row in enumerate(rows):
        try:
            found[number] = float(row[at] or "nan")
        except ValueError:
            raise _broken(number + 2, row[at], _HEAD[at]) from None
    return found


def _broken(row: int, reason: str, column: str | None = None) -> Faulty:
    return Faulty([Fault("broken-output", _FILE, row, column, {"reason": reason})])
