"""The pages: an address, a function that makes the view, a template that draws it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stadspeil.atlas.pages.map import map_page
from stadspeil.atlas.pages.start import start
from stadspeil.atlas.pages.town import town
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View


@dataclass(frozen=True)
class Page:
    """One page. `menu` is its key in the menu texts; empty for a page that is not in the menu."""

    name: str
    path: str
    make: Callable[[Site, Asked], View]
    template: str
    menu: str = ""


PAGES = (
    Page("start", "/", start, "start.html"),
    Page("stad", "/stad/{stad}", town, "town.html", "menu.town"),
    Page("kaart", "/kaart", map_page, "map.html", "menu.map"),
)
