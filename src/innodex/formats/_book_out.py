"""An index folder as a workbook that reads back as the same index."""

from __future__ import annotations

import datetime
import io
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from innodex.documents import Fault, Faulty, decoded, number, read_table
from innodex.formats._book import files_by_sheet
from innodex.formats._folder import Folder
from innodex.formats._rows import DEEPER, LISTS
from innodex.territory import builtin_bytes, builtins

_LONGEST_CELL = 32_767
_LONGEST_NAME = 31
_FORBIDDEN = str.maketrans("[]:*?/\\", "-------")
_FIGURES = frozenset({"scale", "maximum", "tile_row", "tile_col"})
_WIDE = frozenset({"value", "vi", "en"})
_DAY = datetime.datetime(2000, 1, 1)  # the same folder gives the same bytes
Workbook = Any  # of xlsxwriter, which is imported where it is used and has no types
Format = Any
Rows = list[list[str | float]]


def write_workbook(folder: Folder) -> bytes:
    """The index as a workbook, a sheet for each file; `read_workbook` finds the same index in it.

    Comments in the documents are lost. Raises Faulty for a text that no cell can hold.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(stream, options)
    workbook.set_properties({"created": _DAY})
    formats = _formats(workbook)
    names: set[str] = set()
    for sheet, paths in files_by_sheet(_own(folder.files)).items():
        name = _unique(sheet, names)
        rows = list(_rows(folder, sheet, paths))
        _write(workbook, name, rows, formats)
    workbook.close()
    return stream.getvalue()


def _own(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files without the territories that come with the package."""
    copies = {f"territory/{name}.csv": name for name in builtins()}
    return {
        path: data
        for path, data in files.items()
        if path not in copies or data != builtin_bytes(copies[path])
    }


def _unique(sheet: str, names: set[str]) -> str:
    name = sheet.translate(_FORBIDDEN)[:_LONGEST_NAME].rstrip()
    count = 1
    while name.lower() in names:
        count += 1
        name = f"{name[: _LONGEST_NAME - 3].rstrip()} {count}"
    names.add(name.lower())
    return name


def _formats(workbook: Workbook) -> dict[str, Format]:
    return {
        "head": workbook.add_format({"bold": True, "bottom": 1, "valign": "top", "num_format": "@"}),
        "text": workbook.add_format({"num_format": "@", "valign": "top"}),
        "long": workbook.add_format({"num_format": "@", "valign": "top", "text_wrap": True}),
        "figure": workbook.add_format({"valign": "top"}),
    }


def _write(workbook: Workbook, name: str, rows: Rows, formats: dict[str, Format]) -> None:
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    head = [str(cell) for cell in rows[0]]
    for at, column in enumerate(head):
        longest = max((len(str(row[at])) for row in rows if at < len(row)), default=0)
        wide = column in _WIDE or longest > 40
        sheet.set_column(at, at, 60 if wide else max(9, longest + 2), formats["long" if wide else "text"])
    for number_, row in enumerate(rows):
        for at, cell in enumerate(row):
            if isinstance(cell, float):
                sheet.write_number(number_, at, cell, formats["figure"])
            elif len(cell) > _LONGEST_CELL:
                values = {"found": f"{len(cell):,}", "allowed": f"{_LONGEST_CELL:,}"}
                raise Faulty([Fault("too-large", name, number_ + 1, head[at], values)])
            elif cell:
                wrap = "long" if "\n" in cell or head[at] in _WIDE else "text"
                sheet.write_string(number_, at, cell, formats[wrap if number_ else "head"])


# ---- what each sheet holds -------------------------------------------------------------------------------


def _rows(folder: Folder, sheet: str, paths: list[str]) -> Iterator[list[str | float]]:
    data = folder.files[paths[0]]
    if sheet == "index":
        yield ["key", "value"]
        yield from _index(tomllib.loads(decoded(data)))
    elif sheet == "recipe":
        yield ["step", "at", "key", "value"]
        yield from _recipe(tomllib.loads(decoded(data)))
    elif sheet == "sheets":
        yield from _texts({path: folder.files[path] for path in paths})
    else:
        yield from _table(folder, paths[0], data)


def _plain(value: Any) -> str | float:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return repr(value)  # 1.0 and 1 are one number, but not one digest
    return float(value) if isinstance(value, int | float) else str(value)


def _index(content: Mapping[str, Any], before: str = "") -> Iterator[list[str | float]]:
    for key, value in content.items():
        name = before + key
        if isinstance(value, Mapping):
            yield from _index(value, f"{name}.")
        elif name in LISTS and isinstance(value, list):
            simple = all(
                item.strip() == item and item and ";" not in item and "\n" not in item for item in value
            )
            for cell in ["; ".join(value)] if simple and name != "units" else value:
                yield [name, cell]
        else:
            yield [name, _plain(value)]


def _recipe(content: Mapping[str, Any]) -> Iterator[list[str | float]]:
    for key, value in content.items():
        if key != "steps":
            yield ["", "", key, _plain(value)]
    count: dict[str, int] = {}
    for step in content["steps"]:
        name = step["step"]
        count[name] = count.get(name, 0) + 1
        place = name if count[name] == 1 else f"{name}-{count[name]}"
        apart = ("step", "at", "nodes") if name == "derive" else ("step", "at")
        yield from _policies(place, "", {key: one for key, one in step.items() if key not in apart})
        for code, one in (step.get("nodes" if name == "derive" else "at") or {}).items():
            yield from _policies(place, code, one if isinstance(one, Mapping) else {"weight": one})


def _policies(
    step: str, code: str, table: Mapping[str, Any], before: str = ""
) -> Iterator[list[str | float]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _policies(step, code, value, f"{before}{key}{DEEPER}")
        else:
            cell = "; ".join(map(str, value)) if isinstance(value, list) else _plain(value)
            yield [step, code, before + key, cell]


def _texts(files: Mapping[str, bytes]) -> Iterator[list[str | float]]:
    texts: dict[str, dict[str, str]] = {}
    for path, data in files.items():
        code, _, lang = path.removeprefix("sheets/").removesuffix(".md").rpartition(".")
        texts.setdefault(code, {})[lang] = decoded(data).replace("\r\n", "\n")
    langs = sorted({lang for one in texts.values() for lang in one})
    yield ["code", *langs]
    for code, one in texts.items():
        yield [code, *(one.get(lang, "") for lang in langs)]


def _table(folder: Folder, path: str, data: bytes) -> Iterator[list[str | float]]:
    columns = folder.settings.data
    figures = path.startswith("data/")
    table = read_table(data, path, separator=columns.separator if figures else None)
    heads = [column for column in table.columns if column[0] != "\x00"]
    words = {columns.unit, columns.period, columns.series, columns.status, columns.source, *columns.ignore}
    yield list(heads)
    for row in table:
        cells: list[str | float] = []
        for head in heads:
            text = row.get(head)
            is_figure = (
                head not in words and not head.endswith(("_status", "_source"))
                if figures
                else head in _FIGURES
            )
            cells.append(_figure(text, columns.decimal if figures else ".") if is_figure else text)
        yield cells


def _figure(text: str, decimal: str) -> str | float:
    """The number in a cell; the text where a workbook would not hold all its digits."""
    value = number(text, decimal)
    return value if isinstance(value, float) and float(f"{value:.16G}") == value else text
