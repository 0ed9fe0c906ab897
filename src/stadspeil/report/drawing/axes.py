"""Scales of a drawing: from a number to a place on the sheet, and the ticks beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """A straight scale: `low` stands at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value stands; beyond the ends it is not held back."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return self.start + share * (self.end - self.start)

    def held(self, value: float) -> float:
        """Where a value stands, at the end of the scale where it lies beyond."""
        return self(min(max(value, self.low), self.high))


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers between two bounds, at most about so many."""
    if high <= low:
        return [low]
    size = step_of((high - low) / max(1, most - 1))
    first = math.ceil(low / size - 1e-9)
    last = math.floor(high / size + 1e-9)
    return [round(number * size, 10) for number in range(first, last + 1)]


def step_of(wanted: float) -> float:
    """The round step that is at least the wanted one: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(power * each for each in _STEPS if power * each >= wanted * (1 - 1e-9))


def bounds(values: Iterable[float], least: float = 0.0) -> tuple[float, float]:
    """Bounds around values with a little air, at least `least` apart."""
    found = list(values)
    low, high = min(found), max(found)
    short = max(0.0, least - (high - low))
    air = 0.06 * max(high - low, least, 1e-9)
    return low - short / 2 - air, high + short / 2 + air


def decimals_of(step: float) -> int:
    """How many decimals a step needs to be told apart."""
    return next((number for number in range(6) if abs(round(step, number) - step) < 1e-9), 6)
