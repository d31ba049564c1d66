"""Who is measured: units by scheme and code, their names, regions, tile grids, and what became of them."""

from innodex.territory._read import (
    builtin,
    builtin_bytes,
    builtins,
    crosswalk,
    read_aliases,
    read_units,
    unknown_unit,
)
from innodex.territory._territory import Crosswalk, Region, Territory, Tile, Unit

__all__ = [
    "Crosswalk",
    "Region",
    "Territory",
    "Tile",
    "Unit",
    "builtin",
    "builtin_bytes",
    "builtins",
    "crosswalk",
    "read_aliases",
    "read_units",
    "unknown_unit",
]
