"""From a draft to the adopted version: what an organisation writes, its leader sends, the academy answers."""

from __future__ import annotations

from typing import Any

import pytest

from innodex.portal.people.refused import Refused


def test_smoke(opened: Any) -> None:
    comments = opened.contribute(
        "north", {"node": "staff", "aspect": "unit"}, {"stance": "agree", "text": ""}
    )

    assert [comment.number for comment in comments] == [1, 2]
    with pytest.raises(Refused) as refused:
        opened.adopt(opened.round.versions.get())
    assert refused.value.kind == "comments-open"
