"""What the map fetches beside its page: areas once per division, values as short lists, tiles that are kept for good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from stadspeil.atlas.map_choice import choice_of, codes_of, maps
from stadspeil.atlas.map_words import decimals_of, title_of, unit_of
from stadspeil.atlas.outlines import shape_of, shapes_of
from stadspeil.atlas.packing import Packed, joined, pack, short
from stadspeil.atlas.pages.map import ground_of, map_page, nearest_map
from stadspeil.atlas.painting import NONE, painting_of
from stadspeil.atlas.preparing import FOLDER
from stadspeil.atlas.site import Site
from stadspeil.atlas.sketching import numbered, sketch_png
from stadspeil.atlas.tiles import read_areas
from stadspeil.atlas.views import Asked
from stadspeil.atlas.words import LANGUAGES, words_of
from stadspeil.errors import QuestionError

_SHORT = "private, max-age=60, must-revalidate"
_FOR_GOOD = "public, max-age=31536000, immutable"
# A letter per reason: a list of 14,500 reasons is then one short text.
WHY = {"": " ", "margin": "m", "few": "f", "secret": "s", "none": "n", "elsewhere": "e", "unsure": "u", "unsteady": "i"}


def add_map_routes(app: FastAPI, site: Site) -> None:
    """The addresses that the map asks."""
    for lang in LANGUAGES:
        prefix = "" if lang == "nl" else f"/{lang}"
        app.add_api_route(f"{prefix}/kaart/waarden", _values(lang), include_in_schema=False)
        app.add_api_route(f"{prefix}/kaart/tekening.svg", _drawing(lang), include_in_schema=False)
        app.add_api_route(f"{prefix}/kaart/schets.png", _sketch(lang), include_in_schema=False)
    app.add_api_route("/kaart/gebieden/{boundaries}-{level}.json", _areas, include_in_schema=False)
    app.add_api_route("/kaart/vorm/{boundaries}-{area}.json", _shape, include_in_schema=False)
    tiles = _Tiles(directory=site.workspace.out / FOLDER / "tiles", check_dir=False)
    app.mount("/tiles", tiles, name="tiles")


def values_of(site: Site, asked: Asked) -> Mapping[str, Any]:
    """What the browser paints and tells of one map, in the order of the areas of that map."""
    words = words_of(asked.lang)
    choice = choice_of(site, asked)
    painting = painting_of(site, choice)
    drawn = nearest_map(site, painting.boundaries, choice.level)
    decimals = decimals_of(site, choice)
    areas = pl.DataFrame({"area": painting.table["area"]})
    if drawn is not None:
        areas = pl.DataFrame({"area": codes_of(site, drawn, choice.level)})
    rows = areas.join(painting.table, on="area", how="left", maintain_order="left")
    why = rows["why"].fill_null("none").replace_strict(WHY, return_dtype=pl.String)
    return {
        "figure": choice.figure, "show": choice.show, "level": choice.level, "year": choice.year,
        "since": choice.since, "title": title_of(site, choice, words), "scale": painting.scale,
        **ground_of(drawn, choice),
        "codes": joined(rows["code"].fill_null(NONE)), "why": joined(why),
        "values": short(rows["value"], decimals + 1), "margins": short(rows["margin"], decimals + 1),
        "firsts": short(rows["first"], decimals + 1) if rows["first"].is_not_null().any() else [],
        "n": short(rows["n"], 0), "marks": short(rows["mark"], 1), "places": short(rows["rank"], 0),
        "lows": short(rows["low"], 0), "highs": short(rows["high"], 0),
        "of": max(rows["ranked"].drop_nulls().unique().to_list(), default=0), "decimals": decimals, "unit": unit_of(site, choice, words),
        "legend": [[key.code, key.color, key.words, key.count] for key in painting.legend(words, choice.inside)],
    }  # fmt: skip


def _values(lang: str) -> Any:
    def answer(request: Request) -> Response:
        site: Site = request.app.state.site
        query = {name: value for name, value in request.query_params.items() if len(value) < 80}
        asked = Asked(lang, request.url.path, {}, query)
        names = ("cijfer", "toon", "jaar", "sinds", "niveau", "vlak", "binnen")
        key = ("waarden", lang, *(asked.get(name) for name in names))
        return _sent(request, site.kept(key, lambda: pack(values_of(site, asked))), _SHORT)

    return answer


def _drawing(lang: str) -> Any:
    def answer(request: Request) -> Response:
        site: Site = request.app.state.site
        view = map_page(site, Asked(lang, request.url.path, {}, dict(request.query_params)))
        found = next((each.svg for each in view.pictures if each.id == "kaart"), None)
        if found is None:
            raise _no_map()
        return Response(found, media_type="image/svg+xml", headers={"Cache-Control": _SHORT})

    return answer


def _sketch(lang: str) -> Any:
    def answer(request: Request) -> Response:
        site: Site = request.app.state.site
        choice = choice_of(site, Asked(lang, request.url.path, {}, dict(request.query_params)))
        painting = painting_of(site, choice)
        drawn = nearest_map(site, painting.boundaries, choice.level)
        if drawn is None:
            raise _no_map()
        # The map of one gemeente opens on that; those around it are left to the map itself.
        key = ("sketch", drawn.boundaries, choice.level, choice.within)
        areas = site.kept(key, lambda: numbered(site.workspace, drawn.boundaries, choice.level, choice.within))
        if areas is None:
            raise _no_map()
        found = sketch_png(areas, painting, tuple(painting.legend(words_of(lang), choice.inside)))
        return Response(found, media_type="image/png", headers={"Cache-Control": _SHORT})

    return answer


def _no_map() -> QuestionError:
    return QuestionError("kaart", "van dit niveau is geen kaart ingelezen", "kies een ander niveau")


def _areas(request: Request, boundaries: int, level: str) -> Response:
    site: Site = request.app.state.site
    drawn = next((each for each in maps(site) if each.boundaries == boundaries and level in each.levels), None)
    if drawn is None:
        raise QuestionError(f"kaart van {boundaries}", f"die heeft geen niveau '{level}'", "kies een ander niveau")
    return _sent(request, read_areas(site.workspace, drawn, level), _FOR_GOOD)


def _shape(request: Request, boundaries: int, area: str) -> Response:
    """The borders of one area, for the line around it."""
    site: Site = request.app.state.site
    level = {"GM": "gemeente", "WK": "wijk", "BU": "buurt"}.get(area[:2], "")
    table = site.kept(("shapes", boundaries, level), lambda: shapes_of(site.workspace, boundaries, level))
    found = shape_of(table, area)
    if found is None:
        raise QuestionError(f"gebied '{area[:12]}'", "dat staat niet op deze kaart", "kies een ander gebied")
    return Response(found, media_type="application/geo+json", headers={"Cache-Control": _SHORT})


def _sent(request: Request, packed: Packed, kept: str) -> Response:
    mark = f'W/"{packed.mark}"'
    headers = {"ETag": mark, "Cache-Control": kept, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed.small, media_type="application/json", headers={**headers, "Content-Encoding": "gzip"})
    return Response(packed.plain, media_type="application/json", headers=headers)


class _Tiles(StaticFiles):
    """Tile files: their names hold a sum of their content, so that they may be kept for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file or a part of it."""
        answer = await super().get_response(path, scope)
        if path.endswith(".pmtiles") and answer.status_code in (200, 206):
            answer.headers["Cache-Control"] = _FOR_GOOD
            answer.headers["Content-Type"] = "application/octet-stream"
        return answer
