"""How it is computed: a document of steps in which every policy is written out."""

from innodex.recipe._read import AGGREGATE, GROUPINGS, NORMALISE, STEPS, Policy, Reading, read
from innodex.recipe._recipe import (
    Aggregation,
    AsIs,
    Goalposts,
    MinMax,
    Normalisation,
    Ranking,
    Recipe,
    ZScore,
)

__all__ = [
    "AGGREGATE",
    "GROUPINGS",
    "NORMALISE",
    "STEPS",
    "Aggregation",
    "AsIs",
    "Goalposts",
    "MinMax",
    "Normalisation",
    "Policy",
    "Ranking",
    "Reading",
    "Recipe",
    "ZScore",
    "read",
]
