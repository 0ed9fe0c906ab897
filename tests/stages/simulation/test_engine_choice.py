"""Choosing from a sample gives what choosing from everything gives, because the chance to be seen is taken out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from stadspeil.simulation.choice import Choosing, Slots, looks_of
from stadspeil.simulation.classes import HOUSE, OWNER, PRIVATE, SOCIAL
from stadspeil.simulation.columns import Stretches
from stadspeil.simulation.invented import invented_world
from stadspeil.simulation.kernels import LAST_STEP, NOTHING, STEPS_OF_KM, STRIDE_BITS, Market, in_slots, rank_of_worth
from stadspeil.simulation.programme import Step
from stadspeil.simulation.randomness import FIRST, SECOND, STEP, mixed_numbers
from stadspeil.simulation.rules import Rules
from stadspeil.simulation.searching import Searching
from stadspeil.simulation.state import State
from stadspeil.simulation.works import plan_of
from stadspeil.simulation.world import NOBODY, World

EVERYTHING = 1_000_000
VACANCIES = 200


@pytest.fixture(scope="module")
def country() -> World:
    """Sixteen gemeenten in two regions."""
    return invented_world(24_000, 640, seed=11)


def market(world: World, rules: Rules, seed: int) -> tuple[State, Choosing]:
    state = State(world, rules, plan_of(world, ()).built, 12, seed)
    searching, choosing = Searching(state, Stretches(1)), Choosing(state, Stretches(1))
    searching.begin()
    choosing.begin(np.full(len(world.places.codes), 4.5))
    choosing.refresh()
    return state, choosing


def where(world: World, rules: Rules, seed: int, forget_chance: bool = False) -> NDArray[np.int64]:
    """How many seekers choose: nothing, own gemeente, own region, elsewhere; and owner, social, private."""
    _, choosing = market(world, rules, seed)
    if forget_chance:
        choosing.shift += np.log(choosing.slots.chances(choosing.looks)).astype(np.float32)
    empty = np.flatnonzero(world.dwellings.household == NOBODY).astype(np.int32)[:: max(1, 287 // VACANCIES)]
    offers, chosen, _ = choosing.meet(empty[:VACANCIES])
    assert len(offers) == VACANCIES
    found = chosen != NOTHING
    region, offer = world.places.region, offers[chosen[found]]
    own = choosing.book["town"][found]
    rings = np.where(own == offer["town"], 0, np.where(region[own] == region[offer["town"]], 1, 2))
    tenures = np.bincount(offer["tenure"], minlength=3)
    return np.r_[np.count_nonzero(~found), np.bincount(rings, minlength=3), tenures]


def apart(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
    """Differences of two independent counts of the same number of seekers, in standard errors."""
    n = one[:4].sum(), other[:4].sum()
    shares = one / n[0], other / n[1]
    together = (one + other) / sum(n)
    return (shares[0] - shares[1]) / np.sqrt(together * (1 - together) * (1 / n[0] + 1 / n[1]))


def added(world: World, rules: Rules, seeds: range, **change: bool) -> NDArray[np.int64]:
    return np.sum([where(world, rules, seed, **change) for seed in seeds], axis=0)


def test_a_sample_chooses_as_everything_does(country: World, rules: Rules) -> None:
    """One market of 200 vacancies, seen by 24 slots a month or all at once, with other chance: within three standard
    errors. Over many markets a small leaning shows, for a sample of a few is not everything: no share moves by more
    than four points."""
    sampled = dataclasses.replace(rules, alternatives=24)
    full = dataclasses.replace(rules, alternatives=EVERYTHING)
    one, other = added(country, sampled, range(1, 2)), added(country, full, range(11, 12))
    assert (np.abs(apart(one, other)) < 3).all(), apart(one, other)
    many, all_seen = added(country, sampled, range(1, 5)), added(country, full, range(11, 15))
    shares = many / many[:4].sum(), all_seen / all_seen[:4].sum()
    assert (np.abs(shares[0] - shares[1]) < 0.04).all(), shares


def test_without_the_chance_to_be_seen_the_own_gemeente_is_chosen_too_often(country: World, rules: Rules) -> None:
    """The negative control: the test above can fail."""
    sampled = dataclasses.replace(rules, alternatives=24)
    full = dataclasses.replace(rules, alternatives=EVERYTHING)
    one = added(country, sampled, range(1, 3), forget_chance=True)
    other = added(country, full, range(11, 13))
    assert np.abs(apart(one, other)).max() > 10


def test_the_chance_to_see_a_slot_is_what_is_taken_out(country: World, rules: Rules) -> None:
    """Count how often a slot is among those looked at, over many draws, against the formula."""
    town_homes = np.full(len(country.places.town_codes), 1500)
    slots, looks = Slots(country.places, town_homes, 0.02), looks_of(rules)
    rings, rng = slots.rings(looks), np.random.default_rng(1)
    seen, draws = np.zeros(slots.total), 20_000
    for _ in range(draws):
        looked = set()
        for ring in range(3):
            first, size, stride, look = rings[3, 4 * ring : 4 * ring + 4]
            start = int(rng.integers(0, size))
            looked |= {int(first + (start + (step * stride >> 24)) % size) for step in range(look)}
        seen[list(looked)] += 1
    own, near, far = (float(each) for each in slots.chances(looks)[3])
    region = country.places.region
    town_of_slot = np.repeat(np.argsort(slots.first), slots.size[np.argsort(slots.first)])
    expected = np.where(town_of_slot == 3, own, np.where(region[town_of_slot] == region[3], near, far))
    error = np.sqrt(expected * (1 - expected) / draws)
    assert (np.abs(seen / draws - expected) < 4.5 * error).all()


def mixed_again(x: int) -> int:
    """The finalizer of SplitMix64, in whole numbers of Python."""
    every, first, second = 2**64 - 1, int(FIRST), int(SECOND)
    x = ((x ^ (x >> 30)) * first) & every
    x = ((x ^ (x >> 27)) * second) & every
    return x ^ (x >> 31)


def seen_by(town: int, mixed: int, asked: Market) -> list[int]:
    """Rows of offers that a seeker looks at: ring by ring, slot by slot."""
    rows: list[int] = []
    for ring in range(3):
        first, size, stride, looks = (int(each) for each in asked.rings[town, 4 * ring : 4 * ring + 4])
        drawn = mixed_again(((mixed + (ring + 1) * int(STEP)) & (2**64 - 1)) ^ int(asked.key_slots)) & (2**32 - 1)
        begin = (drawn * size >> 32) << STRIDE_BITS
        for look in range(looks):
            slot = first + ((begin + look * stride) >> STRIDE_BITS) % size
            rows += range(int(asked.starts[slot]), int(asked.starts[slot + 1]))
    return rows


@pytest.mark.parametrize("slots_per_home", [0.0001, 0.05])
def test_each_seeker_chooses_what_is_worth_most_of_what_it_sees(
    country: World, rules: Rules, slots_per_home: float
) -> None:
    """Every step again, one seeker and one offer at a time, with logarithms of its own; slots with many offers, and
    slots of which most hold none. Rounding may decide between two that are worth the same."""
    _, choosing = market(country, dataclasses.replace(rules, slots_per_home=slots_per_home), 1)
    homes = np.arange(0, len(country.dwellings.number), 16, dtype=np.int32)
    offers, chosen, _ = choosing.meet(homes)
    asked = choosing.market(offers, choosing._offers(homes)[1])
    assert (np.diff(asked.starts).max() > 8) == (slots_per_home < 0.001)
    regions = country.places.region
    surely, other, stayed = 0, 0, 0
    for place in range(0, len(choosing.book), 8):
        seeker, values = choosing.book[place], {}
        town, group = int(seeker["town"]), int(seeker["choice_class"]) // 10
        for row in seen_by(town, int(seeker["mixed"]), asked):
            offer = offers[row]
            if offer["cost"] > seeker[("owner", "social", "private")[(OWNER, SOCIAL, PRIVATE).index(offer["tenure"])]]:
                continue
            at = 0 if offer["town"] == town else (1 if regions[offer["town"]] == regions[town] else 2)
            apart_km = np.hypot(float(offer["east"] - seeker["east"]), float(offer["north"] - seeker["north"]))
            kind, age = divmod(group, 3)
            room = np.log(min(float(offer["floor"]) / choosing.tastes.need[kind], 1.5))
            worth = choosing.tastes.tenure[offer["tenure"], age] + choosing.tastes.size * room
            worth += choosing.tastes.quality * offer["appeal"]
            worth += choosing.tastes.house[kind, age] if offer["form"] == HOUSE else 0.0
            worth -= choosing.burdens[seeker["choice_class"]] * offer["cost"]
            worth -= choosing.tastes.gap * abs(offer["mean_decile"] - seeker["choice_class"] % 10)
            worth -= asked.far[int(min(apart_km * STEPS_OF_KM, LAST_STEP))]
            x = ((int(seeker["mixed"]) ^ int(offer["mixed"]) ^ int(asked.key_taste)) * int(STEP)) & (2**64 - 1)
            x = ((x ^ (x >> 32)) * int(SECOND)) & (2**64 - 1)
            values[row] = float(worth + asked.shift[town, at] + asked.gumbels[(x ^ (x >> 33)) >> 48])
        stay = float(seeker["stay"] + asked.gumbels[mixed_again(int(seeker["mixed"]) ^ int(asked.key_stay)) >> 48])
        best = max(values, key=values.__getitem__, default=NOTHING)
        if best == NOTHING or values[best] < stay:
            best = NOTHING
        surely += chosen[place] == best
        stayed += best == NOTHING
        other += chosen[place] != best and abs(values.get(int(chosen[place]), stay) - values.get(best, stay)) > 1e-4
    assert surely > 100 and stayed > 3
    assert not other


def test_a_larger_worth_has_the_larger_rank_and_of_equals_the_first_seen() -> None:
    values = np.float32([-np.inf, -70.5, -1.0, -1e-30, 0.0, 1e-30, 0.5, 1.0, 64.0, np.inf])
    ranks = [rank_of_worth(value, np.uint64(look)) for value in values for look in (2**32 - 2, 7, 1, 0)]
    assert ranks == sorted(ranks) and len(set(ranks)) == len(ranks)


def test_offers_are_in_order_of_slot_and_then_of_number() -> None:
    slot, number = np.int32([3, 0, 3, 1, 3, 0]), np.int64([9, 5, 2, 8, 4, 1])
    order, starts = in_slots(slot, number, 5)
    assert order.tolist() == [5, 1, 3, 2, 4, 0]
    assert starts.tolist() == [0, 2, 3, 3, 6, 6]


def test_the_slot_of_a_dwelling_does_not_hang_on_other_dwellings(country: World, rules: Rules) -> None:
    _, choosing = market(country, rules, 1)
    homes, towns = country.dwellings, country.places.town[country.dwellings.buurt]
    all_at_once = choosing.slots.of(towns, mixed_numbers(homes.number))
    some = np.arange(0, len(towns), 7)
    assert np.array_equal(choosing.slots.of(towns[some], mixed_numbers(homes.number[some])), all_at_once[some])
    assert (choosing.slots.first[towns] <= all_at_once).all()
    assert (all_at_once < choosing.slots.first[towns] + choosing.slots.size[towns]).all()


def test_nobody_wants_what_it_may_not_have_or_cannot_pay(country: World, rules: Rules) -> None:
    state, choosing = market(country, rules, 1)
    empty = np.flatnonzero(country.dwellings.household == NOBODY).astype(np.int32)
    offers, chosen, _ = choosing.meet(empty)
    found = chosen != NOTHING
    rows, offer = choosing.book["row"][found], offers[chosen[found]]
    people = state.people
    alone = people.persons[rows] == 1
    income = people.income[rows]
    social = offer["tenure"] == SOCIAL
    limit = np.where(alone, rules.income_limit_single, rules.income_limit_more)
    assert social.sum() > 50 and (income[social] <= limit[social]).all()
    suitable = social & (income <= np.where(alone, rules.suitable_single, rules.suitable_more))
    assert suitable.sum() > 20 and (offer["cost"][suitable] <= rules.suitable_rent).all()
    private = offer["tenure"] == PRIVATE
    assert private.sum() > 20
    assert (offer["cost"][private] <= rules.rent_share * income[private] * 1000 / 12 * 1.0001).all()
    first_buyer = (offer["tenure"] == OWNER) & (people.dwelling[rows] < 0)
    assert first_buyer.sum() > 5
    assert (offer["cost"][first_buyer] <= rules.mortgage_share * income[first_buyer] * 1000 / 12 * 1.0001).all()


def test_a_step_of_the_programme_does_not_move_the_slots(country: World, rules: Rules) -> None:
    step = Step("bouwen", "Groot", country.places.codes[0], 12 * 2025, 12 * 2025, 5_000, OWNER, 0, 1)
    state = State(country, rules, plan_of(country, [step]).built, 12, 1)
    assert np.array_equal(Choosing(state, Stretches(1)).slots.size, market(country, rules, 1)[1].slots.size)
