"""Colours of a map that are honest about noise: an area is coloured only where it differs from the middle by more than
its margin.

A judged figure is classed by its mark, so that every map means the same; a neutral figure by fifths of the field.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from stadspeil.report.standing import HALF_INTERVAL

# Marks at which the colour changes; the middle stays white.
EDGES = (5.0, 6.0, 7.0, 8.0)
UNKNOWN, WITHIN = -1, 2
# A share of fewer is no base for a colour.
FEWEST = 30.0


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


def classes_of(table: pl.DataFrame, judged: bool, middle: float) -> Classes:
    """Classes of one edition of SCORES. `middle` is the mark in the middle."""
    numbers = {name: table[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
               for name in ("value", "spread", "mark", "mark_spread", "n")}  # fmt: skip
    measured, spread = (numbers["mark"], numbers["mark_spread"]) if judged else (numbers["value"], numbers["spread"])
    known = np.isfinite(measured)
    edges = EDGES if judged else _fifths(measured[known])
    number = np.where(known, np.searchsorted(np.array(edges), measured, side="right"), UNKNOWN)
    centre = middle if judged else float(np.median(measured[known])) if known.any() else np.nan
    margin = HALF_INTERVAL * spread
    within = known & (number != WITHIN) & np.isfinite(margin) & (np.abs(measured - centre) <= margin)
    few = known & (numbers["n"] < FEWEST)
    number = np.where(few, UNKNOWN, np.where(within, WITHIN, number))
    return Classes(number.astype(np.int8), within & ~few, few, known & ~np.isfinite(margin), tuple(edges), judged)


def _fifths(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(each) for each in np.quantile(values, [0.2, 0.4, 0.6, 0.8])) if values.size else (0.0,) * 4
