"""From many pairs to what a reader may see: 10th, 50th and 90th percentile, standard error, and the mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy
from numpy.typing import NDArray

from stadspeil.analyses.hidden_buurten import benjamini_hochberg

Numbers = NDArray[np.float64]
LEAST_ERRORS = 2.0
LEAST_PAIRS = 2
PERCENTILES = (10, 50, 90)
# Of what is shown of a table so much at most is expected to come of chance.
FALSE_PART = 0.1


@dataclass(frozen=True)
class Spread:
    """A figure over pairs, arrays of one shape: all that the columns of `tables` say of it. NaN: not known.

    chance  how often a mean as far from zero or farther would come of nothing (Student's t)
    """

    mean: Numbers
    low: Numbers
    middle: Numbers
    high: Numbers
    error: Numbers
    shown: NDArray[np.bool_]
    chance: Numbers


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
        return Spread(mean, nothing, nothing, nothing, nothing, np.zeros(mean.shape, dtype=np.bool_), nothing)
    error = values.std(axis=0, ddof=1) * np.sqrt(effect / pairs)
    # A sum of many equal numbers is off by rounding; that is no effect and no error.
    error = np.where(error < 1e-12 * (1 + np.abs(mean)), 0.0, error)
    mean = np.where(np.abs(mean) < 1e-12, 0.0, mean)
    free = max(round(pairs / effect), LEAST_PAIRS)
    with np.errstate(invalid="ignore", divide="ignore"):
        shown = np.abs(mean) > errors_needed(free) * error
        # What is nought in every pair is no test; what is the same and not nought is no chance.
        far = np.where((mean == 0) & (error > 0), 0.0, np.abs(mean) / error)
    chance = 2 * scipy.special.stdtr(free - 1, -far)
    return Spread(mean, low, middle, high, error, shown & np.isfinite(mean), chance)


def few_by_chance(spread: Spread) -> Spread:
    """The spread with fewer shown: of what is shown FALSE_PART at most is expected to come of chance.

    Shape:   [..., areas, groups]; each group and year over all areas is a table of its own.
    Source:  Benjamini & Hochberg 1995. Of a hundred areas five would pass `errors_needed` where nothing happens.
    """
    kept = spread.shown.copy()
    for place in np.ndindex(*spread.shown.shape[:-2], spread.shown.shape[-1]):
        column = (*place[:-1], slice(None), place[-1])
        kept[column] &= benjamini_hochberg(spread.chance[column], FALSE_PART)
    return replace(spread, shown=kept)
