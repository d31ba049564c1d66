"""Two workbooks compared cell by cell: the packing may differ between machines, the cells not."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from innodex.edition import Difference, is_bare, same_number

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SHEET = re.compile(r"xl/worksheets/sheet[0-9]+\.xml")
_NUMBER = re.compile(rb"<v>[^<]*</v>")
_MOST_BYTES = 200_000_000
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, LookupError,
    ElementTree.ParseError,
)  # fmt: skip


def compare_workbooks(name: str, published: bytes, recomputed: bytes) -> Difference | None:
    """The first cell that differs, else the first other part of the workbook that does, else None."""
    if published == recomputed:
        return None
    ours = _parts(recomputed)
    try:
        theirs = _parts(published)
        difference = next(_cells(name, theirs, ours), None)
    except _DAMAGE:
        return Difference("form", name)
    if difference is not None:
        return difference
    for part in sorted({*theirs, *ours}):
        if part not in theirs or part not in ours or _plain(part, theirs[part]) != _plain(part, ours[part]):
            return Difference("part", name, about=part)
    return None


def _plain(part: str, data: bytes) -> bytes:
    """A sheet without the numbers, which are compared as numbers."""
    return _NUMBER.sub(b"<v/>", data) if _SHEET.fullmatch(part) else data


def _parts(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as packed:
        found: dict[str, bytes] = {}
        left = _MOST_BYTES
        for about in packed.infolist():
            if about.filename in found:
                raise ValueError(about.filename)
            with packed.open(about) as part:
                data = part.read(left + 1)
            left -= len(data)
            # Entities are how a small file of markup becomes a huge one; a workbook needs none.
            if left < 0 or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
                raise ValueError(about.filename)
            found[about.filename] = data
        if not is_bare(packed, len(workbook)):
            raise ValueError("bytes beside the parts")
        return found


def _cells(name: str, theirs: dict[str, bytes], ours: dict[str, bytes]) -> Iterator[Difference]:
    shown = _sheets(ours)
    if _sheets(theirs) != shown:
        yield Difference("part", name, about="xl/workbook.xml")
        return
    their_words, our_words = _words(theirs), _words(ours)
    for title, part in shown.items():
        if theirs.get(part) == ours[part] and theirs.get("xl/sharedStrings.xml") == ours.get(
            "xl/sharedStrings.xml"
        ):
            continue
        published, recomputed = _sheet(theirs[part], their_words), _sheet(ours[part], our_words)
        for place in [*recomputed, *(place for place in published if place not in recomputed)]:
            a, b = published.get(place), recomputed.get(place)
            if a != b and not _same(a, b):
                yield Difference("value", name, a and a[1], b and b[1], column=place, sheet=title)
                return


def _same(a: tuple[str, str] | None, b: tuple[str, str] | None) -> bool:
    """Numbers within the tolerance; a text is never a number."""
    return a is not None and b is not None and a[0] == b[0] == "n" and same_number(a[1], b[1])


def _sheets(parts: dict[str, bytes]) -> dict[str, str]:
    """{name of the sheet: its part}, in order."""
    links = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    targets = {link.get("Id"): link.get("Target") for link in links}
    book = ElementTree.fromstring(parts["xl/workbook.xml"])
    return {str(s.get("name")): f"xl/{targets[s.get(_LINK)]}" for s in book.iter(f"{_MAIN}sheet")}


def _words(parts: dict[str, bytes]) -> list[str]:
    if "xl/sharedStrings.xml" not in parts:
        return []
    items = ElementTree.fromstring(parts["xl/sharedStrings.xml"]).iter(f"{_MAIN}si")
    return ["".join(text.text or "" for text in item.iter(f"{_MAIN}t")) for item in items]


def _sheet(data: bytes, words: list[str]) -> dict[str, tuple[str, str]]:
    """{place: (kind, text)} of every cell that holds something."""
    found = {}
    for cell in ElementTree.fromstring(data).iter(f"{_MAIN}c"):
        kind, value = cell.get("t", "n"), cell.findtext(f"{_MAIN}v")
        if cell.find(f"{_MAIN}f") is not None:
            kind, value = "f", cell.findtext(f"{_MAIN}f")
        if value is not None:
            found[str(cell.get("r"))] = (kind, words[int(value)] if kind == "s" else value)
    return found
