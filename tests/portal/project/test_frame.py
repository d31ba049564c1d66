"""Pages of the frame: who gets in, which language is spoken, what every answer carries."""

from __future__ import annotations

import pytest
from django.test import Client


def test_a_stranger_is_led_to_the_log_in_page(client: Client) -> None:
    answer = client.get("/portal/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/portal/account/log-in/?next=/portal/"


@pytest.mark.django_db
def test_the_log_in_page_is_vietnamese_until_another_language_is_chosen(client: Client) -> None:
    first = client.get("/portal/account/log-in/")
    client.post("/portal/language/", {"language": "en", "next": "/portal/account/log-in/"})
    second = client.get("/portal/account/log-in/")

    assert first.headers["Content-Language"] == "vi"
    assert '<html lang="vi">' in first.content.decode()
    assert second.headers["Content-Language"] == "en"
    assert '<html lang="en">' in second.content.decode()
