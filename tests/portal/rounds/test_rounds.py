"""A round's own acts: made from its documents, its calendar, its phases, its clock."""

from __future__ import annotations

import datetime

import pytest

from portal.rounds.conftest import DAY, INDEX, NOTED, Stage, folder, workbook

pytestmark = pytest.mark.django_db


def refusal(kind: str):
    """An assertion that an act is refused for one reason."""
    from innodex.portal.people.refused import Refused

    return pytest.raises(Refused, match=f"^{kind}$")


# ---- made


@pytest.mark.parametrize("form", ["zip", "xlsx"])
def test_a_pilot_has_every_locality_and_an_unanswered_registration_for_each(stage: Stage, form: str) -> None:
    upload = folder() if form == "zip" else workbook()
    round = stage.make_round(upload=upload, filename=f"index.{form}")

    localities = list(round.localities.all())
    assert len(localities) == 63
    assert [one.position for one in localities] == list(range(1, 64))
    assert {one.registration.state for one in localities} == {"not_answered"}
    assert round.state == "draft"
    assert round.synthetic
    assert [version.number for version in round.versions.all()] == [1]


def test_a_national_round_has_no_registrations(stage: Stage) -> None:
    from innodex.portal.rounds.models import Registration

    round = stage.make_round(kind="national", quota=None)

    assert round.localities.count() == 63
    assert not Registration.objects.exists()


def test_the_event_of_a_new_round_begins_its_own_chain(pilot: Stage) -> None:
    from innodex.portal.people.history import verify
    from innodex.portal.people.models import Event

    first = Event.objects.get(action="rounds.create_round")

    assert (first.chain.key, first.sequence) == (f"round:{pilot.round.pk}", 1)
    assert first.digest == pilot.round.versions.get().digest
    assert verify() == []


def test_units_that_do_not_exist_on_the_reference_date_are_not_part_of_the_round(stage: Stage) -> None:
    with refusal("no-localities"):
        stage.make_round(reference_date=datetime.date(2025, 7, 1))


def test_a_faulty_upload_writes_nothing(stage: Stage) -> None:
    from innodex.documents import Faulty
    from innodex.portal.rounds.models import Round

    with pytest.raises(Faulty) as caught:
        stage.make_round(upload=folder(series_csv=None, recipe_toml="schema = 2\n"))

    assert {fault.file for fault in caught.value.faults} >= {"series.csv", "recipe.toml"}
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"code": "Kỳ 1"}, "bad-code"),
        ({"code": "new"}, "bad-code"),
        ({"kind": "trial"}, "bad-kind"),
        ({"title": {"vi": "Kỳ thử", "en": " "}}, "no-title"),
        ({"period": "năm nay"}, "bad-period"),
        ({"period": "nay"}, "bad-period"),
        ({"period": "26"}, "bad-period"),
        ({"quota": None}, "bad-quota"),
        ({"quota": 64}, "bad-quota"),
    ],
)
def test_what_a_round_is_called_and_asks_for_is_checked(stage: Stage, given: dict, kind: str) -> None:
    with refusal(kind):
        stage.make_round(**given)


def test_a_code_is_used_once(pilot: Stage) -> None:
    with refusal("code-taken"):
        pilot.make_round()


def test_only_the_analyst_makes_rounds_and_the_attempt_of_others_is_recorded(stage: Stage) -> None:
    from innodex.portal.people.models import Event
    from innodex.portal.rounds import actions

    with refusal("not-allowed"):
        stage.do(
            actions.create_round, "leader", upload=b"no archive", filename="index.zip", code="trial",
            kind="pilot", title={}, reference_date=datetime.date(2024, 6, 1), period="2026",
        )  # fmt: skip

    assert Event.objects.get(action="rounds.create_round").refused == "not-allowed"


# ---- versions


