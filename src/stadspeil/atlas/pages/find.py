"""Zoeken: what a text may mean, the likeliest first, each with the pages about it."""

from __future__ import annotations

from stadspeil.atlas.finding.gathering import index_of
from stadspeil.atlas.finding.index import LONGEST, Index, telling_words
from stadspeil.atlas.finding.telling import Found, Teller, figure_within
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Column, Page, Table, View, rows_of
from stadspeil.atlas.words import words_of

MOST = 40
SUGGESTED = 8


def find(site: Site, asked: Asked) -> View:
    """What the question may mean; without one, how to ask."""
    words, text = words_of(asked.lang), " ".join(asked.get("q").split())[:LONGEST]
    found = found_in(site, text, asked.lang, MOST, site.settings.town)
    if not text:
        reading = words("search.reading_empty")
    elif not found:
        reading = words("search.reading_none", asked=text)
    else:
        first = f"{found[0].name} ({words(f'search.kind.{found[0].kind}')})"
        key = (
            "search.reading_one"
            if len(found) == 1
            else "search.reading_most"
            if len(found) == MOST
            else "search.reading"
        )
        reading = words(key, asked=text, number=len(found), first=first)
    columns = (
        Column("naam", words("search.name")), Column("soort", words("search.what")), Column("waar", words("search.where")),
        Column("betekenis", words("search.meaning")), Column("id", words("search.id")), Column("adres", words("search.address")),
    )  # fmt: skip
    rows = [
        (each.name, words(f"search.kind.{each.kind}"), each.where, each.meaning, each.id, each.links[0].to(site.settings.town) if each.links else "")
        for each in found
    ]  # fmt: skip
    table = Table(
        "gevonden", words("search.caption", asked=text), columns, rows_of([each.key for each in columns], *rows),
        note=words("search.advice"),
    )  # fmt: skip
    return View(
        "zoeken", words("search.title_of", asked=text) if text else words("search.title"), reading, (table,),
        more={"asked": text, "found": found, "tips": words.many("search.tips", **_examples(site)) if not found else []},
    )  # fmt: skip


def _examples(site: Site) -> dict[str, str]:
    """Names and codes that are found here: of the town of this site, else of the first that it names at the start."""
    towns = dict(site.towns())
    first = site.first_group
    members = [code for code in (first.members if first else ()) if code in towns]
    town = site.town_of("") or next(iter([*members, *sorted(towns)]), "")
    inside = site.results.areas_inside(town).sort("boundaries", "area")
    newest = inside.filter(boundaries=inside["boundaries"].max())
    codes = [town, *(str(own[0]) for level in ("wijk", "buurt") if (own := newest.filter(level=level)["area"]).len())]
    names = [site.name(town), *(site.name(code) for code in codes[-1:] if code != town)]
    return {"names": ", ".join(names), "codes": ", ".join(codes), "town": site.name(town)}


def found_in(site: Site, text: str, lang: str, most: int, town: str = "") -> list[Found]:
    """What a text may mean, told in a language. A figure asked for in a gemeente comes first; of equals the town's."""
    index = site_index(site)
    teller = Teller(site, words_of(lang), _paths())
    entries = index.find(text, most, town=town)
    found = [teller.tell(each) for each in entries]
    # What is the name of one thing is not looked at as a figure and a town.
    whole = bool(entries) and len(telling_words(entries[0].names[0])) >= len(telling_words(text))
    within = None if whole else figure_within(index, text)
    if within is not None:
        figure, area = within
        found = [teller.tell(figure, area), *found][:most]
    return found


def site_index(site: Site) -> Index:
    """The index of the results of now."""
    from stadspeil.atlas.pages import PAGES

    return site.results.once("finding", lambda: index_of(site, PAGES))


def _paths() -> dict[str, str]:
    from stadspeil.atlas.pages import PAGES

    return {each.name: each.path for each in PAGES}


FIND = Page("zoeken", "/zoeken", find, "find.html", styles=("find.css",))
