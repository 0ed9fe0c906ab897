"""Results as pages ask for them, with the latest answers kept.

Everything is read only. A table that was asked for is kept in memory until others push it out; a site whose results
were made anew notices within seconds and forgets all.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from stadspeil.analyses.store import read_analysis
from stadspeil.analyses.tables import ANALYSES
from stadspeil.areas import AreaRegister
from stadspeil.areas.other_ground import Ground, rows_here
from stadspeil.atlas.inner import INNER
from stadspeil.atlas.keeping import Kept, Made
from stadspeil.atlas.preparing import BY_AREA, BY_INDICATOR, FOLDER, part_of
from stadspeil.atlas.standing_rows import STANDING
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import AREAS, GROUP_SCORES, SCORES, empty
from stadspeil.errors import ContractError
from stadspeil.indicators.by_area import owner_code, owner_of
from stadspeil.shelf import INDEX, Shelved, has_shelf, read_part, read_shelf, shelf_parts
from stadspeil.tables.building import read_elsewhere
from stadspeil.workspace import Workspace

KEPT_BYTES = 48_000_000
# Answers of a page that cost more to make than to keep: lines of an area, of which each takes about a MB.
_REMEMBERED = 32
# There are five: the index of the search, the list of snapshots, the fields, where each figure is known, and what
# buurten are like.
_LASTING = 8
_LOOK_AGAIN = 5.0


class Results:
    """The results of one workspace. Safe to ask from several threads."""

    def __init__(self, workspace: Workspace, catalogue: Catalogue) -> None:
        self.workspace = workspace
        self.catalogue = catalogue
        self._kept: OrderedDict[Any, pl.DataFrame] = OrderedDict()
        self._made, self._once = Kept(_REMEMBERED), Kept(_LASTING)
        self._size = 0
        self._lock = threading.Lock()
        self._seen = (-_LOOK_AGAIN, "")
        self._stamps: tuple[tuple[int, int], ...] = ()
        self._listed: dict[Path, tuple[str, dict[str, Shelved]]] = {}

    @property
    def version(self) -> str:
        """Changes with every new set of results: what pages are remembered by."""
        looked, known = self._seen
        if time.monotonic() - looked < _LOOK_AGAIN:
            return known
        stamps = tuple(_stamp(path) for path in self._accounts)
        now = known if known and stamps == self._stamps else self._sum()
        if now != known:
            with self._lock:
                self._kept.clear()
                self._size = 0
                for name in ("areas", "names", "indicators", "elsewhere"):
                    self.__dict__.pop(name, None)
        self._seen, self._stamps = (time.monotonic(), now), stamps
        return now

    @property
    def _accounts(self) -> tuple[Path, ...]:
        """The files that say which results there are; each is swapped last when its results are made anew.

        Simulated programmes, packages and agendas come and go, so these are looked for each time.
        """
        out = self.workspace.out
        return (
            out / FOLDER / BY_INDICATOR / INDEX, out / FOLDER / BY_AREA / INDEX, out / FOLDER / STANDING / INDEX, out / "group_scores" / INDEX,
            out / "analyses" / "run.json.key", out / "history" / "run.json.key", self.workspace.tables / "areas" / INDEX,
            out / FOLDER / "tiles" / "maps.json",
            *(path for kind in ("simulation", "appraisal", "agenda") for path in sorted((out / kind).glob("*/run.json.key"))),
        )  # fmt: skip

    def _sum(self) -> str:
        """The same for every worker; empty where there is nothing to show."""
        first, *others = self._accounts
        if not first.is_file():
            return ""
        told = hashlib.sha256(first.read_bytes())
        for path in others:
            told.update(path.read_bytes() if path.is_file() else b"-")
        return told.hexdigest()[:16]

    def of_indicator(self, indicator: str) -> pl.DataFrame:
        """SCORES of one figure: all levels and years. Large for a country: a page of one year asks for an edition."""

        def read() -> pl.DataFrame:
            parts = self._parts(self.workspace.out / FOLDER / BY_INDICATOR)
            names = [name for name, each in parts.items() if indicator in each.holds["indicator"]]
            return pl.concat([empty(SCORES), *(self._ordered(BY_INDICATOR, name) for name in names)])

        return self._asked(("indicator", indicator), read)

    def edition(self, indicator: str, year: int, level: str, boundaries: int | None = None) -> pl.DataFrame:
        """SCORES of one figure, year and level, on the division asked for or else the newest of that year."""
        table = self._year(indicator, year).filter(pl.col("level") == level)
        wanted = table["boundaries"].max() if boundaries is None else boundaries
        return table.filter(pl.col("boundaries") == wanted) if wanted is not None else table

    def of_area(self, area: str) -> pl.DataFrame:
        """SCORES of one area: all figures and years."""
        owner = owner_code(area)
        if ("area", owner) in self._kept:
            return self.around(area).filter(pl.col("area") == area)
        return self._asked(("one", area), lambda: self._ordered(BY_AREA, owner, {"area": [area]}))

    def standing(self, area: str) -> pl.DataFrame:
        """The rows of one area that tell where it stands: out/atlas/standing."""
        return self.prepared(STANDING, owner_code(area), area)

    def inner(self, town: str, indicator: str) -> pl.DataFrame:
        """The rows of one figure in the editions that count inside a gemeente: out/atlas/inner."""
        return self._asked(("inner", town, indicator), lambda: self._part(INNER, town, {"indicator": [indicator]}))

    def divided(self, area: str) -> pl.DataFrame:
        """The divisions on which each area of a gemeente has rows: area, level and boundaries, each once."""
        owner, columns = owner_code(area), ["area", "level", "boundaries"]

        def read() -> pl.DataFrame:
            found = self._part(BY_AREA, owner, None, columns)
            return (found if found.width else empty(SCORES).select(columns)).unique(maintain_order=True)

        return self._asked(("divided", owner), read)

    def around(self, area: str) -> pl.DataFrame:
        """SCORES of the gemeente of an area, with all its wijken and buurten."""
        owner = owner_code(area)
        return self._asked(("area", owner), lambda: self._ordered(BY_AREA, owner))

    def columns_around(
        self, area: str, columns: Sequence[str], wanted: Mapping[str, list[Any]] | None = None
    ) -> pl.DataFrame:
        """Some columns of `around`, of the rows that are wanted. Not kept: who asks keeps what it makes of them."""
        found = self._part(BY_AREA, owner_code(area), wanted, list(columns))
        return found if found.width else empty(SCORES).select(columns)

    def edition_around(self, area: str, indicator: str, year: int, boundaries: int) -> pl.DataFrame:
        """SCORES of one figure, year and division in the gemeente of an area, at all its levels."""
        owner = owner_code(area)
        wanted: dict[str, list[Any]] = {"indicator": [indicator], "year": [year], "boundaries": [boundaries]}
        key = ("edition around", owner, indicator, year, boundaries)
        return self._asked(key, lambda: self._ordered(BY_AREA, owner, wanted))

    def _year(self, indicator: str, year: int) -> pl.DataFrame:
        """SCORES of one figure in one year: a twentieth of what there is."""
        if ("indicator", indicator) in self._kept:
            return self.of_indicator(indicator).filter(pl.col("year") == year)
        part = part_of(indicator, year)
        return self._asked(("edition", indicator, year), lambda: self._ordered(BY_INDICATOR, part))

    def groups(self) -> pl.DataFrame:
        """GROUP_SCORES."""
        folder = self.workspace.out / "group_scores"
        return self._asked(("groups",), lambda: read_shelf(folder) if has_shelf(folder) else empty(GROUP_SCORES))

    def analysis(self, name: str) -> pl.DataFrame:
        """An analysis, without rows where it was not made."""
        return self._asked(("analysis", name), lambda: read_analysis(self.workspace, name))

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """Something large made of these results, never pushed out: it is made anew when the results are others."""
        return self._once(self.version, name, make)

    def inside(self, name: str, town: str) -> pl.DataFrame:
        """The rows of an analysis about a gemeente, its wijken and its buurten."""
        if has_shelf(self.workspace.out / FOLDER / name):
            found = self.prepared(name, town)
            # A gemeente without rows has no part.
            return found.select(list(ANALYSES[name].columns)) if found.width else empty(ANALYSES[name])
        return self._owned(("analysis", name), lambda: self.analysis(name), town)

    def areas_inside(self, town: str) -> pl.DataFrame:
        """AREAS without geometry of a gemeente, its wijken and its buurten, in every boundary year."""
        return self._owned(("areas",), lambda: self.areas, town)

    def ground(self, town: str) -> pl.DataFrame:
        """AREAS of the buurten of a gemeente, with geometry."""
        if has_shelf(self.workspace.out / FOLDER / "ground"):
            found = self.prepared("ground", town)
            return found.select(list(AREAS.columns)) if found.width else empty(AREAS)
        buurten = self.areas_inside(town).filter(level="buurt")["area"].unique().sort().to_list()
        folder = self.workspace.tables / "areas"
        return self._asked(("ground", town), lambda: read_shelf(folder, {"area": buurten}) if buurten else empty(AREAS))

    def _owned(self, name: tuple[str, ...], read: Callable[[], pl.DataFrame], town: str) -> pl.DataFrame:
        """The rows of one gemeente. The table is put in order of gemeente once; then a town is a piece of it."""

        def order() -> tuple[pl.DataFrame, dict[str, tuple[int, int]]]:
            owned = read().with_columns(owner_of(pl.col("area")))
            owned = owned if owned["owner"].is_sorted() else owned.sort("owner", maintain_order=True)
            sizes = owned.group_by("owner", maintain_order=True).len().iter_rows()
            pieces, start = {}, 0
            for owner, size in sizes:
                pieces[str(owner)] = (start, int(size))
                start += size
            return owned.drop("owner"), pieces

        ordered, pieces = self.remembered(("owned", *name), order)
        return ordered.slice(*pieces.get(town, (0, 0)))

    def prepared(self, name: str, owner: str = "", area: str = "") -> pl.DataFrame:
        """A table of atlas/surroundings.py, whole, the part of one gemeente, or its rows of one area.

        Without rows where there is none.
        """
        folder = self.workspace.out / FOLDER / name
        if area:
            return self._asked(("prepared", name, owner, area), lambda: self._part(name, owner, {"area": [area]}))
        if owner:
            return self._asked(("prepared", name, owner), lambda: self._part(name, owner))
        return self._asked(("prepared", name), lambda: read_shelf(folder) if has_shelf(folder) else pl.DataFrame())

    def remembered(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once for each set of results and key, as room allows."""
        return self._made(self.version, key, make)

    @cached_property
    def areas(self) -> pl.DataFrame:
        """AREAS without geometry: every area in every boundary year."""
        folder = self.workspace.tables / "areas"
        names = [name for name in AREAS.columns if name != "geometry"]
        if not has_shelf(folder):
            return empty(AREAS).select(names)
        # In order of gemeente, so that those of one are a piece of it and no second copy is needed.
        return read_shelf(folder, {}, names).sort(owner_of(pl.col("area")), maintain_order=True)

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of areas, as the newest division has them; of gemeenten that no map names, from the register."""
        known = self.areas.group_by("area").agg(pl.col("name").sort_by("boundaries").last())
        return {**dict(self.catalogue.gemeenten.select("code", "name").iter_rows()), **dict(known.iter_rows())}

    @cached_property
    def register(self) -> AreaRegister:
        """All gemeenten through the years."""
        return AreaRegister(self.catalogue.gemeenten, self.catalogue.changes)

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Figures and composites of which there are results."""
        folder = self.workspace.out / FOLDER / BY_INDICATOR
        parts = shelf_parts(folder) if has_shelf(folder) else []
        return tuple(sorted({str(id) for part in parts for id in part.holds["indicator"]}))

    @cached_property
    def elsewhere(self) -> frozenset[Ground]:
        """Codes of wijken with the divisions in which they meant another place than now."""
        return read_elsewhere(self.workspace)

    def here(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of areas without those of wijken on a division in which their code meant another place."""
        return rows_here(rows, self.elsewhere) if self.elsewhere else rows

    @property
    def placed_composites(self) -> tuple[str, ...]:
        """Composites that give gemeenten a place, in the order of the catalogue; not those known of wijken alone."""
        return self.once("placed", self._placed_composites)

    def _placed_composites(self) -> tuple[str, ...]:
        parts = self._parts(self.workspace.out / FOLDER / BY_INDICATOR)
        level = {"level": ["gemeente"]}
        return tuple(
            id for id in self.catalogue.composites
            if any(
                self._part(BY_INDICATOR, name, level, ["rank"])["rank"].count()
                for name, each in parts.items() if id in each.holds["indicator"]
            )
        )  # fmt: skip

    def _ordered(self, order: str, part: str, wanted: Mapping[str, list[Any]] | None = None) -> pl.DataFrame:
        """A part of one of the two orders, whole or the rows that are wanted; without rows where there is no such part."""
        found = self._part(order, part, wanted, list(SCORES.columns))
        return found if found.width else empty(SCORES)

    def _part(
        self, name: str, part: str, wanted: Mapping[str, list[Any]] | None = None, columns: list[str] | None = None
    ) -> pl.DataFrame:
        """A part of a shelf of ours, or some of its rows; without columns where there is no such part."""
        folder = self.workspace.out / FOLDER / name
        try:
            shelved = self._parts(folder).get(part)
            return read_part(folder, shelved, wanted, columns) if shelved is not None else pl.DataFrame()
        except ContractError:
            # Made anew since we looked: the list of parts is of before. Look again, once.
            self._seen = (-_LOOK_AGAIN, self._seen[1])
            shelved = {each.name: each for each in shelf_parts(folder)}.get(part)
            return read_part(folder, shelved, wanted, columns) if shelved is not None else pl.DataFrame()

    def _parts(self, folder: Path) -> Mapping[str, Shelved]:
        """The parts of an order by name, listed once for each set of results."""
        version, listed = self._listed.get(folder, ("", {}))
        if version != self.version:
            listed = {each.name: each for each in shelf_parts(folder)} if has_shelf(folder) else {}
            self._listed[folder] = (self.version, listed)
        return listed

    def _asked(self, key: Any, read: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The table of a key: kept, or read now. Two threads may read the same; that costs time and nothing else."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            version = self._seen[1]
        table = read()
        with self._lock:
            # What was read of results that are gone by now is answered with, but not kept.
            if key not in self._kept and version == self._seen[1]:
                self._kept[key] = table
                self._size += int(table.estimated_size())
            while self._size > KEPT_BYTES and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._size -= int(gone.estimated_size())
        return table


def _stamp(path: Path) -> tuple[int, int]:
    try:
        told = path.stat()
    except OSError:
        return (0, 0)
    return (told.st_mtime_ns, told.st_size)
