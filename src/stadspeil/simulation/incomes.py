"""How income follows the life of a household: it keeps its rank among its like, and so climbs as its like climb.

The distributions are those of the world at the start, so that each class keeps its mean and spread over the years.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.classes import AGE_BANDS, HOUSEHOLD_TYPES, age_band, income_group
from stadspeil.simulation.passes import count_incomes
from stadspeil.simulation.world import Bytes, Households, Ints

DECILES = 10
_CLASSES = len(HOUSEHOLD_TYPES) * len(AGE_BANDS)
# A class with fewer households than this has no distribution of its own.
_FEWEST = 20


@dataclass(frozen=True)
class Incomes:
    """Income by class at the start.

    below   share of a class (type x age band) below each decile [20, 11]
    means   mean disposable income, 1,000 euro, by type and decile [4, 10]
    """

    below: NDArray[np.float64]
    means: NDArray[np.float64]

    @staticmethod
    def measured(people: Households) -> Incomes:
        """Measured with whole numbers, so that the order of rows does not count."""
        counts, total = count_incomes(
            people.kind, people.age, people.decile, people.income, people.alive, len(AGE_BANDS)
        )
        number = counts.reshape(len(HOUSEHOLD_TYPES), len(AGE_BANDS), DECILES).sum(axis=1)
        thin = counts.sum(axis=1) < _FEWEST
        counts[thin] = counts.sum(axis=0) + 1
        below = np.concatenate([np.zeros((_CLASSES, 1)), counts.cumsum(axis=1) / counts.sum(axis=1)[:, None]], axis=1)
        means = total / np.maximum(number, 1) / 1000
        return Incomes(below, _filled(means, number))

    def follow(self, people: Households, rows: Ints, kind: Bytes, age: Bytes, ranks: NDArray[np.float64]) -> None:
        """Move households from the class of `kind` and `age` to the class that they have now. `ranks` place each
        within its decile."""
        before = kind.astype(np.int64) * len(AGE_BANDS) + age_band(age)
        decile = people.decile[rows]
        low, high = self.below[before, decile], self.below[before, decile + 1]
        was = self.means[kind, decile]
        self.place(people, rows, low + ranks * (high - low), people.income[rows] / was)

    def place(
        self, people: Households, rows: Ints, ranks: NDArray[np.float64], scale: NDArray[np.floating] | float = 1.0
    ) -> None:
        """Give decile and income by rank among the like of a household; `scale` against the mean of its decile."""
        now = people.kind[rows].astype(np.int64) * len(AGE_BANDS) + age_band(people.age[rows])
        decile = (ranks[:, None] >= self.below[now, 1:DECILES]).sum(axis=1).astype(np.uint8)
        people.decile[rows] = decile
        people.income[rows] = self.means[people.kind[rows], decile] * scale

    @staticmethod
    def group(decile: Bytes) -> Bytes:
        """Income group of deciles."""
        return income_group(decile)


def _filled(means: NDArray[np.float64], number: NDArray[np.int64]) -> NDArray[np.float64]:
    """Where a cell has no household: the mean of the decile over types, or of the nearest decile."""
    known = number > 0
    of_decile = np.divide(
        (means * number).sum(axis=0), number.sum(axis=0), out=np.full(DECILES, np.nan), where=number.sum(axis=0) > 0
    )
    has = np.flatnonzero(~np.isnan(of_decile))
    if not len(has):
        return np.ones_like(means)
    nearest = has[np.abs(np.arange(DECILES)[:, None] - has[None, :]).argmin(axis=1)]
    return np.where(known, means, of_decile[nearest][None, :])
