"""Plans for bad weather, core and borderline projects, trade-offs: each against counting all plans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from portfolios import every_plan, invented

from stadspeil.appraisal.portfolio.core import Scenario, core_of, unbeaten
from stadspeil.appraisal.portfolio.front import Front, front_of
from stadspeil.appraisal.portfolio.problem import Floats, Problem, problem_of
from stadspeil.appraisal.portfolio.robust import regret, robust, tail_mean, values_of
from stadspeil.appraisal.portfolio.solving import Effort
from stadspeil.errors import QuestionError

EXACT = Effort(gap=0.0)


def scattered(problem: Problem, count: int, seed: int) -> Floats:
    """S x P x T: values that turn out higher or lower, per project."""
    rng = np.random.default_rng(seed)
    return problem.value[None] * rng.normal(1.0, 0.8, size=(count, len(problem.projects), 1))


@pytest.mark.parametrize(("worst", "mean"), [(0.5, 1.5), (0.25, 1.0), (0.375, 4 / 3), (1.0, 2.5)])
def test_the_tail_is_the_mean_of_the_worst_part(worst: float, mean: float) -> None:
    """Of 1, 2, 3, 4: the worst 0.375 is the whole of 1 and half of 2, (1 + 1) / 1.5."""
    assert tail_mean(np.array([4.0, 1.0, 3.0, 2.0]), worst) == pytest.approx(mean)


@pytest.mark.parametrize("lam", [0.0, 0.4, 1.0])
def test_the_robust_plan_is_the_best_of_all_plans_on_its_own_measure(lam: float) -> None:
    problem = invented(5, count=6, years=3)
    draws = scattered(problem, 15, 1)
    values = values_of(draws, every_plan(problem))
    measure = (1 - lam) * values.mean(axis=1) + lam * np.array([tail_mean(each) for each in values])
    found = robust(problem, draws, lam, effort=EXACT)
    assert (1 - lam) * found.mean + lam * found.tail == pytest.approx(measure.max(), rel=1e-5)
    assert found.solved.value == pytest.approx(measure.max(), rel=1e-5)


def test_more_weight_on_the_worst_gives_no_worse_tail_and_no_better_mean() -> None:
    problem = invented(5, count=8, years=3)
    draws = scattered(problem, 40, 2)
    plain, careful = (robust(problem, draws, lam, effort=EXACT) for lam in (0.0, 1.0))
    assert careful.tail >= plain.tail - 1 and careful.mean <= plain.mean + 1


def test_a_lam_outside_its_reach_is_refused() -> None:
    problem = invented(1)
    with pytest.raises(QuestionError, match=r"lam is 1\.5"):
        robust(problem, scattered(problem, 3, 1), 1.5)


def test_regret_is_what_the_best_plan_of_each_scenario_had_more() -> None:
    assert regret(np.array([[3.0, 1.0], [2.0, 5.0]])).tolist() == [[0.0, 4.0], [1.0, 0.0]]


def test_core_is_in_every_plan_and_outside_in_none() -> None:
    """Three projects of 1 in a budget of 2. The first is always best; the second and third change places; one always loses."""
    value = np.array([[9.0], [5.0], [5.0], [-1.0]]) * 1e6
    problem = problem_of("abcd", value, np.full((4, 1, 1, 1), 1e6), np.array([[2e6]]))
    swing = np.array([[0.0], [1.0], [-1.0], [0.0]]) * 1e6
    found = core_of(problem, [Scenario(value + swing), Scenario(value - swing)], EXACT)
    assert found.index.tolist() == [1.0, 0.5, 0.5, 0.0]
    assert [found.place(row) for row in range(4)] == ["kern", "grens", "grens", "buiten"]


def test_a_plan_that_is_beaten_everywhere_leaves_no_mark_on_the_core() -> None:
    """Two scenarios share a best plan but for a project that is worth nothing in one and 2 in the other."""
    assert unbeaten(np.array([[3.0, 3.0], [3.0, 5.0], [4.0, 1.0]])).tolist() == [False, True, True]


def test_a_plan_that_needs_a_fund_does_not_push_out_one_that_does_without() -> None:
    """With the fund both fit, without it only the cheap one: it is done in both plans, the dear one in one."""
    value = np.array([[4.0], [3.0]]) * 1e6
    problem = problem_of("ab", value, np.array([1e6, 5e6]).reshape(2, 1, 1, 1), np.array([[6e6]]))
    found = core_of(problem, [Scenario(value), Scenario(value, np.array([[1e6]]))], EXACT)
    assert found.index.tolist() == [1.0, 0.5]


def test_scenarios_without_a_plan_are_counted_and_all_of_them_refused() -> None:
    value = np.array([[4e6]])
    problem = problem_of("a", value, np.full((1, 1, 1, 1), 5e6), np.array([[6e6]]), must=[True])
    poor = Scenario(value, np.array([[1e6]]))
    found = core_of(problem, [Scenario(value), poor], EXACT)
    assert (found.scenarios, found.possible) == (2, 1)
    with pytest.raises(QuestionError, match="moet worden gedaan"):
        core_of(problem, [poor], EXACT)


def test_no_plan_of_the_front_is_beaten_by_any_plan() -> None:
    problem = invented(2, count=6, years=3)
    rng = np.random.default_rng(3)
    points = np.repeat(rng.uniform(0, 1, size=(6, 1)), 3, axis=1)
    other = np.repeat(rng.uniform(0, 1, size=(6, 1)), 3, axis=1)
    objectives = np.stack([problem.value, points, other])
    found = front_of(problem, objectives, ["euro", "een", "twee"], effort=EXACT)
    everything = np.stack([values_of(each[None], every_plan(problem))[:, 0] for each in objectives], axis=1)
    reach = np.ptp(everything, axis=0)
    for mine in found.points:
        beats = (everything >= mine - 1e-6 * reach).all(axis=1) & (everything > mine + 1e-4 * reach).any(axis=1)
        assert not beats.any()
    assert found.points[:, 0].max() == pytest.approx(everything[:, 0].max(), rel=1e-6)
    assert found.points[:, 1].max() == pytest.approx(everything[:, 1].max(), rel=1e-4)


def test_a_dearer_fund_changes_nothing_that_is_not_in_its_rows() -> None:
    problem = invented(4)
    richer = replace(problem, budgets=problem.budgets * 10)
    draws = scattered(problem, 10, 4)
    assert (
        robust(richer, draws, 0.5, effort=EXACT).solved.value
        >= robust(problem, draws, 0.5, effort=EXACT).solved.value - 1
    )


def test_plans_that_read_the_same_are_told_once() -> None:
    """Rounded to ten thousand euro and a hundredth of a point the first two are alike; the third is not."""
    points = np.array([[1_204_000.0, 0.503], [1_203_000.0, 0.504], [1_190_000.0, 0.52]])
    plans = np.array([[0, 1], [1, 0], [2, 2]])
    told = Front(plans, points, 3, 0.0).told_apart([10_000.0, 0.01])
    assert told.plans.tolist() == [[0, 1], [2, 2]]
    assert told.points.tolist() == [points[0].tolist(), points[2].tolist()]
    assert told.asked == 3