def test_the_next_version_has_the_next_number(pilot: Stage) -> None:
    from innodex.portal.rounds import actions, documents

    upload = folder(index_toml=NOTED)
    version = pilot.do(
        actions.add_version,
        "analyst",
        round=pilot.round,
        upload=upload,
        filename="a.zip",
        note="Thêm ghi chú",
    )

    assert (version.number, documents.newest(pilot.round).pk) == (2, version.pk)
    assert version.digest != pilot.round.versions.get(number=1).digest


def test_the_same_documents_are_no_new_version(pilot: Stage) -> None:
    from innodex.portal.rounds import actions

    with refusal("same-version"):
        pilot.do(actions.add_version, "analyst", round=pilot.round, upload=folder(), filename="index.zip")


def test_a_version_about_other_localities_is_refused(pilot: Stage) -> None:
    from innodex.portal.rounds import actions

    other = folder(index_toml=INDEX.replace('units = "all"', 'units = ["01", "02"]'))
    with refusal("other-localities"):
        pilot.do(actions.add_version, "analyst", round=pilot.round, upload=other, filename="index.zip")


def test_a_version_reads_back_as_it_was_brought(pilot: Stage) -> None:
    from innodex.portal.rounds import documents

    version = pilot.round.versions.get()
    framework = documents.framework_of(version)

    assert [node.code for node in framework.indicators] == ["1.1", "1.2", "2.1"]
    assert [one.id for one in documents.local_series(framework)] == ["staff", "plan", "budget", "spending"]
    assert [one.id for one in documents.central_series(framework)] == ["population"]
    assert [node.code for node in documents.indicators_of(framework)["plan"]] == ["1.2"]
    assert documents.maximum_of(framework) == {"plan": 60.0, "budget": 40.0}


def test_sheets_are_safe_pieces_of_a_page(pilot: Stage) -> None:
    from innodex.portal.rounds import documents

    version = pilot.round.versions.get()
    vi, en = (documents.sheet_html(version, "1.1", lang) for lang in ("vi", "en"))

    assert "<strong>nghiên cứu</strong>" in vi
    assert '<th scope="col">' in vi
    assert "style=" not in vi
    assert "<script>" not in en
    assert documents.sheet_html(version, "2.1", "vi") == ""


# ---- adoption


def test_adoption_is_a_numbered_dated_decision_on_the_newest_version(pilot: Stage) -> None:
    from innodex.portal.rounds import actions

    first = pilot.round.versions.get()
    second = pilot.do(
        actions.add_version, "analyst", round=pilot.round, upload=folder(index_toml=NOTED), filename="a.zip"
    )

    with refusal("not-newest"):
        pilot.adopt(first)
    with refusal("no-decision"):
        pilot.do(actions.adopt_version, "minister", version=second, decision_number=" ",
                 decision_date=pilot.now.date())  # fmt: skip
    with refusal("decision-ahead"):
        pilot.do(actions.adopt_version, "minister", version=second, decision_number="1/QĐ",
                 decision_date=pilot.now.date() + 2 * DAY)  # fmt: skip
    pilot.adopt(second)

    pilot.round.refresh_from_db()
    assert (second.state, pilot.round.state) == ("adopted", "adopted")
    with refusal("wrong-phase"):
        pilot.do(actions.add_version, "analyst", round=pilot.round, upload=folder(), filename="a.zip")


def test_nothing_is_adopted_while_others_are_still_being_asked(pilot: Stage) -> None:
    pilot.open("consultation")

    with refusal("consultation-open"):
        pilot.adopt()
    pilot.wait(days=31)
    pilot.adopt()

    assert pilot.round.window("consultation").closed_at == pilot.now


# ---- the calendar


@pytest.mark.parametrize(
    ("opens", "due", "closes", "kind"),
    [(5, 4, 6, "calendar-order"), (5, 7, 6, "calendar-order"), (5, 5, 6, "calendar-order"),
     (-9, -8, -7, "calendar-past")],
)  # fmt: skip
def test_dates_come_in_order_and_end_in_the_future(
    pilot: Stage, opens: float, due: float, closes: float, kind: str
) -> None:
    with refusal(kind):
        pilot.window("call", opens=opens, due=due, closes=closes)


