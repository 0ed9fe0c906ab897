"""Measures the agenda's solver: python benchmarks/bench_portfolio.py [--projects 200] [--years 20] [--first 1] [--seeds 3] [--alone]

Funds carry over what is not spent. A certified plan of ours, beside HiGHS on the full model (not with --alone) and beside
ranking by value per euro, in one run. What numba compiles is compiled before.
Everything is invented. Seconds on a shared machine wander: compare within a run.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from stadspeil.appraisal.portfolio.highs import run_highs
from stadspeil.appraisal.portfolio.problem import After, Problem, problem_of
from stadspeil.appraisal.portfolio.ranking import greedy
from stadspeil.appraisal.portfolio.rows import Rows, rows_of
from stadspeil.appraisal.portfolio.solving import Effort, solve


def agenda(seed: int, count: int, years: int, purses: int) -> Problem:
    """Projects of 0.1 to 60 million over one to six years, a tenth of them bound to another, a tenth in groups."""
    rng = np.random.default_rng(seed)
    cost = rng.lognormal(np.log(3e6), 1.0, size=count)
    share = rng.dirichlet(np.full(purses, 0.6), size=count)
    span = rng.integers(1, 7, size=count)
    worth = cost * rng.lognormal(np.log(0.45), 0.7, size=count)
    decay = rng.uniform(0.94, 0.985, size=count)
    people = rng.uniform(0.2, 3.0, size=count)
    costs, value = np.zeros((count, purses, years, years)), np.zeros((count, years))
    staff, allowed = np.zeros((count, years, years)), np.zeros((count, years), dtype=bool)
    for project in range(count):
        for start in range(years - span[project] + 1):
            inside = slice(start, start + span[project])
            allowed[project, start] = True
            value[project, start] = worth[project] * decay[project] ** start
            costs[project, :, start, inside] = (cost[project] * share[project] / span[project])[:, None]
            staff[project, start, inside] = people[project]
    budgets = (0.4 * (cost[:, None] * share).sum(axis=0) / years)[:, None] * rng.uniform(0.6, 1.4, size=(purses, years))
    tenth = count // 10
    chosen = rng.permutation(count)
    after = tuple(
        After(int(later), int(sooner), int(rng.integers(0, 4)))
        for later, sooner in zip(chosen[:tenth], chosen[tenth : 2 * tenth], strict=True)
    )
    free = chosen[2 * tenth :]
    groups = {f"g{each}": tuple(map(int, free[3 * each : 3 * each + 3])) for each in range(tenth // 3)}
    return problem_of(
        [f"p{each}" for each in range(count)], value, costs, budgets, allowed=allowed, staff=staff,
        capacity=np.full(years, 0.5 * (people * span).sum() / years), after=after, groups=groups,
    )  # fmt: skip


def main() -> None:
    """One line per seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("projects", 200), ("years", 20), ("purses", 4), ("first", 1), ("seeds", 3), ("seconds", 90)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--gap", type=float, default=0.02)
    parser.add_argument("--alone", action="store_true")
    asked = parser.parse_args()
    solve(agenda(1, 120, 10, 2), Effort(gap=0.1, seconds=30))
    times = []
    for seed in range(asked.first, asked.first + asked.seeds):
        problem = agenda(seed, asked.projects, asked.years, asked.purses)
        started = time.perf_counter()
        found = solve(problem, Effort(gap=asked.gap, seconds=asked.seconds))
        times.append(time.perf_counter() - started)
        loss = 1 - problem.worth_of(greedy(problem)) / found.value
        print(
            f"seed {seed}: {times[-1]:5.1f} s, gap {found.gap:.2%} of {found.value / 1e6:.2f} mln, linear bound alone "
            f"{found.linear / found.value - 1:.2%}, {found.status}; ranking loses {loss:.1%}",
            "" if asked.alone else f"; {_beside(rows_of(problem), asked)}",
            sep="", flush=True,
        )  # fmt: skip
    print(
        f"{len(times)} agendas: median {np.median(times):.1f} s, mean {np.mean(times):.1f} s, at most {max(times):.1f} s"
    )


def _beside(rows: Rows, asked: argparse.Namespace) -> str:
    started = time.perf_counter()
    plain = run_highs(rows, whole=True, gap=asked.gap, seconds=asked.seconds)
    took = time.perf_counter() - started
    gap = (plain.value - plain.bound) / abs(plain.value) if plain.found else float("inf")
    return f"HiGHS on all {took:.1f} s, gap {gap:.2%} of {-plain.value * rows.unit / 1e6:.2f} mln ({plain.ended})"


if __name__ == "__main__":
    main()
