"""When the homes of each area were built: published for gemeenten, estimated with bounds for wijken and buurten.

A buurt's own figures say how many homes it has, how many are single-family and how many were built before 2000; its
gemeente's say when homes of each form were built. Between these margins the most even table is taken (iterative
proportional fitting), and beside it what no table that keeps the margins can go below or above.

Source of the bounds: Fréchet, for a cell of a table with given margins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOUSE, FLAT = 0, 1
# First and last year of each building period; the first begins where hardly anything older stands.
COLLECTED = ((1900, 1944), (1945, 1964), (1965, 1984), (1985, 2004), (2005, 2024))
PUBLISHED = ((1900, 1964), (1965, 1974), (1975, 1984), (1985, 1994), (1995, 2004), (2005, 2024))
_TURN = 2000
_COLLECTED_FIELDS = ("voor_1945", "1945_1964", "1965_1984", "1985_2004", "2005_nu")
_HOUSES = ("rijwoningen", "twee_onder_een_kap_woningen", "vrijstaande_woningen")
_ROUNDS = 60


@dataclass(frozen=True)
class Stock:
    """Homes by form (0 house, 1 flat) and building period.

    areas    codes of n areas      periods  p pairs of first and last year
    homes, low, high  [n, 2, p]    published  [n] whether the middle was published, not estimated
    owner, corporation  [n] shares of homes by owner; NaN where unknown
    """

    areas: tuple[str, ...]
    periods: tuple[tuple[int, int], ...]
    homes: Floats
    low: Floats
    high: Floats
    published: NDArray[np.bool_]
    owner: Floats
    corporation: Floats
    year: int
    boundaries: int


def collected_stock(cells: pl.DataFrame) -> tuple[tuple[str, ...], Floats] | None:
    """Gemeenten and homes [n, 2, 5] from the collected file of types by period; None without rows."""
    wide = _wide(cells)
    if wide.is_empty():
        return None
    flats = [_column(wide, f"appartementen_{period}") for period in _COLLECTED_FIELDS]
    houses = [
        sum((_column(wide, f"{kind}_{period}") for kind in _HOUSES), np.zeros(wide.height))
        for period in _COLLECTED_FIELDS
    ]
    return tuple(wide["area"]), np.stack([np.stack(houses, axis=1), np.stack(flats, axis=1)], axis=1)


def published_stock(cells: pl.DataFrame, before_2000: dict[str, float]) -> tuple[tuple[str, ...], Floats] | None:
    """Gemeenten and homes [n, 2, 6] from the stock by period; None without rows.

    Periods are published for all homes together: both forms get them in the same proportion. What was built before
    1965 is what stood in 2000 less the periods between, half of 1995-2004 counted as before 2000.
    """
    wide = _wide(cells)
    if wide.is_empty():
        return None
    inside = np.stack([_column(wide, f"voorraad_{one}_{one + 10}") for one in (1965, 1975, 1985, 1995)], axis=1)
    total, houses, flats = (_column(wide, name) for name in ("woningen", "voorraad_eengezins", "voorraad_meergezins"))
    shares = np.array([before_2000.get(area, np.nan) for area in wide["area"]]) / 100
    rest = np.clip(total - inside.sum(axis=1), 0, None)
    old = np.clip(shares * total - inside[:, :3].sum(axis=1) - inside[:, 3] / 2, 0, rest)
    old = np.where(np.isnan(old), rest / 2, old)
    periods = np.column_stack([old, inside, rest - old])
    form = np.stack([houses, flats], axis=1)
    form = np.where(form.sum(axis=1, keepdims=True) > 0, form, [[0.64, 0.36]])
    split = form / form.sum(axis=1, keepdims=True)
    return tuple(wide["area"]), split[:, :, None] * periods[:, None, :]


def spread_over_buurten(
    whole: Floats, homes: Floats, houses: Floats, old: Floats, turn: Floats
) -> tuple[Floats, Floats, Floats]:
    """Homes of one gemeente by form and period [2, p], spread over its n buurten: middle, low and high [n, 2, p].

    homes  [n] per buurt      houses, old  [n] shares of single-family, of built before 2000 (NaN: as the gemeente)
    turn   [p] share of each period that lies before 2000

    The gemeente's table is scaled to the homes of its buurten, for the two are counted on other days.
    """
    count, periods = len(homes), whole.shape[1]
    if not count or homes.sum() <= 0 or whole.sum() <= 0:
        empty = np.zeros((count, 2, periods))
        return empty, empty.copy(), empty.copy()
    target = whole * homes.sum() / whole.sum()
    houses = np.where(np.isnan(houses), target[HOUSE].sum() / target.sum(), houses)
    old = np.where(np.isnan(old), (target * turn).sum() / target.sum(), old)
    forms = np.stack([homes * houses, homes * (1 - houses)], axis=1)
    ages = np.stack([homes * old, homes * (1 - old)], axis=1)
    halves = np.stack([target * turn, target * (1 - turn)], axis=2)
    table = homes[:, None, None, None] * (halves / halves.sum())[None]
    for _ in range(_ROUNDS):
        table *= _ratio(forms, table.sum(axis=(2, 3)))[:, :, None, None]
        table *= _ratio(ages, table.sum(axis=(1, 2)))[:, None, None, :]
        table *= _ratio(halves, table.sum(axis=0))[None]
    # Of the margins the buurt's own homes are kept exactly; the gemeente's are met as nearly as they agree.
    table *= _ratio(homes, table.sum(axis=(1, 2, 3)))[:, None, None, None]
    low, high = _bounds(forms, ages, halves, homes)
    middle = table.sum(axis=3)
    return middle, np.minimum(low, middle), np.maximum(high, middle)


def before_turn(periods: tuple[tuple[int, int], ...]) -> Floats:
    """Share of each period that lies before 2000, as if homes were built evenly within it."""
    return np.array([np.clip((_TURN - first) / (last + 1 - first), 0, 1) for first, last in periods])


def _bounds(forms: Floats, ages: Floats, halves: Floats, homes: Floats) -> tuple[Floats, Floats]:
    """What a buurt's homes of a form and period can be at least and at most, given all margins.

    For each side of 2000: at most the buurt's homes of that form, of that side, and the gemeente's of that cell; at
    least what remains when all else of the buurt is elsewhere and all other buurten take as much as they can.
    """
    most = np.minimum(np.minimum(forms[:, :, None, None], ages[:, None, None, :]), halves[None])
    others = most.sum(axis=0, keepdims=True) - most
    least = np.clip(halves[None] - others, 0, None)
    both = forms[:, :, None, None] + ages[:, None, None, :] - homes[:, None, None, None]
    elsewhere = most.sum(axis=2, keepdims=True) - most
    least = np.maximum(least, np.clip(both - elsewhere, 0, None))
    return np.minimum(least, most).sum(axis=3), most.sum(axis=3)


def _ratio(wanted: Floats, found: Floats) -> Floats:
    return np.divide(wanted, found, out=np.zeros_like(found), where=found > 0)


def _wide(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with a number of gemeenten, a column per field, of the newest year."""
    usable = cells.filter(pl.col("value").is_not_null() & (pl.col("level") == "gemeente"))
    usable = usable.filter(pl.col("year") == pl.col("year").max())
    if usable.is_empty():
        return usable
    return usable.pivot(on="field", index="area", values="value", aggregate_function="first").sort("area")


def _column(wide: pl.DataFrame, name: str) -> Floats:
    if name not in wide.columns:
        return np.zeros(wide.height)
    return wide[name].fill_null(0).to_numpy().astype(np.float64)
