"""Array arithmetic: arrays in, arrays out; names stay outside. Each stage knows nothing of the others."""

from innodex.engine import aggregate, formula, normalise, rank, weigh

__all__ = ["aggregate", "formula", "normalise", "rank", "weigh"]
