"""Freeze a panel, build it, publish an edition."""
