"""Write territory files and crosswalks: their columns, in order, NFC, UTF-8, one line feed per row."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

DATA = Path(__file__).parents[2] / "src" / "innodex" / "territory" / "data"

COLUMNS = (
    "code",
    "name_vi",
    "name_en",
    "kind",
    "region",
    "region_vi",
    "region_en",
    "groups",
    "valid_from",
    "valid_to",
    "tile_row",
    "tile_col",
    "label_vi",
    "label_en",
    "part_of",
    "code_iso",
)

Row = dict[str, str]


def slug(words: str) -> str:
    """Words as a stable code: no marks, lower case, hyphens."""
    return "-".join(plain(words).lower().replace(",", " ").split())


def plain(words: str) -> str:
    """Words without Vietnamese marks."""
    apart = unicodedata.normalize("NFD", words.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def write_territory(name: str, rows: list[Row], folder: Path) -> None:
    """Write NAME.csv in the folder; columns a row does not give are empty."""
    full = [{column: row.get(column, "") for column in COLUMNS} for row in rows]
    _write(folder / f"{name}.csv", COLUMNS, full)


def write_crosswalk(old: str, new: str, pairs: list[tuple[str, str]], folder: Path) -> None:
    """Write OLD_to_NEW.csv in the folder."""
    _write(folder / f"{old}_to_{new}.csv", ("old", "new"), [{"old": a, "new": b} for a, b in pairs])


def _write(path: Path, columns: tuple[str, ...], rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({column: unicodedata.normalize("NFC", value) for column, value in row.items()})
