"""Which family of marks is nearest to marks that somebody else printed for the same values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression, minimize_scalar

from stadspeil.catalogue.entries import Direction
from stadspeil.errors import QuestionError
from stadspeil.scores.marks import SIGNS, MarkRules, report_mark
from stadspeil.scores.normalising import Choices, normalise

# A printed mark has one decimal.
_NEAR = 0.1
_FEWEST = 5
_SPREADS = (0.2, 3.0)


@dataclass(frozen=True)
class Fit:
    """How near one family comes: root mean square distance, the share within a tenth, its mean and spread."""

    family: str
    error: float
    near: float
    mean: float
    sd: float


@dataclass(frozen=True)
class Calibration:
    """Fits of the families, the nearest first, and of the best rising curve: no family can come nearer than that."""

    fits: tuple[Fit, ...]
    curve: Fit

    @property
    def best(self) -> Fit:
        """The nearest family."""
        return self.fits[0]


def calibrate(
    published: np.ndarray, values: np.ndarray, direction: Direction, people: np.ndarray | None = None
) -> Calibration:
    """Families: linear marks of equal areas, linear marks weighted by people, and marks by normal scores.

    Shape:   a printed mark (NaN where none was printed) and a value per area of the whole field; people likewise.
    Raises:  QuestionError with fewer than five areas that have both.
    """
    known = ~(np.isnan(published) | np.isnan(values))
    if known.sum() < _FEWEST or direction == "neutral":
        raise QuestionError(
            "ijking",
            f"{int(known.sum())} gebieden hebben een gedrukt cijfer en een waarde",
            f"geef er minstens {_FEWEST}",
        )
    families: dict[str, Callable[[MarkRules], np.ndarray]] = {
        "lineair": lambda rules: report_mark(values, direction, rules),
        "naar plaats": lambda rules: normalise(values, "normal_scores", direction, Choices(rules=rules)),
    }
    if people is not None:
        families["lineair, gewogen naar inwoners"] = lambda rules: _weighted(values, direction, people, rules)
    fits = [_fitted(name, make, published, known) for name, make in families.items()]
    ordered = published[known][np.argsort(SIGNS[direction] * values[known], kind="stable")]
    rising = isotonic_regression(ordered).x
    curve = _fit("stijgende lijn", rising, ordered, float(rising.mean()), float(rising.std()))
    return Calibration(tuple(sorted(fits, key=lambda each: each.error)), curve)


def _fitted(family: str, make: Callable[[MarkRules], np.ndarray], published: np.ndarray, known: np.ndarray) -> Fit:
    """The spread of the family at which it is nearest. Its mean stays: whose mean is 6.5 tells the families apart."""

    def rules(sd: float) -> MarkRules:
        return MarkRules(sd=sd)

    def error(sd: float) -> float:
        return float(((make(rules(sd))[known] - published[known]) ** 2).mean())

    sd = float(minimize_scalar(error, bounds=_SPREADS, method="bounded", options={"xatol": 1e-5}).x)
    return _fit(family, make(rules(sd))[known], published[known], rules(sd).mean, sd)


def _fit(family: str, ours: np.ndarray, printed: np.ndarray, mean: float, sd: float) -> Fit:
    distance = ours - printed
    return Fit(family, float(np.sqrt((distance**2).mean())), float((np.abs(distance) <= _NEAR).mean()), mean, sd)


def _weighted(values: np.ndarray, direction: Direction, people: np.ndarray, rules: MarkRules) -> np.ndarray:
    """Linear marks of which the mean over people is the given one."""
    known = ~(np.isnan(values) | np.isnan(people))
    centre = np.average(values[known], weights=people[known])
    spread = np.sqrt(np.average((values[known] - centre) ** 2, weights=people[known]))
    return np.clip(rules.mean + rules.sd * SIGNS[direction] * (values - centre) / spread, rules.lowest, rules.highest)
