"""Innodex: the whole life of a composite index, from a draft framework to an edition anyone can recompute.

The flow is one sentence: `build(framework, panel, recipe, territory=…) -> Result`, then an edition of it.

    folder = innodex.read_folder("my-index")
    result = innodex.build(folder.framework, folder.panel, folder.recipe, territory=folder.territory)
    innodex.publish(folder, out="edition")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from innodex.documents import Fault as Fault
    from innodex.documents import Faulty as Faulty
    from innodex.documents import Text as Text
    from innodex.edition import Audience as Audience
    from innodex.edition import Edition as Edition
    from innodex.edition import read as read_edition
    from innodex.formats import Checked as Checked
    from innodex.formats import Folder as Folder
    from innodex.formats import check_folder as check_folder
    from innodex.formats import read_folder as read_folder
    from innodex.formats import read_out as read_out
    from innodex.formats import write_out as write_out
    from innodex.framework import Framework as Framework
    from innodex.panel import Panel as Panel
    from innodex.publishing import publish as publish
    from innodex.publishing import verify as verify
    from innodex.recipe import Recipe as Recipe
    from innodex.result import Result as Result
    from innodex.result import bridge as bridge
    from innodex.result import build as build
    from innodex.result import compare_results as compare_results
    from innodex.result import trends as trends
    from innodex.territory import Territory as Territory

__version__ = "0.1.0"

# Name here -> room, and its name there. A room is loaded when one of its names is first asked for.
_OFFERS = {
    "build": ("result", "build"),
    "bridge": ("result", "bridge"),
    "compare_results": ("result", "compare_results"),
    "trends": ("result", "trends"),
    "check_folder": ("formats", "check_folder"),
    "read_folder": ("formats", "read_folder"),
    "write_out": ("formats", "write_out"),
    "read_out": ("formats", "read_out"),
    "publish": ("publishing", "publish"),
    "verify": ("publishing", "verify"),
    "read_edition": ("edition", "read"),
    "Audience": ("edition", "Audience"),
    "Checked": ("formats", "Checked"),
    "Edition": ("edition", "Edition"),
    "Fault": ("documents", "Fault"),
    "Faulty": ("documents", "Faulty"),
    "Folder": ("formats", "Folder"),
    "Framework": ("framework", "Framework"),
    "Panel": ("panel", "Panel"),
    "Recipe": ("recipe", "Recipe"),
    "Result": ("result", "Result"),
    "Territory": ("territory", "Territory"),
    "Text": ("documents", "Text"),
}

__all__ = [
    "Audience",
    "Checked",
    "Edition",
    "Fault",
    "Faulty",
    "Folder",
    "Framework",
    "Panel",
    "Recipe",
    "Result",
    "Territory",
    "Text",
    "__version__",
    "bridge",
    "build",
    "check_folder",
    "compare_results",
    "publish",
    "read_edition",
    "read_folder",
    "read_out",
    "trends",
    "verify",
    "write_out",
]


def __getattr__(name: str) -> object:
    if name not in _OFFERS:
        raise AttributeError(f"module 'innodex' has no attribute {name!r}")
    room, word = _OFFERS[name]
    found = getattr(import_module(f"innodex.{room}"), word)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_OFFERS})
