"""The step `aggregate` through `build`, from recipe documents: methods, policies, refusals and reports."""

from __future__ import annotations

import math

import numpy as np
import pytest

from _arrays import NAN, close
from _trees import text
from innodex.documents import Faulty
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import METHODS, Recipe, read
from innodex.result import Report, Result, build
from innodex.result import _aggregate as joining
from innodex.result import _build as stages
from innodex.result import _normalise as scaling

DOCUMENT = """
schema = 1
{before}
[[steps]]
step = "normalise"
method = "none"
[[steps]]
step = "weigh"
{weights}
[[steps]]
step = "aggregate"
{mean}
[[steps]]
step = "rank"
ties = "min"
significant = 12
"""
ARITHMETIC = 'method = "arithmetic"\nmissing = "all"\n'
AVAILABLE = 'missing = "available"\nminimum_share = 0\n'
# Units by children; two periods.
X = [[[2.0, 8, 4], [6, 6, 6], [1, 4, NAN]], [[1, 1, 1], [4, 2, NAN], [8, 8, 8]]]
WITHOUT = """
[[steps]]
step = "screen"
method = "named"
drop = ["{unit}"]
fail = "unranked"
"""


def document(mean: str, *, weights: str = "weight = 1", before: str = "") -> bytes:
    return DOCUMENT.format(mean=mean, weights=weights, before=before).encode()


def made(mean: str, x: object = X, *, weights: str = "weight = 1", before: str = "") -> Result:
    """What `build` makes of an index R with the children a, b, c … right under it."""
    return build(*parts(mean, x, weights=weights, before=before))


def parts(
    mean: str, x: object, *, weights: str = "weight = 1", before: str = ""
) -> tuple[Framework, Panel, Recipe]:
    figures = np.array(x, dtype=np.float64)
    codes = "abcdef"[: figures.shape[2]]
    leaves = [
        Node(c, c, "R", "", text(c), direction=Direction.HIGHER, formula=Direct(f"s{c}")) for c in codes
    ]
    framework = Framework(
        (Node("R", "R", None, "", text("R")), *leaves), tuple(Series(f"s{c}", text(c)) for c in codes)
    )
    panel = Panel.of(
        figures,
        periods=tuple(str(2020 + at) for at in range(len(figures))),
        units=tuple("UVWXYZ"[: figures.shape[1]]),
        series=tuple(f"s{c}" for c in codes),
    )
    reading = read(document(mean, weights=weights, before=before))
    assert reading.recipe is not None, [fault.text("en") for fault in reading.faults]
    return framework, panel, reading.recipe


def top(mean: str, x: object = X, **settings: str) -> list[list[float]]:
    return made(mean, x, **settings).score[:, :, 0].tolist()  # type: ignore[no-any-return]


def report(result: Result, name: str) -> Report:
    (found,) = (one for one in result.reports if one.name == name)
    return found


def method(name: str, *policies: str) -> str:
    return "\n".join((f'method = "{name}"', AVAILABLE, *policies))


PENALTY = ('sd = "population"', 'penalty = "minus"', 'spread = "weighted"')


@pytest.mark.parametrize(
    ("mean", "wanted"),
    [
        (method("arithmetic"), [[14 / 3, 6, 2.5], [1, 3, 8]]),
        (method("geometric", 'nonpositive = "refuse"'), [[4, 6, 2], [1, math.sqrt(8), 8]]),
        (method("harmonic", 'nonpositive = "refuse"'), [[24 / 7, 6, 1.6], [1, 8 / 3, 8]]),
        (
            method("power", "exponent = 2", 'nonpositive = "formula"'),
            [[math.sqrt(28), 6, math.sqrt(8.5)], [1, math.sqrt(10), 8]],
        ),
        (method("sum"), [[14, 18, 5], [3, 6, 24]]),
        (method("minimum"), [[2, 6, 1], [1, 2, 8]]),
        (method("median"), [[4, 6, 2.5], [1, 3, 8]]),
        (
            method("mpi", *PENALTY),
            [[14 / 3 - (28 - (14 / 3) ** 2) / (14 / 3), 6, 2.5 - 2.25 / 2.5], [1, 3 - 1 / 3, 8]],
        ),
        (
            method("penalised", 'mean = "geometric"', 'nonpositive = "missing"', *PENALTY),
            [[4 - (28 - (14 / 3) ** 2) / (14 / 3), 6, 2 - 0.9], [1, math.sqrt(8) - 1 / 3, 8]],
        ),
        (method("mean-min", "alpha = 1", "beta = 0"), [[2, 6, 1], [1, 2, 8]]),
        (method("copeland", 'score = "points"'), [[0, 2, -2], [-2, 0, 2]]),
        (method("copeland", 'score = "share"'), [[50, 100, 0], [0, 50, 100]]),
        (method("condorcet", 'score = "points"'), [[1, 2, 0], [0, 1, 2]]),
        (method("condorcet", 'score = "share"'), [[50, 100, 0], [0, 50, 100]]),
        # U has 1 + 2 + 0 of 5 comparisons, W none of 4; of 3 · 2 points to be had in all.
        (method("borda", 'score = "points"'), [[3 / 5 * 6, 4 / 5 * 6, 0], [0, 2 / 4 * 6 + 0, 6]]),
    ],
)
def test_each_method_by_hand(mean: str, wanted: list[list[float]]) -> None:
    if "borda" in mean:
        wanted = [[3 / 5 * 6, 4 / 5 * 6, 0], [0, 2 / 4 * 6, 5 / 5 * 6]]
    close(np.array(top(mean)), np.array(wanted))


