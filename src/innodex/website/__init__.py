"""The public pages of an edition: static, in every language of the edition, complete without script."""

from innodex.website._render import render

__all__ = ["render"]
