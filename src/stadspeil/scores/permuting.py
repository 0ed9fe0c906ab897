"""Whether the mean of one group of gemeenten differs from that of another by more than the luck of the draw.

The question is asked by permutation: in what share of all ways to pick a group as large would the difference of means
be at least as large? All ways are counted where they are few, else ten thousand are drawn. It needs no normal figures
and holds for groups of seven; it says that a group differs, never why.
Sources:  Fisher 1935, Pitman 1937; Phipson & Smyth 2010 (p of drawn permutations is never 0); Hedges 1981 (g).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from scipy.special import gammaln, ndtri

# So many ways are all counted; of more, so many are drawn, and the group itself is one of them.
MOST_TO_COUNT = 20_000
DRAWN = 9_999
# Sums of the same numbers in another order differ by this much of their size.
_SAME = 1e-9


@dataclass(frozen=True)
class GroupDifference:
    """The difference of two means, its two-sided permutation p, and Hedges g with its 90 % interval.

    g is NaN where neither group varies.
    """

    difference: float
    p: float
    exact: bool
    g: float
    g_low: float
    g_high: float


class Picks:
    """Ways to pick a group from a field: all of them, or drawn ones. Made once per size of group and field."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._made: dict[tuple[int, int], np.ndarray] = {}

    def of(self, field: int, group: int) -> tuple[np.ndarray, bool]:
        """Numbers of the picked (ways, group), and whether these are all the ways there are."""
        exact = comb(field, group) <= MOST_TO_COUNT
        if (field, group) not in self._made:
            self._made[field, group] = self._all(field, group) if exact else self._drawn(field, group)
        return self._made[field, group], exact

    @staticmethod
    def _all(field: int, group: int) -> np.ndarray:
        return np.array(list(combinations(range(field), group)), dtype=np.intp)

    def _drawn(self, field: int, group: int) -> np.ndarray:
        keys = self._rng.random((DRAWN, field))
        return np.argpartition(keys, group, axis=1)[:, :group]


def group_difference(group: np.ndarray, others: np.ndarray, picks: Picks) -> GroupDifference:
    """The difference of the means of two groups, tested and sized. Shape: values without gaps, at least two each."""
    values = np.concatenate([group, others])
    difference = float(group.mean() - others.mean())
    # The smaller of the two is picked: its mean tells that of the rest.
    size = min(len(group), len(others))
    ways, exact = picks.of(len(values), size)
    means = values[ways].mean(axis=1)
    # mean of the picked less that of the rest
    apart = np.abs(means - values.mean()) * len(values) / (len(values) - size)
    slack = _SAME * max(1.0, float(np.abs(values).max()))
    as_far = int((apart >= abs(difference) - slack).sum())
    p = as_far / len(ways) if exact else (as_far + 1) / (len(ways) + 1)
    return GroupDifference(difference, float(p), exact, *hedges_g(group, others))


def hedges_g(group: np.ndarray, others: np.ndarray) -> tuple[float, float, float]:
    """The difference in pooled standard deviations, without the bias of small groups, and its 90 % interval.

    The interval is the large-sample one of Hedges & Olkin 1985 (chapter 5), a little too narrow for groups of seven.
    """
    one, other = len(group), len(others)
    freedom = one + other - 2
    pooled = np.sqrt(((one - 1) * group.var(ddof=1) + (other - 1) * others.var(ddof=1)) / freedom)
    if pooled <= _SAME * max(1.0, float(np.abs(group).max())):
        return float("nan"), float("nan"), float("nan")
    unbiased = np.exp(gammaln(freedom / 2) - gammaln((freedom - 1) / 2)) / np.sqrt(freedom / 2)
    g = float(unbiased * (group.mean() - others.mean()) / pooled)
    error = float(np.sqrt((one + other) / (one * other) + g**2 / (2 * (one + other))))
    reach = -float(ndtri(0.05)) * error
    return g, g - reach, g + reach
