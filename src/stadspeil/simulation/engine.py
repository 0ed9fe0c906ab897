"""The microsimulation of moves, month by month: a world and a programme in, a run out.

Same world, rules, steps and seed give the same run, on any number of threads and in any order of rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from stadspeil.errors import QuestionError
from stadspeil.simulation.choice import Choosing
from stadspeil.simulation.columns import Stretches
from stadspeil.simulation.demography import Demography
from stadspeil.simulation.moving import Moving
from stadspeil.simulation.prices import Prices
from stadspeil.simulation.programme import Step
from stadspeil.simulation.recording import Recording
from stadspeil.simulation.rules import Rules
from stadspeil.simulation.run import Run
from stadspeil.simulation.searching import Searching
from stadspeil.simulation.state import State
from stadspeil.simulation.works import Plan, Works, plan_of
from stadspeil.simulation.world import NOBODY, NOWHERE, World

MOST_MONTHS = 600
MONTHS = 12
Progress = Callable[[int], None]


def simulate(
    world: World,
    rules: Rules,
    steps: Sequence[Step] = (),
    *,
    months: int,
    seed: int,
    threads: int = 1,
    progress: Progress | None = None,
) -> Run:
    """What happens in a number of months from January of the world's year. The world given is not changed.

    `progress` is called with the number of months done after each; an error in it ends the run.
    Raises:  QuestionError for months out of range or a programme that cannot be carried out.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise QuestionError("simulatie", f"{months} maanden; verwacht 1 tot {MOST_MONTHS}", "vraag een ander aantal")
    plan = plan_of(world, steps)
    stretches = Stretches(threads)
    try:
        return _Simulation(State(world, rules, plan.built, months, seed), plan, stretches).run(progress)
    finally:
        stretches.close()


class _Simulation:
    """The parts of a run and the order in which they work."""

    def __init__(self, state: State, plan: Plan, stretches: Stretches) -> None:
        self._state = state
        self._works = Works(state, plan)
        self._demography = Demography(state, stretches)
        self._searching = Searching(state, stretches)
        self._choosing = Choosing(state, stretches)
        self._moving = Moving(state, self._choosing)
        self._prices = Prices(state)
        self._recording = Recording(state, stretches)

    def run(self, progress: Progress | None) -> Run:
        state, recording = self._state, self._recording
        self._choosing.begin(recording.year())
        state.start_vacancies()
        self._searching.begin()
        for month in range(state.months):
            state.month = month
            if month % MONTHS == 0:
                self._begin_year()
            self._month()
            if month % MONTHS == MONTHS - 1:
                self._prices.end_year()
                self._choosing.follow(recording.year())
            if progress is not None:
                progress(month + 1)
        return Run(
            seed=state.seed,
            months=state.months,
            moves=state.log.moves(),
            vacancies=state.ledger.vacancies(),
            buurten=recording.buurt_years(),
            events=state.events,
            end=state.world(),
        )

    def _begin_year(self) -> None:
        if self._state.month:
            self._demography.grow_older()
        self._demography.begin_year()
        self._searching.begin_year()
        self._choosing.refresh()

    def _month(self) -> None:
        self._works.month()
        self._demography.month()
        self._searching.month(self._choosing.book)
        self._moving.bring_back(*self._works.take_returning())
        self._prices.note(*self._moving.month())


def run_hash(run: Run) -> str:
    """Checksum of all that a run says. The order in which its households stand in memory does not count."""
    tables: tuple[Any, ...] = (run.moves, run.vacancies, run.buurten)
    total = hashlib.sha256(f"{run.seed} {run.months}".encode())
    for table in tables:
        for each in fields(table):
            total.update(np.ascontiguousarray(getattr(table, each.name)).tobytes())
    for name in sorted(run.events):
        total.update(name.encode() + run.events[name].tobytes())
    people, homes = run.end.households, run.end.dwellings
    order = np.argsort(people.number)
    for each in fields(people):
        total.update(getattr(people, each.name)[order].tobytes())
    for each in fields(homes):
        column = getattr(homes, each.name)
        if each.name == "household":
            column = np.where(column == NOBODY, NOWHERE, people.number[np.maximum(column, 0)])
        total.update(column.tobytes())
    return total.hexdigest()
