"""What is wrong with a building programme by itself, before a population is held against it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from stadspeil.catalogue.entries import BuildingProgramme, Site
from stadspeil.catalogue.reader import near_match

if TYPE_CHECKING:
    from stadspeil.catalogue.catalogue import Catalogue

MOST_HOMES = 50_000
FLOORS, COSTS = (12.0, 500.0), (0.0, 10_000.0)
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_BUURT = re.compile(r"BU\d{4}[0-9A-Z]{4}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def programme_problems(catalogue: Catalogue, places: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """All problems of all programmes, each with file and site."""
    towns = dict(catalogue.gemeenten.select("code", "name").iter_rows())
    for entry in catalogue.programmes.values():
        place = places["BuildingProgramme", entry.id]
        if entry.town not in towns:
            yield f"{place}: gemeente '{entry.town}' staat niet in areas/gemeenten.csv{near_match(entry.town, towns)}"
        if not entry.sites:
            yield f"{place}: het programma heeft geen locaties; geef ten minste een kop [sites.naam]"
        for site in entry.sites:
            yield from (f"{place} [sites.{site.id}]: {sentence}" for sentence in _site(site, entry))
        yield from (f"{place} {sentence}" for sentence in _overlaps(entry))


def months_of(text: str) -> int:
    """A month YYYY-MM as a count from January of year 0."""
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def _site(site: Site, entry: BuildingProgramme) -> Iterator[str]:
    if not _NAME.fullmatch(site.id):
        yield f"naam '{site.id}' moet kleine letters, cijfers en _ zijn"
    if not _BUURT.fullmatch(site.buurt):
        yield f"'{site.buurt}' is geen buurtcode; verwacht een code als BU06370003"
    elif site.buurt[2:6] != entry.town[2:]:
        yield f"buurt {site.buurt} ligt niet in {entry.town}; een programma gaat over een gemeente"
    if site.homes < 0:
        yield f'homes is {site.homes}; verwacht 0 of meer. Slopen is act = "slopen", geen negatief aantal'
    elif site.homes > MOST_HOMES:
        yield f"homes is {site.homes}; meer dan {MOST_HOMES} op een locatie kan niet. Controleer het aantal"
    for name, value, (low, high), unit in (
        ("floor", site.floor, FLOORS, "m2"), ("cost", site.cost, COSTS, "euro per maand"),
    ):  # fmt: skip
        if not low <= value <= high:
            yield f"{name} is {value:g}; verwacht {low:g} tot {high:g} {unit}"
    if site.act == "verkopen" and site.tenure != "corporatie":
        yield f"verkopen gaat van corporatie naar koop; tenure is '{site.tenure}', verwacht 'corporatie'"
    if site.return_right and site.act not in ("slopen", "renoveren"):
        yield f"return_right hoort bij slopen en renoveren, niet bij {site.act}; haal het weg"
    yield from _dates(site, entry)


def _dates(site: Site, entry: BuildingProgramme) -> Iterator[str]:
    wrong = [name for name in ("first", "last") if not _MONTH.fullmatch(getattr(site, name))]
    yield from (f"{name} is '{getattr(site, name)}'; verwacht een maand als 2027-06" for name in wrong)
    if not wrong and site.last < site.first:
        yield f"loopt van {site.first} tot {site.last}: het eind ligt voor het begin; wissel first en last om"
    if not site.on:
        return
    cleared = next((each for each in entry.sites if each.id == site.on), None)
    if cleared is None:
        yield f"on noemt locatie '{site.on}', maar die is er niet{near_match(site.on, [each.id for each in entry.sites])}"
    elif site.act != "bouwen" or cleared.act != "slopen":
        yield f"on gaat van bouwen naar slopen; hier van {site.act} naar {cleared.act}"
    elif not wrong and site.first <= cleared.last:
        yield (
            f"de eerste woningen komen in {site.first}, maar de sloop van '{cleared.id}' duurt tot en met {cleared.last}; "
            f"laat first na {cleared.last} komen, of de sloop eerder eindigen"
        )


def _overlaps(entry: BuildingProgramme) -> Iterator[str]:
    """Two sites that take the same homes at the same time."""
    for one, other in itertools.combinations(entry.sites, 2):
        alike = all(getattr(one, name) == getattr(other, name) for name in ("buurt", "tenure", "form", "price"))
        taking = "bouwen" not in (one.act, other.act)
        if alike and taking and one.first <= other.last and other.first <= one.last:
            yield (
                f"[sites.{other.id}]: {other.act} overlapt met {one.act} op '{one.id}': dezelfde soort woningen in "
                f"{one.buurt} in dezelfde maanden; voeg de locaties samen, of laat ze na elkaar komen"
            )
