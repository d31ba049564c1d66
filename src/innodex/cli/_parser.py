"""What can be said on the command line. Nothing heavy is imported here: the help must come at once."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import innodex
from innodex.documents import languages, say

COMMANDS = (
    "new", "check", "build", "diff", "publish", "verify", "serve", "import", "export",
    "init", "migrate", "tick", "backup", "restore", "verify-log",
)  # fmt: skip
AUDIENCES = ("internal", "participants", "ministries", "public")

# What argparse says of a mistake -> the sentence in the catalogue.
_MISTAKES = {
    "missing": re.compile(r"the following arguments are required: (?P<names>.+)"),
    "unknown": re.compile(r"unrecognized arguments: (?P<names>.+)"),
    "choice": re.compile(
        r"argument (?P<name>.+?): invalid choice: '?(?P<found>.*?)'? \(choose from (?P<allowed>.+)\)"
    ),
    "value": re.compile(r"argument (?P<name>.+?): invalid \S+ value: '?(?P<found>.*?)'?"),
    "needs-value": re.compile(r"argument (?P<name>.+?): expected one argument"),
}


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks the reader's language."""

    def __init__(self, *, lang: str, **settings: Any) -> None:
        self.lang = lang
        super().__init__(
            add_help=False,
            allow_abbrev=False,
            formatter_class=lambda prog: _Formatter(prog, lang),
            **settings,
        )
        self.needed = self.add_argument_group(say(lang, "cli.group.arguments"))
        self.free = self.add_argument_group(say(lang, "cli.group.options"))

    def common(self, *, top: bool = False) -> None:
        """The options that every command has."""
        self.free.add_argument(
            "--lang",
            choices=languages(),
            default=None if top else argparse.SUPPRESS,
            help=say(self.lang, "cli.option.lang"),
        )
        self.free.add_argument("-h", "--help", action="help", help=say(self.lang, "cli.option.help"))

    def error(self, message: str) -> NoReturn:
        """Print the mistake and where to read on, and end with 2."""
        for kind, pattern in _MISTAKES.items():
            if found := pattern.fullmatch(message):
                values: dict[str, Any] = {
                    name: value.replace("'", "") for name, value in found.groupdict().items()
                }
                message = say(self.lang, f"cli.mistake.{kind}", **values)
                break
        more = say(self.lang, "cli.mistake.more", command=f"{self.prog} --help")
        self.exit(2, f"{self.prog}: {message}\n{more}\n")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str, lang: str) -> None:
        super().__init__(prog, max_help_position=28, width=96)
        self._lang = lang

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, prefix or say(self._lang, "cli.usage") + " ")


def parser(lang: str) -> Parser:
    """The whole command line, in one language."""
    top = Parser(lang=lang, prog="innodex", description=say(lang, "cli.about"), epilog=say(lang, "cli.more"))
    top.common(top=True)
    version = say(lang, "cli.option.version")
    top.free.add_argument("--version", action="version", version=innodex.__version__, help=version)
    commands = top.add_subparsers(
        dest="command", metavar="COMMAND", required=True, title=say(lang, "cli.group.commands"),
        parser_class=Parser,
    )  # fmt: skip
    for name in COMMANDS:
        command = commands.add_parser(
            name,
            lang=lang,
            prog=f"innodex {name}",
            help=say(lang, f"cli.{name}.summary"),
            description=say(lang, f"cli.{name}.about"),
            epilog=say(lang, f"cli.{name}.example"),
        )
        _ARGUMENTS[name](command)
        command.common()
        command.set_defaults(parser=command)
    return top


def _folder(command: Parser) -> None:
    command.needed.add_argument("folder", metavar="DIR", help=say(command.lang, "cli.argument.folder"))


def _sources(command: Parser) -> None:
    command.free.add_argument("--data", metavar="FILE", help=say(command.lang, "cli.option.data"))
    command.free.add_argument("--recipe", metavar="FILE", help=say(command.lang, "cli.option.recipe"))


def _new(command: Parser) -> None:
    command.needed.add_argument("folder", metavar="DIR", help=say(command.lang, "cli.argument.new"))


