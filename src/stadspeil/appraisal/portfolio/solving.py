"""The best plan, and how far it can be from the best: kernel search on HiGHS with a certified gap.

The linear relaxation gives a bound and a price for every column (project, year). Few columns can be in a good plan: those
with a small price. They make the kernel, and the whole-number question is asked of the kernel alone. A plan that uses a
column outside is worth at most the bound less the price of that column; so the bound on all plans is the larger of the
kernel's own bound and that of the cheapest column left out. The kernel grows until the gap is what was asked.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import numpy as np

from stadspeil.appraisal.portfolio.conflicts import refuse_impossible
from stadspeil.appraisal.portfolio.highs import Run, run_highs
from stadspeil.appraisal.portfolio.problem import NOT_STARTED, Bools, Floats, Ints, Problem, broken
from stadspeil.appraisal.portfolio.ranking import greedy
from stadspeil.appraisal.portfolio.rows import Rows, rows_of
from stadspeil.errors import ContractError, QuestionError

Status = Literal["bewezen best", "binnen de marge", "tijd op"]
KERNEL = 3
# Per project at least so many years stay in the kernel, or a must could lose all of its years.
FEWEST = 2
PROVEN = 1e-6


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
    """How hard to look: the gap that is good enough, seconds at most, and columns per project in the first kernel."""

    gap: float = 0.01
    seconds: float = 60.0
    kernel: int = KERNEL


def solve(problem: Problem, effort: Effort | None = None) -> Solved:
    """The plan of most value within all limits, with its certified gap.

    Raises:  QuestionError where no plan keeps all limits, naming the smallest set that conflicts, or where time was up
             before any was found.
    """
    rows = rows_of(problem)
    ranked = greedy(problem)
    guess = None if broken(problem, ranked) else columns_of(problem, rows, ranked)
    found = solve_rows(rows, effort or Effort(), guess)
    if found is None:
        refuse_impossible(rows)
        raise _too_short()
    wrong = broken(problem, found.starts)
    if wrong:
        raise ContractError(
            "de agenda", wrong, "de oplosser houdt zich niet aan een grens; meld dit met de agenda erbij"
        )
    return found


def solve_rows(rows: Rows, effort: Effort, guess: Floats | None = None) -> Solved | None:
    """The same on rows, for questions with columns of their own; None where nothing was found."""
    until = time.monotonic() + effort.seconds
    relaxed = run_highs(rows, whole=False, seconds=effort.seconds)
    if not relaxed.found:
        return None
    n = len(rows.starts)
    order = np.argsort(relaxed.prices[:n], kind="stable")
    size = min(n, effort.kernel * len(np.unique(rows.starts[:, 0])))
    # A better bound than the linear one may come from any round; it stays.
    floor, best = relaxed.bound, None
    while True:
        kept = _kernel(rows, order, size)
        # A kernel in which HiGHS finds little may not take the time of the next, which begins from its plan.
        left = max(0.0, until - time.monotonic()) * (1.0 if kept.all() else 0.4)
        enough = floor / (1 + effort.gap) if floor < 0 else None
        run = run_highs(rows, whole=True, kept=kept, gap=effort.gap, seconds=left, start=guess, enough=enough)
        if run.found and (best is None or run.value < best.value):
            best, guess = run, run.columns
        floor = max(floor, min(run.bound, _outside(relaxed, kept)))
        certified = best is not None and best.value - floor <= effort.gap * max(abs(best.value), 1e-9)
        if certified or kept.all() or time.monotonic() >= until:
            return None if best is None else _told(rows, best, floor, relaxed, int(kept.sum()), effort)
        size = min(n, _grown(relaxed, order, best, size))


def columns_of(problem: Problem, rows: Rows, starts: Ints) -> Floats:
    """Values of all columns for a plan: its starts, and what is left in each purse."""
    columns = np.zeros(len(rows.cost))
    chosen = starts[rows.starts[:, 0]] == rows.starts[:, 1]
    columns[: len(rows.starts)] = chosen
    return columns


def _kernel(rows: Rows, order: Ints, size: int) -> Bools:
    """The columns of least price, and of every project its FEWEST cheapest."""
    kept = np.zeros(len(order), dtype=bool)
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
    prices = relaxed.prices[: len(kept)][~kept]
    return relaxed.bound + max(0.0, float(prices.min())) if len(prices) else np.inf


def _grown(relaxed: Run, order: Ints, best: Run | None, size: int) -> int:
    """Twice as many columns, or all that a plan better than the best so far can use, whichever is fewer."""
    if best is None:
        return 2 * size
    useful = int((relaxed.prices[order] <= best.value - relaxed.bound + 1e-9).sum())
    return max(min(2 * size, useful), size + 1)


def _told(rows: Rows, best: Run, floor: float, relaxed: Run, kernel: int, effort: Effort) -> Solved:
    n = len(rows.starts)
    starts = np.full(rows.count, NOT_STARTED, dtype=np.int64)
    chosen = rows.starts[best.columns[:n] > 0.5]
    starts[chosen[:, 0]] = chosen[:, 1]
    room = (best.value - floor) / max(abs(best.value), 1e-9)
    status: Status = "bewezen best" if room <= PROVEN else "binnen de marge" if room <= effort.gap else "tijd op"
    return Solved(
        starts, -best.value * rows.unit, -min(floor, best.value) * rows.unit, -relaxed.bound * rows.unit, status, kernel, n,
        best.columns[n:],
    )  # fmt: skip


def _too_short() -> QuestionError:
    return QuestionError(
        "de agenda", "in de gegeven tijd is geen enkel plan gevonden", "geef meer seconden met --seconds"
    )
