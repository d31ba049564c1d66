"""The territories that come with the package: their names, codes, regions, tile grids and crosswalks."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from _support import ROOT
from innodex.documents import without_marks
from innodex.territory import Territory, builtin, builtin_bytes, builtins, crosswalk, read_units

NAMES = ("demo34", "demo63", "iso3166", "vn34", "vn63")
COUNTRIES = {"vn63": 63, "vn34": 34, "demo63": 63, "demo34": 34}
CROSSWALKS = (("vn63", "vn34"), ("demo63", "demo34"))
DATA = ROOT / "src" / "innodex" / "territory" / "data"
REAL_NAMES = Path(__file__).with_name("real_names.txt")


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(builtin_bytes(name).decode("utf-8"))))


def units(name: str) -> list[dict[str, str]]:
    return [row for row in rows(name) if not row["part_of"]]


def places(territory: Territory) -> list[tuple[int, int]]:
    return [(tile.row, tile.column) for tile in territory.tiles]


def bare(words: str) -> str:
    """A name without marks, case, spaces and signs: two names alike here are one name to a reader."""
    return re.sub("[^a-z0-9]", "", without_marks(words).casefold())


def real_names() -> set[str]:
    lines = REAL_NAMES.read_text("utf-8").splitlines()
    listed = [name for line in lines if not line.startswith("#") for name in line.split(",") if name.strip()]
    provinces = [row["name_vi"] for scheme in ("vn63", "vn34") for row in rows(scheme)]
    countries = [row[column] for row in rows("iso3166") for column in ("name_vi", "name_en")]
    return {bare(name) for name in (*listed, *provinces, *countries)}


def test_five_territories_come_with_the_package() -> None:
    assert builtins() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_territory_has_no_fault(name: str) -> None:
    _, faults = read_units(builtin_bytes(name), f"{name}.csv", name)
    assert faults == []


@pytest.mark.parametrize("name", NAMES)
def test_files_are_clean_text(name: str) -> None:
    data = builtin_bytes(name)
    text = data.decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert text.endswith("\n")
    assert all(cell == " ".join(cell.split()) for row in rows(name) for cell in row.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_in_both_languages(name: str) -> None:
    territory = builtin(name)
    for text in [unit.name for unit in territory.units] + [region.name for region in territory.regions]:
        assert set(text.as_dict()) == {"vi", "en"}
        assert all(text.as_dict().values())
    assert all(row["name_vi"] and row["name_en"] for row in rows(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_belongs_to_one_unit(name: str) -> None:
    for language in ("vi", "en"):
        repeated = [
            words
            for words, n in Counter(bare(row[f"name_{language}"]) for row in rows(name)).items()
            if n > 1
        ]
        assert repeated == []


@pytest.mark.parametrize("name", NAMES)
def test_every_unit_has_a_region_and_every_region_one_name(name: str) -> None:
    assert all(row["region"] for row in units(name))
    names = {(row["region"], row["region_vi"], row["region_en"]) for row in units(name)}
    assert len(names) == len({region for region, _, _ in names}) == len(builtin(name).regions)
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", region) for region, _, _ in names)


@pytest.mark.parametrize(("name", "count"), COUNTRIES.items())
def test_codes_have_two_digits_and_gaps(name: str, count: int) -> None:
    codes = [row["code"] for row in units(name)]
    assert len(codes) == len(set(codes)) == count
    assert codes == sorted(codes)
    assert all(re.fullmatch("[0-9]{2}", code) for code in codes)
    assert int(codes[-1]) > count
    assert builtin(name).by_code.keys() == set(codes)


@pytest.mark.parametrize(
    ("name", "dates"),
    [(n, (None, "2025-06-30")) for n in ("vn63", "demo63")]
    + [(n, ("2025-07-01", None)) for n in ("vn34", "demo34")],
)
def test_validity_ends_and_begins_with_the_reorganisation(
    name: str, dates: tuple[str | None, str | None]
) -> None:
    assert {(unit.valid_from, unit.valid_to) for unit in builtin(name).units} == {dates}


@pytest.mark.parametrize("name", COUNTRIES)
def test_every_unit_has_one_tile_and_no_tile_two_units(name: str) -> None:
    territory = builtin(name)
    assert len(places(territory)) == len(set(places(territory)))
    assert sorted(tile.code for tile in territory.tiles if not tile.part_of) == sorted(territory.by_code)
    assert min(row for row, _ in places(territory)) == min(column for _, column in places(territory)) == 0


@pytest.mark.parametrize("name", COUNTRIES)
def test_a_part_is_no_unit_and_stands_apart_from_the_land(name: str) -> None:
    territory = builtin(name)
    parts = [tile for tile in territory.tiles if tile.part_of]
    land = {(tile.row, tile.column) for tile in territory.tiles if not tile.part_of}
    assert parts
    for tile in parts:
        assert tile.part_of in territory.by_code
        assert tile.code not in territory.by_code
        assert not land & beside(tile.row, tile.column)


@pytest.mark.parametrize("name", ["demo63", "demo34"])
def test_the_land_of_the_fictional_country_hangs_together(name: str) -> None:
    land = {(tile.row, tile.column) for tile in builtin(name).tiles if not tile.part_of}
    assert reached(land) == land


@pytest.mark.parametrize("name", ["demo63", "demo34"])
def test_the_regions_of_the_fictional_country_hang_together(name: str) -> None:
    territory = builtin(name)
    for region in territory.regions:
        codes = territory.group(region.code)
        land = {(tile.row, tile.column) for tile in territory.tiles if tile.code in codes}
        assert reached(land) == land, region.code


@pytest.mark.parametrize("name", ["demo63", "demo34"])
def test_the_fictional_map_is_narrow_enough_for_a_telephone_and_is_no_real_map(name: str) -> None:
    shape = set(places(builtin(name)))
    assert max(column for _, column in shape) < 10
    assert shape not in [set(places(builtin(real))) for real in ("vn63", "vn34")]
    height, width = (1 + max(place[axis] for place in shape) for axis in (0, 1))
    assert height < 1.5 * width, "round, not the long S of the real grids"


def beside(row: int, column: int) -> set[tuple[int, int]]:
    return {(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)}


def reached(land: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """The cells that can be walked to from one of them, over edges."""
    found: set[tuple[int, int]] = set()
    waiting = [min(land)]
    while waiting:
        place = waiting.pop()
        found.add(place)
        waiting += [next_to for next_to in beside(*place) if next_to in land - found]
    return found


@pytest.mark.parametrize(("old", "new"), CROSSWALKS)
def test_a_crosswalk_is_total_and_onto(old: str, new: str) -> None:
    walk = crosswalk(old, new)
    assert [code for code, _ in walk.pairs] == [unit.code for unit in builtin(old).units]
    assert {code for _, code in walk.pairs} == set(builtin(new).by_code)
    sizes = Counter(len(walk.predecessors(code)) for code in builtin(new).by_code)
    assert sizes == {1: 11, 2: 17, 3: 6}


@pytest.mark.parametrize(("old", "new"), CROSSWALKS)
def test_codes_are_used_again_with_another_meaning(old: str, new: str) -> None:
    before, after = builtin(old).by_code, builtin(new).by_code
    changed = [code for code in after if before[code].name != after[code].name]
    assert len(changed) >= 6
    assert all(code in crosswalk(old, new).predecessors(code) for code in after)


def test_no_crosswalk_is_invented() -> None:
    with pytest.raises(KeyError):
        crosswalk("vn34", "vn63")
    with pytest.raises(KeyError):
        builtin("nowhere")


@pytest.mark.parametrize("name", ["demo63", "demo34"])
def test_no_fictional_name_is_borne_by_a_real_place(name: str) -> None:
    real = real_names()
    assert len(real) > 900
    invented = [
        row[column] for row in rows(name) for column in ("name_vi", "name_en", "region_vi", "region_en")
    ]
    assert [words for words in invented if words and bare(words) in real] == []


def test_the_check_of_names_sees_a_real_name_however_it_is_spelt() -> None:
    assert {
        bare(words) for words in ("ha noi", "THÁI NGUYÊN", "Thái nguyên", "Đắk-Lắk", "Mèo Vạc")
    } <= real_names()


@pytest.mark.parametrize("name", ["demo63", "demo34"])
def test_fictional_english_names_are_the_vietnamese_ones_without_marks(name: str) -> None:
    for row in units(name):
        assert row["name_en"].isascii()
        assert row["name_en"].casefold() == without_marks(row["name_vi"]).casefold()


@pytest.mark.parametrize("name", ["demo63", "demo34"])
def test_the_fictional_country_has_six_regions_and_six_cities(name: str) -> None:
    territory = builtin(name)
    assert len(territory.regions) == 6
    assert Counter(unit.kind for unit in territory.units) == {"city": 6, "province": len(territory.units) - 6}
    real = {region.name for scheme in ("vn63", "vn34") for region in builtin(scheme).regions}
    assert real.isdisjoint(region.name for region in territory.regions)


def test_merged_tiles_touch_before_they_merge() -> None:
    place = {tile.code: (tile.row, tile.column) for tile in builtin("demo63").tiles}
    walk = crosswalk("demo63", "demo34")
    for code in builtin("demo34").by_code:
        parts = {place[old] for old in walk.predecessors(code)}
        assert reached(parts) == parts, code


@pytest.mark.parametrize("name", ["vn63", "vn34"])
def test_both_archipelagos_are_on_every_map_of_viet_nam(name: str) -> None:
    parts = {row["name_vi"]: row["part_of"] for row in rows(name) if row["part_of"]}
    assert parts == {"Quần đảo Hoàng Sa": "48", "Quần đảo Trường Sa": "56"}
    owners = [builtin(name).by_code[code].name.as_dict()["vi"] for code in parts.values()]
    assert owners == ["Đà Nẵng", "Khánh Hòa"]


def test_the_city_is_always_named_in_full() -> None:
    for name in ("vn63", "vn34"):
        assert builtin(name).by_code["79"].name.as_dict() == {
            "vi": "TP. Hồ Chí Minh",
            "en": "Ho Chi Minh City",
        }


@pytest.mark.parametrize(
    ("name", "cities"),
    [("vn63", {"01", "31", "48", "79", "92"}), ("vn34", {"01", "31", "46", "48", "79", "92"})],
)
def test_centrally_run_cities_are_those_of_the_date(name: str, cities: set[str]) -> None:
    assert {unit.code for unit in builtin(name).units if unit.kind == "city"} == cities
    assert {unit.kind for unit in builtin(name).units} == {"city", "province"}


def test_iso3166_has_the_249_assigned_codes_and_kosovo() -> None:
    found = rows("iso3166")
    assert len({row["code"] for row in found}) == len({row["code_iso"] for row in found}) == len(found) == 250
    assert all(
        re.fullmatch("[A-Z]{3}", row["code"]) and re.fullmatch("[A-Z]{2}", row["code_iso"]) for row in found
    )
    assert [row["code"] for row in found if row["kind"] != "country"] == ["XKX"]
    assert builtin("iso3166").tiles == ()


@pytest.mark.parametrize(
    ("code", "two", "vi", "en", "region"),
    [
        ("VNM", "VN", "Việt Nam", "Vietnam", "asia"),
        ("DEU", "DE", "Đức", "Germany", "europe"),
        ("ZAF", "ZA", "Nam Phi", "South Africa", "africa"),
        ("FJI", "FJ", "Fiji", "Fiji", "oceania"),
        ("CAN", "CA", "Canada", "Canada", "americas"),
        ("COD", "CD", "Congo - Kinshasa", "Congo - Kinshasa", "africa"),
        ("ATA", "AQ", "Nam Cực", "Antarctica", "antarctica"),
    ],
)
def test_countries_carry_the_names_of_the_cldr(code: str, two: str, vi: str, en: str, region: str) -> None:
    unit = builtin("iso3166").by_code[code]
    assert unit.name.as_dict() == {"vi": vi, "en": en}
    assert (unit.region, dict(unit.codes)) == (region, {"iso": two})


@pytest.mark.parametrize(("group", "size"), [("asean", 11), ("eu", 27), ("g20", 19), ("oecd", 38)])
def test_groups_of_countries_have_their_members(group: str, size: int) -> None:
    assert len(builtin("iso3166").group(group)) == size


def test_the_fictional_country_is_the_one_its_program_makes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tools.territories.demo", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert set(made) == {"demo63.csv", "demo34.csv", "demo63_to_demo34.csv"}
    assert made == {name: (DATA / name).read_bytes() for name in made}
