"""From words on a command line to an exit code: 0 good, 1 faults or mismatch, 2 usage."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from innodex.cli._console import Console, Misused, make_streams_safe
from innodex.cli._parser import Parser, parser

# With this variable set, a fault of the program shows all of itself.
_OPEN = "INNODEX_TRACEBACK"
GOOD, FAULTY, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never raises for what a user can cause."""
    words = list(sys.argv[1:] if argv is None else argv)
    make_streams_safe()
    console = Console(language(words, os.environ))
    try:
        return _run(words, console)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else GOOD
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has gone; what is still buffered must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULTY


def _run(words: list[str], console: Console) -> int:
    known = parser(console.lang)
    if not words:
        known.print_help()
        return USAGE
    options = known.parse_args(words)
    command: Parser = options.parser
    try:
        # A command's module is loaded only once it is asked for: the help stays quick.
        module = import_module(f"innodex.cli._{options.command.replace('-', '_')}")
        code: int = module.run(options, console)
    except Misused as misused:
        console.clear()
        command.error(console.say(misused.key, **misused.values))
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        console.clear()
        where = error.filename2 or error.filename or ""
        console.complain("cli.error.system", path=where, reason=error.strerror or str(error))
        return FAULTY
    except Exception as error:
        if os.environ.get(_OPEN):
            raise
        console.clear()
        console.complain("cli.error.own", error=_where(error), variable=_OPEN)
        return FAULTY
    sys.stdout.flush()
    return code


def _where(error: Exception) -> str:
    """The kind of an error nobody foresaw and the line that raised it."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = "" if last is None else f", {Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}"
    return f"{type(error).__name__}{place}"


def language(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language to speak: `--lang`, else INNODEX_LANG, else what the system says, else English."""
    from innodex.documents import languages

    known = languages()
    for at, word in enumerate(words):
        if word == "--lang" and at + 1 < len(words) and words[at + 1] in known:
            return words[at + 1]
        if word.startswith("--lang=") and word.removeprefix("--lang=") in known:
            return word.removeprefix("--lang=")
    if (wished := environment.get("INNODEX_LANG", "")) in known:
        return wished
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if spoken := environment.get(name):
            return next((lang for lang in known if spoken.lower().startswith(lang)), "en")
    return "en"
