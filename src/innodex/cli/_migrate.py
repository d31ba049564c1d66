"""`innodex migrate`: the database is brought up to this version of the program."""

from __future__ import annotations

import argparse

from innodex.cli import _home
from innodex.cli._console import Console


def run(options: argparse.Namespace, console: Console) -> int:
    """Apply what is lacking; a second call applies nothing."""
    if _home.ready(options, console, migrated=False) is None or not _home.reachable(console):
        return 1
    from innodex.portal.project import state

    done = state.migrate()
    for name in done:
        console.line(name)
    console.tell("cli.migrate.done", count=len(done))
    return 0
