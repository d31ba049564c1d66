"""The same verbs from a terminal: new, check, build, publish, verify, serve, and those of the portal."""

from innodex.cli._main import main

__all__ = ["main"]