def test_ampi_is_mpi_on_another_scale() -> None:
    assert top(method("ampi", *PENALTY)) == top(method("mpi", *PENALTY))


def test_weights_take_part() -> None:
    weights = "weight = 1\n[steps.at]\na = 3\nc = 0"

    close(np.array(top(method("median"), weights=weights)), [[2, 6, 1], [1, 4, 8]])
    close(np.array(top(method("minimum"), weights=weights)), [[2, 6, 1], [1, 2, 8]])
    close(
        np.array(top(method("harmonic", 'nonpositive = "refuse"'), weights=weights)),
        [[4 / (3 / 2 + 1 / 8), 6, 4 / (3 + 1 / 4)], [1, 4 / (3 / 4 + 1 / 2), 8]],
    )


def test_every_method_of_the_step_obeys_missing_and_minimum_share() -> None:
    extra = {
        "geometric": ['nonpositive = "missing"'],
        "harmonic": ['nonpositive = "missing"'],
        "power": ["exponent = 3", 'nonpositive = "missing"'],
        "mpi": PENALTY,
        "ampi": PENALTY,
        "penalised": ['mean = "arithmetic"', *PENALTY],
        "mean-min": ["alpha = 1", "beta = 1"],
        "benefit": ["best = 100", 'nonpositive = "missing"'],
        **{rule: ['score = "points"'] for rule in ("copeland", "borda", "condorcet")},
    }
    for name in METHODS["aggregate"]:
        policies = "\n".join((f'method = "{name}"', *extra.get(name, [])))
        for missing in ('missing = "all"', 'missing = "available"\nminimum_share = 0.7'):
            score = made(f"{policies}\n{missing}").score[:, :, 0]
            assert np.isnan(score).tolist() == [[False, False, True], [False, True, False]], name
        assert not np.isnan(made(f"{policies}\n{AVAILABLE}").score[:, :, 0]).any(), name


# ---- zero and below ------------------------------------------------------------------------------------

LOW = [[[0.0, 4], [-1, 4], [2, 4]]]


@pytest.mark.parametrize(
    ("name", "policies", "missing", "zero"),
    [
        ("geometric", (), [NAN, NAN, math.sqrt(8)], [0, 0, math.sqrt(8)]),
        ("harmonic", (), [NAN, NAN, 8 / 3], [0, 0, 8 / 3]),
        ("power", ("exponent = 1",), [2, NAN, 3], [2, 0, 3]),
        ("benefit", ("best = 1",), [1, NAN, 1], [1, 1, 1]),
        # 2 and 4: the squares from 3 are 1 each.
        (
            "penalised",
            ('mean = "geometric"', *PENALTY),
            [NAN, NAN, math.sqrt(8) - 1 / 3],
            [0, 0, math.sqrt(8) - 1 / 3],
        ),
    ],
)
def test_what_becomes_of_zero_and_below(
    name: str, policies: tuple[str, ...], missing: list[float], zero: list[float]
) -> None:
    for word, wanted in (("missing", missing), ("zero", zero)):
        close(np.array(top(method(name, *policies, f'nonpositive = "{word}"'), LOW)), [wanted])


def refusals(name: str, *policies: str, before: str = "") -> list[tuple[object, ...]]:
    with pytest.raises(Faulty) as refused:
        made(method(name, *policies, 'nonpositive = "refuse"'), LOW, before=before)
    keys = ("found", "child", "unit", "period")
    for fault in refused.value.faults:
        assert fault.kind == "nonpositive-child"
        assert fault.row is not None
        for lang in ("vi", "en"):
            assert "{" not in fault.text(lang)
    return [tuple(fault.values[key] for key in keys) for fault in refused.value.faults]


def test_a_refusal_names_node_child_unit_and_period() -> None:
    both = [("R", "a", "U", "2020"), ("R", "a", "V", "2020")]

    assert refusals("geometric") == refusals("harmonic") == refusals("power", "exponent = -1") == both
    assert refusals("power", "exponent = 2") == refusals("benefit", "best = 1") == both[1:]


