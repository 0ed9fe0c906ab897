"""Whether a new delivery takes the place of older ones, stands beside them, or is held apart until somebody looks.

It replaces what it holds (nearly) all of. It stands beside what it holds less than half of (the file of one gemeente
beside another's), and beside what was asked otherwise (another town, other years). Between those it lacks rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.contracts import MARGINS
from stadspeil.sources.kept import read_snapshot
from stadspeil.sources.reading import FileReading
from stadspeil.sources.revisions import (
    SAME_YEAR,
    areas_broken,
    compare,
    compare_years,
    flows_as_cells,
    parts_broken,
)
from stadspeil.sources.squares import squares_as_cells
from stadspeil.sources.store import Snapshot, SnapshotStore

_PIECE = 0.5
# How fetching signs a question; two that differ were two questions.
_QUESTION = "vraag-"


@dataclass(frozen=True)
class Judgement:
    """What is replaced (the one that it was held against first); why to hold the new one, if so; what it changes."""

    parent: str = ""
    reasons: tuple[str, ...] = ()
    summary: str = ""
    others: tuple[str, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Library:
    """Reads snapshots, those that only just came among them (`fresh` knows them by id)."""

    store: SnapshotStore
    catalogue: Catalogue
    parts: Path | None
    fresh: Callable[[str], FileReading | None]

    def read(self, snapshot: Snapshot) -> FileReading:
        """What is in a snapshot."""
        return self.fresh(snapshot.id) or read_snapshot(self.store, snapshot, self.catalogue, self.parts)


@dataclass(frozen=True)
class _Older:
    """A snapshot in use of the same source and edition, and the share of its areas and years that the new one has."""

    snapshot: Snapshot
    reading: FileReading
    covered: float


def judge(snapshot: Snapshot, reading: FileReading, before: list[Snapshot], library: Library) -> Judgement:
    """Hold a new snapshot against those in use of the same source."""
    family = [each for each in before if each.source == snapshot.source and each.id != snapshot.id]
    same = [each for each in family if each.edition == snapshot.edition or _overlap(each, snapshot)]
    held = [_Older(each, old, _covered(old, reading)) for each in reversed(same) for old in (library.read(each),)]
    if reading.source.format == "town_workbook":
        # A town's own book replaces those that it contains, and is a town's own affair; else both hold.
        inside = [each.snapshot.id for each in held if _contains(reading.cells, each.reading.cells)]
        return Judgement(parent="".join(inside[:1]), others=tuple(inside[1:]))
    reasons = parts_broken(reading.cells, library.catalogue.fields)
    whole = _largest(each for each in held if each.covered >= 1 - SAME_YEAR.rows)
    lacking = _largest(
        each for each in held if _PIECE <= each.covered < 1 - SAME_YEAR.rows and not _asked_otherwise(each, snapshot)
    )
    for each in lacking:
        reasons.append(f"van de gebieden en jaren die er waren is maar {100 * each.covered:.0f} % terug")
    replaced = [*whole, *lacking]
    yardstick = replaced or [each for each in held if each.covered > 0]
    if not yardstick:
        reasons += _against_other_years(snapshot, reading, family, library)
        return Judgement(reasons=tuple(dict.fromkeys(reasons)))
    old, new = yardstick[0].reading, reading
    revision = compare(figures(old), figures(new), library.catalogue.fields, partial=not replaced)
    columns = {"columns_gone": sorted(set(old.columns) - set(new.columns))}
    columns["columns_new"] = sorted(set(new.columns) - set(old.columns))
    reasons += [*revision.broken, *(areas_broken(old.areas, new.areas) if replaced else ())]
    ids = [each.snapshot.id for each in replaced]
    return Judgement(
        "".join(ids[:1]),
        tuple(dict.fromkeys(reasons)),
        revision.summary() if replaced else "",
        tuple(ids[1:]),
        {**revision.report(), **columns},
    )


def _largest(found: Iterable[_Older]) -> list[_Older]:
    return sorted(found, key=lambda each: -each.snapshot.areas * max(len(each.snapshot.years), 1))


def figures(reading: FileReading) -> pl.DataFrame:
    """What of a snapshot is compared, as CELLS: its cells but margins, its squares, or its flows by where they start."""
    if reading.squares.height:
        return squares_as_cells(reading.squares)
    if reading.flows.height:
        return flows_as_cells(reading.flows)
    # A margin that moves says nothing about whether the figure is right.
    return reading.cells.filter(~pl.any_horizontal(pl.col("field").str.ends_with(each) for each in MARGINS))


def _asked_otherwise(older: _Older, newer: Snapshot) -> bool:
    """Whether the two were fetched with two questions, so that what one lacks may never have been asked."""
    signs = older.snapshot.etag, newer.etag
    return signs[0] != signs[1] and all(each.startswith(_QUESTION) for each in signs)


def _against_other_years(
    snapshot: Snapshot, reading: FileReading, family: list[Snapshot], library: Library
) -> list[str]:
    """A first delivery against the year before or else after it: in the same file, or in an edition beside it."""
    fields, cells = library.catalogue.fields, figures(reading)
    found: list[str] = []
    inside = set(snapshot.years)
    for year in snapshot.years:
        if year - 1 in inside:
            found += compare_years(cells, cells, year, fields)
            continue
        other, beside = _beside(family, year, inside)
        if beside is not None and beside.areas > _PIECE * snapshot.areas:
            found += compare_years(figures(library.read(beside)), cells, year, fields, other)
    return found


def _beside(family: list[Snapshot], year: int, inside: set[int]) -> tuple[int, Snapshot | None]:
    """The edition that ends the year before, else the one that starts the year after; the latest that came."""
    for other, end in ((year - 1, -1), (year + 1, 0)):
        if other not in inside:
            for each in reversed(family):
                if each.years and each.years[end] == other:
                    return other, each
    return year, None


def _overlap(older: Snapshot, newer: Snapshot) -> bool:
    """Whether two files tell of the same years: a table that grows by a year is the same table."""
    shared = set(older.years) & set(newer.years)
    several = max(len(older.years), len(newer.years)) > 1
    return several and len(shared) > _PIECE * len(older.years)


def _covered(old: FileReading, new: FileReading) -> float:
    """The share of the areas and years of the old that are in the new as well."""
    if old.flows.height:
        key, frames = ["origin", "year"], (old.flows, new.flows)
    elif old.squares.height:
        key, frames = ["square", "year"], (old.squares, new.squares)
    elif old.cells.is_empty():
        key, frames = ["area", "boundaries"], (old.areas, new.areas)
    else:
        key, frames = ["area", "year"], (old.cells, new.cells)
    before, after = (frame.select(key).unique() for frame in frames)
    return before.join(after, on=key, how="semi").height / before.height if before.height else 0.0


def _contains(new: pl.DataFrame, old: pl.DataFrame) -> bool:
    key = ["area", "year", "field"]
    return old.select(key).unique().join(new.select(key).unique(), on=key, how="anti").is_empty()
