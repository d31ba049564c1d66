"""Reading the folder that a command was given."""

from __future__ import annotations

import argparse
from pathlib import Path

from innodex.cli import _faults
from innodex.cli._console import Console, Misused
from innodex.formats import Checked, Folder, check_folder


def check(options: argparse.Namespace, console: Console) -> Checked:
    """The folder with its faults. Raises Misused for a path that leads nowhere."""
    folder = Path(options.folder)
    if not folder.exists():
        raise Misused("cli.misuse.no-folder", path=options.folder)
    if not folder.is_dir() and folder.suffix.lower() not in (".xlsx", ".zip"):
        raise Misused("cli.misuse.not-a-folder", path=options.folder)
    for name in (options.data, options.recipe):
        if name is not None and not Path(name).is_file():
            raise Misused("cli.misuse.no-file", path=name)
    console.step("cli.step.read")
    return check_folder(folder, data=options.data, recipe=options.recipe)


def complete(options: argparse.Namespace, console: Console) -> Folder | None:
    """The folder if it is without faults and has data; else None, and everything wrong has been said."""
    checked = check(options, console)
    _faults.show(checked.faults, checked.warnings, console)
    if checked.folder is None:
        console.complain("cli.faults.nothing-written")
        return None
    if checked.folder.panel is None:
        console.complain("cli.no-data", path=options.folder)
        return None
    return checked.folder
