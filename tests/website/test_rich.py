"""What the steps of a recipe do to figures and units is marked on every page that shows them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from _sites import LANGUAGES, Element, Page, case, pages, site
from innodex.documents import say
from innodex.edition import Edition
from innodex.recipe import METHODS, Availability, Coverage, NonZero, Prepare
from innodex.result import Flag
from innodex.website import _screened, render
from innodex.website._view import View
from innodex.website._words import Words

EACH = pytest.mark.parametrize("lang", LANGUAGES)
OUT = ("U04", "U07", "U09")  # figures enough for none of them; the last by name


def _row(table: Element, href: str) -> Element:
    (row,) = [row for row in table.one("tbody").all("tr") if href in [a["href"] for a in row.all("a")]]
    return row


def _marked(edition: Edition, flag: Flag) -> list[tuple[str, str, float]]:
    """(unit, indicator, value that was used) of every cell of the newest period with a flag."""
    result = edition.result
    p = result.periods.index(edition.period)
    steps = result.imputed if flag is Flag.IMPUTED else result.treated
    codes = [result.nodes[at] for at in result.indicators]
    found = np.argwhere(result.flags[p] & flag)
    return [(result.units[u], codes[i], float(steps[p, u, i])) for u, i in found]


@EACH
@pytest.mark.parametrize("flag", [Flag.IMPUTED, Flag.TREATED])
def test_a_figure_that_was_filled_in_or_treated_says_so_wherever_it_stands(flag: Flag, lang: str) -> None:
    edition = case("rich")
    words = Words(lang, edition)
    marked = _marked(edition, flag)
    key = f"site.note.{str(flag.name).lower()}"

    assert len(marked) > 3
    for unit, code, value in marked:
        note = words.t(key, value=words.figure(value))
        standing = pages("rich")[f"{lang}/indicators/{code}.html"].root.one("table", id="standing")
        profile = pages("rich")[f"{lang}/units/{unit}.html"].root.one("table", class_="tree")
        for row in (_row(standing, f"../units/{unit}.html"), _row(profile, f"../indicators/{code}.html")):
            assert note in row.text
            if flag is Flag.IMPUTED:  # the gap itself stays to be seen
                assert words.t("site.missing") in row.text


@EACH
def test_no_other_figure_is_marked(lang: str) -> None:
    edition = case("rich")
    for flag in (Flag.IMPUTED, Flag.TREATED):
        before = say(lang, f"site.note.{str(flag.name).lower()}").partition("{")[0]
        seen = sum(
            row.text.count(before)
            for code in edition.result.indicator_at
            for row in pages("rich")[f"{lang}/indicators/{code}.html"]
            .root.one("table", id="standing")
            .all("tr")
        )
        assert seen == len(_marked(edition, flag))


@EACH
def test_the_count_of_such_figures_stands_among_the_facts(lang: str) -> None:
    edition = case("rich")
    for flag in (Flag.IMPUTED, Flag.TREATED):
        word = str(flag.name).lower()
        for code in edition.result.indicator_at:
            number = sum(one == code for _, one, _ in _marked(edition, flag))
            facts = pages("rich")[f"{lang}/indicators/{code}.html"].root.one("dl", class_="facts").text
            said = say(lang, f"site.fact.count-{word}", number=number, all=16).lower()
            assert (said in facts.lower()) == (number > 0)


@EACH
def test_dots_of_figures_that_were_filled_in_are_hollow(lang: str) -> None:
    edition = case("rich")
    imputed = {unit for unit, code, _ in _marked(edition, Flag.IMPUTED) if code == "1.2"}
    drawn = pages("rich")[f"{lang}/indicators/1.2.html"].root.one("svg", class_="field").all("circle")
    names = {edition.territory.by_code[unit].name.get(lang) for unit in (*imputed, *OUT)}

    hollow = {dot.text.partition(":")[0] for dot in drawn if "hollow" in dot["class"].split()}
    # U13 has no figure at all: it is filled in like the others, and set aside.
    assert hollow == names | {edition.territory.by_code["U13"].name.get(lang)}
    assert len(drawn) == 16


@EACH
def test_units_set_aside_stand_below_the_ranked_with_their_scores_and_the_reason(lang: str) -> None:
    edition = case("rich")
    result = edition.result
    page = pages("rich")[f"{lang}/index.html"].root
    rows = page.one("table", id="ranking").one("tbody").all("tr")
    ranked = int(result.ranked(result.periods.index("2024"), 0))

    assert f" {ranked} " in page.one("h1").text
    assert [("out" in (row.get("class") or "").split()) for row in rows] == [
        n >= ranked for n in range(len(rows))
    ]
    for unit in OUT:
        row = _row(page.one("table", id="ranking"), f"units/{unit}.html")
        u = result.unit_at[unit]
        bracket = result.bracketed[-1, u, 0]  # type: ignore[index]
        assert row.one("td", class_="s").seen == Words(lang, edition).score(float(result.score[-1, u, 0]))
        assert row.all("td")[0].text == f"({bracket:.0f})"
        name = edition.territory.by_code[unit].name.get(lang)
        (why,) = [item for item in page.all("li") if item.text.startswith(f"{name} :")]
        lead = pages("rich")[f"{lang}/units/{unit}.html"].root.one("p", class_="lead").text
        reason = why.text.partition(":")[2].strip().rstrip(".")
        assert reason in lead
        assert say(lang, "site.unit.out-place", unit=Words(lang, edition).unit,
                   units=Words(lang, edition).units, place=f"{bracket:.0f}") in lead  # fmt: skip


@EACH
def test_units_set_aside_are_hollow_on_the_map(lang: str) -> None:
    page = pages("rich")[f"{lang}/index.html"].root
    tiles = {a["href"]: a for a in page.one("ul", class_="tiles").all("a")}

    for unit in OUT:
        assert tiles[f"units/{unit}.html"]["class"] == "qh"
        assert tiles[f"units/{unit}.html"].one("b").text.startswith("(")
    assert sum(tile["class"] == "qh" for tile in tiles.values()) == 1 + len(OUT)
    assert say(lang, "site.unranked") in page.one("ul", class_="legend").text


def test_their_bars_and_dots_are_hollow_and_out_of_the_band() -> None:
    page = pages("rich")["en/units/U07.html"].root
    assert all("hollow" in one["class"].split() for one in page.one("table", class_="profile").all("circle"))
    assert not page.all("svg", class_="strip")
    assert not page.all("div", class_="good")
    index = pages("rich")["en/index.html"].root.one("table", id="ranking")
    assert "h" in _row(index, "units/U07.html").one("svg")["class"].split()
    assert "h" not in _row(index, "units/U01.html").one("svg")["class"].split()


def test_without_brackets_there_is_no_place_at_all() -> None:
    edition = case("rich")
    plain = replace(edition, result=replace(edition.result, bracketed=None))
    page = render(plain)["en/index.html"].decode()

    assert ">(1)<" in site("rich")["en/index.html"].decode()
    assert ">(1)<" not in page
    assert say("en", "site.unranked") in page
    assert "number in brackets" not in page


@EACH
def test_reasons_name_the_rule_that_a_unit_fails(lang: str) -> None:
    edition = case("rich")
    u = edition.result.unit_at["U04"]

    def why(method: object) -> str:
        made = replace(edition.recipe, prepare=(Prepare("screen", "screen", method),))
        changed = replace(edition, recipe=made)
        return _screened.Reasons(Words(lang, changed), View(changed)).of(u)

    words = Words(lang, edition)
    assert words.t("site.percent", number=words.number(400 / 9, 1)) in why(
        Availability(0.6, "figures", "unranked")
    )
    assert words.label("1") in why(Availability(0.6, "figures", "unranked", under=("pillar",)))
    assert words.label("3") not in why(Availability(0.6, "figures", "unranked", under=("pillar",)))
    groups = why(Coverage(0.1, ("IX",), ("2",), 2, 0.0, "figures", "unranked"))
    assert words.label("2") in groups
    assert words.t("site.percent", number="25") in why(NonZero(0.25, "unranked"))
    assert why(NonZero(0.25, "unranked", drop=("U04",))) != why(NonZero(0.25, "unranked"))


@EACH
def test_the_place_within_a_group_of_the_territory_stands_on_the_profile(lang: str) -> None:
    edition = case("rich")
    ranks = np.full(edition.result.group_rank.shape, np.nan)
    ranks[0, -1, [0, 1, 2], 0] = [2, 1, 3]
    made = render(replace(edition, result=replace(edition.result, within=("border",), group_rank=ranks)))
    said = say(lang, "site.unit.lead-group", place="2", size=3, group="border")

    assert said in made[f"{lang}/units/U01.html"].decode()
    assert "border" not in made[f"{lang}/units/U05.html"].decode()


@EACH
def test_derived_figures_stand_on_the_first_page_and_on_the_profile(lang: str) -> None:
    edition = case("rich")
    words, (gap, half) = Words(lang, edition), edition.result.derived
    table = pages("rich")[f"{lang}/index.html"].root.one("table", class_="made")

    assert [head.text for head in table.all("th", scope="col")][1:] == [
        gap.name.get(lang),
        words.t("site.derived.rank", name=gap.name.get(lang)),
        half.name.get(lang),
    ]
    ranked = np.count_nonzero(~np.isnan(gap.rank[-1]))
    for u, unit in enumerate(edition.result.units):
        cells = [cell.seen for cell in _row(table, f"units/{unit}.html").all("td")]
        rank = gap.rank[-1, u]
        place = "–" if math.isnan(rank) else f"{words.plain(float(rank))} / {ranked}"
        # One decimal is what the recipe rounds it to.
        expected = [words.figure(float(gap.value[-1, u])), place, words.number(float(half.value[-1, u]), 1)]
        assert cells == expected
        own = pages("rich")[f"{lang}/units/{unit}.html"].root
        (made,) = [one for one in own.all("table", class_="narrow") if gap.name.get(lang) in one.text]
        rows = [[cell.seen for cell in row.all("td")] for row in made.one("tbody").all("tr")]
        assert rows == [expected[:2], [expected[2], ""]]


@EACH
def test_a_figure_in_relation_to_size_shows_both_numbers(lang: str) -> None:
    edition = case("rich")
    words = Words(lang, edition)
    table = pages("rich")[f"{lang}/indicators/1.1.html"].root.one("table", id="standing")
    (head,) = [one.text for one in table.all("th", scope="col") if "×" in one.text]

    assert edition.framework.series_by_id["s9"].name.get(lang) in head
    for unit in ("U01", "U02", "U03"):
        cells = [cell.seen for cell in _row(table, f"../units/{unit}.html").all("td")]
        u = edition.result.unit_at[unit]
        assert cells[1] == words.figure(float(edition.result.raw[-1, u, 0]))
        assert cells[2] == words.figure(float(edition.result.treated[-1, u, 0]))
    other = pages("rich")[f"{lang}/indicators/1.2.html"].root.one("table", id="standing")
    assert not [one for one in other.all("th", scope="col") if "×" in one.text]


@EACH
def test_weights_from_the_data_say_so(lang: str) -> None:
    words = Words(lang, case("rich"))
    note = words.t("site.method.weights-found", period=words.period)

    assert note in pages("rich")[f"{lang}/method.html"].root.text
    assert note not in pages("full")[f"{lang}/method.html"].root.text
    said = say(lang, "site.fact.weight-found").partition("}")[2]
    assert said in pages("rich")[f"{lang}/indicators/1.2.html"].root.one("dl", class_="facts").text
    assert said not in pages("full")[f"{lang}/indicators/1.1.1.html"].root.one("dl", class_="facts").text


@EACH
def test_the_method_page_has_a_chapter_for_each_step(lang: str) -> None:
    heads = [one.text for one in pages("rich")[f"{lang}/method.html"].root.all("h2")]
    steps = ("denominate", "screen", "impute", "treat", "normalise", "weigh", "aggregate", "derive", "rank")

    assert heads[: len(steps)] == [
        f"{n}. {say(lang, f'methods.chapter.{step}')}" for n, step in enumerate(steps, start=1)
    ]


@EACH
@pytest.mark.parametrize("names", [(), ("Thấp", "Vừa", "Cao")])
def test_classes_stand_beside_scores(names: tuple[str, ...], lang: str) -> None:
    edition = case("rich")
    scores = edition.result.score
    classes = np.where(np.isnan(edition.result.rank), 0, 1 + (scores > 30) + (scores > 40)).astype(np.int64)
    method = METHODS["classify"]["thresholds"].make(limits=(30, 40), edge="above", names=names)
    changed = replace(
        edition,
        result=replace(edition.result, classes=classes),
        recipe=replace(edition.recipe, classify=method),
    )
    words = Words(lang, changed)
    made = {
        path: Page.of(data.decode()).root for path, data in render(changed).items() if path.endswith("html")
    }
    table = made[f"{lang}/index.html"].one("table", id="ranking")
    assert words.t("site.column.class") in [one.text for one in table.all("th", scope="col")]
    for unit in ("U01", "U12", "U14"):
        number = int(classes[-1, edition.result.unit_at[unit], 0])
        said = names[number - 1] if names else words.t("site.class", number=number)
        assert said in _row(table, f"units/{unit}.html").text
        own = made[f"{lang}/units/{unit}.html"].one("table", class_="tree")
        assert said in own.one("tbody").all("tr")[0].text
        node = made[f"{lang}/indicators/1.html"].one("table", id="standing")
        assert words.t("site.column.class") in [one.text for one in node.all("th", scope="col")]
    assert words.t("methods.chapter.classify") in made[f"{lang}/method.html"].text
    columns = len(table.all("th", scope="col"))
    assert all(len(row["data-o"].split()) == columns for row in table.one("tbody").all("tr"))


def test_the_rule_for_strengths_is_that_of_the_recipe() -> None:
    edition = case("rich")
    rule = METHODS["profile"]["extremes"].make(most=2, of="score", last="keep")
    made = render(replace(edition, recipe=replace(edition.recipe, profile=rule)))

    assert "the 2 indicators where" in made["en/units/U01.html"].decode()
    assert "the 2 indicators where" in made["en/method.html"].decode()
    assert "the 2 indicators where" not in site("rich")["en/units/U01.html"].decode()


@EACH
def test_who_rests_on_figures_filled_in_is_told_in_the_ranking_and_above_the_indicators(lang: str) -> None:
    edition = case("rich")
    words = Words(lang, edition)
    marked = [(unit, code) for unit, code, _ in _marked(edition, Flag.IMPUTED)]
    table = pages("rich")[f"{lang}/index.html"].root.one("table", id="ranking")
    head = [one.text for one in table.all("th", scope="col")].index(words.t("site.column.imputed"))

    for unit in edition.result.units:
        row = _row(table, f"units/{unit}.html")
        cells = [cell.seen for cell in row.inside if isinstance(cell, Element)]
        number = sum(one == unit for one, _ in marked)
        assert cells[head] == (f"{number} / 9" if number else "")
        in_one = sum(one == unit and code.startswith("1.") for one, code in marked)
        node = _row(
            pages("rich")[f"{lang}/indicators/1.html"].root.one("table", id="standing"),
            f"../units/{unit}.html",
        )
        said = words.t("site.note.imputed-below", number=in_one, all=3)
        assert (said in node.text) == (in_one > 0)
    assert words.t("site.column.imputed") not in pages("full")[f"{lang}/index.html"].root.text


@EACH
def test_a_strength_that_was_filled_in_says_so(lang: str) -> None:
    page = pages("rich")[f"{lang}/units/U02.html"].root.one("div", class_="good")
    row = _row(page.one("table"), "../indicators/1.2.html")

    assert say(lang, "site.flag.imputed") in row.text
    assert page.text.count(say(lang, "site.flag.imputed")) == 1


@pytest.mark.parametrize(("lang", "said"), [("en", "is ranked"), ("vi", "Chưa xếp hạng")])
def test_where_nobody_is_ranked_the_first_page_does_not_speak_of_a_ranking_of_all(
    lang: str, said: str
) -> None:
    edition = case("rich")
    nobody = np.full_like(edition.result.rank, np.nan)
    alone = np.zeros_like(edition.result.included)
    changed = replace(edition, result=replace(edition.result, rank=nobody, included=alone, bracketed=None))

    heading = render(changed)[f"{lang}/index.html"].decode().partition("<h1>")[2].partition("</h1>")[0]

    assert said in heading
    assert "0" not in heading.replace(edition.period, "")
