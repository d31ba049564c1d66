"""Make demo63.csv, demo34.csv and their crosswalk: Lam Nguyệt, a country that does not exist.

Run: python -m tools.territories.demo [OUT]
Lam Nguyệt ("blue moon") lies round Moon Bay. Its 63 localities became 34 on 1 July 2025: 11 went on alone,
17 pairs and 6 triples merged. Some new units took the code of one part and the name of another, so that nine
codes mean something else afterwards. Names are made of Vietnamese syllables, but no province, district or
commune bears them (see check_names.py).
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.territories._table import DATA, Row, plain, slug, write_crosswalk, write_territory

REGIONS = {
    "A": ("Cao nguyên Mây", "Cloud Highlands"),
    "B": ("Thung lũng Hạc", "Crane Valley"),
    "C": ("Rừng Trầm", "Agarwood Forest"),
    "D": ("Đồng bằng Sen", "Lotus Plain"),
    "E": ("Ven vịnh Trăng", "Moon Bay Shore"),
    "F": ("Bán đảo Gió", "Wind Peninsula"),
}

# code, name, region, row and column on the grid of 63
OLD = """
02 | Mây Lam            | A | 0 3
04 | Tuyết Tùng         | A | 0 4
06 | Ưng Lĩnh           | A | 0 5
07 | Thác Ngân          | A | 1 2
10 | Sương Bạc          | A | 1 3
11 | Vân Khuê           | A | 1 4
12 | Ngàn Thông         | A | 1 5
14 | Đá Sương           | A | 1 6
15 | Lũng Mây           | A | 2 2
17 | Tùng Vân           | A | 2 3
19 | Vân Hạc            | A | 2 4
20 | Đèo Trăng          | A | 2 6
22 | Hạc Lĩnh           | B | 2 5
24 | Ngân Trúc          | B | 3 2
26 | Hạc Khê            | B | 3 3
27 | Đàn Khê            | B | 3 4
28 | Mai Khuê           | B | 3 5
30 | Sáo Trúc           | B | 3 6
31 | Yên Hạc            | B | 4 2
33 | Nhạc Khê           | B | 4 6
34 | Quế Ngà            | C | 2 1
35 | Trầm Mộc           | C | 3 0
36 | Hồng Diệp          | C | 3 1
38 | Lá Phong           | C | 4 0
40 | Bách Tùng          | C | 4 1
42 | Hổ Phách           | C | 5 0
44 | Mộc Quế            | C | 5 1
45 | Suối Nai           | C | 5 2
46 | Sim Tím            | C | 6 0
48 | Rừng Thu           | C | 7 0
50 | Lúa Ngọc           | D | 2 7
51 | Sen Ngà            | D | 3 7
52 | Tơ Vàng            | D | 3 8
54 | Nếp Hương          | D | 4 7
56 | Lụa Hồng           | D | 4 8
58 | Liên Ngân          | D | 5 7
60 | Lau Ngàn           | D | 5 8
61 | Diệp Liên          | D | 6 8
62 | Ruộng Sao          | D | 7 8
64 | Cầu Liễu           | D | 8 8
01 | Nguyệt Đô          | E | 4 4
66 | Bến Nguyệt         | E | 4 3
67 | Lam Ngọc           | E | 4 5
68 | Ngọc Triều         | E | 5 3
70 | Trăng Bạc          | E | 5 5
72 | Sóng Lam           | E | 5 6
74 | Triều Nguyệt       | E | 6 6
75 | Ngân Hải           | E | 6 7
77 | Cát Nguyệt         | E | 7 7
78 | Buồm Trăng         | E | 8 7
79 | Bến Sao - Mũi Ngọc | E | 9 6
80 | Lưu Ly             | E | 9 7
82 | Gió Ngàn           | F | 6 1
83 | Yến Vân            | F | 6 2
84 | Ưng Phong          | F | 7 1
86 | Gió Lành           | F | 7 2
87 | Diều Lam           | F | 8 1
89 | Buồm Nâu           | F | 8 2
91 | Phong Yến          | F | 9 1
92 | Dạ Yến             | F | 9 2
93 | Én Lam             | F | 9 3
95 | Cồn Gió            | F | 10 2
96 | Ánh Khuê           | F | 10 3
"""

# code, name, region, row and column on the grid of 34, and the old units it is made of
NEW = """
02 | Mây Lam      | A | 0 2 | 02
04 | Vân Khuê     | A | 0 3 | 04 11
06 | Thông Lĩnh   | A | 0 4 | 06 12 14
15 | Thác Ngân    | A | 1 1 | 07 15
10 | Sương Bạc    | A | 1 2 | 10 17
19 | Vân Hạc      | A | 1 3 | 19
22 | Hạc Lĩnh     | B | 1 4 | 22
30 | Sáo Trúc     | B | 1 5 | 20 30 33
24 | Yên Hạc      | B | 2 2 | 24 31
26 | Hạc Khê      | B | 2 3 | 26 27
28 | Mai Khuê     | B | 2 4 | 28
35 | Trầm Mộc     | C | 2 0 | 35
36 | Hồng Diệp    | C | 2 1 | 34 36
38 | Hổ Phách     | C | 3 0 | 38 42
40 | Bách Tùng    | C | 3 1 | 40
48 | Rừng Thu     | C | 4 0 | 46 48
45 | Mộc Quế      | C | 4 1 | 44 45 82
51 | Sen Ngà      | D | 2 5 | 50 51
52 | Lụa Hồng     | D | 2 6 | 52 56
54 | Nếp Hương    | D | 3 6 | 54 58
60 | Lau Ngàn     | D | 4 6 | 60
62 | Diệp Liên    | D | 5 6 | 61 62 64
01 | Nguyệt Đô    | E | 3 4 | 01 67
66 | Bến Nguyệt   | E | 3 3 | 66 68
72 | Sóng Lam     | E | 3 5 | 70 72
74 | Triều Nguyệt | E | 4 5 | 74 75
77 | Cát Nguyệt   | E | 5 5 | 77
78 | Buồm Trăng   | E | 6 5 | 78 79 80
84 | Ưng Phong    | F | 5 0 | 84
86 | Gió Lành     | F | 5 1 | 83 86
91 | Phong Yến    | F | 6 0 | 87 91
89 | Buồm Nâu     | F | 6 1 | 89
92 | Dạ Yến       | F | 7 1 | 92
95 | Ánh Khuê     | F | 7 2 | 93 95 96
"""

CITIES = {"Nguyệt Đô", "Vân Hạc", "Hạc Khê", "Sen Ngà", "Triều Nguyệt", "Gió Lành"}
LABELS = {"Bến Sao - Mũi Ngọc": "BS-MN"}
ISLANDS = ("74-NS", "Quần đảo Ngàn Sao", "Thousand Stars Islands", "74")
LAST_DAY, FIRST_DAY = "2025-06-30", "2025-07-01"


def lines(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def unit(code: str, name: str, region: str, cell: str) -> Row:
    region_vi, region_en = REGIONS[region]
    row, column = cell.split()
    return {
        "code": code,
        "name_vi": name,
        "name_en": plain(name),
        "kind": "city" if name in CITIES else "province",
        "region": slug(region_vi),
        "region_vi": region_vi,
        "region_en": region_en,
        "tile_row": row,
        "tile_col": column,
        "label_vi": LABELS.get(name, ""),
        "label_en": LABELS.get(name, ""),
    }


def islands(cell: str) -> Row:
    code, name_vi, name_en, owner = ISLANDS
    row, column = cell.split()
    names = {
        "code": code,
        "name_vi": name_vi,
        "name_en": name_en,
        "label_vi": "QĐ Ngàn Sao",
        "label_en": "Thousand Stars",
    }
    return names | {"kind": "archipelago", "tile_row": row, "tile_col": column, "part_of": owner}


def with_groups(rows: list[Row], groups: dict[str, set[str]]) -> list[Row]:
    """Each unit with the peer groups that hold its code."""
    return [
        row | {"groups": " ".join(name for name in sorted(groups) if row["code"] in groups[name])}
        for row in rows
    ]


def beside(rows: list[Row], water: set[tuple[int, int]]) -> set[str]:
    """Codes of the units whose tile touches a cell of water."""
    steps = ((1, 0), (-1, 0), (0, 1), (0, -1))
    return {
        row["code"]
        for row in rows
        if any((int(row["tile_row"]) + y, int(row["tile_col"]) + x) in water for y, x in steps)
    }


BAY_63 = {
    (5, 4),
    *((6, x) for x in (3, 4, 5)),
    *((y, x) for y in (7, 8) for x in (3, 4, 5, 6)),
    (9, 4),
    (9, 5),
}
BAY_34 = {(3, 2), *((y, x) for y in (4, 5, 6) for x in (2, 3, 4))}


def main(out: Path) -> None:
    old = [unit(*line) for line in lines(OLD)]
    new = [unit(*line[:4]) for line in lines(NEW)]
    for name, rows, bay, cell, dates in (
        ("demo63", old, BAY_63, "7 4", {"valid_to": LAST_DAY}),
        ("demo34", new, BAY_34, "5 3", {"valid_from": FIRST_DAY}),
    ):
        rows = sorted(with_groups(rows, {"bay": beside(rows, bay)}), key=lambda row: row["code"])
        write_territory(name, [row | dates for row in [*rows, islands(cell)]], out)
    pairs = sorted((part, line[0]) for line in lines(NEW) for part in line[4].split())
    write_crosswalk("demo63", "demo34", pairs, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
