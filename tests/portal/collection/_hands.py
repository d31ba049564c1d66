"""A round whose collection is open, and people of every role around three localities that do not exist."""

from __future__ import annotations

import datetime
import io
import itertools
import zipfile
from collections.abc import Callable
from typing import Any

from innodex.portal.collection import actions
from innodex.portal.collection.models import Item, Submission
from innodex.portal.people.actor import SYSTEM, Actor
from innodex.portal.people.models import Membership, Organisation, User
from innodex.portal.rounds import actions as rounds
from innodex.portal.rounds.models import Registration, Round, Snapshot
from portal._again import again

START = datetime.datetime(2025, 3, 3, 2, 0, tzinfo=datetime.UTC)  # a Monday, nine in the morning there
DAY = datetime.timedelta(days=1)
DUE, CLOSES = START + 20 * DAY, START + 30 * DAY
UNITS = ("01", "02", "04")
PASSWORD = "a long word of honour 7"

INDEX = """schema = 1
title_vi = "Chỉ số thử nghiệm"
title_en = "Trial index"
languages = ["vi", "en"]
territory = "demo63"
units = "all"
synthetic = true
decimals = 2

[data]
unit = "code"
period = "year"
"""
SERIES = """id,name_vi,name_en,unit_vi,unit_en,source_kind,evidence_vi,evidence_en,whole,minimum,maximum,part_of,change
population,Dân số trung bình,Average population,người,people,statistics,,,,,,,
staff,Nhân lực nghiên cứu,Research staff,người,people,locality,báo cáo thống kê,the statistics report,yes,0,,,0.5
spending,Chi cho nghiên cứu,Research spending,tỷ đồng,billion,locality,,,,0,,,
served,Đất đã có hạ tầng,Land with infrastructure,ha,ha,locality,,,,0,,land,
land,Đất công nghiệp,Industrial land,ha,ha,locality,,,,0,5000,,
share,Tỷ lệ chi ngân sách,Share of the budget,%,%,locality,,,,0,100,,
plan,Có kế hoạch,A plan exists,điểm,points,locality,quyết định,the decision,,,,,
review,Có đánh giá,A review exists,điểm,points,locality,,,,,,,
"""  # noqa: E501  # a table
FRAMEWORK = """id,code,parent,level,name_vi,name_en,unit_vi,unit_en,direction,certainty,series,numerator,denominator,scale
root,TI,,index,Chỉ số thử nghiệm,Trial index,điểm,score,,,,,,
inputs,A,TI,pillar,Đầu vào,Inputs,điểm,score,,,,,,
outputs,B,TI,pillar,Đầu ra,Outputs,điểm,score,,,,,,
staff-rate,A.1,A,indicator,Nhân lực trên 10.000 dân,"Staff per 10,000 people",người,people,higher,,,staff,population,10000
spend,A.2,A,indicator,Chi cho nghiên cứu,Research spending,tỷ đồng,billion,higher,,spending,,,
policy,A.3,A,indicator,Chính sách,Policy,điểm,points,higher,,,,,
land-rate,B.1,B,indicator,Tỷ lệ đất có hạ tầng,Land with infrastructure,%,%,higher,,,served,land,100
share,B.2,B,indicator,Tỷ lệ chi ngân sách,Share of the budget,%,%,higher,,share,,,
"""  # noqa: E501  # a table
RUBRIC = "indicator,criterion,maximum\nA.3,plan,20\nA.3,review,10\n"
RECIPE = """schema = 1
title_vi = "Cách tính"
title_en = "Method"

[[steps]]
step = "normalise"
method = "minmax"
low = 0
high = 100
constant = "missing"

[[steps]]
step = "weigh"
weight = 1

[[steps]]
step = "aggregate"
method = "arithmetic"
missing = "available"
minimum_share = 0.0

[[steps]]
step = "rank"
ties = "min"
significant = 12
"""
SHEET = "# Nhân lực nghiên cứu\n\nSố người làm nghiên cứu vào ngày 31/12.\n"
FILES = {
    "index.toml": INDEX,
    "series.csv": SERIES,
    "framework.csv": FRAMEWORK,
    "rubric.csv": RUBRIC,
    "recipe.toml": RECIPE,
    "sheets/A.1.vi.md": SHEET,
}
# In framework order, as items stand in a submission.
LOCAL = ("staff", "spending", "plan", "review", "served", "land", "share")
# Figures without any finding; `staff` and `plan` must show evidence or say why not.
CLEAN = {
    "staff": "120", "spending": "12,5", "plan": "20", "review": "8,5",
    "served": "30", "land": "100", "share": "40",
}  # fmt: skip
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"

