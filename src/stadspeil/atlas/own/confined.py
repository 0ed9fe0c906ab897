"""Reading a workbook in a process apart, from the side of the site: it waits so long, and knows what an end may mean."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Literal

from stadspeil.atlas.unwelcome import Unwelcome
from stadspeil.workspace import Workspace

LOG = logging.getLogger("stadspeil.atlas")
SECONDS = 90.0
# A workbook at a time and one that waits is what a small machine can bear.
_AT_ONCE = threading.BoundedSemaphore(2)
_PACKAGE = Path(__file__).parents[3]
_LARGEST_ANSWER = 4_000_000


def ask_apart(
    verb: Literal["judge", "keep"], content: bytes, file_name: str, workspace: Workspace, seconds: float = SECONDS
) -> dict[str, Any]:
    """The answer of the process that reads a workbook.

    A process that is killed by its limits, or that says nothing sensible, is an answer with one problem in plain words.
    Raises:  Unwelcome while others are being read.
    """
    if not _AT_ONCE.acquire(blocking=False):
        raise Unwelcome(
            503, "werkboek", "er worden al andere werkboeken gelezen", "probeer het over een minuut opnieuw"
        )
    try:
        return _asked(verb, content, file_name, workspace, seconds)
    finally:
        _AT_ONCE.release()


def _asked(verb: str, content: bytes, file_name: str, workspace: Workspace, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "stadspeil.atlas.own.child", verb, str(workspace.root), file_name]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=seconds, env=_surroundings(), check=False,
            cwd=workspace.root,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return _ended(f"het lezen duurde langer dan {seconds:.0f} seconden")
    if done.returncode != 0 or len(done.stdout) > _LARGEST_ANSWER:
        # What it said last is for the log of the installation; it may hold cells, so only its kind is told there.
        LOG.error("reading a workbook ended with %s: %s", done.returncode, _last_line(done.stderr))
        return _ended("het lezen is afgebroken; het werkboek is te groot, te ingewikkeld of beschadigd")
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return _ended("het lezen gaf geen antwoord")
    return answer if isinstance(answer, dict) else _ended("het lezen gaf geen antwoord")


def _ended(problem: str) -> dict[str, Any]:
    remedy = "neem het sjabloon opnieuw en plak er alleen uw cijfers in"
    return {"problems": [{"sheet": "", "cell": "", "wrong": problem, "remedy": remedy}]}


def _last_line(told: bytes) -> str:
    lines = told.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].partition(":")[0][:80] if lines else "no words"


def _surroundings() -> dict[str, str]:
    """The environment of the process: where our package is, and nothing that is ours to keep."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(_PACKAGE), "PYTHONUTF8": "1", "POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1"}
