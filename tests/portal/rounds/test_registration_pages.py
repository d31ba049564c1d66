"""The pages of a registration: filled in without script, by several hands, and closed to everybody else."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from portal.rounds._calls import COMPLETE, bring, decide, draft, keep_letter, letter, propose, register
from portal.rounds.conftest import NODES, PASSWORD, SERIES, folder

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from portal.rounds.conftest import Stage

pytestmark = pytest.mark.django_db

OWN = "/portal/rounds/trial/registration/"
BOARD = "/portal/rounds/trial/board/"
SELECTION = "/portal/rounds/trial/selection/"
SECRET = "chữ chưa gửi cho ai"


def _words(answer: HttpResponse) -> str:
    """The words of a page or a file."""
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return html.unescape("".join(book.read(name).decode() for name in book.namelist()))
    return html.unescape(answer.content.decode())


def _sent(stage: Stage, body: str) -> str:
    return f"/portal/rounds/trial/registrations/{stage.bodies[body].unit}/"


def _fields(page: str) -> dict[str, str]:
    """What a browser would send of the page's last form, untouched."""
    form = page[page.rindex("<form") :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        held = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if held.get("type") in ("checkbox", "radio") and "checked" not in tag:
            continue
        if held.get("type") not in ("file", "submit") and "name" in held:
            found[held["name"]] = html.unescape(
                held.get("value", "on" if held.get("type") == "checkbox" else "")
            )
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name] = html.unescape(body)
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


def _open(client: Client, part: str, query: str = "") -> dict[str, str]:
    return _fields(client.get(f"{OWN}parts/{part}/{query}").content.decode())


# ---- filling in


def test_a_registration_is_filled_in_handed_in_and_sent_in_the_browser(
    calling: Stage, client: Client
) -> None:
    calling.log_in(client, "north-entry")
    typed = {
        "answer": {"answer": "join"},
        "focal": {**COMPLETE["focal"], "letter_number": "7/SKHCN", "letter_date": "1/3/2026"},
        "readiness": {f"{s}-{k}": v for s, row in COMPLETE["readiness"].items() for k, v in row.items()},
        "difficulties": {
            "0-tag": "money",
            "0-text": "Thiếu kinh phí",
            "1-tag": "it",
            "1-text": "Chưa có phần mềm",
        },
        "proposals": {"0-to": "ministry", "0-text": "Hỗ trợ", "0-difficulty": "2"},
        "support": {"staff": "hai người"},
    }
    for part, values in typed.items():
        files = {"letter": letter()} if part == "focal" else {}
        answer = client.post(f"{OWN}parts/{part}/", {**_open(client, part), **values, **files, "onward": "1"})
        assert answer.status_code == 302, part
    assert "Chưa điền, không bắt buộc" in _words(client.get(OWN))
    client.post(f"{OWN}request/", {"once": "a"})
    assert calling.registration("north").state == "in_clearance"

    calling.log_in(client, "north-lead")
    assert "Thiếu kinh phí" in _words(client.get(OWN))
    wrong = client.post(f"{OWN}send/", {"once": "b", "password": "not it"})
    assert wrong.status_code == 422
    assert calling.registration("north").state == "in_clearance"
    sent = client.post(f"{OWN}send/", {"once": "c", "password": PASSWORD})
    again = client.post(f"{OWN}send/", {"once": "c", "password": PASSWORD})

    held = calling.registration("north")
    assert (held.state, held.snapshots) == ("sent", 1)
    assert sent.headers["Location"].startswith("/portal/receipts/")
    assert again.status_code == 302
    assert held.content["focal"]["letter_date"] == "2026-03-01"
    assert held.content["readiness"]["staff"]["holder"] == "Cục Thống kê"
    assert held.content["proposals"][0]["difficulty"] == "2"
    assert held.letter.name == "công văn.pdf"


