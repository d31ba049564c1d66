"""`innodex restore`: a home folder from a backup."""

from __future__ import annotations

import argparse
from pathlib import Path

from innodex.cli import _home, _verify_log
from innodex.cli._console import Console, Misused


def run(options: argparse.Namespace, console: Console) -> int:
    """Read the backup through first; write into a fresh folder (and an empty database) only."""
    file, home = Path(options.file), _home.place(options)
    if not file.is_file():
        raise Misused("cli.misuse.no-file", path=options.file)
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise Misused("cli.misuse.home-occupied", path=home)
    if not _home.installed(console):
        return 1
    from innodex.portal.project.backup import BadBackup, fill_database, read_backup, unpack

    try:
        backup = read_backup(file)
        unpack(backup, home)
    except BadBackup as bad:
        console.complain(f"cli.restore.{bad.kind}", **bad.values)
        return 1
    if not _home.prepared(home, console) or not _home.reachable(console):
        return _undone(home, console)
    try:
        fill_database(backup)
    except BadBackup as bad:
        console.complain(f"cli.restore.{bad.kind}", **bad.values)
        return _undone(home, console)
    except BaseException:
        _undone(home, console)
        raise
    console.tell("cli.restore.done", path=home, count=len(backup.listed["files"]))
    return _verify(console)


def _undone(home: Path, console: Console) -> int:
    import shutil

    shutil.rmtree(home)
    console.complain("cli.faults.nothing-written")
    return 1


def _verify(console: Console) -> int:
    """What was restored is read: an older database first wants its migrations."""
    from innodex.portal.project import state

    if lacking := state.pending():
        console.tell("cli.restore.migrate", count=len(lacking))
        return 0
    return _verify_log.report(console)
