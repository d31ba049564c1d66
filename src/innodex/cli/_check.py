"""`innodex check`: every fault of a folder at once."""

from __future__ import annotations

import argparse

import numpy as np

from innodex.cli import _faults, _sources
from innodex.cli._console import Console
from innodex.formats import Folder


def run(options: argparse.Namespace, console: Console) -> int:
    """Say what is wrong, or what there is. Writes nothing."""
    checked = _sources.check(options, console)
    _faults.show(checked.faults, checked.warnings, console)
    if checked.folder is None:
        return 1
    _describe(checked.folder, console)
    return 0


def _describe(folder: Folder, console: Console) -> None:
    console.line(folder.settings.title.get(console.lang))
    parts = [
        console.say("cli.check.indicators", count=len(folder.framework.indicators)),
        console.say("cli.check.series", count=len(folder.framework.series)),
    ]
    panel = folder.panel
    if panel is not None:
        parts.append(console.say("cli.check.units", count=len(panel.units)))
        parts.append(console.say("cli.check.periods", count=len(panel.periods)))
    console.line(", ".join(parts) + ".")
    if panel is None:
        console.tell("cli.check.no-data")
        return
    there = int(np.count_nonzero(~np.isnan(panel.values)))
    console.tell("cli.check.figures", there=there, of=panel.values.size)
    console.tell("cli.check.good")
