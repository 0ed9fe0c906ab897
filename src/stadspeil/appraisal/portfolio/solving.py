"""The best plan, and how far it can be from the best: kernel search on HiGHS with a certified gap.

The linear relaxation gives a bound and a price for every column (project, year). Few columns can be in a good plan: those
with a small price. They make the kernel, and the whole-number question is asked of the kernel alone. A plan that uses a
column outside is worth at most the bound less the price of that column; so the bound on all plans is the larger of the
kernel's own bound and that of the cheapest column left out.

Of many columns a plan comes by annealing (annealing.py), which is often near enough to the linear bound by itself; then no
kernel is asked. Where the plan is not near enough, all plans are halved time and again by whether a large project has begun
by a year, for the bound (halving.py), while the plan is improved beside it: by annealing, or a part at a time where plans
are worth something else than their starts tell (polishing.py).
"""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from stadspeil.appraisal.portfolio.annealing import BESIDE, Annealing
from stadspeil.appraisal.portfolio.conflicts import refuse_impossible
from stadspeil.appraisal.portfolio.halving import Halving
from stadspeil.appraisal.portfolio.highs import Run, run_highs
from stadspeil.appraisal.portfolio.polishing import improved
from stadspeil.appraisal.portfolio.problem import Bools, Floats, Ints, Problem, broken
from stadspeil.appraisal.portfolio.ranking import greedy
from stadspeil.appraisal.portfolio.rows import Rows, rows_of
from stadspeil.errors import ContractError, QuestionError

Status = Literal["bewezen best", "binnen de marge", "tijd op"]
KERNEL = 3
# Per project at least so many years stay in the kernel, or a must could lose all of its years.
FEWEST = 2
PROVEN = 1e-6
# Steps of the simplex that a usual core does in a second. Rounds end by steps, so that the same agenda gives the same plan
# on a machine half as fast; the clock stops after SLOWER times the seconds asked.
PACE, SLOWER = 4500.0, 2.0
# What a round may take of the work that is left: none may take that of the next, which begins from its plan.
_SHARE = 0.3
# Annealing before anything else: the work at most, and times.
_ANNEALED, _RUNS = 0.1, 2
# The work of the first halving, and so many columns HiGHS answers at once; then rounds of plan and bound by turns.
_FIRST, _FEW, _ROUNDS, _TURN = 0.08, 500, 8, 0.3
# Steps that the first node of a question takes per column, and each after it.
_ROOT, _NODE = 60.0, 0.75


@dataclass(frozen=True)
class Solved:
    """A plan and its certificate.

    starts  per project the year of start in the horizon, NOT_STARTED where it is not done
    value   what is maximised     bound  no plan is worth more     linear  the bound of the linear relaxation alone
    columns pairs of project and year, and kernel: how many of them the last round looked at
    extra   values of the other columns, as a robust question has them
    """

    starts: Ints
    value: float
    bound: float
    linear: float
    status: Status
    kernel: int
    columns: int
    extra: Floats

    @property
    def gap(self) -> float:
        """Certified: the best plan is worth at most (1 + gap) times this one, as a share of this one's value."""
        room = max(0.0, self.bound - self.value)
        return room / abs(self.value) if abs(self.value) > 1e-9 else (0.0 if room < 1e-6 else float("inf"))


@dataclass(frozen=True)
class Effort:
    """How hard to look: the gap that is good enough, what a usual core does in so many seconds, and columns per project in
    the first kernel."""

    gap: float = 0.01
    seconds: float = 60.0
    kernel: int = KERNEL

    @property
    def work(self) -> float:
        """The same in steps of the simplex."""
        return PACE * self.seconds

    @property
    def until(self) -> float:
        """When the clock stops, as time.monotonic() tells, from now."""
        return time.monotonic() + SLOWER * self.seconds


def solve(problem: Problem, effort: Effort | None = None) -> Solved:
    """The plan of most value within all limits, with its certified gap.

    Where projects touch, the plan that is best without what pairs lose comes first: with it taken off, no plan that is told
    is worth less, and the bound without losses holds for all.
    Raises:  QuestionError where no plan keeps all limits, naming the smallest set that conflicts, or where time was up
             before any was found.
    """
    effort = effort or Effort()
    found = _touching(problem, effort) if problem.losses else _solved(problem, effort)
    if found is None:
        refuse_impossible(rows_of(problem))
        raise _too_short()
    wrong = broken(problem, found.starts)
    if wrong:
        raise ContractError(
            "de agenda", wrong, "de oplosser houdt zich niet aan een grens; meld dit met de agenda erbij"
        )
    return found


def _solved(problem: Problem, effort: Effort, plan: Ints | None = None) -> Solved | None:
    """The search from a plan that is kept in sight, or from that of ranking."""
    rows, ranked = rows_of(problem), greedy(problem) if plan is None else plan
    guess = None if broken(problem, ranked) else rows.columns_of(ranked)
    return solve_rows(rows, effort, guess, hold=plan is not None, problem=problem)


