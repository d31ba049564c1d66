"""Canonical bytes and digests."""

from __future__ import annotations

import hashlib
import json


def canonical(value: object) -> bytes:
    """One byte string for one value: JSON with sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def sha256(data: bytes) -> str:
    """The SHA-256 of `data` in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest(value: object) -> str:
    """The SHA-256 of the canonical bytes of `value`."""
    return sha256(canonical(value))


def pretty(value: object) -> bytes:
    """Indented JSON for files that people read, ending with a line feed."""
    return (json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
