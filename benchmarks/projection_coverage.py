"""How often the 90 % interval of a projection of twenty years holds the truth, for years that resemble each other.

Run: python benchmarks/projection_coverage.py [series per cell]. The figures stand in docs/decisions/0023.
"""

from __future__ import annotations

import sys

import numpy as np

from stadspeil.analyses.projecting import project

HORIZON = 20
SETTLED = 100


def drifting(rng: np.random.Generator, likeness: float, years: int) -> np.ndarray:
    """Years that resemble the year before (AR(1)); likeness 1 is a random walk."""
    shocks = rng.normal(size=years + SETTLED)
    series = np.zeros(years + SETTLED)
    for i in range(1, len(series)):
        series[i] = likeness * series[i - 1] + shocks[i]
    return series[SETTLED:]


def least_squares(years: np.ndarray, values: np.ndarray, to: int) -> tuple[float, float]:
    """The interval as it was: years independent, Student's t."""
    from scipy.special import stdtrit

    n, centre = len(years), years.mean()
    square = float(((years - centre) ** 2).sum())
    slope = float(((years - centre) * (values - values.mean())).sum() / square)
    rest = values - values.mean() - slope * (years - centre)
    error = np.sqrt(float((rest**2).sum()) / (n - 2) * (1 + 1 / n + (to - centre) ** 2 / square))
    value, margin = float(values.mean() + slope * (to - centre)), float(stdtrit(n - 2, 0.95) * error)
    return value - margin, value + margin


def main() -> None:
    """One line per likeness and number of years: coverage and half width now, and as it was."""
    series = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rng = np.random.default_rng(2026)
    print("likeness years | coverage  half width | least squares  half width")
    for likeness in (0.0, 0.5, 0.8, 1.0):
        for number in (6, 8, 10, 12, 15, 18):
            years, held, wide = np.arange(number), np.zeros(2), np.zeros((2, series))
            for draw in range(series):
                made = drifting(rng, likeness, number + HORIZON)
                now = project(years, made[:number], number - 1 + HORIZON)
                assert now is not None
                ends = (now.low, now.high), least_squares(years, made[:number], number - 1 + HORIZON)
                for which, (low, high) in enumerate(ends):
                    held[which] += low <= made[-1] <= high
                    wide[which, draw] = (high - low) / 2
            (cover, before), (half, narrow) = held / series, np.median(wide, axis=1)
            print(f"{likeness:8} {number:5} | {cover:8.3f} {half:11.1f} | {before:13.3f} {narrow:11.1f}", flush=True)


if __name__ == "__main__":
    main()
