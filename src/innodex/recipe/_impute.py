"""The step `impute`: what stands in for a missing figure."""

from __future__ import annotations

from collections.abc import Mapping

from innodex.recipe._spec import Spec

METHODS: Mapping[str, Spec] = {}
