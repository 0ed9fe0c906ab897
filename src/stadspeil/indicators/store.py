"""Values of a workspace: read its tables year by year, make out/values/, and reuse it while nothing has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from stadspeil.areas import AreaRegister, rebase_cells
from stadspeil.areas.small_series import breaks_of
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import CELLS
from stadspeil.errors import ContractError, QuestionError
from stadspeil.indicators.by_area import write_by_area
from stadspeil.indicators.noise import with_margin_fields
from stadspeil.indicators.remarks import remarks
from stadspeil.indicators.small_boundaries import links_in, rebased_small_cells
from stadspeil.indicators.values import SHOWN, build_values
from stadspeil.shelf import Part, drop_shelf, has_shelf, read_shelf, shelf_parts, shelf_sum, write_shelf
from stadspeil.workspace import Workspace, code_fingerprint, publish_json, reuse_or_make

Progress = Callable[[str, int, int], None] | None
VALUES_BY_YEAR = "values"
BREAKS_TABLE = "breaks"
ROWS_PER_PART = 120_000


def write_values(
    workspace: Workspace, catalogue: Catalogue, boundaries: int | None = None, progress: Progress = None
) -> bool:
    """Make out/values/, out/values_by_area/ and out/remarks.json; whether they had to be made.

    With `boundaries` figures are also recomputed to the area division of that year, from counts, so that series on
    constant boundaries stand beside the published ones; out/breaks/ says which wijken and buurten cannot be followed.
    """
    names = in_order(_table_names(workspace), catalogue)
    target = workspace.out / "remarks.json"
    if not has_shelf(workspace.out / VALUES_BY_YEAR):
        target.unlink(missing_ok=True)

    def make() -> None:
        made = _Making(workspace, catalogue, boundaries, names, progress)
        write_shelf(workspace.out / VALUES_BY_YEAR, made.parts())
        write_by_area(workspace.out, made.years)
        made.write_breaks()
        publish_json(made.remarks, target)

    inputs = {
        "tables": {name: shelf_sum(workspace.tables / name) for name in names},
        "catalogue": catalogue.fingerprint,
        "code": code_fingerprint(),
        "boundaries": boundaries,
    }
    return reuse_or_make(target, inputs, make)


class _Making:
    """Values of one year after the other. Faults of all years come in one error at the end."""

    def __init__(
        self, workspace: Workspace, catalogue: Catalogue, boundaries: int | None, names: list[str], progress: Progress
    ) -> None:
        self.workspace, self.catalogue, self.boundaries, self.names = workspace, catalogue, boundaries, names
        self.progress = progress
        self.remarks: list[str] = []
        self.years = sorted(
            {year for name in names for part in shelf_parts(workspace.tables / name) for year in part.holds["year"]}
        )

        register = AreaRegister(catalogue.gemeenten, catalogue.changes)
        self.links = None if boundaries is None else links_in(workspace, names, register, boundaries)

    def write_breaks(self) -> None:
        """out/breaks/: wijken and buurten whose series begins anew; nothing where no other division was asked for."""
        if self.links is None:
            drop_shelf(self.workspace.out / BREAKS_TABLE)
        else:
            write_shelf(self.workspace.out / BREAKS_TABLE, [Part("breuken", breaks_of(self.links))])

    def parts(self) -> Iterator[Part]:
        problems: list[str] = []
        remedy = None
        for number, year in enumerate(self.years):
            _report(self.progress, f"cijfers van {year} berekenen", number, len(self.years))
            try:
                values = self._year(year)
            except ContractError as fault:
                problems += fault.problems
                remedy = remedy or fault.remedy
                continue
            self.remarks += remarks(values, self.catalogue)
            yield from _in_parts(values, year)
        if problems:
            more = [f"en nog {len(problems) - SHOWN} zulke meldingen"] if len(problems) > SHOWN else []
            raise ContractError("de indicatoren", [*problems[:SHOWN], *more], remedy)

    def _year(self, year: int) -> pl.DataFrame:
        tables = {name: read_shelf(self.workspace.tables / name, {"year": [year]}) for name in self.names}
        own = frozenset(
            snapshot
            for name, table in tables.items()
            if _is_own(name, self.catalogue)
            for snapshot in table["snapshot"].unique()
        )
        cells = one_per_key(list(tables.values()))
        if self.boundaries is not None and self.links is not None:
            small = rebased_small_cells(cells, self.catalogue, self.links, self.boundaries)
            cells = pl.concat([cells, rebased_cells(cells, self.catalogue, self.boundaries), small])
        return build_values(cells, self.catalogue, own)


def _in_parts(values: pl.DataFrame, year: int) -> Iterator[Part]:
    """A year's values in parts of some indicators each, so that one indicator is read without the others."""
    ids = values["indicator"].unique(maintain_order=True).to_list()
    per_part = max(1, ROWS_PER_PART * len(ids) // max(values.height, 1))
    for number, start in enumerate(range(0, max(len(ids), 1), per_part)):
        chosen = ids[start : start + per_part]
        part = values.filter(pl.col("indicator").is_in(chosen)) if len(chosen) < len(ids) else values
        yield Part(f"{year}-{number:03}", part, {"year": [year], "indicator": chosen})


def rebased_cells(cells: pl.DataFrame, catalogue: Catalogue, boundaries: int) -> pl.DataFrame:
    """Cells of gemeenten and country on the boundaries of another year, where none were published on those."""
    fields = with_margin_fields(catalogue.fields)
    movable = cells.filter(
        pl.col("boundaries") != boundaries,
        pl.col("level").is_in(["gemeente", "land"]),
        # A town's own figures may have fields of their own, of which nobody knows whether they can be added.
        pl.col("field").is_in(list(fields)),
    )
    # What nobody measured would come back as 'onmogelijk' for every merged gemeente.
    movable = movable.filter((pl.col("status") != "niet_gemeten").any().over("year", "field"))
    # A year published on two divisions is rebased once, from the latest.
    movable = movable.filter(pl.col("boundaries") == pl.col("boundaries").max().over("year", "field"))
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    moved = rebase_cells(movable, fields, register, boundaries)
    published = cells.filter(pl.col("boundaries") == boundaries)
    return moved.select(cells.columns).join(published, on=CELLS.key, how="anti")


def _table_names(workspace: Workspace) -> list[str]:
    names = sorted(path.name for path in workspace.tables.glob("*") if has_shelf(path) and path.name != "areas")
    if not names:
        raise QuestionError(
            f"werkmap {workspace.root}",
            "er zijn nog geen tabellen om cijfers van te maken",
            "lees eerst bestanden in met 'stadspeil import' en draai dan 'stadspeil build'",
        )
    return names


def in_order(names: list[str], catalogue: Catalogue) -> list[str]:
    """Tables, the one whose cells go before the others' first; tables of flows and squares have no cells."""
    others = {each.id for each in catalogue.tables.values() if each.kind != "cells"}
    return sorted(
        (name for name in names if name not in others), key=lambda name: (-_precedence(name, catalogue), name)
    )


def cells_behind(
    workspace: Workspace, catalogue: Catalogue, fields: list[str], areas: list[str], year: int
) -> pl.DataFrame:
    """The cells that values of these areas in a year are made from: only those that counted."""
    wanted: dict[str, list[Any]] = {"year": [year], "area": areas, "field": fields}
    names = in_order(_table_names(workspace), catalogue)
    return one_per_key([read_shelf(workspace.tables / name, wanted) for name in names])


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
