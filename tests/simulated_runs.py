"""A small run made by hand: chains given as lists of segments, with how each ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stadspeil.simulation.run import MOVED_ON, NEW_HOME, BuurtYears, Moves, Run, Vacancies
from stadspeil.simulation.world import NEVER, Dwellings, Households, Places, World

# Cause of the root, segments of the vacancies in order, code of how the last one ends.
ChainOf = tuple[int, Sequence[int], int]


def run_of(
    chains: Sequence[ChainOf], *, wait: int = 3, months: int = 120, buurten: Sequence[int] = (), deciles: Sequence[int] = (),
    by_decile: np.ndarray | None = None,
) -> Run:  # fmt: skip
    """A run whose vacancies are these chains; each vacancy is filled after `wait` months.

    Per vacancy in order its buurt (0 to 2; the last is in another gemeente) and the income decile of who fills it, or
    all 0. `by_decile` are households of the buurten at the end.
    """
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
    years = {name: np.zeros((1, 3)) for name in BuurtYears.__dataclass_fields__}
    years["by_decile"] = np.ones((1, 3, 10)) if by_decile is None else by_decile[None]
    moves = _moves(vacancies, np.array(deciles or [0] * count, np.uint8))
    return Run(
        7, months, moves, vacancies, BuurtYears(**years), {}, _world(kinds, np.array(buurten or [0] * count, np.int32))
    )


def _moves(vacancies: Vacancies, deciles: np.ndarray) -> Moves:
    """Every vacancy that is filled, by somebody who leaves the home of the next link where the chain goes on."""
    filled = np.flatnonzero(vacancies.ending != 6)
    left = np.where(vacancies.ending[filled] == MOVED_ON, np.minimum(filled + 1, len(deciles) - 1), -1).astype(np.int32)
    nothing = np.zeros(len(filled), np.uint8)
    return Moves(
        month=vacancies.closed[filled], household=filled + 1, home=vacancies.home[filled], left=left, kind=nothing,
        age=nothing + 40, decile=deciles[filled], root=vacancies.root[filled], link=vacancies.link[filled],
        ending=vacancies.ending[filled],
    )  # fmt: skip


def new_homes(kinds: Sequence[int], ending: int) -> ChainOf:
    return NEW_HOME, kinds, ending


def _world(kinds: np.ndarray, buurten: np.ndarray) -> World:
    count = len(kinds)
    people = {name: np.zeros(0) for name in Households.__dataclass_fields__}
    homes = Dwellings(
        number=np.arange(1, count + 1), buurt=buurten, tenure=(kinds // 6).astype(np.uint8),
        form=(kinds // 3 % 2).astype(np.uint8), price=(kinds % 3).astype(np.uint8), cost=np.zeros(count, np.float32),
        floor=np.zeros(count, np.float32), quality=np.zeros(count, np.float32),
        household=np.full(count, -1, np.int32), from_month=np.zeros(count, np.int16),
        until_month=np.full(count, NEVER, np.int16),
    )  # fmt: skip
    zero = np.zeros(1, np.int32)
    places = Places(
        ("BU00010001", "BU00010002", "BU00020001"), ("Een", "Twee", "Drie"), np.array([0, 0, 1], np.int32),
        ("GM0001", "GM0002"), ("Een", "Twee"), np.zeros(2, np.int32), ("Regio",), np.array([0.0, 1, 9], np.float32),
        np.zeros(3, np.float32), np.repeat(zero, 3).astype(np.float32),
    )  # fmt: skip
    return World(Households(**people), homes, places, 2025)
