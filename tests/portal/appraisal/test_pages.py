"""The appraisal in the browser: what was sent, the decisions, a return, approval; nothing of a draft."""

from __future__ import annotations

import datetime

import pytest

from innodex.portal.collection import actions as collection
from innodex.portal.collection.models import Submission
from innodex.portal.people.models import Event
from innodex.portal.people.refused import Refused
from innodex.portal.rounds import files
from innodex.portal.rounds.models import Snapshot
from portal.runs._client import BASE, fetch, reader, text_of
from portal.runs._stage import DAY, Stage

pytestmark = pytest.mark.django_db
QUEUE = f"{BASE}appraisal/"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    for name in ("editions", "evidence", "uploads"):
        (tmp_path / name).mkdir()
    settings.HOME = tmp_path


def item_page(stage: Stage, unit: str, series: str) -> str:
    return f"{QUEUE}{unit}/items/{stage.item(unit, series).pk}/"


def answer(stage: Stage, series: str, **said: str) -> dict[str, str]:
    """What the form of one item sends."""
    return {"revision": str(stage.item("01", series).revision), **said}


def with_document(stage: Stage, unit: str = "01"):
    """A document cited for one figure of the unit."""
    evidence = collection.add_evidence(
        submission=stage.submission(unit), upload=files.as_upload(b"%PDF-1.4\nproof\n%%EOF", "proof.pdf"),
        document_number="12/BC", document_date=datetime.date(2025, 1, 5), issuer="Sở", declared=True,
        **stage.by(stage.entry[unit]),
    )  # fmt: skip
    collection.link_evidence(
        item=stage.item(unit, "staff"), evidence=evidence, page="p. 3", **stage.by(stage.entry[unit])
    )
    return evidence


# ---- what is seen ------------------------------------------------------------------------------------


def test_the_queue_accounts_for_every_submission(clock):
    stage = Stage().to_collection().send("01", "02").start("01")
    stage.fill("04")
    clock(stage.now)
    page = text_of(reader(stage.lead).get(QUEUE))
    for words in ("All (5)", "Not started (2)", "Being filled in (1)", "Sent (1)", "Under appraisal (1)"):
        assert words in page
    silent = page[page.index('id="silent"') :]
    assert "2 localities have entered nothing" in silent
    assert stage.locality("06").name["en"] in silent
    one = text_of(reader(stage.lead).get(f"{QUEUE}?state=submitted"))
    assert f"{QUEUE}02/" in one
    assert f"{QUEUE}01/" not in one


def test_a_reviewer_sees_the_assigned_alone(clock):
    stage = Stage().to_collection().send("01", "02").start("01")
    clock(stage.now)
    page = text_of(reader(stage.reviewer).get(QUEUE))
    assert f"{QUEUE}01/" in page
    assert f"{QUEUE}02/" not in page
    assert reader(stage.reviewer).get(f"{QUEUE}02/").status_code == 404
    assert "No submission has been assigned to you" in text_of(reader(stage.colleague).get(QUEUE))


def test_a_draft_is_never_shown(clock):
    stage = Stage().to_collection().send("01").start("01")
    stage.fill("04", staff="987654")
    stage.decide("01", "staff", "return_asked", reason="x", expected="y")
    due = stage.now + 7 * DAY
    collection.return_items(submission=stage.submission("01"), due_at=due, **stage.by(stage.reviewer))
    item = stage.item("01", "staff")
    collection.save_item(item=item, raw="987654", revision=item.revision, **stage.by(stage.entry["01"]))
    clock(stage.now)
    for who in ("lead", "reviewer", "analyst", "auditor", "approver"):
        client = reader(stage.everybody()[who])
        for path in ("04/", "01/", f"01/items/{item.pk}/"):
            body = fetch(client, QUEUE + path)[1].decode()
            assert "987" not in body, (who, path)
    assert fetch(reader(stage.lead), f"{QUEUE}04/items/{stage.item('04', 'staff').pk}/")[0] == 404


