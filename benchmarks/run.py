"""Whole-process figures of the main job: seconds and peak memory over repeated runs, beside the bar of the issue.

    make bench                       all figures
    .venv/bin/python benchmarks/run.py --runs 3 --files PATH/TO/real

Prints minimum, median and maximum. Machines are noisy: read the median, and compare only within one run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-c", "from stadspeil.cli import main; main()")


def measured(*words: str) -> tuple[float, float]:
    """Wall seconds and peak megabytes of one run of the command."""
    started = time.perf_counter()
    child = os.posix_spawn(
        COMMAND[0],
        [*COMMAND, *words],
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
    )
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"stadspeil {' '.join(words)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def show(title: str, bar: str, runs: Sequence[tuple[float, float]]) -> None:
    """One line per figure."""
    seconds, megabytes = [each[0] for each in runs], max(each[1] for each in runs)
    spread = f"{min(seconds):6.2f} {statistics.median(seconds):6.2f} {max(seconds):6.2f}"
    print(f"{title:<42} {spread} s   {megabytes:6.0f} MB   bar {bar}")


def bench_real(files: Path, runs: int) -> None:
    """Import of the health workbooks; build and score of all real files from nothing."""
    books = sorted(map(str, files.glob("gezondheid_*.xlsx")))
    everything = sorted(map(str, files.glob("*")))
    imports, builds, again = [], [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            imports.append(measured("import", *books, "--workspace", f"{folder}/books"))
            here = ("--workspace", f"{folder}/all")
            measured("import", *everything, *here)
            steps = [measured("build", *here), measured("score", *here)]
            builds.append((sum(each[0] for each in steps), max(each[1] for each in steps)))
            steps = [measured("build", *here), measured("score", *here)]
            again.append((sum(each[0] for each in steps), max(each[1] for each in steps)))
    show("import of two health workbooks", "15 s, 1000 MB", imports)
    show("build + score of all real files", "10 s", builds)
    show("the same again, nothing changed", "-", again)


def repeated(runs: int, run: Callable[[], tuple[float, float]]) -> list[tuple[float, float]]:
    """After one run that warms the disk."""
    run()
    return [run() for _ in range(runs)]


def main() -> None:
    """Run what can be run here, and say what cannot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--files", type=Path, default=ROOT.parent / "shared" / "data" / "real")
    asked = parser.parse_args()
    print(f"{asked.runs} runs each; seconds as minimum, median, maximum; the largest peak memory")
    show("stadspeil --help", "0.3 s", repeated(max(asked.runs, 5), lambda: measured("--help")))
    with tempfile.TemporaryDirectory() as folder:
        show("stadspeil demo", "60 s", [measured("demo", "--folder", f"{folder}/demo") for _ in range(asked.runs)])
    if asked.files.is_dir():
        bench_real(asked.files, asked.runs)
    else:
        print(f"skipped: the real files are not in {asked.files}")


if __name__ == "__main__":
    main()
