"""Nieuwland at the size of a region or a country: the warehouse of its invented publishers.

    land     the ground, and which gemeente, wijk and number it has in each year
    people   what is true there, per buurt and year, for every field of the catalogue
    tables   streams   what StatLine makes of it, by the catalogue's own entries
    maps     the divisions, as PDOK gives them
    squares  what lies inside the buurten of some towns
    overlay  the catalogue files that go with it

The small Nieuwland (the package above) is told by hand and simulates people; this one is made by arrays.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Source
from stadspeil.sources.nieuwland.serving.warehouse import layer_file
from stadspeil.sources.nieuwland.wide.land import SIZES, Land, make_land
from stadspeil.sources.nieuwland.wide.maps import buurt_shapes, layer
from stadspeil.sources.nieuwland.wide.overlay import overlay_files
from stadspeil.sources.nieuwland.wide.people import People, populate
from stadspeil.sources.nieuwland.wide.squares import write_squares
from stadspeil.sources.nieuwland.wide.tables import feature_figures, statline_tables
from stadspeil.workspace import publish_bytes, publish_json

__all__ = ["SIZES", "WideCountry", "make_country", "write_warehouse"]
Progress = Callable[[str, int, int], None] | None
_LEVELS = ("gemeente", "wijk", "buurt")


@dataclass(frozen=True)
class WideCountry:
    """A land of some size; its people are made when the catalogue is known."""

    land: Land
    seed: int


def make_country(size: str, seed: int = 1972) -> WideCountry:
    """A country of one of SIZES. The same size and seed give the same country."""
    return WideCountry(make_land(size, np.random.default_rng([seed, 1])), seed)


def write_warehouse(country: WideCountry, catalogue: Catalogue, folder: Path, progress: Progress = None) -> None:
    """Write everything that the invented publishers have; nieuwland.json comes last and says that it is whole."""
    land = country.land
    people = populate(land, catalogue, np.random.default_rng([country.seed, 2]))
    sources = [each for each in catalogue.sources.values() if each.fetch and each.status == "connected"]
    planted: list[dict[str, object]] = []
    for number, source in enumerate(sources):
        if progress is not None:
            progress(f"{source.id} bedenken", number, len(sources))
        for table in statline_tables(source, people):
            packed = io.BytesIO()
            table.rows.write_parquet(packed, compression="zstd")
            publish_bytes(packed.getvalue(), folder / "statline" / table.id / "rows.parquet")
            publish_json(table.meta, folder / "statline" / table.id / "meta.json")
        if source.fetch and source.fetch.protocol in ("wfs", "ogc_features") and source.format == "boundaries_geojson":
            _write_maps(land, catalogue, source.id, folder)
        if source.fetch and source.format == "feature_table":
            _write_figures(people, source, folder)
        if source.fetch and source.format == "squares":
            planted = write_squares(people, source, folder, country.seed)
    for name, text in overlay_files(people).items():
        publish_bytes(text.encode(), folder / "overlay" / name)
    publish_json({**_truth(people), "square_pockets": planted}, folder / "truth.json")
    told = {
        "size": land.size, "seed": country.seed, "invented": True, "years": list(land.years),
        "gemeenten": len(land.last.gemeente_codes), "wijken": len(land.last.wijk_codes), "buurten": land.buurten,
    }  # fmt: skip
    publish_bytes(json.dumps(told).encode(), folder / "nieuwland.json")


def _write_maps(land: Land, catalogue: Catalogue, source: str, folder: Path) -> None:
    entry = catalogue.sources[source]
    shapes = buurt_shapes(land)
    for edition in entry.editions:
        year = int(edition.edition)
        if year not in land.years or entry.fetch is None:
            continue
        for name in entry.fetch.layers:
            level = next((each for each in _LEVELS if each in name), "")
            if level:
                publish_bytes(
                    layer(land, shapes, year, level), folder / "features" / f"{layer_file(f'{name}-{year}')}.geojson"
                )


def _write_figures(people: People, source: Source, folder: Path) -> None:
    """Layers whose features have figures; their shapes are left out, since nobody reads those here."""
    for edition in source.editions:
        year = int(edition.edition)
        if year not in people.land.years or source.fetch is None:
            continue
        for name in source.fetch.layers:
            level = next((each for each in _LEVELS if each in name), "")
            rows = feature_figures(source, year, level, people).to_dicts() if level else []
            features = [
                {"type": "Feature", "id": f"{level}.{row[source.area_column]}", "properties": row, "geometry": None}
                for row in rows
            ]
            filled = name.replace("{yy}", edition.edition[-2:]).replace("{edition}", edition.edition)
            told = {"type": "FeatureCollection", "features": features}
            publish_bytes(json.dumps(told).encode(), folder / "features" / f"{layer_file(filled)}.geojson")


def _truth(people: People) -> dict[str, object]:
    """What was planted, for methods to be held against."""
    land = people.land
    return {
        "what": "Nieuwland is verzonnen. Dit bestand zegt wat erin is gelegd.",
        "new_towns": sorted({str(land.last.gemeente_codes[land.last.gemeente[cell]]) for cell in np.flatnonzero(land.is_new_town[land.town])}),
        "reorganisations": [
            {"date": f"{each.year}-{each.day}", "from": f"GM{each.from_number}", "to": f"GM{each.to_number}", "kind": each.kind}
            for each in land.events
        ],
        "redrawn_gemeenten": [f"GM{number}" for number in land.redrawn],
        "poorest_buurten": land.last.buurt_codes[np.argsort(-people.poverty[:, -1])[:50]].tolist(),
    }  # fmt: skip
