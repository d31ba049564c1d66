"""Compile the message catalogues: `*.po` beside `*.mo`, with Babel and no system tools.

The build back end calls the hook while it makes a wheel or an editable install;
`python hatch_build.py` does the same by hand (`make messages`).
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
LOCALE = Path("src", "innodex", "documents", "locale")
# What libraries say in English only; where Django looks for it.
DJANGO = Path("src", "innodex", "portal", "project", "locale")


def compile_catalogue(source: Path) -> bytes:
    """Return the compiled bytes of one catalogue. Raises ValueError on a file that Babel cannot read.

    The same text gives the same bytes, whenever it is compiled.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    folder = source.parent.parent if source.parent.name == "LC_MESSAGES" else source.parent
    try:
        with source.open("rb") as file:
            catalogue = read_po(file, locale=folder.name, abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"{source}: {error}") from error
    # Babel would write the clock here.
    catalogue.creation_date = datetime(1970, 1, 1, tzinfo=UTC)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()


def compile_all(root: Path = HERE) -> list[Path]:
    """Write `*.mo` beside every `*.po` under the package and return those that changed."""
    changed = []
    sources = [*(root / LOCALE).glob("*/*.po"), *(root / DJANGO).glob("*/LC_MESSAGES/*.po")]
    for source in sorted(sources):
        target = source.with_suffix(".mo")
        compiled = compile_catalogue(source)
        if target.exists() and target.read_bytes() == compiled:
            continue
        # Written beside and renamed: a reader never meets half a catalogue.
        beside = target.with_name(f"{target.name}.{os.getpid()}")
        beside.write_bytes(compiled)
        beside.replace(target)
        changed.append(target)
    return changed


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles the catalogues before the files of a wheel or an editable install are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by the build back end once per target."""
        compile_all(Path(self.root))


if __name__ == "__main__":
    for path in compile_all():
        print(path.relative_to(HERE), file=sys.stderr)
