"""Every right once more by the way of the pages: state × person × form × before and after the date.

What is expected is what the tables beside the actions say, which are written from the rules and not from the
program's own table of rights. A form that is not allowed leaves every row as it was, and says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.messages import constants, get_messages
from django.test import Client
from django.utils import timezone

from innodex.portal.people.models import Event, User
from portal._rebuilt import rows
from portal.collection import test_matrix as submissions
from portal.collection._hands import PASSWORD, Hands, upload
from portal.collection.test_matrix import undone

if TYPE_CHECKING:
    from portal.conftest import SetClock

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
REASON = "Vì thiếu một mục"
NOBODY = "nobody"  # not logged in
REFUSALS = (403, 404, 409, 422)
Form = tuple[str, dict[str, Any]]  # the address and what is sent to it


@pytest.fixture(autouse=True)
def _bare_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without the links to other pages: they are drawn for everybody alike, and thousands of times."""
    for name in ("navigation", "_rounds"):
        monkeypatch.setattr(f"innodex.portal.project.context.{name}", lambda *_: [])


@dataclass
class Browsers:
    """A browser for each person, logged in once."""

    people: dict[str, User]
    held: dict[str, Client] = field(default_factory=dict)

    def of(self, who: str) -> Client:
        """The browser of a person."""
        if who not in self.held:
            self.held[who] = Client(headers={"host": "localhost"})
            if who != NOBODY:
                self.held[who].force_login(self.people[who])
        return self.held[who]

    def log_in(self, *names: str) -> None:
        """Log in now, so that it is not undone with what is tried."""
        for who in names:
            self.of(who)


def _done(action: str) -> int:
    """How often the action has been done."""
    return Event.objects.filter(action=action, refused="").count()


def _says_so(answer: Any) -> bool:
    """True when the answer tells that nothing was done: by number, on its page, or by asking who it is."""
    if answer.status_code in REFUSALS:
        return True
    if answer.status_code == 302 and answer["Location"].startswith("/portal/account/"):
        return True
    told = [message.level for message in get_messages(answer.wsgi_request)]
    if constants.SUCCESS in told:
        return False
    return constants.ERROR in told or (answer.status_code == 200 and b'aria-invalid="true"' in answer.content)


def tried(browsers: Browsers, action: str, form: Form, people: dict[str, bool]) -> list[tuple[str, str]]:
    """(who, what is wrong) of one form, sent by each of `people`; {who: whether it is allowed}."""
    wrong = []
    address, sent = form
    refused = [who for who in people if not people[who]]
    allowed = [who for who in people if people[who]]
    before = rows()
    for who in refused:
        answer = browsers.of(who).post(address, _fresh(sent))
        if not _says_so(answer):
            wrong.append((who, f"says nothing: {answer.status_code}"))
    # After all of them together nothing is otherwise than before.
    if rows() != before:
        wrong.append((", ".join(refused), "rows have changed"))
    for who in allowed:
        with undone():
            count = _done(action)
            answer = browsers.of(who).post(address, _fresh(sent))
            if _done(action) == count:
                wrong.append((who, f"not done: {answer.status_code}"))
    return wrong


def _fresh(sent: dict[str, Any]) -> dict[str, Any]:
    """A file is read once; every form brings its own."""
    return {name: value() if callable(value) else value for name, value in sent.items()}


# ---- a submission, by the pages of the locality and of the appraisal

ELSEWHERE = {"return_lapse", "mark_not_received"}  # the clock's; no page does them


