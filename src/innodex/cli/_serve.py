"""`innodex serve`: editions over HTTP from the standard library, for this machine and a small office."""

from __future__ import annotations

import argparse
import contextlib
import errno
import gzip
import signal
import socket
import socketserver
import sys
import threading
from collections.abc import Iterator
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from innodex.cli._console import Console, Misused
from innodex.documents import sha256
from innodex.publishing import Moved, Shelf

_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".toml": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".png": "image/png",
}
_ALWAYS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def run(options: argparse.Namespace, console: Console) -> int:
    """Serve until Ctrl-C."""
    place = Path(options.editions)
    if not place.is_dir():
        raise Misused("cli.misuse.no-edition", path=options.editions)
    if not 0 <= options.port <= 65535:
        raise Misused("cli.misuse.bad-port", found=options.port)
    shelf = Shelf(place.resolve())
    if not shelf.volumes():
        raise Misused("cli.misuse.no-editions", path=options.editions)
    try:
        server = open_server(shelf, options.host, options.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            console.complain("cli.serve.busy", port=options.port)
        else:
            console.complain("cli.serve.no-address", host=options.host, reason=error.strerror or str(error))
        return 1
    with server, _ended_by_signal():
        console.tell("cli.serve.ready", address=server.address)
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever(poll_interval=0.2)
    return 0


@contextlib.contextmanager
def _ended_by_signal() -> Iterator[None]:
    """A polite request to end is the same as Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Server(ThreadingHTTPServer):
    """One thread per connection; readers that go away are nobody's fault."""

    daemon_threads = True
    shelf: Shelf
    address: str

    def server_bind(self) -> None:
        """Bind without asking anybody for a name of this machine."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that was cut; anything else is a fault of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def open_server(shelf: Shelf, host: str, port: int) -> Server:
    """A server that listens; port 0 takes any free one. Raises OSError where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    kind = type("_Server", (Server,), {"address_family": family})
    server: Server = kind((host, port), Handler)
    server.shelf = shelf
    shown = f"[{host}]" if ":" in host else host
    server.address = f"http://{shown}:{server.server_address[1]}/"
    return server


@lru_cache(maxsize=512)
def _packed(file: Path, changed: int, size: int) -> bytes:
    """A file compressed; `changed` and `size` make a changed file another one."""
    return gzip.compress(file.read_bytes(), 6, mtime=0)


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from a shelf, and nothing else."""

    protocol_version = "HTTP/1.1"
    server_version = "Innodex"
    sys_version = ""
    timeout = 30
    server: Server

    def do_GET(self) -> None:
        """A page or a file."""
        self._answer()

    def do_HEAD(self) -> None:
        """The same without its bytes."""
        self._answer()

    def _refuse(self) -> None:
        self.close_connection = True
        self._send(HTTPStatus.METHOD_NOT_ALLOWED, b"", "text/plain; charset=utf-8", {"Allow": "GET, HEAD"})

    do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _refuse  # noqa: N815

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet: the terminal shows one line, the address."""

    def _answer(self) -> None:
        address = self._address()
        found = self.server.shelf.look(address) if address is not None else None
        if found is None:
            self._body(HTTPStatus.NOT_FOUND, self.server.shelf.page(missing=True), ".html")
        elif isinstance(found, Moved):
            self._send(HTTPStatus.FOUND, b"", "text/plain; charset=utf-8", {"Location": found.to})
        elif found.file is None:
            self._body(HTTPStatus.OK, found.data, found.ending)
        else:
            self._file(found.file, found.ending)

    def _address(self) -> str | None:
        """The decoded path, or None for one that no file can have."""
        path = self.path.partition("?")[0].partition("#")[0]
        try:
            decoded = unquote_to_bytes(path).decode("utf-8")
        except UnicodeDecodeError:
            return None
        return decoded if decoded.startswith("/") and "\x00" not in decoded else None

    def _wants_gzip(self, kind: str) -> bool:
        packable = kind.startswith(("text/", "application/json", "image/svg"))
        offers = [
            offer.strip().replace(" ", "") for offer in self.headers.get("Accept-Encoding", "").split(",")
        ]
        return packable and any(o.partition(";")[0] == "gzip" and not o.endswith("q=0") for o in offers)

    def _file(self, file: Path, ending: str) -> None:
        about = file.stat()
        kind = _KINDS.get(ending.lower(), "application/octet-stream")
        packed = self._wants_gzip(kind)
        mark = f'"{about.st_mtime_ns:x}-{about.st_size:x}{"-gz" if packed else ""}"'
        if self._is_known(mark):
            self._send(HTTPStatus.NOT_MODIFIED, None, kind, {"ETag": mark})
            return
        data = _packed(file, about.st_mtime_ns, about.st_size) if packed else file.read_bytes()
        self._send(HTTPStatus.OK, data, kind, _encoded(packed, mark))

    def _body(self, status: HTTPStatus, data: bytes, ending: str) -> None:
        kind = _KINDS[ending]
        packed = self._wants_gzip(kind)
        mark = f'"{sha256(data)[:32]}{"-gz" if packed else ""}"'
        if status is HTTPStatus.OK and self._is_known(mark):
            self._send(HTTPStatus.NOT_MODIFIED, None, kind, {"ETag": mark})
            return
        self._send(status, gzip.compress(data, 6, mtime=0) if packed else data, kind, _encoded(packed, mark))

    def _is_known(self, mark: str) -> bool:
        known = [tag.strip().removeprefix("W/") for tag in self.headers.get("If-None-Match", "").split(",")]
        return mark in known or "*" in known

    def _send(self, status: HTTPStatus, data: bytes | None, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        if data is not None:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
        for name, value in {**_ALWAYS, "Vary": "Accept-Encoding", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if data and self.command != "HEAD":
            self.wfile.write(data)


def _encoded(packed: bool, mark: str) -> dict[str, str]:
    return {"ETag": mark, **({"Content-Encoding": "gzip"} if packed else {})}
