"""Measures the first two tiers of the simulation and the search for programmes: python benchmarks/bench_tiers.py

Wall and processor milliseconds of repeated runs, with the load of the machine before and after.
"""

from __future__ import annotations

import os

# Products of large matrices on more threads than free cores wait for each other; set before NumPy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from stadspeil.analyses.gravity import fit_friction, friction, furness
from stadspeil.catalogue import load_catalogue
from stadspeil.simulation.balance import balanced
from stadspeil.simulation.flows import Land, Rates, run_history
from stadspeil.simulation.mixes import BuildingSite, Limits
from stadspeil.simulation.national_chain import national_chain, national_mix
from stadspeil.simulation.surrogate import Town, surrogate_of
from stadspeil.simulation.vacancy_chain import ask, prepare


def show(name: str, work: Callable[[], Any], bar: str, runs: int = 7) -> None:
    """Least, middle and most of a few runs, after one that does not count."""
    work()
    walls, busy = [], []
    for _ in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        walls.append(1e3 * (time.perf_counter() - wall))
        busy.append(1e3 * (time.process_time() - processor))
    told = "  ".join(f"{min(each):8.1f} {statistics.median(each):8.1f} {max(each):8.1f}" for each in (walls, busy))
    print(f"{name:58} {told}   {bar}")


def chains(rng: np.random.Generator) -> None:
    ours = load_catalogue()
    chain, mix = national_chain(ours), national_mix(ours)
    made = prepare(chain, rng)
    show("tier 0: one programme, 200 draws, all answers", lambda: ask(made, 400 * mix), "bar 10 ms", 50)
    show(
        "tier 0: a chain made ready, 200 draws, once per town", lambda: prepare(chain, np.random.default_rng(1)), "none"
    )
    show("tier 0: the national chain solved", lambda: national_chain(ours), "none")


def gravity(rng: np.random.Generator) -> None:
    for zones, kind, bar in (
        (342, np.float64, "bar: milliseconds"),
        (3400, np.float32, "bar 500 ms"),
        (3400, np.float64, "none"),
    ):
        places = rng.random((zones, 2)) * 200
        distance = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2)).astype(kind)
        weights = friction(distance, 0.8, 0.03)
        origins, destinations = rng.lognormal(5, 1, zones), rng.lognormal(5, 1, zones)
        destinations *= origins.sum() / destinations.sum()
        made = furness(origins, destinations, weights)
        show(
            f"Furness, {zones} zones, {np.dtype(kind).name}, {made.rounds} rounds to 1e-6",
            lambda o=origins, d=destinations, w=weights: furness(o, d, w), bar, 5,
        )  # fmt: skip
    places = rng.random((342, 2)) * 200
    distance = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    weights = np.where(np.eye(342, dtype=bool), 0, friction(distance, 0.8, 0.03))
    sums = rng.lognormal(7, 1, 342)
    flows = rng.poisson(furness(sums, sums, weights).flows(weights)).astype(float)
    show("friction of 342 x 342 moves by Poisson regression", lambda: fit_friction(flows, distance), "none", 3)


def history(rng: np.random.Generator) -> None:
    zones, classes, years = 342, 60, 15
    places = rng.random((zones, 2)) * 200
    distance = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    households = rng.gamma(1, 400, (zones, classes))
    land = Land(
        households, households.sum(axis=1) * 0.02, rng.uniform(0, 0.01, (years, zones)) * households.sum(axis=1),
        np.zeros((years, zones)), friction(distance, 1.2, 0.02)[None], np.zeros(classes, int), rng.uniform(0.5, 2, (zones, classes)),
    )  # fmt: skip
    rates = Rates(
        0.985 * (0.9 * np.eye(classes) + 0.1 / classes),
        np.full((classes, classes), 0.02 / classes),
        np.full(classes, 0.05),
    )
    show(
        f"tier 1: {years} years, {zones} gemeenten, {classes} classes",
        lambda: run_history(land, rates),
        "bar: seconds",
        3,
    )


def programmes(rng: np.random.Generator) -> None:
    ours = load_catalogue()
    stock, enters, places = rng.gamma(0.5, 100, (60, 18)), rng.dirichlet([1, 1, 1], 18), rng.random((60, 2)) * 8
    distance = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    town = Town(
        tuple(f"BU0001{row:04d}" for row in range(60)), stock, stock @ enters, enters, rng.gamma(0.5, 60, 18), distance
    )
    surrogate = surrogate_of(town, national_chain(ours), ours, rng)
    sites = tuple(BuildingSite(f"s{row}", town.codes[7 * row], 600, 24300, 24340) for row in range(6))
    limits = Limits("GM0001", 2000, sites, (0.3, 0.25, 0.1), (0.6, 0.5, 0.4))
    show("search: 2,000 homes, 6 sites, 60 buurten, ~1,000 mixes", lambda: balanced(limits, surrogate, np.random.default_rng(2)),
         "bar: seconds", 3)  # fmt: skip


def main() -> None:
    """All figures."""
    print(f"load before: {os.getloadavg()}, cores: {os.cpu_count()}")
    print(f"{'':58} {'wall ms: least   middle     most':>26}  {'processor ms: least middle most':>26}")
    rng = np.random.default_rng(11)
    for part in (chains, gravity, history, programmes):
        part(rng)
    print(f"load after: {os.getloadavg()}")


if __name__ == "__main__":
    main()
