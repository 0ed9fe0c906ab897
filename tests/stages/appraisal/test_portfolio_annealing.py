"""A plan by annealing keeps every limit, is never worth less than the one it began from, and is the best where that is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from portfolios import every_plan, invented

from stadspeil.appraisal.portfolio import annealing, solving
from stadspeil.appraisal.portfolio.annealing import Annealing
from stadspeil.appraisal.portfolio.highs import Run, run_highs
from stadspeil.appraisal.portfolio.problem import NOT_STARTED, Floats, Ints, Loss, Problem, Rule, broken, problem_of
from stadspeil.appraisal.portfolio.ranking import greedy
from stadspeil.appraisal.portfolio.rows import Rows, rows_of
from stadspeil.appraisal.portfolio.solving import Effort, solve

PLENTY = 1e9


def made(problem: Problem) -> tuple[Annealing, Rows]:
    """A problem made ready, with the prices of its relaxation."""
    rows = rows_of(problem)
    relaxed = run_highs(rows, whole=False, kept=rows.within)
    prices = np.where(rows.within, relaxed.prices[: len(rows.starts)], np.inf)
    return Annealing(problem, rows, replace(relaxed, prices=prices)), rows


def annealed(problem: Problem, begun: Ints, work: float = PLENTY) -> Ints:
    annealing, rows = made(problem)
    return rows.plan_of(annealing.improved(begun, work).columns)


@pytest.fixture
def all_years(monkeypatch: pytest.MonkeyPatch) -> None:
    """No year is too dear to try."""
    monkeypatch.setattr(annealing, "_TURNS", ((1e9, 1.0, 0.004), (1e9, 0.3, 0.003)))


@pytest.mark.usefixtures("all_years")
@pytest.mark.parametrize("seed", range(6))
def test_the_best_of_all_plans_is_found_from_the_worst(seed: int) -> None:
    problem = invented(seed, tightness=0.2)
    plans = every_plan(problem)
    worth = np.array([problem.worth_of(plan) for plan in plans])
    found = annealed(problem, plans[worth.argmin()])
    assert broken(problem, found) == []
    assert problem.worth_of(found) == pytest.approx(worth.max(), rel=1e-9)


@pytest.mark.usefixtures("all_years")
@pytest.mark.parametrize("seed", range(4))
def test_what_pairs_lose_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = invented(seed, floor=False)
    losses = tuple(
        Loss(one, other, rng.uniform(0, 1) * problem.value.max() * rng.uniform(0, 1, size=(4, 4)))
        for one, other in ((0, 2), (2, 4), (6, 4), (5, 0))
    )
    problem = replace(problem, losses=losses)
    best = max(problem.worth_of(plan) for plan in every_plan(problem))
    found = annealed(problem, greedy(problem))
    assert problem.worth_of(found) == pytest.approx(best, rel=1e-9)
    assert problem.lost(found) > 0 or best == max(problem.sum_of(plan, problem.value) for plan in every_plan(problem))


def crowded(seed: int) -> Problem:
    """A hundred projects with every kind of limit: bonds, groups, musts, purses that carry over and that do not, staff,
    a least and a most."""
    problem = invented(seed, count=100, years=8, purses=3, floor=False, tightness=0.15)
    rng = np.random.default_rng(seed)
    weights = rng.uniform(-0.5, 1.0, size=problem.value.shape)
    ranked = greedy(problem)
    total = problem.sum_of(ranked, weights)
    rules = (Rule("tussen", weights, low=total - 0.5, high=total + 0.5),)
    must = np.zeros(100, dtype=bool)
    must[np.flatnonzero(ranked >= 0)[:5]] = True
    return replace(problem, rules=rules, must=must, groups={"keus": (4, 5), "ander": tuple(range(40, 60))})


@pytest.mark.parametrize("seed", range(3))
def test_every_limit_is_kept_and_no_plan_gets_worse(seed: int) -> None:
    problem = crowded(seed)
    rows = rows_of(problem)
    some = run_highs(rows.valued(np.zeros_like(problem.value)), whole=True)
    begun = rows.plan_of(some.columns)
    assert broken(problem, begun) == []
    found = annealed(problem, begun)
    assert broken(problem, found) == []
    assert problem.worth_of(found) > problem.worth_of(begun)
    bound = -run_highs(rows, whole=False).bound * rows.unit
    assert 0.9 * bound < problem.worth_of(found) <= bound * (1 + 1e-9)


def test_a_large_project_comes_in_where_small_ones_are_in_its_way() -> None:
    """Ten of 4 million that give 8 fill a budget of 40; one of 40 gives 100. Every step on the way to it loses."""
    value, cost = np.array([8e6] * 10 + [100e6]), np.array([4e6] * 10 + [40e6])
    costs = cost[:, None, None, None]
    problem = problem_of([f"p{each}" for each in range(11)], value[:, None], costs, np.array([[40e6]]))
    small = np.array([0] * 10 + [NOT_STARTED])
    assert annealed(problem, small).tolist() == [NOT_STARTED] * 10 + [0]


@pytest.mark.usefixtures("all_years")
def test_a_change_of_one_project_beside_itself_counts_what_pairs_lose() -> None:
    """Two that each give 10 and lose 15 together: one is done. Met where the second project by lot was the first again."""
    costs = np.zeros((2, 1, 1, 1))
    problem = problem_of(
        ["a", "b"], np.array([[10e6], [9e6]]), costs, np.array([[1.0]]), losses=(Loss(0, 1, np.array([[15e6]])),)
    )
    for begun in ([0, NOT_STARTED], [NOT_STARTED, 0], [NOT_STARTED, NOT_STARTED]):
        assert annealed(problem, np.array(begun)).tolist() == [0, NOT_STARTED]


def test_the_same_runs_give_the_same_plan_and_the_next_ones_look_elsewhere() -> None:
    problem = invented(4, count=60, years=8, floor=False, tightness=0.2)
    (one, rows), (other, _) = made(problem), made(problem)
    begun = greedy(problem)
    first, again = one.improved(begun, PLENTY), other.improved(begun, PLENTY)
    assert np.array_equal(first.columns, again.columns) and first.steps == again.steps > 0
    apart = [rows.plan_of(other.improved(begun, PLENTY, 1).columns).tolist() for _ in range(3)]
    assert len({tuple(each) for each in apart}) > 1


def test_too_little_work_leaves_the_plan_and_takes_nothing() -> None:
    problem = invented(4, count=60, years=8, floor=False)
    annealing, rows = made(problem)
    run = annealing.improved(greedy(problem), work=10)
    assert run.steps == 0
    assert rows.plan_of(run.columns).tolist() == greedy(problem).tolist()


def test_a_problem_in_which_nothing_is_worth_anything_is_left_as_it_is() -> None:
    problem = invented(4, count=60, years=8, floor=False)
    nothing = replace(problem, value=np.zeros_like(problem.value))
    assert annealed(nothing, greedy(problem)).tolist() == greedy(problem).tolist()


def large(seed: int, **more: object) -> Problem:
    return invented(seed, count=150, years=12, purses=3, floor=False, tightness=0.2, **more)


@pytest.mark.parametrize("seed", range(2))
def test_of_many_columns_the_plan_is_near_the_best_without_a_whole_number_question(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = large(seed)
    rows = rows_of(problem)
    linear = run_highs(rows, whole=False, kept=rows.within)

    def only_linear(*given: Rows, whole: bool, **more: object) -> Run:
        assert not whole
        return linear

    monkeypatch.setattr(solving, "run_highs", only_linear)
    found = solve(problem, Effort(gap=0.02, seconds=30))
    assert found.gap <= 0.02 and found.status == "binnen de marge"
    assert broken(problem, found.starts) == []
    assert problem.worth_of(found.starts) == pytest.approx(found.value)
    assert problem.worth_of(greedy(problem)) < 0.98 * found.value
    assert 0 < found.kernel < found.columns


def test_where_ranking_breaks_a_floor_annealing_begins_from_the_plan_of_the_kernel() -> None:
    """Ranking does not look at least sums: what it does is no plan here, and no value it has may be told."""
    problem = large(1)
    done = greedy(problem) >= 0
    weights: Floats = np.repeat((~done).astype(float)[:, None], problem.years, axis=1)
    problem = replace(problem, rules=(Rule("ten minste tien andere", weights, low=10.0),))
    assert broken(problem, greedy(problem))
    found = solve(problem, Effort(gap=0.02, seconds=30))
    assert broken(problem, found.starts) == []
    assert found.gap <= 0.02
    assert problem.worth_of(found.starts) == pytest.approx(found.value)
