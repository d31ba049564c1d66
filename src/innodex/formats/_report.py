"""A table for readers who ask how, as a file beside those of a build."""

from __future__ import annotations

import csv
import io

from innodex.documents import exact
from innodex.result import Report


def report_file(report: Report) -> tuple[str, bytes]:
    """The name and the bytes of a report: CSV, numbers so that they read back exactly."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(report.head)
    writer.writerows([_cell(one) for one in row] for row in report.rows)
    return f"report_{report.name}.csv", text.getvalue().encode()


def _cell(value: str | float | int | None) -> str:
    if value is None:
        return ""
    return exact(value) if isinstance(value, float) else str(value)
