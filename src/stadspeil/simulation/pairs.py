"""Pairs of runs: with and without a programme, with the same chance and the same coefficients, counted and kept.

A pair depends on its number and on what all pairs share, never on the others. So it may be run anywhere, in any
order, kept, and taken up again after a run that was broken off.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.chaining import Chains, chains_of, moves_by_income
from stadspeil.simulation.chains_of_run import first_tier
from stadspeil.simulation.counting import counts_of, without_home
from stadspeil.simulation.dispersing import Limits, emptied_by, leaving_sites, shift_of
from stadspeil.simulation.executing import run_tasks
from stadspeil.simulation.moments import MOMENTS, moments_of
from stadspeil.simulation.places import Grouping
from stadspeil.simulation.programme import Step
from stadspeil.simulation.run import Run
from stadspeil.simulation.world import World
from stadspeil.workspace import publish_bytes

# What is kept of a pair: arrays of counts by name. Nothing of a household or dwelling.
PairCounts = Mapping[str, NDArray[Any]]
Simulate = Callable[..., Run]
Progress = Callable[[str, int, int], None] | None
WITHOUT, WITH = "without", "with"


@dataclass(frozen=True)
class Ensemble:
    """What all pairs share, and per pair its seed, rules and share of the new homes that gets built.

    worlds  populations that could be, of the same key figures: pairs take them in turn
    """

    worlds: tuple[World, ...]
    steps: tuple[Step, ...]
    groupings: tuple[Grouping, ...]
    months: int
    seeds: tuple[int, ...]
    rules: tuple[Any, ...]
    realized: tuple[float, ...]
    threads: int
    simulate: Simulate

    @property
    def world(self) -> World:
        """The first population; places and year are those of all."""
        return self.worlds[0]

    def population(self, pair: int) -> int:
        """The number of the population of a pair: both its runs have the same."""
        return pair % len(self.worlds)


def run_pair(ensemble: Ensemble, pair: int) -> PairCounts:
    """Run one pair and count it."""
    world = ensemble.worlds[ensemble.population(pair)]
    counted: dict[str, NDArray[Any]] = {"population": np.array(ensemble.population(pair))}
    steps = realized_steps(ensemble.steps, ensemble.realized[pair])
    for side, taken in ((WITHOUT, ()), (WITH, steps)):
        run = ensemble.simulate(
            world, ensemble.rules[pair], taken,
            months=ensemble.months, seed=ensemble.seeds[pair], threads=ensemble.threads,
        )  # fmt: skip
        for level, counts in counts_of(run, ensemble.groupings).items():
            counted[f"{side}/{level}"] = counts.astype(np.float32)
        counted[f"{side}/moves"] = moves_by_income(run)
        counted[f"{side}/homeless"] = np.array(without_home(run))
        if side == WITH:
            told = moments_of(world, run)
            counted["moments"] = np.array([told[name] for name in MOMENTS])
            counted["first_tier"] = first_tier(run)
            chains = chains_of(run, world)
            counted |= {f"chains/{name}": getattr(chains, name) for name in Chains.__dataclass_fields__}
            rules = ensemble.rules[pair]
            emptied, notice = emptied_by(world, steps), int(rules.clearing_months)
            limits = Limits(rules.shift_floor_first, rules.shift_floor_next, rules.shift_cost_share)
            for step in leaving_sites(steps):
                needed, found = shift_of(run, world, step, emptied[step.site], notice, limits)
                counted[f"shift/{step.site}/needed"] = np.array(needed)
                counted[f"shift/{step.site}/found"] = found
    return counted


def realized_steps(steps: Sequence[Step], share: float) -> tuple[Step, ...]:
    """The steps of which a share of the new homes gets built; what is demolished, sold or renovated is not fewer.
    Steps without homes are left out: they do nothing."""
    scaled = (replace(step, homes=round(step.homes * share)) if step.act == "bouwen" else step for step in steps)
    return tuple(step for step in scaled if step.homes)


def populations_of(pairs: Sequence[PairCounts]) -> list[int]:
    """The number of the population of each pair."""
    return [int(each.get("population", np.array(0))) for each in pairs]


def chains_in(counted: PairCounts) -> Chains:
    """The chains of a pair, from what was kept of it."""
    return Chains(**{name: counted[f"chains/{name}"] for name in Chains.__dataclass_fields__})


def run_pairs(ensemble: Ensemble, folder: Path, executor: str, progress: Progress = None) -> list[PairCounts]:
    """The counts of all pairs in order, each kept in a file of its own in `folder`; pairs that are there already are
    not run again. What was kept is what is used, so that a run that was resumed gives the same.

    Raises:  as `executing.run_tasks`.
    """
    pairs = range(len(ensemble.seeds))
    todo = [pair for pair in pairs if _kept(folder, pair) is None]
    finished = len(pairs) - len(todo)

    def keep(pair: int, counted: PairCounts) -> None:
        nonlocal finished
        publish_bytes(_packed(counted), _path(folder, pair))
        finished += 1
        if progress is not None:
            progress("paren met en zonder programma", finished, len(pairs))

    if progress is not None:
        progress("paren met en zonder programma", finished, len(pairs))
    run_tasks(run_pair, ensemble, todo, executor, keep)
    kept = [_kept(folder, pair) for pair in pairs]
    return [each for each in kept if each is not None]


def _path(folder: Path, pair: int) -> Path:
    return folder / f"{pair:04d}.npz"


def _packed(counted: PairCounts) -> bytes:
    packed = io.BytesIO()
    members: dict[str, Any] = {name.replace("/", "|"): each for name, each in counted.items()}
    np.savez_compressed(packed, **members)
    return packed.getvalue()


def _kept(folder: Path, pair: int) -> PairCounts | None:
    """A pair that was kept, or None where there is none or it is damaged: the archive sums each of its members."""
    try:
        with np.load(_path(folder, pair), allow_pickle=False) as opened:
            return {name.replace("|", "/"): opened[name] for name in opened.files}
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, KeyError):
        return None
