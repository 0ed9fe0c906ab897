"""Where households look and what they prefer: the book of seekers, the list of offers, and the market between them.

A vacancy has a place in the list that follows from its number and its gemeente alone. A seeker looks at places, not at
vacancies; so the chance that it sees a dwelling does not hang on what else is vacant, is known exactly, and is taken
out of the utility (less its logarithm). One dwelling more is noticed by those who look at its place and by nobody else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.classes import OWNER, PRIVATE
from stadspeil.simulation.columns import Stretches, home_columns, people_columns
from stadspeil.simulation.kernels import (
    AGE_GROUPS,
    LAST_STEP,
    LINE,
    OFFER,
    SEEKER,
    STEPS_OF_KM,
    STRIDE_BITS,
    Glances,
    Market,
    Means,
    Tastes,
    choose,
    describe,
    fill_offers,
    in_slots,
    keep,
    lines_of,
    slots_of,
)
from stadspeil.simulation.randomness import Purpose, gumbel_table, mixed_numbers
from stadspeil.simulation.rules import Rules
from stadspeil.simulation.searching import needs_of
from stadspeil.simulation.state import State
from stadspeil.simulation.world import NEVER, Ints, Places

_FEWEST_SLOTS = 8
_ALL_RINGS = 3


def tastes_of(rules: Rules, income: NDArray[np.float64]) -> Tastes:
    """Tastes of classes; `income` is the mean by type and decile, 1,000 euro a year."""
    tenure = np.zeros((3, AGE_GROUPS), np.float32)
    tenure[OWNER] = rules.taste_owner_young, rules.taste_owner, rules.taste_owner_old
    tenure[PRIVATE] = rules.taste_private_young, rules.taste_private, rules.taste_private
    house = np.array([rules.taste_house, rules.taste_house, rules.taste_house_family, rules.taste_house_family])
    of_age = np.repeat(house[:, None], AGE_GROUPS, axis=1)
    of_age[:, AGE_GROUPS - 1] = rules.taste_house_old
    numbers = (rules.size_weight, rules.cost_weight, rules.quality_weight, rules.income_gap)
    earned = np.maximum(income, 1.0).astype(np.float32)
    return Tastes(tenure, of_age.astype(np.float32), needs_of(rules), earned, *(np.float32(each) for each in numbers))


def means_of(rules: Rules) -> Means:
    """What limits households."""
    numbers = (
        rules.income_limit_single, rules.income_limit_more, rules.suitable_single, rules.suitable_more,
        rules.suitable_rent, rules.mortgage_share, rules.equity_share, rules.rent_share, rules.no_home,
        rules.stay_cost + rules.same_town, rules.urgent_push,
    )  # fmt: skip
    return Means(*(np.float32(each) for each in numbers))


class Slots:
    """Places in the list of vacancies: a power of two per gemeente, gemeenten of a region side by side.

    first, size  of each gemeente, and of the region around it      total
    """

    def __init__(self, places: Places, homes_of_town: NDArray[np.int64], per_home: float) -> None:
        wanted = np.maximum(homes_of_town * per_home, _FEWEST_SLOTS)
        self.size = (2 ** np.ceil(np.log2(wanted))).astype(np.int32)
        order = np.lexsort((np.arange(len(places.town_codes)), places.region))
        self.first = np.zeros(len(order), np.int32)
        self.first[order] = np.r_[0, np.cumsum(self.size[order])[:-1]]
        self.total = int(self.size.sum())
        regions = len(places.region_names)
        of_region = np.bincount(places.region, weights=self.size, minlength=regions).astype(np.int32)
        begins = np.full(regions, self.total, np.int32)
        np.minimum.at(begins, places.region, self.first)
        self.first_of_region, self.size_of_region = begins[places.region], of_region[places.region]

    def rings(self, looks: NDArray[np.int32]) -> NDArray[np.int64]:
        """Per gemeente, for itself, its region and all: first slot, number of slots, step between looks, looks."""
        none, every = np.zeros_like(self.first), np.full_like(self.size, self.total)
        sizes = np.stack([self.size, self.size_of_region, every], axis=1).astype(np.int64)
        first = np.stack([self.first, self.first_of_region, none], axis=1)
        seen = np.minimum(looks, sizes)
        return np.stack([first, sizes, (sizes << STRIDE_BITS) // seen, seen], axis=2).reshape(len(none), -1)

    def of(self, town: Ints, mixed: NDArray[np.uint64]) -> Ints:
        """Slot of dwellings by their gemeente and hashed number."""
        return slots_of(town, mixed, self.first, self.size)

    def chances(self, looks: NDArray[np.int32]) -> NDArray[np.float64]:
        """Chance that a seeker sees an offer in its gemeente, elsewhere in its region, and elsewhere [town, 3]."""
        sizes = np.stack([self.size, self.size_of_region, np.full(len(self.size), self.total)], axis=1)
        unseen = 1 - np.minimum(looks / sizes, 1.0)
        return np.stack([1 - unseen[:, ring:].prod(axis=1) for ring in range(_ALL_RINGS)], axis=1)


def looks_of(rules: Rules) -> NDArray[np.int32]:
    """Slots looked at in the gemeente, the region and the country."""
    town, region = round(rules.alternatives * rules.town_part), round(rules.alternatives * rules.region_part)
    return np.array((town, region, max(1, round(rules.alternatives) - town - region)), np.int32)


class Choosing:
    """Seekers, offers and their meeting, month by month."""

    def __init__(self, state: State, stretches: Stretches) -> None:
        self._state, self._stretches = state, stretches
        rules, places = state.rules, state.places
        self.tastes, self.means = tastes_of(rules, state.incomes.means), means_of(rules)
        weight = self.tastes.cost * np.float32(0.012)
        self.burdens = (weight / np.repeat(self.tastes.income, AGE_GROUPS, axis=0)).ravel()
        town = places.town[state.homes.buurt[: state.standing]]
        self.slots = Slots(places, np.bincount(town, minlength=len(places.town_codes)), rules.slots_per_home)
        self.regions = places.region
        self.looks = looks_of(rules)
        self.rings = self.slots.rings(self.looks)
        self.mean_decile = self._at_start = np.zeros(len(places.codes), np.float32)
        self._east, self._north = _town_means(places, places.east), _town_means(places, places.north)
        bonus = np.array([rules.same_town, 0.0, 0.0])
        self.shift = (bonus - np.log(self.slots.chances(self.looks))).astype(np.float32)
        kilometers = (np.arange(int(LAST_STEP) + 1) + 0.5) / STEPS_OF_KM
        self._far = (rules.distance_weight / 2 * np.log1p(kilometers**2)).astype(np.float32)
        self._records, self._count = np.zeros(64, SEEKER), 0

    def begin(self, mean_decile: NDArray[np.float64]) -> None:
        """The mean income decile of each buurt at the start."""
        self.mean_decile = self._at_start = mean_decile.astype(np.float32)

    def follow(self, mean_decile: NDArray[np.float64]) -> None:
        """Let part of the change since the start count in the year to come."""
        change = mean_decile - self._at_start
        self.mean_decile = (self._at_start + self._state.rules.feedback * change).astype(np.float32)

    def seekers(self) -> Ints:
        """Households in the book, in its order."""
        return self._records["row"][: self._count].copy()

    @property
    def book(self) -> NDArray[Any]:
        """The records in use."""
        return self._records[: self._count]

    def refresh(self) -> None:
        """Make every record anew and put them in order of gemeente: at the beginning of a year."""
        state = self._state
        used = state.used()
        rows = np.flatnonzero(used.searching != NEVER).astype(np.int32)
        rows = rows[used.alive[rows]]
        state.stale[: state.count] = False
        self._count = 0
        self._add(rows)

    def keep_up(self) -> None:
        """Drop who seeks no more, and describe who is new or has changed."""
        state, people = self._state, self._state.people
        self._count, changed = keep(self._records, self._count, people.searching, state.stale)
        self._describe(changed)
        new = np.flatnonzero(state.stale[: state.count]).astype(np.int32)
        state.stale[new] = False
        self._add(new[people.alive[new] & (people.searching[new] != NEVER)])

    def _add(self, rows: Ints) -> None:
        """Records of households that are not in the book yet, in order of gemeente."""
        first, self._count = self._count, self._count + len(rows)
        if self._count > len(self._records):
            longer = np.zeros(int(1.3 * self._count) + 64, SEEKER)
            longer[:first] = self._records[:first]
            self._records = longer
        # Of short numbers numpy sorts many at once.
        order = np.argsort(self._state.people.town[rows].astype(np.int16), kind="stable")
        self._records["row"][first : self._count] = rows[order]
        self._describe(np.arange(first, self._count))

    def meet(self, homes: Ints) -> tuple[NDArray[Any], NDArray[np.int32], NDArray[np.int64]]:
        """Offers made of dwellings, and of each seeker in the book its choice among them and its score there."""
        offers, starts = self._offers(homes)
        market = self.market(offers, starts)
        chosen, scores = np.empty(len(self.book), np.int32), np.zeros(len(self.book), np.int64)
        book = self.book
        self._stretches.over(len(book), lambda start, stop: choose(book, start, stop, offers, market, chosen, scores))
        return offers, chosen, scores

    def market(self, offers: NDArray[Any], starts: Ints) -> Market:
        """What the kernel of choice needs in this month."""
        state, rules = self._state, self._state.rules
        weights = np.array(
            [
                [rules.bid_weight, rules.queue_weight, rules.rent_weight],
                [rules.starter_owner, rules.starter_social, rules.starter_private],
            ],
            np.float32,
        )
        lines = np.empty((len(offers), LINE), np.float32)
        self._stretches.over(len(offers), lambda start, stop: lines_of(offers, self.tastes, start, stop, lines))
        mixed, cost, tenure = (np.ascontiguousarray(offers[name]) for name in ("mixed", "cost", "tenure"))
        glances = Glances(mixed, cost, tenure, lines, self.burdens)
        keys = state.key(Purpose.TASTE, 0), state.key(Purpose.SLOTS), state.key(Purpose.STAY), state.key(Purpose.TIE, 0)
        return Market(
            starts, glances, self.tastes.gap, self.rings, self.shift, gumbel_table(),
            self._far, weights, *keys, np.int64(state.month),
        )  # fmt: skip

    def _offers(self, homes: Ints) -> tuple[NDArray[Any], Ints]:
        """Records of dwellings in order of slot and number, and where each slot begins."""
        state, table, places = self._state, self._state.homes, self._state.places
        number, town = table.number[homes], places.town[table.buurt[homes]]
        mixed = mixed_numbers(number)
        order, starts = in_slots(self.slots.of(town, mixed), number, self.slots.total)
        offers = np.zeros(len(homes), OFFER)
        fill_offers(
            offers, home_columns(state, self.mean_decile), homes, order, mixed, town, state.groups,
            state.key(Purpose.LOCAL, 0), state.rules.local_share,
        )  # fmt: skip
        return offers, starts

    def _describe(self, places: NDArray[np.int64]) -> None:
        state, book = self._state, self.book
        people, homes = people_columns(state), home_columns(state, self.mean_decile)
        registered = state.key(Purpose.REGISTERED, 0)
        tastes, means, east, north, month = self.tastes, self.means, self._east, self._north, state.month
        self._stretches.over(
            len(places),
            lambda start, stop: describe(
                book, places, start, stop, people, homes, tastes, means, east, north, registered, month
            ),
        )


def _town_means(places: Places, values: NDArray[np.float32]) -> NDArray[np.float32]:
    towns = len(places.town_codes)
    count = np.bincount(places.town, minlength=towns)
    return (np.bincount(places.town, weights=values, minlength=towns) / np.maximum(count, 1)).astype(np.float32)
