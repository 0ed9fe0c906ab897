"""How many effects on buurten pass the mask where nothing is built: python benchmarks/mask_false_finds.py [households] [tables]

Runs of an invented population without a programme, each with a seed of its own. Two of them make a pair, so that a programme
of no home at all differs by chance alone (with one seed for both runs of a pair it differs in nothing). Told for 6, 10 and
30 pairs: share of the figures of buurten farther from nought than two standard errors, than Student's t asks, and of what
may be shown, and in how many tables (a figure, group and year over all buurten) anything is shown at all.
"""

from __future__ import annotations

import sys

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.catalogue import load_catalogue
from stadspeil.simulation.counting import counts_of
from stadspeil.simulation.effects import effects_of
from stadspeil.simulation.engine import simulate
from stadspeil.simulation.invented import invented_world
from stadspeil.simulation.pairs import WITH, WITHOUT, PairCounts
from stadspeil.simulation.places import Grouping
from stadspeil.simulation.rules import rules_from
from stadspeil.simulation.summing import LEAST_ERRORS, errors_needed

Counts = NDArray[np.float64]
YEARS, SEED = 4, 2026
PAIRS = (6, 10, 30)


def main() -> None:
    """One line per number of pairs, over as many draws of pairs from the same runs."""
    households = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    world = invented_world(households, households // 500, SEED)
    rules, places = rules_from(load_catalogue()), world.places
    buurten = Grouping("buurt", tuple(places.codes), tuple(places.codes), np.arange(len(places.codes), dtype=np.int32))
    runs = [
        counts_of(simulate(world, rules, (), months=12 * YEARS, seed=seed), (buurten,))["buurt"]
        for seed in range(2 * max(PAIRS))
    ]
    rng = np.random.default_rng(SEED)
    print(f"{len(places.codes)} buurten, {YEARS} years, {len(runs)} runs, {times} draws of pairs")
    for count in PAIRS:
        told = np.mean([shares(buurten, runs, rng.permutation(len(runs))[: 2 * count]) for _ in range(times)], axis=0)
        print(
            f"{count} pairs: two errors {told[0]:.4f}, Student {told[1]:.4f}, shown {told[2]:.5f}, tables {told[3]:.3f}"
        )


def shares(buurten: Grouping, runs: list[Counts], chosen: np.ndarray) -> tuple[float, ...]:
    """Of figures that vary: farther than two errors, than Student's t, shown; and of tables: anything shown."""
    pairs: list[PairCounts] = [
        {f"{WITHOUT}/buurt": runs[one], f"{WITH}/buurt": runs[other]} for one, other in chosen.reshape(-1, 2)
    ]
    found = effects_of(pairs, [buurten]).filter(pl.col("error") > 0)
    far = found["mean"].abs() / found["error"]
    tables = found.group_by("figure", "group", "years").agg(pl.col("shown").any())
    parts = (far > LEAST_ERRORS, far > errors_needed(len(pairs)), found["shown"], tables["shown"])
    return tuple(float(each.cast(pl.Float64).mean() or 0.0) for each in parts)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
