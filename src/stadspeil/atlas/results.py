"""Results as pages ask for them, with the latest answers kept.

Everything is read only. A table that was asked for is kept in memory until others push it out; a site whose results
were made anew notices within seconds and forgets all.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import polars as pl

from stadspeil.analyses.store import read_analysis
from stadspeil.areas import AreaRegister
from stadspeil.atlas.preparing import BY_AREA, BY_INDICATOR, FOLDER
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import AREAS, GROUP_SCORES, SCORES, empty
from stadspeil.errors import ContractError
from stadspeil.indicators.by_area import owner_of
from stadspeil.shelf import has_shelf, read_part, read_shelf, shelf_parts, shelf_sum
from stadspeil.workspace import Workspace

Made = TypeVar("Made")
KEPT_BYTES = 160_000_000
# Answers of a page that cost more to make than to keep: lines of a town, what buurten are like.
_REMEMBERED = 96
_LOOK_AGAIN = 5.0


class Results:
    """The results of one workspace. Safe to ask from several threads."""

    def __init__(self, workspace: Workspace, catalogue: Catalogue) -> None:
        self.workspace = workspace
        self.catalogue = catalogue
        self._kept: OrderedDict[Any, pl.DataFrame] = OrderedDict()
        self._made: OrderedDict[Any, Any] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._seen = (0.0, "")

    @property
    def version(self) -> str:
        """Changes with every new set of results: what pages are remembered by."""
        looked, known = self._seen
        if time.monotonic() - looked < _LOOK_AGAIN:
            return known
        now = shelf_sum(self.workspace.out / FOLDER / BY_INDICATOR)[:16]
        if now != known:
            with self._lock:
                self._kept.clear()
                self._made.clear()
                self._size = 0
                for name in ("areas", "names", "editions"):
                    self.__dict__.pop(name, None)
        self._seen = (time.monotonic(), now)
        return now

    def of_indicator(self, indicator: str) -> pl.DataFrame:
        """SCORES of one figure: all levels and years."""
        return self._asked(("indicator", indicator), lambda: self._ordered(BY_INDICATOR, "indicator", indicator))

    def edition(self, indicator: str, year: int, level: str, boundaries: int | None = None) -> pl.DataFrame:
        """SCORES of one figure, year and level, on the division asked for or else the newest of that year."""
        table = self.of_indicator(indicator).filter((pl.col("year") == year) & (pl.col("level") == level))
        wanted = table["boundaries"].max() if boundaries is None else boundaries
        return table.filter(pl.col("boundaries") == wanted)

    def of_area(self, area: str) -> pl.DataFrame:
        """SCORES of one area: all figures and years."""
        return self.around(area).filter(pl.col("area") == area)

    def around(self, area: str) -> pl.DataFrame:
        """SCORES of the gemeente of an area, with all its wijken and buurten."""
        owner = str(pl.select(owner_of(pl.Series("area", [area]))).item())
        return self._asked(("area", owner), lambda: self._ordered(BY_AREA, "owner", owner))

    def groups(self) -> pl.DataFrame:
        """GROUP_SCORES."""
        folder = self.workspace.out / "group_scores"
        return self._asked(("groups",), lambda: read_shelf(folder) if has_shelf(folder) else empty(GROUP_SCORES))

    def analysis(self, name: str) -> pl.DataFrame:
        """An analysis, without rows where it was not made."""
        return self._asked(("analysis", name), lambda: read_analysis(self.workspace, name))

    def prepared(self, name: str, owner: str = "") -> pl.DataFrame:
        """A table of atlas/surroundings.py, whole or the part of one gemeente; without rows where there is none."""
        folder = self.workspace.out / FOLDER / name
        if owner:
            return self._asked(("prepared", name, owner), lambda: self._part(name, "owner", owner))
        return self._asked(("prepared", name), lambda: read_shelf(folder) if has_shelf(folder) else pl.DataFrame())

    def remembered(self, key: Any, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once for each set of results and key."""
        key = (self.version, key)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > _REMEMBERED:
                self._made.popitem(last=False)
        return made

    @cached_property
    def areas(self) -> pl.DataFrame:
        """AREAS without geometry: every area in every boundary year."""
        folder = self.workspace.tables / "areas"
        names = [name for name in AREAS.columns if name != "geometry"]
        return read_shelf(folder, {}, names) if has_shelf(folder) else empty(AREAS).select(names)

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of areas, as the newest division has them; of gemeenten that no map names, from the register."""
        known = self.areas.sort("boundaries").select("area", "name")
        return {**dict(self.catalogue.gemeenten.select("code", "name").iter_rows()), **dict(known.iter_rows())}

    @cached_property
    def register(self) -> AreaRegister:
        """All gemeenten through the years."""
        return AreaRegister(self.catalogue.gemeenten, self.catalogue.changes)

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Figures and composites of which there are results."""
        folder = self.workspace.out / FOLDER / BY_INDICATOR
        return tuple(sorted(part.name for part in shelf_parts(folder))) if has_shelf(folder) else ()

    def _ordered(self, order: str, column: str, value: str) -> pl.DataFrame:
        found = self._part(order, column, value)
        return found.select(list(SCORES.columns)) if found.width else empty(SCORES)

    def _part(self, name: str, column: str, value: str) -> pl.DataFrame:
        """The part of a shelf that holds one value. Its list of parts is read once; a list that is out of date is read
        again by `read_shelf`.
        """
        folder = self.workspace.out / FOLDER / name
        if not has_shelf(folder):
            return pl.DataFrame()
        parts = self.remembered(("parts", name), lambda: {part.name: part for part in shelf_parts(folder)})
        try:
            return read_part(folder, parts[value])
        except (KeyError, ContractError):
            return read_shelf(folder, {column: [value]})

    def _asked(self, key: Any, read: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The table of a key: kept, or read now. Two threads may read the same; that costs time and nothing else."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        table = read()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = table
                self._size += int(table.estimated_size())
            while self._size > KEPT_BYTES and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._size -= int(gone.estimated_size())
        return table
