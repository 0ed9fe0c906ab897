"""Measures the synthetic population at the size of the Netherlands: python benchmarks/bench_synthesis.py

    --workspace WERKMAP --town GM0637 --town GM0502   also a whole synthesis: seconds and peak memory of a process

Iterative proportional fitting of 14,500 buurten x 200 cells on three margins, beside the same written as most packages
have it (ipfn): one table at a time, one cell group at a time. The peer runs on a part and is scaled up; `ipfn` itself is
timed too where it can be imported.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stadspeil.catalogue import load_catalogue
from stadspeil.simulation.synthesis import synthesize
from stadspeil.simulation.synthesis.integers import controlled
from stadspeil.simulation.synthesis.raking import Margin, rake
from stadspeil.workspace import Workspace

RUNS = 5
BUURTEN, SHAPE, PART = 14_500, (4, 5, 10), 200


def timed(work: Callable[[], Any]) -> tuple[float, float, float, float]:
    """Least, middle and most wall seconds of a few runs and the least of the processor, after one that does not count."""
    work()
    taken, busy = [], []
    for _ in range(RUNS):
        start, at = time.perf_counter(), time.process_time()
        work()
        taken.append(time.perf_counter() - start)
        busy.append(time.process_time() - at)
    return min(taken), float(np.median(taken)), max(taken), min(busy)


def show(name: str, seconds: tuple[float, float, float, float], told: str = "") -> float:
    """A line of figures; the processor's seconds are what two runs on a busy machine are compared by."""
    low, middle, high, busy = seconds
    print(f"{name:52} {low:7.3f} {middle:7.3f} {high:7.3f} s wall, {busy:6.3f} s processor   {told}")
    return busy


def one_table(seed: np.ndarray, aims: Sequence[np.ndarray], rounds: int, close: float) -> np.ndarray:
    """The usual loop: each group of each margin of one table in turn."""
    table = seed.copy()
    for _ in range(rounds):
        furthest = 0.0
        for axis, aim in enumerate(aims):
            others = tuple(each for each in range(table.ndim) if each != axis)
            sums = table.sum(axis=others)
            furthest = max(furthest, float(np.abs(sums - aim).max() / aim.sum()))
            for group in range(len(aim)):
                at: list[Any] = [slice(None)] * table.ndim
                at[axis] = group
                table[tuple(at)] *= aim[group] / sums[group]
        if furthest <= close:
            break
    return table


def fitting(rng: np.random.Generator) -> None:
    """IPF of the country, ours and the loop, and how far their tables are apart."""
    seed = rng.gamma(1.0, 1.0, (BUURTEN, *SHAPE)) + 0.01
    truth = rng.gamma(1.0, 1.0, (BUURTEN, *SHAPE))
    totals = rng.integers(50, 3000, BUURTEN).astype(float)
    truth *= (totals / truth.sum(axis=(1, 2, 3)))[:, None, None, None]
    axes = ((2, 3), (1, 3), (1, 2))
    aims = [truth.sum(axis=each) for each in axes]
    places = np.indices(SHAPE).reshape(3, -1)
    margins = [Margin(places[axis], aim) for axis, aim in enumerate(aims)]
    flat = seed.reshape(BUURTEN, -1)
    ours = show(
        f"IPF {BUURTEN} x {flat.shape[1]}, 3 margins, to 1e-6", timed(lambda: rake(flat, totals, margins)), "bar 1 s"
    )

    def loop() -> list[np.ndarray]:
        return [one_table(seed[at], [aim[at] for aim in aims], 60, 1e-6) for at in range(PART)]

    peer = show(f"the same as a loop, {PART} of {BUURTEN} buurten", timed(loop))
    apart = np.abs(
        rake(flat[:PART], totals[:PART], [Margin(m.group, m.targets[:PART]) for m in margins])
        - np.array(loop()).reshape(PART, -1)
    )
    print(f"ratio {peer * BUURTEN / PART / ours:.0f} times; tables at most {apart.max():.1e} households apart")
    try:
        from ipfn.ipfn import ipfn
    except ImportError:
        print("ipfn is not installed: the loop above stands for it")
    else:

        def package() -> None:
            for at in range(10):
                ipfn(
                    seed[at].copy(), [aim[at] for aim in aims], [[0], [1], [2]], convergence_rate=1e-6, max_iteration=60
                ).iteration()

        taken = show(f"ipfn, 10 of {BUURTEN} buurten", timed(package))
        print(f"ratio to ipfn {taken * BUURTEN / 10 / ours:.0f} times")
    table = rng.integers(0, 30, (BUURTEN, 12, 5))
    rows, columns, start = table.sum(axis=2), table.sum(axis=1), rng.random(BUURTEN)
    near = table + rng.random(table.shape)
    show("whole numbers, 12 x 5 per buurt, both margins met", timed(lambda: controlled(near, rows, columns, start)))


def whole_synthesis(workspace: Path, towns: Sequence[str], scale: float) -> None:
    """One synthesis in a process of its own."""
    found = multiprocessing.get_context("spawn").Pool(1).apply(_synthesized, (workspace, list(towns), scale))
    print(
        f"synthesis of {found[0]} households and {found[1]} homes: {found[2]:.1f} s wall, {found[3]:.1f} s processor, {found[4]:.0f} MB"
    )


def _synthesized(workspace: Path, towns: list[str], scale: float) -> tuple[int, int, float, float, float]:
    held = Workspace(workspace)
    catalogue = load_catalogue(own=held.own_catalogue)
    start, busy = time.perf_counter(), time.process_time()
    made = synthesize(held, catalogue, towns, scale=scale).world
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        len(made.households.number),
        len(made.dwellings.number),
        time.perf_counter() - start,
        time.process_time() - busy,
        memory,
    )


def main() -> None:
    """Run what was asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--town", action="append", default=[])
    parser.add_argument("--scale", type=float, default=1.0)
    asked = parser.parse_args()
    fitting(np.random.default_rng(2026))
    if asked.workspace is not None:
        whole_synthesis(asked.workspace, asked.town, asked.scale)


if __name__ == "__main__":
    main()
