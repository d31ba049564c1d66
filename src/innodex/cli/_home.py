"""What the commands of the portal share: the home folder, and Django made ready for it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from innodex.cli._console import Console, Misused


def place(options: argparse.Namespace) -> Path:
    """The home folder that is meant: --home, else INNODEX_HOME, else ./innodex-home."""
    return Path(options.home or os.environ.get("INNODEX_HOME") or "innodex-home").absolute()


def ready(options: argparse.Namespace, console: Console, *, migrated: bool = True) -> Path | None:
    """Make the portal ready for a home folder; None, and the reason has been said, where that cannot be.

    With `migrated`, its database must be that of this version.
    """
    home = place(options)
    if not installed(console):
        return None
    from innodex.portal.project.home import is_home

    if not is_home(home):
        raise Misused("cli.misuse.no-home", path=home)
    if not prepared(home, console) or (migrated and not _is_current(console)):
        return None
    return home


def installed(console: Console) -> bool:
    """True where the portal is installed; else it has been said what to install."""
    from innodex.portal import is_installed

    if not is_installed():
        console.complain("cli.portal.not-installed", python=sys.executable)
        return False
    return True


def prepared(home: Path, console: Console) -> bool:
    """Read the settings and load Django; False, and the reason has been said, where they are wrong."""
    from innodex.portal import prepare
    from innodex.portal.project.home import BadSettings

    try:
        prepare(home, language=console.lang)
    except BadSettings as bad:
        console.complain(f"cli.portal.settings.{bad.kind}", **bad.values)
        return False
    return True


def reachable(console: Console) -> bool:
    """True when the database answers; else its own words have been passed on."""
    from innodex.portal.project import state

    if reason := state.problem():
        console.complain("cli.portal.no-database", reason=reason)
    return not reason


def _is_current(console: Console) -> bool:
    from innodex.portal.project import state

    if not reachable(console):
        return False
    if lacking := state.pending():
        console.complain("cli.portal.migrate-first", count=len(lacking))
        return False
    return True
