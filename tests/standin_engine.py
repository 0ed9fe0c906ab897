"""A small engine for tests of what is done with runs: every vacancy is filled next month by a household drawn by lot.

Ten buurten of two gemeenten, some hundreds of households. It obeys what `run` and `world` promise and nothing more.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import polars as pl

from stadspeil.contracts import empty
from stadspeil.simulation.classes import age_band, income_group
from stadspeil.simulation.programme import Step
from stadspeil.simulation.run import (
    AT_START,
    ENDINGS,
    MOVED_ON,
    NEW_HOME,
    STILL_EMPTY,
    WITHDRAWN,
    BuurtYears,
    Moves,
    Run,
    Vacancies,
)
from stadspeil.simulation.store import Engine
from stadspeil.simulation.tables import FIT
from stadspeil.simulation.works import Plan, plan_of
from stadspeil.simulation.world import NEVER, NOBODY, NOWHERE, Dwellings, Households, Places, World

TOWN, OTHER = "GM9002", "GM9001"
BUURTEN = (*(f"BU9002010{at}" for at in range(8)), "BU90010100", "BU90010101")


@dataclass(frozen=True)
class Rules:
    """The one coefficient of this engine, part of the vacancies that is filled in a month, and what counting asks."""

    filled: float = 1.0
    clearing_months: float = 0.0
    shift_floor_first: float = 30.0
    shift_floor_next: float = 10.0
    shift_cost_share: float = 0.45


@dataclass(frozen=True)
class Synthesis:
    """A world without a report on its fit."""

    world: World
    fit: pl.DataFrame = field(default_factory=lambda: empty(FIT))
    summary: str = "de bevolking is een verzinsel van de test"
    remarks: tuple[str, ...] = ()


def small_world(*_: object, homes_each: int = 60, **__: object) -> Synthesis:
    """Buurten a kilometer apart on a line, each with as many homes of each tenure as can be, one in twenty empty."""
    rng = np.random.default_rng(1)
    count = homes_each * len(BUURTEN)
    places = Places(
        codes=BUURTEN, names=tuple(f"Buurt {code[-2:]}" for code in BUURTEN),
        town=np.array([0] * 8 + [1] * 2, np.int32), town_codes=(TOWN, OTHER), town_names=("Vierlingstad", "Wissemonde"),
        region=np.zeros(2, np.int32), region_names=("Regio",),
        east=np.arange(10, dtype=np.float32), north=np.zeros(10, np.float32), quality=np.zeros(10, np.float32),
    )  # fmt: skip
    empty = np.arange(count) % 20 == 19
    homes = Dwellings(
        number=np.arange(1, count + 1, dtype=np.int64), buurt=(np.arange(count) // homes_each).astype(np.int32),
        tenure=(np.arange(count) % 3).astype(np.uint8), form=(np.arange(count) // 9 % 2).astype(np.uint8),
        price=(np.arange(count) // 3 % 3).astype(np.uint8), cost=np.full(count, 800, np.float32),
        floor=np.full(count, 75, np.float32), quality=np.zeros(count, np.float32),
        household=np.full(count, NOBODY, np.int32), from_month=np.zeros(count, np.int16),
        until_month=np.full(count, NEVER, np.int16),
    )  # fmt: skip
    lived = np.flatnonzero(~empty)
    homes.household[lived] = np.arange(len(lived))
    people = len(lived)
    decile = rng.integers(0, 10, people).astype(np.uint8)
    households = Households(
        number=np.arange(1, people + 1, dtype=np.int64), kind=rng.integers(0, 4, people).astype(np.uint8),
        age=rng.integers(20, 90, people).astype(np.uint8), persons=rng.integers(1, 5, people).astype(np.uint8),
        decile=decile, income=(15 + 6.0 * decile).astype(np.float32), dwelling=lived.astype(np.int32),
        since=np.full(people, -12, np.int16), town=places.town[homes.buurt[lived]],
        searching=np.full(people, NEVER, np.int16), alive=np.ones(people, np.bool_),
    )  # fmt: skip
    return Synthesis(World(households, homes, places, 2024, ("snapshot-een",), True))


def simulate(
    world: World,
    rules: Any,
    steps: tuple[Step, ...] = (),
    *,
    months: int,
    seed: int,
    threads: int = 1,
    progress: Any = None,
) -> Run:
    """A run of the lot."""
    return _Lot(world, rules, steps, months, seed).run()


class _Lot:
    def __init__(self, world: World, rules: Rules, steps: tuple[Step, ...], months: int, seed: int) -> None:
        self.world, self.rules, self.months, self.seed = world.copy(), rules, months, seed
        self.moves: list[tuple[int, ...]] = []
        self.vacancies: list[list[int]] = []
        self.open: dict[int, int] = {}
        self.years = [self._counted(np.zeros((3, len(world.places.codes), 3), np.int32))]
        self.flows = np.zeros((3, len(world.places.codes), 3), np.int32)
        self._take(plan_of(world, steps))

    def run(self) -> Run:
        homes = self.world.dwellings
        for home in np.flatnonzero((homes.household == NOBODY) & (homes.from_month <= 0)):
            self._begin(int(home), AT_START, 0)
        for month in range(self.months):
            for home in np.flatnonzero((homes.from_month == month) & (month > 0)):
                self._begin(int(home), NEW_HOME, month)
            for home in np.flatnonzero(homes.until_month == month):
                self._withdraw(int(home), month)
            self._fill(month)
            if month % 12 == 11:
                self.years.append(self._counted(self.flows))
                self.flows = np.zeros_like(self.flows)
        columns = list(zip(*self.moves, strict=True)) if self.moves else [()] * 10
        kinds = [np.int16, np.int64, np.int32, np.int32, np.uint8, np.uint8, np.uint8, np.int32, np.int16, np.uint8]
        rows = np.array(self.vacancies).T if self.vacancies else np.zeros((7, 0))
        vacancy_kinds = [np.int32, np.uint8, np.int32, np.int16, np.int16, np.int16, np.uint8]
        return Run(
            self.seed, self.months,
            Moves(*(np.array(each, kind) for each, kind in zip(columns, kinds, strict=True))),
            Vacancies(*(each.astype(kind) for each, kind in zip(rows, vacancy_kinds, strict=True))),
            BuurtYears(**{name: np.stack([year[name] for year in self.years]) for name in self.years[0]}),
            {}, self.world,
        )  # fmt: skip

    def _take(self, plan: Plan) -> None:
        homes = self.world.dwellings
        for each in fields(homes):
            setattr(homes, each.name, np.concatenate([getattr(homes, each.name), getattr(plan.built, each.name)]))
        for _, rows, months in plan.demolished:
            homes.until_month[rows] = months

    def _draw(self, month: int, *what: int) -> float:
        return float(np.random.default_rng([self.seed, month, *what]).random())

    def _begin(self, home: int, cause: int, month: int) -> None:
        self.open[home] = len(self.vacancies)
        self.vacancies.append([home, cause, len(self.vacancies), 0, month, NEVER, STILL_EMPTY])

    def _withdraw(self, home: int, month: int) -> None:
        people, homes = self.world.households, self.world.dwellings
        if home in self.open:
            self.vacancies[self.open.pop(home)][5:] = [month, WITHDRAWN]
        who = int(homes.household[home])
        if who != NOBODY:
            homes.household[home], people.dwelling[who] = NOBODY, NOWHERE

    def _fill(self, month: int) -> None:
        people = self.world.households
        for home in sorted(self.open):
            row = self.open[home]
            if self.vacancies[row][4] >= month or self._draw(month, home, 1) > self.rules.filled:
                continue
            astray = np.flatnonzero(people.dwelling == NOWHERE)
            pool = astray if len(astray) else np.arange(len(people.number))
            who = int(pool[int(self._draw(month, home, 2) * len(pool))])
            left = int(people.dwelling[who])
            self._move(month, who, home, left, row)

    def _move(self, month: int, who: int, home: int, left: int, row: int) -> None:
        people, homes = self.world.households, self.world.dwellings
        del self.open[home]
        _, _, root, link, *_ = self.vacancies[row]
        ending = MOVED_ON if left != NOWHERE else ENDINGS.index("starter")
        self.vacancies[row][5:] = [month, ending]
        kind, age, decile = int(people.kind[who]), int(people.age[who]), int(people.decile[who])
        self.moves.append((month, int(people.number[who]), home, left, kind, age, decile, root, link, ending))
        group = int(income_group(np.array([decile]))[0])
        came, went = int(homes.buurt[home]), int(homes.buurt[left]) if left != NOWHERE else -1
        if came == went:
            self.flows[2, came, 0] += 1
        else:
            self.flows[0, came, group] += 1
            if went >= 0:
                self.flows[1, went, group] += 1
        homes.household[home], people.dwelling[who] = who, home
        if left != NOWHERE:
            homes.household[left] = NOBODY
            self.open[left] = len(self.vacancies)
            self.vacancies.append([left, 0, root, link + 1, month, NEVER, STILL_EMPTY])

    def _counted(self, flows: np.ndarray) -> dict[str, np.ndarray]:
        people, homes, count = self.world.households, self.world.dwellings, len(self.world.places.codes)
        month = 12 * len(self.years) if hasattr(self, "years") else 0
        housed = np.flatnonzero(people.dwelling != NOWHERE)
        buurt = homes.buurt[people.dwelling[housed]]

        def by(codes: np.ndarray, top: int) -> np.ndarray:
            counts = np.zeros((count, top), np.int32)
            np.add.at(counts, (buurt, codes[housed]), 1)
            return counts

        there = (homes.from_month <= month) & (homes.until_month > month)
        vacant = np.bincount(homes.buurt[there & (homes.household == NOBODY)], minlength=count)
        households = np.bincount(buurt, minlength=count)
        income = np.bincount(buurt, weights=people.income[housed], minlength=count) / np.maximum(households, 1)
        tenure = np.zeros((count, 3), np.int32)
        np.add.at(tenure, (buurt, homes.tenure[people.dwelling[housed]]), 1)
        return {
            "households": households, "persons": np.bincount(buurt, people.persons[housed], count).astype(np.int32),
            "by_kind": by(people.kind, 4), "by_age": by(age_band(people.age), 5), "by_decile": by(people.decile, 10),
            "by_tenure": tenure, "homes": np.bincount(homes.buurt[there], minlength=count), "vacant": vacant,
            "income": income, "children": households, "elderly": households,
            "entered": flows[0].copy(), "left": flows[1].copy(), "within": flows[2, :, 0].copy(),
        }  # fmt: skip


def rules_of(_: object) -> Rules:
    """Rules without coefficients of the catalogue."""
    return Rules()


ENGINE = Engine(small_world, simulate, rules_of)


def unhurried(*told: Any, **more: Any) -> Run:
    """The same run, later: who is to be stopped halfway must not be done before that is seen."""
    time.sleep(0.4)
    return simulate(*told, **more)


UNHURRIED = Engine(small_world, unhurried, rules_of)
