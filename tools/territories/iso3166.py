"""Make iso3166.csv: countries and areas by alpha-3 code, with names and continents from the CLDR.

Run: python -m tools.territories.iso3166 CLDR_CORE
CLDR_CORE is the unpacked npm package `cldr-core` of the CLDR version that the installed Babel reports
(Babel 2.18: CLDR 47). Babel gives names and the correspondence of codes, cldr-core the continents.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from babel import Locale
from babel.core import get_cldr_version, get_global
from tools.territories._table import DATA, Row, write_territory

CONTINENTS = {"002": "africa", "019": "americas", "142": "asia", "150": "europe", "009": "oceania"}
# Codes that the CLDR names but ISO 3166-1 does not assign: exceptional reservations and groupings.
NOT_ASSIGNED = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
USER_ASSIGNED = {"XK": "XKX"}
# Withdrawn alpha-3 codes that the CLDR still maps onto today's alpha-2 code.
WITHDRAWN = {"BUR", "ZAR", "DDR", "FXX", "TMP", "YMD", "ANT", "SCG", "YUG", "SUN", "CSK", "NTZ"}

# Members in December 2025. Timor-Leste joined ASEAN on 26 October 2025. Of the G20 the 19 countries: the two
# unions that belong to it have no code here.
GROUPS = {
    "asean": "BRN IDN KHM LAO MMR MYS PHL SGP THA TLS VNM",
    "eu": "AUT BEL BGR CYP CZE DEU DNK ESP EST FIN FRA GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD POL PRT ROU"
    " SVK SVN SWE",
    "g20": "ARG AUS BRA CAN CHN DEU FRA GBR IDN IND ITA JPN KOR MEX RUS SAU TUR USA ZAF",
    "oecd": "AUS AUT BEL CAN CHE CHL COL CRI CZE DEU DNK ESP EST FIN FRA GBR GRC HUN IRL ISL ISR ITA JPN KOR"
    " LTU LUX LVA MEX NLD NOR NZL POL PRT SVK SVN SWE TUR USA",
}


def alpha3() -> dict[str, str]:
    """{alpha-2: alpha-3} from the CLDR's overlong territory aliases."""
    found = dict(USER_ASSIGNED)
    aliases: dict[str, list[str]] = dict(get_global("territory_aliases"))
    for old, new in aliases.items():
        if len(old) == 3 and old.isalpha() and len(new) == 1 and old not in WITHDRAWN:
            found.setdefault(new[0], old)
    return found


def continents(core: Path) -> dict[str, str]:
    """{alpha-2: UN code of its continent}; Antarctica, which belongs to none, stands for itself."""
    tree = json.loads((core / "supplemental" / "territoryContainment.json").read_text("utf-8"))
    inside = tree["supplemental"]["territoryContainment"]

    def leaves(code: str) -> list[str]:
        if code not in inside:
            return [code]
        return [leaf for child in inside[code]["_contains"] for leaf in leaves(child)]

    found = {leaf: continent for continent in CONTINENTS for leaf in leaves(continent)}
    return {**found, "AQ": "AQ"}


def check_version(core: Path) -> None:
    version = json.loads((core / "package.json").read_text("utf-8"))["version"]
    if version.split(".")[0] != get_cldr_version().split(".")[0]:
        raise SystemExit(
            f"cldr-core is {version}, Babel carries CLDR {get_cldr_version()}: use the same version."
        )


def assigned(codes: Iterable[str]) -> set[str]:
    """The alpha-2 codes of countries and areas."""
    return {code for code in codes if len(code) == 2 and code.isalpha()} - NOT_ASSIGNED


def main(core: Path) -> None:
    check_version(core)
    vi, en = Locale("vi").territories, Locale("en").territories
    codes, continent = alpha3(), continents(core)
    members = {group: set(text.split()) for group, text in GROUPS.items()}
    assert all(part <= set(codes.values()) for part in members.values())
    rows: list[Row] = []
    for two in sorted(assigned(map(str, en))):
        three, where = codes[two], continent[two]
        rows.append(
            {
                "code": three,
                "name_vi": vi[two],
                "name_en": en[two],
                "kind": "user-assigned" if two in USER_ASSIGNED else "country",
                "region": CONTINENTS.get(where, "antarctica"),
                "region_vi": vi[where],
                "region_en": en[where],
                "groups": " ".join(group for group in sorted(members) if three in members[group]),
                "code_iso": two,
            }
        )
    write_territory("iso3166", sorted(rows, key=lambda row: row["code"]), DATA)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
