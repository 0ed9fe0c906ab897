"""What all tests share: the folder of real files, where there is one, one demo, and quiet, repeatable Hypothesis."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
Command = Callable[..., "subprocess.CompletedProcess[str]"]

# Workers share the cores already: a sixth less work than with threads that wait for each other. It counts for who asks before
# Polars is imported; the demo and every process of its own has as many threads as with a user.
ONE_THREAD = "POLARS_MAX_THREADS"
if os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ.setdefault(ONE_THREAD, "1")

# Machines differ in speed and CI must not depend on luck.
settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("home", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "home")


# The first makes the demo. The others, and then all files of these folders, have enough to do without one until it is there,
# and until it has compiled the simulation for all.
BESIDE_DEMO = (
    "test_demo_run.py", "test_country_run.py", "test_publishers_faults.py", "test_fuzz_readers.py", "test_planted_worlds.py",
    "test_nieuwland_files.py", "test_moves_published.py", "test_hidden_buurten_are_found.py", "test_real_files_pass.py",
    "test_wide.py", "test_nieuwland_is_read.py", "test_of_all_areas.py",
)  # fmt: skip
WITHOUT_DEMO = ("published", "properties", "faults", "house", "catalogue")
# Files that take long begin first, or at the end one worker waits for the others.
LONGEST = (
    "test_every_page.py", "test_guarding.py", "test_downloads.py", "test_demo_documents.py", "test_without.py",
    "test_map_troubles.py", "test_executing.py", "test_pairs.py", "test_addresses.py", "test_own.py", "test_keyboard.py",
    "test_map.py",
)  # fmt: skip


def turn(path: Path) -> tuple[int, int]:
    """Where a file stands among all that are to be run; equal ones stay as they are."""
    for group, names in ((0, BESIDE_DEMO), (2, LONGEST)):
        if path.name in names:
            return group, names.index(path.name)
    return (1, 0) if path.relative_to(ROOT / "tests").parts[0] in WITHOUT_DEMO else (3, 0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files in front; the order within a file stays. Workers keep it by --no-loadscope-reorder.

    What needs a demo is slow: making one takes a minute and a half.
    """
    for item in items:
        if "demo" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: turn(item.path))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with publishers' files beside the checkout. They are not ours to commit."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real files are not here: {folder} does not exist")
    return folder


@pytest.fixture(scope="session")
def real_data(shared_data: Path) -> Path:
    """The four real files (and a column list) of the issue's real-input block."""
    folder = shared_data / "real"
    if not folder.is_dir():
        pytest.skip(f"real files are not here: {folder} does not exist")
    return folder


@pytest.fixture(scope="session")
def stadspeil_process() -> Command:
    """Run the command as a user does: a process of its own, in a folder of its own."""

    def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from stadspeil.cli import main; main()", *map(str, words)]
        own = {name: value for name, value in os.environ.items() if name != ONE_THREAD}
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=own, check=False)

    return run


def _weighed(workspace: Path) -> None:
    """Give a demo that was made before there were trade-offs its own."""
    from stadspeil.cli.demo import weigh_in_demo
    from stadspeil.cli.sessions import open_session
    from stadspeil.simulation.weighed import weighed_towns

    session = open_session(workspace)
    if not weighed_towns(session.workspace):
        weigh_in_demo(session)


def _appraised(workspace: Path) -> None:
    """Give a demo that was made before there were packages its own, and what comes out of them."""
    from stadspeil.appraisal.store import appraised
    from stadspeil.cli.demo import appraise_in_demo
    from stadspeil.cli.sessions import open_session
    from stadspeil.sources.nieuwland.case_files import case_files

    if appraised(open_session(workspace).workspace):
        return
    for name, text in case_files().items():
        path = workspace / "catalogue" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    appraise_in_demo(open_session(workspace), lambda *_: None)


@pytest.fixture(scope="session")
def stadspeil() -> Command:
    """Give the command its words in this process: starting one costs two seconds, most of them for what is imported."""
    from typed_command import answer_of

    return answer_of


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what is made once for all workers, behind a lock."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def demo(stadspeil_process: Command, made_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo run: made once for all workers, then a copy for each.

    STADSPEIL_DEMO names one that was made before, for who runs a few tests again and again.
    """
    before = os.environ.get("STADSPEIL_DEMO")
    if before:
        copy = Path(shutil.copytree(before, tmp_path_factory.mktemp("demo") / "demo"))
        _weighed(copy / "werkmap")
        _appraised(copy / "werkmap")
        return copy
    with FileLock(made_once / "demo.lock"):
        if not (made_once / "demo-made" / "made").exists():
            done = stadspeil_process("demo", "--folder", made_once / "demo-made" / "demo")
            if done.returncode != 0:
                pytest.fail(f"stadspeil demo ended with {done.returncode}:\n{done.stderr}")
            (made_once / "demo-made" / "made").touch()
    return Path(shutil.copytree(made_once / "demo-made" / "demo", tmp_path_factory.mktemp("demo") / "demo"))
