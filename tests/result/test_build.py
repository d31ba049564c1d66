"""`build` against the same computation by hand, on indices of any shape."""

from __future__ import annotations

import numpy as np
from hypothesis import reject

from _arrays import law
from _by_hand import ByHand, Delicate, applies, places
from _trees import Case, cases
from innodex.result import Flag, Result, build


def number(x: float) -> float | None:
    return None if np.isnan(x) else float(x)


def agree(found: float | None, wanted: float | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted))


def _same_scores(result: Result, wanted: ByHand) -> None:
    for p, period in enumerate(result.periods):
        for u, unit in enumerate(result.units):
            for n, code in enumerate(result.nodes):
                found = number(result.score[p, u, n])
                assert agree(found, wanted.score[period, unit, code]), (period, unit, code)
            for i, n in enumerate(result.indicators):
                key = period, unit, result.nodes[n]
                assert agree(number(result.raw[p, u, i]), wanted.raw[key])
                assert agree(number(result.normalised[p, u, i]), wanted.score[key])
                assert set(Flag(int(result.flags[p, u, i])).word.split()) == wanted.flags[key]


@law(cases())
def test_scores_and_flags_are_those_by_hand(case: Case) -> None:
    try:
        wanted = ByHand(case.framework, case.panel, case.recipe)
    except Delicate:
        reject()
    result = build(case.framework, case.panel, case.recipe, territory=case.territory)
    _same_scores(result, wanted)
    np.testing.assert_array_equal(result.treated, result.raw)
    for p, period in enumerate(result.periods):
        for n, code in enumerate(result.nodes):
            assert result.applicable[p, n] == applies(case.framework, code, period)
            assert agree(result.share[p, n], wanted.share[period, code])
            assert agree(result.effective[p, n], wanted.effective[period, code])


@law(cases())
def test_ranks_are_those_by_hand(case: Case) -> None:
    """Counted from the scores of the result, so that a last bit of a score is not a matter of ranks."""
    result = build(case.framework, case.panel, case.recipe, territory=case.territory)
    regions = [case.territory.by_code[unit].region for unit in result.units]
    for p in range(len(result.periods)):
        for n, code in enumerate(result.nodes):
            policy = case.recipe.rank_at.get(code, case.recipe.rank)
            field = [number(x) for x in result.score[p, :, n]]
            found = [number(x) for x in result.rank[p, :, n]]
            assert found in [places(field, field, policy, loose) for loose in (True, False)]
            assert result.ranked(p, n) == sum(x is not None for x in field)
            for region in set(regions) if case.recipe.within else ():
                members = [u for u, own in enumerate(regions) if own == region]
                own = [number(x) for x in result.group_rank[0, p, members, n]]
                some = [field[u] for u in members]
                allowed = [places(some, field, policy, loose) for loose in (True, False)]
                assert own in (allowed if region else [[None] * len(members)])
    assert result.group_rank.shape[0] == len(case.recipe.within)


@law(cases())
def test_axes_are_those_of_framework_and_panel(case: Case) -> None:
    result = build(case.framework, case.panel, case.recipe, territory=case.territory)
    nodes = case.framework.nodes
    assert (result.periods, result.units) == (case.panel.periods, case.panel.units)
    assert result.nodes == tuple(node.code for node in nodes)
    assert result.levels == tuple(node.level for node in nodes)
    assert result.parents == tuple(node.parent or "" for node in nodes)
    assert result.indicators == tuple(n for n, node in enumerate(nodes) if node.formula is not None)
    assert result.digests == {
        "framework": case.framework.digest,
        "panel": case.panel.digest,
        "recipe": case.recipe.digest,
        "territory": case.territory.digest,
    }
    np.testing.assert_array_equal(np.isnan(result.rank), np.isnan(result.score))


@law(cases())
def test_weights_of_indicators_add_up_to_the_whole(case: Case) -> None:
    """Effective weights of all indicators are one, unless some weight was given to what does not apply."""
    result = build(case.framework, case.panel, case.recipe, territory=case.territory)
    leaves = list(result.indicators)
    for p in range(len(result.periods)):
        whole = result.effective[p, leaves].sum()
        idle = any(
            result.effective[p, n] > 0
            and n not in leaves
            and not any(
                result.share[p, c] > 0 for c, parent in enumerate(result.parents) if parent == result.nodes[n]
            )
            for n in range(len(result.nodes))
        )
        assert whole <= 1 + 1e-9
        if result.applicable[p, result.nodes.index("R")] and not idle:
            assert abs(whole - 1) < 1e-9
