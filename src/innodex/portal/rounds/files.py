"""Files taken in from people: judged before they are kept, stored by digest, handed out as attachments."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
import unicodedata
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.http import FileResponse

from innodex.portal.people.gate import Act
from innodex.portal.people.models import Organisation
from innodex.portal.people.refused import Refused
from innodex.portal.rounds.models import Round, StoredFile

LARGEST = 25 * 2**20
_UNPACKED, _ENTRIES, _RATIO = 200 * 2**20, 2_000, 200
_SMALL = 2**20  # an entry that unpacks to less is no bomb, whatever its ratio
_TYPES_LIMIT = 2**20
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

KINDS = {"pdf": "pdf", "docx": "docx", "xlsx": "xlsx", "png": "png", "jpg": "jpeg", "jpeg": "jpeg"}
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpeg": "image/jpeg",
}
ACCEPT = ",".join(f".{ending}" for ending in KINDS)  # for the field that chooses a file
_MACROS = frozenset({"xlsm", "xltm", "xlam", "docm", "dotm", "pptm", "xlsb"})
_OLD = frozenset({"doc", "xls", "dot", "xlt", "ppt", "pps"})
_ARCHIVES = frozenset({"zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz", "iso", "cab", "zst"})
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_ENCRYPTED_PDF = re.compile(rb"/Encrypt(?:\s+\d+\s+\d+\s+R|\s*<<)")


def _refused(kind: str, **values: Any) -> Refused:
    """A refusal with the words of this app, whichever app's act it stops."""
    refused = Refused(kind, **values)
    refused.app = "rounds"
    return refused


def as_upload(content: bytes, name: str) -> ContentFile:
    """Bytes in the shape in which a form brings files."""
    return ContentFile(content, name=name)


def store(act: Act, upload: Any, *, round: Round, organisation: Organisation) -> StoredFile:
    """Keep an uploaded file, or refuse it (`file-…`). `upload` has a name, a size and chunks, as in a form.

    The bytes lie under their digest; two files with the same bytes are kept once.
    """
    name = clean_name(upload.name or "")
    if upload.size > LARGEST:
        raise _refused("file-too-large", name=name, found=_megabytes(upload.size), allowed=LARGEST >> 20)
    content = b"".join(upload.chunks())
    return keep(act, content, name, judge(content, name), round=round, organisation=organisation)


def keep(
    act: Act, content: bytes, name: str, kind: str, *, round: Round, organisation: Organisation
) -> StoredFile:
    """Keep bytes that have been judged; the same bytes lie once."""
    digest = hashlib.sha256(content).hexdigest()
    _write(content, path_of(digest))
    return act.create(
        StoredFile,
        round=round,
        organisation=organisation,
        digest=digest,
        size=len(content),
        name=name,
        kind=kind,
        stored_by=act.by.user,
        stored_at=act.at,
    )


def clean_name(name: str) -> str:
    """The user's file name without folders and control characters, at most 255 characters."""
    bare = PurePosixPath(PureWindowsPath(unicodedata.normalize("NFC", name)).name).name
    shown = "".join(c for c in bare if unicodedata.category(c)[0] != "C").strip()
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[:200]}{dot}{ending}" if len(shown) > 255 and len(ending) < 20 else shown[:255]


def judge(content: bytes, name: str) -> str:
    """The kind of a file that may be kept. Raises Refused with the reason for one that may not."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    for endings, refusal in ((_MACROS, "file-macro"), (_OLD, "file-old"), (_ARCHIVES, "file-archive")):
        if ending in endings:
            raise _refused(refusal, name=name)
    if ending not in KINDS:
        raise _refused("file-kind", name=name)
    if not content:
        raise _refused("file-empty", name=name)
    if len(content) > LARGEST:
        raise _refused("file-too-large", name=name, found=_megabytes(len(content)), allowed=LARGEST >> 20)
    kind = KINDS[ending]
    if not _begins_as(kind, content):
        if content.startswith(_OLE):
            # A document with a password hides in the container of the old format.
            locked = "EncryptedPackage".encode("utf-16-le") in content
            raise _refused("file-encrypted" if locked else "file-old", name=name)
        raise _refused("file-mismatch", name=name, ending=ending)
    if kind == "pdf" and _ENCRYPTED_PDF.search(content):
        raise _refused("file-encrypted", name=name)
    if kind in _MAIN_PART:
        _judge_directory(content, name, kind)
    return kind


def _begins_as(kind: str, content: bytes) -> bool:
    if kind == "pdf":
        return content.startswith(b"%PDF-")
    if kind == "png":
        return content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR"
    if kind == "jpeg":
        return content.startswith(b"\xff\xd8\xff")
    return content.startswith(_ZIP)


def _judge_directory(content: bytes, name: str, kind: str) -> None:
    """The directory of a zip-based document, read before anything is unpacked."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _refused("file-broken", name=name) from error
    with archive:
        entries = archive.infolist()
        _judge_entries(entries, len(content), name)
        names = {entry.filename for entry in entries}
        if any("vbaproject" in one.lower() for one in names) or b"macroEnabled" in _types(archive, name):
            raise _refused("file-macro", name=name)
        if _MAIN_PART[kind] not in names:
            raise _refused("file-mismatch", name=name, ending=kind)


def _judge_entries(entries: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise _refused("file-encrypted", name=name)
    swollen = any(e.file_size > _SMALL and e.file_size > _RATIO * max(1, e.compress_size) for e in entries)
    # Entries that share their bytes claim more than the file has.
    shared = sum(entry.compress_size for entry in entries) > packed
    if swollen or shared or len(entries) > _ENTRIES or sum(entry.file_size for entry in entries) > _UNPACKED:
        raise _refused("file-bomb", name=name)
    if any(_leads_out(entry.filename) for entry in entries):
        raise _refused("file-broken", name=name)


def _leads_out(path: str) -> bool:
    return path.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", path) or ":" in path or "\x00" in path


def _types(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open("[Content_Types].xml") as part:
            return part.read(_TYPES_LIMIT)
    except KeyError as error:
        raise _refused("file-mismatch", name=name, ending=name.rpartition(".")[2]) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise _refused("file-broken", name=name) from error


def _megabytes(size: int) -> int:
    return -(-size // 2**20)


# ---- where they lie


def path_of(digest: str, *, folder: str = "evidence") -> Path:
    """Where the bytes with this digest lie."""
    return Path(settings.HOME) / folder / digest[:2] / digest[2:]


def _write(content: bytes, place: Path) -> None:
    """Whole or not at all. A file whose act is then refused stays, and nothing names it."""
    if place.exists() and place.stat().st_size == len(content):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def content_of(stored: StoredFile) -> bytes:
    """The bytes of a stored file."""
    return path_of(stored.digest).read_bytes()


def response(stored: StoredFile) -> FileResponse:
    """The file as a download, never shown inside a page of ours."""
    answer = FileResponse(
        path_of(stored.digest).open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type=MEDIA.get(stored.kind, "application/octet-stream"),
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


# ---- uploads on their way


def keep_upload(content: bytes) -> str:
    """Keep a checked upload until it is confirmed; its digest is its name."""
    digest = hashlib.sha256(content).hexdigest()
    _write(content, path_of(digest, folder="uploads"))
    return digest


def kept_upload(digest: str) -> bytes | None:
    """The upload with this digest; None where there is none."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        return None
    place = path_of(digest, folder="uploads")
    return place.read_bytes() if place.is_file() else None
