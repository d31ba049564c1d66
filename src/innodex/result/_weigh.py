"""The step `weigh`: weights as given or found, and effective weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from innodex.documents import Fault, Word
from innodex.engine import aggregate, weigh
from innodex.framework import Framework
from innodex.recipe import PERIOD, POOLED, Aggregation, Recipe
from innodex.recipe._weigh import (
    OPTIMAL,
    Balance,
    Budget,
    Component,
    Critic,
    Entropy,
    Equal,
    Factors,
    Gini,
    Hierarchy,
)
from innodex.result._branches import leaves as leaves_under
from innodex.result._result import Floats, Report
from innodex.result._weigh_plan import judgements_of, method_of, path, points_of, reach, weighed
from innodex.result._work import Mask, Work

REPORT = "weights"
_HEAD = ("sample", "node", "table", "child", "part", "value")
Places = npt.NDArray[np.intp]
Row = tuple[str | float | int | None, ...]


def given(framework: Framework, recipe: Recipe, periods: int) -> Floats:
    """(P, N): the weights that the recipe writes as numbers."""
    row = np.array([recipe.weight_of(node.code) for node in framework.nodes])
    return np.repeat(row[None, :], periods, axis=0)


def local(work: Work, code: str, children: list[int], x: Floats) -> None:
    """Find the weights of the children of `code`, if its method asks for it, and put them in `work.weight`.

    Called on the way up, once the children's scores `x` (P, U, C) are known and before they are joined.
    """
    recipe, framework = work.recipe, work.framework
    if recipe.weigh is None and not recipe.weigh_at:
        return
    method = method_of(recipe, framework, code)
    if method is None or isinstance(method, OPTIMAL) or code in reach(recipe, framework):
        return
    codes = [framework.nodes[child].code for child in children]
    work.weight[:, children] = _Finder(work, code, codes, method).weights(x)


def branches(work: Work) -> None:
    """Find the weights of whole branches from the scores of their indicators, before anything is joined."""
    recipe, framework = work.recipe, work.framework
    for top in dict.fromkeys(reach(recipe, framework).values()):
        method = method_of(recipe, framework, top)
        if not isinstance(method, OPTIMAL):
            _branch(work, top, method)


def _branch(work: Work, top: str, method: Any) -> None:
    """Weights of all nodes below `top`: of indicators as found, of the others what theirs come to."""
    assert work.normalised is not None
    columns, at = list(leaves_under(work.framework, top)), work.position
    codes = [work.codes[column] for column in columns]
    leaves = [at[code] for code in codes]
    found = _Finder(work, top, codes, method).weights(work.normalised[:, :, columns])
    work.weight[:, leaves] = np.where(work.applicable[:, leaves], found, 0.0)
    for node in work.framework.below(top):
        children = [at[child.code] for child in work.framework.children(node.code)]
        if children and node.code != top:
            work.weight[:, at[node.code]] = work.weight[:, children].sum(axis=1)


class _Asked:
    """A node whose method finds weights for some nodes below it; keeps the report and says what cannot be."""

    def __init__(self, work: Work, node: str, codes: list[str], method: Any) -> None:
        self.work, self.node, self.codes, self.method = work, node, codes, method
        self.rows: list[Row] = []

    def samples(self) -> tuple[str, ...]:
        """What the samples are called: periods, or the one that all share."""
        return self.work.panel.periods if self.method.sample == PERIOD else (self.method.sample,)

    def usable(self, sample: Floats, x: Floats) -> tuple[Mask, Mask]:
        """(P or 1, C) each: the children with scores in each sample, and those whose scores vary in it.

        Says which are without spread where that is refused, and which a named sample does not know at all.
        """
        there: Mask = np.count_nonzero(~np.isnan(sample), axis=-2) > 0
        varied: Mask = there & weigh.varied(sample)
        if self.method.constant == "refuse":
            for at, child in zip(*np.nonzero(there & ~varied), strict=True):
                if there[at].sum() > 1:
                    self.fault("constant", self.samples()[at], self.codes[child])
        if self.method.sample not in (PERIOD, POOLED):
            for child in np.flatnonzero(~there[0] & ~np.isnan(x).all(axis=(0, 1))):
                self.fault("absent", self.samples()[0], self.codes[child])
        return there, varied

    def fault(self, reason: str, sample: str, *children: str) -> None:
        """No weights can be found, for this reason."""
        recipe = self.work.recipe
        place = self.node if self.node in recipe.weigh_at else ""
        values = {"found": self.node, "sample": sample, "child": ", ".join(children)}
        fault = Fault(
            "weights-not-found", recipe.file, recipe.lines.get(("weigh", place)), self.node,
            {**values, "reason": Word(f"faults.reason.weights-{reason}")},
        )  # fmt: skip
        if fault not in self.work.faults:
            self.work.faults.append(fault)

    def note(
        self, sample: str | None, table: str, values: Floats, where: Mask, part: str | int | None = None
    ) -> None:
        """A row of the report for each child."""
        for code, value, known in zip(self.codes, values.tolist(), where.tolist(), strict=True):
            if known:
                self.rows.append((sample, self.node, table, code, part, value))

    def table(
        self, name: str, table: str, values: Floats, usable: Mask, part: str | int | None = None
    ) -> None:
        """Rows of the usable children alone."""
        whole = np.zeros(usable.shape)
        whole[usable] = values
        self.note(name, table, whole, usable, part)

    def report(self) -> None:
        """Put the rows into the report, in place of those that this node left there before."""
        reports = self.work.reports
        before = next((one.rows for one in reports if one.name == REPORT), ())
        kept = tuple(row for row in before if row[1] != self.node)
        reports[:] = [one for one in reports if one.name != REPORT]
        reports.append(Report(REPORT, _HEAD, (*kept, *self.rows)))


class _Finder(_Asked):
    """Finds weights from what experts said, or from the scores of the nodes that are weighed."""

    def weights(self, x: Floats) -> Floats:
        """(P or 1, C), summing to 1; 0 where a child has no scores to go by. `x` is (P, U, C)."""
        match self.method:
            case Equal():
                return np.ones((1, len(self.codes)))
            case Budget():
                found = self._budget(self.method)[None]
            case Hierarchy():
                found = self._hierarchy(self.method)[None]
            case _:
                found = self._from_scores(x)
        self.report()
        return found

    def _budget(self, method: Budget) -> Floats:
        experts, points = points_of(method, tuple(self.codes))
        everyone = np.ones(len(self.codes), bool)
        found = np.ones(1)
        if len(self.codes) > 1:
            for expert, row in zip(experts, points, strict=True):
                self.note(None, "expert-weight", row / row.sum(), everyone, expert)
            found = weigh.budget(points, combine=method.combine)
        self.note(None, "weight", found, everyone)
        return found

    def _hierarchy(self, method: Hierarchy) -> Floats:
        experts, matrices = judgements_of(method, tuple(self.codes))
        everyone = np.ones(len(self.codes), bool)
        found = np.ones(1)
        if len(self.codes) > 1:
            ratios = weigh.consistency_ratio(matrices)
            geometric = method.priorities == "geometric"
            own = weigh.priorities(matrices, geometric=geometric)
            for expert, ratio, row in zip(experts, ratios.tolist(), own, strict=True):
                self.rows.append((None, self.node, "consistency-ratio", None, expert, ratio))
                self.note(None, "expert-weight", row, everyone, expert)
            heard = ratios <= method.limit if method.inconsistent == "leave-out" else ratios >= 0
            if method.combine == "priorities":
                found = weigh.budget(own[heard], combine="geometric")
            else:
                joined = weigh.joined_judgements(matrices[heard])
                together = float(weigh.consistency_ratio(joined))
                self.rows.append((None, self.node, "consistency-ratio", None, None, together))
                found = weigh.priorities(joined, geometric=geometric)
        self.note(None, "weight", found, everyone)
        return found

    def _from_scores(self, x: Floats) -> Floats:
        sample = self.work.sample(x, self.method.sample)
        there, usable = self.usable(sample, x)
        found = np.zeros(there.shape)
        for at, name in enumerate(self.samples()):
            if there[at].sum() == 1:  # one child alone needs no method
                found[at] = there[at]
            elif usable[at].any():
                found[at, usable[at]] = self._found(sample[at][:, usable[at]], usable[at], name)
            elif there[at].any():
                self.fault("flat", name, *np.array(self.codes)[there[at]])
            self.note(name, "weight", found[at] / (found[at].sum() or 1.0), there[at])
        return weigh.shares(found, there)

    def _found(self, x: Floats, usable: Mask, name: str) -> Floats:
        """(C): weights of the usable children from one sample (U, C), before rescaling."""
        nothing = np.zeros(x.shape[-1])
        match self.method:
            case Gini(reciprocal):
                if self._negative(x, usable, name):
                    return nothing
                self.table(name, "gini", weigh.gini(x), usable)
                return (weigh.gini_reciprocal if reciprocal else weigh.gini)(x)
            case Entropy():
                if self._negative(x, usable, name):
                    return nothing
                found = weigh.entropy(x)
                self.table(name, "entropy", 1.0 - found, usable)
                return found
            case Critic(spread, sd, _, missing):
                if x.shape[-1] == 1:  # with nobody to repeat, it is compared with none
                    return np.ones(1)
                if self._matrix(x, usable, name, correlation=True) is None:
                    return nothing
                ddof = 1 if sd == "sample" else 0
                found = weigh.critic(
                    x, rescale=spread == "rescaled", ddof=ddof, pairwise=missing == "pairwise"
                )
                if not found.any():
                    self.fault("same", name, *np.array(self.codes)[usable])
                return found
            case Component(matrix):
                moments = self._matrix(x, usable, name, correlation=matrix == "correlation")
                return nothing if moments is None else self._component(moments, usable, name)
            case Factors():
                moments = self._matrix(x, usable, name, correlation=True)
                return nothing if moments is None else self._factors(moments, usable, name)
        raise TypeError(self.method)

    def _matrix(self, x: Floats, usable: Mask, name: str, *, correlation: bool) -> Floats | None:
        """The covariances or correlations; None, with a fault, where there are not units enough for them."""
        found = weigh.moments(x, correlation=correlation, pairwise=self.method.missing == "pairwise")
        if np.isnan(found).any():
            worst = np.isnan(found).any(axis=-1)
            self.fault("few", name, *np.array(self.codes)[usable][worst])
            return None
        return found

    def _component(self, moments: Floats, usable: Mask, name: str) -> Floats:
        values, vectors = weigh.components(moments)
        self._spectrum(name, values, weigh.loadings(values, vectors), usable)
        found = weigh.first_component(moments)
        against = found < 0
        if against.any() and self.method.negative == "refuse":
            for code in np.array(self.codes)[usable][against]:
                self.fault("against", name, code)
        return np.abs(found) if self.method.negative == "absolute" else np.maximum(found, 0.0)

    def _factors(self, moments: Floats, usable: Mask, name: str) -> Floats:
        method = self.method
        values, vectors = weigh.components(moments)
        loads = weigh.loadings(values, vectors)
        self._spectrum(name, values, loads, usable)
        count = weigh.count_kept(
            values, number=method.number, least=method.eigenvalue, explained=method.explained
        )
        kept = loads[:, :count]
        if method.rotation != "none":
            kept = weigh.varimax(kept, kaiser=method.rotation == "varimax")
            for factor in range(count):
                self.table(name, "rotated-loading", kept[:, factor], usable, factor + 1)
        self.table(name, "communality", (kept**2).sum(axis=-1), usable)
        return weigh.factor_shares(kept)

    def _spectrum(self, name: str, values: Floats, loads: Floats, usable: Mask) -> None:
        """Eigenvalues, what they explain, and loadings."""
        explained = values / values.sum()
        for table, row in (("eigenvalue", values), ("explained", explained)):
            for at, value in enumerate(row.tolist(), start=1):
                self.rows.append((name, self.node, table, None, at, value))
        for at in range(values.size):
            self.table(name, "loading", loads[:, at], usable, at + 1)

    def _negative(self, x: Floats, usable: Mask, name: str) -> bool:
        """Say which children have scores below zero; True where there is one."""
        below = np.array(self.codes)[usable][np.fmin.reduce(x, axis=0) < 0]
        for code in below:
            self.fault("negative", name, code)
        return bool(below.size)


def optimise(work: Work) -> bool:
    """Find the weights that need the whole tree, once it was joined; True where they have changed.

    The tree is then joined again.
    """
    from innodex.result import _aggregate  # which calls this module on its way up

    recipe, framework = work.recipe, work.framework
    if not any(isinstance(method, OPTIMAL) for method in (recipe.weigh, *recipe.weigh_at.values())):
        return False
    ruled = reach(recipe, framework)
    changed = False
    for node in framework.below(framework.root.code):
        method = None if node.is_indicator else method_of(recipe, framework, node.code)
        if isinstance(method, OPTIMAL) and ruled.get(node.code, node.code) == node.code:
            if changed:  # what stands above looks at scores that the search below has moved
                _aggregate.apply(work)
            codes = list(weighed(recipe, framework, node.code))
            _Search(work, node.code, codes, method).settle()
            changed = True
    return changed


class _Search(_Asked):
    """Finds the weights under which correlations with a node are as the method wants them."""

    def settle(self) -> None:
        """Put the best weights of the nodes that are weighed into `work.weight`."""
        assert self.work.score is not None
        elements = [self.work.position[code] for code in self.codes]
        x = self.work.score[:, :, elements]
        there, usable = self.usable(self.work.sample(x, self.method.sample), x)
        found = np.where(self._alone(there), 1.0, 0.0)
        for at, name in enumerate(self.samples()):
            where = slice(None) if self.method.sample != PERIOD else slice(at, at + 1)
            self.work.weight[where, elements] = found[at]
            if usable[at].any() and not self.work.faults:
                best = self._best(at, name, usable[at])
                found[at] = np.where(usable[at], best, found[at])
            for codes in self._flat(there[at], usable[at]):
                self.fault("flat", name, *codes)
        self.work.weight[:, elements] = found
        self.report()

    def _parents(self) -> list[str]:
        return [str(self.work.framework.by_code[code].parent) for code in self.codes]

    def _alone(self, there: Mask) -> Mask:
        """Where a node is the only one of its parent with scores: its weight is no question."""
        same = np.equal.outer(self._parents(), self._parents())
        alone: Mask = there & (there @ same.astype(int) == 1)
        return alone

    def _flat(self, there: Mask, usable: Mask) -> Iterator[list[str]]:
        """The children of each parent that has several with scores, on all of which units agree."""
        for parent in dict.fromkeys(self._parents()):
            own = [at for at, one in enumerate(self._parents()) if one == parent and there[at]]
            if len(own) > 1 and not usable[own].any():
                yield [self.codes[at] for at in own]

    def _best(self, at: int, name: str, usable: Mask) -> Floats:
        """(C): the weights for one sample; each parent's sum to 1."""
        places = np.array([self.work.position[code] for code in self.codes])[usable]
        parents = np.array(self._parents())[usable]
        groups = np.unique(parents, return_inverse=True)[1]
        tree = _Tree(self.work, self.node, places, self._rows(at))
        x = tree.children()
        target = self._target(at)[usable] if isinstance(self.method, Balance) else np.ones(usable.sum())
        bounds = {"groups": groups, "low": self.method.low, "high": self.method.high}
        if isinstance(self.method, Balance):
            best = weigh.balance(x, tree.scores, target=target, **bounds)
            self.table(name, "target", target / target.sum(), usable)
        else:
            best = weigh.information(x, tree.scores, **bounds)
        reached = weigh.correlations(x, tree.scores(best[None])[0])
        if np.isnan(reached).any():
            self.fault("few", name, *np.array(self.codes)[usable][np.isnan(reached)])
        self.table(name, "correlation", reached, usable)
        self.table(name, "weight", best, usable)
        whole = np.zeros(usable.shape)
        whole[usable] = best
        return whole

    def _rows(self, at: int) -> tuple[Places, Places]:
        """The periods and the units of a sample's rows."""
        included = self.work.included
        if self.method.sample == POOLED:
            periods, units = np.nonzero(included)
            return periods, units
        period = at if self.method.sample == PERIOD else self.work.panel.periods.index(self.method.sample)
        (units,) = np.nonzero(included[period])
        return np.full(units.shape, period), units

    def _target(self, at: int) -> Floats:
        """(C): how much each node is meant to matter: the same, or as written weights come out at the top."""
        if self.method.target == "equal":
            return np.ones(len(self.codes))
        work = self.work
        written = given(work.framework, work.recipe, len(work.panel.periods))
        effective = shares(work.framework, work.recipe, written, work.applicable)[1]
        own = effective[:, [work.position[code] for code in self.codes]]
        found: Floats = own[at] if self.method.sample == PERIOD else own.mean(axis=0)
        return found


