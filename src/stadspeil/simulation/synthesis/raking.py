"""Iterative proportional fitting of many small tables at once: one table per area, the same cells in each.

A margin says to which group each cell belongs and what the groups of an area should add up to. An area of which a
margin is not known (NaN) is not touched by that margin: there its seed decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]

# A cell that the seed holds to be impossible may yet be needed to meet a margin; this share of its table makes that
# possible without weight of its own.
FLOOR = 1e-7


@dataclass(frozen=True)
class Margin:
    """Groups of cells and what they add up to.

    group    group of each cell, 0 to k - 1 (c cells)
    targets  per area and group (areas x k), same unit as the tables; NaN where not known
    """

    group: NDArray[np.intp]
    targets: Table


def rake(
    seed: Table, totals: NDArray[np.float64], margins: Sequence[Margin], *, rounds: int = 60, close: float = 1e-6
) -> Table:
    """Tables nearest to the seed (least Kullback-Leibler divergence) that meet the margins of their area.

    Shape:   seed (areas x cells), totals (areas), result as the seed. Targets are scaled to the total of the area.
    Stops when no group is further off than `close` of its total, or after `rounds`; margins that contradict each
             other end at the last one given.
    """
    fitted = _begun(seed, totals)
    known = [Margin(each.group, _scaled(each.targets, totals)) for each in margins]
    for first in range(0, len(fitted), _BLOCK):
        block = slice(first, first + _BLOCK)
        _rake_block(fitted[block], totals[block], [Margin(m.group, m.targets[block]) for m in known], rounds, close)
    return fitted


def _rake_block(
    fitted: Table, totals: NDArray[np.float64], margins: Sequence[Margin], rounds: int, close: float
) -> None:
    """Fit some tables in place; those that are close enough wait for no other."""
    members = [members_of(each.group, each.targets.shape[1]) for each in margins]
    busy = np.arange(len(fitted))
    for _ in range(rounds):
        table = fitted[busy]
        spread = np.empty_like(table)
        furthest = np.zeros(len(busy))
        for margin, of in zip(margins, members, strict=True):
            found = table @ of
            targets = margin.targets[busy]
            # A group without target keeps what it has.
            wanted = np.where(np.isnan(targets), found, targets)
            np.maximum(furthest, np.abs(wanted - found).max(axis=1), out=furthest)
            np.take(_ratio(wanted, found), margin.group, axis=1, out=spread, mode="clip")
            table *= spread
        fitted[busy] = table
        busy = busy[furthest > close * np.maximum(totals[busy], 1.0)]
        if not len(busy):
            return


def rake_persons(
    seed: Table, totals: NDArray[np.float64], margins: Sequence[Margin], shares: Table, persons: Table
) -> Table:
    """As `rake`, with margins of persons beside those of households: generalized iterative scaling.

    Shape:   shares (cells x bands): persons of each band in a household of the cell; persons (areas x bands).
    Persons that live in no household, or in households unlike the average, make the margins of persons unattainable;
    those of households come last in each round and hold.
    Source:  Darroch and Ratcliff 1972.
    """
    members = [members_of(each.group, each.targets.shape[1]) for each in margins]
    most = float(shares.sum(axis=1).max())
    fitted = _begun(seed, totals)
    for _ in range(_ROUNDS_OF_PERSONS):
        found = fitted @ shares
        wanted = np.where(np.isnan(persons), found, persons)
        steps = np.log(np.clip(_ratio(wanted, found), 0.02, 50.0))
        fitted *= np.exp(steps @ shares.T / most)
        for margin, of in zip(margins, members, strict=True):
            targets = _scaled(margin.targets, totals)
            sums = fitted @ of
            fitted *= np.take(_ratio(np.where(np.isnan(targets), sums, targets), sums), margin.group, axis=1)
        fitted *= _ratio(totals, fitted.sum(axis=1))[:, None]
    return fitted


_ROUNDS_OF_PERSONS = 40
# So many tables stay in the cache of a processor together.
_BLOCK = 128


def _begun(seed: Table, totals: NDArray[np.float64]) -> Table:
    """The seed with its total right and no cell quite empty, in an array of its own."""
    begun = np.maximum(seed, seed.sum(axis=1, keepdims=True) * FLOOR)
    begun *= _ratio(totals, begun.sum(axis=1))[:, None]
    return begun


def members_of(group: NDArray[np.intp], groups: int) -> Table:
    """Which cells each group holds, (cells x groups) of ones and noughts: a table times it gives the sums of groups."""
    return (group[:, None] == np.arange(groups)[None, :]).astype(float)


def _scaled(targets: Table, totals: NDArray[np.float64]) -> Table:
    """Targets that add up to the total of their area; where all are zero and the total is not, they are not known."""
    sums = targets.sum(axis=1)
    known = ~np.isnan(sums) & ((sums > 0) | (totals == 0))
    factor = np.divide(totals, sums, out=np.zeros(len(totals)), where=known & (sums > 0))
    return np.where(known[:, None], targets * factor[:, None], np.nan)


def _ratio(wanted: NDArray[np.float64], found: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(wanted, found, out=np.zeros_like(wanted, dtype=float), where=found > 0)
