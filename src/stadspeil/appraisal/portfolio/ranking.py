"""What ranking by value per euro gives: the plan that most town halls would make, as a yardstick for a better one."""

from __future__ import annotations

import numpy as np

from stadspeil.appraisal.portfolio.problem import CENT, NOT_STARTED, Bools, Floats, Ints, Problem


def greedy(problem: Problem) -> Ints:
    """Years of start: projects in order of value per euro, each in the best year that is still free; musts come first.

    Rules that ask for a least sum (floors) are not looked at: ranking cannot. See `broken` for what it then breaks.
    """
    starts = np.full(len(problem.projects), NOT_STARTED, dtype=np.int64)
    spent, staffed = np.zeros_like(problem.budgets), np.zeros(problem.years)
    totals = np.zeros(len(problem.rules))
    waiting = list(_order(problem))
    while waiting:
        for row in waiting:
            free = _free(problem, row, starts, spent, staffed, totals)
            if not problem.must[row]:
                free &= problem.value[row] > 0
            if free.any():
                year = int(np.argmax(np.where(free, problem.value[row], -np.inf)))
                starts[row] = year
                spent += problem.costs[row, :, year, :]
                staffed = staffed + problem.staff[row, year]
                totals = totals + np.array([rule.weights[row, year] for rule in problem.rules])
                waiting.remove(row)
                break
        else:
            break
    return starts


def _order(problem: Problem) -> Ints:
    """Rows by value per euro in their best year, musts in front."""
    money = np.maximum(problem.costs.sum(axis=(1, 3)), CENT)
    ratio = np.where(problem.allowed, problem.value / money, -np.inf).max(axis=1)
    return np.lexsort((np.arange(len(ratio)), -ratio, ~problem.must))


def _free(problem: Problem, row: int, starts: Ints, spent: Floats, staffed: Floats, totals: Floats) -> Bools:
    """T: years in which a project can still start beside what is chosen."""
    free = problem.allowed[row].copy()
    years = np.arange(problem.years)
    for bond in problem.after:
        if bond.later == row:
            free &= (starts[bond.sooner] >= 0) & (years >= starts[bond.sooner] + bond.lag)
    for members in problem.groups.values():
        if row in members and any(starts[other] >= 0 for other in members if other != row):
            free[:] = False
    over = problem.budgets[:, None, :] - spent[:, None, :] - problem.costs[row]
    over = np.where(problem.carries[:, None, None], np.cumsum(over, axis=2), over)
    free &= (over >= -CENT / 2).all(axis=(0, 2))
    free &= (staffed + problem.staff[row] <= problem.capacity + 1e-9).all(axis=1)
    for total, rule in zip(totals, problem.rules, strict=True):
        if rule.low <= 0:
            weights = total + rule.weights[row]
            free &= (weights <= rule.high + 1e-9) & (weights >= min(rule.low, 0.0) - 1e-9)
        else:
            free &= total + rule.weights[row] <= rule.high + 1e-9
    return free
