"""A good plan to begin with: projects put in by the prices of the linear relaxation, then a part taken out and put back.

Ruin and recreate (Schrimpf e.a. 2000): some projects of the plan are taken out, all that is out is put back in a slightly
shaken order, and the better plan stays. A count of turns ends it and not a clock, so that it gives the same each time.
"""

from __future__ import annotations

import numpy as np

from stadspeil.appraisal.portfolio.problem import CENT, NOT_STARTED, Bools, Floats, Ints, Problem

SEED = 2026
TURNS = 400
OUT = 0.12


class Placing:
    """A plan under way, with what it leaves: projects go in and out one at a time.

    Shape:   over F x T is what is left in each purse if later years add nothing, room T the people that are left.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.starts: Ints = np.full(len(problem.projects), NOT_STARTED, dtype=np.int64)
        self.over: Floats = np.cumsum(problem.budgets, axis=1)
        self.over[~problem.carries] = problem.budgets[~problem.carries]
        self.room: Floats = problem.capacity.astype(np.float64)
        self.drawn = np.cumsum(problem.costs, axis=3)
        self.drawn[:, ~problem.carries] = problem.costs[:, ~problem.carries]
        self.totals = np.zeros(len(problem.rules))
        self.before: dict[int, list[tuple[int, int]]] = {}
        self.behind: dict[int, list[int]] = {}
        for bond in problem.after:
            self.before.setdefault(bond.later, []).append((bond.sooner, bond.lag))
            self.behind.setdefault(bond.sooner, []).append(bond.later)
        self.rivals: dict[int, set[int]] = {}
        for members in problem.groups.values():
            for row in members:
                self.rivals.setdefault(row, set()).update(set(members) - {row})

    def free(self, row: int) -> Bools:
        """T: years in which a project that is out can start. Least sums of rules are not looked at."""
        problem = self.problem
        free: Bools = problem.allowed[row].copy()
        for sooner, lag in self.before.get(row, ()):
            if self.starts[sooner] < 0:
                free[:] = False
            else:
                free[: self.starts[sooner] + lag] = False
        if any(self.starts[each] >= 0 for each in self.rivals.get(row, ())):
            free[:] = False
        if not free.any():
            return free
        free &= (self.over[:, None, :] - self.drawn[row] >= -CENT / 2).all(axis=(0, 2))
        free &= (problem.staff[row] <= self.room + 1e-9).all(axis=1)
        for total, rule in zip(self.totals, problem.rules, strict=True):
            free &= total + rule.weights[row] <= rule.high + 1e-9
        return free

    def put(self, row: int, year: int) -> None:
        """Start a project in a year."""
        self._move(row, year, 1.0)
        self.starts[row] = year

    def take(self, row: int) -> list[int]:
        """Take a project out, and whatever waits for it; all that went."""
        gone = [row]
        for later in self.behind.get(row, ()):
            if self.starts[later] >= 0:
                gone += self.take(later)
        self._move(row, int(self.starts[row]), -1.0)
        self.starts[row] = NOT_STARTED
        return gone

    def _move(self, row: int, year: int, sign: float) -> None:
        self.over -= sign * self.drawn[row, :, year, :]
        self.room = self.room - sign * self.problem.staff[row, year]
        for number, rule in enumerate(self.problem.rules):
            self.totals[number] += sign * float(rule.weights[row, year])


def guided(problem: Problem, prices: Floats, rng: np.random.Generator | None = None, turns: int = TURNS) -> Ints:
    """Years of start of a plan that keeps all limits but least sums (floors) and, where they do not fit, musts.

    Shape:   prices P x T, reduced costs of the relaxation in any unit (low is good), inf where not allowed.
    """
    rng = rng or np.random.default_rng(SEED)
    plan = Placing(problem)
    cheapest = np.where(np.isfinite(prices), prices, np.inf).min(axis=1)
    spread = float(np.std(cheapest[np.isfinite(cheapest)])) if np.isfinite(cheapest).any() else 0.0
    _fill(plan, prices, np.argsort(np.where(problem.must, -np.inf, cheapest), kind="stable"))
    best, worth = plan.starts.copy(), problem.worth_of(plan.starts)
    size = max(2, round(OUT * len(problem.projects)))
    for _ in range(turns):
        inside = np.flatnonzero(plan.starts >= 0)
        if not len(inside):
            break
        kept = plan.starts.copy()
        # Half of the time neighbours in time go out: what follows can then move forward.
        if rng.random() < 0.5:
            year = kept[rng.choice(inside)]
            nearest = np.abs(kept[inside] - year) + rng.random(len(inside))
            chosen = inside[np.argsort(nearest)[:size]]
        else:
            chosen = rng.choice(inside, size=min(size, len(inside)), replace=False)
        for row in chosen:
            if plan.starts[row] >= 0:
                plan.take(int(row))
        shaken = np.where(problem.must, -np.inf, cheapest + spread * 0.3 * rng.normal(size=len(cheapest)))
        _fill(plan, prices, np.argsort(shaken, kind="stable"))
        reached = problem.worth_of(plan.starts)
        if reached > worth:
            best, worth = plan.starts.copy(), reached
        else:
            _restore(plan, kept)
    return best


def _fill(plan: Placing, prices: Floats, order: Ints) -> None:
    """Put in all that is out and fits, in an order, each in the year of least price; twice, for what waits for another."""
    problem = plan.problem
    for _ in range(2 if problem.after else 1):
        for row in order:
            if plan.starts[row] >= 0:
                continue
            free = plan.free(int(row))
            if not problem.must[row]:
                free &= problem.value[row] > 0
            if free.any():
                plan.put(int(row), int(np.argmin(np.where(free, prices[row], np.inf))))


def _restore(plan: Placing, starts: Ints) -> None:
    for row in np.flatnonzero((plan.starts != starts) & (plan.starts >= 0)):
        if plan.starts[row] >= 0:
            plan.take(int(row))
    for row in np.flatnonzero((plan.starts != starts) & (starts >= 0)):
        plan.put(int(row), int(starts[row]))
