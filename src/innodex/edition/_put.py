"""Writing a whole folder or nothing: beside its place first, then by renaming."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from innodex.edition._manifest import ARCHIVE, MANIFEST, Manifest, NotAnEdition
from innodex.formats import is_out_file

# Given a folder: the name of something in it that we did not write; "" where the folder is not ours at all;
# None where it is ours to replace.
Recogniser = Callable[[Path], str | None]

# What file managers leave behind in every folder that they show.
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
# By these a folder is known to be ours.
_SIGNS = (MANIFEST, "result.json")
_numbers = itertools.count()


class Occupied(Exception):
    """The place to write to holds something that is not ours; it was not touched.

    `kind` is "out-is-file", "out-is-foreign" or "out-has-foreign"; `found` names what is in the way.
    """

    def __init__(self, path: Path, kind: str, found: str = "") -> None:
        self.path, self.kind, self.found = path, kind, found
        super().__init__(f"{path}: {kind} {found}".rstrip())


def is_build(folder: Path) -> str | None:
    """A folder of `innodex build`: result.json says so, and nothing stands beside the files of a build."""
    try:
        about = json.loads((folder / "result.json").read_bytes())
    except (OSError, ValueError):
        return ""
    if not (isinstance(about, dict) and "innodex" in about and "digests" in about):
        return ""
    return next((name for name in files_in(folder) if not is_out_file(name)), None)


def is_edition(folder: Path) -> str | None:
    """An edition: its manifest says so, and nothing stands beside what the manifest lists."""
    try:
        manifest = Manifest.read((folder / MANIFEST).read_bytes())
    except (OSError, NotAnEdition):
        return ""
    known = {*manifest.files, MANIFEST, ARCHIVE}
    return next((name for name in files_in(folder) if name not in known), None)


def files_in(folder: Path) -> Iterator[str]:
    """The path of everything under `folder` that is not a directory, with slashes; links are not followed."""
    for base, folders, names in os.walk(folder):
        folders.sort()
        inside = Path(base).relative_to(folder)
        links = [name for name in folders if (Path(base) / name).is_symlink()]
        for name in sorted([*names, *links]):
            if name not in _LITTER:
                yield (inside / name).as_posix()


def look_at(out: Path, *, ours: Recogniser) -> None:
    """Raise Occupied unless `out` is absent, an empty folder, or one that `ours` recognises."""
    out = out.resolve()
    if not out.exists():
        return
    if not out.is_dir():
        raise Occupied(out, "out-is-file")
    if _is_empty(out):
        return
    foreign = ours(out)
    if foreign is not None:
        raise Occupied(out, "out-has-foreign" if foreign else "out-is-foreign", foreign)


def _is_empty(folder: Path) -> bool:
    return all(path.name in _LITTER for path in folder.iterdir())


def put(out: Path, files: Mapping[str, bytes], *, ours: Recogniser) -> None:
    """Make `out` a folder of exactly these files ({relative path: bytes}), in the order given.

    Whatever fails, an earlier folder stays as it was and nothing half-written remains.
    Raises Occupied as `look_at` does, OSError where the disk refuses.
    """
    out = out.resolve()
    look_at(out, ours=ours)
    name = f".innodex-{os.getpid()}-{next(_numbers)}"
    with _parents(out.parent):
        fresh, old = out.parent / f"{name}-new", out.parent / f"{name}-old"
        try:
            _write(fresh, files)
            _exchange(fresh, out, old)
        finally:
            for rest in (fresh, old):
                shutil.rmtree(rest, ignore_errors=True)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    made = {folder}
    for path, data in files.items():
        file = folder / path
        if file.parent not in made:
            file.parent.mkdir(parents=True, exist_ok=True)
            made.add(file.parent)
        file.write_bytes(data)


def _exchange(fresh: Path, out: Path, old: Path) -> None:
    if not out.exists():
        fresh.rename(out)
        return
    if _is_empty(out):
        _fill(fresh, out)
        return
    out.rename(old)
    try:
        fresh.rename(out)
    except BaseException:
        old.rename(out)
        raise


def _fill(fresh: Path, out: Path) -> None:
    """Move everything into an empty folder, which stays the same one: somebody may be standing in it."""
    moved: list[Path] = []
    try:
        # What tells the folder for ours comes last: a half-filled one is no edition.
        for path in sorted(fresh.iterdir(), key=lambda path: (path.name in _SIGNS, path.name)):
            moved.append(path.rename(out / path.name))
    except BaseException:
        for path in moved:
            path.rename(fresh / path.name)
        raise


@contextlib.contextmanager
def _parents(folder: Path) -> Iterator[None]:
    """The folder exists inside; on failure those that had to be made are gone again."""
    made = []
    for parent in (folder, *folder.parents):
        if parent.exists():
            break
        made.append(parent)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for parent in made:
            with contextlib.suppress(OSError):
                parent.rmdir()
        raise
