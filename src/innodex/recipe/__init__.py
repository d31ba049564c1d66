"""How it is computed: a document of steps in which every policy is written out."""

from innodex.recipe._aggregate import Aggregation
from innodex.recipe._normalise import PERIOD, POOLED, AsIs, Goalposts, MinMax, Normalisation, ZScore
from innodex.recipe._rank import GROUPINGS, Ranking
from innodex.recipe._read import METHODS, STEPS, Reading, read
from innodex.recipe._recipe import Prepare, Recipe
from innodex.recipe._spec import Policy, Spec

__all__ = [
    "GROUPINGS",
    "METHODS",
    "PERIOD",
    "POOLED",
    "STEPS",
    "Aggregation",
    "AsIs",
    "Goalposts",
    "MinMax",
    "Normalisation",
    "Policy",
    "Prepare",
    "Ranking",
    "Reading",
    "Recipe",
    "Spec",
    "ZScore",
    "read",
]
