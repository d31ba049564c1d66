"""Faults for people: every one at once, by file, warnings last, and the count at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from innodex.cli._console import Console
from innodex.documents import Fault


def show(faults: Sequence[Fault], warnings: Sequence[Fault], console: Console) -> None:
    """Print faults, then warnings, then how many there are of each."""
    _list(faults, "", console)
    if faults and warnings:
        console.complaint()
    _list(warnings, console.say("cli.faults.warning") + " ", console)
    if faults or warnings:
        parts = [console.say("cli.faults.faults", count=len(faults))] if faults else []
        parts += [console.say("cli.faults.warnings", count=len(warnings))] if warnings else []
        console.complaint()
        console.complaint(", ".join(parts) + ".")


def _list(faults: Iterable[Fault], mark: str, console: Console) -> None:
    """One line each; a blank line where the next file begins."""
    before = None
    for fault in sorted(faults, key=Fault.order):
        if before is not None and fault.file != before:
            console.complaint()
        before = fault.file
        console.complaint(f"{mark}{fault.place(console.lang)}: {fault.text(console.lang)}")