class _Tree:
    """The scores of a node under trial weights of some nodes below it, all others staying as they are."""

    def __init__(self, work: Work, top: str, places: Places, rows: tuple[Places, Places]) -> None:
        assert work.score is not None
        framework, at = work.framework, work.position
        self.work, self.top, self.places = work, at[top], places
        codes = tuple(framework.nodes[place].code for place in places)
        self.steps = [
            (code, at[code], [at[child.code] for child in framework.children(code)])
            for code in path(framework, top, codes)
        ]
        used = sorted({place for _, _, children in self.steps for place in children})
        self.periods = rows[0] if np.ptp(rows[0]) else rows[0][:1]
        figures = work.score[:, :, used][rows]
        self.still = dict(zip(used, self._brief(figures, used).T, strict=True))

    def _brief(self, figures: Floats, used: list[int]) -> Floats:
        """Few rows with the same correlations as (row, used), where scores are plain means without gaps.

        What is linear in the children has its correlations from their covariances alone, and these are the
        same of the triangle R of X = QR; with −R beneath it, every mean is zero.
        """
        gaps = np.isnan(figures)
        policies = (self.work.recipe.aggregation(code) for code, _, _ in self.steps)
        plain = all(type(one) is Aggregation and one.method == "arithmetic" for one in policies)
        periods = np.unique(self.periods)
        weight, asked = self.work.weight[periods][:, used], self.work.applicable[periods][:, used]
        steady = (weight == weight[0]).all() and (asked == asked[0]).all() and (gaps == gaps[0]).all()
        if not (plain and steady and len(figures) > 2 * len(used)):
            return figures
        whole = figures[:, ~gaps[0]]
        triangle: Floats = np.asarray(np.linalg.qr(whole - whole.mean(axis=0), mode="r"))
        brief = np.full((2 * len(triangle), len(used)), np.nan)
        brief[:, ~gaps[0]] = np.concatenate([triangle, -triangle])
        self.periods = self.periods[:1]
        return brief

    def children(self) -> Floats:
        """(row, place): the scores of the nodes that are weighed."""
        return np.stack([self.still[place] for place in self.places], axis=-1)

    def scores(self, trials: Floats) -> Floats:
        """(trial, row): the node's scores under trial weights (trial, place)."""
        from innodex.result import _aggregate

        weight = np.repeat(self.work.weight[self.periods][None], len(trials), axis=0)
        weight[:, :, self.places] = trials[:, None, :]
        moved: dict[int, Floats] = {}
        for code, place, children in self.steps:
            columns = [moved.get(child, self.still[child][None]) for child in children]
            x = np.stack(np.broadcast_arrays(*columns), axis=-1)
            asked = self.work.applicable[self.periods][:, children]
            policy = self.work.recipe.aggregation(code)
            least = 1.0 if policy.missing == "all" else policy.minimum_share
            found = aggregate.enough(x, asked, minimum_share=least)
            moved[place] = np.where(found, _aggregate._mean(policy, x, weight[:, :, children], asked), np.nan)
        return np.broadcast_to(moved[self.top], (len(trials), moved[self.top].shape[-1]))


