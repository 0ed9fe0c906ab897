"""Ten thousand draws of many projects at once: the worth of a line is drawn times weighed, years are summed beforehand.

A PERT distribution has one shape parameter, the place of its mode between lowest and highest. So one table of quantiles by
shape serves all lines: a draw is a hash, two look-ups and a line between them, in single precision, a project at a time so
that its draws stay in the cache of the processor. Draws go by name, as everywhere here: lines of one name move together,
and the order of projects changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import betaincinv

from stadspeil.appraisal.frame import Floats
from stadspeil.errors import ContractError
from stadspeil.simulation.randomness import mix

Singles = NDArray[np.float32]
SHAPES, STEPS = 64, 1024
_PEAK = 4.0
_BITS = 10
_CELL, _PLACE = np.uint64(64 - _BITS), np.uint64((1 << (64 - _BITS)) - 1)


@dataclass(frozen=True)
class Lines:
    """Lines of projects (P x L): euros at full strength, and what a euro of them is worth now.

    low, likely, high  of the PERT distribution      weights  worth now of a euro, over all years; costs below 0
    names              names of the draws, rows of P by L: the same name moves together
    """

    low: Floats
    likely: Floats
    high: Floats
    weights: Floats
    names: Sequence[Sequence[str]]

    def __post_init__(self) -> None:
        shapes = {each.shape for each in (self.low, self.likely, self.high, self.weights)}
        if len(shapes) > 1 or {len(row) for row in self.names} != {self.low.shape[1]}:
            raise ContractError(
                "trekkingen van projecten", f"tabellen hebben verschillende maten: {sorted(shapes)}", "geef elke lijn al haar getallen"
            )  # fmt: skip
        wrong = np.argwhere(~((self.low <= self.likely) & (self.likely <= self.high)))
        if len(wrong):
            project, line = (int(each) for each in wrong[0])
            raise ContractError(
                "trekkingen van projecten",
                f"{len(wrong)} lijnen hebben laag, waarschijnlijk en hoog niet oplopend; de eerste is {self.names[project][line]}",
                "zet de drie in volgorde",
            )


def drawn_worth(lines: Lines, draws: int, seed: int) -> Singles:
    """Worth now of each project in each draw (S x P), the sum over its lines."""
    keys = np.array([[key_of(seed, name) for name in row] for row in lines.names], dtype=np.uint64)
    width = lines.high - lines.low
    tables = lines.low[:, :, None] + width[:, :, None] * quantiles(shape_of(lines.low, lines.likely, lines.high))
    return np.ascontiguousarray(_sums((tables * lines.weights[:, :, None]).astype(np.float32), keys, draws).T)


def shape_of(low: Floats, likely: Floats, high: Floats) -> Floats:
    """Where the mode lies between lowest and highest, 0 to 1; a half where they are the same."""
    width = high - low
    return np.where(width > 0, (likely - low) / np.where(width > 0, width, 1.0), 0.5)


def quantiles(shapes: Floats) -> Floats:
    """Quantiles 0, 1/1024, ..., 1 of PERT distributions between 0 and 1, read between those of 65 shapes (... x 1025)."""
    place = np.clip(shapes, 0.0, 1.0) * SHAPES
    cell = np.minimum(place.astype(np.int64), SHAPES - 1)
    share = (place - cell)[..., None]
    table = _table()
    between: Floats = (1.0 - share) * table[cell] + share * table[cell + 1]
    return between


def key_of(seed: int, name: str) -> int:
    """The key of a stream of draws: the same on every machine."""
    return int.from_bytes(hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8).digest(), "little")


@cache
def _table() -> Floats:
    """Quantiles by shape (65 x 1025). In the outermost cells a tail is steep: their ends are set so that a straight line
    has the mean of the tail, which keeps the mean exact and the last thousandth from being too long."""
    shapes = np.arange(SHAPES + 1)[:, None] / SHAPES
    first, second = 1 + _PEAK * shapes, 1 + _PEAK * (1 - shapes)
    table: Floats = betaincinv(first, second, np.arange(STEPS + 1)[None, :] / STEPS)
    inside = (np.arange(64)[None, :] + 0.5) / (64 * STEPS)
    table[:, 0] = 2 * betaincinv(first, second, inside).mean(axis=1) - table[:, 1]
    table[:, -1] = 2 * betaincinv(first, second, 1 - inside).mean(axis=1) - table[:, -2]
    return table


@njit(cache=True, nogil=True)
def _sums(tables: Singles, keys: NDArray[np.uint64], draws: int) -> Singles:
    """Sums over lines of draws from tables of weighed quantiles (P x S)."""
    found = np.zeros((tables.shape[0], draws), np.float32)
    scale = np.float32(2.0 ** -(64 - 10))
    for project in range(tables.shape[0]):
        for line in range(tables.shape[1]):
            table, key = tables[project, line], keys[project, line]
            for draw in range(draws):
                bits = mix(mix(np.uint64(draw + 1)) ^ key)
                cell = np.int64(bits >> _CELL)
                share = np.float32(bits & _PLACE) * scale
                found[project, draw] += table[cell] + share * (table[cell + 1] - table[cell])
    return found


@njit(cache=True, nogil=True)
def levels_of(key: np.uint64, draws: int) -> NDArray[np.float64]:
    """The same draws as levels between 0 and 1, for whoever reads quantiles in another way."""
    levels = np.empty(draws)
    for draw in range(draws):
        levels[draw] = np.float64(mix(mix(np.uint64(draw + 1)) ^ key)) * 2.0**-64
    return levels
