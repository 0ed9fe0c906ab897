"""Suggestions while a reader types: the part of a page that stands below the search field."""

from __future__ import annotations

from urllib.parse import quote

import jinja2
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from stadspeil.atlas.pages.find import SUGGESTED, found_in
from stadspeil.atlas.site import Site
from stadspeil.atlas.words import LANGUAGES, words_of


def add_suggestions(app: FastAPI, site: Site, drawer: jinja2.Environment) -> None:
    """Add the addresses of suggestions, one per language."""
    for lang in LANGUAGES:
        root = "" if lang == "nl" else f"/{lang}"

        def answer(request: Request, lang: str = lang, root: str = root) -> Response:
            asked = request.query_params.get("q", "").strip()
            # A newer set of results is noticed here.
            version = site.results.version
            town = site.town_of(request.cookies.get("stad", ""))
            found = found_in(site, asked, lang, SUGGESTED, town) if len(asked) > 1 else []
            drawn = drawer.get_template("suggestions.html").render(
                found=found, words=words_of(lang), town=town, all=f"{root}/zoeken?q={quote(asked)}"
            )
            return HTMLResponse(drawn, headers={"Cache-Control": "private, max-age=60", "X-Edition": version})

        app.add_api_route(f"{root}/zoeken/suggesties", answer, include_in_schema=False, name=f"{lang}:suggesties")
