"""Pages of the appraisal: who may open them, what they show, and what their forms do."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.runs._stage import Stage

pytestmark = pytest.mark.django_db

BASE = "/portal/rounds/pilot-1/appraisal/"


def reader(user, lang="en"):
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    client.cookies["innodex_language"] = lang
    return client


def test_smoke(clock):
    stage = Stage().to_collection().send("01", "02").start("01")
    clock(stage.now)
    for user in (stage.lead, stage.approver, stage.auditor, stage.analyst):
        for lang in ("vi", "en"):
            answer = reader(user, lang).get(BASE)
            assert answer.status_code == 200
            assert reader(user, lang).get(BASE + "01/").status_code == 200
            assert reader(user, lang).get(BASE + "04/").status_code == 200
    item = stage.item("01", "staff")
    answer = reader(stage.reviewer).get(f"{BASE}01/items/{item.pk}/")
    assert answer.status_code == 200
    assert reader(stage.lead).get("/portal/rounds/pilot-1/assignment/").status_code == 200
    assert reader(stage.approver).get("/portal/rounds/pilot-1/countersign/").status_code == 200
