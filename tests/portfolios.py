"""Invented portfolios for tests, and every plan of a small one by counting."""

from __future__ import annotations

import itertools

import numpy as np

from stadspeil.appraisal.portfolio.problem import After, Problem, Rule, problem_of


def invented(
    seed: int, count: int = 7, years: int = 4, purses: int = 2, *, floor: bool = True, tightness: float = 0.35
) -> Problem:
    """Projects with costs over one to three years, some bonds, a group, staff, and a floor that can be met."""
    rng = np.random.default_rng(seed)
    cost = rng.lognormal(14, 0.8, size=count)
    share = rng.dirichlet(np.ones(purses), size=count)
    span = rng.integers(1, min(4, years + 1), size=count)
    worth = cost * rng.uniform(-0.2, 2.0, size=count)
    value, costs = np.zeros((count, years)), np.zeros((count, purses, years, years))
    staff, allowed = np.zeros((count, years, years)), np.zeros((count, years), dtype=bool)
    people = rng.uniform(0.5, 3.0, size=count)
    for project, start in itertools.product(range(count), range(years)):
        value[project, start] = worth[project] * 0.97**start
        last = min(start + span[project], years)
        allowed[project, start] = start + span[project] <= years
        costs[project, :, start, start:last] = (cost[project] * share[project] / span[project])[:, None]
        staff[project, start, start:last] = people[project]
    budgets = np.full((purses, years), 0.0) + (tightness * cost.sum() * share.mean(axis=0) / years)[:, None] * 2
    weights = np.repeat(rng.uniform(0, 1, size=count)[:, None], years, axis=1)
    after = (After(1, 0, 1), After(3, 2, 0)) if count > 3 else ()
    groups = {"keus": (4, 5)} if count > 5 else {}
    rules = (Rule("ten minste wat punten", weights, low=0.2 * weights[:, 0].sum() / 2),) if floor else ()
    return problem_of(
        [f"p{each}" for each in range(count)], value, costs, budgets, carries=np.arange(purses) % 2 == 0,
        allowed=allowed, staff=staff, capacity=np.full(years, 0.45 * people.sum()), after=after, groups=groups, rules=rules,
    )  # fmt: skip


def every_plan(problem: Problem) -> np.ndarray:
    """All plans that keep all limits, told anew from the plain meaning of each limit: one row per plan."""
    count, years = problem.value.shape
    options = [[-1, *np.flatnonzero(problem.allowed[row])] for row in range(count)]
    plans = np.array(list(itertools.product(*options)), dtype=np.int64)
    good = np.ones(len(plans), dtype=bool)
    rows = np.arange(count)
    good &= ~((plans < 0) & problem.must).any(axis=1)
    for bond in problem.after:
        sooner, later = plans[:, bond.sooner], plans[:, bond.later]
        good &= (later < 0) | ((sooner >= 0) & (later - sooner >= bond.lag))
    for members in problem.groups.values():
        good &= (plans[:, list(members)] >= 0).sum(axis=1) <= 1
    plans = plans[good]
    money = np.concatenate([problem.costs, np.zeros((count, len(problem.purses), 1, years))], axis=2)
    people = np.concatenate([problem.staff, np.zeros((count, 1, years))], axis=1)
    spent = sum(money[row, :, plans[:, row]] for row in rows)
    asked = sum(people[row, plans[:, row]] for row in rows)
    good = np.ones(len(plans), dtype=bool)
    kept = np.zeros((len(plans), len(problem.purses)))
    for year in range(years):
        kept = np.where(problem.carries, kept, 0.0) + problem.budgets[:, year] - spent[:, :, year]
        good &= (kept >= -1e-3).all(axis=1) & (asked[:, year] <= problem.capacity[year] + 1e-9)
    for rule in problem.rules:
        weights = np.concatenate([rule.weights, np.zeros((count, 1))], axis=1)
        total = sum(weights[row, plans[:, row]] for row in rows)
        good &= (total >= rule.low - 1e-9) & (total <= rule.high + 1e-9)
    return plans[good]
