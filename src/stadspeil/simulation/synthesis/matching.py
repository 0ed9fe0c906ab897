"""Who lives where: households of a buurt are put in its homes by rank of income and need, with chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.simulation.classes import FLAT, OWNER, PRIVATE, SOCIAL
from stadspeil.simulation.synthesis.draws import normal, order_within, place_within, uniform
from stadspeil.simulation.synthesis.figures import Values
from stadspeil.simulation.synthesis.homes import Stock
from stadspeil.simulation.synthesis.households import People
from stadspeil.simulation.synthesis.integers import Counts
from stadspeil.simulation.world import NOBODY, NOWHERE

# Lean to owning and away from social rent by type (alone, couple, family, single parent), beside income in deciles.
_TO_OWN = np.array([-1.0, 1.5, 1.8, -1.0])
_TO_OWN_BY_AGE = np.array([-3.0, 0.0, 0.8, 0.4, -0.8])
_TO_PRIVATE_BY_AGE = np.array([2.0, 1.0, 0.0, -0.5, -0.5])
# Need for a house with rooms rather than a flat.
_TO_HOUSE = np.array([-1.5, 0.3, 2.0, 0.7])
_TO_HOUSE_BY_AGE = np.array([-1.0, 0.0, 0.5, 0.0, -1.0])
_DECILES = 3.0


def match(
    people: People, stock: Stock, vacant: Counts, band: NDArray[np.uint8], seed: int, catalogue: Catalogue
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Row of the home of each household (or NOWHERE), and row of the household of each home (or NOBODY).

    `vacant` is how many homes of each buurt nobody lives in; where households are fewer than homes there are more.
    """
    buurten = len(vacant)
    households, homes = (np.bincount(each, minlength=buurten) for each in (people.buurt, stock.buurt))
    housed = np.minimum(households, np.maximum(homes - vacant, 0))
    inside = _first(people.buurt, _hardly_housed(people, band, seed), housed)
    lived_in = _first(stock.buurt, _seldom_lived_in(stock, seed), housed)
    rows, homes_in = np.flatnonzero(inside), np.flatnonzero(lived_in)
    noise = catalogue.parameter("synthesis_match_noise")
    tenure = _tenure(people, stock, rows, homes_in, band, noise, seed)
    form = _form(people, stock, rows, homes_in, band, tenure, noise, seed)
    # Same buurt, tenure and form on both sides: then by income and value.
    of_people = (people.buurt[rows] * 3 + tenure) * 2 + form
    of_homes = (stock.buurt[homes_in] * 3 + stock.tenure[homes_in]) * 2 + stock.form[homes_in]
    wealth = people.decile[rows] / _DECILES + noise * normal(people.number[rows], "prijs", seed)
    taken = rows[order_within(of_people, wealth)]
    given = homes_in[order_within(of_homes, np.log(np.maximum(stock.value[homes_in], 1.0)))]
    dwelling = np.full(len(people.number), NOWHERE, dtype=np.int32)
    household = np.full(len(stock.number), NOBODY, dtype=np.int32)
    dwelling[taken], household[given] = given, taken
    return dwelling, household


def _hardly_housed(people: People, band: NDArray[np.uint8], seed: int) -> Values:
    """Score by which households are last to have a home of their own: young, alone, with little."""
    alone = (people.kind == 0).astype(float)
    return np.asarray(
        1.5 * alone + np.array([2.0, 0.5, 0.0, -1.0, -1.0])[band] - 0.15 * people.decile
        + normal(people.number, "zonder woning", seed)
    )  # fmt: skip


def _seldom_lived_in(stock: Stock, seed: int) -> Values:
    """Score by which homes stand empty: rented privately and flats more often than others."""
    lean = np.array([0.0, -0.5, 0.8])[stock.tenure] + 0.3 * (stock.form == FLAT)
    return np.asarray(lean + normal(stock.number, "leegstand", seed))


def _first(group: NDArray[np.int64], score: Values, number: Counts) -> NDArray[np.bool_]:
    """Whether a row is among the `number` of its group with the lowest score."""
    order = order_within(group, score)
    chosen = np.zeros(len(group), dtype=bool)
    chosen[order] = place_within(group[order], len(number)) < number[group[order]]
    return chosen


def _tenure(
    people: People, stock: Stock, rows: NDArray[np.intp], homes: NDArray[np.intp], band: NDArray[np.uint8],
    noise: float, seed: int,
) -> NDArray[np.int64]:  # fmt: skip
    """Tenure of each household that has a home: first who owns, then who of the others rents privately."""
    buurten = int(stock.buurt.max(initial=-1)) + 1
    group = people.buurt[rows]
    buurten = max(buurten, int(group.max(initial=-1)) + 1)
    counts = np.zeros((buurten, 3), dtype=np.int64)
    np.add.at(counts, (stock.buurt[homes], stock.tenure[homes]), 1)
    kind, age, decile = people.kind[rows], band[rows], people.decile[rows].astype(float)
    own = decile / _DECILES + 0.5 * (_TO_OWN[kind] + _TO_OWN_BY_AGE[age])
    owns = _first(group, -(own + noise * _gumbel(people.number[rows], "koop", seed)), counts[:, OWNER])
    private = 0.4 * decile / _DECILES + 0.5 * _TO_PRIVATE_BY_AGE[age]
    score = -(private + noise * _gumbel(people.number[rows], "particulier", seed)) + 100.0 * owns
    rents = _first(group, score, counts[:, PRIVATE]) & ~owns
    return np.where(owns, OWNER, np.where(rents, PRIVATE, SOCIAL))


def _form(
    people: People, stock: Stock, rows: NDArray[np.intp], homes: NDArray[np.intp], band: NDArray[np.uint8],
    tenure: NDArray[np.int64], noise: float, seed: int,
) -> NDArray[np.int64]:  # fmt: skip
    """House or flat for each household, within its tenure, by the room that it needs."""
    group = people.buurt[rows] * 3 + tenure
    houses = np.bincount(
        stock.buurt[homes] * 3 + stock.tenure[homes],
        weights=stock.form[homes] != FLAT,
        minlength=int(group.max(initial=0)) + 1,
    ).astype(np.int64)
    need = _TO_HOUSE[people.kind[rows]] + _TO_HOUSE_BY_AGE[band[rows]] + 0.15 * people.decile[rows]
    inside = _first(group, -(need + noise * _gumbel(people.number[rows], "vorm", seed)), houses)
    return np.where(inside, 0, FLAT)


def _gumbel(numbers: NDArray[np.int64], purpose: str, seed: int) -> Values:
    return np.asarray(-np.log(-np.log(uniform(numbers, purpose, seed))))
