"""What has changed over the years, and whether it is more than noise.

Two years are compared by their own noise, a longer series by its slopes (slopes.py). Never over a break.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from stadspeil.analyses.slopes import FEWEST_YEARS, slopes_of

_LEVEL = 0.1


@dataclass(frozen=True)
class Trend:
    """The middle of all slopes per year with its 90 % interval, and the two-sided p of 'goes nowhere'."""

    slope: float
    low: float
    high: float
    p: float
    years: int


@dataclass(frozen=True)
class Changes:
    """Per series the last known year against the first; `margin` (90 %) is the smallest change that noise lets one see.

    `verdict` is 'gestegen', 'gedaald', 'geen aantoonbare verandering' or 'onbekende marge'. Shape: `at` are the rows
    of the series with two years or more, the others one entry for each of these; margin NaN where the noise is unknown.
    """

    at: np.ndarray
    first_at: np.ndarray
    last_at: np.ndarray
    first: np.ndarray
    last: np.ndarray
    change: np.ndarray
    margin: np.ndarray
    verdict: np.ndarray


def smallest_detectable(spread: float, other: float | None = None, comparisons: int = 1) -> float:
    """How far two values must lie apart to be told apart: 90 % two-sided, shared over comparisons (Bonferroni)."""
    return _limit(comparisons) * float(np.hypot(spread, spread if other is None else other))


def band_of_share(share: float, people: float) -> float:
    """The 95 % band of the change of a share between two years, of counts that are rounded to fives by lot.

    Units: share 0 to 1. Source: design note safety 2.1; a superpopulation view of complete counts.
    """
    variance = share * (1 - share) / people + (4 + 4 * share**2) / people**2
    return -float(ndtri(0.025)) * float(np.sqrt(2 * variance))


def changes_of(values: np.ndarray, spread: np.ndarray, comparisons: int = 1) -> Changes:
    """The changes of a table of series. Shape: (series, years), years in order, NaN where unknown."""
    known = ~np.isnan(values)
    at = np.flatnonzero(known.sum(axis=1) > 1)
    first_at = known[at].argmax(axis=1)
    last_at = known.shape[1] - 1 - known[at, ::-1].argmax(axis=1)
    first, last = values[at, first_at], values[at, last_at]
    margin = _limit(comparisons) * np.hypot(spread[at, first_at], spread[at, last_at])
    change = last - first
    verdict = np.full(len(at), "geen aantoonbare verandering", dtype=object)
    verdict[change > margin] = "gestegen"
    verdict[-change > margin] = "gedaald"
    verdict[~np.isfinite(margin)] = "onbekende marge"
    return Changes(at, first_at, last_at, first, last, change, margin, verdict)


def trend(years: np.ndarray, values: np.ndarray) -> Trend | None:
    """The trend of one series; None with fewer than six years. Shape: one entry per year, NaN where unknown."""
    made = slopes_of(years, np.atleast_2d(values))
    if made.years[0] < FEWEST_YEARS:
        return None
    return Trend(float(made.slope[0]), float(made.low[0]), float(made.high[0]), float(made.p[0]), int(made.years[0]))


def _limit(comparisons: int) -> float:
    return -float(ndtri(_LEVEL / 2 / comparisons))
