"""edition.zip: the whole edition in one file, the same bytes from the same edition."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from innodex.edition._manifest import MANIFEST, NotAnEdition, is_safe

# The first moment that the format knows: no clock in what is published.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MOST_FILES = 50_000
_MOST_BYTES = 1_000_000_000
_PIECE = 1 << 20
# What is compressed already only costs time.
_PACKED = (".woff2", ".xlsx", ".png", ".zip")


def archive(files: Mapping[str, bytes]) -> bytes:
    """A zip of {path: bytes}: the manifest first, the rest by path, without any date."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as folder:
        for path in sorted(files, key=lambda path: (path != MANIFEST, path)):
            about = zipfile.ZipInfo(path, _EPOCH)
            about.compress_type = zipfile.ZIP_STORED if path.endswith(_PACKED) else zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            about.create_system = 3
            folder.writestr(about, files[path])
    return packed.getvalue()


# Whatever a broken or hostile zip makes the library raise.
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError,
    ValueError, OSError,
)  # fmt: skip


def entries(path: Path, *, ours: bool = False) -> dict[str, bytes]:
    """{path: bytes} of everything in a zip.

    Raises NotAnEdition for a zip that is broken, holds a name twice, a name that leaves its folder, or more
    than any edition would; with `ours` also for what `archive` never writes: folders, links, and bytes that
    belong to no entry.
    """
    with path.open("rb") as file:
        try:
            packed = zipfile.ZipFile(file)
            if ours and not (is_bare(packed, path.stat().st_size) and all(map(_is_plain, packed.infolist()))):
                raise ValueError("more than plain files")
            return _entries(packed)
        except _DAMAGE as error:
            raise NotAnEdition(f"{path.name}: {error}") from error


def is_bare(packed: zipfile.ZipFile, size: int) -> bool:
    """True for a zip of `size` bytes that holds its entries one after the other and nothing beside them.

    Programs that read a zip from its beginning and those that read it from its end then see the same.
    """
    at = 0
    for info in packed.infolist():
        if info.header_offset != at:
            return False
        at += 30 + _length(info) + info.compress_size
    return size == at + sum(46 + _length(info) for info in packed.infolist()) + 22


def _length(info: zipfile.ZipInfo) -> int:
    return len(info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437"))


def _is_plain(info: zipfile.ZipInfo) -> bool:
    return not info.is_dir() and stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG)


def _entries(folder: zipfile.ZipFile) -> dict[str, bytes]:
    for name in folder.namelist():
        if not is_safe(name.removesuffix("/")):
            raise ValueError(repr(name))
    about = [info for info in folder.infolist() if not info.is_dir()]
    if len(about) > _MOST_FILES:
        raise ValueError(f"{len(about)} files")
    found: dict[str, bytes] = {}
    left = _MOST_BYTES
    for info in about:
        if info.filename in found:
            raise ValueError(repr(info.filename))
        found[info.filename] = _limited(folder, info, left)
        left -= len(found[info.filename])
    folders = {str(parent) for name in found for parent in PurePosixPath(name).parents}
    if folders & found.keys():
        raise ValueError(repr(min(folders & found.keys())))
    return found


def _limited(folder: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """The bytes of one entry; the size that the zip claims is not believed."""
    pieces, size = [], 0
    with folder.open(info) as file:
        while piece := file.read(_PIECE):
            size += len(piece)
            if size > left:
                raise ValueError(f"more than {_MOST_BYTES} bytes")
            pieces.append(piece)
    return b"".join(pieces)


def unpack(path: Path, into: Path) -> Path:
    """Write the entries of a zip under `into` and return the folder that holds the manifest."""
    found = entries(path)
    if MANIFEST not in found:
        tops = {name.partition("/")[0] for name in found}
        if len(tops) != 1 or f"{min(tops)}/{MANIFEST}" not in found:
            raise NotAnEdition(f"{path.name}: {MANIFEST}")
        into_folder = into / min(tops)
    else:
        into_folder = into
    for name, data in found.items():
        file = into / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return into_folder
