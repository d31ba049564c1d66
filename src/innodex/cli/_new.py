"""`innodex new`: a small, complete folder to start from."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from innodex.cli._console import Console, Misused
from innodex.edition import Occupied, put


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the folder; one that holds anything is left alone."""
    out = Path(options.folder)
    try:
        # Whatever stands there is foreign: a folder of somebody's work is never replaced by an example.
        put(out, starter(console.lang), ours=lambda folder: "")
    except Occupied as occupied:
        key = "out-is-file" if occupied.kind == "out-is-file" else "not-empty"
        raise Misused(f"cli.misuse.{key}", path=options.folder) from occupied
    console.tell("cli.new.done", path=options.folder)
    return 0


def starter(lang: str) -> dict[str, bytes]:
    """{path: bytes} of the folder, with the explanations in one language."""
    source = resources.files("innodex.cli") / "starter"
    return dict(sorted({**dict(_files(source / "common")), **dict(_files(source / lang))}.items()))


def _files(folder: Traversable, inside: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        path = f"{inside}{entry.name}"
        if entry.is_dir():
            yield from _files(entry, f"{path}/")
        else:
            yield path, entry.read_bytes()
