"""The step `treat`: what is done about outliers."""

from __future__ import annotations

from collections.abc import Mapping

from innodex.recipe._spec import Spec

METHODS: Mapping[str, Spec] = {}
