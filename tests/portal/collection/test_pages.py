"""The pages of a submission, as each of its people sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from portal.collection._hands import Hands

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(hands: Hands, clock: Any) -> Hands:
    """The clock of the pages stands where the hands are."""
    clock(hands.now)
    return hands


def address(hands: Hands, rest: str = "") -> str:
    return f"/portal/rounds/{hands.round.code}/submission/{rest}"


def read(client: Client, hands: Hands, who: str, rest: str = "", status: int = 200) -> str:
    client.force_login(hands.people[who])
    answer = client.get(address(hands, rest))
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_form_groups_items_and_says_who_is_next_by_when(at: Hands, client: Client) -> None:
    text = read(client, at, "entry-01")
    for words in ("Chuyên viên đầu mối", "A Đầu vào", "A.3 Chính sách", "Nhân lực nghiên cứu", "0 trên 7"):
        assert words in text
    assert "23/3/2025" in text  # the soft date
    assert text.count('name="raw-') == 7
