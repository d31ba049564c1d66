"""`innodex init`: a home folder, its database, and the first administrator."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from innodex.cli import _home
from innodex.cli._console import Console, Misused
from innodex.documents import languages, say


def run(options: argparse.Namespace, console: Console) -> int:
    """Make what is lacking; a home folder that has an administrator is left as it is."""
    home = _home.place(options)
    if home.exists() and not home.is_dir():
        raise Misused("cli.misuse.home-is-file", path=home)
    if not options.password_stdin and not sys.stdin.isatty():
        raise Misused("cli.misuse.no-terminal")
    if not _home.installed(console):
        return 1
    from innodex.portal.project.home import is_home, make_home

    if home.is_dir() and not is_home(home) and any(home.iterdir()):
        raise Misused("cli.misuse.home-occupied", path=home)
    make_home(home)
    if not _home.prepared(home, console) or not _home.reachable(console):
        return 1
    return _found(options, home, console)


def _found(options: argparse.Namespace, home: Path, console: Console) -> int:
    from innodex.portal.people import clock
    from innodex.portal.people.actions import found
    from innodex.portal.people.actor import Actor, Route
    from innodex.portal.people.models import User
    from innodex.portal.people.refused import Refused
    from innodex.portal.project import state

    state.migrate()
    if User.objects.exists():
        console.complain("cli.init.already", path=home)
        return 1
    password = _password(options, console)
    if password is None:
        return 1
    name = {lang: options.organisation or say(lang, "cli.init.organisation") for lang in languages()}
    try:
        found(
            email=options.email,
            name=options.name,
            password=password,
            organisation={"code": "academy", "name": name, "kind": "academy"},
            by=Actor(route=Route.COMMAND),
            at=clock.now(),
        )
    except Refused as refused:
        console.complaint(refused.text(console.lang))
        console.complain("cli.init.again")
        return 1
    console.tell("cli.init.done", path=home, email=options.email)
    return 0


def _password(options: argparse.Namespace, console: Console) -> str | None:
    """The first line of standard input, or what is typed twice at the terminal."""
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(console.say("cli.init.password") + " ")
    if getpass.getpass(console.say("cli.init.repeat") + " ") != password:
        console.complain("cli.init.differ")
        return None
    return password
