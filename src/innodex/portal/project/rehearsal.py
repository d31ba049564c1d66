"""A rehearsal in a fictional country: people and a pilot round, all of it made by calling the actions.

What the demo shows and what tests begin with. Everything is invented and labelled synthetic.
"""

from __future__ import annotations

import csv
import datetime
import io
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from django.contrib.auth import hashers
from django.core.files.uploadedfile import SimpleUploadedFile

from innodex.documents import plain_figure
from innodex.panel import Panel, Status
from innodex.portal.collection import actions as collection
from innodex.portal.collection import central
from innodex.portal.collection.models import Evidence, Item, Submission
from innodex.portal.consultation import actions as consultation
from innodex.portal.consultation.models import Comment, Contribution
from innodex.portal.people import actions as people
from innodex.portal.people.actor import Actor, Route
from innodex.portal.people.models import Organisation, User
from innodex.portal.rounds import documents
from innodex.portal.rounds.actions import registration as registrations
from innodex.portal.rounds.actions import rounds, selection
from innodex.portal.rounds.models import Locality, Registration, Round, Version

WORDS = tomllib.loads(Path(__file__).with_name("rehearsal.toml").read_text(encoding="utf-8"))
SCHEME = "demo63"
PERIOD = "2024"
# The last day of the period, on which the 63 localities still are 63.
REFERENCE = datetime.date(2024, 12, 31)
QUOTA = 20
ADDRESS = "{name}@lam-nguyet.example"

# A PDF of one empty page: what stands for letters, decisions and evidence.
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \n"
    b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n168\n%%EOF\n"
)


def pdf(name: str = "document.pdf", mark: str = "") -> SimpleUploadedFile:
    """A small PDF to upload; another `mark` makes other bytes."""
    return SimpleUploadedFile(name, _PDF + f"% {mark}\n".encode(), content_type="application/pdf")


def days(number: float) -> datetime.timedelta:
    """So many days."""
    return datetime.timedelta(days=number)


class _Quick(hashers.PBKDF2PasswordHasher):
    """For passwords that nobody knows: they are long and random, so one iteration is enough."""

    iterations = 1


@contextmanager
def _quick_passwords() -> Iterator[None]:
    known = hashers.get_hashers
    hashers.get_hashers = lambda: [_Quick(), *known()]
    try:
        yield
    finally:
        hashers.get_hashers = known


