"""SDMX out and in: a well-kept library reads what is written, and it reads back as the same index."""

from __future__ import annotations

import csv
import dataclasses
import io
from pathlib import Path

import numpy as np
import pytest

import innodex
from _support import example
from innodex.cli import main
from innodex.formats import Folder, NoTime, check_files, read_sdmx, write_sdmx
from innodex.formats._sdmx import STATUS_CODES, STATUSES, identifiers, is_time
from innodex.framework import compare
from innodex.panel import Panel, Status

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def folder() -> Folder:
    return innodex.read_folder(example("provincial-innovation"))


@pytest.fixture(scope="module")
def files(folder: Folder) -> Files:
    return written(folder)


def written(folder: Folder, **settings: str) -> Files:
    assert folder.panel is not None
    result = innodex.build(folder.framework, folder.panel, folder.recipe, territory=folder.territory)
    return write_sdmx(folder, folder.panel, result, **settings)  # type: ignore[arg-type]


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


# ---- out -------------------------------------------------------------------------------------------------


def test_a_library_reads_structure_and_figures(folder: Folder, files: Files) -> None:
    sdmx = pytest.importorskip("sdmx")
    from sdmx.reader.csv import Reader

    message = sdmx.read_sdmx(io.BytesIO(files["structure.xml"]))
    assert folder.panel is not None
    panel = folder.panel
    assert {name: len(codes) for name, codes in message.codelist.items()} == {
        "CL_UNIT": len(panel.units),
        "CL_SERIES": len(folder.framework.series),
        "CL_NODE": len(folder.framework.nodes),
        "CL_MEASURE": 4,
        "CL_OBS_STATUS": 7,
    }
    nodes = message.codelist["CL_NODE"]
    for node in folder.framework.nodes:
        code = nodes[identifiers([n.code for n in folder.framework.nodes], named=True)[node.code]]
        assert str(code.name.localizations["vi"]) == node.name.get("vi")
        assert (code.parent is nodes) == (node.parent is None)

    found = Reader().convert(io.BytesIO(files["figures.csv"]), structure=message.dataflow["FIGURES"])

    (data,) = found.data
    assert len(data.obs) == panel.values.size
    for one in data.obs:
        key = {name: value.value for name, value in one.dimension.values.items()}
        p, u, s = (
            panel.periods.index(key["TIME_PERIOD"]),
            panel.units.index(key["UNIT"]),
            panel.series.index(key["SERIES"]),
        )
        np.testing.assert_equal(float(one.value), panel.values[p, u, s])
        assert one.attached_attribute["OBS_STATUS"].value == STATUS_CODES[Status(panel.status[p, u, s])]


def test_results_hold_score_and_rank_of_every_node(folder: Folder, files: Files) -> None:
    assert folder.panel is not None
    result = innodex.build(folder.framework, folder.panel, folder.recipe, territory=folder.territory)
    names = identifiers(result.nodes, named=True)
    found = {
        (row["TIME_PERIOD"], row["UNIT"], row["NODE"], row["MEASURE"]): row
        for row in rows(files["results.csv"])
    }

    leaves = len(result.indicators)
    places = len(result.periods) * len(result.units)
    assert len(found) == places * (2 * len(result.nodes) + 2 * leaves)
    for (p, u, n), score in np.ndenumerate(result.score):
        place = result.periods[p], result.units[u], names[result.nodes[n]]
        np.testing.assert_equal(float(found[*place, "SCORE"]["OBS_VALUE"]), score)
        np.testing.assert_equal(float(found[*place, "RANK"]["OBS_VALUE"]), result.rank[p, u, n])


def test_invented_figures_say_so_in_every_row_and_in_the_header(files: Files) -> None:
    assert {row["SYNTHETIC"] for name in ("figures.csv", "results.csv") for row in rows(files[name])} == {
        "true"
    }
    assert b"<mes:Test>true</mes:Test>" in files["structure.xml"]


def test_nothing_holds_the_clock_and_twice_gives_the_same(folder: Folder, files: Files) -> None:
    assert written(folder) == files
    assert b"<mes:Prepared>1970-01-01</mes:Prepared>" in files["structure.xml"]
    assert b"<mes:Prepared>2026-10-01</mes:Prepared>" in written(folder, date="2026-10-01")["structure.xml"]
    other = written(folder, agency="VISTEC")
    assert rows(other["figures.csv"])[0]["STRUCTURE_ID"] == "VISTEC:FIGURES(1.0.0)"