def test_a_unit_that_is_screened_out_refuses_nothing() -> None:
    assert refusals("geometric", before=WITHOUT.format(unit="V")) == [("R", "a", "U", "2020")]


def test_a_child_without_weight_refuses_nothing() -> None:
    mean = method("geometric", 'nonpositive = "refuse"')

    assert top(mean, LOW, weights="weight = 1\n[steps.at]\na = 0") == [[4, 4, 4]]


# ---- outranking ----------------------------------------------------------------------------------------

CYCLE = [[[3.0, 1, 2], [2, 3, 1], [1, 2, 3], [0, 0, 0], [0, 0, 0]]]


def test_a_cycle_is_reported_and_its_units_share_the_first_place() -> None:
    result = made(method("condorcet", 'score = "points"'), CYCLE)

    assert result.rank[0, :, 0].tolist() == [1, 1, 1, 4, 4]
    found = report(result, "condorcet")
    assert found.head == ("period", "node", "place", "units", "kind", "chain")
    assert found.rows == (
        ("2020", "R", 1, "U, V, W", "cycle", "U > V > W > U"),
        ("2020", "R", 4, "X, Y", "level", ""),
    )


def test_the_comparisons_are_reported() -> None:
    rows = report(made(method("copeland", 'score = "points"'), CYCLE), "outranking").rows

    shares = {row[2:4]: row[4] for row in rows}
    assert len(rows) == len(shares) == 20
    assert shares["U", "V"] == pytest.approx(2 / 3)
    assert shares["V", "U"] == pytest.approx(1 / 3)
    assert shares["X", "Y"] == 0.5


def test_each_period_has_an_order_of_its_own() -> None:
    rows = report(made(method("condorcet", 'score = "points"')), "condorcet").rows

    assert [(row[0], row[3]) for row in rows] == [
        ("2020", "V"), ("2020", "U"), ("2020", "W"), ("2021", "W"), ("2021", "V"), ("2021", "U"),
    ]  # fmt: skip


def test_a_unit_that_is_screened_out_moves_nobody() -> None:
    alone = [[row for at, row in enumerate(CYCLE[0]) if at != 1]]
    for name in ("copeland", "borda", "condorcet"):
        mean = method(name, 'score = "points"')
        found = top(mean, CYCLE, before=WITHOUT.format(unit="V"))[0]
        close(np.delete(np.array(found), 1), top(mean, alone)[0])
    assert not np.isnan(
        top(method("copeland", 'score = "points"'), CYCLE, before=WITHOUT.format(unit="V"))[0][1]
    )


@pytest.mark.parametrize(
    ("name", "wanted"), [("copeland", [-1, -1, 2]), ("borda", [1, 1, 4]), ("condorcet", [0.5, 0.5, 2])]
)
def test_the_last_bit_of_a_mean_is_no_lead(name: str, wanted: list[float]) -> None:
    """0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 differ in a float, not in a score; figures that differ do."""
    bits = [[[0.1, 0.2, 0.3, 1.0], [0.3, 0.2, 0.1, 1.0], [0.9, 0.9, 0.9, 1.0 + 1e-15]]]
    framework, panel, _ = parts(ARITHMETIC, bits)
    root, *leaves = framework.nodes
    pillar = Node("P", "P", "R", "", text("P"))
    under = [
        Node(n.code, n.code, "P", "", n.name, direction=n.direction, formula=n.formula) for n in leaves[:3]
    ]
    tree = Framework((root, pillar, *under, leaves[3]), framework.series)
    mean = ARITHMETIC + "[steps.at.R]\n" + method(name, 'score = "points"')
    way = read(document(mean)).recipe
    assert way is not None

    result = build(tree, panel, way)

    assert result.score[0, 0, 1] != result.score[0, 1, 1]
    assert result.score[0, :, 0].tolist() == wanted


def test_a_tree_that_is_joined_twice_has_one_report() -> None:
    """Balanced weights are found from the whole tree; what the first joining reported is taken back."""
    for mean, names in (
        (method("condorcet", 'score = "points"'), ["outranking", "condorcet"]),
        (benefit(), ["benefit"]),
    ):
        once = made(mean, CYCLE)
        work = stages.begin(*parts(mean, CYCLE))
        stages.prepare(work)
        scaling.apply(work)
        joining.apply(work)
        joining.apply(work)
        assert [one.name for one in work.reports] == names
        assert work.reports == list(once.reports)


# ---- the Benefit of the Doubt --------------------------------------------------------------------------

FIELD = [[[2.0, 8], [6, 6], [3, 3], [1, 7]], [[4, 16], [12, 12], [6, 6], [2, 14]]]


def benefit(*policies: str) -> str:
    return method("benefit", "best = 100", 'nonpositive = "refuse"', *policies)


