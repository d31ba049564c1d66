"""The step `derive`: nodes that a formula makes of other nodes and of series."""

from __future__ import annotations

from collections.abc import Mapping

from innodex.recipe._spec import Spec

# The one way of writing a derived node; its `make` takes the code of the node and its policies.
METHODS: Mapping[str, Spec] = {}
