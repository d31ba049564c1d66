"""Pages of rounds: what they say, to whom, and what happens to an upload."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.rounds.conftest import NODES, NOTED, Stage, folder, workbook

pytestmark = pytest.mark.django_db

NEW = {
    "title_vi": "Kỳ thử", "title_en": "Trial round", "code": "trial", "kind": "pilot",
    "reference_date": "2024-06-01", "period": "2026", "quota": "2", "synthetic": "on",
}  # fmt: skip


def upload(content: bytes, name: str = "index.zip") -> SimpleUploadedFile:
    """A file as a form brings it."""
    return SimpleUploadedFile(name, content)


def hidden(text: str) -> dict[str, str]:
    """The hidden fields of the form that confirms."""
    body = text[text.index("<main") :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', body))


# ---- a new round


@pytest.mark.parametrize("form", ["zip", "xlsx"])
def test_a_round_is_made_only_when_the_preview_is_confirmed(stage: Stage, client: Client, form: str) -> None:
    from innodex.portal.rounds.models import Round

    stage.log_in(client, "analyst")
    content = folder() if form == "zip" else workbook()

    shown = client.post("/portal/rounds/new/", {**NEW, "upload": upload(content, f"index.{form}")})
    text = shown.content.decode()
    assert shown.status_code == 200
    assert not Round.objects.exists()
    assert "Số người làm nghiên cứu" in text
    assert "Dân số trung bình" in text

    made = client.post("/portal/rounds/new/", {**hidden(text), "confirm": "1"})
    assert (made.status_code, made.headers["Location"]) == (302, "/portal/rounds/trial/")
    assert Round.objects.get().localities.count() == 63


def test_a_confirmation_that_comes_twice_makes_one_round(stage: Stage, client: Client) -> None:
    from innodex.portal.rounds.models import Round

    stage.log_in(client, "analyst")
    text = client.post("/portal/rounds/new/", {**NEW, "upload": upload(folder())}).content.decode()
    fields = {**hidden(text), "confirm": "1"}

    first, second = (client.post("/portal/rounds/new/", fields) for _ in range(2))
    other = client.post("/portal/rounds/new/", {**fields, "once": "another"})

    assert (first.status_code, second.status_code, other.status_code) == (302, 302, 409)
    assert Round.objects.count() == 1


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_fault_is_shown_with_its_place_in_the_readers_language(
    stage: Stage, client: Client, lang: str
) -> None:
    from innodex.portal.rounds.models import Round

    stage.log_in(client, "analyst")
    client.cookies["innodex_language"] = lang
    faulty = folder(framework_csv=NODES.replace("higher,provisional", "upwards,provisional"), rubric_csv=None)

    answer = client.post("/portal/rounds/new/", {**NEW, "upload": upload(faulty)})
    text = answer.content.decode()

    assert answer.status_code == 422
    assert ("dòng 4" if lang == "vi" else "row 4") in text
    assert "framework.csv" in text
    assert "upwards" in text
    assert not Round.objects.exists()


def test_faults_of_a_workbook_name_sheet_and_cell(stage: Stage, client: Client) -> None:
    import io

    import openpyxl

    stage.log_in(client, "analyst")
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    sheet = book["framework"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(4, heads["direction"]).value = "upwards"
    out = io.BytesIO()
    book.save(out)

    answer = client.post("/portal/rounds/new/", {**NEW, "upload": upload(out.getvalue(), "index.xlsx")})
    text = answer.content.decode()

    assert answer.status_code == 422
    assert f"ô {sheet.cell(4, heads['direction']).coordinate}" in text
    assert "framework" in text


@pytest.mark.parametrize(
    ("name", "content"),
    [("index.zip", b"PK\x03\x04 no archive"), ("index.xlsx", b"no workbook"), ("index.rar", b"Rar!\x1a\x07")],
)
def test_what_is_no_archive_is_a_fault_and_no_crash(
    stage: Stage, client: Client, name: str, content: bytes
) -> None:
    stage.log_in(client, "analyst")

    answer = client.post("/portal/rounds/new/", {**NEW, "upload": upload(content, name)})

    assert answer.status_code == 422
    assert name in answer.content.decode()


def test_fields_of_a_new_round_are_checked_at_once(stage: Stage, client: Client) -> None:
    stage.log_in(client, "analyst")
    wrong = {**NEW, "code": "Kỳ 1", "period": "năm nay", "quota": "", "title_en": ""}

    answer = client.post("/portal/rounds/new/", {**wrong, "upload": upload(folder())})
    text = answer.content.decode()

    assert answer.status_code == 422
    assert {f'href="#id_{name}"' for name in ("code", "period", "quota", "title_en")} <= set(
        re.findall(r'href="#id_\w+"', text)
    )


@pytest.mark.parametrize("who", ["leader", "minister", "north-lead", "sysadmin", "auditor"])
def test_nobody_but_the_analyst_sees_the_form(stage: Stage, client: Client, who: str) -> None:
    stage.log_in(client, who)

    assert client.get("/portal/rounds/new/").status_code == 404


# ---- versions


def test_the_next_version_shows_what_it_changes_before_it_is_kept(pilot: Stage, client: Client) -> None:
    pilot.log_in(client, "analyst")
    changed = folder(
        index_toml=NOTED,
        framework_csv=NODES.replace("Chi cho nghiên cứu", "Chi ngân sách cho nghiên cứu"),
    )
    address = "/portal/rounds/trial/versions/new/"

    text = client.post(address, {"note": "Tên mới", "upload": upload(changed)}).content.decode()
    assert re.search(r"<ins>\s*ngân sách\s*</ins>", text)
    assert pilot.round.versions.count() == 1
    kept = client.post(address, {**hidden(text), "confirm": "1"})

    assert kept.status_code == 302
    version = pilot.round.versions.get(number=2)
    assert version.note == "Tên mới"
    compared = client.get("/portal/rounds/trial/versions/compare/1/2/").content.decode()
    assert "<ins>" in compared
    assert "2.1" in compared


def test_a_version_is_taken_away_and_comes_back_the_same(pilot: Stage, client: Client) -> None:
    from innodex.portal.rounds import documents

    pilot.log_in(client, "analyst")
    version = pilot.round.versions.get()

    packed = client.get("/portal/rounds/trial/versions/1/index.zip")
    book = client.get("/portal/rounds/trial/versions/1/index.xlsx")

    again = documents.read_upload(packed.content, "index.zip")
    assert documents.digest_of(documents.files_of(again)) == version.digest
    assert documents.check_upload(book.content, "index.xlsx").folder is not None
    assert packed.headers["Content-Disposition"] == 'attachment; filename="trial-v1.zip"'


def test_every_indicator_has_a_page_and_unsure_definitions_say_so(pilot: Stage, client: Client) -> None:
    pilot.log_in(client, "analyst")
    pages = {
        code: client.get(f"/portal/rounds/trial/versions/1/sheets/{code}/").content.decode().lower()
        for code in ("1.1", "1.2", "2.1", "T")
    }

    assert "dự kiến" in pages["1.1"]
    assert "giả định" in pages["1.2"]
    assert "dự kiến" not in pages["2.1"]
    assert "có kế hoạch được ban hành" in pages["1.2"]
    assert client.get("/portal/rounds/trial/versions/1/sheets/9.9/").status_code == 404


def test_the_ministry_adopts_on_a_page(pilot: Stage, client: Client) -> None:
    pilot.log_in(client, "minister")
    address = "/portal/rounds/trial/versions/1/adopt/"

    assert client.post(address, {"decision_number": "", "decision_date": ""}).status_code == 422
    assert client.post(address, {"decision_number": "1/QĐ", "decision_date": "2026-03-02"}).status_code == 302

    pilot.round.refresh_from_db()
    assert pilot.round.phase == "adopted"


# ---- calendar


def test_dates_are_set_in_local_time_and_opened_with_a_button(pilot: Stage, client: Client) -> None:
    import datetime

    pilot.log_in(client, "leader")
    dates = {"opens_at": "2026-03-02T08:00", "due_at": "2026-03-20T17:00", "closes_at": "2026-03-25T17:00"}

    assert client.post("/portal/rounds/trial/calendar/call/", dates).status_code == 302
    window = pilot.round.window("call")
    assert window.opens_at == datetime.datetime(2026, 3, 2, 1, 0, tzinfo=datetime.UTC)
    assert client.post("/portal/rounds/trial/calendar/call/open/").status_code == 302
    assert pilot.round.window("call").opened_at is not None
    text = client.get("/portal/rounds/trial/calendar/").content.decode()
    assert "20/3/2026" in text
    assert "17:00" in text


def test_a_window_that_is_open_is_prolonged_with_a_reason(pilot: Stage, client: Client) -> None:
    pilot.log_in(client, "leader")
    pilot.open("call")
    later = {"due_at": "2026-04-20T17:00", "closes_at": "2026-04-25T17:00"}
    address = "/portal/rounds/trial/calendar/call/"

    assert client.post(address, later).status_code == 422
    assert client.post(address, {**later, "reason": "Bão lớn"}).status_code == 302
    assert client.post(address, {**later, "due_at": "2026-05-20T17:00", "reason": "x"}).status_code == 422
    text = pilot.log_in(client, "north-entry").get("/portal/rounds/trial/calendar/").content.decode()
    assert "Bão lớn" in text  # those concerned read why


# ---- who sees what


@pytest.mark.parametrize(
    ("who", "before", "after"),
    [("analyst", 200, 200), ("leader", 200, 200), ("reviewer", 200, 200), ("minister", 200, 200),
     ("auditor", 200, 200), ("sysadmin", 404, 404), ("north-entry", 404, 200), ("north-lead", 404, 200),
     ("statistics-entry", 404, 404)],
)  # fmt: skip
def test_a_round_is_seen_by_those_whose_work_it_is_and_by_localities_once_it_has_begun(
    pilot: Stage, client: Client, who: str, before: int, after: int
) -> None:
    pilot.log_in(client, who)
    addresses = ("", "versions/", "versions/1/", "versions/1/sheets/", "versions/1/sheets/1.1/", "calendar/")

    assert {client.get(f"/portal/rounds/trial/{end}").status_code for end in addresses} == {before}
    pilot.open("call")
    assert {client.get(f"/portal/rounds/trial/{end}").status_code for end in addresses} == {after}
    listed = client.get("/portal/rounds/").content.decode()
    assert ('href="/portal/rounds/trial/"' in listed) == (after == 200)


def test_everybody_is_accounted_for_on_the_overview(pilot: Stage, client: Client) -> None:
    from innodex.portal.rounds.queries import tallies

    pilot.open("call")
    pilot.log_in(client, "leader")

    tally = tallies(pilot.round, pilot.people["leader"])[0]
    assert sum(count.number for count in tally.counts) == tally.of == 63
    assert tallies(pilot.round, pilot.people["north-lead"]) == []
    assert "63" in client.get("/portal/rounds/trial/").content.decode()


def test_the_start_page_says_what_to_do_and_by_when(pilot: Stage, client: Client) -> None:
    def home(who: str) -> str:
        return pilot.log_in(client, who).get("/portal/").content.decode()

    assert "đặt lịch mời đăng ký" in home("leader")
    pilot.window("call", opens=1)
    pilot.wait(days=1)
    assert "mở mời đăng ký" in home("leader")
    from innodex.portal.rounds import actions

    pilot.do(actions.open_call, "leader", round=pilot.round)
    assert "trả lời mời đăng ký" in home("north-entry")
    assert "22/3/2026" in home("north-entry")
    assert "trả lời mời đăng ký" not in home("analyst")


def test_no_link_leads_nowhere_whoever_follows_it(pilot: Stage) -> None:
    """From the start page, the list of rounds and the round's own pages."""
    from innodex.portal.rounds import actions

    pilot.window("consultation")
    pilot.open("call")
    pilot.do(actions.open_consultation, "leader", round=pilot.round)
    dead: list[tuple[str, str, int]] = []
    for who in ("analyst", "leader", "reviewer", "minister", "auditor", "north-entry", "statistics-lead"):
        browser = pilot.log_in(Client(headers={"host": "localhost"}), who)
        found: set[str] = set()
        for start in (
            "/portal/",
            "/portal/rounds/",
            *(f"/portal/rounds/trial/{end}" for end in ("", "versions/")),
        ):
            text = browser.get(start).content.decode()
            found |= set(re.findall(r'href="(/portal/[^"#?]*)', text))
        for address in sorted(found - {"/portal/account/log-out/"}):
            answer = browser.get(address)
            if answer.status_code not in (200, 302):
                dead.append((who, address, answer.status_code))

    assert dead == []
