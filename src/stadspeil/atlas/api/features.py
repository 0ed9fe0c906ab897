"""Boundaries by OGC API - Features, part 1: landing page, conformance, collections, items with a box, pages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from stadspeil.atlas.api.areas import known_area
from stadspeil.atlas.api.asking import AREA_PATTERN, LIMIT, OFFSET, Parameter
from stadspeil.atlas.api.problems import RefusalError, Wrong, missing
from stadspeil.atlas.api.resources import GEOJSON, JSON, JSON_LD, Question, Reply, Resource, as_json
from stadspeil.atlas.api.shapes import Divisions, Shapes
from stadspeil.atlas.site import Site
from stadspeil.catalogue.reader import near_match

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)
_PLURAL = {"gemeente": "gemeenten", "wijk": "wijken", "buurt": "buurten"}
_TIME = r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?"
_DATETIME = rf"^({_TIME}|({_TIME}|\.\.)?/({_TIME}|\.\.)?)$"


class Features:
    """The resources, over the boundaries of one site."""

    def __init__(self, site: Site) -> None:
        self.divisions = Divisions(site.workspace)

    def landing(self, question: Question) -> Reply:
        """Where everything is."""
        invented = " Verzonnen gegevens: Nieuwland bestaat niet." if question.site.invented else ""
        return as_json({
            "title": "Stadspeil", "description": f"Cijfers over gemeenten, wijken en buurten, met hun marge.{invented}",
            "uitgave": question.site.results.version, "verzonnen": question.site.invented,
            "links": [
                question.link("self", ""), question.link("service-desc", "/openapi.json"),
                {"rel": "service-doc", "href": question.root.removesuffix("/v1") + "/api", "type": "text/html"},
                question.link("conformance", "/conformance"), question.link("data", "/collections"),
                question.link("describedby", "/dcat", JSON_LD),
                *(question.link(each, f"/{each}") for each in (
                    "gebieden", "cijfers", "themas", "bronnen", "groepen", "analyses", "momentopnamen", "datasets")),
            ],
        })  # fmt: skip

    def conformance(self, question: Question) -> Reply:
        """Which parts of the standard are kept."""
        return as_json({"conformsTo": list(CONFORMS)})

    def collections(self, question: Question) -> Reply:
        """All collections."""
        told = [self._collection(question, year, level) for year, level in self.divisions.offered()]
        return as_json({"collections": told, "links": [question.link("self", "/collections")]})

    def collection(self, question: Question) -> Reply:
        """One collection, with the box around it."""
        year, level = self._wanted(question)
        told = self._collection(question, year, level)
        told["extent"]["spatial"] = {"bbox": [list(self.divisions.shapes(year, level).extent)], "crs": CRS84}
        return as_json(told)

    def items(self, question: Question) -> Reply:
        """Areas as GeoJSON, in the order of their codes."""
        given = question.given
        year, level = self._wanted(question)
        shapes = self.divisions.shapes(year, level)
        places = self._chosen(shapes, given, year)
        page = places[given["offset"] : given["offset"] + given["limit"]]
        links = [
            question.link("self", question.path, GEOJSON, given),
            question.link("collection", f"/collections/{question.parts['verzameling']}"),
        ]
        if given["offset"] + len(page) < len(places) and len(page):
            following = {**given, "offset": given["offset"] + given["limit"]}
            links.append(question.link("next", question.path, GEOJSON, following))
        if given["offset"]:
            before = {**given, "offset": max(0, given["offset"] - given["limit"])}
            links.append(question.link("prev", question.path, GEOJSON, before))
        features = ",".join(_texts(shapes, page, given["vereenvoudigd"]))
        around = json.dumps(
            {"type": "FeatureCollection", "numberMatched": len(places), "numberReturned": len(page), "links": links}
        )
        return Reply(f'{around[:-1]},"features":[{features}]}}'.encode(), GEOJSON)

    def item(self, question: Question) -> Reply:
        """One area."""
        year, level = self._wanted(question)
        shapes = self.divisions.shapes(year, level)
        code = known_area(question.site.results, question.parts["gebied"])
        places = np.flatnonzero((shapes.rows["area"] == code).to_numpy())
        if not len(places):
            raise missing(f"gebied {code} heeft hier geen grens")
        text = next(iter(_texts(shapes, places, question.given["vereenvoudigd"])))
        own = f"/collections/{question.parts['verzameling']}"
        links = json.dumps([
            question.link("self", f"{own}/items/{code}", GEOJSON), question.link("collection", own),
            question.link("describedby", f"/gebieden/{code}"),
        ])  # fmt: skip
        return Reply(f'{text[:-1]},"links":{links}}}'.encode(), GEOJSON)

    def _wanted(self, question: Question) -> tuple[int, str]:
        name = question.parts["verzameling"]
        known = {id_of(year, level): (year, level) for year, level in self.divisions.offered()}
        if name not in known:
            raise missing(f"verzameling '{name[:60]}' is er niet{near_match(name, known)}")
        return known[name]

    def _collection(self, question: Question, year: int, level: str) -> dict[str, Any]:
        id = id_of(year, level)
        return {
            "id": id, "title": f"{_PLURAL[level].capitalize()} {year}", "itemType": "feature", "crs": [CRS84],
            "description": f"Grenzen van {_PLURAL[level]} in de gebiedsindeling van {year}.",
            "extent": {"temporal": {"interval": [[f"{year}-01-01T00:00:00Z", f"{year}-12-31T23:59:59Z"]]}},
            "links": [
                question.link("self", f"/collections/{id}"), question.link("items", f"/collections/{id}/items", GEOJSON),
            ],
        }  # fmt: skip

    @staticmethod
    def _chosen(shapes: Shapes, given: Mapping[str, Any], year: int) -> np.ndarray:
        if given["datetime"] is not None and not _meets(given["datetime"], year):
            return np.empty(0, dtype=int)
        places = shapes.inside(given["bbox"]) if given["bbox"] is not None else np.arange(shapes.rows.height)
        if given["ligtIn"]:
            inside = shapes.rows["area"].str.slice(2).str.starts_with(given["ligtIn"][2:])
            other = shapes.rows["area"] != given["ligtIn"]
            places = places[(inside & other).to_numpy()[places]] if given["ligtIn"] != "NL" else places
        return places


def id_of(year: int, level: str) -> str:
    """The name of a collection."""
    return f"{_PLURAL[level]}-{year}"


def _texts(shapes: Shapes, places: np.ndarray, simple: bool) -> list[str]:
    rows = shapes.rows[places.tolist()].iter_rows(named=True) if len(places) else ()
    geometry = shapes.geojson(places, simple) if len(places) else []
    return [_feature(row, text) for row, text in zip(rows, geometry, strict=True)]


def _feature(row: Mapping[str, Any], geometry: str) -> str:
    told = {
        "gebied": row["area"], "naam": row["name"], "niveau": row["level"], "grenzen": row["boundaries"],
        "ligtIn": row["parent"],
    }  # fmt: skip
    properties = json.dumps(told, ensure_ascii=False)
    return f'{{"type":"Feature","id":"{row["area"]}","geometry":{geometry},"properties":{properties}}}'


def _meets(text: str, year: int) -> bool:
    """Whether a moment or a period of the question falls in the year of a division."""
    first, _, last = text.partition("/") if "/" in text else (text, "", text)
    starts = int(first[:4]) if re.match(r"\d", first) else 0
    ends = int(last[:4]) if re.match(r"\d", last) else 9999
    if starts > ends:
        raise RefusalError(
            400, "'datetime': het begin ligt na het einde", [Wrong("query", "datetime", "begin na einde", "waarde")]
        )
    return starts <= year <= ends


_BBOX = Parameter("bbox", "Alleen gebieden die dit vak raken: west,zuid,oost,noord in graden (CRS84).", "box",
                  [4.4, 52.0, 4.6, 52.1])  # fmt: skip
_WHEN = Parameter("datetime", "Een dag, moment of periode (met /) als in RFC 3339; een indeling geldt haar hele jaar.",
                  example="2024-06-01T00:00:00Z", pattern=_DATETIME)  # fmt: skip
_SIMPLE = Parameter("vereenvoudigd", "Met minder hoekpunten, voor een kaart; gedeelde grenzen blijven gedeeld.", "flag",
                    False, default=False)  # fmt: skip
_INSIDE = Parameter("ligtIn", "Alleen gebieden die hierin liggen.", example="GM9002", pattern=AREA_PATTERN)
_HERE = "https://stadspeil.example/v1"
_LINK = {"rel": "self", "href": f"{_HERE}/collections", "type": JSON}
_COLLECTION: dict[str, Any] = {
    "id": "buurten-2024", "title": "Buurten 2024", "itemType": "feature", "crs": [CRS84],
    "description": "Grenzen van buurten in de gebiedsindeling van 2024.",
    "extent": {"temporal": {"interval": [["2024-01-01T00:00:00Z", "2024-12-31T23:59:59Z"]]}}, "links": [_LINK],
}  # fmt: skip
_FEATURE = {
    "type": "Feature", "id": "BU90020101",
    "geometry": {"type": "Polygon", "coordinates": [[[4.5, 52.0], [4.51, 52.0], [4.51, 52.01], [4.5, 52.0]]]},
    "properties": {"gebied": "BU90020101", "naam": "Oude Haven", "niveau": "buurt", "grenzen": 2024, "ligtIn": "WK900201"},
}  # fmt: skip


def resources(site: Site) -> tuple[Resource, ...]:
    """The resources of the standard."""
    made = Features(site)
    return (
        Resource("/", "landing", "Grenzen", "Begin", "Waar alles staat.", made.landing, "Begin", {
            "title": "Stadspeil", "description": "Cijfers over gemeenten, wijken en buurten, met hun marge.",
            "uitgave": "6beca33d0f1e2a3b", "verzonnen": True, "links": [{**_LINK, "href": _HERE}]}),
        Resource("/conformance", "conformance", "Grenzen", "Waaraan dit voldoet", "Delen van OGC API - Features.",
                 made.conformance, "Conformance", {"conformsTo": list(CONFORMS)}),
        Resource("/collections", "collections", "Grenzen", "Verzamelingen van grenzen",
                 "Een verzameling per niveau en gebiedsindeling waarvan er grenzen zijn.",
                 made.collections, "Collections", {"collections": [_COLLECTION], "links": [_LINK]}),
        Resource("/collections/{verzameling}", "collection", "Grenzen", "Een verzameling van grenzen",
                 "Met het vak dat om alle gebieden past.", made.collection, "Collection", _COLLECTION),
        Resource("/collections/{verzameling}/items", "items", "Grenzen", "Gebieden met hun grens",
                 "GeoJSON in CRS84, in de volgorde van de codes. `vereenvoudigd` kost de eerste keer enkele seconden.",
                 made.items, "Items",
                 {"type": "FeatureCollection", "numberMatched": 1, "numberReturned": 1, "links": [_LINK], "features": [_FEATURE]},
                 (_BBOX, _WHEN, _INSIDE, _SIMPLE, LIMIT, OFFSET), GEOJSON),
        Resource("/collections/{verzameling}/items/{gebied}", "item", "Grenzen", "Een gebied met zijn grens",
                 "GeoJSON van een gebied.", made.item, "Item", {**_FEATURE, "links": [_LINK]}, (_SIMPLE,), GEOJSON),
    )  # fmt: skip
