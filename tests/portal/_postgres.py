"""A PostgreSQL server that is thrown away: `python _postgres.py COMMAND…` runs a command with one.

The command finds its address in INNODEX_DATABASE_URL. Where PostgreSQL is not installed it is not run, which
the project's own CI counts as a failure.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PATIENCE = 60.0  # seconds until the server must answer


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest version first; None where there is none."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    found = [Path(path).resolve() for path in [shutil.which("initdb")] if path]
    return next((path.parent for path in [*found, *installed] if (path.parent / "postgres").exists()), None)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _somebody() -> dict[str, Any]:
    """Whose processes these are: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL does not run as root, and there is no account `postgres` or `nobody`.")


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Start a server in a folder of its own and give its address; `durable` makes it wait for the disk."""
    bin_folder = programs()
    if bin_folder is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    who = _somebody()
    with tempfile.TemporaryDirectory(prefix="innodex-postgres-", ignore_cleanup_errors=True) as place:
        if who:
            os.chown(place, who["user"], who["group"])
        data, port = Path(place, "data"), _free_port()
        subprocess.run(
            [bin_folder / "initdb", "-D", data, "-U", "innodex", "--auth=trust", "--no-sync", "-E", "UTF8",
             "--locale=C.UTF-8"],
            check=True, cwd=place, stdout=subprocess.DEVNULL, **who,
        )  # fmt: skip
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": place}
        settings |= {"max_connections": 100, "shared_buffers": "64MB", "log_min_messages": "fatal"}
        if not durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        process = subprocess.Popen([bin_folder / "postgres", "-D", data, *options], cwd=place, **who)
        try:
            _wait(process, port)
            yield f"postgresql://innodex@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(signal.SIGINT)  # the server's word for: end now, in order
            process.wait(timeout=PATIENCE)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    import psycopg

    end = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user=innodex dbname=postgres").close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.1)


def main(command: Sequence[str]) -> int:
    """Run a command with a server of its own."""
    if programs() is None:
        print("PostgreSQL is not installed: its tests are skipped.", file=sys.stderr)
        return 1 if os.environ.get("INNODEX_CI") else 0
    with server() as url:
        return subprocess.run(command, env={**os.environ, "INNODEX_DATABASE_URL": url}).returncode


if __name__ == "__main__":
    # Ctrl-C and a polite end reach the command; the server is ended here.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
