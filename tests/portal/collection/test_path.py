"""A submission's whole path, and the guards along it that the table of rights does not hold."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from innodex.portal.collection import actions, queries
from innodex.portal.collection.models import EvidenceLink, Item, Submission
from innodex.portal.people.models import Event, Membership, Organisation
from innodex.portal.people.refused import Refused, Repeated
from innodex.portal.rounds.models import Registration, Round, Snapshot
from portal.collection._hands import CLOSES, DAY, DUE, FILES, LOCAL, PDF, Hands, upload

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

SECOND = datetime.timedelta(seconds=1)


def sent_content(number: int = 1) -> dict[str, Any]:
    return json.loads(Snapshot.objects.get(kind="submission", number=number).content)


# ---- from the first figure to the approval


def test_from_the_first_figure_to_the_approval(hands: Hands) -> None:
    hands.approved()
    assert hands.submission().state == "approved"
    kinds = list(Snapshot.objects.order_by("pk").values_list("kind", "number"))
    assert kinds == [("submission", 1), ("appraised", 1)]
    appraised = json.loads(Snapshot.objects.get(kind="appraised").content)
    values = [cell["appraised_value"] for cell in appraised["items"]]
    assert values == ["120", "12.5", "20", "8.5", "30", "100", "40"]


def test_an_item_for_every_local_series_and_criterion(hands: Hands) -> None:
    items = hands.submission().items.order_by("position")
    assert [item.series for item in items] == list(LOCAL)
    assert {item.series: item.maximum for item in items if item.maximum} == {"plan": "20", "review": "10"}
    assert {item.period for item in items} == {"2024"}
    assert {item.state for item in items} == {"empty"}


def test_in_a_pilot_only_the_confirmed_take_part(hands: Hands) -> None:
    assert Submission.objects.count() == 3
    assert hands.round.localities.count() == 63


def test_in_a_national_round_everybody_does() -> None:
    hands = Hands(kind="national")
    assert Submission.objects.count() == hands.round.localities.count() == 63
    rows = queries.overview(hands.round)
    assert len(rows) == 63
    assert all(row.progress.of == len(LOCAL) for row in rows)


def test_items_pass_through_their_states(hands: Hands) -> None:
    assert hands.save("spending", "x").state == "entered"
    assert hands.save("spending", "12,5").state == "ready"
    assert hands.save("spending", "").state == "empty"
    hands.fill()
    hands.request()
    hands.send()
    assert hands.item("spending").state == "sent"


def test_a_whole_that_shrinks_puts_its_part_in_question(hands: Hands) -> None:
    hands.fill()
    assert hands.item("served").state == "ready"
    hands.save("land", "20")
    assert hands.item("served").state == "entered"


# ---- the figure of the round before


def earlier(series: str, value: str, *, missing: str = "", phase: str = "published") -> Hands:
    """People whose round for 2023 has an appraised figure, and stands in `phase`."""
    hands = Hands(period="2023")
    Round.objects.filter(pk=hands.round.pk).update(phase=phase)
    Submission.objects.filter(locality__round=hands.round).update(state="locked")
    hands.submission().items.filter(series=series).update(appraised_value=value, appraised_missing=missing)
    return hands


@pytest.mark.parametrize(
    ("value", "missing", "phase", "expected"),
    [
        ("99.5", "", "published", ("99.5", "2023", "round")),
        ("", "nil", "closed", ("0", "2023", "round")),
        ("", "not_available", "published", ("", "", "none")),
        ("99.5", "", "computed", ("", "", "none")),
    ],
)
def test_the_last_round_s_appraised_figure_stands_beside(
    value: str, missing: str, phase: str, expected: tuple[str, str, str]
) -> None:
    hands = earlier("spending", value, missing=missing, phase=phase)
    hands.round = hands.opened(FILES)
    item = hands.item("spending")
    assert (item.last_value, item.last_period, item.last_note) == expected


def test_another_unit_of_measure_is_not_compared() -> None:
    hands = earlier("spending", "99.5")
    changed = FILES["series.csv"].replace("tỷ đồng,billion", "triệu đồng,million")
    hands.round = hands.opened({**FILES, "series.csv": changed})
    assert (hands.item("spending").last_value, hands.item("spending").last_note) == ("", "unit")


def test_a_new_locality_is_not_compared() -> None:
    hands = earlier("spending", "99.5")
    hands.round.localities.filter(unit="01").update(unit="01-old")
    hands.round = hands.opened(FILES)
    assert hands.item("spending").last_note == "locality"


def test_figures_of_an_earlier_period_may_come_with_the_documents(hands: Hands) -> None:
    data = "code,year,population,spending,staff,served,land,share,plan,review\n"
    data += "01,2022,900,10.5,7,,,,,\n01,2023,900,11.25,,,,,,\n02,2023,900,,,,,,,\n"
    hands.round = hands.opened({**FILES, "data/before.csv": data})
    spending, staff = hands.item("spending"), hands.item("staff")
    assert (spending.last_value, spending.last_period, spending.last_note) == ("11.25", "2023", "data")
    assert (staff.last_value, staff.last_period) == ("7", "2022")
    assert hands.item("spending", "02").last_note == "none"


# ---- writing


def test_a_save_keeps_what_was_typed_and_how_it_was_read(hands: Hands) -> None:
    item = hands.save("spending", " 1.234,50 ", explanation="Theo quyết toán\r\nnăm 2024")
    assert (item.raw, item.value, item.missing) == (" 1.234,50 ", "1234.5", "")
    assert item.explanation == "Theo quyết toán\nnăm 2024"
    assert item.revision == 1


def test_zero_is_a_value_and_nothing_happened_is_a_code(hands: Hands) -> None:
    assert (hands.save("spending", "0").value, hands.item("spending").missing) == ("0", "")
    item = hands.save("spending", missing="nil")
    assert (item.raw, item.value, item.missing) == ("", "", "nil")
    item = hands.save("spending", "3")
    assert (item.value, item.missing) == ("3", "")


def test_both_together_are_kept_and_asked_about(hands: Hands) -> None:
    item = hands.save("spending", "3", missing="not_available")
    assert (item.raw, item.value, item.missing, item.state) == ("3", "", "not_available", "entered")


def test_a_confirmation_holds_for_the_figure_that_was_confirmed(hands: Hands) -> None:
    assert hands.save("spending", "1.234").state == "entered"
    assert hands.save("spending", "1.234", confirmed=True).state == "ready"
    assert hands.save("spending", explanation="Đúng").confirmed
    assert not hands.save("spending", "1.235").confirmed
    assert not hands.save("spending", "12", confirmed=True).confirmed


def test_a_stale_revision_writes_nothing_and_names_what_stands_there(hands: Hands) -> None:
    hands.save("spending", "77")
    with pytest.raises(actions.Conflict) as caught:
        hands.save("spending", "88", revision=0)
    assert caught.value.item.raw == "77"
    assert hands.item("spending").raw == "77"
    assert Event.objects.latest("pk").refused == "conflict"


def test_a_form_that_saved_itself_is_no_conflict_for_who_typed_on(hands: Hands) -> None:
    hands.save("spending", "77")
    assert hands.save("spending", "77", explanation="Đúng", revision=0).explanation == "Đúng"
    with pytest.raises(actions.Conflict):
        hands.save("spending", "78", explanation="Đúng", revision=0)


def test_saying_again_what_stands_there_is_no_conflict_and_no_change(hands: Hands) -> None:
    hands.save("spending", "77")
    assert hands.save("spending", "77", revision=0).revision == 1


def test_a_double_click_sends_once(hands: Hands) -> None:
    hands.fill()
    hands.request()
    by = replace(hands.by("chief-01"), key="k" * 32)
    actions.submit(submission=hands.submission(), by=by, at=hands.now)
    with pytest.raises(Repeated):
        actions.submit(submission=hands.submission(), by=by, at=hands.now)
    assert Snapshot.objects.count() == 1


# ---- evidence


def test_the_first_document_needs_the_declaration(hands: Hands) -> None:
    with pytest.raises(Refused, match="secrets-not-declared"):
        hands.proof(declared=False)
    hands.proof()
    hands.proof(declared=False)
    assert hands.submission().secrets_declared_by == hands.people["entry-01"]


@pytest.mark.parametrize("lacks", [{"document_number": " "}, {"issuer": ""}, {"document_date": None}])
def test_a_document_has_number_date_and_issuer(hands: Hands, lacks: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="document-data"):
        hands.proof(**lacks)


def test_one_document_proves_many_items_and_unlinking_deletes_nothing(hands: Hands) -> None:
    evidence = hands.proof()
    cite: Callable[..., Any] = lambda series, page: hands.do(  # noqa: E731
        actions.link_evidence, "entry-01", item=hands.item(series), evidence=evidence, page=page
    )
    link = cite("staff", "trang 4")
    cite("plan", "trang 9")
    with pytest.raises(Refused, match="already-cited"):
        cite("staff", "trang 4")
    with pytest.raises(Refused, match="no-page"):
        cite("staff", "  ")
    hands.do(actions.unlink_evidence, "entry-01", link=link)
    with pytest.raises(Refused, match="already-unlinked"):
        hands.do(actions.unlink_evidence, "entry-01", link=link)
    assert EvidenceLink.objects.count() == 2
    assert hands.submission().evidence.count() == 1


def test_a_document_of_another_locality_is_not_cited(hands: Hands) -> None:
    foreign = hands.proof("02")
    with pytest.raises(Refused, match="not-allowed"):
        hands.do(actions.link_evidence, "entry-01", item=hands.item("staff"), evidence=foreign, page="1")


# ---- clearance and sending


def test_what_blocks_and_what_is_unexplained_hold_the_clearance_up(hands: Hands) -> None:
    hands.fill(share="101")
    with pytest.raises(Refused, match="blocked") as caught:
        hands.request()
    assert caught.value.values == {"findings": 1}
    hands.save("share", "40")
    Item.objects.filter(pk=hands.item("share").pk).update(last_value="40", last_period="2023")
    with pytest.raises(Refused, match="not-explained"):
        hands.request()
    hands.save("share", explanation="Không đổi so với năm trước.")
    assert hands.request().state == "in_clearance"


def test_checks_run_again_when_it_is_sent(hands: Hands) -> None:
    hands.fill()
    hands.request()
    Item.objects.filter(pk=hands.item("share").pk).update(raw="101", value="101")
    with pytest.raises(Refused, match="blocked"):
        hands.send()


def test_nobody_who_enters_sends(hands: Hands) -> None:
    hands.fill()
    hands.request()
    hands.join("entry-01", "p_lead", hands.departments["01"])
    with pytest.raises(Refused, match="requester-sends"):
        hands.do(actions.submit, "entry-01", submission=hands.submission())


def test_nor_anybody_who_once_entered(hands: Hands) -> None:
    hands.join("helper", "p_entry", hands.departments["01"])
    item = hands.item("spending")
    hands.do(actions.save_item, "helper", item=item, raw="5", revision=item.revision)
    Membership.objects.filter(user=hands.people["helper"]).update(ended_at=hands.now)
    hands.join("helper", "p_lead", hands.departments["01"])
    hands.fill()
    hands.request()
    with pytest.raises(Refused, match="writer-sends"):
        hands.do(actions.submit, "helper", submission=hands.submission())


def test_the_snapshot_holds_values_findings_and_digests(hands: Hands) -> None:
    from innodex.documents import sha256

    evidence = hands.proof()
    hands.fill(spending="12,50")
    hands.do(actions.link_evidence, "entry-01", item=hands.item("staff"), evidence=evidence, page="trang 4")
    hands.save("share", "0,5")
    hands.request()
    snapshot = hands.send()
    content = sent_content()
    assert snapshot.digest == sha256(snapshot.content.encode())
    cells = {cell["series"]: cell for cell in content["items"]}
    assert cells["spending"]["raw"] == "12,50"
    assert cells["spending"]["value"] == "12.5"
    assert cells["staff"]["evidence"] == [{"id": evidence.pk, "digest": sha256(PDF), "page": "trang 4"}]
    assert content["evidence"][0]["digest"] == sha256(PDF)
    assert content["evidence"][0]["number"] == "15/BC-SKHCN"
    assert [one["code"] for one in content["checks"]["findings"]] == ["N01"]
    assert content["unit"] == "01"
    assert content["version"]["number"] == 1


@pytest.mark.parametrize(("moment", "late"), [(DUE, False), (DUE + SECOND, True), (CLOSES, True)])
def test_between_due_and_close_a_sending_is_late(hands: Hands, moment: datetime.datetime, late: bool) -> None:
    hands.fill()
    hands.request()
    hands.now = moment
    assert hands.send().late is late


def test_an_extension_moves_the_soft_date_too(hands: Hands) -> None:
    hands.fill()
    hands.request()
    hands.do(actions.extend, "lead", submission=hands.submission(), until=CLOSES + 5 * DAY, reason="Bão lũ")
    hands.now = CLOSES + DAY
    assert not hands.send().late


def test_sent_back_the_same_items_are_open_as_before(hands: Hands) -> None:
    hands.returned("spending")
    hands.save("spending", "13")
    hands.request()
    hands.do(actions.send_back, "chief-01", submission=hands.submission(), reason="Xem lại nguồn")
    assert hands.submission().state == "returned"
    assert hands.item("spending").state == "open"
    assert hands.item("land").state == "accepted"
    with pytest.raises(Refused, match="item-closed"):
        hands.save("land", "1")


# ---- appraisal


def test_a_reviewer_has_the_role_and_does_not_belong_to_the_locality(hands: Hands) -> None:
    submission = hands.sent()
    assign: Callable[[str], Any] = lambda name: hands.do(  # noqa: E731
        actions.assign_reviewer, "lead", submission=submission, reviewer=hands.people[name]
    )
    for name, kind in {"analyst": "not-a-reviewer", "entry-02": "not-a-reviewer"}.items():
        with pytest.raises(Refused, match=kind):
            assign(name)
    hands.join("colleague", "p_entry", hands.departments["01"])
    with pytest.raises(Refused, match="own-locality"):
        assign("colleague")
    assign("reviewer")
    with pytest.raises(Refused, match="already-assigned"):
        assign("reviewer")


@pytest.mark.parametrize("scan", ["received", "scanning", "infected"])
def test_files_that_wait_for_their_scan_hold_the_appraisal_up(hands: Hands, scan: str) -> None:
    from innodex.portal.rounds.models import StoredFile

    evidence = hands.proof()
    hands.do(actions.link_evidence, "entry-01", item=hands.item("staff"), evidence=evidence, page="1")
    submission = hands.sent()
    StoredFile.objects.filter(pk=evidence.file_id).update(scan=scan)
    with pytest.raises(Refused, match="scan-waits"):
        hands.do(actions.start_appraisal, "lead", submission=submission)
    StoredFile.objects.filter(pk=evidence.file_id).update(scan="clean")
    hands.do(actions.start_appraisal, "lead", submission=submission)


GOOD = {"reason": "Theo quyết toán", "source": "Quyết toán 2024", "expected": "Nêu nguồn"}


@pytest.mark.parametrize(
    ("decision", "given", "appraised"),
    [
        ("accepted", {}, ("12.5", "")),
        ("adjusted", {"value": "13.25"}, ("13.25", "")),
        ("adjusted", {"value": "013.250"}, ("13.25", "")),
        ("adjusted", {"missing": "not_available"}, ("", "not_available")),
        ("not_accepted", {}, ("", "not_available")),
        ("not_applicable", {}, ("", "not_applicable")),
        ("return_asked", {}, ("", "")),
    ],
)
def test_five_decisions_and_the_reported_value_is_never_touched(
    hands: Hands, decision: str, given: dict[str, Any], appraised: tuple[str, str]
) -> None:
    hands.appraising()
    item = hands.decide("spending", decision, **GOOD, **given)
    assert (item.appraised_value, item.appraised_missing) == appraised
    assert (item.raw, item.value, item.missing) == ("12,5", "12.5", "")
    assert item.state == item.decision == decision
    assert item.decided_by == hands.people["reviewer"]


@pytest.mark.parametrize(
    ("decision", "given", "kind"),
    [
        ("adjusted", {"value": "13", "source": ""}, "no-source"),
        ("adjusted", {"value": "13", "reason": " "}, "no-reason"),
        ("adjusted", {}, "value-or-missing"),
        ("adjusted", {"value": "13", "missing": "nil"}, "value-or-missing"),
        ("adjusted", {"missing": "not_applicable"}, "value-or-missing"),
        ("adjusted", {"value": "13,5"}, "bad-value"),
        ("adjusted", {"value": "NaN"}, "bad-value"),
        ("adjusted", {"value": "-1"}, "value-outside"),
        ("adjusted", {"value": "12.5"}, "nothing-adjusted"),
        ("not_accepted", {"reason": ""}, "no-reason"),
        ("not_applicable", {"reason": ""}, "no-reason"),
        ("return_asked", {"reason": ""}, "no-reason"),
        ("return_asked", {"expected": ""}, "nothing-expected"),
        ("approved", {}, "no-such-decision"),
    ],
)
def test_what_a_decision_lacks(hands: Hands, decision: str, given: dict[str, Any], kind: str) -> None:
    hands.appraising()
    with pytest.raises(Refused, match=kind):
        hands.decide("spending", decision, **(GOOD | given))
    assert hands.item("spending").decision == ""


def test_points_are_adjusted_within_the_maximum(hands: Hands) -> None:
    hands.appraising()
    with pytest.raises(Refused, match="value-outside"):
        hands.decide("review", "adjusted", value="10.5", **GOOD)
    assert hands.decide("review", "adjusted", value="10", **GOOD).appraised_value == "10"


def test_a_locality_s_claim_is_not_simply_accepted(hands: Hands) -> None:
    hands.fill()
    hands.save("share", missing="not_applicable", explanation="Địa phương không có khu công nghiệp.")
    hands.request()
    hands.send()
    hands.do(
        actions.assign_reviewer, "lead", submission=hands.submission(), reviewer=hands.people["reviewer"]
    )
    hands.do(actions.start_appraisal, "reviewer", submission=hands.submission())
    with pytest.raises(Refused, match="claim-undecided"):
        hands.decide("share", "accepted")
    hands.decide("share", "not_applicable", reason="Đúng")


def test_two_reviewers_on_one_item_lose_nothing_silently(hands: Hands) -> None:
    hands.appraising()
    revision = hands.item("spending").revision
    hands.decide("spending", "accepted", revision=revision)
    with pytest.raises(actions.Conflict):
        hands.decide("spending", "not_accepted", reason="Sai nguồn", revision=revision)
    assert hands.item("spending").decision == "accepted"


def test_not_applicable_is_countersigned_before_the_close(hands: Hands) -> None:
    hands.appraising()
    hands.decide_all(but=("share",))
    hands.decide("share", "not_applicable", reason="Không có đối tượng")
    with pytest.raises(Refused, match="not-countersigned"):
        hands.do(actions.close_appraisal, "lead", submission=hands.submission())
    with pytest.raises(Refused, match="nothing-to-countersign"):
        hands.do(actions.countersign_item, "approver", item=hands.item("land"))
    hands.do(actions.countersign_item, "approver", item=hands.item("share"))
    with pytest.raises(Refused, match="already-countersigned"):
        hands.do(actions.countersign_item, "approver", item=hands.item("share"))
    hands.do(actions.close_appraisal, "lead", submission=hands.submission())


def test_a_new_decision_needs_a_new_signature(hands: Hands) -> None:
    hands.appraising()
    hands.decide("share", "not_applicable", reason="Không có đối tượng")
    hands.do(actions.countersign_item, "approver", item=hands.item("share"))
    assert hands.decide("share", "not_applicable", reason="Lý do khác").countersigned_by is None


def test_the_close_waits_for_every_item(hands: Hands) -> None:
    hands.appraising()
    hands.decide_all(but=("share",))
    for prepare in (lambda: None, lambda: hands.decide("share", "return_asked", **GOOD)):
        prepare()
        with pytest.raises(Refused, match="undecided"):
            hands.do(actions.close_appraisal, "lead", submission=hands.submission())


@pytest.mark.parametrize("said", [{"raw": "0"}, {"raw": "", "missing": "nil"}])
def test_a_figure_that_would_forbid_the_freeze_is_not_approved(hands: Hands, said: dict[str, str]) -> None:
    """The land stands below a line: once approved, its nought would hold the whole round up for ever."""
    hands.fill(served="0")
    hands.save("land", **said)
    hands.request()
    hands.send()
    submission = hands.submission()
    hands.do(actions.assign_reviewer, "lead", submission=submission, reviewer=hands.people["reviewer"])
    hands.do(actions.start_appraisal, "reviewer", submission=submission)
    hands.decide_all()
    with pytest.raises(Refused, match="unusable") as refused:
        hands.do(actions.close_appraisal, "lead", submission=hands.submission())
    assert "Đất công nghiệp" in refused.value.text("vi")
    assert "Industrial land" in refused.value.text("en")
    hands.decide("land", "not_accepted", reason="Không có đất công nghiệp")
    hands.do(actions.close_appraisal, "lead", submission=hands.submission())
    assert hands.submission().state == "appraised"


@pytest.mark.parametrize("how", ["assigned", "decided"])
def test_nobody_who_reviewed_approves_or_countersigns(hands: Hands, how: str) -> None:
    hands.appraised()
    hands.join("reviewer", "m_approve", hands.ministry)
    if how == "decided":
        hands.submission().assignments.all().delete()
    with pytest.raises(Refused, match="reviewer-approves"):
        hands.do(actions.approve, "reviewer", submission=hands.submission())
    hands.do(actions.approve, "approver", submission=hands.submission())


# ---- returns


@pytest.mark.parametrize(
    ("weekday", "days", "fine"),
    # From a Monday; from a Friday the week-end does not count.
    [(0, 1, False), (0, 2, True), (4, 2, False), (4, 3, False), (4, 4, True), (5, 2, False), (5, 3, True)],
)
def test_a_return_leaves_two_working_days(hands: Hands, weekday: int, days: int, fine: bool) -> None:
    hands.appraising()
    hands.decide("spending", "return_asked", **GOOD)
    hands.now += weekday * DAY
    given = {"submission": hands.submission(), "due_at": hands.now + days * DAY}
    if fine:
        hands.do(actions.return_items, "reviewer", **given)
    else:
        with pytest.raises(Refused, match="too-soon"):
            hands.do(actions.return_items, "reviewer", **given)


def test_a_return_names_at_least_one_item(hands: Hands) -> None:
    hands.appraising()
    hands.decide_all()
    with pytest.raises(Refused, match="nothing-to-return"):
        hands.do(actions.return_items, "lead", submission=hands.submission(), due_at=hands.now + 7 * DAY)


def test_every_open_item_is_changed_or_explained_before_it_goes_back(hands: Hands) -> None:
    hands.returned("spending", "land")
    hands.save("spending", "13")
    with pytest.raises(Refused, match="not-answered"):
        hands.request()
    hands.save("land", explanation="Số liệu đúng, theo quyết định 12.")
    hands.save("spending", "12,5")  # what was sent before is no answer
    assert not hands.item("spending").answered
    with pytest.raises(Refused, match="not-answered"):
        hands.request()
    hands.save("spending", "13")
    assert hands.request().state == "in_clearance"


def test_a_document_is_an_answer_too(hands: Hands) -> None:
    hands.returned("spending")
    evidence = hands.proof()
    hands.do(actions.link_evidence, "entry-01", item=hands.item("spending"), evidence=evidence, page="2")
    assert hands.item("spending").answered


def test_sent_again_unchanged_items_keep_their_decisions(hands: Hands) -> None:
    hands.returned("spending")
    hands.save("spending", "13")
    hands.request()
    assert hands.send().number == 2
    assert (hands.item("spending").state, hands.item("spending").decision) == ("sent", "")
    assert hands.item("land").decision == "accepted"
    hands.do(actions.start_appraisal, "reviewer", submission=hands.submission())
    assert hands.item("spending").state == "in_review"
    assert hands.item("land").state == "accepted"
    hands.decide("spending")
    hands.do(actions.close_appraisal, "lead", submission=hands.submission())
    assert hands.item("spending").appraised_value == "13"


@pytest.mark.parametrize("asked", [False, True])
def test_a_lapsed_return_goes_back_to_what_was_sent(hands: Hands, asked: bool) -> None:
    evidence = hands.proof()
    first = hands.do(
        actions.link_evidence, "entry-01", item=hands.item("spending"), evidence=evidence, page="1"
    )
    submission = hands.returned("spending")
    hands.save("spending", missing="not_available", explanation="Đang rà soát")
    hands.do(actions.unlink_evidence, "entry-01", link=first)
    hands.do(actions.link_evidence, "entry-01", item=hands.item("spending"), evidence=evidence, page="7")
    if asked:
        hands.request()
    due = submission.return_due_at
    assert due is not None
    actions.tick(due)
    assert hands.submission().state in ("returned", "in_clearance")
    actions.tick(due + SECOND)
    item = hands.item("spending")
    assert hands.submission().state == "under_appraisal"
    assert (item.state, item.not_supplemented) == ("in_review", True)
    assert (item.raw, item.value, item.missing, item.explanation) == ("12,5", "12.5", "", "")
    assert list(item.links.filter(unlinked_at=None).values_list("page", flat=True)) == ["1"]
    assert not hands.item("land").not_supplemented
    count = Event.objects.count()
    actions.tick(due + DAY)
    assert Event.objects.count() == count


def test_a_silent_locality_holds_nothing_up(hands: Hands) -> None:
    hands.fill("02")
    hands.fill("04")
    hands.request("04")
    hands.sent("01")
    for moment in (CLOSES, CLOSES + SECOND, CLOSES + DAY):
        actions.tick(moment)
        states = [hands.submission(unit).state for unit in ("01", "02", "04")]
        late = moment > CLOSES
        assert states == ["submitted", *(["not_received"] * 2 if late else ["drafting", "in_clearance"])]
    assert {item.appraised_missing for item in hands.submission("02").items.all()} == {"not_available"}
    assert hands.item("spending", "02").value == "12.5"  # the draft is kept
    assert Event.objects.filter(action="collection.mark_not_received").count() == 2


def test_what_changes_under_the_clock_s_hand_holds_no_other_locality_up(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = actions.mark_not_received

    def after_an_extension(**given: Any) -> Any:
        if given["submission"].locality.unit == "01":
            until = CLOSES + 2 * DAY
            hands.do(actions.extend, "lead", submission=hands.submission(), until=until, reason="Bão lũ")
        return moved(**given)

    monkeypatch.setattr(actions, "mark_not_received", after_an_extension)
    actions.tick(CLOSES + SECOND)
    assert [hands.submission(unit).state for unit in ("01", "02", "04")] == [
        "not_started", "not_received", "not_received",
    ]  # fmt: skip


def test_a_department_that_takes_the_place_of_another_goes_on_with_its_submission(
    hands: Hands, clock: Any
) -> None:
    clock(hands.now)
    today = timezone.localdate(hands.now)
    old = hands.departments["01"]
    Organisation.objects.filter(pk=old.pk).update(valid_to=today)
    new = Organisation.objects.create(
        code="dep-01-new", name={"vi": "Sở mới"}, kind="department", scheme=old.scheme, unit=old.unit,
        valid_from=today + DAY,
    )  # fmt: skip
    assert hands.submission().owner_id() == old.pk
    clock(hands.now + DAY)
    assert hands.submission().owner_id() == new.pk


def test_an_extension_is_later_and_has_a_reason(hands: Hands) -> None:
    extend: Callable[..., Any] = lambda until, reason="Bão lũ": hands.do(  # noqa: E731
        actions.extend, "lead", submission=hands.submission(), until=until, reason=reason
    )
    with pytest.raises(Refused, match="no-reason"):
        extend(CLOSES + DAY, " ")
    with pytest.raises(Refused, match="not-later"):
        extend(CLOSES)
    extend(CLOSES + DAY)
    actions.tick(CLOSES + DAY)
    assert hands.submission().state == "not_started"
    assert hands.submission("02").state == "not_received"


def test_a_return_is_extended_by_its_own_date(hands: Hands) -> None:
    submission = hands.returned("spending")
    later = submission.return_due_at + 3 * DAY
    hands.do(actions.extend, "lead", submission=submission, until=later, reason="Bão lũ")
    assert hands.submission().return_due_at == later
    assert hands.submission().extended_to is None


# ---- who sees what


def test_after_a_return_the_ministry_sees_what_was_sent(hands: Hands) -> None:
    submission = hands.returned("spending")
    hands.save("spending", "77", explanation="Bản nháp")
    (item,) = (one for one in queries.sent_items(submission) if one.item.series == "spending")
    assert (item.raw, item.value, item.explanation) == ("12,5", "12.5", "")
    assert item.item.decision == "return_asked"


SIGHTS = {
    # who: (before anything is sent, once it is)
    "entry-01": ("ALL", "ALL"), "chief-01": ("ALL", "ALL"), "entry-02": ("NOTHING", "NOTHING"),
    "chief-02": ("NOTHING", "NOTHING"), "lead": ("COUNTS", "SENT"), "approver": ("COUNTS", "SENT"),
    "analyst": ("COUNTS", "SENT"), "reviewer": ("COUNTS", "SENT"), "colleague": ("NOTHING", "NOTHING"),
    "auditor": ("COUNTS", "SENT"), "keeper": ("NOTHING", "NOTHING"),
}  # fmt: skip


@pytest.mark.parametrize("who", SIGHTS)
def test_the_door(hands: Hands, who: str, clock: Any) -> None:
    clock(hands.now)
    hands.do(
        actions.assign_reviewer, "lead", submission=hands.submission(), reviewer=hands.people["reviewer"]
    )
    before = queries.sight(hands.people[who], hands.submission()).name
    assert (before, queries.sight(hands.people[who], hands.sent()).name) == SIGHTS[who]


@pytest.mark.parametrize(
    ("who", "before", "after"), [("lead", 404, 200), ("entry-01", 200, 200), ("keeper", 404, 404)]
)
def test_documents_are_seen_once_they_have_been_sent(
    hands: Hands, clock: Any, who: str, before: int, after: int
) -> None:
    from django.http import Http404

    clock(hands.now)
    evidence = hands.proof()
    unsent = hands.proof(upload=upload(PDF + b" "))

    def status(pk: int) -> int:
        try:
            queries.get_evidence(for_=hands.people[who], pk=pk)
        except Http404:
            return 404
        return 200

    assert status(evidence.pk) == before
    hands.do(actions.link_evidence, "entry-01", item=hands.item("staff"), evidence=evidence, page="1")
    hands.sent()
    assert status(evidence.pk) == after
    assert status(unsent.pk) == before  # never cited, so never sent


# ---- what never changes


@pytest.mark.parametrize(
    ("model", "change"),
    [
        ("Evidence", {"issuer": "Khác"}),
        ("EvidenceLink", {"page": "99"}),
        ("Item", {"series": "share"}),
        ("Submission", {"locality_id": 1}),
    ],
)
def test_the_database_itself_refuses(hands: Hands, model: str, change: dict[str, Any]) -> None:
    from django.apps import apps
    from django.db import IntegrityError, transaction

    evidence = hands.proof()
    hands.do(actions.link_evidence, "entry-01", item=hands.item("staff"), evidence=evidence, page="1")
    rows = apps.get_model("collection", model).objects.filter(
        **({"submission": hands.submission(), "series": "staff"} if model == "Item" else {})
    )
    if model == "Submission":
        rows = rows.filter(pk=hands.submission("02").pk)
    for attempt in (lambda: rows.update(**change), lambda: rows._raw_delete(rows.db)):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def test_the_log_rebuilds_the_submissions(hands: Hands) -> None:
    """Values, states and decisions, told by the changes in the log alone."""
    hands.returned("spending")
    hands.save("spending", "13")
    told: dict[tuple[str, int], dict[str, Any]] = {}
    for event in Event.objects.filter(refused="").order_by("pk"):
        for label, pk, fields in event.changes:
            told.setdefault((label, pk), {}).update({name: after for name, (_, after) in fields.items()})
    for item in Item.objects.all():
        known = told["collection.item", item.pk]
        for name in (
            "raw",
            "value",
            "missing",
            "explanation",
            "state",
            "decision",
            "appraised_value",
            "revision",
        ):
            assert known[name] == getattr(item, name), name
    for submission in Submission.objects.all():
        assert told["collection.submission", submission.pk]["state"] == submission.state


def test_everybody_is_counted_once(hands: Hands) -> None:
    from innodex.portal.collection.counting import tallies

    hands.sent("01")
    (tally,) = tallies(hands.round, hands.people["lead"])
    assert sum(count.number for count in tally.counts) == tally.of == 63
    numbers = {count.key: count.number for count in tally.counts}
    assert numbers["collection.state.submitted"] == 1
    assert numbers["collection.state.not_started"] == 2
    assert numbers["collection.tally.none"] == 60
    assert list(tallies(hands.round, hands.people["entry-01"])) == []
    assert Registration.objects.filter(state="confirmed").count() == 3
