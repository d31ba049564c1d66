"""All tables of an edition."""

from __future__ import annotations

import csv
import io

from innodex.documents import exact
from innodex.edition import TABLES, Edition
from innodex.reports._rows import Cell, Contents, Table
from innodex.reports._same import compare_workbooks

__all__ = ["compare_workbooks", "tables", "workbook_of"]

# Spreadsheet programs take a CSV file for UTF-8 only when it begins so.
_MARK = b"\xef\xbb\xbf"


def tables(edition: Edition) -> dict[str, bytes]:
    """{path: bytes} of the tables, in CSV and as one workbook; the same edition gives the same bytes.

    Cells hold names and texts exactly as the author wrote them, also those that begin with a sign that
    spreadsheet programs take for a formula; in the workbook they are text and nothing else.
    """
    from innodex.reports._workbook import workbook  # the writer of workbooks is loaded for a workbook

    contents = Contents(edition)
    made = {
        f"{TABLES}/ranking.csv": _csv(contents.ranking()),
        f"{TABLES}/scores.csv": _csv(contents.scores()),
        f"{TABLES}/indicators.csv": _csv(contents.indicators()),
        f"{TABLES}/framework.csv": _csv(contents.framework()),
    }
    if edition.result.derived:
        made[f"{TABLES}/derived.csv"] = _csv(contents.derived())
    made[f"{TABLES}/{edition.id}.xlsx"] = workbook(contents)
    return made


def workbook_of(edition: Edition, *, recipe: str) -> bytes:
    """An analyst's workbook of a result that is no edition: steps, weights, reports, recipe."""
    from innodex.reports._workbook import workbook

    return workbook(Contents(edition), recipe=recipe)


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(table.head)
    lines.writerows([_written(cell) for cell in row] for row in table.rows)
    return _MARK + text.getvalue().encode()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else exact(cell)
