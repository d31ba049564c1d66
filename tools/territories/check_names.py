"""Check that no name of the fictional country is borne by a real place.

Run: python -m tools.territories.check_names
Compares with vn63, vn34 and tests/territory/real_names.txt, and with every commune of Viet Nam as well when
the package `vietnam-provinces` is installed (0.6 knows the communes before July 2025, later versions those
after it).
"""

from __future__ import annotations

import csv
import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tools.territories._table import DATA, plain

REAL_NAMES = Path(__file__).parents[2] / "tests" / "territory" / "real_names.txt"
KIND = re.compile(
    r"^(thanh pho|tinh|quan|huyen dao|huyen|thi xa|thi tran nong truong|thi tran|phuong|xa|dac khu)\s+", re.I
)


def bare(name: str) -> str:
    """A name without the kind of place in front, marks, case, spaces and signs."""
    return re.sub("[^a-z0-9]", "", KIND.sub("", plain(name)).casefold())


def column(file: str) -> list[str]:
    with (DATA / f"{file}.csv").open(encoding="utf-8", newline="") as text:
        return [row["name_vi"] for row in csv.DictReader(text)]


def listed() -> list[str]:
    lines = REAL_NAMES.read_text("utf-8").splitlines()
    return [name.strip() for line in lines if not line.startswith("#") for name in line.split(",") if name]


def communes() -> list[str]:
    spec = find_spec("vietnam_provinces")
    if spec is None or spec.origin is None:
        print("vietnam-provinces is not installed: communes are not compared.", file=sys.stderr)
        return []
    return list(
        names(json.loads((Path(spec.origin).parent / "data" / "nested-divisions.json").read_text("utf-8")))
    )


def names(tree: Any) -> list[str]:
    if isinstance(tree, list):
        return [name for branch in tree for name in names(branch)]
    inner = [name for value in tree.values() if isinstance(value, list) for name in names(value)]
    return [str(tree["name"]), *inner]


def main() -> int:
    real = {bare(name): name for name in [*communes(), *listed(), *column("vn63"), *column("vn34")]}
    clashes = [name for file in ("demo63", "demo34") for name in column(file) if bare(name) in real]
    for name in clashes:
        print(f"{name} is also a real place: {real[bare(name)]}")
    print(f"{len(real)} real names compared, {len(clashes)} clashes.")
    return 1 if clashes else 0


if __name__ == "__main__":
    raise SystemExit(main())
