"""From an edition to the files of its site."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from innodex.documents import say
from innodex.edition import Edition
from innodex.look import fonts, icon, licences, stylesheet
from innodex.website._files import figures
from innodex.website._map import Map
from innodex.website._pages import Pages
from innodex.website._view import View, file_name
from innodex.website._words import Words, capital

_HERE = Path(__file__).parent


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["capital"] = capital
    return templates


def _template(name: str) -> Template:
    return _templates().get_template(f"{name}.html")


def render(edition: Edition) -> dict[str, bytes]:
    """{path under `site/`: bytes} of every page in every language of the edition, with what they load.

    Links are relative and lead to other files of the result, or to files of the edition one folder up.
    The same edition gives the same bytes.
    """
    view = View(edition)
    files = _shared(view)
    for node in edition.framework.nodes:
        files[f"figures/{file_name(node.code)}.csv"] = figures(edition, node)
    for lang in edition.languages:
        pages = Pages(view, Words(lang, edition))
        for path, template, values in pages.all():
            text = _template(template).render(values)
            files[f"{lang}/{path}"] = text.encode()
    return files


def _shared(view: View) -> dict[str, bytes]:
    """What all languages have in common: the chooser, the style, the script, the fonts."""
    edition = view.edition
    extent = Map(view, Words(edition.languages[0], edition), [""] * len(view.units))
    script = (resources.files("innodex.website") / "site.js").read_bytes()
    files = {
        "index.html": _chooser(edition),
        "assets/style.css": stylesheet(rows=extent.rows, columns=extent.columns).encode(),
        "assets/site.js": script,
        "assets/icon.svg": icon().encode(),
    }
    files |= {f"assets/fonts/{name}": data for name, data in (fonts() | licences()).items()}
    return files


def _chooser(edition: Edition) -> bytes:
    """The page at the top of the site: one link per language, each in its own words."""
    choices = [
        (lang, say(lang, "site.language"), edition.title.get(lang), Words(lang, edition).synthetic)
        for lang in edition.languages
    ]
    return _template("languages").render(choices=choices, title=edition.title.get(choices[0][0])).encode()
