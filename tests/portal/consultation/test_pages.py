"""The pages of a consultation: who reaches which, and what a form does."""

from __future__ import annotations

from typing import Any

from django.test import Client


def _browser(stage: Any, name: str, clock: Any) -> Client:
    clock(stage.now)
    browser = Client(headers={"host": "localhost"})
    browser.force_login(stage.people[name])
    return browser


def test_smoke(opened: Any, clock: Any, monkeypatch) -> None:
    from innodex.portal.project import context; from innodex.portal.consultation import navigation; monkeypatch.setattr(context, "_modules", lambda: (navigation,))
    opened.comment("south", node="staff", aspect="weight", proposed="x")
    comments = opened.contribute("north", {"node": "staff", "aspect": "unit"}, {"stance": "agree", "text": ""})
    opened.answer(comments[0], "noted")
    base = "/portal/rounds/trial/consultation/"
    south, north = (opened.bodies[one].code for one in ("south", "north"))
    pk = opened.contribution("south").comments.get().pk
    for who, path in (
        ("leader", ""),
        ("north-entry", ""),
        ("north-entry", f"of/{north}/"),
        ("south-entry", f"of/{south}/"),
        ("south-entry", f"of/{south}/write/?node=staff"),
        ("south-entry", f"of/{south}/write/"),
        ("south-entry", f"of/{south}/drafts/{pk}/"),
        ("south-entry", f"of/{south}/request/"),
        ("south-lead", f"of/{south}/send/"),
        ("analyst", "answers/"),
        ("analyst", "answers/1/"),
        ("analyst", "answers/2/"),
        ("minister", "synthesis/"),
        ("minister", "synthesis.xlsx"),
    ):
        answer = _browser(opened, who, clock).get(base + path, follow=True)
        assert answer.status_code == 200, path
