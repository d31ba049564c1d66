"""Writing tables of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def table(
    head: Sequence[str], rows: Iterable[Sequence[object]], *, empty: frozenset[str] = frozenset()
) -> bytes:
    """A CSV file; columns without any content are left out, but for those that must be there (`empty`)."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    kept = [at for at, name in enumerate(head) if name in empty or any(row[at] for row in cells)]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([head[at] for at in kept])
    writer.writerows([row[at] for at in kept] for row in cells)
    return written.getvalue().encode()
