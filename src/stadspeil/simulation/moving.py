"""Who gets what: of all who want a dwelling the first in its order, and what they leave behind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.choice import Choosing
from stadspeil.simulation.demography import ALONE, FAMILY, ONE_PARENT
from stadspeil.simulation.kernels import NOTHING, award
from stadspeil.simulation.randomness import Purpose, draws, new_numbers, stream
from stadspeil.simulation.run import MOVED_ON, PART_STAYS, RETURNED
from stadspeil.simulation.state import State
from stadspeil.simulation.world import NOWHERE, Bytes, Ints


class Moving:
    """The moves of a run."""

    def __init__(self, state: State, choosing: Choosing) -> None:
        self._state, self._choosing = state, choosing

    def month(self) -> tuple[Ints, Ints]:
        """Let seekers choose and move; the dwellings that were offered, and how many wanted each."""
        state, choosing = self._state, self._choosing
        choosing.keep_up()
        offers, chosen, scores = choosing.meet(state.open_homes())
        winners = np.full(len(offers), NOTHING, np.int32)
        award(choosing.book, chosen, scores, winners, np.full(len(offers), -1, np.int64))
        taken = np.flatnonzero(winners != NOTHING)
        homes = offers["home"][taken]
        order = np.argsort(state.homes.number[homes])
        self._move(choosing.seekers()[winners[taken[order]]], homes[order])
        wanted = np.bincount(chosen[chosen != NOTHING], minlength=len(offers)).astype(np.int32)
        return offers["home"].copy(), wanted

    def bring_back(self, rows: Ints, homes: Ints) -> None:
        """Move households back into the dwellings that they had to leave."""
        order = np.argsort(self._state.homes.number[homes])
        self._state.origin[rows] = RETURNED
        self._move(rows[order], homes[order])

    def _move(self, rows: Ints, homes: Ints) -> None:
        """Move each household into its dwelling, in the order given."""
        state, people, ledger = self._state, self._state.people, self._state.ledger
        left, filled = people.dwelling[rows].copy(), state.vacancy[homes].copy()
        leaves = left != NOWHERE
        parts = leaves & self._part_stays(rows)
        endings = np.where(leaves, np.where(parts, PART_STAYS, MOVED_ON), state.origin[rows]).astype(np.uint8)
        self._count(rows, left, homes)
        ledger.end(filled, endings, state.month)
        state.vacancy[homes] = -1
        state.log.add(
            month=np.full(len(rows), state.month),
            household=people.number[rows], home=homes, left=left, kind=people.kind[rows], age=people.age[rows],
            decile=people.decile[rows], root=ledger["root"][filled], link=ledger["link"][filled], ending=endings,
        )  # fmt: skip
        state.settle(rows, homes)
        freed = leaves & ~parts
        state.pass_on(left[freed], filled[freed])
        self._leave_part(rows[parts], left[parts])

    def _part_stays(self, rows: Ints) -> NDArray[np.bool_]:
        state = self._state
        drawn = draws(state.people.number[rows], state.key(Purpose.STAY_BEHIND))
        return (state.people.persons[rows] >= 2) & (drawn < state.rules.stay_behind)

    def _leave_part(self, rows: Ints, homes: Ints) -> None:
        """One person of each household stays in the dwelling that the others left, as a household of its own."""
        state, people = self._state, self._state.people
        people.persons[rows] -= 1
        kind, age = people.kind[rows].copy(), people.age[rows].copy()
        # In a family with grown children a child stays; elsewhere a partner.
        child = ((kind == FAMILY) | (kind == ONE_PARENT)) & (age >= 45)
        own_age = np.where(child, np.maximum(age.astype(np.int16) - 30, 18), age).astype(np.uint8)
        numbers = new_numbers(people.number[rows], stream(0, Purpose.STAY_BEHIND, state.month))
        stays = state.form(
            numbers,
            kind=np.zeros(len(rows), np.uint8),
            age=own_age,
            persons=np.ones(len(rows), np.uint8),
            ranks=draws(numbers, stream(state.seed, Purpose.ARRIVAL_RANK)),
            town=state.places.town[state.homes.buurt[homes]],
            host=rows,
            origin=PART_STAYS,
        )
        state.settle(stays, homes)
        state.change(rows, _kind_without(kind, child, state.people.persons[rows]), age)

    def _count(self, rows: Ints, left: Ints, homes: Ints) -> None:
        """Who came into, went out of and moved within each buurt."""
        state = self._state
        group = state.incomes.group(state.people.decile[rows])
        to = state.homes.buurt[homes]
        origin = np.where(left == NOWHERE, -1, state.homes.buurt[np.maximum(left, 0)])
        across = origin != to
        np.add.at(state.came, (to[across], group[across]), 1)
        out = across & (left != NOWHERE)
        np.add.at(state.went, (origin[out], group[out]), 1)
        np.add.at(state.within, to[~across], 1)


def _kind_without(kind: Bytes, child: NDArray[np.bool_], persons: Bytes) -> Bytes:
    """Type of the household that moved on without one of its persons."""
    without_child = np.where((kind == FAMILY) & (persons == 2), 1, np.where(persons == 1, ALONE, kind))
    without_partner = np.where(persons == 1, ALONE, ONE_PARENT)
    return np.where(child, without_child, without_partner).astype(np.uint8)
