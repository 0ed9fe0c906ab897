"""Which areas are surely, or surely not, among the worst of a field, given the noise of all their values.

An area is demonstrably better than another when their difference is larger than noise of that size makes in one of
twenty cases (at a coverage of 0.9). It is surely among the `number` worst when all but `number` are demonstrably
better, and surely not when `number` are demonstrably worse: its range of places then lies on one side of the
threshold. For each area apart, as one reads one area; over whole fields it errs less often than it says
(tests/stages/appraisal/test_fund_sureness.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# Areas with like noise are compared as one class, with the largest noise of the class: never more sure than it is.
CLASSES = 128
# With fewer known margins nothing can be said of places (as in analyses/ranges).
LEAST_KNOWN = 0.9


@dataclass(frozen=True)
class Sure:
    """Per area: certainly among the worst, certainly not. Neither: cannot be told."""

    among: Flags
    apart: Flags


def limit_of(coverage: float) -> float:
    """How many standard errors a difference must span."""
    return NormalDist().inv_cdf(0.5 + coverage / 2)


def margins_known(values: Floats, errors: Floats) -> bool:
    """Whether enough areas with a value have a margin to tell places apart."""
    measured = np.isfinite(values)
    return bool(measured.any()) and float(np.isfinite(errors[measured]).mean()) >= LEAST_KNOWN


def surely_among_worst(badness: Floats, errors: Floats, number: int, coverage: float) -> Sure:
    """Who is surely among the `number` worst, and who surely is not.

    Shape:   badness N, higher is worse, NaN not measured; errors N standard errors, NaN unknown: never sure.
    """
    among, apart = np.zeros(len(badness), bool), np.zeros(len(badness), bool)
    known = np.flatnonzero(np.isfinite(badness) & np.isfinite(errors))
    field = int(np.isfinite(badness).sum())
    if not len(known) or number <= 0:
        return Sure(among, apart)
    # In order of badness, so that what is sought lies near what was sought before.
    known = known[np.argsort(badness[known], kind="stable")]
    values, noise = badness[known], errors[known]
    limit = limit_of(coverage)
    # Only who is among the worst by its value can surely be, and only who is not can surely not be.
    worst = values >= _threshold(badness, number)
    better, worse = np.zeros(int(worst.sum()), np.int64), np.zeros(int((~worst).sum()), np.int64)
    for members in np.array_split(np.argsort(noise, kind="stable"), min(CLASSES, len(known))):
        inside = np.sort(values[members])
        reach = limit * np.hypot(noise, noise[members].max())
        better += np.searchsorted(inside, (values - reach)[worst], side="left")
        worse += len(inside) - np.searchsorted(inside, (values + reach)[~worst], side="right")
    among[known[worst]] = better >= field - number
    apart[known[~worst]] = worse >= number
    return Sure(among, apart)


def worst_of(badness: Floats, share: float) -> tuple[Flags, int]:
    """Who is among the worst share (0..1) of the measured areas, equals at the threshold included, and how many places
    that is: rounded up, so that a share always names somebody."""
    measured = np.isfinite(badness)
    number = int(np.ceil(share * measured.sum() - 1e-9))
    if number <= 0:
        return np.zeros(len(badness), bool), 0
    return measured & (np.where(measured, badness, -np.inf) >= _threshold(badness, number)), number


def _threshold(badness: Floats, number: int) -> float:
    """The value of the last of so many worst places; minus infinity where there are not so many."""
    measured = badness[np.isfinite(badness)]
    return float(np.partition(measured, -number)[-number]) if number <= len(measured) else -np.inf
