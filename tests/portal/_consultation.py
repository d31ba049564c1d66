"""A round about to consult: a small index of a country that does not exist, and people of every role."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from innodex.portal.consultation.models import Answer, Comment, Contribution
    from innodex.portal.people.actor import Actor
    from innodex.portal.people.models import Organisation, User
    from innodex.portal.rounds.models import Round, Version

START = datetime.datetime(2026, 3, 2, 2, 0, tzinfo=datetime.UTC)
DUE = START + datetime.timedelta(days=20)
CLOSES = START + datetime.timedelta(days=30)
PASSWORD = "a long word of honour 7"

_INDEX = """
schema = 1
title_vi = "Chỉ số thử"
title_en = "A trial index"
languages = ["vi", "en"]
territory = "demo63"
units = "all"
synthetic = true
publisher_vi = "Nhóm thử"
publisher_en = "The testers"
licence = "CC0-1.0"
period = "2026"
"""
_RECIPE = """
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
{weights}

[[steps]]
step = "aggregate"
method = "arithmetic"
missing = "all"

[[steps]]
step = "rank"
ties = "min"
significant = 12
"""
_HEAD = "id,code,parent,level,name_vi,name_en,unit_vi,unit_en,direction,certainty,series\n"
NODES = (
    "total,T,,index,Chỉ số chung,Overall index,,,,official,",
    "people,1,T,pillar,Nhân lực,People,,,,official,",
    "staff,1.1,1,indicator,Nhân lực nghiên cứu,Research staff,người,people,higher,official,staff",
    "pupils,1.2,1,indicator,Học sinh,Pupils,người,people,higher,official,pupils",
    "money,2,T,pillar,Tài chính,Money,,,,official,",
    "spending,2.1,2,indicator,Chi cho nghiên cứu,Research spending,tỷ đồng,billion,higher,official,spending",
)
SERIES = (
    "staff,Số người làm nghiên cứu,Research staff,người,people,locality",
    "pupils,Số học sinh,Pupils,người,people,statistics",
    "spending,Chi cho nghiên cứu,Research spending,tỷ đồng,billion,locality",
)
SHEETS = {
    "1.1.vi": "# Nhân lực nghiên cứu\n\nSố người làm nghiên cứu tại địa phương vào ngày 31/12.\n",
    "1.1.en": "# Research staff\n\nPeople who do research in the locality on 31 December.\n",
}


def folder(
    *,
    nodes: tuple[str, ...] = NODES,
    series: tuple[str, ...] = SERIES,
    sheets: dict[str, str] | None = None,
    weights: str = "",
) -> bytes:
    """A packed index folder."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.toml", _INDEX)
        archive.writestr("recipe.toml", _RECIPE.replace("{weights}", weights))
        archive.writestr("framework.csv", _HEAD + "\n".join(nodes) + "\n")
        archive.writestr(
            "series.csv", "id,name_vi,name_en,unit_vi,unit_en,source_kind\n" + "\n".join(series) + "\n"
        )
        for name, text in (SHEETS if sheets is None else sheets).items():
            archive.writestr(f"sheets/{name}.md", text)
    return packed.getvalue()


