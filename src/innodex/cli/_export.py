"""`innodex export`: an index computed, in the formats of other programs."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from innodex.cli import _faults, _sources
from innodex.cli._console import Console, Misused
from innodex.cli._place import free
from innodex.documents import Faulty, decoded, is_date
from innodex.edition import Audience, Recogniser, compose, files_in, put
from innodex.formats import PARQUET_FILES, SDMX_FILES, Folder, NoTime, has_parquet, write_parquet, write_sdmx
from innodex.panel import Panel
from innodex.reports import workbook_of
from innodex.result import Result, build

# As SDMX writes an agency, with dots between an agency and its parts.
_AGENCY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)*", re.ASCII)


def run(options: argparse.Namespace, console: Console) -> int:
    """Read, compute and write one kind of files. With faults, nothing is written."""
    kinds = {"sdmx": _sdmx, "parquet": _parquet, "xlsx": _xlsx}
    return kinds[options.kind](options, console)


def _sdmx(options: argparse.Namespace, console: Console) -> int:
    if options.date is not None and not is_date(options.date):
        raise Misused("cli.misuse.bad-date", found=options.date)
    if not _AGENCY.fullmatch(options.agency):
        raise Misused("cli.misuse.bad-agency", found=options.agency)
    free(options.out, options.folder, _ours(SDMX_FILES))
    computed = _computed(options, console)
    if computed is None:
        return 1
    try:
        files = write_sdmx(*computed, agency=options.agency, date=options.date)
    except NoTime as unknown:
        console.complain("cli.export.no-time", period=unknown.period)
        return 1
    return _put(files, SDMX_FILES, options, computed[0], console)


def _parquet(options: argparse.Namespace, console: Console) -> int:
    if not has_parquet():
        console.complain("cli.export.no-parquet", python=sys.executable)
        return 1
    free(options.out, options.folder, _ours(PARQUET_FILES))
    computed = _computed(options, console)
    if computed is None:
        return 1
    folder, panel, result = computed
    files = write_parquet(result, panel, synthetic=folder.settings.synthetic)
    return _put(files, PARQUET_FILES, options, folder, console)


def _xlsx(options: argparse.Namespace, console: Console) -> int:
    file = Path(options.file)
    if file.exists():
        raise Misused("cli.misuse.file-there", path=options.file)
    if file.suffix.lower() != ".xlsx":
        raise Misused("cli.misuse.not-xlsx", path=options.file)
    computed = _computed(options, console)
    if computed is None:
        return 1
    folder, panel, result = computed
    edition = compose(folder, result, panel, audience=Audience.INTERNAL, date=None, replaces=None, files={})
    data = workbook_of(edition, recipe=decoded(folder.files["recipe.toml"]))
    # Written beside and renamed: a full disk leaves no half of a workbook.
    fresh = file.with_name(f".{file.name}.new")
    try:
        fresh.write_bytes(data)
        fresh.rename(file)
    finally:
        fresh.unlink(missing_ok=True)
    _label(folder, console)
    console.tell("cli.export.done", path=options.file)
    return 0


def _label(folder: Folder, console: Console) -> None:
    if folder.settings.synthetic:
        console.complain("cli.build.synthetic")


def _computed(options: argparse.Namespace, console: Console) -> tuple[Folder, Panel, Result] | None:
    """What the folder says and what comes of it; None after faults, which have been said."""
    folder = _sources.complete(options, console)
    if folder is None or folder.panel is None:
        return None
    console.step("cli.step.build")
    try:
        result = build(folder.framework, folder.panel, folder.recipe, territory=folder.territory)
    except Faulty as faulty:
        _faults.show(faulty.faults, (), console)
        console.complain("cli.faults.nothing-written")
        return None
    console.step("cli.step.write")
    return folder, folder.panel, result


def _ours(names: tuple[str, ...]) -> Recogniser:
    """Recognises a folder of these files and nothing else."""

    def recognise(folder: Path) -> str | None:
        found = list(files_in(folder))
        if not set(names) <= set(found):
            return ""
        return next((name for name in found if name not in names), None)

    return recognise


def _put(
    files: Mapping[str, bytes], names: tuple[str, ...], options: argparse.Namespace, folder: Folder,
    console: Console,
) -> int:  # fmt: skip
    put(Path(options.out), files, ours=_ours(names))
    _label(folder, console)
    console.tell("cli.build.done", path=options.out, files=", ".join(files))
    return 0
