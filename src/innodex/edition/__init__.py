"""An edition: frozen and verifiable. Its data part is written, read and checked here."""

from innodex.edition._archive import archive, is_bare, unpack
from innodex.edition._check import check_archive, check_files
from innodex.edition._compare import TOLERANCE, compare_csv, compare_out, same_number
from innodex.edition._data import (
    INPUTS,
    SITE,
    TABLES,
    assemble,
    compose,
    data_part,
    identify,
    is_data,
    manifest_of,
    read,
)
from innodex.edition._difference import Difference
from innodex.edition._edition import Audience, Edition
from innodex.edition._manifest import ARCHIVE, DIGEST, MANIFEST, Entry, Manifest, NotAnEdition, is_safe
from innodex.edition._put import Occupied, Recogniser, files_in, is_build, is_edition, look_at, put

__all__ = [
    "ARCHIVE",
    "DIGEST",
    "INPUTS",
    "MANIFEST",
    "SITE",
    "TABLES",
    "TOLERANCE",
    "Audience",
    "Difference",
    "Edition",
    "Entry",
    "Manifest",
    "NotAnEdition",
    "Occupied",
    "Recogniser",
    "archive",
    "assemble",
    "check_archive",
    "check_files",
    "compare_csv",
    "compare_out",
    "compose",
    "data_part",
    "files_in",
    "identify",
    "is_bare",
    "is_build",
    "is_data",
    "is_edition",
    "is_safe",
    "look_at",
    "manifest_of",
    "put",
    "read",
    "same_number",
    "unpack",
]
