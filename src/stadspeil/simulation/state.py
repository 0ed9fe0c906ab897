"""A run as it stands in one month: the world that changes, and what only a run has to know of each row.

All that happens to households and dwellings goes through here, so that pointers agree and persons are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.classes import OWNER
from stadspeil.simulation.incomes import Incomes
from stadspeil.simulation.ledger import MoveLog, VacancyLedger
from stadspeil.simulation.passes import offered
from stadspeil.simulation.randomness import Purpose, draws, stream
from stadspeil.simulation.rules import Rules
from stadspeil.simulation.run import AT_START, NEW_HOME, STARTER, WITHDRAWN
from stadspeil.simulation.world import NEVER, NOBODY, NOWHERE, Dwellings, Households, Ints, Numbers, World

# Counts of `Run.events`, per year. Persons: births, deaths, arrivals (from abroad), departures (to abroad),
# institution (to an institution or a room: no home of their own). Households: the rest.
EVENTS = (
    "births", "deaths", "arrivals", "departures", "institution",
    "formed", "dissolved", "unions", "separations", "leaving_home", "returned_home", "gave_up", "began_search",
)  # fmt: skip
_ROOM = 1.08
_NO_VACANCY = -1
NO_RIGHT = -1

Mask = NDArray[np.bool_]


class State:
    """One run in progress.

    standing  dwellings that are not of the programme
    count     households in use; arrays of `people` are longer       host     household it came from, or NOWHERE
    origin    ENDINGS of a vacancy that it fills while it frees none  urgent   whether it goes first in social rent
    right     buurt to which it may return first, or NO_RIGHT         stale    its search record must be made anew
    vacancy   row in the ledger of the open vacancy of a dwelling     ready    month in which it is offered
    sell_from month from which it is sold once vacant (to sale_cost, sale_price)
    clearing  month from which it is let no more                      groups   bits of the types that go first
    """

    def __init__(self, world: World, rules: Rules, built: Dwellings, months: int, seed: int) -> None:
        self.rules, self.seed, self.places, self.months = rules, seed, world.places, months
        self.year, self.sources, self.invented = world.year, world.sources, world.invented
        self.month = 0
        self.count = len(world.households.number)
        self.standing = len(world.dwellings.number)
        self.people = _with_room(world.households, int(self.count * _ROOM) + 1024)
        self.homes = _joined(world.dwellings, built)
        room, homes = len(self.people.number), len(self.homes.number)
        self.host = np.full(room, NOWHERE, np.int32)
        self.origin = np.full(room, STARTER, np.uint8)
        self.urgent = np.zeros(room, np.bool_)
        self.right = np.full(room, NO_RIGHT, np.int32)
        self.stale = np.zeros(room, np.bool_)
        self.vacancy = np.full(homes, _NO_VACANCY, np.int32)
        self.ready = np.zeros(homes, np.int16)
        self.sell_from = np.full(homes, NEVER, np.int16)
        self.clearing = np.where(
            self.homes.until_month == NEVER, NEVER, self.homes.until_month - int(rules.clearing_months)
        ).astype(np.int16)
        self.sale_cost, self.sale_price = self.homes.cost.copy(), self.homes.price.copy()
        self.groups = np.zeros(homes, np.uint8)
        self.ledger, self.log = VacancyLedger(), MoveLog()
        years = max(1, -(-months // 12))
        self.events = {name: np.zeros(years, np.int32) for name in EVENTS}
        buurten = len(self.places.codes)
        self.came, self.went = np.zeros((buurten, 3), np.int32), np.zeros((buurten, 3), np.int32)
        self.within = np.zeros(buurten, np.int32)
        self.incomes = Incomes.measured(world.households)

    # --- what a month asks

    def key(self, purpose: Purpose, month: int | None = None) -> np.uint64:
        """Stream of a purpose, in this month unless another is named."""
        return stream(self.seed, purpose, self.month if month is None else month)

    def happened(self, name: str, times: int) -> None:
        """Count an event in this year."""
        self.events[name][min(self.month // 12, len(self.events[name]) - 1)] += times

    def open_homes(self) -> Ints:
        """Dwellings with an open vacancy that is offered this month, in order of their numbers."""
        homes = offered(self.vacancy, self.ready, self.clearing, self.month)
        return homes[np.argsort(self.homes.number[homes])]

    def sorted(self, rows: Ints) -> Ints:
        """Households in order of their lasting numbers, so that nothing hangs on the order of rows."""
        return rows[np.argsort(self.people.number[rows])]

    # --- what happens to dwellings

    def vacate(self, homes: Ints, cause: int, wait: float = 0.0) -> None:
        """Begin a chain in each of these dwellings, which lose their household. `wait`: months more than usual."""
        self.homes.household[homes] = NOBODY
        homes = homes[np.argsort(self.homes.number[homes])]
        self._open(homes, self.ledger.begin(homes, cause, self.month), wait)

    def pass_on(self, homes: Ints, before: Ints) -> None:
        """Open the next link of chains in dwellings that were left for other dwellings."""
        self.homes.household[homes] = NOBODY
        self._open(homes, self.ledger.follow(homes, before, self.month), 0.0)

    def deliver(self, homes: Ints, cause: int = NEW_HOME) -> None:
        """Offer dwellings at once."""
        homes = homes[np.argsort(self.homes.number[homes])]
        self.vacancy[homes] = self.ledger.begin(homes, cause, self.month)
        self.ready[homes] = self.month

    def withdraw(self, homes: Ints) -> None:
        """Close what is open and put out who lives there; they seek, urgently."""
        empty = homes[self.vacancy[homes] != _NO_VACANCY]
        self.ledger.end(self.vacancy[empty], WITHDRAWN, self.month)
        self.vacancy[empty] = _NO_VACANCY
        out = self.homes.household[homes]
        out = self.sorted(out[out != NOBODY])
        self.count_going(out)
        self.homes.household[homes] = NOBODY
        self.people.dwelling[out] = NOWHERE
        self.origin[out] = WITHDRAWN
        self.urge(out)

    def urge(self, rows: Ints) -> None:
        """Make households seek with urgency."""
        self.urgent[rows] = True
        seek = rows[self.people.searching[rows] == NEVER]
        self.people.searching[seek] = self.month
        self.stale[rows] = True

    def start_vacancies(self) -> None:
        """Dwellings that stand empty at the start."""
        table, old = self.homes, slice(self.standing)
        stands = (table.from_month[old] <= 0) & (table.until_month[old] > 0)
        homes = np.flatnonzero((table.household[old] == NOBODY) & stands).astype(np.int32)
        homes = homes[np.argsort(self.homes.number[homes])]
        self.vacancy[homes] = self.ledger.begin(homes, AT_START, 0)
        drawn = draws(self.homes.number[homes], self.key(Purpose.TURNAROUND))
        self.ready[homes] = np.minimum(-np.log(drawn) * self.rules.turnaround_start, 1_000).astype(np.int16)

    def _open(self, homes: Ints, rows: Ints, wait: float) -> None:
        self.vacancy[homes] = rows
        self._sell(homes)
        rules = self.rules
        means = np.array((rules.turnaround_owner, rules.turnaround_social, rules.turnaround_private)) + wait
        drawn = -np.log(draws(self.homes.number[homes], self.key(Purpose.TURNAROUND)))
        delay = np.minimum(drawn * means[self.homes.tenure[homes]], 36)
        self.ready[homes] = (self.month + 1 + delay).astype(np.int16)

    def _sell(self, homes: Ints) -> None:
        """Social homes that are sold when they fall vacant."""
        sold = homes[self.sell_from[homes] <= self.month]
        if len(sold):
            self.homes.tenure[sold] = OWNER
            self.homes.cost[sold] = self.sale_cost[sold]
            self.homes.price[sold] = self.sale_price[sold]
            self.sell_from[sold] = NEVER

    # --- what happens to households

    def dissolve(self, rows: Ints, cause: int, wait: float = 0.0) -> None:
        """End households; what they lived in begins a chain."""
        homes = self.people.dwelling[rows]
        self.people.alive[rows] = False
        self.people.dwelling[rows] = NOWHERE
        self.people.searching[rows] = NEVER
        self.vacate(homes[homes != NOWHERE], cause, wait)
        self.happened("dissolved", len(rows))

    def settle(self, rows: Ints, homes: Ints) -> None:
        """Put households into dwellings; they seek no more."""
        people = self.people
        people.dwelling[rows], people.since[rows], people.searching[rows] = homes, self.month, NEVER
        people.town[rows] = self.places.town[self.homes.buurt[homes]]
        self.homes.household[homes] = rows
        self.urgent[rows] = False

    def count_going(self, rows: Ints) -> None:
        """Note households that leave their buurt for no other."""
        rows = rows[self.people.dwelling[rows] != NOWHERE]
        buurt = self.homes.buurt[self.people.dwelling[rows]]
        np.add.at(self.went, (buurt, self.incomes.group(self.people.decile[rows])), 1)

    def change(self, rows: Ints, kind: NDArray[np.uint8], age: NDArray[np.uint8]) -> None:
        """Give households another type or age of the head; income follows the new class at the same rank."""
        people = self.people
        was_kind, was_age = people.kind[rows], people.age[rows]
        people.kind[rows], people.age[rows] = kind, age
        ranks = draws(people.number[rows], stream(self.seed, Purpose.RANK))
        self.incomes.follow(people, rows, was_kind, was_age, ranks)
        self.stale[rows] = True

    def form(
        self,
        numbers: Numbers,
        *,
        kind: NDArray[np.uint8],
        age: NDArray[np.uint8],
        persons: NDArray[np.uint8],
        ranks: NDArray[np.float64],
        town: Ints,
        host: Ints,
        origin: int,
    ) -> Ints:
        """Rows of new households without a dwelling, that seek from now on."""
        start, self.count = self.count, self.count + len(numbers)
        self._make_room()
        rows = np.arange(start, self.count, dtype=np.int32)
        people = self.people
        people.number[rows], people.kind[rows], people.age[rows], people.persons[rows] = numbers, kind, age, persons
        people.dwelling[rows], people.since[rows], people.town[rows] = NOWHERE, self.month, town
        people.searching[rows], people.alive[rows] = self.month, True
        self.incomes.place(people, rows, ranks)
        self.host[rows], self.origin[rows] = host, origin
        self.urgent[rows], self.right[rows], self.stale[rows] = False, NO_RIGHT, True
        self.happened("formed", len(rows))
        return rows

    def _make_room(self) -> None:
        have = len(self.people.number)
        if self.count <= have:
            return
        size = int(self.count * _ROOM) + 1024
        self.people = _with_room(self.people, size)
        for name, empty in (
            ("host", NOWHERE), ("origin", STARTER), ("urgent", False), ("right", NO_RIGHT), ("stale", False)
        ):  # fmt: skip
            longer = np.full(size, empty, getattr(self, name).dtype)
            longer[:have] = getattr(self, name)
            setattr(self, name, longer)

    def used(self) -> Households:
        """The households in use, as views."""
        return Households(**{each.name: getattr(self.people, each.name)[: self.count] for each in fields(Households)})

    def world(self) -> World:
        """The world as it stands."""
        return World(self.used(), self.homes, self.places, self.year, self.sources, self.invented)


def homes_of(rows: Sequence[Dwellings]) -> Dwellings:
    """Dwellings one after the other."""
    return Dwellings(
        **{each.name: np.concatenate([getattr(part, each.name) for part in rows]) for each in fields(Dwellings)}
    )


def _joined(standing: Dwellings, built: Dwellings) -> Dwellings:
    return homes_of([standing, built])


def _with_room(people: Households, size: int) -> Households:
    """Copies in longer arrays; rows beyond the last are not alive."""
    longer = {}
    for each in fields(Households):
        before = getattr(people, each.name)
        longer[each.name] = np.zeros(size, before.dtype)
        longer[each.name][: len(before)] = before
    return Households(**longer)
