"""The production server of a home folder: portal, public editions and static files in one process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from waitress.server import create_server

_LARGEST_REQUEST = 128 * 2**20  # bytes


def collect_static() -> None:
    """Write every static file under the name that carries its digest; browsers keep those for ever."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)


def is_for_tests() -> bool:
    """True for a server whose clock can be set: INNODEX_TEST_SERVER=1."""
    return bool(settings.TEST_SERVER)


def place(host: str | None, port: int | None) -> tuple[str, int]:
    """Where to listen: what is asked for, else what settings.toml says."""
    return host or settings.INNODEX.host, settings.INNODEX.port if port is None else port


def _proxy(address: str) -> dict[str, Any]:
    """Only the server in front is believed about who calls and how."""
    believed = {"x-forwarded-for", "x-forwarded-proto"}
    return {"trusted_proxy": address, "trusted_proxy_headers": believed} if address else {}


def serve(host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; `ready` is told the address. Raises OSError where it cannot listen."""
    collect_static()
    from innodex.portal.project.wsgi import application

    server = create_server(
        application,
        host=host,
        port=port,
        threads=settings.INNODEX.threads,
        ident="Innodex",
        max_request_body_size=_LARGEST_REQUEST,
        clear_untrusted_proxy_headers=True,
        **_proxy(settings.INNODEX.proxy),
    )
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    shown = f"[{host}]" if ":" in host else host
    ready(f"http://{shown}:{server.effective_port}/")
    # It takes an interruption for the order to finish what is under way and end.
    server.run()
