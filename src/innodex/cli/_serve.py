"""`innodex serve`: a home folder with its portal; or editions alone, over HTTP from the standard library."""

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
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from innodex.cli._console import Console, Misused
from innodex.documents import sha256
from innodex.publishing import ALWAYS, Moved, Shelf, content, is_known, kind_of, wants_gzip

_HOST, _PORT = "127.0.0.1", 8000


def run(options: argparse.Namespace, console: Console) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    if options.port is not None and not 0 <= options.port <= 65535:
        raise Misused("cli.misuse.bad-port", found=options.port)
    if options.editions is None:
        return _serve_home(options, console)
    if options.home is not None:
        raise Misused("cli.misuse.home-or-editions")
    return _serve_editions(options, console)


def _serve_home(options: argparse.Namespace, console: Console) -> int:
    """The portal of a home folder, and its public editions, on the production server."""
    from innodex.cli import _home

    if _home.ready(options, console) is None:
        return 1
    from innodex.portal.project.server import is_for_tests, place, serve

    if is_for_tests():
        console.complain("cli.serve.test-server")
    host, port = place(options.host, options.port)

    def tell(address: str) -> None:
        console.tell("cli.serve.ready", address=address)
        sys.stdout.flush()

    try:
        with contextlib.suppress(KeyboardInterrupt):
            serve(host, port, tell)
    except OSError as error:
        return _refused(error, host, port, console)
    return 0


def _refused(error: OSError, host: str, port: int, console: Console) -> int:
    if error.errno == errno.EADDRINUSE:
        console.complain("cli.serve.busy", port=port)
    else:
        console.complain("cli.serve.no-address", host=host, reason=error.strerror or str(error))
    return 1


def _serve_editions(options: argparse.Namespace, console: Console) -> int:
    """One edition, or a folder of them; neither log-in nor database."""
    place, host = Path(options.editions), options.host or _HOST
    port = _PORT if options.port is None else options.port
    if not place.is_dir():
        raise Misused("cli.misuse.no-edition", path=options.editions)
    shelf = Shelf(place.resolve())
    if not shelf.volumes():
        raise Misused("cli.misuse.no-editions", path=options.editions)
    try:
        server = open_server(shelf, host, port)
    except OSError as error:
        return _refused(error, host, port, console)
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

    def _file(self, file: Path, ending: str) -> None:
        kind = kind_of(ending)
        packed = wants_gzip(kind, self.headers.get("Accept-Encoding", ""))
        data, mark = content(file, packed=packed)
        if self._is_known(mark):
            self._send(HTTPStatus.NOT_MODIFIED, None, kind, {"ETag": mark})
            return
        self._send(HTTPStatus.OK, data, kind, _encoded(packed, mark))

    def _body(self, status: HTTPStatus, data: bytes, ending: str) -> None:
        kind = kind_of(ending)
        packed = wants_gzip(kind, self.headers.get("Accept-Encoding", ""))
        mark = f'"{sha256(data)[:32]}{"-gz" if packed else ""}"'
        if status is HTTPStatus.OK and self._is_known(mark):
            self._send(HTTPStatus.NOT_MODIFIED, None, kind, {"ETag": mark})
            return
        self._send(status, gzip.compress(data, 6, mtime=0) if packed else data, kind, _encoded(packed, mark))

    def _is_known(self, mark: str) -> bool:
        return is_known(mark, self.headers.get("If-None-Match", ""))

    def _send(self, status: HTTPStatus, data: bytes | None, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        if data is not None:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
        for name, value in {**ALWAYS, "Vary": "Accept-Encoding", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if data and self.command != "HEAD":
            self.wfile.write(data)


def _encoded(packed: bool, mark: str) -> dict[str, str]:
    return {"ETag": mark, **({"Content-Encoding": "gzip"} if packed else {})}
