"""From bytes to text: UTF-8 without its mark, letters composed."""

from __future__ import annotations

import unicodedata

_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Workbooks under the name of a table.
_WORKBOOKS = ((b"PK\x03\x04", "XLSX"), (b"\xd0\xcf\x11\xe0", "XLS"))
_OLDER = "Latin-1 (Windows-1252, Windows-1258)"
_BOM = b"\xef\xbb\xbf"


def encoding(data: bytes) -> str:
    """What bytes that are not UTF-8 most likely are, in words for a fault."""
    for mark, name in _WORKBOOKS:
        if data.startswith(mark):
            return name
    start = data[:2000]
    if start.startswith(_MARKS) or start.count(0) * 4 > len(start):
        return "UTF-16"
    return _OLDER


def is_foreign(data: bytes) -> bool:
    """True for UTF-16 and for workbooks: nothing in them can be read as a table or document."""
    return encoding(data) != _OLDER


def composed(text: str) -> str:
    """The same text with each letter and its marks in one character (NFC), so that spellings compare."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def decoded(data: bytes, errors: str = "strict") -> str:
    """The text in UTF-8 bytes. Raises UnicodeDecodeError unless `errors` says otherwise."""
    return composed(data.removeprefix(_BOM).decode("utf-8", errors))


def bad_line(data: bytes) -> int | None:
    """The line of the first byte that is not UTF-8; None where all is well."""
    if is_foreign(data):
        return 1
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data[: error.start].count(b"\n") + 1
    return None
