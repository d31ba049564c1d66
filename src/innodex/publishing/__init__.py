"""Joins edition, tables and pages: publishes them as one folder, and recomputes one that was published."""

from innodex.publishing._publish import BadName, publish
from innodex.publishing._shelf import Found, Moved, Shelf, Volume
from innodex.publishing._verify import Verification, verify

__all__ = ["BadName", "Found", "Moved", "Shelf", "Verification", "Volume", "publish", "verify"]