def test_benefit_of_the_doubt_by_hand() -> None:
    for row in top(benefit(), FIELD):  # each period has a frontier of its own
        close(np.array(row), [100, 100, 50, 87.5])


def test_the_frontier_of_all_periods_or_of_one() -> None:
    close(np.array(top(benefit('sample = "pooled"'), FIELD)), [[50, 50, 25, 43.75], [100, 100, 50, 87.5]])
    close(np.array(top(benefit('sample = "2020"'), FIELD)), [[100, 100, 50, 87.5], [200, 200, 100, 175]])


def test_the_weights_that_were_chosen_are_reported() -> None:
    found = report(made(benefit("share_low = 0.2"), FIELD), "benefit")

    assert found.head == ("period", "node", "unit", "child", "weight", "share")
    assert len(found.rows) == 16
    sums: dict[tuple[object, object], float] = {}
    for period, _, unit, _, weight, share in found.rows:
        assert isinstance(weight, float)
        assert isinstance(share, float)
        assert weight >= 0
        assert share >= 0.2 - 1e-9
        sums[period, unit] = sums.get((period, unit), 0.0) + share
    close(np.array(list(sums.values())), np.ones(8))


@pytest.mark.parametrize("below", ["missing", "zero"])
def test_a_child_without_weight_takes_nobody_off_the_frontier(below: str) -> None:
    x = np.concatenate([np.array(FIELD), np.full((2, 4, 1), -5.0)], axis=2)
    mean = method("benefit", "best = 100", f'nonpositive = "{below}"')

    for row in top(mean, x, weights="weight = 1\n[steps.at]\nc = 0"):
        close(np.array(row), [100, 100, 50, 87.5])


def test_shares_around_the_weights_of_the_recipe() -> None:
    weights = "weight = 1\n[steps.at]\na = 3"
    rows = report(made(benefit("around = 0.1"), FIELD, weights=weights), "benefit").rows

    shares = {(row[0], row[2], row[3]): row[5] for row in rows}
    for (_, _, child), share in shares.items():
        middle = 0.75 if child == "a" else 0.25
        assert isinstance(share, float)
        assert middle * 0.9 - 1e-9 <= share <= middle * 1.1 + 1e-9
    exact = top(benefit("around = 0"), FIELD, weights=weights)[0]
    # With fixed shares s_i the score is the least over peers of 1 / Σ s_i y_i / x_i.
    x = np.array(FIELD[0])
    wanted = [100 / max((np.array([0.75, 0.25]) * peer / row).sum() for peer in x) for row in x]
    close(np.array(exact), wanted)


def test_around_holds_for_the_children_that_a_unit_has() -> None:
    weights = "weight = 1\n[steps.at]\na = 3"
    score = top(benefit("around = 0.1"), [[[2.0, 8, 3], [6, 6, 1], [3, NAN, 2]]], weights=weights)[0]

    assert not np.isnan(score).any()


@pytest.mark.parametrize(
    ("policies", "wrong"),
    [
        ('method = "benefit"\nbest = 1\nnonpositive = "zero"\nshare_low = 1\nshare_high = 0.5', "share_low"),
        ('method = "power"\nexponent = 0\nnonpositive = "missing"', "exponent"),
        ('method = "benefit"\nbest = 0\nnonpositive = "missing"', "best"),
        ('method = "benefit"\nbest = 1\nnonpositive = "missing"\naround = 0.5\nshare_low = 0.1', "around"),
        ('method = "mean-min"\nalpha = 2\nbeta = 0', "alpha"),
        ('method = "penalised"\nmean = "median"', "mean"),
    ],
)  # fmt: skip
def test_what_a_policy_cannot_be_is_refused(policies: str, wrong: str) -> None:
    faults = read(document(f'{policies}\nmissing = "all"')).faults

    assert ("bad-policy", wrong) in [(fault.kind, fault.column) for fault in faults]


def test_the_geometric_mean_behind_a_penalty_asks_what_becomes_of_zero() -> None:
    policies = "\n".join(('method = "penalised"', 'mean = "geometric"', 'missing = "all"', *PENALTY))

    assert [(f.kind, f.column) for f in read(document(policies)).faults] == [
        ("missing-policy", "nonpositive")
    ]


def test_methods_and_policies_count_in_the_digest() -> None:
    means = [
        ARITHMETIC,
        method("minimum"),
        method("power", "exponent = 2", 'nonpositive = "missing"'),
        method("power", "exponent = 3", 'nonpositive = "missing"'),
        benefit(),
        benefit("share_low = 0.1"),
        method("mpi", *PENALTY),
        method("ampi", *PENALTY),
    ]
    digests = []
    for mean in means:
        recipe = read(document(mean)).recipe
        assert recipe is not None
        digests.append(recipe.digest)
    assert len(set(digests)) == len(means)
