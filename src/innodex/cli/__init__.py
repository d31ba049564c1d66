"""The same verbs from a terminal: new, check, build, publish, verify, serve."""

from innodex.cli._main import main

__all__ = ["main"]
