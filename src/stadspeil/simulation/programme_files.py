"""From a programme in the catalogue to steps of the simulation, and what a population says against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import BuildingProgramme, Site
from stadspeil.catalogue.programme_checks import months_of
from stadspeil.errors import CatalogueError
from stadspeil.simulation.classes import FORMS, HOUSEHOLD_TYPES, PRICES, TENURES
from stadspeil.simulation.programme import Programme, Step
from stadspeil.simulation.world import NEVER, Places, World

_REMEDY = "verbeter de genoemde locaties en draai 'stadspeil check', of vraag eerst --dry-run"
_TAKES = {"slopen": "sloopt", "verkopen": "verkoopt", "renoveren": "renoveert"}


def programme_of(catalogue: Catalogue, id: str) -> Programme:
    """The programme of the catalogue or the town's own, as steps in order of month.

    Raises:  QuestionError where there is none of that name.
    """
    return programme_in_steps(catalogue.programme(id))


def programme_in_steps(entry: BuildingProgramme) -> Programme:
    """An entry as steps in order of month."""
    steps = sorted((_step(site) for site in entry.sites), key=lambda step: (step.first, step.site))
    return Programme(
        entry.id, entry.title, entry.town, tuple(steps), entry.source, entry.status, entry.invented
    )  # fmt: skip


def check_programme(entry: BuildingProgramme, programme: Programme, world: World) -> None:
    """Hold a programme against the population that it is for.

    Raises:  CatalogueError naming all that cannot be: unknown buurten, more homes taken than stand there by then,
             months before the population's, a town without population.
    """
    place = f"programmes/{entry.id}.toml"
    problems = [f"{place}{sentence}" for sentence in _against(programme, world)]
    if problems:
        raise CatalogueError(f"programma '{entry.id}'", problems, _REMEDY)


def horizon_remarks(programme: Programme, world: World, months: int) -> list[str]:
    """Sentences on sites of which a part falls after the last month of the run."""
    end = world.year * 12 + months
    return [
        f"locatie '{step.site}' loopt tot {month_text(step.last)}; de simulatie eindigt voor {month_text(end)}, "
        "dus wat daarna komt telt niet mee (vraag meer jaren met --years)"
        for step in programme.steps
        if step.last >= end
    ]


def month_text(count: int) -> str:
    """A count of months since January of year 0 as YYYY-MM."""
    return f"{count // 12}-{count % 12 + 1:02d}"


def _step(site: Site) -> Step:
    return Step(
        act=site.act, site=site.id, buurt=site.buurt, first=months_of(site.first), last=months_of(site.last),
        homes=site.homes, tenure=TENURES.index(site.tenure), form=FORMS.index(site.form),
        price=PRICES.index(site.price), floor=site.floor, cost=site.cost,
        groups=tuple(sorted(HOUSEHOLD_TYPES.index(each) for each in site.groups)), return_right=site.return_right,
    )  # fmt: skip


def _against(programme: Programme, world: World) -> Iterator[str]:
    places = world.places
    if programme.town not in places.town_codes:
        yield (
            f": van {programme.town} is geen bevolking gemaakt; de randtotalen (kerncijfers van buurten) ontbreken. "
            "Haal ze op met 'stadspeil fetch' of lees ze in met 'stadspeil import'"
        )
        return
    start, standing = world.year * 12, _Standing(world)
    in_town = standing.of_town(places.town == places.town_codes.index(programme.town))
    known = {code: row for row, code in enumerate(places.codes)}
    names = dict(zip(places.codes, places.names, strict=True))
    in_town_codes = [code for code in places.codes if code[2:6] == programme.town[2:]]
    for step in programme.steps:
        place = f" [sites.{step.site}]"
        if step.first < start:
            yield (
                f"{place}: begint in {month_text(step.first)}, maar de bevolking is die van 1 januari {world.year}; "
                "wat daarvoor gebeurde zit al in de cijfers. Laat first later komen of haal de locatie weg"
            )
        if step.buurt not in known:
            yield f"{place}: buurt {step.buurt} bestaat niet in {programme.town}{_near(step.buurt, in_town_codes, names)}"
            continue
        if step.act == "bouwen" and step.homes > in_town:
            yield f"{place}: bouwt {step.homes} woningen; de hele gemeente heeft er nu {in_town}. Controleer het aantal"
        if step.act != "bouwen":
            row = known[step.buurt]
            yield from (f"{place}: {sentence}" for sentence in _too_many(step, programme, standing, places, row))


def unknown_buurten(entry: BuildingProgramme, names: Mapping[str, str]) -> list[str]:
    """Sites in buurten that are not among those known (code -> name); none where the town has none."""
    codes = [code for code in names if code[2:6] == entry.town[2:]]
    return [
        f"programmes/{entry.id}.toml [sites.{site.id}]: buurt {site.buurt} bestaat niet in {entry.town}"
        f"{_near(site.buurt, codes, names)}"
        for site in entry.sites
        if codes and site.buurt not in codes
    ]


def _near(buurt: str, codes: Sequence[str], names: Mapping[str, str]) -> str:
    """The buurten whose codes are nearest to what was written, with their names."""
    if not codes:
        return "; van deze gemeente zijn geen buurten bekend: de randtotalen ontbreken"
    alike = sorted(codes, key=lambda code: (abs(int(code[2:], 36) - int(buurt[2:], 36)), code))[:3]
    return "; het dichtst bij: " + ", ".join(f"{code} ({names[code]})" for code in alike)


class _Standing:
    """Homes that stand at the start and are not yet taken by a site: per buurt, tenure, form and price."""

    def __init__(self, world: World) -> None:
        homes = world.dwellings
        there = (homes.from_month <= 0) & (homes.until_month == NEVER)
        self.homes = np.zeros((len(world.places.codes), len(TENURES), len(FORMS), len(PRICES)), dtype=np.int64)
        kind = (homes.buurt[there], homes.tenure[there], homes.form[there], homes.price[there])
        np.add.at(self.homes, kind, 1)

    def of_town(self, rows: NDArray[np.bool_]) -> int:
        """All homes of some buurten."""
        return int(self.homes[rows].sum())

    def take(self, step: Step, row: int) -> int:
        """Take a step's homes; how many there were to take. Renovation takes homes of every price."""
        there = self.homes[row, step.tenure, step.form]
        prices = range(len(PRICES)) if step.act == "renoveren" else (step.price,)
        found, wanted = int(sum(there[price] for price in prices)), step.homes
        for price in prices:
            taken = min(wanted, int(there[price]))
            there[price] -= taken
            wanted -= taken
        return found


def _too_many(step: Step, programme: Programme, standing: _Standing, places: Places, row: int) -> Iterator[str]:
    """Whether a step takes more homes of its kind than stand in its buurt and are not taken by another site."""
    of_tenure = int(standing.homes[row, step.tenure].sum())
    found = standing.take(step, row)
    if found >= step.homes:
        return
    kind = f"{TENURES[step.tenure]}, {FORMS[step.form]}" + (
        "" if step.act == "renoveren" else f", prijs {PRICES[step.price]}"
    )
    own = next(
        (
            each
            for each in programme.steps
            if each.act == "bouwen" and (each.buurt, each.tenure, each.form) == (step.buurt, step.tenure, step.form)
        ),
        None,
    )
    remedy = (
        f"; wat '{own.site}' bouwt is pas in {month_text(own.last)} klaar en kan niet in hetzelfde programma worden weggenomen"
        if own is not None
        else "; verlaag homes, of noem een andere buurt of soort"
    )
    yield (
        f"{_TAKES[step.act]} {step.homes} woningen ({kind}) in {step.buurt} ({places.names[row]}), maar daar staan er {found} "
        f"die geen andere locatie al neemt ({of_tenure} in {TENURES[step.tenure]} van alle soorten){remedy}"
    )
