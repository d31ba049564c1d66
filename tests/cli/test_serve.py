"""`serve` shows editions, and nothing that is not in one."""

from __future__ import annotations

import gzip
import http.client
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from _editions import new_folder, publish_folder, read_manifest
from innodex.cli import main
from innodex.cli._serve import Server, open_server
from innodex.publishing import Shelf

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Capture = pytest.CaptureFixture[str]
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three editions, a folder that is none, and a secret beside them."""
    scratch = tmp_path_factory.mktemp("serve")
    folder = new_folder(scratch / "index")
    shelf = scratch / "editions"
    publish_folder(folder, shelf / "old", "--audience", "public", "--date", "2025-10-01")
    publish_folder(folder, shelf / "new", "--audience", "ministries", "--date", "2026-10-01")
    text = (folder / "index.toml").read_text("utf-8").replace("synthetic = true", "synthetic = false")
    (folder / "index.toml").write_text(text, "utf-8")
    publish_folder(folder, shelf / "số một", "--replaces", "0" * 64)
    (shelf / "notes").mkdir()
    (shelf / "notes" / "index.html").write_text("secret")
    (shelf / "secret.txt").write_text("secret")
    (scratch / "secret.txt").write_text("secret")
    return shelf


@contextmanager
def serving(place: Path) -> Iterator[Server]:
    server = open_server(Shelf(place), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def server(editions: Path) -> Iterator[Server]:
    with serving(editions) as running:
        yield running


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> Answer:
    """One request with the path as it stands, however odd."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def follow(server: Server, path: str) -> tuple[str, Answer]:
    """The answer after every redirect, and where it came from."""
    for _ in range(5):
        answer = ask(server, path)
        if answer[0] != 302:
            return path, answer
        path = answer[1]["location"]
    raise AssertionError("redirected without end")


# ---- what is there -----------------------------------------------------------------------------------------


def test_the_list_shows_every_edition_newest_first(server: Server) -> None:
    status, headers, body = ask(server, "/")

    page = body.decode()
    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    links = re.findall(r'<h2><a href="([^"]+)"', page)
    assert links == [
        "/new/site/en/", "/new/site/vi/", "/old/site/en/", "/old/site/vi/",
        "/s%E1%BB%91%20m%E1%BB%99t/site/en/", "/s%E1%BB%91%20m%E1%BB%99t/site/vi/",
    ]  # fmt: skip
    for link in links:
        assert ask(server, link)[0] == 200
    assert "notes" not in page
    new, old, third = page.split("<section")[1:]
    assert "cho các bộ, ngành" in new
    assert "1 October 2026" in new
    assert "1/10/2026" in new
    assert "public" in old
    assert all("số liệu giả lập" in part and "synthetic data" in part for part in (new, old))
    assert "synthetic" not in third
    assert "0" * 12 in third


def test_a_new_edition_appears_at_once(editions: Path, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shutil.copytree(editions / "old", shelf / "one")
    with serving(shelf) as server:
        assert ask(server, "/")[2].count(b"<section") == 1
        shutil.copytree(editions / "new", shelf / "two")
        assert ask(server, "/")[2].count(b"<section") == 2
        shutil.rmtree(shelf / "one")
        assert ask(server, "/")[2].count(b"<section") == 1
        assert ask(server, "/one/results.csv")[0] == 404


def test_one_edition_alone_opens_on_its_pages(editions: Path) -> None:
    with serving(editions / "new") as server:
        path, (status, _, body) = follow(server, "/")
        assert (path, status) == ("/site/en/", 200)
        assert body == (editions / "new" / "site" / "en" / "index.html").read_bytes()
        assert ask(server, "/results.csv")[2] == (editions / "new" / "results.csv").read_bytes()


@pytest.mark.parametrize("path", ["/new", "/new/", "/new/site/en"])
def test_an_address_without_its_end_leads_to_the_page(path: str, server: Server) -> None:
    assert follow(server, path)[0] == "/new/site/en/"


def test_every_file_of_the_manifest_is_given_out_as_it_is(editions: Path, server: Server) -> None:
    paths = [*read_manifest(editions / "new")["files"], "manifest.json", "edition.zip"]  # type: ignore[misc]
    for path in paths:
        status, headers, body = ask(server, f"/new/{path}".replace(" ", "%20"))
        assert status == 200, path
        assert body == (editions / "new" / path).read_bytes()
        assert "octet-stream" not in headers["content-type"], path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("site/en/index.html", "text/html; charset=utf-8"),
        ("site/assets/style.css", "text/css; charset=utf-8"),
        ("site/assets/site.js", "text/javascript; charset=utf-8"),
        ("site/assets/icon.svg", "image/svg+xml; charset=utf-8"),
        ("site/assets/fonts/be-vietnam-pro-latin-400-normal.woff2", "font/woff2"),
        ("results.csv", "text/csv; charset=utf-8"),
        ("manifest.json", "application/json; charset=utf-8"),
        ("inputs/recipe.toml", "text/plain; charset=utf-8"),
        ("inputs/sheets/A.1.vi.md", "text/plain; charset=utf-8"),
        ("edition.zip", "application/zip"),
    ],
)
def test_every_kind_of_file_says_what_it_is(path: str, kind: str, server: Server) -> None:
    _, headers, _ = ask(server, f"/new/{path}")

    assert headers["content-type"] == kind
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


