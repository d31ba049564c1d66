"""Public editions, as readers see them: `/` leads to the newest, `/editions/ID/` to each of them for ever."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from innodex.documents import sha256
from innodex.publishing import ALWAYS, Moved, Shelf, Volume, content, is_known, kind_of, wants_gzip

# Lists for people and for programs, written beside the editions whenever one comes.
_LISTS = ("index.html", "current.json")
_SHELVES: dict[str, Shelf] = {}


def shelf() -> Shelf:
    """The public editions of the home folder; those for a smaller audience are not on it."""
    place = settings.HOME / "editions"
    return _SHELVES.setdefault(str(place), Shelf(place, audiences=frozenset({"public"}), base="/editions"))


@require_safe
def serve(request: HttpRequest, address: str) -> HttpResponse:
    """A file of a public edition, the list of editions, or the way to the newest one."""
    books = shelf()
    books.place.mkdir(parents=True, exist_ok=True)
    if not address and (newest := _newest(books)):
        return _with_headers(HttpResponseRedirect(newest.home(newest.langs[0])))
    inside = f"/{address}" if address.startswith("-/") else "/" + address.removeprefix("editions").lstrip("/")
    if inside[1:] in _LISTS and (books.place / inside[1:]).is_file():
        return _file(request, books.place / inside[1:])
    found = books.look(inside)
    if found is None:
        return _with_headers(HttpResponse(books.page(missing=True), status=404))
    if isinstance(found, Moved):
        return _with_headers(HttpResponseRedirect(found.to))
    if found.file is None:
        return _answer(request, found.data, kind_of(found.ending))
    return _file(request, found.file)


def _file(request: HttpRequest, file: Path) -> HttpResponse:
    kind = kind_of(file.suffix)
    packed = wants_gzip(kind, request.headers.get("Accept-Encoding", ""))
    data, mark = content(file, packed=packed)
    return _answer(request, data, kind, mark, packed=packed)


def _newest(books: Shelf) -> Volume | None:
    volumes = books.volumes()
    return volumes[0] if volumes else None


def _answer(
    request: HttpRequest, data: bytes, kind: str, mark: str = "", *, packed: bool = False
) -> HttpResponse:
    mark = mark or f'"{sha256(data)[:32]}"'
    if is_known(mark, request.headers.get("If-None-Match", "")):
        return _with_headers(HttpResponse(status=304), mark)
    response = HttpResponse(data, content_type=kind)
    if packed:
        response["Content-Encoding"] = "gzip"
    return _with_headers(response, mark)


def _with_headers(response: HttpResponse, mark: str = "") -> HttpResponse:
    for name, value in ALWAYS.items():
        response.headers[name] = value
    if mark:
        response.headers["ETag"] = mark
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
