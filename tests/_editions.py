"""Small folders and editions for tests, and a forger who knows the format but not our code."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from innodex.cli import main


def new_folder(path: Path) -> Path:
    """The folder that `innodex new` writes."""
    assert main(["--lang", "en", "new", str(path)]) == 0
    return path


def publish_folder(folder: Path, out: Path, *more: str) -> Path:
    """The edition that `innodex publish` writes."""
    assert main(["--lang", "en", "publish", str(folder), "--out", str(out), *more]) == 0
    return out


def hashed(data: bytes) -> dict[str, object]:
    """The entry of a file in a manifest."""
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def read_manifest(edition: Path) -> dict[str, object]:
    """The manifest as a table."""
    return json.loads((edition / "manifest.json").read_bytes())


def write_manifest(edition: Path, manifest: dict[str, object]) -> None:
    """The manifest in the form in which it is published."""
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (edition / "manifest.json").write_text(text, encoding="utf-8")


def files(edition: Path) -> dict[str, bytes]:
    """{path: bytes} of everything that belongs into the manifest."""
    return {
        path.relative_to(edition).as_posix(): path.read_bytes()
        for path in sorted(edition.rglob("*"))
        if path.is_file() and path.name not in ("manifest.json", "edition.zip")
    }


def repair(edition: Path) -> None:
    """Make every digest, size and copy agree with the files as they stand now."""
    held = files(edition)
    manifest = read_manifest(edition)
    manifest["files"] = {path: hashed(data) for path, data in sorted(held.items())}
    write_manifest(edition, manifest)
    with zipfile.ZipFile(edition / "edition.zip", "w", zipfile.ZIP_DEFLATED) as copy:
        copy.writestr("manifest.json", (edition / "manifest.json").read_bytes())
        for path, data in held.items():
            copy.writestr(path, data)


def edit_cell(
    edition: Path, path: str, column: str, change: Callable[[str], str], *, row: int | None = None
) -> tuple[int, str, str]:
    """Change one field of a table: (row as a spreadsheet counts, text before, text after).

    Without `row` it is the first one with something in the column.
    """
    file = edition / path
    data = file.read_bytes()
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    at = rows[0].index(column)
    number = row or next(n for n, cells in enumerate(rows[1:], start=2) if cells[at])
    before = rows[number - 1][at]
    rows[number - 1][at] = change(before)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    file.write_bytes(mark + text.getvalue().encode())
    return number, before, rows[number - 1][at]


def edit_member(workbook: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    """Change one part of a workbook and pack it again."""
    with zipfile.ZipFile(workbook) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    after = change(parts[member])
    assert after != parts[member]
    parts[member] = after
    with zipfile.ZipFile(workbook, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
