"""`stadspeil serve`: the site of a workspace, on this machine unless told otherwise."""

from __future__ import annotations

import contextlib
import http.client
import multiprocessing
import os
import signal
import socket
import tempfile
import threading
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from stadspeil.atlas.settings import Settings, read_settings
from stadspeil.atlas.site import Site
from stadspeil.catalogue import load_catalogue
from stadspeil.cli.screen import progress_bar, say
from stadspeil.cli.sessions import open_session
from stadspeil.errors import ContractError, QuestionError

_WORKSPACE, _ASKED, _SHARED = "STADSPEIL_SERVE_WORKSPACE", "STADSPEIL_SERVE_ASKED", "STADSPEIL_SERVE_SHARED"
# An address that means all of the machine's own is asked on the machine itself.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
_PATIENCE = 10.0


def serve_site(given: Path | None, asked: dict[str, Any]) -> None:
    """Prepare the results, then serve until stopped. A stop lets running answers end."""
    import uvicorn
    from uvicorn.config import STARTUP_FAILURE
    from uvicorn.supervisors import Multiprocess

    from stadspeil.analyses.store import made_by_another_version, refuse_older_results
    from stadspeil.atlas.appraised.benchmarks import prepare_benchmarks
    from stadspeil.atlas.preparing import prepare
    from stadspeil.atlas.surroundings import prepare_surroundings
    from stadspeil.atlas.tiles import prepare_maps
    from stadspeil.cli.connections import Prompt

    session = open_session(given)
    settings = read_settings(session.workspace.settings_file, **asked)
    refuse_older_results(session.workspace)
    if others := made_by_another_version(session.workspace):
        say(
            "let op: een andere versie van het programma maakte wat de site toont; de cijfers kunnen anders zijn dan die "
            f"van nu. Bijwerken: {' en '.join(f'stadspeil {each}' for each in others)}."
        )
    with progress_bar() as progress:
        prepare(session.workspace, session.catalogue, progress)
        prepare_surroundings(session.workspace, progress)
        prepare_benchmarks(session.workspace, session.catalogue, progress)
        prepare_maps(session.workspace, progress)
    if not settings.is_local:
        say(
            f"let op: de site luistert op {settings.host}, ook voor andere machines. Zet er een voordeur met https en "
            "inloggen voor, en noem in stadspeil.toml onder [atlas] hosts de namen waaronder hij bereikt mag worden."
        )
    _listen_once(settings)
    _share_machine(settings.workers)
    os.environ[_WORKSPACE] = str(session.workspace.root)
    os.environ[_ASKED] = repr({name: value for name, value in asked.items() if value is not None})
    config = uvicorn.Config(
        "stadspeil.cli.serving:app_of_worker", factory=True, http=Prompt, host=settings.host, port=settings.port,
        workers=settings.workers, access_log=False, log_level="warning", log_config=None, server_header=False,
        timeout_graceful_shutdown=20, timeout_keep_alive=15, timeout_worker_healthcheck=30, h11_max_incomplete_event_size=65536,
    )  # fmt: skip
    # A single worker has a process of its own too: what was needed to prepare the results stays out of it.
    workers = Multiprocess(config, sockets=[config.bind_socket()])
    threading.Thread(target=_say_where, args=(settings, workers.should_exit), daemon=True).start()
    with contextlib.ExitStack() as until_stopped:
        os.environ[_SHARED] = _folder_to_share(until_stopped) if settings.workers > 1 else ""
        workers.run()
    if any(each.exitcode == STARTUP_FAILURE for each in workers.processes):
        raise ContractError(
            "de site", "zij begon niet; het logboek hierboven zegt waar het misging",
            f"kijk de werkmap na met 'stadspeil check --workspace {session.workspace.root}'",
        )  # fmt: skip


def _folder_to_share(until_stopped: contextlib.ExitStack) -> str:
    """A folder that only we may read, for what one worker answered and the others give too; '' where none can be made."""
    try:
        return until_stopped.enter_context(tempfile.TemporaryDirectory(prefix="stadspeil-", ignore_cleanup_errors=True))
    except OSError:
        return ""


def _say_where(settings: Settings, stopped: threading.Event) -> None:
    """Say where the site is, once it answers: who clicks before that meets a site that is not there."""
    host = _EVERYWHERE.get(settings.host, settings.host)
    while not stopped.wait(0.1):
        line = http.client.HTTPConnection(host, settings.port, timeout=_PATIENCE)
        try:
            line.request("GET", "/gezond")
            line.getresponse().read()
        except (OSError, http.client.HTTPException):
            continue
        finally:
            line.close()
        say(f"de site staat op http://{_in_address(settings.host)}:{settings.port}/  (stoppen: Ctrl-C)")
        return


def _end_with(parent: BaseProcess) -> None:
    """End as by a stop when the process that began this one is there no more: nobody else would."""
    connection.wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


def _share_machine(workers: int) -> None:
    """Tell the libraries of the workers, before they are loaded, that each has a part of the machine."""
    told = {
        # A page asks many small questions; a thread per processor for each costs more than it gains.
        "POLARS_MAX_THREADS": str(max(1, (os.cpu_count() or 1) // workers)),
        # Memory that is no longer used goes back at once, instead of staying with the worker: first answers of several
        # kinds after each other held 80 MB more.
        "_RJEM_MALLOC_CONF": "dirty_decay_ms:0,muzzy_decay_ms:0",
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TRIM_THRESHOLD_": "65536",
    }
    for name, value in told.items():
        os.environ.setdefault(name, value)


def app_of_worker() -> Any:
    """The application in a worker process, which knows of its workspace by the environment."""
    import ast

    from stadspeil.atlas.app import create_app
    from stadspeil.atlas.logs import log_to_stderr
    from stadspeil.atlas.sharing import Shared
    from stadspeil.workspace import Workspace

    log_to_stderr()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    workspace = Workspace(Path(os.environ[_WORKSPACE]))
    settings: Settings = read_settings(workspace.settings_file, **ast.literal_eval(os.environ[_ASKED]))
    site = Site(workspace, load_catalogue(own=workspace.own_catalogue), settings)
    folder = os.environ[_SHARED]
    return create_app(site, Shared(Path(folder)) if folder else None)


def _listen_once(settings: Settings) -> None:
    """Try the address before anything is started on it.

    Raises:  QuestionError if it is taken or not ours.
    """
    try:
        family, kind, _, _, where = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(where)
    except OSError as fault:
        raise QuestionError(
            f"adres {settings.host}, poort {settings.port}",
            f"de site kan hier niet luisteren ({fault.strerror or fault})",
            "stop wat daar al luistert, of kies een andere poort met --port",
        ) from fault


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