def _submission_forms(scene: submissions.Scene) -> dict[str, tuple[str, Callable[[], Form]]]:
    """{form: (action, how it is sent)}."""
    hands = scene.hands
    base = f"/portal/rounds/{hands.round.code}/"
    own, read = f"{base}submission/", f"{base}appraisal/01/"
    pk = scene.item.pk
    day = timezone.localdate(scene.deadline + 10 * DAY).isoformat()

    def typed() -> dict[str, Any]:
        revision = hands.item("spending").revision
        return {f"raw-{pk}": "13", f"missing-{pk}": "", f"explanation-{pk}": "", f"revision-{pk}": revision}

    def sealed() -> dict[str, Any]:
        from innodex.portal.collection import workbook

        item = hands.item("spending")
        change = workbook.Change(item.series, item.period, item.revision, raw="13")
        read: Any = SimpleNamespace(submission=hands.submission(), changes=(change,))
        return {"seal": workbook.seal(read)}

    def decided() -> dict[str, Any]:
        return {"decision": "accepted", "revision": hands.item("spending").revision}

    document = {
        "document-upload": upload, "document-document_number": "2", "document-issuer": "Sở",
        "document-document_date": "2025-03-03", "document-declared": "on",
    }  # fmt: skip
    cited = {"cite-evidence": scene.evidence.pk, "cite-page": "2"}
    until = {"extend-until": (scene.deadline + 60 * DAY).date().isoformat(), "extend-reason": REASON}
    return {
        "save one": ("save_item", lambda: (f"{own}items/{pk}/save/", typed())),
        "save all": ("save_item", lambda: (own, typed())),
        "workbook": ("save_item", lambda: (f"{own}workbook/apply/", sealed())),
        "document": ("add_evidence", lambda: (f"{own}evidence/", document)),
        "document at an item": (
            "add_evidence", lambda: (f"{own}items/{pk}/document/", {**document, "document-page": "2"})),
        "cite": ("link_evidence", lambda: (f"{own}items/{pk}/cite/", cited)),
        "cite no more": ("unlink_evidence", lambda: (f"{own}citations/{scene.link.pk}/end/", {})),
        "request": ("request_clearance", lambda: (f"{own}clearance/", {})),
        "send back": ("send_back", lambda: (f"{own}send-back/", {"back-reason": REASON})),
        "send": ("submit", lambda: (f"{own}send/", {"password": PASSWORD})),
        "assign": ("assign_reviewer", lambda: (f"{base}assignment/", {
            "reviewer": hands.people["colleague"].pk, "submission": hands.submission().pk})),
        "start": ("start_appraisal", lambda: (f"{read}start/", {})),
        "decide": ("decide_item", lambda: (f"{read}items/{pk}/", decided())),
        "accept": ("decide_item", lambda: (f"{read}items/{pk}/accept/", decided())),
        "countersign": ("countersign_item", lambda: (f"{base}countersign/", {"item": pk})),
        "return": ("return_items", lambda: (f"{read}return/", {"return-due": day})),
        "close": ("close_appraisal", lambda: (f"{read}close/", {})),
        "approve": ("approve", lambda: (f"{read}approve/", {})),
        "extend": ("extend", lambda: (f"{read}extend/", until)),
        "read the draft": ("read_draft", lambda: (f"{base}submissions/01/", {"reason": REASON})),
    }  # fmt: skip


# What the locality's own page sends reaches its own submission, whoever sends it: of these the rows of the
# one that is tried are looked at, where another locality's people send them.
OF_ONE_S_OWN = ("save all", "document", "request", "send back", "send")
OTHERS = ("entry-02", "chief-02")
# Whoever has no membership here is tried in one state of each half of the way.
OUTSIDE = ("stranger", "gone", NOBODY)
WITH_OUTSIDE = ("drafting", "under_appraisal")


def _of_it(scene: submissions.Scene) -> list[Any]:
    """Everything that belongs to the submission that is tried."""
    pk, found = scene.hands.submission().pk, rows()
    parts = [found["collection.submission"][pk]]
    for model in ("collection.item", "collection.evidence", "collection.assignment"):
        parts += [row for row in found[model].values() if row["submission_id"] == pk]
    return [*parts, found["collection.evidencelink"], found["rounds.snapshot"]]


def _by_others(browsers: Browsers, scene: submissions.Scene, form: Form) -> list[tuple[str, str]]:
    """What another locality's people change here by sending what its own people may send."""
    address, sent = form
    before = _of_it(scene)
    with undone():
        for who in OTHERS:
            browsers.of(who).post(address, _fresh(sent))
        return [] if _of_it(scene) == before else [(" ".join(OTHERS), "rows have changed")]


@pytest.mark.parametrize(
    ("state", "sent"),
    submissions.VARIANTS,
    ids=[f"{state}-{'sent' if sent else 'unsent'}" for state, sent in submissions.VARIANTS],
)
def test_forms_around_a_submission(clock: SetClock, state: str, sent: bool) -> None:
    scene = submissions.Scene(Hands(), state, sent)
    everybody = [who for who in (*submissions.EVERYBODY, NOBODY) if who != "system"]
    people = [who for who in everybody if who not in OUTSIDE or state in WITH_OUTSIDE]
    browsers = Browsers(scene.hands.people)
    browsers.log_in(*people)
    wrong = []
    for name, (action, form) in _submission_forms(scene).items():
        own = name in OF_ONE_S_OWN
        for moment in ("before", "after"):
            at = scene.moment(moment)
            clock(at)
            with undone():
                scene.given(action, at)
                # Afterwards only those are tried who might have been allowed before.
                trying = people if moment == "before" else sorted(submissions.TABLE[action][1])
                allowed = {
                    who: bool(submissions.expected(action, state, sent, who, moment))
                    for who in trying
                    if not (own and who in OTHERS)
                }
                found = tried(browsers, f"collection.{action}", form(), allowed)
                found += _by_others(browsers, scene, form()) if own and moment == "before" else []
                wrong += [(name, moment, *one) for one in found]
    assert not wrong, wrong


def test_every_act_on_a_submission_has_its_form() -> None:
    hands = Hands()
    scene = submissions.Scene(hands, "drafting", False)
    found = {action for action, _ in _submission_forms(scene).values()}
    assert found == set(submissions.TABLE) - ELSEWHERE
