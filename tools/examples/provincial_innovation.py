"""Make the synthetic figures of the illustrative provincial index: three years for the 63 units of demo63.

Run: python -m tools.examples.provincial_innovation [FOLDER]
Writes to the example itself, or to FOLDER; always the same bytes. Sizes are skewed (a capital, a few
cities, many small units), the pillars hang together through one level of development per unit, years
resemble each other, counts of rare things are mostly zero and therefore tied, about one indicator value in
twenty is missing, some in whole blocks.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SEED = 20240901
YEARS = ("2022", "2023", "2024")
ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "provincial-innovation"
TERRITORY = ROOT / "src" / "innodex" / "territory" / "data" / "demo63.csv"
CAPITAL = "01"

# Regions differ a little in their level of development.
REGION_LEVEL = {
    "cao-nguyen-may": -0.6,
    "rung-tram": -0.3,
    "thung-lung-hac": 0.3,
    "dong-bang-sen": 0.1,
    "ven-vinh-trang": 0.6,
    "ban-dao-gio": -0.1,
}

# series: (pillar, loading on it, centre, spread, lowest, highest, digits).
# value = centre + spread × z, kept inside.
SCORES = {
    "legal_institutions": (1, 0.7, 7.2, 0.45, 1, 10, 2),
    "business_support": (1, 0.7, 6.8, 0.45, 1, 10, 2),
    "entry_costs": (1, 0.6, 7.6, 0.5, 1, 10, 2),
    "proactivity": (1, 0.7, 6.3, 0.45, 1, 10, 2),
    "administrative_reform": (1, 0.7, 87.5, 2.2, 0, 100, 2),
    "fair_competition": (1, 0.5, 5.9, 0.5, 1, 10, 2),
    "graduation_exam": (2, 0.7, 6.2, 0.25, 0, 10, 2),
    "digital_infrastructure": (3, 0.8, 0.62, 0.09, 0, 1, 2),
    "e_governance": (3, 0.6, 3.1, 0.35, 1, 10, 2),
    "general_infrastructure": (3, 0.8, 5.4, 0.8, 0, 10, 1),
    "environmental_governance": (3, 0.1, 3.5, 0.3, 1, 10, 2),
    "cooperating_share": (5, 0.5, 7.5, 2.6, 0.4, 100, 1),
    "industrial_production": (7, 0.3, 107.5, 4.2, 60, 160, 1),
    "productivity_growth": (7, 0.2, 6.1, 1.6, -8, 30, 2),
    "poverty_reduction": (7, -0.2, 14.0, 6.0, -5, 60, 1),
    "human_development": (7, 0.8, 0.715, 0.03, 0, 1, 3),
}

# series: (pillar, loading, centre, spread of the logarithm, digits).
# value = centre × exp(spread × z): skewed.
LEVELS = {
    "excellent_pupils": (2, 0.6, 28.0, 0.7, 2),
    "st_budget_share": (2, 0.4, 0.55, 0.45, 2),
    "income_per_head": (7, 0.8, 48.0, 0.25, 1),
    "park_projects": (5, 0.6, 9.0, 0.8, 0),
}

# series: (denominator, per, pillar, loading, centre, spread of the logarithm, digits).
# value = centre × exp(spread × z) × denominator / per; order matters, one may be a denominator further on.
AMOUNTS = {
    "grdp": ("population", 1000, 7, 0.9, 62.0, 0.38, 0),
    "enterprises": ("population", 1000, 4, 0.8, 6.5, 0.5, 0),
    "learners": ("population", 1, 2, 0.1, 0.215, 0.07, 0),
    "education_spending": ("learners", 1000, 2, -0.3, 19.0, 0.16, 1),
    "rd_personnel": ("population", 10000, 2, 0.7, 7.5, 0.75, 0),
    "rd_expenditure": ("grdp", 100, 2, 0.6, 0.28, 0.7, 1),
    "st_organisations": ("population", 10000, 2, 0.6, 0.28, 0.5, 0),
    "industrial_land": ("population", 1000, 3, 0.4, 1.1, 0.5, 1),
    "private_credit": ("grdp", 100, 4, 0.7, 92.0, 0.3, 0),
    "microfinance_loans": ("grdp", 100, 4, -0.5, 2.6, 0.4, 1),
    "fixed_assets": ("enterprises", 1, 4, 0.4, 24.0, 0.5, 0),
    "business_capital": ("enterprises", 1, 4, 0.5, 41.0, 0.45, 0),
    "st_service_enterprises": ("enterprises", 1000, 4, 0.5, 62.0, 0.3, 0),
    "workers_15plus": ("population", 1, 5, 0.1, 0.53, 0.05, 0),
    "enterprise_spending": ("enterprises", 1, 5, 0.3, 28.0, 0.35, 0),
    "training_spending": ("enterprise_spending", 100, 5, 0.3, 0.32, 0.5, 1),
    "cooperation_contracts": ("st_organisations", 1, 5, 0.5, 0.9, 0.6, 0),
    "foreign_investment": ("grdp", 100, 5, 0.5, 4.5, 0.9, 1),
    "iso_enterprises": ("enterprises", 1000, 5, 0.5, 26.0, 0.45, 0),
    "patent_applications": ("population", 10000, 6, 0.8, 0.24, 0.9, 0),
    "plant_variety_applications": ("population", 10000, 6, 0.1, 0.008, 0.8, 0),
    "utility_solution_applications": ("population", 10000, 6, 0.6, 0.07, 0.8, 0),
    "trademark_applications": ("population", 10000, 6, 0.8, 4.2, 0.75, 0),
    "design_applications": ("population", 10000, 6, 0.7, 0.22, 0.9, 0),
    "gi_applications": ("population", 10000, 6, 0.0, 0.002, 0.5, 0),
    "new_enterprises": ("enterprises", 1000, 6, 0.4, 150.0, 0.25, 0),
    "st_enterprises": ("enterprises", 1000, 6, 0.4, 0.9, 0.6, 0),
    "ocop_products": ("population", 10000, 7, -0.3, 0.35, 0.5, 0),
    "exports": ("grdp", 100, 7, 0.6, 34.0, 0.6, 0),
    "employed": ("population", 1, 7, 0.2, 0.52, 0.04, 0),
}

# series: (whole, pillar, loading, centre in %, spread of the logit, digits). A part never exceeds its whole.
SHARES = {
    "serviced_industrial_land": ("industrial_land", 3, 0.4, 58, 0.6, 1),
    "trained_workers": ("workers_15plus", 5, 0.8, 26, 0.3, 0),
    "rd_enterprises": ("enterprises", 5, 0.5, 1.1, 0.5, 0),
    "innovating_enterprises": ("enterprises", 5, 0.5, 21, 0.35, 0),
    "startups": ("new_enterprises", 6, 0.6, 1.3, 0.6, 0),
}

# criterion: (maximum points, usual share of them). Points are given in halves.
CRITERIA = {
    "policy_programme": (20, 0.55),
    "policy_plan": (15, 0.6),
    "policy_finance": (20, 0.35),
    "policy_startups": (15, 0.4),
    "policy_orders": (15, 0.45),
    "policy_review": (15, 0.3),
}

# Series that nobody fails to send.
ALWAYS = {"population", "enterprises", "grdp", "national_gdp"}
MISSING_SHARE = 0.042
# Whole blocks are missing: (units, years, series).
BLOCKS = (
    (("14", "46", "95"), ("2022",), ("innovating_enterprises", "cooperating_share", "rd_enterprises")),
    (("62",), ("2023",), ("cooperation_contracts", "park_projects", "cooperating_share")),
    (("07", "42"), YEARS, ("plant_variety_applications", "gi_applications")),
    (("20",), ("2022", "2023"), tuple(CRITERIA)),
    (("92",), ("2024",), ("rd_personnel", "rd_expenditure", "st_budget_share", "st_organisations")),
)
# Figures that stand for ones not yet known; where from is said beside them.
ESTIMATED = {"rd_personnel": 0.06, "income_per_head": 0.05}
ESTIMATE = "estimated from the year before (synthetic)"


@dataclass(slots=True)
class Unit:
    """A unit and what lies behind its figures: its level, one score per pillar, and its own traits."""

    code: str
    name: str
    people: float
    pillars: dict[int, float]
    traits: dict[str, float] = field(default_factory=dict)


def units(random: Random) -> list[Unit]:
    with TERRITORY.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["part_of"]]
    return [unit(row, random) for row in rows]


def unit(row: dict[str, str], random: Random) -> Unit:
    capital, city = row["code"] == CAPITAL, row["kind"] == "city"
    size = 900_000 * math.exp(random.gauss(0, 0.45))
    people = 6_800_000.0 if capital else size * 2.1 if city else size
    level = REGION_LEVEL[row["region"]] + random.gauss(0, 0.7) + (1.9 if capital else 1.0 if city else 0)
    pillars = {pillar: 0.8 * level + random.gauss(0, 0.55) for pillar in range(1, 8)}
    return Unit(row["code"], row["name_vi"], people, pillars)


class Year:
    """The figures of one unit in one year."""

    def __init__(self, owner: Unit, number: int, random: Random) -> None:
        self.owner, self.number, self.random = owner, number, random
        self.values: dict[str, float] = {"population": float(round(owner.people * 1.011**number))}

    def z(self, series: str, pillar: int, loading: float) -> float:
        """Where the unit stands on a series: its pillar, a lasting trait of its own, and chance."""
        trait = self.owner.traits.setdefault(series, self.random.gauss(0, 1))
        rest = math.sqrt(1 - loading**2)
        return loading * self.owner.pillars[pillar] + rest * (0.9 * trait + self.random.gauss(0, 0.3))

    def fill(self) -> dict[str, float]:
        for series, (of, per, pillar, loading, centre, spread, digits) in AMOUNTS.items():
            rate = centre * math.exp(spread * self.z(series, pillar, loading)) * 1.03**self.number
            self.values[series] = self.rounded(rate * self.values[of] / per, digits)
            if series in ("st_organisations", "new_enterprises"):
                self.values[series] = max(self.values[series], 2.0)
        for series, (of, pillar, loading, centre, spread, digits) in SHARES.items():
            odds = math.log(centre / (100 - centre)) + spread * self.z(series, pillar, loading)
            self.values[series] = self.rounded(self.values[of] / (1 + math.exp(-odds)), digits)
        for series, (pillar, loading, centre, spread, low, high, digits) in SCORES.items():
            value = centre + spread * (self.z(series, pillar, loading) + 0.15 * self.number)
            self.values[series] = round(min(max(value, low), high), digits)
        for series, (pillar, loading, centre, spread, digits) in LEVELS.items():
            value = centre * math.exp(spread * self.z(series, pillar, loading)) * 1.04**self.number
            self.values[series] = self.rounded(value, digits)
        for series, (maximum, share) in CRITERIA.items():
            odds = math.log(share / (1 - share)) + 0.8 * self.z(series, 1, 0.6)
            self.values[series] = round(2 * maximum / (1 + math.exp(-odds))) / 2
        return self.values

    def rounded(self, value: float, digits: int) -> float:
        """Rounded; small counts go up or down by chance, so that rare things are mostly zero."""
        if digits or value > 50:
            return round(value, digits)
        return float(math.floor(value + self.random.random()))


Figures = dict[tuple[str, str], dict[str, float]]  # (year, unit) -> {series: value}


def figures(members: list[Unit], random: Random) -> Figures:
    found = {(year, one.code): Year(one, n, random).fill() for n, year in enumerate(YEARS) for one in members}
    for year in YEARS:
        nation = sum(values["grdp"] for (when, _), values in found.items() if when == year)
        for one in members:
            found[year, one.code]["national_gdp"] = nation
    return found


def remove(found: Figures, random: Random) -> None:
    """Take out single values by chance, and whole blocks."""
    for values in found.values():
        for series in sorted(values):
            if series not in ALWAYS and random.random() < MISSING_SHARE * share_of_criterion(series):
                del values[series]
    for codes, years, block in BLOCKS:
        for code in codes:
            for year in years:
                for series in block:
                    found[year, code].pop(series, None)


def share_of_criterion(series: str) -> float:
    """One missing criterion makes the whole indicator missing, so each is missing more rarely."""
    return 1 / len(CRITERIA) if series in CRITERIA else 1


def estimated(found: Figures, random: Random) -> set[tuple[str, str, str]]:
    """(year, unit, series) of the figures that are estimates; the first year has none."""
    return {
        (year, code, series)
        for (year, code), values in sorted(found.items())
        for series, share in ESTIMATED.items()
        if year != YEARS[0] and random.random() < share and series in values
    }


def series_ids() -> list[str]:
    with (EXAMPLE / "series.csv").open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def columns(ids: list[str]) -> list[str]:
    heads = ["year", "code", "name"]
    for one in ids:
        heads += [one, f"{one}_status", f"{one}_source"] if one in ESTIMATED else [one]
    return heads


def write(
    file: Path, year: str, members: list[Unit], found: Figures, guesses: set[tuple[str, str, str]]
) -> None:
    heads = columns(series_ids())
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, heads, restval="", lineterminator="\n")
        writer.writeheader()
        for one in members:
            row = {series: shown(value) for series, value in found[year, one.code].items()}
            for series in (s for y, c, s in guesses if (y, c) == (year, one.code)):
                row |= {f"{series}_status": "estimated", f"{series}_source": ESTIMATE}
            writer.writerow({"year": year, "code": one.code, "name": one.name} | row)


shown: Callable[[float], str] = "{:.12g}".format


def main(folder: Path) -> None:
    random = Random(SEED)
    members = units(random)
    found = figures(members, random)
    remove(found, random)
    guesses = estimated(found, random)
    folder.mkdir(parents=True, exist_ok=True)
    for year in YEARS:
        write(folder / f"synthetic_{year}.csv", year, members, found, guesses)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLE / "data")
