"""What a run of the microsimulation leaves behind: every move, every vacancy, and each buurt at each year's end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.world import Bytes, Ints, Numbers, Shorts, World

# How a vacancy came to be that begins a chain.
ROOTS = ("nieuwbouw", "overlijden", "instelling", "vertrek naar het buitenland", "leeg bij het begin", "samenwonen")
NEW_HOME, DEATH, INSTITUTION, EMIGRATION, AT_START, UNION = range(6)
# How a vacancy ends: filled by somebody who frees a dwelling (the chain goes on), or in one of the other ways.
ENDINGS = (
    "doorstroming", "starter", "deel blijft achter", "uit het buitenland", "terugkeer", "onttrokken", "nog leeg",
)  # fmt: skip
MOVED_ON, STARTER, PART_STAYS, FROM_ABROAD, RETURNED, WITHDRAWN, STILL_EMPTY = range(7)


@dataclass(frozen=True)
class Moves:
    """Moves into a dwelling, a row each, in order of month and then of the number of the dwelling.

    month  from the start      household  lasting number      home  row of the dwelling moved into
    left   row of the dwelling left, or NOWHERE               kind, age, decile  of the household as it moved
    root   row in Vacancies of the vacancy that began the chain      link  0 for the root itself
    ending code of ENDINGS for the vacancy that the move filled
    """

    month: Shorts
    household: Numbers
    home: Ints
    left: Ints
    kind: Bytes
    age: Bytes
    decile: Bytes
    root: Ints
    link: Shorts
    ending: Bytes


@dataclass(frozen=True)
class Vacancies:
    """Vacancies, a row each: dwelling, how the chain began (ROOTS), its root's row (itself for a root), link, months
    opened and closed (NEVER while open) and how it ended (ENDINGS)."""

    home: Ints
    cause: Bytes
    root: Ints
    link: Shorts
    opened: Shorts
    closed: Shorts
    ending: Bytes


@dataclass(frozen=True)
class BuurtYears:
    """Counts per buurt at the start (index 0) and at each year's end. First axis year, second buurt.

    households, persons      counts                by_kind [..., 4], by_age [..., 5], by_decile [..., 10]  households
    by_tenure [..., 3]       occupied dwellings    homes, vacant  dwellings that stand, and those without household
    income                   mean of disposable income of households, 1,000 euro
    children                 persons under 18 (for schools), elderly  persons of 75 and over (for care)
    entered, left            households by income group [..., 3] that came into, went out of the buurt in the year
    within                   households that moved inside the buurt
    """

    households: Ints
    persons: Ints
    by_kind: Ints
    by_age: Ints
    by_decile: Ints
    by_tenure: Ints
    homes: Ints
    vacant: Ints
    income: NDArray[np.float64]
    children: Ints
    elderly: Ints
    entered: Ints
    left: Ints
    within: Ints


@dataclass(frozen=True)
class Run:
    """One run: its seed, what happened, and the world as it ended. `events` counts births of households, deaths,
    unions, separations, departures and arrivals per year (name -> array of years)."""

    seed: int
    months: int
    moves: Moves
    vacancies: Vacancies
    buurten: BuurtYears
    events: dict[str, Ints]
    end: World
