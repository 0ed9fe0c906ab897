"""The first visit: choose a town."""

from __future__ import annotations

from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Column, Page, Table, View, rows_of
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.entries import title_in


def start(site: Site, asked: Asked) -> View:
    """All towns to choose from; those of the catalogue's first group stand first."""
    words = words_of(asked.lang)
    towns = site.towns()
    group = site.first_group
    own = set(group.members) if group else set()
    columns = (
        Column("gemeente", words("start.code")),
        Column("naam", words("start.name")),
    )
    return View(
        "start",
        words("start.title"),
        words("start.reading", number=words.number(len(towns))),
        (Table("gemeenten", words("start.caption"), columns, rows_of(("gemeente", "naam"), *towns)),),
        more={
            "first": [each for each in towns if each[0] in own],
            "rest": [each for each in towns if each[0] not in own],
            "group": title_in(group, asked.lang) if group else "",
        },
    )


START = Page("start", "/", start, "start.html", styles=("town.css",))
