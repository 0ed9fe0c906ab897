"""The box around a town, for what is asked of a publisher by place: from the maps that are here already."""

from __future__ import annotations

import math

import polars as pl
import shapely

from stadspeil.catalogue import Catalogue
from stadspeil.errors import SourceError
from stadspeil.sources.fetching.features import Box
from stadspeil.sources.fetching.planning import Job
from stadspeil.sources.kept import read_snapshot
from stadspeil.sources.national_grid import to_metres
from stadspeil.sources.store import SnapshotStore
from stadspeil.workspace import Workspace

_SIDE = 100


def box_of_town(job: Job, store: SnapshotStore, catalogue: Catalogue, workspace: Workspace) -> Box:
    """West, south, east and north of a town in whole squares of the national grid, on the map nearest to the edition.

    Raises: SourceError when no map that is here has the town.
    """
    town = job.scope.name
    year = int(job.edition.edition) if job.edition else 0
    maps = [each for each in store.active() if catalogue.source(each.source).format == "boundaries_geojson"]
    for snapshot in sorted(maps, key=lambda each: (abs(each.boundaries - year), each.boundaries, each.id)):
        areas = read_snapshot(store, snapshot, catalogue, workspace.parts).areas
        own = areas.filter(pl.col("area").str.slice(2, 4) == town[2:], pl.col("geometry").is_not_null())
        if own.height:
            shapes = shapely.transform(shapely.from_wkb(own["geometry"].to_numpy()), to_metres)
            west, south, east, north = shapely.total_bounds(shapes).tolist()
            low = (math.floor(west / _SIDE) * _SIDE, math.floor(south / _SIDE) * _SIDE)
            return (*low, math.ceil(east / _SIDE) * _SIDE, math.ceil(north / _SIDE) * _SIDE)
    raise SourceError(
        job.title,
        f"van {town} is nog geen kaart ingelezen, dus is niet te zeggen welke vakken van haar zijn",
        "haal eerst de grenzen op of lees ze in",
    )
