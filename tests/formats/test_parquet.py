"""Parquet out and in: every figure comes back, null is missing, and what is no table of figures is named."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

import innodex
from _editions import new_folder
from _examples import table
from _support import example
from innodex.cli import main
from innodex.documents import Faulty
from innodex.formats import check_folder, parquet_as_csv, write_parquet
from innodex.panel import Status
from innodex.result import Flag

pyarrow = pytest.importorskip("pyarrow")
from pyarrow import parquet  # noqa: E402


def columns(data: bytes) -> dict[str, list[object]]:
    return parquet.read_table(io.BytesIO(data)).to_pydict()


def packed(**values: object) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(pyarrow.table(values), stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def built() -> tuple[innodex.Folder, innodex.Result]:
    folder = innodex.read_folder(example("tai"))
    assert folder.panel is not None
    return folder, innodex.build(folder.framework, folder.panel, folder.recipe, territory=folder.territory)


def test_every_array_is_there_place_by_place(built: tuple[innodex.Folder, innodex.Result]) -> None:
    folder, result = built
    assert folder.panel is not None
    panel = folder.panel

    files = write_parquet(result, panel)

    figures = columns(files["figures.parquet"])
    assert len(figures["value"]) == panel.values.size
    for at, (p, u, s) in enumerate(np.ndindex(panel.values.shape)):
        assert (figures["period"][at], figures["unit"][at], figures["series"][at]) == (
            panel.periods[p], panel.units[u], panel.series[s],
        )  # fmt: skip
        value = figures["value"][at]
        np.testing.assert_equal(np.nan if value is None else value, panel.values[p, u, s])
        assert figures["status"][at] == Status(panel.status[p, u, s]).word
        assert figures["source"][at] == panel.sources[panel.source[p, u, s]]
    steps = columns(files["indicators.parquet"])
    for name in ("raw", "denominated", "imputed", "treated", "normalised"):
        found = np.array([np.nan if value is None else value for value in steps[name]], float)
        np.testing.assert_array_equal(found, getattr(result, name).ravel())
    assert steps["flags"] == [Flag(int(flag)).word for flag in result.flags.ravel()]
    results = columns(files["results.parquet"])
    assert results["node"] == list(result.nodes) * (len(result.units) * len(result.periods))
    assert results["level"] == list(result.levels) * (len(result.units) * len(result.periods))
    for name in ("score", "rank"):
        found = np.array([np.nan if value is None else value for value in results[name]], float)
        np.testing.assert_array_equal(found, getattr(result, name).ravel())
    weights = columns(files["weights.parquet"])
    assert weights["weight"] == result.weight.ravel().tolist()
    assert weights["parent"] == list(result.parents) * len(result.periods)


def test_a_file_says_what_made_it_and_whether_it_is_invented(
    built: tuple[innodex.Folder, innodex.Result],
) -> None:
    folder, result = built
    assert folder.panel is not None

    files = write_parquet(result, folder.panel, synthetic=True)

    for data in files.values():
        about = parquet.read_schema(io.BytesIO(data)).metadata
        assert about[b"synthetic"] == b"true"
        assert about[b"digest.panel"].decode() == folder.panel.digest
    assert write_parquet(result, folder.panel, synthetic=True) == files


def test_figures_may_be_given_as_parquet(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "index")
    rows = [row for year in ("2024", "2025") for row in table(folder / "data" / f"{year}.csv")]
    names = [name for name in rows[0] if name not in ("code", "year", "name")]
    known = [name for name in names if not name.endswith(("_status", "_source"))]
    values = {name: [row[name] for row in rows] for name in rows[0]}
    for name in known:
        values[name] = [float(cell) if cell not in ("", "NA") else None for cell in values[name]]
    (tmp_path / "figures.parquet").write_bytes(packed(**values))
    plain = innodex.read_folder(folder)

    read = innodex.read_folder(folder, data=tmp_path / "figures.parquet")

    assert read.panel is not None
    assert plain.panel is not None
    assert read.panel.digest == plain.panel.digest
    assert "data/figures.csv" in read.files  # an edition keeps the text that says the same


def test_a_fault_in_it_names_the_file_and_the_row(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "index")
    rows = table(folder / "data" / "2024.csv")
    values: dict[str, list[object]] = {name: [row[name] for row in rows] for name in rows[0]}
    name = next(name for name in values if name not in ("code", "year", "name"))
    values[name][3] = "many"
    (tmp_path / "figures.parquet").write_bytes(packed(**values))

    checked = check_folder(folder, data=tmp_path / "figures.parquet")

    place = ("not-a-number", str(tmp_path / "figures.parquet"), 5, name)
    assert place in [(f.kind, f.file, f.row, f.column) for f in checked.faults]


@pytest.mark.parametrize(
    ("data", "column"),
    [(b"PAR1 and then nothing", None), (packed(unit=["a"], x=[[1, 2]]), "x"), (packed(x=[b"\xff"]), "x")],
)
def test_what_is_no_table_of_figures_is_named(data: bytes, column: str | None) -> None:
    with pytest.raises(Faulty) as caught:
        parquet_as_csv(data, "f.parquet")

    (fault,) = caught.value.faults
    assert (fault.kind, fault.file, fault.column) == ("not-parquet", "f.parquet", column)
    assert fault.text("vi") != fault.text("en")


def test_every_kind_of_cell_keeps_what_it_says() -> None:
    import datetime

    data = packed(
        a=[0.1, float("nan"), None], b=[1, 2**60, None], c=["x,y", '"', None], d=[True, False, None],
        e=[datetime.date(2024, 7, 1), None, None],
    )  # fmt: skip

    assert parquet_as_csv(data, "f").decode() == (
        'a,b,c,d,e\n0.1,1,"x,y",true,2024-07-01\n,1152921504606846976,"""",false,\n,,,,\n'
    )


