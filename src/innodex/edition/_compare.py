"""The files of a build compared field by field: numbers within a tolerance, everything else exactly."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from innodex.documents import pretty
from innodex.edition._difference import Difference

# Another processor may round the last bit of a logarithm or a sum differently.
TOLERANCE = 1e-12
# Columns that hold computed numbers; ranks, flags, codes and counts are compared as text.
_NUMBERS = frozenset({"score", "value", "weight", "share", "effective"})
_ABOUT = ("period", "unit", "node", "series", "indicator")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)


def same_number(published: str, recomputed: str) -> bool:
    """True when two decimal texts lie within the tolerance; a text that is no decimal is never the same."""
    if published == recomputed:
        return True
    if not (_DECIMAL.fullmatch(published) and _DECIMAL.fullmatch(recomputed)):
        return False
    a, b = float(published), float(recomputed)
    # Written so that an infinity fails.
    return abs(a - b) <= TOLERANCE * max(1.0, abs(b))


def compare_out(
    published: Mapping[str, bytes], recomputed: Mapping[str, bytes], *, version: str
) -> tuple[list[Difference], int]:
    """The first difference in each file of a build, and how many numbers were compared.

    `version` is the program's version that the edition names: result.json must name the same.
    """
    found: list[Difference] = []
    numbers = 0
    for name in sorted({*published, *recomputed}):
        if name not in published or name not in recomputed:
            found.append(_alone(name, name in published))
        elif name.endswith(".json"):
            difference = _compare_json(name, published[name], recomputed[name], version)
            found.extend([difference] if difference else [])
        else:
            difference, counted = compare_csv(name, published[name], recomputed[name])
            numbers += counted
            found.extend([difference] if difference else [])
    return found, numbers


def _alone(name: str, is_published: bool) -> Difference:
    return Difference("not-recomputed" if is_published else "not-published", name)


def compare_csv(name: str, published: bytes, recomputed: bytes) -> tuple[Difference | None, int]:
    """The first differing field of a table, or None; and how many numbers the recomputed table holds."""
    theirs, ours = _rows(published), _rows(recomputed)
    if theirs is None:
        return Difference("form", name), 0
    assert ours is not None
    head = ours[0] if ours else []
    at = [position for position, column in enumerate(head) if column in _NUMBERS]
    numbers = sum(1 for row in ours[1:] for position in at if row[position])
    if published == recomputed:
        return None, numbers
    difference = next(_fields(name, theirs, ours), None)
    if difference is None and _written(theirs, recomputed) != published:
        # The same fields in other bytes: something that a person does not see in a spreadsheet.
        difference = Difference("form", name)
    return difference, numbers


def _rows(data: bytes) -> list[list[str]] | None:
    try:
        text = data.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None


def _written(rows: Sequence[Sequence[str]], like: bytes) -> bytes:
    mark = b"\xef\xbb\xbf"
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return (mark if like.startswith(mark) else b"") + text.getvalue().encode()


def _fields(name: str, theirs: list[list[str]], ours: list[list[str]]) -> Iterator[Difference]:
    head = ours[0] if ours else []
    for at in range(max(len(theirs), len(ours))):
        their_row = theirs[at] if at < len(theirs) else None
        our_row = ours[at] if at < len(ours) else None
        if their_row == our_row:
            continue
        if at == 0 or their_row is None or our_row is None or len(their_row) != len(our_row):
            yield Difference("row", name, _joined(their_row), _joined(our_row), at + 1)
            return
        for column, a, b in zip(head, their_row, our_row, strict=True):
            if a != b and not (column in _NUMBERS and same_number(a, b)):
                yield Difference("value", name, a, b, at + 1, column, about=_about(head, our_row))
                return


def _joined(row: list[str] | None) -> str | None:
    return None if row is None else ",".join(row)


def _about(head: list[str], row: list[str]) -> str:
    known = dict(zip(head, row, strict=True))
    return " · ".join(known[column] for column in _ABOUT if known.get(column))


def _compare_json(name: str, published: bytes, recomputed: bytes, version: str) -> Difference | None:
    """What was computed by another version of the program names that version; all else is equal."""
    ours = {**json.loads(recomputed), "innodex": version}
    if pretty(ours) == published:
        return None
    try:
        theirs = json.loads(published)
    except (ValueError, RecursionError):
        theirs = None
    if not isinstance(theirs, dict):
        return Difference("form", name)
    for key in (*ours, *theirs):
        if key not in theirs or key not in ours or theirs[key] != ours[key]:
            return Difference("value", name, _dumped(theirs, key), _dumped(ours, key), column=key)
    return Difference("form", name)


def _dumped(table: Mapping[str, object], key: str) -> str | None:
    return json.dumps(table[key], ensure_ascii=False) if key in table else None
