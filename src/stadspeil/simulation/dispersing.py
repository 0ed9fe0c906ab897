"""Schuifruimte: households that must leave a site, and how many find a suitable home nearby, and when.

A home is suitable when it is of the same tenure, or social or private rent exchanged for a home of one's own; when it
costs no more than a share of income; and when it has a fair floor for the household.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.classes import OWNER
from stadspeil.simulation.places import neighbours
from stadspeil.simulation.programme import Step
from stadspeil.simulation.run import Run
from stadspeil.simulation.world import NOBODY, Shorts, World

Bools = NDArray[np.bool_]
# Each reach holds the one before.
REACHES = ("in de buurt zelf", "in of naast de buurt", "in de gemeente", "waar dan ook")
# A household with less than a floor per person, or that pays more than this of its income, is not suitably housed.
LEAST_FLOOR_FIRST, LEAST_FLOOR_NEXT = 30.0, 10.0
MOST_OF_INCOME = 0.45


def leaving_sites(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Steps that make households leave."""
    return tuple(step for step in steps if step.act in ("slopen", "renoveren") and step.homes)


def emptied_by(run: Run, world: World, step: Step) -> NDArray[np.intp]:
    """Rows of the homes of the world that a step takes: those that were to stay in the world and are withdrawn in the
    run, of the step's buurt and tenure and within its months."""
    before, homes = world.dwellings, run.end.dwellings
    until = homes.until_month[: len(before.number)]
    first, last = step.first - world.year * 12, step.last - world.year * 12
    return np.flatnonzero(
        (until != before.until_month) & (until >= first) & (until <= last)
        & (before.buurt == world.places.codes.index(step.buurt)) & (before.tenure == step.tenure)
    )  # fmt: skip


def shift_of(run: Run, world: World, step: Step, emptied: NDArray[np.intp], years: int) -> tuple[int, Shorts]:
    """How many households lived in the homes that were emptied, and how many of them found a suitable home by each
    year's end, per reach: [years + 1, len(REACHES)].

    `emptied` are the rows of the homes that the step takes. A household counts where it first moved to.
    """
    people, homes = run.end.households, run.end.dwellings
    lived = world.dwellings.household[emptied[emptied < len(world.dwellings.number)]]
    numbers = world.households.number[lived[lived != NOBODY]]
    moves = run.moves
    theirs = np.flatnonzero(np.isin(moves.household, numbers))
    _, first = np.unique(moves.household[theirs], return_index=True)
    theirs = theirs[first]
    order = np.argsort(people.number)
    who = order[np.searchsorted(people.number[order], moves.household[theirs])]
    home = moves.home[theirs]
    fits = _suitable(
        step, homes.tenure[home], homes.cost[home], homes.floor[home], people.income[who], people.persons[who]
    )
    place = world.places
    row = place.codes.index(step.buurt)
    near = np.append(neighbours(place, row), row)
    buurt = homes.buurt[home]
    reached = (
        buurt == row,
        np.isin(buurt, near),
        place.town[buurt] == place.town[row],
        np.ones(len(home), dtype=np.bool_),
    )
    found = np.zeros((years + 1, len(REACHES)), dtype=np.int16)
    for at, inside in enumerate(reached):
        year = moves.month[theirs[fits & inside]] // 12 + 1
        found[:, at] = np.cumsum(np.bincount(year, minlength=years + 1)[: years + 1])
    return len(numbers), found


def _suitable(
    step: Step, tenure: NDArray[np.uint8], cost: NDArray[np.float32], floor: NDArray[np.float32],
    income: NDArray[np.float32], persons: NDArray[np.uint8],
) -> Bools:  # fmt: skip
    of_tenure = (tenure == step.tenure) | (tenure == OWNER)
    affordable = cost * 12 <= MOST_OF_INCOME * income * 1000
    roomy = floor >= LEAST_FLOOR_FIRST + LEAST_FLOOR_NEXT * (persons.astype(np.float64) - 1)
    return np.asarray(of_tenure & affordable & roomy)
