"""Building tables/<table>/ and tables/areas/ from the snapshots in use, one year of one table at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

import polars as pl

from stadspeil.areas import AreaRegister, level_of, parent_of
from stadspeil.areas.other_ground import Ground, land_drawn, land_published, lies_elsewhere, other_ground
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import AREAS, CELLS, FLOWS, SQUARES, Level, check, empty
from stadspeil.errors import QuestionError, SourceError
from stadspeil.shelf import Part, drop_shelf, has_shelf, write_shelf
from stadspeil.sources import FileReading, Snapshot, SnapshotStore, read_snapshot
from stadspeil.tables.piles import Piles
from stadspeil.tables.squares import place_squares
from stadspeil.workspace import Workspace, code_fingerprint, publish_json, reuse_or_make

Progress = Callable[[str, int, int], None] | None
ELSEWHERE = "elsewhere.json"
_EXAMPLES = 3


@dataclass(frozen=True)
class BuildResult:
    """The tables there are, remarks on the figures, and whether all could be reused."""

    tables: list[str]
    remarks: list[str]
    reused: bool


@dataclass
class _Made:
    """What one pass over the snapshots yields."""

    piles: Piles
    areas: list[pl.DataFrame] = field(default_factory=list)
    names: list[pl.DataFrame] = field(default_factory=list)
    seen: list[pl.DataFrame] = field(default_factory=list)
    land: list[pl.DataFrame] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def build_tables(workspace: Workspace, catalogue: Catalogue, progress: Progress = None) -> BuildResult:
    """Make all tables anew when a snapshot, the catalogue or our code has changed; else leave them.

    Raises: QuestionError when nothing was imported; SourceError when a snapshot is damaged; ContractError when figures
    break a promise.
    """
    store = SnapshotStore(workspace.raw)
    snapshots = store.active()
    if not snapshots:
        raise QuestionError(
            f"werkmap {workspace.root}", "er is nog niets ingelezen", "begin met: stadspeil import BESTAND..."
        )
    damaged = store.verify()
    if damaged:
        raise SourceError(f"werkmap {workspace.root}", damaged, "lees die bestanden opnieuw in met stadspeil import")
    target = workspace.tables / "remarks.json"
    expected = {"areas", *(catalogue.source(each.source).table for each in snapshots)} - {""}
    if not all(has_shelf(workspace.tables / name) for name in expected):
        target.unlink(missing_ok=True)
    inputs = {
        "snapshots": [each.id for each in snapshots],
        "catalogue": catalogue.fingerprint,
        "code": code_fingerprint(),
    }
    made = reuse_or_make(target, inputs, lambda: _make(workspace, catalogue, store, snapshots, progress))
    present = table_names(workspace)
    return BuildResult(present, json.loads(target.read_text(encoding="utf-8")), not made)


def _make(
    workspace: Workspace, catalogue: Catalogue, store: SnapshotStore, snapshots: list[Snapshot], progress: Progress
) -> None:
    made = _Made(Piles(workspace.tables / ".piles"))
    made.piles.clear()
    for number, snapshot in enumerate(snapshots):
        if progress is not None:
            progress(f"{snapshot.file_name} naar tabel", number, len(snapshots))
        _take(read_snapshot(store, snapshot, catalogue, workspace.parts), snapshot, made)
    wanted = {"areas", *made.piles.tables()}
    elsewhere = other_ground(pl.concat([*made.land, *map(land_drawn, made.areas)])) if made.land else set()
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    areas = all_areas(made.areas, made.names, made.seen, register, elsewhere)
    for name in made.piles.tables():
        kind = catalogue.tables[name].kind if name in catalogue.tables else "cells"
        parts = _years_of_squares(name, made, areas) if kind == "squares" else _years_of(name, made, catalogue)
        write_shelf(workspace.tables / name, parts)
    write_shelf(workspace.tables / "areas", [Part("areas", check(areas, AREAS, "gebieden"))])
    for name in table_names(workspace):
        if name not in wanted:
            drop_shelf(workspace.tables / name)
    made.piles.clear()
    publish_json(sorted(elsewhere), workspace.tables / ELSEWHERE)
    publish_json(made.remarks, workspace.tables / "remarks.json")


def read_elsewhere(workspace: Workspace) -> frozenset[Ground]:
    """Codes of wijken with the divisions in which they meant another place; none where older code made the tables."""
    path = workspace.tables / ELSEWHERE
    told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return frozenset((str(area), int(boundaries)) for area, boundaries in told)


def table_names(workspace: Workspace) -> list[str]:
    """The tables that a workspace has, areas among them."""
    return sorted(path.name for path in workspace.tables.glob("*") if has_shelf(path))


def _years_of(name: str, made: _Made, catalogue: Catalogue) -> Iterator[Part]:
    """The parts of a table: a year each. A key has its year in it, so no year needs another."""
    flows = catalogue.tables[name].kind == "flows" if name in catalogue.tables else False
    for year in made.piles.years(name):
        if flows:
            found = [part for _, part in made.piles.take(name, year)]
            latest = pl.concat(found).unique(list(FLOWS.key), keep="last", maintain_order=True)
            yield Part(str(year), check(latest, FLOWS, f"tabel {name}, {year}"), {"year": [year]})
            continue
        cells = one_cell_per_key(made.piles.take(name, year), catalogue, made.remarks)
        yield Part(str(year), check(cells, CELLS, f"tabel {name}, {year}"), {"year": [year]})


def _years_of_squares(name: str, made: _Made, areas: pl.DataFrame) -> Iterator[Part]:
    """The same of squares; those of the file that came last count. Only here they get a buurt: the map is known now."""
    for year in made.piles.years(name):
        found = pl.concat([part for _, part in made.piles.take(name, year)])
        latest = found.unique(list(SQUARES.key), keep="last", maintain_order=True).sort("square", "field")
        where = f"tabel {name}, {year}"
        placed = place_squares(latest, areas, where, made.remarks)
        yield Part(str(year), check(placed, SQUARES, where), {"year": [year]})


def _take(reading: FileReading, snapshot: Snapshot, made: _Made) -> None:
    made.remarks += [f"{snapshot.file_name}: {each}" for each in reading.remarks]
    if reading.areas.height:
        made.areas.append(reading.areas)
    if reading.flows.height:
        made.piles.add(reading.source.table, snapshot, reading.flows)
    if reading.squares.height:
        made.piles.add(reading.source.table, snapshot, reading.squares)
    if reading.cells.is_empty():
        return
    made.piles.add(reading.source.table, snapshot, reading.cells)
    made.land.append(land_published(reading.cells))
    made.seen.append(
        reading.cells.select("area", "boundaries", "snapshot").unique(["area", "boundaries"], maintain_order=True)
    )
    if reading.names.height:
        made.names.append(reading.names)


def one_cell_per_key(
    parts: list[tuple[Snapshot, pl.DataFrame]], catalogue: Catalogue, remarks: list[str]
) -> pl.DataFrame:
    """All cells of a table, each key once: a number goes before no number, then precedence, then the latest import."""
    numbered = [
        cells.with_columns(
            _order=pl.lit(order, dtype=pl.Int32),
            _precedence=pl.lit(catalogue.sources[snapshot.source].precedence, dtype=pl.Int32),
        )
        for order, (snapshot, cells) in enumerate(parts)
    ]
    if len(numbered) == 1:
        return parts[0][1]
    cells = pl.concat(numbered)
    cells = cells.sort(
        pl.col("status") == "niet_gemeten", -pl.col("_precedence"), -pl.col("_order"), maintain_order=True
    )  # fmt: skip
    first = cells.unique(list(CELLS.key), keep="first", maintain_order=True)
    _remark_differences(cells, first, {each.id: each.file_name for each, _ in parts}, remarks)
    return first.sort("boundaries", "year", "row", "field", maintain_order=True).select(list(CELLS.columns))


def _remark_differences(cells: pl.DataFrame, first: pl.DataFrame, files: dict[str, str], remarks: list[str]) -> None:
    key = list(CELLS.key)
    other = cells.join(first.select(*key, kept="value", kept_in="snapshot"), on=key, how="left")
    differing = other.filter(
        pl.col("value").is_not_null(), (pl.col("value") - pl.col("kept")).abs() > 1e-9 * pl.col("kept").abs()
    )
    for (kept_in, snapshot), rows in differing.group_by("kept_in", "snapshot", maintain_order=True):
        examples = ", ".join(
            f"{row['field']} van {row['area']} in {row['year']}: {row['kept']:g} en {row['value']:g}"
            for row in rows.head(_EXAMPLES).iter_rows(named=True)
        )
        remarks.append(
            f"{files[str(kept_in)]} en {files[str(snapshot)]} verschillen in {rows.height} cellen; wij houden de eerste aan ({examples})"
        )


def all_areas(
    areas: list[pl.DataFrame],
    names: list[pl.DataFrame],
    seen: list[pl.DataFrame],
    register: AreaRegister,
    elsewhere: Collection[Ground] = (),
) -> pl.DataFrame:
    """Every area of a boundary map and every area with a figure, with the best name there is.

    Rows of figures give a wijk or buurt the name of its gemeente, so such a name counts only for a gemeente. A wijk
    whose code means another place now does not get the name of that place.
    """
    mapped = (
        pl.concat(areas).unique(["area", "boundaries"], keep="last", maintain_order=True) if areas else empty(AREAS)
    )
    if not seen:
        return mapped.sort("boundaries", "area")
    met = pl.concat(seen).unique(["area", "boundaries"], keep="last", maintain_order=True)
    met = met.join(mapped, on=["area", "boundaries"], how="anti")
    told = dict(pl.concat(names).select("area", "name").iter_rows()) if names else {}
    drawn = dict(mapped.sort("boundaries").select("area", "name").iter_rows())
    codes = met["area"].unique().to_list()
    named = {code: area_name(code, drawn, told, register) for code in codes}
    moved = {code for code, _ in elsewhere}
    drawn_here, told_here = (
        {code: name for code, name in known.items() if code not in moved} for known in (drawn, told)
    )
    own = {
        (code, year): area_name(code, drawn_here, told_here, register)
        for code, year in met.select("area", "boundaries").iter_rows() if lies_elsewhere(code, year, elsewhere)
    } if moved else {}  # fmt: skip
    rest = met.with_columns(
        level=pl.col("area").replace_strict({code: level_of(code) for code in codes}, return_dtype=Level),
        name=pl.Series([own.get(key, named[key[0]]) for key in met.select("area", "boundaries").iter_rows()], dtype=pl.String),
        parent=pl.col("area").replace_strict({code: parent_of(code) for code in codes}, return_dtype=pl.String),
        geometry=pl.lit(None, dtype=pl.Binary),
    )  # fmt: skip
    return pl.concat([mapped, rest.select(list(AREAS.columns))]).sort("boundaries", "area")


def area_name(code: str, drawn: dict[str, str], told: dict[str, str], register: AreaRegister) -> str:
    """The name of an area that no map has at its own boundaries: as an older map drew it or a file told it, else its code
    with where it lies. A name that is that of its gemeente is none."""
    level = level_of(code)
    if level == "gemeente":
        return register.name(code)
    if level == "land":
        return told.get(code) or "Nederland"
    name = drawn.get(code) or told.get(code, "")
    gemeente = register.name(f"GM{code[2:6]}")
    if name and name != gemeente:
        return name
    wijk = f"WK{code[2:8]}"
    around = (drawn.get(wijk) or told.get(wijk, "")) if level == "buurt" else ""
    return f"{code} in {around}, {gemeente}" if around and around != gemeente else f"{code} in {gemeente}"
