"""The plan that is found is the best there is, its printed gap holds, and what cannot be is named."""

from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pytest
from portfolios import every_plan, invented

from stadspeil.appraisal.portfolio.halving import Halving
from stadspeil.appraisal.portfolio.highs import Run, run_highs
from stadspeil.appraisal.portfolio.polishing import improved
from stadspeil.appraisal.portfolio.problem import After, Problem, Rule, broken, problem_of
from stadspeil.appraisal.portfolio.ranking import greedy
from stadspeil.appraisal.portfolio.rows import rows_of
from stadspeil.appraisal.portfolio.solving import Effort, solve
from stadspeil.errors import QuestionError


@pytest.mark.parametrize("seed", range(8))
def test_the_plan_is_the_best_of_all_plans(seed: int) -> None:
    problem = invented(seed)
    best = max(problem.worth_of(plan) for plan in every_plan(problem))
    found = solve(problem, Effort(gap=0.0))
    assert found.value == pytest.approx(best, rel=1e-6)
    assert problem.worth_of(found.starts) == pytest.approx(found.value, rel=1e-9)
    assert found.status == "bewezen best"


@pytest.mark.parametrize("seed", range(4))
def test_the_best_of_fifteen_projects_in_one_year(seed: int) -> None:
    problem = invented(seed, count=15, years=1, floor=False)
    best = max(problem.worth_of(plan) for plan in every_plan(problem))
    assert solve(problem, Effort(gap=0.0)).value == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("gap", [0.0, 0.02, 0.1, 0.5])
@pytest.mark.parametrize("seed", range(4))
def test_the_printed_gap_is_never_less_than_the_true_one(seed: int, gap: float) -> None:
    problem = invented(seed, tightness=0.2)
    best = max(problem.worth_of(plan) for plan in every_plan(problem))
    found = solve(problem, Effort(gap=gap, kernel=1))
    assert found.gap <= gap + 1e-6
    assert (best - found.value) / found.value <= found.gap + 1e-6
    assert found.bound >= best - 1e-3
    assert found.bound <= found.linear + 1e-3


def test_the_same_question_gives_the_same_plan() -> None:
    problem = invented(3, count=14, years=5)
    one, other = (solve(problem, Effort(gap=0.01)) for _ in range(2))
    assert np.array_equal(one.starts, other.starts) and one.bound == other.bound


def test_ranking_keeps_limits_and_gives_no_more() -> None:
    for seed in range(6):
        problem = invented(seed, count=20, years=4, floor=False)
        ranked = greedy(problem)
        assert broken(problem, ranked) == []
        assert problem.worth_of(ranked) <= solve(problem, Effort(gap=0.0)).value + 1e-3


def test_ranking_loses_where_a_small_bargain_blocks_a_large_one() -> None:
    """1 million that gives 2 is taken first; then 10 that gives 15 no longer fits in 10: 13 is lost."""
    problem = plain([2e6, 15e6], [1e6, 10e6], [10e6])
    assert problem.worth_of(greedy(problem)) == 2e6
    assert solve(problem).value == pytest.approx(15e6)


def test_money_that_stays_may_be_spent_later_only_where_it_carries_over() -> None:
    """Ten a year, a project of fifteen: in the second year there is twenty, unless what is left goes back."""
    kept = plain([30.0], [15.0], [10.0, 10.0])
    assert solve(kept).starts.tolist() == [1]
    assert solve(plain([30.0], [15.0], [10.0, 10.0], carries=False)).starts.tolist() == [-1]


def plain(value: list[float], cost: list[float], budget: list[float], carries: bool = True, **more: object) -> Problem:
    """Projects that cost all in their first year and are worth the same whenever they start."""
    count, years = len(value), len(budget)
    costs = np.zeros((count, 1, years, years))
    costs[:, 0, range(years), range(years)] = np.array(cost)[:, None]
    return problem_of(
        [f"p{each}" for each in range(count)], np.repeat(np.array(value)[:, None], years, axis=1), costs,
        np.array([budget]), carries=[carries], purses=["gemeente"], **more,
    )  # fmt: skip


def test_what_conflicts_is_named_and_nothing_else() -> None:
    """Two musts of 8 in a budget of 10; a third must of nothing and a group that binds nothing are not in it."""
    problem = plain(
        [1.0, 1.0, 1.0, 1.0], [8e6, 8e6, 0.0, 1.0], [10e6], must=[True, True, True, False], groups={"los": (2, 3)}
    )
    with pytest.raises(QuestionError) as caught:
        solve(problem)
    assert caught.value.problems == ("'p0' moet worden gedaan", "'p1' moet worden gedaan", "budget 'gemeente'")
    assert "verhoog budget 'gemeente'" in str(caught.value.remedy)


