"""How it is computed: a document of steps in which every policy is written out."""

from innodex.recipe._aggregate import Aggregation
from innodex.recipe._normalise import (
    PERIOD,
    POOLED,
    AboutMean,
    AsIs,
    Bands,
    Borda,
    Goalposts,
    Growth,
    MinMax,
    Mpi,
    Normalisation,
    Percentile,
    Place,
    Scaled,
    Share,
    ToBest,
    ToTarget,
    ToUnit,
    ZScore,
)
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
    "AboutMean",
    "Aggregation",
    "AsIs",
    "Bands",
    "Borda",
    "Goalposts",
    "Growth",
    "MinMax",
    "Mpi",
    "Normalisation",
    "Percentile",
    "Place",
    "Policy",
    "Prepare",
    "Ranking",
    "Reading",
    "Recipe",
    "Scaled",
    "Share",
    "Spec",
    "ToBest",
    "ToTarget",
    "ToUnit",
    "ZScore",
    "read",
]
