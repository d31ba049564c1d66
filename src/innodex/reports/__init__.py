"""Tables of an edition for people: CSV and a workbook, with names in every language and notes."""

from innodex.reports._tables import compare_workbooks, tables, workbook_of

__all__ = ["compare_workbooks", "tables", "workbook_of"]