def test_a_period_that_sdmx_does_not_know_is_refused(folder: Folder) -> None:
    assert folder.panel is not None
    panel = dataclasses.replace(folder.panel.only("2022"), periods=("pilot",))
    with pytest.raises(NoTime, match="pilot"):
        written(dataclasses.replace(folder, panel=panel))
    assert all(map(is_time, ("2024", "2024-Q4", "2024-07", "2024-W53", "2024-07-01")))
    assert not any(map(is_time, ("2024-S3", "24", "2024-13-1", "pilot", "2024-W54")))


def test_signs_that_xml_does_not_have_do_not_break_the_message(folder: Folder) -> None:
    from xml.etree import ElementTree

    code = folder.framework.root.code
    tree = dataclasses.replace(folder.framework, sheets={(code, "en"): "one\x0btwo <&> \uffff"})

    files = written(dataclasses.replace(folder, framework=tree))

    ElementTree.fromstring(files["structure.xml"])
    read = check_files(read_sdmx(files["figures.csv"], files["structure.xml"]).files).folder
    assert read is not None
    assert read.framework.sheets[code, "en"].strip() == "one two <&>"


def test_identifiers_are_fit_and_never_meet() -> None:
    codes = ["1.1", "1_1", "1.1.2", "A.b", "A_b", "x-y", "01"]

    plain, named = identifiers(codes), identifiers(codes, named=True)

    for made in (plain, named):
        assert set(made) == set(codes)
        assert len(set(made.values())) == len(codes)
    assert (plain["01"], plain["A_b"], plain["A.b"]) == ("01", "A_b", "A_b_2")
    assert all(name[0].isalpha() and "." not in name for name in named.values())


# ---- in --------------------------------------------------------------------------------------------------


def test_what_is_written_reads_back_as_the_same_index(folder: Folder, files: Files) -> None:
    made = read_sdmx(files["figures.csv"], files["structure.xml"])

    assert (made.faults, made.warnings, made.remarks) == ((), (), ())
    read = check_files(made.files).folder
    assert read is not None
    assert read.panel is not None
    assert folder.panel is not None
    assert compare(folder.framework, read.framework) == ()
    assert [node.code for node in read.framework.nodes] == [node.code for node in folder.framework.nodes]
    assert read.framework.series == folder.framework.series
    assert read.panel.digest == folder.panel.digest
    assert read.territory.units == folder.territory.units
    assert read.territory.regions == folder.territory.regions
    assert read.settings.title.as_dict() == folder.settings.title.as_dict()
    assert read.settings.synthetic


def test_every_status_comes_back(folder: Folder) -> None:
    assert folder.panel is not None
    panel = folder.panel.only("2022")
    values, status = panel.values.copy(), panel.status.copy()
    for u, one in enumerate(Status):
        status[0, u, 0] = one
        if one > Status.ESTIMATED:
            values[0, u, 0] = np.nan
    panel = Panel(panel.periods, panel.units, panel.series, values, status, panel.source, panel.sources)
    files = written(dataclasses.replace(folder, panel=panel))

    read = check_files(read_sdmx(files["figures.csv"], files["structure.xml"]).files).folder

    assert read is not None
    assert read.panel is not None
    np.testing.assert_array_equal(read.panel.status, panel.status)
    np.testing.assert_array_equal(read.panel.values, panel.values)
    assert {STATUSES[code] for code in STATUS_CODES.values()} == set(Status)


DERIVED = """
[[steps]]
step = "derive"

[steps.nodes."1.x"]
formula = "2 * PII"
better = "none"

[[steps]]
step = "rank"
"""


def test_a_derived_node_is_in_the_results_and_not_in_the_tree(folder: Folder, tmp_path: Path) -> None:
    text = folder.files["recipe.toml"].decode()
    assert text.count('[[steps]]\nstep = "rank"\n') == 1
    (tmp_path / "r.toml").write_text(text.replace('[[steps]]\nstep = "rank"\n', DERIVED.lstrip()), "utf-8")
    more = innodex.read_folder(example("provincial-innovation"), recipe=tmp_path / "r.toml")
    files = written(more)

    made = check_files(read_sdmx(files["figures.csv"], files["structure.xml"]).files).folder

    assert made is not None
    assert compare(folder.framework, made.framework) == ()
    found = [row for row in rows(files["results.csv"]) if row["NODE"] == "N1_x" and row["MEASURE"] == "SCORE"]
    root = [row for row in rows(files["results.csv"]) if row["NODE"] == "PII" and row["MEASURE"] == "SCORE"]
    assert [float(row["OBS_VALUE"]) for row in found] == [2 * float(row["OBS_VALUE"]) for row in root]
    assert found


