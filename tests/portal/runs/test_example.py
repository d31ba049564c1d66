"""The illustrative index of 52 indicators, from approved submissions to a published edition that verifies."""

from __future__ import annotations

import pytest

from innodex.portal.runs import actions, frozen, places
from innodex.publishing import verify
from portal._world import approved
from portal.runs._client import reader, text_of

pytestmark = pytest.mark.django_db


def test_a_pilot_of_the_example(clock, settings, tmp_path):
    for name in ("editions", "evidence", "uploads"):
        (tmp_path / name).mkdir()
    settings.HOME = tmp_path
    world = approved(4)
    decided = {
        "decision_number": "1/QĐ",
        "decision_date": world.at.date(),
        "by": world.as_("approver"),
        "at": world.at,
    }
    kept = actions.freeze(round=world.round, **decided)
    cells = frozen.cells_of(frozen.document_of(kept))
    folder = actions.folder_of(kept)
    assert len(cells) == 4 * len(folder.framework.series)
    assert {cell.origin for cell in cells} == {"locality", "central"}
    assert sum(not cell.figure for cell in cells) < len(cells) / 4
    world.round.refresh_from_db()
    run = actions.compute(round=world.round, by=world.as_("analyst"), at=world.at)
    run = actions.publish(run=run, audience="participants", **decided)
    outcome = verify(places.kept() / run.edition)
    assert not outcome.differences
    assert outcome.digest == run.digest
    assert outcome.same_version
    clock(world.at)
    officer = world.as_(f"entry-{world.units[0]}").user
    page = text_of(reader(officer).get(f"/portal/rounds/{world.round.code}/results/"))
    assert page.count('<th scope="row"') == len(folder.framework.nodes) - 1
    assert page.count('class="other"') > 3 * 52
