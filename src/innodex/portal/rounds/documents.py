"""The documents of a round: an uploaded index folder, the versions kept of it, and what they say."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe

from innodex.documents import Fault, Faulty, decoded, digest
from innodex.framework import Framework, Node, Rubric, Series, series_of
from innodex.portal.rounds.models import Round, Version
from innodex.territory import Unit

if TYPE_CHECKING:
    import datetime

    from markdown_it import MarkdownIt

    from innodex.formats import Checked, Folder

_KEPT = 16
_folders: OrderedDict[str, Folder] = OrderedDict()
_lock = threading.Lock()


# ---- an upload


def check_upload(content: bytes, filename: str) -> Checked:
    """Everything that is wrong with an uploaded index: a packed folder (.zip) or a workbook (.xlsx)."""
    from innodex import formats

    try:
        if formats.is_workbook(content) or filename.lower().endswith((".xlsx", ".xlsm", ".xls")):
            return formats.read_workbook(content, filename)
        return formats.check_files(formats.unpack_zip(content, filename), name=filename)
    except Faulty as faulty:
        return formats.Checked(tuple(faulty.faults), (), None, False)


def read_upload(content: bytes, filename: str) -> Folder:
    """The index in an upload. Raises Faulty with every fault at once."""
    checked = check_upload(content, filename)
    if checked.folder is None:
        raise Faulty(checked.faults or (Fault("not-a-folder", filename),))
    return checked.folder


def files_of(folder: Folder) -> dict[str, str]:
    """What a version keeps of a folder: {path: text}. Its figures are those of earlier periods."""
    return {path: decoded(data) for path, data in sorted(folder.files.items())}


def digest_of(files: Mapping[str, str]) -> str:
    """The digest by which a version is known."""
    return digest(dict(files))


def units_of(folder: Folder, day: datetime.date) -> tuple[Unit, ...]:
    """The units that the index is about and that exist on `day`, in the territory's order."""
    wanted, when = _chosen(folder), day.isoformat()
    return tuple(
        unit
        for unit in folder.territory.units
        if unit.code in wanted
        and (unit.valid_from is None or unit.valid_from <= when)
        and (unit.valid_to is None or when <= unit.valid_to)
    )


def _chosen(folder: Folder) -> frozenset[str]:
    units, territory = folder.settings.units, folder.territory
    if isinstance(units, tuple):
        return frozenset(code for words in units if (code := territory.find(words)) is not None)
    if units.startswith("group:"):
        return frozenset(territory.group(units.removeprefix("group:")))
    return frozenset(territory.by_code)


# ---- versions


def newest(round: Round) -> Version:
    """The version with the highest number; a round has one from the start."""
    version = round.versions.order_by("-number").first()
    assert version is not None, "a round is made with its first version"
    return version


def adopted(round: Round) -> Version | None:
    """The version that was adopted, if one."""
    return round.versions.filter(state=Version.State.ADOPTED).first()


def in_force(round: Round) -> Version:
    """The adopted version; before adoption, the newest."""
    return adopted(round) or newest(round)


def folder_of(version: Version) -> Folder:
    """The index folder of a version; read once per digest."""
    from innodex import formats

    with _lock:
        if version.digest in _folders:
            _folders.move_to_end(version.digest)
            return _folders[version.digest]
    files = {path: text.encode() for path, text in version.files.items()}
    checked = formats.check_files(files, name=str(version.round))
    if checked.folder is None:  # it had none when it was taken in
        raise Faulty(checked.faults)
    with _lock:
        _folders[version.digest] = checked.folder
        while len(_folders) > _KEPT:
            _folders.popitem(last=False)
    return checked.folder


def framework_of(version: Version) -> Framework:
    """The framework of a version."""
    return folder_of(version).framework


# ---- what a framework asks of whom


def _in_use(framework: Framework) -> list[str]:
    """Every series that an indicator needs, in framework order."""
    found: dict[str, None] = {}
    for node in framework.indicators:
        found.update(dict.fromkeys(series_of(node.formula)))
    return list(found)


def _ordered(framework: Framework) -> list[Series]:
    used = _in_use(framework)
    by_id = framework.series_by_id
    return [by_id[one] for one in used] + [one for one in framework.series if one.id not in set(used)]


def local_series(framework: Framework) -> tuple[Series, ...]:
    """What localities supply (rubric criteria included): in framework order, then what no indicator needs."""
    return tuple(series for series in _ordered(framework) if series.is_local)


def central_series(framework: Framework) -> tuple[Series, ...]:
    """What anybody else supplies, in the same order."""
    return tuple(series for series in _ordered(framework) if not series.is_local)


def indicators_of(framework: Framework) -> dict[str, tuple[Node, ...]]:
    """{series id: the indicators that are made of it}."""
    found: dict[str, list[Node]] = {series.id: [] for series in framework.series}
    for node in framework.indicators:
        for series in dict.fromkeys(series_of(node.formula)):
            found[series].append(node)
    return {series: tuple(nodes) for series, nodes in found.items()}


def maximum_of(framework: Framework) -> dict[str, float]:
    """{series id: the most points}, for the criteria of rubrics."""
    rubrics = [node.formula for node in framework.indicators if isinstance(node.formula, Rubric)]
    return {one.series: one.maximum for rubric in rubrics for one in rubric.criteria}


# ---- sheets


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def sheet_html(version: Version, code: str, lang: str, *, top: int = 2) -> SafeString:
    """The sheet of a node as a piece of a page, its headings from level `top`; empty where none is written.

    Foreign HTML and pictures do not pass. Where the reader's language is not written, another one is shown.
    """
    sheets = framework_of(version).sheets
    text = sheets.get((code, lang)) or next((words for (c, _), words in sheets.items() if c == code), "")
    tokens = _reader().parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, max(top, int(token.tag[1]) + top - 2))}"
        if token.type == "th_open":
            token.attrSet("scope", "col")
        # Alignment would come as a style, which the pages forbid.
        token.attrs.pop("style", None)
    return mark_safe(_reader().renderer.render(tokens, _reader().options, {}))