_numbers = itertools.count(1)


def packed(files: dict[str, str]) -> bytes:
    """An index folder as the archive that an analyst uploads."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return memory.getvalue()


def upload(content: bytes = PDF, name: str = "bao-cao.pdf") -> Any:
    """A file as a form brings it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)


class Hands:
    """People by name, one round, and shorthands for what they do; every step of a submission is an action."""

    def __init__(
        self, *, files: dict[str, str] | None = None, kind: str = "pilot", period: str = "2024"
    ) -> None:
        self.now = START
        self.departments: dict[str, Organisation] = {}
        self.people: dict[str, User] = {}
        others: dict[str, Any] = {}
        if files is None and not Organisation.objects.exists():
            key = f"collection: {kind}, {period}"
            again(
                key, lambda: self._begin(FILES, kind, period, others), self.departments, self.people, others
            )
        else:
            self._begin(files or FILES, kind, period, others)
        self.academy, self.ministry, self.round = (others[name] for name in ("academy", "ministry", "round"))

    def _begin(self, files: dict[str, str], kind: str, period: str, others: dict[str, Any]) -> None:
        """Organisations, people and a round whose collection has just opened."""
        self.academy = others["academy"] = body("academy", "academy")
        self.ministry = others["ministry"] = body("ministry", "ministry")
        self.departments |= {unit: body(f"dep-{unit}", "department", unit) for unit in UNITS}
        staff = {"lead": "r_lead", "reviewer": "r_review", "colleague": "r_review", "analyst": "i_analyst"}
        for name, role in (staff | {"auditor": "auditor", "keeper": "sysadmin"}).items():
            self.join(name, role, self.academy)
        self.join("approver", "m_approve", self.ministry)
        for unit, department in self.departments.items():
            self.join(f"entry-{unit}", "p_entry", department)
            self.join(f"chief-{unit}", "p_lead", department)
        others["round"] = self.opened(files, kind, period)

    def join(self, name: str, role: str, organisation: Organisation) -> User:
        """A person with a role; one more role for a person already there."""
        if name not in self.people:
            user = User(email=f"{name}@trial.example", name=name, joined_at=START, language="vi")
            user.set_password(PASSWORD)
            user.save()
            self.people[name] = user
        Membership.objects.create(
            user=self.people[name], organisation=organisation, role=role, valid_from=datetime.date(2020, 1, 1)
        )
        return self.people[name]

    def by(self, name: str) -> Actor:
        """An actor of this name; `system` is the clock."""
        return SYSTEM if name == "system" else Actor(user=self.people[name])

    def do(self, action: Callable[..., Any], who: str, **given: Any) -> Any:
        """Run an action now."""
        at = given.pop("at", self.now)
        return action(**given, by=self.by(who), at=at)

    def opened(self, files: dict[str, str], kind: str = "pilot", period: str = "2024") -> Round:
        """A round whose collection has just opened."""
        lead, analyst, approver = "lead", "analyst", "approver"
        round = self.do(
            rounds.create_round,
            analyst,
            upload=packed(files),
            filename="index.zip",
            code=f"trial-{next(_numbers)}",
            kind=kind,
            title={"vi": "Kỳ thử", "en": "Trial round"},
            reference_date=datetime.date(2025, 1, 1),
            period=period,
            quota=3 if kind == "pilot" else None,
        )
        decision = {"decision_number": "12/QĐ", "decision_date": datetime.date(2025, 3, 3)}
        self.do(rounds.adopt_version, approver, version=round.versions.get(), **decision)
        round.refresh_from_db()
        self.do(rounds.set_calendar, lead, round=round, name="collection",
                opens_at=START, due_at=DUE, closes_at=CLOSES)  # fmt: skip
        if kind == "pilot":
            Registration.objects.filter(locality__round=round, locality__unit__in=UNITS).update(
                state="confirmed"
            )
            Round.objects.filter(pk=round.pk).update(selection_decided_at=START)
            round.refresh_from_db()
        self.do(rounds.open_collection, lead, round=round)
        return round

    _opened = opened

    # ---- one submission

    def submission(self, unit: str = "01") -> Submission:
        """The submission of a locality, as the database has it."""
        return Submission.objects.get(locality__round=self.round, locality__unit=unit)

    def item(self, series: str, unit: str = "01") -> Item:
        """An item, as the database has it."""
        return Item.objects.select_related("submission").get(submission=self.submission(unit), series=series)

    def save(self, series: str, raw: str | None = None, *, unit: str = "01", **given: Any) -> Item:
        """The officer types something."""
        item = self.item(series, unit)
        given.setdefault("revision", item.revision)
        return self.do(actions.save_item, f"entry-{unit}", item=item, raw=raw, **given)

    def fill(self, unit: str = "01", **other: str) -> Submission:
        """The officer types every figure, and says why there is no document."""
        for series, raw in (CLEAN | other).items():
            why = "Số liệu lấy từ sổ theo dõi." if series in ("staff", "plan") else None
            self.save(series, raw, unit=unit, explanation=why)
        return self.submission(unit)

    def proof(self, unit: str = "01", **given: Any) -> Any:
        """The officer takes in a document."""
        given = {"upload": upload(), "document_number": "15/BC-SKHCN", "issuer": "Sở Khoa học và Công nghệ",
                 "document_date": datetime.date(2025, 2, 1), "declared": True} | given  # fmt: skip
        return self.do(actions.add_evidence, f"entry-{unit}", submission=self.submission(unit), **given)

    def request(self, unit: str = "01") -> Submission:
        """The officer asks for the leader's clearance."""
        return self.do(actions.request_clearance, f"entry-{unit}", submission=self.submission(unit))

    def send(self, unit: str = "01") -> Snapshot:
        """The leader sends."""
        return self.do(actions.submit, f"chief-{unit}", submission=self.submission(unit))

    def sent(self, unit: str = "01") -> Submission:
        """Filled, cleared and sent."""
        self.fill(unit)
        self.request(unit)
        self.send(unit)
        return self.submission(unit)

    def appraising(self, unit: str = "01") -> Submission:
        """Sent, assigned to the reviewer, and being read."""
        submission = self.sent(unit)
        self.do(actions.assign_reviewer, "lead", submission=submission, reviewer=self.people["reviewer"])
        self.do(actions.start_appraisal, "reviewer", submission=submission)
        return self.submission(unit)

    def decide(
        self,
        series: str,
        decision: str = "accepted",
        *,
        unit: str = "01",
        who: str = "reviewer",
        **given: Any,
    ) -> Item:
        """The reviewer decides on an item."""
        item = self.item(series, unit)
        given.setdefault("revision", item.revision)
        return self.do(actions.decide_item, who, item=item, decision=decision, **given)

    def decide_all(self, unit: str = "01", *, but: tuple[str, ...] = ()) -> Submission:
        """Every item is accepted, except those named."""
        for series in LOCAL:
            if series not in but:
                self.decide(series, unit=unit)
        return self.submission(unit)

    def returned(self, *series: str, unit: str = "01", due: datetime.datetime | None = None) -> Submission:
        """Items are asked back; all others are accepted."""
        self.appraising(unit)
        self.decide_all(unit, but=series)
        for one in series:
            self.decide(one, "return_asked", unit=unit, reason="Chưa rõ nguồn", expected="Nêu nguồn số liệu")
        self.do(
            actions.return_items,
            "reviewer",
            submission=self.submission(unit),
            due_at=due or self.now + 7 * DAY,
        )
        return self.submission(unit)

    def appraised(self, unit: str = "01") -> Submission:
        """Everything accepted, and the appraisal closed."""
        self.appraising(unit)
        submission = self.decide_all(unit)
        self.do(actions.close_appraisal, "lead", submission=submission)
        return self.submission(unit)

    def approved(self, unit: str = "01") -> Submission:
        """And approved by the ministry."""
        submission = self.appraised(unit)
        self.do(actions.approve, "approver", submission=submission)
        return self.submission(unit)


def body(code: str, kind: str, unit: str = "") -> Organisation:
    """An organisation that has stood for years."""
    name = {"vi": f"Cơ quan {code}", "en": f"Body {code}"}
    scheme = "demo63" if unit else ""
    return Organisation.objects.create(
        code=code, name=name, kind=kind, scheme=scheme, unit=unit, valid_from=datetime.date(2020, 1, 1)
    )
