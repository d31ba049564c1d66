"""`innodex backup`: database, evidence, editions and settings in one file."""

from __future__ import annotations

import argparse
from pathlib import Path

from innodex.cli import _home
from innodex.cli._console import Console, Misused
from innodex.documents import shown


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the backup; a running server is no hindrance."""
    target = Path(options.file)
    if target.is_dir():
        raise Misused("cli.misuse.backup-is-folder", path=options.file)
    if not target.absolute().parent.is_dir():
        raise Misused("cli.misuse.no-parent", path=target.absolute().parent)
    if _home.ready(options, console, migrated=False) is None or not _home.reachable(console):
        return 1
    from innodex.portal.project.backup import back_up

    kept = back_up(target.absolute())
    console.tell(
        "cli.backup.done", path=options.file, count=kept.files, size=shown(kept.size / 1e6, console.lang, 1)
    )
    console.tell("cli.backup.digest", digest=kept.digest)
    console.complain("cli.backup.secret")
    return 0
