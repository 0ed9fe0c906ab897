"""Where like stands beside like, and where one stands out among its neighbours: local Moran and Getis-Ord.

Permutations cannot carry control of false discoveries: with 999 of them no p is below 0.002. The mean and variance
over all permutations are known exactly, so they are used instead, on normal scores, for which the normal tail holds.
Sources:  Anselin 1995; Ord & Getis 1995; Sokal, Oden & Thomson 1998 (moments under conditional permutation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
import shapely
from scipy import sparse
from scipy.special import ndtr, ndtri

from stadspeil.analyses.hidden_buurten import benjamini_hochberg

# What stands out from its neighbours is told first: it is what an average hides.
QUADRANTS = ("hoog-laag", "laag-hoog", "hoog-hoog", "laag-laag")
# Borders of a map in degrees may miss each other by a centimeter.
_TOUCH = 1e-7


@dataclass(frozen=True)
class LocalClusters:
    """Local Moran of each area and figure.

    Shape:   (areas, figures). score and lag in normal scores; p two-sided; quadrant counts in QUADRANTS; NaN and -1
             where an area has no value or no neighbour with one.
    """

    score: np.ndarray
    lag: np.ndarray
    z: np.ndarray
    p: np.ndarray
    quadrant: np.ndarray
    found: np.ndarray


def neighbours_of(geometries: Sequence[bytes | None]) -> sparse.csr_array:
    """Which areas touch (queen), as a matrix of ones and zeros. Areas without a geometry touch none."""
    shapes = np.array([None if each is None else shapely.from_wkb(each) for each in geometries], dtype=object)
    tree = shapely.STRtree(shapes)
    # A distance instead of touching: neighbours digitized apart do not share points.
    one, other = tree.query(shapes, predicate="dwithin", distance=_TOUCH)
    kept = one != other
    size = (len(shapes), len(shapes))
    return sparse.csr_array((np.ones(int(kept.sum())), (one[kept], other[kept])), shape=size)


def normal_scores(values: np.ndarray) -> np.ndarray:
    """Values as the normal quantiles of their places, per column; NaN stays. Standardised to mean 0, sd 1."""
    made = np.full(values.shape, np.nan)
    for column in range(values.shape[1]):
        known = ~np.isnan(values[:, column])
        if known.sum() > 1:
            scores = ndtri((scipy.stats.rankdata(values[known, column]) - 0.5) / known.sum())
            spread = scores.std()
            made[known, column] = (scores - scores.mean()) / spread if spread > 0 else 0.0
    return made


def local_clusters(values: np.ndarray, neighbours: sparse.csr_array, level: float = 0.05) -> LocalClusters:
    """Local Moran for many figures at once; discoveries by Benjamini-Hochberg within each figure.

    Shape:   values (areas, figures); neighbours (areas, areas).
    """
    score = normal_scores(values)
    known = ~np.isnan(score)
    filled = np.where(known, score, 0.0)
    count = neighbours @ known.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        lag = np.where(known & (count > 0), neighbours @ filled / count, np.nan)
        z = (lag - _mean_of_others(filled, known)) / np.sqrt(_variance_of_lag(filled, known, count))
    p = 2 * ndtr(-np.abs(z))
    found = np.column_stack([benjamini_hochberg(column, level) for column in p.T])
    quadrant = np.where(score > 0, np.where(lag > 0, 2, 0), np.where(lag > 0, 1, 3))
    return LocalClusters(score, lag, z, p, np.where(np.isnan(lag), -1, quadrant), found)


def hot_spots(values: np.ndarray, neighbours: sparse.csr_array) -> np.ndarray:
    """Getis-Ord Gi* of each area and figure, as z; the area itself counts among its neighbours.

    Shape:   (areas, figures) to the same; NaN without a value.
    """
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    total = known.sum(axis=0)
    mean = filled.sum(axis=0) / total
    spread = np.sqrt((filled**2).sum(axis=0) / total - mean**2)
    count = neighbours @ known.astype(float) + known
    around = neighbours @ filled + filled
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (around - count * mean) / (spread * np.sqrt((total * count - count**2) / (total - 1)))
    return np.where(known, z, np.nan)


@dataclass(frozen=True)
class HotSpots:
    """Getis-Ord Gi* of each area and figure. Shape: (areas, figures); p two-sided; NaN without a value."""

    z: np.ndarray
    p: np.ndarray
    found: np.ndarray


def hot_spots_tested(values: np.ndarray, neighbours: sparse.csr_array, level: float = 0.05) -> HotSpots:
    """Gi* on normal scores, for which the normal tail holds; discoveries by Benjamini-Hochberg within each figure.

    An area without a neighbour that has a value is no spot: alone it says nothing of its surroundings.
    """
    known = ~np.isnan(values)
    z = hot_spots(normal_scores(values), neighbours)
    z = np.where(neighbours @ known.astype(float) > 0, z, np.nan)
    p = 2 * ndtr(-np.abs(z))
    return HotSpots(z, p, np.column_stack([benjamini_hochberg(column, level) for column in p.T]))


def _mean_of_others(filled: np.ndarray, known: np.ndarray) -> np.ndarray:
    return np.asarray((filled.sum(axis=0) - filled) / (known.sum(axis=0) - 1))


def _variance_of_lag(filled: np.ndarray, known: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Variance of a mean of `count` of the other values, drawn without putting back."""
    others = known.sum(axis=0) - 1
    second = ((filled**2).sum(axis=0) - filled**2) / others - _mean_of_others(filled, known) ** 2
    return np.asarray(second / count * (others - count) / (others - 1))
