"""The board: all localities, silent ones too; sorted, filtered and downloaded without script."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest

from portal.rounds._calls import COMPLETE, DECLINE, answer, bring, draft, register

if TYPE_CHECKING:
    from django.test import Client

    from portal.rounds.conftest import Stage

pytestmark = pytest.mark.django_db

BOARD = "/portal/rounds/trial/board/"
FEW = {**COMPLETE, "readiness": {name: answer("no") for name in COMPLETE["readiness"]}, "difficulties": [
    {"tag": "it", "text": "một"}, {"tag": "it", "text": "hai"}, {"tag": "legal", "text": "ba"}]}  # fmt: skip


def _names(page: str) -> list[str]:
    """The localities of the table, from the top down."""
    body = page[page.rindex("<tbody>") :]
    return [
        re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r'<th scope="row">(.*?)</th>', body, re.S)
    ]


def _name(stage: Stage, body: str) -> str:
    return str(stage.registration(body).locality.name["vi"])


@pytest.fixture
def answered(calling: Stage, client: Client) -> Stage:
    """North is half ready, south is not ready at all, west declines; the academy looks."""
    calling.person("west-entry", "p_entry", "west")
    calling.person("west-lead", "p_lead", "west")
    register(calling, "north")
    calling.wait(days=1)
    register(calling, "south", FEW)
    register(calling, "west", DECLINE)
    calling.log_in(client, "leader")
    return calling


def test_every_locality_has_a_row_from_the_start(calling: Stage, client: Client) -> None:
    calling.log_in(client, "leader")
    page = client.get(BOARD).content.decode()

    assert len(_names(page)) == 63
    assert "63 trên 63 địa phương" in page


def test_the_counts_by_state_add_up_to_all(answered: Stage, client: Client) -> None:
    draft(answered, "north") if answered.registration("north").state == "returned" else None
    page = client.get(BOARD).content.decode()
    tally = page[page.index("<tbody>") : page.index("</tbody>")]
    numbers = [int(found) for found in re.findall(r'<td class="n">(?:<strong>)?(\d+)', tally)]

    assert numbers[-1] == 63
    assert sum(numbers[:-1]) == 63
    assert sorted(numbers[:-1]) == [1, 2, 60]


def test_readiness_and_difficulties_are_those_of_the_copy_that_was_sent(
    answered: Stage, client: Client
) -> None:
    from innodex.portal.rounds import actions
    from innodex.portal.rounds.queries.board import board

    held = answered.registration("north")
    answered.do(actions.return_registration, "leader", registration=held, reason="Bổ sung")
    draft(answered, "north", {"readiness": {}, "difficulties": []})

    rows = {row.unit: row for row in board(answered.round).rows}
    north, south, west = (rows[answered.bodies[body].unit] for body in ("north", "south", "west"))
    assert north.ready is not None
    assert south.ready is not None
    assert dict(north.ready.counts) == {"available": 2, "partly": 1, "no": 0, "unknown": 1}
    assert (north.ready.percent, south.ready.percent, west.ready) == (50, 0, None)
    assert north.tags["money"] == 1
    assert (south.tags["it"], south.tags["legal"], south.difficulties) == (2, 1, 3)


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("ready", ["south", "north"]),
        ("-ready", ["north", "south"]),
        ("difficulties", ["north", "south"]),
        ("-difficulties", ["south", "north"]),
        ("it", ["north", "south"]),
        ("-it", ["south", "north"]),
        ("sent", ["north", "south", "west"]),
    ],
)
def test_the_table_is_sorted_by_its_address_and_who_said_nothing_comes_last(
    answered: Stage, client: Client, order: str, first: list[str]
) -> None:
    names = _names(client.get(BOARD, {"order": order}).content.decode())

    assert names[: len(first)] == [_name(answered, body) for body in first]
    assert len(names) == 63
    silent = [
        name for name in names if name not in {_name(answered, body) for body in ("north", "south", "west")}
    ]
    assert silent == [name for name in _names(client.get(BOARD).content.decode()) if name in set(silent)]


def test_names_are_in_vietnamese_order_and_turn_around(answered: Stage, client: Client) -> None:
    from innodex.documents import sort_key

    names = _names(client.get(BOARD, {"order": "name"}).content.decode())

    assert names == sorted(names, key=sort_key)
    assert _names(client.get(BOARD, {"order": "-name"}).content.decode()) == names[::-1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "declined"}, ["west"]),
        ({"tag": "it"}, ["south"]),
        ({"tag": "money"}, ["north"]),
        ({"state": "sent", "tag": "legal"}, ["south"]),
    ],
)
def test_the_table_is_filtered_by_its_address(
    answered: Stage, client: Client, query: dict[str, str], expected: list[str]
) -> None:
    page = client.get(BOARD, query).content.decode()

    assert _names(page) == [_name(answered, body) for body in expected]
    assert "/63" in page or "trên 63" in page


def test_a_region_shows_its_localities_and_all_regions_together_show_all(
    answered: Stage, client: Client
) -> None:
    page = client.get(BOARD).content.decode()
    select = page[page.index('id="f-region"') :]
    regions = re.findall(r'<option value="([^"]+)"', select[: select.index("</select>")])

    shown = [
        name for region in regions for name in _names(client.get(BOARD, {"region": region}).content.decode())
    ]

    assert len(regions) > 1
    assert sorted(shown) == sorted(_names(page))


def test_an_unknown_wish_is_no_wish(answered: Stage, client: Client) -> None:
    odd = {"order": "'; drop", "state": "gone", "tag": "none", "region": ""}

    assert _names(client.get(BOARD, odd).content.decode()) == _names(client.get(BOARD).content.decode())


def test_nobody_found_says_so_and_leads_back(answered: Stage, client: Client) -> None:
    page = client.get(BOARD, {"state": "confirmed"}).content.decode()

    assert "Không có địa phương nào khớp bộ lọc" in page


def test_every_row_leads_to_what_was_sent_and_silent_ones_lead_nowhere(
    answered: Stage, client: Client
) -> None:
    page = client.get(BOARD).content.decode()
    links = set(re.findall(r'href="(/portal/rounds/trial/registrations/[^"]*)"', page))

    assert links == {
        f"/portal/rounds/trial/registrations/{answered.bodies[body].unit}/"
        for body in ("north", "south", "west")
    }
    assert all(client.get(link).status_code == 200 for link in links)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_both_files_hold_what_the_page_shows_in_the_same_order(
    answered: Stage, client: Client, lang: str
) -> None:
    import openpyxl

    client.post("/portal/language/", {"language": lang})
    query = {"order": "-ready"}
    plain = client.get(f"{BOARD[:-1]}.csv", query)
    book = client.get(f"{BOARD[:-1]}.xlsx", query)

    lines = list(csv.reader(io.StringIO(plain.content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    cells = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert plain.headers["Content-Disposition"] == 'attachment; filename="trial-board.csv"'
    assert cells[1:] == lines
    assert len(lines) == 64
    assert [line[1] for line in lines[1:]] == _names(client.get(BOARD, query).content.decode())
    synthetic = {"vi": "Số liệu giả lập", "en": "ynthetic"}[lang]
    assert synthetic in cells[0][0]


def test_files_have_nothing_where_nothing_was_said_and_zero_where_zero_was(
    answered: Stage, client: Client
) -> None:
    lines = list(csv.DictReader(io.StringIO(client.get(f"{BOARD[:-1]}.csv").content.decode("utf-8-sig"))))
    by_unit = {line["Mã"]: line for line in lines}
    north, south, west = (by_unit[answered.bodies[body].unit] for body in ("north", "south", "west"))

    assert (north["Tỷ lệ sẵn sàng, %"], south["Tỷ lệ sẵn sàng, %"], west["Tỷ lệ sẵn sàng, %"]) == (
        "50",
        "0",
        "",
    )
    assert (south["Có"], south["Không có"], west["Có"]) == ("0", "4", "")
    silent = [line for line in lines if line["Trạng thái"] == "Chưa trả lời"]
    assert len(silent) == 60
    assert {line["Khó khăn"] for line in silent} == {""}


def test_words_that_spreadsheets_take_for_formulas_are_made_harmless() -> None:
    from innodex.portal.rounds.views.board import _harmless

    assert [_harmless(word) for word in ("=1+1", "+1", "-1", "@a", "Đà", 3)] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@a",
        "Đà",
        3,
    ]


def test_a_national_round_has_no_board(stage: Stage, client: Client) -> None:
    stage.make_round(kind="national", quota=None)
    stage.log_in(client, "leader")

    assert client.get(BOARD).status_code == 404
    assert client.get("/portal/rounds/trial/selection/").status_code == 404


def test_the_board_reads_no_draft(
    calling: Stage, client: Client, django_assert_max_num_queries: object
) -> None:
    bring(calling, "north", "drafting")
    calling.log_in(client, "minister")

    with django_assert_max_num_queries(40) as asked:  # type: ignore[operator]
        client.get(BOARD)

    rows = [query["sql"] for query in asked.captured_queries if 'FROM "rounds_registration"' in query["sql"]]
    assert rows
    assert not any('"rounds_registration"."content"' in sql for sql in rows)
