"""What a missing part of a composite would be, foretold from its other parts among gemeenten (ridge regression).

One covariance of the parts serves every pattern of missing parts: foretelling some parts from the others is a
regression on it, and a small ridge keeps that steady where parts go along with each other. Wijken and buurten are
foretold with the coefficients of the gemeenten, as their weights are.
Source:  conditional mean and variance of normal variables, as in Little & Rubin 2002, 'Statistical Analysis with
Missing Data', 11.2; the ridge of a twentieth of the mean variance is a choice of ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Complete gemeenten per part before a regression is worth anything.
FEWEST_PER_PART = 5
_RIDGE = 0.05


@dataclass(frozen=True)
class Foretelling:
    """How the parts hang together, and between which marks each lies.

    Shape:   means, lowest and highest (k,), precision (k, k); `stretch` makes the variance that of new areas.
    """

    means: np.ndarray
    precision: np.ndarray
    stretch: float
    lowest: np.ndarray
    highest: np.ndarray

    def filled(self, marks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Marks with missing parts filled in, and the standard error of what was filled in (NaN elsewhere).

        Shape:   marks (n, k). An area without any part stays empty.
        """
        made, errors = marks.copy(), np.full(marks.shape, np.nan)
        missing = np.isnan(marks)
        some = np.flatnonzero(missing.any(axis=1) & ~missing.all(axis=1))
        # Areas that lack the same parts share a regression.
        patterns, place = np.unique(missing[some], axis=0, return_inverse=True)
        for number, gone in enumerate(patterns):
            rows = some[place.ravel() == number]
            inner = np.linalg.inv(self.precision[np.ix_(gone, gone)])
            away = marks[np.ix_(rows, ~gone)] - self.means[~gone]
            told = self.means[gone] - away @ (inner @ self.precision[np.ix_(gone, ~gone)]).T
            made[np.ix_(rows, gone)] = np.clip(told, self.lowest[gone], self.highest[gone])
            errors[np.ix_(rows, gone)] = np.sqrt(np.diag(inner) * self.stretch)
        return made, errors


def foretelling(marks: np.ndarray) -> Foretelling | None:
    """From areas that have all parts; None where fewer than five per part do, or where no part differs."""
    complete = marks[~np.isnan(marks).any(axis=1)].astype(float)
    areas, parts = complete.shape
    if parts < 2 or areas < FEWEST_PER_PART * parts:
        return None
    covariance = np.cov(complete, rowvar=False)
    ridge = _RIDGE * float(np.trace(covariance)) / parts
    if ridge <= 0:
        return None
    precision = np.linalg.inv(covariance + ridge * np.eye(parts))
    # Of the areas seen the regression leaves over less than of others, and its coefficients are not certain themselves.
    stretch = (areas - 1) / (areas - parts) * (1 + parts / areas)
    return Foretelling(complete.mean(axis=0), precision, stretch, complete.min(axis=0), complete.max(axis=0))


def filled_or_empty(marks: np.ndarray) -> np.ndarray:
    """Marks with missing parts foretold; as they were where nothing can be told."""
    found = foretelling(marks)
    return marks if found is None else found.filled(marks)[0]
