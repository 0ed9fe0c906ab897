"""The people of Nieuwland, year by year from 1950: ageing, children, and moves that are not the same for everyone.

The state is the expected number of persons per buurt, single year of age and income group. Who moves gives up a
dwelling; who seeks one is shared out over the dwellings that are free, each group by its own taste and means. The
country is closed except for the migrants who fill, or leave, what does not come out even. New Towns age together and
grow poorer because of these rules alone: nothing of it is drawn in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.geometry import Sites
from stadspeil.sources.nieuwland.stock import YEARS, Stock

Floats = NDArray[np.float64]

AGES = np.arange(100)
INCOME_GROUPS = ("laag", "midden", "hoog")
OCCUPIED = 0.966
# Shares of the three groups towards which each new generation drifts.
_GROUP_SHARES = np.array([0.30, 0.45, 0.25])
# Part of moves that stays within the gemeente; CBS counted 57 % in 2016.
WITHIN_GEMEENTE = 0.55
# In a New Town the best-off leave this much sooner than elsewhere, from fifteen years after it was built.
NEW_TOWN_LEAVE = {"laag": 0.94, "midden": 1.0, "hoog": 1.30}
_NEW_TOWN_SETTLED = 1995
_APPEAL_TASTE = np.array([-0.42, 0.02, 0.72])

# Yearly chance to move by age (persons), after the CBS figures by single year of age for 2017.
_MOVE_AGES = (0, 4, 12, 17, 20, 25, 30, 35, 40, 50, 60, 75, 85, 99)
_MOVE_RATES = (0.13, 0.12, 0.075, 0.075, 0.18, 0.27, 0.20, 0.14, 0.10, 0.058, 0.040, 0.034, 0.075, 0.11)
_HEAD_AGES = (0, 17, 19, 22, 26, 30, 40, 55, 65, 75, 85, 99)
_HEAD_RATES = (0.0, 0.0, 0.14, 0.36, 0.56, 0.57, 0.56, 0.60, 0.62, 0.68, 0.76, 0.70)
_FERTILITY = {1950: 3.0, 1964: 3.1, 1972: 2.2, 1977: 1.7, 1990: 1.7, 2000: 1.8, 2010: 1.9, 2016: 1.78, 2024: 1.55}

_head = np.interp(AGES, _HEAD_AGES, _HEAD_RATES)
_move = np.interp(AGES, _MOVE_AGES, _MOVE_RATES)


def heads(stock: Stock) -> Floats:
    """Chance to be the one who makes a household, by buurt and age: where flats stand, more people live alone."""
    found: Floats = _head[None, :] * (1 + 0.34 * (0.62 - stock.houses))[:, None]
    return found


def head_rates() -> Floats:
    """Chance to be the one who makes a household, by age, in the country."""
    return _head.copy()


@dataclass(frozen=True)
class History:
    """Persons by buurt, year from `plan.FIRST_YEAR`, age and income group, and what happened in each year.

    `arrived` and `left` count persons who crossed a gemeente's border within Nieuwland, by gemeente (order of
    `plan.GEMEENTEN`), year and income group. `moves` has one entry per year.
    """

    persons: Floats
    births: Floats
    deaths: Floats
    arrived: Floats
    left: Floats
    moves: tuple[Moves, ...]


@dataclass(frozen=True)
class Moves:
    """Persons who moved in a year, by gemeente, age and income group; `between` from gemeente (row) to gemeente."""

    arrived: Floats
    left: Floats
    within: Floats
    between: Floats


@dataclass(frozen=True)
class _World:
    """What does not change from year to year."""

    gemeente: NDArray[np.int64]
    settled_new_town: NDArray[np.bool_]
    taste_by_age: Floats
    mobility: Floats
    heads: Floats


def live(sites: Sites, stock: Stock) -> History:
    """Everybody's life in expectation. No dice: chance comes in with what is counted and published."""
    world = _make_world(sites, stock)
    count, first = sites.count, plan.FIRST_YEAR - int(YEARS[0])
    recorded = len(YEARS) - first
    persons = _settlers(stock)
    kept = np.zeros((count, recorded, len(AGES), 3))
    births, deaths = np.zeros((count, recorded)), np.zeros((count, recorded))
    arrived, left = np.zeros((len(plan.GEMEENTEN), recorded, 3)), np.zeros((len(plan.GEMEENTEN), recorded, 3))
    moves = []
    for step, year in enumerate(YEARS):
        now = step - first
        if now >= 0:
            kept[:, now] = persons
        persons, born, died = _grow_older(persons, int(year))
        persons, came, went, moved = _move_house(persons, world, stock, step)
        if now >= 0:
            moves.append(moved)
            births[:, now], deaths[:, now], arrived[:, now], left[:, now] = born, died, came, went
    return History(kept, births, deaths, arrived, left, tuple(moves))


