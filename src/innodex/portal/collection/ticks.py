"""What the clock alone moves in collection."""

from innodex.portal.collection.actions import tick

__all__ = ["tick"]