def shares(framework: Framework, recipe: Recipe, weight: Floats, applicable: Mask) -> tuple[Floats, Floats]:
    """(P, N) each: the share within the parent, and the effective weight up to the root."""
    at = {node.code: position for position, node in enumerate(framework.nodes)}
    share = np.zeros(applicable.shape)
    # Parents with as many children go together.
    alike: dict[tuple[int, bool], list[list[int]]] = {}
    for node in framework.nodes:
        if children := [at[child.code] for child in framework.children(node.code)]:
            summed = recipe.aggregation(node.code).method == "sum"
            alike.setdefault((len(children), summed), []).append(children)
    for (_, summed), families in alike.items():
        weights = np.ones((len(weight), *np.shape(families))) if summed else weight[:, families]
        share[:, families] = weigh.shares(weights, applicable[:, families])
    root = at[framework.root.code]
    share[:, root] = applicable[:, root]
    effective = share.copy()
    for places, parents in _by_depth(framework, at):
        effective[:, places] *= effective[:, parents]
    return share, effective


def _by_depth(framework: Framework, at: Mapping[str, int]) -> Iterator[tuple[list[int], list[int]]]:
    """(places of nodes, places of their parents), from just below the root down."""
    level = [framework.root]
    while level := [child for node in level for child in framework.children(node.code)]:
        yield [at[node.code] for node in level], [at[node.parent or ""] for node in level]
