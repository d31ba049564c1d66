"""Every check: figures that it must find, and figures that it must leave alone."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from innodex.portal.collection import checks
from innodex.portal.collection.models import Item
from portal.collection._hands import CLEAN, FILES, LOCAL

if TYPE_CHECKING:
    from innodex.framework import Framework

MAXIMUM = {"plan": "20", "review": "10"}


@pytest.fixture(scope="module")
def framework() -> Framework:
    from innodex.formats import check_files

    folder = check_files({path: text.encode() for path, text in FILES.items()}).folder
    assert folder is not None
    return folder.framework


def judged(
    framework: Framework, *, linked: tuple[str, ...] = (), **said: dict[str, Any]
) -> list[checks.Finding]:
    """What the checks find where the locality says `said`, and clean figures elsewhere."""
    items = []
    for position, series in enumerate(LOCAL, start=1):
        given: dict[str, Any] = {"raw": CLEAN[series]} | said.get(series, {})
        missing = given.get("missing", "")
        figure = checks.read(given["raw"], framework.series_by_id[series])
        given.setdefault("value", "" if missing else figure.value)
        if series not in said:
            given["explanation"] = "Có trong sổ theo dõi."
        items.append(
            Item(pk=position, series=series, period="2024", maximum=MAXIMUM.get(series, ""), **given)
        )
    numbers = {LOCAL.index(series) + 1 for series in linked}
    return checks.judge(items, framework, numbers)


def codes(found: list[checks.Finding]) -> list[str]:
    return [f"{one.item.series}:{one.code}" for one in found]


def test_clean_figures_have_no_finding(framework: Framework) -> None:
    assert judged(framework) == []


# series, what is said, the codes that must be found (and no others)
CASES: list[tuple[str, str, dict[str, Any], list[str]]] = [
    # FORMAT
    ("words are no number", "share", {"raw": "bốn mươi"}, ["F01"]),
    ("a date is no number", "share", {"raw": "30/8/2026"}, ["F01"]),
    ("TRUE is no number", "share", {"raw": "TRUE"}, ["F01"]),
    ("an error cell is no number", "share", {"raw": "#N/A"}, ["F01"]),
    ("a formula is no number", "share", {"raw": "=A1"}, ["F01"]),
    ("percent where the unit is another", "spending", {"raw": "12%"}, ["F01"]),
    ("percent where the unit is percent", "share", {"raw": "12,5 %"}, []),
    ("decimal comma", "spending", {"raw": "1234,5"}, []),
    ("points between thousands, comma before decimals", "spending", {"raw": "1.234,5"}, []),
    ("no-break space between thousands", "spending", {"raw": "1\u00a0234,5"}, []),
    ("two meanings", "spending", {"raw": "1.234"}, ["F02"]),
    ("two meanings, confirmed", "spending", {"raw": "1.234", "confirmed": True}, []),
    ("a figure and a reason for none", "spending", {"raw": "5", "missing": "not_available"}, ["F03"]),
    # REQUIRED
    ("nothing", "share", {"raw": ""}, ["R01"]),
    ("spaces are nothing", "share", {"raw": "  "}, ["R01"]),
    ("not entered is nothing", "share", {"raw": "", "missing": "not_entered"}, ["R01"]),
    ("not available is an answer", "share", {"raw": "", "missing": "not_available"}, []),
    ("zero is a figure", "spending", {"raw": "0"}, []),
    # LOGIC
    ("half a person", "staff", {"raw": "120,5", "explanation": "…"}, ["L01"]),
    ("whole, written with a decimal", "staff", {"raw": "120,0", "explanation": "…"}, []),
    ("below the least", "spending", {"raw": "-1"}, ["L02"]),
    ("the least itself", "spending", {"raw": "0"}, []),
    ("above the most", "land", {"raw": "5000,5"}, ["L03"]),
    ("the most itself", "land", {"raw": "5000"}, []),
    ("a percentage above a hundred", "share", {"raw": "100,1"}, ["L04"]),
    ("a percentage below zero", "share", {"raw": "-3"}, ["L04"]),
    ("a hundred percent", "share", {"raw": "100"}, []),
    ("the part exceeds the whole", "served", {"raw": "100,5"}, ["L05"]),
    ("the part is the whole", "served", {"raw": "100"}, []),
    ("points above the maximum", "review", {"raw": "10,5"}, ["L06"]),
    ("points below zero", "review", {"raw": "-1"}, ["L06"]),
    ("all points", "review", {"raw": "10"}, []),
    # EVIDENCE
    ("evidence asked and none", "plan", {"raw": "20"}, ["E01"]),
    ("evidence asked, none, explained", "plan", {"raw": "20", "explanation": "Văn bản chưa ban hành."}, []),
    ("blanks explain nothing", "plan", {"raw": "20", "explanation": "  "}, ["E01"]),
    ("nothing happened, evidence asked", "staff", {"raw": "", "missing": "nil"}, ["E01"]),
    ("no figure needs no evidence", "staff", {"raw": "", "missing": "not_available"}, []),
    ("no evidence asked", "review", {"raw": "5"}, []),
    ("a claim without a word", "share", {"raw": "", "missing": "not_applicable"}, ["E02", "N02"]),
    ("a claim with its reason", "share",
     {"raw": "", "missing": "not_applicable", "explanation": "…"}, ["N02"]),
    ("confidential without the document", "share", {"raw": "", "missing": "confidential"}, ["E02"]),
    ("confidential with it", "share", {"raw": "", "missing": "confidential", "explanation": "12/QĐ"}, []),
    # CHANGE
    ("a half more", "staff", {"raw": "150", "last_value": "100", "explanation": "…"}, []),
    ("beyond a half more", "staff", {"raw": "151", "last_value": "100", "explanation": "…"}, ["C01"]),
    ("beyond a half less", "staff", {"raw": "49", "last_value": "100", "explanation": "…"}, ["C01"]),
    ("from nothing", "staff", {"raw": "3", "last_value": "0", "explanation": "…"}, ["C01"]),
    ("to nothing", "staff", {"raw": "0", "last_value": "10", "explanation": "…"}, ["C01"]),
    ("nothing happened counts as zero", "staff",
     {"raw": "", "missing": "nil", "last_value": "10", "explanation": "…"}, ["C01"]),
    ("ten times", "spending", {"raw": "101,5", "last_value": "10"}, ["C02"]),
    ("a tenth", "spending", {"raw": "1,05", "last_value": "10"}, ["C02"]),
    ("a hundred times", "spending", {"raw": "99", "last_value": "1"}, ["C02"]),
    ("a thousandth", "spending", {"raw": "0,01", "last_value": "10"}, ["C02"]),
    ("a million times", "spending", {"raw": "1000000", "last_value": "1"}, ["C02"]),
    ("six times, without a threshold", "spending", {"raw": "60", "last_value": "10"}, []),
    ("twelve times is no slip", "spending", {"raw": "120", "last_value": "10"}, []),
    ("the same as last time", "spending", {"raw": "12,5", "last_value": "12.5"}, ["C03"]),
    ("zero again", "spending", {"raw": "0", "last_value": "0"}, []),
    ("the same points again", "review", {"raw": "8,5", "last_value": "8.5"}, []),
    ("nothing to compare with", "staff", {"raw": "900", "last_note": "unit", "explanation": "…"}, []),
    # NOTE
    ("a share for a percentage", "share", {"raw": "0,4"}, ["N01"]),
    ("one percent", "share", {"raw": "1"}, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("series", "said", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_a_check_finds_what_it_must_and_nothing_else(
    framework: Framework, series: str, said: dict[str, Any], expected: list[str]
) -> None:
    found = judged(framework, **{series: said})
    assert [one.code for one in found if one.item.series == series] == expected
    others = {one.item.series for one in found} - {series}
    # A whole that shrinks makes its part too great; no other item may be touched.
    assert others <= ({"served"} if series == "land" else set())


def test_a_document_is_evidence(framework: Framework) -> None:
    said = {"staff": {"raw": "120"}, "plan": {"raw": "20"}}
    assert codes(judged(framework, **said)) == ["staff:E01", "plan:E01"]
    assert codes(judged(framework, linked=("plan",), **said)) == ["staff:E01"]
    assert judged(framework, linked=("plan", "staff"), **said) == []


def test_a_part_is_measured_against_its_whole_as_it_is_now(framework: Framework) -> None:
    found = judged(framework, land={"raw": "20"})
    assert codes(found) == ["served:L05"]
    assert judged(framework, land={"raw": "", "missing": "not_available"}) == []


def test_all_failures_are_found_together(framework: Framework) -> None:
    found = judged(
        framework, staff={"raw": "x"}, spending={"raw": ""}, served={"raw": "200"}, share={"raw": "101"}
    )
    assert codes(found) == ["staff:F01", "spending:R01", "served:L05", "share:L04"]


def test_a_warning_stands_in_the_way_until_it_is_explained(framework: Framework) -> None:
    (found,) = judged(framework, spending={"raw": "12,5", "last_value": "12.5"})
    assert found.stands_in_the_way
    (found,) = judged(
        framework, spending={"raw": "12,5", "last_value": "12.5", "explanation": "Đúng như vậy."}
    )
    assert not found.stands_in_the_way


def test_an_explanation_lifts_no_blocking_check(framework: Framework) -> None:
    (found,) = judged(framework, share={"raw": "101", "explanation": "Đúng như vậy."})
    assert found.stands_in_the_way


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_finding_names_the_field_and_what_was_found(framework: Framework, lang: str) -> None:
    for _, series, said, _ in CASES:
        for found in judged(framework, **{series: {"last_period": "2023"} | said}):
            text = found.text(lang)
            assert framework.series_by_id[found.item.series].name.get(lang) in text
            assert "{" not in text
            for figure in found.figures.values():
                assert figure.split(".")[0].lstrip("-")[:1] in text


def test_findings_have_a_plain_form_for_the_snapshot(framework: Framework) -> None:
    (found,) = judged(framework, share={"raw": "100,1"})
    assert found.plain() == {
        "code": "L04", "kind": "LOGIC", "severity": "block", "series": "share", "period": "2024",
        "explained": False, "figures": {"found": "100.1", "least": "0", "most": "100"},
    }  # fmt: skip


def test_every_kind_of_the_rules_has_a_check_in_the_cases() -> None:
    numbered = {"F": 3, "R": 1, "L": 6, "E": 2, "C": 3, "N": 2}
    wanted = {f"{kind}{n:02}" for kind, most in numbered.items() for n in range(1, most + 1)}
    assert {code for case in CASES for code in case[3]} == wanted


def test_the_series_of_the_trial_are_what_the_cases_believe() -> None:
    rows = list(csv.DictReader(io.StringIO(FILES["series.csv"])))
    assert [row["id"] for row in rows if row["source_kind"] == "locality"] == sorted(
        LOCAL, key=["staff", "spending", "served", "land", "share", "plan", "review"].index
    )