@dataclass
class Stage:
    """People, organisations and a round; every step is an action of the portal."""

    people: dict[str, User] = field(default_factory=dict)
    bodies: dict[str, Organisation] = field(default_factory=dict)
    round: Round = None  # type: ignore[assignment]  # made by `make_round`
    now: datetime.datetime = START

    def by(self, name: str) -> Actor:
        """An actor of this name; `system` is the clock."""
        from innodex.portal.people.actor import SYSTEM, Actor

        return SYSTEM if name == "system" else Actor(user=self.people[name])

    def do(
        self, action: Callable[..., Any], who: str, *, at: datetime.datetime | None = None, **given: Any
    ) -> Any:
        """Run an action."""
        return action(**given, by=self.by(who), at=at or self.now)

    # ---- people

    def found(self) -> None:
        """The academy and its administrator."""
        from innodex.portal.people import actions
        from innodex.portal.people.actor import Actor, Route

        body = {"code": "academy", "name": {"vi": "Học viện thử", "en": "Trial Academy"}, "kind": "academy"}
        user = actions.found(
            email="admin@trial.example",
            name="Administrator",
            password=PASSWORD,
            organisation=body,
            by=Actor(route=Route.COMMAND),
            at=self.now,
        )
        self.people["sysadmin"] = user
        self.bodies["academy"] = user.memberships.get().organisation

    def body(self, code: str, kind: str, vi: str, en: str) -> None:
        """A further organisation."""
        from innodex.portal.people import actions

        self.bodies[code] = self.do(
            actions.create_organisation,
            "sysadmin",
            code=code,
            name={"vi": vi, "en": en},
            kind=kind,
            valid_from=datetime.date(2020, 1, 1),
        )

    def person(self, name: str, role: str, body: str) -> None:
        """A person with a role, by invitation."""
        from innodex.portal.people import actions
        from innodex.portal.people.actor import Actor

        _, token = self.do(
            actions.invite,
            "sysadmin",
            organisation=self.bodies[body],
            email=f"{name}@trial.example",
            name=name.replace("-", " ").title(),
            role=role,
        )
        self.people[name] = actions.accept_invitation(token=token, password=PASSWORD, by=Actor(), at=self.now)

    def everybody(self) -> None:
        """A person of every role; two departments with their own."""
        from innodex.portal.people import actions
        from innodex.portal.people.models import Organisation

        self.found()
        self.body("ministry", "ministry", "Bộ thử", "Trial Ministry")
        self.body("statistics", "central", "Cơ quan thống kê thử", "Trial Statistics Office")
        pattern = {"vi": "Sở {unit}", "en": "Department of {unit}"}
        self.do(
            actions.create_departments,
            "sysadmin",
            scheme="demo63",
            valid_from=datetime.date(2020, 1, 1),
            pattern=pattern,
        )
        departments = Organisation.objects.filter(kind="department").order_by("unit")
        self.bodies |= {"north": departments[0], "south": departments[1], "west": departments[2]}
        for name, role in (("analyst", "i_analyst"), ("leader", "r_lead"), ("reviewer", "r_review")):
            self.person(name, role, "academy")
        self.person("auditor", "auditor", "academy")
        self.person("minister", "m_approve", "ministry")
        for body in ("north", "south", "statistics"):
            self.person(f"{body}-entry", "p_entry", body)
            self.person(f"{body}-lead", "p_lead", body)

    # ---- the round

    def make_round(self) -> Round:
        """A draft round with its first version and a calendar."""
        from innodex.portal.rounds.actions import rounds

        self.round = self.do(
            rounds.create_round,
            "analyst",
            upload=folder(),
            filename="index.zip",
            code="trial",
            kind="national",
            title={"vi": "Kỳ thử", "en": "Trial round"},
            reference_date=datetime.date(2024, 6, 1),
            period="2026",
            synthetic=True,
        )
        self.do(
            rounds.set_calendar,
            "leader",
            round=self.round,
            name="consultation",
            opens_at=START,
            due_at=DUE,
            closes_at=CLOSES,
        )
        return self.round

    def open(self) -> Round:
        """The consultation is open, a day after its calendar began."""
        from innodex.portal.rounds.actions import rounds

        self.now = START + datetime.timedelta(days=1)
        self.do(rounds.open_consultation, "leader", round=self.round)
        return self.round

    def version(self, upload: bytes) -> Version:
        """A further version of the round's documents."""
        from innodex.portal.rounds.actions import rounds

        return self.do(rounds.add_version, "analyst", round=self.round, upload=upload, filename="index.zip")

    def changed(self) -> bytes:
        """A packed folder: the staff has another unit, the pupils are gone, the money weighs more."""
        old, new = "người,people,higher,official,staff", "người/vạn dân,per 10000,higher,official,staff"
        nodes = tuple(node.replace(old, new) for node in NODES if not node.startswith("pupils"))
        return folder(nodes=nodes, weights='at = { "2" = 2 }')

    def adopt(self, version: Version) -> Version:
        """The ministry adopts, after the consultation has closed."""
        from innodex.portal.rounds.actions import rounds

        self.now = max(self.now, CLOSES + datetime.timedelta(hours=1))
        return self.do(
            rounds.adopt_version,
            "minister",
            version=version,
            decision_number="12/QĐ",
            decision_date=datetime.date(2026, 4, 1),
        )

    # ---- the consultation

    def contribution(self, body: str) -> Contribution:
        """The contribution of an organisation, as it stands."""
        return self.round.contributions.select_related("organisation", "version", "round").get(
            organisation=self.bodies[body]
        )

    def comment(self, body: str, **given: Any) -> Comment:
        """A draft of an organisation's officer."""
        from innodex.portal.consultation import actions

        wanted = {"stance": "amend", "text": "Nên làm rõ.", **given}
        return self.do(actions.save_comment, f"{body}-entry", contribution=self.contribution(body), **wanted)

    def request(self, body: str, **given: Any) -> Contribution:
        """The officer asks the leader to send."""
        from innodex.portal.consultation import actions

        return self.do(
            actions.request_contribution, f"{body}-entry", contribution=self.contribution(body), **given
        )

    def send(self, body: str) -> Any:
        """The leader sends what was asked for."""
        from innodex.portal.consultation import actions

        return self.do(actions.send_contribution, f"{body}-lead", contribution=self.contribution(body))

    def contribute(self, body: str, *comments: dict[str, Any]) -> list[Comment]:
        """Draft, request and send in one go; the sent comments by number."""
        for given in comments:
            self.comment(body, **given)
        self.request(body)
        self.send(body)
        return list(self.contribution(body).comments.filter(state="sent").order_by("number"))

    def answer(self, comment: Comment, kind: str, **given: Any) -> Answer:
        """The analyst answers."""
        from innodex.portal.consultation import actions

        return self.do(actions.answer_comment, "analyst", comment=comment, kind=kind, **given)
