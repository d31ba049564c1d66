"""What is measured: the tree from the index down to its indicators, and the series they are made of."""

from innodex.framework._diff import ASPECTS, Change, ChangeKind, compare, differing
from innodex.framework._framework import (
    LOCAL,
    Certainty,
    Criterion,
    Direct,
    Direction,
    Formula,
    Framework,
    Node,
    Ratio,
    Rubric,
    Series,
    series_of,
)
from innodex.framework._read import Reading, read

__all__ = [
    "ASPECTS",
    "LOCAL",
    "Certainty",
    "Change",
    "ChangeKind",
    "Criterion",
    "Direct",
    "Direction",
    "Formula",
    "Framework",
    "Node",
    "Ratio",
    "Reading",
    "Rubric",
    "Series",
    "compare",
    "differing",
    "read",
    "series_of",
]
