"""Somebody at a browser without script."""

from __future__ import annotations

from typing import Any

from django.test import Client

from innodex.portal.people.models import User

BASE = "/portal/rounds/pilot-1/"


def reader(user: User | None, lang: str = "en") -> Client:
    """A browser in which `user` is logged in; nobody for None."""
    client = Client(headers={"host": "localhost"})
    if user is not None:
        client.force_login(user)
    client.cookies["innodex_language"] = lang
    return client


def text_of(answer: Any) -> str:
    """The page as text."""
    return answer.content.decode()


def fetch(client: Client, address: str) -> tuple[int, bytes]:
    """The status and the body of an answer, whether it comes as a page or as a file."""
    answer = client.get(address)
    if not answer.streaming:
        return answer.status_code, answer.content
    body = b"".join(answer.streaming_content)
    for close in answer._resource_closers:  # closing the answer would close the database of the test
        close()
    return answer.status_code, body