def test_without_the_library_the_command_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("innodex.cli._export.has_parquet", lambda: False)
    monkeypatch.setattr("innodex.formats._parquet.has_parquet", lambda: False)
    folder = new_folder(tmp_path / "index")
    capsys.readouterr()

    assert main(["--lang", "en", "export", "parquet", str(folder), str(tmp_path / "out")]) == 1

    assert "innodex[parquet]" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    with pytest.raises(Faulty) as caught:
        parquet_as_csv(b"", "f.parquet")
    assert [fault.kind for fault in caught.value.faults] == ["no-parquet"]
    assert "innodex[parquet]" in caught.value.faults[0].text("vi")


def test_the_command_writes_four_files_and_replaces_its_own(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        assert main(["export", "parquet", str(example("tai")), str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "figures.parquet", "indicators.parquet", "results.parquet", "weights.parquet",
    ]  # fmt: skip
    (out / "mine.txt").write_text("x")
    assert main(["export", "parquet", str(example("tai")), str(out)]) == 2


def test_derived_nodes_and_classes_stand_beside_the_tree(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "index")
    recipe = (folder / "recipe.toml").read_text("utf-8")
    head, rank = recipe.split('[[steps]]\nstep = "rank"')
    derive = '[[steps]]\nstep = "derive"\n\n[steps.nodes.gap]\nformula = "A - B"\nbetter = "none"\n\n'
    classes = '\n[[steps]]\nstep = "classify"\nmethod = "quantiles"\ncount = 4\nedge = "above"\n'
    (folder / "recipe.toml").write_text(f'{head}{derive}[[steps]]\nstep = "rank"{rank}{classes}', "utf-8")
    read = innodex.read_folder(folder)
    assert read.panel is not None
    result = innodex.build(read.framework, read.panel, read.recipe, territory=read.territory)
    assert result.classes is not None

    found = columns(write_parquet(result, read.panel)["results.parquet"])

    places = list(zip(found["period"], found["unit"], found["node"], strict=True))
    assert len(places) == len(set(places)) == result.score[:, :, 0].size * (len(result.nodes) + 1)
    values = dict(zip(places, found["score"], strict=True))
    classed = dict(zip(places, found["class"], strict=True))
    for (p, u), gap in np.ndenumerate(result.derived[0].value):
        value = values[result.periods[p], result.units[u], "gap"]
        np.testing.assert_equal(np.nan if value is None else value, gap)
    for (p, u, n), number in np.ndenumerate(result.classes):
        assert (classed[result.periods[p], result.units[u], result.nodes[n]] or 0) == number
    assert {level for level, node in zip(found["level"], found["node"], strict=True) if node == "gap"} == {
        "derived"
    }


def test_a_place_in_brackets_is_a_number_and_every_other_one_null(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "index")
    recipe = (folder / "recipe.toml").read_text("utf-8")
    screen = '[[steps]]\nstep = "screen"\nmethod = "named"\ndrop = ["03"]\nfail = "bracketed"\n\n'
    derive = '[[steps]]\nstep = "derive"\n\n[steps.nodes.gap]\nformula = "A - B"\nbetter = "none"\n\n'
    recipe = recipe.replace("[[steps]]", f"{screen}[[steps]]", 1)
    recipe = recipe.replace('[[steps]]\nstep = "rank"', f'{derive}[[steps]]\nstep = "rank"')
    (folder / "recipe.toml").write_text(recipe, "utf-8")
    read = innodex.read_folder(folder)
    assert read.panel is not None
    result = innodex.build(read.framework, read.panel, read.recipe, territory=read.territory)
    assert result.bracketed is not None

    found = columns(write_parquet(result, read.panel)["results.parquet"])

    places = zip(found["period"], found["unit"], found["node"], strict=True)
    bracketed = dict(zip(places, found["bracketed"], strict=True))
    assert {unit for (_, unit, _), place in bracketed.items() if place is not None} == {"03"}
    assert {place for (_, _, node), place in bracketed.items() if node == "gap"} == {None}
    for (p, u, n), place in np.ndenumerate(result.bracketed):
        told = bracketed[result.periods[p], result.units[u], result.nodes[n]]
        np.testing.assert_equal(np.nan if told is None else told, place)
