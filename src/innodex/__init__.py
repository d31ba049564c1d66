"""Innodex: the whole life of a composite index, from a draft framework to an edition anyone can recompute.

The flow is one sentence: `build(framework, panel, recipe, territory=…) -> Result`, then an edition of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"
