"""Whole households and dwellings out of fitted fractions, with every margin that is known met exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Fractions = NDArray[np.float64]


def systematic(fractions: Fractions, totals: Counts, start: Fractions) -> Counts:
    """Whole numbers that add up to the total of each row, each less than 1 from its fraction scaled to that total.

    `start` (0 to 1, one per row) decides where the rounding begins; over many rows rare cells keep their share, which
    rounding each to the nearest would take from them.
    Shape:   fractions (rows x cells), totals and start (rows).
    """
    sums = fractions.sum(axis=1)
    factor = np.divide(totals, sums, out=np.zeros(len(sums)), where=sums > 0)
    up_to = np.cumsum(fractions * factor[:, None], axis=1)
    # The last point is the total itself, whatever the machine made of the sum.
    up_to[:, -1] = np.where(sums > 0, totals, 0.0)
    reached = np.floor(np.minimum(up_to, totals[:, None]) + start[:, None] * (1 - 1e-9) + 1e-9).astype(np.int64)
    reached = np.minimum(reached, totals[:, None])
    reached[:, -1] = np.where(sums > 0, totals, 0)
    return np.diff(reached, axis=1, prepend=0)


def nearest(fractions: Fractions, totals: Counts) -> Counts:
    """Whole numbers that add up to the total of each row by largest remainders; ties go to the first."""
    sums = fractions.sum(axis=1)
    factor = np.divide(totals, sums, out=np.zeros(len(sums)), where=sums > 0)
    scaled = fractions * factor[:, None]
    down = np.floor(scaled + 1e-9).astype(np.int64)
    left = np.where(sums > 0, totals - down.sum(axis=1), 0)
    place = np.argsort(np.argsort(-(scaled - down), axis=1, kind="stable"), axis=1, kind="stable")
    return down + (place < left[:, None])


def controlled(tables: Fractions, rows: Counts, columns: Counts, start: Fractions) -> Counts:
    """Whole tables of which rows and columns add up to what is given, near their fractions.

    Each row is rounded to its total; what the columns are then over or short is moved within rows, one at a time,
    where that brings the cells nearest to their fractions. Some row always has one to give, so it always ends.
    Shape:   tables (areas x r x c), rows (areas x r), columns (areas x c), start (areas); rows and columns of an area
             have the same sum.
    """
    areas, r, c = tables.shape
    # A row that must hold households while its fractions are all zero spreads them evenly.
    filled = np.where((tables.sum(axis=2, keepdims=True) > 0), tables, 1.0)
    starts = (start[:, None] + np.arange(r)[None, :] * _GOLDEN) % 1.0
    whole = systematic(filled.reshape(-1, c), rows.reshape(-1), starts.reshape(-1)).reshape(areas, r, c)
    sums = filled.sum(axis=2)
    wanted = filled * np.divide(rows, sums, out=np.zeros(sums.shape), where=sums > 0)[:, :, None]
    while True:
        off = whole.sum(axis=1) - columns
        busy = np.flatnonzero((off != 0).any(axis=1))
        if not len(busy):
            return whole
        over, short = off[busy].argmax(axis=1), off[busy].argmin(axis=1)
        gain = (whole[busy] - wanted[busy])[np.arange(len(busy)), :, over]
        gain = gain - (whole[busy] - wanted[busy])[np.arange(len(busy)), :, short]
        gain[whole[busy][np.arange(len(busy)), :, over] == 0] = -np.inf
        giver = gain.argmax(axis=1)
        whole[busy, giver, over] -= 1
        whole[busy, giver, short] += 1


# Steps of the golden ratio spread the starts of the rows of one table evenly.
_GOLDEN = 0.6180339887498949