def test_what_changed_since_the_copy_before_is_marked(clock):
    stage = Stage().to_collection().send("01").start("01")
    stage.decide("01", "staff", "return_asked", reason="x", expected="y")
    for series in ("plan", "review", "filings"):
        stage.decide("01", series)
    due = stage.now + 7 * DAY
    collection.return_items(submission=stage.submission("01"), due_at=due, **stage.by(stage.reviewer))
    item = stage.item("01", "staff")
    collection.save_item(item=item, raw="118", revision=item.revision, **stage.by(stage.entry["01"]))
    collection.request_clearance(submission=stage.submission("01"), **stage.by(stage.entry["01"]))
    collection.submit(submission=stage.submission("01"), **stage.by(stage.chief["01"]))
    collection.start_appraisal(submission=stage.submission("01"), **stage.by(stage.reviewer))
    clock(stage.now)
    page = text_of(reader(stage.reviewer).get(f"{QUEUE}01/?show=changed"))
    assert "Copy no. 2" in page
    assert page.count("<del") == 1
    assert "Research staff" in page
    assert "Patent filings" not in page


# ---- the decisions -----------------------------------------------------------------------------------


def test_the_five_decisions(clock):
    stage = Stage().to_collection().send("01").start("01")
    clock(stage.now)
    client = reader(stage.reviewer)
    said = {
        "staff": {
            "decision": "adjusted",
            "cause": "other-figure",
            "reason": "Bảng 2",
            "value": "118,5",
            "source": "NGTK",
        },
        "plan": {"decision": "not_applicable", "reason": "no such body"},
        "review": {"decision": "not_accepted", "cause": "no-evidence"},
        "filings": {"decision": "return_asked", "reason": "unclear", "expected": "a list"},
    }
    for series, form in said.items():
        done = client.post(item_page(stage, "01", series), answer(stage, series, **form))
        assert done.status_code == 302, text_of(done)
    kept = {series: stage.item("01", series) for series in said}
    assert {series: item.decision for series, item in kept.items()} == {
        s: f["decision"] for s, f in said.items()
    }
    assert (kept["staff"].value, kept["staff"].appraised_value) == ("120", "118.5")
    assert kept["staff"].decision_reason == "The figure differs from the evidence. Bảng 2"
    assert kept["review"].appraised_missing == "not_available"
    assert kept["filings"].expected == "a list"
    again = client.post(item_page(stage, "01", "filings"), answer(stage, "filings", decision="accepted"))
    assert again.status_code == 302
    assert stage.item("01", "filings").appraised_value == stage.item("01", "filings").value


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "This field is required"),
        ({"decision": "adjusted", "reason": "x", "value": "1"}, "Name the source"),
        ({"decision": "adjusted", "reason": "x", "source": "y"}, "Enter a value, or choose why"),
        ({"decision": "adjusted", "reason": "x", "source": "y", "value": "1", "missing": "nil"}, "not both"),
        ({"decision": "adjusted", "value": "1", "source": "y"}, "Choose a common reason or write one"),
        ({"decision": "adjusted", "reason": "x", "source": "y", "value": "abc"}, "abc"),
        (
            {"decision": "adjusted", "reason": "x", "source": "y", "value": "1.234"},
            "that is how I mean the figure",
        ),
        ({"decision": "not_accepted"}, "Choose a common reason or write one"),
        ({"decision": "return_asked", "reason": "x"}, "what the locality should supply"),
        ({"decision": "adjusted", "reason": "x", "source": "y", "value": "120"}, 'class="message error"'),
    ],
)
def test_what_a_decision_lacks_is_said_beside_what_was_typed(clock, form, words):
    stage = Stage(units=("01",)).to_collection().send("01").start("01")
    clock(stage.now)
    page = reader(stage.reviewer).post(item_page(stage, "01", "staff"), answer(stage, "staff", **form))
    assert page.status_code == 422
    assert words in text_of(page)
    for typed in ("reason", "value"):
        assert form.get(typed, "") in text_of(page)
    assert stage.item("01", "staff").decision == ""


