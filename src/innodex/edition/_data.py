"""The data part of an edition: the inputs as used, the files of the build, and what is made of them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from pathlib import Path

from innodex.documents import digest, sha256, without_marks
from innodex.edition._edition import Audience, Edition
from innodex.edition._manifest import MANIFEST, Entry, Manifest, NotAnEdition
from innodex.formats import OUT_FILES, Folder, read_folder, read_out, write_out
from innodex.panel import Panel
from innodex.result import Result

INPUTS = "inputs"
SITE = "site"
TABLES = "tables"


def data_part(folder: Folder, result: Result, panel: Panel) -> dict[str, bytes]:
    """{path: bytes} of inputs/ and the files of the build."""
    files = {f"{INPUTS}/{path}": data for path, data in folder.files.items()}
    return files | write_out(result, panel, folder.territory)


def compose(
    folder: Folder,
    result: Result,
    panel: Panel,
    *,
    audience: Audience,
    date: datetime.date | None,
    replaces: str | None,
    files: Mapping[str, int],
) -> Edition:
    """The edition of a result in memory. `files` are the paths of the data part with their sizes."""
    settings = folder.settings
    return Edition(
        id=identify(folder, max(result.periods), audience=audience, date=date, replaces=replaces),
        title=settings.title,
        description=settings.description,
        languages=settings.languages,
        synthetic=settings.synthetic,
        audience=audience,
        date=date,
        publisher=settings.publisher,
        licence=settings.licence,
        decimals=settings.decimals,
        framework=folder.framework,
        territory=folder.territory,
        recipe=folder.recipe,
        panel=panel,
        result=result,
        replaces=replaces,
        note=settings.note,
        files=dict(sorted(files.items())),
    )


def identify(
    folder: Folder, period: str, *, audience: Audience, date: datetime.date | None, replaces: str | None
) -> str:
    """A name that stays: the code of the index, the newest period, eight digits of what was published.

    The digits follow from the bytes of the inputs, the audience, the date and what is replaced, so two
    editions that differ in any of them have different names, and the same publication has the same name.
    """
    stated = {
        "inputs": {path: sha256(data) for path, data in folder.files.items()},
        "audience": audience.value,
        "date": None if date is None else date.isoformat(),
        "replaces": replaces,
    }
    words = [_plain(folder.framework.root.code), _plain(period), digest(stated)[:8]]
    return "-".join(word for word in words if word)


def _plain(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", without_marks(words)).strip("-")


def manifest_of(edition: Edition, files: Mapping[str, bytes]) -> Manifest:
    """The manifest over these files."""
    return Manifest(
        id=edition.id,
        title=edition.title,
        period=edition.period,
        languages=edition.languages,
        audience=edition.audience,
        date=edition.date,
        replaces=edition.replaces,
        synthetic=edition.synthetic,
        version=edition.result.version,
        inputs=dict(sorted(edition.result.digests.items())),
        files={path: Entry.of(data) for path, data in files.items()},
    )


def is_data(path: str) -> bool:
    """True for a file of the data part: inputs, files of the build, tables; not the pages."""
    return "/" not in path or path.partition("/")[0] in (INPUTS, TABLES)


def read(path: str | Path) -> Edition:
    """The edition in a folder, made from its files alone: inputs, numbers, and what the manifest says.

    Nothing is recomputed or compared here; that is what `verify` does.
    Raises NotAnEdition where there is no manifest, Faulty where inputs or numbers cannot be read.
    """
    place = Path(path)
    try:
        manifest = Manifest.read((place / MANIFEST).read_bytes())
    except OSError as error:
        raise NotAnEdition(error.strerror or str(error)) from error
    return assemble(place, manifest)


def assemble(place: Path, manifest: Manifest, folder: Folder | None = None) -> Edition:
    """The edition that the files under `place` hold, with what `manifest` says of it."""
    folder = folder or read_folder(place / INPUTS)
    out = {name: (place / name).read_bytes() for name in OUT_FILES if name in manifest.files}
    result, panel = read_out(out, folder.framework, folder.territory)
    return compose(
        folder,
        result,
        panel,
        audience=manifest.audience,
        date=manifest.date,
        replaces=manifest.replaces,
        files={path: entry.size for path, entry in manifest.files.items() if is_data(path)},
    )
