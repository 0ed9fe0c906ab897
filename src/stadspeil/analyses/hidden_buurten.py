"""Hidden buurten: those that differ from the rest of their wijk by more than noise allows while the wijk looks average.

The pocket test holds a buurt against its neighbours in the wijk without itself. Buurten of one wijk always differ
somewhat; that ordinary difference is estimated from all buurten of the country, robustly, so that the pockets
themselves do not hide in it. What remains is tested two-sided, with the false discoveries among all found held to one
in ten (Benjamini & Hochberg 1995). A small buurt needs a larger difference, since its noise is larger.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

# Nine of ten normal draws lie within so many standard deviations. Asked of the middle draw instead, the many wijken
# whose buurten are alike would make the ordinary too small; asked further out, the pockets would make it too large.
_SHARE, _WITHIN = 0.9, 1.6448536269514722
# A little under the promised one in ten: pockets that are not found pull the rest of their wijk along, and in simulated
# countries that made 12 false ones of 100 at 0.1, and 9.6 at 0.08.
DISCOVERIES = 0.08
# A wijk among this share of all wijken, to one side, stands out itself; others look average from that side.
OUTER = 0.2
# Fewer buurten than this say nothing about what is ordinary.
FEWEST = 30
_ROUNDS = 3


@dataclass(frozen=True)
class Pockets:
    """The pocket test of each buurt.

    Shape:   an entry per buurt; NaN where it cannot be tested: no value, unknown noise, or alone in its wijk.
    Units:   those of the values; p two-sided.
    """

    rest: np.ndarray
    difference: np.ndarray
    error: np.ndarray
    p: np.ndarray
    found: np.ndarray
    ordinary: float


def benjamini_hochberg(p: np.ndarray, level: float = DISCOVERIES) -> np.ndarray:
    """Which of many tests are discoveries, when at most this share of the discoveries may be false. NaN is never one."""
    known = np.flatnonzero(~np.isnan(p))
    found = np.zeros(len(p), bool)
    if known.size:
        ordered = np.sort(p[known])
        passed = np.flatnonzero(ordered <= level * np.arange(1, known.size + 1) / known.size)
        if passed.size:
            found[known] = p[known] <= ordered[passed[-1]]
    return found


def pocket_test(
    values: np.ndarray,
    spread: np.ndarray,
    weights: np.ndarray,
    wijken: np.ndarray,
    per: float = 0.0,
    level: float = DISCOVERIES,
) -> Pockets:
    """Each buurt against the weighted mean of the other buurten of its wijk.

    Shape:   value, standard error, weight (inhabitants or households) and wijk code per buurt. `per`: values are shares
             of the weights times this (100 for percentages); 0 if they are no shares.
    """
    tested = ~(np.isnan(values) | np.isnan(spread) | np.isnan(weights)) & (weights > 0)
    codes = np.unique(wijken[tested], return_inverse=True)[1]
    known = _Tested(values[tested], spread[tested], weights[tested], codes, per)
    aside = np.zeros(int(tested.sum()), bool)
    # A pocket makes its neighbours look like pockets of the other kind. The furthest of each wijk stands aside, and
    # all are asked again without it.
    for number in range(_ROUNDS):
        rest, error, ordinary = known.beside(aside)
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = np.abs((known.values - rest) / error)
        p = 2 * ndtr(-distance)
        if number < _ROUNDS - 1:
            aside |= known.furthest_of_wijk(np.where(benjamini_hochberg(p, level) & ~aside, distance, 0.0))
    made = [np.full(len(values), np.nan) for _ in range(4)]
    for whole, part in zip(made, (rest, known.values - rest, error, p), strict=True):
        whole[tested] = part
    rest, difference, error, p = made
    return Pockets(rest, difference, error, p, benjamini_hochberg(p, level), ordinary)


@dataclass(frozen=True)
class _Tested:
    """Buurten that can be tested."""

    values: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    wijk: np.ndarray
    per: float

    def beside(self, aside: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Mean of the other buurten of the wijk but those aside, the error of the difference, the ordinary spread."""
        weights = np.where(aside, 0.0, self.weights)

        def others(numbers: np.ndarray) -> np.ndarray:
            return np.asarray(np.bincount(self.wijk, numbers)[self.wijk] - numbers)

        total = others(weights)
        total = np.where(total > 1e-9 * self.weights, total, np.nan)
        rest = others(weights * self.values) / total
        kept = 1 + others(weights**2) / total**2
        noise = self._own_noise(rest) + others((weights * self.spread) ** 2) / total**2
        ordinary = ordinary_spread((self.values - rest)[~aside], noise[~aside], kept[~aside])
        return rest, np.sqrt(noise + ordinary**2 * kept), ordinary

    def furthest_of_wijk(self, distance: np.ndarray) -> np.ndarray:
        """Which buurt of each wijk has the largest distance, where any has one."""
        largest = np.zeros(int(self.wijk.max(initial=-1)) + 1)
        np.maximum.at(largest, self.wijk, distance)
        return np.asarray((distance > 0) & (distance == largest[self.wijk]))

    def _own_noise(self, rest: np.ndarray) -> np.ndarray:
        """The variance that a buurt would have were it like the rest: a low share looks surer of itself than it is."""
        if not self.per:
            return self.spread**2
        own, like_rest = (
            (np.clip(share / self.per, 0, 1) * self.weights + 0.5) / (self.weights + 1) for share in (self.values, rest)
        )
        moved = (like_rest * (1 - like_rest) - own * (1 - own)) / self.weights * self.per**2
        return np.asarray(np.maximum(self.spread**2 + moved, 1e-12))


def ordinary_spread(difference: np.ndarray, noise: np.ndarray, share: np.ndarray) -> float:
    """The standard deviation between buurten of one wijk at which nine of ten differences are what chance would give.

    Shape:   difference and the variance of its noise per buurt; share: by how much more than once it counts.
    """
    known = ~np.isnan(difference)
    if known.sum() < FEWEST:
        return float("nan")
    distance, noise, share = np.abs(difference[known]), noise[known], share[known]
    if not noise.any():
        # Nothing to take apart: the answer can be written down.
        return float(np.quantile(distance / np.sqrt(share), _SHARE)) / _WITHIN

    def too_far(spread: float) -> bool:
        error = np.sqrt(noise + spread**2 * share)
        ratio = np.divide(distance, error, out=np.zeros_like(error), where=error > 0)
        return bool(np.quantile(ratio, _SHARE) > _WITHIN)

    low, high = 0.0, float(distance.max()) + 1e-9
    if not too_far(low + 1e-12):
        return 0.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if too_far(middle) else (low, middle)
    return (low + high) / 2


def wijk_hides(wijk_values: np.ndarray, of_buurt: np.ndarray, difference: np.ndarray) -> np.ndarray:
    """Whether the figure of the wijk gives nobody a reason to look for what stands in the buurt.

    It does not where the wijk itself stands out to the same side: among the outer fifth of all wijken.
    Shape:   values of all wijken; per buurt the value of its wijk (NaN where unknown) and its difference.
    """
    known = wijk_values[~np.isnan(wijk_values)]
    if not known.size:
        return np.zeros(len(of_buurt), bool)
    low, high = np.quantile(known, [OUTER, 1 - OUTER])
    return np.asarray(np.where(difference > 0, of_buurt <= high, of_buurt >= low))