def _touching(problem: Problem, effort: Effort) -> Solved | None:
    """First without what pairs lose, then from that plan with it; the better of the two plans and bounds."""
    rest = replace(effort, seconds=(1.0 - _SHARE) * effort.seconds)
    blind = _solved(replace(problem, losses=()), replace(effort, seconds=_SHARE * effort.seconds))
    if blind is None:
        return _solved(problem, rest)
    first = replace(blind, value=problem.worth_of(blind.starts))
    if first.gap <= effort.gap:
        return replace(first, status=_status(first.gap, effort))
    found = _solved(problem, rest, blind.starts)
    if found is None:
        return replace(first, status="tijd op")
    best = replace(found if found.value >= first.value else first, bound=min(found.bound, blind.bound))
    return replace(best, status=_status(best.gap, effort), linear=found.linear, kernel=found.kernel)


def solve_rows(
    rows: Rows, effort: Effort, guess: Floats | None = None, hold: bool = False, problem: Problem | None = None
) -> Solved | None:
    """The same on rows, for questions with columns of their own; None where nothing was found.

    `hold`: the columns of the guess are in every kernel, so that no plan that is found is worth less. `problem`: what the
    rows are of, where a plan is worth no more and no less than its starts tell.
    """
    until = effort.until
    relaxed = run_highs(rows, whole=False, kept=rows.within, seconds=SLOWER * effort.seconds)
    if not relaxed.found:
        return None
    # What is not within limits by itself has no price: it can be in no plan.
    relaxed = replace(relaxed, prices=np.where(rows.within, relaxed.prices[: len(rows.starts)], np.inf))
    search = _Search(rows, relaxed, effort, until, guess)
    if hold and guess is not None:
        search.held = guess[: len(rows.starts)] > 0.5
    if problem is not None:
        search.annealing = Annealing(problem, rows, relaxed)
    if rows.within.sum() > _FEW:
        search.anneal(_ANNEALED)
    if search.best is None:
        search.grow()
        search.anneal(_ANNEALED)
    if search.best is None:
        return None
    search.halve(_FIRST)
    if not search.is_over and search.useful().sum() <= _FEW:
        search.look(search.useful(), _SHARE)
    for _ in range(_ROUNDS):
        if not search.is_over:
            search.improve_and_halve(_TURN)
    if not search.is_over:
        search.finish()
    return _told(rows, search.best, search.floor, relaxed, search.kernel, effort)


