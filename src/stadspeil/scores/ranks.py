"""Ranks: 1 is most favourable (for a neutral figure: highest), equals share a place, and the next place is skipped.

Docs: docs/decisions/0003-ranks-and-ties.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stadspeil.catalogue.entries import Direction

# Values closer than this share of the whole range are equal; their difference is the rounding of the computer.
TIE = 1e-9


@dataclass(frozen=True)
class Ranking:
    """Places of areas in the order of their values. `rank` and `tied` are 0 where there is no value."""

    rank: np.ndarray
    tied: np.ndarray
    ranked: int


def rank_areas(values: np.ndarray, direction: Direction) -> Ranking:
    """Competition ranks (1, 2, 2, 4) of unrounded values, and how many areas share each place."""
    known = np.flatnonzero(~np.isnan(values))
    rank, tied = np.zeros(len(values), np.int32), np.zeros(len(values), np.int32)
    if known.size:
        badness = _badness(values[known], direction)
        order = np.argsort(badness, kind="stable")
        new_place = np.concatenate([[True], np.diff(badness[order]) > _tolerance(badness)])
        starts = np.flatnonzero(new_place)
        place = np.cumsum(new_place) - 1
        rank[known[order]] = starts[place] + 1
        tied[known[order]] = np.diff(np.append(starts, known.size))[place]
    return Ranking(rank, tied, int(known.size))


def position(value: float, values: np.ndarray, direction: Direction) -> int:
    """The place that a value would take in a field without being in it: 1 + the number strictly better."""
    field = _badness(values[~np.isnan(values)], direction)
    own = float(_badness(np.array([value]), direction)[0])
    return 1 + int((field < own - _tolerance(field)).sum())


def _badness(values: np.ndarray, direction: Direction) -> np.ndarray:
    return values if direction == "lower_is_better" else -values


def _tolerance(values: np.ndarray) -> float:
    return TIE * float(np.ptp(values)) if values.size else 0.0
