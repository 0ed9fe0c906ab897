"""Plans that hold up when things turn out badly: the mean against the worst part of the scenarios, and regret."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from stadspeil.appraisal.portfolio.conflicts import refuse_impossible
from stadspeil.appraisal.portfolio.problem import Floats, Ints, Problem
from stadspeil.appraisal.portfolio.ranking import greedy
from stadspeil.appraisal.portfolio.rows import ALWAYS, Rows, rows_of
from stadspeil.appraisal.portfolio.solving import Effort, Solved, solve, solve_rows
from stadspeil.errors import QuestionError

WORST = 0.2


@dataclass(frozen=True)
class Robust:
    """A plan of the robust question: its certificate is that of (1 - lam) mean + lam tail."""

    solved: Solved
    mean: float
    tail: float


def tail_mean(values: Floats, worst: float = WORST) -> float:
    """Mean of the worst share of values (CVaR); a value on the edge counts for the part that fits.

    Source:  Rockafellar & Uryasev 2000.
    """
    ordered = np.sort(values)
    weight = worst * len(ordered)
    whole = int(weight)
    total = float(ordered[:whole].sum())
    if whole < len(ordered):
        total += (weight - whole) * float(ordered[whole])
    return total / weight


def values_of(draws: Floats, plans: Ints) -> Floats:
    """D x S: what each plan is worth in each scenario. `draws` is S x P x T, `plans` D x P years of start."""
    padded = np.concatenate([draws, np.zeros((*draws.shape[:2], 1))], axis=2)
    rows = np.arange(draws.shape[1])
    return np.stack([padded[:, rows, plan].sum(axis=1) for plan in plans]) if len(plans) else np.zeros((0, len(draws)))


def robust(
    problem: Problem, draws: Floats, lam: float, *, worst: float = WORST, effort: Effort | None = None
) -> Robust:
    """The plan that maximises (1 - lam) mean + lam mean of the worst scenarios.

    Shape:   draws S x P x T, euro; scenarios weigh alike.
    Raises:  QuestionError for a lam outside 0..1, and as `solve`.
    """
    if not 0 <= lam <= 1 or not 0 < worst <= 1:
        raise QuestionError(
            "de agenda", f"lam is {lam:g}; verwacht 0 (gemiddelde) tot 1 (slechtste deel)", "kies --lam anders"
        )
    effort = effort or Effort()
    mean = draws.mean(axis=0)
    if lam == 0:
        solved = solve(_with_value(problem, mean), effort)
    else:
        plain = rows_of(_with_value(problem, mean))
        rows = _tailed(plain, draws, mean, lam, worst)
        found = solve_rows(rows, effort, rows.columns_of(greedy(_with_value(problem, mean))))
        if found is None:
            refuse_impossible(plain)
            raise QuestionError(
                "de agenda", "in de gegeven tijd is geen plan gevonden", "geef meer seconden met --seconds"
            )
        solved = found
    values = values_of(draws, solved.starts[None])[0] - problem.lost(solved.starts)
    return Robust(solved, float(values.mean()), tail_mean(values, worst))


def regret(values: Floats) -> Floats:
    """D x S: what each plan misses in each scenario against the best of the plans there."""
    return values.max(axis=0) - values


def _with_value(problem: Problem, value: Floats) -> Problem:
    return replace(problem, value=value)


def _tailed(rows: Rows, draws: Floats, mean: Floats, lam: float, worst: float) -> Rows:
    """The rows with those of the tail: short[s] >= edge - value in s, tail = edge - mean of short / worst."""
    n, scenarios = len(rows.starts), len(draws)
    unit = rows.unit
    inside = draws[:, rows.starts[:, 0], rows.starts[:, 1]] / unit
    edge = sparse.csr_matrix(np.ones((scenarios, 1)))
    # value in s + short[s] - edge >= 0; what pairs lose is taken as its mean in every scenario
    beside = sparse.csr_matrix(np.tile(-rows.cost[n:], (scenarios, 1)))
    below = sparse.hstack([sparse.csr_matrix(inside), beside, -edge, sparse.identity(scenarios)])
    wide = sparse.hstack([rows.matrix, sparse.csr_matrix((rows.matrix.shape[0], 1 + scenarios))])
    cost = np.concatenate([rows.cost * (1 - lam), [-lam], np.full(scenarios, lam / (worst * scenarios))])
    return replace(
        rows, cost=cost, matrix=sparse.vstack([wide, below]).tocsc(),
        lower=np.concatenate([rows.lower, [-np.inf], np.zeros(scenarios)]),
        upper=np.concatenate([rows.upper, np.full(1 + scenarios, np.inf)]),
        low=np.concatenate([rows.low, np.zeros(scenarios)]), high=np.concatenate([rows.high, np.full(scenarios, np.inf)]),
        limit=np.concatenate([rows.limit, np.full(scenarios, ALWAYS)]),
    )  # fmt: skip
