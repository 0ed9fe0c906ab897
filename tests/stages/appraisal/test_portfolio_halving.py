"""The bound by halving: never past the best plan, ever nearer, and in the end at it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from portfolios import every_plan, invented

from stadspeil.appraisal.portfolio.halving import Halving
from stadspeil.appraisal.portfolio.highs import run_highs
from stadspeil.appraisal.portfolio.problem import problem_of
from stadspeil.appraisal.portfolio.rows import rows_of


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_comes_nearer_never_passes_the_best_plan_and_ends_at_it(seed: int) -> None:
    problem = invented(seed, tightness=0.2)
    rows = rows_of(problem)
    best = -max(problem.worth_of(plan) for plan in every_plan(problem)) / rows.unit
    halving = Halving(rows)
    floors = [halving.floor]
    for _ in range(200):
        halving.go_on(math.inf, work=2, until=math.inf)
        floors.append(halving.floor)
    assert floors == sorted(floors)
    assert max(floors) <= best + 1e-6
    assert halving.plan is not None
    assert floors[-1] == pytest.approx(best, rel=1e-7)


def test_a_question_without_any_plan_leaves_no_part() -> None:
    problem = problem_of(["p"], np.ones((1, 2)), np.full((1, 1, 2, 2), 5.0), np.array([[1.0, 1.0]]), must=[True])
    halving = Halving(rows_of(problem))
    halving.go_on(math.inf, math.inf, math.inf)
    assert halving.plan is None and halving.floor == math.inf


def test_what_costs_more_than_there_is_by_then_may_not_begin_before() -> None:
    """Ten a year that carries over, a project of 12 in each of two years: 24 are there in the third year, so it begins in
    the second; 12 are there then, so year by year nothing is in the way of a part of it in the first."""
    costs = np.zeros((1, 1, 4, 4))
    for start in range(3):
        costs[0, 0, start, start : start + 2] = 12e6
    allowed = np.array([[True, True, True, False]])
    problem = problem_of(["p"], np.array([[9.0, 8.0, 7.0, 0.0]]), costs, np.full((1, 4), 10e6), allowed=allowed)
    rows = rows_of(problem)
    assert rows.starts[rows.within].tolist() == [[0, 1], [0, 2]]
    loose, tight = (run_highs(rows, whole=False, kept=kept).bound for kept in (None, rows.within))
    assert -tight * rows.unit == pytest.approx(8.0)
    assert -loose * rows.unit > 8.1
