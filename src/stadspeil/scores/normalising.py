"""Ways to make figures comparable, besides the report mark: for other readers, and to see what the choice moves.

Afterwards higher is more favourable, but for `exponential`, where 100 is the worst off. What is missing stays so.
Sources:  OECD/JRC Handbook 2008, step 5; English Indices of Deprivation, technical report (exponential).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from scipy.special import ndtri

from stadspeil.catalogue.entries import Direction
from stadspeil.errors import QuestionError
from stadspeil.scores.marks import SIGNS, MarkRules, report_mark

Method = Literal["mark", "z_score", "min_max", "percentile", "exponential", "distance_to_target", "normal_scores"]
Outliers = Literal["keep", "winsorise", "log"]
METHODS: tuple[Method, ...] = (
    "mark", "z_score", "min_max", "percentile", "exponential", "distance_to_target", "normal_scores",
)  # fmt: skip
# COINr's rule: treat while both hold, at most so many values.
_SKEWED, _PEAKED, _MOST_TREATED = 2.0, 3.5, 5
_IMD = 23.0


@dataclass(frozen=True)
class Choices:
    """What a method needs besides the values. `worst` and `best` are the goalposts of distance_to_target."""

    outliers: Outliers = "keep"
    worst: float = float("nan")
    best: float = float("nan")
    rules: MarkRules = MarkRules()


def normalise(values: np.ndarray, method: Method, direction: Direction, choices: Choices = Choices()) -> np.ndarray:
    """Values on the scale of a method: marks 3-10, z-scores, or 0-100.

    Raises:  QuestionError for a neutral figure, which has no favourable side, and for goalposts that are no scale.
    """
    if direction == "neutral":
        raise QuestionError(
            "normalisatie", "een neutraal cijfer heeft geen gunstige kant", "kies een cijfer met een oordeel"
        )
    treated = treat(values, choices.outliers)
    if method == "mark":
        return report_mark(treated, direction, choices.rules)
    if method == "distance_to_target":
        return _distance(treated, choices.worst, choices.best)
    favourable = SIGNS[direction] * treated
    made = np.full(len(values), np.nan)
    known = ~np.isnan(favourable)
    if known.any():
        made[known] = _METHODS[method](favourable[known], choices.rules)
    return made


def treat(values: np.ndarray, outliers: Outliers) -> np.ndarray:
    """Values with outliers treated as declared: kept, pulled in to the next one by one, or on a signed log scale."""
    if outliers == "log":
        return np.asarray(np.sign(values) * np.log1p(np.abs(values)))
    if outliers == "keep":
        return values
    made = values.astype(float).copy()
    known = np.flatnonzero(~np.isnan(made))
    if len(known) <= 3:
        return made
    for _ in range(_MOST_TREATED):
        part = made[known]
        crooked = scipy.stats.skew(part)
        if np.ptp(part) == 0 or not (abs(crooked) > _SKEWED and scipy.stats.kurtosis(part) > _PEAKED):
            break
        ordered = np.unique(part)
        far, next_to = (ordered[-1], ordered[-2]) if crooked > 0 else (ordered[0], ordered[1])
        made[known[part == far]] = next_to
    return made


def _distance(values: np.ndarray, worst: float, best: float) -> np.ndarray:
    """0 at the worst goalpost, 100 at the target; beyond is cut off."""
    if not (np.isfinite(worst) and np.isfinite(best)) or worst == best:
        raise QuestionError(
            "afstand tot het doel",
            f"van {worst:g} tot {best:g} is geen schaal",
            "geef worst en best, en laat ze verschillen",
        )
    return np.clip(100 * (values - worst) / (best - worst), 0, 100)


def _z_score(values: np.ndarray, rules: MarkRules) -> np.ndarray:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros(len(values))


def _min_max(values: np.ndarray, rules: MarkRules) -> np.ndarray:
    width = np.ptp(values)
    return 100 * (values - values.min()) / width if width > 0 else np.full(len(values), 50.0)


def _percentile(values: np.ndarray, rules: MarkRules) -> np.ndarray:
    return np.asarray(100 * (scipy.stats.rankdata(values) - 0.5) / len(values))


def _exponential(values: np.ndarray, rules: MarkRules) -> np.ndarray:
    """Share of the field that is no worse off, stretched so that the worst off stand far apart: 0 to 100."""
    worse = scipy.stats.rankdata(-values, method="max") / len(values)
    return -_IMD * np.log(1 - worse * (1 - np.exp(-100 / _IMD)))


def _normal_scores(values: np.ndarray, rules: MarkRules) -> np.ndarray:
    scores = ndtri((scipy.stats.rankdata(values) - 0.5) / len(values))
    return np.clip(rules.mean + rules.sd * scores, rules.lowest, rules.highest)


_METHODS = {
    "z_score": _z_score, "min_max": _min_max, "percentile": _percentile, "exponential": _exponential,
    "normal_scores": _normal_scores,
}  # fmt: skip
