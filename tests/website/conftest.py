"""Sites on the disk and behind a local server, for the tests with a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from _sites import case, site


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Writes the site of a made edition to the disk once and gives its folder."""
    top = tmp_path_factory.mktemp("editions")

    def written(name: str) -> Path:
        folder = top / name
        if not folder.exists():
            for path, data in site(name).items():
                target = folder / "site" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            for path in case(name).files:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(b"x")
        return folder

    return written


@pytest.fixture(scope="session")
def address(editions: Callable[[str], Path]) -> Iterator[Callable[[str], str]]:
    """The address of the site of a made edition on this machine."""
    handler = partial(_Quiet, directory=str(editions("full").parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()

        def of(name: str) -> str:
            editions(name)
            return f"http://127.0.0.1:{server.server_address[1]}/{name}/site"

        yield of
        server.shutdown()
        thread.join()
