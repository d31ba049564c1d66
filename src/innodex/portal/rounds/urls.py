"""Addresses of rounds: the round, its versions and sheets, its calendar, receipts and files."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import path

from innodex.portal.rounds.views import calendar, rounds, versions

PREFIX = "portal/"

_ROUND = "rounds/<slug:code>/"
_VERSIONS = f"{_ROUND}versions/"
_VERSION = f"{_VERSIONS}<int:number>/"

urlpatterns = [
    path("rounds/", rounds.listing, name="rounds"),
    path("rounds/new/", rounds.new, name="new-round"),
    path(_ROUND, rounds.overview, name="round"),
    path(f"{_ROUND}calendar/", calendar.overview, name="calendar"),
    path(f"{_ROUND}calendar/<slug:name>/", calendar.window, name="calendar-window"),
    path(f"{_ROUND}calendar/<slug:name>/open/", calendar.open_window, name="open-window"),
    path(f"{_ROUND}close/", calendar.close, name="close"),
    path(_VERSIONS, versions.listing, name="versions"),
    path(f"{_VERSIONS}new/", versions.new, name="new-version"),
    path(f"{_VERSIONS}compare/<int:old>/<int:new>/", versions.compare, name="compare"),
    path(_VERSION, versions.version, name="version"),
    path(f"{_VERSION}adopt/", versions.adopt, name="adopt"),
    path(f"{_VERSION}index.zip", versions.as_zip, name="version-zip"),
    path(f"{_VERSION}index.xlsx", versions.as_workbook, name="version-workbook"),
    path(f"{_VERSION}sheets/", versions.handbook, name="sheets"),
    path(f"{_VERSION}sheets/<str:node>/", versions.sheet, name="sheet"),
    path("receipts/<int:pk>/", rounds.receipt, name="receipt"),
    path("files/<int:pk>/", rounds.stored_file, name="file"),
]

_CALL = "innodex.portal.rounds.urls_registration"
if find_spec(_CALL) is not None:
    urlpatterns += import_module(_CALL).urlpatterns
