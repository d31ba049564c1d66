"""Does a folder hold exactly what its manifest lists?"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from innodex.edition._archive import entries
from innodex.edition._difference import Difference
from innodex.edition._manifest import ARCHIVE, MANIFEST, Entry, Manifest, NotAnEdition


def check_files(place: Path, manifest: Manifest) -> list[Difference]:
    """Every file that is missing, added, changed, or a link to somewhere else."""
    there = dict(_walk(place))
    found = [Difference("link", path) for path, is_plain in there.items() if not is_plain]
    listed = {*manifest.files, MANIFEST, ARCHIVE}
    found += [Difference("added", path) for path in sorted(set(there) - listed)]
    for path, entry in sorted(manifest.files.items()):
        if path not in there:
            found.append(Difference("missing", path, recomputed=None))
        elif there[path]:
            actual = _entry(place / path)
            if actual.sha256 != entry.sha256:
                found.append(Difference("changed", path, entry.sha256, actual.sha256))
            elif actual.size != entry.size:
                found.append(Difference("size", path, str(entry.size), str(actual.size)))
    return found


def _walk(place: Path) -> Iterator[tuple[str, bool]]:
    """What is no directory under `place`, and whether it is a plain file; links are not followed."""
    for base, folders, names in os.walk(place):
        here = Path(base)
        folders.sort()
        links = [name for name in folders if (here / name).is_symlink()]
        for name in sorted([*names, *links]):
            path = here / name
            yield path.relative_to(place).as_posix(), path.is_file() and not path.is_symlink()


def _entry(path: Path) -> Entry:
    with path.open("rb") as file:
        return Entry(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def check_archive(place: Path, manifest: Manifest) -> list[Difference]:
    """What edition.zip, if there is one, holds otherwise than the folder."""
    path = place / ARCHIVE
    if not path.is_file():
        # A link or a device was named by `check_files`, and a folder is none of the two.
        return [Difference("archive", ARCHIVE, "a folder")] if path.is_dir() else []
    try:
        held = entries(path, ours=True)
    except NotAnEdition as error:
        return [Difference("archive", ARCHIVE, str(error))]
    found = []
    wanted = {**manifest.files, MANIFEST: Entry.of((place / MANIFEST).read_bytes())}
    for name in sorted({*held, *wanted}):
        if name not in held:
            found.append(Difference("archive-missing", ARCHIVE, about=name))
        elif name not in wanted:
            found.append(Difference("archive-added", ARCHIVE, about=name))
        elif (actual := Entry.of(held[name])) != wanted[name]:
            found.append(
                Difference("archive-changed", ARCHIVE, actual.sha256, wanted[name].sha256, about=name)
            )
    return found
