"""Which programmes can be told apart, and on what: differences of two with the same draws, so surer than each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.contracts import Contract
from stadspeil.simulation.dominance import DOUBT
from stadspeil.simulation.summing import errors_needed
from stadspeil.simulation.surrogate import CRITERIA

Floats = NDArray[np.float64]
Row = tuple[str, str, str, str, float, float, float, bool]

DISTINCTIONS = Contract(
    name="distinctions",
    row="two programmes of the front on one criterion, as one tier sees them: the first less the other, draw by draw",
    key=("option", "other", "criterion", "tier"),
    columns={
        "option": pl.String, "other": pl.String, "criterion": pl.String, "tier": pl.String, "low": pl.Float64,
        "middle": pl.Float64, "high": pl.Float64, "apart": pl.Boolean,
    },
    required=("option", "other", "criterion", "tier", "low", "middle", "high", "apart"),
)  # fmt: skip


# Of pairs of equal programmes so many come apart by chance: outside the 10th to the 90th percentile, or past Student's t.
BY_CHANCE = {False: 2 * DOUBT / 100, True: 0.05}


def orders(apart: int, pairs: int, few_runs: bool) -> bool:
    """Whether a criterion puts programmes in an order at all: more pairs are apart than chance alone would set apart, by two
    standard deviations of a count of `pairs`."""
    part = BY_CHANCE[few_runs]
    return apart > part * pairs + 2 * float(np.sqrt(part * (1 - part) * pairs))


def distinctions(names: Sequence[str], scores: Floats, tiers: Sequence[str], few_runs: bool) -> Iterator[Row]:
    """Rows of DISTINCTIONS, each pair of options once.

    Shape:   scores[options, draws, CRITERIA], the draws the same for all options; a tier per criterion.
    Two are told apart when the 10th to the 90th percentile of their difference leaves out nought. Of `few_runs` that is not
    enough: the mean has to be as many standard errors from nought as an effect of a programme.
    """
    needed = errors_needed(scores.shape[1])
    for one, other in combinations(range(len(names)), 2):
        difference = scores[one] - scores[other]
        low, middle, high = np.percentile(difference, (DOUBT, 50, 100 - DOUBT), axis=0)
        apart = (low > 0) | (high < 0)
        if few_runs:
            error = difference.std(axis=0, ddof=1) / np.sqrt(len(difference))
            apart &= np.abs(difference.mean(axis=0)) > needed * error
        for at, criterion in enumerate(CRITERIA):
            yield (names[one], names[other], criterion, tiers[at], float(low[at]), float(middle[at]), float(high[at]), bool(apart[at]))  # fmt: skip
