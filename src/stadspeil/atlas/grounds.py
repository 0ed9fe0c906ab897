"""The shapes of the buurten of a town, and whose they are: kept, since they take longer than the rest of a page."""

from __future__ import annotations

from functools import lru_cache

from stadspeil.atlas.results import Results
from stadspeil.report.drawing.ground import Ground, ground_of
from stadspeil.report.provenance import source_of_ground
from stadspeil.sources import SnapshotStore


def ground_of_town(results: Results, town: str) -> tuple[Ground | None, str]:
    """The ground of a town on its newest division that has boundaries, and its source; None where there is none."""
    return _ground(results, town, results.version)


@lru_cache(maxsize=64)
def _ground(results: Results, town: str, version: str) -> tuple[Ground | None, str]:
    areas = results.ground(town)
    snapshots = results.once("snapshots", SnapshotStore(results.workspace.raw).active)
    return ground_of(areas), source_of_ground(areas, snapshots, results.catalogue)
