"""Flows: how many go from one area to another. Each row of the publisher's table is a pair of areas in a year."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Edition, Source
from stadspeil.contracts import FLOWS
from stadspeil.sources.cells import area_problems, area_rows, read_cells
from stadspeil.sources.headers import index_of
from stadspeil.sources.rows import RawTable

_KEY = ["origin", "destination", "year", "boundaries", "field"]


@dataclass
class FlowReading:
    """FLOWS with what is wrong or worth a remark."""

    flows: pl.DataFrame
    columns: dict[str, str]
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def no_flows() -> pl.DataFrame:
    """FLOWS without rows."""
    return pl.DataFrame(schema=dict(FLOWS.columns))


def read_flows(
    raw: RawTable, source: Source, edition: Edition | None, catalogue: Catalogue, snapshot: str
) -> FlowReading:
    """All flows between gemeenten. Rows that start or end elsewhere (provinces, abroad, unknown) are passed over."""
    read = read_cells(raw, source, edition, catalogue, snapshot, between=True)
    found = FlowReading(no_flows(), read.columns, read.problems, read.remarks)
    place = index_of(raw.headers, source.other_area_column)
    if place is None:
        found.problems.append(f"kolom '{source.other_area_column}' met gebiedscodes ontbreekt")
    if found.problems or place is None:
        return found
    ends = area_rows(raw, place).select("row", destination="area")
    flows = read.cells.join(ends, on="row", how="left").rename({"area": "origin"})
    inside = pl.col("origin").str.starts_with("GM") & pl.col("destination").fill_null("").str.starts_with("GM")
    elsewhere = flows.filter(~inside)["row"].n_unique()
    if elsewhere:
        found.remarks.append(f"{elsewhere} rijen beginnen of eindigen niet in een gemeente en zijn overgeslagen")
    flows = flows.filter(inside & pl.col("value").is_not_null()).select(list(FLOWS.columns))
    doubled = flows.filter(pl.struct(_KEY).is_duplicated())
    if doubled.height:
        first = doubled.row(0, named=True)
        found.problems.append(
            f"van {first['origin']} naar {first['destination']} staat voor {first['year']} dubbel (rij {first['row']}); "
            f"{doubled.height} zulke rijen"
        )
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    codes = pl.concat(
        [flows.select(area="origin", year="boundaries"), flows.select(area="destination", year="boundaries")]
    )
    found.problems += area_problems([(str(area), int(year)) for area, year in codes.unique().iter_rows()], register)
    if flows.is_empty() and not found.problems:
        found.problems.append("er blijft geen enkele stroom tussen twee gemeenten over")
    found.flows = flows
    return found
