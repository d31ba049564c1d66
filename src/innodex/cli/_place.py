"""Where a command may write."""

from __future__ import annotations

from pathlib import Path

from innodex.cli._console import Misused
from innodex.edition import Occupied, Recogniser, look_at


def free(out: str, folder: str, ours: Recogniser) -> None:
    """Raise Misused unless `out` is absent, empty or ours, and clear of the folder that is read."""
    place, source = Path(out).resolve(), Path(folder).resolve()
    inputs = [source, *source.parents, *(source / name for name in ("data", "sheets", "territory"))]
    if place in inputs or any(part in place.parents for part in inputs[-3:]):
        raise Misused("cli.misuse.out-in-folder", path=out, folder=folder)
    try:
        look_at(Path(out), ours=ours)
    except Occupied as occupied:
        raise Misused(f"cli.misuse.{occupied.kind}", path=out, found=occupied.found) from occupied
