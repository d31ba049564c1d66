"""The pages of a submission, as each of its people sees and uses them, without script and with it."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from innodex.portal.collection import actions
from innodex.portal.people.models import Event
from innodex.portal.rounds.models import Snapshot
from portal.collection._hands import CLEAN, PASSWORD, upload

if TYPE_CHECKING:
    from django.test import Client

    from portal.collection._hands import Hands

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}


@pytest.fixture
def at(hands: Hands, clock: Any) -> Hands:
    """The clock of the pages stands where the hands are."""
    clock(hands.now)
    return hands


def address(hands: Hands, rest: str = "") -> str:
    return f"/portal/rounds/{hands.round.code}/submission/{rest}"


def text_of(answer: Any) -> str:
    return answer.content.decode()


def read(client: Client, hands: Hands, who: str, rest: str = "", *, status: int = 200) -> str:
    client.force_login(hands.people[who])
    answer = client.get(address(hands, rest))
    assert answer.status_code == status, text_of(answer)[:1500]
    return text_of(answer)


def fields(page: str) -> dict[str, str]:
    """The figures' form as a browser without script would send it: fields with what stands in them."""
    form = page[page.index('id="figures"') if 'id="figures"' in page else 0 :]
    inputs = re.findall(r'<input type="(?:text|hidden)"[^>]* name="([^"]+)" value="([^"]*)"', form)
    found = {name: value for name, value in inputs if re.search(r"-\d+$", name)}
    found |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.S))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def post(client: Client, hands: Hands, who: str, rest: str, data: dict[str, Any], **more: Any) -> Any:
    client.force_login(hands.people[who])
    return client.post(address(hands, rest), data, **more)


# ---- reading


def test_the_form_groups_items_and_says_who_is_next_by_when(at: Hands, client: Client) -> None:
    text = read(client, at, "entry-01")
    for words in ("Chuyên viên đầu mối", "A Đầu vào", "A.3 Chính sách", "Nhân lực nghiên cứu", "0 trên 7"):
        assert words in text
    assert "23/3/2025" in text  # the soft date
    assert text.count('name="raw-') == 7
    assert "báo cáo thống kê" in text  # the evidence asked for
    assert f"/portal/rounds/{at.round.code}/versions/1/sheets/A.1/" in text


def test_the_filter_leaves_what_is_missing(at: Hands, client: Client) -> None:
    at.save("spending", "5")
    text = read(client, at, "entry-01", "?show=missing")
    assert text.count('name="raw-') == 6
    assert "Chi cho nghiên cứu" not in text


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "stage", ["empty", "faulty", "full", "asked", "sent", "appraising", "returned", "approved"]
)
def test_every_page_stands_in_every_state_and_language(
    at: Hands, client: Client, stage: str, lang: str
) -> None:
    client.cookies["innodex_language"] = lang
    bring(at, stage)
    item = at.item("spending").pk
    own = (
        "",
        "?show=missing",
        "?show=findings",
        "?show=open",
        f"items/{item}/",
        "evidence/",
        "workbook/",
        "send/",
    )
    for who in ("entry-01", "chief-01"):
        for rest in own:
            text = read(client, at, who, rest)
            assert "collection." not in re.sub(r'(href|action|hx-post|src)="[^"]*"', "", text)


def bring(hands: Hands, stage: str) -> None:
    """One submission to a stage."""
    if stage == "faulty":
        for series, raw in {"staff": "12,5", "spending": "1.234", "share": "101", "served": "x"}.items():
            hands.save(series, raw)
        hands.save("land", "", missing="not_applicable")
        return
    steps: dict[str, Any] = {
        "full": hands.fill,
        "asked": lambda: (hands.fill(), hands.request()),
        "sent": hands.sent,
        "appraising": lambda: (hands.appraising(), hands.decide("staff"), hands.decide(
            "spending", "adjusted", value="13.25", reason="Theo quyết toán", source="Quyết toán 2024")),
        "returned": lambda: hands.returned("spending", "land"),
        "approved": hands.approved,
    }  # fmt: skip
    steps.get(stage, lambda: None)()


