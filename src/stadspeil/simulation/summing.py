"""From many pairs to what a reader may see: 10th, 50th and 90th percentile, standard error, and the mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
LEAST_ERRORS = 2.0
LEAST_PAIRS = 2
PERCENTILES = (10, 50, 90)


@dataclass(frozen=True)
class Spread:
    """A figure over pairs, arrays of one shape: all that the columns of `tables` say of it. NaN: not known."""

    mean: Numbers
    low: Numbers
    middle: Numbers
    high: Numbers
    error: Numbers
    shown: NDArray[np.bool_]


def errors_needed(pairs: int) -> float:
    """How many standard errors from zero a mean must be to be shown: two, and more where few pairs make the error
    itself unsure (the 97.5th percentile of Student's t)."""
    return max(LEAST_ERRORS, float(scipy.stats.t.ppf(0.975, pairs - 1))) if pairs >= LEAST_PAIRS else float("inf")


def share_between(values: Numbers, populations: Sequence[int]) -> float:
    """Part of the variance over pairs (first axis) that lies between populations, pooled over all figures: 0 to 1; 0 also
    where it cannot be told, with one population or no two pairs of one.

    Source:  intraclass correlation from an analysis of variance, Fisher 1925. Figures are to be in one unit.
    """
    rows = values.reshape(len(values), -1)
    rows = rows[:, np.isfinite(rows).all(axis=0)]
    rows = rows[:, rows.std(axis=0) > 1e-9 * (1 + np.abs(rows).max(axis=0, initial=0.0))]
    _, number, sizes = np.unique(np.asarray(populations), return_inverse=True, return_counts=True)
    kinds, pairs = len(sizes), len(rows)
    if kinds < 2 or pairs <= kinds or not rows.shape[1]:
        return 0.0
    means = np.stack([rows[number == each].mean(axis=0) for each in range(kinds)])
    between = (sizes[:, None] * (means - rows.mean(axis=0)) ** 2).sum(axis=0) / (kinds - 1)
    inside = ((rows - means[number]) ** 2).sum(axis=0) / (pairs - kinds)
    one, other = float(between.mean()), float(inside.mean())
    size = (pairs - float((sizes**2).sum()) / pairs) / (kinds - 1)
    return min(max((one - other) / (one + (size - 1) * other), 0.0), 1.0)


def spread_over_pairs(values: Numbers, populations: Sequence[int] | None = None) -> Spread:
    """The spread over the first axis (pairs).

    With one pair there is a mean and nothing else, and it is not shown. What is not known in some pair is not known.
    populations  that of each pair: pairs of one population are alike, so that many say less than as many apart. The error
                 is widened by the design effect 1 + (n - 1) r, n pairs of a population, r of `share_between` (Kish 1965).
    """
    pairs = len(values)
    effect = 1.0
    if populations is not None and pairs:
        sizes = np.unique(np.asarray(populations), return_counts=True)[1]
        effect += (float((sizes**2).sum()) / pairs - 1) * share_between(values, populations)
    mean = values.mean(axis=0)
    low, middle, high = np.percentile(values, PERCENTILES, axis=0)
    if pairs < LEAST_PAIRS:
        nothing = np.full(mean.shape, np.nan)
        return Spread(mean, nothing, nothing, nothing, nothing, np.zeros(mean.shape, dtype=np.bool_))
    error = values.std(axis=0, ddof=1) * np.sqrt(effect / pairs)
    # A sum of many equal numbers is off by rounding; that is no effect and no error.
    error = np.where(error < 1e-12 * (1 + np.abs(mean)), 0.0, error)
    mean = np.where(np.abs(mean) < 1e-12, 0.0, mean)
    with np.errstate(invalid="ignore"):
        shown = np.abs(mean) > errors_needed(max(round(pairs / effect), LEAST_PAIRS)) * error
    return Spread(mean, low, middle, high, error, shown & np.isfinite(mean))
