"""Looking for counterexamples, the same way each time."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from faults._book import Unfit

# More positions by hand: INNODEX_POSITIONS=200 .venv/bin/python -m pytest tests/faults
POSITIONS = int(os.environ.get("INNODEX_POSITIONS", "20"))
seeds = st.integers(min_value=0, max_value=2**32 - 1)


def search(trial: Callable[[st.DataObject], None], examples: int = POSITIONS) -> None:
    """Try so many examples; the first counterexample tells, making it small would take minutes."""
    steady = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    steady(given(data=st.data())(lambda data: trial(data)))()


def picker(data: st.DataObject) -> Callable[..., object]:
    """A function that draws one of several, and gives up where there is none."""

    def pick(choices: Sequence[object]) -> object:
        if not choices:
            raise Unfit
        return data.draw(st.sampled_from(list(choices)))

    return pick
