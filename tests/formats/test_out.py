"""What a build writes reads back exactly; what a panel is does not depend on how its files were written."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st

import innodex
from _arrays import law
from _trees import Case, cases, frameworks, panels, recipes, territory_of, text
from innodex.documents import Faulty
from innodex.formats import read_out, write_out
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel, Status
from innodex.recipe import Aggregation, AsIs, Ranking, Recipe
from innodex.result import Result, build
from innodex.territory import Region, Territory, Unit

# Names that a line-by-line or comma-by-comma reader would take apart.
AWKWARD = st.text(st.sampled_from("aé,;\"\n\r\t '#="), min_size=1, max_size=6)


@st.composite
def awkward_cases(draw: st.DrawFn) -> Case:
    framework = draw(frameworks())
    nodes = tuple(replace(node, level=draw(AWKWARD)) for node in framework.nodes)
    framework = Framework(nodes, framework.series)
    panel = draw(panels(framework))
    count = len(panel.units)
    units = tuple(draw(st.lists(AWKWARD, min_size=count, max_size=count, unique=True)))
    sources = ("", *draw(st.lists(AWKWARD, min_size=3, max_size=3, unique=True)))
    panel = replace(panel, units=units, sources=sources)
    regions = draw(st.lists(AWKWARD, min_size=2, max_size=2, unique=True))
    territory = Territory(
        "made-up",
        tuple(Unit(code, text(code), region=[*regions, None][n % 3]) for n, code in enumerate(units)),
        tuple(Region(code, text(code)) for code in regions),
    )
    return Case(framework, panel, draw(recipes(framework, within=draw(st.booleans()))), territory)


def made(case: Case) -> Result:
    return build(case.framework, case.panel, case.recipe, territory=case.territory)


def same(found: Result, wanted: Result) -> None:
    """Every field, and every bit of every array; reports are tables for readers and are not read back."""
    for field in fields(Result):
        if field.name == "reports":
            continue
        one, other = getattr(found, field.name), getattr(wanted, field.name)
        if isinstance(other, np.ndarray):
            assert one.dtype == other.dtype, field.name
            np.testing.assert_array_equal(one, other, err_msg=field.name, strict=True)
        else:
            assert one == other, field.name


def figures(panel: Panel) -> dict[tuple[str, str, str], tuple[str, int, str]]:
    """{(period, unit, series): (value, status, source)}."""
    return {
        (period, unit, series): (
            repr(float(panel.values[p, u, s]) + 0.0),
            int(panel.status[p, u, s]),
            panel.sources[panel.source[p, u, s]],
        )
        for p, period in enumerate(panel.periods)
        for u, unit in enumerate(panel.units)
        for s, series in enumerate(panel.series)
    }


@law(cases() | awkward_cases())
def test_a_result_reads_back_exactly(case: Case) -> None:
    result = made(case)
    files = write_out(result, case.panel, case.territory)
    found, panel = read_out(files, case.framework, case.territory)
    same(found, result)
    assert (panel.periods, panel.units, panel.series) == (
        case.panel.periods,
        case.panel.units,
        case.panel.series,
    )
    assert figures(panel) == figures(case.panel)


@law(awkward_cases())
def test_written_again_it_is_the_same_bytes(case: Case) -> None:
    files = write_out(made(case), case.panel, case.territory)
    result, panel = read_out(files, case.framework, case.territory)
    assert write_out(result, panel, case.territory) == files


@law(awkward_cases())
def test_any_reader_of_csv_reads_the_files(case: Case) -> None:
    """As many rows as there are cells, and the names as they are."""
    result, panel = made(case), case.panel
    files = write_out(result, panel, case.territory)
    per_place = {"results.csv": result.nodes, "panel.csv": panel.series}
    per_place |= dict.fromkeys(("treated.csv", "normalised.csv"), result.indicators)
    for name, inner in per_place.items():
        table = list(csv.DictReader(io.StringIO(files[name].decode(), newline="")))
        assert len(table) == len(panel.periods) * len(panel.units) * len(inner)
        assert list(dict.fromkeys(row["unit"] for row in table)) == list(panel.units)
        assert not any(None in row or None in row.values() for row in table)
    assert ("group_ranks.csv" in files) == bool(result.within)
    if result.within:
        table = list(csv.DictReader(io.StringIO(files["group_ranks.csv"].decode(), newline="")))
        for row in table:
            assert row["group"] == case.territory.by_code[row["unit"]].region
            fellows = [one for one in table if all(one[k] == row[k] for k in ("period", "node", "group"))]
            assert int(row["of"]) == sum(one["rank"] != "" for one in fellows)


@law(cases(), st.integers(0, 99))
def test_a_file_that_is_cut_short_or_missing_is_refused(case: Case, seed: int) -> None:
    files = write_out(made(case), case.panel, case.territory)
    draw = random.Random(seed)
    for name in ("results.csv", "panel.csv", "treated.csv", "normalised.csv", "weights.csv", "result.json"):
        whole = files[name]
        cuts = [0, draw.randrange(len(whole) - 1), len(whole.rstrip())]
        row_before = whole.rstrip().rfind(b"\n") + 1
        for at in (*cuts[: 2 if name == "result.json" else 3], row_before):
            with pytest.raises(Faulty):
                read_out({**files, name: whole[:at]}, case.framework, case.territory)
        with pytest.raises(Faulty):
            read_out({n: data for n, data in files.items() if n != name}, case.framework, case.territory)


def test_what_the_files_look_like() -> None:
    """The head and first rows of a small result, as a reader of the documentation expects them."""
    case = small_case()
    files = {name: data.decode() for name, data in write_out(made(case), case.panel, case.territory).items()}
    assert files["results.csv"].splitlines()[0] == "period,unit,node,level,score,rank"
    assert files["weights.csv"].splitlines()[0] == "period,node,parent,weight,share,effective"
    assert files["panel.csv"].splitlines()[:3] == [
        "period,unit,series,value,status,source",
        '2022,"a,b",x,0.1,observed,',
        '2022,"a,b",y,,confidential,"says ""so"""',
    ]


