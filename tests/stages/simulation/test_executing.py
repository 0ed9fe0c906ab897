"""The same result on every executor, whichever worker is lost on the way."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import distributed
import numpy as np
import pytest
import simulation_tasks as tasks
from distributed.comm.core import CommClosedError
from waiting import LONG, until

from stadspeil.errors import QuestionError, StadspeilError
from stadspeil.simulation.executing import _from_cluster, _sent, run_tasks, workers_of
from stadspeil.simulation.pairs import run_pair

SHARED = {"weights": np.arange(1000.0)}
NUMBERS = list(range(7))
EXPECTED = {number: 499_500.0 * number for number in NUMBERS}
TESTS = Path(__file__).parents[2]


def collected(work: Any, shared: Any, executor: str, numbers: list[int] = NUMBERS) -> dict[int, float]:
    found: dict[int, float] = {}

    def keep(number: int, result: float) -> None:
        assert number not in found, "a result came twice"
        found[number] = result

    run_tasks(work, shared, numbers, executor, keep)
    return found


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take minutes to start workers that are there; who tests waiting sets this itself."""
    for name in ("CONNECT_SECONDS", "WORKERLESS_SECONDS"):
        monkeypatch.setattr(f"stadspeil.simulation.executing.{name}", LONG)


def started(log: Path, source: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "dask", *words]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(source), str(TESTS)])}
    with log.open("a") as told:
        return subprocess.Popen(command, env=environment, stdout=told, stderr=told, text=True)


class Cluster:
    """A scheduler and workers over TCP, each a process of its own."""

    def __init__(self, folder: Path, workers: int, source: Path = TESTS.parent / "src") -> None:
        file = folder / "scheduler.json"
        self.source, self.log = source, folder / "cluster.log"
        self.scheduler = started(
            self.log,
            source,
            "scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
            "--scheduler-file",
            str(file),
        )
        self.file = file
        self.workers = [self.worker() for _ in range(workers)]

        def told() -> str:
            return file.read_text(encoding="utf-8") if file.exists() else ""

        until(lambda: told().rstrip().endswith("}"), lambda: f"no scheduler: {self.log.read_text(encoding='utf-8')}")
        self.address = "dask://" + told().split("tcp://")[1].split('"')[0]

    def worker(self) -> subprocess.Popen[str]:
        return started(
            self.log, self.source, "worker", "--scheduler-file", str(self.file), "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--local-directory", str(self.file.parent),
        )  # fmt: skip

    def stop(self) -> None:
        for each in (*self.workers, self.scheduler):
            each.kill()
            each.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path, 2)
    yield made
    made.stop()


def test_here_each_task_is_done_once() -> None:
    assert collected(tasks.sums, SHARED, "serial") == EXPECTED


def test_no_tasks_ask_for_no_workers() -> None:
    assert collected(tasks.sums, SHARED, "processes:2", []) == {}


@pytest.mark.parametrize("executor", ["threads", "processes:nul", "processes:0", "dask", "dask://nowhere.invalid:1"])
def test_an_executor_that_is_none_is_refused_in_words(executor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stadspeil.simulation.executing.CONNECT_SECONDS", 1)
    with pytest.raises(QuestionError) as caught:
        collected(tasks.sums, SHARED, executor)
    assert executor in caught.value.message() and caught.value.remedy


def test_a_pool_has_no_more_processes_than_tasks() -> None:
    assert workers_of("processes:8", 3) == 3
    assert workers_of("serial", 3) == 1


def test_an_error_crosses_whole_from_a_process() -> None:
    with pytest.raises(QuestionError) as caught:
        collected(tasks.refuses, SHARED, "processes:1", [4])
    assert caught.value.problems == ("nummer 4 kan niet", "en dit ook niet")
    assert caught.value.remedy == "laat het"


@pytest.mark.slow
def test_two_processes_give_the_same_as_one() -> None:
    assert collected(tasks.sums, SHARED, "processes:2") == EXPECTED


@pytest.mark.slow
def test_a_killed_process_costs_only_its_task(tmp_path: Path) -> None:
    shared = {**SHARED, "mark": str(tmp_path / "died")}
    assert collected(tasks.dies_once, shared, "processes:2") == EXPECTED
    assert Path(shared["mark"]).exists()


@pytest.mark.slow
def test_a_task_that_kills_every_worker_ends_with_words() -> None:
    with pytest.raises(StadspeilError, match="3 keer achter elkaar vielen alle werkers uit; 1 paren"):
        collected(tasks.always_dies, SHARED, "processes:1", [1])


@pytest.mark.slow
def test_a_local_cluster_gives_the_same() -> None:
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        dashboard_address="127.0.0.1:0",
        protocol="tcp",
        host="127.0.0.1",
    ) as local:
        address = "dask://" + local.scheduler_address.removeprefix("tcp://")
        assert collected(tasks.sums, SHARED, address) == EXPECTED


@pytest.mark.slow
def test_two_workers_over_tcp_give_the_same(cluster: Cluster) -> None:
    assert collected(tasks.sums, SHARED, cluster.address) == EXPECTED


