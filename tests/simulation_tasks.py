"""Tasks for the tests of executors: importable by workers in processes of their own."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from stadspeil.errors import QuestionError


def sums(shared: Any, number: int) -> float:
    """A figure that depends on what is shared and on the number alone."""
    time.sleep(0.01 * (number % 3))
    return float(shared["weights"].sum()) * number


def dies_once(shared: Any, number: int) -> float:
    """Kills its own process the first time that number 2 is done."""
    mark = Path(shared["mark"])
    if number == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return sums(shared, number)


def always_dies(shared: Any, number: int) -> float:
    """Kills its own process."""
    os.kill(os.getpid(), signal.SIGKILL)
    return 0.0


def refuses(shared: Any, number: int) -> float:
    """Raises one of our own errors."""
    raise QuestionError("taak", [f"nummer {number} kan niet", "en dit ook niet"], "laat het")


def logged(shared: Any, number: int) -> float:
    """Leaves a line per time that it was done."""
    with Path(shared["log"]).open("a", encoding="utf-8") as log:
        log.write(f"{number}\n")
    time.sleep(shared.get("seconds", 0.0))
    return sums(shared, number)
