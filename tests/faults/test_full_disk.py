"""A disk that is full, or two commands at once: what was there stays, and what is told is true."""

from __future__ import annotations

import multiprocessing
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.shelf import Part, read_shelf, write_shelf
from stadspeil.sources import Offered, SnapshotStore, take_in
from stadspeil.workspace import Workspace

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from stadspeil.cli import main; main()"]
HEAD = "ID;WijkenEnBuurten;Gemeentenaam_1;AantalInwoners_5;HuishoudensTotaal_28\n"


def kwb(number: int, rows: int = 3) -> bytes:
    codes = ("GM0034", "GM0637", "GM0356")
    lines = [
        f"{n};{codes[n % 3]}    ;X{number:03}{'x' * (n // 3)};{100_000 + number};50000" for n in range(min(rows, 3))
    ]
    return (HEAD + "\n".join(lines) + "\n").encode()


def limited(size: int):
    """Makes a child that cannot write a file larger than this, which is how a full disk feels."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_an_import_on_a_full_disk_is_told_and_changes_nothing(tmp_path: Path) -> None:
    first, large = tmp_path / "84799NED.csv", tmp_path / "85039NED.csv"
    first.write_bytes(kwb(1))
    large.write_bytes(kwb(2) + b"\n" * 60_000)
    here = ["--workspace", str(tmp_path / "werk")]
    assert subprocess.run([*COMMAND, "import", str(first), *here], check=False, capture_output=True).returncode == 0
    before = SnapshotStore(tmp_path / "werk" / "raw").active()
    done = subprocess.run(
        [*COMMAND, "import", str(large), *here], check=False, capture_output=True, text=True, preexec_fn=limited(20_000)
    )
    assert done.returncode == 1
    assert "lukt niet" in done.stderr and "ruimte" in done.stderr and "Traceback" not in done.stderr
    store = SnapshotStore(tmp_path / "werk" / "raw")
    assert store.active() == before and store.verify() == []
    assert not list((tmp_path / "werk").rglob("*.part"))


def _write_too_much(folder: Path) -> None:
    import polars as pl

    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
    noise = pl.DataFrame({"a": [hash((n, "x")) for n in range(50_000)]})
    try:
        write_shelf(folder, [Part("nieuw", noise)])
    except OSError:
        sys.exit(7)


def test_a_table_that_does_not_fit_leaves_the_old_one(tmp_path: Path) -> None:
    import polars as pl

    write_shelf(tmp_path / "a", [Part("oud", pl.DataFrame({"a": [1]}))])
    child = multiprocessing.get_context("spawn").Process(target=_write_too_much, args=(tmp_path / "a",))
    child.start()
    child.join()
    assert child.exitcode == 7
    assert read_shelf(tmp_path / "a")["a"].to_list() == [1]


def _take(folder: Path, number: int) -> None:
    take_in([Offered(kwb(number), f"{84799 if number % 2 else 85039}NED.csv")], Workspace(folder), load_catalogue())


@pytest.mark.slow
def test_commands_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    children = [
        multiprocessing.get_context("spawn").Process(target=_take, args=(tmp_path, number)) for number in range(6)
    ]
    for each in children:
        each.start()
    for each in children:
        each.join()
    assert [each.exitcode for each in children] == [0] * 6
    store = SnapshotStore(tmp_path / "raw")
    assert store.verify() == []
    known = {each.id for each in (*store.active(), *store.history())}
    assert len(known) == 6
    assert {each.edition for each in store.active()} == {"2020", "2021"}
