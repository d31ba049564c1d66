"""The synthesis table: every sent comment exactly once, with its answer, whatever people write."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from innodex.documents import say
from innodex.portal.consultation import queries, synthesis
from innodex.portal.consultation.actions import tidy
from innodex.portal.consultation.models import Comment

AWKWARD = (
    "=1+1",
    '=HYPERLINK("http://x")',
    "+84 24 1234",
    "-5",
    "@SUM(A1)",
    "{=A1}",
    "Đề nghị sửa “đơn vị tính”\nthành người/vạn dân",
    "🙂 emoji 👩‍🔬",
    "_x0041_ nguyên văn",
    "http://localhost/a?b=c",
    "<b>đậm</b> & 'nháy'",
    "1,5",
    "TRUE",
    "Tab\tở giữa",
)
WORDS = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.text("aăâđêôơưẾỘ =\n+-@", max_size=30),
)
NODES = st.sampled_from(["", "total", "people", "staff", "pupils", "money", "spending"])
ANSWERS = st.one_of(
    st.none(), st.tuples(st.sampled_from(["accepted", "partly", "not_accepted", "noted"]), WORDS)
)
COMMENTS = st.lists(
    st.tuples(
        st.sampled_from(["north", "south", "statistics"]),
        NODES,
        st.sampled_from(queries.ASPECTS),
        st.sampled_from(Comment.Stance.values),
        WORDS,
        WORDS,
        ANSWERS,
    ),
    max_size=6,
)


class Back(Exception):
    """Take back what an example has written."""


def _read(content: bytes) -> list[tuple[Any, ...]]:
    """The rows below the head of the first sheet, as another program reads them."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows())
    head = next(at for at, row in enumerate(rows) if row[0].value == say("vi", "consultation.column.place"))
    for row in rows:
        for cell in row:
            assert cell.data_type != "f", cell.value
            assert cell.hyperlink is None
    return [
        tuple(_plain(cell.value) for cell in row) for row in rows[head + 1 :] if isinstance(row[0].value, int)
    ]


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    # Workbooks write what looks like one of their own escapes as an escape; this reader leaves it so.
    return re.sub(r"_x005F_", "_", value) if isinstance(value, str) else value


def _written(stage: Any, comments: list[Any]) -> Counter[tuple[str, ...]]:
    """Play the comments and answers; what the table must then hold, each as often as it was sent."""
    expected: Counter[tuple[str, ...]] = Counter()
    for body in ("north", "south", "statistics"):
        own = [one for one in comments if one[0] == body]
        answers = {}
        for _, node, aspect, stance, text, proposed, answer in own:
            aspect, text = (aspect if node else ""), (tidy(text) or "Có ý")
            made = stage.comment(body, node=node, aspect=aspect, stance=stance, text=text, proposed=proposed)
            answers[made.pk] = answer
        if not own:
            continue
        stage.request(body)
        stage.send(body)
        for comment in stage.contribution(body).comments.filter(state="sent"):
            kind, reason = answers[comment.pk] or ("none", "")
            reason = tidy(reason) or ("" if kind in ("none", "accepted", "noted") else "Vì")
            if kind != "none":
                stage.answer(comment, kind, reason=reason)
            who = stage.bodies[body].name["vi"]
            words = say("vi", f"consultation.answer.{kind}")
            stance = say("vi", f"consultation.stance.{comment.stance}")
            expected[str(comment.number), who, stance, comment.text, comment.proposed, words, reason] += 1
    return expected


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(comments=COMMENTS)
def test_every_sent_comment_stands_in_the_file_exactly_once(opened: Any, comments: list[Any]) -> None:
    try:
        with transaction.atomic():
            opened.comment("north", node="staff", text="Bản thảo đã rút")
            from innodex.portal.consultation import actions

            opened.do(
                actions.withdraw_comment, "north-entry", comment=opened.contribution("north").comments.get()
            )
            expected = _written(opened, comments)

            rows = _read(synthesis.workbook(opened.round, "vi", at=opened.now))

            columns = [
                synthesis.COLUMNS.index(n)
                for n in ("number", "who", "stance", "text", "proposed", "answer", "reason")
            ]
            found = Counter(tuple(str(row[column]) for column in columns) for row in rows)
            assert found == expected
            assert [row[0] for row in rows] == list(range(1, len(comments) + 1))
            page = Counter(
                (str(r.number), r.who, r.stance, r.text, r.proposed, r.answer, r.reason)
                for r in synthesis.rows(opened.round, "vi")
            )
            assert page == expected
            raise Back
    except Back:
        pass


def test_rows_follow_the_framework_and_name_target_and_change(opened: Any) -> None:
    comments = opened.contribute(
        "north",
        {"node": "spending", "text": "c"},
        {"node": "staff", "aspect": "unit", "text": "b"},
        {"stance": "agree", "text": ""},
    )
    second = opened.version(opened.changed())
    opened.answer(comments[1], "accepted", changed_in=second, changed_node="staff")
    opened.answer(comments[2], "accepted", changed_in=second, changed_node="pupils")

    rows = synthesis.rows(opened.round, "en")

    assert [(row.place, row.number, row.target) for row in rows] == [
        (1, 1, "The whole framework"),
        (2, 2, "1.1 Research staff – Unit"),
        (3, 3, "2.1 Research spending"),
    ]
    assert [row.change for row in rows] == [
        "",
        "Version 2: 1.1 Research staff (unit)",
        "Version 2: 1.2 Pupils (removed)",
    ]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_second_sheet_has_everybody_who_was_asked(opened: Any, lang: str) -> None:
    opened.contribute("north", {"text": "Một"}, {"text": "Hai"})
    opened.comment("south")

    book = openpyxl.load_workbook(io.BytesIO(synthesis.workbook(opened.round, lang, at=opened.now)))

    rows = [row for row in book.worksheets[1].iter_rows(min_row=4, values_only=True) if row[0]]
    assert len(rows) == 64
    assert sum(row[3] for row in rows) == 2
    silent = say(lang, "consultation.answered.none")
    assert sum(row[2] == silent for row in rows) == 63  # a draft is no answer


def test_an_empty_consultation_has_a_file_that_says_so(opened: Any) -> None:
    content = synthesis.workbook(opened.round, "vi", at=opened.now)

    assert _read(content) == []
    cells = [
        c.value for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows() for c in row
    ]
    assert say("vi", "consultation.synthesis.empty") in cells
    assert any("giả lập" in str(value) for value in cells)


def test_the_same_moment_gives_the_same_file(opened: Any) -> None:
    opened.contribute("north", {"text": "Một"})

    first, second = (synthesis.workbook(opened.round, "vi", at=opened.now) for _ in range(2))

    assert first == second
