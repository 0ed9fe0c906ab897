"""The microsimulation of moves: seconds a year and memory of a region and of the country, and time per alternative
beside choicemodels (UrbanSim).

    python benchmarks/bench_simulation.py [--only region country choice] [--years 2] [--threads 2] [--peer PYTHON]

PYTHON is one of an environment of its own in which choicemodels from PyPI is installed; it is no dependency of ours.
Each part is a process of its own. The invented world is made in another process, so that its making does not count.
Seconds by the clock hang on what else the machine does; therefore its load and seconds of the processor stand beside.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from stadspeil.catalogue import load_catalogue
from stadspeil.simulation.choice import Choosing
from stadspeil.simulation.columns import Stretches
from stadspeil.simulation.engine import simulate
from stadspeil.simulation.invented import invented_world
from stadspeil.simulation.kernels import NOTHING, award
from stadspeil.simulation.programme import Step
from stadspeil.simulation.rules import Rules, rules_from
from stadspeil.simulation.searching import Searching
from stadspeil.simulation.state import State
from stadspeil.simulation.works import plan_of
from stadspeil.simulation.world import World

SIZES = {"region": (1_000_000, 1_726, "1.0 s, 0.5 GB"), "country": (8_400_000, 14_500, "6 s, 2 GB")}
CHOOSERS, SAMPLED, BAR = 20_000, 24, 30
# As many homes as seekers, and a tight month: in a region of a million some 25 seek for one home that is offered.
OFFERS = (20_000, 2_000)
NEW_A_YEAR = 0.0085


def main() -> None:
    """All parts, or those asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=[*SIZES, "choice"])
    parser.add_argument("--years", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peer", default=os.environ.get("STADSPEIL_CHOICEMODELS", ""))
    parser.add_argument("--inside", nargs="*", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        inside(*asked.inside)
        return
    print(f"load of the machine {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores, threads {asked.threads}")
    with tempfile.TemporaryDirectory() as folder:
        for part in asked.only:
            if part in SIZES:
                households, buurten, bar = SIZES[part]
                print(f"{part}: {households:,} households, {buurten:,} buurten; bar a year {bar}", flush=True)
                path = str(Path(folder) / "world.pickle")
                child("make", str(households), str(buurten), path)
                child("years", path, str(asked.years), str(asked.threads))
    if "choice" in asked.only:
        for homes in OFFERS:
            ours, theirs = child("choice", str(homes)), peer(asked.peer, homes)
            if theirs:
                print(f"choicemodels needs {theirs / ours:.0f} times as long per alternative (bar {BAR})")
    print(f"load of the machine {os.getloadavg()[0]:.1f}")


def child(*words: str) -> float:
    """Run one part in a process of its own; the last number that it prints."""
    done = subprocess.run([sys.executable, __file__, "--inside", *words], stdout=subprocess.PIPE, text=True, check=True)
    print(done.stdout, end="", flush=True)
    return float(done.stdout.split()[-1]) if done.stdout else 0.0


def peer(python: str, homes: int) -> float:
    """Nanoseconds of the processor per alternative by choicemodels, or 0 where it is not there."""
    if not python:
        print("choicemodels: SKIPPED, give --peer or STADSPEIL_CHOICEMODELS")
        return 0.0
    script = Path(__file__).with_name("peer_choicemodels.py")
    words = [python, str(script), str(CHOOSERS), str(homes), str(SAMPLED)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    seconds, evaluated, placed = (float(each) for each in done.stdout.split()[-3:])
    nanoseconds = 1e9 * seconds / evaluated
    print(
        f"choicemodels, {homes:,} homes: {evaluated:,.0f} alternatives, {placed:,.0f} placed: {nanoseconds:.0f} ns of processor each"
    )
    return nanoseconds


def inside(part: str, *words: str) -> None:
    """What a child does."""
    if part == "make":
        households, buurten, path = words
        Path(path).write_bytes(pickle.dumps(invented_world(int(households), int(buurten), seed=1), 5))
    elif part == "years":
        path, years, threads = words
        measure_years(Path(path), int(years), int(threads))
    else:
        measure_choice(int(words[0]))


def building(world: World, years: int) -> list[Step]:
    """New homes in every fifth buurt, as many a year as the country builds."""
    sites, start = world.places.codes[::5], 12 * world.year
    homes = round(NEW_A_YEAR * years * len(world.households.number) / len(sites) / 2)
    kinds = ((0, 0, 115.0), (1, 1, 62.0))
    return [
        Step("bouwen", f"{code} {tenure}", code, start, start + 12 * years - 1, homes, tenure, form, 1, floor, 900.0)
        for code in sites
        for tenure, form, floor in kinds
    ]


def measure_years(path: Path, years: int, threads: int) -> None:
    """Seconds of each year after the first start, and the peak of memory."""
    rules = rules_from(load_catalogue())
    small = invented_world(3_000, 16, seed=1)
    simulate(small, rules, building(small, 2), months=24, seed=1, threads=threads)
    with path.open("rb") as file:
        world = pickle.load(file)
    steps = building(world, years)
    clock, processor = [time.perf_counter()], [time.process_time()]

    def note(_month: int) -> None:
        clock.append(time.perf_counter())
        processor.append(time.process_time())

    run = simulate(world, rules, steps, months=12 * years, seed=1, threads=threads, progress=note)
    note(0)
    for year in range(years):
        share = (run.moves.month // 12 == year).sum() / len(world.households.number)
        spent = [each[12 * year + 12] - each[12 * year] for each in (clock, processor)]
        print(f"  year {year + 1}: {spent[0]:6.2f} s by the clock, {spent[1]:6.2f} s of processor; movers {share:.1%}")
    print(f"  peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.2f} GB, years {years}")


def measure_choice(places: int) -> None:
    """One month's meeting of 20,000 seekers with offers, of which each sees about 24; and who gets what."""
    world = invented_world(240_000, 416, seed=1)
    rules = dataclasses.replace(rules_from(load_catalogue()), alternatives=SAMPLED, slots_per_home=places / 240_000)
    _, choosing = seeking(world, rules)
    homes = np.sort(np.random.default_rng(1).permutation(len(world.dwellings.number))[:places]).astype(np.int32)
    spent = []
    for _ in range(8):
        started = time.process_time()
        offers, chosen, scores = choosing.meet(homes)
        winners = np.full(len(offers), NOTHING, np.int32)
        award(choosing.book, chosen, scores, winners, np.full(len(offers), -1, np.int64))
        spent.append(time.process_time() - started)
    evaluated = looked_at(choosing, offers)
    each = 1e9 * np.array(sorted(spent[1:])) / evaluated
    placed = (winners != NOTHING).sum()
    print(
        f"ours, {places:,} offers: {evaluated:,.0f} alternatives, {len(choosing.book):,} seekers, {placed:,} placed: {each[0]:.1f} to "
        f"{each[-1]:.1f} ns of processor each, middle {each[len(each) // 2]:.2f}"
    )


def seeking(world: World, rules: Rules) -> tuple[State, Choosing]:
    state = State(world, rules, plan_of(world, ()).built, 12, 1)
    searching, choosing = Searching(state, Stretches(1)), Choosing(state, Stretches(1))
    searching.begin()
    choosing.begin(np.full(len(world.places.codes), 4.5))
    choosing.refresh()
    return state, choosing


def looked_at(choosing: Choosing, offers: np.ndarray) -> float:
    """Alternatives that all seekers together look at, as expected from the slots and the offers in them."""
    towns, slots = len(choosing.slots.first), choosing.slots
    per_town = np.bincount(offers["town"], minlength=towns).astype(float)
    region = choosing.regions
    per_region = np.bincount(region, weights=per_town)[region]
    looks = np.minimum(
        choosing.looks, np.stack([slots.size, slots.size_of_region, np.full(towns, slots.total)], axis=1)
    )
    seen = looks[:, 0] * per_town / slots.size + looks[:, 1] * per_region / slots.size_of_region
    seen += looks[:, 2] * len(offers) / slots.total
    return float(seen[choosing.book["town"]].sum())


if __name__ == "__main__":
    main()