@pytest.mark.slow
def test_two_workers_over_tcp_count_pairs_of_the_engine_as_this_process_does(cluster: Cluster) -> None:
    ensemble = tasks.invented_ensemble(pairs=2)
    here = {pair: run_pair(ensemble, pair) for pair in range(2)}
    there: dict[int, Any] = {}
    run_tasks(run_pair, ensemble, [0, 1], cluster.address, there.__setitem__)
    for pair, counted in here.items():
        assert counted.keys() == there[pair].keys()
        # A moment that this small region does not have is not a number, here and there.
        for name, counts in counted.items():
            np.testing.assert_array_equal(counts, there[pair][name], err_msg=name)


@pytest.mark.slow
def test_a_worker_killed_on_a_cluster_costs_only_its_tasks(cluster: Cluster, tmp_path: Path) -> None:
    log = tmp_path / "log"
    shared = {**SHARED, "log": str(log), "seconds": 0.3}
    found: dict[int, float] = {}

    def keep(number: int, result: float) -> None:
        found[number] = result
        if len(found) == 1:
            cluster.workers[0].send_signal(signal.SIGKILL)

    run_tasks(tasks.logged, shared, NUMBERS, cluster.address, keep)
    assert found == EXPECTED
    done = [line.split() for line in log.read_text(encoding="utf-8").splitlines()]
    killed = str(cluster.workers[0].pid)
    again = {number for number, times in Counter(number for number, _ in done).items() if times > 1}
    assert again <= {number for number, process in done if process == killed}, "only what the killed worker had in hand"
    assert all(times == 1 for times in Counter(number for number, process in done if process != killed).values())


@pytest.mark.slow
def test_a_cluster_whose_workers_all_went_gets_the_world_again(cluster: Cluster, tmp_path: Path) -> None:
    shared = {**SHARED, "log": str(tmp_path / "log"), "seconds": 0.2}
    found: dict[int, float] = {}

    def keep(number: int, result: float) -> None:
        found[number] = result
        if len(found) == 1:
            for each in cluster.workers:
                each.send_signal(signal.SIGKILL)
            cluster.workers.append(cluster.worker())

    run_tasks(tasks.logged, shared, NUMBERS, cluster.address, keep)
    assert found == EXPECTED


def test_a_result_that_went_with_its_worker_is_left_to_be_done_again() -> None:
    """The task was finished, but its worker was gone when the result was fetched."""

    class Done:
        status = "finished"

        def __init__(self, number: int) -> None:
            self.number = number

        def add_done_callback(self, call: Callable[[Any], None]) -> None:
            call(self)

        def result(self) -> int:
            if self.number == 2:
                raise CancelledError
            return 10 * self.number

    class Client:
        def scatter(self, shared: list[Any], **_: Any) -> list[Any]:
            return shared

        def submit(self, work: Any, sent: Any, number: int, **_: Any) -> Done:
            return Done(number)

    assert dict(_from_cluster(Client(), tasks.sums, {}, [1, 2, 3], "ergens")) == {1: 10, 3: 30}


class Sending:
    """A client whose planner closes the connection so often, as it does when a worker goes while the world is sent."""

    def __init__(self, closed: int) -> None:
        self.closed = closed

    def scatter(self, shared: list[Any], **_: Any) -> list[Any]:
        self.closed -= 1
        if self.closed >= 0:
            raise CommClosedError
        return shared


def test_a_worker_that_goes_while_the_world_is_sent_has_it_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stadspeil.simulation.executing.PAUSE_SECONDS", 0)
    assert _sent(Sending(3), "wereld", "ergens") == "wereld"


def test_a_planner_that_takes_nothing_for_a_minute_ends_with_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stadspeil.simulation.executing.WORKERLESS_SECONDS", 0)
    with pytest.raises(StadspeilError, match="alle werkers zijn weg, of de planner is weg"):
        _sent(Sending(1), "wereld", "ergens")


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0, 3], ids=["in-the-midst", "when-all-is-done-but-not-fetched"])
def test_a_planner_that_goes_ends_with_words_and_keeps_what_is_done(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    with distributed.Client("tcp://" + cluster.address.removeprefix("dask://"), timeout=LONG) as first:
        first.wait_for_workers(2, timeout=LONG)
    # What is there answers soon; so long is waited for a planner that is not.
    monkeypatch.setattr("stadspeil.simulation.executing.CONNECT_SECONDS", 10)
    monkeypatch.setattr("stadspeil.simulation.executing.WORKERLESS_SECONDS", 1)
    found: dict[int, float] = {}

    def keep(number: int, result: float) -> None:
        found[number] = result
        time.sleep(seconds)
        cluster.scheduler.kill()

    with pytest.raises(StadspeilError, match="alle werkers zijn weg, of de planner is weg"):
        run_tasks(
            tasks.logged, {**SHARED, "log": str(tmp_path / "log"), "seconds": 0.2}, NUMBERS, cluster.address, keep
        )
    assert found
    assert found.items() <= EXPECTED.items()


@pytest.mark.slow
def test_workers_with_other_code_are_refused(tmp_path: Path) -> None:
    source = shutil.copytree(TESTS.parent / "src" / "stadspeil", tmp_path / "src" / "stadspeil")
    with (source / "errors.py").open("a", encoding="utf-8") as module:
        module.write("# Another version.\n")
    cluster = Cluster(tmp_path, 1, tmp_path / "src")
    try:
        with pytest.raises(QuestionError, match="andere versie"):
            collected(tasks.sums, SHARED, cluster.address)
    finally:
        cluster.stop()
