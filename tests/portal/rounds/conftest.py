"""People of every role, a small index of a country that does not exist, and a pilot made of it."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from portal._again import again

if TYPE_CHECKING:
    from django.test import Client

    from innodex.portal.people.actor import Actor
    from innodex.portal.people.models import Organisation, User
    from innodex.portal.rounds.models import Registration, Round, Version, Window

START = datetime.datetime(2026, 3, 2, 2, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
PASSWORD = "a long word of honour 7"

INDEX = """
schema = 1
title_vi = "Chỉ số thử"
title_en = "A trial index"
languages = ["vi", "en"]
territory = "demo63"
units = "all"
synthetic = true
period = "2026"
"""
RECIPE = """
schema = 1
title_vi = "Trung bình"
title_en = "Means"
[[steps]]
step = "normalise"
method = "minmax"
low = 0
high = 100
constant = "middle"
[[steps]]
step = "weigh"
weight = 1
[[steps]]
step = "aggregate"
method = "arithmetic"
missing = "all"
[[steps]]
step = "rank"
ties = "min"
significant = 12
"""
NODES = """id,code,parent,level,name_vi,name_en,unit,direction,certainty,series,numerator,denominator
total,T,,index,Chỉ số chung,Overall index,,,official,,,
people,1,T,pillar,Nhân lực,People,,,official,,,
staff,1.1,1,indicator,Nhân lực nghiên cứu,Research staff,%,higher,provisional,,staff,population
policy,1.2,1,indicator,Ban hành chính sách,Policies adopted,,higher,assumed,,,
money,2,T,pillar,Tài chính,Money,,,official,,,
spending,2.1,2,indicator,Chi cho nghiên cứu,Research spending,VND,higher,official,spending,,
"""
SERIES = """id,name_vi,name_en,unit_vi,unit_en,source_kind,supplied_by,evidence
staff,Số người làm nghiên cứu,Research staff,người,people,locality,department,yes
population,Dân số trung bình,Average population,người,people,statistics,statistics,
plan,Có kế hoạch được ban hành,A plan has been adopted,điểm,points,locality,department,yes
budget,Có dòng ngân sách riêng,A budget line of its own,điểm,points,locality,department,
spending,Chi cho nghiên cứu,Research spending,tỷ đồng,billion,locality,department,
"""
RUBRIC = """indicator,criterion,maximum
1.2,plan,60
1.2,budget,40
"""
NOTED = INDEX + 'note_vi = "Ghi chú"\nnote_en = "A remark"\n'
SHEETS = {
    "1.1.vi": "# Nhân lực nghiên cứu\n\nSố người làm **nghiên cứu**, xem [hướng dẫn](https://example.org).\n\n"
    "| Nguồn | Kỳ |\n|:--|--:|\n| Báo cáo | năm |\n",
    "1.1.en": "# Research staff\n\nPeople who do **research**.\n\n<script>alert(1)</script>\n",
}


def folder(**changed: str | None) -> bytes:
    """A packed index folder; `changed` replaces files (`series_csv=…`), None leaves one out."""
    files: dict[str, str | None] = {
        "index.toml": INDEX, "recipe.toml": RECIPE, "framework.csv": NODES, "series.csv": SERIES,
        "rubric.csv": RUBRIC, **{f"sheets/{name}.md": text for name, text in SHEETS.items()},
    }  # fmt: skip
    files |= {name.replace("__", "/").replace("_", "."): text for name, text in changed.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            if text is not None:
                archive.writestr(f"index/{name}", text)
    return packed.getvalue()


def workbook(packed: bytes | None = None) -> bytes:
    """The same index as a workbook."""
    from innodex import formats

    checked = formats.check_files(formats.unpack_zip(packed or folder(), "index.zip"))
    assert checked.folder is not None
    return formats.write_workbook(checked.folder)


@dataclass
class Stage:
    """People, organisations and a round; every step is an action of the portal."""

    people: dict[str, User] = field(default_factory=dict)
    bodies: dict[str, Organisation] = field(default_factory=dict)
    round: Round = None  # type: ignore[assignment]  # made by `make_round`
    now: datetime.datetime = START
    set_clock: Callable[[datetime.datetime], None] = lambda _: None

    def by(self, name: str) -> Actor:
        """An actor of this name; `system` is the clock."""
        from innodex.portal.people.actor import SYSTEM, Actor

        return SYSTEM if name == "system" else Actor(user=self.people[name])

    def do(self, action: Callable[..., Any], who: str, **given: Any) -> Any:
        """Run an action now."""
        at = given.pop("at", self.now)
        return action(**given, by=self.by(who), at=at)

    def wait(self, **length: float) -> datetime.datetime:
        """Time passes, for the pages too."""
        self.now += datetime.timedelta(**length)
        self.set_clock(self.now)
        return self.now

    # ---- people

    def everybody(self) -> None:
        """A person of every role; a department for every unit, three of them with people."""
        from innodex.portal.people import actions
        from innodex.portal.people.actor import Actor, Route
        from innodex.portal.people.models import Organisation

        body = {"code": "academy", "name": {"vi": "Học viện thử", "en": "Trial Academy"}, "kind": "academy"}
        self.people["sysadmin"] = actions.found(
            email="admin@trial.example", name="Administrator", password=PASSWORD, organisation=body,
            by=Actor(route=Route.COMMAND), at=self.now,
        )  # fmt: skip
        self.bodies["academy"] = self.people["sysadmin"].memberships.get().organisation
        self.body("ministry", "ministry", "Bộ thử", "Trial Ministry")
        self.body("statistics", "central", "Cơ quan thống kê thử", "Trial Statistics Office")
        self.do(
            actions.create_departments, "sysadmin", scheme="demo63", valid_from=datetime.date(2020, 1, 1),
            pattern={"vi": "Sở {unit}", "en": "Department of {unit}"},
        )  # fmt: skip
        departments = Organisation.objects.filter(kind="department").order_by("unit")
        self.bodies |= {"north": departments[0], "south": departments[1], "west": departments[2]}
        for name, role in (("analyst", "i_analyst"), ("leader", "r_lead"), ("reviewer", "r_review")):
            self.person(name, role, "academy")
        self.person("auditor", "auditor", "academy")
        self.person("minister", "m_approve", "ministry")
        for held in ("north", "south", "statistics"):
            self.person(f"{held}-entry", "p_entry", held)
            self.person(f"{held}-lead", "p_lead", held)

    def body(self, code: str, kind: str, vi: str, en: str) -> None:
        """A further organisation."""
        from innodex.portal.people import actions

        self.bodies[code] = self.do(
            actions.create_organisation, "sysadmin", code=code, name={"vi": vi, "en": en}, kind=kind,
            valid_from=datetime.date(2020, 1, 1),
        )  # fmt: skip

    def person(self, name: str, role: str, body: str) -> None:
        """A person with a role, by invitation."""
        from innodex.portal.people import actions
        from innodex.portal.people.actor import Actor

        _, token = self.do(
            actions.invite, "sysadmin", organisation=self.bodies[body], email=f"{name}@trial.example",
            name=name.replace("-", " ").title(), role=role,
        )  # fmt: skip
        self.people[name] = actions.accept_invitation(token=token, password=PASSWORD, by=Actor(), at=self.now)

    def log_in(self, client: Client, name: str) -> Client:
        """A browser in which this person is logged in."""
        from django.conf import settings

        client.force_login(self.people[name], backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    # ---- the round

    def make_round(self, **given: Any) -> Round:
        """A pilot with its first version."""
        from innodex.portal.rounds import actions

        wanted = {
            "upload": folder(), "filename": "index.zip", "code": "trial", "kind": "pilot", "quota": 2,
            "title": {"vi": "Kỳ thử", "en": "Trial round"}, "period": "2026", "synthetic": True,
            "reference_date": datetime.date(2024, 6, 1), **given,
        }  # fmt: skip
        self.round = self.do(actions.create_round, "analyst", **wanted)
        return self.round

    def window(self, name: str, *, opens: float = 0, due: float = 20, closes: float = 30) -> Window:
        """Dates for a window, in days from now."""
        from innodex.portal.rounds import actions

        return self.do(
            actions.set_calendar, "leader", round=self.round, name=name, opens_at=self.now + opens * DAY,
            due_at=self.now + due * DAY, closes_at=self.now + closes * DAY,
        )  # fmt: skip

    def open(self, name: str) -> Window:
        """Set dates for a window and open it at once."""
        from innodex.portal.rounds import actions

        self.window(name)
        return self.do(getattr(actions, f"open_{name}"), "leader", round=self.round)

    def adopt(self, version: Version | None = None) -> Version:
        """The ministry adopts."""
        from innodex.portal.rounds import actions, documents

        return self.do(
            actions.adopt_version, "minister", version=version or documents.newest(self.round),
            decision_number="12/QĐ", decision_date=self.now.date(),
        )  # fmt: skip

    def registration(self, body: str) -> Registration:
        """The registration of a department's locality, as it stands."""
        from innodex.portal.rounds.models import Registration

        return Registration.objects.select_related("locality__round").get(
            locality__round=self.round, locality__unit=self.bodies[body].unit
        )


@pytest.fixture
def stage(db: None, clock: Callable[[datetime.datetime], None]) -> Stage:
    """People of every role, and no round yet."""
    made = Stage(set_clock=clock)
    clock(made.now)
    again("rounds: everybody", made.everybody, made.people, made.bodies)
    return made


@pytest.fixture
def pilot(stage: Stage) -> Stage:
    """The same, with a pilot in draft."""
    stage.make_round()
    return stage


@pytest.fixture
def calling(pilot: Stage) -> Stage:
    """The same, with the call open for thirty days."""
    pilot.open("call")
    return pilot
