"""Which buurt a square of 100 m lies in: the one that holds its middle, on the map nearest to the square's year."""

from __future__ import annotations

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from stadspeil.contracts import SQUARES
from stadspeil.sources.national_grid import to_degrees

_SIDE = 100
_EXAMPLES = 3


def place_squares(squares: pl.DataFrame, areas: pl.DataFrame, where: str, remarks: list[str]) -> pl.DataFrame:
    """SQUARES of one year with the buurt that holds the middle of each, and the year of its boundaries.

    Without a map of buurten, and outside all of its buurten, a square has none; both are remarked upon.
    Shape: AREAS of every year, with geometries where there is a map.
    """
    drawn = areas.filter((pl.col("level") == "buurt") & pl.col("geometry").is_not_null())
    if drawn.is_empty():
        remarks.append(f"{where}: er is geen kaart van buurten ingelezen, dus geen vak hoort bij een buurt")
        return squares
    year = int(squares["year"][0])
    nearest = min(drawn["boundaries"].unique().to_list(), key=lambda each: (abs(each - year), each))
    chosen = drawn.filter(pl.col("boundaries") == nearest).sort("area")
    places = squares.select("square", "east", "north").unique("square", maintain_order=True).sort("square")
    middles = (places.select("east", "north").to_numpy().astype(float) + 0.5) * _SIDE
    holder = holder_of(to_degrees(middles), chosen["geometry"].to_list())
    codes = [None, *chosen["area"]]
    found = places.select("square", buurt=pl.Series([codes[each + 1] for each in holder.tolist()], dtype=pl.String))
    lost = found.filter(pl.col("buurt").is_null())["square"]
    if lost.len():
        remarks.append(
            f"{where}: {lost.len()} van {found.height} vakken liggen buiten alle buurten van de kaart van {nearest} "
            f"({', '.join(lost[:_EXAMPLES])}); zij tellen nergens mee"
        )
    placed = squares.drop("buurt", "boundaries").join(found, on="square", how="left", maintain_order="left")
    return placed.with_columns(boundaries=pl.lit(nearest, dtype=pl.Int16)).select(list(SQUARES.columns))


def holder_of(points: NDArray[np.float64], geometries: list[bytes]) -> NDArray[np.int64]:
    """Which shape holds each point, -1 for none; on a border the first of those that touch it."""
    shapes = shapely.from_wkb(np.array(geometries, dtype=object))
    shapely.prepare(shapes)
    # The tree is of the points: each buurt is prepared once and asked for all points in its box.
    shape, point = shapely.STRtree(shapely.points(points)).query(shapes, predicate="intersects")
    holder = np.full(len(points), len(shapes), dtype=np.int64)
    np.minimum.at(holder, point, shape)
    return np.where(holder == len(shapes), -1, holder)