def test_an_ambiguous_figure_counts_once_it_is_confirmed(clock):
    stage = Stage(units=("01",)).to_collection().send("01").start("01")
    clock(stage.now)
    form = {"decision": "adjusted", "reason": "x", "source": "y", "value": "1.234", "confirmed": "on"}
    reader(stage.reviewer).post(item_page(stage, "01", "staff"), answer(stage, "staff", **form))
    assert stage.item("01", "staff").appraised_value == "1234"


def test_two_reviewers_on_one_item_lose_nothing_silently(clock):
    stage = Stage(units=("01",)).to_collection().send("01").start("01")
    clock(stage.now)
    seen = answer(stage, "staff", decision="not_accepted", reason="second thoughts")
    stage.decide("01", "staff", "adjusted", value="99", reason="a", source="b")
    page = reader(stage.reviewer).post(item_page(stage, "01", "staff"), seen)
    assert page.status_code == 422
    assert "second thoughts" in text_of(page)
    assert "99" in text_of(page)
    assert stage.item("01", "staff").appraised_value == "99"
    assert f'name="revision" value="{stage.item("01", "staff").revision}"' in text_of(page)


def test_accepting_from_the_list_and_going_on(clock):
    stage = Stage(units=("01",)).to_collection().send("01").start("01")
    clock(stage.now)
    client = reader(stage.reviewer)
    staff = stage.item("01", "staff")
    client.post(f"{QUEUE}01/items/{staff.pk}/accept/", {"revision": staff.revision})
    assert stage.item("01", "staff").decision == "accepted"
    order = list(stage.submission("01").items.filter(decision="").order_by("position"))
    done = client.post(
        f"{QUEUE}01/items/{order[0].pk}/",
        {"revision": order[0].revision, "decision": "accepted", "next": "1"},
    )
    assert done["Location"] == f"{QUEUE}01/items/{order[1].pk}/"


# ---- the way to approval -----------------------------------------------------------------------------


def test_from_assignment_to_approval_in_the_browser(clock):
    stage = Stage(units=("01", "02")).to_collection().send("01", "02")
    clock(stage.now)
    lead, reviewer, approver = reader(stage.lead), reader(stage.reviewer), reader(stage.approver)
    empty = lead.post(f"{BASE}assignment/", {"reviewer": stage.reviewer.pk})
    assert "Tick at least one submission" in text_of(empty)
    both = [stage.submission(unit).pk for unit in ("01", "02")]
    lead.post(f"{BASE}assignment/", {"reviewer": stage.reviewer.pk, "submission": both, "once": "b" * 32})
    assert all(stage.submission(unit).is_assigned(stage.reviewer) for unit in ("01", "02"))
    reviewer.post(f"{QUEUE}01/start/")
    assert stage.submission("01").state == "under_appraisal"
    plan = {"decision": "not_applicable", "reason": "r"}
    reviewer.post(item_page(stage, "01", "plan"), answer(stage, "plan", **plan))
    for series in ("staff", "review", "filings"):
        reviewer.post(item_page(stage, "01", series), answer(stage, series, decision="accepted"))
    page = lead.post(f"{QUEUE}01/close/", follow=True)
    assert stage.submission("01").state == "under_appraisal"  # not yet countersigned
    assert 'class="message error"' in text_of(page)
    sign = f"{BASE}countersign/"
    assert stage.locality("01").name["en"] in text_of(approver.get(sign))
    lead.post(sign, {"item": stage.item("01", "plan").pk})
    assert stage.item("01", "plan").countersigned_by is None
    approver.post(sign, {"item": stage.item("01", "plan").pk})
    assert stage.item("01", "plan").countersigned_by == stage.approver
    lead.post(f"{QUEUE}01/close/")
    assert stage.submission("01").state == "appraised"
    lead.post(f"{QUEUE}01/approve/")
    assert stage.submission("01").state == "appraised"
    approver.post(f"{QUEUE}01/approve/")
    assert stage.submission("01").state == "approved"
    assert Snapshot.objects.get(kind="appraised").sent_by == stage.approver


