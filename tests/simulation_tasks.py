"""Tasks for the tests of executors: importable by workers in processes of their own."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from stadspeil.catalogue import load_catalogue
from stadspeil.errors import QuestionError
from stadspeil.simulation.draws import draws_of, pair_seed, with_coefficients
from stadspeil.simulation.engine import simulate
from stadspeil.simulation.invented import invented_world
from stadspeil.simulation.pairs import Ensemble
from stadspeil.simulation.places import groupings_of
from stadspeil.simulation.programme import Programme, Step
from stadspeil.simulation.rules import rules_from


def sums(shared: Any, number: int) -> float:
    """A figure that depends on what is shared and on the number alone."""
    time.sleep(0.01 * (number % 3))
    return float(shared["weights"].sum()) * number


def dies_once(shared: Any, number: int) -> float:
    """Kills its own process the first time that number 2 is done."""
    mark = Path(shared["mark"])
    if number == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return sums(shared, number)


def always_dies(shared: Any, number: int) -> float:
    """Kills its own process."""
    os.kill(os.getpid(), signal.SIGKILL)
    return 0.0


def refuses(shared: Any, number: int) -> float:
    """Raises one of our own errors."""
    raise QuestionError("taak", [f"nummer {number} kan niet", "en dit ook niet"], "laat het")


def logged(shared: Any, number: int) -> float:
    """Leaves a line per time that it was done: its number and the process."""
    with Path(shared["log"]).open("a", encoding="utf-8") as log:
        log.write(f"{number} {os.getpid()}\n")
    time.sleep(shared.get("seconds", 0.0))
    return sums(shared, number)


def invented_ensemble(pairs: int, months: int = 24) -> Ensemble:
    """An ensemble of the engine itself on a small invented region in two populations, with homes that come, go and are
    renovated."""
    world, catalogue = invented_world(6_000, 40), load_catalogue()
    other = replace(invented_world(6_000, 40, seed=2), places=world.places)
    draws = draws_of(catalogue, None, pairs, 5)
    start, codes = world.year * 12, world.places.codes
    steps = (
        Step("bouwen", "nieuw", codes[5], start + 4, start + 9, 120, 0, 0, 1, 110.0),
        Step("slopen", "weg", codes[6], start + 12, start + 14, 4, 1, 1, 0, return_right=True),
        Step("renoveren", "anders", codes[7], start + 6, start + 18, 4, 1, 1, 0, return_right=True),
    )
    programme = Programme("proef", "Proef", world.places.town_codes[0], steps)
    return Ensemble(
        worlds=(world, other), steps=steps, groupings=groupings_of(world.places, programme, (programme.town,)), months=months,
        seeds=tuple(pair_seed(5, pair) for pair in range(pairs)),
        rules=tuple(rules_from(with_coefficients(catalogue, values)) for values in draws.values),
        realized=(1.0,) * pairs, threads=1, simulate=simulate,
    )  # fmt: skip
