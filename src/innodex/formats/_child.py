"""The child process that opens a workbook: it runs by its path, knows nothing of the package, and is limited.

Workbook in on the standard input, {"sheets": …} or {"refused": kind, "reason": …} out as JSON. The
arguments are the limits: seconds of processor time, bytes of memory, cells, characters. A cell is
[row, column, kind, value, formula], kind n for a number, p for one shown as per cent, s text, b truth,
d date, e error, f a formula without a value.
"""

from __future__ import annotations

import datetime
import io
import json
import os
import sys
import warnings
import zipfile
from typing import Any

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


class TooLarge(Exception):
    """More in the workbook than may be read."""


def _limit(seconds: int, memory: int) -> None:
    try:
        import resource
    except ImportError:  # a system without such limits still has the parent's clock
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cells(data: bytes, most: int, longest: int) -> dict[str, Any]:
    """The sheets of a workbook with their filled cells. Raises whatever a broken one makes openpyxl raise."""
    warnings.simplefilter("ignore")  # of styles and extensions that nobody asks about
    import openpyxl

    def load(data_only: bool) -> Any:
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)

    _no_entities(data)
    shown = load(data_only=True)
    typed = load(data_only=False) if _has_formulas(data) else None
    budget = [most, longest]
    sheets = []
    for sheet in shown.worksheets:
        formulas = {} if typed is None else _formulas(typed[sheet.title])
        found = list(_filled(sheet, formulas, budget))
        sheets.append({"name": sheet.title, "hidden": sheet.sheet_state != "visible", "cells": found})
    return {"sheets": sheets}


def _parts(data: bytes, start: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith(start) and name.endswith((".xml", ".rels")):
                yield archive.read(name)


def _no_entities(data: bytes) -> None:
    if any(b"<!DOCTYPE" in part or b"<!ENTITY" in part for part in _parts(data, "")):
        raise ValueError("DOCTYPE")


def _has_formulas(data: bytes) -> bool:
    return any(b"<f" in part for part in _parts(data, "xl/worksheets/"))


def _rows(sheet: Any) -> Any:
    sheet.reset_dimensions()  # what a sheet says of its own extent need not be true
    for row in sheet.iter_rows():
        for cell in row:
            if getattr(cell, "row", None) is not None:
                if cell.row > _LAST_ROW or cell.column > _LAST_COLUMN:
                    raise TooLarge
                yield cell


def _formulas(sheet: Any) -> dict[tuple[int, int], str]:
    formulas = {}
    for cell in _rows(sheet):
        if cell.data_type == "f":
            formulas[cell.row, cell.column] = str(getattr(cell.value, "text", cell.value) or "=")
    return formulas


def _filled(sheet: Any, formulas: dict[tuple[int, int], str], budget: list[int]) -> Any:
    left = dict(formulas)
    for cell in _rows(sheet):
        formula = left.pop((cell.row, cell.column), None)
        kind, value = _plain(cell)
        if value is None and formula is not None:
            kind, value = "f", formula
        if value is not None:
            budget[0] -= 1
            budget[1] -= len(value) if isinstance(value, str) else 8
            if min(budget) < 0:
                raise TooLarge
            yield [cell.row, cell.column, kind, value, formula is not None]


def _plain(cell: Any) -> tuple[str, Any]:
    value = cell.value
    if isinstance(value, bool):
        return "b", value
    if cell.data_type == "e":
        return "e", str(value)
    if isinstance(value, int) and abs(value) > 1 << 53:
        value = float(str(value))  # no spreadsheet has as many digits; beyond all bounds it is infinite
    if isinstance(value, int | float):
        return ("p" if "%" in (cell.number_format or "") else "n"), value
    if isinstance(value, datetime.datetime):
        whole = value.time() == datetime.time()
        return "d", value.date().isoformat() if whole else value.isoformat(" ")
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return "d", str(value)
    return "s", None if value in (None, "") else str(value)


def main() -> int:
    """Read the workbook on the standard input within the limits given as arguments."""
    seconds, memory, most, longest = map(int, sys.argv[1:5])
    data = sys.stdin.buffer.read()
    _limit(seconds, memory)
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would take it in for nothing
    os.environ["OPENPYXL_LXML"] = "False"
    answer: dict[str, Any]
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        answer = {"refused": "no-reader", "reason": "openpyxl"}
    else:
        try:
            answer = cells(data, most, longest)
        except (TooLarge, MemoryError):
            answer = {"refused": "too-large", "reason": ""}
        except Exception as error:  # whatever a damaged file may raise, it is the file's fault
            answer = {"refused": "broken-archive", "reason": f"{type(error).__name__}: {error}"[:200]}
    json.dump(answer, sys.stdout, ensure_ascii=True, separators=(",", ":"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
