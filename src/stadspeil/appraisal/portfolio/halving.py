"""A nearer bound on all plans: halve the years in which a project may begin, and ask the linear relaxation of both halves.

A few large projects make most of the distance between the linear relaxation and plans: the relaxation does half of one,
spread over years. Whether such a project has begun by a year is settled first, so that a hundred linear questions bring the
bound further than HiGHS's own cuts do in minutes. No plan is lost: it is in one half or the other.
"""

from __future__ import annotations

import heapq
import math
import time
from dataclasses import dataclass, field

import numpy as np

from stadspeil.appraisal.portfolio.highs import Linear, Run
from stadspeil.appraisal.portfolio.problem import Bools, Floats, Ints
from stadspeil.appraisal.portfolio.rows import Rows

# Projects that are tried at a time; the one that brings the bound furthest is halved.
_TRIED = 6
# What a linear question costs before its first step, in steps.
_ASKING = 20
# A share of a project within this of 0 or 1 is rounding of the solver.
_WHOLE = 1e-6


@dataclass(order=True)
class _Part:
    """Some of the plans: those that start within `kept`, and do each of `must`. No plan among them is below `bound`."""

    bound: float
    number: int
    kept: Bools = field(compare=False)
    must: Bools = field(compare=False)
    columns: Floats = field(compare=False)


class Halving:
    """All plans in parts, the part of the least bound in front; goes on where it stopped."""

    def __init__(self, rows: Rows) -> None:
        self._linear = Linear(rows)
        projects = rows.starts[:, 0]
        self._of_project = [np.flatnonzero(projects == each) for each in range(rows.count)]
        # Of a question on the tail alone starts have no cost of their own; then the parts of projects decide.
        self._worth = np.array([np.abs(rows.cost[each]).max(initial=1.0) for each in self._of_project])
        # What halving a project brought so far, and how often it was tried.
        self._brought, self._tries = np.zeros(rows.count), np.zeros(rows.count)
        self._parts: list[_Part] = []
        # The best of all plans, once it is found.
        self.plan: Run | None = None
        self._made = 0
        self._add(rows.within.copy(), np.zeros(rows.count, dtype=bool))

    @property
    def floor(self) -> float:
        """No plan is below this (minimising)."""
        open_parts = self._parts[0].bound if self._parts else math.inf
        return min(open_parts, math.inf if self.plan is None else self.plan.value)

    @property
    def work(self) -> int:
        """Work so far, in steps of the simplex; a question costs some by itself."""
        return self._linear.steps + _ASKING * self._made

    def go_on(self, enough: float, work: float, until: float) -> None:
        """Halve until the floor is `enough`, for so much work more, or until a time as time.monotonic() tells."""
        last = self.work + work
        while (
            self._parts and self.plan is None and self.floor < enough and self.work < last and time.monotonic() < until
        ):
            part = heapq.heappop(self._parts)
            if not self._halve(part):
                # All projects are whole: this is a plan, and no part holds a better one.
                self.plan = Run("optimaal", part.columns, np.zeros(0), part.bound, part.bound)
                return

    def _halve(self, part: _Part) -> bool:
        chosen: tuple[float, list[_Part]] | None = None
        for project, years in self._split(part)[:_TRIED]:
            halves = self._halves(part, project, years)
            steps = [max(0.0, min(each.bound - part.bound, self._worth[project])) for each in halves]
            brought = math.prod(step + 1e-3 for step in steps)
            self._brought[project] += math.sqrt(brought)
            self._tries[project] += 1
            if chosen is None or brought > chosen[0]:
                chosen = brought, halves
        if chosen is None:
            return False
        for half in chosen[1]:
            if half.bound < math.inf:
                heapq.heappush(self._parts, half)
        return True

    def _split(self, part: _Part) -> list[tuple[int, Ints]]:
        """Projects done in part, most promising first, with the columns of starts up to the middle one."""
        found = []
        for project, columns in enumerate(self._of_project):
            begun = np.cumsum(part.columns[columns])
            shares = np.minimum(begun, 1.0 - begun)
            if not len(columns) or shares.max() <= _WHOLE:
                continue
            middle = int(np.argmax(shares))
            tries = self._tries[project]
            promise = self._brought[project] / tries if tries else shares[middle] * self._worth[project]
            found.append((promise, project, columns[: middle + 1]))
        found.sort(key=lambda each: (-each[0], each[1]))
        return [(project, columns) for _, project, columns in found]

    def _halves(self, part: _Part, project: int, early: Ints) -> list[_Part]:
        """The plans in which the project has begun by then, and those in which it has not."""
        begun, must = part.kept.copy(), part.must.copy()
        begun[np.setdiff1d(self._of_project[project], early)] = False
        must[project] = True
        later = part.kept.copy()
        later[early] = False
        return [self._part(begun, must, part), self._part(later, part.must, part)]

    def _part(self, kept: Bools, must: Bools, whole: _Part | None = None) -> _Part:
        value, columns = self._linear.ask(kept, must)
        self._made += 1
        return _Part(max(value, whole.bound if whole else -math.inf), self._made, kept, must, columns)

    def _add(self, kept: Bools, must: Bools) -> None:
        part = self._part(kept, must)
        if part.bound < math.inf:
            heapq.heappush(self._parts, part)
