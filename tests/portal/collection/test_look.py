"""The pages of a submission in a real browser: axe finds nothing, in both languages, wide and narrow.

With INNODEX_PICTURES=FOLDER every page is kept as a picture, to be looked at.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from _support import ROOT
from innodex.portal.collection import actions, workbook
from innodex.portal.collection.models import Item
from portal._look import Album, found
from portal.collection._hands import DAY, PASSWORD, Hands, upload

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def example() -> dict[str, str]:
    """The example of a whole framework, figures left out."""
    place = ROOT / "examples" / "provincial-innovation"
    files = {file.relative_to(place).as_posix(): file for file in sorted(place.rglob("*")) if file.is_file()}
    kept = {path: file.read_text(encoding="utf-8") for path, file in files.items() if "data/" not in path}
    kept["index.toml"] = kept["index.toml"].replace("vn63", "demo63")
    return kept


class Play:
    """Pages of one submission from its first day to its approval."""

    def __init__(self, hands: Hands, album: Album) -> None:
        self.hands, self.album = hands, album
        self.base = f"/portal/rounds/{hands.round.code}/submission/"

    def take(self, name: str, who: str, rest: str = "", data: dict[str, Any] | None = None) -> bytes:
        return self.album.take(f"submission-{name}", self.hands.people[who], self.base + rest, data)

    def first(self) -> None:
        hands = self.hands
        self.take("empty", "entry-01")
        self.take("item-empty", "entry-01", f"items/{hands.item('staff').pk}/")
        self.take("evidence-empty", "entry-01", "evidence/")
        self.take("evidence-wrong", "entry-01", "evidence/", {"document-document_number": ""})
        self.take("workbook", "entry-01", "workbook/")
        self.take("workbook-refused", "entry-01", "workbook/", {"workbook": upload(b"%PDF", "a.pdf")})
        self.take("workbook-preview", "entry-01", "workbook/", {"workbook": self.filled()})
        Item.objects.filter(series="staff").update(last_value="1200", last_period="2023", last_note="round")
        for series, raw in {"staff": "120", "spending": "1.234", "share": "101", "served": "x"}.items():
            hands.save(series, raw)
        hands.save("land", "", missing="not_applicable")
        self.take("faulty", "entry-01", "?show=findings")
        self.take("item-faulty", "entry-01", f"items/{hands.item('spending').pk}/")
        pk = hands.item("spending").pk
        stale = {f"raw-{pk}": "88", f"missing-{pk}": "", f"explanation-{pk}": "Theo quyết toán"}
        self.take("conflict", "entry-01", "", stale | {f"revision-{pk}": "0", f"seen-{pk}": "-"})
        self.take("item-conflict", "entry-01", f"items/{pk}/save/", stale | {f"revision-{pk}": "0"})

    def filled(self) -> Any:
        """A workbook with a new figure, one with two meanings, and a fault."""
        made = workbook.template(self.hands.submission(), self.album.lang, at=self.hands.now)
        book = openpyxl.load_workbook(io.BytesIO(made))
        values = {"staff": 120, "spending": "1.234", "share": "bốn mươi"}
        sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
        for row in list(sheet.iter_rows()):
            if row[0].value in values:
                row[5].value = values[row[0].value]
        stream = io.BytesIO()
        book.save(stream)
        return upload(stream.getvalue(), "so-lieu.xlsx")

    def then(self) -> None:
        hands = self.hands
        hands.fill(staff="1180", share="40")
        hands.save("land", "100", missing="", explanation="Theo quy hoạch đã duyệt")
        hands.save("staff", "1180", explanation="Số liệu lấy từ sổ theo dõi.")
        evidence = hands.proof(abstract="Báo cáo kết quả hoạt động khoa học và công nghệ năm 2024")
        for series, place in (("staff", "trang 4, bảng 2"), ("plan", "phụ lục")):
            hands.do(
                actions.link_evidence, "entry-01", item=hands.item(series), evidence=evidence, page=place
            )
        self.take("full", "entry-01")
        self.take("item-full", "entry-01", f"items/{hands.item('staff').pk}/")
        self.take("evidence", "entry-01", "evidence/")
        hands.request()
        self.take("asked", "entry-01")
        self.take("send", "chief-01", "send/")
        self.take("send-wrong", "chief-01", "send/", {"password": "sai"})
        hands.send()
        hands.do(
            actions.assign_reviewer, "lead", submission=hands.submission(), reviewer=hands.people["reviewer"]
        )
        hands.do(actions.start_appraisal, "reviewer", submission=hands.submission())
        self.take("sent", "chief-01")
        hands.decide_all(but=("spending", "staff"))
        hands.decide(
            "staff", "adjusted", value="1190", reason="Theo niên giám", source="Niên giám 2024, trang 12"
        )
        hands.decide("spending", "return_asked", reason="Chưa rõ nguồn", expected="Nêu nguồn số liệu")
        due = hands.now + 7 * DAY
        hands.do(actions.return_items, "reviewer", submission=hands.submission(), due_at=due)
        self.take("returned", "entry-01")
        self.take("item-decided", "entry-01", f"items/{hands.item('staff').pk}/")
        self.take("item-returned", "entry-01", f"items/{hands.item('spending').pk}/")

    def others(self) -> None:
        round = self.hands.round.code
        people = self.hands.people
        other = f"/portal/rounds/{round}/submissions/02/"
        self.album.take("watched-counts", people["lead"], other)
        self.album.take("watched-ask", people["auditor"], other)
        submission = self.hands.submission("02")
        self.hands.do(actions.read_draft, "auditor", submission=submission, reason="Kiểm tra theo kế hoạch")
        self.album.take("watched-draft", people["auditor"], other)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    chromium: Browser, hands: Hands, clock: Any, lang: str
) -> None:
    clock(hands.now)
    album = Album(lang)
    play = Play(hands, album)
    play.first()
    play.then()
    play.others()
    assert PASSWORD not in "".join(shot.content.decode() for shot in album.shots)
    assert found(chromium, album) == []


def test_a_whole_framework_is_as_readable(chromium: Browser, db: None, clock: Any) -> None:
    """As many items as a real round has."""
    hands = Hands(files=example())
    clock(hands.now)
    hands.save("rd_personnel", "1.234")
    hands.save("rd_expenditure", "12,5 tỷ")
    album = Album("vi")
    album.take("whole", hands.people["entry-01"], f"/portal/rounds/{hands.round.code}/submission/")
    assert found(chromium, album) == []
