"""Compute and publish: what the edition is, who it reaches and when, and that anyone can verify it."""

from __future__ import annotations

import datetime
import json
import shutil
import zipfile

import pytest

from innodex.edition import MANIFEST, Manifest
from innodex.portal.people.refused import Refused
from innodex.portal.runs import actions, places, ticks
from innodex.portal.runs.models import Run
from innodex.publishing import verify
from portal.runs._client import BASE, reader, text_of
from portal.runs._stage import UNITS, Stage

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_editions(settings, tmp_path, monkeypatch):
    """Editions of one test are not those of the next."""
    for name in ("editions", "evidence", "uploads"):
        (tmp_path / name).mkdir()
    settings.HOME = tmp_path


def manifest(run: Run) -> Manifest:
    return Manifest.read((places.kept() / run.edition / MANIFEST).read_bytes())


def test_a_run_is_an_internal_edition_that_verifies():
    stage = Stage().to_computed("01", "02", "04", "06")
    run = stage.run
    assert stage.fresh().phase == "computed"
    assert run.audience == "internal"
    assert run.freeze == stage.round.freezes.get()
    found = manifest(run)
    assert (found.audience, found.period, found.synthetic) == ("internal", "2024", True)
    outcome = verify(places.kept() / run.edition)
    assert not outcome.differences
    assert outcome.digest == run.digest
    assert outcome.recomputed


def test_computing_again_gives_another_run_of_the_same_edition(clock):
    stage = Stage().to_computed("01", "02", "04", "06")
    again = actions.compute(round=stage.fresh(), **stage.by(stage.analyst))
    assert (again.number, again.edition, again.digest) == (2, stage.run.edition, stage.run.digest)
    with pytest.raises(Refused, match="newer-run"):
        publish(stage, "participants")
    stage.run = again
    publish(stage, "participants")


def publish(stage: Stage, audience: str, **more) -> Run:
    return actions.publish(
        run=stage.run, audience=audience, decision_number="03/QĐ", decision_date=stage.now.date(), **more,
        **stage.by(stage.approver),
    )  # fmt: skip


def test_the_published_edition_says_for_whom_it_is():
    stage = Stage().to_published("participants", sent=("01", "02", "04", "06"))
    found = manifest(stage.run)
    assert found.audience == "participants"
    assert found.date == stage.now.date()
    assert stage.fresh().phase == "published"
    assert not verify(places.kept() / stage.run.edition).differences
    assert not (places.public() / stage.run.edition).exists()


def test_a_public_edition_is_served_for_ever_without_the_database(clock, django_assert_num_queries):
    stage = Stage().to_published("public", sent=("01", "02", "04", "06"))
    clock(stage.now)
    anybody = reader(None)
    with django_assert_num_queries(0):
        first = anybody.get("/")
        assert first.status_code == 302
        assert first["Location"] == f"/editions/{stage.run.edition}/site/vi/"
        page = anybody.get(first["Location"])
        assert page.status_code == 200
        assert page["ETag"]
        again = anybody.get(first["Location"], headers={"if-none-match": page["ETag"]})
        assert again.status_code == 304
        assert anybody.get(f"/editions/{stage.run.edition}/results.csv").status_code == 200
    assert not verify(places.public() / stage.run.edition).differences
    listed = json.loads((places.public() / "current.json").read_text())
    assert listed["current"] == stage.run.edition
    assert listed["editions"][0]["digest"] == stage.run.digest
    assert "Chỉ số thử nghiệm" in (places.public() / "index.html").read_text()


@pytest.mark.parametrize("audience", ["internal", "participants", "ministries"])
def test_other_editions_are_not_on_the_public_pages(clock, audience):
    stage = Stage().to_published(audience, sent=("01", "02", "04", "06"))
    clock(stage.now)
    anybody = reader(None)
    assert ticks.tick(stage.now) == 0
    assert stage.run.edition not in text_of(anybody.get("/", follow=True))
    for path in ("", "site/vi/", "manifest.json", "edition.zip", "results.csv"):
        assert anybody.get(f"/editions/{stage.run.edition}/{path}").status_code == 404
    assert anybody.get(f"{BASE}editions/1/site/vi/").status_code == 302  # to the log-in page


