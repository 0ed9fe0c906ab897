"""Schuifruimte: households that must leave a site, and how many find a suitable home nearby, and when.

A home is suitable when it is of the same tenure, or social or private rent exchanged for a home of one's own; when it
costs no more than a share of income; and when it has a fair floor for the household.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.classes import OWNER
from stadspeil.simulation.places import neighbours
from stadspeil.simulation.programme import Step
from stadspeil.simulation.run import Run
from stadspeil.simulation.works import plan_of
from stadspeil.simulation.world import NOBODY, Dwellings, Ints, Numbers, Shorts, World

# Each reach holds the one before.
REACHES = ("in de buurt zelf", "in of naast de buurt", "in de gemeente", "waar dan ook")


@dataclass(frozen=True)
class Limits:
    """What a home must be to suit a household: m2 for one person and for each further one, and the most of its
    disposable income that it costs."""

    floor_first: float
    floor_next: float
    cost_share: float


def leaving_sites(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Steps that make households leave."""
    return tuple(step for step in steps if step.act in ("slopen", "renoveren") and step.homes)


def emptied_by(world: World, steps: Sequence[Step]) -> dict[str, tuple[Ints, Ints]]:
    """By site that empties homes: their rows, and the month in which each is emptied. Raises as `works.plan_of`."""
    plan = plan_of(world, steps)
    gone = {step.site: (homes, months.astype(np.int32)) for step, homes, months in plan.demolished}
    anew = {
        each.step.site: (each.homes, np.full(len(each.homes), each.leave, dtype=np.int32)) for each in plan.renovated
    }
    return {**gone, **anew}


def shift_of(
    run: Run, world: World, step: Step, emptied: tuple[Ints, Ints], notice: int, limits: Limits
) -> tuple[int, Shorts]:
    """How many households live in homes that are to be emptied when they are told, `notice` months before; and how
    many of them found a suitable home by each year's end, per reach: [years + 1, len(REACHES)].

    A household counts where it first moved to after it was told.
    """
    people, homes, moves = run.end.households, run.end.dwellings, run.moves
    rows, leave = emptied
    inside = leave < run.months
    rows, told = rows[inside], np.maximum(leave[inside] - notice, 0)
    numbers = _living(run, world, rows, told)
    there = numbers > 0
    since = dict(zip(numbers[there].tolist(), told[there].tolist(), strict=True))
    theirs = np.flatnonzero(np.isin(moves.household, numbers[there]))
    later = [move for move in theirs.tolist() if moves.month[move] >= since[int(moves.household[move])]]
    _, first = np.unique(moves.household[later], return_index=True)
    move = np.array(later, dtype=np.int64)[first]
    order = np.argsort(people.number)
    who = order[np.searchsorted(people.number[order], moves.household[move])]
    home = moves.home[move]
    fits = _suitable(step.tenure, homes, home, people.income[who], people.persons[who], limits)
    place = world.places
    row = place.codes.index(step.buurt)
    near = np.append(neighbours(place, row), row)
    to = homes.buurt[home]
    reached = (to == row, np.isin(to, near), place.town[to] == place.town[row], np.ones(len(home), dtype=np.bool_))
    years = -(-run.months // 12)
    found = np.zeros((years + 1, len(REACHES)), dtype=np.int16)
    for at, within in enumerate(reached):
        year = moves.month[move[fits & within]] // 12 + 1
        found[:, at] = np.cumsum(np.bincount(year, minlength=years + 1)[: years + 1])
    return int(there.sum()), found


def _living(run: Run, world: World, rows: Ints, told: Ints) -> Numbers:
    """Lasting number of the household that lives in each home in the month that it is told, 0 where it is empty."""
    moves, vacancies = run.moves, run.vacancies
    first = world.dwellings.household[rows]
    numbers = np.where(first == NOBODY, 0, world.households.number[first])
    for at, (home, month) in enumerate(zip(rows.tolist(), told.tolist(), strict=True)):
        came = np.flatnonzero((moves.home == home) & (moves.month < month))
        if len(came):
            numbers[at] = moves.household[came[-1]]
        if np.any((vacancies.home == home) & (vacancies.opened < month) & (vacancies.closed >= month)):
            numbers[at] = 0
    return numbers


def _suitable(
    tenure: int, homes: Dwellings, home: Ints, income: NDArray[np.float32], persons: NDArray[np.uint8], limits: Limits
) -> NDArray[np.bool_]:
    of_tenure = (homes.tenure[home] == tenure) | (homes.tenure[home] == OWNER)
    affordable = homes.cost[home] * 12 <= limits.cost_share * income * 1000
    roomy = homes.floor[home] >= limits.floor_first + limits.floor_next * (persons.astype(np.float64) - 1)
    return np.asarray(of_tenure & affordable & roomy)
