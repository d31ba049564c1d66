"""From a folder to an edition on the disk, the manifest last."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping
from pathlib import Path

from innodex.documents import sha256
from innodex.edition import (
    ARCHIVE,
    MANIFEST,
    SITE,
    Audience,
    Edition,
    archive,
    compose,
    data_part,
    is_edition,
    is_safe,
    manifest_of,
    put,
)
from innodex.formats import Folder
from innodex.reports import tables
from innodex.result import build
from innodex.website import render

# Told the name of each stage as it begins: build, tables, pages, write.
Progress = Callable[[str], None]


class BadName(ValueError):
    """An input's file name would not survive on another file system; `path` is the file."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path!r} cannot be published under this name")


def publish(
    folder: Folder,
    *,
    out: str | Path,
    audience: Audience | str = Audience.INTERNAL,
    date: datetime.date | None = None,
    replaces: str | None = None,
    progress: Progress = lambda stage: None,
) -> str:
    """Write the edition of a folder to `out` and return its digest.

    `out` may be absent, empty, or an earlier edition, which is then replaced; on failure it stays as it was.
    `date` is what the edition bears, for it takes none from the clock; `replaces` is the digest of the
    edition that this one corrects. Raises ValueError for a folder without data, BadName for an
    input that other file systems cannot hold, Faulty for data that do not fit, Occupied for an `out` that is
    not ours.
    """
    if folder.panel is None:
        raise ValueError("the folder has no data")
    for path in folder.files:
        if not is_safe(path):
            raise BadName(path)
    progress("build")
    result = build(folder.framework, folder.panel, folder.recipe, territory=folder.territory)
    files = data_part(folder, result, folder.panel)
    edition = compose(
        folder,
        result,
        folder.panel,
        audience=Audience(audience),
        date=date,
        replaces=replaces,
        files=_sizes(files),
    )
    progress("tables")
    files |= tables(edition)
    # The data page lists the tables too, so they come before the pages.
    edition = dataclasses.replace(edition, files=_sizes(files))
    progress("pages")
    files |= site(edition)
    manifest = manifest_of(edition, files).written()
    progress("write")
    copy = archive({**files, MANIFEST: manifest})
    put(Path(out), {**files, ARCHIVE: copy, MANIFEST: manifest}, ours=is_edition)
    return sha256(manifest)


def site(edition: Edition) -> dict[str, bytes]:
    """{path in the edition: bytes} of the pages."""
    return {f"{SITE}/{path}": data for path, data in render(edition).items()}


def _sizes(files: Mapping[str, bytes]) -> dict[str, int]:
    return {path: len(data) for path, data in sorted(files.items())}