def test_saving_an_untouched_form_changes_nothing(calling: Stage, client: Client) -> None:
    cited = {"letter_number": "7/SKHCN", "letter_date": "2026-03-01"}
    draft(calling, "north", {**COMPLETE, "focal": {**COMPLETE["focal"], **cited}})
    before = calling.registration("north").content
    calling.log_in(client, "north-entry")

    for part in ("answer", "focal", "readiness", "advantages", "difficulties", "proposals", "support"):
        client.post(f"{OWN}parts/{part}/", _open(client, part))

    held = calling.registration("north")
    assert held.content == before
    assert held.revision == 1


def test_an_entry_is_removed_by_its_box_or_by_emptying_it(calling: Stage, client: Client) -> None:
    several = [{"tag": "it", "text": word} for word in ("một", "hai", "ba")]
    draft(calling, "north", {"difficulties": several})
    calling.log_in(client, "north-entry")

    typed = _open(client, "difficulties")
    client.post(f"{OWN}parts/difficulties/", {**typed, "0-remove": "on", "2-tag": "", "2-text": ""})

    assert [entry["text"] for entry in calling.registration("north").content["difficulties"]] == ["hai"]


def test_a_bad_letter_does_not_take_the_words_with_it(calling: Stage, client: Client) -> None:
    calling.log_in(client, "north-entry")

    typed = {**_open(client, "focal"), "leader": "Phó Giám đốc", "letter": letter("bảng.xlsm")}
    answer = client.post(f"{OWN}parts/focal/", typed)

    assert answer.status_code == 422
    assert "macro" in _words(answer)
    assert calling.registration("north").content["focal"]["leader"] == "Phó Giám đốc"
    assert calling.registration("north").letter is None


def test_what_is_missing_is_a_link_to_its_field(calling: Stage, client: Client) -> None:
    draft(calling, "north", {"answer": "join", "difficulties": [{"text": "không rõ loại"}]})
    calling.log_in(client, "north-entry")

    links = re.findall(r'<li><a href="([^"]*parts/[^"]*)#([^"]*)"', client.get(OWN).content.decode())

    assert len(links) == 9
    for address, anchor in links:
        page = client.get(address).content.decode()
        assert f'id="{anchor}"' in page, (address, anchor)
        assert f'href="#{anchor}"' in page, (address, anchor)


def test_a_new_version_that_asks_for_more_is_told_to_the_leader(calling: Stage, client: Client) -> None:
    from innodex.portal.rounds import actions

    bring(calling, "north", "in_clearance")
    asked = SERIES + "patents,Số bằng sáng chế,Patents,bằng,patents,locality,department,\n"
    more = NODES + "patents,2.2,2,indicator,Bằng sáng chế,Patents,,higher,official,patents,,\n"
    calling.do(
        actions.add_version, "analyst", round=calling.round, filename="index.zip",
        upload=folder(series_csv=asked, framework_csv=more),
    )  # fmt: skip
    calling.log_in(client, "north-lead")

    page = client.get(OWN)
    sent = client.post(f"{OWN}send/", {"once": "a", "password": PASSWORD}, follow=True)

    assert "Số bằng sáng chế: Khả năng cung cấp" in _words(page)
    assert "còn thiếu 1 chỗ" in _words(sent)
    assert calling.registration("north").state == "in_clearance"


def test_every_field_of_the_readiness_table_leads_to_its_sheet(calling: Stage, client: Client) -> None:
    calling.log_in(client, "north-entry")
    page = client.get(f"{OWN}parts/readiness/").content.decode()

    links = re.findall(r'href="(/portal/rounds/trial/versions/1/sheets/[^"]*)"', page)
    assert sorted(links) == [
        f"/portal/rounds/trial/versions/1/sheets/{code}/" for code in ("1.1", "1.2", "1.2", "2.1")
    ]
    assert all(client.get(link).status_code == 200 for link in links)


# ---- two officers


