"""One demo for all tests of the command: the whole way, once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def stadspeil() -> Command:
    """Run the command as a user does: a process of its own, in a folder of its own."""

    def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from stadspeil.cli import main; main()", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, check=False)

    return run


@pytest.fixture(scope="session")
def demo(stadspeil: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo run."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    done = stadspeil("demo", "--folder", folder)
    if done.returncode != 0:
        pytest.fail(f"stadspeil demo ended with {done.returncode}:\n{done.stderr}")
    return folder
