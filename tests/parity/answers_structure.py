"""The tree of the set, as it is after the import of its two tables."""

from __future__ import annotations

from innodex.formats import check_files, read_coinr
from parity._sets import Cells, file, root


@file("set_a/structure/lineage.csv")
def lineage(name: str) -> Cells:
    """One row per indicator, one column per level: the indicator first, the index last."""
    folder = root("set_a")
    assert folder is not None
    made = read_coinr(*((folder / "inputs" / table).read_bytes() for table in ("iData.csv", "iMeta.csv")))
    read = check_files(made.files).folder
    assert read is not None
    tree = read.framework
    return {
        (node.code, f"Level_{level}"): above.code
        for node in tree.indicators
        for level, above in enumerate(tree.ancestors(node.code), start=2)
    }
