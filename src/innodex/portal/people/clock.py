"""What time it is: the server's clock decides, and only a test server's can be set."""

from __future__ import annotations

import datetime
import os
from pathlib import Path


def now() -> datetime.datetime:
    """The present moment in UTC; on a test server, the moment written in its clock file."""
    file = os.environ.get("INNODEX_TEST_CLOCK")
    if file and os.environ.get("INNODEX_TEST_SERVER") == "1":
        words = Path(file).read_text(encoding="utf-8").strip()
        if words:
            return datetime.datetime.fromisoformat(words).astimezone(datetime.UTC)
    return datetime.datetime.now(datetime.UTC)
