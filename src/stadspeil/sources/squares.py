"""Squares of 100 m with figures, as the Leefbaarometer gives them. A square is never an area: it has no code, no name
and no people, and no figure of it goes where figures of areas go.

A square is known by its lower left corner on the national grid, in hundreds of metres: E1350N4550, as CBS writes its
own squares. Publishers give the square itself, what is left of it where it is clipped, its middle or its corner, in
metres or in degrees; all of those lie in one square of the grid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Edition, Source
from stadspeil.contracts import CELLS, SQUARES
from stadspeil.sources.boundaries import features_of
from stadspeil.sources.delivery import raw_records
from stadspeil.sources.headers import distinct_headers, find_columns
from stadspeil.sources.missing import parse_cells
from stadspeil.sources.national_grid import to_metres
from stadspeil.sources.rows import RawTable, shown

Floats = NDArray[np.float64]
SIDE = 100
# North of this there is no land of ours: it is where Nieuwland lies.
INVENTED_NORTH = 6_350
# West, south, east and north of what can be: the Netherlands, and the sea with Nieuwland.
_BOX = (0.0, 285_000.0, 310_000.0, 700_000.0)
# So far a corner may be off: rounding of metres, and of degrees that were turned into metres.
_OFF_METRES, _OFF_DEGREES = 2.0, 4.0
_SHOWN = 3
_OWN_ID = re.compile(r"E\d{4}N\d{4}")
_POINT, _POLYGON, _MULTIPOLYGON = 0, 3, 6
_WHOLE_NUMBERS = "klasse"


@dataclass
class SquareReading:
    """SQUARES with what is wrong or worth a remark."""

    squares: pl.DataFrame
    columns: dict[str, str]
    rows: int = 0
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def no_squares() -> pl.DataFrame:
    """SQUARES without rows."""
    return pl.DataFrame(schema=dict(SQUARES.columns))


def square_id(east: int, north: int) -> str:
    """The name of a square by its lower left corner in hundreds of metres."""
    return f"E{east:04}N{north:04}"


def are_squares(content: bytes, file_name: str, area_column: str) -> bool:
    """Whether a map with the figures of areas has none: no feature names an area of the Netherlands."""
    features, _ = features_of(content, file_name)
    codes = (str((each.get("properties") or {}).get(area_column) or "").strip()[:2] for each in features)
    return not any(code in {"GM", "WK", "BU"} for code in codes)


def read_squares(
    content: bytes, file_name: str, source: Source, edition: Edition, catalogue: Catalogue, snapshot: str
) -> SquareReading:
    """All squares of a map. Each fault is told once, with how many features have it and the first of them."""
    features, metres = features_of(content, file_name)
    records = [dict(each.get("properties") or {}) for each in features]
    raw = raw_records(tuple(dict.fromkeys(name for each in records for name in each)), records, file_name)
    places, headers = find_columns(raw.headers, source), distinct_headers(raw.headers)
    reading = SquareReading(no_squares(), {name: headers[place] for name, place in places.items()}, len(features))
    missing = [column.column[0] for column in source.columns if column.field not in places]
    if missing:
        reading.problems.append(f"kolommen ontbreken: {', '.join(map(shown, missing))}")
    corners = _corners(_shapes(features), metres, reading)
    _check_ids(raw, corners, reading)
    parts = [_figures(raw, name, places[name], catalogue, reading) for name in places]
    if reading.problems or not parts:
        return reading
    grid = pl.DataFrame({"row": np.arange(1, len(features) + 1), "east": corners[:, 0], "north": corners[:, 1]})
    grid = grid.cast({"row": pl.Int32, "east": pl.Int32, "north": pl.Int32}).with_columns(
        square=pl.format("E{}N{}", *(pl.col(name).cast(pl.String).str.zfill(4) for name in ("east", "north"))),
        year=pl.lit(int(edition.edition), dtype=pl.Int16),
        boundaries=pl.lit(None, dtype=pl.Int16),
        buurt=pl.lit(None, dtype=pl.String),
        snapshot=pl.lit(snapshot),
    )
    whole = pl.concat(parts).join(grid, on="row", how="left", maintain_order="left")
    reading.squares = _once(whole.select(list(SQUARES.columns)), reading)
    return reading


def squares_as_cells(squares: pl.DataFrame) -> pl.DataFrame:
    """SQUARES in the shape of CELLS, only to hold one delivery against another; nothing of this is kept."""
    nothing = pl.lit(None, dtype=pl.Float64)
    cells = squares.rename({"square": "area"}).with_columns(
        level=pl.lit("buurt").cast(CELLS.columns["level"]), low=nothing, high=nothing,
        boundaries=pl.col("boundaries").fill_null(0),
    )  # fmt: skip
    return cells.select(list(CELLS.columns))


def are_invented(squares: pl.DataFrame) -> set[bool]:
    """Whether there are squares of Nieuwland (True), real ones (False) or both."""
    return set((squares["north"] >= INVENTED_NORTH).unique().to_list())


def _shapes(features: Sequence[dict[str, Any]]) -> NDArray[np.object_]:
    """The shape of each feature; None where there is none or it cannot be read."""
    shapes = [each.get("geometry") for each in features]
    given = [each is not None and not isinstance(each, shapely.Geometry) for each in shapes]
    texts = np.array([json.dumps(each) if told else None for each, told in zip(shapes, given, strict=True)], object)
    read = shapely.from_geojson(texts, on_invalid="ignore")
    found = [each if not told else made for each, told, made in zip(shapes, given, read, strict=True)]
    whole = np.empty(len(found), dtype=object)
    whole[:] = found
    return whole


def _corners(shapes: NDArray[np.object_], metres: bool, reading: SquareReading) -> Floats:
    """The lower left corner of each feature's square in hundreds of metres; 0 where it has none, which is a problem."""
    kinds = shapely.get_type_id(shapes)
    there = np.isin(kinds, (_POINT, _POLYGON, _MULTIPOLYGON)) & ~shapely.is_empty(shapes)
    _tell(reading, ~there, "geen vak en geen punt")
    bounds = np.full((len(shapes), 4), np.nan)
    bounds[there] = shapely.bounds(shapes[there] if metres else shapely.transform(shapes[there], to_metres))
    off = _OFF_METRES if metres else _OFF_DEGREES
    with np.errstate(invalid="ignore"):
        outside = there & ~(
            (bounds[:, 0] >= _BOX[0])
            & (bounds[:, 1] >= _BOX[1])
            & (bounds[:, 2] <= _BOX[2])
            & (bounds[:, 3] <= _BOX[3])
        )
        sides = bounds[:, 2:] - bounds[:, :2]
        size = sides.max(axis=1)
    _tell(reading, outside, "ligt buiten Nederland")
    inside = there & ~outside
    large = inside & (size > SIDE + 2 * off)
    examples = ", ".join(f"{each:.0f} m" for each in np.unique(np.rint(size[large]))[:_SHOWN])
    _tell(reading, large, f"geen vak van {SIDE} bij {SIDE} meter ({examples})")
    points = inside & (kinds == _POINT)
    surfaces = inside & ~large & ~points
    corners = np.floor(np.nan_to_num((bounds[:, :2] + bounds[:, 2:]) / 2) / SIDE)
    over = surfaces & (
        (bounds[:, :2] < corners * SIDE - off).any(axis=1) | (bounds[:, 2:] > (corners + 1) * SIDE + off).any(axis=1)
    )
    _tell(reading, over, f"ligt over de lijnen van het raster van {SIDE} meter heen")
    _point_corners(bounds, points, corners, off, reading)
    clipped = int((surfaces & ~over & (sides.min(axis=1) < SIDE - 2 * off)).sum())
    if clipped:
        reading.remarks.append(f"{clipped} vakken zijn afgesneden; zij tellen als heel")
    return corners


