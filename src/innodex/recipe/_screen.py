"""The step `screen`: which units have figures enough to count."""

from __future__ import annotations

from collections.abc import Mapping

from innodex.recipe._spec import Spec

METHODS: Mapping[str, Spec] = {}
