"""Waiting for a thing itself, not for a time in which it mostly happens: a machine may be many times slower than the next."""

from __future__ import annotations

import time
from collections.abc import Callable

# Costs nothing where all is well: who waits goes on as soon as it is there.
LONG = 300.0


def until(
    holds: Callable[[], object], missing: Callable[[], str] = lambda: "it did not come", pause: float = 0.05
) -> None:
    """Wait until something holds; after minutes fail and say what `missing` tells, as what a process wrote last.

    pause  seconds between two looks: what is looked at all the time may get no time to happen.
    """
    end = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < end, missing()
        time.sleep(pause)
