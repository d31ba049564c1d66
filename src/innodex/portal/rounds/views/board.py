"""The academy's board of a call: every locality, whatever it has answered, as page and as file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from innodex.documents import Text, say
from innodex.portal.people.web import page
from innodex.portal.rounds import queries
from innodex.portal.rounds import registration as spec
from innodex.portal.rounds.models import Round
from innodex.portal.rounds.queries.board import STATES, Board, Row, Wish, arranged, board, region_key
from innodex.portal.rounds.views.common import crumbs, title_of
from innodex.portal.rounds.views.registration import state_label, tone

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _door(request: HttpRequest, code: str) -> Round:
    """A pilot's round, for those who see every locality's answer. Raises Http404 for everybody else."""
    round = queries.get_round(request.user, code)
    if round.kind != Round.Kind.PILOT or not queries.sees_drafts(request.user):
        raise Http404
    return round


@page
def table(request: HttpRequest, code: str) -> HttpResponse:
    """The board as a page; sorted and filtered by its address."""
    round = _door(request, code)
    whole, wish = board(round), Wish.of(request.GET)
    rows = arranged(whole, wish)
    query = urlencode(wish.query())
    link = urlencode({**wish.query(), "order": wish.order})
    values = {
        "round": round,
        "crumbs": crumbs(request, round),
        "rows": [_shown(row, request.lang) for row in rows],
        "all": len(whole.rows),
        "asked": whole.asked,
        "tally": _tally(round, whole, wish, request.lang),
        "order": wish.order,
        "query": query,
        "csv": f"{reverse('rounds:board-csv', args=[code])}?{link}",
        "xlsx": f"{reverse('rounds:board-xlsx', args=[code])}?{link}",
        "tags": [(tag, say(request.lang, f"rounds.registration.tag.{tag}")) for tag in spec.TAGS],
        "states": [(state, state_label(request.lang, state)) for state in STATES],
        "regions": [(region_key(one), Text.of(one).get(request.lang)) for one in whole.regions],
        "wish": wish,
        "filtered": bool(wish.query()),
    }
    return render(request, "rounds/board.html", values)


def _tally(round: Round, whole: Board, wish: Wish, lang: str) -> list[dict[str, Any]]:
    """How many stand in each state, each a link to those; empty states are left out."""
    address = reverse("rounds:board", args=[round.code])
    return [
        {
            "label": state_label(lang, state),
            "tone": tone(state),
            "number": number,
            "address": f"{address}?{urlencode({'state': state})}",
            "here": wish.state == state,
        }
        for state, number in whole.counts.items()
        if number
    ]


def _shown(row: Row, lang: str) -> dict[str, Any]:
    address = reverse("rounds:registration-sent", args=[row.registration.locality.round.code, row.unit])
    return {
        "name": row.name,
        "region": row.region,
        "address": address if row.snapshot is not None else "",
        "state": state_label(lang, row.state),
        "tone": tone(row.state),
        "sent_at": row.sent_at,
        "late": row.snapshot is not None and row.snapshot.late,
        "ready": row.ready,
        "tags": [row.tags[tag] if row.ready else None for tag in spec.TAGS],
        "difficulties": row.difficulties if row.ready else None,
    }


# ---- as files


def _head(lang: str) -> list[str]:
    fixed = ("unit", "name", "region", "state", "copy", "sent", "late", "asked")
    counted = [f"available.{word}" for word in spec.AVAILABLE]
    rest = ("percent", "difficulties")
    return [
        *(say(lang, f"rounds.board.column.{key}") for key in fixed),
        *(say(lang, f"rounds.registration.{key}") for key in counted),
        *(say(lang, f"rounds.board.column.{key}") for key in rest),
        *(say(lang, f"rounds.registration.tag.{tag}") for tag in spec.TAGS),
        say(lang, "rounds.registration.part.advantages"),
        say(lang, "rounds.registration.part.proposals"),
    ]


def _lines(rows: list[Row], lang: str) -> Iterator[list[str | int]]:
    """One line for each locality; what was not said is empty, never zero."""
    for row in rows:
        said: list[str | int] = [""] * (len(spec.AVAILABLE) + 2 + len(spec.TAGS) + 2)
        if row.ready is not None:
            said = [
                *(row.ready.counts[word] for word in spec.AVAILABLE),
                row.ready.percent,
                row.difficulties,
                *(row.tags[tag] for tag in spec.TAGS),
                row.advantages,
                row.proposals,
            ]
        copy = row.snapshot
        yield [
            row.unit,
            Text.of(row.name).get(lang),
            Text.of(row.region).get(lang) if row.region else "",
            state_label(lang, row.state),
            copy.number if copy else "",
            copy.sent_at.isoformat(timespec="seconds") if copy else "",
            say(lang, "rounds.board.late") if copy and copy.late else "",
            row.ready.of if row.ready else "",
            *said,
        ]


@page
def as_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The board as a CSV file, with the filter and order of the page."""
    round = _door(request, code)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(_head(request.lang))
    for line in _lines(arranged(board(round), Wish.of(request.GET)), request.lang):
        writer.writerow([_harmless(cell) for cell in line])
    # The mark tells spreadsheet programs that the letters are UTF-8.
    return _download(
        ("\ufeff" + file.getvalue()).encode(), f"{round.code}-board.csv", "text/csv; charset=utf-8"
    )


def _harmless(cell: str | int) -> str | int:
    """Text that a spreadsheet program would take for a formula begins with an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


@page
def as_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    """The board as a workbook, with the filter and order of the page."""
    import xlsxwriter  # type: ignore[import-untyped]

    round = _door(request, code)
    file = io.BytesIO()
    lines = list(_lines(arranged(board(round), Wish.of(request.GET)), request.lang))
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(say(request.lang, "rounds.board.sheet"))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        # The first line says what it is, and whether it is invented.
        sheet.write_string(0, 0, _heading(round, request.lang), book.add_format({"bold": True}))
        for column, word in enumerate(_head(request.lang)):
            sheet.write_string(1, column, word, bold)
        for number, line in enumerate(lines, start=2):
            for column, cell in enumerate(line):
                (sheet.write_number if isinstance(cell, int) else sheet.write_string)(number, column, cell)
        sheet.freeze_panes(2, 2)
        sheet.set_column(1, 3, 24)
        sheet.set_column(5, 5, 26)
        sheet.autofilter(1, 0, 1 + len(lines), len(_head(request.lang)) - 1)
    return _download(file.getvalue(), f"{round.code}-board.xlsx", _XLSX)


def _heading(round: Round, lang: str) -> str:
    title = f"{say(lang, 'rounds.board.title')} – {title_of(round, lang)}"
    return f"{title} ({say(lang, 'portal.synthetic.short')})" if round.synthetic else title


def _download(content: bytes, name: str, media: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
