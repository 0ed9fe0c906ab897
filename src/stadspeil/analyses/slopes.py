"""Trends of many series at once: the middle of all slopes, and whether it is more than the swing of the years.

Theil-Sen with Mann-Kendall, its variance corrected for years that resemble the year before (Yue & Wang 2004); without
that correction one of five series that goes nowhere would be called a trend. Series that are known in the same years
go through as one table: a country has tens of thousands of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from scipy.special import ndtr, ndtri

FEWEST_YEARS = 6
_LEVEL = 0.1
# Rows at a time: twenty years have 190 slopes each, so this is some 15 MB.
_CHUNK = 10_000


@dataclass(frozen=True)
class Slopes:
    """Per series the middle of all slopes per year, its 90 % interval and the two-sided p of 'goes nowhere'.

    NaN where fewer than six years are known; `years` counts the known ones.
    """

    slope: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    years: np.ndarray


def slopes_of(years: np.ndarray, values: np.ndarray) -> Slopes:
    """The trends of a table of series. Shape: years (n), in order; values (series, n), NaN where unknown."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    made = np.full((4, len(values)), np.nan)
    enough = np.flatnonzero(count >= FEWEST_YEARS)
    if enough.size:
        patterns, which = np.unique(known[enough], axis=0, return_inverse=True)
        order = np.argsort(which.ravel(), kind="stable")
        ends = np.searchsorted(which.ravel()[order], np.arange(len(patterns) + 1))
        for number, pattern in enumerate(patterns):
            rows = enough[order[ends[number] : ends[number + 1]]]
            for start in range(0, len(rows), _CHUNK):
                chunk = rows[start : start + _CHUNK]
                made[:, chunk] = _of_whole(years[pattern].astype(float), values[np.ix_(chunk, pattern)])
    return Slopes(made[0], made[1], made[2], made[3], count)


def _of_whole(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Slope, low, high and p of series without holes. Shape: x (n), y (series, n); out (4, series)."""
    one, other = np.triu_indices(len(x), 1)
    steps = y[:, other] - y[:, one]
    rises = np.sign(steps).sum(axis=1)
    slopes = np.sort(steps / (x[other] - x[one]), axis=1)
    middle = np.median(slopes, axis=1)
    variance = _variance_of_rises(y - middle[:, None] * x, y)
    z = (rises - np.sign(rises)) / np.sqrt(variance)
    # The interval of the slope counts as many slopes off both ends as the test allows (Sen 1968).
    off = -float(ndtri(_LEVEL / 2)) * np.sqrt(variance)
    last = slopes.shape[1] - 1
    low = np.clip(np.floor((last + 1 - off) / 2), 0, last).astype(int)
    high = np.clip(np.ceil((last + 1 + off) / 2), 0, last).astype(int)
    row = np.arange(len(y))
    return np.stack([middle, slopes[row, low], slopes[row, high], 2 * ndtr(-np.abs(z))])


def _variance_of_rises(rest: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Variance of Mann-Kendall's sum, with ties taken out and the likeness of neighbouring years put in."""
    n = values.shape[1]
    # A value that t years share counts t times, so the sum over groups of t(t-1)(2t+5) is one over values without a t.
    shared = (values[:, :, None] == values[:, None, :]).sum(axis=2)
    ties = ((shared - 1) * (2 * shared + 5)).sum(axis=1)
    plain = (n * (n - 1) * (2 * n + 5) - ties) / 18
    ranks = scipy.stats.rankdata(rest, axis=1) - (n + 1) / 2
    total = (ranks**2).sum(axis=1)
    alike = np.divide((ranks[:, 1:] * ranks[:, :-1]).sum(axis=1), total, out=np.zeros(len(rest)), where=total > 0)
    # Likeness is underestimated in short series, and the more so once a slope was taken out (Kendall 1954).
    alike = np.where(total > 0, np.clip((n * alike + 2) / (n - 4), 0.0, 0.9), 0.0)
    lags = np.arange(1, n)
    factor = 1 + 2 * ((1 - lags / n) * alike[:, None] ** lags).sum(axis=1)
    return np.asarray(np.maximum(plain * factor, 1e-9))
