"""What it is worth to know something before choosing: which pilot to evaluate first.

EVPPI of an input is the mean value of choosing after its value is known, less that of choosing now. Given the input, the
mean value of each plan is a curve through the draws that there are already (Strong, Oakley & Brennan 2014): a cubic
spline with knots at quantiles. A curve also follows chance, which always looks like information; the same sum on draws in
another order shows how much, and what does not exceed it is not told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline

from stadspeil.appraisal.portfolio.problem import Floats

KNOTS = (0.25, 0.5, 0.75)
FEWEST_DRAWS = 40
_SHUFFLES = 20


@dataclass(frozen=True)
class Knowing:
    """What knowing one input before choosing is worth, in euros.

    value   its EVPPI       chance  the 95th percentile of what draws in another order give
    """

    input: str
    value: float
    chance: float

    @property
    def clear(self) -> bool:
        """Whether it is more than chance gives."""
        return self.value > self.chance


def worth_of_knowing(values: Floats, inputs: Mapping[str, Floats], rng: np.random.Generator) -> list[Knowing]:
    """Inputs by what knowing them is worth, most first.

    Shape:   values D x S of the plans between which one chooses, inputs S draws each.
    """
    found = []
    for name in sorted(inputs):
        axes = _axes(values, inputs[name])
        # Draws in another order are the rows of the same curve in another order.
        again = [_gained(values, axes[rng.permutation(len(axes))]) for _ in range(_SHUFFLES)]
        found.append(Knowing(name, _gained(values, axes), float(np.percentile(again, 95))))
    return sorted(found, key=lambda each: (-each.value, each.input))


def evppi(values: Floats, draws: Floats) -> float:
    """Expected value of perfect information on one input, never below zero; 0 where there is nothing to choose or know."""
    return _gained(values, _axes(values, draws))


def perfect(values: Floats) -> float:
    """What it is worth to know everything: no single input is worth more."""
    return float(values.max(axis=0).mean() - values.mean(axis=1).max()) if len(values) else 0.0


def _axes(values: Floats, draws: Floats) -> Floats:
    """S x R: what a curve through the draws of an input can be, as directions at right angles; none without a choice."""
    if len(values) < 2 or len(draws) < FEWEST_DRAWS or np.ptp(draws) == 0:
        return np.empty((len(draws), 0))
    axes, sizes, _ = np.linalg.svd(_spline(draws), full_matrices=False)
    return axes[:, sizes > sizes[0] * len(draws) * np.finfo(np.float64).eps]


def _gained(values: Floats, axes: Floats) -> float:
    """What choosing after the draw is known gives more: each plan's mean given the draw is its least-squares curve."""
    if not axes.shape[1]:
        return 0.0
    given = axes @ (axes.T @ values.T)
    return max(0.0, float(given.max(axis=1).mean() - values.mean(axis=1).max()))


def _spline(draws: Floats) -> Floats:
    """S x B cubic B-splines; an input with few different values gets a column for each."""
    levels = np.unique(draws)
    if len(levels) <= 6:
        return (draws[:, None] == levels[None]).astype(np.float64)
    inner = np.unique(np.quantile(draws, KNOTS))
    inner = inner[(inner > levels[0]) & (inner < levels[-1])]
    knots = np.concatenate([np.full(4, levels[0]), inner, np.full(4, levels[-1])])
    return BSpline.design_matrix(draws, knots, 3).toarray()