def _point_corners(
    bounds: Floats, points: NDArray[np.bool_], corners: Floats, off: float, reading: SquareReading
) -> None:
    """Points are all middles or all lower left corners of squares; anything else cannot be told."""
    if not points.any():
        return
    places = bounds[points, :2]
    middle = (np.abs(places % SIDE - SIDE / 2) <= off).all(axis=1)
    corner = (np.abs((places + SIDE / 2) % SIDE - SIDE / 2) <= off).all(axis=1)
    if corner.all():
        corners[points] = np.rint(places / SIDE)
        reading.remarks.append("punten op de lijnen van het raster zijn gelezen als hoek linksonder van hun vak")
    elif not middle.all():
        wrong = np.zeros(len(bounds), dtype=bool)
        wrong[np.flatnonzero(points)[~middle]] = True
        _tell(reading, wrong, "punt is niet het midden van een vak")


def _check_ids(raw: RawTable, corners: Floats, reading: SquareReading) -> None:
    """Where a publisher names squares as CBS does, the name and the place must be of one square."""
    for place, header in enumerate(raw.headers):
        given = [(each or "").strip() for each in raw.column(place)]
        named = np.array([_OWN_ID.fullmatch(each) is not None for each in given], dtype=bool)
        if named.any():
            made = [square_id(int(east), int(north)) for east, north in corners]
            differ = named & np.array([one != other for one, other in zip(given, made, strict=True)])
            _tell(reading, differ, f"nummer in {shown(header)} is van een ander vak dan de plek")


