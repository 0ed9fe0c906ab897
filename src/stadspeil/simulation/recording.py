"""Each buurt at the start and at each year's end, counted in whole numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.columns import Stretches, home_columns, people_columns
from stadspeil.simulation.kernels import DECILES
from stadspeil.simulation.passes import count_buurten, count_homes
from stadspeil.simulation.run import BuurtYears
from stadspeil.simulation.state import State

# Of children at home the part under 18, per 100, by the age of the head: kinds leave home from 18 on. An assumption.
_HEADS = (18, 44, 48, 54, 60, 66)
_UNDER_18 = (100, 100, 85, 50, 15, 0)
_SEEMS_AVERAGE = (DECILES - 1) / 2


class Recording:
    """The years of a run."""

    def __init__(self, state: State, stretches: Stretches) -> None:
        self._state, self._stretches = state, stretches
        self._years: list[dict[str, NDArray[np.generic]]] = []
        self._at_home = np.round(np.interp(np.arange(256), _HEADS, _UNDER_18)).astype(np.int64)

    def year(self) -> NDArray[np.float64]:
        """Count the buurten as they are now; the mean income decile of each."""
        state = self._state
        buurten = len(state.places.codes)
        people, alive = people_columns(state), state.people.alive[: state.count]
        homes = home_columns(state, state.places.quality)
        parts = self._stretches.over(
            state.count, lambda start, stop: count_buurten(people, alive, homes, self._at_home, buurten, start, stop)
        )
        counts, euros = sum(part[0].astype(np.int64) for part in parts), sum(part[1] for part in parts)
        table = state.homes
        stand, empty = count_homes(homes, table.household, table.from_month, table.until_month, state.month, buurten)
        households = counts[:, 0]
        self._years.append(
            {
                "households": households,
                "persons": counts[:, 1],
                "by_kind": counts[:, 2:6],
                "by_age": counts[:, 6:11],
                "by_decile": counts[:, 11:21],
                "by_tenure": counts[:, 21:24],
                "homes": stand,
                "vacant": empty,
                "income": euros / 1000 / np.maximum(households, 1),
                "children": (counts[:, 24] + 50) // 100,
                "elderly": counts[:, 25],
                "entered": state.came.copy(),
                "left": state.went.copy(),
                "within": state.within.copy(),
            }
        )
        for each in (state.came, state.went, state.within):
            each[:] = 0
        total = (counts[:, 11:21] * np.arange(DECILES)).sum(axis=1)
        return np.where(households > 0, total / np.maximum(households, 1), _SEEMS_AVERAGE)

    def buurt_years(self) -> BuurtYears:
        """All years."""
        return BuurtYears(
            **{
                name: np.stack([year[name] for year in self._years]).astype(
                    np.float64 if name == "income" else np.int32
                )
                for name in self._years[0]
            }  # type: ignore[arg-type]
        )
