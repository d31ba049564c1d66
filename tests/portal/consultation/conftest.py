"""A round about to consult, and one that does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal._again import again

if TYPE_CHECKING:
    from _consultation import Stage


@pytest.fixture
def stage(db: None) -> Stage:
    """People of every role and a draft round."""
    from _consultation import Stage

    made = Stage()
    again("consultation: everybody", made.everybody, made.people, made.bodies)
    made.make_round()
    return made


@pytest.fixture
def opened(stage: Stage) -> Stage:
    """The same, with the consultation open."""
    stage.open()
    return stage