def test_a_floor_that_order_and_years_put_out_of_reach_is_named_with_them() -> None:
    """The second waits two years for the first, in a horizon of two: only the first's point can be had."""
    rule = Rule("ten minste 2 punten", np.ones((2, 2)), low=2.0)
    problem = plain([1.0, 1.0], [0.0, 0.0], [1.0, 1.0], after=(After(1, 0, 2),), rules=(rule,))
    with pytest.raises(QuestionError) as caught:
        solve(problem)
    assert caught.value.problems == ("'p1' begint ten minste 2 jaar na 'p0'", "ten minste 2 punten")


def test_a_circle_is_named_in_full() -> None:
    with pytest.raises(QuestionError, match="p0 wacht op p2 wacht op p1 wacht op p0"):
        plain([1.0] * 3, [1.0] * 3, [1.0], after=(After(0, 2, 0), After(2, 1, 0), After(1, 0, 0)))


def test_all_that_is_wrong_comes_at_once() -> None:
    with pytest.raises(QuestionError) as caught:
        plain([1.0, np.nan], [1.0, -1.0], [-5.0])
    assert len(caught.value.problems) == 3


def test_no_time_is_told_and_not_hidden() -> None:
    problem = invented(1, count=120, years=15, purses=3, floor=False)
    found = solve(problem, Effort(gap=0.0, seconds=1.0))
    assert found.status == "tijd op" and found.gap > 0
    assert broken(problem, found.starts) == []


def test_a_plan_improved_by_parts_keeps_limits_and_gets_better_every_time() -> None:
    problem = invented(5, count=60, years=5, floor=False, tightness=0.2)
    rows, ranked = rows_of(problem), greedy(problem)
    columns = rows.columns_of(ranked)
    begun = Run("tijd op", columns, np.zeros(0), float(rows.cost @ columns), -np.inf)
    everything = np.ones(len(rows.starts), dtype=bool)
    asked = improved(rows, begun, lambda: everything, math.inf, time.monotonic() + 600)
    found = list(itertools.islice((run for run in asked if run.found), 6))
    values = [begun.value, *(each.value for each in found)]
    assert len(found) == 6
    assert values == sorted(values, reverse=True)
    assert len(set(values)) > 2
    starts = rows.plan_of(found[-1].columns)
    assert not broken(problem, starts)
    assert problem.worth_of(starts) == pytest.approx(-found[-1].value * rows.unit)
    assert problem.worth_of(starts) > 1.02 * problem.worth_of(ranked)


@pytest.mark.parametrize("seed", [2, 5, 6])
def test_a_plan_that_a_small_kernel_cannot_prove_is_improved_and_its_bound_holds(seed: int) -> None:
    """Of twenty projects HiGHS on all columns knows the best; the rounds after the first kernel must not promise less."""
    problem = invented(seed, count=20, years=6, floor=False, tightness=0.2)
    best = run_highs(rows_of(problem), whole=True, gap=1e-6, seconds=600)
    assert best.ended == "optimaal"
    truth = -best.value * rows_of(problem).unit
    found = solve(problem, Effort(gap=0.003, seconds=600, kernel=1))
    assert found.kernel > 2 * 20, "the first kernel was enough: this tests nothing"
    assert found.value <= truth * (1 + 1e-6)
    assert found.bound >= truth * (1 - 1e-6)
    assert found.gap <= 0.003


def test_the_plan_does_not_hang_on_which_of_two_threads_is_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = invented(2, count=20, years=6, floor=False, tightness=0.2)
    effort = Effort(gap=0.003, seconds=600, kernel=1)
    quick = solve(problem, effort)
    assert quick.kernel > 2 * 20, "the first kernel was enough: this tests nothing"
    go_on = Halving.go_on

    def late(halving: Halving, enough: float, work: float, until: float) -> None:
        time.sleep(0.1)
        go_on(halving, enough, work, until)

    monkeypatch.setattr(Halving, "go_on", late)
    slow = solve(problem, effort)
    assert slow.starts.tolist() == quick.starts.tolist()
    assert (slow.bound, slow.value) == (quick.bound, quick.value)
