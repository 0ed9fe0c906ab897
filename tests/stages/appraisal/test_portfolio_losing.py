"""Projects that touch each other: the plan that is found is the best with what pairs lose, and its printed gap holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from portfolios import every_plan, invented

from stadspeil.appraisal.portfolio.losing import cuts_of
from stadspeil.appraisal.portfolio.problem import Loss, Problem, refuse
from stadspeil.appraisal.portfolio.robust import robust
from stadspeil.appraisal.portfolio.rows import rows_of
from stadspeil.appraisal.portfolio.solving import Effort, solve, solve_rows
from stadspeil.errors import QuestionError


def touching(seed: int, count: int = 7, years: int = 4, pairs: int = 6, **more: float) -> Problem:
    """Projects of which some pairs lose up to what the smaller of both is worth, by how near their years are."""
    problem, rng = invented(seed, count, years, floor=False, **more), np.random.default_rng(seed + 100)  # type: ignore[arg-type]
    found = [(one, other) for one in range(count) for other in range(one + 1, count)]
    losses = []
    for place in rng.permutation(len(found))[:pairs]:
        one, other = found[place]
        most = max(0.0, min(problem.value[one].max(), problem.value[other].max()))
        apart = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
        losses.append(
            Loss(one, other, most * rng.uniform(0.3, 1.0) * 0.7**apart * rng.uniform(0.5, 1.0, (years, years)))
        )
    return replace(problem, losses=tuple(losses))


def counted(problem: Problem, plan: np.ndarray) -> float:
    """What a plan is worth, told anew project by project and pair by pair."""
    worth = sum(problem.value[row, year] for row, year in enumerate(plan) if year >= 0)
    for each in problem.losses:
        if plan[each.one] >= 0 and plan[each.other] >= 0:
            worth -= each.euro[plan[each.one], plan[each.other]]
    return float(worth)


@pytest.mark.parametrize("seed", range(6))
def test_the_plan_is_the_best_of_all_plans_with_what_pairs_lose(seed: int) -> None:
    problem = touching(seed, tightness=0.8)
    best = max(counted(problem, plan) for plan in every_plan(problem))
    found = solve(problem, Effort(gap=0.0))
    assert found.value == pytest.approx(best, rel=1e-6)
    assert counted(problem, found.starts) == pytest.approx(found.value, rel=1e-6)
    assert problem.worth_of(found.starts) == pytest.approx(counted(problem, found.starts))


def test_the_best_of_ten_projects_of_which_all_pairs_touch() -> None:
    problem = touching(3, count=10, years=1, pairs=45, tightness=0.8)
    best = max(counted(problem, plan) for plan in every_plan(problem))
    assert solve(problem, Effort(gap=0.0)).value == pytest.approx(best, rel=1e-6)
    # Without what they lose another plan would have been made.
    blind = solve(replace(problem, losses=()), Effort(gap=0.0))
    assert counted(problem, blind.starts) < best * 0.999


@pytest.mark.parametrize("gap", [0.02, 0.3])
@pytest.mark.parametrize("seed", range(4))
def test_the_printed_gap_holds_with_losses(seed: int, gap: float) -> None:
    problem = touching(seed, tightness=0.8)
    best = max(counted(problem, plan) for plan in every_plan(problem))
    found = solve(problem, Effort(gap=gap, kernel=1))
    assert found.bound >= best - 1e-3
    assert (best - counted(problem, found.starts)) / found.value <= found.gap + 1e-6


def test_without_losses_the_rows_are_the_same_to_the_bit() -> None:
    plain = invented(2)
    rows, other = rows_of(plain), rows_of(replace(plain, losses=()))
    assert rows.matrix.data.tobytes() == other.matrix.data.tobytes()
    assert rows.cost.tobytes() == other.cost.tobytes() and rows.matrix.shape == other.matrix.shape
    assert len(rows.cost) == len(rows.starts) + plain.budgets.size


def test_a_loss_of_nothing_changes_no_plan() -> None:
    plain = invented(4)
    none = solve(replace(plain, losses=(Loss(0, 1, np.zeros((4, 4))),)), Effort(gap=0.0))
    assert none.value == pytest.approx(solve(plain, Effort(gap=0.0)).value, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_rows_of_a_pair_reach_what_is_lost_in_all_years_and_never_pass_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    euro, ours, theirs = rng.uniform(0, 9, (5, 5)), np.array([0, 2, 3]), np.array([1, 4])
    cuts = cuts_of(Loss(0, 1, euro), ours, theirs)
    both = np.max([own[:, None] + other[None] - most for own, other, most in cuts], axis=0)
    assert np.maximum(both, 0) == pytest.approx(euro[np.ix_(ours, theirs)])
    assert all((own <= most).all() and (other <= most).all() for own, other, most in cuts)


def test_the_worst_scenarios_lose_as_the_mean_does() -> None:
    """Two scenarios alike: the tail of the plan is its worth, with what the pair loses off."""
    problem = replace(invented(1, count=2, years=1, floor=False, tightness=5.0), capacity=np.full(1, np.inf))
    value = np.array([[5e6], [4e6]])
    problem = replace(problem, value=value, losses=(Loss(0, 1, np.full((1, 1), 1e6)),))
    found = robust(problem, np.stack([value, value]), 0.5, effort=Effort(gap=0.0))
    assert found.solved.starts.tolist() == [0, 0]
    assert found.mean == found.tail == pytest.approx(8e6)
    assert found.solved.value == pytest.approx(8e6)


def test_a_loss_that_cannot_be_is_refused() -> None:
    plain = invented(0)
    with pytest.raises(QuestionError, match="verlies van 'p0' met 'p1'"):
        refuse(replace(plain, losses=(Loss(0, 1, np.full((4, 4), -1.0)),)))


@pytest.mark.parametrize("seed", range(3))
def test_a_plan_that_is_held_is_never_lost(seed: int) -> None:
    """The plan that is best without losses, held through a search that asks for little: what is found is worth no less."""
    problem = touching(seed, count=10, years=5, pairs=30, tightness=0.8)
    blind, rows = solve(replace(problem, losses=()), Effort(gap=0.0)), rows_of(problem)
    found = solve_rows(rows, Effort(gap=5.0, kernel=1), rows.columns_of(blind.starts), hold=True)
    assert found is not None and found.value >= problem.worth_of(blind.starts) - 1e-3
    assert solve(problem, Effort(gap=0.02)).bound <= blind.bound + 1e-3
