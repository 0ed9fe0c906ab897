"""Match the coefficients of the microsimulation to the evidence, and write what ships with the catalogue.

    python tools/calibrate_simulation.py [--points 128 112 112] [--runs 2] [--households 60000] [--draws 100]

Writes catalogue/calibration/posterior.csv (a column per coefficient, a row per draw) and prints the fit. On an invented
region: no real microdata exist to us, and results say so. Takes some minutes; run it again when the engine changes.
"""

from __future__ import annotations

import argparse
import sys
import time

import polars as pl

from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.catalogue import catalogue_root
from stadspeil.simulation.calibrating import calibrate
from stadspeil.simulation.invented import invented_world

SEED = 2026


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--points", type=int, nargs="+", default=[128, 112, 112])
    asked.add_argument("--runs", type=int, default=2)
    asked.add_argument("--households", type=int, default=60_000)
    asked.add_argument("--draws", type=int, default=100)
    asked.add_argument("--threads", type=int, default=1)
    given = asked.parse_args()
    catalogue = load_catalogue()
    world = invented_world(given.households, given.households // 250, SEED)
    began = time.perf_counter()

    def tell(done: int) -> None:
        if done % 20 == 0:
            print(f"{done} of about {sum(given.points)} points, {time.perf_counter() - began:.0f} s", file=sys.stderr)

    made = calibrate(
        world, catalogue, counts=given.points, draws=given.draws, runs=given.runs, seed=SEED, threads=given.threads,
        progress=tell,
    )  # fmt: skip
    target = catalogue_root() / "calibration" / "posterior.csv"
    target.parent.mkdir(exist_ok=True)
    wide = made.posterior.pivot(on="parameter", index="draw", values="value").drop("draw")
    wide.with_columns(pl.all().round(5)).write_csv(target)
    with pl.Config(tbl_rows=40, tbl_width_chars=140, float_precision=4):
        print(made.fit)
        print(wide.describe())
    print(f"not ruled out after the first wave: {100 * made.matched.left:.2f} % of the box; {target}")


if __name__ == "__main__":
    main()
