"""Values of a workspace: read its tables, make out/values.parquet, and reuse it while nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from stadspeil.areas import AreaRegister, rebase_cells
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import CELLS
from stadspeil.errors import QuestionError
from stadspeil.indicators.remarks import remarks
from stadspeil.indicators.values import build_values
from stadspeil.workspace import Workspace, code_fingerprint, file_checksum, publish_json, publish_table, reuse_or_make

Progress = Callable[[str, int, int], None] | None


def write_values(
    workspace: Workspace, catalogue: Catalogue, boundaries: int | None = None, progress: Progress = None
) -> bool:
    """Make out/values.parquet and out/remarks.json; whether they had to be made.

    With `boundaries` the figures of gemeenten are also recomputed to the area division of that year, from counts,
    so that series on constant boundaries stand beside the published ones.
    """
    paths = _table_paths(workspace)
    target = workspace.out / "values.parquet"

    def make() -> None:
        _report(progress, "tabellen lezen", 0, 3)
        cells, own = _read_cells(paths, catalogue)
        if boundaries is not None:
            cells = pl.concat([cells, rebased_cells(cells, catalogue, boundaries)])
        _report(progress, "indicatoren berekenen", 1, 3)
        values = build_values(cells, catalogue, own)
        _report(progress, "indicatoren opslaan", 2, 3)
        publish_json(remarks(values, catalogue), workspace.out / "remarks.json")
        publish_table(values, target)
        _report(progress, "indicatoren klaar", 3, 3)

    inputs = {
        "tables": {path.name: file_checksum(path) for path in paths},
        "catalogue": catalogue.fingerprint,
        "code": code_fingerprint(),
        "boundaries": boundaries,
    }
    return reuse_or_make(target, inputs, make)


def rebased_cells(cells: pl.DataFrame, catalogue: Catalogue, boundaries: int) -> pl.DataFrame:
    """Cells of gemeenten and country on the boundaries of another year, where none were published on those."""
    movable = cells.filter(
        pl.col("boundaries") != boundaries,
        pl.col("level").is_in(["gemeente", "land"]),
        # A town's own figures may have fields of their own, of which nobody knows whether they can be added.
        pl.col("field").is_in(list(catalogue.fields)),
    )
    # What nobody measured would come back as 'onmogelijk' for every merged gemeente.
    movable = movable.filter((pl.col("status") != "niet_gemeten").any().over("year", "field"))
    # A year published on two divisions is rebased once, from the latest.
    movable = movable.filter(pl.col("boundaries") == pl.col("boundaries").max().over("year", "field"))
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    moved = rebase_cells(movable, catalogue.fields, register, boundaries)
    published = cells.filter(pl.col("boundaries") == boundaries)
    return moved.select(cells.columns).join(published, on=CELLS.key, how="anti")


def _table_paths(workspace: Workspace) -> list[Path]:
    paths = sorted(path for path in workspace.tables.glob("*.parquet") if path.stem != "areas")
    if not paths:
        raise QuestionError(
            f"werkmap {workspace.root}",
            "er zijn nog geen tabellen om cijfers van te maken",
            "lees eerst bestanden in met 'stadspeil import' en draai dan 'stadspeil build'",
        )
    return paths


def _read_cells(paths: list[Path], catalogue: Catalogue) -> tuple[pl.DataFrame, frozenset[str]]:
    """All cells, one per key, and the snapshots that are a town's own figures."""
    tables = {path.stem: pl.read_parquet(path) for path in in_order(paths, catalogue)}
    own = frozenset(
        snapshot for id, table in tables.items() if _is_own(id, catalogue) for snapshot in table["snapshot"].unique()
    )
    return one_per_key(list(tables.values())), own


def in_order(paths: list[Path], catalogue: Catalogue) -> list[Path]:
    """Files of tables, the one whose cells go before the others' first."""
    return sorted(paths, key=lambda path: (-_precedence(path.stem, catalogue), path.stem))


def cells_behind(
    workspace: Workspace, catalogue: Catalogue, fields: list[str], areas: list[str], year: int
) -> pl.DataFrame:
    """The cells that values of these areas in a year are made from: only those that counted."""
    wanted = (pl.col("area").is_in(areas)) & (pl.col("year") == year) & pl.col("field").is_in(fields)
    paths = in_order(_table_paths(workspace), catalogue)
    return one_per_key([pl.scan_parquet(path).filter(wanted).collect() for path in paths])


def one_per_key(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """Cells of all tables. Where two tables have the same cell, the earlier table counts, unless it is empty there."""
    cells = pl.concat(tables)
    if len(tables) == 1:
        return cells
    fields = pl.concat([table.select("field").unique() for table in tables])
    shared = fields.filter(pl.col("field").is_duplicated())["field"].unique()
    if shared.is_empty():
        return cells
    twice = cells.filter(pl.col("field").is_in(shared.to_list()))
    kept = twice.sort(pl.col("status") == "niet_gemeten", maintain_order=True).unique(
        subset=list(CELLS.key), keep="first", maintain_order=True
    )
    return pl.concat([cells.filter(~pl.col("field").is_in(shared.to_list())), kept])


def _precedence(table: str, catalogue: Catalogue) -> int:
    return max((each.precedence for each in catalogue.sources.values() if each.table == table), default=0)


def _is_own(table: str, catalogue: Catalogue) -> bool:
    formats = {each.format for each in catalogue.sources.values() if each.table == table}
    return formats == {"town_workbook"}


def _report(progress: Progress, text: str, done: int, total: int) -> None:
    if progress is not None:
        progress(text, done, total)
