"""Who comes and who goes, beyond how many: the selectivity index with its interval, and who leaves sooner than elsewhere.

The index of a group is ln[(I_c/I) / (O_c/O)]: above zero the group has a larger part among who comes than among who
goes. Swapping in and out turns its sign and nothing else. The index says nothing of why: a town may draw few of the
better-off, or lose many. Whether they *leave* sooner than elsewhere is asked of the chance to leave, beside that of the
town's middle group and of the other gemeenten.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Two-sided 95 %.
NORMAL_95 = 1.959964
_FEWEST_OTHERS = 5
# From half the absolute deviations to a standard deviation, of a normal spread.
_MAD = 1.4826


@dataclass(frozen=True)
class Index:
    """A number with the interval that chance alone leaves, 95 %."""

    value: float
    low: float
    high: float

    @property
    def error(self) -> float:
        """Half of the interval as a standard error."""
        return (self.high - self.low) / (2 * NORMAL_95)


def selectivity(arrived: float, all_arrived: float, left: float, all_left: float) -> Index | None:
    """The selectivity index of one group, with its interval by the delta method on multinomial shares.

    Where the group or the rest is empty on one side, half a person is added to each so that the index exists.

    Returns: None if nobody came or nobody left.
    """
    if all_arrived <= 0 or all_left <= 0:
        return None
    cells = np.array([arrived, all_arrived - arrived, left, all_left - left])
    if (cells <= 0).any():
        cells = cells + 0.5
    came, went = cells[0] / cells[:2].sum(), cells[2] / cells[2:].sum()
    variance = 1 / cells[0] - 1 / cells[:2].sum() + 1 / cells[2] - 1 / cells[2:].sum()
    value, half = float(np.log(came / went)), NORMAL_95 * float(np.sqrt(variance))
    return Index(value, value - half, value + half)


def selectivity_verdict(index: Index | None) -> str:
    """In Dutch words what the interval allows to say."""
    if index is None:
        return "niet te berekenen"
    if index.low > 0:
        return "weegt zwaarder onder wie komt"
    return "weegt zwaarder onder wie gaat" if index.high < 0 else "geen verschil aantoonbaar"


@dataclass(frozen=True)
class Leaving:
    """Per gemeente how much sooner a group leaves than the reference group, less what is usual elsewhere, as a log ratio.

    The interval holds the chance in the counts and the spread between the other gemeenten.
    """

    excess: Floats
    low: Floats
    high: Floats

    def verdict(self, row: int, column: int) -> str:
        """In Dutch words what the interval allows to say of one group of one gemeente."""
        low, high = self.low[row, column], self.high[row, column]
        if not np.isfinite(low):
            return "niet te berekenen"
        if low > 0:
            return "vertrekt eerder dan elders"
        return "vertrekt minder snel dan elders" if high < 0 else "als elders"


def leaving(left: Floats, people: Floats, reference: int) -> Leaving | None:
    """How much sooner the people of each group leave than those of the reference group, beside the other gemeenten.

    Elsewhere is the middle of the other gemeenten, its spread taken from their middle deviation: one gemeente that
    loses many does not make the loss of another look usual. Several groups and all gemeenten are asked at once, so the
    interval is that of 95 % shared among them.

    Shape:   left, people (gemeenten, groups); results likewise.
    Returns: None with fewer than five other gemeenten to hold a gemeente against.
    """
    known = np.asarray(((left > 0) & (people > 0)).all(axis=1))
    if known.sum() < _FEWEST_OTHERS + 1:
        return None
    safe_left, safe_people = np.where(known[:, None], left, 1.0), np.where(known[:, None], people, 1.0)
    rate = np.log(safe_left / safe_people)
    ratio = rate - rate[:, [reference]]
    chance = 1 / safe_left + 1 / safe_left[:, [reference]]
    chance[:, reference] = 0
    shape = ratio.shape
    excess, low, high = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    for place in np.flatnonzero(known):
        others = known.copy()
        others[place] = False
        usual = np.median(ratio[others], axis=0)
        spread = _MAD * np.median(np.abs(ratio[others] - usual), axis=0)
        number = int(others.sum())
        error = np.sqrt(chance[place] + spread**2 * (1 + np.pi / (2 * number)))
        asked = max(1, (left.shape[1] - 1) * int(known.sum()))
        half = float(scipy.stats.t.ppf(1 - 0.025 / asked, max(number - 1, 1))) * error
        excess[place] = ratio[place] - usual
        low[place], high[place] = excess[place] - half, excess[place] + half
    return Leaving(excess, low, high)
