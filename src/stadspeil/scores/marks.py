"""The report mark: a linear scale from 3 to 10, stretched until all areas together average exactly 6.5.

Formula and reason: docs/decisions/0002-report-mark.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Direction

SIGNS = {"higher_is_better": 1.0, "lower_is_better": -1.0}
# Differences this small beside the values themselves are the rounding of the computer, not of the world.
SAME = 1e-12
# One value far from all others would stretch the rest without end, and blow up differences that mean nothing.
WIDEST = 1e4


@dataclass(frozen=True)
class MarkRules:
    """What the marks of all areas together must be."""

    mean: float = 6.5
    sd: float = 1.25
    lowest: float = 3.0
    highest: float = 10.0


@dataclass(frozen=True)
class MarkScale:
    """A fitted scale: mark = clip(shift + stretch * (value - centre) / width)."""

    centre: float
    width: float
    shift: float
    stretch: float
    rules: MarkRules

    def marks(self, values: np.ndarray) -> np.ndarray:
        """Marks of values on this scale, also of values that it was not fitted on. No value, no mark."""
        steps = self.stretch * ((values - self.centre) / self.width) if self.stretch else values * 0.0
        return np.clip(self.shift + steps, self.rules.lowest, self.rules.highest)

    def spread_of_marks(self, spread: np.ndarray) -> np.ndarray:
        """Standard errors of marks from those of values, as if the limits were not there; unknown stays unknown."""
        return np.abs(self.stretch) / self.width * spread


def mark_rules(catalogue: Catalogue) -> MarkRules:
    """The rules as the catalogue's parameters give them."""
    return MarkRules(
        mean=catalogue.parameter("mark_mean"),
        sd=catalogue.parameter("mark_sd"),
        lowest=catalogue.parameter("mark_min"),
        highest=catalogue.parameter("mark_max"),
    )


def report_mark(values: np.ndarray, direction: Direction, rules: MarkRules = MarkRules()) -> np.ndarray:
    """Marks of all areas of a level: average exactly 6.5, spread 1.25 where the limits allow it.

    Missing values stay missing and change nobody's mark. A neutral direction gives no marks at all.
    """
    scale = fit_scale(values, direction, rules)
    return np.full(len(values), np.nan) if scale is None else scale.marks(values)


def fit_scale(values: np.ndarray, direction: Direction, rules: MarkRules = MarkRules()) -> MarkScale | None:
    """The scale on which these values have the wanted mean and spread; None if neutral or without values."""
    known = values[~np.isnan(values)]
    if direction == "neutral" or not known.size:
        return None
    largest = float(np.abs(known).max())
    if np.ptp(known) <= SAME * largest:
        return MarkScale(0.0, 1.0, rules.mean, 0.0, rules)
    centre = float(known.mean())
    width = float((known - centre).std())
    shift, stretch = _solve(SIGNS[direction] * (known - centre) / width, rules)
    return MarkScale(centre, width, shift, SIGNS[direction] * stretch, rules)


def _solve(z: np.ndarray, rules: MarkRules) -> tuple[float, float]:
    """Shift and stretch at which clip(shift + stretch * z) has the wanted mean and standard deviation.

    For each stretch one shift gives the mean; along those, more stretch is a mean-preserving spread, so the
    standard deviation only grows. Two nested searches therefore find the answer, if there is one.
    """
    if rules.mean + rules.sd * z.min() >= rules.lowest and rules.mean + rules.sd * z.max() <= rules.highest:
        return rules.mean, rules.sd

    def marks(shift: float, stretch: float) -> np.ndarray:
        return np.clip(shift + stretch * z, rules.lowest, rules.highest)

    def shift_for(stretch: float) -> float:
        low, high = rules.lowest - stretch * z.max(), rules.highest - stretch * z.min()
        return _root(lambda shift: float(marks(shift, stretch).mean()) - rules.mean, low, high)

    def excess(stretch: float) -> float:
        return float(marks(shift_for(stretch), stretch).std()) - rules.sd

    # The limits take spread away, so the answer lies at or above the wanted spread itself.
    low, high = rules.sd, 2 * rules.sd
    while excess(high) < 0:
        low, high = high, 4 * high
        if high > WIDEST * rules.sd:
            return shift_for(low), low
    stretch = _root(excess, low, high)
    return shift_for(stretch), stretch


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses zero between two points: false position, Illinois variant."""
    below, above = function(low), function(high)
    if below >= 0:
        return low
    if above <= 0:
        return high
    side = 0
    for _ in range(200):
        middle = (low * above - high * below) / (above - below)
        if not low < middle < high:
            middle = (low + high) / 2
        found = function(middle)
        if abs(found) < 1e-13 or not low < middle < high:
            return middle
        if found < 0:
            low, below, above, side = middle, found, above / 2 if side < 0 else above, -1
        else:
            high, above, below, side = middle, found, below / 2 if side > 0 else below, 1
    return (low + high) / 2
