"""How places move when a composite is made otherwise: ten thousand makers, each with choices of their own.

The range is *bandbreedte bij andere keuzes*. It is no confidence interval: noise of the values is another matter,
see rank_sets. Each draw takes one of each choice at random, and weights around the declared ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stadspeil.errors import QuestionError
from stadspeil.scores.choices import AGGREGATIONS, MISSING, NORMALISATIONS, OUTLIERS, Parts, draw_weights, scores_under

DRAWS = 10_000
_RANGE = (0.05, 0.5, 0.95)
# Marks are kept in single precision while drawing.
_TIE = 2e-6
_PIECE = 64


@dataclass(frozen=True)
class RankDraws:
    """Places of the shown areas over all draws.

    Shape:   ranks (draws, areas shown); `shown` says which areas of the field those are.
    """

    ranks: np.ndarray
    shown: np.ndarray

    def acceptability(self) -> np.ndarray:
        """Share of draws in which an area (row) takes a place (column, from 1): rows sum to one."""
        number = self.ranks.shape[1]
        cells = (self.ranks - 1) + np.arange(number) * number
        counts = np.bincount(cells.ravel(), minlength=number * number).reshape(number, number)
        return np.asarray(counts / len(self.ranks))

    def tenths(self) -> np.ndarray:
        """Share of draws in which an area is in each tenth of the field, best first, (areas, 10): rows sum to one."""
        ends = tenth_ends(self.ranks.shape[1])
        cumulated = np.column_stack([np.zeros(self.ranks.shape[1]), self.acceptability().cumsum(axis=1)])
        return np.diff(cumulated[:, [0, *ends]], axis=1)

    def ranges(self) -> np.ndarray:
        """Per area the places that 5, 50 and 95 % of the draws do not exceed, (3, areas)."""
        cumulated = self.acceptability().cumsum(axis=1)
        return np.stack([1 + (cumulated < share - 1e-12).sum(axis=1) for share in _RANGE])

    def share_in_lowest(self, part: float = 0.1) -> np.ndarray:
        """Share of draws in which an area is among the lowest tenth, or another part, of the field."""
        number = self.ranks.shape[1]
        return np.asarray((self.ranks > number - max(1, round(part * number))).mean(axis=0))

    def share_ahead(self, one: int, other: int) -> float:
        """Share of draws in which one area stands before another; equal places count half."""
        first, second = self.ranks[:, one], self.ranks[:, other]
        return float((first < second).mean() + 0.5 * (first == second).mean())


def tenth_ends(number: int) -> list[int]:
    """The last place of each tenth of a field, best tenth first; the lowest tenth is that of `share_in_lowest`.

    A field of fewer than ten has empty tenths: they end where the one before them ends.
    """
    below = [round((10 - tenth) / 10 * number) for tenth in range(1, 10)]
    return [number - max(each, 1) for each in below] + [number]


def draw_ranks(parts: Parts, rng: np.random.Generator, number: int = DRAWS) -> RankDraws:
    """Make the composite `number` times with other choices and rank the areas each time.

    Raises:  QuestionError when no area has enough of the parts.
    """
    if not parts.shown.any():
        raise QuestionError("samengesteld cijfer", "geen enkel gebied heeft genoeg delen om te vergelijken", None)
    weights = draw_weights(parts.weights, number, rng)
    ways = [rng.integers(len(options), size=number) for options in (NORMALISATIONS, OUTLIERS, AGGREGATIONS, MISSING)]
    scores = scores_of_ways(parts, ways, weights)
    return RankDraws(ranks_per_draw(scores), parts.shown)


def scores_of_ways(parts: Parts, ways: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Composite marks (draws, areas shown) of draws that are each one way: four choice numbers and their weights."""
    normalisation, outliers, aggregation, missing = ways
    code = ((normalisation * len(OUTLIERS) + outliers) * len(AGGREGATIONS) + aggregation) * len(MISSING) + missing
    scores = np.empty((len(weights), int(parts.shown.sum())), np.float32)
    for each in np.unique(code):
        rows = np.flatnonzero(code == each)
        first = rows[0]
        matrix = parts.normalised(int(normalisation[first]), int(outliers[first]), int(missing[first]))
        scores[rows] = scores_under(matrix, weights[rows].astype(np.float32), int(aggregation[first]))
    return scores


def ranks_per_draw(scores: np.ndarray) -> np.ndarray:
    """Places per draw, 1 is the highest score; equal scores share the best of their places."""
    ranks = np.empty(scores.shape, np.int16)
    places = np.arange(1, scores.shape[1] + 1, dtype=np.int16)
    # In pieces that fit the processor's own memory: three times as fast as all at once.
    for start in range(0, len(scores), _PIECE):
        piece = scores[start : start + _PIECE]
        order = np.argsort(-piece, axis=1)
        ordered = np.take_along_axis(piece, order, axis=1)
        begins = np.ones(piece.shape, np.bool_)
        np.less(ordered[:, 1:], ordered[:, :-1] - _TIE, out=begins[:, 1:])
        shared = np.maximum.accumulate(np.where(begins, places, np.int16(0)), axis=1)
        np.put_along_axis(ranks[start : start + _PIECE], order, shared, axis=1)
    return ranks
