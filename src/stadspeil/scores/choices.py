"""The method choices behind a composite mark, and what the mark would be had they been made otherwise.

Every choice that a serious maker could defend is one of these: how parts become comparable, how outliers are treated,
how they are added up, what stands in for a missing part, and how much each part weighs. All are brought to the scale
of report marks, so that they can be added up in the same ways.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import scipy
from scipy.special import ndtri

from stadspeil.scores.imputing import filled_or_empty
from stadspeil.scores.marks import MarkRules, report_mark

NORMALISATIONS = ("rapportcijfer", "plaats", "bereik", "normaal")
OUTLIERS = ("laten staan", "inperken")
AGGREGATIONS = ("rekenkundig", "meetkundig", "harmonisch")
MISSING = ("wegen zonder", "midden invullen", "regressie")
CHOICES = ("normalisatie", "uitschieters", "optelling", "ontbrekend", "gewichten")
# Four per part lets a weight of one in five wander between 0.06 and 0.39 (90 % of draws): a default of ours.
CONCENTRATION = 4.0
# Share of areas at each side that inperken pulls in to the next.
_TAIL = 0.025


@dataclass(frozen=True)
class Parts:
    """The marks of a composite's parts: what all choices start from.

    Shape:   marks (n areas, k parts), NaN where missing, higher is better; weights (k,), adding up to one.
    """

    marks: np.ndarray
    weights: np.ndarray
    minimum_weight: float
    rules: MarkRules = field(default_factory=MarkRules)

    @cached_property
    def shown(self) -> np.ndarray:
        """Areas with enough of the weight to have a mark: the same in every choice."""
        held: np.ndarray = (~np.isnan(self.marks)) @ self.weights >= self.minimum_weight - 1e-4
        return held & ~np.isnan(self.marks).all(axis=1)

    def normalised(self, normalisation: int, outliers: int, missing: int) -> np.ndarray:
        """Marks of the shown areas under three choices, by their number in NORMALISATIONS, OUTLIERS and MISSING."""
        made = self._columns(normalisation, outliers)
        if missing == 0 or self._whole:
            return made
        key = (normalisation, outliers, missing)
        if key not in self._filled:
            # Where a regression has too few complete areas it weighs without, as a composite does.
            middle = np.where(np.isnan(made), np.float32(self.rules.mean), made)
            self._filled[key] = middle if missing == 1 else filled_or_empty(made).astype(np.float32)
        return self._filled[key]

    @cached_property
    def _whole(self) -> bool:
        return not np.isnan(self.marks[self.shown]).any()

    @cached_property
    def _filled(self) -> dict[tuple[int, int, int], np.ndarray]:
        return {}

    def _columns(self, normalisation: int, outliers: int) -> np.ndarray:
        key = (normalisation, outliers)
        if key not in self._made:
            columns = [self._column(each, normalisation, outliers)[self.shown] for each in self.marks.T]
            self._made[key] = np.column_stack(columns).astype(np.float32)
        return self._made[key]

    @cached_property
    def _made(self) -> dict[tuple[int, int], np.ndarray]:
        return {}

    def _column(self, marks: np.ndarray, normalisation: int, outliers: int) -> np.ndarray:
        known = ~np.isnan(marks)
        if not known.any() or normalisation == outliers == 0:
            return marks
        column = pulled_in(marks) if outliers == 1 else marks
        made = np.full(len(marks), np.nan)
        made[known] = _NORMALISED[normalisation](column[known], self.rules)
        return made


def pulled_in(values: np.ndarray) -> np.ndarray:
    """Values with the outer ones at each side pulled in to the 2.5th and 97.5th percentile."""
    low, high = np.nanquantile(values, [_TAIL, 1 - _TAIL])
    return np.clip(values, low, high)


def scores_under(matrix: np.ndarray, weights: np.ndarray, aggregation: int) -> np.ndarray:
    """Composite marks of areas under many weights: (n, k) and (d, k) to (d, n). Missing parts are weighed without."""
    known = ~np.isnan(matrix)
    numbers = np.where(known, matrix, 1.0)
    if aggregation == 1:
        numbers = np.log(numbers)
    elif aggregation == 2:
        numbers = 1.0 / numbers
    total = weights @ np.where(known, numbers, 0.0).T
    # One pass more only where something is missing.
    means = total / (weights.sum(axis=1, keepdims=True) if known.all() else weights @ known.T)
    if aggregation == 1:
        return np.asarray(np.exp(means))
    return np.asarray(1.0 / means if aggregation == 2 else means)


def draw_weights(weights: np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
    """Weights as other makers might have chosen them: Dirichlet around the declared ones, (number, k)."""
    return rng.dirichlet(CONCENTRATION * len(weights) * weights, number)


def _plain(values: np.ndarray, rules: MarkRules) -> np.ndarray:
    return report_mark(values, "higher_is_better", rules)


def _by_place(values: np.ndarray, rules: MarkRules) -> np.ndarray:
    shares = (scipy.stats.rankdata(values) - 0.5) / len(values)
    return rules.lowest + (rules.highest - rules.lowest) * shares


def _by_range(values: np.ndarray, rules: MarkRules) -> np.ndarray:
    low, width = values.min(), np.ptp(values)
    if width == 0:
        return np.full(len(values), rules.mean)
    return rules.lowest + (rules.highest - rules.lowest) * (values - low) / width


def _by_normal_scores(values: np.ndarray, rules: MarkRules) -> np.ndarray:
    scores = ndtri((scipy.stats.rankdata(values) - 0.5) / len(values))
    return np.clip(rules.mean + rules.sd * scores, rules.lowest, rules.highest)


_NORMALISED = (_plain, _by_place, _by_range, _by_normal_scores)