def _check(command: Parser) -> None:
    _folder(command)
    _sources(command)


def _build(command: Parser) -> None:
    _folder(command)
    out = say(command.lang, "cli.option.out-build")
    command.needed.add_argument("--out", metavar="OUT", required=True, help=out)
    _sources(command)
    command.free.add_argument("--period", metavar="P", help=say(command.lang, "cli.option.period"))
    report = say(command.lang, "cli.option.report")
    command.free.add_argument("--report", metavar="NAME", action="append", default=[], help=report)


def _import(command: Parser) -> None:
    _kinds(command, "import", _IMPORTS)


def _export(command: Parser) -> None:
    _kinds(command, "export", _EXPORTS)


def _kinds(command: Parser, verb: str, known: Mapping[str, Callable[[Parser], None]]) -> None:
    """Each kind is a command of its own below the verb."""
    kinds = command.add_subparsers(
        dest="kind", metavar="KIND", required=True, title=say(command.lang, "cli.group.kinds"),
        parser_class=Parser,
    )  # fmt: skip
    for name, arguments in known.items():
        kind = kinds.add_parser(
            name,
            lang=command.lang,
            prog=f"innodex {verb} {name}",
            help=say(command.lang, f"cli.{verb}.{name}.summary"),
            description=say(command.lang, f"cli.{verb}.{name}.about"),
            epilog=say(command.lang, f"cli.{verb}.{name}.example"),
        )
        arguments(kind)
        kind.common()
        kind.set_defaults(parser=kind)


def _import_coinr(command: Parser) -> None:
    _new(command)
    need, add = command.needed.add_argument, command.free.add_argument
    need("--data", metavar="FILE", required=True, help=say(command.lang, "cli.option.coinr-data"))
    need("--meta", metavar="FILE", required=True, help=say(command.lang, "cli.option.coinr-meta"))
    add("--period", metavar="P", help=say(command.lang, "cli.option.import-period"))
    add("--region", metavar="COLUMN", help=say(command.lang, "cli.option.coinr-region"))
    _names(command)


def _import_ballots(command: Parser) -> None:
    command.needed.add_argument("file", metavar="FILE", help=say(command.lang, "cli.argument.ballots"))
    _new(command)
    add = command.free.add_argument
    add("--example", metavar="NAME", help=say(command.lang, "cli.option.example"))
    add("--period", metavar="P", default="1", help=say(command.lang, "cli.option.ballots-period"))
    _names(command)


def _import_experts(command: Parser) -> None:
    need = command.needed.add_argument
    need("file", metavar="FILE", help=say(command.lang, "cli.argument.experts"))
    need("out", metavar="OUT", help=say(command.lang, "cli.argument.experts-out"))
    need("--recipe", metavar="FILE", required=True, help=say(command.lang, "cli.option.experts-recipe"))


def _import_sdmx(command: Parser) -> None:
    command.needed.add_argument("file", metavar="FILE", help=say(command.lang, "cli.argument.sdmx"))
    _new(command)
    add = command.free.add_argument
    add("--structure", metavar="FILE", help=say(command.lang, "cli.option.sdmx-structure"))
    add("--unit", metavar="DIMENSION", help=say(command.lang, "cli.option.sdmx-unit"))
    add("--period", metavar="P", help=say(command.lang, "cli.option.import-period"))
    _names(command)


def _export_sdmx(command: Parser) -> None:
    _folder(command)
    command.needed.add_argument("out", metavar="OUT", help=say(command.lang, "cli.argument.out-export"))
    _sources(command)
    add = command.free.add_argument
    add("--agency", metavar="ID", default="INNODEX", help=say(command.lang, "cli.option.agency"))
    add("--date", metavar="YYYY-MM-DD", help=say(command.lang, "cli.option.date-export"))


def _export_parquet(command: Parser) -> None:
    _folder(command)
    command.needed.add_argument("out", metavar="OUT", help=say(command.lang, "cli.argument.out-export"))
    _sources(command)