def test_after_a_clash_both_texts_are_shown_and_the_own_one_is_in_the_form(
    calling: Stage, client: Client
) -> None:
    calling.log_in(client, "north-entry")
    mine = {**_open(client, "support"), "staff": "chữ của tôi"}
    draft(calling, "north", {"support": {"staff": "chữ của đồng nghiệp", "offers": "phòng họp"}})

    answer = client.post(f"{OWN}parts/support/", mine)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "chữ của đồng nghiệp" in html.unescape(page)
    assert _fields(page)["staff"] == "chữ của tôi"
    assert _fields(page)["offers"] == "phòng họp"  # what only the colleague has written is not undone
    client.post(f"{OWN}parts/support/", _fields(page))
    content = calling.registration("north").content
    assert content["support"] == {
        "staff": "chữ của tôi", "budget": "", "facilities": "", "offers": "phòng họp"
    }  # fmt: skip


def test_after_a_clash_in_a_list_the_colleagues_list_stands_above_the_own_one(
    calling: Stage, client: Client
) -> None:
    calling.log_in(client, "north-entry")
    mine = {**_open(client, "advantages"), "0-tag": "it", "0-text": "của tôi"}
    draft(calling, "north", {"advantages": [{"tag": "time", "text": "của đồng nghiệp"}]})

    answer = client.post(f"{OWN}parts/advantages/", mine)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "của đồng nghiệp" in html.unescape(page[: page.rindex("<form")])
    assert _fields(page)["0-text"] == "của tôi"


def test_a_clash_in_a_row_of_the_table_names_the_row(calling: Stage, client: Client) -> None:
    calling.log_in(client, "north-entry")
    mine = {**_open(client, "readiness"), "staff-available": "no", "plan-available": "partly"}
    draft(calling, "north", {"readiness": {"staff": {"available": "available"}}})

    answer = client.post(f"{OWN}parts/readiness/", mine)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Số người làm nghiên cứu – Khả năng cung cấp" in html.unescape(page)
    assert (_fields(page)["staff-available"], _fields(page)["plan-available"]) == ("no", "partly")


# ---- who sees what


def _pages(stage: Stage) -> list[str]:
    return [OWN, f"{OWN}draft/", f"{OWN}parts/support/", _sent(stage, "north"), BOARD, f"{BOARD[:-1]}.csv",
            f"{BOARD[:-1]}.xlsx", SELECTION]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("north-entry", [200, 200, 200, 200, 404, 404, 404, 200]),
        ("north-lead", [200, 200, 302, 200, 404, 404, 404, 200]),
        ("south-entry", [200, 200, 200, 404, 404, 404, 404, 200]),
        ("south-lead", [200, 200, 302, 404, 404, 404, 404, 200]),
        ("statistics-entry", [404, 404, 404, 404, 404, 404, 404, 404]),
        ("statistics-lead", [404, 404, 404, 404, 404, 404, 404, 404]),
        ("leader", [404, 404, 404, 200, 200, 200, 200, 200]),
        ("reviewer", [404, 404, 404, 200, 200, 200, 200, 200]),
        ("analyst", [404, 404, 404, 200, 200, 200, 200, 200]),
        ("minister", [404, 404, 404, 200, 200, 200, 200, 200]),
        ("auditor", [404, 404, 404, 200, 200, 200, 200, 200]),
        ("sysadmin", [404, 404, 404, 404, 404, 404, 404, 404]),
    ],
)
def test_each_page_is_open_to_those_concerned_and_does_not_exist_for_others(
    calling: Stage, client: Client, who: str, seen: list[int]
) -> None:
    draft(calling, "north")
    calling.log_in(client, who)

    assert [client.get(address).status_code for address in _pages(calling)] == seen


