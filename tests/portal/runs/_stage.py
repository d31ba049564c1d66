"""A small pilot in the fictional country, brought to any stage by the actions that people use."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from typing import Any

from innodex.documents import sha256
from innodex.portal.collection import actions as collection
from innodex.portal.collection import central
from innodex.portal.collection.models import CentralImport, Item, Submission
from innodex.portal.people.actor import SYSTEM, Actor
from innodex.portal.people.models import Membership, Organisation, User
from innodex.portal.rounds import actions as rounds
from innodex.portal.rounds import ticks
from innodex.portal.rounds.models import Locality, Registration, Round
from innodex.portal.runs import actions as runs

START = datetime.datetime(2025, 3, 3, 2, 0, tzinfo=datetime.UTC)  # a Monday, nine in the morning there
DAY = datetime.timedelta(days=1)
UNITS = ("01", "02", "04", "06", "07")

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
SERIES = """id,name_vi,name_en,unit_vi,unit_en,source_kind,supplied_by,evidence
population,Dân số trung bình,Average population,người,people,statistics,,
staff,Nhân lực nghiên cứu,Research staff,người,people,locality,,
filings,Đơn sáng chế,Patent filings,đơn,filings,locality,,
plan,Có kế hoạch,A plan exists,điểm,points,locality,,
review,Có đánh giá,A review exists,điểm,points,locality,,
income,Thu nhập bình quân,Income per head,triệu đồng,million VND,statistics,,
"""
FRAMEWORK = """id,code,parent,level,name_vi,name_en,unit,direction,series,numerator,denominator,scale
root,TI,,index,Chỉ số thử nghiệm,Trial index,điểm,,,,,
inputs,A,TI,pillar,Đầu vào,Inputs,điểm,,,,,
outputs,B,TI,pillar,Đầu ra,Outputs,điểm,,,,,
staff-rate,A.1,A,indicator,Nhân lực trên 10.000 dân,"Staff, per 10,000",FTE,higher,,staff,population,10000
policy,A.2,A,indicator,Chính sách,Policy,điểm,higher,,,,
filing-rate,B.1,B,indicator,Đơn sáng chế,Filings per head,đơn,higher,,filings,population,10000
income-head,B.2,B,indicator,Thu nhập bình quân,Income per head,VND,higher,income,,,
"""
RUBRIC = """indicator,criterion,maximum
A.2,plan,20
A.2,review,10
"""
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
FILES = {
    "index.toml": INDEX,
    "series.csv": SERIES,
    "framework.csv": FRAMEWORK,
    "rubric.csv": RUBRIC,
    "recipe.toml": RECIPE,
}
LOCAL = ("staff", "plan", "review", "filings")
# What the localities send, by their place in UNITS; chosen so that every one differs.
STAFF = (120, 75, 310, 44, 208)
FILINGS = (14, 3, 25, 8, 17)
PLAN = (20, 10, 15, 5, 12)
REVIEW = (10, 4, 6, 8, 2)
POPULATION = (100000, 250000, 180000, 90000, 400000)
INCOME = ("61.5", "48.25", "55", "39.9", "72.125")


def packed(files: dict[str, str]) -> bytes:
    """An index folder as the archive that an analyst uploads."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return memory.getvalue()


def table(rows: list[list[Any]]) -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


