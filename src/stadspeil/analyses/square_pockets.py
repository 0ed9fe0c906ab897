"""Pockets inside a buurt: squares of 100 m that lie together and differ from the rest of their buurt.

The publisher gives no margin of a square, so what is ordinary is taken from the squares themselves: the spread at which
nine of ten squares of the country lie as far from the rest of their buurt as chance would put them, or the buurt's own
spread where that is larger (a buurt that differs everywhere has no pocket). False discoveries by Benjamini and
Hochberg; only three or more that lie together are told, since one square may be a mistake of the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtr

from stadspeil.analyses.hidden_buurten import DISCOVERIES, FEWEST, benjamini_hochberg, ordinary_spread

# With fewer squares a buurt has no rest to speak of; with fewer together there is no pocket.
FEWEST_SQUARES, FEWEST_TOGETHER = 8, 3
_ROUNDS = 4
# From the median distance to the middle to a standard deviation.
_MEDIAN_TO_SPREAD = 1.4826
# The variance of a median beside that of a mean, of normal numbers.
_MIDDLE_TO_MEAN = np.pi / 2
_MOST_ASIDE = 0.5
# Half of the neighbours of a square; the others are those of which it is the neighbour.
_STEPS = ((0, 1), (1, -1), (1, 0), (1, 1))


@dataclass(frozen=True)
class SquarePockets:
    """The test of each square, and the pocket that it belongs to.

    Shape:   an entry per square; NaN where its buurt cannot be tested. pocket counts from 0 over all buurten, -1 none.
    """

    rest: np.ndarray
    difference: np.ndarray
    error: np.ndarray
    p: np.ndarray
    found: np.ndarray
    pocket: np.ndarray
    ordinary: float


def grid_neighbours(east: np.ndarray, north: np.ndarray) -> sparse.csr_array:
    """Which squares touch, corners included, as a matrix of ones and zeros: by their place on the grid alone.

    Shape:   corners of squares in hundreds of metres, each square once.
    """
    size = len(east)
    wide = np.int64(int(north.max(initial=0)) - int(north.min(initial=0)) + 3)
    place = (east.astype(np.int64) - int(east.min(initial=0))) * wide + (north - int(north.min(initial=0))) + 1
    order = np.argsort(place, kind="stable")
    ordered = place[order]
    ones, others = [], []
    for right, up in _STEPS:
        wanted = place + right * wide + up
        at = np.minimum(np.searchsorted(ordered, wanted), max(size - 1, 0))
        there = np.flatnonzero(ordered[at] == wanted) if size else np.array([], dtype=np.int64)
        ones.append(there)
        others.append(order[at[there]])
    one, other = np.concatenate(ones), np.concatenate(others)
    both = np.concatenate([one, other]), np.concatenate([other, one])
    return sparse.csr_array((np.ones(2 * len(one)), both), shape=(size, size))


def square_pockets(
    values: np.ndarray, buurten: np.ndarray, neighbours: sparse.csr_array, level: float = DISCOVERIES
) -> SquarePockets:
    """Each square against the middle one of its buurt, and what of it lies together.

    Shape:   value and number of the buurt (from 0) per square, no gaps; neighbours (squares, squares).
    """
    sizes = np.bincount(buurten) if len(buurten) else np.array([], dtype=np.int64)
    able = (sizes >= FEWEST_SQUARES)[buurten]
    aside = np.zeros(len(values), dtype=bool)
    rest = error = p = np.full(len(values), np.nan)
    ordinary = float("nan")
    found = aside
    for _ in range(_ROUNDS if able.sum() >= FEWEST else 0):
        rest, error, ordinary = _beside(values, buurten, aside, able)
        with np.errstate(divide="ignore", invalid="ignore"):
            p = 2 * ndtr(-np.abs((values - rest) / error))
        found = benjamini_hochberg(p, level)
        # What is found does not count for what the rest is like, unless it is most of the buurt.
        many = np.bincount(buurten, found, len(sizes)) > _MOST_ASIDE * sizes
        now = found & ~many[buurten]
        if (now == aside).all():
            break
        aside = now
    pocket = _together(values - rest, buurten, found, neighbours)
    return SquarePockets(rest, values - rest, error, p, found, pocket, ordinary)


def _beside(
    values: np.ndarray, buurten: np.ndarray, aside: np.ndarray, able: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """The middle of the squares of the buurt but those aside, the error of the difference, the ordinary spread.

    The middle and not the mean: before it is known which squares stand aside a pocket would pull a mean along.
    """
    kept = np.flatnonzero(~aside & able)
    count = int(buurten.max(initial=-1)) + 1
    rest = np.where(able, _middle_of(values[kept], buurten[kept], count)[buurten], np.nan)
    difference = values - rest
    own = _MEDIAN_TO_SPREAD * _middle_of(np.abs(difference[kept]), buurten[kept], count)
    number = np.maximum(np.bincount(buurten[kept], minlength=count)[buurten], 1)
    more = 1 + _MIDDLE_TO_MEAN / number
    ordinary = ordinary_spread(difference[kept], np.zeros(len(kept)), more[kept])
    return rest, np.maximum(ordinary, own[buurten]) * np.sqrt(more), ordinary


def _middle_of(numbers: np.ndarray, units: np.ndarray, count: int) -> np.ndarray:
    """The median per unit, all in one sort; NaN for a unit without numbers."""
    found = np.full(count, np.nan)
    if not len(numbers):
        return found
    order = np.lexsort((numbers, units))
    ordered, unit = numbers[order], units[order]
    first = np.flatnonzero(np.r_[True, unit[1:] != unit[:-1]])
    length = np.diff(np.r_[first, len(unit)])
    found[unit[first]] = (ordered[first + (length - 1) // 2] + ordered[first + length // 2]) / 2
    return found


def _together(
    difference: np.ndarray, buurten: np.ndarray, found: np.ndarray, neighbours: sparse.csr_array
) -> np.ndarray:
    """Found squares of one buurt and one side that touch, three or more: their number, in the order of the squares."""
    pocket = np.full(len(found), -1, dtype=np.int64)
    places = np.flatnonzero(found)
    if not places.size:
        return pocket
    inside = sparse.coo_array(neighbours[places][:, places])
    one, other = inside.coords
    high = difference[places] > 0
    same = (buurten[places][one] == buurten[places][other]) & (high[one] == high[other])
    linked = sparse.csr_array((inside.data[same], (one[same], other[same])), shape=inside.shape)
    piece = connected_components(linked, directed=False)[1]
    large = np.bincount(piece)[piece] >= FEWEST_TOGETHER
    pocket[places[large]] = np.unique(piece[large], return_inverse=True)[1]
    return pocket