def small_case() -> Case:
    leaves = [Node(c, c, "R", "", text(c), direction=Direction.HIGHER, formula=Direct(c)) for c in ("x", "y")]
    framework = Framework(
        (Node("R", "R", None, "", text("R")), *leaves), tuple(Series(c, text(c)) for c in ("x", "y"))
    )
    panel = Panel(
        ("2022",), ("a,b",), ("x", "y"), np.array([[[0.1, np.nan]]]),
        np.array([[[Status.OBSERVED, Status.CONFIDENTIAL]]], np.uint8),
        np.array([[[0, 1]]], np.int32), ("", 'says "so"'),
    )  # fmt: skip
    recipe = Recipe(
        text("Recipe"), AsIs(), {}, 1, {}, Aggregation("arithmetic", "available"), {}, Ranking("min", 12), {}
    )
    return Case(framework, panel, recipe, territory_of(panel))


# ---- a panel, however it is written ----------------------------------------------------------------------

SERIES = ("s1", "s2", "s3")
UNITS = [f"Q{n}" for n in range(6)]
YEARS = ("2021", "2022")
Cell = tuple[str, str, str]  # value, status, source

INDEX = """\
schema = 1
title_en = "Made up"
languages = ["en"]
territory = "territory.csv"
units = "data"
synthetic = true

[data]
unit = "unit"
period = "year"
status = "status"
source = "source"
"""
RECIPE = """\
schema = 1
title_en = "Made up"
[[steps]]
step = "normalise"
method = "minmax"
low = 0
high = 100
constant = "missing"
[[steps]]
step = "weigh"
weight = 1
[[steps]]
step = "aggregate"
method = "arithmetic"
missing = "available"
minimum_share = 0.0
[[steps]]
step = "rank"
ties = "min"
significant = 12
"""


def given_cells() -> dict[tuple[str, str, str], Cell]:
    draw = random.Random(3)
    cells = {}
    for year in YEARS:
        for unit in UNITS:
            for series in SERIES:
                kind = draw.choice(["", "observed", "estimated", "missing", "not_applicable", "confidential"])
                value = "" if kind in ("missing", "not_applicable", "confidential") else repr(draw.random())
                cells[year, unit, series] = (
                    value,
                    kind,
                    draw.choice(["", "a, b", 'says "so"', "two\nlines"]),
                )
    # The panel holds only what some file names: every place and series has a figure.
    for n, unit in enumerate(UNITS):
        cells[YEARS[n % 2], unit, SERIES[n % 3]] = ("1.5", "observed", "a, b")
    return cells


def folder(to: Path, files: dict[str, list[dict[str, str]]], settings: str = INDEX) -> Path:
    (to / "data").mkdir(parents=True)
    rows = "".join(f"{s},{s},%,official,us,\n" for s in SERIES)
    written = {
        "index.toml": settings,
        "recipe.toml": RECIPE,
        "series.csv": "id,name_en,unit,source_kind,supplied_by,evidence\n" + rows,
        "framework.csv": "id,code,parent,level,name_en,unit,direction,certainty,valid_from,valid_to,series\n"
        "R,R,,index,Whole,,,,,,\n"
        + "".join(f"i{n},i{n},R,indicator,Part {n},%,higher,,,,{s}\n" for n, s in enumerate(SERIES)),
        "territory.csv": "code,name_en\n" + "".join(f"{unit},Place {unit}\n" for unit in UNITS),
    }
    for name, content in written.items():
        (to / name).write_text(content, encoding="utf-8")
    for name, table in files.items():
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
        (to / "data" / name).write_text(out.getvalue(), encoding="utf-8", newline="")
    return to


