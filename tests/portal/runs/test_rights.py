"""Who may do what here: everybody × every act on central figures, freezes and runs, as the table says."""

from __future__ import annotations

import pytest

from innodex.portal.collection import central
from innodex.portal.people.models import Event
from innodex.portal.people.permissions import RULES, Scope
from innodex.portal.people.refused import Refused
from innodex.portal.runs import actions
from portal.runs._stage import UNITS, Stage, table

pytestmark = pytest.mark.django_db

ROLES = {
    "lead": "r_lead", "reviewer": "r_review", "colleague": "r_review", "analyst": "i_analyst",
    "second": "i_analyst", "auditor": "auditor", "keeper": "sysadmin", "approver": "m_approve",
    "official": "p_entry", "entry": "p_entry", "chief": "p_lead", "stranger": "p_entry",
    "strange-chief": "p_lead",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_editions(settings, tmp_path):
    for name in ("editions", "evidence", "uploads"):
        (tmp_path / name).mkdir()
    settings.HOME = tmp_path


def holders(action: str, *, assigned: str = "") -> set[str]:
    """Who holds the right by the table; of those whose right is for what is assigned, only `assigned`."""
    found = set()
    for grant in RULES[action].grants:
        for name, role in ROLES.items():
            if grant.role == role and (grant.scope is Scope.ANY or name == assigned):
                found.add(name)
    return found


def tried(stage: Stage, action: str, attempt) -> set[str]:
    """Who is not refused for want of the right; each refusal is on record."""
    allowed = set()
    for name, user in stage.everybody().items():
        before = Event.objects.filter(action=action, refused="not-allowed").count()
        try:
            attempt(user)
        except Refused as refused:
            if refused.kind == "not-allowed":
                assert Event.objects.filter(action=action, refused="not-allowed").count() == before + 1
                continue
        allowed.add(name)
    return allowed


def test_central_figures():
    stage = Stage().to_collection()
    rows = table([["code", "year", "income"], ["01", "2024", "5"]])
    sources = {"income": {"source": "A", "date": "2025-01-01"}}
    given = {"upload": rows, "filename": "f.csv", "sources": sources}
    found = tried(
        stage,
        "collection.import_central",
        lambda user: central.import_central(round=stage.fresh(), **given, **stage.by(user)),
    )
    assert found == holders("collection.import_central") == {"analyst", "second"}
    for act in (central.confirm_central, central.discard_central):
        name = f"collection.{act.__name__}"
        found = tried(stage, name, lambda user, act=act: act(batch=stage.import_central(), **stage.by(user)))
        assert found == holders(name) == {"analyst", "second", "lead"}


def test_freeze_compute_publish():
    stage = Stage().to_appraised(*UNITS)
    decided = {"decision_number": "1", "decision_date": stage.now.date()}
    found = tried(
        stage, "runs.freeze", lambda user: actions.freeze(round=stage.fresh(), **decided, **stage.by(user))
    )
    assert found == holders("runs.freeze") == {"approver"}
    assert stage.fresh().phase == "frozen"
    found = tried(stage, "runs.compute", lambda user: actions.compute(round=stage.fresh(), **stage.by(user)))
    assert found == holders("runs.compute") == {"analyst", "second"}
    run = stage.fresh().runs.order_by("-number").first()
    taken = tried(
        stage, "runs.export_edition", lambda user: actions.export_edition(run=run, path="x", **stage.by(user))
    )
    assert taken == {"lead", "reviewer", "colleague", "analyst", "second", "auditor", "approver"}
    found = tried(
        stage,
        "runs.publish",
        lambda user: actions.publish(run=run, audience="participants", **decided, **stage.by(user)),
    )
    assert found == holders("runs.publish") == {"approver"}
    taken = tried(
        stage, "runs.export_edition", lambda user: actions.export_edition(run=run, path="x", **stage.by(user))
    )
    assert taken.isdisjoint({"entry", "chief", "stranger", "strange-chief", "official", "keeper"})


@pytest.mark.parametrize("stop", ["to_collection", "to_appraised", "to_frozen", "to_computed"])
def test_each_act_only_in_its_phase(stop):
    stage = Stage()
    getattr(stage, stop)()
    phase = stage.fresh().phase
    decided = {"decision_number": "1", "decision_date": stage.now.date()}
    attempts = {
        "runs.freeze": lambda: actions.freeze(round=stage.fresh(), **decided, **stage.by(stage.approver)),
        "runs.compute": lambda: actions.compute(round=stage.fresh(), **stage.by(stage.analyst)),
        "collection.import_central": lambda: stage.import_central(),
    }
    for name, attempt in attempts.items():
        if phase not in RULES[name].phases:
            with pytest.raises(Refused, match="wrong-phase"):
                attempt()
    assert stage.fresh().phase == phase
