"""200 kills in the middle of publishing, and 200 flipped bits in stored files: how many leave half a result, how many pass.

    .venv/bin/python benchmarks/kill_and_flip.py --times 200

A child process writes a table of several parts over and over, and a snapshot store beside it; it is killed with
SIGKILL after a random time. What is left must be one whole version. Then bits of a written table and store are flipped
one at a time: reading must refuse, or give what was written.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import tempfile
import time
from pathlib import Path

import polars as pl

from stadspeil.errors import StadspeilError
from stadspeil.shelf import Part, has_shelf, read_shelf, write_shelf
from stadspeil.sources.store import Snapshot, SnapshotStore

ROWS, PARTS = 40_000, 5


def parts(version: int) -> list[Part]:
    """A table in which every cell says which version it is of."""
    frame = pl.DataFrame({"version": [version] * ROWS, "place": range(ROWS)})
    return [Part(f"deel-{number}", frame, {"version": [version]}) for number in range(PARTS)]


def snapshot(version: int) -> tuple[Snapshot, bytes]:
    """A snapshot that replaces the one before it."""
    import hashlib

    content = f"versie {version}".encode() * 2_000
    checksum = hashlib.sha256(content).hexdigest()
    parent = snapshot(version - 1)[0].id if version else ""
    made = Snapshot(
        f"proef-{checksum[:8]}",
        "proef",
        "2020",
        "x.csv",
        checksum,
        len(content),
        1,
        2020,
        (2020,),
        {},
        0,
        False,
        "",
        "",
        parent=parent,
    )
    return made, content


def write_for_ever(folder: Path, first: int) -> None:
    """Version after version, until somebody kills us."""
    store = SnapshotStore(folder / "raw")
    for version in range(first, first + 1_000):
        write_shelf(folder / "tabel", parts(version))
        store.add([snapshot(version)])


def is_whole(folder: Path) -> bool:
    """Whether the table is one version and every snapshot in use is what its manifest says."""
    try:
        if has_shelf(folder / "tabel"):
            table = read_shelf(folder / "tabel")
            if table.height != ROWS * PARTS or table["version"].n_unique() != 1:
                return False
        return SnapshotStore(folder / "raw").verify() == []
    except StadspeilError:
        return False


def kill(times: int, folder: Path) -> int:
    """How many of so many kills left half a result."""
    dice, broken = random.Random(1972), 0
    for number in range(times):
        child = multiprocessing.get_context("fork").Process(target=write_for_ever, args=(folder, number * 1_000))
        child.start()
        time.sleep(dice.uniform(0.005, 0.25))
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        broken += not is_whole(folder)
    return broken


def flip(times: int, folder: Path) -> tuple[int, int]:
    """How many flipped bits were refused, and how many gave other figures without a word."""
    write_shelf(folder / "tabel", parts(7))
    store = SnapshotStore(folder / "raw")
    kept, content = snapshot(0)
    store.add([(kept, content)])
    right, files = (
        read_shelf(folder / "tabel"),
        [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"],
    )
    dice, refused, silent = random.Random(1), 0, 0
    for _ in range(times):
        path = dice.choice([each for each in files if each.stat().st_size])
        whole = path.read_bytes()
        place = dice.randrange(8 * len(whole))
        spoiled = bytearray(whole)
        spoiled[place // 8] ^= 1 << place % 8
        path.write_bytes(spoiled)
        try:
            same = read_shelf(folder / "tabel").equals(right)
            for each in store.active():
                same &= store.content(each.id) == content
            silent += not same
        except StadspeilError:
            refused += 1
        finally:
            path.write_bytes(whole)
    return refused, silent


def main() -> None:
    """Both, with their counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=200)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        print(f"{times} kills while publishing: {kill(times, Path(folder))} half results")
    with tempfile.TemporaryDirectory() as folder:
        refused, silent = flip(times, Path(folder))
        print(f"{times} flipped bits: {refused} refused, {times - refused - silent} harmless, {silent} silently wrong")


if __name__ == "__main__":
    main()
