"""What a run writes down as it goes: vacancies that open and close, and moves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.run import STILL_EMPTY, Moves, Vacancies
from stadspeil.simulation.world import NEVER, Ints

_VACANCY: dict[str, type[Any]] = {
    "home": np.int32, "cause": np.uint8, "root": np.int32, "link": np.int16,
    "opened": np.int16, "closed": np.int16, "ending": np.uint8,
}  # fmt: skip
_MOVE: dict[str, type[Any]] = {
    "month": np.int16, "household": np.int64, "home": np.int32, "left": np.int32, "kind": np.uint8, "age": np.uint8,
    "decile": np.uint8, "root": np.int32, "link": np.int16, "ending": np.uint8,
}  # fmt: skip


class VacancyLedger:
    """All vacancies so far. Rows are given out in order and never change place."""

    def __init__(self) -> None:
        self.count = 0
        self._columns: dict[str, NDArray[Any]] = {name: np.empty(1024, kind) for name, kind in _VACANCY.items()}

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name][: self.count]

    def begin(self, homes: Ints, cause: int, month: int) -> Ints:
        """Rows of new vacancies that begin a chain."""
        rows = self._rows(homes, month)
        self["cause"][rows] = cause
        self["root"][rows] = rows
        self["link"][rows] = 0
        return rows

    def follow(self, homes: Ints, before: Ints, month: int) -> Ints:
        """Rows of new vacancies, each the next link of the chain of the vacancy `before`."""
        rows = self._rows(homes, month)
        for name in ("cause", "root"):
            self[name][rows] = self[name][before]
        self["link"][rows] = self["link"][before] + 1
        return rows

    def end(self, rows: Ints, endings: int | NDArray[np.uint8], month: int) -> None:
        """Close vacancies."""
        self["closed"][rows] = month
        self["ending"][rows] = endings

    def vacancies(self) -> Vacancies:
        """The table of all."""
        return Vacancies(**{name: self[name].copy() for name in _VACANCY})

    def _rows(self, homes: Ints, month: int) -> Ints:
        start, self.count = self.count, self.count + len(homes)
        if self.count > len(self._columns["home"]):
            size = max(self.count, 2 * len(self._columns["home"]))
            self._columns = {name: _longer(column[:start], size) for name, column in self._columns.items()}
        rows = np.arange(start, self.count, dtype=np.int32)
        self["home"][rows] = homes
        self["opened"][rows] = month
        self["closed"][rows] = NEVER
        self["ending"][rows] = STILL_EMPTY
        return rows


class MoveLog:
    """Moves of each month, in the order in which they are to be kept."""

    def __init__(self) -> None:
        self._months: list[dict[str, NDArray[Any]]] = []

    def add(self, **columns: NDArray[Any]) -> None:
        """The moves of one month, a column for each field of `Moves`."""
        self._months.append({name: columns[name].astype(kind, copy=False) for name, kind in _MOVE.items()})

    def moves(self) -> Moves:
        """The table of all."""
        return Moves(
            **{
                name: np.concatenate([np.empty(0, kind), *(each[name] for each in self._months)], dtype=kind)
                for name, kind in _MOVE.items()
            }
        )


def _longer(column: NDArray[Any], size: int) -> NDArray[Any]:
    longer = np.empty(size, column.dtype)
    longer[: len(column)] = column
    return longer
