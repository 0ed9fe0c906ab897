"""Where a page ends: what opens a chapter or a table stands on the page of what it opens."""

from __future__ import annotations

import pytest
from pdf_words import words_by_page

from stadspeil.report.document import Chapter, Grid, Heading
from stadspeil.report.leaflets import Leaflet, leaflet_pdf

TABLE = Grid("Bijschrift", ("Wat",), (("eerste rij",), ("tweede rij",)), ("1fr",), (False,))
OPENED = {
    "text": (("opening", "wat eronder staat"), "wat eronder staat"),
    "table": (("opening", TABLE), "eerste rij"),
    "heading": (("opening", Heading("Tussenkop"), "wat eronder staat"), "wat eronder staat"),
    "table under a heading": ((Heading("Tussenkop"), "opening", TABLE), "eerste rij"),
}


@pytest.mark.parametrize("kind", OPENED)
def test_an_opening_is_on_the_page_of_what_it_opens(kind: str) -> None:
    parts, below = OPENED[kind]
    ends = set()
    for lines in range(36, 52):
        filler = Chapter("vol", "Vulling", tuple(f"regel {each}" for each in range(lines)))
        leaflet = Leaflet("Proef", "onder", "nl", False, (filler, Chapter("kort", "Kort", parts)))
        pages = words_by_page(leaflet_pdf(leaflet))
        (page,) = (each for each in pages if "opening" in each)
        assert below in page and "Kort" in page, lines
        ends.add(pages.index(page))
    assert ends == {0, 1}, "no page ended near the opening: this tried nothing"
