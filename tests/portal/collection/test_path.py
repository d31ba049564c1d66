"""A submission's whole path, and the guards along it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from portal.collection._hands import Hands

pytestmark = pytest.mark.django_db


def test_from_the_first_figure_to_the_approval(hands: Hands) -> None:
    from innodex.portal.rounds.models import Snapshot

    hands.approved()
    assert hands.submission().state == "approved"
    kinds = list(Snapshot.objects.order_by("pk").values_list("kind", "number"))
    assert kinds == [("submission", 1), ("appraised", 1)]
    appraised = json.loads(Snapshot.objects.get(kind="appraised").content)
    assert [cell["appraised_value"] for cell in appraised["items"]] == [
        "120",
        "12.5",
        "20",
        "8.5",
        "30",
        "100",
        "40",
    ]
