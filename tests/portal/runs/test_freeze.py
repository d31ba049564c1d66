"""The freeze: what it waits for, what it keeps, and that nothing of it can be changed."""

from __future__ import annotations

import csv
import datetime
import io
import json

import pytest
from django.db import DatabaseError, connection, transaction

from innodex.documents import Faulty, canonical, sha256
from innodex.portal.collection import actions as collection
from innodex.portal.collection import central
from innodex.portal.collection.models import Item, Submission
from innodex.portal.people.models import Event
from innodex.portal.people.refused import Refused
from innodex.portal.rounds.models import Round
from innodex.portal.runs import actions, frozen
from innodex.portal.runs.models import Freeze
from portal.runs._stage import FILES, INCOME, LOCAL, POPULATION, STAFF, UNITS, Stage, digest_of

pytestmark = pytest.mark.django_db


def freeze(stage: Stage) -> Freeze:
    """The ministry's act."""
    return actions.freeze(
        round=stage.fresh(),
        decision_number="02/QĐ",
        decision_date=stage.now.date(),
        **stage.by(stage.approver),
    )


def panel(kept: Freeze) -> dict[tuple[str, str], dict[str, str]]:
    """{(unit, series): row} of the panel that is computed."""
    text = actions.folder_of(kept).files[frozen.PANEL].decode()
    return {(row["unit"], row["series"]): row for row in csv.DictReader(io.StringIO(text))}


def test_every_submission_is_accounted_for_first():
    stage = Stage().to_collection().with_central().send("01", "02", "04").close_collection()
    stage.start("02")
    with pytest.raises(Refused, match="unsettled"):
        freeze(stage)
    assert stage.fresh().phase == "appraisal"
    assert not Freeze.objects.exists()
    assert Event.objects.filter(action="runs.freeze", refused="unsettled").count() == 1
    stage.approve("01", "02")
    with pytest.raises(Refused, match="unsettled"):
        freeze(stage)
    stage.approve("04")
    freeze(stage)
    assert stage.fresh().phase == "frozen"
    assert {unit: stage.submission(unit).state for unit in UNITS} == {
        "01": "locked", "02": "locked", "04": "locked", "06": "not_received", "07": "not_received",
    }  # fmt: skip


def test_local_and_central_figures_stand_in_one_panel():
    stage = Stage().to_appraised("01", "02", "04", "06")
    kept = freeze(stage)
    rows = panel(kept)
    assert set(rows) == {(unit, series) for unit in UNITS for series in (*LOCAL, "population", "income")}
    for n, unit in enumerate(UNITS):
        assert rows[unit, "population"]["value"] == str(POPULATION[n])
        assert rows[unit, "income"]["value"] == INCOME[n]
        assert rows[unit, "income"]["source"] == "Cơ quan thống kê, 2025-02-01"
        received = unit != "07"
        assert rows[unit, "staff"]["value"] == (str(STAFF[n]) if received else "")
        assert rows[unit, "staff"]["status"] == ("observed" if received else "missing")
    assert {row["period"] for row in rows.values()} == {"2024"}


def test_what_was_decided_is_what_counts():
    """Adjusted, not accepted, not applicable, a true zero, a secret: each as the rules say."""
    stage = Stage(units=("01", "02")).to_collection().with_central()
    for unit in ("01", "02"):
        stage.fill(unit)
    secret = stage.item("01", "review")
    collection.save_item(
        item=secret, missing="confidential", explanation="Theo quy định", revision=secret.revision,
        **stage.by(stage.entry["01"]),
    )  # fmt: skip
    zero = stage.item("01", "filings")
    collection.save_item(item=zero, missing="nil", revision=zero.revision, **stage.by(stage.entry["01"]))
    for unit in ("01", "02"):
        collection.request_clearance(submission=stage.submission(unit), **stage.by(stage.entry[unit]))
        collection.submit(submission=stage.submission(unit), **stage.by(stage.chief[unit]))
        stage.start(unit)
    stage.decide("01", "staff", "adjusted", value="99.5", reason="Sai kỳ", source="Niên giám")
    stage.decide("02", "filings", "not_accepted", reason="Thiếu minh chứng")
    stage.decide("02", "plan", "not_applicable", reason="Không có khu công nghiệp")
    collection.countersign_item(item=stage.item("02", "plan"), **stage.by(stage.approver))
    rows = panel(freeze(stage.approve("01", "02").close_collection()))

    def said(unit, series):
        return rows[unit, series]["value"], rows[unit, series]["status"]

    assert said("01", "staff") == ("99.5", "observed")
    assert rows["01", "staff"]["source"] == "Niên giám"
    assert said("01", "filings") == ("0", "observed")
    assert said("01", "review") == ("", "confidential")
    assert said("02", "filings") == ("", "missing")
    assert said("02", "plan") == ("", "not_applicable")
    assert stage.item("01", "staff").value == "120"  # what was reported stays


def test_the_approved_copy_is_frozen_not_the_rows():
    stage = Stage().to_appraised("01", "02", "04", "06")
    Item.objects.filter(submission=stage.submission("01"), series="staff").update(appraised_value="999999")
    assert panel(freeze(stage))["01", "staff"]["value"] == str(STAFF[0])


