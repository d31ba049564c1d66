"""A circle is told of the periods that are asked for, and of no other."""

from __future__ import annotations

from innodex.cli import _build
from innodex.result import only
from result.test_aggregate import CYCLE, made, method


class _Heard:
    def __init__(self) -> None:
        self.periods: list[object] = []

    def complain(self, key: str, **values: object) -> None:
        assert key == "cli.build.cycle"
        self.periods.append(values["period"])


def test_one_period_is_told_of_its_own_circle_alone() -> None:
    result = made(method("condorcet", 'score = "points"'), [*CYCLE, CYCLE[0]])
    whole, alone = _Heard(), _Heard()

    _build._tell_cycles(result, whole)  # type: ignore[arg-type]
    _build._tell_cycles(only(result, "2021"), alone)  # type: ignore[arg-type]

    assert whole.periods == ["2020", "2021"]
    assert alone.periods == ["2021"]
