"""What every room writes with: text in several languages, faults with their place, canonical bytes."""

from innodex.documents._bytes import canonical, digest, pretty, sha256
from innodex.documents._decode import bad_line, decoded, encoding
from innodex.documents._fault import WARNINGS, Fault, Faulty, Word, nearest
from innodex.documents._figures import Figure, plain_figure, read_figure, shown_figure
from innodex.documents._numbers import exact, shown, shown_date, shown_short
from innodex.documents._parse import CODE, is_date, is_period, number
from innodex.documents._table import Row, Table, read_table, uncertain
from innodex.documents._text import Text, sort_key, without_marks
from innodex.documents._toml import Document, as_written, read_toml
from innodex.documents._words import has, languages, say

__all__ = [
    "CODE",
    "WARNINGS",
    "Document",
    "Fault",
    "Faulty",
    "Figure",
    "Row",
    "Table",
    "Text",
    "Word",
    "as_written",
    "bad_line",
    "canonical",
    "decoded",
    "digest",
    "encoding",
    "exact",
    "has",
    "is_date",
    "is_period",
    "languages",
    "nearest",
    "number",
    "plain_figure",
    "pretty",
    "read_figure",
    "read_table",
    "read_toml",
    "say",
    "sha256",
    "shown",
    "shown_date",
    "shown_figure",
    "shown_short",
    "sort_key",
    "uncertain",
    "without_marks",
]