def _make_world(sites: Sites, stock: Stock) -> _World:
    numbers = [each.number for each in plan.GEMEENTEN]
    gemeente = np.array([numbers.index(plan.WIJKEN[int(wijk)].gemeente) for wijk in sites.wijk])
    new_town = np.isin(np.array(numbers)[gemeente], plan.NEW_TOWNS) & ~sites.rural
    family = np.interp(AGES, (0, 10, 18, 22, 28, 36, 45, 60, 99), (0.9, 0.8, 0.0, -0.9, 0.25, 0.75, 0.4, 0.0, -0.55))
    city = np.interp(AGES, (0, 17, 20, 26, 34, 45, 99), (-0.2, 0.0, 0.55, 0.45, 0.1, 0.0, 0.0))
    old = np.interp(AGES, (0, 18, 45, 58, 68, 99), (-0.35, -0.25, -0.15, 0.35, 0.9, 1.1))
    lively = (1 - stock.houses) * (0.35 + 0.75 * (gemeente == 0))
    taste = (
        (1.9 * (stock.houses - 0.55) + stock.family)[:, None] * family[None, :]
        + lively[:, None] * city[None, :] * 2.2
        + stock.grey[:, None] * old[None, :] * 0.70
    )
    tenure = 0.80 * stock.owner[:, -1] + 0.95 * stock.corporation[:, -1] + 1.8 * stock.private[:, -1]
    return _World(gemeente, new_town, np.exp(taste), tenure, heads(stock))


def _settlers(stock: Stock) -> Floats:
    """A country of 1950: young, with large households, in the dwellings that stand."""
    ages = np.interp(AGES, (0, 20, 40, 60, 80, 99), (2.0, 1.6, 1.4, 1.0, 0.35, 0.0))
    households = stock.dwellings[:, 0] * OCCUPIED
    per_household = ages / float(ages @ _head)
    groups = _wanted(stock, 0) / _wanted(stock, 0).sum(axis=1, keepdims=True)
    found: Floats = households[:, None, None] * per_household[None, :, None] * groups[:, None, :]
    return found


def _grow_older(persons: Floats, year: int) -> tuple[Floats, Floats, Floats]:
    """A birthday for everybody, deaths and births; each generation drifts a little towards the country's mix."""
    longer = np.exp(-0.011 * (year - 1950))
    dying = np.clip(0.0000175 * np.exp(0.098 * AGES) * (0.5 + 1.3 * longer), 0, 0.6)
    by_group = np.array([1.28, 1.0, 0.80])
    risk = np.clip(dying[:, None] * by_group[None, :], 0, 0.7)
    died = persons * risk
    alive = persons - died
    older = np.zeros_like(alive)
    older[:, 1:] = alive[:, :-1]
    older[:, -1] += alive[:, -1]
    curve = np.exp(-0.5 * ((AGES - (27 + 0.07 * np.clip(year - 1970, 0, 60))) / 5.0) ** 2)
    rate = curve / curve.sum() * float(np.interp(year, list(_FERTILITY), list(_FERTILITY.values()))) * 0.5
    born = np.einsum("bag,a->bg", alive, rate)
    older[:, 0] = born
    adults = older[:, 18:32]
    older[:, 18:32] = 0.985 * adults + 0.015 * adults.sum(axis=2, keepdims=True) * _GROUP_SHARES
    return older, born.sum(axis=1), died.sum(axis=(1, 2))


def _wanted(stock: Stock, step: int) -> Floats:
    """How much each income group wants, and can get, a dwelling in each buurt."""
    owner, corporation, appeal = stock.owner[:, step], stock.corporation[:, step], stock.appeal[:, step]
    private = 1 - owner - corporation
    means = np.stack(
        [
            0.07 + 1.15 * corporation + 0.50 * private,
            0.30 + 0.42 * corporation + 0.55 * owner + 0.50 * private,
            0.02 + 0.10 * corporation + 0.85 * owner + 0.55 * private,
        ],
        axis=1,
    )
    found: Floats = means * np.exp(appeal[:, None] * _APPEAL_TASTE[None, :])
    return found


