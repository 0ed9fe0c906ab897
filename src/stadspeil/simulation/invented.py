"""An invented region for tests and benchmarks: households and dwellings that hang together, and nothing real.

A small country of gemeenten on a grid, with buurten that differ in tenure, form and price, and households that live
about where they can pay for it. Nothing in it is measured; the synthesis of a real town is elsewhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.classes import FLAT, HOUSE, OWNER, PRIVATE, SOCIAL
from stadspeil.simulation.world import NEVER, NOBODY, NOWHERE, Dwellings, Households, Places, World

BUURTEN_OF_TOWN = 40
TOWNS_OF_REGION = 8
_HOMES_PER_HOUSEHOLD = 0.98
_EMPTY = 0.012
_TENURES = (0.57, 0.285, 0.145)
_KINDS = (0.39, 0.285, 0.25, 0.075)
# Ages of heads: least, mode and most of a triangle, for each type.
_AGES = ((20, 45, 92), (23, 62, 90), (24, 41, 66), (24, 43, 68))
_INCOMES = (27.0, 48.0, 58.0, 34.0)
_SPREAD_OF_INCOME = 0.42
_KIND_CODES = 4


def invented_world(households: int, buurten: int, seed: int = 1) -> World:
    """A world of about so many households in so many buurten; the same for the same seed."""
    rng = np.random.default_rng(seed)
    places = _places(buurten, rng)
    people, ability = _households(households, rng)
    homes, worth = _dwellings(round(households * _HOMES_PER_HOUSEHOLD), places, rng)
    _house(people, homes, ability, worth, rng)
    people.town = np.where(
        people.dwelling != NOWHERE,
        places.town[homes.buurt[np.maximum(people.dwelling, 0)]],
        rng.integers(0, len(places.town_codes), households),
    ).astype(np.int32)
    return World(people, homes, places, 2025, ("verzonnen",), True)


def _places(buurten: int, rng: np.random.Generator) -> Places:
    towns = max(1, buurten // BUURTEN_OF_TOWN)
    regions = max(1, towns // TOWNS_OF_REGION)
    town = np.sort(np.arange(buurten) % towns).astype(np.int32)
    region = np.sort(np.arange(towns) % regions).astype(np.int32)
    east_of_region, north_of_region = rng.uniform(0, 250, regions), rng.uniform(0, 300, regions)
    east_of_town = east_of_region[region] + rng.normal(0, 14, towns)
    north_of_town = north_of_region[region] + rng.normal(0, 14, towns)
    return Places(
        codes=tuple(f"BU{90000000 + row:08d}" for row in range(buurten)),
        names=tuple(f"Verzonnen buurt {row}" for row in range(buurten)),
        town=town,
        town_codes=tuple(f"GM{9000 + row:04d}" for row in range(towns)),
        town_names=tuple(f"Verzonnen gemeente {row}" for row in range(towns)),
        region=region,
        region_names=tuple(f"Verzonnen regio {row}" for row in range(regions)),
        east=(east_of_town[town] + rng.normal(0, 2.5, buurten)).astype(np.float32),
        north=(north_of_town[town] + rng.normal(0, 2.5, buurten)).astype(np.float32),
        quality=rng.normal(0, 1, buurten).astype(np.float32),
    )


def _households(count: int, rng: np.random.Generator) -> tuple[Households, NDArray[np.float64]]:
    kind = rng.choice(_KIND_CODES, count, p=_KINDS).astype(np.uint8)
    age = np.zeros(count)
    for code, (least, mode, most) in enumerate(_AGES):
        age[kind == code] = rng.triangular(least, mode, most, int((kind == code).sum()))
    persons = np.array([1, 2, 3, 2])[kind] + (kind >= 2) * rng.choice(4, count, p=(0.4, 0.42, 0.14, 0.04))
    career = 1 - 0.35 * np.clip((32 - age) / 12, 0, 1) - 0.2 * np.clip((age - 63) / 8, 0, 1)
    income = np.array(_INCOMES)[kind] * career * rng.lognormal(0, _SPREAD_OF_INCOME, count)
    standard = income / (1 + 0.37 * (persons - 1))
    decile = (np.argsort(np.argsort(standard, kind="stable"), kind="stable") * 10 // count).astype(np.uint8)
    households = Households(
        number=rng.permutation(count).astype(np.int64) * 7 + 1_000_003,
        kind=kind,
        age=age.astype(np.uint8),
        persons=persons.astype(np.uint8),
        decile=decile,
        income=income.astype(np.float32),
        dwelling=np.full(count, NOWHERE, np.int32),
        since=(-12 * rng.exponential(np.clip((age - 18) / 3.5, 1, 14))).clip(-900, -1).astype(np.int16),
        town=np.zeros(count, np.int32),
        searching=np.full(count, NEVER, np.int16),
        alive=np.ones(count, np.bool_),
    )
    return households, np.log(income) + 0.5 * np.log(persons) + 0.012 * age


def _dwellings(count: int, places: Places, rng: np.random.Generator) -> tuple[Dwellings, NDArray[np.float64]]:
    buurten = len(places.codes)
    buurt = np.sort(rng.integers(0, buurten, count)).astype(np.int32)
    mix = np.stack([rng.dirichlet(np.array(_TENURES) * 5) for _ in range(buurten)])
    flats = rng.beta(1.2, 2.2, buurten)
    level = rng.normal(0, 0.16, buurten) + 0.06 * places.quality
    drawn = rng.random(count)
    tenure = (drawn[:, None] > mix.cumsum(axis=1)[buurt][:, :2]).sum(axis=1).astype(np.uint8)
    form = np.where(rng.random(count) < flats[buurt] + 0.12 * (tenure != OWNER), FLAT, HOUSE).astype(np.uint8)
    floor = np.where(form == HOUSE, rng.lognormal(np.log(112), 0.25, count), rng.lognormal(np.log(68), 0.24, count))
    floor *= np.where(tenure == SOCIAL, 0.86, 1.0)
    market = np.exp(level[buurt] + rng.normal(0, 0.13, count))
    cost = np.select(
        [tenure == OWNER, tenure == PRIVATE], [11.2 * floor * market, (430 + 8.2 * floor) * market], 430 + 2.3 * floor
    )
    price = np.zeros(count, np.uint8)
    for code in (OWNER, SOCIAL, PRIVATE):
        of = tenure == code
        price[of] = np.searchsorted(np.quantile(cost[of], (0.4, 0.8)), cost[of]) if of.any() else 0
    worth = (
        np.log(cost) + 0.35 * np.log(floor) + np.where(tenure == OWNER, 0.25, np.where(tenure == SOCIAL, -0.35, -0.2))
    )
    homes = Dwellings(
        number=rng.permutation(count).astype(np.int64) * 5 + 2_000_003,
        buurt=buurt,
        tenure=tenure,
        form=form,
        price=price,
        cost=cost.astype(np.float32),
        floor=floor.astype(np.float32),
        quality=rng.normal(0, 0.5, count).astype(np.float32),
        household=np.full(count, NOBODY, np.int32),
        from_month=np.zeros(count, np.int16),
        until_month=np.full(count, NEVER, np.int16),
    )
    return homes, worth


def _house(
    people: Households,
    homes: Dwellings,
    ability: NDArray[np.float64],
    worth: NDArray[np.float64],
    rng: np.random.Generator,
) -> None:
    """Who can pay most lives, with noise, in what is worth most; some dwellings stay empty, some households without."""
    filled = rng.permutation(len(worth))[: round(len(worth) * (1 - _EMPTY))]
    young = np.argsort(people.age + rng.normal(0, 8, len(people.age)))
    housed = young[len(people.age) - len(filled) :]
    rank = np.argsort(ability[housed] + rng.normal(0, 0.35, len(housed)))
    value = np.argsort(worth[filled] + rng.normal(0, 0.2, len(filled)))
    people.dwelling[housed[rank]] = filled[value]
    homes.household[filled[value]] = housed[rank]
