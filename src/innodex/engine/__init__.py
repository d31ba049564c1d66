"""Array arithmetic: arrays in, arrays out; names stay outside. Each stage knows nothing of the others."""

from innodex.engine import aggregate, formula, impute, normalise, rank, screen, transform, weigh

__all__ = ["aggregate", "formula", "impute", "normalise", "rank", "screen", "transform", "weigh"]
