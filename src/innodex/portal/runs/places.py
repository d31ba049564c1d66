"""Where editions lie: `runs/` for those behind the portal's doors, `editions/` for those that all may read.

A folder of `editions/` is never changed once it is there, so any server of files can hand it out.
"""

from __future__ import annotations

import datetime
import shutil
import tempfile
from pathlib import Path

from django.conf import settings

from innodex.documents import pretty
from innodex.edition import MANIFEST, Audience, Manifest
from innodex.formats import Folder
from innodex.publishing import Shelf, Volume, publish


def kept() -> Path:
    """The folder of editions that have a door."""
    place = settings.HOME / "runs"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def public() -> Path:
    """The folder of public editions."""
    place = settings.HOME / "editions"
    place.mkdir(parents=True, exist_ok=True)
    return place


def make(folder: Folder, *, audience: Audience, date: datetime.date) -> tuple[str, str]:
    """Write an edition behind the doors; its name and digest. Raises what `publish` raises."""
    with tempfile.TemporaryDirectory(dir=kept(), prefix=".") as work:
        made = Path(work) / "edition"
        digest = publish(folder, out=made, audience=audience, date=date)
        name = Manifest.read((made / MANIFEST).read_bytes()).id
        _settle(made, kept() / name)
    return name, digest


def _settle(made: Path, place: Path) -> None:
    """Move a folder to its place. The name tells the content, so what stands there already is the same."""
    if not (place / MANIFEST).is_file():
        shutil.rmtree(place, ignore_errors=True)
        made.rename(place)


def volume(name: str) -> Volume | None:
    """The edition of a run, with a way to each of its files; None where it is no longer on the disk."""
    books = Shelf(kept())
    return next((one for one in books.volumes() if one.name == name), None)


def release(name: str) -> bool:
    """Put an edition where all may read it. True when it was not there before."""
    place = public() / name
    if (place / MANIFEST).is_file():
        return False
    with tempfile.TemporaryDirectory(dir=public(), prefix=".") as work:
        copy = Path(work) / "edition"
        shutil.copytree(kept() / name, copy)
        _settle(copy, place)
    list_public()
    return True


def list_public() -> None:
    """Write the list of public editions beside them, for people and for programs."""
    books = Shelf(public(), audiences=frozenset({Audience.PUBLIC.value}), base="/editions")
    volumes = books.volumes()
    replaced = {one.manifest.replaces: one.name for one in volumes if one.manifest.replaces}
    listed = [
        {
            "id": one.name,
            "title": one.manifest.title.as_dict(),
            "period": one.manifest.period,
            "date": one.manifest.date.isoformat() if one.manifest.date else None,
            "digest": one.digest,
            "replaces": one.manifest.replaces,
            "replaced_by": replaced.get(one.digest),
        }
        for one in volumes
    ]
    _write("current.json", pretty({"current": listed[0]["id"] if listed else None, "editions": listed}))
    _write("index.html", books.page())


def _write(name: str, data: bytes) -> None:
    """Whole or not at all, whoever reads meanwhile."""
    beside = public() / f".{name}.new"
    beside.write_bytes(data)
    beside.replace(public() / name)
