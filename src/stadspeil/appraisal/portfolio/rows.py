"""The problem as sparse rows for a solver, each with the limit that it belongs to.

What is left in a purse is a column of its own (a state), so that a budget has one short row per year in place of a sum
over all years before: design 2.13.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from stadspeil.appraisal.portfolio.losing import loss_rows
from stadspeil.appraisal.portfolio.problem import CENT, NOT_STARTED, Bools, Floats, Ints, Problem

# Rows that hold whatever limits are dropped: a project starts at most once.
ALWAYS = -1


@dataclass(frozen=True)
class Limit:
    """One limit that a reader knows: its sentence, and what to do where it is in the way."""

    title: str
    remedy: str
    demands: bool = False


@dataclass(frozen=True)
class Rows:
    """low <= matrix @ columns <= high; the first columns are starts (0 or 1), the rest amounts.

    starts   n x 2: project and year of each start column     count  projects, those that may never start included
    cost     what is made as small as possible: minus the value, scaled by `unit`
    limit    number in `limits` of each row, or ALWAYS
    within   n: whether a start keeps all limits on money, staff and sums if nothing else is started
    """

    starts: Ints
    cost: Floats
    lower: Floats
    upper: Floats
    matrix: sparse.csc_matrix
    low: Floats
    high: Floats
    limit: Ints
    limits: tuple[Limit, ...]
    unit: float
    count: int
    within: Bools

    def columns_of(self, plan: Ints) -> Floats:
        """Values of all columns for a plan, the year of start per project: its starts; amounts are left to the solver."""
        columns = np.zeros(len(self.cost))
        columns[: len(self.starts)] = plan[self.starts[:, 0]] == self.starts[:, 1]
        return columns

    def plan_of(self, columns: Floats) -> Ints:
        """The year of start per project, NOT_STARTED where it is not done."""
        plan = np.full(self.count, NOT_STARTED, dtype=np.int64)
        chosen = self.starts[columns[: len(self.starts)] > 0.5]
        plan[chosen[:, 0]] = chosen[:, 1]
        return plan

    def without(self, dropped: set[int]) -> Rows:
        """The same less the rows of some limits."""
        kept = ~np.isin(self.limit, list(dropped))
        return replace(
            self,
            matrix=self.matrix.tocsr()[kept].tocsc(),
            low=self.low[kept],
            high=self.high[kept],
            limit=self.limit[kept],
        )

    def valued(self, value: Floats) -> Rows:
        """The same rows for another value of projects and years."""
        unit = float(np.abs(value).max(initial=0.0)) / 1000 or 1.0
        cost = np.zeros_like(self.cost)
        cost[: len(self.starts)] = -value[self.starts[:, 0], self.starts[:, 1]] / unit
        return replace(self, cost=cost, unit=unit)


@dataclass
class _Making:
    """Rows as they are gathered."""

    rows: list[Ints] = field(default_factory=list)
    columns: list[Ints] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    limit: list[int] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)

    def add(self, columns: Ints, values: Floats, low: float, high: float, limit: int) -> None:
        self.rows.append(np.full(len(columns), len(self.low), dtype=np.int64))
        self.columns.append(columns)
        self.values.append(values)
        self.low.append(low)
        self.high.append(high)
        self.limit.append(limit)

    def named(self, title: str, remedy: str, demands: bool = False) -> int:
        self.limits.append(Limit(title, remedy, demands))
        return len(self.limits) - 1


def rows_of(problem: Problem) -> Rows:
    """All rows of a problem."""
    starts = np.argwhere(problem.allowed).astype(np.int64)
    purses, years = problem.budgets.shape
    n = len(starts)
    making = _Making()
    of_project = [np.flatnonzero(starts[:, 0] == row) for row in range(len(problem.projects))]
    for columns in of_project:
        making.add(columns, np.ones(len(columns)), -np.inf, 1.0, ALWAYS)
    _musts(problem, of_project, making)
    _bonds(problem, starts, of_project, making)
    _purses(problem, starts, making)
    _staff(problem, starts, making)
    for rule in problem.rules:
        name = making.named(rule.title, rule.remedy, bool(rule.low > 0))
        weights = rule.weights[starts[:, 0], starts[:, 1]]
        used = np.flatnonzero(weights)
        size = float(np.abs(weights).max(initial=0.0)) or 1.0
        making.add(used, weights[used] / size, rule.low / size, rule.high / size, name)
    columns = n + purses * years
    upper = np.concatenate([np.ones(n), np.where(np.repeat(problem.carries, years), np.inf, 0.0)])
    matrix = sparse.csc_matrix(
        (np.concatenate(making.values), (np.concatenate(making.rows), np.concatenate(making.columns))),
        shape=(len(making.low), columns),
    )
    made = Rows(
        starts, np.zeros(columns), np.zeros(columns), upper, matrix, np.array(making.low), np.array(making.high),
        np.array(making.limit, dtype=np.int64), tuple(making.limits), 1.0, len(problem.projects),
        _within(problem, starts),
    )  # fmt: skip
    return _with_losses(made.valued(problem.value), problem)


def _with_losses(rows: Rows, problem: Problem) -> Rows:
    """The rows with a column for what every pair loses, which costs what it is; as they were where no pair does."""
    if not problem.losses:
        return rows
    found = loss_rows(problem, rows.starts, rows.unit)
    count, width = len(problem.losses), rows.matrix.shape[1]
    wide = sparse.hstack([rows.matrix, sparse.csr_matrix((rows.matrix.shape[0], count))])
    amounts = sparse.csr_matrix(
        (np.ones(len(found.low)), (np.arange(len(found.low)), found.pair)), shape=(len(found.low), count)
    )
    states = sparse.csr_matrix((len(found.low), width - len(rows.starts)))
    below = sparse.hstack([found.matrix, states, amounts])
    return replace(
        rows, cost=np.concatenate([rows.cost, np.ones(count)]), lower=np.concatenate([rows.lower, np.zeros(count)]),
        upper=np.concatenate([rows.upper, np.full(count, np.inf)]), matrix=sparse.vstack([wide, below]).tocsc(),
        low=np.concatenate([rows.low, found.low]), high=np.concatenate([rows.high, np.full(len(found.low), np.inf)]),
        limit=np.concatenate([rows.limit, np.full(len(found.low), ALWAYS)]),
    )  # fmt: skip


def _within(problem: Problem, starts: Ints) -> Bools:
    """A purse that carries over must have what a start takes up to each year, not in that year alone.

    The linear relaxation does not see this: of a project that costs more than there will be by then, it does a part.
    """
    projects, years = starts.T
    there = np.where(problem.carries[:, None], np.cumsum(problem.budgets, axis=1), problem.budgets)
    taken = problem.costs[projects, :, years, :]
    taken = np.where(problem.carries[:, None], np.cumsum(taken, axis=2), taken)
    kept = (taken <= there + CENT).all(axis=(1, 2))
    kept &= (problem.staff[projects, years] <= problem.capacity + 1e-6).all(axis=1)
    for rule in problem.rules:
        if (rule.weights >= 0).all():
            kept &= rule.weights[projects, years] <= rule.high + 1e-6 * max(1.0, float(rule.weights.max(initial=0.0)))
    return np.asarray(kept)


def _musts(problem: Problem, of_project: list[Ints], making: _Making) -> None:
    for row in np.flatnonzero(problem.must):
        title = problem.projects[row]
        name = making.named(
            f"'{title}' moet worden gedaan", f"haal 'must' weg bij '{title}', of geef het ruimere jaren", True
        )
        making.add(of_project[row], np.ones(len(of_project[row])), 1.0, np.inf, name)


def _bonds(problem: Problem, starts: Ints, of_project: list[Ints], making: _Making) -> None:
    for bond in problem.after:
        later, sooner = problem.projects[bond.later], problem.projects[bond.sooner]
        name = making.named(
            f"'{later}' begint ten minste {bond.lag} jaar na '{sooner}'", f"verkort of verwijder 'after' bij '{later}'"
        )
        ours, theirs = of_project[bond.later], of_project[bond.sooner]
        for year in range(problem.years):
            mine = ours[starts[ours, 1] <= year]
            before = theirs[starts[theirs, 1] <= year - bond.lag]
            if len(mine):
                columns = np.concatenate([mine, before])
                making.add(columns, np.repeat([1.0, -1.0], [len(mine), len(before)]), -np.inf, 0.0, name)
    for title, members in problem.groups.items():
        name = making.named(f"uit groep '{title}' hoogstens een project", f"haal een project uit groep '{title}'")
        columns = np.concatenate([of_project[row] for row in members])
        making.add(columns, np.ones(len(columns)), -np.inf, 1.0, name)


def _purses(problem: Problem, starts: Ints, making: _Making) -> None:
    """left[y] = left[y - 1] + budget[y] - costs[y], left >= 0; the row is scaled to the largest cost."""
    n, years = len(starts), problem.years
    for purse, title in enumerate(problem.purses):
        name = making.named(f"budget '{title}'", f"verhoog budget '{title}', of laat meer van een ander betalen")
        costs = problem.costs[starts[:, 0], purse, starts[:, 1], :]
        unit = float(max(costs.max(initial=0.0), problem.budgets[purse].max(initial=0.0))) / 100 or 1.0
        for year in range(years):
            used = np.flatnonzero(costs[:, year])
            columns, values = [used], [costs[used, year] / unit]
            if problem.carries[purse]:
                state = n + purse * years + year
                columns.append(np.array([state] if year == 0 else [state, state - 1], dtype=np.int64))
                values.append(np.array([1.0] if year == 0 else [1.0, -1.0]))
            money = problem.budgets[purse, year] / unit
            low = money if problem.carries[purse] else -np.inf
            making.add(np.concatenate(columns), np.concatenate(values), low, money, name)


def _staff(problem: Problem, starts: Ints, making: _Making) -> None:
    bounded = np.flatnonzero(np.isfinite(problem.capacity))
    if not len(bounded):
        return
    name = making.named("voltijdbanen per jaar", "verhoog 'staff' van de agenda, of verlaag die van projecten")
    asked = problem.staff[starts[:, 0], starts[:, 1], :]
    for year in bounded:
        used = np.flatnonzero(asked[:, year])
        if len(used):
            making.add(used, asked[used, year], -np.inf, float(problem.capacity[year]), name)