def test_last_round_stands_beside_or_says_why_not(at: Hands, client: Client) -> None:
    from innodex.portal.collection.models import Item

    pk = at.item("spending").pk
    Item.objects.filter(pk=pk).update(last_value="1234.5", last_period="2023", last_note="round")
    Item.objects.filter(pk=at.item("land").pk).update(last_note="unit")
    text = read(client, at, "entry-01")
    assert "Kỳ trước (2023): 1.234,5" in text
    assert "đơn vị tính đã đổi" in text


# ---- who sees what


@pytest.mark.parametrize(
    "who",
    ["lead", "reviewer", "colleague", "approver", "analyst", "auditor", "keeper", "entry-02", "chief-02"],
)
@pytest.mark.parametrize("stage", ["full", "appraising"])
def test_nobody_else_opens_the_form_of_a_locality(at: Hands, client: Client, who: str, stage: str) -> None:
    bring(at, stage)
    own = at.item("spending").pk
    rests = [f"items/{own}/"] + ([] if who.endswith("-02") else ["", "evidence/", "workbook/", "send/"])
    for rest in rests:
        read(client, at, who, rest, status=404)


@pytest.mark.parametrize("who", ["lead", "approver", "analyst", "auditor"])
def test_the_ministry_sees_how_far_a_draft_is_and_nothing_of_it(at: Hands, client: Client, who: str) -> None:
    at.fill(spending="987654,25")
    client.force_login(at.people[who])
    text = text_of(client.get(f"/portal/rounds/{at.round.code}/submissions/01/"))
    assert "7 trên 7" in text
    assert "987" not in text


@pytest.mark.parametrize("who", ["colleague", "keeper", "entry-02"])
def test_others_do_not_even_see_that(at: Hands, client: Client, who: str) -> None:
    client.force_login(at.people[who])
    assert client.get(f"/portal/rounds/{at.round.code}/submissions/01/").status_code == 404


def test_the_auditor_reads_a_draft_for_a_reason_that_stays(at: Hands, client: Client, clock: Any) -> None:
    import datetime

    at.fill(spending="987654,25")
    client.force_login(at.people["auditor"])
    page = f"/portal/rounds/{at.round.code}/submissions/01/"
    client.post(page, {"reason": " "})
    assert "987.654,25" not in text_of(client.get(page))
    client.post(page, {"reason": "Kiểm tra theo kế hoạch 5"})
    assert "987.654,25" in text_of(client.get(page))
    assert "Kiểm tra theo kế hoạch 5" in read(client, at, "entry-01")
    clock(at.now + datetime.timedelta(days=1, seconds=1))
    client.force_login(at.people["auditor"])
    assert "987.654,25" not in text_of(client.get(page))


# ---- filling in


def test_one_form_without_script_saves_what_was_touched(at: Hands, client: Client) -> None:
    form = fields(read(client, at, "entry-01"))
    staff, spending, share = (at.item(series).pk for series in ("staff", "spending", "share"))
    form |= {f"raw-{staff}": "120", f"raw-{spending}": "12,5 tỷ", f"missing-{share}": "not_available"}
    answer = post(client, at, "entry-01", "", form, follow=True)
    assert "Đã lưu 3 mục" in text_of(answer)
    found = [
        (at.item(s).raw, at.item(s).value, at.item(s).missing) for s in ("staff", "spending", "share", "land")
    ]
    assert found == [("120", "120", ""), ("12,5 tỷ", "", ""), ("", "", "not_available"), ("", "", "")]
    assert at.submission().state == "drafting"
    saved = Event.objects.filter(action="collection.save_item")
    assert saved.count() == 3


def test_an_untouched_form_saves_nothing(at: Hands, client: Client) -> None:
    at.fill()
    before = Event.objects.count()
    form = fields(read(client, at, "entry-01"))
    assert len(form) == 7 * 5
    post(client, at, "entry-01", "", form)
    assert Event.objects.count() == before


