"""Processor time of the command line, from process start to exit, against its limits.

Every round runs each case once, so that a slow moment of the machine falls on all of them. Counted is the
processor time (user and system) of the process and its children; wall time is not. The results of the
commands are compared with what they must be before any time is. The table is printed, JSON is written beside
this file; the exit code is 1 over a limit or on a wrong result.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "provincial-innovation"
PYTHON = sys.executable


@dataclass
class Case:
    """One command, its limit in seconds of processor time, and how to see that it did its work."""

    name: str
    command: list[str]
    limit: float | None = None
    every: int = 1
    right: Callable[[Path, str], str | None] = lambda out, said: None
    seconds: list[float] = field(default_factory=list)


def _innodex(*arguments: str) -> list[str]:
    """The installed command, as a person starts it."""
    return [str(Path(PYTHON).with_name("innodex")), *arguments]


def _help_is_right(_: Path, said: str) -> str | None:
    absent = [word for word in ("new", "check", "build", "publish", "verify", "serve") if word not in said]
    return f"--help does not name {absent}" if absent else None


def _build_is_right(out: Path, _: str) -> str | None:
    """Every unit, period and node has its row, and the first rank is taken in every period."""
    with (out / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    units = {row["unit"] for row in rows}
    periods = {row["period"] for row in rows}
    nodes = {row["node"] for row in rows}
    if len(rows) != len(units) * len(periods) * len(nodes):
        return f"{len(rows)} rows for {len(units)} units, {len(periods)} periods and {len(nodes)} nodes"
    if len(units) != 63:
        return f"{len(units)} units instead of 63"
    for period in periods:
        if not any(
            row["period"] == period and row["level"] == "index" and row["rank"] == "1" for row in rows
        ):
            return f"nobody is first in {period}"
    return None


def _edition_is_right(out: Path, _: str) -> str | None:
    """The edition verifies, and both languages have a page for each unit."""
    done = subprocess.run(_innodex("verify", str(out)), capture_output=True, text=True, check=False)
    if done.returncode:
        return f"verify: {done.stdout}{done.stderr}"
    pages = {lang: len(list((out / "site" / lang).rglob("*.html"))) for lang in ("vi", "en")}
    if pages["vi"] != pages["en"] or pages["vi"] < 63:
        return f"pages: {pages}"
    return None


def cases() -> list[Case]:
    """What is measured; the first two are the measures of the machine."""
    return [
        Case("python -c pass", [PYTHON, "-c", "pass"]),
        Case("python -c 'import numpy'", [PYTHON, "-c", "import numpy"]),
        Case("innodex --help", _innodex("--help"), limit=0.15, right=_help_is_right),
        Case(
            "innodex build",
            _innodex("build", str(EXAMPLE), "--out", "{out}"),
            limit=0.6,
            right=_build_is_right,
        ),
        Case(
            "innodex publish, 63 units, vi and en",
            _innodex("publish", str(EXAMPLE), "--out", "{out}"),
            limit=5.0,
            every=3,
            right=_edition_is_right,
        ),
    ]


def run(command: list[str], log: Path) -> tuple[float, int]:
    """Processor seconds of one process with its children, and its exit code."""
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, process.returncode


def measure(measured: list[Case], *, rounds: int) -> list[str]:
    """Fill in the times of every case and return what went wrong."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch, "said")
        for number in range(rounds):
            for place, case in enumerate(measured):
                if number % case.every:
                    continue
                out = Path(scratch, f"out-{place}")
                seconds, code = run([part.replace("{out}", str(out)) for part in case.command], log)
                case.seconds.append(seconds)
                if number == 0:
                    said = log.read_text(encoding="utf-8", errors="replace")
                    fault = f"exit code {code}: {said}" if code else case.right(out, said)
                    if fault:
                        wrong.append(f"{case.name}: {fault}")
    return wrong


def report(measured: list[Case]) -> tuple[str, list[dict[str, object]]]:
    """The table, and the same as records."""
    bare, numpy = (statistics.median(case.seconds) for case in measured[:2])
    lines = [
        f"{'processor time, seconds':38} {'median':>7} {'least':>7} {'limit':>6} {'x bare':>7} {'x numpy':>8}"
    ]
    records: list[dict[str, object]] = []
    for case in measured:
        median, least = statistics.median(case.seconds), min(case.seconds)
        verdict = "" if case.limit is None else ("  good" if median <= case.limit else "  over")
        limit = "" if case.limit is None else f"{case.limit:.2f}"
        times = f"{median:7.3f} {least:7.3f} {limit:>6} {median / bare:7.1f} {median / numpy:8.1f}"
        lines.append(f"{case.name:38} {times}{verdict}")
        records.append(
            {
                "case": case.name,
                "median": round(median, 4),
                "least": round(least, 4),
                "runs": len(case.seconds),
                "limit": case.limit,
                "to_bare_python": round(median / bare, 2),
                "to_import_numpy": round(median / numpy, 2),
            }
        )
    return "\n".join(lines), records


def main() -> int:
    """Measure, print, write, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how often each command runs (default 9)")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    arguments = parser.parse_args()

    measured = cases()
    wrong = measure(measured, rounds=arguments.rounds)
    table, records = report(measured)
    print(table)
    arguments.json.write_text(
        json.dumps({"cases": records, "wrong": wrong}, indent=2) + "\n", encoding="utf-8"
    )
    for sentence in wrong:
        print(f"wrong: {sentence}", file=sys.stderr)
    over = any(case.limit is not None and statistics.median(case.seconds) > case.limit for case in measured)
    return 1 if wrong or over else 0


if __name__ == "__main__":
    sys.exit(main())