def test_only_the_newest_confirmed_central_figure_counts():
    stage = Stage().to_appraised("01", "02", "04", "06")
    rows = [["code", "year", "income"], ["01", "2024", "1000"], ["02", "2024", "2000"]]
    first, second = stage.import_central(rows), stage.import_central(rows[:2])
    central.confirm_central(batch=first, **stage.by(stage.second))
    waiting = stage.import_central([rows[0], ["04", "2024", "3000"]])
    central.discard_central(batch=second, **stage.by(stage.lead))
    held = panel(freeze(stage))
    assert waiting.state == "previewed"
    assert [held[unit, "income"]["value"] for unit in UNITS] == ["1000", "2000", *INCOME[2:]]


def test_what_cannot_be_computed_is_not_frozen():
    """A population of nought would stand in the way for ever."""
    stage = Stage().to_appraised("01", "02", "04", "06")
    wrong = stage.import_central([["code", "year", "population"], ["04", "2024", "0"]])
    central.confirm_central(batch=wrong, **stage.by(stage.second))
    with pytest.raises(Faulty) as faulty:
        freeze(stage)
    assert {fault.kind for fault in faulty.value.faults} == {"zero-denominator"}
    assert stage.fresh().phase == "appraisal"
    assert not Freeze.objects.exists()
    assert stage.submission("01").state == "approved"
    right = stage.import_central([["code", "year", "population"], ["04", "2024", "180000"]])
    central.confirm_central(batch=right, **stage.by(stage.second))
    freeze(stage)


def test_the_content_is_canonical_and_its_digest_stands_in_the_log():
    stage = Stage().to_appraised("01", "02", "04", "06")
    kept = freeze(stage)
    document = json.loads(kept.content)
    assert kept.content == canonical(document).decode()
    assert kept.digest == digest_of(kept.content)
    assert Event.objects.get(action="runs.freeze", refused="").digest == kept.digest
    assert document["decision"] == {"number": "02/QĐ", "date": stage.now.date().isoformat()}
    assert document["not_received"] == ["07"]
    assert set(document["appraised"]) == {"01", "02", "04", "06"}
    assert document["version"]["digest"] == stage.round.versions.get().digest


def test_the_database_refuses_to_change_a_freeze():
    stage = Stage().to_frozen("01", "02", "04", "06")
    kept = Freeze.objects.get()
    for statement in (
        "UPDATE runs_freeze SET content = '{}'",
        "UPDATE runs_freeze SET decision_number = 'x'",
        "DELETE FROM runs_freeze",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Freeze.objects.get().content == kept.content
    kept.content = kept.content.replace("120", "121")
    with pytest.raises(ValueError, match="digest"):
        actions.folder_of(kept)
    assert stage.round.freezes.count() == 1


def test_a_decision_has_a_number_and_a_day_that_is_not_ahead():
    stage = Stage().to_appraised("01", "02", "04", "06")
    day = stage.now.date()
    for number, date, kind in (
        ("  ", day, "no-decision"),
        ("02/QĐ", None, "no-decision"),
        ("02/QĐ", day + datetime.timedelta(days=2), "decision-ahead"),
    ):
        with pytest.raises(Refused, match=kind):
            actions.freeze(
                round=stage.fresh(), decision_number=number, decision_date=date, **stage.by(stage.approver)
            )
    assert not Freeze.objects.exists()


def test_a_second_freeze_is_refused():
    stage = Stage().to_frozen("01", "02", "04", "06")
    with pytest.raises(Refused, match="wrong-phase"):
        freeze(stage)


def test_a_national_round_measures_every_locality():
    stage = Stage(kind="national")
    stage.to_collection().with_central().send("01", "02").approve("01", "02").close_collection()
    kept = freeze(stage)
    document = json.loads(kept.content)
    assert len(document["units"]) == 63
    assert len(document["not_received"]) == 61
    assert Submission.objects.filter(state="locked").count() == 2
    assert Round.objects.get().phase == "frozen"


def test_figures_that_came_with_the_version_are_left_out():
    """They are of other periods, and nobody in this round appraised them."""
    head = "code,year,population,staff,filings,plan,review,income"
    earlier = f"{head}\n01,2023,99000,100,11,15,7,60\n10,2023,98000,90,10,14,6,50\n"
    files = {**FILES, "data/earlier.csv": earlier}
    stage = Stage(files=files).to_frozen("01", "02", "04", "06")
    folder = actions.folder_of(stage.round.freezes.get())
    assert [path for path in folder.files if path.startswith("data/")] == [frozen.PANEL]
    assert folder.panel is not None
    assert folder.panel.periods == ("2024",)
    assert folder.panel.units == UNITS


def test_titles_with_quotation_marks_reach_the_edition_whole():
    title = 'title_en = "A \\"trial\\" with C:\\\\path"\nnote_en = "Line\\tone"'
    index = FILES["index.toml"].replace('title_en = "Trial index"', title)
    stage = Stage(files={**FILES, "index.toml": index}).to_frozen("01", "02", "04", "06")
    folder = actions.folder_of(stage.round.freezes.get())
    assert folder.settings.title.get("en") == 'A "trial" with C:\\path'
    assert folder.settings.note.get("en") == "Line\tone"
    assert folder.settings.synthetic
    assert sha256(folder.files["recipe.toml"]) == sha256(FILES["recipe.toml"].encode())
