"""The rehearsal leads from the founding to approval; its log is whole and tells all of it."""

from __future__ import annotations

import pytest

from innodex.portal.people import history
from portal._rebuilt import assert_rebuilt
from portal._world import approved

pytestmark = pytest.mark.django_db(databases=["default", "rebuilt"])


def test_a_pilot_can_be_brought_to_approval_and_the_log_tells_all_of_it() -> None:
    world = approved(2)

    assert world.round.phase == "appraisal"
    assert {world.submission(unit).state for unit in world.units[:2]} == {"approved"}
    assert history.verify() == []
    assert_rebuilt()
