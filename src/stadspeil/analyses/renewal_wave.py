"""When what was built together comes due, what that costs, and what spreading or bundling the work does.

A piece is made anew when it has reached its life, again and again: a renewal process. The mean life, the amount per
home and the price are known within a range only, and move all pieces together: they are drawn together. Single pieces
lie around that mean. Nothing is known of what a town did already, so all pieces run on from the year of building.

Source of the renewal density: Cox, Renewal Theory (1962), the sum of the densities of the first, second, ... renewal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from stadspeil.catalogue.entries import RenewalAsset

Floats = NDArray[np.float64]
DRAWS = 120
# Products that OpenBLAS makes on one thread. Larger ones of so few columns wait longer for each other than they work:
# on a busy machine four times the processor time.
_ALONE = 250_000
_LATEST = 12  # renewals of one piece that are counted within the horizon


def due_shares(periods: Sequence[tuple[int, int]], years: Floats, life: Floats, spread: float) -> Floats:
    """Renewals per piece that fall between following years, [draws, periods, len(years) - 1].

    life  [draws] mean years; single pieces have a standard deviation of `spread` times it. Homes of a period are
    built evenly within it, taken at its thirds.
    """
    points = np.array(
        [[first + (last + 1 - first) * part for part in (1 / 6, 1 / 2, 5 / 6)] for first, last in periods]
    )
    age = years[None, None, None, :] - points[None, :, :, None]
    mean = life[:, None, None, None]
    passed = np.zeros(np.broadcast_shapes(age.shape, mean.shape))
    for turn in range(1, _LATEST + 1):
        step = ndtr((age - turn * mean) / (spread * mean * np.sqrt(turn)))
        passed += step
        if float(step.max()) < 1e-9:
            break
    found: Floats = np.diff(passed, axis=3).mean(axis=2)
    return found


@dataclass(frozen=True)
class Draws:
    """Values of one asset that are drawn together, [draws] each: the triangle between its low, middle and high."""

    life: Floats
    per_house: Floats
    per_flat: Floats
    cost: Floats


def drawn(asset: RenewalAsset, rng: np.random.Generator, count: int = DRAWS) -> Draws:
    """Draws of an asset; house and flat get the same part of their ranges."""
    amount = rng.random(count)
    return Draws(
        _triangle(asset.life, rng.random(count)), _triangle(asset.per_house, amount), _triangle(asset.per_flat, amount),
        _triangle(asset.cost, rng.random(count)),
    )  # fmt: skip


def _triangle(bounds: tuple[float, float, float], part: Floats) -> Floats:
    """Quantiles of the triangular distribution at `part`."""
    low, middle, high = bounds
    if high <= low:
        return np.full(len(part), low)
    turn = (middle - low) / (high - low)
    rising = low + np.sqrt(part * (high - low) * (middle - low))
    falling = high - np.sqrt((1 - part) * (high - low) * (high - middle))
    return np.where(part < turn, rising, falling)


def unit_shares(draws: Draws, shares: Floats) -> Floats:
    """Units per home of each form and period that come due, [2 x periods, slots, draws], of shares [draws, periods, slots].

    Draws are the last axis: the same draw of all homes is far apart, and what is sorted lies together.
    """
    per_home = np.stack([draws.per_house, draws.per_flat])
    found: Floats = per_home[:, None, None, :] * shares.transpose(1, 2, 0)
    return found.reshape(-1, *found.shape[2:])


def needs(homes: Floats, per_home: Floats) -> Floats:
    """What comes due, [areas, slots, draws], of homes [areas, 2, periods] with so much per home, as `unit_shares`."""
    flat, rows = per_home.reshape(len(per_home), -1), homes.reshape(len(homes), -1)
    found = np.empty((len(homes), *per_home.shape[1:]))
    piece = max(1, _ALONE // flat.size)
    for start in range(0, len(rows), piece):
        np.matmul(rows[start : start + piece], flat, out=found[start : start + piece].reshape(-1, flat.shape[1]))
    return found


def percentiles(values: Floats, cuts: Sequence[float]) -> list[Floats]:
    """Percentiles over the last axis, with linear interpolation: `numpy.percentile` along it, from one sort for all cuts.

    Sorts in place. A whole sort of a short row takes a fifth of the time of a partition of it.
    """
    values.sort(axis=-1)
    last = values.shape[-1] - 1
    found = []
    for cut in cuts:
        at = cut / 100 * last
        below = min(int(at), max(last - 1, 0))
        low, high = values[..., below], values[..., min(below + 1, last)]
        found.append(low + (high - low) * (at - below))
    return found


def lowest_peak(due: Floats, earlier: int, later: int) -> Floats:
    """The lowest yearly level at which all work fits when it may be moved, [areas], of work due, [areas, years].

    Work may be done up to `earlier` years before and `later` years after it is due, not outside the years given. The
    level is that of the stretch of years that must hold most work per year: work whose whole room lies within it.
    Source: Yao, Demers and Shenker (1995), the critical interval of a schedule with deadlines.
    """
    years = due.shape[1]
    begin = np.maximum(np.arange(years) - earlier, 0)
    end = np.minimum(np.arange(years) + later, years - 1)
    first, last = np.triu_indices(years)
    inside = (begin[:, None] >= first[None, :]) & (end[:, None] <= last[None, :])
    found: Floats = (due @ inside / (last - first + 1)).max(axis=1)
    return found


def overlap(one: Floats, two: Floats) -> Floats:
    """How much of two works falls in the same years, 0 to 1, [areas]: the shared part of their spread over time.

    one, two  work per year, [areas, years]; 0 where one of them has none.
    """
    totals = one.sum(axis=1), two.sum(axis=1)
    parts = [each / np.maximum(total, 1e-300)[:, None] for each, total in zip((one, two), totals, strict=True)]
    return np.where((totals[0] > 0) & (totals[1] > 0), np.minimum(*parts).sum(axis=1), 0.0)


@dataclass(frozen=True)
class Bundles:
    """Works that go together in one year, beside each in its own; [areas] each.

    year   in which they go together, NaN where nothing is worth it      joins  [areas, works]  those that do
    saved  what it saves in the unit of the costs, less what is lost because works go before they are worn
    """

    year: Floats
    joins: NDArray[np.bool_]
    saved: Floats


def best_bundles(due_years: Floats, costs: Floats, lives: Floats, saving: float, later: float) -> Bundles:
    """The year and the works for which going together is worth most, of areas with costs [areas, works]; the rest [works].

    A work that goes n years early loses n / life of its cost, and joins where that is less than `saving`, the share
    of the cost that going together spares. No work waits more than `later` years.
    """
    best = Bundles(np.full(len(costs), np.nan), np.zeros(costs.shape, dtype=np.bool_), np.zeros(len(costs)))
    for year in sorted({*due_years.tolist(), *(due_years + later).tolist()}):
        gain = costs * (saving - np.clip(due_years - year, 0, None) / lives)
        joins = (gain > 0) & (due_years + later >= year)
        saved = (gain * joins).sum(axis=1)
        better = (joins.sum(axis=1) > 1) & (saved > best.saved + 1e-12)
        best.year[better], best.joins[better], best.saved[better] = year, joins[better], saved[better]
    return best
