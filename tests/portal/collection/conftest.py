"""The hands of everybody around a submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from portal.collection._hands import Hands


@pytest.fixture
def hands(db: None) -> Hands:
    """A round whose collection has just opened."""
    from portal.collection._hands import Hands

    return Hands()
