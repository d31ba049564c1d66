"""The files of an edition as its pages list them, and the file of figures of one node."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from innodex.documents import exact
from innodex.edition import Edition
from innodex.framework import Node
from innodex.result import Flag, Floats
from innodex.website._words import Words

MANIFEST = "manifest.json"
ARCHIVE = "edition.zip"
_OUT = (
    "results", "panel", "raw", "denominated", "imputed", "treated", "normalised", "weights", "group_ranks",
    "screened", "bracketed", "derived", "classes", "result",
)  # fmt: skip
_TABLES = ("ranking", "scores", "indicators", "framework", "derived")
_INPUTS = ("index", "series", "framework", "rubric", "recipe", "aliases", "territory")


@dataclass(frozen=True, slots=True)
class Listed:
    """One file, or one folder of many: its path, what is in it and its size; no link for a folder."""

    path: str
    content: str
    size: str
    linked: bool = True


def listed(words: Words) -> list[Listed]:
    """The files for readers first, then the numbers, then the inputs; sheets stand together."""
    files = words.edition.files
    rows = [
        Listed(ARCHIVE, words.t("site.file.archive"), ""),
        Listed(MANIFEST, words.t("site.file.manifest"), ""),
    ]
    paths = sorted(files, key=_order)
    sheets = [path for path in paths if path.startswith("inputs/sheets/")]
    rows += [
        Listed(path, _content(words, path), words.size(files[path])) for path in paths if path not in sheets
    ]
    if sheets:
        size = words.size(sum(files[path] for path in sheets))
        content = words.t("site.file.sheets", files=len(sheets))
        rows.append(Listed("inputs/sheets/", content, size, linked=False))
    return rows


def _order(path: str) -> tuple[int, str]:
    return (("tables", "", "inputs").index(path.rpartition("/")[0].partition("/")[0] or ""), path)


def _content(words: Words, path: str) -> str:
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    if not folder and stem in _OUT:
        return words.t(f"site.file.{stem}")
    if folder.startswith("tables"):
        if name.endswith(".xlsx"):
            return words.t("site.file.workbook")
        return words.t(f"site.file.table-{stem}" if stem in _TABLES else "site.file.table")
    if folder == "inputs" and stem in _INPUTS:
        return words.t(f"site.file.inputs-{stem}")
    if folder.startswith("inputs/territory"):
        return words.t("site.file.inputs-territory")
    return words.t("site.file.inputs-data" if folder.startswith("inputs/") else "site.file.other")


def downloads(edition: Edition, lang: str) -> list[tuple[str, str]]:
    """(label, path) of what the ranking page offers: the table for people, the workbook, the numbers."""
    found = []
    for label, ending in (("CSV", ".csv"), ("XLSX", ".xlsx")):
        tables = [p for p in edition.files if p.startswith("tables/") and p.endswith(ending)]
        if tables:
            found.append((label, min(tables, key=lambda path: _fitness(path, lang))))
    for label, path in (("results.csv", "results.csv"), ("JSON", "result.json")):
        if path in edition.files:
            found.append((label, path))
    return found


def _fitness(path: str, lang: str) -> tuple[bool, bool, str]:
    """Tables of the ranking before others, those in the reader's language before others."""
    name = path.rpartition("/")[2]
    parts = name.replace("-", ".").replace("_", ".").split(".")
    return ("ranking" not in parts, lang not in parts, path)


def figures(edition: Edition, node: Node) -> bytes:
    """Every period and unit at one node as CSV, for machines: full precision, a decimal point."""
    result = edition.result
    at = result.node_at[node.code]
    i = result.indicator_at.get(node.code)
    langs = edition.languages
    names = [[edition.territory.by_code[unit].name.get(lang) for lang in langs] for unit in result.units]
    columns: dict[str, Sequence[Sequence[str]]] = {}
    if i is not None:
        columns["value"] = _exact(result.raw[:, :, i])
        # What was scaled, where anything was done to the value before.
        if edition.recipe.prepare:
            columns["used"] = _exact(result.treated[:, :, i])
    columns |= {"score": _exact(result.score[:, :, at]), "rank": _exact(result.rank[:, :, at])}
    if result.bracketed is not None:
        columns["bracketed"] = _exact(result.bracketed[:, :, at])
    if i is not None:
        columns["flag"] = [[_flag(one) for one in row] for row in result.flags[:, :, i].tolist()]
    # Said in every row: a file travels without the page that it came from.
    said = ["true"] if edition.synthetic else []
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    heads = ["period", "unit", *(f"name_{lang}" for lang in langs), *columns]
    lines.writerow(heads + (["synthetic"] if said else []))
    for p, period in enumerate(result.periods):
        own = [column[p] for column in columns.values()]
        for u, unit in enumerate(result.units):
            lines.writerow([period, unit, *names[u], *(column[u] for column in own), *said])
    return out.getvalue().encode()


def _exact(values: Floats) -> list[list[str]]:
    return [[exact(one) for one in row] for row in values.tolist()]


_FLAGS: dict[int, str] = {}


def _flag(value: int) -> str:
    if value not in _FLAGS:
        _FLAGS[value] = Flag(value).word
    return _FLAGS[value]