def test_what_is_open_may_only_be_prolonged_and_with_a_reason(pilot: Stage) -> None:
    from innodex.portal.people.models import Event
    from innodex.portal.rounds import actions

    window = pilot.open("call")
    times = {"opens_at": window.opens_at, "due_at": window.due_at, "closes_at": window.closes_at}

    def change(reason: str = "", **other: datetime.datetime) -> None:
        pilot.do(
            actions.set_calendar,
            "leader",
            round=pilot.round,
            name="call",
            reason=reason,
            **{**times, **other},
        )

    with refusal("already-open"):
        change("Lý do", opens_at=window.opens_at - DAY)
    with refusal("not-shorter"):
        change("Lý do", closes_at=window.closes_at - DAY)
    with refusal("no-reason"):
        change(closes_at=window.closes_at + DAY)
    change("Bão lớn", closes_at=window.closes_at + DAY)

    assert pilot.round.window("call").closes_at == window.closes_at + DAY
    assert Event.objects.filter(action="rounds.set_calendar", refused="").last().reason == "Bão lớn"


def test_what_has_closed_stays_closed(pilot: Stage) -> None:
    from innodex.portal.rounds.ticks import tick

    pilot.open("call")
    tick(pilot.wait(days=31))

    with refusal("window-closed"):
        pilot.window("call")


def test_nothing_opens_without_dates_nor_before_them_nor_twice(pilot: Stage) -> None:
    from innodex.portal.rounds import actions

    with refusal("no-calendar"):
        pilot.do(actions.open_call, "leader", round=pilot.round)
    pilot.window("call", opens=1)
    with refusal("too-early"):
        pilot.do(actions.open_call, "leader", round=pilot.round)
    pilot.wait(days=1)
    pilot.do(actions.open_call, "leader", round=pilot.round)
    with refusal("already-open"):
        pilot.do(actions.open_call, "leader", round=pilot.round)


def test_a_national_round_has_no_call(stage: Stage) -> None:
    from innodex.portal.rounds import actions

    stage.make_round(kind="national", quota=None)

    with refusal("not-a-pilot"):
        stage.window("call")
    with refusal("not-a-pilot"):
        stage.do(actions.open_call, "leader", round=stage.round)


def test_the_call_runs_beside_the_main_line(pilot: Stage) -> None:
    pilot.open("call")
    assert pilot.round.phases() == {"draft", "call", "selection"}

    pilot.open("consultation")
    pilot.round.refresh_from_db()
    assert pilot.round.phases() == {"consultation", "call", "selection"}


def test_collection_of_a_pilot_waits_for_adoption_selection_and_a_confirmation(pilot: Stage) -> None:
    from innodex.portal.rounds import actions

    def open_it() -> None:
        pilot.round.refresh_from_db()
        pilot.do(actions.open_collection, "leader", round=pilot.round)

    pilot.window("collection")
    with refusal("wrong-phase"):
        open_it()
    pilot.adopt()
    with refusal("not-selected"):
        open_it()


# ---- the clock


def test_the_clock_closes_what_is_over_and_a_second_tick_does_nothing(pilot: Stage) -> None:
    from innodex.portal.people.models import Event
    from innodex.portal.rounds.ticks import tick

    pilot.open("call")
    pilot.open("consultation")
    call = pilot.round.window("call")

    assert tick(call.closes_at) == 0  # the last moment still counts
    assert tick(call.closes_at + datetime.timedelta(seconds=1)) == 2
    before = Event.objects.count()
    assert tick(call.closes_at + DAY) == 0

    assert Event.objects.count() == before
    pilot.round.refresh_from_db()
    assert pilot.round.phases() == {"consultation", "selection"}


def test_nobody_else_moves_the_clock(pilot: Stage) -> None:
    from innodex.portal.rounds import actions

    window = pilot.open("call")

    with refusal("not-allowed"):
        pilot.do(actions.move_clock, "sysadmin", window=window, at=window.closes_at + DAY)
