"""The two tables of COINr become an index folder, or every fault of theirs is named by row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import innodex
from _support import ROOT, needs_shared, shared_path
from innodex.cli import main
from innodex.formats import Imported, check_files, read_coinr
from innodex.framework import Direct, Direction, Ratio

SMALL = ROOT / "tests" / "reference" / "small"
Rows = list[dict[str, str]]


def rows(data: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def written(table: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue().encode()


def small() -> tuple[bytes, bytes]:
    """iData and iMeta of the small set."""
    return tuple((SMALL / "inputs" / name).read_bytes() for name in ("iData.csv", "iMeta.csv"))  # type: ignore[return-value]


def imported(data: bytes, meta: bytes, **settings: str) -> Imported:
    return read_coinr(data, meta, **{"period": "2024", **settings})  # type: ignore[arg-type]


def folder(made: Imported) -> innodex.Folder:
    assert made.faults == ()
    checked = check_files(made.files)
    assert checked.faults == ()
    assert checked.folder is not None
    return checked.folder


def test_the_tree_is_that_of_the_table() -> None:
    data, meta = small()

    tree = folder(imported(data, meta)).framework

    entries = {row["iCode"]: row for row in rows(meta)}
    inside = {code: row for code, row in entries.items() if row["Type"] in ("Indicator", "Aggregate")}
    assert set(tree.by_code) == set(inside)
    for code, row in inside.items():
        node = tree.by_code[code]
        assert (node.parent or "NA") == row["Parent"]
        assert node.name.get("en") == row["iName"]
        if row["Type"] == "Indicator":
            assert node.direction is (Direction.HIGHER if row["Direction"] == "1" else Direction.LOWER)
            other = row["Denominator"]
            assert node.formula == (Direct(code) if other == "NA" else Ratio(code, other))
    assert [node.level for node in tree.nodes if not node.is_indicator] == ["index", "pillar", "pillar"]
    places = {node.code: at for at, node in enumerate(tree.nodes)}
    assert all(places[node.parent] < places[node.code] for node in tree.nodes if node.parent)


def test_raw_values_are_the_denominated_data() -> None:
    data, meta = small()
    read = folder(imported(data, meta))
    assert read.panel is not None

    result = innodex.build(read.framework, read.panel, read.recipe, territory=read.territory)

    expected = {row["uCode"]: row for row in rows((SMALL / "01_denominated.csv").read_bytes())}
    for code, at in result.indicator_at.items():
        for u, unit in enumerate(result.units):
            cell = expected[unit][code]
            value = np.nan if cell == "NA" else float(cell)
            np.testing.assert_allclose(result.raw[0, u, at], value, rtol=1e-15)


def test_the_recipe_is_neutral_and_says_so_and_keeps_the_weights() -> None:
    data, meta = small()
    table = rows(meta)
    table[1]["Weight"] = "2.5"

    made = imported(data, written(table))

    recipe = folder(made).recipe
    assert recipe.prepare == ()
    assert "neutral" in recipe.title.get("en").casefold()
    assert "trung tính" in recipe.title.get("vi")
    assert recipe.weight_of(table[1]["iCode"]) == 2.5
    assert made.files["recipe.toml"].startswith(b"# A neutral recipe")
    assert imported(data, meta, lang="vi").files["recipe.toml"].startswith("# Phương pháp tính".encode())


def test_the_data_are_taken_over_byte_by_byte_and_twice_gives_the_same() -> None:
    data, meta = small()
    data = b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")

    one, two = imported(data, meta), imported(data, meta)

    assert one.files["data/iData.csv"] == data
    assert one.files == two.files


def test_groups_become_the_region_and_peer_groups() -> None:
    data, meta = small()
    figures, table = rows(data), rows(meta)
    for n, row in enumerate(figures):
        row["Kind"] = "NA" if n == 0 else "very big" if n % 2 else "small"
    blank = dict.fromkeys(table[0], "NA")
    table.append({**blank, "iCode": "Kind", "iName": "Kind", "Type": "Group"})

    made = imported(written(figures), written(table))

    units = folder(made).territory.by_code
    first, second, third = (units[row["uCode"]] for row in figures[:3])
    assert [unit.region for unit in (first, second, third)] == ["A", "A", figures[2]["Area3"]]
    assert [unit.groups for unit in (first, second, third)] == [(), ("Kind.very-big",), ("Kind.small",)]
    assert made.remarks == (("cli.import.coinr.region", {"column": "Area3"}),)
    other = folder(imported(written(figures), written(table), region="Kind")).territory.by_code
    assert other[second.code].region == "very big"
    assert other[second.code].groups == ("Area3.A",)


def test_years_stay_and_a_group_that_changes_is_the_latest() -> None:
    data, meta = small()
    figures = rows(data)
    later = [{**row, "Area3": "Z" if row["uCode"] == "K01" else row["Area3"]} for row in figures]
    table = [{"Time": "2025", **row} for row in later] + [{"Time": "2024", **row} for row in figures]

    made = read_coinr(written(table), meta)

    read = folder(made)
    assert read.panel is not None
    assert read.panel.periods == ("2024", "2025")
    assert read.territory.by_code["K01"].region == "Z"
    assert ("cli.import.coinr.moved", {"group": "Area3", "units": "K01"}) in made.remarks


def test_what_has_no_column_of_its_own_stands_in_the_sheet() -> None:
    data, meta = small()
    table = [
        {**row, "Description": "", "Comment": "", "Target": "NA", "Unit": "", "Source": ""}
        for row in rows(meta)
    ]
    table[0].update(Description="What X1 is.", Comment="ask again", Target="7", Unit="km", Source="Census")

    read = folder(imported(data, written(table)))

    code = table[0]["iCode"]
    assert read.framework.sheets[code, "en"] == "What X1 is.\n\n- Comment: ask again\n- Target: 7\n"
    assert len(read.framework.sheets) == 1
    series = read.framework.series_by_id[code]
    assert (series.unit.get("en"), series.evidence.get("en")) == ("km", "Census")


def test_parameters_of_methods_become_recipes_of_their_own() -> None:
    data, meta = small()
    table = [
        {**row, "goalpost_lower": "NA", "goalpost_upper": "NA", "goalpost_scale": "NA"} for row in rows(meta)
    ]
    code = table[0]["iCode"]
    table[0].update(
        goalpost_lower="1", goalpost_upper="9.5", goalpost_scale="10", goalpost_trunc2posts="TRUE"
    )
    for row in table[1:]:
        row["goalpost_trunc2posts"] = "NA"

    made = imported(data, written(table))

    assert {name for name in made.files if name.startswith("recipe")} == {
        "recipe.toml",
        "recipe-goalposts.toml",
    }
    recipe = folder(Imported({**made.files, "recipe.toml": made.files["recipe-goalposts.toml"]})).recipe
    posts = recipe.normalisation(code)
    assert posts == innodex.recipe.Goalposts(1, 9.5, "linear", "both", 0, 10)  # type: ignore[attr-defined]
    assert recipe.normalise_at.keys() == {code}


# ---- faults ----------------------------------------------------------------------------------------------

Change = Callable[[Rows, Rows], None]


def _meta(column: str, words: str, at: int = 0) -> Change:
    return lambda data, meta: meta[at].__setitem__(column, words)


def _data(column: str, words: str, at: int = 0) -> Change:
    return lambda data, meta: data[at].__setitem__(column, words)


def _twice(data: Rows, meta: Rows) -> None:
    meta.insert(1, dict(meta[0]))


def _gone(data: Rows, meta: Rows) -> None:
    for row in data:
        del row["X2"]


CASES: dict[str, tuple[Change, tuple[str, str, int, str]]] = {
    "no code": (_meta("iCode", ""), ("missing-cell", "iMeta.csv", 2, "iCode")),
    "a bad code": (_meta("iCode", "X 1"), ("bad-code", "iMeta.csv", 2, "iCode")),
    "a type nobody knows": (_meta("Type", "Indicatr"), ("unknown-word", "iMeta.csv", 2, "Type")),
    "a direction nobody knows": (_meta("Direction", "0", 1), ("unknown-word", "iMeta.csv", 3, "Direction")),
    "no direction": (_meta("Direction", "NA", 1), ("missing-direction", "iMeta.csv", 3, "Direction")),
    "a weight in words": (_meta("Weight", "much", 2), ("not-a-number", "iMeta.csv", 4, "Weight")),
    "a weight below zero": (_meta("Weight", "-1", 2), ("bad-policy", "iMeta.csv", 4, "Weight")),
    "no such denominator": (_meta("Denominator", "Popp", 3), ("unknown-word", "iMeta.csv", 5, "Denominator")),
    "no such parent": (_meta("Parent", "PX", 3), ("unknown-parent", "iMeta.csv", 5, "Parent")),
    "no parent": (_meta("Parent", "NA", 0), ("several-roots", "iMeta.csv", 2, "Parent")),
    "two of one code": (_twice, ("duplicate-code", "iMeta.csv", 3, "iCode")),
    "no column": (_gone, ("series-without-data", "iMeta.csv", 3, "iCode")),
    "words for a figure": (_data("X1", "many", 4), ("not-a-number", "iData.csv", 6, "X1")),
    "a bad code of a unit": (_data("uCode", "K 1", 2), ("bad-code", "iData.csv", 4, "uCode")),
    "no code of a unit": (_data("uCode", "", 2), ("missing-cell", "iData.csv", 4, "uCode")),
    "a unit twice": (_data("uCode", "K01", 2), ("duplicate-row", "iData.csv", 4, "uCode")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_named_where_it_was_written(name: str) -> None:
    change, (kind, file, row, column) = CASES[name]
    data, meta = (rows(table) for table in small())
    change(data, meta)

    made = imported(written(data), written(meta))

    assert made.files == {}
    assert (kind, file, row, column) in {(f.kind, f.file, f.row, f.column) for f in made.faults}
    for fault in made.faults:
        assert fault.file in ("iData.csv", "iMeta.csv"), fault
        assert fault.text("vi") != fault.text("en")


def test_all_faults_come_at_once() -> None:
    data, meta = (rows(table) for table in small())
    for change in (
        CASES["a direction nobody knows"],
        CASES["a weight in words"],
        CASES["words for a figure"],
    ):
        change[0](data, meta)

    made = imported(written(data), written(meta))

    assert [(f.file, f.row, f.column) for f in made.faults] == [
        ("iData.csv", 6, "X1"),
        ("iMeta.csv", 3, "Direction"),
        ("iMeta.csv", 4, "Weight"),
    ]


def test_a_parameter_that_is_no_number_is_named() -> None:
    data, meta = small()
    table = [{**row, "scaled_lower": "0", "scaled_upper": "1", "scale_factor": "100"} for row in rows(meta)]
    table[2]["scaled_upper"] = "high"

    made = imported(data, written(table))

    assert [(f.kind, f.row, f.column) for f in made.faults] == [("bad-policy", 4, "scaled_upper")]


def test_without_a_year_the_period_must_be_given() -> None:
    data, meta = small()

    made = read_coinr(data, meta)

    assert [(f.kind, f.file, f.column) for f in made.faults] == [("missing-column", "iData.csv", "Time")]


@pytest.mark.parametrize("lacking", ["iCode", "Parent", "Type", "Direction", "Weight"])
def test_a_column_of_the_vocabulary_must_be_there(lacking: str) -> None:
    data, meta = small()
    table = [{key: words for key, words in row.items() if key != lacking} for row in rows(meta)]

    made = imported(data, written(table))

    assert [(f.kind, f.file, f.column) for f in made.faults] == [("missing-column", "iMeta.csv", lacking)]


# ---- the command -----------------------------------------------------------------------------------------


def test_the_command_writes_a_folder_that_checks_and_builds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = ["--data", str(SMALL / "inputs/iData.csv"), "--meta", str(SMALL / "inputs/iMeta.csv")]
    made = str(tmp_path / "index")

    assert main(["--lang", "en", "import", "coinr", *tables, made, "--period", "2024", "--names", "vi"]) == 0
    assert "innodex check" in capsys.readouterr().out
    assert main(["check", made]) == 0
    assert main(["build", made, "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "index/framework.csv").read_text().startswith("code,parent,level,name_vi")

    assert main(["import", "coinr", *tables, made, "--period", "2024"]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_the_command_says_every_fault_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, meta = (rows(table) for table in small())
    meta[1]["Direction"] = "up"
    (tmp_path / "d.csv").write_bytes(written(data))
    (tmp_path / "m.csv").write_bytes(written(meta))
    words = ["--data", str(tmp_path / "d.csv"), "--meta", str(tmp_path / "m.csv"), "--period", "1"]

    assert main(["--lang", "en", "import", "coinr", *words, str(tmp_path / "index")]) == 1

    said = capsys.readouterr().err
    assert f"{tmp_path / 'm.csv'}, row 3, column Direction" in said
    assert "Nothing was written." in said
    assert not (tmp_path / "index").exists()


@needs_shared
def test_a_large_set_with_years_groups_and_denominators() -> None:
    tables = [
        shared_path("reference", "set_a", "inputs", name).read_bytes() for name in ("iData.csv", "iMeta.csv")
    ]

    read = folder(read_coinr(*tables))

    assert read.panel is not None
    assert read.panel.values.shape == (3, 63, 55)
    assert {node.level for node in read.framework.nodes} == {
        "index",
        "subindex",
        "pillar",
        "group",
        "indicator",
    }
    assert len(read.territory.regions) == 6
    result = innodex.build(read.framework, read.panel.only("2024"), read.recipe, territory=read.territory)
    expected = rows(shared_path("reference", "set_a", "denominate", "denominated.csv").read_bytes())
    for row in expected:
        u = result.unit_at[row["uCode"]]
        for code, at in result.indicator_at.items():
            value = np.nan if row[code] == "NA" else float(row[code])
            np.testing.assert_allclose(result.raw[0, u, at], value, rtol=1e-15)
