"""What was measured: figures by period, unit and series, each with its status and where it came from."""

from innodex.panel._panel import STATUS_WORDS, Floats, Panel, Status

__all__ = ["STATUS_WORDS", "Floats", "Panel", "Status"]
