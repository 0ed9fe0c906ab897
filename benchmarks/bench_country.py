"""The whole road at the size of a country: invent, serve, fetch, build, score, report; seconds and peak memory of each.

    .venv/bin/python benchmarks/bench_country.py --size nederland --folder PATH

Each step is a process of its own, as a user would run it. The bars are those of issue 3.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from stadspeil.indicators.by_area import read_areas
from stadspeil.shelf import read_shelf, shelf_parts

COMMAND = (sys.executable, "-c", "from stadspeil.cli import main; main()")
PORT = 8765


def measured(title: str, bar: str, *words: str) -> None:
    """Run one command, and print what it cost."""
    started = time.perf_counter()
    child = os.posix_spawn(COMMAND[0], [*COMMAND, *words], os.environ)
    _, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    print(f"{title:<28} {seconds:8.1f} s {usage.ru_maxrss / 1024**2:6.2f} GB   exit {code}   bar {bar}", flush=True)


def reads(work: Path) -> None:
    """One indicator-year for all buurten, and everything of one area, in milliseconds."""
    out, tables = work / "out", work / "tables"
    parts = shelf_parts(out / "values")
    print(f"values: {sum(each.rows for each in parts)} in {len(parts)} parts")
    year = max(year for each in parts for year in each.holds["year"])
    ids = [id for each in parts if each.holds["year"] == [year] for id in each.holds["indicator"]]
    wanted = ({"year": [year], "indicator": [id], "level": ["buurt"]} for id in ids)
    columns = ["area", "value", "spread", "status"]
    timed(
        "one indicator-year, all buurten", "30 ms", [lambda w=w: read_shelf(out / "values", w, columns) for w in wanted]
    )
    areas = read_shelf(tables / "areas", {"level": ["buurt"]}, ["area", "boundaries"])
    codes = areas.filter(pl.col("boundaries") == pl.col("boundaries").max())["area"].sample(100, seed=1).to_list()
    timed("everything of one area", "20 ms", [lambda code=code: read_areas(out, [code]) for code in codes])


def timed(title: str, bar: str, tasks: Sequence[Callable[[], object]]) -> None:
    """Median, 95th percentile and maximum."""
    taken = []
    for task in tasks:
        started = time.perf_counter()
        task()
        taken.append(1000 * (time.perf_counter() - started))
    taken.sort()
    high = taken[int(0.95 * len(taken))]
    print(f"{title:<34} median {taken[len(taken) // 2]:6.1f}  p95 {high:6.1f}  max {taken[-1]:6.1f} ms   bar {bar}")


def main() -> None:
    """All steps after each other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="nederland")
    parser.add_argument("--folder", type=Path, default=Path("bench-land"))
    asked = parser.parse_args()
    land, work = asked.folder / "land", asked.folder / "werkmap"
    here = ("--workspace", str(work))
    if not (land / "nieuwland.json").exists():
        measured("invent", "10 min, 8 GB", "nieuwland", "make", "--size", asked.size, "--folder", str(land))
    serving = subprocess.Popen(
        [*COMMAND, "nieuwland", "serve-sources", "--folder", str(land), "--port", str(PORT)], stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(4)
        address = f"http://127.0.0.1:{PORT}"
        measured("fetch --all", "with tables 10 min", "fetch", "--all", "--publishers", address, *here)
        measured("fetch --all, nothing new", "-", "fetch", "--all", "--publishers", address, *here)
    finally:
        serving.terminate()
        serving.wait()
    measured("build", "tables; values 120 s, 4 GB", "build", *here)
    measured("build, nothing changed", "-", "build", *here)
    measured("score", "-", "score", *here)
    measured("report", "-", "report", "--town", "GM9002", *here)
    reads(work)


if __name__ == "__main__":
    main()