# ---- what is not -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/secret.txt", "/notes/", "/notes/index.html", "/../secret.txt", "/new/../../secret.txt",
        "/%2e%2e/secret.txt", "/new/%2e%2e/%2e%2e/secret.txt", "/..%2fsecret.txt",
        "/new/..%5c..%5csecret.txt", "/new/inputs/", "/new/tables", "/new//results.csv",
        "/new/results.csv/", "/%00", "/new/%00", "/new/results.csv%00.html", "/%ff",
        "/new/site/en/index.html/../../../../../secret.txt", "/./new/results.csv", "/new/./results.csv",
        "/%2fetc%2fpasswd", "//etc/passwd", "/C:/secret.txt", "/-/", "/-/fonts/", "/-/../secret.txt",
        "/NEW/results.csv", "*", "results.csv", "http://other/new/results.csv",
    ],
)  # fmt: skip
def test_what_is_in_no_edition_is_not_found(path: str, server: Server) -> None:
    status, headers, body = ask(server, path)

    assert status == 404
    assert b"secret" not in body
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "Không có trang này" in body.decode()


ODD = ["new", "notes", "secret.txt", "..", ".", "", "%2e%2e", "%2f", "site", "en", "\\", "-", "%00", "a?b"]


@settings(max_examples=150)
@given(parts=st.lists(st.sampled_from(ODD), max_size=7))
def test_no_address_leads_out_of_the_editions(parts: list[str], server: Server) -> None:
    status, _, body = ask(server, "/" + "/".join(parts))

    assert status in (200, 302, 404)
    assert b"secret" not in body


def test_a_file_beside_the_manifest_is_hidden_and_so_is_a_link(editions: Path, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    edition = Path(shutil.copytree(editions / "new", shelf / "one"))
    (edition / "draft.txt").write_text("secret")
    (edition / "results.csv").unlink()
    (edition / "results.csv").symlink_to(editions / "secret.txt")
    (edition / "tables").rename(tmp_path / "tables")
    (edition / "tables").symlink_to(tmp_path / "tables")
    (shelf / "link").symlink_to(editions / "old")
    with serving(shelf) as server:
        for path in ("/one/draft.txt", "/one/results.csv", "/one/tables/ranking.csv", "/link/results.csv"):
            assert ask(server, path)[0] == 404, path
        assert ask(server, "/one/weights.csv")[0] == 200
        assert ask(server, "/")[2].count(b"<section") == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_sent(method: str, server: Server) -> None:
    status, headers, _ = ask(server, "/new/results.csv", method)

    assert status == 405
    assert headers["allow"] == "GET, HEAD"


# ---- manners -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/new/results.csv", "/new/site/en/", "/nothing", "/-/style.css"])
def test_text_is_packed_for_those_who_can_unpack_it(path: str, server: Server) -> None:
    _, plain_headers, plain = ask(server, path)
    _, headers, packed = ask(server, path, Accept_Encoding="br, gzip;q=0.8")

    assert "content-encoding" not in plain_headers
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain)
    assert headers["vary"] == "Accept-Encoding"
    assert headers["etag"] != plain_headers["etag"]


