"""The pages of a consultation: who reaches which, what a form does, and what nobody else may read."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from _consultation import CLOSES, PASSWORD
from innodex.documents import has
from innodex.portal.consultation.models import Answer, Aspect, Comment
from innodex.portal.rounds.models import Snapshot

BASE = "/portal/rounds/trial/consultation/"
SECRET = "Lời chưa gửi 7431"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
STAFF = ("analyst", "leader", "reviewer", "minister", "auditor")
ASKED = ("north-entry", "north-lead", "south-entry", "south-lead", "statistics-entry", "statistics-lead")

Browse = Callable[[str], Client]


@pytest.fixture
def browse(opened: Any, clock: Callable[..., None]) -> Browse:
    """A browser in which somebody is logged in, at the stage's time."""

    def made(name: str) -> Client:
        clock(opened.now)
        browser = Client(headers={"host": "localhost"})
        browser.force_login(opened.people[name])
        return browser

    return made


def _own(stage: Any, body: str) -> str:
    return f"{BASE}of/{stage.bodies[body].code}/"


def _statuses(stage: Any, browse: Browse, path: str) -> dict[str, int]:
    return {name: browse(name).get(path).status_code for name in stage.people}


# ---- who reaches which page


@pytest.mark.parametrize("page", ["", "write/", "request/", "send/", "drafts/{pk}/"])
def test_a_contribution_is_a_page_of_its_own_organisation_alone(
    opened: Any, browse: Browse, page: str
) -> None:
    comment = opened.comment("north", text=SECRET)

    statuses = _statuses(opened, browse, _own(opened, "north") + page.format(pk=comment.pk))

    assert {name for name, status in statuses.items() if status == 200} == {"north-entry", "north-lead"}
    assert set(statuses.values()) == {200, 404}


@pytest.mark.parametrize("page", ["answers/", "answers/1/", "synthesis/", "synthesis.xlsx"])
def test_comments_and_answers_are_open_to_all_asked_once_the_framework_is_adopted(
    opened: Any, browse: Browse, page: str
) -> None:
    (comment,) = opened.contribute("north", {"text": "Ý đã gửi"})
    before = _statuses(opened, browse, BASE + page)
    opened.answer(comment, "noted")
    opened.adopt(opened.round.versions.get())

    after = _statuses(opened, browse, BASE + page)

    assert {name for name, status in before.items() if status == 200} == set(STAFF)
    assert {name for name, status in after.items() if status == 200} == {*STAFF, *ASKED}
    assert set(before.values()) == set(after.values()) == {200, 404}


def test_who_is_asked_is_led_to_the_own_contribution(opened: Any, browse: Browse) -> None:
    for name in ASKED:
        answer = browse(name).get(BASE)
        assert answer.status_code == 302
        assert answer["Location"] == _own(opened, name.partition("-")[0])
    for name in STAFF:
        assert browse(name).get(BASE).status_code == 200
    assert browse("sysadmin").get(BASE).status_code == 404


def test_a_stranger_is_asked_to_log_in(opened: Any, clock: Callable[..., None]) -> None:
    clock(opened.now)
    answer = Client(headers={"host": "localhost"}).get(BASE)

    assert answer.status_code == 302
    assert "log-in" in answer["Location"]


def test_unsent_words_are_on_no_page_of_anybody_else(opened: Any, browse: Browse) -> None:
    opened.comment("north", node="staff", text=SECRET, proposed=SECRET)
    opened.contribute("south", {"node": "staff", "text": "Ý đã gửi"})
    pages = ["", "answers/", "answers/1/", "synthesis/", _own(opened, "south")]
    others = ("south-entry", "south-lead", "statistics-lead", "leader", "minister", "auditor", "sysadmin")

    for name in others:
        for page in pages:
            answer = browse(name).get(page if page.startswith("/") else BASE + page, follow=True)
            assert SECRET not in answer.content.decode()
    assert SECRET in browse("north-lead").get(_own(opened, "north")).content.decode()


def test_staff_see_how_many_drafts_there_are_and_who_is_silent(opened: Any, browse: Browse) -> None:
    opened.comment("north", text=SECRET)
    opened.comment("north", text=SECRET)

    page = browse("minister").get(BASE)

    rows = {row["code"]: row for row in page.context["rows"]}
    assert len(rows) == 64
    assert rows[opened.bodies["north"].code]["drafts"] == 2
    assert page.context["counts"].silent == 63


# ---- writing