def _figures(raw: RawTable, name: str, place: int, catalogue: Catalogue, reading: SquareReading) -> pl.DataFrame:
    """One field of every feature: row, field, value and status."""
    entry = catalogue.fields[name]
    given = raw.rows[f"c{place}"]
    told = parse_cells(given).with_columns(text=given)
    header = shown(raw.headers[place])
    texts = ", ".join(shown(str(each)) for each in told.filter("odd")["text"].unique().sort()[:_SHOWN])
    _tell(reading, told["odd"].to_numpy(), f"{header} is geen getal ({texts})")
    low, high = entry.possible
    wrong = ~told["value"].is_between(low, high).fill_null(True)
    if entry.unit == _WHOLE_NUMBERS:
        wrong |= (told["value"] != told["value"].round()).fill_null(False)
    numbers = ", ".join(f"{each:g}" for each in told.filter(wrong)["value"].unique().sort()[:_SHOWN])
    _tell(reading, wrong.to_numpy(), f"{header} ligt buiten {low:g} tot {high:g} ({numbers})")
    return told.select("value", "status").with_row_index("row", offset=1).select(
        pl.col("row").cast(pl.Int32), field=pl.lit(name), value="value", status="status"
    )  # fmt: skip


def _once(squares: pl.DataFrame, reading: SquareReading) -> pl.DataFrame:
    """Each square once. Pieces of one square say the same; two that do not are a problem, and nothing is taken."""
    key = ["square", "year", "field"]
    pieces = squares.unique([*key, "value", "status"], keep="first", maintain_order=True)
    doubled = pieces.filter(pl.struct(key).is_duplicated())
    if doubled.height:
        names = doubled["square"].unique(maintain_order=True)
        reading.problems.append(
            f"{len(names)} vakken staan er dubbel in met verschillende cijfers; eerste: {', '.join(names[:_SHOWN])}"
        )
        return no_squares()
    more = squares["row"].n_unique() - pieces["row"].n_unique()
    if more:
        reading.remarks.append(f"{more} stukken hoorden bij een vak dat er al was, met dezelfde cijfers")
    if pieces["value"].is_null().all():
        reading.problems.append("er blijft geen enkel cijfer over (alles is leeg)")
    return pieces


def _tell(reading: SquareReading, wrong: NDArray[np.bool_], fault: str) -> None:
    rows = np.flatnonzero(wrong) + 1
    if rows.size:
        first = ", ".join(f"nummer {row}" for row in rows[:_SHOWN].tolist())
        reading.problems.append(f"{rows.size} vakken: {fault}; eerste: {first}")
