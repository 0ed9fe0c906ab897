"""A small run made by hand: chains given as lists of segments, with how each ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stadspeil.simulation.run import MOVED_ON, NEW_HOME, BuurtYears, Moves, Run, Vacancies
from stadspeil.simulation.world import NEVER, Dwellings, Households, Places, World

# Cause of the root, segments of the vacancies in order, code of how the last one ends.
ChainOf = tuple[int, Sequence[int], int]


def run_of(chains: Sequence[ChainOf], *, wait: int = 3, months: int = 120) -> Run:
    """A run whose vacancies are these chains, in one buurt; each vacancy is filled after `wait` months."""
    rows = [
        (cause, kind, root, link, MOVED_ON if link < len(kinds) - 1 else ending)
        for root, (cause, kinds, ending) in enumerate(chains)
        for link, kind in enumerate(kinds)
    ]
    count = len(rows)
    kinds = np.array([row[1] for row in rows])
    first_row: dict[int, int] = {}
    for number, row in enumerate(rows):
        first_row.setdefault(row[2], number)
    link = np.array([row[3] for row in rows], np.int16)
    ending = np.array([row[4] for row in rows], np.uint8)
    opened = (link * wait).astype(np.int16)
    vacancies = Vacancies(
        home=np.arange(count, dtype=np.int32),
        cause=np.array([row[0] for row in rows], np.uint8),
        root=np.array([first_row[row[2]] for row in rows], np.int32),
        link=link, opened=opened,
        closed=np.where(ending == 6, NEVER, opened + wait).astype(np.int16), ending=ending,
    )  # fmt: skip
    nothing = {name: np.zeros(0) for name in Moves.__dataclass_fields__}
    years = {name: np.zeros((1, 1)) for name in BuurtYears.__dataclass_fields__}
    return Run(7, months, Moves(**nothing), vacancies, BuurtYears(**years), {}, _world(kinds))


def new_homes(kinds: Sequence[int], ending: int) -> ChainOf:
    return NEW_HOME, kinds, ending


def _world(kinds: np.ndarray) -> World:
    count = len(kinds)
    people = {name: np.zeros(0) for name in Households.__dataclass_fields__}
    homes = Dwellings(
        number=np.arange(1, count + 1), buurt=np.zeros(count, np.int32), tenure=(kinds // 6).astype(np.uint8),
        form=(kinds // 3 % 2).astype(np.uint8), price=(kinds % 3).astype(np.uint8), cost=np.zeros(count, np.float32),
        floor=np.zeros(count, np.float32), quality=np.zeros(count, np.float32),
        household=np.full(count, -1, np.int32), from_month=np.zeros(count, np.int16),
        until_month=np.full(count, NEVER, np.int16),
    )  # fmt: skip
    zero = np.zeros(1, np.int32)
    places = Places(("BU00010001",), ("Een",), zero, ("GM0001",), ("Een",), zero, ("Regio",), zero, zero, zero)
    return World(Households(**people), homes, places, 2025)
