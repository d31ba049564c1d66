"""Public editions, as readers see them on the portal's own server."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from _editions import new_folder, publish_folder
from innodex.portal.project import editions

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One edition for each audience of interest, of different dates."""
    place = tmp_path_factory.mktemp("published")
    folder = new_folder(place / "index")
    wanted = {
        "public": ("public", "2026-10-01"),
        "newer": ("public", "2026-10-02"),
        "participants": ("participants", "2026-10-03"),
    }
    return {
        name: publish_folder(folder, place / name, "--audience", audience, "--date", day)
        for name, (audience, day) in wanted.items()
    }


@pytest.fixture
def shelf(home: Path, published: dict[str, Path]) -> Iterator[Path]:
    """The home folder's editions."""
    place = home / "editions"
    for name, edition in published.items():
        shutil.copytree(edition, place / name)
    editions._SHELVES.clear()
    yield place
    for name in published:
        shutil.rmtree(place / name)


def test_the_front_door_leads_to_the_newest_public_edition(client: Client, shelf: Path) -> None:
    answer = client.get("/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/editions/newer/site/")
    assert client.get(answer.headers["Location"]).status_code == 200


def test_an_older_edition_stays_where_it_was(client: Client, shelf: Path) -> None:
    answer = client.get("/editions/public/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/editions/public/site/")


@pytest.mark.parametrize("path", ["", "manifest.json", "edition.zip", "results.csv", "site/vi/index.html"])
def test_an_edition_for_participants_is_not_given_out(client: Client, shelf: Path, path: str) -> None:
    assert client.get(f"/editions/participants/{path}").status_code == 404
    assert b"participants/" not in client.get("/editions/").content


def test_the_list_names_every_public_edition(client: Client, shelf: Path) -> None:
    page = client.get("/editions/").content.decode()

    assert 'href="/editions/newer/site/' in page
    assert 'href="/editions/public/site/' in page
    assert page.index("/editions/newer/") < page.index("/editions/public/")


def test_files_are_given_out_byte_for_byte_and_known_ones_not_again(client: Client, shelf: Path) -> None:
    for name in ("manifest.json", "results.csv", "edition.zip", "site/vi/index.html"):
        first = client.get(f"/editions/public/{name}")
        again = client.get(f"/editions/public/{name}", headers={"if-none-match": first.headers["ETag"]})
        packed = client.get(f"/editions/public/{name}", headers={"accept-encoding": "gzip"})
        content = (shelf / "public" / name).read_bytes()

        assert first.content == content
        assert again.status_code == 304
        assert again.content == b""
        got = packed.content
        assert (gzip.decompress(got) if packed.headers.get("Content-Encoding") == "gzip" else got) == content


@pytest.mark.parametrize(
    "path",
    [
        "../secret",
        "..%2fsecret",
        "%2e%2e/secret",
        "public/../../secret",
        "public/../participants/manifest.json",
        "public/inputs/../../../settings.toml",
    ],
)
def test_nothing_outside_an_edition_is_given_out(client: Client, shelf: Path, path: str) -> None:
    assert client.get(f"/editions/{path}").status_code == 404


def test_the_lists_beside_the_editions_are_given_out_as_they_are(client: Client, shelf: Path) -> None:
    (shelf / "current.json").write_text('{"current": "newer"}')
    (shelf / "notes.txt").write_text("not for readers")
    try:
        listed = client.get("/editions/current.json")
        missing = [client.get(f"/editions/{name}").status_code for name in ("index.html", "notes.txt")]
    finally:
        (shelf / "current.json").unlink()
        (shelf / "notes.txt").unlink()

    assert listed.json() == {"current": "newer"}
    assert missing == [404, 404]


def test_readers_change_nothing(client: Client, shelf: Path) -> None:
    assert client.post("/editions/public/manifest.json").status_code == 405
    assert client.put("/").status_code == 405


def test_an_empty_shelf_says_so(client: Client) -> None:
    editions._SHELVES.clear()
    answer = client.get("/")

    assert answer.status_code == 200
    assert "SHA-256" not in answer.content.decode()
