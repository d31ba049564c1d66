"""`innodex verify`: recompute an edition and name what differs."""

from __future__ import annotations

import argparse
from pathlib import Path

import innodex
from innodex.cli._console import Console, Misused
from innodex.cli._publish import digest
from innodex.publishing import Verification, verify


def run(options: argparse.Namespace, console: Console) -> int:
    """Print the digest and what was checked; on standard error everything that differs."""
    expect = digest(options.expect)
    path = Path(options.edition)
    if not path.exists():
        raise Misused("cli.misuse.no-edition", path=options.edition)
    outcome = verify(path, expect=expect, progress=lambda stage: console.step(f"cli.step.{stage}"))
    _report(outcome, console)
    return 0 if outcome.good else 1


def _report(outcome: Verification, console: Console) -> None:
    if outcome.digest:
        console.tell("cli.verify.edition", id=outcome.id or "–", digest=outcome.digest)
    if outcome.recomputed:
        parts = [
            console.say("cli.verify.files", count=outcome.files),
            console.say("cli.verify.numbers", count=outcome.numbers),
            console.say("cli.verify.tables", count=outcome.tables),
        ]
        if not outcome.unlike:
            parts.append(console.say("cli.verify.pages", count=outcome.pages))
        console.line(", ".join(parts) + ".")
    if outcome.unlike:
        console.complain(
            "cli.verify.other-version",
            theirs=outcome.version,
            ours=innodex.__version__,
            count=len(outcome.unlike),
            pages=outcome.pages,
            first=outcome.unlike[0],
        )
    for difference in outcome.differences:
        console.complaint(difference.text(console.lang))
    if outcome.good:
        console.tell("cli.verify.good-numbers" if outcome.unlike else "cli.verify.good")
        return
    if outcome.id and not outcome.recomputed:
        console.complain("cli.verify.not-compared")
    console.complain("cli.verify.bad", count=len(outcome.differences))
