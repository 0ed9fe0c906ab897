"""Pairs of runs: the same wherever and in whatever order they are run, resumed where they were broken off."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import distributed
import numpy as np
import polars as pl
import pytest
from simulation_places import asked, place, written
from standin_engine import ENGINE, TOWN, simulate
from waiting import LONG, until

from stadspeil.errors import QuestionError
from stadspeil.simulation import store
from stadspeil.simulation.effects import masked
from stadspeil.simulation.store import read_run, read_simulation, simulate_programme

TESTS = Path(__file__).parents[2]
TABLES = ("effects", "chains", "shift_room", "spreads")


def made(folder: Path, executor: str = "serial", **changes: Any) -> dict[str, bytes]:
    workspace, catalogue = place(folder)
    return written(simulate_programme(workspace, catalogue, asked(**changes), executor=executor, parts=ENGINE).folder)


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return made(tmp_path_factory.mktemp("serial"))


@pytest.mark.slow
def test_two_processes_give_the_same_bytes(serial: dict[str, bytes], tmp_path: Path) -> None:
    assert made(tmp_path, "processes:2") == serial


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes(serial: dict[str, bytes], tmp_path: Path) -> None:
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        dashboard_address="127.0.0.1:0",
        protocol="tcp",
        host="127.0.0.1",
    ) as local:
        address = local.scheduler_address.removeprefix("tcp://")
        assert made(tmp_path, f"dask://{address}") == serial


def test_the_order_of_completion_does_not_show(
    serial: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = store.run_pairs.__globals__["run_tasks"]

    def backwards(work: Any, shared: Any, numbers: list[int], executor: str, done: Any) -> None:
        real(work, shared, numbers[::-1], executor, done)

    monkeypatch.setitem(store.run_pairs.__globals__, "run_tasks", backwards)
    assert made(tmp_path) == serial


def test_nothing_is_done_twice(tmp_path: Path) -> None:
    workspace, catalogue = place(tmp_path)
    calls = 0

    def counted(*words: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        return simulate(*words, **more)

    parts = replace(ENGINE, simulate=counted)
    assert simulate_programme(workspace, catalogue, asked(pairs=3), parts=parts).new
    assert calls == 6
    assert not simulate_programme(workspace, catalogue, asked(pairs=3), parts=parts).new
    assert calls == 6, "the same question was answered already"
    simulate_programme(workspace, catalogue, asked(pairs=5), parts=parts)
    assert calls == 10, "three of five pairs were there"
    simulate_programme(workspace, catalogue, asked(pairs=5, seed=7), parts=parts)
    assert calls == 20, "another seed is another question"
    kept = {path.parent.name for path in (workspace.out / "simulation" / "proef" / ".pairs").rglob("*.npz")}
    assert len(kept) == 1, "pairs of another question are swept"


def test_more_pairs_do_not_change_those_there_were(tmp_path: Path) -> None:
    workspace, catalogue = place(tmp_path)
    few = simulate_programme(workspace, catalogue, asked(pairs=2), parts=ENGINE).run
    many = simulate_programme(workspace, catalogue, asked(pairs=4), parts=ENGINE).run
    assert many["seeds"][:2] == few["seeds"] and len(set(many["seeds"])) == 4


def test_a_damaged_pair_is_run_again(serial: dict[str, bytes], tmp_path: Path) -> None:
    workspace, catalogue = place(tmp_path)
    folder = simulate_programme(workspace, catalogue, asked(), parts=ENGINE).folder
    first = sorted(folder.rglob("*.npz"))[0]
    content = bytearray(first.read_bytes())
    content[len(content) // 2] ^= 0xFF
    first.write_bytes(content)
    (folder / "run.json.key").unlink()
    simulate_programme(workspace, catalogue, asked(), parts=ENGINE)
    assert written(folder) == serial


class StoppedError(Exception):
    """Somebody pulled the plug."""


@pytest.mark.parametrize("fault", [KeyboardInterrupt, StoppedError, MemoryError])
def test_a_run_that_is_broken_off_leaves_what_was_and_goes_on_where_it_was(
    fault: type[BaseException], serial: dict[str, bytes], tmp_path: Path
) -> None:
    workspace, catalogue = place(tmp_path)
    before = written(simulate_programme(workspace, catalogue, asked(seed=1), parts=ENGINE).folder)
    calls = 0

    def stops(*words: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 6:
            raise fault
        return simulate(*words, **more)

    with pytest.raises(fault):
        simulate_programme(workspace, catalogue, asked(), parts=replace(ENGINE, simulate=stops))
    folder = workspace.out / "simulation" / "proef"
    assert written(folder) == before
    assert not simulate_programme(workspace, catalogue, asked(seed=1), parts=ENGINE).new
    calls = 100
    simulate_programme(workspace, catalogue, asked(), parts=replace(ENGINE, simulate=stops))
    assert calls == 104, "two of four pairs were done"
    assert written(folder) == serial


@pytest.fixture(scope="module")
def dozen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return made(tmp_path_factory.mktemp("dozen"), pairs=12)


KILLED = """
from pathlib import Path
import standin_engine as engine
from dataclasses import replace
from simulation_places import asked
from stadspeil.catalogue import load_catalogue
from stadspeil.simulation.store import simulate_programme
from stadspeil.workspace import Workspace

