"""Prices of owner-occupied and private rented homes, once a year, by region, tenure and size.

They follow the ratio of those who want a home to homes on offer against that ratio in the first year (in which prices
stay, and homes of a programme do not count), slowly (after Mense) and never by more than a cap. Rents of corporaties follow a rule and are kept as they are, in real terms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.classes import SOCIAL, TENURES
from stadspeil.simulation.columns import home_columns
from stadspeil.simulation.passes import reprice
from stadspeil.simulation.state import State
from stadspeil.simulation.world import Ints

_SIZES = np.array((60.0, 100.0), np.float32)
_FIRST_MONTHS = 12
_FEWEST = 10


class Prices:
    """Counts of the year, by region x tenure x size, and the ratio at rest."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._cells = len(state.places.region_names) * len(TENURES) * (len(_SIZES) + 1)
        self._rest = self._nothing()
        self._year = self._nothing()

    def note(self, homes: Ints, wanted: NDArray[np.int32]) -> None:
        """What was offered this month and how often each was wanted."""
        counts = self._counted(homes, wanted)
        self._year += counts
        if self._state.month < _FIRST_MONTHS:
            old = homes < self._state.standing
            self._rest += self._counted(homes[old], wanted[old])

    def end_year(self) -> None:
        """Let prices follow."""
        rules, state = self._state.rules, self._state
        if state.month < _FIRST_MONTHS:
            self._year = self._nothing()
            return
        known = (self._rest.min(axis=0) >= _FEWEST) & (self._year.min(axis=0) >= _FEWEST)
        (asked, offered), (asked_first, offered_first) = np.maximum(self._year, 1), np.maximum(self._rest, 1)
        pressure = np.log(asked / offered) - np.log(asked_first / offered_first)
        steps = np.clip(rules.price_speed * pressure, -rules.price_cap, rules.price_cap)
        factors = np.where(known, np.exp(steps), 1.0).astype(np.float32)
        by_cell = factors.reshape(-1, len(TENURES), len(_SIZES) + 1)
        by_cell[:, SOCIAL] = 1.0
        if (factors != 1.0).any():
            region = state.places.region[state.places.town].astype(np.int32)
            reprice(home_columns(state, state.places.quality), region, _SIZES, by_cell)
        self._year = self._nothing()

    def _counted(self, homes: Ints, wanted: NDArray[np.int32]) -> NDArray[np.int64]:
        cell = self._cell(homes)
        asked = self._nothing()[0]
        np.add.at(asked, cell, wanted)
        return np.stack([asked, np.bincount(cell, minlength=self._cells)])

    def _cell(self, homes: Ints) -> Ints:
        table, places = self._state.homes, self._state.places
        region = places.region[places.town[table.buurt[homes]]].astype(np.int32)
        size = np.searchsorted(_SIZES, table.floor[homes], side="right").astype(np.int32)
        return (region * len(TENURES) + table.tenure[homes]) * (len(_SIZES) + 1) + size

    def _nothing(self) -> NDArray[np.int64]:
        return np.zeros((2, self._cells), np.int64)