def test_an_embargo_holds_for_participants_and_public_alike(clock):
    stage = Stage().to_computed("01", "02", "04", "06")
    until = stage.now + 24 * HOUR
    stage.run = publish(stage, "public", embargo_until=until)
    clock(stage.now)
    anybody, own = reader(None), reader(stage.entry["01"])
    address = f"/editions/{stage.run.edition}/site/vi/"
    assert anybody.get(address).status_code == 404
    assert "The results are not published yet" in text_of(own.get(f"{BASE}results/"))
    assert own.get(f"{BASE}editions/1/site/vi/").status_code == 404
    assert reader(stage.auditor).get(f"{BASE}editions/1/site/vi/").status_code == 200
    assert ticks.tick(until - HOUR) == 0
    assert anybody.get(address).status_code == 404
    clock(until)
    assert ticks.tick(until) == 1
    assert ticks.tick(until) == 0  # twice does no more than once
    assert anybody.get(address).status_code == 200
    assert "The results are not published yet" not in text_of(own.get(f"{BASE}results/"))
    assert manifest(stage.run).date == until.date()


def test_a_full_disk_undoes_no_decision(clock, monkeypatch, caplog):
    stage = Stage().to_computed("01", "02", "04", "06")

    def full(name: str) -> bool:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(places, "release", full)
        stage.run = publish(stage, "public")
    assert stage.fresh().phase == "published"
    assert stage.run.edition in caplog.text
    assert ticks.tick(stage.now) == 1
    assert not verify(places.public() / stage.run.edition).differences


def test_what_is_no_publication_is_refused():
    stage = Stage().to_computed("01", "02", "04", "06")
    for audience, more, kind in (
        ("everybody", {}, "unknown-audience"),
        ("public", {"embargo_until": stage.now - HOUR}, "embargo-past"),
    ):
        with pytest.raises(Refused, match=kind):
            publish(stage, audience, **more)
    assert stage.fresh().phase == "computed"
    publish(stage, "internal")
    with pytest.raises(Refused, match="wrong-state"):
        publish(stage, "public")


def test_the_downloaded_edition_verifies(clock, tmp_path):
    stage = Stage().to_published("participants", sent=("01", "02", "04", "06"))
    clock(stage.now)
    answer = reader(stage.approver).get(f"{BASE}editions/1/edition.zip")
    assert answer["Content-Disposition"] == f'attachment; filename="{stage.run.edition}.zip"'
    (tmp_path / "edition.zip").write_bytes(answer.content)
    out = tmp_path / "out"
    with zipfile.ZipFile(tmp_path / "edition.zip") as archive:
        archive.extractall(out)
    outcome = verify(out)
    assert not outcome.differences
    assert outcome.digest == stage.run.digest
    assert outcome.numbers
    (out / "results.csv").write_text((out / "results.csv").read_text().replace("01", "02"))
    assert verify(out).differences


def test_an_edition_that_has_gone_is_said_to_be_gone(clock):
    stage = Stage().to_published("participants", sent=("01", "02", "04", "06"))
    clock(stage.now)
    shutil.rmtree(places.kept() / stage.run.edition)
    page = text_of(reader(stage.lead).get(f"{BASE}results/"))
    assert "no longer on the server" in page
    assert reader(stage.lead).get(f"{BASE}editions/1/").status_code == 404


def test_the_figures_of_the_edition_are_those_of_the_freeze():
    stage = Stage().to_published("participants", sent=UNITS)
    place = places.kept() / stage.run.edition
    assert (place / "inputs" / "data" / "panel.csv").read_bytes() == actions.folder_of(
        stage.run.freeze
    ).files["data/panel.csv"]