if __name__ == "__main__":
    workspace = Workspace(Path({root!r}))
    catalogue = load_catalogue(own=workspace.own_catalogue)
    simulate_programme(workspace, catalogue, asked(pairs=12), executor="{executor}", parts=engine.UNHURRIED)
"""


@pytest.mark.slow
@pytest.mark.parametrize("executor", ["serial", "processes:2"])
@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT])
def test_a_process_that_is_killed_leaves_no_half_and_no_workers(
    executor: str, kill: signal.Signals, dozen: dict[str, bytes], tmp_path: Path
) -> None:
    workspace, catalogue = place(tmp_path)
    script = tmp_path / "killed.py"
    script.write_text(KILLED.format(root=str(workspace.root), executor=executor), encoding="utf-8")
    paths = os.pathsep.join([str(TESTS), str(TESTS.parent / "src")])
    spoken = tmp_path / "spoken.txt"
    with spoken.open("w", encoding="utf-8") as said:
        running = subprocess.Popen([sys.executable, str(script)], env={**os.environ, "PYTHONPATH": paths}, stderr=said)
    pairs = workspace.out / "simulation" / "proef" / ".pairs"
    # A loaded machine takes a minute and more to start fresh processes; one that ended by itself is not waited for.

    def two_are_there() -> bool:
        assert running.poll() is None, spoken.read_text(encoding="utf-8")
        return len(list(pairs.rglob("*.npz"))) >= 2

    until(two_are_there, lambda: f"no two pairs: {spoken.read_text(encoding='utf-8')}", pause=0.02)
    children = [int(each) for each in _children(running.pid)]
    running.send_signal(kill)
    running.wait(timeout=LONG)
    assert running.returncode != 0
    assert written(workspace.out) == {}
    until(
        lambda: not any(Path(f"/proc/{child}").exists() for child in children), lambda: "a worker outlived its parent"
    )
    finished = len(list(pairs.rglob("*.npz")))
    assert 2 <= finished < 12
    times = {path: path.stat().st_mtime_ns for path in pairs.rglob("*.npz")}
    resumed = written(simulate_programme(workspace, catalogue, asked(pairs=12), parts=ENGINE).folder)
    assert all(path.stat().st_mtime_ns == when for path, when in times.items()), "a finished pair was done again"
    assert resumed == dozen


def _children(pid: int) -> list[str]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return path.read_text(encoding="ascii").split() if path.exists() else []


def test_a_programme_of_no_homes_has_no_effect_anywhere(tmp_path: Path) -> None:
    workspace, catalogue = place(tmp_path)
    path = workspace.own_catalogue / "programmes" / "proef.toml"
    text = path.read_text(encoding="utf-8").replace("homes = 20", "homes = 0").replace("homes = 3", "homes = 0")
    workspace, catalogue = place(tmp_path / "none", text)
    simulate_programme(workspace, catalogue, asked(), parts=ENGINE)
    for name in ("effects", "spreads"):
        table = read_simulation(workspace, "proef", name)
        for column in ("mean", "low", "middle", "high", "error"):
            assert table.drop_nulls("without")[column].unique().to_list() == [0.0], (name, column)
        assert not table["shown"].any()
    assert read_simulation(workspace, "proef", "chains").is_empty()
    assert read_simulation(workspace, "proef", "shift_room").is_empty()


def test_a_figure_of_a_buurt_from_one_pair_is_never_told(tmp_path: Path) -> None:
    workspace, catalogue = place(tmp_path)
    simulate_programme(workspace, catalogue, asked(pairs=1), parts=ENGINE)
    effects = read_simulation(workspace, "proef", "effects")
    small = effects.filter(pl.col("level").is_in(["buurt", "wijk"]))
    numbers = ["mean", "low", "middle", "high", "error"]
    assert small.height > 100
    assert small.select(pl.col(numbers).count()).row(0) == (0,) * 5
    assert not effects["shown"].any()
    assert masked(effects).select(pl.col(numbers).count()).row(0) == (0,) * 5


def test_masked_cells_keep_their_row_and_lose_their_numbers(tmp_path: Path) -> None:
    workspace, catalogue = place(tmp_path)
    simulate_programme(workspace, catalogue, asked(), parts=ENGINE)
    effects = read_simulation(workspace, "proef", "effects")
    seen = masked(effects)
    assert seen.height == effects.height and 0 < effects["shown"].sum() < effects.height
    assert seen.filter(~pl.col("shown"))["middle"].null_count() == (~effects["shown"]).sum()
    assert seen.filter(pl.col("shown")).equals(effects.filter(pl.col("shown")))


def test_homes_that_are_built_are_an_effect_without_error(tmp_path: Path) -> None:
    workspace, catalogue = place(tmp_path)
    simulate_programme(workspace, catalogue, asked(), parts=ENGINE)
    effects = read_simulation(workspace, "proef", "effects")
    homes = effects.filter((pl.col("figure") == "woningen") & (pl.col("years") == 2))
    told = {row["area"]: (row["mean"], row["error"], row["shown"]) for row in homes.to_dicts()}
    assert told["BU90020103"] == (20, 0, True)
    assert told["BU90020102"] == (-3, 0, True)
    assert told[TOWN] == told["locaties"] == (17, 0, True)
    assert told["omgeving"] == (0, 0, False)


def test_a_share_of_the_programme_is_built_per_pair(tmp_path: Path) -> None:
    workspace, catalogue = place(tmp_path)
    run = simulate_programme(workspace, catalogue, asked(realized=(0.6, 1.0)), parts=ENGINE).run
    assert all(0.6 <= share <= 1 for share in run["realized"]) and len(set(run["realized"])) == 4
    effects = read_simulation(workspace, "proef", "effects")
    built = effects.filter(area="BU90020103", figure="woningen", years=2)["mean"][0]
    assert built == pytest.approx(np.mean([round(20 * share) for share in run["realized"]]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pairs": 0}, "--pairs 0"), ({"pairs": 5000}, "--pairs 5000"), ({"years": 0}, "--years 0"),
        ({"years": 99}, "--years 99"), ({"realized": (1.0, 0.5)}, "--realized"), ({"realized": (0.0, 2.0)}, "--realized"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(changes: dict[str, Any], said: str, tmp_path: Path) -> None:
    workspace, catalogue = place(tmp_path)
    with pytest.raises(QuestionError, match=said):
        simulate_programme(workspace, catalogue, asked(**changes), parts=ENGINE)
    assert not workspace.out.exists()


def test_a_programme_that_was_not_simulated_says_so(tmp_path: Path) -> None:
    workspace, _ = place(tmp_path)
    with pytest.raises(QuestionError, match="nog niet gesimuleerd"):
        read_run(workspace, "proef")
    assert all(read_simulation(workspace, "proef", name).is_empty() for name in TABLES)


def test_nobody_stays_behind_in_this_process() -> None:
    assert multiprocessing.active_children() == []


def test_each_population_is_made_once_with_a_seed_of_its_own_and_told(tmp_path: Path) -> None:
    workspace, catalogue = place(tmp_path)
    seeds: list[int] = []

    def counted(*words: Any, seed: int, **more: Any) -> Any:
        seeds.append(seed)
        return ENGINE.synthesize(*words, **more)

    parts = replace(ENGINE, synthesize=counted)
    run = simulate_programme(workspace, catalogue, asked(pairs=6, populations=3), parts=parts).run
    assert seeds[0] == asked().seed and len(set(seeds)) == len(seeds) == 3
    assert run["populations"]["count"] == 3 and set(run["populations"]["variance_between"]) >= {"gemeente", "buurt"}
    assert any("3 keer gemaakt" in each and "procent van de spreiding" in each for each in run["remarks"])
    seeds.clear()
    run = simulate_programme(workspace, catalogue, asked(pairs=6, populations=1), parts=parts).run
    assert len(seeds) == 1 and any("een keer gemaakt" in each for each in run["remarks"])
    with pytest.raises(QuestionError, match="--populations 0"):
        simulate_programme(workspace, catalogue, asked(populations=0), parts=parts)
