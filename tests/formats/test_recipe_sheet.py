"""A recipe is the same in a workbook's sheet as in its document, whatever its steps."""

from __future__ import annotations

import pytest

from innodex.formats import check_files, read_workbook, write_workbook
from result.test_method_laws import ALL, LEAVES, LOWER, PILLARS, UNITS, YEARS, Way, document, panel

TWICE = """
[[steps]]
step = "impute"
method = "latest"
max_age = 2
[[steps]]
step = "impute"
method = "mean"
[steps.at.a1]
method = "none"
"""
DERIVED = """
[[steps]]
step = "derive"
[steps.nodes.gap]
formula = "R - min(A, B)"
better = "lower"
decimals = 2
rounding = "half-up"
ties = "min"
name_en = "Gap"
"""


def files(recipe: str) -> dict[str, bytes]:
    """An index folder with this recipe."""
    one = panel(3)
    tree = ["code,parent,level,name_en,direction,series", "R,,index,Top,,"]
    for pillar, leaves in PILLARS.items():
        tree.append(f"{pillar},R,pillar,{pillar},,")
        tree += [f"{c},{pillar},indicator,{c},{'lower' if c in LOWER else 'higher'},x{c}" for c in leaves]
    series = ["id,name_en", *(f"x{leaf},{leaf}" for leaf in LEAVES), "people,People"]
    data = [",".join(("period", "unit", *one.series))]
    for p, year in enumerate(YEARS):
        for u, unit in enumerate(UNITS):
            cells = ["" if x != x else repr(float(x)) for x in one.values[p, u]]
            data.append(",".join((year, unit, *cells)))
    territory = ["code,name_en", *(f"{unit},{unit}" for unit in UNITS)]
    texts = {
        "index.toml": 'schema = 1\ntitle_en = "Made up"\nterritory = "territory.csv"\nlanguages = ["en"]\n'
        'synthetic = true\n[data]\nperiod = "period"\nunit = "unit"\n',
        "recipe.toml": recipe, "framework.csv": "\n".join(tree), "series.csv": "\n".join(series),
        "territory.csv": "\n".join(territory), "data/figures.csv": "\n".join(data),
    }  # fmt: skip
    return {name: text.encode() for name, text in texts.items()}


def same_in_a_sheet(recipe: str) -> None:
    read = check_files(files(recipe))
    assert read.folder is not None, [fault.text("en") for fault in read.faults]
    again = read_workbook(write_workbook(read.folder))
    assert again.folder is not None, [fault.text("en") for fault in again.faults]

    assert again.folder.recipe.digest == read.folder.recipe.digest


@pytest.mark.parametrize("way", ALL, ids=str)
def test_every_method(way: Way) -> None:
    same_in_a_sheet(document(way))


@pytest.mark.parametrize("extra", [TWICE, DERIVED], ids=["a step twice", "derived nodes"])
def test_steps_twice_and_derived_nodes(extra: str) -> None:
    plain = document()
    where = plain.index('[[steps]]\nstep = "rank"') if "derive" in extra else plain.index("[[steps]]")
    same_in_a_sheet(plain[:where] + extra.lstrip() + plain[where:])
