"""Plans between which one has to choose: more of one mechanism is less of another, or less money's worth.

Epsilon-constraint: the most value with at least so much of a mechanism, for a row of amounts. It also finds plans that no
weighing of objectives would give, which lie in a hollow of the front.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stadspeil.appraisal.portfolio.core import Progress
from stadspeil.appraisal.portfolio.problem import Floats, Ints, Problem, Rule
from stadspeil.appraisal.portfolio.solving import Effort, solve
from stadspeil.errors import QuestionError

# An objective that differs less than this share of its reach is alike.
_ALIKE = 1e-6


@dataclass(frozen=True)
class Front:
    """plans D x P years of start, points D x K: what each gives of every objective; no plan is beaten on all.

    asked  how many questions were put     gap  the largest certified gap among them
    """

    plans: Ints
    points: Floats
    asked: int
    gap: float

    def told_apart(self, grains: Sequence[float]) -> Front:
        """Each plan once among those that give the same of every objective, rounded to a grain per objective."""
        rounded = np.round(self.points / np.asarray(grains))
        first = np.sort(np.unique(rounded, axis=0, return_index=True)[1])
        return replace(self, plans=self.plans[first], points=self.points[first])


def front_of(
    problem: Problem,
    objectives: Floats,
    titles: Sequence[str],
    *,
    steps: int = 6,
    between: int = 12,
    effort: Effort | None = None,
    progress: Progress = None,
) -> Front:
    """The front of the first objective against each of the others, and `between` questions that bind all at once.

    Shape:   objectives K x P x T; the first is what is maximised, the others get a floor. With K of six a full grid is
             out of reach (steps to the fifth), so pairs get `steps` each and the inside a sequence that fills it evenly.
    Raises:  as `solve`, where the problem itself has no plan.
    """
    effort = effort or Effort(gap=0.002, seconds=10.0)
    wholes = [_ends(problem, objectives, number, effort) for number in range(len(objectives))]
    plans = [each[0] for each in wholes]
    gap = max(each[1] for each in wholes)
    points = np.array([_point(problem, objectives, plan) for plan in plans])
    low, high = points.min(axis=0), points.max(axis=0)
    wanted = _floors(low, high, steps, between)
    for number, floors in enumerate(wanted):
        if progress is not None:
            progress("afwegingen zoeken", number, len(wanted))
        found = _best_with(problem, objectives, titles, floors, effort)
        if found is not None:
            plans.append(found[0])
            gap = max(gap, found[1])
    different = np.unique(np.array(plans), axis=0)
    points = np.array([_point(problem, objectives, plan) for plan in different])
    kept = _unbeaten(points)
    order = np.argsort(-points[kept][:, 0], kind="stable")
    return Front(different[kept][order], points[kept][order], len(wholes) + len(wanted), gap)


def _floors(low: Floats, high: Floats, steps: int, between: int) -> list[Floats]:
    """K floors per question: one objective at a time, then all together."""
    found, width = [], high - low
    for number in range(1, len(low)):
        if width[number] <= 0:
            continue
        for share in np.arange(1, steps) / steps:
            floors = np.full(len(low), -np.inf)
            floors[number] = low[number] + share * width[number]
            found.append(floors)
    if between and len(low) > 2:
        strewn = _strewn(between, len(low) - 1)
        for shares in strewn:
            found.append(np.concatenate([[-np.inf], low[1:] + 0.9 * shares * width[1:]]))
    return found


def _strewn(count: int, width: int) -> Floats:
    """Points that fill the unit cube evenly: multiples of powers of the root of x^(width + 1) = x + 1 (Roberts 2018)."""
    root = 2.0
    for _ in range(40):
        root = (1.0 + root) ** (1.0 / (width + 1))
    steps = root ** -np.arange(1, width + 1)
    return (0.5 + np.outer(np.arange(1, count + 1), steps)) % 1.0


def _ends(problem: Problem, objectives: Floats, number: int, effort: Effort) -> tuple[Ints, float]:
    """The plan with the most of one objective, and of those the one with the most of the first (or of all the rest)."""
    # Only what is worth euros is lost in pairs; points add up.
    losses = problem.losses if number == 0 else ()
    most = solve(replace(problem, value=objectives[number], losses=losses), effort)
    if number == 0:
        return most.starts, most.gap
    floor = Rule("", objectives[number], low=most.value - 1e-6 * max(1.0, abs(most.value)))
    try:
        best = solve(replace(problem, value=objectives[0], rules=(*problem.rules, floor)), effort)
    except QuestionError:
        return most.starts, most.gap
    return best.starts, max(most.gap, best.gap)


def _best_with(
    problem: Problem, objectives: Floats, titles: Sequence[str], floors: Floats, effort: Effort
) -> tuple[Ints, float] | None:
    rules = tuple(
        Rule(f"ten minste {floors[each]:g} {titles[int(each)]}", objectives[each], low=float(floors[each]))
        for each in np.flatnonzero(np.isfinite(floors))
    )
    try:
        found = solve(replace(problem, value=objectives[0], rules=(*problem.rules, *rules)), effort)
    except QuestionError:
        return None
    return found.starts, found.gap


def _point(problem: Problem, objectives: Floats, plan: Ints) -> Floats:
    done = np.flatnonzero(plan >= 0)
    point: Floats = objectives[:, done, plan[done]].sum(axis=1)
    point[0] -= problem.lost(plan)
    return point


def _unbeaten(points: Floats) -> Ints:
    """Rows that no other equals on all and beats on one."""
    reach = np.maximum(np.ptp(points, axis=0), 1e-12)
    scaled = (points - points.min(axis=0)) / reach
    beaten = [
        bool(((scaled >= mine - _ALIKE).all(axis=1) & (scaled > mine + _ALIKE).any(axis=1)).any()) for mine in scaled
    ]
    return np.flatnonzero(~np.array(beaten))