SCREENED = """[[steps]]
step = "screen"
method = "named"
drop = ["01", "20"]
fail = "bracketed"

"""


def test_only_a_place_in_brackets_is_marked_as_one(folder: Folder, tmp_path: Path) -> None:
    text = folder.files["recipe.toml"].decode()
    assert text.count("[[steps]]") == 4
    (tmp_path / "r.toml").write_text(text.replace("[[steps]]\n", f"{SCREENED}[[steps]]\n", 1), "utf-8")
    screened = innodex.read_folder(example("provincial-innovation"), recipe=tmp_path / "r.toml")
    assert screened.panel is not None
    result = innodex.build(screened.framework, screened.panel, screened.recipe, territory=screened.territory)
    names = identifiers(result.nodes, named=True)

    found = {
        (row["TIME_PERIOD"], row["UNIT"], row["NODE"]): row
        for row in rows(written(screened)["results.csv"])
        if row["MEASURE"] == "RANK"
    }

    assert result.bracketed is not None
    assert {unit for (_, unit, _), row in found.items() if row["OBS_STATUS"] == "U"} == {"01", "20"}
    for (p, u, n), place in np.ndenumerate(result.bracketed):
        row = found[result.periods[p], result.units[u], names[result.nodes[n]]]
        assert (row["OBS_STATUS"] == "U") == (not np.isnan(place))
        expected = result.rank[p, u, n] if np.isnan(place) else place
        np.testing.assert_equal(float(row["OBS_VALUE"]), expected)


PORTAL = b"""DATAFLOW,FREQ,GEO: Geography,INDIC: Indicator,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS
EX:LAB(1.0),A,AA: Aaland,EMP: Employment,F,2023,61.5,A
EX:LAB(1.0),A,AA: Aaland,EMP: Employment,M,2023,,O
EX:LAB(1.0),A,BB: Bebra,EMP: Employment,F,2023,58.25,E
EX:LAB(1.0),A,BB: Bebra,EMP: Employment,M,2023,66,A
EX:LAB(1.0),A,BB: Bebra,UNE: Unemployment,F,2023,7,A
"""
NAMES = b"""<?xml version="1.0"?>
<m:Structure xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
 xmlns:s="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure"
 xmlns:c="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"><m:Structures>
 <s:Codelists>
  <s:Codelist id="CL_GEO"><s:Code id="AA"><c:Name xml:lang="en">Aaland</c:Name></s:Code>
   <s:Code id="BB"><c:Name xml:lang="en">Bebra</c:Name>
   <s:Parent><Ref id="AA"/></s:Parent></s:Code></s:Codelist>
  <s:Codelist id="CL_SEX"><s:Code id="F"><c:Name xml:lang="en">women</c:Name></s:Code>
   <s:Code id="M"><c:Name xml:lang="en">men</c:Name></s:Code></s:Codelist>
 </s:Codelists>
 <s:DataStructures><s:DataStructure id="LABS"><s:DataStructureComponents>
  <s:DimensionList>
   <s:Dimension id="FREQ"/>
   <s:Dimension id="GEO"><s:LocalRepresentation><s:Enumeration><Ref id="CL_GEO"/></s:Enumeration>
    </s:LocalRepresentation></s:Dimension>
   <s:Dimension id="INDIC"/>
   <s:Dimension id="SEX"><s:LocalRepresentation><s:Enumeration><Ref id="CL_SEX"/></s:Enumeration>
    </s:LocalRepresentation></s:Dimension>
   <s:TimeDimension id="TIME_PERIOD"/>
  </s:DimensionList>
  <s:AttributeList><s:Attribute id="OBS_STATUS"><s:AttributeRelationship>
   <s:Dimension><Ref id="GEO"/></s:Dimension>
  </s:AttributeRelationship></s:Attribute></s:AttributeList>
 </s:DataStructureComponents></s:DataStructure></s:DataStructures>
 <s:Dataflows><s:Dataflow id="LAB"><c:Name xml:lang="en">Labour</c:Name>
  <s:Structure><Ref id="LABS"/></s:Structure></s:Dataflow></s:Dataflows>
</m:Structures></m:Structure>
"""


def test_a_file_of_a_data_portal_becomes_an_index_that_says_what_it_assumed() -> None:
    made = read_sdmx(PORTAL)

    assert made.faults == ()
    assert made.remarks == (("cli.import.sdmx.flat", {}),)
    read = check_files(made.files).folder
    assert read is not None
    assert read.panel is not None
    assert read.panel.units == ("AA", "BB")
    assert read.panel.series == ("EMP.F", "EMP.M", "UNE.F")
    np.testing.assert_array_equal(read.panel.values[0], [[61.5, np.nan, np.nan], [58.25, 66, 7]])
    assert read.panel.status[0].tolist() == [[0, 2, 2], [1, 0, 0]]
    assert {node.certainty for node in read.framework.indicators} == {"assumed"}
    assert "neutral" in read.recipe.title.get("en").casefold()


