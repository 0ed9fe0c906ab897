"""Outlines as PDOK serves them: one GeoJSON per level and year."""

from __future__ import annotations

import json

import numpy as np
import shapely

from stadspeil.sources.nieuwland.geometry import Map, outline_of
from stadspeil.sources.nieuwland.publishing.areas import Gazetteer


def publish(drawn: Map, gazetteer: Gazetteer, level: str, year: int) -> bytes:
    """The areas of one level in one year, in degrees (WGS84)."""
    division = gazetteer.division(year).only(level)
    features = []
    for number, (area, members) in enumerate(zip(division.areas, division.members, strict=True), start=1):
        outline = outline_of(drawn.buurten[np.flatnonzero(members)].tolist())
        properties = {"id": number, "statcode": area.code, "jrstatcode": f"{year}{area.code}", "statnaam": area.name,
                      "rubriek": level}  # fmt: skip
        feature = {
            "type": "Feature", "id": f"{level}_nieuwland.{year}{area.code}", "properties": properties,
            "bbox": list(outline.bounds), "geometry": json.loads(shapely.to_geojson(outline)),
        }  # fmt: skip
        features.append(json.dumps(feature, ensure_ascii=False))
    name = f"{level}_gegeneraliseerd_nieuwland_verzonnen"
    head = f'{{\n"type": "FeatureCollection",\n"numberMatched": {len(features)},\n"name": "{name}",\n"features": [\n'
    return (head + ",\n".join(features) + "\n]\n}\n").encode()
