"""`innodex import`: an index folder made of files that other programs wrote."""

from __future__ import annotations

import argparse
from pathlib import Path

from innodex.cli import _faults
from innodex.cli._console import Console, Misused
from innodex.edition import Occupied, put
from innodex.formats import Imported, put_experts, read_ballots, read_coinr, read_sdmx


def run(options: argparse.Namespace, console: Console) -> int:
    """Import one kind of files; with faults, nothing is written."""
    kinds = {"ballots": _ballots, "coinr": _coinr, "experts": _experts, "sdmx": _sdmx}
    return kinds[options.kind](options, console)


def _coinr(options: argparse.Namespace, console: Console) -> int:
    data, meta = _given(options.data), _given(options.meta)
    console.step("cli.step.read")
    imported = read_coinr(
        data, meta, files=(options.data, options.meta), period=options.period, region=options.region,
        names=options.names, lang=console.lang,
    )  # fmt: skip
    return finish(imported, options.folder, console)


def _sdmx(options: argparse.Namespace, console: Console) -> int:
    data = _given(options.file)
    structure = None if options.structure is None else _given(options.structure)
    console.step("cli.step.read")
    imported = read_sdmx(
        data, structure, files=(options.file, options.structure or ""), unit=options.unit,
        period=options.period, names=options.names, lang=console.lang,
    )  # fmt: skip
    return finish(imported, options.folder, console)


def _ballots(options: argparse.Namespace, console: Console) -> int:
    data = _given(options.file)
    console.step("cli.step.read")
    try:
        imported = read_ballots(
            data, file=options.file, example=options.example, period=options.period, names=options.names,
            lang=console.lang,
        )  # fmt: skip
    except KeyError as known:
        raise Misused("cli.misuse.no-example", example=options.example, known=known.args[0]) from known
    return finish(imported, options.folder, console)


def _experts(options: argparse.Namespace, console: Console) -> int:
    out = Path(options.out)
    sheet, recipe = _given(options.file), _given(options.recipe)
    if out.exists():
        raise Misused("cli.misuse.file-there", path=options.out)
    judged = put_experts(sheet, recipe, files=(options.file, options.recipe))
    _faults.show(judged.faults, (), console)
    if judged.faults:
        console.complain("cli.faults.nothing-written")
        return 1
    out.write_bytes(judged.recipe)
    console.tell("cli.import.experts.done", path=options.out, experts=", ".join(judged.experts))
    return 0


def _given(name: str) -> bytes:
    """The bytes of a file that the command line names."""
    if not Path(name).is_file():
        raise Misused("cli.misuse.no-file", path=name)
    return Path(name).read_bytes()


def finish(imported: Imported, out: str, console: Console) -> int:
    """Write what was imported, or say every fault of it. A folder that holds anything is left alone."""
    _faults.show(imported.faults, imported.warnings, console)
    if imported.faults:
        console.complain("cli.faults.nothing-written")
        return 1
    try:
        put(Path(out), imported.files, ours=lambda folder: "")
    except Occupied as occupied:
        key = "out-is-file" if occupied.kind == "out-is-file" else "not-empty"
        raise Misused(f"cli.misuse.{key}", path=out) from occupied
    for key, values in imported.remarks:
        console.line(console.say(key, count=None, **values))
    for path in imported.files:
        if Path(path).name == "index.toml":  # several folders may have been made
            inside = path.removesuffix("index.toml").rstrip("/")
            console.tell("cli.import.done", path=f"{out.rstrip('/')}/{inside}" if inside else out)
    return 0