def test_a_field_saves_itself_and_shows_how_it_was_read(at: Hands, client: Client) -> None:
    form = fields(read(client, at, "entry-01"))
    pk = at.item("spending").pk
    form |= {f"raw-{pk}": "1.234"}
    text = text_of(post(client, at, "entry-01", f"items/{pk}/save/", form, headers=HTMX))
    assert f'id="status-{pk}"' in text
    assert f'name="confirmed-{pk}"' in text
    assert "1 trên 7" in text
    assert f'name="revision-{pk}" value="1"' in text
    assert at.item("spending").value == "1234"
    assert not at.item("spending").confirmed
    form |= fields(text) | {f"confirmed-{pk}": "on"}
    post(client, at, "entry-01", f"items/{pk}/save/", form, headers=HTMX)
    assert at.item("spending").confirmed
    assert at.item("spending").state == "ready"


def test_two_officers_on_one_item_lose_nothing_silently(at: Hands, client: Client) -> None:
    form = fields(read(client, at, "entry-01"))
    pk = at.item("spending").pk
    at.save("spending", "77")
    form |= {f"raw-{pk}": "88"}
    for answer in (
        post(client, at, "entry-01", "", form),
        post(client, at, "entry-01", f"items/{pk}/save/", form),
        post(client, at, "entry-01", f"items/{pk}/save/", form, headers=HTMX),
    ):
        text = text_of(answer)
        assert "Người khác vừa sửa mục này" in text
        assert "77" in text
        assert "88" in text
        assert at.item("spending").raw == "77"
    # Saved once more after both have been shown, it is a decision.
    form |= fields(text)
    post(client, at, "entry-01", f"items/{pk}/save/", form | {f"raw-{pk}": "88"}, headers=HTMX)
    assert at.item("spending").raw == "88"


def test_a_whole_page_saved_late_keeps_what_others_changed(at: Hands, client: Client) -> None:
    """Fields that this officer did not touch are not sent back to what they were."""
    form = fields(read(client, at, "entry-01"))
    at.save("spending", "77")
    form |= {f"raw-{at.item('land').pk}": "100"}
    post(client, at, "entry-01", "", form)
    assert (at.item("spending").raw, at.item("land").raw) == ("77", "100")


def test_a_draft_is_never_refused_for_what_it_says(at: Hands, client: Client) -> None:
    form = fields(read(client, at, "entry-01"))
    pk = at.item("spending").pk
    for raw in ("", "=1+1", "'; DROP TABLE", "<script>alert(1)</script>", "9" * 5000, "1\x002", "ảnh 🙂"):
        page = fields(read(client, at, "entry-01"))
        answer = post(client, at, "entry-01", "", form | page | {f"raw-{pk}": raw}, follow=True)
        assert answer.status_code == 200
        assert "<script>alert" not in text_of(answer)
        assert at.item("spending").raw == raw.replace("\x00", "\ufffd")


def test_after_the_close_nothing_can_be_typed(at: Hands, client: Client, clock: Any) -> None:
    import datetime

    from portal.collection._hands import CLOSES

    form = fields(read(client, at, "entry-01"))
    clock(CLOSES + datetime.timedelta(seconds=1))
    assert 'name="raw-' not in read(client, at, "entry-01")
    pk = at.item("spending").pk
    answer = post(client, at, "entry-01", f"items/{pk}/save/", form | {f"raw-{pk}": "5"}, headers=HTMX)
    assert "Đã quá hạn" in text_of(answer)
    assert at.item("spending").raw == ""


def test_the_leader_reads_but_does_not_type(at: Hands, client: Client) -> None:
    at.save("spending", "5")
    text = read(client, at, "chief-01")
    assert 'name="raw-' not in text
    pk = at.item("spending").pk
    answer = post(client, at, "chief-01", f"items/{pk}/save/", {f"raw-{pk}": "6"}, follow=True)
    assert "không có quyền" in text_of(answer)
    assert at.item("spending").raw == "5"


# ---- documents


def new_document(hands: Hands, **other: Any) -> dict[str, Any]:
    given = {"upload": upload(), "document_number": "15/BC", "document_date": "01/02/2025", "issuer": "Sở",
             "page": "trang 4", "declared": "on"} | other  # fmt: skip
    return {f"document-{name}": value for name, value in given.items() if value is not None}