def _move_house(persons: Floats, world: _World, stock: Stock, step: int) -> tuple[Floats, Floats, Floats, Moves]:
    """Leave, seek, find. Also: who crossed a gemeente's border, by income group, and all who moved."""
    leaving = persons * np.clip(_move[None, :, None] * world.mobility[:, None, None], 0, 0.6)
    if YEARS[step] >= _NEW_TOWN_SETTLED:
        leaving[world.settled_new_town] *= np.array(list(NEW_TOWN_LEAVE.values()))
    staying = persons - leaving
    homes = stock.dwellings[:, step] * OCCUPIED
    crowded = np.einsum("bag,ba->b", staying, world.heads) / np.maximum(homes, 1e-9)
    squeeze = np.minimum(1.0, 0.985 / np.maximum(crowded, 1e-9))[:, None, None]
    leaving, staying = leaving + staying * (1 - squeeze), staying * squeeze
    free = np.maximum(homes - np.einsum("bag,ba->b", staying, world.heads), 0.0)
    seeking = _redraw_young(leaving)
    seeking = _balance(seeking, float(free.sum()))
    pull = world.taste_by_age[:, :, None] * _wanted(stock, step)[:, None, :]
    return _find(staying, seeking, free, pull, world)


def _redraw_young(leaving: Floats) -> Floats:
    """Who leaves home starts a life of his own: half of what he was, half of what anybody is."""
    seeking = leaving.copy()
    young = seeking[:, 18:26]
    seeking[:, 18:26] = 0.6 * young + 0.4 * young.sum(axis=2, keepdims=True) * _GROUP_SHARES
    return seeking


def _balance(seeking: Floats, free: float) -> Floats:
    """Migrants fill what is left free; where too many seek, some leave the country."""
    wanted = float(np.einsum("bag,a->", seeking, _head))
    return seeking * (free / max(wanted, 1e-9))


def _find(
    staying: Floats, seeking: Floats, free: Floats, pull: Floats, world: _World
) -> tuple[Floats, Floats, Floats, Moves]:
    """Share seekers out: first those who stay in their gemeente, then all others over the whole country."""
    count = len(plan.GEMEENTEN)
    own = np.zeros((count, *seeking.shape[1:]))
    np.add.at(own, world.gemeente, seeking)
    room = np.zeros(count)
    np.add.at(room, world.gemeente, free)
    wanted = np.einsum("gai,a->g", own, _head)
    within = np.minimum(WITHIN_GEMEENTE, 0.9 * room / np.maximum(wanted, 1e-9))[:, None, None]
    elsewhere = (own * (1 - within)).sum(axis=0)
    local = own * within
    came_own, came_far = np.zeros_like(staying), np.zeros_like(staying)
    weight = free.copy()
    for _ in range(4):
        weighted = pull * weight[:, None, None]
        total = np.zeros_like(own)
        np.add.at(total, world.gemeente, weighted)
        came_own = weighted * (local / np.maximum(total, 1e-12))[world.gemeente]
        came_far = weighted * (elsewhere / np.maximum(total.sum(axis=0), 1e-12))[None]
        housed = np.einsum("bag,ba->b", came_own + came_far, world.heads)
        weight = weight * np.clip(free / np.maximum(housed, 1e-9), 0.25, 4.0)
    arrived, left = np.zeros((count, 3)), np.zeros((count, 3))
    np.add.at(arrived, world.gemeente, came_far.sum(axis=1))
    # Found elsewhere but in the own gemeente after all: no border crossed, so it counts on neither side.
    total_far = np.zeros_like(own)
    np.add.at(total_far, world.gemeente, came_far)
    own_far = own * (1 - within)
    stayed_far = total_far * own_far / np.maximum(elsewhere, 1e-12)[None]
    stayed = stayed_far.sum(axis=1)
    left += own_far.sum(axis=1)
    between = np.einsum("oai,dai->od", own_far / np.maximum(elsewhere, 1e-12)[None], total_far)
    np.fill_diagonal(between, 0)
    moves = Moves(total_far - stayed_far, own_far - stayed_far, local + stayed_far, between)
    return staying + came_own + came_far, arrived - stayed, left - stayed, moves
