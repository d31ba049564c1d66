"""Joins edition, tables and pages: publishes them as one folder, and recomputes one that was published."""

from innodex.publishing._answers import ALWAYS, content, is_known, kind_of, wants_gzip
from innodex.publishing._publish import BadName, publish
from innodex.publishing._shelf import Found, Moved, Shelf, Volume
from innodex.publishing._verify import Verification, verify

__all__ = [
    "ALWAYS", "BadName", "Found", "Moved", "Shelf", "Verification", "Volume", "content", "is_known",
    "kind_of", "publish", "verify", "wants_gzip",
]  # fmt: skip