@pytest.mark.parametrize("state", ["drafting", "in_clearance", "returned"])
def test_unsent_words_are_on_nobody_elses_page(calling: Stage, client: Client, state: str) -> None:
    from innodex.portal.rounds import actions

    bring(calling, "north", "returned" if state == "returned" else "drafting")
    unsent = {"support": {"staff": SECRET}, "difficulties": [{"tag": "legal", "text": SECRET}]}
    draft(calling, "north", unsent)
    if state == "in_clearance":
        calling.do(actions.request_registration, "north-entry", registration=calling.registration("north"))
    register(calling, "south")

    others = ("south-entry", "south-lead", "leader", "reviewer", "analyst", "minister", "auditor", "sysadmin")
    pages = [*_pages(calling), _sent(calling, "south"), "/portal/", "/portal/rounds/trial/"]
    for who in others:
        calling.log_in(client, who)
        for address in pages:
            assert SECRET not in _words(client.get(address)), (who, address)
    calling.log_in(client, "minister")
    if state == "returned":
        assert COMPLETE["support"]["offers"] in _words(client.get(_sent(calling, "north")))
    calling.log_in(client, "north-lead")
    assert SECRET in _words(client.get(f"{OWN}draft/"))


def test_a_letter_is_the_departments_until_it_is_sent(calling: Stage, client: Client) -> None:
    cited = {"letter_number": "7/SKHCN", "letter_date": "2026-03-01"}
    draft(calling, "north", {**COMPLETE, "focal": {**COMPLETE["focal"], **cited}})
    keep_letter(calling, "north-entry")
    address = f"/portal/files/{calling.registration('north').letter_id}/"

    def seen(who: str) -> int:
        calling.log_in(client, who)
        answer = client.get(address)
        # A file is closed when it has been read.
        b"".join(answer.streaming_content) if answer.streaming else None
        return answer.status_code

    assert [seen(who) for who in ("north-lead", "south-entry", "leader", "minister")] == [200, 404, 404, 404]
    from innodex.portal.rounds import actions

    calling.do(actions.request_registration, "north-entry", registration=calling.registration("north"))
    calling.do(actions.send_registration, "north-lead", registration=calling.registration("north"))
    assert [seen(who) for who in ("north-lead", "south-entry", "leader", "minister")] == [200, 404, 200, 200]
    assert seen("sysadmin") == 404


def test_an_auditor_sees_a_draft_after_giving_a_reason(calling: Stage, client: Client) -> None:
    draft(calling, "north", {"support": {"staff": SECRET}})
    calling.log_in(client, "auditor")

    bare = client.post(f"{_sent(calling, 'north')}draft/", {"once": "a", "reason": " "})
    told = client.post(f"{_sent(calling, 'north')}draft/", {"once": "b", "reason": "Kiểm tra định kỳ"})

    assert bare.status_code == 422
    assert SECRET not in _words(bare)
    assert SECRET in _words(told)


def test_the_academy_returns_with_a_reason_that_the_locality_reads(calling: Stage, client: Client) -> None:
    bring(calling, "north", "sent")
    calling.log_in(client, "leader")
    bare = client.post(f"{_sent(calling, 'north')}return/", {"once": "a", "reason": ""})
    client.post(f"{_sent(calling, 'north')}return/", {"once": "b", "reason": "Thiếu đơn vị giữ số liệu"})
    calling.log_in(client, "north-entry")

    assert bare.status_code == 422
    assert calling.registration("north").state == "returned"
    assert "Thiếu đơn vị giữ số liệu" in _words(client.get(OWN))


# ---- the selection


def test_a_proposal_is_not_told_before_the_decision(calling: Stage, client: Client) -> None:
    register(calling, "north")
    register(calling, "south")
    propose(calling, "north")

    pages = {}
    for who in ("north-entry", "south-entry"):
        calling.log_in(client, who)
        pages[who] = [_words(client.get(OWN)), _words(client.get(SELECTION)), _words(client.get("/portal/"))]

    for shown in (one for each in pages.values() for one in each):
        assert "Được đề xuất" not in shown
        assert "Đề xuất " not in shown
        assert "Không đề xuất" not in shown
    assert all("Đã gửi" in each[0] for each in pages.values())


