"""`innodex publish`: an edition of a folder."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path

from innodex.cli import _faults, _sources
from innodex.cli._console import Console, Misused
from innodex.cli._place import free
from innodex.documents import Faulty
from innodex.edition import DIGEST, MANIFEST, Manifest, is_edition
from innodex.publishing import BadName, publish


def run(options: argparse.Namespace, console: Console) -> int:
    """Read, compute, render, write beside and rename. With faults, nothing is written."""
    day, replaces = date(options.date), digest(options.replaces)
    free(options.out, options.folder, is_edition)
    folder = _sources.complete(options, console)
    if folder is None:
        return 1
    try:
        name = publish(
            folder,
            out=options.out,
            audience=options.audience,
            date=day,
            replaces=replaces,
            progress=lambda stage: console.step(f"cli.step.{stage}"),
        )
    except BadName as bad:
        raise Misused("cli.misuse.bad-name", path=bad.path) from bad
    except Faulty as faulty:
        _faults.show(faulty.faults, (), console)
        console.complain("cli.faults.nothing-written")
        return 1
    if folder.settings.synthetic:
        console.complain("cli.publish.synthetic")
    manifest = Manifest.read((Path(options.out) / MANIFEST).read_bytes())
    pages = Path(options.out, "site", manifest.languages[0], "index.html")
    console.tell("cli.publish.done", id=manifest.id, path=options.out, pages=pages, digest=name)
    return 0


def date(words: str | None) -> datetime.date | None:
    """The day, written as 2026-10-01."""
    if words is None:
        return None
    try:
        return datetime.datetime.strptime(words, "%Y-%m-%d").date()
    except ValueError:
        raise Misused("cli.misuse.bad-date", found=words) from None


def digest(words: str | None) -> str | None:
    """A SHA-256 in hexadecimal, in lower case."""
    if words is None:
        return None
    if not DIGEST.fullmatch(words.strip().lower()):
        raise Misused("cli.misuse.bad-digest", found=words)
    return words.strip().lower()
