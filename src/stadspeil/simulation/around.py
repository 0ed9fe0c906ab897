"""A town with the gemeenten around it as flows of households: who seeks, what comes free, and the balance of the two.

Areas are the buurten of the town and, around it, gemeenten; what is far is one area. Households are those of the
population, by segment and class; of other gemeenten by kind and age as published, with incomes and homes as their like in
the population. Moves by age, households that form and dissolve, distance between gemeenten and the part that stays within
each are those of the history (`household_figures`). NumPy alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stadspeil.errors import QuestionError
from stadspeil.simulation.classes import (
    FORMS,
    INCOME_GROUPS,
    OWNER,
    PRICES,
    PRIVATE,
    SEGMENTS,
    SOCIAL,
    TENURES,
    household_class,
    segment,
)
from stadspeil.simulation.household_figures import HouseholdFigures
from stadspeil.simulation.rules import Rules
from stadspeil.simulation.transitions import BANDS, CLASSES, fitted_chances, prior_chances
from stadspeil.simulation.vacancy_chain import Chain
from stadspeil.simulation.world import NOBODY, World

Floats = NDArray[np.float64]

_INCOMES = len(INCOME_GROUPS)
_ALL = CLASSES * _INCOMES
_TENURE = np.arange(SEGMENTS) // (len(FORMS) * len(PRICES))
_BAND = np.arange(_ALL) // _INCOMES % BANDS
# Gemeenten around the town that are an area of their own; the others are one together.
_NEAR = 11
_ROUNDS, _CLOSE = 400, 1e-4
_STEP, _EVERY, _TURNS = 0.8, 4, 2


@dataclass(frozen=True)
class Surroundings:
    """a areas, the b buurten of the town first; 18 segments; 60 classes of households; 240 seekers: classes by the tenure
    that they leave, and last those that leave no home.

    households [a, 18, 60]
    formed [a, 60]      households that seek their first home in a year      dissolved [a, 18]  homes of those that end
    moving [18, 60]     part that seeks another home in a year
    taste [18, 240]     of seekers for a segment: how much more often than others
    friction [a, a]     of distance       town [a]  which areas are one gemeente
    within [g]          part of those who leave their home that stays in each gemeente; NaN where not known
    """

    households: Floats
    formed: Floats
    dissolved: Floats
    moving: Floats
    taste: Floats
    friction: Floats
    town: NDArray[np.intp]
    within: Floats

    @property
    def movers(self) -> Floats:
        """Households that seek another home in a year, by area, tenure that they leave, form and price, and class."""
        return (self.households * self.moving).reshape(len(self.households), len(TENURES), -1, _ALL)

    @property
    def seekers(self) -> Floats:
        """All that seek in a year [a, 240]."""
        leave = self.movers.sum(axis=2).reshape(len(self.households), -1)
        return np.concatenate([leave, self.formed], axis=1)


@dataclass(frozen=True)
class Balanced:
    """Flows in balance: of seekers c from area a go row[a, c] friction[a, n] column[n, s] taste[s, c] to segment s in n.

    own [g]  what staying in each gemeente weighs more
    """

    around: Surroundings
    friction: Floats
    row: Floats
    column: Floats
    own: Floats

    def shares(self) -> Floats:
        """Who fills a vacancy [a, 18, 240], adding up to one."""
        reach = self.friction.T @ self.row
        found = self.around.taste[None] * reach[:, None, :]
        return np.asarray(found / np.maximum(found.sum(axis=2, keepdims=True), 1e-300))

    def left(self) -> Floats:
        """Of those that fill the homes of a tenure, which tenure they leave, or none [3, 4]; rows add up to one."""
        came = self.column[:, :, None] * (self.friction.T @ self.row)[:, None, :] * self.around.taste[None]
        by_tenure = came.sum(axis=0).reshape(len(TENURES), -1, len(TENURES) + 1, _ALL).sum(axis=(1, 3))
        return np.asarray(by_tenure / by_tenure.sum(axis=1, keepdims=True))

    def links(self, vacant: Floats, count: int) -> Iterator[tuple[Floats, Floats, Floats]]:
        """Link by link who fills vacancies [j, a, 18] by class [j, a, 60], who leaves a home [j, a, 60], and those homes."""
        # In single precision: twice as fast, and far finer than what is known.
        around, shares = self.around, self.shares().astype(np.float32)
        sources, areas = len(vacant), len(self.row)
        leaving = len(TENURES) * _ALL
        reach = np.maximum(self.friction.T @ self.row, 1e-30)[:, :leaving].astype(np.float32)
        per = (self.row[:, :leaving] / np.maximum(around.seekers[:, :leaving], 1e-30)).astype(np.float32)
        movers, friction = around.movers.astype(np.float32), self.friction.astype(np.float32)
        vacant = vacant.astype(np.float32)
        for _ in range(count):
            arrive = np.matmul(vacant.swapaxes(0, 1), shares).swapaxes(0, 1)
            spread = (arrive[:, :, :leaving] / reach).swapaxes(0, 1).reshape(areas, -1)
            by_area = (friction @ spread).reshape(areas, sources, leaving) * per[:, None]
            by_tenure = by_area.reshape(areas, sources, len(TENURES), _ALL).swapaxes(1, 2)
            homes = np.matmul(by_tenure, movers.swapaxes(2, 3)).swapaxes(1, 2).reshape(areas, sources, SEGMENTS)
            leave = (by_tenure * movers.sum(axis=2)[:, :, None]).sum(axis=1).swapaxes(0, 1)
            vacant = homes.swapaxes(0, 1)
            yield arrive.reshape(sources, areas, -1, _ALL).sum(axis=2), leave, vacant


def balance(around: Surroundings, added: Floats, begin: Balanced | None = None) -> Balanced:
    """Flows in which every seeker arrives, every home that is free is filled, and as many stay as is known.

    added [a, 18]  new homes in a year      begin  flows that are near
    """
    places = (around.households * around.moving).sum(axis=2) + around.dissolved + added
    short = places.sum() - around.movers.sum()
    around = replace(around, formed=around.formed * (short / max(float(around.formed.sum()), 1e-30)))
    seekers = around.seekers
    column = np.where(places > 0, 1.0 if begin is None else np.maximum(begin.column, 1e-12), 0.0)
    own = np.ones(len(around.within)) if begin is None else begin.own
    same = around.town[:, None] == around.town[None, :]
    known = np.isfinite(around.within)
    wanted = np.where(known, around.within, 0.5)
    friction, row = around.friction, seekers
    for turn in range(_ROUNDS):
        friction = np.where(same, around.friction * own[around.town][:, None], around.friction)
        wish = column @ around.taste
        row = seekers / np.maximum(friction @ wish, 1e-300)
        arrived = column * ((friction.T @ row) @ around.taste.T)
        column = column * np.divide(places, arrived, out=np.zeros_like(places), where=arrived > 0)
        miss = float(np.abs(arrived - places).max() / places.max())
        if turn % _EVERY:
            continue
        inside = (row * (np.where(same, friction, 0.0) @ wish)).sum(axis=1)
        stays = _by_town(inside, around) / np.maximum(_by_town(seekers.sum(axis=1), around), 1e-30)
        stays = np.clip(stays, 1e-6, 1 - 1e-6)
        factor = np.where(known, (wanted / (1 - wanted) / (stays / (1 - stays))) ** _STEP, 1.0)
        if miss < _CLOSE and np.abs(factor - 1).max() < 10 * _CLOSE:
            break
        own = own * factor
    return Balanced(around, friction, row, column, own)


def with_chain(around: Surroundings, chain: Chain) -> Surroundings:
    """The same, with who fills a tenure leaving tenures or no home as in a chain, as far as the balance allows.

    What the class of a household cannot tell: that who owns seldom rents after, and who rents from a corporatie seldom buys.
    """
    stands = around.households.sum(axis=(0, 2))
    weight = stands / np.maximum(np.bincount(_TENURE, weights=stands), 1e-30)[_TENURE]
    goes_on = (
        (weight[:, None] * chain.onward)
        .reshape(len(TENURES), -1, len(TENURES), SEGMENTS // len(TENURES))
        .sum(axis=(1, 3))
    )
    wanted = np.concatenate([goes_on, 1 - goes_on.sum(axis=1, keepdims=True)], axis=1)
    for _ in range(_TURNS):
        found = balance(around, np.zeros_like(around.dissolved)).left()
        factor = (wanted / np.maximum(found, 1e-12))[_TENURE]
        around = replace(around, taste=around.taste * np.repeat(factor, _ALL, axis=1))
    return around


def _by_town(values: Floats, around: Surroundings) -> Floats:
    return np.asarray(np.bincount(around.town, weights=values, minlength=len(around.within)), dtype=np.float64)


@dataclass(frozen=True)
class Beliefs:
    """What is believed of moving: chance to move in a year by age band [5], log-odds more of owners and of private tenants
    than of others, and the slope of distance between buurten, per km."""

    moving: Floats
    owner: float
    private: float
    slope: float


def surroundings_of(
    world: World, town: str, distance: Floats, figures: HouseholdFigures, rules: Rules, beliefs: Beliefs
) -> Surroundings:
    """The town of a population among the gemeenten of the figures; `distance` between its buurten, km.

    Raises:  QuestionError where the figures do not have the town.
    """
    if town not in figures.codes:
        raise QuestionError(
            f"stromen rond {town}", "van deze gemeente is niet alles bekend wat stromen vragen",
            "haal huishoudens, woningen, verhuizingen en grenzen van het hele land op",
        )  # fmt: skip
    own, others = _population(world, town)
    at = figures.codes.index(town)
    groups = _groups(figures, at)
    published = groups @ figures.households[-1]
    per_class = others.sum(axis=0) if others.sum() else own.sum(axis=0)
    alike = _alike(per_class)
    elsewhere = (published[:, :, None, None] * alike[None]).swapaxes(1, 2).reshape(len(published), SEGMENTS, _ALL)
    households = np.concatenate([own, elsewhere])
    becomes, forms = fitted_chances(prior_chances(rules), figures.households.sum(axis=1))
    by_class = households.sum(axis=1).reshape(len(households), CLASSES, _INCOMES)
    incomes = by_class.sum(axis=0)
    incomes = incomes / np.maximum(incomes.sum(axis=1, keepdims=True), 1e-30)
    formed = ((by_class.sum(axis=2) @ forms)[:, :, None] * incomes).reshape(len(households), _ALL)
    ends = np.repeat(1 - becomes.sum(axis=1), _INCOMES)
    total = households.sum(axis=0)
    return Surroundings(
        households, formed, households @ ends, _moving(total, beliefs), np.tile(_taste(total, _admitted(world, rules)), len(TENURES) + 1),
        _friction(distance, figures, groups, at, beliefs.slope),
        np.concatenate([np.zeros(len(own), np.intp), 1 + np.arange(len(groups))]),
        np.concatenate([[figures.within[at]], np.full(len(groups), np.nan)]),
    )  # fmt: skip


def believed_otherwise(around: Surroundings, distance: Floats, beliefs: Beliefs, doubt: Floats) -> Surroundings:
    """The same under other beliefs; `doubt` [18, 3] times the taste of an income group for a segment."""
    friction = around.friction.copy()
    friction[: len(distance), : len(distance)] = np.exp(-beliefs.slope * distance)
    taste = around.taste * np.tile(doubt, CLASSES * (len(TENURES) + 1))
    return replace(around, moving=_moving(around.households.sum(axis=0), beliefs), taste=taste, friction=friction)


def _population(world: World, town: str) -> tuple[Floats, Floats]:
    """Households by buurt, segment and class [b, 18, 60]: of the town, and of the rest."""
    places, homes, people = world.places, world.dwellings, world.households
    lived = np.flatnonzero(homes.household != NOBODY)
    who = homes.household[lived]
    kind = segment(homes.tenure[lived], homes.form[lived], homes.price[lived]).astype(np.intp)
    found = household_class(people.kind[who], people.age[who], people.decile[who]).astype(np.intp)
    size = SEGMENTS * _ALL
    every = np.bincount(homes.buurt[lived] * size + kind * _ALL + found, minlength=len(places.codes) * size)
    every = every.reshape(len(places.codes), SEGMENTS, _ALL).astype(np.float64)
    ours = places.town == places.town_codes.index(town)
    return every[ours], every[~ours]


def _alike(households: Floats) -> Floats:
    """How a kind and age spreads over segments and incomes [20, 18, 3], from households [18, 60]."""
    table = households.reshape(SEGMENTS, CLASSES, _INCOMES).swapaxes(0, 1)
    everyone = table.sum(axis=0) + 1e-9
    table = table + 1e-3 * everyone / everyone.sum()
    return np.asarray(table / table.sum(axis=(1, 2), keepdims=True))


def _groups(figures: HouseholdFigures, at: int) -> Floats:
    """Which gemeenten make up each area around the town [g, m]: the nearest for its movers on their own, the rest as one."""
    pull = figures.friction[at] * figures.households[-1].sum(axis=1)
    pull[at] = -1.0
    order = np.argsort(-pull, kind="stable")[:-1]
    near, far = order[:_NEAR], order[_NEAR:]
    groups = np.zeros((len(near) + (len(far) > 0), len(pull)))
    groups[np.arange(len(near)), near] = 1.0
    groups[len(near) :, far] = 1.0
    return groups


def _friction(distance: Floats, figures: HouseholdFigures, groups: Floats, at: int, slope: float) -> Floats:
    """Between buurten falling with distance, between the town and gemeenten as published; of groups the mean by households."""
    weights = groups * figures.households[-1].sum(axis=1)
    weights = weights / weights.sum(axis=1, keepdims=True)
    to_town = weights @ figures.friction[:, at]
    count = len(distance)
    made = np.empty((count + len(groups), count + len(groups)))
    made[:count, :count] = np.exp(-slope * distance)
    made[:count, count:], made[count:, :count] = to_town[None], to_town[:, None]
    made[count:, count:] = weights @ figures.friction @ weights.T
    return made


def _moving(households: Floats, beliefs: Beliefs) -> Floats:
    """Part that seeks [18, 60]: by age as published, by tenure as the third tier believes, the mean of an age kept."""
    odds = np.zeros(SEGMENTS)
    odds[_TENURE == OWNER], odds[_TENURE == PRIVATE] = beliefs.owner, beliefs.private
    factor = np.exp(odds)
    made = np.zeros_like(households)
    for band in range(BANDS):
        chosen = band == _BAND
        here = households[:, chosen].sum(axis=1)
        mean = (factor * here).sum() / max(float(here.sum()), 1e-30)
        made[:, chosen] = (beliefs.moving[band] * factor / max(mean, 1e-30))[:, None]
    return np.minimum(made, 0.9)


def _taste(households: Floats, admitted: Floats) -> Floats:
    """How much more often a class lives in a segment than by chance [18, 60]; social homes go to those who may have them."""
    total = max(float(households.sum()), 1e-30)
    expected = households.sum(axis=1, keepdims=True) * households.sum(axis=0, keepdims=True) / total
    made = (households + 1e-3) / (expected + 1e-3)
    made[_TENURE == SOCIAL] *= admitted
    return np.maximum(made, 1e-6)


def _admitted(world: World, rules: Rules) -> Floats:
    """Part of each class whose income allows a social home [60]."""
    people = world.households
    alive = people.alive
    found = household_class(people.kind[alive], people.age[alive], people.decile[alive]).astype(np.intp)
    limit = np.where(people.persons[alive] > 1, rules.income_limit_more, rules.income_limit_single)
    below = np.bincount(found, weights=(people.income[alive] <= limit).astype(float), minlength=_ALL)
    return np.asarray((below + 0.01) / (np.bincount(found, minlength=_ALL) + 0.02))
