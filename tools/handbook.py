"""docs/explanation/handbook.md: an index of the OECD handbook rebuilt step by step.

python tools/handbook.py          runs the examples and writes the page
python tools/handbook.py --check  says whether the page is what they print, and writes nothing
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explanation" / "handbook.md"

# Prose and code by turns; code runs from the top of the repository, one block after the other.
PARTS = (
    """\
# The handbook, executed

The OECD and the European Commission's JRC explain how composite indicators are made in ten steps, and carry one
example through their book: the Technology Achievement Index of 23 countries by 8 indicators. This page rebuilds
that example. Each block is Python as you would write it, run one after the other; what it prints stands below it.
The page is written by `python tools/handbook.py`, and a test runs it again. The project's tests compare the same
numbers with the tables as printed.

Source of the figures: OECD and European Commission, Joint Research Centre (2008), *Handbook on Constructing
Composite Indicators: Methodology and User Guide*, ISBN 978-92-64-04345-9, Table A.2. They are facts, quoted for
checking; they lie in `examples/tai`.

## The figures

An index is a folder of files. Reading it gives the framework (what is measured), the panel (the figures), the
recipe (how it is computed) and the territory (who is measured).
""",
    """\
import innodex
import numpy as np

tai = innodex.read_folder("examples/tai")
names = {unit.code: unit.name.get("en") for unit in tai.territory.units}
print(*tai.panel.series)
for unit, row in list(zip(tai.panel.units, tai.panel.values[0]))[:5]:
    print(f"{names[unit]:15}", *(f"{x:7g}" for x in row))
""",
    """\
Royalties, patents and internet hosts span orders of magnitude; telephones and electricity come as logarithms already.

## Step 5: onto one scale (Table 15)

The book puts one indicator, years of schooling, through twelve normalisations; here are seven. A recipe names every
policy of a method. The first five countries:
""",
    """\
from innodex.recipe import read

REST = '''
[[steps]]
step = "weigh"
weight = 1
[[steps]]
step = "aggregate"
method = "arithmetic"
missing = "all"
[[steps]]
step = "rank"
ties = "min"
significant = 12
'''

def recipe(scale, rest=REST):
    return read(f'schema = 1\\n[[steps]]\\nstep = "normalise"\\n{scale}\\n{rest}'.encode()).recipe

def schooling(scale):
    result = innodex.build(tai.framework, tai.panel, recipe(scale), territory=tai.territory)
    return result.normalised[0, :, result.indicator_at["SCHOOLING"]]

ways = {
    "z-score": 'method = "zscore"\\nsd = "sample"\\ncentre = 0\\nspread = 1\\nconstant = "missing"',
    "min-max": 'method = "minmax"\\nlow = 0\\nhigh = 1\\nconstant = "missing"',
    "share of best": 'method = "ratio"\\nto = "best"\\nfactor = 1',
    "share of mean": 'method = "ratio"\\nto = "mean"\\nfactor = 1',
    "from the mean": 'method = "ratio"\\nto = "mean"\\nfactor = 1\\ndifference = true',
    "about the mean": 'method = "about-mean"\\nband = 0.2\\nbelow = -1\\nwithin = 0\\nabove = 1',
    "rank": 'method = "rank"\\nties = "min"',
}
table = np.array([schooling(scale) for scale in ways.values()])
print(" " * 15, *(f"{name:>14}" for name in ways))
for unit, column in list(zip(tai.panel.units, table.T))[:5]:
    print(f"{names[unit]:15}", *(f"{x:14.2f}" for x in column))
""",
    """\
The z-score divides by n − 1: with the other divisor the United States would have 1.56 instead of the printed 1.52.
Such things stand in the recipe, because a reader who recomputes an index must not have to guess them.

## Steps 4 and 6: what varies together, and weights from it (Tables 16, 8, 9 and 18)

The eigenvalues of the correlation matrix say how many dimensions eight indicators have:
""",
    """\
factors = read(open("examples/tai/recipe-factors.toml", "rb").read()).recipe
result = innodex.build(tai.framework, tai.panel, factors, territory=tai.territory)
report = next(one for one in result.reports if one.name == "weights")
found = {}
for row in report.rows:
    one = dict(zip(report.head, row))
    found.setdefault(one["table"], {})[one["child"], one["part"]] = one["value"]

for place, value in found["eigenvalue"].items():
    print(place[1], f"{value:6.2f} {100 * found['explained'][place]:6.1f} %")
""",
    """\
Four of them explain most of it. Their loadings, turned so that each indicator loads on few of them (varimax with
Kaiser normalisation; the sign and order of a factor are free):
""",
    """\
codes = list(dict.fromkeys(code for code, _ in found["rotated-loading"]))
for code in codes:
    print(f"{code:15}", *(f"{value:6.2f}" for (own, _), value in found["rotated-loading"].items() if own == code))
""",
    """\
An indicator weighs by the factor on which it loads highest: its squared loading there, as a share of the factor's,
times the factor's share of what all four explain. Scaled to sum to one:
""",
    """\
weights = dict(zip(result.nodes, result.effective[0]))
for code in codes:
    print(f"{code:15}", f"{weights[code]:5.2f}")
print(f"{'sum':15}", f"{sum(weights[code] for code in codes):5.2f}")
""",
    """\
## Step 7 and on: what the choice does

The same figures, equal weights or these, means that let a strong side make up for a weak one or that do not. The
places of the countries that move most:
""",
    """\
EQUAL = 'method = "minmax"\\nlow = 1\\nhigh = 100\\nconstant = "missing"'
GEOMETRIC = REST.replace('"arithmetic"', '"geometric"').replace('"all"', '"all"\\nnonpositive = "missing"')
plain = innodex.build(tai.framework, tai.panel, recipe(EQUAL), territory=tai.territory)
geometric = innodex.build(tai.framework, tai.panel, recipe(EQUAL, GEOMETRIC), territory=tai.territory)
top = plain.node_at["TAI"]
places = {
    "equal weights": plain.rank[0, :, top],
    "factor weights": result.rank[0, :, top],
    "geometric means": geometric.rank[0, :, top],
}
apart = np.ptp(np.array(list(places.values())), axis=0)
print(" " * 20, *places)
for at in np.argsort(-apart, kind="stable")[:6]:
    print(f"{names[plain.units[at]]:20}", *(f"{ranks[at]:>{len(name)}.0f}" for name, ranks in places.items()))
""",
    """\
A rank is an answer to a figure *and* to these choices. That is why a recipe travels with every edition.

## Where to read on

[Every method, with its formula and source](../reference/methods/README.md) ·
[what becomes of awkward figures](../reference/policies.md) · [how a recipe is written](../reference/recipe.md)
""",
)


def page() -> str:
    """The page, with what its code prints."""
    names: dict[str, object] = {}
    text: list[str] = []
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        for at, part in enumerate(PARTS):
            if at % 2 == 0:
                text.append(part)
                continue
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                exec(compile(part, f"<block {at // 2 + 1}>", "exec"), names)
            shown = "\n".join(line.rstrip() for line in said.getvalue().splitlines())
            text.append(f"```python\n{part}```\n\n```text\n{shown}\n```\n")
    finally:
        os.chdir(before)
    return "\n".join(text)


def main() -> int:
    """Write the page, or say whether it is current."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--check", action="store_true")
    check = options.parse_args().check
    wanted = page()
    same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted
    if same or not check:
        PAGE.write_text(wanted, encoding="utf-8")
        print("up to date" if same else PAGE.relative_to(ROOT))
        return 0
    print(f"{PAGE.relative_to(ROOT)} is out of date: run tools/handbook.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
