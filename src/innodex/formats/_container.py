"""What is safe to open: archives and workbooks, judged by their directory before anything is unpacked."""

from __future__ import annotations

import io
import re
import stat
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from innodex.documents import Fault, Faulty, Word

if TYPE_CHECKING:
    import zipfile  # at run time where it is used: most commands never open an archive

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SMALL = 1 << 20  # an entry that unpacks to less is no bomb, whatever its ratio
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be opened: bytes packed and unpacked, entries, and how far one may swell.

    Of a workbook also: seconds of processor time, bytes of memory, cells, characters.
    """

    packed: int = 25 << 20
    unpacked: int = 200 << 20
    entries: int = 2_000
    ratio: int = 200
    seconds: int = 20
    memory: int = 1 << 30
    cells: int = 1_000_000
    characters: int = 64 << 20


LIMITS = Limits()


def open_archive(data: bytes, name: str, limits: Limits = LIMITS) -> zipfile.ZipFile:
    """The archive in `data`, its directory checked. Raises Faulty where it must not be unpacked."""
    import zipfile

    if len(data) > limits.packed:
        raise Faulty([_too_large(name, len(data), limits.packed)])
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Faulty([Fault("broken-archive", name, values={"reason": str(error)})]) from error
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise Faulty([Fault("locked-file", name)])
    unpacked = sum(entry.file_size for entry in entries)
    # Entries that share their bytes unpack to more than their sizes say.
    if len(entries) > limits.entries:
        raise Faulty([Fault("too-large", name, values={"found": len(entries), "allowed": limits.entries})])
    shared = sum(entry.compress_size for entry in entries) > len(data)
    if shared or unpacked > limits.unpacked or any(_swells(entry, limits.ratio) for entry in entries):
        raise Faulty([_too_large(name, unpacked, limits.unpacked)])
    return archive


def _swells(entry: zipfile.ZipInfo, ratio: int) -> bool:
    return entry.file_size > _SMALL and entry.file_size > ratio * max(1, entry.compress_size)


def _too_large(name: str, found: int, allowed: int) -> Fault:
    sizes = {"found": f"{max(1, found >> 20)} MB", "allowed": f"{allowed >> 20} MB"}
    return Fault("too-large", name, values=sizes)


def is_archive(data: bytes) -> bool:
    """True for bytes that begin as a ZIP archive does; a workbook is one too."""
    return data.startswith(_ZIP)


def is_workbook(data: bytes) -> bool:
    """True for bytes that are a workbook of any kind rather than an archive of files."""
    if data.startswith(_OLE):
        return True
    if not is_archive(data):
        return False
    import zipfile

    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    return any(name.startswith("xl/") for name in names)


def check_book(data: bytes, name: str, limits: Limits = LIMITS) -> None:
    """Raise Faulty unless `data` is a workbook (.xlsx) that may be opened."""
    if data.startswith(_OLE):
        # An encrypted workbook hides in the container of the old format.
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise Faulty([Fault("locked-file" if encrypted else "old-book", name)])
    if not is_archive(data):
        raise Faulty([Fault("not-a-book", name)])
    with open_archive(data, name, limits) as archive:
        names = archive.namelist()
        types = _unpacked(archive, "[Content_Types].xml", name) if "[Content_Types].xml" in names else b""
    if b"macroEnabled" in types or any("vbaproject" in one.lower() for one in names):
        raise Faulty([Fault("macro-book", name)])
    if "xl/workbook.bin" in names:
        raise Faulty([Fault("old-book", name)])
    if not types or not any(one.startswith("xl/") for one in names):
        raise Faulty([Fault("not-a-book", name)])


def _unpacked(archive: zipfile.ZipFile, entry: str | zipfile.ZipInfo, name: str) -> bytes:
    """One entry. A size that the directory does not state ends in a fault, not in more bytes."""
    import zipfile
    import zlib

    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Faulty([Fault("broken-archive", name, values={"reason": str(error)})]) from error


def unpack_zip(data: bytes, name: str, limits: Limits = LIMITS) -> dict[str, bytes]:
    """{path: bytes} of the files in a ZIP archive, the folder around index.toml taken away.

    What an operating system adds by itself is left out. Raises Faulty for an archive that is broken, locked
    or too large, or has a path that leads out of it.
    """
    if not is_archive(data):
        raise Faulty([Fault("broken-archive", name, values={"reason": Word("faults.reason.no-archive")})])
    with open_archive(data, name, limits) as archive:
        wanted: dict[str, zipfile.ZipInfo] = {}
        faults: list[Fault] = []
        for entry in archive.infolist():
            path = entry.filename.replace("\\", "/")
            if _leads_out(path) or stat.S_ISLNK(entry.external_attr >> 16):
                faults.append(Fault("unsafe-path", name, values={"found": entry.filename}))
            elif path in wanted:
                reason = {"reason": Word("faults.reason.same-name")}
                faults.append(Fault("broken-archive", name, values=reason))
            elif not (entry.is_dir() or path.endswith("/") or _is_litter(path)):
                wanted[path] = entry
        if faults:
            raise Faulty(faults)
        top = _top(list(wanted), name)
        inside = {path: entry for path, entry in wanted.items() if path.startswith(top)}
        return {path[len(top) :]: _unpacked(archive, entry, name) for path, entry in inside.items()}


def _leads_out(path: str) -> bool:
    parts = path.split("/")
    return path.startswith("/") or ".." in parts or bool(_DRIVE.match(path)) or "\x00" in path


def _is_litter(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return "__MACOSX" in parts or parts[-1].lower() in _LITTER or parts[-1].startswith("._")


def _top(paths: list[str], name: str) -> str:
    """What stands before index.toml in every path; empty where the index is not in a folder of its own."""
    tops = sorted((path.removesuffix("index.toml") for path in paths if _is_index(path)), key=_depth)
    if len(tops) > 1 and _depth(tops[0]) == _depth(tops[1]):
        found = ", ".join(top.rstrip("/") for top in tops)
        raise Faulty([Fault("several-folders", name, values={"found": found})])
    return tops[0] if tops else ""


def _is_index(path: str) -> bool:
    return path.rpartition("/")[2] == "index.toml"


def _depth(top: str) -> int:
    return top.count("/")
