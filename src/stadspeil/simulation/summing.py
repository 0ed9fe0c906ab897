"""From many pairs to what a reader may see: 10th, 50th and 90th percentile, standard error, and the mask."""

from __future__ import annotations

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


def spread_over_pairs(values: Numbers) -> Spread:
    """The spread over the first axis (pairs).

    With one pair there is a mean and nothing else, and it is not shown. What is not known in some pair is not known.
    """
    pairs = len(values)
    mean = values.mean(axis=0)
    low, middle, high = np.percentile(values, PERCENTILES, axis=0)
    if pairs < LEAST_PAIRS:
        nothing = np.full(mean.shape, np.nan)
        return Spread(mean, nothing, nothing, nothing, nothing, np.zeros(mean.shape, dtype=np.bool_))
    error = values.std(axis=0, ddof=1) / np.sqrt(pairs)
    # A sum of many equal numbers is off by rounding; that is no effect and no error.
    error = np.where(error < 1e-12 * (1 + np.abs(mean)), 0.0, error)
    mean = np.where(np.abs(mean) < 1e-12, 0.0, mean)
    with np.errstate(invalid="ignore"):
        shown = np.abs(mean) > errors_needed(pairs) * error
    return Spread(mean, low, middle, high, error, shown & np.isfinite(mean))
