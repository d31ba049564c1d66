"""Prints how the reference set was met, by kind of row."""

from __future__ import annotations

import pytest

from parity._sets import TALLY

OUTCOMES = ("agreed", "different on purpose", "not covered")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Agreed, different on purpose and not covered, by kind, and in all."""
    if not TALLY:
        return
    terminalreporter.section("reference set")
    kinds = sorted({kind for kind, _ in TALLY})
    for kind in kinds:
        counts = ", ".join(
            f"{TALLY[kind, outcome]} {outcome}" for outcome in OUTCOMES if TALLY[kind, outcome]
        )
        terminalreporter.write_line(f"{kind}: {counts}")
    total = ", ".join(f"{sum(TALLY[kind, outcome] for kind in kinds)} {outcome}" for outcome in OUTCOMES)
    terminalreporter.write_line(f"reference set in all: {total}")
