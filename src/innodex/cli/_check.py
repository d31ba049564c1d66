"""`innodex check`: every fault of a folder at once."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

from innodex.cli import _faults, _sources
from innodex.cli._console import Console
from innodex.formats import Folder

_MOST = 12  # codes named in one line


def run(options: argparse.Namespace, console: Console) -> int:
    """Say what is wrong, or what there is. Writes nothing."""
    checked = _sources.check(options, console)
    _faults.show(checked.faults, checked.warnings, console)
    if checked.folder is None:
        return 1
    _describe(checked.folder, console)
    return 0


def _name_empty(console: Console, what: str, codes: Sequence[str], known: Sequence[bool]) -> None:
    """Name what has no figure at all: allowed, but seldom meant."""
    empty = [code for code, some in zip(codes, known, strict=True) if not some]
    if empty:
        shown = ", ".join(empty[:_MOST]) + (" …" if len(empty) > _MOST else "")
        console.line(console.say(f"cli.check.empty-{what}", count=len(empty), codes=shown))


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
    known = ~np.isnan(panel.values)
    _name_empty(console, "series", panel.series, np.any(known, axis=(0, 1)).tolist())
    _name_empty(console, "units", panel.units, np.any(known, axis=(0, 2)).tolist())
    console.tell("cli.check.good")
