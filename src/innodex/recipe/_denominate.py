"""The steps `denominate` and `transform`: indicators per head, per enterprise; logarithms."""

from __future__ import annotations

from collections.abc import Mapping

from innodex.recipe._spec import Spec

METHODS: Mapping[str, Spec] = {}
TRANSFORM: Mapping[str, Spec] = {}
