"""The pages: an address, a function that makes the view, a template that draws it."""

from __future__ import annotations

from stadspeil.atlas.pages.map import MAP
from stadspeil.atlas.pages.profile import PROFILE
from stadspeil.atlas.pages.start import START
from stadspeil.atlas.pages.town import TOWN
from stadspeil.atlas.views import Page

# In the order of the menu.
PAGES: tuple[Page, ...] = (
    START,
    TOWN,
    MAP,
    PROFILE,
)