def _comment(**given: str) -> dict[str, str]:
    return {
        "node": "staff",
        "aspect": "*",
        "stance": "amend",
        "text": "Ý",
        "proposed": "",
        "revision": "0",
        **given,
    }


def test_a_comment_is_written_and_edited(opened: Any, browse: Browse) -> None:
    browser, own = browse("north-entry"), _own(opened, "north")

    written = browser.post(own + "write/", _comment(aspect="unit", text="Một"))
    comment = opened.contribution("north").comments.get()
    edited = browser.post(f"{own}drafts/{comment.pk}/", _comment(node="*", text="Hai", revision="1"))

    comment.refresh_from_db()
    assert written["Location"] == edited["Location"] == own
    assert (comment.node, comment.aspect, comment.text, comment.revision) == ("", "", "Hai", 2)


def test_the_sheet_stands_beside_the_form(opened: Any, browse: Browse) -> None:
    page = browse("north-entry").get(_own(opened, "north") + "write/?node=staff").content.decode()

    assert "Số người làm nghiên cứu tại địa phương" in page
    assert page.count('aria-current="true"') >= 1
    assert '<option value="staff" selected>' in page


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"stance": ""}, "stance"),
        ({"stance": "perhaps"}, "stance"),
        ({"node": "*", "aspect": "unit"}, "aspect"),
        ({"node": "nowhere"}, "node"),
        ({"aspect": "colour"}, "aspect"),
    ],
)
def test_a_faulty_form_keeps_what_was_typed(
    opened: Any, browse: Browse, given: dict[str, str], field: str
) -> None:
    answer = browse("north-entry").post(
        _own(opened, "north") + "write/", _comment(text="Đã gõ nhiều chữ", **given)
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "Đã gõ nhiều chữ" in answer.content.decode()
    assert not Comment.objects.exists()


def test_an_unfinished_comment_is_saved_without_complaint(opened: Any, browse: Browse) -> None:
    answer = browse("north-entry").post(_own(opened, "north") + "write/", _comment(text=""))

    assert answer.status_code == 302
    assert opened.contribution("north").comments.get().text == ""


def test_of_two_who_edit_both_are_shown_and_the_second_decides(opened: Any, browse: Browse) -> None:
    comment = opened.comment("north", node="staff", text="Bản đầu")
    opened.comment("north", comment=comment, node="staff", text="Của người trước", revision=1)
    path = f"{_own(opened, 'north')}drafts/{comment.pk}/"

    first = browse("north-entry").post(path, _comment(text="Của người sau", revision="1"))

    page = first.content.decode()
    comment.refresh_from_db()
    assert first.status_code == 409
    assert "Của người trước" in page
    assert "Của người sau" in page
    assert comment.text == "Của người trước"
    again = browse("north-entry").post(
        path, _comment(text="Của người sau", revision=first.context["form"].data["revision"])
    )
    comment.refresh_from_db()
    assert again.status_code == 302
    assert comment.text == "Của người sau"


def test_a_double_click_writes_one_comment(opened: Any, browse: Browse) -> None:
    browser, path = browse("north-entry"), _own(opened, "north") + "write/"

    answers = [browser.post(path, _comment(once="click-1")) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Comment.objects.count() == 1


def test_agreement_with_the_whole_is_one_click(opened: Any, browse: Browse) -> None:
    own = _own(opened, "north")
    browse("north-entry").post(own + "agree/")

    comment = opened.contribution("north").comments.get()
    assert (comment.node, comment.stance, comment.is_finished) == ("", "agree", True)
    assert "agree/" not in browse("north-entry").get(own).content.decode()


def test_a_draft_is_withdrawn(opened: Any, browse: Browse) -> None:
    comment = opened.comment("north")

    browse("north-entry").post(f"{_own(opened, 'north')}drafts/{comment.pk}/withdraw/")

    comment.refresh_from_db()
    assert comment.state == "withdrawn"


def test_a_draft_of_another_organisation_is_not_reached_through_ones_own(opened: Any, browse: Browse) -> None:
    theirs = opened.comment("south", text=SECRET)
    path = f"{_own(opened, 'north')}drafts/{theirs.pk}/"

    assert browse("north-entry").get(path).status_code == 404
    assert browse("north-entry").post(path, _comment(revision="1")).status_code == 404
    assert browse("north-entry").post(path + "withdraw/").status_code == 404


# ---- handing over


def test_officer_asks_and_leader_sends_with_the_password(opened: Any, browse: Browse) -> None:
    own = _own(opened, "north")
    opened.comment("north", text="Ý chính thức")
    letter = SimpleUploadedFile("cong-van.pdf", PDF, content_type="application/pdf")
    browse("north-entry").post(own + "request/", {"remark": "Kèm theo", "letter": letter})
    assert opened.contribution("north").state == "in_clearance"
    read = browse("north-lead").get(own + "send/").content.decode()
    assert "Ý chính thức" in read
    assert "Kèm theo" in read
    assert "cong-van.pdf" in read

    wrong = [browse("north-lead").post(own + "send/", {"password": word}) for word in ("", "not the word")]
    assert [answer.status_code for answer in wrong] == [422, 422]
    assert opened.contribution("north").state == "in_clearance"
    sent = browse("north-lead").post(own + "send/", {"password": PASSWORD})

    assert sent["Location"] == own
    snapshot = Snapshot.objects.get(kind="contribution")
    page = browse("north-entry").get(own).content.decode()
    assert f"/portal/receipts/{snapshot.pk}/" in page
    assert snapshot.digest in browse("north-lead").get(f"/portal/receipts/{snapshot.pk}/").content.decode()


def test_a_double_click_on_send_sends_once(opened: Any, browse: Browse) -> None:
    opened.comment("north")
    opened.request("north")
    browser, path = browse("north-lead"), _own(opened, "north") + "send/"

    answers = [browser.post(path, {"password": PASSWORD, "once": "click-2"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Snapshot.objects.filter(kind="contribution").count() == 1


def test_the_officer_does_not_send_whatever_the_address(opened: Any, browse: Browse) -> None:
    opened.comment("north")
    opened.request("north")

    answer = browse("north-entry").post(_own(opened, "north") + "send/", {"password": PASSWORD})

    assert answer.status_code == 409
    assert not Snapshot.objects.exists()


def test_a_letter_of_the_wrong_kind_is_refused_with_a_sentence(opened: Any, browse: Browse) -> None:
    opened.comment("north")
    letter = SimpleUploadedFile("a.docm", b"PK\x03\x04rest")

    answer = browse("north-entry").post(_own(opened, "north") + "request/", {"letter": letter})

    assert answer.status_code == 409
    assert "a.docm" in answer.content.decode()
    assert opened.contribution("north").state == "drafting"


def test_going_back_needs_a_reason_and_shows_it(opened: Any, browse: Browse) -> None:
    own = _own(opened, "north")
    opened.comment("north")
    opened.request("north")

    empty = browse("north-lead").post(own + "send-back/", {"reason": " "})
    browse("north-lead").post(own + "send-back/", {"reason": "Thiếu căn cứ"})

    assert empty.status_code == 422
    assert opened.contribution("north").state == "drafting"
    assert "Thiếu căn cứ" in browse("north-entry").get(own).content.decode()


def test_after_the_close_the_pages_say_so_and_offer_nothing(opened: Any, browse: Browse) -> None:
    opened.comment("north", text="Còn lại")
    opened.now = CLOSES.replace(day=CLOSES.day + 1)
    own = _own(opened, "north")

    page = browse("north-entry").get(own).content.decode()
    answer = browse("north-entry").post(own + "write/", _comment())

    assert "Còn lại" in page
    assert "write/" not in page
    assert "agree/" not in page
    assert answer.status_code == 409
    assert Comment.objects.count() == 1


# ---- answering


def test_the_analyst_answers_and_goes_on_to_the_next(opened: Any, browse: Browse) -> None:
    first, second = opened.contribute("north", {"node": "staff"}, {"node": "money"})
    browser = browse("analyst")

    answer = browser.post(f"{BASE}answers/{first.number}/", {"kind": "noted", "revision": "0", "next": "1"})
    last = browser.post(f"{BASE}answers/{second.number}/", {"kind": "noted", "revision": "0", "next": "1"})

    assert answer["Location"] == f"{BASE}answers/{second.number}/"
    assert last["Location"] == f"{BASE}answers/"
    assert Answer.objects.count() == 2


def test_the_change_is_chosen_among_those_that_are_real(opened: Any, browse: Browse) -> None:
    (comment,) = opened.contribute("north", {"node": "staff"})
    version = opened.version(opened.changed())
    path = f"{BASE}answers/1/"

    page = browse("analyst").get(path)
    groups = page.context["form"].fields["change"].choices
    values = {value for _, group in groups[1:] for value, _ in group}
    assert values == {f"{version.pk}:{node}" for node in ("staff", "money", "pupils")}
    unreal = browse("analyst").post(
        path, {"kind": "accepted", "change": f"{version.pk}:spending", "revision": "0"}
    )
    taken = browse("analyst").post(
        path, {"kind": "accepted", "change": f"{version.pk}:staff", "revision": "0"}
    )

    assert unreal.status_code == 422
    assert taken.status_code == 302
    answer = Answer.objects.get(comment=comment)
    assert (answer.changed_in, answer.changed_node) == (version, "staff")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "partly"}, "reason"),
        ({"kind": "not_accepted", "reason": "  "}, "reason"),
        ({"kind": "noted", "change": "real"}, "change"),
    ],
)
def test_a_faulty_answer_says_what_is_missing(
    opened: Any, browse: Browse, given: dict[str, str], field: str
) -> None:
    opened.contribute("north", {"node": "staff"})
    version = opened.version(opened.changed())
    if "change" in given:
        given = {**given, "change": f"{version.pk}:staff"}

    answer = browse("analyst").post(f"{BASE}answers/1/", {"revision": "0", **given})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Answer.objects.exists()


def test_of_two_who_answer_both_are_shown(opened: Any, browse: Browse) -> None:
    (comment,) = opened.contribute("north", {})
    opened.answer(comment, "not_accepted", reason="Của người trước")

    given = {"kind": "partly", "reason": "Của người sau", "revision": "0"}
    first = browse("analyst").post(f"{BASE}answers/1/", given)

    page = first.content.decode()
    assert first.status_code == 409
    assert "Của người trước" in page
    assert "Của người sau" in page
    again = browse("analyst").post(
        f"{BASE}answers/1/", {**given, "revision": first.context["form"].data["revision"]}
    )
    assert again.status_code == 302
    assert Answer.objects.get().reason == "Của người sau"


def test_only_the_analyst_has_a_form(opened: Any, browse: Browse) -> None:
    opened.contribute("north", {})

    offered = {name for name in STAFF if browse(name).get(f"{BASE}answers/1/").context["allowed"]}
    refused = browse("leader").post(f"{BASE}answers/1/", {"kind": "noted", "revision": "0"})

    assert offered == {"analyst"}
    assert refused.status_code == 409
    assert not Answer.objects.exists()


def test_comments_are_found_by_node_stance_organisation_and_answer(opened: Any, browse: Browse) -> None:
    north = opened.contribute(
        "north",
        {"text": "Chung"},
        {"node": "staff", "stance": "remove", "text": "Bỏ"},
        {"node": "money", "text": "Tiền"},
    )
    south = opened.contribute("south", {"node": "staff", "stance": "question", "text": "Hỏi"})
    opened.answer(north[1], "accepted")
    opened.answer(south[0], "noted")

    def numbers(query: str) -> list[int]:
        page = browse("reviewer").get(f"{BASE}answers/?{query}")
        return [one["comment"].number for group in page.context["groups"] for one in group["comments"]]

    assert numbers("") == [1, 2, 4, 3]
    assert numbers("node=staff") == [2, 4]
    assert numbers("node=*") == [1]
    assert numbers("stance=question") == [4]
    assert numbers(f"organisation={opened.bodies['north'].code}") == [1, 2, 3]
    assert numbers("answered=no") == [1, 3]
    assert numbers("answered=yes") == [2, 4]
    assert numbers("answered=open") == [2]
    assert numbers("node=staff&answered=open&stance=remove") == [2]
    assert numbers("stance=add") == []
    assert numbers("stance=nonsense&page=99") == [1, 2, 4, 3]


def test_one_sees_the_answers_to_ones_own_at_once(opened: Any, browse: Browse) -> None:
    (comment,) = opened.contribute("north", {})
    opened.contribute("south", {"text": "Ý của Sở khác"})
    opened.answer(comment, "not_accepted", reason="Trái Luật Thống kê")

    page = browse("north-entry").get(_own(opened, "north")).content.decode()

    assert "Trái Luật Thống kê" in page
    assert "Ý của Sở khác" not in page


# ---- the table


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_table_is_a_file_that_opens(opened: Any, browse: Browse, lang: str) -> None:
    opened.contribute("north", {"text": "=1+1"})
    browser = browse("auditor")
    browser.cookies["innodex_language"] = lang

    answer = browser.get(f"{BASE}synthesis.xlsx")

    assert answer["Content-Disposition"].endswith('trial.xlsx"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
    assert sheet.page_setup.orientation == "landscape"


def test_what_people_write_is_never_markup(opened: Any, browse: Browse) -> None:
    evil = "<script>alert(1)</script>"
    (comment,) = opened.contribute("north", {"text": evil, "proposed": evil, "node": "staff"})
    opened.answer(comment, "not_accepted", reason=evil)

    for path in ("answers/", "answers/1/", "synthesis/"):
        assert evil not in browse("analyst").get(BASE + path).content.decode()
    assert evil not in browse("north-entry").get(_own(opened, "north")).content.decode()


# ---- the comments behind a change


def test_the_comments_behind_a_change_stand_on_the_page_that_compares(opened: Any, browse: Browse) -> None:
    first, _, third = opened.contribute(
        "north", {"node": "staff"}, {"node": "pupils", "stance": "remove"}, {"node": "spending"}
    )
    second = opened.version(opened.changed())
    opened.answer(first, "accepted", changed_in=second, changed_node="staff")
    opened.answer(third, "partly", reason="Vì", changed_in=second, changed_node="staff")

    def linked(name: str) -> list[bool]:
        page = browse(name).get("/portal/rounds/trial/versions/compare/1/2/").content.decode()
        return [f"{BASE}answers/{number}/" in page for number in (1, 2, 3)]

    assert linked("analyst") == [True, False, True]
    assert linked("north-entry") == [False, False, False]


# ---- what is to be done, and words


def _tasks(browse: Browse, name: str) -> list[str]:
    page = browse(name).get("/portal/")
    return [address for _, address, _ in page.context["tasks"] if "consultation" in address]


def test_the_start_page_names_whose_turn_it_is(opened: Any, browse: Browse) -> None:
    own = _own(opened, "north")

    def turns() -> list[bool]:
        return [any(own in task for task in _tasks(browse, who)) for who in ("north-entry", "north-lead")]

    assert turns() == [True, False]
    opened.comment("north")
    assert turns() == [True, False]
    opened.request("north")
    assert turns() == [False, True]
    opened.send("north")
    assert turns() == [False, False]
    assert _tasks(browse, "analyst") == [f"{BASE}answers/?answered=no"]
    assert _tasks(browse, "south-lead") == []


def test_every_word_that_is_chosen_by_a_value_is_in_the_catalogue() -> None:
    from innodex.portal.consultation.changes import PARTS
    from innodex.portal.consultation.models import Contribution

    wanted = [f"part.{part}" for part in PARTS]
    wanted += [f"aspect.{aspect}" for aspect in Aspect.values]
    wanted += [f"stance.{stance}" for stance in Comment.Stance.values]
    wanted += [f"answer.{kind}" for kind in (*Answer.Kind.values, "none")]
    wanted += [f"{word}.{state}" for state in Contribution.State.values for word in ("state", "meaning")]
    wanted += [f"obstacle.{kind}" for kind in ("unanswered", "unchanged")]

    assert [key for key in wanted if not has(f"consultation.{key}")] == []


def test_every_refusal_has_its_sentence() -> None:
    import inspect
    import re

    from innodex.portal.consultation import actions

    kinds = set(
        re.findall(r'act\.require\([^"]*(?:"[^"]*"[^"]*)*?"([a-z]+(?:-[a-z]+)*)"', inspect.getsource(actions))
    )
    kinds = {kind for kind in kinds if kind not in Aspect.values}

    assert len(kinds) > 8
    lacking = [
        kind
        for kind in kinds
        if not has(f"consultation.refused.{kind}") and not has(f"portal.refused.{kind}")
    ]
    assert lacking == []


def test_acts_are_named_by_the_table_of_rights() -> None:
    from innodex.portal.people.permissions import RULES

    named = {rule.partition(".")[2] for rule in RULES if rule.startswith("consultation.")}
    from innodex.portal.consultation import actions

    assert named
    assert all(callable(getattr(actions, name)) for name in named)


@pytest.mark.parametrize("page", ["", "answers/", "answers/1/", "synthesis/", "synthesis.xlsx"])
def test_a_page_asks_the_database_no_more_for_more_comments(opened: Any, browse: Browse, page: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    version = opened.version(opened.changed())
    asked = []
    for body in ("north", "south"):
        for comment in opened.contribute(body, *({"node": "staff"} for _ in range(6))):
            opened.answer(comment, "accepted", changed_in=version, changed_node="staff")
        browser = browse("analyst")
        with CaptureQueriesContext(connection) as captured:
            browser.get(BASE + page)
        asked.append(len(captured))
        assert not [query for query in captured if query["sql"].count('"files"') > 1]

    assert asked[1] <= asked[0]
