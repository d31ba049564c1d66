"""Make vn63.csv, vn34.csv and their crosswalk from the lists of provinces, the tile grids and the mergers.

Run: python -m tools.territories.vietnam FOLDER [OUT]
FOLDER holds domain/provinces_63.csv, domain/provinces_34.csv, maps/tile_grid_63.csv, maps/tile_grid_34.csv
and maps/crosswalk_63_to_34.csv.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from tools.territories._table import DATA, Row, slug, write_crosswalk, write_territory

REGIONS_EN = {
    "Đồng bằng sông Hồng": "Red River Delta",
    "Trung du và miền núi phía Bắc": "Northern Midlands and Mountains",
    "Bắc Trung Bộ và Duyên hải miền Trung": "North Central and Central Coast",
    "Tây Nguyên": "Central Highlands",
    "Đông Nam Bộ": "South East",
    "Đồng bằng sông Cửu Long": "Mekong River Delta",
    "Bắc Trung Bộ": "North Central",
    "Duyên hải Nam Trung Bộ và Tây Nguyên": "South Central Coast and Central Highlands",
}
# Centrally run cities until 31 December 2024. Thừa Thiên Huế became the city of Huế on 1 January 2025; the
# list of 63 keeps the name and kind that its figures were published under.
CITIES_63 = {"01", "31", "48", "79", "92"}
# Words for a tile, where the name is too long for one.
LABELS = {
    "TP. Hồ Chí Minh": ("TP. HCM", "HCM City"),
    "Bà Rịa - Vũng Tàu": ("BR-VT", "BR-VT"),
    "Quần đảo Hoàng Sa": ("QĐ Hoàng Sa", "Hoang Sa"),
    "Quần đảo Trường Sa": ("QĐ Trường Sa", "Truong Sa"),
}
PARTS_EN = {"Quần đảo Hoàng Sa": "Hoang Sa Archipelago", "Quần đảo Trường Sa": "Truong Sa Archipelago"}


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def territory(provinces: list[Row], tiles: list[Row], *, valid_from: str, valid_to: str) -> list[Row]:
    grid = {tile["code"]: tile for tile in tiles if not tile["part_of"]}
    dates = {"valid_from": valid_from, "valid_to": valid_to}
    units = [unit(row, grid[row["code"]]) | dates for row in provinces]
    parts = [part(tile) | dates for tile in tiles if tile["part_of"]]
    return units + parts


def unit(row: Row, tile: Row) -> Row:
    region = row.get("region") or row["region_306_NQ_CP"]
    city = row["code"] in CITIES_63 if "region" in row else row["type_2025_07"] == "city"
    return {
        "code": row["code"],
        "name_vi": row["name_vi"],
        "name_en": row["name_en"],
        "kind": "city" if city else "province",
        "region": slug(region),
        "region_vi": region,
        "region_en": REGIONS_EN[region],
        "tile_row": tile["row"],
        "tile_col": tile["col"],
        "code_iso": row["iso"],
    } | label(row["name_vi"])


def part(tile: Row) -> Row:
    return {
        "code": f"{tile['code']}-{tile['abbr']}",
        "name_vi": tile["name"],
        "name_en": PARTS_EN[tile["name"]],
        "kind": "archipelago",
        "tile_row": tile["row"],
        "tile_col": tile["col"],
        "part_of": tile["code"],
    } | label(tile["name"])


def label(name: str) -> Row:
    return dict(zip(("label_vi", "label_en"), LABELS.get(name, ("", "")), strict=True))


def main(folder: Path, out: Path) -> None:
    old, new = (read(folder / "domain" / f"provinces_{n}.csv") for n in (63, 34))
    tiles = {n: read(folder / "maps" / f"tile_grid_{n}.csv") for n in (63, 34)}
    write_territory("vn63", territory(old, tiles[63], valid_from="", valid_to="2025-06-30"), out)
    write_territory("vn34", territory(new, tiles[34], valid_from="2025-07-01", valid_to=""), out)
    pairs = [(row["code_old"], row["code_new"]) for row in read(folder / "maps" / "crosswalk_63_to_34.csv")]
    if pairs != [(row["code"], row["merged_into_34_code"]) for row in old]:
        raise SystemExit("The crosswalk and the list of provinces disagree.")
    write_crosswalk("vn63", "vn34", pairs, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else DATA)
