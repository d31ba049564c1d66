"""What the tests of the shipped examples share: running them, reading what they leave, and made-up input."""

from __future__ import annotations

import csv
import io
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import innodex
from _support import ROOT, example

INNODEX = str(Path(sys.executable).with_name("innodex"))
Table = list[dict[str, str]]
Key = tuple[str, str, str]  # period, unit, node


def table(source: Path | bytes) -> Table:
    """The rows of a CSV file by column."""
    text = (source.read_bytes() if isinstance(source, Path) else source).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def write(path: Path, rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> Path:
    """A CSV file with these columns in this order."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def number(cell: str) -> float | None:
    """The number in a cell, None where it is empty."""
    return float(cell) if cell else None


@dataclass(frozen=True)
class Outcome:
    """What a build left: the files, and scores and ranks by (period, unit, node)."""

    files: Mapping[str, bytes]
    score: Mapping[Key, float | None]
    rank: Mapping[Key, float | None]
    flag: Mapping[Key, str]

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Outcome:
        rows = table(files["results.csv"])
        keyed = {(row["period"], row["unit"], row["node"]): row for row in rows}
        assert len(keyed) == len(rows)
        flags = {(r["period"], r["unit"], r["node"]): r["flag"] for r in table(files["normalised.csv"])}
        return cls(
            files,
            {key: number(row["score"]) for key, row in keyed.items()},
            {key: number(row["rank"]) for key, row in keyed.items()},
            flags,
        )

    def of_node(self, node: str) -> dict[tuple[str, str], tuple[float | None, float | None]]:
        """{(period, unit): (score, rank)} of one node."""
        return {key[:2]: (self.score[key], self.rank[key]) for key in self.score if key[2] == node}


def command(out: Path, *arguments: str) -> Outcome:
    """What `innodex build …` leaves, run as a person would from the root of the repository."""
    done = subprocess.run(
        [INNODEX, "build", *arguments, "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Outcome.of({path.name: path.read_bytes() for path in out.iterdir() if path.is_file()})


def compute(folder: Path, data: Path | None = None) -> Outcome:
    """The same through Python: read a folder, build it, write the files."""
    read = innodex.read_folder(folder, data=data)
    assert read.panel is not None
    assert read.warnings == ()
    result = innodex.build(read.framework, read.panel, read.recipe, territory=read.territory)
    return Outcome.of(innodex.write_out(result, read.panel, read.territory))


def made_folder(name: str, to: Path, units: Sequence[str]) -> Path:
    """A copy of an example for invented figures; its units are invented too, never real names."""
    shutil.copytree(example(name), to, ignore=shutil.ignore_patterns("data", "aliases.csv"))
    settings = (to / "index.toml").read_text(encoding="utf-8")
    own = next(line for line in settings.splitlines() if line.startswith("territory ="))
    settings = settings.replace(own, 'territory = "territory.csv"\nsynthetic = true')
    (to / "index.toml").write_text(settings, encoding="utf-8")
    write(
        to / "territory.csv",
        [{"code": unit, "name_en": f"Place {unit}"} for unit in units],
        ["code", "name_en"],
    )
    return to


def edit(file: Path, change: Callable[[str], str] | tuple[str, str]) -> None:
    """Change a text file; a replacement must be found exactly once."""
    text = file.read_text(encoding="utf-8")
    if isinstance(change, tuple):
        old, new = change
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
        changed = text.replace(old, new)
    else:
        changed = change(text)
    file.write_text(changed, encoding="utf-8")


def invented_units(count: int) -> list[str]:
    """Codes of units that nobody knows."""
    return [f"Q{n:03}" for n in range(count)]


def hdi_figures(units: Sequence[str], seed: int, gaps: float = 0.0) -> Table:
    """Figures like those of the human development index: some beyond a goalpost, some missing."""
    draw = random.Random(seed)
    limits = {"le": (15.0, 92.0), "eys": (1.0, 22.0), "mys": (0.5, 17.0), "gnipc": (150.0, 140_000.0)}
    rows: Table = []
    for unit in units:
        row = {"iso3": unit}
        for series, (low, high) in limits.items():
            skewed = low + (high - low) * draw.random() ** (3 if series == "gnipc" else 1)
            row[series] = "" if draw.random() < gaps else repr(round(skewed, 3))
        row.update(dict.fromkeys(("ineq_le", "ineq_edu", "ineq_inc"), repr(round(draw.random() * 50, 2))))
        rows.append(row)
    return rows


HDI_COLUMNS = ("iso3", "le", "eys", "mys", "gnipc", "ineq_le", "ineq_edu", "ineq_inc")
