"""Who opens what: every page of results, appraisal and central figures, for everybody."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from innodex.edition import read as read_edition
from innodex.portal.collection.models import Evidence
from innodex.portal.people.models import Event
from innodex.portal.rounds.models import Snapshot, StoredFile
from innodex.portal.runs import places, standing, views
from innodex.result import Flag
from portal.runs._client import BASE, fetch, reader, text_of
from portal.runs._stage import UNITS, Stage

pytestmark = pytest.mark.django_db

STAFF = {"lead", "reviewer", "colleague", "analyst", "second", "auditor", "approver"}
EVERY = STAFF | {"keeper", "official", "entry", "chief", "stranger", "strange-chief"}
READS_ALL = {"lead", "analyst", "second", "auditor", "approver"}
OWN = {"entry", "chief"}
OTHERS = {"stranger", "strange-chief"}


@pytest.fixture(autouse=True)
def _own_editions(settings, tmp_path):
    for name in ("editions", "evidence", "uploads"):
        (tmp_path / name).mkdir()
    settings.HOME = tmp_path


def opened(stage: Stage, path: str) -> set[str]:
    """Who gets the page."""
    found = set()
    for name, user in stage.everybody().items():
        status, _ = fetch(stage.browsers.setdefault(name, reader(user)), BASE + path)
        assert status in (200, 302, 404), (name, path, status)
        if status == 200:
            found.add(name)
    assert reader(None).get(BASE + path).status_code == 302
    return found


def test_pages_of_a_pilot_for_participants(clock):
    stage = Stage().to_published("participants", sent=UNITS)
    clock(stage.now)
    for path in ("results/freeze/", "results/1/publish/"):
        assert opened(stage, path) == STAFF, path
    for path in ("editions/1/site/vi/", "editions/1/results.csv", "editions/1/edition.zip"):
        assert opened(stage, path) == STAFF, path
    assert opened(stage, "results/") == STAFF | OWN | OTHERS
    assert opened(stage, "appraisal/") == STAFF
    assert opened(stage, "appraisal/01/") == READS_ALL | {"reviewer"}
    assert opened(stage, "assignment/") == {"lead"}
    assert opened(stage, "countersign/") == READS_ALL
    assert opened(stage, "central/") == STAFF | OWN | OTHERS
    assert opened(stage, "central/1/") == STAFF
    assert opened(stage, "central/1/file/") == STAFF
    assert opened(stage, "central/new/") == {"analyst", "second"}


def test_before_publication_only_its_makers_open_an_edition(clock):
    stage = Stage().to_computed(*UNITS)
    clock(stage.now)
    assert opened(stage, "editions/1/site/vi/") == STAFF
    assert opened(stage, "results/1/publish/") == STAFF


def test_a_public_edition_opens_for_all_who_see_the_round(clock):
    stage = Stage().to_published("public", sent=UNITS)
    clock(stage.now)
    assert opened(stage, "editions/1/site/vi/") == STAFF | OWN | OTHERS


def test_taking_figures_out_is_an_event_and_reading_pages_is_none(clock):
    stage = Stage().to_published("participants", sent=UNITS)
    clock(stage.now)
    auditor = reader(stage.auditor)
    auditor.get(f"{BASE}editions/1/site/vi/")
    taken = Event.objects.filter(action="runs.export_edition")
    assert not taken.exists()
    auditor.get(f"{BASE}editions/1/edition.zip")
    auditor.get(f"{BASE}editions/1/results.csv")
    assert [event.reason for event in taken] == ["edition.zip", "results.csv"]
    assert {event.actor for event in taken} == {stage.auditor}
    assert {event.digest for event in taken} == {stage.run.digest}


def test_no_path_leads_out_of_an_edition(clock):
    stage = Stage().to_published("participants", sent=UNITS)
    clock(stage.now)
    lead = reader(stage.lead)
    for path in (
        "../../db.sqlite3", "..%2f..%2fdb.sqlite3", "%2e%2e/%2e%2e/secret", "/etc/passwd", "site/../../x",
        "site/vi/../../../secret",
    ):  # fmt: skip
        assert lead.get(f"{BASE}editions/1/{path}").status_code == 404


def test_files_behind_the_door_are_kept_by_nobody_in_between(clock):
    stage = Stage().to_published("participants", sent=UNITS)
    clock(stage.now)
    page = reader(stage.lead).get(f"{BASE}editions/1/site/vi/")
    assert page["Cache-Control"] == "private, no-cache"
    assert "Cookie" in page["Vary"]
    assert page["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in page["Content-Security-Policy"]


# ---- nobody reaches another's figures ----------------------------------------------------------------


def _patterns(found=None, before=(), space=()):
    for one in found or get_resolver().url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(
                one.url_patterns, before, (*space, one.namespace) if one.namespace else space
            )
        elif isinstance(one, URLPattern) and one.name:
            yield ":".join((*space, one.name)), one


def addresses(stage: Stage) -> set[str]:
    """Every named address of the portal below a round, with everything that its parts could be."""
    keys = {
        stage.item("02", "staff").pk,
        *Evidence.objects.values_list("pk", flat=True)[:1],
        *Snapshot.objects.filter(organisation=stage.departments["02"]).values_list("pk", flat=True),
        *StoredFile.objects.values_list("pk", flat=True)[:1],
    }
    values = {
        "code": ["pilot-1"], "unit": ["01", "02"], "number": [1], "pk": sorted(keys), "node": ["A.1"],
        "path": ["results.csv", "panel.csv", "site/vi/units/02.html", "edition.zip", "inputs/data/panel.csv"],
        "old": [1], "new": [1], "name": ["collection"], "part": ["focal"], "token": ["x"],
        "address": ["editions/"],
    }  # fmt: skip
    found = set()
    for name, pattern in _patterns():
        parts = re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern))
        for chosen in itertools.product(
            *(values.get(part, ["1"]) for part in ("code", *parts) if part != "code")
        ):
            given = dict(zip([part for part in parts if part != "code"], chosen, strict=True))
            for more in ({}, {"code": "pilot-1"}):
                try:
                    found.add(reverse(name, kwargs={**given, **more}))
                except NoReverseMatch:
                    continue
    return {
        one
        for one in found
        if one.startswith(("/portal/rounds/pilot-1/", "/portal/receipts/", "/portal/files/"))
    }


def test_nobody_reaches_the_figures_of_another_locality(clock):
    stage = Stage()
    stage.own = {"02": {"staff": "777123"}}
    stage.to_published("participants", sent=UNITS)
    clock(stage.now)
    secret = re.compile(r"777[.,]?123")
    tried = addresses(stage)
    assert len(tried) > 50
    lead = reader(stage.lead)
    assert secret.search(text_of(lead.get(f"{BASE}appraisal/02/")))  # the search can find
    for name in ("entry", "strange-chief", "official"):
        client = reader(stage.everybody()[name])
        for address in tried:
            status, body = fetch(client, address)
            assert status < 500, address
            assert not secret.search(body.decode("utf-8", "replace")), (name, address)


def test_the_own_page_names_nobody_else(clock):
    stage = Stage().to_published("participants", sent=UNITS)
    clock(stage.now)
    names = {unit: stage.locality(unit).name for unit in UNITS}
    for lang in ("vi", "en"):
        page = text_of(reader(stage.entry["01"], lang).get(f"{BASE}results/"))
        body = page[page.index("<main") :]
        assert names["01"][lang] in body
        for unit in UNITS[1:]:
            assert names[unit][lang] not in body
            assert stage.departments[unit].name[lang] not in body
        assert body.count('class="other"') >= 4
        assert body.index("<progress") < body.index("<svg")  # coverage comes first


def test_the_others_come_in_the_order_of_their_values():
    """Otherwise their place in the drawing would tell who is who."""
    stage = Stage().to_computed(*UNITS)
    found = standing.profile(places.kept() / stage.run.edition, stage.run.digest, "02")
    spreads = [row.others for row in (found.root, *found.rows) if row.others is not None]
    assert len(spreads) == 1 + len(found.rows)
    for one in spreads:
        places_drawn = re.findall(r'class="other" cx="([\d.]+)%"', one.drawing(None, ""))
        assert [float(x) for x in places_drawn] == sorted(float(x) for x in places_drawn)
        assert len(places_drawn) == len(UNITS) - 1


def test_with_few_others_no_spread_is_shown(clock):
    stage = Stage(units=("01", "02", "04")).to_published("participants", sent=("01", "02", "04"))
    clock(stage.now)
    page = text_of(reader(stage.entry["01"]).get(f"{BASE}results/"))
    assert 'class="other"' not in page
    assert "one could tell who they are" in page
    assert "Lowest" not in page
    assert re.search(r"[123] of 3", page)


def test_a_locality_that_was_not_measured_sees_no_result(clock):
    stage = Stage().to_published("participants", sent=UNITS)
    clock(stage.now)
    page = text_of(reader(stage.entry["10"]).get(f"{BASE}results/"))
    assert "This edition is not for your account" in page
    assert "<svg" not in page


def test_a_figure_that_was_filled_in_is_named_on_the_own_page():
    """What stood in for it, and that none was sent; a mean of places is not cut to a whole number."""
    stage = Stage().to_computed(*UNITS)
    edition = read_edition(places.kept() / stage.run.edition)
    result, node = edition.result, edition.framework.indicators[0]
    i, n = result.indicator_at[node.code], result.node_at[node.code]
    raw, imputed, flags, rank = (a.copy() for a in (result.raw, result.imputed, result.flags, result.rank))
    raw[:, 0, i], imputed[:, 0, i], rank[:, 0, n] = np.nan, 12.5, 2.5
    flags[:, 0, i] |= np.uint8(Flag.MISSING | Flag.IMPUTED)
    changed = replace(result, raw=raw, imputed=imputed, flags=flags, rank=rank)
    one = standing._standing(replace(edition, result=changed), node, 0, 1)
    profile = standing.profile(places.kept() / stage.run.edition, stage.run.digest, UNITS[0])

    for lang, words in {"vi": "12,5", "en": "12.5"}.items():
        said = views._Words(lang, profile).row(one)
        assert words in said["why"]
        assert said["rank"] == 2.5
