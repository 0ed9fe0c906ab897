"""Which projects belong in the plan whatever happens, which never, and which it depends on: Robust Portfolio Modeling.

A scenario is one way things can turn out: other values, and other means (a fund that does not come). Every scenario has
its best plan. Plans that another one equals or beats in every scenario fall out. The share of the plans left that hold a
project is its core index (Liesiö, Mild & Salo 2007, 2008).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from stadspeil.appraisal.portfolio.problem import NOT_STARTED, Bools, Floats, Ints, Problem, broken
from stadspeil.appraisal.portfolio.robust import values_of
from stadspeil.appraisal.portfolio.solving import Effort, solve
from stadspeil.errors import QuestionError

Place = Literal["kern", "grens", "buiten"]
Progress = Callable[[str, int, int], None] | None
# A difference smaller than this, in euros, is none.
ALIKE = 1.0


@dataclass(frozen=True)
class Scenario:
    """One way things can turn out: P x T values, and F x T budgets where those differ."""

    value: Floats
    budgets: Floats | None = None


@dataclass(frozen=True)
class Core:
    """plans  D x P years of start of the plans that none beats      index  P shares of those that do the project
    gap    the largest certified gap among the plans      scenarios, possible  how many were asked, and had a plan at all
    """

    plans: Ints
    index: Floats
    gap: float
    scenarios: int
    possible: int

    def place(self, row: int) -> Place:
        """Core: in all plans; outside: in none."""
        return "kern" if self.index[row] == 1 else "buiten" if self.index[row] == 0 else "grens"


def core_of(
    problem: Problem, scenarios: Sequence[Scenario], effort: Effort | None = None, progress: Progress = None
) -> Core:
    """The best plan of every scenario, those that are beaten left out, and the core index of every project.

    Plans are compared over the values of all scenarios, and only a plan that is affordable in the same scenarios can beat
    another: a plan that leans on a fund does not push out one that does without.
    Raises:  as `solve`, where no scenario has a plan.
    """
    effort = effort or Effort(gap=0.002, seconds=20.0)
    plans: list[Ints] = []
    gap, refused = 0.0, None
    for number, scenario in enumerate(scenarios):
        if progress is not None:
            progress("scenario's doorrekenen", number, len(scenarios))
        budgets = problem.budgets if scenario.budgets is None else scenario.budgets
        try:
            found = solve(replace(problem, value=scenario.value, budgets=budgets), effort)
        except QuestionError as fault:
            refused = refused or fault
            continue
        gap = max(gap, found.gap)
        plans.append(found.starts)
    if refused is not None and not plans:
        raise refused
    different = np.unique(np.array(plans), axis=0)
    lost = np.array([problem.lost(plan) for plan in different])
    values = values_of(np.stack([each.value for each in scenarios]), different) - lost[:, None]
    kept = different[unbeaten(values, _affordable(problem, scenarios, different))]
    return Core(kept, (kept != NOT_STARTED).mean(axis=0), gap, len(scenarios), len(plans))


def unbeaten(values: Floats, able: Bools | None = None) -> Bools:
    """Rows (D x K, higher is better) that no other row equals on all and beats on one; of equal rows all stay.

    `able` D x M: a row beats another only if it is able wherever the other is.
    """
    stays = np.ones(len(values), dtype=bool)
    for row, mine in enumerate(values):
        at_least = (values >= mine - ALIKE * 1e-3).all(axis=1) & (values > mine + ALIKE * 1e-3).any(axis=1)
        if able is not None:
            at_least &= (able | ~able[row]).all(axis=1)
        stays[row] = not at_least.any()
    return stays


def _affordable(problem: Problem, scenarios: Sequence[Scenario], plans: Ints) -> Bools:
    """D x M: whether each plan keeps all limits under each different set of budgets."""
    sets: dict[bytes, Floats] = {}
    for each in scenarios:
        budgets = problem.budgets if each.budgets is None else each.budgets
        sets.setdefault(budgets.tobytes(), budgets)
    tables = [replace(problem, budgets=each) for each in sets.values()]
    return np.array([[not broken(each, plan) for each in tables] for plan in plans])
