"""Colours of a map that are honest about noise: an area is coloured only where it differs from the middle by more than
its margin.

A judged figure is classed by its mark, so that every map means the same; a neutral figure by fifths of the field.
A place whose range holds the middle of the field has no colour either, as in the report.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from stadspeil.analyses.development import smallest_detectable
from stadspeil.report.standing import HALF_INTERVAL

# Marks at which the colour changes; the middle stays white.
EDGES = (5.0, 6.0, 7.0, 8.0)
UNKNOWN, MIDDLE = -1, 2
# A share of fewer is no base for a colour.
FEWEST = 30.0
# A change is told apart by the margin of the analysis of trends, so that map and report say the same.
CHANGE_MARGIN = smallest_detectable(1.0, 0.0)
# A change of more than so many margins is a strong one.
STRONG = 2.0


@dataclass(frozen=True)
class Classes:
    """A class per area: 0 to 4 from unfavourable or low to favourable or high, 2 the middle, -1 no figure.

    Shape:   an entry per row of the table. `within` are areas put in the middle because of their margin; `few` those
             without a colour because their base is too small; `unsure` those whose margin is not known.
    """

    number: np.ndarray
    within: np.ndarray
    few: np.ndarray
    unsure: np.ndarray
    edges: tuple[float, ...]
    judged: bool


def classes_of(table: pl.DataFrame, judged: bool, middle: float, straddles: np.ndarray | None = None) -> Classes:
    """Classes of one edition of SCORES. `middle` is the mark in the middle.

    Shape:   `straddles` has an entry per row: whether the range of its place holds the middle of the field.
    """
    numbers = {name: _numbers(table, name) for name in ("value", "spread", "mark", "mark_spread", "n")}
    measured, spread = (numbers["mark"], numbers["mark_spread"]) if judged else (numbers["value"], numbers["spread"])
    known = np.isfinite(measured)
    edges = EDGES if judged else _fifths(measured[known])
    number = np.where(known, np.searchsorted(np.array(edges), measured, side="right"), UNKNOWN)
    centre = middle if judged else float(np.median(measured[known])) if known.any() else np.nan
    margin = HALF_INTERVAL * spread
    close = np.isfinite(margin) & (np.abs(measured - centre) <= margin)
    if straddles is not None:
        close = close | straddles
    return _made(number, known, known & (number != MIDDLE) & close, numbers["n"], margin, edges, judged)


def classes_of_change(change: np.ndarray, margin: np.ndarray, base: np.ndarray, sign: int) -> Classes:
    """Classes of changes: 2 where noise alone may have made it, 0 and 4 where it is more than twice its margin.

    Where the margin is not known nothing is strong, and only what moved more than half of the field is coloured.

    Shape:   an entry per area, NaN where unknown; `sign` is -1 where a rise is unfavourable, else 1.
    """
    known = np.isfinite(change)
    size = np.abs(change)
    usual = float(np.median(size[known])) if known.any() else np.nan
    sure = np.isfinite(margin)
    beyond = np.where(sure, size > margin, size > usual)
    strong = sure & (size > STRONG * margin)
    side = np.sign(change) * sign
    number = MIDDLE + np.where(beyond, side * (1 + strong), 0)
    number = np.where(known, number, UNKNOWN)
    within = known & sure & ~beyond & (change != 0)
    return _made(number, known, within, base, margin, (), sign < 0)


def classes_of_estimates(table: pl.DataFrame, sign: int) -> Classes:
    """Classes of shrunken shares by fifths; in the middle where the interval of the raw share holds the median."""
    measured, base = _numbers(table, "shrunken"), _numbers(table, "base")
    known = np.isfinite(measured)
    edges = _fifths(measured[known])
    number = np.searchsorted(np.array(edges), measured, side="right")
    number = np.where(known, number if sign > 0 else 4 - number, UNKNOWN)
    centre = float(np.median(measured[known])) if known.any() else np.nan
    low, high = _numbers(table, "low"), _numbers(table, "high")
    close = np.isfinite(low) & np.isfinite(high) & (low <= centre) & (centre <= high)
    return _made(number, known, known & (number != MIDDLE) & close, base, high - low, edges, sign < 0)


def _made(
    number: np.ndarray, known: np.ndarray, within: np.ndarray, base: np.ndarray, margin: np.ndarray,
    edges: tuple[float, ...], judged: bool,
) -> Classes:  # fmt: skip
    few = known & (base < FEWEST)
    number = np.where(few, UNKNOWN, np.where(within, MIDDLE, number)).astype(np.int8)
    coloured = known & ~few & (number != MIDDLE)
    return Classes(number, within & ~few, few, coloured & ~np.isfinite(margin), tuple(edges), judged)


def _numbers(table: pl.DataFrame, name: str) -> np.ndarray:
    return table[name].cast(pl.Float64).fill_null(np.nan).to_numpy()


def _fifths(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(each) for each in np.quantile(values, [0.2, 0.4, 0.6, 0.8])) if values.size else (0.0,) * 4
