"""Where the buurten lie, what they are called and to which housing-market region their gemeente belongs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.simulation.synthesis.figures import HEIGHTS, KeyFigures, Values
from stadspeil.simulation.world import Places
from stadspeil.sources.national_grid import to_metres
from stadspeil.workspace import Workspace

# Buurten without a middle of their own lie in a spiral of even density around the middle of their wijk or gemeente.
_TURN = np.pi * (3 - np.sqrt(5))
_KM2_UNKNOWN = 4.0


def make_places(
    workspace: Workspace, catalogue: Catalogue, figures: KeyFigures
) -> tuple[Places, NDArray[np.intp], list[str]]:
    """Places of the buurten, the place in HEIGHTS at which the middle of each was found, and what a reader should know."""
    areas = figures.areas
    table = _area_rows(workspace, figures)
    # A delivery without names gives codes in their place; the name of another year says more.
    told = table.sort(~pl.col("name").str.contains(pl.col("area"), literal=True), "apart", descending=[True, False])
    names = dict(told.unique("area", keep="first", maintain_order=True).select("area", "name").iter_rows())
    middles = _middles(table.filter(pl.col("geometry").is_not_null()))
    spots, found = _spots(figures, middles)
    town_names = _named(areas.towns, names)
    region, region_names = _regions(catalogue, figures, spots, town_names)
    places = Places(
        areas.buurten, _named(areas.buurten, names), areas.town.astype(np.int32), areas.towns,
        town_names, region, region_names, spots[:, 0].astype(np.float32),
        spots[:, 1].astype(np.float32), np.zeros(len(areas.buurten), dtype=np.float32),
    )  # fmt: skip
    return places, found, _remarks(found)


def _remarks(found: NDArray[np.intp]) -> list[str]:
    spread = [
        f"{int((found == place).sum())} rond het midden van hun {HEIGHTS[place]}"
        for place in (1, 2)
        if (found == place).any()
    ]
    remarks = []
    if spread:
        remarks.append(
            f"buurten zonder eigen grens zijn in een spiraal gelegd: {', '.join(spread)}; afstanden daarbinnen zijn verzonnen"
        )
    if (found == len(HEIGHTS)).any():
        remarks.append(
            f"{int((found == len(HEIGHTS)).sum())} buurten zonder enige grens liggen op een raster; afstanden zijn verzonnen"
        )
    return remarks


def _named(codes: Sequence[str], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names.get(code, code) for code in codes)


def _area_rows(workspace: Workspace, figures: KeyFigures) -> pl.DataFrame:
    codes = [*figures.areas.buurten, *figures.areas.wijken, *figures.areas.towns]
    columns = {"area": pl.String, "name": pl.String, "boundaries": pl.Int16, "geometry": pl.Binary}
    folder = workspace.tables / "areas"
    rows = read_shelf(folder, {"area": codes}, list(columns)) if has_shelf(folder) else pl.DataFrame(schema=columns)
    same = figures.changed.with_columns(boundaries=pl.col("year").cast(pl.Int16)).drop("year")
    rows = rows.join(same, on=["area", "boundaries"], how="anti")
    return rows.with_columns(apart=(pl.col("boundaries").cast(pl.Int64) - figures.year).abs())


def _middles(table: pl.DataFrame) -> dict[str, tuple[float, float]]:
    """Middle of each area with a boundary, km on the national grid, from the nearest year."""
    nearest = table.sort("area", "apart", "boundaries").unique("area", keep="first", maintain_order=True)
    if not nearest.height:
        return {}
    points = shapely.get_coordinates(shapely.centroid(shapely.from_wkb(nearest["geometry"].to_list())))
    return dict(zip(nearest["area"], map(tuple, to_metres(points) / 1000), strict=True))


def _spots(figures: KeyFigures, middles: dict[str, tuple[float, float]]) -> tuple[Values, NDArray[np.intp]]:
    areas = figures.areas
    spots = np.full((len(areas.buurten), 2), np.nan)
    found = np.full(len(spots), len(HEIGHTS), dtype=np.intp)
    land = np.nan_to_num(figures.at("oppervlakte_land_ha", "buurt"), nan=0.0) / 100
    for place, height in enumerate(HEIGHTS[:3]):
        row, codes = areas.row(height), areas.codes(height)
        for area in np.unique(row[found == len(HEIGHTS)]):
            if codes[area] not in middles:
                continue
            own = np.flatnonzero((row == area) & (found == len(HEIGHTS)))
            spots[own] = np.array(middles[codes[area]]) + (0 if place == 0 else _spiral(len(own), land[own].sum()))
            found[own] = place
    lost = np.flatnonzero(found == len(HEIGHTS))
    towns = areas.town[lost]
    # Without any boundary gemeenten lie 20 km apart on a line; the remark says that distances are invented.
    for town in np.unique(towns):
        own = lost[towns == town]
        spots[own] = np.array([100.0 + 20.0 * town, 450.0]) + _spiral(len(own), land[own].sum())
    return spots, found


def _spiral(points: int, km2: float) -> Values:
    """Points in order of their code, evenly dense over a circle of this surface."""
    place = np.arange(points)
    radius = np.sqrt((km2 or _KM2_UNKNOWN) / np.pi) * np.sqrt((place + 0.5) / points)
    return np.column_stack([radius * np.cos(place * _TURN), radius * np.sin(place * _TURN)])


def _regions(
    catalogue: Catalogue, figures: KeyFigures, spots: Values, town_names: Sequence[str]
) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Region of each gemeente: of the dominant gemeente to whose region the catalogue counts it, else of the nearest
    large or dominant gemeente among those asked for, else its own."""
    areas = figures.areas
    middle = np.array([spots[areas.town == town].mean(axis=0) for town in range(len(areas.towns))])
    centre_of: dict[str, list[str]] = {}
    for region in catalogue.regions.values():
        for member in region.members:
            centre_of.setdefault(member, []).append(region.dominant)
    people = figures.at("inwoners", "gemeente")
    dominant = {region.dominant for region in catalogue.regions.values()}
    large = [
        at for at, code in enumerate(areas.towns)
        if code in dominant or people[at] >= catalogue.parameter("synthesis_dominant_town")
    ]  # fmt: skip
    chosen = [_centre(at, centre_of.get(code, []), areas.towns, middle, large) for at, code in enumerate(areas.towns)]
    centres = sorted(set(chosen))
    names = dict(catalogue.gemeenten.select("code", "name").iter_rows()) | dict(
        zip(areas.towns, town_names, strict=True)
    )
    told = tuple(f"Regio {names.get(code, code)}" for code in centres)
    return np.array([centres.index(each) for each in chosen], dtype=np.int32), told


def _centre(at: int, given: Sequence[str], towns: Sequence[str], middle: Values, large: Sequence[int]) -> str:
    there = [towns.index(code) for code in given if code in towns]
    if given and not there:
        return sorted(given)[0]
    near = there or list(large)
    if not near:
        return towns[at]
    apart = np.linalg.norm(middle[near] - middle[at], axis=1)
    return towns[near[int(apart.argmin())]]
