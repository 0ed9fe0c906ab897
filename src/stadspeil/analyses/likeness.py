"""Kinds of buurten, with how stable they are, and the buurten that are most like one: for learning from each other.

Likeness is asked of structure (homes, households, ages), never of outcome: else a town finds those that already do
as badly as it does, and no example to learn from.
Sources:  k-means as in SciPy; adjusted Rand index, Hubert & Arabie 1985; Jaccard stability, Hennig 2007.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.cluster.vq import kmeans2

_AGAIN = 20
_STARTS = 8
# So much of the figures must be known of both for a comparison.
SHARED = 0.7


@dataclass(frozen=True)
class Typology:
    """Kinds of areas.

    Shape:   kind per area (-1 where a figure is missing), the standardised middle of each kind (kinds, figures), how
             alike two samples divide the areas (0 chance, 1 the same), and per kind the share that stays together.
    """

    kind: np.ndarray
    middles: np.ndarray
    agreement: float
    stability: np.ndarray


def typology(values: np.ndarray, kinds: int, rng: np.random.Generator) -> Typology:
    """Areas in a number of kinds by their figures, numbered by size. Shape: (areas, figures), NaN where missing."""
    known = ~np.isnan(values).any(axis=1)
    standard = standardised(values)[known]
    middles, labels = _best(standard, kinds, rng)
    order = np.argsort(-np.bincount(labels, minlength=kinds), kind="stable")
    labels = np.argsort(order)[labels]
    agreement, together = [], []
    for _ in range(_AGAIN):
        sample = rng.choice(len(standard), len(standard))
        _, again = _best(standard[sample], kinds, rng, starts=2)
        first = labels[sample]
        agreement.append(adjusted_rand(first, again))
        together.append(_kept_together(first, again, kinds))
    kind = np.full(len(values), -1)
    kind[known] = labels
    return Typology(kind, middles[order], float(np.mean(agreement)), np.nanmean(together, axis=0))


def standardised(values: np.ndarray) -> np.ndarray:
    """Figures less their middle over their usual spread (quartiles), at most four away; per column."""
    low, middle, high = np.nanquantile(values, [0.25, 0.5, 0.75], axis=0)
    width = np.where(high > low, (high - low) / 1.349, 1.0)
    return np.asarray(np.clip((values - middle) / width, -4, 4))


def most_alike(
    values: np.ndarray, own: int, number: int, allowed: np.ndarray, standard: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The areas most like one, nearest first, and their distances: root mean square over the figures that both have.

    Shape:   values (areas, figures); allowed (areas,) says who may be named; the area itself never is. `standard` are
             the values standardised, given by who asks often.
    """
    standard = standardised(values) if standard is None else standard
    difference = standard - standard[own]
    shared = ~np.isnan(difference)
    figures = np.count_nonzero(shared, axis=1)
    enough = figures >= SHARED * max(1, (~np.isnan(standard[own])).sum())
    total = np.where(shared, difference, 0.0) ** 2
    distance = np.sqrt(total.sum(axis=1) / np.maximum(figures, 1))
    fit = np.flatnonzero(enough & allowed & (np.arange(len(values)) != own))
    if 0 < number < len(fit):
        # Those beyond the last that is named need no order.
        fit = fit[distance[fit] <= np.partition(distance[fit], number - 1)[number - 1]]
    nearest = fit[np.argsort(distance[fit], kind="stable")][:number]
    return nearest, distance[nearest]


def adjusted_rand(first: np.ndarray, second: np.ndarray) -> float:
    """How alike two divisions are: 1 the same, 0 as chance would have it."""
    table = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(table, (first, second), 1)

    def pairs(counts: np.ndarray) -> float:
        return float((counts * (counts - 1) / 2).sum())

    both, one, other = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = one * other / pairs(np.array([len(first)]))
    most = (one + other) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def _best(
    values: np.ndarray, kinds: int, rng: np.random.Generator, starts: int = _STARTS
) -> tuple[np.ndarray, np.ndarray]:
    """The best of several starts."""
    found = [kmeans2(values, kinds, minit="++", seed=rng, missing="raise") for _ in range(starts)]
    errors = [float(((values - middles[labels]) ** 2).sum()) for middles, labels in found]
    return found[int(np.argmin(errors))]


def _kept_together(first: np.ndarray, again: np.ndarray, kinds: int) -> np.ndarray:
    """Per kind the largest overlap (Jaccard) with any kind of another division; NaN for one that was not drawn."""
    table = np.zeros((kinds, kinds))
    np.add.at(table, (first, again), 1)
    union = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
    best: np.ndarray = np.divide(table, union, out=np.zeros_like(table), where=union > 0).max(axis=1)
    return np.where(table.sum(axis=1) > 0, best, np.nan)
