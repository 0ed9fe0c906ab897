"""How the households of towns changed, and what brought it: the second tier run over the years that were published.

Chances per class are those of the country (`transitions`); where heads of an age band are older than elsewhere, as is
published by five years, more of them grow out of it. Room is what was built and what homes came to hold, distance
does what the published moves say. Two things are then set to what was seen: how many stay within their gemeente, and the
taste of each class for each gemeente, by contraction, until the town ends as it did. What is left is told as unexplained.

Taste takes up all else in which a town differs from the country, also that its people have more children or die later:
that counts here as allocation. Public figures cannot tell the two apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.flows import FACTORS, History, Land, Rates, run_history, shares_of_change
from stadspeil.simulation.household_figures import HouseholdFigures
from stadspeil.simulation.rules import Rules
from stadspeil.simulation.transitions import BANDS, CLASSES, chances_by_area, fitted_chances, prior_chances

Floats = NDArray[np.float64]
DOORS = ("veroudering", "opheffing", "vorming", "komst", "vertrek")
CAUSES = ("veroudering", *FACTORS)
UNEXPLAINED = "niet verklaard"
_ROUNDS, _CLOSE, _SUMS = 30, 0.002, 1e-5
# A taste moves by a part of what it misses by: neighbors pull on the same households.
_STEP, _MOST = 0.8, 30.0
_LEAST_HOUSEHOLDS = 5.0


@dataclass(frozen=True)
class Told:
    """The change of households [m, c] over all years: by door and by cause, each with what is unexplained.

    history  the run    miss  largest part of the households of a gemeente and class (of 50 or more) that is unexplained
    """

    doors: dict[str, Floats]
    causes: dict[str, Floats]
    history: History
    miss: float


def told_history(figures: HouseholdFigures, rules: Rules, moving: Floats, *, causes: bool = True) -> Told:
    """The history under one set of beliefs.

    moving [bands]  chance to move in a year by age band of the head      causes  without them: doors alone, much faster
    """
    land, rates = _beginning(figures, rules, moving)
    wanted = figures.households[-1]
    history = run_history(land, rates, strict=False, close=_SUMS)
    best, nearest = (land, history), np.inf
    for _ in range(_ROUNDS):
        miss = _missed(history.households[-1], wanted)
        if miss < nearest:
            best, nearest = (land, history), miss
        if miss < _CLOSE:
            break
        land = _nearer(land, history, figures)
        history = run_history(land, rates, strict=False, close=_SUMS)
    land, history = best
    change = wanted - figures.households[0]
    left = wanted - history.households[-1]
    shares = shares_of_change(land, rates, close=_SUMS) if causes else {}
    by_cause = {**shares, UNEXPLAINED: change - sum(shares.values())} if causes else {}
    return Told({**history.doors(), UNEXPLAINED: left}, by_cause, history, nearest)


def _beginning(figures: HouseholdFigures, rules: Rules, moving: Floats) -> tuple[Land, Rates]:
    """Land and rates before taste is known. Room: homes by what they held at the start of the year, and what they hold more."""
    becomes, forms = fitted_chances(prior_chances(rules), figures.households.sum(axis=1))
    totals = figures.households.sum(axis=2)
    held = totals[:-1] / np.maximum(figures.homes[:-1], 1.0)
    more = np.diff(figures.homes, axis=0) * held
    areas = len(figures.codes)
    land = Land(
        households=figures.households[0], empty=np.zeros(areas), built=np.maximum(more, 0.0), withdrawn=np.maximum(-more, 0.0),
        friction=figures.friction[None].copy(), group=np.zeros(CLASSES, dtype=np.intp), taste=np.ones((areas, CLASSES)),
        fuller=np.diff(totals, axis=0) - more,
    )  # fmt: skip
    return land, Rates(chances_by_area(becomes, figures.older), forms, np.tile(moving, CLASSES // BANDS))


def _nearer(land: Land, history: History, figures: HouseholdFigures) -> Land:
    """Tastes and nearness set a step towards what was seen."""
    made, wanted = history.households[-1], figures.households[-1]
    # Arrivals are what taste acts upon: a class of which few came needs a larger step to be as much more.
    came = (history.terms["komst"] + history.terms["vorming"]).sum(axis=0)
    short = (wanted - made) / np.maximum(came, _LEAST_HOUSEHOLDS)
    taste = land.taste * np.exp(_STEP * np.clip(short, -1.0, 1.0))
    taste = np.clip(taste / np.exp(np.log(taste).mean(axis=0, keepdims=True)), 1 / _MOST, _MOST)
    friction = land.friction.copy()
    known = np.isfinite(figures.within) & (figures.within > 0) & (figures.within < 1)
    sought = history.formed.sum(axis=(0, 2)) - history.terms["vertrek"].sum(axis=(0, 2))
    stayed = history.inside.sum(axis=(0, 2)) / np.maximum(sought, 1e-9)
    odds = np.where(known, figures.within, 0.5) / (1 - np.where(known, figures.within, 0.5))
    found = np.clip(stayed, 1e-6, 1 - 1e-6)
    factor = np.where(known, (odds / (found / (1 - found))) ** _STEP, 1.0)
    own = np.arange(len(factor))
    friction[:, own, own] *= factor
    return replace(land, taste=taste, friction=friction)


def _missed(made: Floats, wanted: Floats) -> float:
    large = wanted >= 50
    return float(np.abs(made[large] / wanted[large] - 1).max(initial=0.0))
