"""Projects of an agenda that wait for a figure: the chance that it comes, and whether the plan leaves money for it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.portfolio.building import Built
from stadspeil.appraisal.portfolio.pathways import (
    Trigger,
    chances,
    fallen,
    in_time,
    paths_of,
    trigger_from,
    waiting,
)
from stadspeil.appraisal.portfolio.problem import CENT, Bools, Floats, Ints
from stadspeil.appraisal.portfolio.tables import PATHWAYS, TRIGGERS
from stadspeil.catalogue.appraisal_entries import Project
from stadspeil.contracts import check

# Years of a figure as they were published: a line needs this many.
FEWEST_YEARS = 4
History = Mapping[str, tuple[Ints, Floats]]


def signposts(made: Built, starts: Ints, history: History, frame: Frame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """TRIGGERS and PATHWAYS of all projects that wait."""
    agenda, by_year, whole = made.agenda, [], []
    for row in np.flatnonzero(made.waits):
        project = agenda.projects[row]
        trigger = trigger_from(project.trigger)
        paths = _paths(trigger, history, agenda.first, agenda.years, frame)
        sell_by = project.sell_by - agenda.first if project.sell_by else None
        able = in_time(np.arange(agenda.years), project.lead, sell_by, agenda.years)
        payable = _affordable(made, int(row), starts)
        fell_by = None if paths is None else chances(trigger, paths)
        by_year += [
            (project.id, agenda.first + year, trigger.indicator, trigger.side, trigger.bound,
             None if fell_by is None else float(fell_by[year]), bool(able[year]), bool(payable[year]))
            for year in range(agenda.years)
        ]  # fmt: skip
        whole.append(_pathway(made, int(row), project, trigger, paths, able))
    return (
        check(pl.DataFrame(by_year, schema=dict(TRIGGERS.columns), orient="row"), TRIGGERS, agenda.id),
        check(pl.DataFrame(whole, schema=dict(PATHWAYS.columns), orient="row"), PATHWAYS, agenda.id),
    )


def _pathway(
    made: Built, row: int, project: Project, trigger: Trigger, paths: Floats | None, able: Bools
) -> tuple[str | int | float | None, ...]:
    """What waiting is worth. Benefits count where the trigger falls within the horizon: else there was nothing to mend."""
    first = made.agenda.first
    last = first + int(np.flatnonzero(able)[-1]) if able.any() else None
    head = (project.id, project.title, project.trigger, project.lead, last)
    if paths is None:
        return (
            *head,
            None,
            None,
            None,
            None,
            None,
            f"van {trigger.indicator} zijn te weinig jaren bekend voor een kans",
        )
    fell = fallen(trigger, paths)
    needed = (fell >= 0)[:, None]
    values = made.worth[row] * needed - made.strain[row][:, None] * made.paid[row][None, :]
    sell_by = project.sell_by - first if project.sell_by else None
    found = waiting(values, fell, project.lead, sell_by)
    year = first + found.year if found.year >= 0 else None
    note = "baten tellen alleen waar het cijfer de grens passeert; het verloop is een lijn met een dwaling, geen voorspelling"
    return (*head, found.waits, found.committed, found.option, year, found.acts, note)


def _paths(trigger: Trigger, history: History, first: int, years: int, frame: Frame) -> Floats | None:
    if trigger.indicator not in history:
        return None
    when, values = history[trigger.indicator]
    known = np.isfinite(values)
    when, values = when[known], values[known]
    if len(when) < FEWEST_YEARS:
        return None
    slope = float((values[-1] - values[0]) / (when[-1] - when[0]))
    steps = np.diff(values) / np.sqrt(np.diff(when))
    error = float(np.std(steps, ddof=1))
    ahead = first + np.arange(years)
    return paths_of(
        float(values[-1]),
        int(when[-1]),
        slope,
        error,
        ahead,
        frame.draws,
        frame.source(f"agenda:pad:{trigger.indicator}"),
    )


def _affordable(made: Built, row: int, starts: Ints) -> Bools:
    """T: whether the plan leaves the money and the people to start the project in each year."""
    problem = made.problem
    over = (problem.budgets - problem.spent(starts))[:, None, :] - problem.costs[row]
    over = np.where(problem.carries[:, None, None], np.cumsum(over, axis=2), over)
    people = problem.staffed(starts) + problem.staff[row] <= problem.capacity + 1e-6
    return (over >= -CENT).all(axis=(0, 2)) & people.all(axis=1)
