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
from pathlib import Path

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


if __name__ == "__main__":
    main()
