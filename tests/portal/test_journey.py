"""A pilot from the first administrator to the published edition, every step in the browser, as each role."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from _support import example
from innodex.formats import read_folder
from innodex.framework import series_of
from portal._browser import Person, Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

EXAMPLE = example("provincial-innovation")
PERIOD = "2024"
START = datetime.datetime(2025, 3, 3, 2, 0, tzinfo=datetime.UTC)
PASSWORD = "diễn-tập-mười-hai-chữ"
CODE = "pilot-2024"
ROUND = f"/portal/rounds/{CODE}/"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Size 4/Root 1 0 R>>\n%%EOF\n"
)
FIRST, SECOND, THIRD = "01", "02", "12"  # two that take part, one that declines; sixty are silent


def document(name: str = "document.pdf") -> dict[str, Any]:
    """A small PDF to upload."""
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF + name.encode()}


@dataclass
class Journey:
    """The server, the people who have joined, and the figures of the fictional country."""

    server: Server
    browser: Browser
    people: dict[str, Person] = field(default_factory=dict)

    def day(self, number: float) -> None:
        """It is so many days after the start."""
        self.server.at(START + datetime.timedelta(days=number))

    def local(self, number: float) -> str:
        """A moment as a form takes it: the clock of the country."""
        moment = START + datetime.timedelta(days=number, hours=7)
        return moment.strftime("%Y-%m-%dT%H:%M")

    @cached_property
    def folder(self) -> Any:
        """The example."""
        return read_folder(EXAMPLE)

    def framework_zip(self, addition: str = "") -> dict[str, Any]:
        """The example's folder without the figures asked for; `addition` goes into a sheet."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for path in sorted(EXAMPLE.rglob("*")):
                if path.is_file() and PERIOD not in path.name and path.suffix in (".csv", ".toml", ".md"):
                    name = str(path.relative_to(EXAMPLE))
                    text = path.read_text(encoding="utf-8")
                    archive.writestr(name, text + (addition if name == "sheets/2.2.1.vi.md" else ""))
        return {"name": "framework.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}

    def figure(self, unit: str, series: str) -> str:
        """The synthetic figure of the period, as an officer would type it."""
        panel = self.folder.panel.only(PERIOD)
        value = panel.values[0, panel.units.index(unit), panel.series.index(series)]
        return "" if value != value else f"{float(value):.10g}".replace(".", ",")

    def central_csv(self) -> tuple[dict[str, Any], list[str]]:
        """The figures of central bodies, and their series."""
        framework, panel = self.folder.framework, self.folder.panel.only(PERIOD)
        series = [one.id for one in framework.series if not one.is_local and one.id in panel.series]
        written = io.StringIO()
        table = csv.writer(written)
        table.writerow(["code", "year", *series])
        for unit in panel.units:
            table.writerow([unit, PERIOD, *(self.figure(unit, one).replace(",", ".") for one in series)])
        file = {"name": "central.csv", "mimeType": "text/csv", "buffer": written.getvalue().encode()}
        return file, series

    def join(self, key: str, organisation: str, role: str, name: str, *, by: str = "sysadmin") -> Person:
        """Somebody invites on a page, and the invited person accepts by the link that it shows."""
        inviter = self.people[by].home()
        if by == "sysadmin":
            inviter.follow("/portal/organisations/")
        inviter.follow(
            f"/portal/organisations/{organisation}/", f"/portal/organisations/{organisation}/invite/"
        )
        email = f"{key}@lam-nguyet.example"
        inviter.fill(name=name, email=email, role=role).press()
        link = inviter.page.locator("#link").input_value()
        person = Person(self.browser, self.server, email=email, password=PASSWORD)
        person.page.goto(self.server.address + "/portal/" + link.partition("/portal/")[2])
        person.sees(email)
        for box in person.page.locator("main input[type=password]").all():
            box.fill(PASSWORD)
        person.press()
        self.people[key] = person
        return person


def test_a_pilot_from_the_first_administrator_to_the_published_edition(
    chromium: Browser, tmp_path: Path
) -> None:
    admin = "admin@lam-nguyet.example"
    with serving(tmp_path / "home", email=admin, name="Quản trị", password=PASSWORD, start=START) as server:
        journey = Journey(server, chromium)
        journey.people["sysadmin"] = Person(chromium, server, email=admin, password=PASSWORD).enter()
        for phase in PHASES:
            phase(journey)
        everybody_reads_what_is_theirs(journey, tmp_path)
        for person in journey.people.values():
            # A refusal is an answer; the browser notes it all the same.
            assert [said for said in person.mistakes if "409" not in said and "422" not in said] == []


def people_join(journey: Journey) -> None:
    """Organisations are entered; everybody comes in by invitation; a leader invites inside their own."""
    admin = journey.people["sysadmin"]
    admin.follow("/portal/organisations/", "/portal/organisations/new/")
    admin.fill(
        kind="ministry",
        code="ministry",
        name_vi="Bộ Khoa học (giả lập)",
        name_en="Ministry of Science (fictional)",
    )
    admin.press()
    admin.home().follow("/portal/organisations/", "/portal/organisations/new/")
    admin.fill(
        kind="central",
        code="statistics",
        name_vi="Cơ quan Thống kê (giả lập)",
        name_en="Statistics Office (fictional)",
    )
    admin.press()
    admin.home().follow("/portal/organisations/", "/portal/organisations/departments/")
    admin.fill(
        scheme="demo63", name_vi="Sở KH&CN {unit}", name_en="Department of {unit}", valid_from="2024-01-01"
    ).press()
    for key, organisation, role in (
        ("analyst", "academy", "i_analyst"),
        ("analyst2", "academy", "i_analyst"),
        ("lead", "academy", "r_lead"),
        ("reviewer", "academy", "r_review"),
        ("auditor", "academy", "auditor"),
        ("approver", "ministry", "m_approve"),
    ):
        journey.join(key, organisation, role, f"Ông Bà {key}")
    for unit in (FIRST, SECOND, THIRD):
        journey.join(f"lead-{unit}", f"demo63-{unit}", "p_lead", f"Lãnh đạo {unit}")
        journey.join(f"entry-{unit}", f"demo63-{unit}", "p_entry", f"Chuyên viên {unit}", by=f"lead-{unit}")
    journey.people[f"entry-{FIRST}"].may_not("/portal/organisations/academy/", "/portal/rounds/new/")
    admin.may_not("/portal/rounds/new/")


def a_round_is_made(journey: Journey) -> None:
    """The analyst uploads the framework, looks at it, and makes the round; the lead sets its calendar."""
    analyst = journey.people["analyst"].home().follow("/portal/rounds/", "/portal/rounds/new/")
    analyst.fill(
        title_vi="Thí điểm 2024 (giả lập)", title_en="Pilot 2024 (synthetic)", code=CODE, kind="pilot"
    )
    analyst.fill(
        reference_date="2024-12-31", period=PERIOD, quota="20", upload=journey.framework_zip(), synthetic=True
    )
    analyst.press()
    analyst.sees("63").press()
    assert analyst.path == ROUND
    lead = journey.people["lead"].home()
    for name, opens, due, closes in (
        ("call", 10, 28, 30),
        ("consultation", 10, 35, 40),
        ("collection", 80, 115, 125),
    ):
        lead.home().follow(ROUND, f"{ROUND}calendar/", f"{ROUND}calendar/{name}/")
        times = {
            "opens_at": journey.local(opens),
            "due_at": journey.local(due),
            "closes_at": journey.local(closes),
        }
        lead.fill(**times).press()


def call_and_consultation_open(journey: Journey) -> None:
    """On the day the lead opens both; nobody else can."""
    journey.day(10.5)
    lead = journey.people["lead"]
    for name in ("call", "consultation"):
        lead.home().follow(ROUND, f"{ROUND}calendar/").press(f"calendar/{name}/open/")


def localities_answer(journey: Journey) -> None:
    """Two register, one declines; a leader sends what an officer has written; each sees its own alone."""
    journey.day(12)
    own, parts = f"{ROUND}registration/", f"{ROUND}registration/parts/"
    for unit in (FIRST, SECOND):
        entry = journey.people[f"entry-{unit}"].home().follow(ROUND, own)
        entry.follow(f"{parts}answer/").fill(answer="join").press()
        entry.follow(own, f"{parts}focal/")
        entry.fill(department="Phòng Quản lý", leader="Phó Giám đốc")
        entry.fill(officer_name="Chuyên viên", officer_email=entry.email)
        entry.fill(letter_number="12/CV", letter_date="1/3/2025", letter=document("letter.pdf")).press()
        entry.follow(own, f"{parts}readiness/")
        for box in entry.page.locator('main select[name$="-available"]').all():
            box.select_option("available")
        entry.press().follow(own, f"{parts}difficulties/")
        entry.put("0-tag", "data").put("0-text", f"Khó khăn của {unit}").press()
        entry.follow(own).press("registration/request/")
        assert entry.page.locator('form[action$="registration/send/"]').count() == 0
    entry = journey.people[f"entry-{THIRD}"].home().follow(ROUND, own, f"{parts}answer/")
    entry.fill(answer="decline", decline_reason="Đang sắp xếp bộ máy").press()
    entry.follow(own).press("registration/request/")
    for unit in (FIRST, SECOND, THIRD):
        leader = journey.people[f"lead-{unit}"].home().follow(ROUND, own)
        leader.fill(password="wrong password").press("registration/send/", refused=True)
        leader.fill(password=PASSWORD).press("registration/send/")
    receipt = journey.people[f"lead-{FIRST}"]
    assert receipt.path == "/portal/receipts/1/"
    receipt.sees("SHA-256")
    journey.people[f"lead-{SECOND}"].may_not(
        "/portal/receipts/1/", f"{ROUND}registrations/{FIRST}/", f"{ROUND}board/"
    )
    lead = journey.people["lead"].home().follow(ROUND, f"{ROUND}board/")
    lead.sees("63")
    lead.follow(f"{ROUND}registrations/{FIRST}/").sees(f"Khó khăn của {FIRST}")


def organisations_comment(journey: Journey) -> None:
    """An officer writes, the leader sends; the others see nothing of it."""
    journey.day(14)
    node = "rd-personnel"
    for unit, stance in ((FIRST, "amend"), (SECOND, "question")):
        own = f"{ROUND}consultation/of/demo63-{unit}/"
        entry = journey.people[f"entry-{unit}"].home().follow(ROUND, f"{ROUND}consultation/")
        entry.follow(f"{own}write/")
        entry.fill(node=_option(entry, "node", "2.2.1"), aspect="definition", stance=stance)
        entry.fill(text=f"Ý kiến của {unit} về {node}", proposed="Chỉ tính toàn thời gian.").press()
        entry.home().follow(ROUND, f"{ROUND}consultation/", f"{own}request/").fill(remark="Nhất trí.").press()
        journey.people["analyst"].home().follow(
            ROUND, f"{ROUND}consultation/", f"{ROUND}consultation/answers/"
        ).misses(f"Ý kiến của {unit}")
        leader = journey.people[f"lead-{unit}"].home().follow(ROUND, f"{ROUND}consultation/", f"{own}send/")
        leader.sees(f"Ý kiến của {unit}").fill(password=PASSWORD).press(f"{own}send/")
    journey.people[f"entry-{SECOND}"].may_not(f"{ROUND}consultation/of/demo63-{FIRST}/")


def localities_are_chosen(journey: Journey) -> None:
    """After the call the academy proposes, the ministry decides, each locality confirms."""
    journey.day(33)
    lead = journey.people["lead"].home().follow(ROUND, f"{ROUND}selection/")
    _choose(lead, {FIRST: "Sẵn sàng số liệu", SECOND: "Đại diện vùng"})
    lead.press("selection/propose/")
    journey.people[f"lead-{FIRST}"].home().follow(ROUND, f"{ROUND}registration/").misses("Sẵn sàng số liệu")
    approver = journey.people["approver"].home().follow(ROUND, f"{ROUND}selection/")
    approver.fill(number="01/QĐ", date="4/4/2025", file=document("decision.pdf"), checked=True)
    _choose(approver, {FIRST: "Sẵn sàng số liệu", SECOND: "Đại diện vùng"})
    approver.press("selection/decide/")
    for unit, reason in ((FIRST, "Sẵn sàng số liệu"), (SECOND, "Đại diện vùng")):
        leader = journey.people[f"lead-{unit}"].home().follow(ROUND, f"{ROUND}registration/")
        leader.sees(reason).press("registration/confirm/")
    journey.people[f"entry-{SECOND}"].home().follow(ROUND, f"{ROUND}selection/").misses("Sẵn sàng số liệu")


def comments_are_answered(journey: Journey) -> None:
    """A second version carries out what is accepted; every comment is answered before the ministry adopts."""
    journey.day(45)
    analyst = journey.people["analyst"].home().follow(ROUND, f"{ROUND}versions/", f"{ROUND}versions/new/")
    addition = "\n\nPhạm vi: chỉ tính toàn thời gian.\n"
    analyst.fill(upload=journey.framework_zip(addition), note="Theo ý kiến").press()
    analyst.sees("2.2.1").press()
    approver = journey.people["approver"]
    approver.home().follow(ROUND, f"{ROUND}versions/", f"{ROUND}versions/2/", "versions/2/adopt/")
    approver.fill(decision_number="02/QĐ", decision_date="2025-04-16").press(refused=True)
    approver.sees("1")
    for number in (1, 2):
        analyst.home().follow(
            ROUND, f"{ROUND}consultation/", f"{ROUND}consultation/answers/", f"consultation/answers/{number}/"
        )
        if number == 1:
            analyst.fill(kind="accepted", reason="Tiếp thu", change=_option(analyst, "change", "2.2.1"))
        else:
            analyst.fill(kind="noted", reason="Ghi nhận")
        analyst.press()
    analyst.home().follow(ROUND, f"{ROUND}consultation/", f"{ROUND}consultation/synthesis/")
    analyst.sees(f"Ý kiến của {FIRST}", f"Ý kiến của {SECOND}", "Tiếp thu", "Ghi nhận")
    approver.home().follow(ROUND, f"{ROUND}versions/", f"{ROUND}versions/2/", "versions/2/adopt/")
    approver.fill(decision_number="02/QĐ", decision_date="2025-04-16").press()
    journey.people[f"entry-{FIRST}"].home().follow(
        ROUND, f"{ROUND}consultation/", f"{ROUND}consultation/synthesis/"
    ).sees("Tiếp thu")


def figures_are_entered(journey: Journey) -> None:
    """One locality types into the form, another fills in the workbook; both cite a document; leaders send."""
    journey.day(81)
    journey.people["lead"].home().follow(ROUND, f"{ROUND}calendar/").press("calendar/collection/open/")
    own = f"{ROUND}submission/"
    entry = journey.people[f"entry-{FIRST}"].home().follow(ROUND, own)
    _type_figures(journey, entry)
    entry.home().follow(ROUND, own).press("submission/clearance/")
    _by_workbook(journey, journey.people[f"entry-{SECOND}"].home().follow(ROUND, own, f"{own}workbook/"))
    journey.people[f"entry-{SECOND}"].home().follow(ROUND, own).press("submission/clearance/")
    unsent = journey.people["reviewer"].home().follow(ROUND)
    unsent.may_not(f"{ROUND}submission/", f"{ROUND}appraisal/{FIRST}/")
    for unit in (FIRST, SECOND):
        leader = journey.people[f"lead-{unit}"].home().follow(ROUND, own, f"{own}send/")
        leader.fill(password=PASSWORD).press()
        assert leader.path.startswith("/portal/receipts/")
        leader.sees("SHA-256")
    journey.people[f"entry-{FIRST}"].may_not(f"{ROUND}appraisal/", f"{ROUND}appraisal/{SECOND}/")


def _type_figures(journey: Journey, entry: Person) -> None:
    items = entry.page.locator('main input[name^="raw-"]').evaluate_all(
        "all => all.map(one => one.name.slice(4))"
    )
    local = [one for one in _asked(journey) if one]
    assert len(items) == len(local)
    for item, series in zip(items, local, strict=True):
        figure = journey.figure(FIRST, series)
        if figure:
            entry.put(f"raw-{item}", figure)
        else:
            entry.put(f"missing-{item}", "not_available")
        entry.put(f"explanation-{item}", "Theo báo cáo năm của Sở.")
    entry.press()
    # What was read in two ways is shown as read, and confirmed.
    for box in entry.page.locator('main input[name^="confirmed-"]').all():
        box.check()
    entry.press()
    entry.follow(f"/items/{items[0]}/")
    told = {
        "document_number": "256/BC",
        "document_date": "2025-05-01",
        "issuer": "Sở KH&CN",
        "page": "trang 3",
    }
    for name, value in ({"upload": document("report.pdf")} | told | {"declared": True}).items():
        entry.put(f"document-{name}", value)
    entry.press(f"items/{items[0]}/document/")
    entry.sees("256/BC")


def _asked(journey: Journey) -> list[str]:
    """The series that localities supply, in framework order, as the form lists them."""
    framework = journey.folder.framework
    found: dict[str, None] = {}
    for node in framework.indicators:
        for series in series_of(node.formula):
            if framework.series_by_id[series].is_local:
                found[series] = None
    return list(found)


def _by_workbook(journey: Journey, entry: Person) -> None:
    with entry.page.expect_download() as waited:
        entry.page.locator('main a[href$="workbook/file/"]').click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waited.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    known = set(_asked(journey))
    for row in sheet.iter_rows():
        if row[0].value in known:
            figure = journey.figure(SECOND, str(row[0].value))
            row[5].value = figure or None
            row[6].value = None if figure else "not_available"
            row[7].value = "Theo báo cáo năm của Sở."
    written = io.BytesIO()
    book.save(written)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    entry.fill(workbook={"name": "figures.xlsx", "mimeType": kind, "buffer": written.getvalue()}).press()
    for box in entry.page.locator('main input[name="confirmed"]').all():
        box.check()
    entry.press("workbook/apply/")


def central_figures_come_in(journey: Journey) -> None:
    """One analyst imports, another confirms."""
    journey.day(90)
    central = f"{ROUND}central/"
    file, series = journey.central_csv()
    analyst = journey.people["analyst"].home().follow(ROUND, central, f"{central}new/")
    analyst.fill(upload=file, source="Niên giám thống kê (giả lập)", date="2025-05-01").press()
    analyst.press(refused=True)
    assert analyst.page.locator(f'form[action$="{central}1/confirm/"]').count() == 0
    other = journey.people["analyst2"].home().follow(ROUND, central, f"{central}1/")
    other.press("central/1/confirm/")
    assert len(series) > 30


def figures_are_appraised(journey: Journey) -> None:
    """All five decisions; one item comes back and is sent again; somebody else approves."""
    journey.day(95)
    lead, reviewer, approver = (journey.people[key] for key in ("lead", "reviewer", "approver"))
    queue = f"{ROUND}appraisal/"
    lead.home().follow(ROUND, queue, f"{ROUND}assignment/")
    lead.fill(reviewer=_option(lead, "reviewer", "reviewer"))
    for box in lead.page.locator('main input[name="submission"]').all():
        box.check()
    lead.press()
    for unit in (FIRST, SECOND):
        reviewer.home().follow(ROUND, queue, f"{queue}{unit}/").press(f"{unit}/start/")
    reviewer.home().follow(ROUND, queue, f"{queue}{FIRST}/")
    _decide(reviewer, 0, decision="return_asked", reason="Minh chứng thiếu", expected="Gửi bản trích")
    _accept_rest(reviewer)
    reviewer.put("return-due", "2025-06-20").press(f"{FIRST}/return/")
    _answer_return(journey)
    reviewer.home().follow(ROUND, queue, f"{queue}{FIRST}/").press(f"{FIRST}/start/")
    _accept_rest(reviewer)
    reviewer.home().follow(ROUND, queue, f"{queue}{SECOND}/")
    _decide(reviewer, 6, decision="adjusted", reason="Tính trùng", value="7", source="Danh mục")
    _decide(reviewer, 7, decision="not_accepted", reason="Không có minh chứng")
    _decide(reviewer, 8, decision="not_applicable", reason="Không thuộc đối tượng")
    _accept_rest(reviewer)
    approver.home().follow(ROUND, queue, f"{ROUND}countersign/").press()
    for unit in (FIRST, SECOND):
        lead.home().follow(ROUND, queue, f"{queue}{unit}/").press(f"{unit}/close/")
        approver.home().follow(ROUND, queue, f"{queue}{unit}/").press(f"{unit}/approve/")
    entry = journey.people[f"entry-{SECOND}"].home().follow(ROUND, f"{ROUND}submission/")
    entry.sees("Tính trùng")


def _decide(reviewer: Person, place: int, **values: str) -> None:
    """Open the item at a place of the list and decide on it; back to the list."""
    back = reviewer.path
    links = [link for link in reviewer.links() if "/items/" in link]
    reviewer.follow(list(dict.fromkeys(links))[place]).fill(**values).press()
    if reviewer.path != back:
        reviewer.follow(back)


def _accept_rest(reviewer: Person) -> None:
    """Accept one item after the other, as long as there is one to accept."""
    button = reviewer.page.locator('main form[action$="/accept/"] button')
    for _ in range(40):
        if not button.count():
            return
        with reviewer.page.expect_navigation():
            button.first.click()
    raise AssertionError("there is no end to what can be accepted")


def _answer_return(journey: Journey) -> None:
    """Only the returned item is open; it is answered, and the leader sends the second copy."""
    own = f"{ROUND}submission/"
    entry = journey.people[f"entry-{FIRST}"].home().follow(ROUND, own)
    open_now = entry.page.locator('main input[name^="raw-"]:not([disabled]):not([readonly])')
    assert open_now.count() == 1
    item = str(open_now.first.get_attribute("name")).removeprefix("raw-")
    entry.put(f"explanation-{item}", "Đã gửi bản trích có số liệu của năm.").press()
    entry.home().follow(ROUND, own).press("submission/clearance/")
    leader = journey.people[f"lead-{FIRST}"].home().follow(ROUND, own, f"{own}send/")
    leader.fill(password=PASSWORD).press()


def the_round_is_frozen_and_published(journey: Journey) -> None:
    """After the close: freeze, compute, publish to the participants; then the whole edition is verified."""
    journey.day(126)
    results = f"{ROUND}results/"
    analyst, approver = journey.people["analyst"], journey.people["approver"]
    approver.home().follow(ROUND, results, f"{results}freeze/")
    approver.fill(number="03/QĐ", date="2025-07-07").press()
    analyst.home().follow(ROUND, results).press("results/compute/")
    approver.home().follow(ROUND, results, f"{results}1/publish/")
    approver.fill(number="04/QĐ", date="2025-07-07", audience="participants").press()


def everybody_reads_what_is_theirs(journey: Journey, folder: Path) -> None:
    """Academy and auditor get the folder; a participant its own page and the unnamed spread of the others."""
    results, edition = f"{ROUND}results/", f"{ROUND}editions/1/"
    auditor = journey.people["auditor"].home().follow(ROUND, results)
    with auditor.page.expect_download() as waited:
        auditor.page.locator('main a[href$="edition.zip"]').first.click()
    waited.value.save_as(folder / "edition.zip")
    said = journey.server.command_on("verify", str(folder / "edition.zip"))
    assert said
    assert journey.server.command("verify-log")
    names = {unit: journey.folder.territory.by_code[unit].name.get("vi") for unit in (FIRST, SECOND)}
    own = journey.people[f"entry-{FIRST}"].home().follow(ROUND, results)
    own.sees(names[FIRST])
    assert names[SECOND] not in own.text
    own.may_not(edition, f"{edition}edition.zip", f"{edition}results.csv", f"{edition}site/vi/index.html")
    stranger = journey.people[f"entry-{THIRD}"]
    stranger.may_not(edition, f"{edition}edition.zip")
    log = journey.people["auditor"].home().follow("/portal/log/")
    assert log.page.locator("main tbody tr").count() > 10


def _option(person: Person, name: str, words: str) -> str:
    """The value of the option that says these words."""
    found = person.page.locator(f'main select[name="{name}"] option').evaluate_all(
        "(all, words) => all.filter(one => one.textContent.includes(words)).map(one => one.value)", words
    )
    assert found, f"{name} offers nothing that says {words}"
    return str(found[0])


def _choose(person: Person, reasons: dict[str, str]) -> None:
    """Tick the localities in the table of candidates, with a reason for each."""
    rows = person.page.locator("main form tbody tr")
    assert rows.count() == len(reasons)
    for unit, reason in reasons.items():
        row = rows.filter(has=person.page.locator(f'a[href$="/registrations/{unit}/"]'))
        row.locator("input[type=checkbox]").check()
        row.locator("input[type=text], textarea").first.fill(reason)


PHASES = (
    people_join,
    a_round_is_made,
    call_and_consultation_open,
    localities_answer,
    organisations_comment,
    localities_are_chosen,
    comments_are_answered,
    figures_are_entered,
    central_figures_come_in,
    figures_are_appraised,
    the_round_is_frozen_and_published,
)
