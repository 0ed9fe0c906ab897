"""A line drawn on to a later year, with an interval that holds also where years resemble the year before.

Years of a town are no separate draws: a year that lies above the line is mostly followed by another. How much so
cannot be told from ten years. So the line is fitted for every likeness of neighbouring years (AR(1), 0 to 0.95), each
is weighed by how well it suits the series, and the interval is that of the strongest likeness which the series does not
exclude: nine tenths of the weight lies at or below it. Measured in benchmarks/projection_coverage.py and written down
in docs/decisions/0023-projections-of-drifting-series.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from stadspeil.analyses.slopes import FEWEST_YEARS

_LEVEL = 0.1
_LIKENESSES = np.arange(20) * 0.05
_NOT_EXCLUDED = 0.9


@dataclass(frozen=True)
class Projection:
    """A line drawn on to a year, with the 90 % interval of where one such year may lie."""

    year: int
    value: float
    low: float
    high: float
    likeness: float


def project(years: np.ndarray, values: np.ndarray, to: int, noise: np.ndarray | None = None) -> Projection | None:
    """The straight line through the known years drawn on; None with fewer than six.

    Shape:   one entry per year, NaN where unknown; `noise` is the standard error of each value, NaN where unknown.
    The scatter round the line is never taken to be less than the noise that the values are known to have.
    """
    known = ~np.isnan(values)
    n = int(known.sum())
    if n < FEWEST_YEARS:
        return None
    x, y = years[known].astype(float), values[known]
    least = 0.0
    if noise is not None and np.isfinite(noise[known]).any():
        least = float(np.nanmean(noise[known] ** 2))
    fits = [_Fit.of(x, y, float(to), float(each)) for each in _LIKENESSES]
    scale = float(np.abs(y).max()) or 1.0
    if min(each.scatter for each in fits) <= (1e-9 * scale) ** 2:
        # On the line to the last digit: no likeness suits better than another.
        chosen = fits[0]
    else:
        logs = np.array([each.suits for each in fits])
        weights = np.exp(logs - logs.max())
        held = np.cumsum(weights) / weights.sum()
        chosen = fits[int(np.searchsorted(held, _NOT_EXCLUDED))]
    error = float(np.sqrt(max(chosen.scatter, least) * chosen.widening))
    margin = float(stdtrit(n - 2, 1 - _LEVEL / 2)) * error
    return Projection(to, chosen.value, chosen.value - margin, chosen.value + margin, chosen.likeness)


@dataclass(frozen=True)
class _Fit:
    """The line for one likeness: the value it foretells, its scatter, how that widens, and how well it suits (log)."""

    likeness: float
    value: float
    scatter: float
    widening: float
    suits: float

    @classmethod
    def of(cls, x: np.ndarray, y: np.ndarray, to: float, likeness: float) -> _Fit:
        """Generalised least squares, and the best forecast of the year itself (Goldberger 1962)."""
        n = len(x)
        line = np.column_stack([np.ones(n), x - x.mean()])
        ahead = np.array([1.0, to - x.mean()])
        inverse = np.linalg.inv(likeness ** np.abs(x[:, None] - x[None, :]))
        tied = likeness ** np.abs(to - x) @ inverse
        design = line.T @ inverse @ line
        fitted = np.linalg.solve(design, line.T @ inverse @ y)
        rest = y - line @ fitted
        square = float(rest @ inverse @ rest)
        left = ahead - tied @ line
        widening = 1 - float(tied @ likeness ** np.abs(to - x)) + float(left @ np.linalg.solve(design, left))
        # Restricted likelihood, with the scatter worked out of it.
        determinants = float(np.linalg.slogdet(design)[1] - np.linalg.slogdet(inverse)[1])
        suits = -0.5 * determinants - (n - 2) / 2 * float(np.log(max(square, 1e-300)))
        return cls(likeness, float(ahead @ fitted + tied @ rest), square / (n - 2), widening, suits)
