"""Maps: WFS 2.0 and OGC API Features, over the layers of the warehouse."""

from __future__ import annotations

import re
from typing import Any

from stadspeil.sources.nieuwland.serving.parts import Part, Question
from stadspeil.sources.nieuwland.serving.warehouse import Warehouse

_YEAR = re.compile(r"(?:19|20)\d\d")
_GEOJSON = "application/geo+json"


def answer(question: Question, warehouse: Warehouse) -> Part | None:
    """GetFeature, or items of a collection; None when the layer is not there."""
    if question.query.get("request", "").casefold() == "getfeature":
        return _wfs(question, warehouse)
    collection = re.search(r"/collections/([^/]+)/items$", question.path)
    return _ogc(question, collection[1], warehouse) if collection else None


def _wfs(question: Question, warehouse: Warehouse) -> Part | None:
    name = question.query.get("typeNames") or question.query.get("typeName", "")
    features = _layer(question, name, warehouse)
    if features is None:
        return None
    metres = question.query.get("srsName", "").endswith("28992")
    if question.query.get("bbox"):
        features = _within(features, question.query["bbox"])
    start, count = int(question.query.get("startIndex", 0)), int(question.query.get("count", len(features)))
    page = features[start : start + count]
    about = {"type": "FeatureCollection", "numberMatched": len(features), "numberReturned": len(page)}
    if metres:
        about |= {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}}
    return Part(about=about, features=page)


def _within(features: list[dict[str, Any]], box: str) -> list[dict[str, Any]]:
    """The squares that touch a box in metres; layers of squares are kept in metres. ValueError for no box."""
    west, south, east, north = (float(each) for each in box.split(",")[:4])
    found = []
    for each in features:
        ring = each["geometry"]["coordinates"][0]
        (left, bottom), (right, top) = ring[0], ring[2]
        if left <= east and right >= west and bottom <= north and top >= south:
            found.append(each)
    return found


def _ogc(question: Question, name: str, warehouse: Warehouse) -> Part | None:
    features = _layer(question, name, warehouse)
    if features is None:
        return None
    start, limit = int(question.query.get("offset", 0)), int(question.query.get("limit", 10))
    page = features[start : start + limit]
    link = ""
    if start + limit < len(features):
        link = f"https://{question.host}{question.path}?f=json&limit={limit}&offset={start + limit}"
    about = {"type": "FeatureCollection", "numberReturned": len(page)}
    return Part(about=about, kind=_GEOJSON, features=page, link=("links", link))


def _layer(question: Question, name: str, warehouse: Warehouse) -> list[dict[str, Any]] | None:
    """A layer by its name, of the year in the address where there is one."""
    year = _YEAR.search(question.path)
    return (warehouse.layer(f"{name}-{year[0]}") if year else None) or warehouse.layer(name)