class Stage:
    """People of every role, and a round that `to_…` moves on. `units` are those that take part."""

    def __init__(
        self, *, units: tuple[str, ...] = UNITS, kind: str = "pilot", files: dict[str, str] | None = None
    ):
        self.units = units
        self.own: dict[str, dict[str, str]] = {}  # what a unit sends in place of the usual
        self.browsers: dict[str, Any] = {}
        self.now = START
        self.academy = self._body("academy", "academy")
        self.ministry = self._body("ministry", "ministry")
        self.office = self._body("office", "central")
        self.lead = self.person("lead", "r_lead", self.academy)
        self.reviewer = self.person("reviewer", "r_review", self.academy)
        self.colleague = self.person("colleague", "r_review", self.academy)
        self.analyst = self.person("analyst", "i_analyst", self.academy)
        self.second = self.person("second", "i_analyst", self.academy)
        self.auditor = self.person("auditor", "auditor", self.academy)
        self.keeper = self.person("keeper", "sysadmin", self.academy)
        self.approver = self.person("approver", "m_approve", self.ministry)
        self.official = self.person("official", "p_entry", self.office)
        self.departments = {unit: self._body(f"dep-{unit}", "department", unit) for unit in (*units, "10")}
        self.entry = {u: self.person(f"entry-{u}", "p_entry", body) for u, body in self.departments.items()}
        self.chief = {u: self.person(f"chief-{u}", "p_lead", body) for u, body in self.departments.items()}
        self.round = self._round(kind, files or FILES)

    def _body(self, code: str, kind: str, unit: str = "") -> Organisation:
        name = {"vi": f"Cơ quan {code}", "en": f"Body {code}"}
        scheme = "demo63" if unit else ""
        day = datetime.date(2020, 1, 1)
        return Organisation.objects.create(
            code=code, name=name, kind=kind, scheme=scheme, unit=unit, valid_from=day
        )

    def person(self, name: str, role: str, body: Organisation) -> User:
        """Somebody with one role."""
        user = User.objects.create(email=f"{name}@example.org", name=name.title(), joined_at=START)
        Membership.objects.create(
            user=user, organisation=body, role=role, valid_from=datetime.date(2020, 1, 1)
        )
        return user

    def everybody(self) -> dict[str, User]:
        """One person of each role, by what they are here."""
        first, other = self.units[0], "10"
        return {
            "lead": self.lead, "reviewer": self.reviewer, "colleague": self.colleague,
            "analyst": self.analyst, "second": self.second, "auditor": self.auditor, "keeper": self.keeper,
            "approver": self.approver, "official": self.official, "entry": self.entry[first],
            "chief": self.chief[first], "stranger": self.entry[other], "strange-chief": self.chief[other],
        }  # fmt: skip

    def by(self, user: User) -> dict[str, Any]:
        """Who acts, and when: a minute later each time."""
        self.now += datetime.timedelta(minutes=1)
        return {"by": Actor(user=user), "at": self.now}

    def _round(self, kind: str, files: dict[str, str]) -> Round:
        return rounds.create_round(
            upload=packed(files),
            filename="index.zip",
            code="pilot-1",
            kind=kind,
            title={"vi": "Thử nghiệm năm 2024", "en": "Pilot 2024"},
            reference_date=datetime.date(2024, 12, 31),
            period="2024",
            quota=len(self.units) if kind == "pilot" else None,
            synthetic=True,
            **self.by(self.analyst),
        )

    # ---- the stages

    def to_collection(self) -> Stage:
        """Adopted, with `units` confirmed, and the forms open."""
        version = self.round.versions.get()
        rounds.adopt_version(
            version=version, decision_number="01/QĐ", decision_date=self.now.date(), **self.by(self.approver)
        )
        chosen = Registration.objects.filter(locality__round=self.round, locality__unit__in=self.units)
        chosen.update(state="confirmed")
        Round.objects.filter(pk=self.round.pk).update(selection_decided_at=self.now)
        rounds.set_calendar(
            round=self.fresh(), name="collection", opens_at=self.now, due_at=self.now + 10 * DAY,
            closes_at=self.now + 14 * DAY, **self.by(self.lead),
        )  # fmt: skip
        rounds.open_collection(round=self.fresh(), **self.by(self.lead))
        return self

    def fresh(self) -> Round:
        """The round as it stands."""
        self.round = Round.objects.get(pk=self.round.pk)
        return self.round

    def locality(self, unit: str) -> Locality:
        """The locality of a unit."""
        return self.round.localities.get(unit=unit)

    def submission(self, unit: str) -> Submission:
        """The submission of a unit, as it stands."""
        return Submission.objects.get(locality__round=self.round, locality__unit=unit)

    def item(self, unit: str, series: str) -> Item:
        """One item, as it stands."""
        return Item.objects.get(submission=self.submission(unit), series=series)

    def figures(self, unit: str) -> dict[str, str]:
        """What the unit sends."""
        at = UNITS.index(unit)
        return {
            "staff": str(STAFF[at]), "filings": str(FILINGS[at]),
            "plan": str(PLAN[at]), "review": str(REVIEW[at]),
        }  # fmt: skip

    def fill(self, unit: str, **other: str) -> None:
        """Enter every figure, `other` in place of the usual ones."""
        for series, raw in {**self.figures(unit), **self.own.get(unit, {}), **other}.items():
            item = self.item(unit, series)
            collection.save_item(item=item, raw=raw, revision=item.revision, **self.by(self.entry[unit]))

    def send(self, *units: str) -> Stage:
        """Entered, requested and sent."""
        for unit in units:
            self.fill(unit)
            collection.request_clearance(submission=self.submission(unit), **self.by(self.entry[unit]))
            collection.submit(submission=self.submission(unit), **self.by(self.chief[unit]))
        return self

    def start(self, *units: str) -> Stage:
        """Assigned to the reviewer and begun."""
        for unit in units:
            given = {"submission": self.submission(unit), "reviewer": self.reviewer}
            collection.assign_reviewer(**given, **self.by(self.lead))
            collection.start_appraisal(submission=self.submission(unit), **self.by(self.reviewer))
        return self

    def decide(self, unit: str, series: str, decision: str = "accepted", **more: str) -> Item:
        """One decision of the reviewer."""
        item = self.item(unit, series)
        return collection.decide_item(
            item=item, decision=decision, revision=item.revision, **more, **self.by(self.reviewer)
        )

    def approve(self, *units: str) -> Stage:
        """From sent to approved, with every item accepted that has no decision yet."""
        for unit in units:
            if self.submission(unit).state == "submitted":
                self.start(unit)
            for item in self.submission(unit).items.filter(decision=""):
                self.decide(unit, item.series)
            collection.close_appraisal(submission=self.submission(unit), **self.by(self.lead))
            collection.approve(submission=self.submission(unit), **self.by(self.approver))
        return self

    def import_central(self, rows: list[list[Any]] | None = None, **more: Any) -> CentralImport:
        """Population and income of every unit, or `rows`, brought in and not yet confirmed."""
        if rows is None:
            rows = [["code", "year", "population", "income"]]
            rows += [[u, "2024", POPULATION[n], INCOME[n]] for n, u in enumerate(UNITS)]
        stated = {"source": "Cơ quan thống kê", "date": "2025-02-01"}
        given = {"sources": {"population": stated, "income": stated}, **more}
        return central.import_central(
            round=self.fresh(), upload=table(rows), filename="figures.csv", **given, **self.by(self.analyst)
        )

    def with_central(self) -> Stage:
        """Central figures of every unit, confirmed by the second analyst."""
        central.confirm_central(batch=self.import_central(), **self.by(self.second))
        return self

    def close_collection(self) -> Stage:
        """The hard close has passed; who has sent nothing is not received."""
        self.now += 15 * DAY
        ticks.tick(self.now)
        collection.tick(self.now)
        return self

    def to_appraised(self, *sent: str) -> Stage:
        """Everything approved that was sent (all but the last unit, unless named), the rest not received."""
        sent = sent or self.units[:-1]
        return self.to_collection().with_central().send(*sent).approve(*sent).close_collection()

    def to_frozen(self, *sent: str) -> Stage:
        """Frozen."""
        self.to_appraised(*sent)
        runs.freeze(
            round=self.fresh(),
            decision_number="02/QĐ",
            decision_date=self.now.date(),
            **self.by(self.approver),
        )
        return self

    def to_computed(self, *sent: str) -> Stage:
        """Computed."""
        self.to_frozen(*sent)
        self.run = runs.compute(round=self.fresh(), **self.by(self.analyst))
        return self

    def to_published(
        self,
        audience: str = "participants",
        *,
        embargo: datetime.datetime | None = None,
        sent: tuple[str, ...] = (),
    ) -> Stage:
        """Published."""
        self.to_computed(*sent)
        self.run = runs.publish(
            run=self.run, audience=audience, decision_number="03/QĐ", decision_date=self.now.date(),
            embargo_until=embargo, **self.by(self.approver),
        )  # fmt: skip
        return self


def digest_of(text: str) -> str:
    """The digest of canonical text."""
    return sha256(text.encode())


__all__ = ["FILES", "SYSTEM", "UNITS", "Stage", "digest_of", "packed", "table"]
