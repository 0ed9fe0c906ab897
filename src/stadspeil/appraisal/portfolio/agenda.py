"""An agenda answered: the plan with its certificate, what it rests on, and what would change it, as tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.portfolio import tables
from stadspeil.appraisal.portfolio.building import Built, scenarios_of
from stadspeil.appraisal.portfolio.core import Core, core_of
from stadspeil.appraisal.portfolio.efforts import Standing, judged
from stadspeil.appraisal.portfolio.front import Front, front_of
from stadspeil.appraisal.portfolio.information import Knowing, perfect, worth_of_knowing
from stadspeil.appraisal.portfolio.joint import joint_of, pairs_table, told_together
from stadspeil.appraisal.portfolio.problem import NOT_STARTED, Floats, Ints, broken
from stadspeil.appraisal.portfolio.ranking import greedy
from stadspeil.appraisal.portfolio.robust import Robust, regret, robust, tail_mean, values_of
from stadspeil.appraisal.portfolio.signposts import History, signposts
from stadspeil.appraisal.portfolio.solving import Effort, solve
from stadspeil.appraisal.portfolio.weighed import MECHANISM, Weighed
from stadspeil.contracts import check
from stadspeil.errors import QuestionError

Progress = Callable[[str, int, int], None] | None
# Draws that the robust question holds as scenarios: more says little more and takes long.
TAIL_DRAWS = 200
# Trade-offs are told in hundredths of a million and of a point; plans that differ less are one to a reader.
_EURO_GRAIN, _POINT_GRAIN = 10_000.0, 0.01
QUICK = Effort(gap=0.002, seconds=15.0)
# A running effort is small beside the whole: what plans with and without it differ must not drown in their margins.
_CLOSE = Effort(gap=0.0002, seconds=15.0)


@dataclass(frozen=True)
class Choices:
    """What is asked of an agenda beside its own entry.

    lam       weight of the worst fifth of the scenarios against the mean, 0 to 1
    scenarios in how many the best plan is sought, for core and borderline     front  whether trade-offs are sought
    without   purses whose money does not come
    """

    agenda: str
    lam: float = 0.0
    scenarios: int = 40
    gap: float = 0.01
    seconds: float = 60.0
    front: bool = True
    without: tuple[str, ...] = ()
    draws: int = 2000
    seed: int = 2026


@dataclass(frozen=True)
class Answer:
    """The tables of an agenda by name, and what is told beside them."""

    tables: dict[str, pl.DataFrame]
    told: dict[str, Any]


def answer(
    made: Built,
    weighed: tuple[Weighed, ...],
    frame: Frame,
    choices: Choices,
    history: History,
    progress: Progress = None,
) -> Answer:
    """Solve an agenda and tell it.

    Raises:  QuestionError where no plan keeps all limits, with the smallest set that conflicts.
    """
    problem = made.problem
    tail = made.draws(min(TAIL_DRAWS, frame.draws))
    # With lam 0 the mean of all draws is asked; the tail is told of the first draws.
    best = (
        robust(problem, tail, choices.lam, effort=Effort(choices.gap, choices.seconds))
        if choices.lam
        else _plain(made, tail, choices)
    )
    starts = best.solved.starts
    ranked = greedy(problem)
    core = (
        core_of(problem, scenarios_of(made, choices.scenarios, frame), QUICK, progress) if choices.scenarios else None
    )
    plans = _plans(starts, core)
    lost = np.array([problem.lost(plan) for plan in plans])
    values = values_of(made.draws(frame.draws), plans) - lost[:, None]
    knowing = worth_of_knowing(values, _inputs(weighed), frame.source("agenda:weten"))
    front = _front(made, progress) if choices.front else None
    triggers, pathways = signposts(made, starts, history, frame)
    found = {
        "plan": _plan_table(made, weighed, starts, ranked, core),
        "means": _means_table(made, starts),
        "marks": _marks_table(made, starts),
        "efforts": efforts_table(made, starts, core, progress),
        "front": _front_table(made, front), "options": _options_table(made, front), "knowing": _knowing_table(knowing),
        "triggers": triggers, "pathways": pathways, "pairs": pairs_table(made, starts),
    }  # fmt: skip
    checked = {name: check(table, tables.TABLES[name], made.agenda.id) for name, table in found.items()}
    told = _told(made, best, ranked, core, front, values, choices)
    if made.pairs:
        told |= told_together(told, joint_of(made, starts, frame.draws), joint_of(made, ranked, frame.draws), len(tail))
    return Answer(checked, told)


def _plain(made: Built, tail: Floats, choices: Choices) -> Robust:
    solved = solve(made.problem, Effort(choices.gap, choices.seconds))
    values = values_of(tail, solved.starts[None])[0] - made.problem.lost(solved.starts)
    return Robust(solved, made.problem.worth_of(solved.starts), tail_mean(values))


def _plans(starts: Ints, core: Core | None) -> Ints:
    """The plans between which one chooses: ours, those of the scenarios, and to do nothing."""
    nothing = np.full((1, len(starts)), NOT_STARTED, dtype=np.int64)
    found = [starts[None], nothing] if core is None else [starts[None], core.plans, nothing]
    return np.unique(np.concatenate(found), axis=0)


def _inputs(weighed: tuple[Weighed, ...]) -> dict[str, Floats]:
    return {name: draws for each in weighed for name, draws in each.inputs.items()}


def _front(made: Built, progress: Progress) -> Front | None:
    """Worth against points of each mechanism; none where no project has points."""
    names = _objectives(made)
    if not names:
        return None
    points = [np.repeat(made.marks[name][:, None], made.problem.years, axis=1) for name in names]
    objectives = np.stack([made.problem.value, *points])
    titles = ["euro", *(f"punt van '{name.removeprefix(MECHANISM)}'" for name in names)]
    found = front_of(made.problem, objectives, titles, effort=QUICK, progress=progress)
    return found.told_apart([_EURO_GRAIN, *(_POINT_GRAIN for _ in names)])


def _objectives(made: Built) -> list[str]:
    return [name for name in made.marks if name.startswith(MECHANISM) and made.marks[name].any()]


def _plan_table(
    made: Built, weighed: tuple[Weighed, ...], starts: Ints, ranked: Ints, core: Core | None
) -> pl.DataFrame:
    first, rows = made.problem.first, []
    for row, (project, each) in enumerate(zip(made.agenda.projects, weighed, strict=True)):
        start = int(starts[row])
        at = max(start, project.earliest - first if project.earliest else 0, 0)
        worth = made.worth[row, :, at] - made.strain[row] * made.paid[row, at]
        low, high = np.percentile(worth, (5, 95))
        span = max((len(costs) for costs in each.costs.values()), default=project.years)
        rows.append((
            project.id, project.title, project.existing, project.must, _year(start, first),
            None if start < 0 else first + start + span - 1,
            float(each.strain.mean()) * sum(float(costs.sum()) for costs in each.costs.values()),
            float(worth.mean()), float(low), float(high), float((worth > 0).mean()), _year(int(ranked[row]), first),
            None if core is None else float(core.index[row]), None if core is None or made.waits[row] else core.place(row), project.trigger,
            ", ".join(each.trace),
        ))  # fmt: skip
    return pl.DataFrame(rows, schema=dict(tables.PLAN.columns), orient="row")


def _year(start: int, first: int) -> int | None:
    return None if start < 0 else first + start


def _means_table(made: Built, starts: Ints) -> pl.DataFrame:
    problem = made.problem
    spent, left, people = problem.spent(starts), problem.left(starts), problem.staffed(starts)
    rows: list[tuple[str, int, str, float | None, float, float | None]] = [
        (purse, problem.first + year, "euro", float(problem.budgets[at, year]), float(spent[at, year]),
         max(0.0, float(left[at, year])))
        for at, purse in enumerate(problem.purses)
        for year in range(problem.years)
    ]  # fmt: skip
    for year in range(problem.years):
        bound = float(problem.capacity[year])
        known = bound if np.isfinite(bound) else None
        rows.append((
            "voltijdbanen", problem.first + year, "fte", known, float(people[year]),
            None if known is None else known - float(people[year]),
        ))  # fmt: skip
    return pl.DataFrame(rows, schema=dict(tables.MEANS.columns), orient="row")


def _marks_table(made: Built, starts: Ints) -> pl.DataFrame:
    floors = made.agenda.floors
    rows = [
        (name, float(made.marks[name][starts >= 0].sum()) if name in made.marks else 0.0, floors.get(name))
        for name in sorted({*made.marks, *floors})
    ]
    return pl.DataFrame(rows, schema=dict(tables.MARKS.columns), orient="row")


def efforts_table(made: Built, starts: Ints, core: Core | None, progress: Progress) -> pl.DataFrame:
    """EFFORTS of a plan: what runs already, each with its verdict, a reason a row."""
    rows: list[tuple[Any, ...]] = []
    existing = [row for row, each in enumerate(made.agenda.projects) if each.existing]
    for number, row in enumerate(existing):
        if progress is not None:
            progress("lopende inzet wegen", number, len(existing))
        standing = standing_of(made, row, starts, core)
        effort, title = judged(standing), made.agenda.projects[row].title
        rows += [
            (effort.name, at, title, effort.verdict, reason, standing.gains, standing.frees)
            for at, reason in enumerate(effort.reasons, start=1)
        ]
    return pl.DataFrame(rows, schema=dict(tables.EFFORTS.columns), orient="row")


def standing_of(made: Built, row: int, starts: Ints, core: Core | None) -> Standing:
    """How one running effort stands in a plan, and what the best plan with it is worth beside the best without it.

    Both are sought by their mean, whatever the plan was sought on and however far it may be from the best.
    """
    problem, project = made.problem, made.agenda.projects[row]
    chosen = bool(starts[row] >= 0)
    best = [_worth_where(made, row, done) for done in (True, False)]
    gains = 0.0 if best[0] is None or best[1] is None else best[0] - best[1]
    first = int(np.flatnonzero(problem.allowed[row])[0]) if problem.allowed[row].any() else 0
    at = max(int(starts[row]), first)
    worth = made.worth[row, :, at] - made.strain[row] * made.paid[row, at]
    marks = {
        name.removeprefix(MECHANISM): float(points[row])
        for name, points in made.marks.items()
        if name.startswith(MECHANISM)
    }
    return Standing(
        project.id, chosen, gains, None if core is None else float(core.index[row]), float((worth > 0).mean()),
        float(worth.mean()), max(0, int(starts[row]) - first) if chosen else 0, marks,
        float(problem.costs[row, :, at, :].sum()), project.must,
    )  # fmt: skip


def _worth_where(made: Built, row: int, done: bool) -> float | None:
    """What the best plan is worth where one project must, or may not, be done; None where there is no such plan."""
    problem, must = made.problem, made.problem.must.copy()
    allowed = problem.allowed.copy()
    must[row] = done
    if not done:
        allowed[row] = False
    try:
        return solve(replace(problem, must=must, allowed=allowed), _CLOSE).value
    except QuestionError:
        return None


def _front_table(made: Built, front: Front | None) -> pl.DataFrame:
    names = [("waarde", "euro"), *((name.removeprefix(MECHANISM), "punt") for name in _objectives(made))]
    rows = [] if front is None else [
        (_option(number), name, unit, float(point[at]))
        for number, point in enumerate(front.points)
        for at, (name, unit) in enumerate(names)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(tables.FRONT.columns), orient="row")


def _options_table(made: Built, front: Front | None) -> pl.DataFrame:
    rows = [] if front is None else [
        (_option(number), made.problem.projects[row], made.problem.first + int(plan[row]))
        for number, plan in enumerate(front.plans)
        for row in np.flatnonzero(plan >= 0)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(tables.OPTIONS.columns), orient="row")


def _option(number: int) -> str:
    return f"o{number + 1:02d}"


def _knowing_table(knowing: list[Knowing]) -> pl.DataFrame:
    rows = [(each.input, each.value, each.chance, each.clear) for each in knowing]
    return pl.DataFrame(rows, schema=dict(tables.KNOWING.columns), orient="row")


def _told(
    made: Built, best: Robust, ranked: Ints, core: Core | None, front: Front | None, values: Floats, choices: Choices
) -> dict[str, Any]:
    problem, solved = made.problem, best.solved
    worth, by_rank = problem.worth_of(solved.starts), problem.worth_of(ranked)
    breaks = broken(problem, ranked)
    return {
        "title": made.agenda.title, "status": made.agenda.status, "town": made.agenda.town, "first": problem.first,
        "years": problem.years, "invented": made.agenda.invented, "lam": choices.lam, "without": list(choices.without),
        "value": solved.value, "bound": solved.bound, "linear_bound": solved.linear, "gap": solved.gap,
        "proof": solved.status, "columns": solved.columns, "kernel": solved.kernel, "worth": worth, "mean": best.mean,
        "tail": best.tail, "ranked_worth": by_rank, "ranked_breaks": breaks,
        "ranked_loss": (worth - by_rank) / worth if worth > 0 else None,
        "scenarios": 0 if core is None else core.scenarios, "possible": 0 if core is None else core.possible,
        "core_plans": 0 if core is None else len(core.plans), "core_gap": 0.0 if core is None else core.gap,
        "largest_regret": float(regret(values).max(axis=1).min()), "perfect": perfect(values),
        "front_asked": 0 if front is None else front.asked, "front_gap": 0.0 if front is None else front.gap,
        "remarks": list(made.remarks),
    }  # fmt: skip
