"""Where the work of many pairs is done: here, on a pool of processes, or on a Dask cluster. The result is the same.

A task is a number; what all tasks share (the world) travels once to each worker. A worker that is lost costs the
tasks that it had in hand: they are handed out again. Results are kept by number, so that no order of completion shows.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from typing import Any

from stadspeil.errors import QuestionError, StadspeilError

Work = Callable[[Any, int], Any]
Done = Callable[[int, Any], None]
# So often may workers be lost in a row without one task coming back, before the work itself is to blame.
MOST_LOSSES = 3
CONNECT_SECONDS, WORKERLESS_SECONDS, POLL_SECONDS, PAUSE_SECONDS = 30, 60, 5, 0.5
_FORMS = "serial, processes, processes:4, dask://host:poort"


def run_tasks(work: Work, shared: Any, numbers: Sequence[int], executor: str, done: Done) -> None:
    """Run `work(shared, number)` for each number and hand each result to `done` as it comes.

    Raises:  QuestionError for an executor that there is not, or a cluster that does not answer or runs another version;
             StadspeilError where workers are lost time after time. What `work` raises is raised here.
    """
    kind, _, rest = executor.partition(":")
    if not numbers and kind in ("serial", "processes", "dask"):
        return
    if executor == "serial":
        for number in numbers:
            done(number, work(shared, number))
    elif kind == "processes":
        _on_processes(work, shared, numbers, _workers(executor, rest, len(numbers)), done)
    elif executor.startswith("dask://"):
        _on_dask(work, shared, numbers, executor.removeprefix("dask://"), done)
    else:
        raise QuestionError(f"--executor {executor}", "bestaat niet", f"kies uit {_FORMS}")


def workers_of(executor: str, tasks: int) -> int:
    """How many tasks an executor does at once, as far as can be known here."""
    kind, _, rest = executor.partition(":")
    return _workers(executor, rest, tasks) if kind == "processes" else 1


def _workers(executor: str, rest: str, tasks: int) -> int:
    if rest and not (rest.isdecimal() and int(rest) > 0):
        raise QuestionError(f"--executor {executor}", f"'{rest}' is geen aantal processen", f"kies uit {_FORMS}")
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(min(int(rest) if rest else here, tasks), 1)


# What a process of the pool works with, set as it starts.
_IN_HAND: list[tuple[Work, Any]] = []


def _take_up(work: Work, shared: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _IN_HAND[:] = [(work, shared)]
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), daemon=True).start()


def _leave_with(sentinel: int) -> None:
    """A worker whose parent was killed would wait for ever."""
    connection.wait([sentinel])
    os._exit(1)


def _do(number: int) -> Any:
    work, shared = _IN_HAND[0]
    return work(shared, number)


def _on_processes(work: Work, shared: Any, numbers: Sequence[int], workers: int, done: Done) -> None:
    left, losses = list(numbers), 0
    while left:
        before = len(left)
        try:
            with _pool(work, shared, workers) as pool:
                waiting = {pool.submit(_do, number): number for number in left}
                for number, result in _as_they_come(waiting):
                    done(number, result)
                    left.remove(number)
        except BrokenProcessPool as fault:
            losses = losses + 1 if len(left) == before else 0
            if losses >= MOST_LOSSES:
                raise _lost(left) from fault


@contextlib.contextmanager
def _pool(work: Work, shared: Any, workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes end with the block, also when it is broken off."""
    # Fresh processes: a forked one would hold the locks of threads that it does not have.
    fresh = multiprocessing.get_context("spawn")
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, mp_context=fresh, initializer=_take_up, initargs=(work, shared))
    try:
        yield pool
    except BaseException:
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _as_they_come(waiting: dict[Future[Any], int]) -> Iterator[tuple[int, Any]]:
    """Results as they are ready. Where a pool breaks, those that were ready come first."""
    pending = set(waiting)
    while pending:
        ready, pending = wait(pending, return_when=FIRST_COMPLETED)
        broken: BaseException | None = None
        for future in ready:
            fault = future.exception()
            if isinstance(fault, BrokenProcessPool):
                broken = fault
            elif fault is not None:
                raise fault
            else:
                yield waiting[future], future.result()
        if broken is not None:
            raise broken


