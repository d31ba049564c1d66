"""Folders written for a moment, and what the program finds in them."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from faults._book import PLAIN, Book, Document, Dress, Place, Sheet
from innodex.documents import Fault
from innodex.formats import Checked, check_folder

_MEMORY = Path("/dev/shm")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where there is such a thing."""
    path = Path(tempfile.mkdtemp(prefix="faults-", dir=_MEMORY if _MEMORY.is_dir() else None))
    try:
        yield path
    finally:
        shutil.rmtree(path)


def fill(folder: Path, files: dict[str, bytes]) -> None:
    """Make the folder hold these files and no others."""
    held = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    for name, path in held.items():
        if name not in files:
            path.unlink()
    for name, data in files.items():
        if name not in held or held[name].read_bytes() != data:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below the folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def dressed(book: Book, seed: int) -> Book:
    """The same folder as other hands and programs would have written it."""
    chance = random.Random(seed)
    for name, file in book.files.items():
        if isinstance(file, Sheet):
            file.dress = _table_dress(chance)
            if chance.random() < 0.3 and file.lines and not name.startswith("data/"):
                file.ensure("note")
                file.put(chance.choice(file.lines), "note", "dòng một\ndòng hai")
        elif isinstance(file, Document):
            ending = chance.choice(["\n", "\n", "\r\n"])
            gap, inline = chance.choice([0, 0, 1, 3]), chance.random() < 0.4
            file.dress = Dress(mark=chance.random() < 0.2, ending=ending, gap=gap, inline=inline)
    return book


def _table_dress(chance: random.Random) -> Dress:
    if chance.random() < 0.3:
        return PLAIN
    dress = Dress(separator=chance.choice(",;\t"), mark=chance.random() < 0.3, quoted=chance.random() < 0.2)
    return replace(
        dress,
        ending=chance.choice(["\n", "\r\n"]),
        gap=chance.choice([0, 0, 1, 2, 5]),
        end=chance.choice([0, 0, 2]),
        tail=chance.choice([0, 0, 1, 4]),
        hint=chance.random() < 0.2,
    )


def found(folder: Path, checked: Checked) -> list[Place]:
    """What the program says, as kind, file, row and column."""
    faults = [*checked.faults, *checked.warnings]
    return sorted({_place(folder, fault) for fault in faults}, key=repr)


def _place(folder: Path, fault: Fault) -> Place:
    return fault.kind, fault.file.replace(str(folder), "."), fault.row, fault.column


def check(folder: Path) -> Checked:
    """Everything that is wrong with the folder."""
    return check_folder(folder)