def test_an_older_structure_message_gives_names() -> None:
    made = read_sdmx(PORTAL, NAMES)

    read = check_files(made.files).folder
    assert made.faults == ()
    assert read is not None
    assert [unit.name.get("en") for unit in read.territory.units] == ["Aaland", "Bebra"]
    assert read.framework.series_by_id["EMP.F"].name.get("en") == "EMP, women"
    assert read.settings.title.get("en") == "Labour"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"61.5", b"many", ("not-a-number", 2, "OBS_VALUE")),
        (b"BB: Bebra,UNE", b"B B: Bebra,UNE", ("bad-code", 6, "GEO: Geography")),
        (b"2023,66,A", b"2023,66,?", ("unknown-word", 5, "OBS_STATUS")),
        (b"2023,66,A", b"2023,66,O", ("value-despite-status", 5, "OBS_VALUE")),
        (b"EX:LAB(1.0),A,BB: Bebra,UNE", b"EX:OTHER(1.0),A,BB: Bebra,UNE", ("unknown-word", 6, "DATAFLOW")),
        (b"TIME_PERIOD", b"TIME", ("missing-column", 1, "TIME_PERIOD")),
        (b"OBS_VALUE", b"VALUE", ("missing-column", 1, "OBS_VALUE")),
        (b"GEO: Geography", b"WHERE", ("unknown-word", 1, None)),
        (b"M,2023,,O", b"F,2023,,O", ("duplicate-row", 3, "INDIC: Indicator")),
    ],
)
def test_a_fault_is_named_in_the_file_that_was_given(
    old: bytes, new: bytes, expected: tuple[str, int, str | None]
) -> None:
    assert PORTAL.count(old) >= 1

    made = read_sdmx(PORTAL.replace(old, new, 1), files=("mine.csv", ""))

    assert made.files == {}
    assert expected in [(f.kind, f.row, f.column) for f in made.faults]
    for fault in made.faults:
        assert fault.file == "mine.csv"
        assert fault.text("vi") != fault.text("en")


@pytest.mark.parametrize(
    "message",
    [b"<html/>", b"<Structure>", b"plain words", b'<!DOCTYPE x [<!ENTITY a "b">]><Structure>&a;</Structure>'],
)
def test_what_is_no_structure_is_one_fault(message: bytes) -> None:
    made = read_sdmx(PORTAL, message)

    assert [(f.kind, f.file) for f in made.faults] == [("not-structure", "structure.xml")]
    assert made.faults[0].text("vi") != made.faults[0].text("en")


def test_a_deletion_is_no_figure() -> None:
    data = (
        b"STRUCTURE,STRUCTURE_ID,ACTION,UNIT,SERIES,TIME_PERIOD,OBS_VALUE\ndataflow,A:B(1.0),D,U1,x,2024,1\n"
    )

    made = read_sdmx(data)

    assert [(f.kind, f.row, f.column) for f in made.faults] == [("unknown-word", 2, "ACTION")]


def test_the_unit_may_be_named() -> None:
    made = read_sdmx(PORTAL.replace(b"GEO: Geography", b"WHERE"), unit="WHERE")

    assert made.faults == ()


# ---- the commands ----------------------------------------------------------------------------------------


def test_out_and_in_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sdmx"
    made = tmp_path / "index"
    words = [str(out / "figures.csv"), str(made), "--structure", str(out / "structure.xml")]

    assert (
        main(["export", "sdmx", str(example("provincial-innovation")), str(out), "--agency", "VISTEC"]) == 0
    )
    assert main(["import", "sdmx", *words]) == 0
    assert main(["check", str(made)]) == 0
    assert main(["build", str(made), "--out", str(tmp_path / "out")]) == 0

    assert main(["export", "sdmx", str(example("provincial-innovation")), str(out)]) == 0  # replaces its own
    (out / "mine.txt").write_text("x")
    assert main(["export", "sdmx", str(example("provincial-innovation")), str(out)]) == 2
    other = [str(example("provincial-innovation")), str(tmp_path / "other")]
    assert main(["export", "sdmx", *other, "--agency", "Bộ KH&CN"]) == 2
    assert main(["export", "sdmx", *other, "--date", "1/10/2026"]) == 2
    assert not (tmp_path / "other").exists()
    capsys.readouterr()
