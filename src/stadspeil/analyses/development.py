"""What has changed over the years, and whether it is more than noise: against the town's own past, and the country.

Two years are compared by their own noise. A trend over more years is the middle of all slopes (Theil-Sen), tested by
Mann-Kendall with its variance corrected for years that resemble the year before (Yue & Wang 2004); without that
correction one of five series that goes nowhere would be called a trend. Never over a break.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit
from scipy.stats import rankdata

Verdict = Literal["gestegen", "gedaald", "geen aantoonbare verandering", "onbekende marge", "te kort"]
FEWEST_YEARS = 6
_LEVEL = 0.1


@dataclass(frozen=True)
class Trend:
    """The middle of all slopes per year with its 90 % interval, and the two-sided p of 'goes nowhere'."""

    slope: float
    low: float
    high: float
    p: float
    years: int


@dataclass(frozen=True)
class Change:
    """The difference between two years with its 90 % interval; margins NaN where the noise is unknown."""

    first_year: int
    last_year: int
    first: float
    last: float
    low: float
    high: float
    verdict: Verdict

    @property
    def change(self) -> float:
        """Last less first."""
        return self.last - self.first


def smallest_detectable(spread: float, other: float | None = None, comparisons: int = 1) -> float:
    """How far two values must lie apart to be told apart: 90 % two-sided, shared over comparisons (Bonferroni)."""
    return -float(ndtri(_LEVEL / 2 / comparisons)) * float(np.hypot(spread, spread if other is None else other))


def band_of_share(share: float, people: float) -> float:
    """The 95 % band of the change of a share between two years, of counts that are rounded to fives by lot.

    Units: share 0 to 1. Source: design note safety 2.1; a superpopulation view of complete counts.
    """
    variance = share * (1 - share) / people + (4 + 4 * share**2) / people**2
    return -float(ndtri(0.025)) * float(np.sqrt(2 * variance))


def change_between(years: np.ndarray, values: np.ndarray, spread: np.ndarray, comparisons: int = 1) -> Change | None:
    """The last year that is known against the first. Shape: one entry per year, in order, NaN where unknown."""
    known = np.flatnonzero(~np.isnan(values))
    if len(known) < 2:
        return None
    first, last = known[0], known[-1]
    margin = smallest_detectable(float(spread[first]), float(spread[last]), comparisons)
    difference = float(values[last] - values[first])
    verdict: Verdict = "onbekende marge"
    if np.isfinite(margin):
        verdict = "geen aantoonbare verandering"
        if abs(difference) > margin:
            verdict = "gestegen" if difference > 0 else "gedaald"
    return Change(
        int(years[first]), int(years[last]), float(values[first]), float(values[last]), difference - margin,
        difference + margin, verdict,
    )  # fmt: skip


def trend(years: np.ndarray, values: np.ndarray) -> Trend | None:
    """The trend of one series; None with fewer than six years. Shape: one entry per year, NaN where unknown."""
    known = ~np.isnan(values)
    if known.sum() < FEWEST_YEARS:
        return None
    x, y = years[known].astype(float), values[known]
    one, other = np.triu_indices(len(x), 1)
    slopes = np.sort((y[other] - y[one]) / (x[other] - x[one]))
    rises = float(np.sign(y[other] - y[one]).sum())
    middle = float(np.median(slopes))
    variance = _variance_of_rises(y - middle * x, y)
    z = (rises - np.sign(rises)) / np.sqrt(variance)
    # The interval of the slope counts as many slopes off both ends as the test allows (Sen 1968).
    off = -float(ndtri(_LEVEL / 2)) * np.sqrt(variance)
    low = int(np.clip(np.floor((len(slopes) - off) / 2), 0, len(slopes) - 1))
    high = int(np.clip(np.ceil((len(slopes) + off) / 2), 0, len(slopes) - 1))
    return Trend(middle, float(slopes[low]), float(slopes[high]), float(2 * ndtr(-abs(z))), len(x))


def _variance_of_rises(rest: np.ndarray, values: np.ndarray) -> float:
    """Variance of Mann-Kendall's sum, with ties taken out and the likeness of neighbouring years put in."""
    n = len(values)
    ties = np.unique(values, return_counts=True)[1]
    plain = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    ranks = rankdata(rest) - (n + 1) / 2
    total = float((ranks**2).sum())
    if total == 0:
        return max(plain, 1e-9)
    likeness = float((ranks[1:] * ranks[:-1]).sum()) / total
    # Likeness is underestimated in short series, and the more so once a slope was taken out (Kendall 1954).
    likeness = float(np.clip((n * likeness + 2) / (n - 4), 0.0, 0.9))
    lags = np.arange(1, n)
    factor = 1 + 2 * float(((1 - lags / n) * likeness**lags).sum())
    return max(plain * factor, 1e-9)


@dataclass(frozen=True)
class Projection:
    """A line drawn on to a year, with the 90 % interval of where one such year may lie."""

    year: int
    value: float
    low: float
    high: float


def project(years: np.ndarray, values: np.ndarray, to: int, fewest: int = 4) -> Projection | None:
    """The straight line through the known years drawn on; None with fewer than four.

    The interval is that of least squares for a new year, by Student's t; it widens fast, as it should.
    """
    known = ~np.isnan(values)
    n = int(known.sum())
    if n < fewest:
        return None
    x, y = years[known].astype(float), values[known]
    centre, square = x.mean(), float(((x - x.mean()) ** 2).sum())
    slope = float(((x - centre) * (y - y.mean())).sum() / square)
    rest = y - y.mean() - slope * (x - centre)
    error = np.sqrt(float((rest**2).sum()) / (n - 2) * (1 + 1 / n + (to - centre) ** 2 / square))
    value = float(y.mean() + slope * (to - centre))
    margin = float(stdtrit(n - 2, 1 - _LEVEL / 2)) * float(error)
    return Projection(to, value, value - margin, value + margin)


def mobility(first: np.ndarray, last: np.ndarray, parts: int = 5) -> np.ndarray:
    """Share of the areas of each fifth of the first year (row) that are in each fifth of the last (column)."""
    known = ~(np.isnan(first) | np.isnan(last))
    one, other = (
        np.minimum(((rankdata(each[known]) - 0.5) / known.sum() * parts).astype(int), parts - 1)
        for each in (first, last)
    )
    table = np.zeros((parts, parts))
    np.add.at(table, (one, other), 1)
    return np.asarray(table / np.maximum(table.sum(axis=1, keepdims=True), 1))


def mobility_by_noise(
    values: np.ndarray, spread: np.ndarray, rng: np.random.Generator, parts: int = 5, draws: int = 50
) -> np.ndarray:
    """The same table when nothing changes and only the noise is drawn anew: what a table must exceed to say anything.

    The true values are taken to be spread less widely than the measured, by the noise.
    """
    known = ~(np.isnan(values) | np.isnan(spread))
    measured, noise = values[known], spread[known]
    kept = np.sqrt(max(0.0, 1 - float((noise**2).mean()) / float(measured.var())))
    true = measured.mean() + kept * (measured - measured.mean())
    tables = [
        mobility(true + noise * rng.standard_normal(len(true)), true + noise * rng.standard_normal(len(true)), parts)
        for _ in range(draws)
    ]
    return np.asarray(np.mean(tables, axis=0))
