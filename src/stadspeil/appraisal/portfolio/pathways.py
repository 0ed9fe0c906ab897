"""Plans that wait for a figure: when its trigger falls, whether there is still time, and what waiting is worth.

Dynamic adaptive policy pathways (Haasnoot e.a. 2013): an action has a signpost, a value at which it is triggered, a lead
time, and a year after which it no longer helps. The signposts are indicators of the yearly monitor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stadspeil.appraisal.portfolio.problem import NOT_STARTED, Bools, Floats, Ints
from stadspeil.catalogue.agenda_checks import trigger_of
from stadspeil.errors import QuestionError


@dataclass(frozen=True)
class Trigger:
    """An indicator that passes a bound."""

    indicator: str
    side: str
    bound: float

    def holds(self, values: Floats) -> Bools:
        """Whether each value lies past the bound; what is unknown does not."""
        return values < self.bound if self.side == "<" else values > self.bound


@dataclass(frozen=True)
class Waiting:
    """What waiting for a trigger is worth against the best fixed plan, in euros.

    waits      mean value of acting when the trigger falls        committed  of the best year to act whatever happens, or never
    year       that best year, NOT_STARTED for never              acts       share of draws in which waiting leads to acting
    """

    waits: float
    committed: float
    year: int
    acts: float

    @property
    def option(self) -> float:
        """The real option value: below zero where waiting costs more than it spares."""
        return self.waits - self.committed


def trigger_from(text: str) -> Trigger:
    """A trigger as it is written: 'indicator < value' or '>'.

    Raises:  QuestionError for what is none.
    """
    read = trigger_of(text)
    if read is None:
        raise QuestionError(
            f"trigger '{text}'", "verwacht 'indicator < getal' of 'indicator > getal'", "schrijf de trigger anders"
        )
    return Trigger(*read)


def paths_of(
    last: float, last_year: int, slope: float, error: float, years: Ints, draws: int, rng: np.random.Generator
) -> Floats:
    """S x Y paths of an indicator: a straight line on from its last value, with an error of the slope and yearly noise.

    `error` is the standard deviation of a step of one year: half its variance is drawn as drift that lasts, half as
    steps that add up. A line and a walk, no forecast.
    """
    ahead = (years - last_year).astype(np.float64)
    drift = rng.normal(0.0, error / np.sqrt(2), size=(draws, 1))
    steps = rng.normal(0.0, error / np.sqrt(2), size=(draws, int(max(ahead.max(initial=1.0), 1.0))))
    walked = np.concatenate([np.zeros((draws, 1)), np.cumsum(steps, axis=1)], axis=1)
    at = np.clip(ahead, 0, None).astype(np.int64)
    return last + (slope + drift) * ahead[None, :] + walked[:, at]


def fallen(trigger: Trigger, paths: Floats) -> Ints:
    """S: the first year (number) in which the trigger holds, NOT_STARTED where it never does."""
    holds = trigger.holds(paths)
    return np.where(holds.any(axis=1), holds.argmax(axis=1), NOT_STARTED).astype(np.int64)


def chances(trigger: Trigger, paths: Floats) -> Floats:
    """Y: chance that the trigger has fallen by the end of each year, from draws."""
    return np.maximum.accumulate(trigger.holds(paths), axis=1).mean(axis=0)


def in_time(years: Ints, lead: int, sell_by: int | None, horizon: int) -> Bools:
    """Whether an action decided in each year still has its effect by its sell-by year and within the horizon."""
    last = horizon - 1 if sell_by is None else min(sell_by, horizon - 1)
    return (years >= 0) & (years + lead <= last)


def waiting(values: Floats, fell: Ints, lead: int = 0, sell_by: int | None = None) -> Waiting:
    """What it is worth to wait for the trigger.

    Shape:   values S x T: what it is worth, in each draw, to decide in each year, whatever the trigger does (what is
             only useful where the problem comes must have that in its values); fell S.
    Who waits acts in the year of the trigger, unless acting after it loses money on average or comes too late.
    """
    draws, years = values.shape
    fixed = values.mean(axis=0)
    able = in_time(np.arange(years), lead, sell_by, years)
    fixed = np.where(able, fixed, -np.inf)
    best = int(np.argmax(fixed)) if able.any() else NOT_STARTED
    committed = max(0.0, float(fixed[best])) if best >= 0 else 0.0
    total, acted = 0.0, 0
    for year in np.flatnonzero(able):
        here = fell == year
        if here.any() and values[here, year].mean() > 0:
            total += float(values[here, year].sum())
            acted += int(here.sum())
    return Waiting(total / draws, committed, best if committed > 0 else NOT_STARTED, acted / draws)