def long(cells: dict[tuple[str, str, str], Cell]) -> list[dict[str, str]]:
    head = ("year", "unit", "series", "value", "status", "source")
    return [dict(zip(head, (*key, *cell), strict=True)) for key, cell in cells.items()]


def wide(cells: dict[tuple[str, str, str], Cell], series: tuple[str, ...] = SERIES) -> list[dict[str, str]]:
    rows = []
    for year in YEARS:
        for unit in UNITS:
            row = {"year": year, "unit": unit}
            for one in series:
                row[one], row[f"{one}_status"], row[f"{one}_source"] = cells[year, unit, one]
            rows.append(row)
    return rows


def shuffled(rows: list[dict[str, str]], seed: int) -> list[dict[str, str]]:
    """Other order of rows and of columns."""
    draw = random.Random(seed)
    head = draw.sample(list(rows[0]), len(rows[0]))
    return [{name: row[name] for name in head} for row in draw.sample(rows, len(rows))]


def by_year(rows: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """A file per year; the later year's name comes first."""
    return {f"{9999 - int(year)}.csv": [row for row in rows if row["year"] == year] for year in YEARS}


CELLS = given_cells()
WAYS = {
    "long": {"a.csv": long(CELLS)},
    "long, shuffled": {"a.csv": shuffled(long(CELLS), 1)},
    "long, in two files": by_year(shuffled(long(CELLS), 2)),
    "wide": {"z.csv": wide(CELLS)},
    "wide, shuffled": {"z.csv": shuffled(wide(CELLS), 3)},
    "wide, in two files": by_year(shuffled(wide(CELLS), 4)),
    "wide, a file per series": {f"{s}.csv": shuffled(wide(CELLS, (s,)), 5) for s in SERIES[::-1]},
    "one long, one wide": {
        "a.csv": wide(CELLS, SERIES[:1]),
        "b.csv": shuffled(long({key: cell for key, cell in CELLS.items() if key[2] != SERIES[0]}), 6),
    },
    "long, without what is merely missing": {
        "a.csv": [row for row in long(CELLS) if row["value"] or row["status"] != "missing" or row["source"]],
    },
}


@pytest.mark.parametrize("way", list(WAYS)[1:])
def test_a_panel_does_not_depend_on_how_its_files_are_written(tmp_path: Path, way: str) -> None:
    one = innodex.read_folder(folder(tmp_path / "one", WAYS["long"]))
    two = innodex.read_folder(folder(tmp_path / "two", WAYS[way]))
    assert one.panel is not None
    assert two.panel is not None
    assert figures(two.panel) == figures(one.panel)
    assert two.panel.digest == one.panel.digest


def test_a_panel_holds_what_its_file_does(tmp_path: Path) -> None:
    panel = innodex.read_folder(folder(tmp_path / "one", WAYS["wide, shuffled"])).panel
    assert panel is not None
    assert (panel.periods, panel.units, panel.series) == (YEARS, tuple(UNITS), SERIES)
    assert panel.sources == ("", *sorted({source for _, _, source in CELLS.values()} - {""}))
    words = {status.value: status.word for status in Status}
    for key, (value, status, source) in figures(panel).items():
        written = CELLS[key]
        assert value == (written[0] or "nan")
        assert words[status] == (written[1] or "observed")
        assert source == written[2]


@pytest.mark.parametrize(
    ("at", "to"), [(0, "1.5000000000000002"), (1, "estimated"), (2, "elsewhere"), (2, 'says "so"')]
)
def test_the_digest_sees_every_change_of_a_cell(tmp_path: Path, at: int, to: str) -> None:
    key = next(key for key, cell in CELLS.items() if cell[0] == "1.5")
    changed = list(CELLS[key])
    changed[at] = to
    one = innodex.read_folder(folder(tmp_path / "one", {"a.csv": long(CELLS)})).panel
    two = innodex.read_folder(
        folder(tmp_path / "two", {"a.csv": long({**CELLS, key: (changed[0], changed[1], changed[2])})})
    ).panel
    assert one is not None
    assert two is not None
    assert one.digest != two.digest
