"""What is true in Nieuwland: figures of every buurt in every year, before any publisher touches them.

A count is whole and adds up over buurten. A share or mean has a count as its weight and is averaged with it. That is
all there is to say about wijken, gemeenten and the country: they follow from their buurten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.calibration import PATHS, REFERENCE_YEAR

Floats = NDArray[np.float64]

YEARS = np.arange(plan.FIRST_YEAR, plan.LAST_YEAR + 1)
REFERENCE = REFERENCE_YEAR - plan.FIRST_YEAR


@dataclass(frozen=True)
class Figures:
    """Arrays of buurt by year. `weights` says for each mean which count it is averaged with; counts have none.

    `gemeente` is each buurt's place in `plan.GEMEENTEN`. `expected` holds what counts were drawn around, where they were
    drawn with all the chance that a count has: the same town, had it lived the same year again.
    """

    values: Mapping[str, Floats]
    weights: Mapping[str, str]
    gemeente: NDArray[np.int64]
    expected: Mapping[str, Floats] = field(default_factory=dict)

    def over(self, members: Floats, name: str, year: int | None = None) -> Floats:
        """The figure of areas that are made of buurten, in all years or in one.

        Rows of `members` hold ones for the buurten that belong. Where nobody lives a mean is not a number.
        """
        when = slice(None) if year is None else year - plan.FIRST_YEAR
        if name not in self.weights:
            return members @ self.values[name][:, when]
        weight = self.values[self.weights[name]][:, when]
        total = members @ weight
        weighted = members @ (weight * self.values[name][:, when])
        return np.divide(weighted, total, out=np.full_like(total, np.nan), where=total > 0)


class FigureMaker:
    """Gathers figures one by one; each may build on those before it."""

    def __init__(self, rng: np.random.Generator, gemeente: NDArray[np.int64]) -> None:
        self.rng = rng
        self.gemeente = gemeente
        self.values: dict[str, Floats] = {}
        self.weights: dict[str, str] = {}
        self.expected: dict[str, Floats] = {}

    @property
    def members(self) -> Floats:
        """Ones where a buurt (column) belongs to a gemeente (row)."""
        return (np.arange(len(plan.GEMEENTEN))[:, None] == self.gemeente[None, :]).astype(float)

    def count(self, name: str, expected: Floats) -> Floats:
        self.values[name] = np.rint(np.maximum(expected, 0))
        return self.values[name]

    def drawn(self, name: str, count: Floats, expected: Floats) -> Floats:
        """A count that chance made of what was expected."""
        self.expected[name] = expected
        return self.count(name, count)

    def mean(self, name: str, value: Floats, weight: str) -> Floats:
        self.values[name], self.weights[name] = value, weight
        return value

    def figures(self) -> Figures:
        return Figures(self.values, self.weights, self.gemeente, self.expected)


def path(name: str, country: float) -> Floats:
    """The national level per year."""
    known = PATHS.get(name, {REFERENCE_YEAR: country})
    return np.interp(YEARS, list(known), list(known.values()))


def ratio(top: Floats, bottom: Floats) -> Floats:
    """One divided by the other, and zero where there is nothing to divide by."""
    return np.divide(top, bottom, out=np.zeros_like(np.asarray(top, dtype=float)), where=np.asarray(bottom) > 0)
