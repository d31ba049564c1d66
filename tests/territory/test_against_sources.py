"""The built-in lists of Viet Nam agree with the lists, grids and mergers they were made from."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from _support import ROOT, needs_shared, shared_path
from innodex.territory import builtin, crosswalk

DATA = ROOT / "src" / "innodex" / "territory" / "data"
pytestmark = needs_shared


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def provinces(count: int) -> list[dict[str, str]]:
    return read(shared_path("domain", f"provinces_{count}.csv"))


@pytest.mark.parametrize("count", [63, 34])
def test_codes_and_names_are_those_of_the_list(count: int) -> None:
    listed = [(row["code"], row["name_vi"], row["name_en"]) for row in provinces(count)]
    units = builtin(f"vn{count}").units
    assert [(u.code, u.name.as_dict()["vi"], u.name.as_dict()["en"]) for u in units] == listed


@pytest.mark.parametrize(("count", "column"), [(63, "region"), (34, "region_306_NQ_CP")])
def test_regions_are_those_of_the_list(count: int, column: str) -> None:
    territory = builtin(f"vn{count}")
    names = {region.code: region.name.as_dict()["vi"] for region in territory.regions}
    found = {unit.code: names[unit.region or ""] for unit in territory.units}
    assert found == {row["code"]: row[column] for row in provinces(count)}
    assert len(names) == 6


def test_kinds_are_those_of_july_2025() -> None:
    assert {u.code: u.kind for u in builtin("vn34").units} == {
        r["code"]: r["type_2025_07"] for r in provinces(34)
    }


def test_codes_of_the_63_in_iso_3166_2() -> None:
    assert {u.code: dict(u.codes)["iso"] for u in builtin("vn63").units} == {
        r["code"]: r["iso"] for r in provinces(63)
    }


@pytest.mark.parametrize("count", [63, 34])
def test_tiles_stand_where_the_grid_puts_them(count: int) -> None:
    grid = read(shared_path("maps", f"tile_grid_{count}.csv"))
    expected = {
        (int(row["row"]), int(row["col"])): (
            f"{row['code']}-{row['abbr']}" if row["part_of"] else row["code"]
        )
        for row in grid
    }
    assert {(tile.row, tile.column): tile.code for tile in builtin(f"vn{count}").tiles} == expected


def test_mergers_are_those_of_the_crosswalk_and_of_the_list() -> None:
    pairs = list(crosswalk("vn63", "vn34").pairs)
    grid = read(shared_path("maps", "crosswalk_63_to_34.csv"))
    assert pairs == [(row["code_old"], row["code_new"]) for row in grid]
    assert pairs == [(row["code"], row["merged_into_34_code"]) for row in provinces(63)]


def test_mergers_are_also_those_named_beside_the_new_provinces() -> None:
    old = builtin("vn63").by_code
    for row in provinces(34):
        parts = [part.split(" ", 1) for part in row["merged_from_63"].split("; ")]
        assert crosswalk("vn63", "vn34").predecessors(row["code"]) == tuple(code for code, _ in parts)
        assert [old[code].name.as_dict()["vi"] for code, _ in parts] == [name for _, name in parts]


def test_the_files_are_those_the_program_makes(tmp_path: Path) -> None:
    source = shared_path("domain").parent
    command = [sys.executable, "-m", "tools.territories.vietnam", str(source), str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert set(made) == {"vn63.csv", "vn34.csv", "vn63_to_vn34.csv"}
    assert made == {name: (DATA / name).read_bytes() for name in made}
