"""Moves between a town and its dominant gemeente, the rest of its region and the rest of the country."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.analyses.flow_matrix import FlowMatrix, matrix_of
from stadspeil.analyses.moves import TOWNS
from stadspeil.analyses.selectivity import NORMAL_95
from stadspeil.analyses.tables import TIES
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Region
from stadspeil.contracts import check, empty

PARTNERS = ("dominante gemeente", "regio", "elders")


def ties_of(flows: pl.DataFrame, catalogue: Catalogue, register: AreaRegister) -> pl.DataFrame:
    """TIES of every town with a region, in every year, on the gemeenten of that year.

    `arrived_pct` is the part of all who came from another gemeente; beside it the mean of the towns, this one
    included. The interval of a balance is the chance in both counts, 95 %.

    Shape:   FLOWS of persons who moved between gemeenten.
    """
    made = [empty(TIES)]
    for year in flows["year"].unique().sort().to_list() if flows.height else []:
        made.append(_of_year(matrix_of(flows, year, "verhuisstromen"), catalogue, register))
    return check(pl.concat(made), TIES, "banden door verhuizingen")


def _of_year(matrix: FlowMatrix, catalogue: Catalogue, register: AreaRegister) -> pl.DataFrame:
    rows: list[tuple[object, ...]] = []
    for town, region in catalogue.regions.items():
        if town in matrix.codes:
            rows += _of_town(matrix, town, region, register)
    if not rows:
        return empty(TIES)
    names = [name for name in TIES.columns if not name.startswith("towns_")]
    made = pl.DataFrame(rows, schema={name: TIES.columns[name] for name in names}, orient="row")
    members = catalogue.groups[TOWNS].members if TOWNS in catalogue.groups else ()
    towns = register.members_in(members, matrix.boundaries)
    means = (
        made.filter(pl.col("area").is_in(list(towns)))
        .group_by("partner")
        .agg(towns_arrived_pct=pl.col("arrived_pct").mean(), towns_left_pct=pl.col("left_pct").mean())
    )
    return made.join(means, on="partner", how="left", maintain_order="left").select(list(TIES.columns))


def _of_town(matrix: FlowMatrix, town: str, region: Region, register: AreaRegister) -> list[tuple[object, ...]]:
    own = matrix.place(town)
    dominant = set(register.members_in([region.dominant], matrix.boundaries))
    inside = set(register.members_in(region.members, matrix.boundaries, whole=True)) - dominant
    codes = np.array(matrix.codes)
    other = codes != town
    where = {
        "dominante gemeente": np.isin(codes, list(dominant)) & other,
        "regio": np.isin(codes, list(inside)) & other,
    }
    where["elders"] = other & ~where["dominante gemeente"] & ~where["regio"]
    came, went = matrix.counts[other, own].sum(), matrix.counts[own, other].sum()
    rows: list[tuple[object, ...]] = []
    for partner in PARTNERS:
        arrived = float(matrix.counts[where[partner], own].sum())
        left = float(matrix.counts[own, where[partner]].sum())
        noise = NORMAL_95 * float(np.sqrt(arrived + left))
        rows.append((
            town, matrix.year, matrix.boundaries, partner, arrived, left, arrived - left, arrived - left - noise,
            arrived - left + noise, 100 * arrived / came if came else None, 100 * left / went if went else None,
        ))  # fmt: skip
    return rows