@pytest.mark.parametrize("offer", ["", "identity", "gzip;q=0", "br"])
def test_others_get_it_as_it_is(offer: str, server: Server) -> None:
    assert "content-encoding" not in ask(server, "/new/results.csv", Accept_Encoding=offer)[1]


def test_what_is_packed_already_is_not_packed_again(editions: Path, server: Server) -> None:
    for path in (
        "edition.zip",
        next((editions / "new" / "tables").glob("*.xlsx")).relative_to(editions / "new"),
    ):
        assert "content-encoding" not in ask(server, f"/new/{path}", Accept_Encoding="gzip")[1]


@pytest.mark.parametrize("path", ["/", "/new/results.csv", "/new/site/en/", "/-/style.css", "/nothing"])
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_head_says_what_get_would(path: str, coding: str, server: Server) -> None:
    status, headers, body = ask(server, path, Accept_Encoding=coding)
    head_status, head_headers, nothing = ask(server, path, "HEAD", Accept_Encoding=coding)

    assert nothing == b""
    assert head_status == status
    assert int(head_headers["content-length"]) == len(body)
    for known in (headers, head_headers):
        known.pop("date")
    assert head_headers == headers


@pytest.mark.parametrize("path", ["/", "/new/results.csv", "/-/style.css"])
def test_what_a_reader_has_already_is_not_sent_again(path: str, server: Server) -> None:
    mark = ask(server, path)[1]["etag"]

    for known in (mark, f'"other", W/{mark}', "*"):
        status, headers, body = ask(server, path, If_None_Match=known)
        assert (status, body, headers["etag"]) == (304, b"", mark)
    assert ask(server, path, If_None_Match='"other"')[0] == 200


def test_one_connection_serves_many_requests(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    for path in ("/", "/new/results.csv", "/nothing", "/new/site/en/") * 3:
        connection.request("GET", path)
        connection.getresponse().read()
    connection.close()


def test_a_reader_who_goes_away_is_nobodys_fault(server: Server, capfd: Capture) -> None:
    with socket.create_connection(server.server_address[:2]) as reader:
        reader.sendall(b"GET /new/edition.zip HTTP/1.1\r\nHost: x\r\n\r\n")
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    assert ask(server, "/")[0] == 200
    assert "Traceback" not in capfd.readouterr().err


# ---- the command -------------------------------------------------------------------------------------------


def test_a_port_in_use_is_named_and_ends_with_1(server: Server, editions: Path, capsys: Capture) -> None:
    port = str(server.server_address[1])

    assert main(["--lang", "en", "serve", str(editions), "--port", port]) == 1
    assert port in capsys.readouterr().err


def test_an_address_of_another_machine_ends_with_1(editions: Path, capsys: Capture) -> None:
    assert main(["--lang", "en", "serve", str(editions), "--host", "192.0.2.1", "--port", "0"]) == 1
    assert "192.0.2.1" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["empty", "file", "foreign"])
def test_a_place_without_an_edition_is_misuse(what: str, tmp_path: Path) -> None:
    if what == "file":
        (tmp_path / "x").write_text("x")
    else:
        (tmp_path / "x").mkdir()
        if what == "foreign":
            (tmp_path / "x" / "manifest.json").write_text("{}")

    assert main(["serve", str(tmp_path / "x")]) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_line_says_where_and_ctrl_c_ends_with_0(number: signal.Signals, editions: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "innodex", "--lang", "vi", "serve", str(editions), "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    address = re.fullmatch(r"Innodex is ready at http://127\.0\.0\.1:(\d+)/\n", line)
    assert address
    connection = http.client.HTTPConnection("127.0.0.1", int(address[1]), timeout=10)
    connection.request("GET", "/")
    assert connection.getresponse().status == 200

    process.send_signal(number)

    out, err = process.communicate(timeout=20)
    connection.close()
    assert (process.returncode, out, err) == (0, "", "")


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", ["/", "/nothing"])
def test_the_list_is_accessible_and_keeps_its_policy(
    path: str, width: int, scheme: str, server: Server, chromium: Browser, axe_source: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(server.address.rstrip("/") + path)
    found = page.evaluate(f"() => {{ {axe_source}; return axe.run(document, {{runOnly: {RULES}}}) }}")
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    context.close()

    assert [violation["id"] for violation in found["violations"]] == []
    assert [text for text in said if "404" not in text] == []
    assert not wide