def test_a_document_is_declared_cited_and_cited_no_more(at: Hands, client: Client) -> None:
    from innodex.portal.collection.models import EvidenceLink

    pk = at.item("staff").pk
    answer = post(client, at, "entry-01", f"items/{pk}/document/", new_document(at, declared=None))
    assert "Tôi cam đoan" in text_of(answer)
    assert 'href="#id_document-declared"' in text_of(answer)
    answer = post(client, at, "entry-01", f"items/{pk}/document/", new_document(at), follow=True)
    assert "trang 4" in text_of(answer)
    submission = at.submission()
    assert submission.secrets_declared_by == at.people["entry-01"]
    assert "Tôi cam đoan" not in read(client, at, "entry-01", "evidence/")
    link = EvidenceLink.objects.get()
    other = at.item("plan").pk
    cite = {"cite-evidence": str(link.evidence_id), "cite-page": "phụ lục 2"}
    post(client, at, "entry-01", f"items/{other}/cite/", cite)
    text = read(client, at, "entry-01", "evidence/")
    assert "trang 4" in text
    assert "phụ lục 2" in text
    post(client, at, "entry-01", f"citations/{link.pk}/end/", {})
    link.refresh_from_db()
    assert link.unlinked_at == at.now
    assert EvidenceLink.objects.count() == 2
    file = client.get(address(at, f"evidence/{link.evidence_id}/"))
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"
    b"".join(file.streaming_content)


def test_who_appraises_reads_documents_where_the_reading_is_written_down(at: Hands, client: Client) -> None:
    evidence = at.proof()
    at.sent()
    for who, status in (("entry-01", 200), ("lead", 404), ("approver", 404), ("auditor", 404)):
        client.force_login(at.people[who])
        file = client.get(address(at, f"evidence/{evidence.pk}/"))
        assert file.status_code == status, who
        b"".join(file)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"document_date": "5/3/2030"}, "chưa tới"),
        ({"document_number": ""}, "Số, ký hiệu"),
        ({"page": ""}, "Trang, mục"),
        ({"upload": None}, "Tệp"),
    ],
)
def test_what_a_document_lacks_is_said_at_the_top(
    at: Hands, client: Client, other: dict[str, Any], words: str
) -> None:
    pk = at.item("staff").pk
    text = text_of(post(client, at, "entry-01", f"items/{pk}/document/", new_document(at, **other)))
    errors = text[text.index('id="errors"') :]
    assert words in errors[: errors.index("</div>")]
    assert not at.submission().evidence.exists()


@pytest.mark.parametrize("name", ["a.xlsm", "a.doc", "a.zip", "a.exe", "picture.png"])
def test_a_file_that_is_not_taken_says_why(at: Hands, client: Client, name: str) -> None:
    pk = at.item("staff").pk
    data = new_document(at, upload=upload(name=name))
    text = text_of(post(client, at, "entry-01", f"items/{pk}/document/", data, follow=True))
    assert name in text
    assert not at.submission().evidence.exists()


# ---- handing over


def test_clearance_with_findings_lists_them_with_links(at: Hands, client: Client) -> None:
    bring(at, "faulty")
    answer = post(client, at, "entry-01", "clearance/", {}, follow=True)
    text = text_of(answer)
    assert at.submission().state == "drafting"
    listed = text[text.index('id="errors"') :]
    listed = listed[: listed.index("</div>")]
    for series in ("staff", "spending", "share", "served", "land", "plan", "review"):
        assert f'href="#item-{at.item(series).pk}"' in listed


def test_the_leader_sends_with_a_password_once(at: Hands, client: Client) -> None:
    bring(at, "asked")
    text = read(client, at, "chief-01", "send/")
    assert "12,5" in text
    key = re.search(r'name="once" value="([0-9a-f]+)"', text)
    assert key is not None
    for wrong in ({}, {"password": "không phải"}):
        answer = post(client, at, "chief-01", "send/", {"once": key[1]} | wrong)
        assert answer.status_code == 200
        assert 'aria-invalid="true"' in text_of(answer)
    assert at.submission().state == "in_clearance"
    for _ in range(2):
        answer = post(client, at, "chief-01", "send/", {"once": key[1], "password": PASSWORD})
        assert answer.status_code == 302
    snapshot = Snapshot.objects.get()
    assert answer["Location"] == f"/portal/receipts/{snapshot.pk}/"
    assert snapshot.digest[:12] in read(client, at, "chief-01")


