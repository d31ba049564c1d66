"""Why a unit that has figures is not ranked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from innodex.recipe import Availability, Coverage, NonZero, Prepare
from innodex.result import Floats, availability
from innodex.website._sentences import share
from innodex.website._view import View
from innodex.website._words import Words


class Reasons:
    """The rules of the recipe that units fail, in the words of one language."""

    def __init__(self, words: Words, view: View) -> None:
        self.words, self.view = words, view
        steps = list(view.edition.recipe.prepare)
        self.steps = [(at, step) for at, step in enumerate(steps) if step.step == "screen" and step.default]
        self.shares = [self._shares(at, step) for at, step in self.steps]

    def _shares(self, at: int, step: Prepare) -> Floats | None:
        """(U, N): the shares of figures that a rule has looked at, in the period of the pages."""
        count = getattr(step.default, "count", None)
        if count is None:
            return None
        after = self.view.edition.recipe.prepare[at + 1 :]
        if count == "present" and any(one.step == "impute" for one in after):
            count = "figures"  # what is filled in later was not there yet
        shares: Floats = availability(self.view.edition.framework, self.view.edition.result, count=count)[
            self.view.p
        ]
        return shares

    def of(self, u: int) -> str:
        """Why one unit is set aside, as the end of a sentence."""
        found = [
            said
            for (_, step), shares in zip(self.steps, self.shares, strict=True)
            for said in self._failed(step.default, shares, u)
        ]
        return "; ".join(found) or self.words.t("site.screened.other")

    def _failed(self, method: Any, shares: Floats | None, u: int) -> Iterator[str]:
        unit = self.view.units[u]
        if unit in method.drop:
            yield self.words.t("site.screened.drop")
        elif unit in method.keep:
            return
        elif isinstance(method, NonZero):
            yield self.words.t("site.screened.nonzero", minimum=share(self.words, method.minimum))
        elif isinstance(method, Availability) and shares is not None:
            yield from self._too_few(method.minimum, method.under, shares, u)
        elif isinstance(method, Coverage) and shares is not None:
            yield from self._too_few(method.minimum, method.parts, shares, u)
            yield from self._no_groups(method, shares, u)

    def _codes(self, words: Sequence[str]) -> list[str]:
        """Nodes by code, or all nodes of a level."""
        framework = self.view.edition.framework
        found: dict[str, None] = {}
        for word in words:
            level = [node.code for node in framework.nodes if node.level == word]
            found.update(dict.fromkeys([word] if word in framework.by_code else level))
        return list(found)

    def _too_few(self, minimum: float, parts: Sequence[str], shares: Floats, u: int) -> Iterator[str]:
        root = self.view.edition.framework.root.code
        at = self.view.edition.result.node_at
        for code in self._codes(parts) or [root]:
            own = float(shares[u, at[code]])
            if own < minimum:
                said = {"share": self.words.percent(own), "minimum": share(self.words, minimum)}
                if code == root:
                    yield self.words.t("site.screened.share", **said)
                else:
                    yield self.words.t("site.screened.share-of", label=self.words.label(code), **said)

    def _no_groups(self, method: Coverage, shares: Floats, u: int) -> Iterator[str]:
        framework, at = self.view.edition.framework, self.view.edition.result.node_at
        for code in self._codes(method.pillars):
            own = [float(shares[u, at[child.code]]) for child in framework.children(code)]
            asked = [one for one in own if not math.isnan(one)]
            there = sum(one > 0 and one >= method.computable for one in asked)
            if there < min(method.groups, len(asked)):
                label = self.words.label(code)
                yield self.words.t("site.screened.groups", number=there, label=label)