def test_each_locality_reads_its_own_reason_and_the_names_of_the_chosen(
    calling: Stage, client: Client
) -> None:
    register(calling, "north")
    register(calling, "south")
    decide(calling, "north")
    reasons = {body: calling.registration(body).selection_reason for body in ("north", "south")}
    chosen = calling.registration("north").locality.name["vi"]
    assert len(set(reasons.values())) == 2

    for body, other in (("north", "south"), ("south", "north")):
        calling.log_in(client, f"{body}-entry")
        pages = _words(client.get(OWN)) + _words(client.get(SELECTION))
        assert reasons[body] in pages
        assert not re.search(rf"{reasons[other]}\b", pages)
        assert f"<li>{chosen}</li>" in pages
    for who, sees in (
        ("leader", True),
        ("minister", True),
        ("auditor", True),
        ("reviewer", False),
        ("analyst", False),
    ):
        calling.log_in(client, who)
        page = _words(client.get(SELECTION))
        assert (reasons["north"] in page and reasons["south"] in page) is sees, who


def test_the_whole_selection_is_made_in_the_browser(calling: Stage, client: Client) -> None:
    from portal.rounds._calls import end_call

    register(calling, "north")
    register(calling, "south")
    north, south = calling.registration("north").pk, calling.registration("south").pk
    calling.log_in(client, "leader")
    bare = client.post(
        f"{SELECTION}propose/", {"once": "a", f"in-{north}": "on", f"reason-{north}": "Sẵn sàng"}
    )
    assert bare.status_code == 422
    assert f'href="#id_reason-{south}"' in bare.content.decode()
    client.post(
        f"{SELECTION}propose/",
        {"once": "b", f"in-{north}": "on", f"reason-{north}": "Sẵn sàng", "reason-out": "Ít"},
    )
    assert [calling.registration(body).state for body in ("north", "south")] == ["proposed", "sent"]

    end_call(calling)
    calling.log_in(client, "minister")
    begun = _fields(client.get(SELECTION).content.decode())
    assert (begun[f"in-{north}"], begun[f"reason-{south}"]) == ("on", "Ít")
    decision: dict[str, Any] = {"number": "45/QĐ", "date": "1/4/2026", "checked": "on"}
    assert client.post(f"{SELECTION}decide/", {**begun, **decision}).status_code == 422
    done = client.post(f"{SELECTION}decide/", {**begun, **decision, "file": letter("qđ.pdf")})
    assert done.status_code == 302
    assert [calling.registration(body).state for body in ("north", "south")] == ["selected", "not_selected"]

    calling.log_in(client, "north-lead")
    assert client.post(f"{OWN}refuse/", {"once": "c", "reason": ""}).status_code == 422
    client.post(f"{OWN}confirm/", {"once": "d"})
    assert calling.registration("north").state == "confirmed"


def test_nobody_else_acts_through_the_pages(calling: Stage, client: Client) -> None:
    from innodex.portal.people.models import Event

    bring(calling, "north", "sent")
    there = _sent(calling, "north")
    acts: list[tuple[str, dict[str, str]]] = [
        (f"{OWN}request/", {}), (f"{OWN}send/", {"password": PASSWORD}), (f"{OWN}confirm/", {}),
        (f"{OWN}send-back/", {"reason": "x"}), (f"{OWN}refuse/", {"reason": "x"}),
        (f"{OWN}parts/support/", {"staff": "9"}), (f"{there}return/", {"reason": "x"}),
        (f"{there}draft/", {"reason": "x"}), (f"{SELECTION}propose/", {}), (f"{SELECTION}decide/", {}),
    ]  # fmt: skip
    for who in ("north-entry", "north-lead", "reviewer", "analyst", "sysadmin", "statistics-lead"):
        calling.log_in(client, who)
        before = Event.objects.filter(refused="").count()
        for address, typed in acts:
            assert client.post(address, typed).status_code in (302, 404, 422), (who, address)
        assert Event.objects.filter(refused="").count() == before, who
    assert calling.registration("north").state == "sent"


def test_pages_that_only_write_are_not_read(calling: Stage, client: Client) -> None:
    calling.log_in(client, "north-entry")
    for address in (f"{OWN}request/", f"{OWN}send/", f"{OWN}confirm/", f"{SELECTION}decide/"):
        assert client.get(address).status_code == 405
    assert client.get(f"{OWN}parts/nothing/").status_code == 404
