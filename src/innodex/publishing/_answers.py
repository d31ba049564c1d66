"""What a server says with a file of an edition, whichever server it is."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

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
ALWAYS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def kind_of(ending: str) -> str:
    """The media type for a file's ending, such as `.html`."""
    return _KINDS.get(ending.lower(), "application/octet-stream")


def wants_gzip(kind: str, accepted: str) -> bool:
    """True for text, where the caller's Accept-Encoding takes gzip."""
    packable = kind.startswith(("text/", "application/json", "image/svg"))
    offers = [offer.strip().replace(" ", "") for offer in accepted.split(",")]
    return packable and any(o.partition(";")[0] == "gzip" and not o.endswith("q=0") for o in offers)


def content(file: Path, *, packed: bool) -> tuple[bytes, str]:
    """The bytes of a file, compressed if `packed`, and a tag that changes with them."""
    about = file.stat()
    mark = f'"{about.st_mtime_ns:x}-{about.st_size:x}{"-gz" if packed else ""}"'
    data = _packed(file, about.st_mtime_ns, about.st_size) if packed else file.read_bytes()
    return data, mark


@lru_cache(maxsize=512)
def _packed(file: Path, changed: int, size: int) -> bytes:
    """A file compressed; `changed` and `size` make a changed file another one."""
    return gzip.compress(file.read_bytes(), 6, mtime=0)


def is_known(mark: str, known: str) -> bool:
    """True when the caller's If-None-Match names `mark`."""
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return mark in tags or "*" in tags
