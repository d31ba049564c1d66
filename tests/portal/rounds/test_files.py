"""Files taken in: what is kept, what is refused and why, and who may open them."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from django.test import Client

from portal.rounds.conftest import Stage

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 16
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64


def office(main: str, *, types: bytes = b"<Types/>", **more: bytes) -> bytes:
    """A zip-based document with its main part."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(main, "<document/>")
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


DOCX, XLSX = office("word/document.xml"), office("xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("Báo cáo số 12.PDF", PDF, "pdf"),
        ("bao cao.docx", DOCX, "docx"),
        ("bieu.xlsx", XLSX, "xlsx"),
        ("anh.png", PNG, "png"),
        ("anh.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 20, "jpeg"),
        ("anh.jpeg", b"\xff\xd8\xff\xe1" + b"\x00" * 20, "jpeg"),
    ],
)
def test_documents_and_pictures_are_taken(name: str, content: bytes, kind: str) -> None:
    from innodex.portal.rounds import files

    assert files.judge(content, name) == kind


def locked_zip() -> bytes:
    """A document whose entries say that they are encrypted."""
    found = bytearray(DOCX)
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        place = found.find(start)
        while place >= 0:
            flags = place + (6 if start == b"PK\x03\x04" else 8)
            found[flags] |= 1
            place = found.find(start, place + 4)
    return bytes(found)


REFUSED = {
    "macro by its name": ("bieu.xlsm", XLSX, "file-macro"),
    "macro inside": ("bieu.xlsx", office("xl/workbook.xml", xl__vbaProject_bin=b"x"), "file-macro"),
    "macro by its type": (
        "bieu.xlsx",
        office("xl/workbook.xml", types=b'<Types ContentType="application/x.macroEnabled.main+xml"/>'),
        "file-macro",
    ),
    "old document": ("bao cao.doc", OLE, "file-old"),
    "old document under a new name": ("bao cao.docx", OLE, "file-old"),
    "old workbook": ("bieu.xls", OLE, "file-old"),
    "archive": ("tat ca.zip", DOCX, "file-archive"),
    "other archive": ("tat ca.rar", b"Rar!\x1a\x07\x00", "file-archive"),
    "password on a document": ("m.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "file-encrypted"),
    "password on a PDF": ("m.pdf", PDF + b"<< /Encrypt 12 0 R >>", "file-encrypted"),
    "encrypted entries": ("m.docx", locked_zip(), "file-encrypted"),
    "program": ("chay.exe", b"MZ", "file-kind"),
    "page": ("trang.html", b"<script>", "file-kind"),
    "drawing with script": ("hinh.svg", b"<svg onload=''/>", "file-kind"),
    "no ending": ("baocao", PDF, "file-kind"),
    "nothing": ("bao cao.pdf", b"", "file-empty"),
    "page named PDF": ("bao cao.pdf", b"<html>", "file-mismatch"),
    "picture named PDF": ("anh.pdf", PNG, "file-mismatch"),
    "workbook named document": ("bieu.docx", XLSX, "file-mismatch"),
    "archive named document": ("bieu.docx", office("readme.txt"), "file-mismatch"),
    "half a document": ("bieu.docx", DOCX[: len(DOCX) // 2], "file-broken"),
    "way out": ("bieu.docx", office("word/document.xml", **{"..__etc": b"x"}), "file-broken"),
    "bomb": ("bieu.xlsx", office("xl/workbook.xml", xl__big_xml=b"0" * (8 << 20)), "file-bomb"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_may_not_be_kept_is_refused_with_the_reason_in_both_languages(case: str) -> None:
    from innodex.portal.people.refused import Refused
    from innodex.portal.rounds import files

    name, content, kind = REFUSED[case]
    with pytest.raises(Refused) as caught:
        files.judge(content, name)

    assert caught.value.kind == kind
    for lang in ("vi", "en"):
        assert name in caught.value.text(lang)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    """Its directory claims that little is in it; of the part with the types no more than 1 MB is read."""
    from innodex.portal.people.refused import Refused
    from innodex.portal.rounds import files

    packed = office("word/document.xml", types=b"0" * (64 << 20))
    lying = bytearray(packed)
    place = lying.find(b"PK\x01\x02")
    lying[place + 24 : place + 28] = (100).to_bytes(4, "little")

    with pytest.raises(Refused):
        files.judge(bytes(lying), "bao cao.docx")
    assert zlib.crc32(packed) != zlib.crc32(bytes(lying))


def test_more_than_25_megabytes_are_refused_before_they_are_read() -> None:
    from innodex.portal.people.refused import Refused
    from innodex.portal.rounds import files

    class Large:
        name, size = "lon.pdf", files.LARGEST + 1

        def chunks(self) -> None:
            raise AssertionError("read all the same")

    with pytest.raises(Refused, match=r"^file-too-large$"):
        files.store(None, Large(), round=None, organisation=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("C:\\tep\\bao cao.pdf", "bao cao.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\u202egnp.pdf", "agnp.pdf"),
        ("x" * 400 + ".pdf", "x" * 200 + ".pdf"),
        ("Ba\u0301o ca\u0301o.pdf", "Báo cáo.pdf"),
    ],
)
def test_a_name_is_data_and_no_way_into_a_folder(typed: str, kept: str) -> None:
    from innodex.portal.rounds import files

    assert files.clean_name(typed) == kept


# ---- kept


def _store(stage: Stage, content: bytes = PDF, name: str = "Quyết định.pdf"):
    from innodex.portal.people.gate import acting
    from innodex.portal.rounds import files

    registration = stage.registration("north")
    with acting("rounds.save_registration", on=registration, by=stage.by("north-entry"), at=stage.now) as act:
        return files.store(
            act, files.as_upload(content, name), round=stage.round, organisation=stage.bodies["north"]
        )


@pytest.mark.django_db
def test_a_file_lies_under_its_digest_and_comes_back_as_an_attachment(pilot: Stage, client: Client) -> None:
    from innodex.portal.rounds import files

    pilot.open("call")
    stored = _store(pilot)

    assert files.path_of(stored.digest).read_bytes() == PDF
    assert stored.name not in str(files.path_of(stored.digest))
    answer = pilot.log_in(client, "north-lead").get(f"/portal/files/{stored.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    answer.close()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"),
    [("north-entry", 200), ("auditor", 404), ("south-lead", 404), ("leader", 404), ("minister", 404),
     ("sysadmin", 404)],
)  # fmt: skip
def test_a_file_that_was_not_sent_is_its_organisations_own(
    pilot: Stage, client: Client, who: str, status: int
) -> None:
    pilot.open("call")
    stored = _store(pilot)

    answer = pilot.log_in(client, who).get(f"/portal/files/{stored.pk}/")
    answer.close()

    assert answer.status_code == status


@pytest.mark.django_db
def test_the_same_bytes_are_kept_once(pilot: Stage) -> None:
    from innodex.portal.rounds import files

    pilot.open("call")
    first, second = _store(pilot), _store(pilot, name="ban sao.pdf")

    assert first.pk != second.pk
    assert files.path_of(first.digest) == files.path_of(second.digest)
    assert not list(files.path_of(first.digest).parent.glob(".new-*"))


@pytest.mark.parametrize("digest", ["", "../../settings.toml", "0" * 64, "A" * 64, "0" * 63 + "\n"])
def test_only_a_digest_names_an_upload(digest: str) -> None:
    from innodex.portal.rounds import files

    assert files.kept_upload(digest) is None
