"""Addresses of the call: a locality's own registration, what was sent, the board, the selection."""

from __future__ import annotations

from django.urls import path

from innodex.portal.rounds.views import board, registration, selection

_OWN = "rounds/<slug:code>/registration/"
_SENT = "rounds/<slug:code>/registrations/<str:unit>/"
_SELECTION = "rounds/<slug:code>/selection/"

urlpatterns = [
    path(_OWN, registration.own, name="registration"),
    path(f"{_OWN}draft/", registration.draft, name="registration-draft"),
    path(f"{_OWN}request/", registration.hand_in, name="registration-request"),
    path(f"{_OWN}send-back/", registration.send_back, name="registration-send-back"),
    path(f"{_OWN}send/", registration.send, name="registration-send"),
    path(f"{_OWN}confirm/", registration.confirm, name="registration-confirm"),
    path(f"{_OWN}refuse/", registration.refuse, name="registration-refuse"),
    path(f"{_OWN}parts/<slug:part>/", registration.part, name="registration-part"),
    path(_SENT, registration.sent, name="registration-sent"),
    path(f"{_SENT}return/", registration.give_back, name="registration-return"),
    path(f"{_SENT}draft/", registration.unsent, name="registration-unsent"),
    path("rounds/<slug:code>/board/", board.table, name="board"),
    path("rounds/<slug:code>/board.csv", board.as_csv, name="board-csv"),
    path("rounds/<slug:code>/board.xlsx", board.as_xlsx, name="board-xlsx"),
    path(_SELECTION, selection.overview, name="selection"),
    path(f"{_SELECTION}propose/", selection.propose, name="selection-propose"),
    path(f"{_SELECTION}decide/", selection.decide, name="selection-decide"),
]