class _Search:
    """The best plan so far and the bound on all plans, while there is work left and time."""

    def __init__(self, rows: Rows, relaxed: Run, effort: Effort, until: float, guess: Floats | None) -> None:
        self._rows, self._relaxed, self._effort, self._until = rows, relaxed, effort, until
        self._guess = guess
        # Steps of the simplex that are left, and rounds of polishing so far.
        self._left, self._turns = effort.work - relaxed.steps, 0
        self.best: Run | None = None
        self.held: Bools = np.zeros(len(rows.starts), dtype=bool)
        self._halving: Halving | None = None
        self.annealing: Annealing | None = None
        # A better bound than the linear one may come from any round; it stays.
        self.floor, self.kernel = relaxed.bound, 0

    @property
    def is_late(self) -> bool:
        """Whether the work is done, or time is up."""
        return self._left <= 0 or time.monotonic() >= self._until

    @property
    def is_over(self) -> bool:
        """Whether the gap is what was asked, the work is done, or time is up."""
        return self._is_certified() or self.is_late

    def useful(self) -> Bools:
        """The columns that a plan better than the best so far can use."""
        return np.asarray(self._relaxed.prices <= self._value - self._relaxed.bound + 1e-9)

    def grow(self) -> None:
        """Look in ever larger kernels until there is a plan, or nowhere else to look."""
        order = np.argsort(self._relaxed.prices, kind="stable")[: self._rows.within.sum()]
        size = self._effort.kernel * len(np.unique(self._rows.starts[:, 0]))
        while self.best is None and not self.is_late:
            kept = _kernel(self._rows, order, size)
            everything = kept.sum() == len(order)
            self.look(kept, 1.0 if everything else _SHARE)
            if everything:
                return
            size *= 2

    def look(self, kept: Bools, share: float) -> None:
        """Ask HiGHS for the best plan among some columns, for a share of the work that is left."""
        kept = kept | self.held
        run = self._ask(kept, share)
        self.floor = max(self.floor, min(run.bound, _outside(self._relaxed, kept)))
        self.kernel = int(kept.sum())

    def anneal(self, share: float) -> None:
        """Improve the best plan, or the guess where there is none yet, for a share of the work that is left."""
        begun = self._guess if self.best is None else self.best.columns
        if self.annealing is None or begun is None:
            return
        last = (1.0 - share) * self._left
        for _ in range(_RUNS):
            if not self.is_over:
                begun = self._annealed(self.annealing, begun, self._left - last)

    def halve(self, share: float) -> None:
        """Bring the bound nearer by halving, for a share of the work that is left."""
        if self.best is None or self.is_over:
            return
        halving = self._halving = self._halving or Halving(self._rows)
        enough, before = self._value - self._effort.gap * abs(self._value), halving.work
        halving.go_on(enough, share * self._left, self._until)
        self._left -= halving.work - before
        self._take_bound(halving)

    def improve_and_halve(self, share: float) -> None:
        """Improve the best plan and bring the bound nearer beside it, each for a share of the work that is left.

        HiGHS lets others work while it does. Neither sees what the other finds before both are done, so that the outcome is
        the same however fast each is.
        """
        if self.best is None:
            return
        halving = self._halving = self._halving or Halving(self._rows)
        work = share * self._left
        enough = self._value - self._effort.gap * abs(self._value)
        with ThreadPoolExecutor(1) as beside:
            bound = beside.submit(halving.go_on, enough, work, self._until)
            self._improve(self.best, work)
            bound.result()
        self._take_bound(halving)

    def finish(self) -> None:
        """Spend the work that is left: on annealing and halving, or on all columns that a better plan can use."""
        if self.annealing is None:
            self.look(self.useful(), 1.0)
        else:
            self.improve_and_halve(1.0)

    def _improve(self, best: Run, work: float) -> None:
        """By annealing where the problem is known, else by polishing; neither is told how far the bound is."""
        if self.annealing is None:
            self._polish(best, work)
            return
        last, before = self._left - work, math.inf
        while before > self._left > last and not self.is_over:
            before = self._left
            self._annealed(self.annealing, best.columns, self._left - last, 1)

    def _polish(self, best: Run, work: float) -> None:
        self._turns += 1
        for run in improved(self._rows, best, self.useful, work, self._until, self._turns):
            self._left -= run.steps
            self._take(run)
            if self._is_certified():
                return

    def _annealed(self, annealing: Annealing, begun: Floats, work: float, beside: int = BESIDE) -> Floats:
        run = annealing.improved(self._rows.plan_of(begun), work, beside)
        if run.steps:
            self.kernel = annealing.tried
        self._left -= run.steps
        self._take(run)
        return run.columns

    def _take_bound(self, halving: Halving) -> None:
        if halving.plan is not None:
            self._take(halving.plan)
        self.floor = max(self.floor, min(halving.floor, self._value))

    def _ask(self, kept: Bools, share: float) -> Run:
        gap, columns = self._effort.gap, int(kept.sum())
        enough = self.floor / (1 + gap) if self.floor < 0 else None
        # Of many columns the first node finds what the next hundred do not better.
        nodes = 1 if columns > _FEW else int((share * self._left - _ROOT * columns) / (_NODE * columns + _ROOT))
        run = run_highs(
            self._rows,
            whole=True,
            kept=kept,
            gap=gap,
            seconds=self._seconds,
            start=self._guess,
            enough=enough,
            nodes=nodes,
        )
        self._left -= run.steps
        self._take(run)
        return run

    @property
    def _value(self) -> float:
        return np.inf if self.best is None else self.best.value

    @property
    def _seconds(self) -> float:
        return max(0.0, self._until - time.monotonic())

    def _take(self, run: Run) -> None:
        if run.found and run.value < self._value:
            self.best, self._guess = run, run.columns

    def _is_certified(self) -> bool:
        return self.best is not None and self._value - self.floor <= self._effort.gap * max(abs(self._value), 1e-9)


def _kernel(rows: Rows, order: Ints, size: int) -> Bools:
    """The columns of least price, and of every project its FEWEST cheapest."""
    kept = np.zeros(len(rows.starts), dtype=bool)
    kept[order[:size]] = True
    seen: dict[int, int] = {}
    for column in order:
        project = int(rows.starts[column, 0])
        seen[project] = seen.get(project, 0) + 1
        if seen[project] <= FEWEST:
            kept[column] = True
    return kept


def _outside(relaxed: Run, kept: Bools) -> float:
    """The least that a plan can be (minimising) which uses a column outside the kernel."""
    prices = relaxed.prices[~kept]
    return relaxed.bound + max(0.0, float(prices.min())) if len(prices) else np.inf


def _told(rows: Rows, best: Run, floor: float, relaxed: Run, kernel: int, effort: Effort) -> Solved:
    n = len(rows.starts)
    room = (best.value - floor) / max(abs(best.value), 1e-9)
    return Solved(
        rows.plan_of(best.columns), -best.value * rows.unit, -min(floor, best.value) * rows.unit, -relaxed.bound * rows.unit,
        _status(room, effort), kernel, n, best.columns[n:],
    )  # fmt: skip


def _status(gap: float, effort: Effort) -> Status:
    return "bewezen best" if gap <= PROVEN else "binnen de marge" if gap <= effort.gap else "tijd op"


def _too_short() -> QuestionError:
    return QuestionError(
        "de agenda", "in de gegeven tijd is geen enkel plan gevonden", "geef meer seconden met --seconds"
    )
