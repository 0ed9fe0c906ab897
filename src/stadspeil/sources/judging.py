"""Whether a new delivery takes the place of an older one, stands beside it, or is held apart until somebody looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.sources.kept import read_snapshot
from stadspeil.sources.reading import FileReading
from stadspeil.sources.revisions import SAME_YEAR, compare, compare_years, parts_broken
from stadspeil.sources.store import Snapshot, SnapshotStore

# What covers less than half of what we had is another piece of it: the workbook of one gemeente beside another's.
_PIECE = 0.5


@dataclass(frozen=True)
class Judgement:
    """The snapshot that is replaced, if any; why to hold the new one, if so; what it changes in one line."""

    parent: str = ""
    reasons: tuple[str, ...] = field(default=())
    summary: str = ""


def judge(
    snapshot: Snapshot,
    reading: FileReading,
    before: list[Snapshot],
    store: SnapshotStore,
    catalogue: Catalogue,
    parts: Path | None,
) -> Judgement:
    """Hold a new snapshot against those in use of the same source."""
    family = [each for each in before if each.source == snapshot.source]
    same = [each for each in family if each.edition == snapshot.edition or _overlap(each, snapshot)]
    reasons = list(parts_broken(reading.cells, catalogue.fields))
    for older in reversed(same):
        old = read_snapshot(store, older, catalogue, parts)
        covered = _covered(old, reading)
        if covered < _PIECE:
            continue
        if reading.source.format == "town_workbook":
            # A town's own book replaces one that it contains; else both hold.
            return Judgement(older.id if _contains(reading.cells, old.cells) else "")
        if covered < 1 - SAME_YEAR.rows:
            reasons.append(f"van de gebieden en jaren die er waren is maar {100 * covered:.0f} % terug")
        revision = compare(old.cells, reading.cells, catalogue.fields)
        return Judgement(older.id, tuple(dict.fromkeys([*reasons, *revision.broken])), revision.summary())
    if reading.source.format != "town_workbook":
        reasons += _against_other_years(snapshot, reading, family, store, catalogue, parts)
    return Judgement("", tuple(dict.fromkeys(reasons)))


def _against_other_years(
    snapshot: Snapshot,
    reading: FileReading,
    family: list[Snapshot],
    store: SnapshotStore,
    catalogue: Catalogue,
    parts: Path | None,
) -> list[str]:
    """A first delivery against the year before: in the same file, or in the edition before it."""
    found: list[str] = []
    inside = set(snapshot.years)
    for year in snapshot.years:
        if year - 1 in inside:
            found += compare_years(reading.cells, reading.cells, year, catalogue.fields)
            continue
        earlier = next((each for each in family if each.years and max(each.years) == year - 1), None)
        if earlier is not None and earlier.areas > _PIECE * snapshot.areas:
            old = read_snapshot(store, earlier, catalogue, parts)
            found += compare_years(old.cells, reading.cells, year, catalogue.fields)
    return found


def _overlap(older: Snapshot, newer: Snapshot) -> bool:
    """Whether two files of several years tell of the same years: a table that grows by a year is the same table."""
    shared = set(older.years) & set(newer.years)
    return len(older.years) > 1 and len(shared) > _PIECE * len(older.years)


def _covered(old: FileReading, new: FileReading) -> float:
    """The share of the areas and years of the old that are in the new as well."""
    if old.flows.height:
        key, frames = ["origin", "year"], (old.flows, new.flows)
    elif old.cells.is_empty():
        key, frames = ["area", "boundaries"], (old.areas, new.areas)
    else:
        key, frames = ["area", "year"], (old.cells, new.cells)
    before, after = (frame.select(key).unique() for frame in frames)
    return before.join(after, on=key, how="semi").height / before.height if before.height else 0.0


def _contains(new: pl.DataFrame, old: pl.DataFrame) -> bool:
    key = ["area", "year", "field"]
    return old.select(key).unique().join(new.select(key).unique(), on=key, how="anti").is_empty()