def test_a_return_and_an_extension_in_the_browser(clock):
    stage = Stage(units=("01", "02")).to_collection().send("01").start("01")
    stage.decide("01", "staff", "return_asked", reason="x", expected="y")
    clock(stage.now)
    reviewer, lead = reader(stage.reviewer), reader(stage.lead)
    blank = reviewer.post(f"{QUEUE}01/return/", {})
    assert blank.status_code == 422
    assert 'href="#id_return-due"' in text_of(blank)
    soon = reviewer.post(f"{QUEUE}01/return/", {"return-due": (stage.now + DAY).date()}, follow=True)
    assert 'class="message error"' in text_of(soon)
    assert stage.submission("01").state == "under_appraisal"
    due = (stage.now + 7 * DAY).date()
    reviewer.post(f"{QUEUE}01/return/", {"return-due": due.isoformat()})
    returned = stage.submission("01")
    assert returned.state == "returned"
    assert returned.return_due_at == datetime.datetime.combine(due, datetime.time(10), datetime.UTC)
    assert [item.series for item in returned.items.filter(state="open")] == ["staff"]
    assert lead.post(f"{QUEUE}02/extend/", {"extend-until": "2025-04-01"}).status_code == 422
    lead.post(f"{QUEUE}02/extend/", {"extend-until": "2025-04-01", "extend-reason": "bão lũ"})
    later = Submission.objects.get(locality=stage.locality("02"))
    assert later.extended_to == datetime.datetime(2025, 4, 1, 10, tzinfo=datetime.UTC)
    assert Event.objects.get(action="collection.extend").reason == "bão lũ"


# ---- evidence ----------------------------------------------------------------------------------------


def test_reading_evidence_is_an_event_and_only_what_was_sent_is_read(clock):
    from innodex.portal.appraisal import actions

    stage = Stage(units=("01", "02")).to_collection()
    document = with_document(stage)
    unsent = with_document(stage, "02")
    stage.send("01").start("01")
    clock(stage.now)
    address = f"{QUEUE}01/evidence/{document.pk}/"
    for who in ("reviewer", "lead", "approver", "auditor", "analyst"):
        client = reader(stage.everybody()[who])
        got = client.get(address)
        assert got["Content-Disposition"] == 'attachment; filename="proof.pdf"'
        assert got["X-Content-Type-Options"] == "nosniff"
        assert b"".join(got.streaming_content).startswith(b"%PDF")
        for close in got._resource_closers:
            close()
    read = Event.objects.filter(action="appraisal.read_evidence", refused="")
    assert [event.actor.name for event in read] == ["Reviewer", "Lead", "Approver", "Auditor", "Analyst"]
    assert {event.digest for event in read} == {document.file.digest}
    for who in ("colleague", "keeper", "entry", "chief", "stranger", "official"):
        assert fetch(reader(stage.everybody()[who]), address)[0] == 404
    assert fetch(reader(stage.lead), f"{QUEUE}02/evidence/{unsent.pk}/")[0] == 404
    assert read.count() == 5
    for user, kind in ((stage.colleague, "not-allowed"), (stage.entry["01"], "not-allowed")):
        with pytest.raises(Refused, match=kind):
            actions.read_evidence(submission=stage.submission("01"), evidence=document, **stage.by(user))
    with pytest.raises(Refused, match="not-sent"):
        actions.read_evidence(submission=stage.submission("02"), evidence=unsent, **stage.by(stage.lead))
