"""Central figures: brought in by one person, confirmed by another, kept as they came."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection, transaction

from innodex.portal.collection import central
from innodex.portal.collection.central_file import Central
from innodex.portal.collection.models import CentralFigure, CentralImport
from innodex.portal.people.models import Event
from innodex.portal.people.refused import Refused
from innodex.portal.rounds import files
from portal.runs._client import BASE, fetch, reader, text_of
from portal.runs._stage import INCOME, POPULATION, UNITS, Stage, table

pytestmark = pytest.mark.django_db
HEAD = ["code", "year", "population", "income"]


def test_an_import_is_kept_whole_and_does_not_count_yet():
    stage = Stage().to_collection()
    batch = stage.import_central()
    assert (batch.number, batch.state, batch.imported_by) == (1, "previewed", stage.analyst)
    assert batch.sources["income"] == {"source": "Cơ quan thống kê", "date": "2025-02-01"}
    assert central.content(batch) == sorted(
        [Central(u, "population", "2024", str(POPULATION[n])) for n, u in enumerate(UNITS)]
        + [Central(u, "income", "2024", INCOME[n]) for n, u in enumerate(UNITS)],
        key=lambda one: (one.series, one.unit),
    )
    assert central.is_whole(batch)
    assert central.figures(stage.round) == {}
    assert files.content_of(batch.file).decode().startswith("code,year,population,income\n01,2024,")
    assert Event.objects.get(action="collection.import_central").digest == batch.digest


def test_never_the_same_person_confirms():
    stage = Stage().to_collection()
    batch = stage.import_central()
    with pytest.raises(Refused, match="own-import"):
        central.confirm_central(batch=batch, **stage.by(stage.analyst))
    assert central.figures(stage.round) == {}
    central.confirm_central(batch=batch, **stage.by(stage.lead))
    held = central.figures(stage.round)
    assert held["01", "income", "2024"].figure.value == INCOME[0]
    assert held["01", "income", "2024"].source == "Cơ quan thống kê"
    with pytest.raises(Refused, match="wrong-state"):
        central.confirm_central(batch=batch, **stage.by(stage.second))
    with pytest.raises(Refused, match="wrong-state"):
        central.discard_central(batch=batch, **stage.by(stage.second))


def test_the_last_confirmed_counts_cell_by_cell():
    stage = Stage().to_collection().with_central()
    later = stage.import_central([HEAD, ["01", "2024", "111", "1"], ["02", "2024", "222", ""]])
    kinds = {
        (c.figure.unit, c.figure.series): c.kind for c in central.changes(stage.round, central.content(later))
    }
    assert set(kinds.values()) == {"changed"}
    assert central.figures(stage.round)["01", "population", "2024"].figure.value == "100000"
    central.confirm_central(batch=later, **stage.by(stage.second))
    held = central.figures(stage.round)
    assert held["01", "population", "2024"].figure.value == "111"
    assert held["02", "income", "2024"].figure.missing == "not_available"
    assert held["04", "population", "2024"].figure.value == str(POPULATION[2])
    again = stage.import_central([HEAD, ["01", "2024", "111", "7"], ["10", "2024", "1", "1"]])
    found = {
        (c.figure.unit, c.figure.series): c.kind for c in central.changes(stage.round, central.content(again))
    }
    assert found == {
        ("01", "population"): "unchanged", ("01", "income"): "changed",
        ("10", "population"): "new", ("10", "income"): "new",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([["code", "year", "staff"], ["01", "2024", "5"]], "central-faulty"),  # a locality supplies it
        ([["code", "year", "income"], ["99", "2024", "5"]], "central-faulty"),
        ([["code", "year", "plan", "income"], ["01", "2024", "5", "5"]], "central-faulty"),
        ([["code", "year", "income"], ["01", "2023", "5"]], "central-faulty"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole(rows, kind):
    stage = Stage().to_collection()
    with pytest.raises(Refused, match=kind):
        stage.import_central(rows)
    assert not CentralImport.objects.exists()
    assert not CentralFigure.objects.exists()


@pytest.mark.parametrize(
    "stated", [{}, {"source": "X"}, {"source": " ", "date": "2025-01-01"}, {"source": "X", "date": "soon"}]
)
def test_every_column_has_its_source_and_date(stated):
    stage = Stage().to_collection()
    known = {"source": "Y", "date": "2025-01-01"}
    with pytest.raises(Refused, match="central-source"):
        stage.import_central(sources={"population": known, "income": stated})
    assert not CentralImport.objects.exists()


def test_the_database_refuses_to_change_a_figure():
    stage = Stage().to_collection().with_central()
    for statement in (
        "UPDATE collection_centralfigure SET value = '1'",
        "DELETE FROM collection_centralfigure",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert central.figures(stage.round)["01", "income", "2024"].figure.value == INCOME[0]


# ---- pages -------------------------------------------------------------------------------------------


def test_the_whole_way_through_the_pages(clock):
    from django.core.files.uploadedfile import SimpleUploadedFile

    stage = Stage().to_collection()
    clock(stage.now)
    analyst = reader(stage.analyst)
    wrong = SimpleUploadedFile("w.csv", table([HEAD, ["01", "2024", "#N/A", "5"], ["99", "2024", "1", "1"]]))
    answer = analyst.post(f"{BASE}central/new/", {"upload": wrong, "decimal": "."})
    assert answer.status_code == 422
    assert "2 faults in the file" in text_of(answer)
    assert "w.csv, row 2, column population" in text_of(answer)
    assert "w.csv, row 3, column code" in text_of(answer)
    assert not CentralImport.objects.exists()

    right = SimpleUploadedFile(
        "r.csv", table([HEAD, ["01", "2024", "100", "5,5"], ["02", "2024", "200", ""]])
    )
    given = {"upload": right, "decimal": ",", "source": "Statistics office"}
    answer = analyst.post(f"{BASE}central/new/", given)
    assert answer.status_code == 200
    page = text_of(answer)
    assert page.count("Statistics office") == 2
    kept = re.search(r'name="kept" value="([^"]+)"', page)[1]
    blank = analyst.post(f"{BASE}central/new/sources/", {"kept": kept, "source_0": "A", "source_1": "B"})
    assert blank.status_code == 422
    filled = {"kept": kept, "source_0": "A", "date_0": "2025-01-01", "source_1": "B", "date_1": "2025-01-02"}
    # What one person had read is nobody else's to bring in.
    assert (
        reader(stage.second).post(f"{BASE}central/new/sources/", filled)["Location"].endswith("/central/new/")
    )
    assert not CentralImport.objects.exists()
    answer = analyst.post(f"{BASE}central/new/sources/", filled)
    assert answer["Location"] == f"{BASE}central/1/"
    batch = CentralImport.objects.get()
    assert [(f.unit, f.series, f.value, f.missing) for f in central.content(batch)] == [
        ("01", "income", "5.5", ""), ("02", "income", "", "not_available"),
        ("01", "population", "100", ""), ("02", "population", "200", ""),
    ]  # fmt: skip
    assert batch.sources == {
        "income": {"source": "A", "date": "2025-01-01"}, "population": {"source": "B", "date": "2025-01-02"},
    }  # fmt: skip

    own = text_of(analyst.get(f"{BASE}central/1/"))
    assert "somebody else has to confirm it" in own
    assert "/central/1/confirm/" not in own
    assert analyst.post(f"{BASE}central/1/confirm/").status_code == 302
    assert CentralImport.objects.get().state == "previewed"
    second = reader(stage.second)
    assert "/central/1/confirm/" in text_of(second.get(f"{BASE}central/1/"))
    second.post(f"{BASE}central/1/confirm/")
    assert CentralImport.objects.get().confirmed_by == stage.second
    assert fetch(second, f"{BASE}central/1/file/")[1].startswith(b"code,year")


def test_a_locality_reads_its_own_figures_with_source_and_date_and_no_other(clock):
    stage = Stage().to_collection().with_central()
    clock(stage.now)
    for lang, figure, date in (("vi", "61,5", "1/2/2025"), ("en", "61.5", "1 February 2025")):
        page = text_of(reader(stage.entry["01"], lang).get(f"{BASE}central/"))
        body = page[page.index("<main") :]
        for words in (figure, date, "Cơ quan thống kê"):
            assert words in body
        for other in (*INCOME[1:], *map(str, POPULATION[1:])):
            assert other not in body.replace(".", "").replace(",", ".") or other == "55"
        assert "<form" not in body
    for path in ("central/1/", "central/1/file/", "central/new/"):
        assert fetch(reader(stage.entry["01"]), BASE + path)[0] == 404


def test_a_double_click_brings_a_file_in_once(clock):
    stage = Stage().to_collection()
    clock(stage.now)
    batch = stage.import_central()
    second = reader(stage.second)
    for _ in range(2):
        second.post(f"{BASE}central/{batch.number}/confirm/", {"once": "a" * 32})
    assert Event.objects.filter(action="collection.confirm_central").count() == 1