class Rehearsal:
    """The fictional country's people and its round, brought forward step by step.

    `folder` is the index folder of the example; `start` the first day. `staffed` is how many departments get
    people (all when None). `passwords` gives some people one, by their name here; all others get one that
    nobody knows.
    """

    def __init__(
        self,
        folder: Path,
        *,
        start: datetime.datetime,
        staffed: int | None = None,
        passwords: Mapping[str, str] | None = None,
        quota: int = QUOTA,
    ) -> None:
        self.folder = folder
        self.start = start
        self.at = start
        self.staffed = staffed
        self.passwords = dict(passwords or {})
        self.quota = quota
        self.users: dict[str, User] = {}
        self.round: Round

    # ---- people

    def found(self) -> Rehearsal:
        """Organisations and people; the administrator invites, everybody accepts."""
        with _quick_passwords():
            self._found()
        return self

    def _found(self) -> None:
        who = WORDS["people"]["sysadmin"]
        self.users["sysadmin"] = people.found(
            email=ADDRESS.format(name="sysadmin"),
            name=who["name"],
            password=self._password("sysadmin"),
            organisation=_organisation("academy"),
            by=Actor(route=Route.COMMAND),
            at=self.at,
        )
        for code in WORDS["organisations"]:
            if code != "academy":
                words = _organisation(code)
                people.create_organisation(
                    **words, valid_from=self.at.date(), by=self.as_("sysadmin"), at=self.at
                )
        people.create_departments(
            scheme=SCHEME,
            valid_from=REFERENCE,
            pattern=WORDS["department"],
            by=self.as_("sysadmin"),
            at=self.at,
        )
        for key, words in WORDS["people"].items():
            if key != "sysadmin":
                self.join(key, words["organisation"], words["role"], words["name"])
        for code in ("statistics", "finance"):
            name = WORDS["organisations"][code]["name_vi"]
            self.join(f"{code}-entry", code, "p_entry", WORDS["names"]["central_entry"].format(unit=name))
            self.join(f"{code}-lead", code, "p_lead", WORDS["names"]["central_lead"].format(unit=name))
        departments = Organisation.objects.filter(kind="department").order_by("unit")
        for department in departments if self.staffed is None else departments[: self.staffed]:
            self._staff(department)

    def _staff(self, department: Organisation) -> None:
        from innodex.territory import builtin

        unit = builtin(SCHEME).by_code[department.unit].name.get("vi")
        for kind, role in (("entry", "p_entry"), ("lead", "p_lead")):
            key = f"{kind}-{department.unit}"
            self.join(key, department.code, role, WORDS["names"][kind].format(unit=unit))

    def join(self, key: str, organisation: str, role: str, name: str) -> User:
        """Invite a person and let it accept."""
        body = Organisation.objects.get(code=organisation)
        link = {"organisation": body, "email": ADDRESS.format(name=key), "name": name, "role": role}
        _, token = people.invite(**link, by=self.as_("sysadmin"), at=self.at)
        self.users[key] = people.accept_invitation(
            token=token, password=self._password(key), language="vi", by=Actor(), at=self.at
        )
        return self.users[key]

    def _password(self, key: str) -> str:
        import secrets

        return self.passwords.get(key) or secrets.token_urlsafe(32)

    def as_(self, key: str, *, once: str = "") -> Actor:
        """The person as an actor."""
        return Actor(user=self.users[key], key=once)

    def move(self, to: datetime.datetime) -> Rehearsal:
        """Set the moment at which the next acts happen, and let the clock do what is due."""
        from innodex.portal.project.ticks import tick

        self.at = to
        tick(to)
        if hasattr(self, "round"):
            self.round.refresh_from_db()
        return self

    def on(self, day: float) -> Rehearsal:
        """Move to so many days after the start."""
        return self.move(self.start + days(day))

    # ---- the round

    def upload(self, **changed: str) -> bytes:
        """The example's folder as a zip, without the figures of the round's year; `changed` files replace."""
        files = {
            str(path.relative_to(self.folder)): path.read_text(encoding="utf-8")
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and PERIOD not in path.name and path.suffix in (".csv", ".toml", ".md")
        }
        files |= changed
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return packed.getvalue()

    def create_round(self) -> Rehearsal:
        """The round and its first version; call and consultation open on day 10, the forms on day 80."""
        words = WORDS["round"]
        self.round = rounds.create_round(
            upload=self.upload(),
            filename="framework.zip",
            code=words["code"],
            kind=Round.Kind.PILOT,
            title={"vi": words["title_vi"], "en": words["title_en"]},
            reference_date=REFERENCE,
            period=PERIOD,
            quota=self.quota,
            synthetic=True,
            by=self.as_("analyst"),
            at=self.at,
        )
        for name, opens, due, closes in (
            ("call", 10, 28, 30),
            ("consultation", 10, 35, 40),
            ("collection", 80, 115, 125),
        ):
            rounds.set_calendar(
                round=self.round,
                name=name,
                opens_at=self.start + days(opens),
                due_at=self.start + days(due),
                closes_at=self.start + days(closes),
                by=self.as_("lead"),
                at=self.at,
            )
        return self

    def open_call(self) -> Rehearsal:
        """The call goes out."""
        rounds.open_call(round=self.round, by=self.as_("lead"), at=self.at)
        return self.again()

    def open_consultation(self) -> Rehearsal:
        """Opinions on the first version are asked for."""
        rounds.open_consultation(round=self.round, by=self.as_("lead"), at=self.at)
        return self.again()

    def again(self) -> Rehearsal:
        """Read the round again."""
        self.round.refresh_from_db()
        return self

    @cached_property
    def units(self) -> list[str]:
        """The localities' codes, in the order of their codes: the staffed ones come first."""
        return sorted(self.round.localities.values_list("unit", flat=True))

    def locality(self, unit: str) -> Locality:
        """A locality of the round."""
        return self.round.localities.select_related("round").get(unit=unit)

    # ---- registration and selection

    def registration(self, unit: str) -> Registration:
        """A locality's registration as it stands."""
        return Registration.objects.select_related("locality__round").get(
            locality__round=self.round, locality__unit=unit
        )

    @cached_property
    def series(self) -> list[str]:
        """The series that localities supply."""
        version = documents.newest(self.round)
        return [series.id for series in documents.local_series(documents.framework_of(version))]

    def answer_call(self, unit: str) -> dict[str, Any]:
        """What a locality would write: a whole registration, another one for each unit."""
        words, turn = WORDS["registration"], self.units.index(unit)
        available = ("available", "available", "partly", "available", "no", "available", "unknown")
        readiness = {
            series: {
                "available": available[(turn + place) % len(available)],
                "holder": words["holder"],
                "source": words["source"],
                "latest_year": str(int(PERIOD) - (turn + place) % 2),
                "effort": ("low", "medium", "high")[(turn + place) % 3],
                "remark": words["remark"] if (turn + place) % 5 == 0 else "",
            }
            for place, series in enumerate(self.series)
        }
        return {
            "answer": "join",
            "focal": {
                "department": words["department"],
                "leader": words["leader"],
                "officer_name": self.users[f"entry-{unit}"].name,
                "officer_email": self.users[f"entry-{unit}"].email,
            },
            "readiness": readiness,
            "advantages": [_entry("tag", words["advantages"], turn)],
            "difficulties": [
                _entry("tag", words["difficulties"], turn),
                _entry("tag", words["difficulties"], turn + 1),
            ],
            "proposals": [_entry("to", words["proposals"], turn) | {"difficulty": "1"}],
            "support": {"staff": words["staff"], "offers": words["offers"] if turn % 4 == 0 else ""},
        }

    def draft_registration(self, unit: str, content: dict[str, Any] | None = None) -> Registration:
        """The officer writes."""
        held = self.registration(unit)
        return registrations.save_registration(
            registration=held,
            content=self.answer_call(unit) if content is None else content,
            revision=held.revision,
            by=self.as_(f"entry-{unit}"),
            at=self.at,
        )

    def request_registration(self, unit: str) -> Registration:
        """The officer puts it before the leader."""
        held = self.registration(unit)
        return registrations.request_registration(registration=held, by=self.as_(f"entry-{unit}"), at=self.at)

    def register(self, unit: str, *, decline: bool = False) -> Registration:
        """Draft, request and send; or decline with a reason."""
        declined = {"answer": "decline", "decline_reason": WORDS["registration"]["decline"]}
        self.draft_registration(unit, declined if decline else None)
        self.request_registration(unit)
        registrations.send_registration(
            registration=self.registration(unit), by=self.as_(f"lead-{unit}"), at=self.at
        )
        return self.registration(unit)

    def propose(self, chosen: Iterable[str]) -> Rehearsal:
        """The academy proposes these localities, with a reason for every candidate."""
        wanted = set(chosen)
        held = selection.candidates(self.round)
        yes, no = WORDS["registration"]["chosen"], WORDS["registration"]["not_chosen"]
        selection.propose_selection(
            round=self.round,
            choices={pk: yes for pk, row in held.items() if row.locality.unit in wanted},
            reasons_not={pk: no for pk, row in held.items() if row.locality.unit not in wanted},
            by=self.as_("lead"),
            at=self.at,
        )
        return self

    def decide(self, chosen: Iterable[str]) -> Rehearsal:
        """The ministry decides."""
        wanted = set(chosen)
        held = selection.candidates(self.round)
        yes, no = WORDS["registration"]["chosen"], WORDS["registration"]["not_chosen"]
        selection.decide_selection(
            round=self.round,
            number=f"01/{WORDS['round']['decision']}",
            date=self.at.date(),
            upload=pdf("decision.pdf", "selection"),
            chosen={pk for pk, row in held.items() if row.locality.unit in wanted},
            reasons={pk: yes if row.locality.unit in wanted else no for pk, row in held.items()},
            by=self.as_("approver"),
            at=self.at,
        )
        return self.again()

    def confirm(self, unit: str) -> Registration:
        """The locality's leader confirms."""
        held = self.registration(unit)
        return selection.confirm_selection(registration=held, by=self.as_(f"lead-{unit}"), at=self.at)

    def refuse(self, unit: str) -> Registration:
        """The locality's leader says no."""
        reason = WORDS["registration"]["refused"]
        held = self.registration(unit)
        return selection.refuse_selection(
            registration=held, reason=reason, by=self.as_(f"lead-{unit}"), at=self.at
        )

    # ---- consultation

    def contribution(self, organisation: str) -> Contribution:
        """An organisation's contribution as it stands."""
        return Contribution.objects.get(round=self.round, organisation__code=organisation)

    def department(self, unit: str) -> str:
        """The code of a locality's department."""
        return Organisation.objects.get(scheme=SCHEME, unit=unit).code

    @cached_property
    def indicators(self) -> list[str]:
        """The stable ids of the indicators of the first version, those supplied by localities first."""
        framework = documents.framework_of(self.round.versions.get(number=1))
        local = documents.indicators_of(framework)
        first = [node.id for series in self.series for node in local.get(series, ())]
        return list(dict.fromkeys([*first, *(node.id for node in framework.indicators)]))

    def comment(self, organisation: str, person: str, turn: int, *, number: int = 2) -> list[Comment]:
        """An officer drafts so many comments, another set for each `turn`."""
        words, made = WORDS["consultation"]["comments"], []
        for place in range(number):
            aspect, stance, text, proposed = words[(turn + place) % len(words)]
            made.append(
                consultation.save_comment(
                    contribution=self.contribution(organisation),
                    node=self.indicators[(turn * 2 + place) % 12],
                    aspect=aspect,
                    stance=stance,
                    text=text,
                    proposed=proposed,
                    by=self.as_(person),
                    at=self.at,
                )
            )
        return made

    def request_contribution(self, organisation: str, person: str) -> Contribution:
        """The officer puts it before the leader."""
        return consultation.request_contribution(
            contribution=self.contribution(organisation),
            remark=WORDS["consultation"]["remark"],
            upload=pdf("letter.pdf", organisation),
            by=self.as_(person),
            at=self.at,
        )

    def contribute(
        self, organisation: str, entry: str, lead: str, turn: int, *, number: int = 2
    ) -> Contribution:
        """Draft, request and send."""
        self.comment(organisation, entry, turn, number=number)
        self.request_contribution(organisation, entry)
        consultation.send_contribution(
            contribution=self.contribution(organisation), by=self.as_(lead), at=self.at
        )
        return self.contribution(organisation)

    def sent_comments(self) -> list[Comment]:
        """All comments that have been sent, by number."""
        found = Comment.objects.filter(contribution__round=self.round, state=Comment.State.SENT)
        return list(found.order_by("number"))

    def answer(self, *, leave: int = 0) -> Rehearsal:
        """A second version carries out what is accepted, and every comment but `leave` gets an answer."""
        comments = self.sent_comments()
        chosen = {comment.pk: self._answer_to(place, comment) for place, comment in enumerate(comments)}
        accepted = {comment.node for comment in comments if chosen[comment.pk] in ("accepted", "partly")}
        version = self._second_version(accepted)
        for comment in comments[: len(comments) - leave]:
            kind = chosen[comment.pk]
            taken = kind in ("accepted", "partly")
            consultation.answer_comment(
                comment=comment,
                kind=kind,
                reason=WORDS["consultation"]["answers"][kind],
                changed_in=version if taken else None,
                changed_node=comment.node if taken else "",
                by=self.as_("analyst"),
                at=self.at,
            )
        return self

    @staticmethod
    def _answer_to(place: int, comment: Comment) -> str:
        if comment.stance in ("agree", "question") or not comment.node:
            return "noted"
        return ("accepted", "partly", "not_accepted")[place % 3]

    def _second_version(self, nodes: Iterable[str]) -> Version:
        """A version whose sheets say more of these nodes."""
        framework = documents.framework_of(self.round.versions.get(number=1))
        codes = {node.id: node.code for node in framework.nodes}
        words, changed = WORDS["consultation"], {}
        for lang, addition in (("vi", words["change"]), ("en", words["change_en"])):
            for node in nodes:
                path = self.folder / "sheets" / f"{codes[node]}.{lang}.md"
                text = path.read_text(encoding="utf-8") if path.exists() else ""
                changed[f"sheets/{codes[node]}.{lang}.md"] = text.rstrip("\n") + addition
        return rounds.add_version(
            round=self.round,
            upload=self.upload(**changed),
            filename="framework-2.zip",
            note=words["note"],
            by=self.as_("analyst"),
            at=self.at,
        )

    def adopt(self) -> Rehearsal:
        """The ministry adopts the newest version."""
        rounds.adopt_version(
            version=documents.newest(self.round),
            decision_number=f"02/{WORDS['round']['decision']}",
            decision_date=self.at.date(),
            by=self.as_("approver"),
            at=self.at,
        )
        return self.again()

    # ---- collection

    def open_collection(self) -> Rehearsal:
        """The forms open."""
        rounds.open_collection(round=self.round, by=self.as_("lead"), at=self.at)
        return self.again()

    def submission(self, unit: str) -> Submission:
        """A locality's submission as it stands."""
        return Submission.objects.select_related("locality__round").get(
            locality__round=self.round, locality__unit=unit
        )

    @cached_property
    def panel(self) -> Panel:
        """The example's synthetic figures."""
        from innodex.formats import read_folder

        panel = read_folder(self.folder).panel
        assert panel is not None
        return panel.only(PERIOD)

    def figure(self, unit: str, series: str) -> str:
        """The synthetic figure of the round's year, as a canonical number; empty where there is none."""
        at = 0, self.panel.units.index(unit), self.panel.series.index(series)
        if self.panel.status[at] not in (Status.OBSERVED, Status.ESTIMATED):
            return ""
        return plain_figure(repr(float(self.panel.values[at])))

    def add_evidence(self, unit: str) -> Evidence:
        """The department's report of the year."""
        words = WORDS["collection"]
        return collection.add_evidence(
            submission=self.submission(unit),
            upload=pdf("report.pdf", unit),
            document_number=words["number"].format(number=100 + self.units.index(unit)),
            document_date=self.at.date(),
            issuer=words["issuer"],
            abstract=words["abstract"],
            declared=True,
            by=self.as_(f"entry-{unit}"),
            at=self.at,
        )

    def fill(self, unit: str, *, share: float = 1.0) -> Submission:
        """The officer fills in the first `share` of the items, with evidence and explanations."""
        items = list(self.submission(unit).items.order_by("position"))
        evidence = self.add_evidence(unit)
        for place, item in enumerate(items[: round(len(items) * share)], start=1):
            item.submission = self.submission(unit)
            self.fill_item(unit, item)
            link = Item.objects.get(pk=item.pk)
            link.submission = self.submission(unit)
            collection.link_evidence(
                item=link,
                evidence=evidence,
                page=WORDS["collection"]["page"].format(page=place),
                by=self.as_(f"entry-{unit}"),
                at=self.at,
            )
        return self.submission(unit)

    def fill_item(self, unit: str, item: Item) -> Item:
        """One figure, explained where it differs much from the last one."""
        value = self.figure(unit, item.series)
        return collection.save_item(
            item=item,
            raw=value or None,
            missing=None if value else "not_available",
            explanation=WORDS["collection"]["explanation"],
            confirmed=True,
            revision=item.revision,
            by=self.as_(f"entry-{unit}"),
            at=self.at,
        )

    def request_clearance(self, unit: str) -> Submission:
        """The officer puts the submission before the leader."""
        return collection.request_clearance(
            submission=self.submission(unit), by=self.as_(f"entry-{unit}"), at=self.at
        )

    def submit(self, unit: str) -> Submission:
        """The leader sends."""
        collection.submit(submission=self.submission(unit), by=self.as_(f"lead-{unit}"), at=self.at)
        return self.submission(unit)

    def start_appraisal(self, unit: str, *, reviewer: str = "reviewer") -> Submission:
        """A reviewer is assigned and begins to read."""
        collection.assign_reviewer(
            submission=self.submission(unit), reviewer=self.users[reviewer], by=self.as_("lead"), at=self.at
        )
        return collection.start_appraisal(submission=self.submission(unit), by=self.as_(reviewer), at=self.at)

    def decide_items(
        self, unit: str, *, reviewer: str = "reviewer", ask: int = 0, adjust: int = 0
    ) -> Submission:
        """Decide on every item: `ask` go back, `adjust` of the rest are adjusted, all others accepted."""
        words = WORDS["collection"]
        items = (
            self.submission(unit).items.filter(state__in=("in_review", "return_asked")).order_by("position")
        )
        adjusted = 0
        for place, item in enumerate(items):
            said: dict[str, str] = {"decision": "accepted"}
            lower = "" if item.maximum or not item.value else str(int(float(item.value) * 0.9))
            if place < ask:
                said = {"decision": "return_asked", "reason": words["return_reason"]}
                said["expected"] = words["expected"]
            elif adjusted < adjust and lower not in ("", "0", item.value):
                said = {"decision": "adjusted", "reason": words["adjusted"], "value": lower}
                said["source"] = words["adjusted_source"]
                adjusted += 1
            collection.decide_item(
                **said, item=item, revision=item.revision, by=self.as_(reviewer), at=self.at
            )
        return self.submission(unit)

    def return_items(self, unit: str, *, reviewer: str = "reviewer", due: float = 7) -> Submission:
        """What was asked for goes back."""
        return collection.return_items(
            submission=self.submission(unit), due_at=self.at + days(due), by=self.as_(reviewer), at=self.at
        )

    def close_appraisal(self, unit: str) -> Submission:
        """Every item is decided."""
        return collection.close_appraisal(submission=self.submission(unit), by=self.as_("lead"), at=self.at)

    def approve(self, unit: str) -> Submission:
        """The ministry approves."""
        return collection.approve(submission=self.submission(unit), by=self.as_("approver"), at=self.at)

    def central_file(self) -> bytes:
        """The figures of central bodies for all localities, as a wide CSV."""
        local = set(self.series)
        series = [one for one in self.panel.series if one not in local]
        written = io.StringIO()
        table = csv.writer(written)
        table.writerow(["code", "year", *series])
        for unit in self.units:
            table.writerow([unit, PERIOD, *(self.figure(unit, one) for one in series)])
        return written.getvalue().encode()

    def bring_central(self, *, confirm: bool = True) -> Rehearsal:
        """The analyst brings the central figures in, another one confirms them."""
        local = set(self.series)
        source = {"source": WORDS["collection"]["central"], "date": self.at.date().isoformat()}
        batch = central.import_central(
            round=self.round,
            upload=self.central_file(),
            filename="central.csv",
            sources={one: source for one in self.panel.series if one not in local},
            by=self.as_("analyst"),
            at=self.at,
        )
        if confirm:
            central.confirm_central(batch=batch, by=self.as_("analyst2"), at=self.at)
        return self


def _organisation(code: str) -> dict[str, Any]:
    words = WORDS["organisations"][code]
    return {"code": code, "name": {"vi": words["name_vi"], "en": words["name_en"]}, "kind": words["kind"]}


def _entry(key: str, entries: list[list[str]], turn: int) -> dict[str, str]:
    word, text = entries[turn % len(entries)]
    return {key: word, "text": text}
