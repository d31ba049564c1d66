"""What page, report and portal share: colour and type tokens, stylesheet, fonts, numbers to SVG."""

from innodex.look._charts import Dot, band, band_axis, bar, rank_strip, sorted_dots
from innodex.look._fonts import fonts, licences
from innodex.look._scale import CLASSES, Axis, axis_over, sixths
from innodex.look._spread import spread
from innodex.look._stylesheet import icon, portal_files, portal_stylesheet, stylesheet
from innodex.look._tiles import Square, thumbnail
from innodex.look._tokens import DARK, LIGHT, SEQUENTIAL

__all__ = [
    "CLASSES", "DARK", "LIGHT", "SEQUENTIAL", "Axis", "Dot", "Square", "axis_over", "band", "band_axis",
    "bar", "fonts", "icon", "licences", "portal_files", "portal_stylesheet", "rank_strip", "sixths",
    "sorted_dots", "spread", "stylesheet", "thumbnail",
]  # fmt: skip