def test_the_officer_cannot_send_and_the_leader_may_give_back(at: Hands, client: Client) -> None:
    bring(at, "asked")
    text = text_of(post(client, at, "entry-01", "send/", {"password": PASSWORD}, follow=True))
    assert "không có quyền" in text
    post(client, at, "chief-01", "send-back/", {"back-reason": ""})
    assert at.submission().state == "in_clearance"
    post(client, at, "chief-01", "send-back/", {"back-reason": "Xem lại mục nhân lực"})
    assert at.submission().state == "drafting"
    assert "Xem lại mục nhân lực" in read(client, at, "entry-01")


def test_after_a_return_only_open_items_have_fields(at: Hands, client: Client) -> None:
    bring(at, "returned")
    text = read(client, at, "entry-01")
    assert text.count('name="raw-') == 2
    assert "Nêu nguồn số liệu" in text
    assert "2 mục được trả lại" in text
    assert "10/3/2025" in text


def test_the_history_of_an_item_names_who_and_why(at: Hands, client: Client) -> None:
    bring(at, "appraising")
    text = read(client, at, "entry-01", f"items/{at.item('spending').pk}/")
    for words in ("reviewer", "Theo quyết toán", "13,25", "Quyết toán 2024", "12,5"):
        assert words in text


# ---- the workbook


def test_the_workbook_goes_out_and_comes_back_and_is_applied_when_confirmed(
    at: Hands, client: Client
) -> None:
    client.force_login(at.people["entry-01"])
    made = client.get(address(at, "workbook/file/"))
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
    values = {"staff": 120, "spending": "1.234", "share": "bốn mươi"}
    cells = [cell for row in sheet.iter_rows() for cell in row]
    figure = next(cell for cell in cells if cell.value == "Số liệu kỳ này").column
    for cell in cells:
        if cell.value in values:
            sheet.cell(cell.row, figure).value = values[cell.value]
    stream = io.BytesIO()
    book.save(stream)
    form = {"workbook": upload(stream.getvalue(), "so-lieu.xlsx")}
    text = text_of(post(client, at, "entry-01", "workbook/", form))
    assert at.submission().state == "not_started"
    assert "Mới (2)" in text
    assert "Có lỗi, sẽ không lưu (1)" in text
    seal = re.search(r'name="seal" value="([^"]+)"', text)
    marked = re.search(r'href="([^"]+/workbook/marked/[0-9a-f]+/)"', text)
    assert seal is not None
    assert marked is not None
    assert client.get(marked[1]).content.startswith(b"PK")
    post(client, at, "entry-01", "workbook/apply/", {"seal": seal[1], "confirmed": "spending"})
    assert (at.item("staff").value, at.item("spending").value) == ("120", "1234")
    assert at.item("spending").confirmed
    assert at.item("share").raw == ""
    assert Event.objects.filter(action="collection.save_item", route="workbook").count() == 2


def test_something_else_than_the_workbook_is_refused_with_a_sentence(at: Hands, client: Client) -> None:
    for content, name in ((b"%PDF-1.4", "a.pdf"), (b"PK\x03\x04broken", "a.xlsx"), (b"", "a.xlsx")):
        text = text_of(post(client, at, "entry-01", "workbook/", {"workbook": upload(content, name)}))
        assert 'id="errors"' in text


# ---- the start page


def test_everybody_finds_their_task_on_the_start_page(at: Hands, client: Client) -> None:
    def tasks(who: str) -> str:
        client.force_login(at.people[who])
        return text_of(client.get("/portal/"))

    assert "nhập số liệu, còn 7 mục" in tasks("entry-01")
    bring(at, "full")
    assert "trình lãnh đạo" in tasks("entry-01")
    at.request()
    assert "xem và gửi hồ sơ số liệu" in tasks("chief-01")
    assert "hồ sơ số liệu" not in tasks("entry-01").split("<main")[1].split("</table>")[0].lower()


def test_the_figures_of_the_hands_are_those_of_the_form() -> None:
    assert set(CLEAN) == {"staff", "spending", "plan", "review", "served", "land", "share"}
    assert callable(actions.save_item)
