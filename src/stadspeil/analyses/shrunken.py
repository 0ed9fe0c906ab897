"""Two values of a buurt: the raw one with its interval, and a shrunken one to order and map by, with its pull shown.

A raw share of a small buurt jumps about; ordering by it puts the smallest on top. The shrunken value leans on the
gemeente, never on the wijk: that is where a hidden buurt would vanish. Differences between buurten are taken to be of
two kinds, ordinary and large, so that a buurt that is far out by more than its noise keeps most of its distance.
Source:  the mixture of scores.md 4.11; shrinkage on logits as in the English Indices of Deprivation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr, ndtri

_ROUNDS = 60
_NORMAL_90 = float(-ndtri(0.05))


@dataclass(frozen=True)
class Shrunken:
    """Shares of buurten, 0 to 1, in the order given; NaN without a share or base.

    `far` is the probability that a buurt is of the second kind; `above` that its true share exceeds the threshold.
    """

    raw: np.ndarray
    low: np.ndarray
    high: np.ndarray
    shrunken: np.ndarray
    pull: np.ndarray
    far: np.ndarray
    above: np.ndarray


def shrink_shares(
    shares: np.ndarray, base: np.ndarray, gemeenten: np.ndarray, threshold: float, rounding: float = 0.0
) -> Shrunken:
    """Shrunken shares with 90 % intervals of the raw ones.

    Shape:   share (0 to 1), base (people) and gemeente code per buurt. `rounding`: variance of the count by rounding.
    """
    known = ~(np.isnan(shares) | np.isnan(base)) & (base > 0)
    share, size = np.clip(shares[known], 0, 1), base[known]
    count = share * size
    # Half a person on both sides, so that none and all have a logit too.
    logit = np.log((count + 0.5) / (size - count + 0.5))
    variance = (size + 1) * (size + 2) / (size * (count + 1) * (size - count + 1))
    variance = variance + rounding * ((size + 1) / ((count + 0.5) * (size - count + 0.5))) ** 2
    level = _means(logit, 1 / (variance + np.var(logit)), gemeenten[known])
    ordinary, large, rare = _two_kinds(logit - level, variance)
    moved, far, error = _posterior(logit - level, variance, ordinary, large, rare)
    made = {
        "raw": share,
        "low": expit(logit - _NORMAL_90 * np.sqrt(variance)),
        "high": expit(logit + _NORMAL_90 * np.sqrt(variance)),
        "shrunken": expit(level + moved),
        "pull": expit(level + moved) - share,
        "far": far,
        "above": ndtr((level + moved - np.log(threshold / (1 - threshold))) / error),
    }
    whole = {name: np.full(len(shares), np.nan) for name in made}
    for name, part in made.items():
        whole[name][known] = part
    return Shrunken(**whole)


def _means(values: np.ndarray, weights: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Of each one's group, leaning on the country where the group has few."""
    _, group = np.unique(groups, return_inverse=True)
    country = float((weights * values).sum() / weights.sum())
    few = float(np.median(weights))
    totals = np.bincount(group, weights * values) + few * country
    return np.asarray((totals / (np.bincount(group, weights) + few))[group])


def _two_kinds(distance: np.ndarray, noise: np.ndarray) -> tuple[float, float, float]:
    """Variances of the ordinary and the large differences, and the share of the large: by expectation-maximisation."""
    # Started from the surer half: one count of zero has more noise than all differences, and from a start at nothing
    # these rounds would never come away.
    surer = noise <= np.median(noise)
    whole = max(float(np.var(distance[surer]) - np.mean(noise[surer])), 1e-6)
    ordinary, large, rare = 0.5 * whole, 6.0 * whole, 0.05
    for _ in range(_ROUNDS):
        far = _is_far(distance, noise, ordinary, large, rare)
        rare = float(np.clip(far.mean(), 1e-4, 0.3))
        ordinary = _variance_of_kind(distance, noise, 1 - far, ordinary)
        large = max(_variance_of_kind(distance, noise, far, large), 2 * ordinary)
    return ordinary, large, rare


def _variance_of_kind(distance: np.ndarray, noise: np.ndarray, chance: np.ndarray, now: float) -> float:
    kept = now / (now + noise)
    second = (kept * distance) ** 2 + now * (1 - kept)
    return max(float((chance * second).sum() / max(chance.sum(), 1e-12)), 1e-8)


def _is_far(distance: np.ndarray, noise: np.ndarray, ordinary: float, large: float, rare: float) -> np.ndarray:
    near = np.log(1 - rare) - 0.5 * (np.log(ordinary + noise) + distance**2 / (ordinary + noise))
    far = np.log(rare) - 0.5 * (np.log(large + noise) + distance**2 / (large + noise))
    return np.asarray(expit(far - near))


def _posterior(
    distance: np.ndarray, noise: np.ndarray, ordinary: float, large: float, rare: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean distance given the data, the chance of being far out, and the standard deviation."""
    far = _is_far(distance, noise, ordinary, large, rare)
    kept = [kind / (kind + noise) for kind in (ordinary, large)]
    mean = ((1 - far) * kept[0] + far * kept[1]) * distance
    second = sum(
        chance * (each * noise + (each * distance) ** 2) for chance, each in zip((1 - far, far), kept, strict=True)
    )
    return mean, far, np.sqrt(np.maximum(second - mean**2, 1e-12))
