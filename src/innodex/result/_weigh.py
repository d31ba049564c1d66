"""The step `weigh`: weights as given or found, and effective weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from innodex.documents import Fault, Word
from innodex.engine import weigh
from innodex.framework import Framework
from innodex.recipe import PERIOD, POOLED, Recipe
from innodex.recipe._weigh import CHILDREN, INDICATORS, Equal, Gini
from innodex.result._result import Floats, Report
from innodex.result._work import Mask, Work

REPORT = "weights"
_HEAD = ("sample", "node", "table", "child", "component", "value")
Row = tuple[str | float | int | None, ...]


def given(framework: Framework, recipe: Recipe, periods: int) -> Floats:
    """(P, N): the weights that the recipe writes as numbers."""
    row = np.array([recipe.weight_of(node.code) for node in framework.nodes])
    return np.repeat(row[None, :], periods, axis=0)


def method_of(recipe: Recipe, framework: Framework, code: str) -> Any:
    """How the weights below `code` are found; None: as given.

    A default that reaches further down than the children speaks of the top of the tree alone.
    """
    if code in recipe.weigh_at:
        return recipe.weigh_at[code]
    wide = getattr(recipe.weigh, "over", CHILDREN) != CHILDREN
    return None if wide and code != framework.root.code else recipe.weigh


def governor(recipe: Recipe, framework: Framework, code: str) -> str | None:
    """The node at or above `code` whose method weighs all indicators below it; None where there is none."""
    for node in (framework.by_code[code], *framework.ancestors(code)):
        if getattr(method_of(recipe, framework, node.code), "over", CHILDREN) == INDICATORS:
            return node.code
    return None


def local(work: Work, code: str, children: list[int], x: Floats) -> None:
    """Find the weights of the children of `code`, if its method asks for it, and put them in `work.weight`.

    Called on the way up, once the children's scores `x` (P, U, C) are known and before they are joined.
    """
    recipe, framework = work.recipe, work.framework
    if recipe.weigh is None and not recipe.weigh_at:
        return
    top = governor(recipe, framework, code)
    if top is not None:
        # The first parent on the way up brings the weights of the whole branch.
        if code == next(node.code for node in framework.below(top) if not node.is_indicator):
            _branch(work, top)
        return
    method = method_of(recipe, framework, code)
    if method is not None:
        codes = [framework.nodes[child].code for child in children]
        work.weight[:, children] = _Finder(work, code, codes, method).weights(x)


def _branch(work: Work, top: str) -> None:
    """Weights of all nodes below `top`: of indicators as found, of the others what theirs come to."""
    assert work.normalised is not None
    columns, at = work.columns(top), work.position
    codes = [work.codes[column] for column in columns]
    method = method_of(work.recipe, work.framework, top)
    leaves = [at[code] for code in codes]
    found = _Finder(work, top, codes, method).weights(work.normalised[:, :, columns])
    work.weight[:, leaves] = np.where(work.applicable[:, leaves], found, 0.0)
    for node in work.framework.below(top):
        children = [at[child.code] for child in work.framework.children(node.code)]
        if children and node.code != top:
            work.weight[:, at[node.code]] = work.weight[:, children].sum(axis=1)


class _Finder:
    """Finds the weights of some children of a node (or of the indicators below it) from their scores."""

    def __init__(self, work: Work, node: str, codes: list[str], method: Any) -> None:
        self.work, self.node, self.codes, self.method = work, node, codes, method
        self.rows: list[Row] = []

    def weights(self, x: Floats) -> Floats:
        """(P or 1, C), summing to 1; 0 where a child has no scores to go by."""
        if isinstance(self.method, Equal):
            return np.ones((1, len(self.codes)))
        sample = self.work.sample(x, self.method.sample)
        there: Mask = np.count_nonzero(~np.isnan(sample), axis=-2) > 0
        usable: Mask = there & weigh.varied(sample)
        self._check(x, there, usable)
        found = np.zeros(there.shape)
        for at, name in enumerate(self._samples(sample.shape[0])):
            if there[at].sum() == 1:  # one child alone needs no method
                found[at] = there[at]
            elif usable[at].any():
                found[at] = self._found(sample[at], usable[at], name)
            elif there[at].any():
                self._fault("flat", name, ", ".join(np.array(self.codes)[there[at]]))
            self._note(name, "weight", found[at] / (found[at].sum() or 1.0), there[at])
        self._report()
        return weigh.shares(found, there)

    def _samples(self, count: int) -> tuple[str, ...]:
        """What the samples are called: periods, or the one that all share."""
        return self.work.panel.periods if self.method.sample == PERIOD else (self.method.sample,) * count

    def _found(self, x: Floats, usable: Mask, name: str) -> Floats:
        """(C): weights from one sample (U, C), before rescaling; 0 for a child that is not usable."""
        found = np.zeros(len(self.codes))
        match self.method:
            case Gini(reciprocal):
                if self._negative(x, usable, name):
                    return found
                self._note(name, "gini", weigh.gini(x), usable)
                found[usable] = (weigh.gini_reciprocal if reciprocal else weigh.gini)(x)[usable]
        return found

    def _negative(self, x: Floats, usable: Mask, name: str) -> bool:
        """Say which children have scores below zero; True where there is one."""
        below = usable & (np.fmin.reduce(x, axis=0) < 0)
        for at in np.flatnonzero(below):
            self._fault("negative", name, self.codes[at])
        return bool(below.any())

    def _check(self, x: Floats, there: Mask, usable: Mask) -> None:
        """Children without spread, where that is refused; and such as the sample does not know at all."""
        names = self._samples(there.shape[0])
        if self.method.constant == "refuse":
            for at, child in zip(*np.nonzero(there & ~usable), strict=True):
                if there[at].sum() > 1:
                    self._fault("constant", names[at], self.codes[child])
        if self.method.sample not in (PERIOD, POOLED):
            for child in np.flatnonzero(~there[0] & ~np.isnan(x).all(axis=(0, 1))):
                self._fault("absent", names[0], self.codes[child])

    def _fault(self, reason: str, sample: str, child: str) -> None:
        recipe = self.work.recipe
        place = self.node if self.node in recipe.weigh_at else ""
        values = {"found": self.node, "sample": sample, "child": child}
        fault = Fault(
            "weights-not-found", recipe.file, recipe.lines.get(("weigh", place)), self.node,
            {**values, "reason": Word(f"faults.reason.weights-{reason}")},
        )  # fmt: skip
        if fault not in self.work.faults:
            self.work.faults.append(fault)

    def _note(self, sample: str, table: str, values: Floats, where: Mask) -> None:
        """A row of the report for each child."""
        for code, value, known in zip(self.codes, values.tolist(), where.tolist(), strict=True):
            if known:
                self.rows.append((sample, self.node, table, code, None, value))

    def _report(self) -> None:
        """Put the rows into the report, in place of those that this node left there before."""
        reports = self.work.reports
        before = next((one.rows for one in reports if one.name == REPORT), ())
        kept = tuple(row for row in before if row[1] != self.node)
        reports[:] = [one for one in reports if one.name != REPORT]
        reports.append(Report(REPORT, _HEAD, (*kept, *self.rows)))


def optimise(work: Work) -> bool:
    """Find the weights that need the whole tree, once it was joined; True where they have changed.

    The tree is then joined again.
    """
    return False


def shares(framework: Framework, recipe: Recipe, weight: Floats, applicable: Mask) -> tuple[Floats, Floats]:
    """(P, N) each: the share within the parent, and the effective weight up to the root."""
    at = {node.code: position for position, node in enumerate(framework.nodes)}
    share, effective = np.zeros(applicable.shape), np.zeros(applicable.shape)
    root = at[framework.root.code]
    share[:, root] = effective[:, root] = applicable[:, root]
    for node in reversed(list(framework.below(framework.root.code))):
        children = [at[child.code] for child in framework.children(node.code)]
        if children:
            summed = recipe.aggregation(node.code).method == "sum"
            weights = np.ones(weight[:, children].shape) if summed else weight[:, children]
            share[:, children] = weigh.shares(weights, applicable[:, children])
            effective[:, children] = share[:, children] * effective[:, [at[node.code]]]
    return share, effective
