"""Maps for the browser: a PMTiles file per boundary year, or for years with the same borders, with a layer per level, made once from the AREAS table.

Borders are simplified together, so that what is shared stays shared; the tiles then snap both sides to the same grid.
Seen from afar they have fewer corners: a whole country then costs a browser little more than a town.
Figures are no part of a tile, nor are names: a page fetches them as short lists, and an area of a tile says its `row` in
those lists, in order of code. A whole country in one tile is then less than half to read for a browser.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely
from pmtiles.reader import MemorySource, Reader, all_tiles
from pmtiles.tile import zxy_to_tileid
from pmtiles.writer import Writer

from stadspeil.atlas.outlines import OUTLINES, PLACES, outlines_of, places_part
from stadspeil.atlas.outlines import __file__ as outlines_code
from stadspeil.atlas.packing import Packed, pack, short
from stadspeil.atlas.packing import __file__ as packing_code
from stadspeil.atlas.preparing import FOLDER
from stadspeil.shelf import Part, has_shelf, read_shelf, shelf_sum, write_shelf
from stadspeil.workspace import Workspace, file_fingerprint, publish_bytes, publish_json, reuse_or_make

Progress = Callable[[str, int, int], None] | None
_LISTS = ".areas.json.gz"
Layers = dict[str, tuple[pl.DataFrame, np.ndarray]]
# Tiles of a level; every level can be looked at as a whole country, which fits a phone at zoom 5, and from as near: a
# browser enlarges the last tiles of a file, not those of a layer that ended before.
LEVELS = {"gemeente": (4, 13), "wijk": (5, 13), "buurt": (5, 13)}
# Degrees of latitude that may be simplified away of what is shown beside tiles, and of the tiles that are seen from near.
_TOLERANCE = {"gemeente": 4e-4, "wijk": 1e-4, "buurt": 5e-5}
# Zooms that share their corners. A tile is shown until one zoom further; there a corner goes whose triangle is smaller
# than the square of this part of a pixel, which moves no border by more than about half a pixel.
_AWAY = 2 / 3
_BANDS = ((4, 5), (6, 6), (7, 8), (9, 10), (11, 13))
# Degrees of latitude of a pixel at zoom 0, halfway the country: tiles are 512 pixels wide.
_PIXEL = 360 / 512 * np.cos(np.deg2rad(52.2))


@dataclass(frozen=True)
class Map:
    """A tile file of a boundary year: which levels it has, and the box around all that it draws.

    `marks` are sums of the lists of its areas, by level.
    """

    boundaries: int
    file: str
    levels: tuple[str, ...]
    box: tuple[float, float, float, float]
    marks: Mapping[str, str] = field(default_factory=dict)


def areas_address(drawn: Map, level: str) -> str:
    """Where the areas of a map stand as lists, with a sum in the address so that a browser may keep them for good."""
    return f"/kaart/gebieden/{drawn.boundaries}-{level}.json?v={drawn.marks[level]}"


def prepare_maps(workspace: Workspace, progress: Progress = None) -> tuple[Map, ...]:
    """Make the tile files of a workspace, unless they were made from the same areas; what there is."""
    areas, folder = workspace.tables / "areas", workspace.out / FOLDER / "tiles"
    if not has_shelf(areas):
        return ()
    target = folder / "maps.json"
    code = [file_fingerprint(Path(each)) for each in (__file__, outlines_code, packing_code)]
    inputs = {"areas": shelf_sum(areas), "code": code}
    if not all(has_shelf(workspace.out / FOLDER / name) for name in (OUTLINES, PLACES)):
        target.unlink(missing_ok=True)

    def make() -> None:
        table = read_shelf(areas).filter(pl.col("geometry").is_not_null() & pl.col("level").is_in(list(LEVELS)))
        years = table["boundaries"].unique().sort().to_list()
        made: list[Map] = []
        places: list[Part] = []

        def parts() -> Iterator[Part]:
            for number, year in enumerate(years):
                if progress is not None:
                    progress(f"kaart van {year}", number, len(years))
                layers = dict(_layers(table.filter(pl.col("boundaries") == year)))
                drawn = _write(layers, year, folder, made)
                marks = {}
                for level, part in zip(layers, outlines_of(year, layers, drawn.box), strict=True):
                    places.append(places_part(part))
                    marks[level] = _write_areas(places[-1], folder)
                    yield part
                made.append(replace(drawn, marks=marks))

        write_shelf(workspace.out / FOLDER / OUTLINES, parts())
        write_shelf(workspace.out / FOLDER / PLACES, places)
        for older in {each.name for each in folder.glob("*.pmtiles")} - {each.file for each in made}:
            (folder / older).unlink()
        publish_json([each.__dict__ for each in made], target)

    reuse_or_make(target, inputs, make)
    return maps_of(workspace)


def maps_of(workspace: Workspace) -> tuple[Map, ...]:
    """The maps that were made, by boundary year."""
    target = workspace.out / FOLDER / "tiles" / "maps.json"
    told = json.loads(target.read_text(encoding="utf-8")) if target.is_file() else []
    return tuple(
        Map(each["boundaries"], each["file"], tuple(each["levels"]), tuple(each["box"]), each.get("marks", {}))
        for each in told
    )


def read_areas(workspace: Workspace, drawn: Map, level: str) -> Packed:
    """The lists of the areas of a map, as they are sent."""
    path = workspace.out / FOLDER / "tiles" / f"{drawn.boundaries}-{level}{_LISTS}"
    return Packed(path.read_bytes(), drawn.marks[level])


def simplified(level: str, geometries: np.ndarray) -> np.ndarray:
    """Polygons with fewer corners whose shared borders stay shared; as they came where they overlap."""
    sound = np.where(shapely.is_valid(geometries), geometries, shapely.make_valid(geometries))
    return np.asarray(shapely.coverage_simplify(sound, _TOLERANCE[level]))


def _write(layers: Layers, year: int, folder: Path, others: Sequence[Map]) -> Map:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "tiles.pmtiles"
        _freestile(layers, path)
        content = path.read_bytes()
    # The sum in the name lets a browser keep a file for good, and years on which no border moved share one.
    name = f"{hashlib.sha256(content).hexdigest()[:10]}.pmtiles"
    file = next((each.file for each in others if each.file.endswith(f"-{name}")), f"{year}-{name}")
    publish_bytes(content, folder / file)
    boxes = np.array([shapely.total_bounds(shapes) for _, shapes in layers.values()])
    box = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    return Map(year, file, tuple(layers), box)


def _write_areas(places: Part, folder: Path) -> str:
    """Codes, names, middles and boxes of the areas of a map, each as one list: packed once; their mark."""
    table = places.table
    told = pack({
        "areas": table["area"], "names": table["name"], "x": short(table["x"], 4), "y": short(table["y"], 4),
        "width": short(table["east"] - table["west"], 4), "height": short(table["north"] - table["south"], 4),
    })  # fmt: skip
    publish_bytes(told.small, folder / f"{places.name}{_LISTS}")
    return told.mark


def _layers(table: pl.DataFrame) -> Iterator[tuple[str, tuple[pl.DataFrame, np.ndarray]]]:
    for level in LEVELS:
        own = table.filter(pl.col("level") == level).sort("area")
        if own.height:
            yield level, (own.select("area", "name"), simplified(level, shapely.from_wkb(own["geometry"].to_numpy())))


def _freestile(layers: Layers, path: Path) -> None:
    """One file of all zooms, of a file per band: what makes tiles gives each layer only one form."""
    header: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    with open(path, "wb") as file:
        writer = Writer(file)
        for lowest, highest in _BANDS:
            near = highest == _BANDS[-1][1]
            tolerance = 0.0 if near else float(_AWAY * _PIXEL / 2 ** (highest + 1))
            own = {level: each for level, each in layers.items() if LEVELS[level][0] <= highest}
            band = path.with_name(f"{lowest}.pmtiles")
            _freestile_band(own, tolerance, (lowest, highest), band)
            source = MemorySource(band.read_bytes())
            header, metadata = Reader(source).header(), Reader(source).metadata()
            for where, tile in all_tiles(source):
                writer.write_tile(zxy_to_tileid(*where), tile)
        for each in metadata["vector_layers"]:
            each["minzoom"], each["maxzoom"] = LEVELS[each["id"]]
        writer.finalize(header, metadata)


def _freestile_band(layers: Layers, tolerance: float, zooms: tuple[int, int], path: Path) -> None:
    # Imported here: it brings GeoPandas, which takes a third of a second that no other page needs.
    import geopandas
    from freestiler import freestile, freestile_layer

    frames = {}
    for level, (named, shapes) in layers.items():
        coarse = shapely.coverage_simplify(shapes, tolerance) if tolerance > _TOLERANCE[level] else shapes
        drawn = geopandas.GeoDataFrame({"row": range(named.height)}, geometry=list(coarse), crs=4326)
        frames[level] = freestile_layer(drawn, min_zoom=max(LEVELS[level][0], zooms[0]), max_zoom=zooms[1])
    freestile(frames, path, min_zoom=zooms[0], max_zoom=zooms[1], quiet=True)
