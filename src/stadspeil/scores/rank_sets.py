"""Confidence sets for ranks: the places that an area may really have, given the noise of all values.

Two areas are told apart when their difference is larger than chance makes the largest of all differences. The lowest
place of an area is one more than the number that are demonstrably better, its highest the field less those
demonstrably worse. Pairs that are told apart leave the comparison, and the rest is asked again (step-down).
Source:  Mogstad, Romano, Shaikh & Wilhelm 2024, 'Inference for Ranks', Review of Economic Studies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stadspeil.catalogue.entries import Direction
from stadspeil.scores.marks import SAME

DRAWS = 1000
# Each round can only tell more apart; in practice nothing changes after three.
_ROUNDS = 5
# Draws, 1 / noise of open pairs, coverage, the limits of the round before, and for which areas pairs were closed since.
_Limits = Callable[[np.ndarray, np.ndarray, float, np.ndarray | None, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class RankSets:
    """Per area the best and worst place that its value and noise allow; 0 where the value or its noise is unknown."""

    best: np.ndarray
    worst: np.ndarray
    ranked: int
    coverage: float


def simultaneous_rank_sets(
    values: np.ndarray, spread: np.ndarray, direction: Direction, rng: np.random.Generator, coverage: float = 0.9
) -> RankSets:
    """Sets that all hold together with the given probability: for reading a whole list.

    Shape:   one value and its standard error per area; NaN where unknown. Noise of areas is independent.
    """
    return _sets(values, spread, direction, rng, coverage, _simultaneous_limit)


def marginal_rank_sets(
    values: np.ndarray, spread: np.ndarray, direction: Direction, rng: np.random.Generator, coverage: float = 0.9
) -> RankSets:
    """Sets that hold each with the given probability: for reading one area only, so narrower."""
    return _sets(values, spread, direction, rng, coverage, _marginal_limits)


def told_apart(
    values: np.ndarray, spread: np.ndarray, direction: Direction, rng: np.random.Generator, coverage: float = 0.9
) -> np.ndarray:
    """Matrix of areas: 1 where the row is demonstrably better than the column, -1 worse, 0 not told apart."""
    known = np.isfinite(values) & np.isfinite(spread)
    apart = np.zeros((len(values), len(values)), np.int8)
    better = _better(values[known], spread[known], direction, rng, coverage, _simultaneous_limit)
    apart[np.ix_(known, known)] = better.astype(np.int8) - better.T.astype(np.int8)
    return apart


def _sets(
    values: np.ndarray,
    spread: np.ndarray,
    direction: Direction,
    rng: np.random.Generator,
    coverage: float,
    limits: _Limits,
) -> RankSets:
    known = np.isfinite(values) & np.isfinite(spread)
    best, worst = np.zeros(len(values), np.int32), np.zeros(len(values), np.int32)
    better = _better(values[known], spread[known], direction, rng, coverage, limits)
    best[known] = 1 + better.sum(axis=0)
    worst[known] = known.sum() - better.sum(axis=1)
    return RankSets(best, worst, int(known.sum()), coverage)


def _better(
    values: np.ndarray,
    spread: np.ndarray,
    direction: Direction,
    rng: np.random.Generator,
    coverage: float,
    limits: _Limits,
) -> np.ndarray:
    """Whether the row is demonstrably better than the column."""
    sign = -1.0 if direction == "lower_is_better" else 1.0
    difference = sign * (values[:, None] - values[None, :])
    noise = np.sqrt(spread[:, None] ** 2 + spread[None, :] ** 2)
    exact = noise == 0
    scale = float(np.abs(values).max(initial=0.0))
    inverse = np.divide(1.0, noise, out=np.zeros_like(noise), where=~exact)
    ratio = difference * inverse
    better = exact & (difference > SAME * max(scale, 1.0))
    open_pairs = ~exact
    draws = rng.standard_normal((DRAWS, len(values))) * spread
    # Draws last, so that each area's row is read as it lies in memory.
    columns = np.ascontiguousarray(draws.T.astype(np.float32))
    limit: np.ndarray | None = None
    changed = np.ones(len(values), bool)
    for _ in range(_ROUNDS):
        asked = np.where(open_pairs, inverse, 0.0).astype(np.float32)
        limit = limits(columns, asked, coverage, limit, changed)
        found = open_pairs & (np.abs(ratio) > limit)
        if not found.any():
            break
        better |= found & (ratio > 0)
        open_pairs &= ~found
        changed = found.any(axis=1)
    return better


def _simultaneous_limit(
    columns: np.ndarray, inverse: np.ndarray, coverage: float, before: np.ndarray | None, changed: np.ndarray
) -> np.ndarray:
    """How far any ratio of an open pair may go: one number.

    Shape:   columns (n, R) of draws; inverse (n, n) is 1 / noise of open pairs, else 0.
    """
    largest = np.zeros(columns.shape[1], np.float32)
    for area in range(len(columns) - 1):
        pairs = np.flatnonzero(inverse[area, area + 1 :]) + area + 1
        if pairs.size:
            np.maximum(largest, _ratios(columns, area, pairs, inverse).max(axis=0), out=largest)
    return np.asarray(np.quantile(largest, coverage))


def _marginal_limits(
    columns: np.ndarray, inverse: np.ndarray, coverage: float, before: np.ndarray | None, changed: np.ndarray
) -> np.ndarray:
    """The same for each area apart: one number per row, infinite where no pair is open. Only changed rows are asked."""
    largest = _all_largest(columns, inverse) if before is None else _largest(columns, inverse, changed)
    limits = np.full((len(columns), 1), np.inf) if before is None else before.copy()
    limits[changed, 0] = np.quantile(largest, coverage, axis=1)
    limits[~inverse.any(axis=1)] = np.inf
    return limits


def _all_largest(columns: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    """Per area and draw the largest ratio, where a pair is open for both or for none: each is made once."""
    largest = np.zeros_like(columns)
    room = np.empty_like(columns)
    for area in range(len(columns) - 1):
        ratios = room[area + 1 :]
        np.subtract(columns[area + 1 :], columns[area], out=ratios)
        ratios *= inverse[area, area + 1 :, None]
        np.abs(ratios, out=ratios)
        np.maximum(largest[area], ratios.max(axis=0), out=largest[area])
        np.maximum(largest[area + 1 :], ratios, out=largest[area + 1 :])
    return largest


def _largest(columns: np.ndarray, inverse: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The same for some areas, where a pair may be closed for the one and open for the other."""
    made = np.zeros((int(rows.sum()), columns.shape[1]), np.float32)
    for number, area in enumerate(np.flatnonzero(rows).tolist()):
        pairs = np.flatnonzero(inverse[area])
        if pairs.size:
            made[number] = _ratios(columns, area, pairs, inverse).max(axis=0)
    return made


def _ratios(columns: np.ndarray, area: int, pairs: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    """Per draw the ratios of one area with others, (pairs, draws)."""
    moved: np.ndarray = columns[pairs]
    moved -= columns[area]
    moved *= inverse[area, pairs][:, None]
    return np.abs(moved, out=moved)
