"""`innodex build`: scores, ranks and every step between, as files."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from innodex.cli import _faults, _sources
from innodex.cli._console import Console, Misused
from innodex.cli._place import free
from innodex.documents import Faulty
from innodex.edition import is_build, put
from innodex.formats import report_file, write_out
from innodex.result import Report, Result, build, looks_across, only, trend_report


def run(options: argparse.Namespace, console: Console) -> int:
    """Read, compute, write beside and rename. With faults, nothing is written."""
    free(options.out, options.folder, is_build)
    folder = _sources.complete(options, console)
    if folder is None or folder.panel is None:
        return 1
    panel = folder.panel
    if options.period is not None:
        if options.period not in panel.periods:
            known = ", ".join(panel.periods)
            raise Misused("cli.misuse.no-period", period=options.period, known=known)
        if not looks_across(folder.recipe):
            panel = panel.only(options.period)
    console.step("cli.step.build")
    try:
        result = build(folder.framework, panel, folder.recipe, territory=folder.territory)
    except Faulty as faulty:
        _faults.show(faulty.faults, (), console)
        console.complain("cli.faults.nothing-written")
        return 1
    reports = _reports(result, options.report)
    if options.period is not None and len(panel.periods) > 1:
        result, panel = only(result, options.period), panel.only(options.period)
    console.step("cli.step.write")
    files = write_out(result, panel, folder.territory) | reports
    put(Path(options.out), files, ours=is_build)
    _tell_cycles(result, console)
    _tell_nobody(result, console)
    if folder.settings.synthetic:
        console.complain("cli.build.synthetic")
    console.tell("cli.build.done", path=options.out, files=", ".join(files))
    return 0


def _tell_cycles(result: Result, console: Console) -> None:
    """Say where majorities run in a circle: such a node has no order, and nobody should think it had."""
    for report in result.reports:
        for row in report.rows if report.name == "condorcet" else ():
            period, node, _, units, kind, chain = row
            if kind == "cycle" and period in result.periods:  # reports tell of all that was computed
                console.complain("cli.build.cycle", node=node, period=period, chain=chain, units=units)


def _tell_nobody(result: Result, console: Console) -> None:
    """Say where the index ranks nobody: tables without a place are easily taken for a slip of one's own."""
    top = result.parents.index("")
    for period, ranks in zip(result.periods, result.rank[:, :, top], strict=True):
        if (ranks != ranks).all():
            console.complain("cli.build.nobody", node=result.nodes[top], period=period)


def _reports(result: Result, names: list[str]) -> dict[str, bytes]:
    """{file name: bytes} of the reports asked for. Raises Misused for one that the recipe does not make."""
    found: dict[str, Report] = {}
    for one in result.reports:  # two steps of one kind leave two tables of one name: the file holds both
        before = found[one.name].rows if one.name in found and one.name in names else ()
        found[one.name] = replace(one, rows=(*before, *one.rows)) if before else one
    if names and len(result.periods) > 1:
        found["trends"] = trend_report(result)
    for name in names:
        if name not in found:
            if not found:
                raise Misused("cli.misuse.no-reports", report=name)
            raise Misused("cli.misuse.no-report", report=name, known=", ".join(found))
    return dict(report_file(found[name]) for name in names)
