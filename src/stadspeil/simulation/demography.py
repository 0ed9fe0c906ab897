"""Life and death of households: who is born, leaves home, moves in together, parts, goes abroad, dies.

Each year chances by type and age are added up; as many events happen as they sum to (sorted-propensity alignment), to
those who draw lowest against their chance, each in a month of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.columns import Stretches, people_columns
from stadspeil.simulation.passes import FIXED, candidates
from stadspeil.simulation.randomness import Purpose, draws, new_numbers, stream
from stadspeil.simulation.rules import Rules
from stadspeil.simulation.run import DEATH, EMIGRATION, FROM_ABROAD, INSTITUTION, PART_STAYS, STARTER, UNION
from stadspeil.simulation.state import Mask, State
from stadspeil.simulation.world import NEVER, NOWHERE, Bytes, Ints

ALONE, COUPLE, FAMILY, ONE_PARENT = range(4)
AGES = 256
MOST_PERSONS = 12
_REACH = 2.0
_GENERATION = 30
_ARRIVING_KINDS = (0.65, 0.8, 0.95, 1.0)
Chances = NDArray[np.float64]


def chances_of(rules: Rules) -> dict[Purpose, Chances]:
    """Chance of each event in a year, by type of household and age of the head [4, 256]."""
    ages = np.arange(AGES, dtype=np.float64)
    adults = np.array([1.0, 2.0, 2.0, 1.0])[:, None]
    death = np.minimum(rules.death_level * np.exp(rules.death_slope * (ages - 80)), 0.5)
    institution = np.minimum(rules.institution_level * np.exp(rules.institution_slope * (ages - 80)), 0.3)
    birth = rules.birth_level * np.exp(-0.5 * ((ages - rules.birth_age) / rules.birth_spread) ** 2) * (ages < 50)
    leaving = rules.leave_home_level * np.interp(ages, [36, 48, 62, 72], [0, 1, 1, 0.3])
    union = rules.union_level * np.interp(ages, [18, 25, 40, 60, 75], [0.3, 1, 1, 0.25, 0.02])
    parting = rules.separation * np.interp(ages, [20, 28, 50, 60, 70], [0.8, 1, 1, 0.4, 0.05])
    leaving_country = rules.emigration * np.interp(ages, [18, 30, 45, 65], [2, 2, 1, 0.3])
    return {
        Purpose.DEATH: death * adults,
        Purpose.INSTITUTION: institution * (ages >= 65) * np.array([1.0, 0.5, 0, 0])[:, None],
        Purpose.EMIGRATION: leaving_country * np.array([1.0, 0.7, 0.4, 0.4])[:, None],
        Purpose.SEPARATION: parting * np.array([0, 1.0, 0.8, 0])[:, None],
        Purpose.LEAVING_HOME: leaving * np.array([0, 0, 1.0, 1.0])[:, None],
        Purpose.UNION: union * np.array([1.0, 0, 0, 0.6])[:, None],
        Purpose.BIRTH: birth * np.array([0.04, 1.0, 0.75, 0.1])[:, None],
    }


@dataclass
class Calendar:
    """Events of one year: households of each, and the month of the year in which it falls."""

    rows: dict[Purpose, Ints]
    months: dict[Purpose, NDArray[np.int64]]

    def of(self, purpose: Purpose, month: int) -> Ints:
        """Households that an event meets in a month of the year (0 to 11)."""
        return self.rows[purpose][self.months[purpose] == month]


class Demography:
    """The events of a run."""

    def __init__(self, state: State, stretches: Stretches) -> None:
        self._state, self._stretches = state, stretches
        self._chances = chances_of(state.rules)
        towns = np.bincount(
            state.places.town[state.homes.buurt[: state.standing]], minlength=len(state.places.town_codes)
        )
        self._towns = np.cumsum(towns) / max(int(towns.sum()), 1)
        alive = state.people.alive[: state.count]
        self._arrivals = round(int(alive.sum()) * state.rules.immigration)
        self._calendar = Calendar({}, {})

    def begin_year(self) -> None:
        """Draw the events of the year that begins."""
        rows = self._aligned()
        key, numbers = self._state.key(Purpose.EVENT_MONTH), self._state.people.number
        months = {}
        for purpose, of_event in rows.items():
            drawn = draws(numbers[of_event], stream(int(key), purpose))
            months[purpose] = (12 * drawn).astype(np.int64)
        self._calendar = Calendar(rows, months)

    def grow_older(self) -> None:
        """A year is added to each head; who comes into another age band keeps its rank among its new like."""
        state = self._state
        people = state.used()
        older = np.flatnonzero(people.alive & (people.age < 120)).astype(np.int32)
        people.age[older] += 1
        crossing = older[np.isin(people.age[older], (30, 45, 65, 75))]
        now = people.age[crossing].copy()
        people.age[crossing] -= 1
        state.change(crossing, people.kind[crossing].copy(), now)

    def month(self) -> None:
        """The events of this month, one kind after the other."""
        self._deaths(self._met(Purpose.DEATH))
        self._institution(self._met(Purpose.INSTITUTION))
        self._emigration(self._met(Purpose.EMIGRATION))
        self._separations(self._met(Purpose.SEPARATION))
        self._leaving_home(self._met(Purpose.LEAVING_HOME))
        self._unions(self._met(Purpose.UNION))
        self._births(self._met(Purpose.BIRTH))
        self._arrive()

    def _aligned(self) -> dict[Purpose, Ints]:
        """Of each event those who draw lowest against their chance, as many as chances sum to, in order of numbers."""
        state = self._state
        people, alive = people_columns(state), state.people.alive[: state.count]
        chances = np.stack([chance.ravel() for chance in self._chances.values()])
        keys = np.array([state.key(purpose) for purpose in self._chances])
        parts = self._stretches.over(
            state.count, lambda start, stop: candidates(people, alive, chances, keys, _REACH, start, stop)
        )
        totals = (np.maximum(chances, 0) * FIXED).astype(np.int64) @ sum(part[0] for part in parts)
        met = {}
        for event, purpose in enumerate(self._chances):
            rows, scores = (np.concatenate([part[1][event][each] for part in parts]) for each in range(2))
            wanted = min(round(int(totals[event]) / FIXED), len(rows))
            if wanted < len(rows):
                rows = rows[np.argpartition(scores, wanted)[:wanted]] if wanted else rows[:0]
            met[purpose] = state.sorted(rows)
        return met

    def _met(self, purpose: Purpose) -> Ints:
        """Households of this month's events that are there still and to whom it can happen still."""
        rows = self._calendar.of(purpose, self._state.month % 12)
        people = self._state.people
        possible = self._chances[purpose][people.kind[rows], people.age[rows]] > 0
        return rows[people.alive[rows] & possible]

    def _deaths(self, rows: Ints) -> None:
        state, people = self._state, self._state.people
        state.happened("deaths", len(rows))
        last = people.persons[rows] == 1
        state.dissolve(rows[last], DEATH, state.rules.turnaround_death)
        rows = rows[~last]
        people.persons[rows] -= 1
        kind, age = people.kind[rows], people.age[rows]
        # A child takes the place of a parent who was the only one.
        age = np.where(kind == ONE_PARENT, np.maximum(age.astype(np.int16) - _GENERATION, 18), age).astype(np.uint8)
        state.change(rows, _kind_left(kind, people.persons[rows]), age)

    def _institution(self, rows: Ints) -> None:
        state, people = self._state, self._state.people
        state.happened("institution", len(rows))
        last = people.persons[rows] == 1
        state.dissolve(rows[last], INSTITUTION, state.rules.turnaround_death)
        rows = rows[~last]
        people.persons[rows] -= 1
        state.change(rows, _kind_left(people.kind[rows], people.persons[rows]), people.age[rows])

    def _emigration(self, rows: Ints) -> None:
        self._state.happened("departures", int(self._state.people.persons[rows].sum()))
        self._state.count_going(rows)
        self._state.dissolve(rows, EMIGRATION)

    def _separations(self, rows: Ints) -> None:
        state, people = self._state, self._state.people
        rows = rows[people.persons[rows] >= 2]
        state.happened("separations", len(rows))
        people.persons[rows] -= 1
        age = people.age[rows].copy()
        leaving = self._leave(rows, Purpose.SEPARATION, age, PART_STAYS)
        state.change(rows, _kind_left(people.kind[rows], people.persons[rows]), age)
        drawn = draws(state.people.number[leaving], state.key(Purpose.URGENT))
        state.urgent[leaving] = drawn < state.rules.urgent_share

    def _leaving_home(self, rows: Ints) -> None:
        state, people = self._state, self._state.people
        rows = rows[people.persons[rows] > np.where(people.kind[rows] == FAMILY, 2, 1)]
        state.happened("leaving_home", len(rows))
        people.persons[rows] -= 1
        drawn = draws(people.number[rows], state.key(Purpose.CHILD_AGE))
        self._leave(rows, Purpose.LEAVING_HOME, (18 + 10 * drawn).astype(np.uint8), STARTER)
        rows_kind, persons = state.people.kind[rows], state.people.persons[rows]
        kind = np.where(
            (rows_kind == FAMILY) & (persons == 2),
            COUPLE,
            np.where((rows_kind == ONE_PARENT) & (persons == 1), ALONE, rows_kind),
        ).astype(np.uint8)
        state.change(rows, kind, state.people.age[rows])

    def _leave(self, rows: Ints, purpose: Purpose, age: Bytes, origin: int) -> Ints:
        """New households of one person that come from those of `rows`."""
        state, people = self._state, self._state.people
        numbers = new_numbers(people.number[rows], stream(0, purpose, state.month))
        return state.form(
            numbers,
            kind=np.zeros(len(rows), np.uint8),
            age=age,
            persons=np.ones(len(rows), np.uint8),
            ranks=draws(numbers, stream(state.seed, Purpose.ARRIVAL_RANK)),
            town=people.town[rows],
            host=rows,
            origin=origin,
        )

    def _unions(self, rows: Ints) -> None:
        """Two who are near in age and live in one town. Who has the larger home keeps it."""
        state, people = self._state, self._state.people
        rows = rows[np.lexsort((people.number[rows], people.age[rows], people.town[rows]))]
        first, second = _pairs(people.town[rows])
        one, other = rows[first], rows[second]
        fits = people.persons[one].astype(np.int16) + people.persons[other] <= MOST_PERSONS
        one, other = one[fits], other[fits]
        state.happened("unions", len(one))
        swap = self._space(other) > self._space(one)
        stays, comes = np.where(swap, other, one), np.where(swap, one, other)
        kids = (people.kind[one] == ONE_PARENT) | (people.kind[other] == ONE_PARENT)
        people.persons[stays] += people.persons[comes]
        state.count_going(comes)
        state.dissolve(comes, UNION)
        state.change(stays, np.where(kids, FAMILY, COUPLE).astype(np.uint8), people.age[stays].copy())

    def _space(self, rows: Ints) -> NDArray[np.float32]:
        homes = self._state.people.dwelling[rows]
        return np.where(homes == NOWHERE, -1, self._state.homes.floor[homes])

    def _births(self, rows: Ints) -> None:
        state, people = self._state, self._state.people
        rows = rows[people.persons[rows] < MOST_PERSONS]
        state.happened("births", len(rows))
        people.persons[rows] += 1
        after = np.array([ONE_PARENT, FAMILY, FAMILY, ONE_PARENT], np.uint8)
        state.change(rows, after[people.kind[rows]], people.age[rows].copy())
        drawn = draws(people.number[rows], state.key(Purpose.BIRTH_SEARCH)) < state.rules.search_birth
        begin_to_seek(state, rows[drawn & (people.dwelling[rows] != NOWHERE)])

    def _arrive(self) -> None:
        """Households from abroad, a twelfth of a year's each month; the same in all runs of a seed."""
        state = self._state
        part = state.month % 12
        count = self._arrivals * (part + 1) // 12 - self._arrivals * part // 12
        if not count:
            return
        order = np.arange(1, count + 1, dtype=np.int64)
        numbers = new_numbers(order, stream(0, Purpose.ARRIVAL, state.month))
        drawn = draws(numbers, state.key(Purpose.ARRIVAL_KIND))
        kind = np.searchsorted(_ARRIVING_KINDS, drawn, side="right").clip(0, 3).astype(np.uint8)
        persons = np.array([1, 2, 4, 2], np.uint8)[kind]
        rows = state.form(
            numbers,
            kind=kind,
            age=(20 + 25 * draws(numbers, state.key(Purpose.ARRIVAL_AGE))).astype(np.uint8),
            persons=persons,
            ranks=draws(numbers, state.key(Purpose.ARRIVAL_RANK)),
            town=np.searchsorted(self._towns, draws(numbers, state.key(Purpose.ARRIVAL_TOWN))).astype(np.int32),
            host=np.full(count, NOWHERE, np.int32),
            origin=FROM_ABROAD,
        )
        state.happened("arrivals", int(persons.sum()))
        state.urgent[rows] = draws(numbers, state.key(Purpose.URGENT)) < state.rules.urgent_share


def begin_to_seek(state: State, rows: Ints) -> None:
    """Households that do not seek yet begin in this month."""
    rows = rows[state.people.alive[rows] & (state.people.searching[rows] == NEVER)]
    state.people.searching[rows] = state.month
    state.stale[rows] = True
    state.happened("began_search", len(rows))


def _kind_left(kind: Bytes, persons: Bytes) -> Bytes:
    """Type of a household after one adult has gone."""
    left = np.array([ALONE, ALONE, ONE_PARENT, ONE_PARENT], np.uint8)[kind]
    return np.where(persons == 1, ALONE, left).astype(np.uint8)


def _pairs(town: Ints) -> tuple[Ints, Ints]:
    """Positions of neighbors in the list that are of one town, each used once."""
    begins = np.r_[True, town[1:] != town[:-1]] if len(town) else np.zeros(0, np.bool_)
    starts = np.flatnonzero(begins)
    place = np.arange(len(town)) - np.repeat(starts, np.diff(np.r_[starts, len(town)]))
    follows: Mask = np.r_[~begins[1:], False] if len(town) else begins
    first = np.flatnonzero((place % 2 == 0) & follows)
    return first.astype(np.int32), (first + 1).astype(np.int32)