def _lost(left: Sequence[int]) -> StadspeilError:
    return StadspeilError(
        "de simulatie",
        f"{MOST_LOSSES} keer achter elkaar vielen alle werkers uit; {len(left)} paren zijn niet klaar",
        "kijk of er geheugen genoeg is, of vraag minder processen (--executor processes:1); wat klaar is blijft bewaard",
    )


def _on_dask(work: Work, shared: Any, numbers: Sequence[int], address: str, done: Done) -> None:
    try:
        import distributed
    except ModuleNotFoundError as fault:
        raise QuestionError(
            f"--executor dask://{address}", "het pakket distributed is hier niet", "pip install 'stadspeil[cluster]'"
        ) from fault
    try:
        client = distributed.Client(  # type: ignore[no-untyped-call]
            f"tcp://{address}", set_as_default=False, timeout=CONNECT_SECONDS
        )
    except (OSError, ValueError) as fault:
        raise QuestionError(
            f"--executor dask://{address}", f"de planner antwoordt niet ({fault})",
            "start hem met 'dask scheduler', en werkers met 'dask worker host:poort', of noem het juiste adres",
        ) from fault  # fmt: skip
    with client:
        _same_version(client, address)
        left, losses = list(numbers), 0
        while left:
            before = len(left)
            for number, result in _from_cluster(client, work, shared, list(left), address):
                done(number, result)
                left.remove(number)
            losses = losses + 1 if len(left) == before else 0
            if losses >= MOST_LOSSES:
                raise _lost(left)


def _same_version(client: Any, address: str) -> None:
    """Refuse workers that run other code: their pairs would not be ours."""
    from stadspeil.workspace import code_fingerprint

    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as fault:
        raise QuestionError(
            f"--executor dask://{address}", "er zijn geen werkers", f"start er een met 'dask worker {address}'"
        ) from fault
    try:
        told = client.run(code_fingerprint)
    except ModuleNotFoundError as fault:
        raise QuestionError(
            f"--executor dask://{address}", "Stadspeil staat niet bij alle werkers", "installeer het ook daar"
        ) from fault
    other = sorted(worker for worker, found in told.items() if found != code_fingerprint())
    if other:
        raise QuestionError(
            f"--executor dask://{address}", f"werkers draaien een andere versie van Stadspeil: {', '.join(other)}",
            "installeer daar dezelfde versie",
        )  # fmt: skip


def _from_cluster(
    client: Any, work: Work, shared: Any, numbers: Sequence[int], address: str
) -> Iterator[tuple[int, Any]]:
    """Results as they come. Tasks that the cluster gave up, because workers were lost, are not among them."""
    from distributed.scheduler import KilledWorker

    sent = _sent(client, shared, address)
    run = uuid.uuid4().hex
    futures = {
        client.submit(work, sent, number, key=f"stadspeil-{run}-{number}", pure=False): number for number in numbers
    }
    ready: queue.SimpleQueue[Any] = queue.SimpleQueue()
    for future in futures:
        future.add_done_callback(ready.put)
    to_come, alone = len(futures), 0
    while to_come:
        try:
            future = ready.get(timeout=POLL_SECONDS)
        except queue.Empty:
            alone = 0 if client.scheduler_info()["workers"] else alone + POLL_SECONDS
            if alone >= WORKERLESS_SECONDS:
                raise _gone(address) from None
            continue
        to_come -= 1
        if future.status == "finished":
            try:
                result = future.result()
            except (CancelledError, OSError):
                # Its worker went with the result before it was fetched, or the planner did.
                continue
            yield futures[future], result
        elif future.status == "error" and not isinstance(future.exception(), KilledWorker):
            raise future.exception()


def _sent(client: Any, shared: Any, address: str) -> Any:
    """What all tasks share, with each worker that is there.

    Where a worker goes while it is sent, the planner closes the connection of who asked: so it is asked again.
    """
    until = time.monotonic() + WORKERLESS_SECONDS
    while True:
        try:
            # In a list: a mapping by itself would be sent value by value.
            (sent,) = client.scatter([shared], broadcast=True, hash=False)
        except OSError as fault:
            if time.monotonic() >= until:
                raise _gone(address) from fault
            time.sleep(PAUSE_SECONDS)
        else:
            return sent


def _gone(address: str) -> StadspeilError:
    return StadspeilError(
        f"--executor dask://{address}", "alle werkers zijn weg, of de planner is weg",
        "start ze opnieuw en herhaal de opdracht; wat klaar is blijft bewaard",
    )  # fmt: skip
