"""Which method choice moves the places: first and total Sobol indices, of each area and of the whole field.

First is what a choice moves by itself, total what it moves in any company. Outcomes are centred before the product
that gives the first index: with a mean far from zero the estimator is noise otherwise.
Source:  Saltelli et al. 2010, Computer Physics Communications 181; Jansen 1999, ibid. 117.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from stadspeil.scores.choices import AGGREGATIONS, CHOICES, MISSING, NORMALISATIONS, OUTLIERS, Parts, draw_weights
from stadspeil.scores.draws import ranks_per_draw, scores_of_ways

_POWER = 10
_BOOTSTRAPS = 100
# Of the total effect: one choice that carries so much is named as what an outcome hangs on.
HANGS_ON = 0.5


@dataclass(frozen=True)
class Sensitivity:
    """Sobol indices of the places over the method choices in CHOICES.

    Shape:   first and total (choices, areas shown), NaN where a place never moves; the field_ arrays are
             (choices, 3): the index of the mean shift of all places, with the 5th and 95th percentile.
    """

    choices: tuple[str, ...]
    first: np.ndarray
    total: np.ndarray
    field_first: np.ndarray
    field_total: np.ndarray
    spread: np.ndarray
    shown: np.ndarray

    def hangs_on(self, area: int) -> str:
        """The one choice that an area's place hangs on; empty where none carries half of the movement alone."""
        if not np.isfinite(self.first[:, area]).all() or self.spread[area] < 1:
            return ""
        most = int(np.argmax(self.first[:, area]))
        return self.choices[most] if self.first[most, area] >= HANGS_ON else ""


def rank_sensitivity(parts: Parts, rng: np.random.Generator, power: int = _POWER) -> Sensitivity:
    """Sobol indices from 2^power points: that many times the number of choices plus two rebuilds of the composite."""
    points = scipy.stats.qmc.Sobol(2 * len(CHOICES), rng=rng).random_base2(power)
    weights = draw_weights(parts.weights, len(points), rng)
    first_half, second_half = points[:, : len(CHOICES)], points[:, len(CHOICES) :]
    mixed = [_with_column(first_half, second_half, number) for number in range(len(CHOICES))]
    ranks = _ranks(parts, np.concatenate([first_half, second_half, *mixed]), weights)
    base, other, *moved = np.split(ranks.astype(np.float32), len(CHOICES) + 2)
    # The mean shift of all places against the declared way: one number per draw for the whole field.
    declared = _ranks(parts, np.full((1, len(CHOICES)), 0.0), parts.weights[None, :]).astype(np.float32)
    shifts = [np.abs(each - declared).mean(axis=1, keepdims=True) for each in (base, other, *moved)]
    first, total = _indices(base, other, moved, None)
    spread = np.concatenate([base, other]).std(axis=0)
    return Sensitivity(
        CHOICES, first, total, *_field_indices(shifts[0], shifts[1], shifts[2:], rng), spread, parts.shown
    )


def _with_column(base: np.ndarray, other: np.ndarray, number: int) -> np.ndarray:
    mixed = base.copy()
    mixed[:, number] = other[:, number]
    return mixed


def _ranks(parts: Parts, points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    sizes = (len(NORMALISATIONS), len(OUTLIERS), len(AGGREGATIONS), len(MISSING), len(weights))
    picked = [np.minimum((points[:, i] * size).astype(int), size - 1) for i, size in enumerate(sizes)]
    return ranks_per_draw(scores_of_ways(parts, picked[:4], weights[picked[4]]))


def _indices(
    base: np.ndarray, other: np.ndarray, moved: list[np.ndarray], rows: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """First and total indices (choices, outcomes); `rows` are weights of a bootstrap (draws, points)."""
    variance, mean = _moments(base, other, rows)
    with np.errstate(invalid="ignore", divide="ignore"):
        first = [_mean((other - mean) * (each - base), rows) / variance for each in moved]
        total = [_mean((base - each) ** 2, rows) / (2 * variance) for each in moved]
    return np.stack(first), np.stack(total)


def _moments(base: np.ndarray, other: np.ndarray, rows: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    mean = (base.mean(axis=0) + other.mean(axis=0)) / 2
    variance = (_mean((base - mean) ** 2, rows) + _mean((other - mean) ** 2, rows)) / 2
    return np.where(variance > 0, variance, np.nan), mean


def _mean(numbers: np.ndarray, rows: np.ndarray | None) -> np.ndarray:
    return np.asarray(numbers.mean(axis=0) if rows is None else rows @ numbers / len(numbers))


def _field_indices(
    base: np.ndarray, other: np.ndarray, moved: list[np.ndarray], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    rows = rng.multinomial(len(base), np.full(len(base), 1 / len(base)), size=_BOOTSTRAPS).astype(np.float32)
    point, again = _indices(base, other, moved, None), _indices(base, other, moved, rows)
    made = []
    for value, drawn in zip(point, again, strict=True):
        # Not nanquantile: where no place moves at all, every drawn index is unknown and stays so.
        low, high = np.quantile(drawn[:, :, 0], [0.05, 0.95], axis=1)
        made.append(np.column_stack([value[:, 0], low, high]))
    return made[0], made[1]
