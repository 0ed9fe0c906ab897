"""Figures of wijken and buurten on the division of another year, with the breaks that nobody can bridge.

What links the divisions is the publisher's own flag of change, the maps and the names (areas/small_areas.py).
A wijk or buurt without such a link keeps its figures on its own division only.
"""

from __future__ import annotations

import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.areas.small_areas import LINKS
from stadspeil.areas.small_series import chain_to, links_to, rebase_small_cells, yearly_links
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import CELLS
from stadspeil.indicators.noise import with_margin_fields
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.workspace import Workspace

# The publisher's flag of a changed wijk or buurt, as a field of the tables.
CHANGE_FLAG = "indelingswijziging"
_SMALL = ("wijk", "buurt")


def links_in(workspace: Workspace, tables: list[str], register: AreaRegister, to_boundaries: int) -> pl.DataFrame:
    """LINKS from every division that a chain of flags leads from, to that of `to_boundaries`; empty where none does."""
    folder = workspace.tables / "areas"
    flags = [_flags(workspace, name) for name in tables]
    told = pl.concat(flags).unique(["area", "boundaries"]) if flags else pl.DataFrame()
    if told.is_empty() or not has_shelf(folder):
        return pl.DataFrame(schema=dict(LINKS.columns))
    areas = read_shelf(folder, {"level": list(_SMALL)}, ["area", "level", "name", "boundaries", "geometry"])
    steps = yearly_links(areas.with_columns(pl.col("level").cast(pl.String)), told, register)
    found = [pl.DataFrame(schema=dict(LINKS.columns))]
    for prefix in ("WK", "BU"):
        chain = chain_to([each for each in steps if _starts_with(each, prefix)], to_boundaries)
        if chain:
            found.append(links_to(chain, to_boundaries))
    return pl.concat(found)


def rebased_small_cells(
    cells: pl.DataFrame, catalogue: Catalogue, links: pl.DataFrame, to_boundaries: int
) -> pl.DataFrame:
    """Cells of wijken and buurten on the boundaries of another year, where none were published on those."""
    fields = with_margin_fields(catalogue.fields)
    movable = cells.filter(
        pl.col("level").is_in(_SMALL),
        pl.col("boundaries") < to_boundaries,
        pl.col("field").is_in(list(fields)) & (pl.col("field") != CHANGE_FLAG),
    )
    linked = links.select(area="from_area", boundaries="from_boundaries").drop_nulls().unique()
    movable = movable.join(linked, on=["area", "boundaries"], how="semi")
    if movable.is_empty():
        return cells.clear()
    series = rebase_small_cells(movable, fields, links, to_boundaries)
    published = cells.filter(pl.col("boundaries") == to_boundaries)
    return series.cells.select(cells.columns).join(published, on=CELLS.key, how="anti")


def _flags(workspace: Workspace, name: str) -> pl.DataFrame:
    columns = ["area", "boundaries", "value"]
    found = read_shelf(workspace.tables / name, {"field": [CHANGE_FLAG], "level": list(_SMALL)}, columns)
    return found.drop_nulls("value").select("area", "boundaries", flag=pl.col("value").cast(pl.Int8))


def _starts_with(links: pl.DataFrame, prefix: str) -> bool:
    return bool(links.select(pl.coalesce("from_area", "to_area").str.starts_with(prefix).any()).item())
