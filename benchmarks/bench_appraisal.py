"""Money of many packages: draws in single precision beside plain double precision, and Sobol beside SALib.

    python benchmarks/bench_appraisal.py [--projects 200] [--lines 12] [--draws 10000] [--peer PYTHON]

Ours and the plain version run in one process, in turn, and get the same draws. PYTHON is one of an environment of its own
in which SALib from PyPI is installed; it is no dependency of ours. Seconds hang on what else the machine does; therefore
its load and seconds of the processor stand beside.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from collections.abc import Callable

import numpy as np

from stadspeil.appraisal.boxes import find_box
from stadspeil.appraisal.drawing import Lines, drawn_worth, key_of, levels_of, quantiles, shape_of
from stadspeil.appraisal.sensitivity import sobol

YEARS, RATE, SEED = 40, 0.0225, 2026
PEER = """
import time, numpy as np
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample
problem = {"num_vars": 30, "names": [f"x{i}" for i in range(30)], "bounds": [[0, 1]] * 30}
weights = np.linspace(0.1, 3, 30)
start, used = time.perf_counter(), time.process_time()
given = sample.sample(problem, 4096, calc_second_order=False)
answer = given @ weights + 5 * given[:, 0] * given[:, 29]
found = analyze.analyze(problem, answer, calc_second_order=False, num_resamples=10)
print(f"{time.perf_counter() - start:.2f} {time.process_time() - used:.2f}", *np.round(found["ST"][-3:], 4))
"""


def main() -> None:
    """All parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=200)
    parser.add_argument("--lines", type=int, default=12)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer", default=os.environ.get("STADSPEIL_SALIB", ""))
    asked = parser.parse_args()
    print(f"load of the machine {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores")
    draws_beside_plain(asked.projects, asked.lines, asked.draws, asked.rounds)
    sobol_beside_peer(asked.rounds, asked.peer)
    box(asked.rounds)


def invented(projects: int, count: int) -> tuple[Lines, np.ndarray]:
    """Projects with lines of benefits and costs, and the profile over years of each line."""
    source = np.random.default_rng(1)
    low = source.uniform(0, 5e5, (projects, count))
    width = source.uniform(1e4, 5e5, (projects, count))
    likely = low + width * source.uniform(0, 1, (projects, count))
    profiles = np.exp(-source.uniform(0, 0.4, (projects, count, 1)) * np.arange(YEARS))
    signs = np.where(np.arange(count) % 3 == 0, -1.0, 1.0)
    weights = signs * (profiles * (1 + RATE) ** -np.arange(YEARS)).sum(axis=2)
    names = [[f"{project}/{line}" for line in range(count)] for project in range(projects)]
    return Lines(low, likely, low + width, weights, names), profiles * signs[None, :, None]


def plain(lines: Lines, profiles: np.ndarray, draws: int) -> np.ndarray:
    """The same in double precision, line by line and year by year, as one would write it first."""
    worth = np.zeros((draws, lines.low.shape[0]))
    factors = (1 + RATE) ** -np.arange(YEARS)
    grid = np.arange(1025) / 1024
    for project, row in enumerate(lines.names):
        for line, name in enumerate(row):
            low, likely, high = (each[project, line] for each in (lines.low, lines.likely, lines.high))
            levels = levels_of(np.uint64(key_of(SEED, name)), draws)
            amounts = low + (high - low) * np.interp(levels, grid, quantiles(shape_of(low, likely, high)))
            for year in range(YEARS):
                worth[:, project] += amounts * profiles[project, line, year] * factors[year]
    return worth


