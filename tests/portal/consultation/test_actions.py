"""From a draft to the adopted version: what an organisation writes, its leader sends, the academy answers."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from _consultation import CLOSES, DUE, NODES, PASSWORD, START, folder
from innodex.portal.consultation import access, actions, changes, queries
from innodex.portal.consultation.models import Answer, Comment
from innodex.portal.people.actor import Actor
from innodex.portal.people.models import Event
from innodex.portal.people.refused import Refused, Repeated
from innodex.portal.rounds.models import Snapshot

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def _refused(kind: str) -> Any:
    return pytest.raises(Refused, match=f"^{kind}$")


# ---- who is asked


def test_everybody_has_a_contribution_from_the_start_and_the_academy_none(opened: Any) -> None:
    asked = opened.round.contributions.select_related("organisation")

    kinds = [each.organisation.kind for each in asked]
    assert (kinds.count("department"), kinds.count("central"), kinds.count("ministry")) == (63, 1, 0)
    assert "academy" not in kinds
    assert {each.state for each in asked} == {"not_started"}
    assert {each.version.number for each in asked} == {1}


def test_who_has_ended_or_not_begun_is_not_asked(stage: Any) -> None:
    from innodex.portal.people import actions as people

    stage.body("old", "central", "Cơ quan cũ", "Old office")
    day = datetime.date(2026, 3, 2)
    stage.do(people.end_organisation, "sysadmin", organisation=stage.bodies["old"], valid_to=day)
    stage.body("office", "central", "Cơ quan mới", "New office")
    stage.now = START

    stage.open()  # on the third of March

    codes = set(stage.round.contributions.values_list("organisation__code", flat=True))
    assert "old" not in codes
    assert "office" in codes


def test_a_locality_without_department_is_named_and_not_forgotten(stage: Any) -> None:
    from innodex.portal.people import actions as people

    gone = stage.bodies["west"]
    stage.do(
        people.end_organisation,
        "sysadmin",
        organisation=gone,
        valid_to=START.date() - datetime.timedelta(days=1),
    )

    stage.open()

    assert [each.unit for each in queries.without_contribution(stage.round)] == [gone.unit]
    assert stage.round.contributions.filter(organisation__kind="department").count() == 62


# ---- drafts


def test_a_draft_is_kept_as_it_was_written_but_tidy(opened: Any) -> None:
    comment = opened.comment(
        "north", node="staff", aspect="unit", text=" a\r\nb\x00\x07\tc ", proposed="e\u0301"
    )

    comment.refresh_from_db()
    assert comment.text == "a\nb\tc"
    assert comment.proposed == "\u00e9"
    assert opened.contribution("north").state == "drafting"


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"node": "nowhere"}, "unknown-node"),
        ({"node": "1.1"}, "unknown-node"),
        ({"node": "staff", "aspect": "colour"}, "unknown-aspect"),
        ({"node": "", "aspect": "unit"}, "unknown-aspect"),
        ({"stance": "perhaps"}, "unknown-stance"),
        ({"text": "x" * 20_001}, "too-long"),
        ({"proposed": "x" * 20_001}, "too-long"),
    ],
)
def test_what_no_reader_could_place_is_refused(opened: Any, given: dict[str, str], kind: str) -> None:
    with _refused(kind):
        opened.comment("north", **given)

    assert not opened.contribution("north").comments.exists()
    assert opened.contribution("north").state == "not_started"


@pytest.mark.parametrize("aspect", queries.ASPECTS)
@pytest.mark.parametrize("stance", Comment.Stance.values)
def test_every_stance_on_every_aspect_can_be_kept(opened: Any, aspect: str, stance: str) -> None:
    comment = opened.comment("north", node="staff", aspect=aspect, stance=stance)

    assert (comment.aspect, comment.stance) == (aspect, stance)


def test_two_officers_on_one_draft_lose_nothing(opened: Any) -> None:
    comment = opened.comment("north", text="Bản đầu")
    opened.comment("north", comment=comment, text="Của người thứ nhất", revision=1)

    with _refused("conflict"):
        opened.comment("north", comment=comment, text="Của người thứ hai", revision=1)

    comment.refresh_from_db()
    assert (comment.text, comment.revision) == ("Của người thứ nhất", 2)


def test_a_draft_of_another_organisation_is_out_of_reach(opened: Any) -> None:
    theirs = opened.comment("south")

    with _refused("not-allowed"):
        opened.comment("north", comment=theirs, revision=1)


def test_what_is_withdrawn_is_not_sent_and_not_changed(opened: Any) -> None:
    first, second = opened.comment("north", text="Một"), opened.comment("north", text="Hai")
    opened.do(actions.withdraw_comment, "north-entry", comment=first)

    with _refused("not-a-draft"):
        opened.comment("north", comment=first, revision=2)
    with _refused("not-a-draft"):
        opened.do(actions.withdraw_comment, "north-entry", comment=first)
    opened.request("north")
    opened.send("north")

    states = dict(Comment.objects.values_list("pk", "state"))
    assert states == {first.pk: "withdrawn", second.pk: "sent"}
    assert Comment.objects.get(pk=first.pk).number is None


# ---- request and sending


def test_nothing_cannot_be_sent_but_agreement_can(opened: Any) -> None:
    draft = opened.comment("north")
    opened.do(actions.withdraw_comment, "north-entry", comment=draft)
    with _refused("no-comments"):
        opened.request("north")

    opened.comment("north", stance="agree", text="")
    opened.request("north")
    opened.send("north")

    assert list(queries.sent(opened.round).values_list("node", "aspect", "stance", "text")) == [
        ("", "", "agree", "")
    ]


@pytest.mark.parametrize("stance", ["amend", "add", "remove", "question"])
def test_an_unfinished_comment_is_kept_but_holds_the_request_up(opened: Any, stance: str) -> None:
    opened.comment("north", stance=stance, text="  ")

    with _refused("unfinished"):
        opened.request("north")

    assert opened.contribution("north").state == "drafting"


def test_the_leader_gives_back_with_a_reason(opened: Any) -> None:
    opened.comment("north")
    opened.request("north")
    with _refused("no-reason"):
        opened.do(
            actions.send_back_contribution,
            "north-lead",
            contribution=opened.contribution("north"),
            reason=" ",
        )

    opened.do(
        actions.send_back_contribution,
        "north-lead",
        contribution=opened.contribution("north"),
        reason="Ngắn quá",
    )

    own = opened.contribution("north")
    assert (own.state, own.sent_back_reason) == ("drafting", "Ngắn quá")
    opened.request("north")
    opened.send("north")


def test_numbers_run_through_the_round_in_the_order_of_sending_and_the_framework(opened: Any) -> None:
    opened.contribute(
        "south",
        {"node": "spending", "text": "thứ tư"},
        {"node": "staff", "aspect": "weight", "text": "thứ ba"},
        {"node": "staff", "text": "thứ hai"},
        {"node": "", "text": "thứ nhất"},
    )
    opened.contribute("north", {"node": "money", "text": "thứ năm"})

    found = list(queries.sent(opened.round).values_list("number", "text"))
    assert found == [(1, "thứ nhất"), (2, "thứ hai"), (3, "thứ ba"), (4, "thứ tư"), (5, "thứ năm")]


def test_the_snapshot_holds_what_was_sent_and_its_digest(opened: Any) -> None:
    from innodex.documents import sha256

    opened.comment("north", node="staff", aspect="unit", text="Ý", proposed="Câu")
    opened.request("north", remark="Chung", upload=ContentFile(PDF, name="cong-van.pdf"))
    snapshot = opened.send("north")

    content = json.loads(snapshot.content)
    assert snapshot.digest == sha256(snapshot.content.encode())
    assert (snapshot.number, snapshot.kind, snapshot.late) == (1, "contribution", False)
    assert snapshot.organisation == opened.bodies["north"]
    assert content["remark"] == "Chung"
    assert content["letter"]["name"] == "cong-van.pdf"
    assert content["comments"] == [
        {"number": 1, "node": "staff", "aspect": "unit", "stance": "amend", "text": "Ý", "proposed": "Câu"}
    ]
    assert content["version"]["number"] == 1
    event = Event.objects.get(action="consultation.send_contribution", refused="")
    assert event.digest == snapshot.digest


@pytest.mark.parametrize(
    ("at", "late"), [(DUE, False), (DUE + datetime.timedelta(seconds=1), True), (CLOSES, True)]
)
def test_what_comes_after_the_due_date_is_marked_late(opened: Any, at: datetime.datetime, late: bool) -> None:
    opened.comment("north")
    opened.request("north")
    opened.now = at

    assert opened.send("north").late is late


def test_a_double_click_sends_once(opened: Any) -> None:
    opened.comment("north")
    opened.request("north")
    by = Actor(user=opened.people["north-lead"], key="one-click")
    own = opened.contribution("north")
    actions.send_contribution(contribution=own, by=by, at=opened.now)

    with pytest.raises(Repeated):
        actions.send_contribution(contribution=opened.contribution("north"), by=by, at=opened.now)

    assert Snapshot.objects.filter(kind="contribution").count() == 1
    assert queries.sent(opened.round).count() == 1


def test_a_second_click_with_another_key_is_refused(opened: Any) -> None:
    opened.contribute("north", {})

    with _refused("wrong-state"):
        opened.send("north")

    assert Snapshot.objects.filter(kind="contribution").count() == 1


def test_who_has_written_does_not_send_even_as_the_leader_of_later_days(opened: Any) -> None:
    from innodex.portal.people import actions as people

    opened.comment("north")
    writer = opened.people["north-entry"]
    membership = writer.memberships.get()
    opened.do(people.end_membership, "sysadmin", membership=membership, reason="Bổ nhiệm")
    opened.person("north-second", "p_entry", "north")
    opened.do(actions.request_contribution, "north-second", contribution=opened.contribution("north"))
    _, token = opened.do(
        people.invite,
        "sysadmin",
        organisation=opened.bodies["north"],
        email=writer.email,
        name=writer.name,
        role="p_lead",
    )
    people.accept_invitation(token=token, by=Actor(user=writer), at=opened.now)

    with _refused("writer-sends"):
        opened.do(actions.send_contribution, "north-entry", contribution=opened.contribution("north"))

    opened.send("north")


def test_the_letter_is_for_its_own_house_until_it_is_sent(opened: Any) -> None:
    opened.comment("north")
    opened.request("north", upload=ContentFile(PDF, name="cong-van.pdf"))
    letter = opened.contribution("north").letter

    def readers() -> set[str]:
        return {
            name
            for name, person in opened.people.items()
            if access.may_read_letter(person, letter, opened.now)
        }

    before = readers()
    opened.send("north")
    assert before == set()
    assert readers() == {"analyst", "leader", "reviewer", "auditor", "minister"}


def test_a_macro_file_is_no_letter(opened: Any) -> None:
    opened.comment("north")

    with _refused("file-macro"):
        opened.request("north", upload=ContentFile(b"PK\x03\x04", name="a.docm"))

    assert opened.contribution("north").state == "drafting"


# ---- answers


def test_reasons_are_asked_for_where_the_comment_is_not_simply_taken(opened: Any) -> None:
    (comment,) = opened.contribute("north", {})

    for kind in ("partly", "not_accepted"):
        with _refused("no-reason"):
            opened.answer(comment, kind, reason="  ")
    with _refused("unknown-kind"):
        opened.answer(comment, "perhaps", reason="x")
    with _refused("too-long"):
        opened.answer(comment, "noted", reason="x" * 20_001)

    assert not Answer.objects.exists()
    assert opened.answer(comment, "noted").kind == "noted"


def test_an_answer_is_changed_only_by_who_has_seen_it(opened: Any) -> None:
    (comment,) = opened.contribute("north", {})
    opened.answer(comment, "noted")
    comment = queries.sent(opened.round).get()

    for seen in (0, 2):
        with _refused("conflict"):
            opened.answer(comment, "not_accepted", reason="Vì", revision=seen)
    opened.answer(comment, "not_accepted", reason="Vì", revision=1)

    answer = Answer.objects.get()
    assert (answer.kind, answer.reason, answer.revision) == ("not_accepted", "Vì", 2)


def test_the_change_must_be_real_later_and_of_this_round(opened: Any) -> None:
    (comment,) = opened.contribute("north", {"node": "staff"})
    first, second = comment.version, opened.version(opened.changed())

    def tried(kind: str = "accepted", **given: Any) -> None:
        opened.answer(comment, kind, reason="Vì", **given)

    with _refused("no-version"):
        tried(changed_node="staff")
    with _refused("no-node"):
        tried(changed_in=second)
    with _refused("earlier-version"):
        tried(changed_in=first, changed_node="staff")
    for node in ("spending", "nowhere", "people"):
        with _refused("unchanged"):
            tried(changed_in=second, changed_node=node)
    for kind in ("noted", "not_accepted"):
        with _refused("change-not-wanted"):
            tried(kind, changed_in=second, changed_node="staff")
    tried(changed_in=second, changed_node="staff")


def test_each_part_of_a_node_counts_as_a_change(opened: Any) -> None:
    first, second = opened.round.versions.get(), opened.version(opened.changed())

    found = changes.between(first, second)

    assert found["staff"] == ("unit",)
    assert found["money"] == ("weight",)
    assert found["pupils"] == ("removed",)
    assert set(found) == {"staff", "money", "pupils"}


def test_new_nodes_other_sheets_and_another_recipe_are_changes(opened: Any) -> None:
    first = opened.round.versions.get()
    more = (*NODES, "savings,2.2,2,indicator,Tiết kiệm,Savings,tỷ đồng,billion,higher,official,spending")
    second = opened.version(folder(nodes=more, sheets={"1.1.vi": "# Khác\n\nĐịnh nghĩa khác.\n"}))

    found = changes.between(first, second)

    assert found["savings"] == ("added",)
    assert found["staff"] == ("definition",)
    assert "pupils" not in found


# ---- adoption


def _open_numbers(version: Any) -> list[tuple[int, str]]:
    return [(each.comment.number, each.kind) for each in queries.obstacles(version)]


def test_no_version_is_adopted_over_an_unanswered_comment(opened: Any) -> None:
    first, second = opened.contribute("north", {"node": "staff"}, {"node": "money"})
    opened.answer(first, "noted")
    version = opened.round.versions.get()

    with _refused("comments-open") as refused:
        opened.adopt(version)

    assert refused.value.values["unanswered"] == str(second.number)
    assert refused.value.values["unchanged"] == "–"
    for lang in ("vi", "en"):
        assert str(second.number) in refused.value.text(lang)
    opened.answer(second, "not_accepted", reason="Vì")
    assert opened.adopt(version).state == "adopted"


@pytest.mark.parametrize("kind", ["accepted", "partly"])
def test_an_accepted_comment_without_its_change_holds_adoption_up(opened: Any, kind: str) -> None:
    (comment,) = opened.contribute("north", {"node": "staff"})
    opened.answer(comment, kind, reason="Vì")
    version = opened.version(opened.changed())

    with _refused("comments-open") as refused:
        opened.adopt(version)
    assert refused.value.values["unchanged"] == "1"

    opened.answer(comment, kind, reason="Vì", changed_in=version, changed_node="staff", revision=1)
    assert opened.adopt(version).state == "adopted"


def test_a_change_that_was_taken_back_later_does_not_count(opened: Any) -> None:
    (comment,) = opened.contribute("north", {"node": "staff"})
    second = opened.version(opened.changed())
    opened.answer(comment, "accepted", changed_in=second, changed_node="staff")
    third = opened.version(folder(weights='at = { "2" = 3 }'))

    assert _open_numbers(second) == []
    assert _open_numbers(third) == [(1, "unchanged")]
    with _refused("comments-open"):
        opened.adopt(third)


def test_a_removed_node_carries_out_a_comment_that_wanted_it_gone(opened: Any) -> None:
    (comment,) = opened.contribute("north", {"node": "pupils", "stance": "remove"})
    second = opened.version(opened.changed())
    opened.answer(comment, "accepted", changed_in=second, changed_node="pupils")

    assert opened.adopt(second).state == "adopted"
    assert [one.pk for one in queries.behind(opened.round.versions.get(number=1), second)["pupils"]] == [
        comment.pk
    ]


def test_the_version_consulted_on_cannot_carry_out_what_was_said_of_it(opened: Any) -> None:
    (comment,) = opened.contribute("north", {"node": "staff"})
    opened.answer(comment, "accepted")

    assert _open_numbers(opened.round.versions.get()) == [(1, "unchanged")]


def test_drafts_and_silence_hold_nothing_up(opened: Any) -> None:
    opened.comment("north")
    opened.comment("south")
    opened.request("south")

    assert opened.adopt(opened.round.versions.get()).state == "adopted"
    assert opened.contribution("north").state == "drafting"


# ---- figures


def test_counts_add_up_at_every_step(opened: Any) -> None:
    def check() -> Any:
        counts = queries.counts(opened.round)
        assert counts.asked == counts.answered + counts.preparing + counts.silent == 64
        assert sum(counts.by_kind.values()) == counts.comments == queries.sent(opened.round).count()
        return counts

    assert check().silent == 64
    opened.comment("south")
    assert (check().preparing, check().comments) == (1, 0)
    comments = opened.contribute("north", {"node": "staff"}, {"node": "money"}, {"node": "people"})
    assert (check().answered, check().by_kind["unanswered"]) == (1, 3)
    opened.answer(comments[0], "accepted")
    opened.answer(comments[1], "partly", reason="Vì")
    opened.answer(comments[2], "noted")
    counts = check()
    assert dict(counts.by_kind) == {
        "accepted": 1,
        "partly": 1,
        "not_accepted": 0,
        "noted": 1,
        "unanswered": 0,
    }
    assert counts.without_change == 2


def test_agreement_is_counted_by_organisation_and_silence_is_none(opened: Any) -> None:
    opened.contribute("north", {"stance": "agree", "text": ""}, {"node": "pupils", "stance": "amend"})
    opened.contribute("south", {"node": "staff", "stance": "agree"}, {"node": "staff", "stance": "remove"})
    opened.contribute(
        "statistics", {"node": "staff", "stance": "question"}, {"node": "pupils", "stance": "agree"}
    )
    opened.person("west-entry", "p_entry", "west")
    opened.comment("west", node="staff", stance="remove")

    found = {each.node.id: each for each in queries.opinions(opened.round, opened.round.versions.get())}

    said = {node: (one.agree, one.object, one.ask, one.comments, one.share) for node, one in found.items()}
    assert said == {
        "staff": (1, 1, 1, 3, 50),
        "pupils": (1, 1, 0, 2, 50),
        "spending": (1, 0, 0, 0, 100),
    }
    assert [each.node.id for each in queries.contested(found.values())] == ["staff", "pupils"]


# ---- the database


def test_the_database_itself_keeps_comments_where_they_are(opened: Any) -> None:
    comment = opened.comment("north")
    other = opened.comment("south")

    for change in ({"contribution": other.contribution}, {"written_by": opened.people["minister"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.filter(pk=comment.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).delete()
    for nonsense in ({"state": "sent"}, {"number": 4}, {"stance": "perhaps"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.filter(pk=comment.pk).update(**nonsense)


def test_password_of_the_stage_is_one_that_the_portal_takes(opened: Any) -> None:
    assert opened.people["north-lead"].check_password(PASSWORD)