def _export_xlsx(command: Parser) -> None:
    _folder(command)
    command.needed.add_argument("file", metavar="FILE", help=say(command.lang, "cli.argument.out-xlsx"))
    _sources(command)


def _names(command: Parser) -> None:
    names = say(command.lang, "cli.option.names")
    command.free.add_argument("--names", choices=languages(), default="en", help=names)


def _diff(command: Parser) -> None:
    need, add, lang = command.needed.add_argument, command.free.add_argument, command.lang
    need("before", metavar="A", help=say(lang, "cli.argument.before"))
    need("after", metavar="B", help=say(lang, "cli.argument.after"))
    add("--recipe", metavar="FILE", help=say(lang, "cli.option.diff-recipe"))
    add("--period", metavar="P", help=say(lang, "cli.option.diff-period"))
    add("--was", metavar="P", help=say(lang, "cli.option.was"))
    add("--node", metavar="CODE", help=say(lang, "cli.option.node"))
    add("--out", metavar="FILE", help=say(lang, "cli.option.out-diff"))


def _publish(command: Parser) -> None:
    _folder(command)
    out = say(command.lang, "cli.option.out-publish")
    command.needed.add_argument("--out", metavar="EDITION", required=True, help=out)
    _sources(command)
    add = command.free.add_argument
    add("--audience", choices=AUDIENCES, default="internal", help=say(command.lang, "cli.option.audience"))
    add("--date", metavar="YYYY-MM-DD", help=say(command.lang, "cli.option.date"))
    add("--replaces", metavar="DIGEST", help=say(command.lang, "cli.option.replaces"))


def _verify(command: Parser) -> None:
    command.needed.add_argument("edition", metavar="EDITION", help=say(command.lang, "cli.argument.edition"))
    command.free.add_argument("--expect", metavar="DIGEST", help=say(command.lang, "cli.option.expect"))


def _home(command: Parser) -> None:
    command.free.add_argument("--home", metavar="DIR", help=say(command.lang, "cli.option.home"))


def _serve(command: Parser) -> None:
    editions = say(command.lang, "cli.argument.editions")
    command.free.add_argument("editions", metavar="EDITIONS", nargs="?", help=editions)
    _home(command)
    add = command.free.add_argument
    add("--port", type=int, metavar="PORT", help=say(command.lang, "cli.option.port"))
    add("--host", metavar="HOST", help=say(command.lang, "cli.option.host"))


def _init(command: Parser) -> None:
    need, add = command.needed.add_argument, command.free.add_argument
    need("--email", metavar="ADDRESS", required=True, help=say(command.lang, "cli.option.email"))
    need("--name", metavar="NAME", required=True, help=say(command.lang, "cli.option.name"))
    _home(command)
    add("--organisation", metavar="NAME", default="", help=say(command.lang, "cli.option.organisation"))
    add("--password-stdin", action="store_true", help=say(command.lang, "cli.option.password-stdin"))


def _tick(command: Parser) -> None:
    _home(command)
    every = say(command.lang, "cli.option.every")
    command.free.add_argument("--every", type=int, metavar="SECONDS", help=every)


def _backup(command: Parser) -> None:
    command.needed.add_argument("file", metavar="FILE", help=say(command.lang, "cli.argument.backup"))
    _home(command)


def _restore(command: Parser) -> None:
    command.needed.add_argument("file", metavar="FILE", help=say(command.lang, "cli.argument.restore"))
    _home(command)


# The kinds of `import`: what each is told, by its name.
_IMPORTS = {
    "ballots": _import_ballots, "coinr": _import_coinr, "experts": _import_experts,
    "sdmx": _import_sdmx,
}  # fmt: skip
# The kinds of `export`, likewise.
_EXPORTS = {"sdmx": _export_sdmx, "parquet": _export_parquet, "xlsx": _export_xlsx}
_ARGUMENTS = {
    "new": _new, "check": _check, "build": _build, "diff": _diff, "publish": _publish, "verify": _verify,
    "serve": _serve, "import": _import, "export": _export, "init": _init, "migrate": _home,
    "tick": _tick, "backup": _backup, "restore": _restore, "verify-log": _home,
}  # fmt: skip