def with_numpy_draws(lines: Lines, draws: int) -> np.ndarray:
    """Double precision with numpy's own beta draws, and the years summed beforehand."""
    source = np.random.default_rng(SEED)
    width = lines.high - lines.low
    shapes = shape_of(lines.low, lines.likely, lines.high)
    worth = np.zeros((draws, lines.low.shape[0]))
    for project in range(lines.low.shape[0]):
        for line in range(lines.low.shape[1]):
            shape = shapes[project, line]
            drawn = source.beta(1 + 4 * shape, 5 - 4 * shape, draws)
            worth[:, project] += (lines.low[project, line] + width[project, line] * drawn) * lines.weights[
                project, line
            ]
    return worth


def timed(work: Callable[[], object], rounds: int) -> tuple[float, float, object]:
    """Least seconds by the clock and of the processor over some rounds, and the answer."""
    best = (float("inf"), float("inf"))
    answer: object = None
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        answer = work()
        best = min(best[0], time.perf_counter() - start), min(best[1], time.process_time() - used)
    return *best, answer


def draws_beside_plain(projects: int, count: int, draws: int, rounds: int) -> None:
    """Seconds of ours, of plain and of numpy's draws, and how far the answers lie apart."""
    lines, profiles = invented(projects, count)
    start = time.perf_counter()
    drawn_worth(lines, 10, SEED)
    print(f"first call, with compiling and the table: {time.perf_counter() - start:.2f} s")
    ours, used, fast = timed(lambda: drawn_worth(lines, draws, SEED), rounds)
    beside, plain_used, slow = timed(lambda: plain(lines, profiles, draws), 1)
    numpys, numpy_used, other = timed(lambda: with_numpy_draws(lines, draws), 1)
    scale = np.abs(slow).mean(axis=0)
    apart = float((np.abs(fast - slow) / scale).max())
    means = float((np.abs(fast.mean(axis=0, dtype=float) - other.mean(axis=0)) / other.std(axis=0)).max())
    print(f"{draws} draws x {projects} projects x {count} lines: {ours:.3f} s ({used:.3f} s processor); bar 0.5 s")
    print(f"  plain float64 over {YEARS} years: {beside:.2f} s ({plain_used:.2f} s), ratio {beside / ours:.0f}")
    print(f"  float64 with numpy's beta draws: {numpys:.2f} s ({numpy_used:.2f} s), ratio {numpys / ours:.0f}")
    print(f"  largest difference from plain, same draws, of the mean size of a project: {apart:.1e}")
    print(
        f"  largest difference of a mean from numpy's draws: {means:.3f} sd; chance alone gives about {3.2 * 2**0.5 / draws**0.5:.3f}"
    )


def sobol_beside_peer(rounds: int, peer: str) -> None:
    """Thirty inputs, 4096 x 32 runs of a model, all in."""
    weights = np.linspace(0.1, 3, 30)

    def model(levels: np.ndarray) -> np.ndarray:
        return weights @ levels + 5 * levels[0] * levels[29]

    names = [f"x{each}" for each in range(30)]
    ours, used, found = timed(lambda: sobol(model, names, SEED), rounds)
    totals = {each.name: each.total for each in found}
    told = " ".join(f"{totals[name]:.4f}" for name in names[-3:])
    print(f"Sobol, 30 inputs, 131,072 runs: {ours:.2f} s ({used:.2f} s processor), last totals {told}; bar 2 s")
    if peer:
        done = subprocess.run([peer, "-c", PEER], capture_output=True, text=True, check=True)
        print(f"  SALib (seconds, of the processor, last totals): {done.stdout.strip()}")


def box(rounds: int) -> None:
    """A planted box in 10,000 draws of ten inputs."""
    source = np.random.default_rng(4)
    inputs = {f"x{each}": source.random(10_000) for each in range(10)}
    asked = (inputs["x1"] > 0.6) & (inputs["x2"] < 0.5)
    seconds, used, found = timed(lambda: find_box(inputs, asked, np.random.default_rng(1)), rounds)
    print(f"PRIM, 10 inputs, 10,000 draws: {seconds:.2f} s ({used:.2f} s processor), {found}")


if __name__ == "__main__":
    main()
